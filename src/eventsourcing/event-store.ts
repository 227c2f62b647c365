import { eventBody, type NewEvent, type RecordedEvent, type StreamEvent } from './event.js';
import { START, type Position } from './position.js';

/** The revision a stream must be at for an append to be accepted. There is no "any". */
export type ExpectedRevision = number | 'no-stream';

/** What an accepted append returns, and returns again for every repetition. */
export interface Receipt {
  readonly stream: string;
  /** Revision of the last event appended. */
  readonly revision: number;
  /** Position of the last event appended. */
  readonly position: Position;
  readonly eventIds: readonly string[];
}

/** Where a reader of the whole ledger stands: the last event it has read. */
export interface Place {
  readonly position: Position;
  readonly recordedAtMs: number;
}

/** Before the first event. */
export const BEGINNING: Place = { position: START, recordedAtMs: 0 };

/** The same for every adapter, checked before anything is sent (a real EventStoreDB refuses an append over 1 MiB). */
export const APPEND_LIMITS = { events: 500, bytes: 900_000, eventBytes: 256 * 1024 } as const;

/**
 * The ledger: append-only streams with one order over all of them.
 *
 * - An append is one stream's, all or nothing, and durable when its promise resolves.
 * - Event ids are unique in the whole ledger. An append whose ids are known is answered with the first receipt when
 *   the bodies (`eventBody`) are equal, whatever revision it expects; otherwise it is refused (`EVENT_ID_REUSED`).
 * - Positions grow in commit order: a reader that has seen a position will never see a smaller one appear.
 * - `recordedAtMs` is set by the store and never decreases in position order, even when the clock steps back.
 */
export interface EventStore {
  /** @throws StoreError REVISION_CONFLICT, EVENT_ID_REUSED, EMPTY_APPEND, TOO_MANY_EVENTS, APPEND_TOO_LARGE, EVENT_TOO_LARGE, STORE_CLOSED */
  append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
    /** Made just now from randomness: nobody can have used them, so a store that would have to ask need not. */
    idsAreNew?: boolean,
  ): Promise<Receipt>;
  /** The stream's events from a revision on, in order; empty when there is no such stream. */
  readStream(stream: string, fromRevision?: number): Promise<StreamEvent[]>;
  /** At most `limit` events after a place, in position order. */
  readAll(after: Place, limit: number): Promise<RecordedEvent[]>;
  /** Position of the last event; `START` when the ledger is empty. */
  head(): Promise<Position>;
  /**
   * Checks every event up to the head. Returns how many there are.
   *
   * @param onProgress called now and then with the events checked and to check
   * @throws StoreError LEDGER_DAMAGED: the first thing found, and where
   */
  verify(onProgress?: (done: number, total: number) => void): Promise<number>;
  /** A wake-up after appends, by this or another process where the adapter can tell; never a delivery. Returns the way to stop. */
  onAppended(listener: () => void): () => void;
  close(): Promise<void>;
}

/** What follows a place, page by page, up to the head. */
export async function* pagesAfter(
  place: Place,
  store: EventStore,
  limit: number,
): AsyncGenerator<readonly RecordedEvent[], void> {
  for (let after = place; ;) {
    const page = await store.readAll(after, limit);
    const last = page.at(-1);
    if (!last) return;
    yield page;
    after = last;
  }
}

/** `EventStore.verify` for a store that looks after its bytes itself: that nothing is missing, twice, or out of order. */
export async function verifyByReading(
  store: EventStore,
  onProgress: (done: number, total: number) => void = () => undefined,
): Promise<number> {
  const revisions = new Map<string, number>();
  const ids = new Set<string>();
  let before: Place = BEGINNING;
  for await (const page of pagesAfter(BEGINNING, store, PAGE)) {
    for (const event of page) {
      const { id, stream, revision, position, recordedAtMs } = event;
      const expected = (revisions.get(stream) ?? -1) + 1;
      const wrong = (what: string): StoreError =>
        new StoreError('LEDGER_DAMAGED', `position ${position}, ${stream} ${String(revision)}: ${what}`);
      if (revision !== expected) throw wrong(`revision ${String(expected)} should follow`);
      if (ids.size === ids.add(id).size) throw wrong(`its id ${id} is another event's too`);
      if (position <= before.position) throw wrong(`it follows position ${before.position}`);
      if (recordedAtMs < before.recordedAtMs) throw wrong('it was recorded before the event before it');
      revisions.set(stream, revision);
      before = event;
    }
    onProgress(ids.size, ids.size);
  }
  return ids.size;
}

/** Events read at once. */
const PAGE = 1_000;

export type StoreErrorCode =
  | 'REVISION_CONFLICT'
  | 'EVENT_ID_REUSED'
  | 'EMPTY_APPEND'
  | 'TOO_MANY_EVENTS'
  | 'APPEND_TOO_LARGE'
  | 'EVENT_TOO_LARGE'
  | 'LEDGER_DAMAGED'
  | 'LEDGER_LOCKED'
  | 'CONNECTION_INVALID'
  | 'FOREIGN_EVENT'
  | 'OUTCOME_UNKNOWN'
  | 'POSITION_UNKNOWN'
  | 'STORE_REFUSED'
  | 'STORE_TOO_OLD'
  | 'STORE_UNREACHABLE'
  | 'STORE_CLOSED';

export class StoreError extends Error {
  override readonly name = 'StoreError';
  constructor(
    readonly code: StoreErrorCode,
    message: string,
    /** For REVISION_CONFLICT: where the stream really is. */
    readonly actual?: ExpectedRevision,
  ) {
    super(message);
  }
}

/** The bodies of an append, checked against `APPEND_LIMITS`; every adapter calls this before it sends anything. */
export function bodiesWithinLimits(events: readonly NewEvent[]): string[] {
  const { events: maxEvents, bytes: maxBytes, eventBytes: maxEventBytes } = APPEND_LIMITS;
  if (events.length === 0) throw new StoreError('EMPTY_APPEND', 'an append needs at least one event');
  if (events.length > maxEvents) {
    throw new StoreError(
      'TOO_MANY_EVENTS',
      `${String(events.length)} events in one append; at most ${String(maxEvents)}`,
    );
  }
  const bodies = events.map(eventBody);
  let total = 0;
  bodies.forEach((body, i) => {
    const bytes = Buffer.byteLength(body);
    total += bytes;
    if (bytes > maxEventBytes) {
      throw new StoreError(
        'EVENT_TOO_LARGE',
        `event ${String(i)} has ${String(bytes)} bytes; at most ${String(maxEventBytes)}`,
      );
    }
  });
  if (total > maxBytes) {
    throw new StoreError('APPEND_TOO_LARGE', `an append of ${String(total)} bytes; at most ${String(maxBytes)}`);
  }
  return bodies;
}
