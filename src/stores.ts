import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EventStoreDbEventStore } from './adapters/eventstoredb/eventstoredb-event-store.js';
import { PostgresOutbox } from './adapters/postgres/postgres-outbox.js';
import { PostgresReporting } from './adapters/postgres/postgres-reporting.js';
import { PostgresLastUses } from './adapters/postgres/postgres-last-uses.js';
import { MemoryEventStore } from './adapters/memory/memory-event-store.js';
import { MemoryLastUses } from './adapters/memory/memory-last-uses.js';
import { MemoryViews } from './adapters/memory/memory-views.js';
import { PostgresViews } from './adapters/postgres/postgres-views.js';
import { copyDatabase, withoutWal } from './adapters/sqlite/database-copy.js';
import { SqliteEventStore } from './adapters/sqlite/sqlite-event-store.js';
import { SqliteLastUses } from './adapters/sqlite/sqlite-last-uses.js';
import { SqliteLogStore } from './adapters/sqlite/sqlite-log-store.js';
import { SqliteOutbox } from './adapters/sqlite/sqlite-outbox.js';
import { ViewsFolder } from './adapters/sqlite/views-folder.js';
import type { Clock } from './eventsourcing/clock.js';
import { StoreError, type EventStore } from './eventsourcing/event-store.js';
import type { LastUses } from './eventsourcing/last-uses.js';
import type { Outbox } from './eventsourcing/outbox.js';
import type { Reporting } from './eventsourcing/reporting.js';
import { positionOf, START } from './eventsourcing/position.js';
import type { LiveViews, Views } from './eventsourcing/views.js';
import { LogStoreError, type LogStore } from './ledger/log-store.js';

/** Where things are kept. What is not said is embedded, in the data folder. */
export interface Places {
  readonly dataFolder: string;
  /** `sqlite:FILE` or a connection string of EventStoreDB. */
  readonly ledger?: string | undefined;
  /** `sqlite:FOLDER` or a connection string of PostgreSQL. */
  readonly views?: string | undefined;
  /** `sqlite:FILE`, or `off`: this process keeps no evidence log. */
  readonly log?: string | undefined;
  /** File of the key that signs the heads of the evidence log. */
  readonly logKey?: string | undefined;
  /** Folder of the keys that seal what is known of people. */
  readonly personKeys?: string | undefined;
  /** File of those who are asked to cosign its heads. */
  readonly witnesses?: string | undefined;
  /** A file that its heads are added to, or an address that they are sent to. */
  readonly anchor?: string | undefined;
}

/** The file that stands in a data folder while it is not whole, by what is putting something there. */
export const UNFINISHED = { restore: 'restoring', import: 'importing' } as const;

/** @param goesOn what would finish it @throws Error */
export function requireWhole({ dataFolder }: Places, goesOn?: keyof typeof UNFINISHED): void {
  for (const [by, command] of [
    ['restore', 'daicho restore'],
    ['import', 'daicho ledger import'],
  ] as const) {
    if (by === goesOn || !existsSync(join(dataFolder, UNFINISHED[by]))) continue;
    throw new Error(
      `${dataFolder} は途中までしか書かれていません。${command} をもう一度実行してください / ${dataFolder} is not whole: run ${command} again`,
    );
  }
}

export const LEDGER_PLACE = /^(sqlite:.+|(esdb|kurrentdb)(\+discover)?:\/\/.+)$/s;
export const VIEWS_PLACE = /^(sqlite:.+|postgres(ql)?:\/\/.+)$/s;

export const ledgerFile = (dataFolder: string): string => join(dataFolder, 'ledger.db');
export const viewsFolder = (dataFolder: string): string => join(dataFolder, 'views');

export const ledgerPlace = ({ dataFolder, ledger }: Places): string => ledger ?? `sqlite:${ledgerFile(dataFolder)}`;
export const viewsPlace = ({ dataFolder, views }: Places): string => views ?? `sqlite:${viewsFolder(dataFolder)}`;

