import Database from 'better-sqlite3';
import type { Place } from '../../eventsourcing/event-store.js';
import type { Delivery, Outbox, OutgoingMessage, Progress, Standing } from '../../eventsourcing/outbox.js';
import { ViewsError } from '../../eventsourcing/views.js';

/** 'DCHW' */
const APPLICATION_ID = 0x44434857;
/** Another process writes for a moment only. */
const BUSY_MS_MAX = 1_000;

const TABLES = `
  CREATE TABLE IF NOT EXISTS read_to (
    one INTEGER PRIMARY KEY CHECK (one = 1), position TEXT NOT NULL, recorded_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS message (
    endpoint TEXT NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL, body TEXT NOT NULL,
    standing TEXT NOT NULL, attempts INTEGER NOT NULL, due_at INTEGER NOT NULL, error TEXT, PRIMARY KEY (endpoint, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS message_by_due ON message (standing, endpoint, due_at);
  PRAGMA application_id = ${String(APPLICATION_ID)};
`;

interface Row {
  readonly endpoint: string;
  readonly id: string;
  readonly type: string;
  readonly body: string;
  readonly standing: Standing;
  readonly attempts: number;
  readonly due_at: number;
  readonly error: string | null;
}

const deliveryOf = ({ due_at: dueMs, error, ...row }: Row): Delivery => ({ ...row, dueMs, error: error ?? undefined });

/** In one small file. What is lost of it with a machine that falls over is made, or sent, again. */
export class SqliteOutbox implements Outbox {
  readonly #db: Database.Database;
  readonly #add: Database.Transaction<(messages: readonly OutgoingMessage[], readTo: Place, nowMs: number) => void>;

  /** @throws ViewsError VIEWS_DAMAGED: it is never begun anew by itself, as what is pending would be lost */
  static open(file: string): SqliteOutbox {
    try {
      return new SqliteOutbox(file);
    } catch (error) {
      if (!(error instanceof Database.SqliteError) || !/^SQLITE_(CORRUPT|NOTADB|ERROR$)/.test(error.code)) throw error;
      throw new ViewsError(
        'VIEWS_DAMAGED',
        `${file} が壊れています。バックアップから戻すか、別の場所へ移して起動してください（移すと、未送信の通知は失われます） / ` +
          `${file} is damaged: restore it, or move it away and start again, which loses the messages not sent yet (${error.message})`,
      );
    }
  }

  private constructor(file: string) {
    const db = (this.#db = new Database(file, { timeout: BUSY_MS_MAX }));
    try {
      db.pragma('journal_mode = WAL');
      db.pragma('synchronous = NORMAL');
      db.exec(TABLES);
    } catch (error) {
      db.close();
      throw error;
    }
    const insert = db.prepare(
      `INSERT INTO message VALUES (?, ?, ?, ?, 'pending', 0, ?, NULL) ON CONFLICT (endpoint, id) DO NOTHING`,
    );
    const move = db.prepare(
      `INSERT INTO read_to VALUES (1, ?, ?)
       ON CONFLICT (one) DO UPDATE SET position = excluded.position, recorded_at = excluded.recorded_at`,
    );
    this.#add = db.transaction((messages, { position, recordedAtMs }, nowMs) => {
      for (const { endpoint, id, type, body } of messages) insert.run(endpoint, id, type, body, nowMs);
      move.run(position, recordedAtMs);
    });
  }

  readTo(): Promise<Place | undefined> {
    return this.#now(() =>
      this.#db.prepare<[], Place>('SELECT position, recorded_at AS recordedAtMs FROM read_to').get(),
    );
  }

  add(messages: readonly OutgoingMessage[], readTo: Place, nowMs: number): Promise<void> {
    return this.#now(() => {
      this.#add.immediate(messages, readTo, nowMs);
    });
  }

  due(endpoint: string, nowMs: number, limit: number): Promise<Delivery[]> {
    const text = `SELECT * FROM message WHERE standing = 'pending' AND endpoint = ? AND due_at <= ? ORDER BY due_at, id LIMIT ?`;
    return this.#now(() =>
      this.#db.prepare<[string, number, number], Row>(text).all(endpoint, nowMs, limit).map(deliveryOf),
    );
  }

  settle({ endpoint, id }: Pick<Delivery, 'endpoint' | 'id'>, { error, ...progress }: Progress): Promise<void> {
    const text = `UPDATE message SET standing = @standing, attempts = @attempts, due_at = @dueMs, error = @error,
      body = CASE @standing WHEN 'delivered' THEN '' ELSE body END WHERE endpoint = @endpoint AND id = @id`;
    return this.#now(() => {
      this.#db.prepare(text).run({ endpoint, id, ...progress, error: error ?? null });
    });
  }

  retry(endpoint: string, nowMs: number): Promise<number> {
    const text = `UPDATE message SET standing = 'pending', attempts = 0, due_at = ? WHERE standing = 'failed' AND endpoint = ?`;
    return this.#now(() => this.#db.prepare(text).run(nowMs, endpoint).changes);
  }

  counts(): Promise<{ endpoint: string; standing: Standing; count: number }[]> {
    const text = 'SELECT endpoint, standing, count(*) AS count FROM message GROUP BY 1, 2 ORDER BY 1, 2';
    return this.#now(() => this.#db.prepare<[], { endpoint: string; standing: Standing; count: number }>(text).all());
  }

  troubled(limit: number): Promise<Delivery[]> {
    const text = `SELECT * FROM message WHERE standing = 'failed' OR (standing = 'pending' AND attempts > 0)
      ORDER BY endpoint, due_at, id LIMIT ?`;
    return this.#now(() => this.#db.prepare<[number], Row>(text).all(limit).map(deliveryOf));
  }

  close(): Promise<void> {
    return this.#now(() => {
      this.#db.close();
    });
  }

  /** At once; what it throws comes as the port says. */
  #now<Result>(work: () => Result): Promise<Result> {
    return new Promise((resolve) => {
      resolve(work());
    });
  }
}
