import type { Database } from 'better-sqlite3';
import type { RecordedEvent, StreamEvent } from '../../eventsourcing/event.js';
import { COLUMNS_AND_DIGEST, digestOf, eventOf, type EventRow } from './event-row.js';
import { LedgerCheck } from './ledger-check.js';
import { damaged, openReader, storeError, wrongEvent } from './ledger-file.js';
import { LedgerIndex } from './ledger-index.js';

/** Events at the end of the ledger that are checked whenever it is opened. */
const CHECKED_AT_OPEN = 100;

/**
 * Answers from the ledger's file, and never writes. No read transaction outlives a call, so the WAL does not grow
 * behind a slow reader.
 *
 * What cannot be so is LEDGER_DAMAGED. Every event is compared with its digest: it costs two thirds of reading it, and a
 * damaged one never gets into a decision or a view.
 */
export class LedgerReader {
  readonly #statements: ReturnType<typeof prepare>;
  readonly #index: LedgerIndex;

  private constructor(
    private readonly file: string,
    private readonly db: Database,
  ) {
    this.#statements = prepare(db);
    this.#index = new LedgerIndex(db);
  }

  /** Looks at the header and the last events only: quick at any length. @throws StoreError LEDGER_DAMAGED, STORE_TOO_OLD */
  static open(file: string): LedgerReader {
    const db = openReader(file);
    try {
      const reader = new LedgerReader(file, db);
      reader.#checkEnd();
      return reader;
    } catch (error) {
      db.close();
      throw storeError(error, file);
    }
  }

  close(): void {
    this.db.close();
  }

  headPosition(): number {
    return this.#reading(() => this.#index.headPosition());
  }

  /** From the end of the stream backwards, as each event names the one before it. */
  readStream(stream: string, fromRevision: number): StreamEvent[] {
    return this.#reading(() => {
      this.#index.catchUp();
      const events: StreamEvent[] = [];
      let { position, revision } = this.#index.headOf(stream);
      while (position > 0 && revision >= fromRevision) {
        const row = this.#eventAt(position);
        const [, previous, found, , of] = row;
        if (of !== stream || found !== revision) {
          throw wrongEvent(this.file, row, `it should be ${stream} ${String(revision)}`);
        }
        events.push(eventOf(row));
        position = previous;
        revision--;
      }
      return events.reverse();
    });
  }

  readAll(after: number, limit: number): RecordedEvent[] {
    return this.#reading(() => {
      let last = after;
      return this.#statements.after.all(after, limit).map((row) => {
        if (row[0] !== ++last) throw damaged(this.file, `no event at position ${String(last)}`);
        if (row[7] !== digestOf(row)) throw wrongEvent(this.file, row, 'its digest does not fit');
        try {
          return { ...eventOf(row), recordedAtMs: row[3] };
        } catch {
          throw wrongEvent(this.file, row, 'its body is not that of an event');
        }
      });
    });
  }

  /** Checks every event up to a position, a step at a time; yields how many are done. */
  *check(head: number): Generator<number> {
    const check = new LedgerCheck(this.file, this.db, this.#index);
    this.#reading(() => {
      check.pages();
    });
    let done = 0;
    while (done < head) {
      done = this.#reading(() => check.events(done, head));
      yield done;
    }
    this.#reading(() => {
      check.ends(head);
    });
  }

  #checkEnd(): void {
    const indexed = this.#index.indexed();
    const head = this.#index.headPosition();
    if (head < indexed) {
      throw damaged(this.file, `it ends at position ${String(head)} and has been longer: ${String(indexed)}`);
    }
    for (let position = Math.max(1, head - CHECKED_AT_OPEN + 1); position <= head; position++) {
      const row = this.#eventAt(position);
      const [, previous, revision, , stream] = row;
      const before = previous === 0 ? undefined : this.#eventAt(previous);
      if (revision !== (before?.[2] ?? -1) + 1 || stream !== (before?.[4] ?? stream)) {
        throw wrongEvent(this.file, row, `it does not follow position ${String(previous)}`);
      }
    }
  }

  /** As its digest says it was written. */
  #eventAt(position: number): EventRow {
    const row = this.#statements.eventAt.get(position);
    if (!row) throw damaged(this.file, `no event at position ${String(position)}`);
    if (row[7] !== digestOf(row)) throw wrongEvent(this.file, row, 'its digest does not fit');
    return row;
  }

  /** Reads that belong together: they see one state of the file, and take its lock once. */
  #reading<Result>(read: () => Result): Result {
    try {
      return this.#statements.inTransaction(read) as Result;
    } catch (error) {
      throw storeError(error, this.file);
    }
  }
}

function prepare(db: Database) {
  return {
    inTransaction: db.transaction((work: () => unknown) => work()),
    eventAt: db.prepare<[number], EventRow>(`SELECT ${COLUMNS_AND_DIGEST} FROM event WHERE position = ?`).raw(),
    after: db
      .prepare<[number, number], EventRow>(
        `SELECT ${COLUMNS_AND_DIGEST} FROM event WHERE position > ? ORDER BY position LIMIT ?`,
      )
      .raw(),
  };
}
