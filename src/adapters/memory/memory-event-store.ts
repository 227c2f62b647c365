import { fromEventBody, type NewEvent, type RecordedEvent } from '../../eventsourcing/event.js';
import {
  bodiesWithinLimits,
  StoreError,
  type EventStore,
  type ExpectedRevision,
  type Receipt,
} from '../../eventsourcing/event-store.js';
import { positionOf, START, type Position } from '../../eventsourcing/position.js';

interface Entry {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly position: Position;
  readonly recordedAtMs: number;
  readonly body: string;
}

/** The ledger in arrays: for tests, under the same contract as the others. What it holds is gone with the process. */
export class MemoryEventStore implements EventStore {
  readonly #entries: Entry[] = [];
  readonly #streams = new Map<string, Entry[]>();
  readonly #byId = new Map<string, Entry>();
  readonly #listeners = new Set<() => void>();
  #closed = false;

  /** @param clock ms since 1970 UTC */
  constructor(private readonly clock: () => number = Date.now) {}

  async append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<Receipt> {
    await this.#whileOpen();
    const bodies = bodiesWithinLimits(events);
    const last = this.#repeated(stream, events, bodies) ?? this.#record(stream, expected, events, bodies);
    return { stream, revision: last.revision, position: last.position, eventIds: events.map(({ id }) => id) };
  }

  async readStream(stream: string, fromRevision = 0): Promise<RecordedEvent[]> {
    await this.#whileOpen();
    return (this.#streams.get(stream) ?? []).slice(fromRevision).map(recorded);
  }

  async readAll(after: Position, limit: number): Promise<RecordedEvent[]> {
    await this.#whileOpen();
    return this.#entries.slice(Number(after), Number(after) + limit).map(recorded);
  }

  async head(): Promise<Position> {
    await this.#whileOpen();
    return this.#entries.at(-1)?.position ?? START;
  }

  onAppended(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#listeners.clear();
    return Promise.resolve();
  }

  #whileOpen(): Promise<void> {
    return this.#closed ? Promise.reject(new StoreError('STORE_CLOSED', 'the store is closed')) : Promise.resolve();
  }

  /** The last entry of the first time, when this append has been made before. */
  #repeated(stream: string, events: readonly NewEvent[], bodies: readonly string[]): Entry | undefined {
    const known = events.map(({ id }) => this.#byId.get(id));
    const ids = new Set(events.map(({ id }) => id));
    if (known.every((entry) => entry === undefined) && ids.size === events.length) return undefined;
    const first = known[0]?.revision ?? 0;
    const same = known.every(
      (entry, i) => entry?.stream === stream && entry.revision === first + i && entry.body === bodies[i],
    );
    if (!same)
      throw new StoreError('EVENT_ID_REUSED', `other events of the ledger have ids of this append to ${stream}`);
    return known.at(-1);
  }

  #record(stream: string, expected: ExpectedRevision, events: readonly NewEvent[], bodies: readonly string[]): Entry {
    const entries = this.#streams.get(stream) ?? [];
    const actual = entries.length === 0 ? 'no-stream' : entries.length - 1;
    if (expected !== actual) {
      throw new StoreError('REVISION_CONFLICT', `${stream} is at ${String(actual)}, not ${String(expected)}`, actual);
    }
    const recordedAtMs = Math.max(this.clock(), this.#entries.at(-1)?.recordedAtMs ?? 0);
    events.forEach(({ id }, i) => {
      const position = positionOf(this.#entries.length + 1);
      const entry = { id, stream, revision: entries.length, position, recordedAtMs, body: bodies[i] ?? '' };
      entries.push(entry);
      this.#entries.push(entry);
      this.#byId.set(id, entry);
    });
    this.#streams.set(stream, entries);
    queueMicrotask(() => {
      for (const listener of this.#listeners) listener();
    });
    return entries.at(-1) as Entry;
  }
}

const recorded = ({ body, ...entry }: Entry): RecordedEvent => ({ ...entry, ...fromEventBody(body) });
