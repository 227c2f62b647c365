import { existsSync, statSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseCheckpoints, type SignedCheckpoint } from '../ledger/checkpoint.js';
import { isSame } from '../ledger/merkle.js';
import { NoteError, parseVerifierKey, signersOf } from '../ledger/note.js';
import type { EvidenceLog, LogCheckpoint } from './evidence-log.js';
import { HolderError, postText, type HeadHolder } from './head-holder.js';

/** Of all anchors: where they are may be a secret. */
const NAME = 'anchor';

/** A head that somebody holds is of the log as it is. @throws HolderError OTHER_LEDGER, ANCHOR_DAMAGED, ROLLED_BACK, FORKED */
export async function requireBeginning(held: SignedCheckpoint, log: EvidenceLog): Promise<void> {
  if (held.origin !== log.origin) throw new HolderError('OTHER_LEDGER', held.origin);
  if (!(await isSigned(held, log))) throw new HolderError('ANCHOR_DAMAGED');
  if (held.size > (await log.size())) throw new HolderError('ROLLED_BACK', String(held.size));
  if (!isSame(held.root, await log.rootAt(held.size))) throw new HolderError('FORKED', String(held.size));
}

async function isSigned({ note }: SignedCheckpoint, log: EvidenceLog): Promise<boolean> {
  try {
    return signersOf(note, (await log.vkeys()).map(parseVerifierKey)).length > 0;
  } catch (error) {
    // By a key of which this log knows nothing: its copy may be older than the exchange.
    if (error instanceof NoteError) return error.code === 'UNSIGNED';
    throw error;
  }
}

/** Heads in a file, one note after another; only ever added to. */
export class FileAnchor implements HeadHolder {
  readonly name = NAME;

  constructor(
    private readonly file: string,
    private readonly log: EvidenceLog,
  ) {}

  async take(head: LogCheckpoint): Promise<void> {
    const last = (await this.#held()).at(-1);
    if (last) await requireBeginning(last, this.log);
    if ((last?.size ?? -1) < head.size) await this.#add(head.note);
  }

  async #held(): Promise<SignedCheckpoint[]> {
    try {
      return existsSync(this.file) ? parseCheckpoints(await readFile(this.file, 'utf8')) : [];
    } catch (error) {
      if (error instanceof NoteError) throw new HolderError('ANCHOR_DAMAGED');
      throw unwritable(error);
    }
  }

  async #add(note: string): Promise<void> {
    try {
      const file = await open(this.file, 'a');
      try {
        await file.write(note);
        await file.sync();
      } finally {
        await file.close();
      }
    } catch (error) {
      throw unwritable(error);
    }
  }
}

const unwritable = (error: unknown): HolderError =>
  new HolderError('ANCHOR_UNWRITABLE', (error as NodeJS.ErrnoException).code);

/** An address that heads are sent to: anybody who keeps what is signed by itself. */
class AddressAnchor implements HeadHolder {
  readonly name = NAME;

  constructor(private readonly url: string) {}

  async take({ note }: LogCheckpoint, stop: AbortSignal): Promise<void> {
    const { status } = await postText(this.url, note, stop);
    if (status < 200 || status > 299) throw new HolderError('UNEXPECTED_ANSWER', `HTTP ${String(status)}`);
  }
}

const isAddress = (place: string): boolean => /^https?:/.test(place);

/** @param place a file, or an address */
export const anchorAt = (place: string, log: EvidenceLog): HeadHolder =>
  isAddress(place) ? new AddressAnchor(place) : new FileAnchor(place, log);

/** @throws Error: the folder of the file is not there */
export function checkAnchor(place: string): void {
  if (isAddress(place) || statSync(dirname(place), { throwIfNoEntry: false })?.isDirectory() === true) return;
  throw new Error(
    `DAICHO_ANCHOR：${dirname(place)} というフォルダーはありません / DAICHO_ANCHOR: there is no such folder`,
  );
}
