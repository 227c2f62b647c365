import type { Database } from 'better-sqlite3';
import { COLUMNS_AND_DIGEST, digestOf, type EventRow } from './event-row.js';
import { damaged, wrongEvent } from './ledger-file.js';
import { NO_STREAM, type LedgerIndex, type StreamHead } from './ledger-index.js';

/** Events checked in one step. */
const STEP = 1_000;

/** Everything that must hold in a ledger's file. Every method throws StoreError LEDGER_DAMAGED at the first thing found. */
export class LedgerCheck {
  readonly #after;
  readonly #ends = new Map<string, StreamHead>();
  #recordedAtMs = 0;

  constructor(
    private readonly file: string,
    private readonly db: Database,
    private readonly index: LedgerIndex,
  ) {
    this.#after = db
      .prepare<[number, number], EventRow>(
        `SELECT ${COLUMNS_AND_DIGEST} FROM event WHERE position > ? ORDER BY position LIMIT ?`,
      )
      .raw();
  }

  /** The pages and trees of the file, by SQLite's own check. */
  pages(): void {
    const found = this.db.pragma('quick_check(1)', { simple: true });
    if (found !== 'ok') throw damaged(this.file, String(found));
  }

  /** The next events, which follow those checked before. Returns the position of the last. */
  events(after: number, head: number): number {
    this.index.catchUp();
    const rows = this.#after.all(after, Math.min(STEP, head - after));
    let last = after;
    for (const row of rows) {
      if (row[0] !== ++last) throw damaged(this.file, `no event at position ${String(last)}`);
      this.#event(row);
    }
    if (last === after) throw damaged(this.file, `no event at position ${String(after + 1)}`);
    return last;
  }

  /** That each stream's end is found. */
  ends(head: number): void {
    this.index.catchUp();
    for (const [stream, { position }] of this.#ends) {
      const found = this.index.headOf(stream).position;
      // Later than all that was checked: appended in the meantime.
      if (found !== position && found <= head) {
        throw damaged(this.file, `${stream} ends at position ${String(position)}, and ${String(found)} would be found`);
      }
    }
  }

  #event(row: EventRow): void {
    const [position, previous, revision, recordedAtMs, stream, id, , digest] = row;
    const end = this.#ends.get(stream) ?? NO_STREAM;
    const wrong = (what: string): Error => wrongEvent(this.file, row, what);
    if (digest !== digestOf(row)) throw wrong('its digest does not fit');
    if (revision !== end.revision + 1) throw wrong(`it follows revision ${String(end.revision)}`);
    if (previous !== end.position) throw wrong(`it names position ${String(previous)} as the one before it`);
    if (recordedAtMs < this.#recordedAtMs) throw wrong('it was recorded before the event before it');
    if (this.index.positionOf(id) !== position) throw wrong(`its id ${id} is not found, or is another event's too`);
    this.#ends.set(stream, { position, revision });
    this.#recordedAtMs = recordedAtMs;
  }
}