export const REPORTING_PLACE = /^postgres(ql)?:\/\/.+$/s;
export const LOG_PLACE = /^(sqlite:.+|off)$/s;
export const logKeyFile = ({ dataFolder, logKey }: Places): string => logKey ?? join(dataFolder, 'log', 'key');

export const personKeysFolder = ({ dataFolder, personKeys }: Places): string =>
  personKeys ?? join(dataFolder, 'people');

const logFile = ({ dataFolder, log }: Places): string | undefined =>
  log === undefined ? join(dataFolder, 'log', 'log.db') : pathIn(log);

/** Beside the log, what its newest head was. */
export const headMarkFile = (places: Places): string => `${logFile(places) ?? ''}.head`;

/** Whether one is there already. */
export function hasLog(places: Places): boolean {
  const file = logFile(places);
  return file !== undefined && existsSync(file);
}

/** Undefined: none is kept. @throws LogStoreError */
export async function openLog(places: Places): Promise<LogStore | undefined> {
  const file = logFile(places);
  if (file === undefined) return undefined;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  return SqliteLogStore.open(file);
}

/**
 * A key is made after its log: one without a log, over events, is of a log that was lost, and another would sign other heads in its
 * name.
 *
 * @throws LogStoreError LOG_MISSING
 */
export async function requireLogOfKey(places: Places, events: EventStore): Promise<void> {
  const file = logFile(places);
  const key = logKeyFile(places);
  if (file === undefined || hasLog(places) || !existsSync(key) || (await events.head()) === START) return;
  throw new LogStoreError(
    'LOG_MISSING',
    `署名鍵 ${key} はありますが、証跡ログ ${file} がありません。バックアップから戻してください。一度も作っていないなら、daicho ledger init で始めます / ` +
      `the key ${key} is there, and its evidence log ${file} is not: restore it from a backup; where there never was one, daicho ledger init begins it`,
  );
}

/** The one that is there, as it is; undefined: none is. @throws LogStoreError */
export async function openExistingLog(places: Places): Promise<LogStore | undefined> {
  const file = logFile(places);
  return file !== undefined && hasLog(places) ? openLogToRead(file) : undefined;
}

/** One that is there, and stays as it is. @throws LogStoreError */
export const openLogToRead = (file: string): Promise<LogStore> => SqliteLogStore.open(file, { readonly: true });

/** The databases that are files, for a backup; those on a server are left out. */
export function databaseFiles(places: Places): {
  readonly ledger?: string;
  /** The outbox and the last uses, as far as there are any. */
  readonly besideViews?: readonly string[];
} {
  const ledger = pathIn(ledgerPlace(places));
  const besideViews = [outboxFile(places), lastUsesFile(places)].filter((file) => existsSync(file));
  return { ...(ledger !== undefined && { ledger }), ...(pathIn(viewsPlace(places)) !== undefined && { besideViews }) };
}

export { copyDatabase, withoutWal };

/** @param place see `Places.ledger` @throws StoreError */
export async function openLedger(place: string, clock?: Clock): Promise<EventStore> {
  const options = clock ? { clock: clock.nowMs } : {};
  const file = pathIn(place);
  if (file === undefined) return EventStoreDbEventStore.open(place, options);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  return SqliteEventStore.open(file, options);
}

/** The ledger, or an empty one where there is none, and views that nobody feeds: a dry run. */
export async function openWithoutWriting(
  place: string,
  clock: Clock,
): Promise<{ readonly store: EventStore; readonly views: Views; readonly lastUses: LastUses }> {
  const file = pathIn(place);
  const isThere = file === undefined || existsSync(file);
  const store = isThere ? await openLedger(place, clock) : new MemoryEventStore();
  return { store, views: new MemoryViews(), lastUses: new MemoryLastUses() };
}

