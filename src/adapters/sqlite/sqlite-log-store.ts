import Database from 'better-sqlite3';
import {
  LogStoreError,
  type Cosignature,
  type KeptCheckpoint,
  type LogRow,
  type LogStore,
  type Quorum,
} from '../../ledger/log-store.js';
import type { WrittenTile } from '../../ledger/tiles.js';

/** 'DCHE': the file is an evidence log of Daicho. */
const APPLICATION_ID = 0x44434845;
/** How long a writer waits for another process that writes. */
const BUSY_MS_MAX = 10_000;

const COMMITMENT = `commitment (
    idx INTEGER PRIMARY KEY, caller TEXT NOT NULL, data TEXT NOT NULL, length INTEGER NOT NULL
  ) STRICT`;
/** An entry has a secret, or, with an empty one, its commitments. */
const TABLES = `
  CREATE TABLE IF NOT EXISTS log (one INTEGER PRIMARY KEY CHECK (one = 1), origin TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS entry (
    idx INTEGER PRIMARY KEY, event_id TEXT NOT NULL UNIQUE, position TEXT NOT NULL, recorded_at INTEGER NOT NULL,
    secret BLOB NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS ${COMMITMENT};
  CREATE TABLE IF NOT EXISTS tile (
    level INTEGER NOT NULL, n INTEGER NOT NULL, hashes BLOB NOT NULL, PRIMARY KEY (level, n)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS checkpoint (
    size INTEGER PRIMARY KEY, note TEXT NOT NULL, vkey TEXT NOT NULL, signed_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS cosignature (
    size INTEGER NOT NULL REFERENCES checkpoint, vkey TEXT NOT NULL, line TEXT NOT NULL, PRIMARY KEY (size, vkey)
  ) STRICT;
  PRAGMA application_id = ${String(APPLICATION_ID)};
`;

interface EntryRow {
  readonly idx: number;
  readonly event_id: string;
  readonly position: string;
  readonly recorded_at: number;
  readonly secret: Buffer;
  readonly caller: string | null;
  readonly data: string | null;
  readonly length: number | null;
}

interface CheckpointRow {
  readonly size: number;
  readonly note: string;
  readonly cosignatures: string;
  readonly vkey: string;
  readonly signed_at: number;
}

const ENTRIES = 'SELECT * FROM entry LEFT JOIN commitment USING (idx)';
const COSIGNATURES = `(
  SELECT json_group_array(json_object('vkey', vkey, 'line', line) ORDER BY c.rowid) FROM cosignature c WHERE c.size = checkpoint.size
)`;
const HAS_QUORUM = `(
  SELECT count(*) FROM cosignature c WHERE c.size = checkpoint.size AND c.vkey IN (SELECT value FROM json_each(?))
) >= ?`;
const NO_QUORUM: Quorum = { vkeys: [], min: 0 };
const NONE = new Uint8Array();

/** The evidence log in one SQLite file. Several processes may use the same file. */
export class SqliteLogStore implements LogStore {
  readonly #append: (origin: string, size: number, rows: readonly LogRow[], tiles: readonly WrittenTile[]) => boolean;

  /**
   * Makes the file when there is none, unless it is only to be read.
   *
   * @throws LogStoreError LOG_DAMAGED
   */
  static open(file: string, { readonly = false }: { readonly readonly?: boolean } = {}): Promise<SqliteLogStore> {
    return new Promise((resolve) => {
      const db = new Database(file, { timeout: BUSY_MS_MAX, readonly });
      try {
        const own = readonly ? [APPLICATION_ID] : [0, APPLICATION_ID];
        if (!own.includes(Number(db.pragma('application_id', { simple: true })))) throw damaged(file);
        if (!readonly) {
          db.pragma('journal_mode = WAL');
          db.pragma('synchronous = FULL');
          db.exec(TABLES);
        } else if (!isThere(db, 'commitment')) {
          // Of a version that had none.
          db.exec(`CREATE TEMP TABLE ${COMMITMENT}`);
        }
        resolve(new SqliteLogStore(db, file));
      } catch (error) {
        db.close();
        throw error instanceof Database.SqliteError && /^SQLITE_(CORRUPT|NOTADB)/.test(error.code)
          ? damaged(file, error.message)
          : error;
      }
    });
  }

