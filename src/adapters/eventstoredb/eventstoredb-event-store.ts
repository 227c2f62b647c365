import { setTimeout as sleep } from 'node:timers/promises';
import {
  BACKWARDS,
  END,
  FORWARDS,
  jsonEvent,
  NO_STREAM,
  StreamNotFoundError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { eventBody, type NewEvent, type RecordedEvent, type StreamEvent } from '../../eventsourcing/event.js';
import {
  bodiesWithinLimits,
  StoreError,
  verifyByReading,
  type EventStore,
  type ExpectedRevision,
  type Place,
  type Receipt,
} from '../../eventsourcing/event-store.js';
import { START, type Position } from '../../eventsourcing/position.js';
import { collect, Connection, NO_DEADLINE, Patience, Unanswered } from './connection.js';
import { readConnectionString } from './connection-string.js';
import { IdClaims } from './id-claims.js';
import {
  fromStored,
  isStored,
  keyOf,
  logPositionOf,
  toStored,
  type LogPosition,
  type Record,
  type Stored,
} from './stored-event.js';
import { StreamNames } from './stream-names.js';

/** Records read at once when the end of the ledger is looked for. */
const TAIL_RECORDS = 64;
/** A subscription that has ended begins again after this. */
const RESUBSCRIBE_MS = 500;

/** How far the log has been looked through, and the last event of the ledger up to there. */
interface Tail {
  readonly head: Position;
  readonly readTo: LogPosition;
}

/** One append, as it is sent and looked for. */
interface Append {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly ids: readonly string[];
  readonly bodies: readonly string[];
}

/**
 * The ledger in an EventStoreDB, or KurrentDB: its streams are the server's, its positions those of the server's log.
 * Several processes may use the same server or cluster.
 *
 * A call that nobody answers is made again until patience ends; whether an append was written is looked up.
 */
export class EventStoreDbEventStore implements EventStore {
  readonly #names: StreamNames;
  readonly #claims: IdClaims;
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #listeners = new Set<() => void>();
  #isFollowing = false;
  /** Where the ledger begins in the server's log; `undefined`: no event yet, as far as known. */
  #beginning: LogPosition | undefined;
  #tail: Tail | undefined;
  /** Streams in which an event was found that is not ours: whether they are of another application. */
  readonly #foreign = new Map<string, boolean>();
  /** The greatest time of recording seen here: new events are not dated before it. */
  #recordedAtMs = 0;
  #closed: Promise<void> | undefined;

  private constructor(
    private readonly connection: Connection,
    ledger: string,
    private readonly clock: () => number,
  ) {
    this.#names = new StreamNames(ledger);
    this.#claims = new IdClaims(connection, this.#names, async (stream, id, patience) =>
      (await this.#stream(stream, 0, patience)).some((event) => event.id === id),
    );
  }

  /**
   * @param connectionString `esdb://user:password@host:2113?tls=true`, several hosts for a cluster, `ledger=name` for one
   *   of several ledgers
   * @param options.clock ms since 1970 UTC
   * @throws StoreError CONNECTION_INVALID, STORE_UNREACHABLE, STORE_REFUSED, STORE_TOO_OLD, FOREIGN_EVENT
   */
  static async open(
    connectionString: string,
    { clock = Date.now }: { readonly clock?: () => number } = {},
  ): Promise<EventStoreDbEventStore> {
    const to = readConnectionString(connectionString);
    const connection = new Connection(to);
    const store = new EventStoreDbEventStore(connection, to.ledger, clock);
    try {
      await connection.requireServer();
      await store.head();
      return store;
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  /** @throws StoreError those of the port; OUTCOME_UNKNOWN: nobody has said whether it was written, send it again */
  async append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
    idsAreNew = false,
  ): Promise<Receipt> {
    this.#requireOpen();
    const bodies = bodiesWithinLimits(events);
    const ids = events.map(({ id }) => id);
    if (new Set(ids).size !== ids.length) throw reused(stream, ids);
    const appending = this.#append({ stream, expected, ids, bodies }, idsAreNew);
    this.#underWay.add(appending);
    try {
      return await appending;
    } finally {
      this.#underWay.delete(appending);
    }
  }

  async readStream(stream: string, fromRevision = 0): Promise<StreamEvent[]> {
    this.#requireOpen();
    return this.#stream(stream, fromRevision);
  }

  async readAll(after: Place, limit: number): Promise<RecordedEvent[]> {
    this.#requireOpen();
    const beginning = await this.#begun();
    if (!beginning) return [];
    const found: RecordedEvent[] = [];
    let { recordedAtMs } = after;
    let readTo = this.#readTo(after.position, beginning);
    while (found.length < limit) {
      const page = await this.#log(FORWARDS, readTo, Math.max(TAIL_RECORDS, limit - found.length + 1));
      for (const record of page.records) {
        if (found.length === limit) return found;
        readTo = record.position;
        const stored = await this.#inLedger(record);
        if (!stored) continue;
        recordedAtMs = Math.max(recordedAtMs, stored.recordedAtMs);
        found.push({ ...stored.event, recordedAtMs });
      }
      if (page.isLast) {
        this.#tail = { head: found.at(-1)?.position ?? after.position, readTo };
        break;
      }
    }
    this.#recordedAtMs = Math.max(this.#recordedAtMs, recordedAtMs);
    return found;
  }

  async head(): Promise<Position> {
    this.#requireOpen();
    const beginning = await this.#begun();
    if (!beginning) return START;
    if (this.#tail) {
      const { head, readTo } = this.#tail;
      const { records, isLast } = await this.#log(FORWARDS, readTo, TAIL_RECORDS);
      const newestFirst = records.reverse();
      if (isLast) return this.#headIs((await this.#newestIn(newestFirst)) ?? head, newestFirst[0]?.position ?? readTo);
    }
    return this.#headFromTheEnd(beginning);
  }

  verify(onProgress?: (done: number, total: number) => void): Promise<number> {
    return verifyByReading(this, onProgress);
  }

  onAppended(listener: () => void): () => void {
    this.#requireOpen();
    const wake = (): void => {
      listener();
    };
    this.#listeners.add(wake);
    if (!this.#isFollowing) void this.#follow();
    return () => {
      this.#listeners.delete(wake);
    };
  }

  /** Appends made before are still recorded and answered. */
  close(): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  async #close(): Promise<void> {
    this.#listeners.clear();
    await Promise.allSettled(this.#underWay);
    await this.connection.close();
  }

  async #append(append: Append, idsAreNew: boolean): Promise<Receipt> {
    const { stream, ids } = append;
    const patience = new Patience();
    if (!(await this.#begun(patience))) await this.#begin(patience);
    if (!idsAreNew && !(await this.#claims.claim(ids, stream, patience))) {
      const first = await this.#recorded(append, 0, patience);
      if (first) return first;
    }
    const receipt = await this.#write(append, patience);
    this.#wake();
    return receipt;
  }

  /** Whatever happens on the way, written once or not at all. */
  async #write(append: Append, patience: Patience): Promise<Receipt> {
    const { stream, expected, ids, bodies } = append;
    const recordedAtMs = (this.#recordedAtMs = Math.max(this.#recordedAtMs, this.clock()));
    const events = ids.map((id, i) => toStored(id, bodies[i] ?? '', recordedAtMs));
    const expectedRevision = expected === 'no-stream' ? NO_STREAM : BigInt(expected);
    for (;;) {
      try {
        const { nextExpectedRevision, position } = await this.connection.attempt((client) =>
          client.appendToStream(this.#names.onServer(stream), events, { expectedRevision, ...NO_DEADLINE }),
        );
        if (!position) throw this.connection.unanswered(`an append to ${stream} has no position`);
        return { stream, revision: Number(nextExpectedRevision), position: keyOf(position), eventIds: ids };
      } catch (error) {
        const isRefused = error instanceof WrongExpectedVersionError;
        if (!isRefused && !(error instanceof Unanswered)) throw error;
        const from = isRefused || expected === 'no-stream' ? 0 : expected + 1;
        const written = await this.#recorded(append, from, patience).catch((failure: unknown) => {
          throw failure instanceof Unanswered && !isRefused ? unknown(append, failure) : failure;
        });
        if (written) return written;
        if (isRefused) throw conflict(append, error);
        if (!(await patience.wait())) throw unknown(append, error);
      }
    }
  }

  /** The receipt of an append that its stream holds. @throws StoreError EVENT_ID_REUSED */
  async #recorded(
    { stream, ids, bodies }: Append,
    fromRevision: number,
    patience: Patience,
  ): Promise<Receipt | undefined> {
    const found = await this.#stream(stream, fromRevision, patience);
    if (!found.some(({ id }) => ids.includes(id))) return undefined;
    const first = found.findIndex(({ id }) => id === ids[0]);
    const same = ids.every((id, i) => {
      const event = first < 0 ? undefined : found[first + i];
      return event?.id === id && eventBody(event) === bodies[i];
    });
    const last = found[first + ids.length - 1];
    if (!same || !last) throw reused(stream, ids);
    return { stream, revision: last.revision, position: last.position, eventIds: ids };
  }

  async #stream(stream: string, fromRevision: number, patience?: Patience): Promise<StreamEvent[]> {
    const records = await this.#records(this.#names.onServer(stream), fromRevision, { patience });
    return records.map((record, i) => {
      const { event } = fromStored(stream, record);
      if (event.revision === fromRevision + i) return event;
      throw new StoreError('LEDGER_DAMAGED', `${stream} has no revision ${String(fromRevision + i)}`);
    });
  }

  async #records(
    name: string,
    fromRevision: number,
    { maxCount = Number.MAX_SAFE_INTEGER, patience }: { maxCount?: number; patience?: Patience | undefined } = {},
  ): Promise<Record[]> {
    try {
      const options = { fromRevision: BigInt(fromRevision), maxCount, requiresLeader: true };
      const found = await this.connection.persist(
        (client, alive) => collect(client.readStream(name, options), alive),
        patience,
      );
      return found.flatMap(({ event }) => (event ? [event as Record] : []));
    } catch (error) {
      if (error instanceof StreamNotFoundError) return [];
      throw error;
    }
  }

  /** Up to `limit` records of the log behind a position. */
  async #log(
    direction: typeof FORWARDS | typeof BACKWARDS,
    behind: LogPosition | typeof END,
    limit: number,
  ): Promise<{ records: Record[]; isLast: boolean }> {
    // Forwards, the server begins with the record at the position itself.
    const maxCount = direction === FORWARDS ? limit + 1 : limit;
    const found = await this.connection.persist((client, alive) =>
      collect(client.readAll({ direction, fromPosition: behind, maxCount, requiresLeader: true }), alive),
    );
    const records = found
      .flatMap(({ event }) => (event ? [event as Record] : []))
      .filter(({ position }) => direction === BACKWARDS || behind === END || position.commit > behind.commit);
    return { records, isLast: found.length < maxCount };
  }

  /** `undefined`: beside the ledger. @throws StoreError FOREIGN_EVENT: in a stream of the ledger */
  async #inLedger(record: Record): Promise<Stored | undefined> {
    const stream = this.#names.inLedger(record.streamId);
    if (stream === undefined) return undefined;
    if (!isStored(record) && (await this.#isForeign(stream))) return undefined;
    return fromStored(stream, record);
  }

  /** Whether a stream is of another application: it begins with an event that is not ours. */
  async #isForeign(stream: string): Promise<boolean> {
    const known = this.#foreign.get(stream);
    if (known !== undefined) return known;
    const [first] = await this.#records(this.#names.onServer(stream), 0, { maxCount: 1 });
    const isForeign = first === undefined || !isStored(first);
    this.#foreign.set(stream, isForeign);
    return isForeign;
  }

  async #begun(patience?: Patience): Promise<LogPosition | undefined> {
    this.#beginning ??= (await this.#records(this.#names.beginning, 0, { patience }))[0]?.position;
    return this.#beginning;
  }

  async #begin(patience: Patience): Promise<void> {
    const event = jsonEvent({ type: 'LedgerBegun', data: {} });
    try {
      await this.connection.persist(
        (client) =>
          client.appendToStream(this.#names.beginning, event, { expectedRevision: NO_STREAM, ...NO_DEADLINE }),
        patience,
      );
    } catch (error) {
      // Another process was first.
      if (!(error instanceof WrongExpectedVersionError)) throw error;
    }
    await this.#begun(patience);
  }

  /** Where to read on from: what is beside the ledger's last event is not read each time. */
  #readTo(position: Position, beginning: LogPosition): LogPosition {
    if (this.#tail?.head === position) return this.#tail.readTo;
    return position === START ? beginning : logPositionOf(position);
  }

  async #headFromTheEnd(beginning: LogPosition): Promise<Position> {
    let behind: LogPosition | typeof END = END;
    let readTo: LogPosition | undefined;
    for (let limit = TAIL_RECORDS; ; limit *= 2) {
      const { records } = await this.#log(BACKWARDS, behind, limit);
      readTo ??= records[0]?.position;
      behind = records.at(-1)?.position ?? beginning;
      const newest = await this.#newestIn(records);
      if (newest !== undefined || behind.commit <= beginning.commit) {
        return this.#headIs(newest ?? START, readTo ?? beginning);
      }
    }
  }

  /** The ledger's last event among records of the log. */
  async #newestIn(newestFirst: readonly Record[]): Promise<Position | undefined> {
    for (const record of newestFirst) {
      const stored = await this.#inLedger(record);
      if (stored) return stored.event.position;
    }
    return undefined;
  }

  #headIs(head: Position, readTo: LogPosition): Position {
    this.#tail = { head, readTo };
    return head;
  }

  /** The server tells of appends while anybody listens. It is only a wake-up, so nothing is lost with what it leaves out. */
  async #follow(): Promise<void> {
    this.#isFollowing = true;
    while (this.#listeners.size > 0) {
      try {
        const { subscription, alive } = await this.connection.subscribe();
        subscription.once('confirmation', () => {
          alive();
          this.#wake();
        });
        for await (const { event } of subscription) {
          alive();
          if (event && this.#names.inLedger(event.streamId) !== undefined) this.#wake();
          if (this.#listeners.size === 0) await subscription.unsubscribe();
        }
      } catch {
        // It begins again; whoever listens also looks by itself from time to time.
      }
      if (this.#listeners.size > 0) await sleep(RESUBSCRIBE_MS, undefined, { ref: false });
    }
    this.#isFollowing = false;
  }

  #wake(): void {
    for (const listener of this.#listeners) listener();
  }

  #requireOpen(): void {
    if (this.#closed) throw new StoreError('STORE_CLOSED', 'the store has been closed');
  }
}

const reused = (stream: string, ids: readonly string[]): StoreError =>
  new StoreError('EVENT_ID_REUSED', `an event id is another event's: ${ids.join(' ')}; not appended to ${stream}`);

const unknown = ({ stream }: Append, { message }: Unanswered): StoreError =>
  new StoreError(
    'OUTCOME_UNKNOWN',
    `${stream} に記録されたかどうか分かりません。同じ内容をもう一度送ってください / whether it was recorded is not known, send the same again: ${message}`,
  );

function conflict({ stream, expected }: Append, { actualVersion }: WrongExpectedVersionError): StoreError {
  const actual = typeof actualVersion === 'bigint' ? Number(actualVersion) : 'no-stream';
  return new StoreError('REVISION_CONFLICT', `${stream} is at ${String(actual)}, not ${String(expected)}`, actual);
}