/** As far as the name tells. @throws Error: there is no such file */
export function requireThere(place: string): void {
  const file = pathIn(place);
  if (file !== undefined && !existsSync(file)) throw noLedger(file);
}

/** A name with a typo is no empty ledger. @throws StoreError; Error: there is none */
export async function openExistingLedger(place: string, clock?: Clock): Promise<EventStore> {
  requireThere(place);
  const store = await openLedger(place, clock);
  if (pathIn(place) !== undefined || (await store.head()) !== START) return store;
  await store.close();
  throw noLedger(withoutSecrets(place));
}

const noLedger = (place: string): Error =>
  new Error(`${place} に台帳がありません。名前を確かめてください / there is no ledger at ${place}: check the name`);

/** That views can be kept there, as far as can be told before anything is written. @throws ViewsError */
export async function checkViewsPlace(place: string): Promise<void> {
  if (pathIn(place) === undefined) await PostgresViews.check(place);
}

/** @param place see `Places.views` @throws ViewsError */
export async function openViews(place: string, onNotice: (notice: string) => void): Promise<LiveViews> {
  const folder = pathIn(place);
  if (folder === undefined) return PostgresViews.open(place, { onNotice });
  return ViewsFolder.open(folder, (reason) => {
    onNotice(`ビューを作り直します / views are built again: ${reason}`);
  });
}

/** Beside the views: in their database, or in the data folder. @throws ViewsError */
export async function openLastUses(places: Places, onNotice: (notice: string) => void): Promise<LastUses> {
  const place = viewsPlace(places);
  if (pathIn(place) === undefined) return PostgresLastUses.open(place);
  return SqliteLastUses.open(lastUsesFile(places), (reason) => {
    onNotice(`トークンの最終利用の記録を作り直します / the last uses of tokens are begun anew: ${reason}`);
  });
}

/** Beside the views, as the last uses are. @throws ViewsError */
export async function openOutbox(places: Places): Promise<Outbox> {
  const place = viewsPlace(places);
  if (pathIn(place) === undefined) return PostgresOutbox.open(place);
  return SqliteOutbox.open(outboxFile(places));
}

/** Where flat tables are kept for programs that know SQL: `postgres://…`. @throws ViewsError VIEWS_UNREACHABLE: not an address */
export const openReporting = (place: string): Reporting => new PostgresReporting(place);

/** `undefined`: nothing has ever been sent from here. @throws ViewsError */
export async function openExistingOutbox(places: Places): Promise<Outbox | undefined> {
  const isEmbedded = pathIn(viewsPlace(places)) !== undefined;
  return isEmbedded && !existsSync(outboxFile(places)) ? undefined : openOutbox(places);
}

const lastUsesFile = ({ dataFolder }: Places): string => join(dataFolder, 'access.db');
const outboxFile = ({ dataFolder }: Places): string => join(dataFolder, 'webhooks.db');

/** A ledger of this many events is checked in about a second, before anything is read from it. */
const EVENTS_CHECKED_BEFORE_START = 50_000;

/**
 * Every event of an embedded ledger, or in a long one every event while it is used already. A server looks after its own.
 *
 * @throws StoreError LEDGER_DAMAGED
 */
export async function checkAtStart(store: EventStore, onDamage: (error: unknown) => void): Promise<void> {
  if (!(store instanceof SqliteEventStore)) return;
  const isLong = (await store.head()) > positionOf(EVENTS_CHECKED_BEFORE_START);
  const check = store.verify();
  if (!isLong) await check;
  else {
    check.catch((error: unknown) => {
      if (!(error instanceof StoreError && error.code === 'STORE_CLOSED')) onDamage(error);
    });
  }
}

/** A place as it may be shown: user and password left out. */
export const withoutSecrets = (place: string): string => place.replace(/\/\/[^@/?]*@/, '//');

const pathIn = (place: string): string | undefined =>
  place.startsWith('sqlite:') ? place.slice('sqlite:'.length) : undefined;
