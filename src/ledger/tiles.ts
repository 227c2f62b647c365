import { Frontier, HASH_BYTES, type Hash, type NodeReader } from './merkle.js';

/** Hashes in a full tile, and levels of the tree that a tile spans. */
export const TILE_WIDTH = 256;
const TILE_HEIGHT = 8;

/** A tile by its place: the `n`-th of its level, of which `width` hashes are there. */
export interface Tile {
  readonly level: number;
  readonly n: number;
  readonly width: number;
}

/**
 * Where a tile is served (C2SP tlog-tiles v0.1.0): `tile/0/x001/067`, `tile/1/000.p/17`; entry bundles by the level `entries`.
 */
export function tilePath(level: number | 'entries', n: number, width: number): string {
  const count = Math.ceil(String(n).length / 3);
  const digits = String(n).padStart(count * 3, '0');
  const groups = Array.from({ length: count }, (_, i) => digits.slice(i * 3, i * 3 + 3));
  const path = groups.map((group, i) => (i < count - 1 ? `x${group}` : group)).join('/');
  return `tile/${String(level)}/${path}${width < TILE_WIDTH ? `.p/${String(width)}` : ''}`;
}

/** The tile of a path that `tilePath` writes; undefined for any other. */
export function parseTilePath(
  path: string,
): { readonly level: number | 'entries'; readonly n: number; readonly width: number } | undefined {
  const [, place = '', groups = '', decimal = String(TILE_WIDTH)] =
    /^tile\/(\d\d?|entries)\/((?:x\d{3}\/){0,4}\d{3})(?:\.p\/(\d{1,3}))?$/.exec(path) ?? [];
  const level = place === 'entries' ? ('entries' as const) : Number(place);
  const tile = { level, n: Number(groups.replace(/[x/]/g, '')), width: Number(decimal) };
  return tile.width > 0 && tilePath(tile.level, tile.n, tile.width) === path ? tile : undefined;
}

/** All tiles of a tree of that size, but those that were full at `before` already; partial ones as they are at that size. */
export function tilesOf(size: number, before = 0): Tile[] {
  const tiles: Tile[] = [];
  for (let level = 0, hashes = size, seen = before; hashes > 0; level++) {
    const first = Math.floor(seen / TILE_WIDTH);
    for (let n = first; n * TILE_WIDTH < hashes; n++) {
      const width = Math.min(TILE_WIDTH, hashes - n * TILE_WIDTH);
      if (hashes > seen) tiles.push({ level, n, width });
    }
    hashes = Math.floor(hashes / TILE_WIDTH);
    seen = Math.floor(seen / TILE_WIDTH);
  }
  return tiles;
}

/** The hashes of a tile as far as there are any; at least those that a tree of the size asked about has. */
export type TileReader = (level: number, n: number) => Promise<Uint8Array>;

/** Any complete subtree from tiles: hashed within one tile, at most 255 times. */
export const nodesIn =
  (tileAt: TileReader): NodeReader =>
  async (level, index) => {
    const tileLevel = Math.floor(level / TILE_HEIGHT);
    const width = 2 ** (level % TILE_HEIGHT);
    const first = index * width;
    const tile = await tileAt(tileLevel, Math.floor(first / TILE_WIDTH));
    return hashOf(tile, first % TILE_WIDTH, width);
  };

const hashOf = (tile: Uint8Array, first: number, width: number): Hash => {
  if (tile.length < (first + width) * HASH_BYTES) throw new RangeError('the tile has fewer hashes');
  const subtree = new Frontier();
  for (let i = first; i < first + width; i++) subtree.push(tile.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES));
  return subtree.root();
};

/** A tile that has changed, with all its hashes. */
export interface WrittenTile {
  readonly level: number;
  readonly n: number;
  readonly hashes: Uint8Array;
}

/**
 * The tiles that change when leaves follow a tree of `size`: the right edge only, whatever the size.
 *
 * @param tileAt the tiles of the tree as it is
 */
export async function growTiles(size: number, leaves: readonly Hash[], tileAt: TileReader): Promise<WrittenTile[]> {
  const written: WrittenTile[] = [];
  let hashes = leaves;
  for (let level = 0, before = size; hashes.length > 0; level++) {
    const above: Hash[] = [];
    let n = Math.floor(before / TILE_WIDTH);
    const beside = before % TILE_WIDTH;
    let tile = beside > 0 ? (await tileAt(level, n)).subarray(0, beside * HASH_BYTES) : new Uint8Array();
    for (let taken = 0; taken < hashes.length; n++) {
      const room = TILE_WIDTH - tile.length / HASH_BYTES;
      tile = Buffer.concat([tile, ...hashes.slice(taken, taken + room)]);
      taken += room;
      written.push({ level, n, hashes: tile });
      if (tile.length === TILE_WIDTH * HASH_BYTES) above.push(hashOf(tile, 0, TILE_WIDTH));
      tile = new Uint8Array();
    }
    hashes = above;
    before = Math.floor(before / TILE_WIDTH);
  }
  return written;
}

const LENGTH_BYTES = 2;

/** Entries as an entry bundle: each after its length, a big-endian uint16. @throws RangeError an entry over 65,535 bytes */
export const entryBundle = (entries: readonly Uint8Array[]): Uint8Array =>
  Buffer.concat(
    entries.flatMap((entry) => {
      const length = Buffer.alloc(LENGTH_BYTES);
      length.writeUInt16BE(entry.length);
      return [length, entry];
    }),
  );
