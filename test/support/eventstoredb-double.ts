import {
  Server,
  ServerCredentials,
  type sendUnaryData,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
} from '@grpc/grpc-js';
import gossipService from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import gossip, { type ClusterInfo, type MemberInfo } from '@eventstore/db-client/generated/gossip_pb.js';
import featuresService from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import features, { type SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb.js';
import shared, { type Empty } from '@eventstore/db-client/generated/shared_pb.js';
import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streams, {
  type AppendReq,
  type AppendResp,
  type BatchAppendReq,
  type BatchAppendResp,
  type ReadReq,
  type ReadResp,
} from '@eventstore/db-client/generated/streams_pb.js';
import { Faults, type Endpoint, type Method } from './eventstoredb/faults.js';
import * as say from './eventstoredb/messages.js';
import { eventsRead } from './eventstoredb/reading.js';
import { ServerLog, type Expected, type Outcome, type ProposedEvent } from './eventstoredb/server-log.js';
import { Subscription } from './eventstoredb/subscription.js';
import { Wire } from './eventstoredb/wire.js';

/** An append as it comes in, of either kind. */
interface Append {
  stream: string;
  expected: Expected;
  readonly events: ProposedEvent[];
}

/** A call, taken apart for what can go wrong between. */
interface Steps<Result> {
  readonly work: () => Result;
  readonly answer: (result: Result) => void;
  /** Ends the call. */
  readonly refuse: (error: say.CallError) => void;
  /** Says that the server's own time is up. */
  readonly timeOut?: () => void;
}

/**
 * A server that speaks EventStoreDB's own protocol over real HTTP/2, in memory: what 24.6.0 does, as far as a ledger asks
 * for it (`test/contract/eventstoredb-conformance.ts` runs against both), and what goes wrong, on demand.
 */
export class EventStoreDbDouble {
  readonly faults = new Faults();
  readonly #wire = new Wire();
  readonly #subscriptions = new Set<Subscription>();
  #server = new Server();
  #port = 0;
  maxAppendBytes = 1024 * 1024;
  /** Whom the gossip calls the leader; itself unless told. */
  leader: Endpoint | undefined;

  /** @param log shared by the nodes of one cluster */
  private constructor(readonly log: ServerLog) {}

  static async start(log = new ServerLog()): Promise<EventStoreDbDouble> {
    const double = new EventStoreDbDouble(log);
    await double.restart();
    return double;
  }

  get port(): number {
    return this.#port;
  }

  get connectionString(): string {
    return `esdb://127.0.0.1:${String(this.#port)}?tls=false`;
  }

  /** Connections that clients have made so far. */
  get connections(): number {
    return this.#wire.taken;
  }

  /** As a node that stops: connections are reset, new ones refused, what has been written stays. */
  async stop(): Promise<void> {
    await this.#wire.close();
    this.#server.forceShutdown();
  }

  /** After `stop`, on the same port. */
  async restart(): Promise<void> {
    this.#server = new Server({ 'grpc.max_receive_message_length': 17 * 1024 * 1024 });
    this.#server.addService(streamsService.StreamsService, {
      append: this.#append.bind(this),
      batchAppend: this.#batchAppend.bind(this),
      read: this.#read.bind(this),
    });
    this.#server.addService(featuresService.ServerFeaturesService, {
      getSupportedMethods: this.#unary('features', supportedMethods),
    });
    this.#server.addService(gossipService.GossipService, { read: this.#unary('gossip', () => this.#members()) });
    const serverPort = await new Promise<number>((resolve, reject) => {
      this.#server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
        if (error) reject(error);
        else resolve(port);
      });
    });
    this.#port = await this.#wire.open(serverPort, this.#port);
  }

  /** As a machine that hangs: connections stay, nothing is answered, not even a ping. */
  freeze(): void {
    this.#wire.freeze();
  }

  thaw(): void {
    this.#wire.thaw();
  }

  /** Resets every connection. */
  cut(): void {
    this.#wire.cutAll();
  }

  /** Ends every subscription, as a server does that goes out of service. */
  dropSubscriptions(): void {
    for (const subscription of this.#subscriptions) subscription.fail(say.unavailable());
  }

  /** Those there are now stay, and tell nothing until `false`. */
  set subscriptionsStalled(stalled: boolean) {
    for (const subscription of this.#subscriptions) subscription.stalled = stalled;
  }

  #append(call: ServerReadableStream<AppendReq, AppendResp>, callback: sendUnaryData<AppendResp>): void {
    const append: Append = { stream: '', expected: 'any', events: [] };
    call.on('data', (request: AppendReq) => {
      const [options, proposed] = [request.getOptions(), request.getProposedMessage()];
      if (options) {
        append.stream = say.nameOf(options.getStreamIdentifier());
        append.expected = say.expectedBy(options);
      }
      if (proposed) append.events.push(say.proposedEvent(proposed));
    });
    call.on('end', () => {
      this.#meet('append', call, {
        work: () => (this.#fits(append) ? this.#commit(append) : undefined),
        answer: (outcome) => {
          if (outcome) callback(null, say.appendResponse(append.expected, outcome));
          else callback(say.appendTooLarge(this.maxAppendBytes));
        },
        refuse: callback,
        timeOut: () => {
          callback(say.appendTimeout());
        },
      });
    });
  }

  #batchAppend(call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>): void {
    const pending = new Map<string, Append>();
    call.on('error', ignore);
    call.on('data', (request: BatchAppendReq) => {
      const id = request.getCorrelationId()?.getString() ?? '';
      const answer = (response: BatchAppendResp, { stream }: Append): void => {
        pending.delete(id);
        response.setCorrelationId(request.getCorrelationId()).setStreamIdentifier(say.identifier(stream));
        if (!call.cancelled && !call.destroyed) call.write(response);
      };
      const options = request.getOptions();
      if (options) {
        const stream = say.nameOf(options.getStreamIdentifier());
        const append: Append = { stream, expected: say.expectedBy(options), events: [] };
        pending.set(id, append);
        // Looked at when the append comes in, and not again.
        const deadline = options.getDeadline()?.toDate() ?? new Date(8.64e15);
        if (deadline.getTime() <= this.log.clock()) answer(say.batchAppendTimeout(), append);
      }
      const append = pending.get(id);
      if (!append) return;
      append.events.push(...request.getProposedMessagesList().map(say.proposedEvent));
      if (!this.#fits(append)) answer(say.batchAppendTooLarge(this.maxAppendBytes), append);
      else if (request.getIsFinal()) {
        this.#meet('append', call, {
          work: () => this.#commit(append),
          answer: (outcome) => {
            answer(say.batchAppendResponse(append.expected, outcome), append);
          },
          // Of the whole call: every append under way on it ends with this error.
          refuse: (error) => call.emit('error', error),
          timeOut: () => {
            answer(say.batchAppendTimeout(), append);
          },
        });
      }
    });
    call.on('end', () => {
      call.end();
    });
  }

  /** The bytes of the data alone: a server counts no more. */
  #fits({ events }: Append): boolean {
    return events.reduce((sum, { data }) => sum + data.length, 0) <= this.maxAppendBytes;
  }

  #commit({ stream, expected, events }: Append): Outcome {
    return this.log.append(stream, expected, events);
  }

  #read(call: ServerWritableStream<ReadReq, ReadResp>): void {
    const options = call.request.getOptions() ?? new streams.ReadReq.Options();
    call.on('error', ignore);
    const refuse = (error: say.CallError): void => {
      call.emit('error', error);
    };
    if (options.hasSubscription()) {
      this.#meet('subscribe', call, {
        work: ignore,
        answer: () => {
          try {
            const subscription = new Subscription(call, options, this.log);
            this.#subscriptions.add(subscription);
            call.on('close', () => this.#subscriptions.delete(subscription));
          } catch (error) {
            refuse(say.readError(error, 'subscription'));
          }
        },
        refuse,
      });
      return;
    }
    // A real one goes round and round.
    if (options.hasAll() && options.getCount() === '0') return;
    this.#meet(options.hasAll() ? 'readAll' : 'readStream', call, {
      work: ignore,
      answer: () => {
        try {
          const events = eventsRead(this.log, options);
          const name = say.nameOf(options.getStream()?.getStreamIdentifier());
          for (const response of events?.map(say.eventResponse) ?? [say.streamNotFound(name)]) call.write(response);
          call.end();
        } catch (error) {
          refuse(say.readError(error, options.hasAll() ? 'All' : 'Stream'));
        }
      },
      refuse,
    });
  }

  #unary<Response>(method: Method, respond: () => Response) {
    return (call: ServerUnaryCall<Empty, Response>, callback: sendUnaryData<Response>): void => {
      this.#meet(method, call, {
        work: respond,
        answer: (response) => {
          callback(null, response);
        },
        refuse: callback,
      });
    };
  }

  /** Does the work of a call and answers it, unless a fault has been switched on. */
  #meet<Result>(method: Method, call: { getPeer(): string }, { work, answer, refuse, timeOut }: Steps<Result>): void {
    const serve = (): void => {
      answer(work());
    };
    const reset = (): void => {
      this.#wire.cut(Number(call.getPeer().split(':').at(-1)));
    };
    const fault = this.faults.next(method);
    switch (fault?.kind) {
      case undefined:
        serve();
        return;
      case 'slow':
        setTimeout(serve, fault.ms);
        return;
      case 'silent':
        return;
      case 'silent after commit':
        work();
        return;
      case 'reset before commit':
        reset();
        return;
      case 'reset after commit':
        work();
        reset();
        return;
      case 'timeout':
        timeOut?.();
        return;
      case 'unavailable':
        refuse(say.unavailable());
        return;
      case 'unauthenticated':
        refuse(say.unauthenticated());
        return;
      case 'not leader':
        refuse(say.notLeader(fault.leader));
    }
  }

  #members(): ClusterInfo {
    const self = { host: '127.0.0.1', port: this.#port };
    const { LEADER, FOLLOWER } = gossip.MemberInfo.VNodeState;
    const info = new gossip.ClusterInfo();
    info.addMembers(member(this.leader ? FOLLOWER : LEADER, self));
    if (this.leader) info.addMembers(member(LEADER, this.leader));
    return info;
  }
}

function member(state: MemberInfo.VNodeState, { host, port }: Endpoint): MemberInfo {
  return new gossip.MemberInfo()
    .setInstanceId(new shared.UUID().setString(crypto.randomUUID()))
    .setTimeStamp(String(BigInt(Date.now()) * 10_000n))
    .setState(state)
    .setIsAlive(true)
    .setHttpEndPoint(new gossip.EndPoint().setAddress(host).setPort(port));
}

/** That appends may come as batches is what a client looks for. */
function supportedMethods(): SupportedMethods {
  const supported = new features.SupportedMethods().setEventStoreServerVersion('24.6.0');
  for (const [method, list] of Object.entries({
    read: ['position', 'events'],
    append: [],
    batchappend: ['deadline_duration'],
  })) {
    supported.addMethods(
      new features.SupportedMethod()
        .setServiceName('event_store.client.streams.streams')
        .setMethodName(method)
        .setFeaturesList(list),
    );
  }
  return supported;
}

function ignore(): void {
  // Of a call that is over there is nothing to say.
}