  private constructor(
    private readonly db: Database.Database,
    private readonly file: string,
  ) {
    const name = db.prepare<[string]>('INSERT INTO log VALUES (1, ?) ON CONFLICT DO NOTHING');
    const add = db.prepare<[number, string, string, number, Uint8Array]>('INSERT INTO entry VALUES (?, ?, ?, ?, ?)');
    const commit = db.prepare<[number, string, string, number]>('INSERT INTO commitment VALUES (?, ?, ?, ?)');
    const write = db.prepare<[number, number, Uint8Array]>(
      'INSERT INTO tile VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET hashes = excluded.hashes',
    );
    const append = db.transaction(
      (origin: string, size: number, rows: readonly LogRow[], tiles: readonly WrittenTile[]): boolean => {
        if (this.#size() !== size) return false;
        name.run(origin);
        if (this.#origin() !== origin)
          throw new LogStoreError('LOG_OF_ANOTHER_LEDGER', `${file}: ${String(this.#origin())}, not ${origin}`);
        for (const { index, eventId, position, recordedAtMs, secret = NONE, commitments } of rows) {
          add.run(index, eventId, position, recordedAtMs, secret);
          if (commitments) commit.run(index, commitments.caller, commitments.data.commitment, commitments.data.length);
        }
        for (const { level, n, hashes } of tiles) write.run(level, n, hashes);
        return true;
      },
    );
    this.#append = (...all) => append.immediate(...all);
  }

  origin(): Promise<string | undefined> {
    return this.#ask(() => this.#origin());
  }

  size(): Promise<number> {
    return this.#ask(() => this.#size());
  }

  append(origin: string, size: number, rows: readonly LogRow[], tiles: readonly WrittenTile[]): Promise<boolean> {
    return this.#ask(() => this.#append(origin, size, rows, tiles));
  }

  rows(from: number, limit: number): Promise<LogRow[]> {
    return this.#ask(() =>
      this.db
        .prepare<[number, number], EntryRow>(`${ENTRIES} WHERE idx >= ? ORDER BY idx LIMIT ?`)
        .all(from, limit)
        .map(logRow),
    );
  }

  rowOf(eventId: string): Promise<LogRow | undefined> {
    return this.#ask(() => {
      const row = this.db.prepare<[string], EntryRow>(`${ENTRIES} WHERE event_id = ?`).get(eventId);
      return row && logRow(row);
    });
  }

  tile(level: number, n: number): Promise<Uint8Array> {
    return this.#ask(
      () =>
        this.db
          .prepare<[number, number], Buffer>('SELECT hashes FROM tile WHERE level = ? AND n = ?')
          .pluck()
          .get(level, n) ?? new Uint8Array(),
    );
  }

  keep({ size, note, cosignatures, vkey, signedAtMs }: KeptCheckpoint, after: number): Promise<boolean> {
    const own = note.slice(0, note.length - linesOf(cosignatures).length);
    const keep = this.db.transaction((): boolean => {
      const { changes } = this.db
        .prepare(
          'INSERT INTO checkpoint SELECT ?, ?, ?, ? WHERE (SELECT coalesce(max(size), 0) FROM checkpoint) = ? ON CONFLICT DO NOTHING',
        )
        .run(size, own, vkey, signedAtMs, after);
      if (changes > 0) for (const { vkey: witness, line } of cosignatures) this.#cosign(size, witness, line);
      return changes > 0;
    });
    return this.#ask(() => keep.immediate());
  }

  cosign(size: number, vkey: string, line: string): Promise<void> {
    return this.#ask(() => {
      this.#cosign(size, vkey, line);
    });
  }

  newest(quorum = NO_QUORUM): Promise<KeptCheckpoint | undefined> {
    return this.#withQuorum(quorum, 'ORDER BY size DESC LIMIT 1');
  }

  over(size: number, quorum = NO_QUORUM): Promise<KeptCheckpoint | undefined> {
    return this.#withQuorum(quorum, 'AND size >= ? ORDER BY size LIMIT 1', size);
  }

  vkeys(): Promise<string[]> {
    return this.#ask(() =>
      this.db.prepare<[], string>('SELECT vkey FROM checkpoint GROUP BY vkey ORDER BY min(size)').pluck().all(),
    );
  }

  witnesses(): Promise<string[]> {
    return this.#ask(() => this.db.prepare<[], string>('SELECT DISTINCT vkey FROM cosignature').pluck().all());
  }

  checkpoints(sizeMax: number): Promise<KeptCheckpoint[]> {
    return this.#checkpoints('WHERE size <= ? ORDER BY size', sizeMax);
  }

  close(): Promise<void> {
    this.db.close();
    return Promise.resolve();
  }

  #withQuorum({ vkeys, min }: Quorum, which: string, ...values: number[]): Promise<KeptCheckpoint | undefined> {
    const keys = JSON.stringify(vkeys);
    return this.#checkpoints(`WHERE ${HAS_QUORUM} ${which}`, keys, min, ...values).then(([first]) => first);
  }

  #checkpoints(which: string, ...values: readonly (number | string)[]): Promise<KeptCheckpoint[]> {
    return this.#ask(() =>
      this.db
        .prepare<unknown[], CheckpointRow>(
          `SELECT size, note, ${COSIGNATURES} AS cosignatures, vkey, signed_at FROM checkpoint ${which}`,
        )
        .all(...values)
        .map(keptCheckpoint),
    );
  }

  #cosign(size: number, vkey: string, line: string): void {
    this.db.prepare('INSERT INTO cosignature VALUES (?, ?, ?) ON CONFLICT DO NOTHING').run(size, vkey, line);
  }

  #origin(): string | undefined {
    return this.db.prepare<[], string>('SELECT origin FROM log').pluck().get();
  }

  #size(): number {
    return this.db.prepare<[], number>('SELECT coalesce(max(idx) + 1, 0) FROM entry').pluck().get() ?? 0;
  }

  #ask<Answer>(ask: () => Answer): Promise<Answer> {
    return new Promise((resolve) => {
      try {
        resolve(ask());
      } catch (error) {
        throw error instanceof Database.SqliteError && /^SQLITE_(CORRUPT|CONSTRAINT)/.test(error.code)
          ? damaged(this.file, error.message)
          : error;
      }
    });
  }
}

const linesOf = (cosignatures: readonly Cosignature[]): string => cosignatures.map(({ line }) => line).join('');

function keptCheckpoint({
  size,
  note,
  cosignatures: said,
  vkey,
  signed_at: signedAtMs,
}: CheckpointRow): KeptCheckpoint {
  const cosignatures = JSON.parse(said) as Cosignature[];
  return { size, note: note + linesOf(cosignatures), cosignatures, vkey, signedAtMs };
}

const logRow = ({ idx, event_id, position, recorded_at, secret, caller, data, length }: EntryRow): LogRow => ({
  index: idx,
  eventId: event_id,
  position,
  recordedAtMs: recorded_at,
  ...(caller === null || data === null || length === null
    ? { secret }
    : { commitments: { caller, data: { commitment: data, length } } }),
});

const isThere = (db: Database.Database, table: string): boolean =>
  db.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').get(table) !== undefined;

const damaged = (file: string, why = 'it is no evidence log'): LogStoreError =>
  new LogStoreError('LOG_DAMAGED', `${file}: 証跡ログが壊れています / the evidence log is damaged: ${why}`);
