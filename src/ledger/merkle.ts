import { hash } from 'node:crypto';

/** 32 bytes of SHA-256. */
export type Hash = Uint8Array;

/** Root of the `size` leaves of a log. */
export interface TreeHead {
  readonly size: number;
  readonly root: Hash;
}

export class ProofError extends Error {
  override readonly name = 'ProofError';
  constructor(readonly code: 'OUT_OF_RANGE' | 'WRONG_LENGTH' | 'ROOT_MISMATCH') {
    super(code);
  }
}

export const HASH_BYTES = 32;

/** Bytes as hexadecimal digits, in lower case. */
export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Whether it is a hash, or as many bytes, as `hex` writes it. */
export const isHashText = (value: unknown): boolean => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);

const LEAF = Buffer.of(0x00);

/** By way of text: a buffer that crypto makes costs three times as much. */
const digest = (bytes: Uint8Array): Hash => Buffer.from(hash('sha256', bytes, 'binary'), 'latin1');

export const sha256 = (...parts: readonly Uint8Array[]): Hash => digest(Buffer.concat(parts));

/** RFC 6962 §2.1: what stands for an entry in the tree. */
export const leafHash = (entry: Uint8Array): Hash => sha256(LEAF, entry);

const pair = Buffer.alloc(1 + 2 * HASH_BYTES, 0x01);

/** RFC 6962 §2.1: what stands for two neighbours in the level above: the hash of 0x01 and both. */
export function nodeHash(left: Hash, right: Hash): Hash {
  pair.set(left, 1);
  pair.set(right, 1 + HASH_BYTES);
  return digest(pair);
}

/** The root of no leaves. */
export const EMPTY_ROOT: Hash = sha256();

export const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/**
 * The right edge of a growing tree: one hash for each complete subtree, the largest first, so that a root costs no more
 * than the tree is high and a whole log is hashed in one pass.
 */
export class Frontier {
  #size = 0;
  readonly #subtrees: { readonly level: number; readonly hash: Hash }[] = [];

  get size(): number {
    return this.#size;
  }

  /**
   * Adds the next `2 ** level` leaves by the hash of their subtree; one leaf by its leaf hash.
   *
   * @throws ProofError OUT_OF_RANGE: no complete subtree of that level begins here
   */
  push(subtree: Hash, level = 0): void {
    const width = 2 ** level;
    if (this.#size % width !== 0 || !Number.isSafeInteger(this.#size + width)) throw new ProofError('OUT_OF_RANGE');
    this.#size += width;
    let merged = { level, hash: subtree };
    for (;;) {
      const left = this.#subtrees.at(-1);
      if (left?.level !== merged.level) break;
      this.#subtrees.pop();
      merged = { level: merged.level + 1, hash: nodeHash(left.hash, merged.hash) };
    }
    this.#subtrees.push(merged);
  }

  root(): Hash {
    return this.#subtrees.map((subtree) => subtree.hash).reduceRight(turned(nodeHash), undefined) ?? EMPTY_ROOT;
  }
}

/** Folds from the right: the smaller subtree is the right one. */
const turned =
  (join: (left: Hash, right: Hash) => Hash) =>
  (right: Hash | undefined, left: Hash): Hash =>
    right ? join(left, right) : left;

/** The hash of a complete subtree: the leaves from `index * 2 ** level` on, `2 ** level` of them. */
export type NodeReader = (level: number, index: number) => Promise<Hash>;

/** The root of the first `size` leaves. */
export const rootAt = (size: number, nodeAt: NodeReader): Promise<Hash> =>
  size === 0 ? Promise.resolve(EMPTY_ROOT) : rangeHash(0, size, nodeAt);

/**
 * RFC 6962 §2.1.1: the hashes beside the way from a leaf to the root of the first `size` leaves, the leaf's neighbour first.
 *
 * @throws ProofError OUT_OF_RANGE
 */
export async function inclusionProof(index: number, size: number, nodeAt: NodeReader): Promise<Hash[]> {
  if (!(isCount(index) && isCount(size) && index < size)) throw new ProofError('OUT_OF_RANGE');
  return path(index, 0, size, nodeAt);
}

async function path(index: number, begin: number, end: number, nodeAt: NodeReader): Promise<Hash[]> {
  if (end - begin === 1) return [];
  const middle = begin + leftWidth(end - begin);
  return index < middle
    ? [...(await path(index, begin, middle, nodeAt)), await rangeHash(middle, end, nodeAt)]
    : [...(await path(index, middle, end, nodeAt)), await rangeHash(begin, middle, nodeAt)];
}

/**
 * RFC 6962 §2.1.2: what shows that the first `oldSize` leaves are the beginning of the first `newSize`.
 *
 * @throws ProofError OUT_OF_RANGE
 */
export async function consistencyProof(oldSize: number, newSize: number, nodeAt: NodeReader): Promise<Hash[]> {
  if (!(isCount(oldSize) && isCount(newSize) && oldSize <= newSize)) throw new ProofError('OUT_OF_RANGE');
  return oldSize === 0 || oldSize === newSize ? [] : subproof(oldSize, 0, newSize, true, nodeAt);
}

async function subproof(
  oldSize: number,
  begin: number,
  end: number,
  isWholeOld: boolean,
  nodeAt: NodeReader,
): Promise<Hash[]> {
  if (oldSize === end) return isWholeOld ? [] : [await rangeHash(begin, end, nodeAt)];
  const middle = begin + leftWidth(end - begin);
  return oldSize <= middle
    ? [...(await subproof(oldSize, begin, middle, isWholeOld, nodeAt)), await rangeHash(middle, end, nodeAt)]
    : [...(await subproof(oldSize, middle, end, false, nodeAt)), await rangeHash(begin, middle, nodeAt)];
}

/** `begin` is where the tree itself splits, so that every part of the range is a complete subtree. */
async function rangeHash(begin: number, end: number, nodeAt: NodeReader): Promise<Hash> {
  const width = end - begin;
  const half = leftWidth(width);
  if (width === 1) return nodeAt(0, begin);
  if (width === 2 * half) return nodeAt(levelOf(width), begin / width);
  const middle = begin + half;
  return nodeHash(await rangeHash(begin, middle, nodeAt), await rangeHash(middle, end, nodeAt));
}

/** The largest power of two smaller than `width`, by doubling: logarithms round. */
function leftWidth(width: number): number {
  let half = 1;
  while (half * 2 < width) half *= 2;
  return half;
}

/** Of a power of two. */
function levelOf(width: number): number {
  let level = 0;
  for (let half = width; half > 1; half /= 2) level++;
  return level;
}

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

/**
 * RFC 9162 §2.1.3.2: that a leaf is the one at `index` below a root.
 *
 * @throws ProofError OUT_OF_RANGE, WRONG_LENGTH, ROOT_MISMATCH
 */
export function verifyInclusion(leaf: Hash, index: number, head: TreeHead, proof: readonly Hash[]): void {
  if (!(isCount(index) && isCount(head.size) && index < head.size)) throw new ProofError('OUT_OF_RANGE');
  let place = BigInt(index);
  let last = BigInt(head.size - 1);
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0n) throw new ProofError('WRONG_LENGTH');
    if (isOdd(place) || place === last) {
      hash = nodeHash(sibling, hash);
      for (; !isOdd(place) && place !== 0n; last >>= 1n) place >>= 1n;
    } else {
      hash = nodeHash(hash, sibling);
    }
    place >>= 1n;
    last >>= 1n;
  }
  if (last !== 0n) throw new ProofError('WRONG_LENGTH');
  if (!isSame(hash, head.root)) throw new ProofError('ROOT_MISMATCH');
}

