import { closeSync, existsSync, fsyncSync, linkSync, openSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { StoreError } from '../../eventsourcing/event-store.js';
import type { EventRow } from './event-row.js';

/** 'DCHL': the file is a ledger of Daicho. */
const APPLICATION_ID = 0x4443484c;
/** Version of the tables below. */
const LEDGER_VERSION = 1;
/** Older libraries can lose a committed transaction (the WAL-reset bug, 3.7.0 to 3.51.2). */
const SQLITE_VERSION_MIN = [3, 51, 3] as const;
/** `PRAGMA synchronous`: a commit is on the disk when it returns. */
const FULL = 2;
/** How long a writer waits for another process that writes. */
const BUSY_MS_MAX = 10_000;
/** What the WAL shrinks to after it had to grow. Kept and written over, it costs less than one that grows. */
const WAL_BYTES_KEPT = 64 * 1024 * 1024;

/**
 * `event` is the ledger; rows are only ever added, at the end. `previous` is the position of the event before it in
 * its stream, 0 for the first.
 *
 * `stream_head` and `event_id` say where each stream ends and where each id is, for the events up to `indexed`.
 */
const TABLES = `
  CREATE TABLE event (
    position INTEGER PRIMARY KEY, previous INTEGER NOT NULL, revision INTEGER NOT NULL, recorded_at INTEGER NOT NULL,
    stream TEXT NOT NULL, id TEXT NOT NULL, digest TEXT NOT NULL, body TEXT NOT NULL
  ) STRICT;
  CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event BEGIN SELECT raise(ABORT, 'the ledger only grows'); END;
  CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event BEGIN SELECT raise(ABORT, 'the ledger only grows'); END;
  CREATE TABLE stream_head (stream TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE event_id (hash INTEGER NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (hash, position)) STRICT, WITHOUT ROWID;
  CREATE TABLE indexed (one INTEGER PRIMARY KEY CHECK (one = 1), position INTEGER NOT NULL) STRICT;
  INSERT INTO indexed VALUES (1, 0);
  PRAGMA application_id = ${String(APPLICATION_ID)};
  PRAGMA user_version = ${String(LEDGER_VERSION)};
`;

/** Makes an empty ledger unless there is one. The file appears under its name only when it is complete. */
export function createLedger(file: string): void {
  if (existsSync(file)) {
    // SQLite would take it for a new one, and throw its WAL away.
    if (statSync(file).size === 0) throw damaged(file, 'it is empty');
    return;
  }
  if (existsSync(`${file}-wal`)) throw damaged(file, 'it is gone, and its -wal, which may hold events, is still there');
  const draft = `${file}.new-${String(process.pid)}`;
  rmSync(draft, { force: true });
  const db = new Database(draft);
  try {
    requireFull(db, draft);
    db.exec(`BEGIN; ${TABLES} COMMIT`);
  } finally {
    db.close();
  }
  try {
    linkSync(draft, file);
    syncFolder(dirname(file));
  } catch (error) {
    // Another process was first.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** A connection that cannot write. @throws StoreError LEDGER_DAMAGED, STORE_TOO_OLD */
export const openReader = (file: string): Database.Database => open(file, { readonly: true });

/** A connection whose commits are durable. @throws StoreError LEDGER_DAMAGED, LEDGER_LOCKED, STORE_TOO_OLD */
export const openWriter = (file: string): Database.Database => open(file, {});

function open(file: string, options: Database.Options): Database.Database {
  const db = new Database(file, { ...options, fileMustExist: true, timeout: BUSY_MS_MAX });
  try {
    requireLibrary(db.prepare<[], string>('SELECT sqlite_version()').pluck().get() ?? '');
    requireLedger(db, file);
    if (!options.readonly) requireFull(db, file);
    return db;
  } catch (error) {
    db.close();
    throw storeError(error, file);
  }
}

/**
 * Asked through SQLite and not read from the file: a file opened and closed beside it would take away the locks that
 * this process's other connections hold.
 */
function requireLedger(db: Database.Database, file: string): void {
  const id = db.pragma('application_id', { simple: true });
  if (id !== APPLICATION_ID) throw damaged(file, `it is not a ledger of Daicho: application_id ${String(id)}`);
  const version = db.pragma('user_version', { simple: true });
  if (version !== LEDGER_VERSION) {
    throw damaged(file, `its tables have version ${String(version)}, not ${String(LEDGER_VERSION)}`);
  }
}

/** @throws StoreError STORE_TOO_OLD */
export function requireLibrary(version: string): void {
  const parts = version.split('.').map(Number);
  const at = SQLITE_VERSION_MIN.findIndex((min, i) => parts[i] !== min);
  if (at >= 0 && (parts[at] ?? 0) < (SQLITE_VERSION_MIN[at] ?? 0)) {
    throw new StoreError('STORE_TOO_OLD', `SQLite ${version}; at least ${SQLITE_VERSION_MIN.join('.')}`);
  }
}

/** This build's WAL commits are not durable unless told so. */
function requireFull(db: Database.Database, file: string): void {
  const mode = db.pragma('journal_mode = WAL', { simple: true });
  db.pragma('synchronous = FULL');
  const level = db.pragma('synchronous', { simple: true });
  if (mode !== 'wal' || level !== FULL) {
    throw new Error(
      `${file}: journal_mode ${String(mode)}, synchronous ${String(level)}: appends would not be durable`,
    );
  }
  db.pragma(`journal_size_limit = ${String(WAL_BYTES_KEPT)}`);
}

function syncFolder(folder: string): void {
  // Windows has no such thing and needs none.
  if (process.platform === 'win32') return;
  const fd = openSync(folder, 'r');
  fsyncSync(fd);
  closeSync(fd);
}

/** @param what is wrong, and where: position, stream */
export const damaged = (file: string, what: string): StoreError => new StoreError('LEDGER_DAMAGED', `${file}: ${what}`);

export const wrongEvent = (file: string, [position, , revision, , stream]: EventRow, what: string): StoreError =>
  damaged(file, `position ${String(position)}, ${stream} ${String(revision)}: ${what}`);

/** What SQLite says, in the words of the port. */
export function storeError(error: unknown, file: string): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  const { code, message } = error;
  if (/^SQLITE_(CORRUPT|NOTADB|IOERR_SHORT_READ|ERROR$)/.test(code)) return damaged(file, message);
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) return new StoreError('LEDGER_LOCKED', `${file} is in use: ${message}`);
  return error;
}
