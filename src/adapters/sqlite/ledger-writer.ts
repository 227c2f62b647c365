import type { Database } from 'better-sqlite3';
import { StoreError, type ExpectedRevision, type StoreErrorCode } from '../../eventsourcing/event-store.js';
import { COLUMNS, COLUMNS_AND_DIGEST, digestOf, type EventRow } from './event-row.js';
import { openWriter, storeError } from './ledger-file.js';
import { LedgerIndex, NO_STREAM } from './ledger-index.js';

/** One append as it travels to the writer: bodies are `eventBody`. */
export type AppendRequest = readonly [
  stream: string,
  expected: ExpectedRevision,
  ids: readonly string[],
  bodies: readonly string[],
];

/** Revision and position of the last event, or why not. */
export type AppendAnswer = readonly [revision: number, position: number] | AppendRefusal;

export interface AppendRefusal {
  /** `undefined`: an error that the port has no word for. */
  readonly code: StoreErrorCode | undefined;
  readonly message: string;
  readonly actual?: ExpectedRevision | undefined;
}

/** The one place that writes events. */
export class LedgerWriter {
  readonly #db: Database;
  readonly #statements: ReturnType<typeof prepare>;
  readonly #index: LedgerIndex;
  /** Of the ledger's last event. */
  #recordedAtMs = 0;
  #position = 0;

  /** @throws StoreError LEDGER_DAMAGED, LEDGER_LOCKED, STORE_TOO_OLD */
  constructor(private readonly file: string) {
    this.#db = openWriter(file);
    this.#statements = prepare(this.#db);
    this.#index = new LedgerIndex(this.#db);
  }

  /**
   * All of a group in one transaction: durable, all of it, when this returns. A refused append writes nothing and
   * leaves the others alone.
   *
   * @throws StoreError LEDGER_DAMAGED, LEDGER_LOCKED; an error of the disk: nothing is written then
   */
  commit(group: readonly AppendRequest[], nowMs: number): AppendAnswer[] {
    try {
      // Only when `tidy` has failed again and again.
      if (this.#index.due >= 2) this.#index.fold();
      this.#statements.begin.run();
      this.#catchUp(nowMs);
      const answers = group.map((request) => this.#append(request));
      this.#statements.commit.run();
      return answers;
    } catch (error) {
      if (this.#db.inTransaction) this.#statements.rollback.run();
      this.#index.restart();
      throw storeError(error, this.file);
    }
  }

  /** What can wait until the callers have their answer. */
  tidy(): void {
    if (this.#index.due < 1) return;
    this.#try(() => {
      this.#index.fold();
    });
  }

  /** Brings everything into the one file, so that the WAL holds nothing that the file does not. */
  settle(): void {
    this.#try(() => {
      this.#index.fold();
      this.#db.pragma('wal_checkpoint(PASSIVE)');
    });
  }

  /** As `settle`, and leaves the WAL empty unless other processes are in it. */
  close(): void {
    this.#try(() => {
      this.#index.fold();
      this.#db.pragma('busy_timeout = 0');
      this.#db.pragma('wal_checkpoint(TRUNCATE)');
    });
    this.#db.close();
  }

  /** All events are safe where they are: what fails now is done another time, and in the end `commit` tells why not. */
  #try(work: () => void): void {
    try {
      work();
    } catch {
      this.#index.restart();
    }
  }

  /** Another process may have written since: its events come first. */
  #catchUp(nowMs: number): void {
    this.#index.catchUp();
    const [position, recordedAtMs] = this.#statements.last.get() ?? [0, 0];
    this.#position = position;
    this.#recordedAtMs = Math.max(nowMs, recordedAtMs);
  }

  #append([stream, expected, ids, bodies]: AppendRequest): AppendAnswer {
    const known = ids.map((id) => this.#index.positionOf(id));
    if (known.some((position) => position !== undefined) || new Set(ids).size !== ids.length) {
      return this.#repeated(stream, ids, bodies, known);
    }
    let head = this.#index.headOf(stream);
    const actual = head === NO_STREAM ? 'no-stream' : head.revision;
    if (expected !== actual) {
      return {
        code: 'REVISION_CONFLICT',
        message: `${stream} is at ${String(actual)}, not ${String(expected)}`,
        actual,
      };
    }
    ids.forEach((id, i) => {
      const next = { position: ++this.#position, revision: head.revision + 1 };
      const row: EventRow = [
        next.position,
        head.position,
        next.revision,
        this.#recordedAtMs,
        stream,
        id,
        bodies[i] ?? '',
      ];
      this.#statements.insert.run(...row, digestOf(row));
      this.#index.add(stream, next, id);
      head = next;
    });
    return [head.revision, head.position];
  }

  /** The same events in the same order have been appended to the same stream: the first answer, again. */
  #repeated(
    stream: string,
    ids: readonly string[],
    bodies: readonly string[],
    known: readonly (number | undefined)[],
  ): AppendAnswer {
    let previous: EventRow | undefined;
    for (const [i, position] of known.entries()) {
      const row = position === undefined ? undefined : this.#statements.eventAt.get(position);
      const follows = previous === undefined || row?.[1] === previous[0];
      if (!row || !follows || row[4] !== stream || row[6] !== bodies[i]) {
        return {
          code: 'EVENT_ID_REUSED',
          message: `event id ${ids[i] ?? ''} is another event's; not appended to ${stream}`,
        };
      }
      previous = row;
    }
    const [position, , revision] = previous as EventRow;
    return [revision, position];
  }
}

/** @param error of `commit`, for every append of the group */
export function refusalOf(error: unknown): AppendRefusal {
  if (error instanceof StoreError) return { code: error.code, message: error.message };
  return { code: undefined, message: error instanceof Error ? error.message : String(error) };
}

function prepare(db: Database) {
  return {
    begin: db.prepare('BEGIN IMMEDIATE'),
    commit: db.prepare('COMMIT'),
    rollback: db.prepare('ROLLBACK'),
    last: db
      .prepare<[], [number, number]>('SELECT position, recorded_at FROM event ORDER BY position DESC LIMIT 1')
      .raw(),
    eventAt: db.prepare<[number], EventRow>(`SELECT ${COLUMNS} FROM event WHERE position = ?`).raw(),
    insert: db.prepare(`INSERT INTO event (${COLUMNS_AND_DIGEST}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`),
  };
}
