import { rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { LastUses } from '../../eventsourcing/last-uses.js';

/** 'DCHA' */
const APPLICATION_ID = 0x44434841;
/** Another process writes for a moment only; who waits longer tries again later, as meanwhile nothing else is answered. */
const BUSY_MS_MAX = 50;

const TABLES = `
  CREATE TABLE IF NOT EXISTS last_use (key TEXT PRIMARY KEY, used_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  PRAGMA application_id = ${String(APPLICATION_ID)};
`;

/** In one small file. Several processes may use the same. */
export class SqliteLastUses implements LastUses {
  readonly #record: (uses: ReadonlyMap<string, number>) => void;
  readonly #usedAt: Database.Statement<[string], number>;

  /** @param onRestart a file that is damaged is begun anew, and why */
  static open(file: string, onRestart: (reason: string) => void = () => undefined): SqliteLastUses {
    try {
      return new SqliteLastUses(connect(file));
    } catch (error) {
      if (!(error instanceof Database.SqliteError) || !/^SQLITE_(CORRUPT|NOTADB|ERROR$)/.test(error.code)) throw error;
      onRestart(`${file}: ${error.message}`);
      for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
      return new SqliteLastUses(connect(file));
    }
  }

  private constructor(private readonly db: Database.Database) {
    const upsert = db.prepare<[string, number]>(
      'INSERT INTO last_use VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET used_at = max(used_at, excluded.used_at)',
    );
    const record = db.transaction((uses: ReadonlyMap<string, number>) => {
      for (const [key, atMs] of uses) upsert.run(key, atMs);
    });
    this.#record = (uses) => {
      record.immediate(uses);
    };
    this.#usedAt = db.prepare<[string], number>('SELECT used_at FROM last_use WHERE key = ?').pluck();
  }

  record(uses: ReadonlyMap<string, number>): Promise<void> {
    return new Promise((resolve) => {
      this.#record(uses);
      resolve();
    });
  }

  of(keys: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return new Promise((resolve) => {
      const found = keys.flatMap((key) => {
        const atMs = this.#usedAt.get(key);
        return atMs === undefined ? [] : [[key, atMs] as const];
      });
      resolve(new Map(found));
    });
  }

  close(): Promise<void> {
    this.db.close();
    return Promise.resolve();
  }
}

function connect(file: string): Database.Database {
  const db = new Database(file, { timeout: BUSY_MS_MAX });
  try {
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = NORMAL');
    db.exec(TABLES);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