/**
 * RFC 9162 §2.1.4.2: that an older tree is the beginning of a newer one. A tree of no leaves is the beginning of any.
 *
 * @throws ProofError OUT_OF_RANGE, WRONG_LENGTH, ROOT_MISMATCH
 */
export function verifyConsistency(older: TreeHead, newer: TreeHead, proof: readonly Hash[]): void {
  if (!(isCount(older.size) && isCount(newer.size) && older.size <= newer.size)) throw new ProofError('OUT_OF_RANGE');
  if (older.size === 0 || older.size === newer.size) {
    if (proof.length > 0) throw new ProofError('WRONG_LENGTH');
    if (!isSame(older.root, older.size === 0 ? EMPTY_ROOT : newer.root)) throw new ProofError('ROOT_MISMATCH');
    return;
  }
  const [first, ...others] = isPowerOfTwo(older.size) ? [older.root, ...proof] : proof;
  if (!first || proof.length === 0) throw new ProofError('WRONG_LENGTH');
  let place = BigInt(older.size - 1);
  let last = BigInt(newer.size - 1);
  for (; isOdd(place); last >>= 1n) place >>= 1n;
  let oldHash = first;
  let newHash = first;
  for (const sibling of others) {
    if (last === 0n) throw new ProofError('WRONG_LENGTH');
    if (isOdd(place) || place === last) {
      oldHash = nodeHash(sibling, oldHash);
      newHash = nodeHash(sibling, newHash);
      for (; !isOdd(place) && place !== 0n; last >>= 1n) place >>= 1n;
    } else {
      newHash = nodeHash(newHash, sibling);
    }
    place >>= 1n;
    last >>= 1n;
  }
  if (last !== 0n) throw new ProofError('WRONG_LENGTH');
  if (!isSame(oldHash, older.root) || !isSame(newHash, newer.root)) throw new ProofError('ROOT_MISMATCH');
}

const isOdd = (value: bigint): boolean => (value & 1n) === 1n;
const isPowerOfTwo = (size: number): boolean => size === 1 || size === 2 * leftWidth(size);
