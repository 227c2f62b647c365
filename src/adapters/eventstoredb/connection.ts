import { setTimeout as sleep } from 'node:timers/promises';
import {
  AccessDeniedError,
  END,
  EventStoreDBClient,
  MaxAppendSizeExceededError,
  StreamDeletedError,
  StreamNotFoundError,
  WrongExpectedVersionError,
  type AllStreamSubscription,
  type StreamingRead,
} from '@eventstore/db-client';
import { StoreError } from '../../eventsourcing/event-store.js';
import { invalid, type ConnectionString } from './connection-string.js';

/**
 * The client sends an instant by its own clock, and a server whose clock is ahead would refuse what is in time. So none that
 * can pass: the limits below are ours, ms.
 */
export const NO_DEADLINE = { deadline: 365 * 24 * 3_600_000 } as const;

/** How long the server may be silent to all who wait for it. The client's own deadlines end neither a read nor an append. */
const SILENCE_MS_MAX = 4_000;
/** How long one call may wait while others are answered: half of the patience, so that it is made once more. */
const CALL_MS_MAX = 10_000;
const TICK_MS = 250;
/** How long a call is made again while nobody answers it: longer than a cluster needs for a new leader. */
const PATIENCE_MS = 20_000;
const RETRY_MS = 200;
/** Appends of many at once over one connection came with 21.10. */
const SERVER_VERSION_MIN = [21, 10] as const;

/** Nobody has answered: what became of the call is not known. */
export class Unanswered extends StoreError {
  constructor(hosts: string, why: string) {
    super(
      'STORE_UNREACHABLE',
      `EventStoreDB（${hosts}）が応答しません / EventStoreDB at ${hosts} does not answer: ${why}`,
    );
  }
}

/** Says that the server is not silent. */
export type Alive = () => void;

type Work<Result> = (client: EventStoreDBClient, alive: Alive) => Promise<Result>;

/** A call under way. */
interface Call {
  quietMs: number;
  giveUp: (why: string) => void;
}

/**
 * A client and the calls that wait for it. A word to any of them is a sign of life for all.
 *
 * Time is counted in ticks of our own loop: while the process itself is held up none passes, and what the server said
 * meanwhile is heard before the next.
 */
class Line {
  readonly #waiting = new Set<Call>();
  #quietMs = 0;
  #clock: NodeJS.Timeout | undefined;

  constructor(
    readonly client: EventStoreDBClient,
    private readonly onSilence: () => void,
  ) {}

  begin(call: Call): void {
    if (this.#waiting.size === 0) {
      this.#quietMs = 0;
      this.#clock = setInterval(() => {
        this.#tick();
      }, TICK_MS);
    }
    this.#waiting.add(call);
  }

  heard(call?: Call): void {
    this.#quietMs = 0;
    if (call) call.quietMs = 0;
  }

  end(call: Call): void {
    this.#waiting.delete(call);
    if (this.#waiting.size === 0) clearInterval(this.#clock);
  }

  #tick(): void {
    this.#quietMs += TICK_MS;
    const isSilent = this.#quietMs >= SILENCE_MS_MAX;
    for (const call of this.#waiting) {
      call.quietMs += TICK_MS;
      if (isSilent) call.giveUp(`no word for ${String(SILENCE_MS_MAX / 1_000)} s`);
      else if (call.quietMs >= CALL_MS_MAX) call.giveUp(`no word in this call for ${String(CALL_MS_MAX / 1_000)} s`);
    }
    if (isSilent) this.onSilence();
  }
}

/**
 * The one client of the process, made anew when the server behind it has fallen silent.
 *
 * One at a time: the client package keeps the appends under way of all clients of a process in one list, and a client that
 * ends empties it for all. So a new one is made only when all calls of the former have ended.
 */
export class Connection {
  #line: Line | undefined;
  #ending: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(private readonly to: Pick<ConnectionString, 'server' | 'hosts'>) {}

  /** @throws StoreError STORE_UNREACHABLE, STORE_REFUSED, STORE_TOO_OLD */
  async requireServer(): Promise<void> {
    const version = await this.attempt(async (client) => {
      // Not public, but what the client itself decides by.
      const { capabilities } = client as unknown as { capabilities: Promise<{ readonly serverVersion: string }> };
      return (await capabilities).serverVersion;
    });
    const parts = version.split('.').map(Number);
    const at = SERVER_VERSION_MIN.findIndex((min, i) => parts[i] !== min);
    // A version that is no number is newer than any of these.
    if (at >= 0 && (parts[at] ?? 0) < (SERVER_VERSION_MIN[at] ?? 0)) {
      throw new StoreError('STORE_TOO_OLD', `EventStoreDB ${version}; at least ${SERVER_VERSION_MIN.join('.')}`);
    }
  }

