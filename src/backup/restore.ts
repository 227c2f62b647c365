import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sealOfIn } from '../app.module.js';
import type { EventStore } from '../eventsourcing/event-store.js';
import { eventsOf } from '../eventsourcing/moving.js';
import { proveLog, sourceIn, unknownKeysIn, type ProvenLog } from '../evidence/log-copy.js';
import { base64 } from '../ledger/base64.js';
import { isSame, type TreeHead } from '../ledger/merkle.js';
import {
  ledgerPlace,
  openExistingLedger,
  openLedger,
  openLog,
  openLogToRead,
  requireWhole,
  UNFINISHED,
  type Places,
} from '../stores.js';
import type { OnStep } from './backup.js';
import {
  ADMIN_TOKEN,
  BackupError,
  EVIDENCE,
  isPersonKey,
  LEDGER,
  LOG,
  LOG_KEY,
  PERSON_KEYS,
  readManifest,
  requireFiles,
  sync,
  syncFolder,
  type Manifest,
} from './manifest.js';

export interface RestoreOptions {
  /** Heads that are known from elsewhere. */
  readonly heads: readonly TreeHead[];
  /** Verifier keys of the log that are known from elsewhere. */
  readonly keys: readonly string[];
  readonly acceptRollback: boolean;
  /** The drill: nothing is written. */
  readonly checkOnly: boolean;
  readonly onStep: OnStep;
}

/** The backup is older than a head that is known. */
export interface Rollback {
  /** Entries that the head knows and the backup lacks. */
  readonly entries: number;
  /** What was recorded after this is missing. */
  readonly since: string;
}

export interface Restored {
  readonly manifest: Manifest;
  /** Whether it is in place now. */
  readonly isRestored: boolean;
  readonly rollback: Rollback | undefined;
  /** Entries after the last signed head: only the backup itself says that they are of this history. */
  readonly unsigned: number;
  /** Verifier keys of the log, as the backup has them. */
  readonly keys: readonly string[];
  /** Whether the key that signs is there. */
  readonly hasKey: boolean;
  /** Keys of people that were taken out of the backup since it was made: what they sealed is lost with them. */
  readonly personKeysGone: number;
}

/**
 * Proves a backup, and puts it into an empty data folder: each file by its hash, the ledger by its own check, the log by the
 * events, its heads by their signatures, all of it by the heads that are known from elsewhere. Until it is proven and
 * complete the folder says that it is not, and no server starts on it.
 *
 * @throws BackupError; StoreError, LogStoreError: what does not hold; Error: the folder is not empty
 */
export async function restore(backup: string, places: Places, options: RestoreOptions): Promise<Restored> {
  const manifest = await readManifest(backup);
  const files = manifest.files.filter(({ name }) => !isPersonKey(name) || existsSync(join(backup, name)));
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  await requireFiles(backup, files, (done) => {
    options.onStep('files', done, total);
  });
  if (options.checkOnly) return prove(backup, manifest, places, options);
  requireWhole(places, 'restore');
  const { dataFolder } = places;
  await begin(dataFolder);
  try {
    await copyAll(backup, dataFolder, files);
    const restored = await prove(backup, manifest, places, options);
    if (!restored.isRestored) return restored;
    await end(dataFolder);
    return restored;
  } finally {
    if (existsSync(join(dataFolder, UNFINISHED.restore))) await clear(dataFolder);
  }
}

/** Into an empty folder, or one in which a restore was cut off. */
async function begin(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (existsSync(join(folder, UNFINISHED.restore))) await clear(folder);
  if ((await readdir(folder)).length > 0)
    throw new Error(
      `${folder} は空ではありません。復元は空のフォルダーにだけ行います / is not empty: a backup is restored into an empty folder only`,
    );
  await writeFile(join(folder, UNFINISHED.restore), '', { flag: 'wx' });
  await syncFolder(folder);
}

/** What a restore makes in a data folder. */
const MADE = [LEDGER, 'log', 'webhooks.db', 'access.db', ADMIN_TOKEN, EVIDENCE, PERSON_KEYS];

/** Takes away what a restore has put there, the mark last. */
async function clear(folder: string): Promise<void> {
  for (const name of MADE) await rm(join(folder, name), { recursive: true, force: true });
  await rm(join(folder, UNFINISHED.restore));
}

async function copyAll(backup: string, folder: string, files: Manifest['files']): Promise<void> {
  const copied = files.filter(({ name }) => name !== LOG);
  for (const { name } of copied) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await copyFile(join(backup, name), join(folder, name));
    await sync(join(folder, name));
    await syncFolder(dirname(join(folder, name)));
  }
  await requireFiles(folder, copied);
}

