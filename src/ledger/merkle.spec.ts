import { flipBit, itemAt } from '../../test/support/item-at.js';
import {
  consistencyProof,
  EMPTY_ROOT,
  Frontier,
  inclusionProof,
  isHashText,
  leafHash,
  nodeHash,
  ProofError,
  rootAt,
  verifyConsistency,
  verifyInclusion,
  type Hash,
  type NodeReader,
} from './merkle.js';

const hex = (hash: Hash): string => Buffer.from(hash).toString('hex');
const bytes = (text: string): Buffer => Buffer.from(text, 'hex');

/** All complete subtrees over some leaves, by level. */
function treeOver(leaves: readonly Hash[]): NodeReader {
  const levels: Hash[][] = [[...leaves]];
  for (let below = levels[0] ?? []; below.length > 1; below = levels.at(-1) ?? []) {
    const level: Hash[] = [];
    for (let i = 0; i + 1 < below.length; i += 2) level.push(nodeHash(itemAt(below, i), itemAt(below, i + 1)));
    levels.push(level);
  }
  return (level, index) => Promise.resolve(itemAt(itemAt(levels, level), index));
}

/** The definition of RFC 6962 §2.1, word for word. */
function definedRoot(leaves: readonly Hash[]): Hash {
  if (leaves.length === 0) return EMPTY_ROOT;
  if (leaves.length === 1) return itemAt(leaves, 0);
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return nodeHash(definedRoot(leaves.slice(0, k)), definedRoot(leaves.slice(k)));
}

const refusal = (verify: () => void): string | undefined => {
  try {
    verify();
    return undefined;
  } catch (error) {
    if (error instanceof ProofError) return error.code;
    throw error;
  }
};

