import { setImmediate } from 'node:timers/promises';
import type { NewEvent, RecordedEvent, StreamEvent } from '../../eventsourcing/event.js';
import {
  bodiesWithinLimits,
  StoreError,
  type EventStore,
  type ExpectedRevision,
  type Place,
  type Receipt,
} from '../../eventsourcing/event-store.js';
import { positionOf, type Position } from '../../eventsourcing/position.js';
import { createLedger } from './ledger-file.js';
import { LedgerReader } from './ledger-reader.js';
import { requireSoundWal } from './wal-check.js';
import { WriterThread } from './writer-thread.js';

/** How often the appends of other processes are looked for, while anyone listens. */
const POLL_MS = 200;

/**
 * The ledger in one SQLite file. One writer thread commits all waiting appends together; reads are answered on the
 * caller's thread, at once. Several processes may use the same file.
 *
 * Any method may also throw StoreError LEDGER_DAMAGED.
 */
export class SqliteEventStore implements EventStore {
  /** From the first append on: who only reads leaves the file as it is. */
  #writer: WriterThread | undefined;
  readonly #listeners = new Set<() => void>();
  #poll: NodeJS.Timeout | undefined;
  /** The head that listeners have been woken for. */
  #seen: number | undefined;
  #closed: Promise<void> | undefined;

  private constructor(
    private readonly file: string,
    private readonly reader: LedgerReader,
    private readonly clock: () => number,
  ) {}

  /**
   * Makes the file when there is none; the folder must be there.
   *
   * @param options.clock ms since 1970 UTC
   * @throws StoreError LEDGER_DAMAGED, STORE_TOO_OLD
   */
  static open(file: string, { clock = Date.now }: { readonly clock?: () => number } = {}): Promise<SqliteEventStore> {
    return new Promise((resolve) => {
      createLedger(file);
      requireSoundWal(file);
      resolve(new SqliteEventStore(file, LedgerReader.open(file), clock));
    });
  }

  /** @throws StoreError those of the port; LEDGER_LOCKED: another process has not stopped writing for 10 seconds */
  async append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<Receipt> {
    this.#requireOpen();
    const bodies = bodiesWithinLimits(events);
    const eventIds = events.map(({ id }) => id);
    this.#writer ??= new WriterThread(this.file, this.clock, () => {
      this.#wake();
    });
    const [revision, position] = await this.#writer.append([stream, expected, eventIds, bodies]);
    return { stream, revision, position: positionOf(position), eventIds };
  }

  readStream(stream: string, fromRevision = 0): Promise<StreamEvent[]> {
    return this.#read(() => this.reader.readStream(stream, fromRevision));
  }

  readAll({ position }: Place, limit: number): Promise<RecordedEvent[]> {
    return this.#read(() => this.reader.readAll(Number(position), limit));
  }

  head(): Promise<Position> {
    return this.#read(() => positionOf(this.reader.headPosition()));
  }

  /** Also every event's digest, and that each can be found. */
  async verify(onProgress: (done: number, total: number) => void = () => undefined): Promise<number> {
    const total = await this.#read(() => this.reader.headPosition());
    for (const done of this.reader.check(total)) {
      onProgress(done, total);
      await setImmediate();
      this.#requireOpen();
    }
    return total;
  }

  onAppended(listener: () => void): () => void {
    this.#requireOpen();
    this.#listeners.add(listener);
    if (!this.#poll) {
      this.#seen = this.reader.headPosition();
      this.#poll = setInterval(() => {
        this.#wake();
      }, POLL_MS).unref();
    }
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#stopPolling();
    };
  }

  /** Appends made before are still recorded and answered. */
  close(): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  async #close(): Promise<void> {
    this.#listeners.clear();
    this.#stopPolling();
    this.reader.close();
    await this.#writer?.close();
  }

  #wake(): void {
    if (!this.#poll) return;
    const head = this.#headOrUnknown();
    if (head === this.#seen) return;
    this.#seen = head;
    for (const listener of this.#listeners) listener();
  }

  /** A head that cannot be read wakes the listeners too: they read, and are told why. */
  #headOrUnknown(): number | undefined {
    try {
      return this.reader.headPosition();
    } catch {
      return undefined;
    }
  }

  #stopPolling(): void {
    clearInterval(this.#poll);
    this.#poll = undefined;
  }

  #read<Result>(read: () => Result): Promise<Result> {
    return new Promise((resolve) => {
      this.#requireOpen();
      resolve(read());
    });
  }

  #requireOpen(): void {
    if (this.#closed) throw new StoreError('STORE_CLOSED', `${this.file} has been closed`);
  }
}
