import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { openEvidenceLog, sealOfIn } from '../app.module.js';
import type { Clock } from '../eventsourcing/clock.js';
import type { EventStore } from '../eventsourcing/event-store.js';
import { eventsOf } from '../eventsourcing/moving.js';
import { proveLog, sourceIn, type ProvenLog } from '../evidence/log-copy.js';
import { base64 } from '../ledger/base64.js';
import {
  copyDatabase,
  databaseFiles,
  ledgerPlace,
  logKeyFile,
  openExistingLedger,
  openLedger,
  openLog,
  personKeysFolder,
  withoutWal,
  type Places,
} from '../stores.js';
import {
  ADMIN_TOKEN,
  digestOf,
  EVIDENCE,
  filesIn,
  isFileName,
  LEDGER,
  LOG,
  LOG_KEY,
  PERSON_KEYS,
  sync,
  syncFolder,
  writeManifest,
  type Manifest,
} from './manifest.js';

export type BackupStep = 'ledger' | 'log' | 'files';

/** Told how far a step is. */
export type OnStep = (step: BackupStep, done: number, total: number) => void;

export interface BackupOptions {
  readonly clock: Clock;
  /** The key that signs the heads of the log, too: who finds such a backup can sign in its name. */
  readonly withKey: boolean;
  readonly onStep: OnStep;
}

/**
 * Copies all that cannot be made again into a folder, while others go on writing; the folder appears under its name when it
 * is complete.
 *
 * The outbox is copied before the ledger, so that it knows of no event that the copy lacks; the log after it, up to the last
 * event of the copy, so that no event of it will ever be entered with another secret; files after it, so that each that an
 * event names is there.
 *
 * @throws StoreError LEDGER_DAMAGED, LogStoreError: what does not prove itself is not kept as a backup
 */
export async function backUp(places: Places, out: string, options: BackupOptions): Promise<Manifest> {
  if (existsSync(out)) throw new Error(`${out} はすでにあります / is there already`);
  await mkdir(dirname(out), { recursive: true });
  const draft = await mkdtemp(`${out}.part-`);
  try {
    const manifest = await copyInto(draft, places, options);
    await writeManifest(draft, manifest);
    for (const name of await filesIn(draft)) await sync(join(draft, name));
    await syncFolder(draft);
    if (existsSync(out)) throw new Error(`${out} はすでにあります / is there already`);
    await rename(draft, out);
    await syncFolder(dirname(out));
    return manifest;
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}

async function copyInto(draft: string, places: Places, { clock, withKey, onStep }: BackupOptions): Promise<Manifest> {
  const store = await openExistingLedger(ledgerPlace(places));
  try {
    const log = await openEvidenceLog(places, store, clock, () => undefined);
    try {
      if (log && (await log.catchUp()) > 0) await log.checkpoint();
      const { ledger, besideViews } = databaseFiles(places);
      for (const file of besideViews ?? []) await copyDatabase(file, join(draft, basename(file)));
      if (ledger !== undefined) {
        await copyDatabase(ledger, join(draft, LEDGER), (done, total) => {
          onStep('ledger', done, total);
        });
      }
      const copied = ledger === undefined ? store : await openLedger(`sqlite:${join(draft, LEDGER)}`);
      try {
        const events = await copied.verify();
        await log?.catchUp();
        // All that is copied is under a signed head.
        if (events > 0) await log?.checkpoint(events);
        const proven = await copyLog(draft, places, copied, events, onStep);
        await copyFiles(draft, places, withKey);
        return {
          daichoBackup: 1,
          madeAt: new Date(clock.nowMs()).toISOString(),
          events,
          log: saidOf(proven),
          elsewhere: [
            ...(ledger === undefined ? (['ledger'] as const) : []),
            ...(besideViews === undefined ? (['outbox and last uses'] as const) : []),
          ],
          files: await digests(draft, onStep),
        };
      } finally {
        if (copied !== store) await copied.close();
      }
    } finally {
      await log?.stop();
    }
  } finally {
    await store.close();
  }
}

/** The first entries of the log, proven by the events on the way. */
async function copyLog(
  draft: string,
  places: Places,
  events: EventStore,
  size: number,
  onStep: OnStep,
): Promise<ProvenLog | undefined> {
  const from = await openLog(places);
  const source = from && (await sourceIn(from, size));
  if (!source) {
    await from?.close();
    return undefined;
  }
  const file = join(draft, LOG);
  await mkdir(dirname(file));
  const to = await openLog({ dataFolder: draft });
  try {
    return await proveLog(source, eventsOf(events), {
      sealOf: sealOfIn(places),
      ...(to && { to }),
      onProgress: (done) => {
        onStep('log', done, size);
      },
    });
  } finally {
    await from.close();
    await to?.close();
    withoutWal(file);
  }
}

const saidOf = (proven: ProvenLog | undefined): Manifest['log'] =>
  proven?.newest && proven.recordedAtMs !== undefined
    ? {
        origin: proven.origin,
        recordedAt: new Date(proven.recordedAtMs).toISOString(),
        root: base64(proven.root),
        head: { size: proven.newest.size, note: proven.newest.note },
      }
    : null;

/** What is no database: each file is written once, under its own name, and never changed. */
async function copyFiles(draft: string, places: Places, withKey: boolean): Promise<void> {
  const keyFile = logKeyFile(places);
  const single = [
    [join(places.dataFolder, ADMIN_TOKEN), ADMIN_TOKEN],
    // One that is to take its place, when its exchange was cut off.
    ...(withKey ? [[keyFile, LOG_KEY] as const, [`${keyFile}.next`, `${LOG_KEY}.next`] as const] : []),
  ] as const;
  const kept = [
    ...(await filesBelow(join(places.dataFolder, EVIDENCE), EVIDENCE)),
    ...(await filesBelow(personKeysFolder(places), PERSON_KEYS)),
  ];
  for (const [from, name] of [...single, ...kept]) {
    if (!existsSync(from)) continue;
    await mkdir(dirname(join(draft, name)), { recursive: true });
    await copyFile(from, join(draft, name));
  }
}

/** Where each is, and its name in a backup. */
async function filesBelow(folder: string, name: string): Promise<(readonly [string, string])[]> {
  const found = existsSync(folder) ? await filesIn(folder) : [];
  return found.map((file) => [join(folder, file), `${name}/${file}`] as const).filter(([, kept]) => isFileName(kept));
}

async function digests(folder: string, onStep: OnStep): Promise<Manifest['files']> {
  const names = await filesIn(folder);
  const files: Manifest['files'] = [];
  for (const name of names) {
    files.push({ name, ...(await digestOf(join(folder, name))) });
    onStep('files', files.length, names.length);
  }
  return files;
}