describe('The tree of the entries that the first implementations of RFC 6962 were tried with', () => {
  const leaves = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
    .map(bytes)
    .map(leafHash);
  const roots = [
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
    '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  ];

  it('has the published root at each size', async () => {
    const frontier = new Frontier();
    expect(hex(frontier.root())).toBe(roots[0]);
    for (const [i, leaf] of leaves.entries()) {
      frontier.push(leaf);
      expect(hex(frontier.root())).toBe(roots[i + 1]);
      expect(hex(await rootAt(i + 1, treeOver(leaves)))).toBe(roots[i + 1]);
    }
  });

  it('has the published inclusion and consistency proofs', async () => {
    expect((await inclusionProof(5, 8, treeOver(leaves))).map(hex)).toEqual([
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
    expect((await consistencyProof(6, 8, treeOver(leaves))).map(hex)).toEqual([
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
  });
});

/** Fewer where the tests themselves are tried, by mutation. */
const SIZE_MAX = Number(process.env['DAICHO_TREE_MAX'] ?? 512);

describe(`All trees up to ${String(SIZE_MAX)} leaves`, () => {
  const leaves = Array.from({ length: SIZE_MAX }, (_, i) => leafHash(Buffer.from(String(i))));
  const nodeAt = treeOver(leaves);
  const roots = leaves.reduce((all, _, i) => [...all, definedRoot(leaves.slice(0, i + 1))], [EMPTY_ROOT]);
  const stranger = leafHash(Buffer.from('stranger'));

  /** A proof with one hash dropped, added, exchanged with the next, or with one bit flipped, each at a place that wanders. */
  function* spoiled(proof: readonly Hash[], seed: number): Generator<Hash[]> {
    const place = seed % Math.max(proof.length, 1);
    yield [...proof.slice(0, place), stranger, ...proof.slice(place)];
    if (proof.length === 0) return;
    yield proof.filter((_, i) => i !== place);
    const flipped = Buffer.from(itemAt(proof, place));
    flipBit(flipped, seed % 256);
    yield proof.map((hash, i) => (i === place ? flipped : hash));
    if (place + 1 < proof.length)
      yield [...proof.slice(0, place), itemAt(proof, place + 1), itemAt(proof, place), ...proof.slice(place + 2)];
  }

  it('have the root that the definition gives, leaf by leaf and in one piece', async () => {
    const frontier = new Frontier();
    for (let size = 0; size <= SIZE_MAX; size++) {
      expect(frontier.root()).toEqual(roots[size]);
      expect(await rootAt(size, nodeAt)).toEqual(roots[size]);
      if (size < SIZE_MAX) frontier.push(itemAt(leaves, size));
    }
  });

  it('prove each leaf, and no spoiled proof, other leaf, other place or other root', async () => {
    for (let size = 1; size <= SIZE_MAX; size++) {
      const head = { size, root: itemAt(roots, size) };
      for (let index = 0; index < size; index++) {
        const proof = await inclusionProof(index, size, nodeAt);
        const verify = (leaf: Hash, at: number, of = head, by: readonly Hash[] = proof) =>
          refusal(() => {
            verifyInclusion(leaf, at, of, by);
          });
        const wrongs = [
          ...[...spoiled(proof, index + size)].map((wrong) => verify(itemAt(leaves, index), index, head, wrong)),
          verify(stranger, index),
          verify(itemAt(leaves, index), index + 1),
        ];
        if (verify(itemAt(leaves, index), index) !== undefined || wrongs.includes(undefined))
          throw new Error(`index ${String(index)} of ${String(size)}: ${JSON.stringify(wrongs)}`);
      }
    }
  });

  it('prove each beginning, and no spoiled proof or other root', async () => {
    for (let newSize = 0; newSize <= SIZE_MAX; newSize++) {
      const newer = { size: newSize, root: itemAt(roots, newSize) };
      for (let oldSize = 0; oldSize <= newSize; oldSize++) {
        const older = { size: oldSize, root: itemAt(roots, oldSize) };
        const proof = await consistencyProof(oldSize, newSize, nodeAt);
        const verify = (old = older, now = newer, by: readonly Hash[] = proof) =>
          refusal(() => {
            verifyConsistency(old, now, by);
          });
        const wrongs = [
          ...[...spoiled(proof, oldSize + newSize)].map((wrong) => verify(older, newer, wrong)),
          verify({ size: oldSize, root: stranger }),
          ...(oldSize > 0 ? [verify(older, { size: newSize, root: stranger })] : []),
        ];
        if (verify() !== undefined || wrongs.includes(undefined))
          throw new Error(`${String(oldSize)} in ${String(newSize)}: ${JSON.stringify(wrongs)}`);
      }
    }
  });

  it('can be entered by whole subtrees where one may begin, and nowhere else', async () => {
    const whole = new Frontier();
    whole.push(await nodeAt(5, 0), 5);
    whole.push(await nodeAt(3, 4), 3);
    whole.push(itemAt(leaves, 40));
    expect(whole.size).toBe(41);
    expect(whole.root()).toEqual(roots[41]);
    expect(() => {
      whole.push(stranger, 1);
    }).toThrow(expect.objectContaining({ code: 'OUT_OF_RANGE' }));
  });
});

describe('What is wrong with a proof', () => {
  const leaves = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((text) => leafHash(Buffer.from(text)));
  const nodeAt = treeOver(leaves);
  const root = (size: number): Hash => definedRoot(leaves.slice(0, size));
  const inclusion = (index: number, size: number, proof: readonly Hash[]) =>
    refusal(() => {
      verifyInclusion(itemAt(leaves, index), index, { size, root: root(size) }, proof);
    });
  const consistency = (from: number, to: number, proof: readonly Hash[], old = root(from)) =>
    refusal(() => {
      verifyConsistency({ size: from, root: old }, { size: to, root: root(to) }, proof);
    });

  it('is told from what is wrong with the tree: hashes too many, too few, or others', async () => {
    for (const [index, size] of [
      [0, 7],
      [6, 7],
      [3, 4],
    ] as const) {
      const proof = await inclusionProof(index, size, nodeAt);
      expect(inclusion(index, size, [...proof, EMPTY_ROOT])).toBe('WRONG_LENGTH');
      expect(inclusion(index, size, proof.slice(0, -1))).toBe('WRONG_LENGTH');
      expect(inclusion(index, size, [...proof.slice(0, -1), EMPTY_ROOT])).toBe('ROOT_MISMATCH');
    }
    for (const [from, to] of [
      [3, 7],
      [4, 7],
      [6, 7],
    ] as const) {
      const proof = await consistencyProof(from, to, nodeAt);
      expect(consistency(from, to, [...proof, EMPTY_ROOT])).toBe('WRONG_LENGTH');
      expect(consistency(from, to, proof.slice(0, -1))).toBe('WRONG_LENGTH');
      expect(consistency(from, to, [])).toBe('WRONG_LENGTH');
      expect(consistency(from, to, [...proof.slice(0, -1), EMPTY_ROOT])).toBe('ROOT_MISMATCH');
    }
    expect(consistency(7, 7, [EMPTY_ROOT])).toBe('WRONG_LENGTH');
    expect(consistency(0, 7, [EMPTY_ROOT])).toBe('WRONG_LENGTH');
    expect(consistency(7, 7, [], EMPTY_ROOT)).toBe('ROOT_MISMATCH');
    expect(consistency(0, 7, [], root(1))).toBe('ROOT_MISMATCH');
    expect(() => {
      verifyInclusion(EMPTY_ROOT, 0, { size: 1, root: root(1) }, []);
    }).toThrow(expect.objectContaining({ name: 'ProofError' }));
  });

  it('a tree has no more leaves than can be counted', () => {
    const frontier = new Frontier();
    frontier.push(EMPTY_ROOT, 52);
    expect(() => {
      frontier.push(EMPTY_ROOT, 52);
    }).toThrow(expect.objectContaining({ code: 'OUT_OF_RANGE' }));
  });

  it('a hash is told from what only looks like one', () => {
    const hash = 'a'.repeat(64);
    expect([hash, `x${hash}`, `${hash}0`, `${hash}\n`, [hash], hash.toUpperCase()].map(isHashText)).toEqual([
      true,
      ...Array.from({ length: 5 }, () => false),
    ]);
  });
});

describe('Questions outside a tree', () => {
  const nodeAt: NodeReader = () => Promise.reject(new Error('nobody should ask'));
  const head = { size: 3, root: EMPTY_ROOT };

  it.each([
    [3, 3],
    [-1, 3],
    [0, 0],
    [0.5, 3],
    [0, NaN],
    [0, 2 ** 53],
  ])('the proof of leaf %p of %p', async (index, size) => {
    await expect(inclusionProof(index, size, nodeAt)).rejects.toMatchObject({ code: 'OUT_OF_RANGE' });
    expect(
      refusal(() => {
        verifyInclusion(EMPTY_ROOT, index, { ...head, size }, []);
      }),
    ).toBe('OUT_OF_RANGE');
  });

  it.each([
    [4, 3],
    [-1, 3],
    [1.5, 3],
    [1, Infinity],
  ])('the proof of %p in %p', async (oldSize, newSize) => {
    await expect(consistencyProof(oldSize, newSize, nodeAt)).rejects.toMatchObject({ code: 'OUT_OF_RANGE' });
    expect(
      refusal(() => {
        verifyConsistency({ ...head, size: oldSize }, { ...head, size: newSize }, []);
      }),
    ).toBe('OUT_OF_RANGE');
  });

  it('sizes that logarithms would round: 2^49 ± 1', async () => {
    const asked: string[] = [];
    const noted: NodeReader = (level, index) => {
      asked.push(`${String(level)}/${String(index)}`);
      return Promise.resolve(EMPTY_ROOT);
    };
    const proof = await inclusionProof(2 ** 49, 2 ** 49 + 1, noted);
    expect(proof).toHaveLength(1);
    expect(asked).toEqual(['49/0']);
    expect(await inclusionProof(2 ** 49 - 2, 2 ** 49 - 1, noted)).toHaveLength(48);
  });
});