  /** One call. @throws Unanswered; StoreError; what the client says of a stream or its revision */
  async attempt<Result>(work: Work<Result>): Promise<Result> {
    const line = await this.#open();
    const call: Call = { quietMs: 0, giveUp: () => undefined };
    const givenUp = new Promise<never>((_, reject) => {
      call.giveUp = (why) => {
        reject(this.unanswered(why));
      };
    });
    line.begin(call);
    const working = work(line.client, () => {
      line.heard(call);
    });
    // It may end after nobody waits for it any more.
    working.catch(() => undefined);
    try {
      const result = await Promise.race([working, givenUp]);
      // A read that is cut off ends as if there were no more.
      if (this.#line !== line) throw this.unanswered('the connection was given up');
      line.heard();
      return result;
    } catch (error) {
      const answer = this.#isClosed() ? closed() : this.#answerOf(error);
      if (!(answer instanceof Unanswered)) line.heard();
      throw answer;
    } finally {
      line.end(call);
    }
  }

  /** Tells of all that is appended from now on. Nobody waits for it; whatever it brings is a sign of life. */
  async subscribe(): Promise<{ readonly subscription: AllStreamSubscription; readonly alive: Alive }> {
    const line = await this.#open();
    return {
      subscription: line.client.subscribeToAll({ fromPosition: END }),
      alive: () => {
        line.heard();
      },
    };
  }

  /** A call that may be made twice: again until it is answered, or patience ends. */
  async persist<Result>(work: Work<Result>, patience = new Patience()): Promise<Result> {
    for (;;) {
      try {
        return await this.attempt(work);
      } catch (error) {
        if (!(error instanceof Unanswered) || !(await patience.wait())) throw error;
      }
    }
  }

  unanswered(why: string): Unanswered {
    return new Unanswered(this.to.hosts, why);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#end();
    await this.#ending;
  }

  /** What the server has said, in the words of the port where it has them; whatever it has not said is `Unanswered`. */
  #answerOf(error: unknown): unknown {
    if (error instanceof StoreError) return error;
    if (error instanceof WrongExpectedVersionError || error instanceof StreamNotFoundError) return error;
    const [said = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    const message = said.replace(/\.? *Resolution note: *$/, '');
    if (error instanceof AccessDeniedError) {
      return new StoreError('STORE_REFUSED', `EventStoreDB が接続を拒否しました / EventStoreDB refuses: ${message}`);
    }
    if (error instanceof StreamDeletedError) {
      return new StoreError('LEDGER_DAMAGED', `${error.streamName} has been deleted from EventStoreDB`);
    }
    if (error instanceof MaxAppendSizeExceededError) {
      return new StoreError('APPEND_TOO_LARGE', `EventStoreDB takes ${String(error.maxAppendSize)} bytes at most`);
    }
    if (message.includes('InvalidPosition')) {
      return new StoreError('POSITION_UNKNOWN', 'no event of this EventStoreDB begins at that position');
    }
    const isTls = /SSL|ssl3|certificate|Failed to connect/.test(message);
    return this.unanswered(isTls ? `${message} (tls=true, tls=false, tlsCaFile?)` : message);
  }

  #isClosed(): boolean {
    return this.#closed;
  }

  async #open(): Promise<Line> {
    await this.#ending;
    if (this.#closed) throw closed();
    if (this.#line) return this.#line;
    const line = new Line(newClient(this.to.server), () => {
      if (this.#line === line) this.#end();
    });
    return (this.#line = line);
  }

  #end(): void {
    const line = this.#line;
    if (!line) return;
    this.#line = undefined;
    this.#ending = this.#ending.then(() => dispose(line.client));
  }
}

export class Patience {
  readonly #endsAt = performance.now() + PATIENCE_MS;

  /** Waits a moment; `false`: it has come to its end. */
  async wait(): Promise<boolean> {
    await sleep(RETRY_MS);
    return performance.now() < this.#endsAt;
  }
}

/** All of a reading, the silence before each of its records bounded. */
export async function collect<Read>(reading: StreamingRead<Read>, alive: Alive): Promise<Read[]> {
  const found: Read[] = [];
  for await (const one of reading) {
    alive();
    found.push(one);
  }
  return found;
}

const closed = (): StoreError => new StoreError('STORE_CLOSED', 'the store has been closed');

/** @throws StoreError CONNECTION_INVALID: a value that is none, a certificate that is not there */
function newClient(connectionString: string): EventStoreDBClient {
  try {
    return EventStoreDBClient.connectionString(connectionString);
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : String(error));
  }
}

/** Ends the calls under way, and the connection, which the client leaves open with whatever waits for it. */
async function dispose(client: EventStoreDBClient): Promise<void> {
  const { getChannel } = client as unknown as { readonly getChannel: () => Promise<{ close(): void }> };
  await client.dispose();
  await getChannel().then(
    (channel) => {
      channel.close();
    },
    () => undefined,
  );
}
