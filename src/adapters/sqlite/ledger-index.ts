import type { Database } from 'better-sqlite3';

/** Events kept in memory before they are folded into the tables. */
const FOLD_EVERY = 16_384;

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
  readonly #heads = new Map<string, number>();
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
    const head = this.headPosition();
    if (head === this.#known) return;
    if (head - this.#base >= 2 * FOLD_EVERY && this.indexed() > this.#base) this.restart();
    for (const [position, stream, id] of this.#statements.after.all(this.#known)) this.add(position, stream, id);
  }

  add(position: number, stream: string, id: string): void {
    this.#heads.set(stream, position);
    this.#positions.set(id, position);
    this.#known = position;
  }

  /** Forgets what is in memory: what the tables do not hold yet is read again by `catchUp`. */
  restart(): void {
    this.#heads.clear();
    this.#positions.clear();
    this.#base = this.#known = this.indexed();
  }

  /** The position of a stream's last event, 0 when there is no such stream. */
  headOf(stream: string): number {
    return this.#heads.get(stream) ?? this.#statements.headOf.get(stream) ?? 0;
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
    const { fold, addId, setHead, setIndexed } = this.#statements;
    fold(() => {
      this.catchUp();
      const indexed = this.indexed();
      const ids = [...this.#positions].filter(([, position]) => position > indexed);
      const hashes = ids.map(([id, position]) => [hashOf(id), position] as const);
      for (const [hash, position] of hashes.sort((a, b) => a[0] - b[0] || a[1] - b[1])) addId.run(hash, position);
      const heads = [...this.#heads].filter(([, position]) => position > indexed);
      for (const [stream, position] of heads.sort(([a], [b]) => (a < b ? -1 : 1))) setHead.run(stream, position);
      setIndexed.run(this.#known);
    });
    this.restart();
  }
}

function prepare(db: Database) {
  return {
    headPosition: db.prepare<[], number>('SELECT position FROM event ORDER BY position DESC LIMIT 1').pluck(),
    after: db
      .prepare<[number], [number, string, string]>(
        'SELECT position, stream, id FROM event WHERE position > ? ORDER BY position',
      )
      .raw(),
    headOf: db.prepare<[string], number>('SELECT position FROM stream_head WHERE stream = ?').pluck(),
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
    fold: db.transaction((work: () => void) => {
      work();
    }).immediate,
  };
}

/** FNV-1a in 31 bits: short rows, for which the event has the last word. */
function hashOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  return hash >>> 1;
}