/** From here on it is in place. */
async function end(folder: string): Promise<void> {
  await syncFolder(folder);
  await rm(join(folder, UNFINISHED.restore));
  await syncFolder(folder);
}

async function prove(
  backup: string,
  manifest: Manifest,
  places: Places,
  { heads, keys, acceptRollback, checkOnly, onStep }: RestoreOptions,
): Promise<Restored> {
  const isEmbedded = !manifest.elsewhere.includes('ledger');
  const ledger = isEmbedded
    ? await openLedger(`sqlite:${join(checkOnly ? backup : places.dataFolder, LEDGER)}`)
    : await openExistingLedger(ledgerPlace(places));
  try {
    const events = await ledger.verify((done, total) => {
      onStep('ledger', done, total);
    });
    if (events < manifest.events || (isEmbedded && events > manifest.events)) throw wrongCount(events, manifest.events);
    const log = await proveLogOf(backup, manifest, ledger, checkOnly ? undefined : places.dataFolder, heads, onStep);
    const untrusted = log && unknownKeysIn(log, keys);
    if (untrusted !== undefined) throw new BackupError('UNTRUSTED', untrusted);
    const rollback = log && rollbackOf(log, heads);
    const isRestored = !checkOnly && (rollback === undefined || acceptRollback);
    return {
      ...{ manifest, isRestored, rollback },
      unsigned: log ? log.size - (log.newest?.size ?? 0) : 0,
      keys: log?.keys ?? [],
      hasKey: manifest.files.some(({ name }) => name === LOG_KEY),
      personKeysGone: manifest.files.filter(({ name }) => isPersonKey(name) && !existsSync(join(backup, name))).length,
    };
  } finally {
    await ledger.close();
  }
}

/** Against the events, against what the manifest says, and against the heads that are known. */
async function proveLogOf(
  backup: string,
  { log: said, events: size }: Manifest,
  ledger: EventStore,
  target: string | undefined,
  heads: readonly TreeHead[],
  onStep: OnStep,
): Promise<ProvenLog | undefined> {
  if (!said) {
    if (heads.length === 0) return undefined;
    throw new BackupError(
      'NO_LOG',
      'このバックアップには証跡ログがなく、控えの署名と比べられません / the backup holds no evidence log, and cannot be compared with a head',
    );
  }
  const from = await openLogToRead(join(backup, LOG));
  const to = target === undefined ? undefined : await openLog({ dataFolder: target });
  try {
    const source = await sourceIn(from, size);
    if (!source) throw differentLog();
    const proven = await proveLog(source, eventsOf(ledger), {
      sealOf: sealOfIn({ dataFolder: target ?? backup }),
      ...(to && { to }),
      sizes: heads.map((head) => head.size),
      onProgress: (done) => {
        onStep('log', done, size);
      },
    });
    const isAsSaid =
      proven.origin === said.origin &&
      proven.size === size &&
      (await from.size()) === size &&
      base64(proven.root) === said.root &&
      proven.newest?.note === said.head.note;
    if (!isAsSaid) throw differentLog();
    for (const head of heads) requireSameHistory(proven, head);
    return proven;
  } finally {
    await from.close();
    await to?.close();
  }
}

function requireSameHistory({ roots, size }: ProvenLog, head: TreeHead): void {
  const root = roots.get(head.size);
  if (head.size > size || (root && isSame(root, head.root))) return;
  throw new BackupError(
    'FORKED',
    `${String(head.size)} 件の時点の署名と一致しません。控えの台帳とは別の歴史です / not the history of the head over ${String(head.size)} entries that is known`,
  );
}

function rollbackOf({ size, recordedAtMs }: ProvenLog, heads: readonly TreeHead[]): Rollback | undefined {
  const known = Math.max(0, ...heads.map((head) => head.size));
  if (known <= size || recordedAtMs === undefined) return undefined;
  return { entries: known - size, since: new Date(recordedAtMs).toISOString() };
}

const differentLog = (): BackupError =>
  new BackupError('BACKUP_DAMAGED', `${LOG}：目録のものと違います / is not the log that the manifest names`);

const wrongCount = (found: number, said: number): BackupError =>
  new BackupError(
    'BACKUP_DAMAGED',
    `台帳の記録が ${String(found)} 件で、目録の ${String(said)} 件と違います / the ledger holds ${String(found)} events, not the ${String(said)} of the manifest`,
  );
