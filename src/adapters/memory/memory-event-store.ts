import { fromEventBody, type NewEvent, type RecordedEvent, type StreamEvent } from '../../eventsourcing/event.js';
import {
  bodiesWithinLimits,
  StoreError,
  verifyByReading,
  type EventStore,
  type ExpectedRevision,
  type Place,
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

/** What a file or a server is to other stores: several stores may share it. */
export class MemoryLedger {
  readonly entries: Entry[] = [];
  readonly streams = new Map<string, Entry[]>();
  readonly byId = new Map<string, Entry>();
  readonly listeners = new Set<() => void>();
}

/** The ledger in arrays: for tests, under the same contract as the others. What it holds is gone with the process. */
export class MemoryEventStore implements EventStore {
  readonly #stops = new Set<() => void>();
  #closed = false;

  /** @param clock ms since 1970 UTC */
  constructor(
    private readonly clock: () => number = Date.now,
    private readonly ledger = new MemoryLedger(),
  ) {}

  append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<Receipt> {
    return this.#whileOpen(() => {
      const bodies = bodiesWithinLimits(events);
      const eventIds = events.map(({ id }) => id);
      const { revision, position } =
        this.#repeated(stream, eventIds, bodies) ?? this.#record(stream, expected, eventIds, bodies);
      return { stream, revision, position, eventIds };
    });
  }

  readStream(stream: string, fromRevision = 0): Promise<StreamEvent[]> {
    return this.#whileOpen(() => (this.ledger.streams.get(stream) ?? []).slice(fromRevision).map(inStream));
  }

  readAll(after: Place, limit: number): Promise<RecordedEvent[]> {
    const from = Number(after.position);
    return this.#whileOpen(() =>
      this.ledger.entries
        .slice(from, from + limit)
        .map((entry) => ({ ...inStream(entry), recordedAtMs: entry.recordedAtMs })),
    );
  }

  head(): Promise<Position> {
    return this.#whileOpen(() => this.ledger.entries.at(-1)?.position ?? START);
  }

  verify(onProgress?: (done: number, total: number) => void): Promise<number> {
    return verifyByReading(this, onProgress);
  }

  onAppended(listener: () => void): () => void {
    this.#requireOpen();
    const wake = (): void => {
      listener();
    };
    const stop = (): void => {
      this.ledger.listeners.delete(wake);
    };
    this.ledger.listeners.add(wake);
    this.#stops.add(stop);
    return stop;
  }

  close(): Promise<void> {
    this.#closed = true;
    for (const stop of this.#stops) stop();
    return Promise.resolve();
  }

  #whileOpen<Result>(work: () => Result): Promise<Result> {
    return new Promise((resolve) => {
      this.#requireOpen();
      resolve(work());
    });
  }

  #requireOpen(): void {
    if (this.#closed) throw new StoreError('STORE_CLOSED', 'the store has been closed');
  }

  /** The last entry, when the same events in the same order have been appended to the same stream. */
  #repeated(stream: string, ids: readonly string[], bodies: readonly string[]): Entry | undefined {
    const known = ids.map((id) => this.ledger.byId.get(id));
    if (known.every((entry) => entry === undefined) && new Set(ids).size === ids.length) return undefined;
    const first = known[0]?.revision ?? 0;
    known.forEach((entry, i) => {
      if (entry?.stream !== stream || entry.revision !== first + i || entry.body !== bodies[i]) {
        throw new StoreError(
          'EVENT_ID_REUSED',
          `event id ${ids[i] ?? ''} is another event's; not appended to ${stream}`,
        );
      }
    });
    return known.at(-1);
  }

  #record(stream: string, expected: ExpectedRevision, ids: readonly string[], bodies: readonly string[]): Entry {
    const { entries, streams, byId, listeners } = this.ledger;
    const before = streams.get(stream) ?? [];
    const actual = before.length === 0 ? 'no-stream' : before.length - 1;
    if (expected !== actual) {
      throw new StoreError('REVISION_CONFLICT', `${stream} is at ${String(actual)}, not ${String(expected)}`, actual);
    }
    const recordedAtMs = Math.max(this.clock(), entries.at(-1)?.recordedAtMs ?? 0);
    const added = bodies.map((body, i) => ({
      id: ids[i] ?? '',
      stream,
      revision: before.length + i,
      position: positionOf(entries.length + 1 + i),
      recordedAtMs,
      body,
    }));
    entries.push(...added);
    before.push(...added);
    streams.set(stream, before);
    for (const entry of added) byId.set(entry.id, entry);
    queueMicrotask(() => {
      for (const listener of listeners) listener();
    });
    return added.at(-1) as Entry;
  }
}

const inStream = ({ body, recordedAtMs: _, ...entry }: Entry): StreamEvent => ({ ...entry, ...fromEventBody(body) });
