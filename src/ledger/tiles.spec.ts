import { itemAt } from '../../test/support/item-at.js';
import {
  EMPTY_ROOT,
  Frontier,
  HASH_BYTES,
  inclusionProof,
  leafHash,
  rootAt,
  verifyInclusion,
  type Hash,
} from './merkle.js';
import { entryBundle, growTiles, nodesIn, parseTilePath, tilePath, tilesOf, type TileReader } from './tiles.js';

/** Tiles in memory, as a store keeps them. */
class Shelf {
  readonly tiles = new Map<string, Uint8Array>();
  readonly read: TileReader = (level, n) => {
    const tile = this.tiles.get(`${String(level)}/${String(n)}`);
    return tile ? Promise.resolve(tile) : Promise.reject(new Error(`no tile ${String(level)}/${String(n)}`));
  };

  async grow(size: number, leaves: readonly Hash[]): Promise<number> {
    const written = await growTiles(size, leaves, this.read);
    for (const { level, n, hashes } of written) this.tiles.set(`${String(level)}/${String(n)}`, hashes);
    return written.length;
  }
}

describe('The place of a tile, as c2sp.org/tlog-tiles writes it', () => {
  it.each([
    [0, 0, 256, 'tile/0/000'],
    [0, 1234067, 256, 'tile/0/x001/x234/067'],
    [1, 0, 17, 'tile/1/000.p/17'],
    [2, 1000, 1, 'tile/2/x001/000.p/1'],
    ['entries', 999, 255, 'tile/entries/999.p/255'],
  ] as const)('level %p, %p, width %p', (level, n, width, path) => {
    expect(tilePath(level, n, width)).toBe(path);
    expect(parseTilePath(path)).toEqual({ level, n, width });
  });

  it.each([
    'tile/0/0',
    'tile/00/000',
    'tile/0/x000/001',
    'tile/0/000.p/256',
    'tile/0/000.p/0',
    'tile/0/000.p/01',
    'tile/0/../000',
    'x/tile/0/000',
    'tile/0/000x',
    'tile/0x/000',
    'tile/0/000.p/17/',
    '',
  ])('no tile is at %p', (path) => {
    expect(parseTilePath(path)).toBeUndefined();
  });

  it('a tree of 70,000 has 273 full tiles and one of 112, one full and one of 17, and one of 1', () => {
    const tiles = tilesOf(70_000);
    expect(tiles.filter(({ level, width }) => level === 0 && width === 256)).toHaveLength(273);
    expect(tiles.filter(({ level, width }) => level !== 0 || width !== 256)).toEqual([
      { level: 0, n: 273, width: 112 },
      { level: 1, n: 0, width: 256 },
      { level: 1, n: 1, width: 17 },
      { level: 2, n: 0, width: 1 },
    ]);
    expect(tilesOf(256)).toEqual([
      { level: 0, n: 0, width: 256 },
      { level: 1, n: 0, width: 1 },
    ]);
    expect(tilesOf(0)).toEqual([]);
  });

  it('only what has changed since', () => {
    expect(tilesOf(300, 300)).toEqual([]);
    expect(tilesOf(300, 299)).toEqual([{ level: 0, n: 1, width: 44 }]);
    expect(tilesOf(512, 300)).toEqual([
      { level: 0, n: 1, width: 256 },
      { level: 1, n: 0, width: 2 },
    ]);
  });
});

describe('A tree kept in tiles', () => {
  const leaves = Array.from({ length: 66_000 }, (_, i) => leafHash(Buffer.from(String(i))));

  it.each([[[1, 2, 253, 1, 300, 511]], [[66_000]], [[256, 256, 65_024, 464]]])(
    'has the same root, however it grew: %p',
    async (steps) => {
      const shelf = new Shelf();
      const frontier = new Frontier();
      let size = 0;
      for (const step of steps) {
        const added = leaves.slice(size, size + step);
        await shelf.grow(size, added);
        size += step;
        for (const leaf of added) frontier.push(leaf);
        expect(await rootAt(size, nodesIn(shelf.read))).toEqual(frontier.root());
      }
      const index = size - 7;
      const proof = await inclusionProof(index, size, nodesIn(shelf.read));
      expect(() => {
        verifyInclusion(itemAt(leaves, index), index, { size, root: frontier.root() }, proof);
      }).not.toThrow();
      for (const { level, n, width } of tilesOf(size))
        expect((await shelf.read(level, n)).length).toBe(width * HASH_BYTES);
    },
  );

  it('writes only its right edge', async () => {
    const shelf = new Shelf();
    await shelf.grow(0, leaves);
    expect(await shelf.grow(66_000, [EMPTY_ROOT])).toBe(1);
    expect(await shelf.grow(66_001, leaves.slice(0, 47))).toBe(2);
  });

  it('does not make up hashes that a tile lacks', async () => {
    const shelf = new Shelf();
    await shelf.grow(0, leaves.slice(0, 3));
    await expect(nodesIn(shelf.read)(1, 1)).rejects.toThrow(RangeError);
  });
});

describe('An entry bundle', () => {
  it('is each entry after its length in two bytes', () => {
    expect(Buffer.from(entryBundle([Buffer.from('ab'), Buffer.alloc(0), Buffer.from('c')])).toString('hex')).toBe(
      '0002616200000001' + '63',
    );
    expect(() => entryBundle([Buffer.alloc(65_536)])).toThrow(expect.objectContaining({ name: 'RangeError' }));
  });
});
