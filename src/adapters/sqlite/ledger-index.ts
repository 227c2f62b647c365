import type { Database } from 'better-sqlite3';
import { damaged } from './ledger-file.js';

/** Events kept in memory before they are folded into the tables. */
const FOLD_EVERY = 16_384;

/** A stream's last event. */
export interface StreamHead {
  readonly position: number;
  readonly revision: number;
}

export const NO_STREAM: StreamHead = { position: 0, revision: -1 };

/**
 * Where each stream ends and where each id is.
 *
 * Events lie one after the other, so a commit writes a few pages at the end of the file. What finds them is scattered:
 * kept up with every commit it would write two pages for each event, five times the cost of the events themselves. So
 * it follows in bulk, sorted (`fold`), and what has been appended since is kept in memory. Nothing is lost with it:
 * it is read again from the events.
 */
export class LedgerIndex {
  readonly #statements: ReturnType<typeof prepare>;
  readonly #heads = new Map<string, StreamHead>();
  readonly #positions = new Map<string, number>();
  /** Memory holds the events after `#base` up to `#known`. */
  #base = 0;
  #known = 0;

  constructor(private readonly db: Database) {
    this.#statements = prepare(db);
    this.restart();
  }

  /** The last event of the ledger, as this connection sees it. */
  headPosition(): number {
    return this.#statements.headPosition.get() ?? 0;
  }

  /** Takes in what others have appended. */
  catchUp(): void {
    for (;;) {
      const rows = this.#statements.after.all(this.#known, FOLD_EVERY);
      for (const [position, revision, stream, id] of rows) this.add(stream, { position, revision }, id);
      if (this.due >= 2 && this.indexed() > this.#base) this.restart();
      else if (rows.length < FOLD_EVERY) return;
    }
  }

  /** The event that follows the last one known. */
  add(stream: string, head: StreamHead, id: string): void {
    this.#heads.set(stream, head);
    this.#positions.set(id, head.position);
    this.#known = head.position;
  }

  /** Forgets what is in memory: what the tables do not hold yet is read again by `catchUp`. */
  restart(): void {
    this.#heads.clear();
    this.#positions.clear();
    this.#base = this.#known = this.indexed();
  }

  /** `NO_STREAM` when there is none. */
  headOf(stream: string): StreamHead {
    return this.#heads.get(stream) ?? this.#foldedHeadOf(stream);
  }

  positionOf(id: string): number | undefined {
    return this.#positions.get(id) ?? this.#statements.positionOf.get(hashOf(id), id);
  }

  /** Up to here the tables know all events. */
  indexed(): number {
    return this.#statements.indexed.get() ?? 0;
  }

  /** How many times over there is enough in memory to be folded. */
  get due(): number {
    return (this.#known - this.#base) / FOLD_EVERY;
  }

  /** Brings the tables up to the head, in a transaction of its own. Sorted, so that neighbours share a page. */
  fold(): void {
    if (this.#known === this.#base) return;
    const { inTransaction, addId, setHead, setIndexed } = this.#statements;
    inTransaction.immediate(() => {
      this.catchUp();
      const indexed = this.indexed();
      const ids = [...this.#positions].filter(([, position]) => position > indexed);
      const hashes = ids.map(([id, position]) => [hashOf(id), position] as const);
      for (const [hash, position] of hashes.sort((a, b) => a[0] - b[0] || a[1] - b[1])) addId.run(hash, position);
      const heads = [...this.#heads].filter(([, { position }]) => position > indexed);
      for (const [stream, { position }] of heads.sort(([a], [b]) => (a < b ? -1 : 1))) setHead.run(stream, position);
      setIndexed.run(this.#known);
    });
    this.restart();
  }

  #foldedHeadOf(stream: string): StreamHead {
    const row = this.#statements.headOf.get(stream);
    if (!row) return NO_STREAM;
    const [position, revision, found] = row;
    if (found !== stream) throw damaged(this.db.name, `the end of ${stream} should be at position ${String(position)}`);
    return { position, revision };
  }
}

function prepare(db: Database) {
  return {
    headPosition: db.prepare<[], number>('SELECT position FROM event ORDER BY position DESC LIMIT 1').pluck(),
    after: db
      .prepare<[after: number, limit: number], [position: number, revision: number, stream: string, id: string]>(
        'SELECT position, revision, stream, id FROM event WHERE position > ? ORDER BY position LIMIT ?',
      )
      .raw(),
    headOf: db
      .prepare<[string], [position: number, revision: number, stream: string | null]>(
        'SELECT h.position, e.revision, e.stream FROM stream_head h LEFT JOIN event e USING (position) WHERE h.stream = ?',
      )
      .raw(),
    positionOf: db
      .prepare<[number, string], number>(
        'SELECT e.position FROM event_id i JOIN event e ON e.position = i.position WHERE i.hash = ? AND e.id = ?',
      )
      .pluck(),
    indexed: db.prepare<[], number>('SELECT position FROM indexed').pluck(),
    addId: db.prepare<[number, number]>('INSERT INTO event_id VALUES (?, ?)'),
    setHead: db.prepare<[string, number]>(
      'INSERT INTO stream_head VALUES (?, ?) ON CONFLICT (stream) DO UPDATE SET position = excluded.position',
    ),
    setIndexed: db.prepare<[number]>('UPDATE indexed SET position = ?'),
    inTransaction: db.transaction((work: () => void) => {
      work();
    }),
  };
}

/** FNV-1a in 31 bits: short rows, for which the event has the last word. */
function hashOf(id: string): number {
  let hash = 0x811c9dc5 | 0;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  return hash >>> 1;
}
