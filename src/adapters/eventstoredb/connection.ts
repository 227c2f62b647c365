import { setTimeout as sleep } from 'node:timers/promises';
import {
  AccessDeniedError,
  EventStoreDBClient,
  MaxAppendSizeExceededError,
  StreamDeletedError,
  StreamNotFoundError,
  WrongExpectedVersionError,
  type StreamingRead,
} from '@eventstore/db-client';
import { StoreError } from '../../eventsourcing/event-store.js';
import { invalid, type ConnectionString } from './connection-string.js';

/**
 * The client sends an instant by its own clock, and a server whose clock is ahead would refuse what is in time. So none that
 * can pass: the limits below are ours, ms.
 */
export const NO_DEADLINE = { deadline: 365 * 24 * 3_600_000 } as const;

/** How long the server may be silent in a call. The client's own deadlines end neither a read nor an append. */
const SILENCE_MS_MAX = 4_000;
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

/**
 * The one client of the process, made anew when the server behind it has fallen silent.
 *
 * One at a time: the client package keeps the appends under way of all clients of a process in one list, and a client that
 * ends empties it for all. So a new one is made only when all calls of the former have ended.
 */
export class Connection {
  #client: EventStoreDBClient | undefined;
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
    await this.#ending;
    if (this.#closed) throw closed();
    const client = (this.#client ??= newClient(this.to.server));
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(this.unanswered(`no word for ${String(SILENCE_MS_MAX / 1_000)} s`));
        if (this.#client === client) this.#end();
      }, SILENCE_MS_MAX);
    });
    const working = work(client, () => timer?.refresh());
    // It may end after nobody waits for it any more.
    working.catch(() => undefined);
    try {
      const result = await Promise.race([working, silence]);
      // A read that is cut off ends as if there were no more.
      if (this.#client !== client) throw this.unanswered('the connection was given up');
      return result;
    } catch (error) {
      throw this.#isClosed() ? closed() : this.#answerOf(error);
    } finally {
      clearTimeout(timer);
    }
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

  #end(): void {
    const client = this.#client;
    if (!client) return;
    this.#client = undefined;
    this.#ending = this.#ending.then(() => dispose(client));
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
