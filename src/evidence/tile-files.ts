import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseCheckpoint } from '../ledger/checkpoint.js';
import { HASH_BYTES } from '../ledger/merkle.js';
import { NoteError } from '../ledger/note.js';
import { tilePath, tilesOf } from '../ledger/tiles.js';
import { requireBeginning } from './anchor.js';
import type { EvidenceLog, LogCheckpoint } from './evidence-log.js';
import { HolderError } from './head-holder.js';

const CHECKPOINT = 'checkpoint';

/**
 * Puts the log's newest head and its hashes into a folder, as files that any web server hands out (C2SP tlog-tiles): those that
 * have changed since the head that lies there, the new head last, so that a reader never sees one without its hashes.
 * Entries, which say who recorded what kind of thing when, stay out.
 *
 * @returns the head, and how many tiles were written
 * @throws HolderError what lies there is not the beginning of this log
 */
export async function publishTiles(
  log: EvidenceLog,
  folder: string,
  onProgress: (done: number, total: number) => void = () => undefined,
): Promise<{ readonly head: LogCheckpoint; readonly tiles: number }> {
  const before = await publishedSize(log, join(folder, CHECKPOINT));
  const head = await log.checkpoint();
  const tiles = tilesOf(head.size, before);
  for (const [i, { level, n, width }] of tiles.entries()) {
    const hashes = await log.tile(level, n);
    await write(join(folder, tilePath(level, n, width)), hashes.subarray(0, width * HASH_BYTES));
    onProgress(i + 1, tiles.length);
  }
  await write(join(folder, CHECKPOINT), Buffer.from(head.note));
  return { head, tiles: tiles.length };
}

async function publishedSize(log: EvidenceLog, file: string): Promise<number> {
  if (!existsSync(file)) return 0;
  try {
    const held = parseCheckpoint(await readFile(file, 'utf8'));
    await requireBeginning(held, log);
    return held.size;
  } catch (error) {
    if (error instanceof NoteError) throw new HolderError('ANCHOR_DAMAGED');
    throw error;
  }
}

/** Appears under its name when it is complete. */
async function write(file: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.part`, bytes);
  await rename(`${file}.part`, file);
}
