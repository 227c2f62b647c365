import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { z } from 'zod';
import { canonicalJson, parseCanonicalJson } from '../ledger/canonical.js';
import { sha256 } from '../ledger/merkle.js';

export const MANIFEST = 'manifest.json';

/** Under these names, and no others, a backup holds files; a data folder holds them under the same. */
const FILE_NAME =
  /^(ledger\.db|log\/(log\.db|key|key\.next)|webhooks\.db|access\.db|admin-token\.sha256|people\/p[a-z0-9-]{1,60}\.key|evidence\/[0-9a-f]{2}\/[0-9a-f]{64}\.[a-z]{3,4})$/;
/** False for what is still being written, and for what others have put there. */
export const isFileName = (name: string): boolean => FILE_NAME.test(name);

export const LEDGER = 'ledger.db';
export const LOG = 'log/log.db';
export const LOG_KEY = 'log/key';
export const ADMIN_TOKEN = 'admin-token.sha256';
export const EVIDENCE = 'evidence';
export const PERSON_KEYS = 'people';
/** What seals the data of one person: who erases it may take its key out of older backups too. */
export const isPersonKey = (name: string): boolean => name.startsWith(`${PERSON_KEYS}/`);

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const instant = z.iso.datetime({ precision: 3 });

const shape = z.strictObject({
  /** Version of this format. */
  daichoBackup: z.literal(1),
  madeAt: instant,
  events: z.int().nonnegative(),
  /** Of the evidence log; null where none is kept, or it is empty. */
  log: z
    .strictObject({
      origin: z.string(),
      /** When the last event was recorded. */
      recordedAt: instant,
      /** Over all entries, base 64. */
      root: z.string(),
      /** The newest head that was signed, a signed note. */
      head: z.strictObject({ size: z.int(), note: z.string() }),
    })
    .nullable(),
  /** What is on a server, and so in no backup. */
  elsewhere: z.array(z.enum(['ledger', 'outbox and last uses'])),
  files: z.array(z.strictObject({ name: z.string().regex(FILE_NAME), bytes: z.int(), sha256: hash })),
});

/** What a backup says of itself. */
export type Manifest = z.output<typeof shape>;

/** A backup that is not whole, or is not what it says it is. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
  constructor(
    readonly code: 'NO_BACKUP' | 'BACKUP_DAMAGED' | 'NO_LOG' | 'FORKED' | 'UNTRUSTED',
    message: string,
  ) {
    super(message);
  }
}

const damaged = (what: string, ja: string, en: string): BackupError =>
  new BackupError('BACKUP_DAMAGED', `${what}：${ja} / ${en}`);

/** One line of canonical JSON, with its own SHA-256 before it: no byte of it is idle. */
const textOf = (manifest: Manifest): string => {
  const line = canonicalJson(manifest);
  return `${Buffer.from(sha256(Buffer.from(line))).toString('hex')}\n${line}\n`;
};

export const writeManifest = (folder: string, manifest: Manifest): Promise<void> =>
  writeFile(join(folder, MANIFEST), textOf(manifest), { flag: 'wx', mode: 0o600 });

/** @throws BackupError NO_BACKUP; BACKUP_DAMAGED: it was altered, or the folder holds a file that it does not know */
export async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, MANIFEST), 'utf8').catch((error: unknown) => {
    throw new BackupError(
      'NO_BACKUP',
      `${folder} はバックアップではありません（${MANIFEST} がないか、読めません） / is no backup: ${String(error)}`,
    );
  });
  const manifest = shape.safeParse(parseCanonicalJson(text.split('\n')[1] ?? ''));
  if (!manifest.success || textOf(manifest.data) !== text)
    throw damaged(MANIFEST, '書き換えられています', 'it was altered');
  const known = new Set([MANIFEST, ...manifest.data.files.map(({ name }) => name)]);
  const stranger = (await filesIn(folder)).find((name) => !known.has(name));
  if (stranger !== undefined)
    throw damaged(stranger, 'このバックアップのものではありません', 'not of this backup: take it away');
  return manifest.data;
}

/** That each file is there, byte for byte. @throws BackupError BACKUP_DAMAGED: the first that is not */
export async function requireFiles(
  folder: string,
  files: Manifest['files'],
  onProgress: (bytes: number) => void = () => undefined,
): Promise<void> {
  let done = 0;
  for (const { name, bytes, sha256: said } of files) {
    const found = await digestOf(join(folder, name), (count) => {
      onProgress((done += count));
    }).catch(() => undefined);
    if (!found) throw damaged(name, '読めません', 'it cannot be read');
    if (found.bytes !== bytes || found.sha256 !== said)
      throw damaged(name, '内容が変わっています', 'it is not what it was when the backup was made');
  }
}

/** Size and hash of a file. */
export async function digestOf(
  file: string,
  onRead: (bytes: number) => void = () => undefined,
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const digest = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 })) {
    digest.update(chunk as Buffer);
    bytes += (chunk as Buffer).length;
    onRead((chunk as Buffer).length);
  }
  return { bytes, sha256: digest.digest('hex') };
}

/** Names of all files below a folder, with `/`, in order. */
export async function filesIn(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found
    .filter((one) => !one.isDirectory())
    .map((one) => join(one.parentPath, one.name).slice(join(folder, '/').length).split(sep).join('/'))
    .sort();
}

/** What was written is on the disk. */
export async function sync(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The names in a folder are on the disk. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows has no such thing and needs none.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
