import { canonicalJson, type Json } from './canonical.js';
import { isOpenedWith, isShaped, leafOf, readTexts, type EntryTexts, type OpenedEntry } from './entry.js';
import { hex, isHashText, type Hash, type NodeReader } from './merkle.js';

/**
 * A bundle is a text of lines, each one record in canonical JSON. The first is the header; then come, in the order of the
 * log and without a gap, entries and the hashes of complete subtrees that stand for entries not shown. A checkpoint
 * stands where the tree has its size; the last line is one. So one pass over the lines rebuilds the tree.
 */
export type BundleRecord = BundleHeader | EntryRecord | SubtreeRecord | CheckpointRecord;

/** What the bundle says of itself. */
export interface BundleHeader {
  /** Version of this format. */
  readonly daichoEvidence: 1;
  readonly origin: string;
  /** Verifier keys of the log, the oldest first. */
  readonly keys: readonly string[];
  /** Verifier keys of the witnesses whose cosignatures the checkpoints carry. */
  readonly witnesses: readonly string[];
}

/** An entry, and its leaf, by which an entry that was altered is found at its own line. */
export interface EntryRecord extends OpenedEntry {
  /** 64 hex digits. */
  readonly leaf: string;
}

/** `2 ** level` entries that are not shown. */
export interface SubtreeRecord {
  readonly subtree: { readonly level: number; readonly hash: string };
}

export interface CheckpointRecord {
  /** A signed note. */
  readonly checkpoint: string;
}

/** With its newline. */
export const bundleLine = (record: BundleRecord): string => `${canonicalJson(record as unknown as Json)}\n`;

export const entryRecord = (opened: OpenedEntry): EntryRecord => ({ ...opened, leaf: hex(leafOf(opened.entry)) });

export const subtreeRecord = (level: number, hash: Hash): SubtreeRecord => ({ subtree: { level, hash: hex(hash) } });

/** A record as it was read: of an entry with the texts that are hashed. */
export type ReadRecord = BundleHeader | ReadEntry | SubtreeRecord | CheckpointRecord;

export interface ReadEntry extends EntryRecord {
  readonly texts: EntryTexts;
}

/** What a line holds, or undefined when it is not exactly what `bundleLine` writes. */
export function parseBundleLine(line: string): ReadRecord | undefined {
  try {
    const record: unknown = JSON.parse(line);
    if (isEntryRecord(record)) {
      const texts = readTexts(line, record, `,"leaf":"${record.leaf}"`);
      return texts && { ...record, texts };
    }
    const isOther = isSubtree(record) || isCheckpoint(record) || isHeader(record);
    return isOther && canonicalJson(record as unknown as Json) === line ? record : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a line begins a bundle of a later version of this format. */
export function isNewerHeader(line: string): boolean {
  try {
    const { daichoEvidence: version } = Object(JSON.parse(line)) as { readonly daichoEvidence?: unknown };
    return Number.isSafeInteger(version) && (version as number) > 1;
  } catch {
    return false;
  }
}

/** What a bundle is made of. */
export interface BundleSource {
  readonly header: Omit<BundleHeader, 'daichoEvidence'>;
  /** Signed notes by the size of their tree, the smallest first; the last one ends the bundle. */
  readonly checkpoints: readonly { readonly size: number; readonly note: string }[];
  /** Entries to show, in the order of the log, all below the last checkpoint. */
  readonly entries: AsyncIterable<OpenedEntry>;
  readonly nodeAt: NodeReader;
  /** Sizes at which somebody may hold a head of which no note is kept here. */
  readonly heads: readonly number[];
}

/** The lines of a bundle. */
export async function* bundleLines(source: BundleSource): AsyncGenerator<string, void> {
  const { header, checkpoints, nodeAt } = source;
  const stops = [...new Set([...checkpoints.map(({ size }) => size), ...source.heads])].sort((a, b) => a - b);
  let size = 0;

  /** Up to there: what is not shown, and the checkpoints on the way. */
  async function* passTo(end: number): AsyncGenerator<string, void> {
    for (const stop of stops.filter((at) => at <= end)) {
      yield* hide(stop);
      for (const { note } of checkpoints.filter((checkpoint) => checkpoint.size === stop))
        yield bundleLine({ checkpoint: note });
      stops.shift();
    }
    yield* hide(end);
  }
  async function* hide(end: number): AsyncGenerator<string, void> {
    for (const { level, index } of subtreesBetween(size, end))
      yield bundleLine(subtreeRecord(level, await nodeAt(level, index)));
    size = Math.max(size, end);
  }

  yield bundleLine({ daichoEvidence: 1, ...header });
  for await (const opened of source.entries) {
    yield* passTo(opened.entry.index);
    yield bundleLine(entryRecord(opened));
    size++;
  }
  yield* passTo(checkpoints.reduce((end, checkpoint) => Math.max(end, checkpoint.size), 0));
}

/** The largest complete subtrees that together are the leaves from `begin` up to `end`. */
function* subtreesBetween(begin: number, end: number): Generator<{ readonly level: number; readonly index: number }> {
  for (let at = begin; at < end;) {
    let level = 0;
    while (at % 2 ** (level + 1) === 0 && at + 2 ** (level + 1) <= end) level++;
    yield { level, index: at / 2 ** level };
    at += 2 ** level;
  }
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
const LEVEL_MAX = 52;
const isLevel = (value: unknown): boolean =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) <= LEVEL_MAX;

const isHeader = isShaped<BundleHeader>({
  daichoEvidence: (value) => value === 1,
  origin: isText,
  keys: isTexts,
  witnesses: isTexts,
});
const isSubtree = isShaped<SubtreeRecord>({
  subtree: isShaped<SubtreeRecord['subtree']>({ level: isLevel, hash: isHashText }),
});
const isCheckpoint = isShaped<CheckpointRecord>({ checkpoint: isText });

const isEntryRecord = isOpenedWith<EntryRecord>({ leaf: isHashText });
