import { flipBit, itemAt } from '../../test/support/item-at.js';
import { parseCheckpoint, parseCheckpoints, signCheckpoint } from './checkpoint.js';
import { base64, fromBase64 } from './base64.js';
import { EMPTY_ROOT, leafHash, sha256 } from './merkle.js';
import {
  cosignedAt,
  cosignNote,
  generateSigningKey,
  NoteError,
  parseNote,
  parseSigningKey,
  parseVerifierKey,
  signatureLine,
  signersOf,
  signNote,
} from './note.js';
import { parseTlogProof, writeTlogProof } from './tlog-proof.js';

const refusal = (run: () => unknown): string | undefined => {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof NoteError) return error.code;
    throw error;
  }
};

/** The examples of c2sp.org/signed-note, and of the package that the format comes from. */
const PUBLISHED = [
  {
    vkey: 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k',
    note: 'This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n',
  },
  {
    vkey: 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
    note: "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n",
  },
];

describe('A signed note', () => {
  it.each(PUBLISHED)('as published, by $vkey', ({ vkey, note }) => {
    const key = parseVerifierKey(vkey);
    expect(key.vkey).toBe(vkey);
    expect(signersOf(parseNote(note), [key])).toEqual([key]);
    expect(
      refusal(() => signersOf(parseNote(note.replace('you', 'we').replace('an example', 'no example')), [key])),
    ).toBe('BAD_SIGNATURE');
  });

  it('is written as it was published, from the published private key', () => {
    const skey = 'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz';
    const { text } = parseNote(itemAt(PUBLISHED, 1).note);
    expect(`${text}\n${signNote(text, parseSigningKey(skey))}`).toBe(itemAt(PUBLISHED, 1).note);
  });

  const generated = generateSigningKey('city.example/daicho');
  const key = parseSigningKey(generated);
  const text = '市の台帳\n\n二段落目\n';
  const note = `${text}\n${signNote(text, key)}`;

  it('may have empty lines: the last one parts text and signatures', () => {
    expect(parseNote(note).text).toBe(text);
    expect(signersOf(parseNote(note), [key.verifier])).toEqual([key.verifier]);
  });

  it('passes over signatures of strangers, and asks for one by a known key', () => {
    const stranger = parseSigningKey(generateSigningKey('other.example'));
    const both = parseNote(`${note}${signNote(text, stranger)}`);
    expect(signersOf(both, [key.verifier])).toEqual([key.verifier]);
    expect(refusal(() => signersOf(parseNote(note), [stranger.verifier]))).toBe('UNSIGNED');
  });

  it.each([
    ['without a signature', '市の台帳\n\n'],
    ['without a blank line', '市の台帳\n— city.example aGVsbG8gd29ybGQ=\n'],
    ['with a tab', `a\tb\n\n${signNote('a\tb\n', key)}`],
    ['with a carriage return', note.replaceAll('\n', '\r\n')],
    ['without its last newline', note.slice(0, -1)],
    ['with another dash', note.replace('— ', '- ')],
    ['with bits after the end of the base 64', note.replace(/=\n$/, 'B=\n')],
    ['with a signature too short for a key id', 'a\n\n— city.example AAAA\n'],
    ['with half a surrogate pair', `\ud83d${note}`],
    ['with too many signatures', note + signNote(text, key).repeat(64)],
    ['with a key id and no signature', 'a\n\n— city.example AAAAAA==\n'],
    ['with something before a signature', note.replace(/— (?=city)/, 'x— ')],
    ['with something after a signature', note.replace(/\n$/, ' x\n')],
  ])('is refused %s', (_, bad) => {
    expect(refusal(() => parseNote(bad))).toBe('BAD_NOTE');
  });

  it.each([
    ['an id of another key', itemAt(PUBLISHED, 0).vkey.replace('530d903a', '530d903b')],
    ['another name', itemAt(PUBLISHED, 0).vkey.replace('foo', 'bar')],
    ['no name', itemAt(PUBLISHED, 0).vkey.replace('example.com/foo', '')],
    ['a space in its name', itemAt(PUBLISHED, 0).vkey.replace('/', ' ')],
    ['too short a key', 'a+00000000+AQ=='],
    ['a kind that we do not know', 'a+00000000+AqkyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'],
    ['nothing', ''],
  ])('a key with %s is none', (_, vkey) => {
    expect(refusal(() => parseVerifierKey(vkey))).toBe('BAD_KEY');
    expect(refusal(() => parseSigningKey(`PRIVATE+KEY+${vkey}`))).toBe('BAD_KEY');
  });

  /** With the id that belongs to it, whatever it is. */
  const keyText = (name: string, material: Uint8Array, shown = material): string => {
    const id = Buffer.from(sha256(Buffer.from(`${name}\n`), material)).toString('hex', 0, 4);
    return `${name}+${id}+${base64(shown)}`;
  };
  const { name, id, vkey: own } = key.verifier;
  const material = fromBase64(own.slice(`${name}+${id}+`.length)) ?? Buffer.alloc(0);
  const ofKind = (kind: number): Buffer => Buffer.concat([Buffer.of(kind), material.subarray(1)]);
  const seed = fromBase64(generated.slice(`PRIVATE+KEY+${name}+${id}+`.length)) ?? Buffer.alloc(0);
  const seedOfKind = (kind: number): Buffer => Buffer.concat([Buffer.of(kind), seed.subarray(1)]);

  it('a key is told by its own id, and taken with it', () => {
    expect(parseVerifierKey(keyText('city.example/daicho', material))).toEqual(key.verifier);
    expect(parseSigningKey(`PRIVATE+KEY+${keyText('city.example/daicho', material, seed)}`).verifier).toEqual(
      key.verifier,
    );
  });

  it.each([
    ['a space in its name', keyText('a b', material), keyText('a b', material, seed)],
    ['a kind that there is not', keyText('a', ofKind(2)), keyText('a', ofKind(2), seedOfKind(2))],
    [
      'a byte too many',
      keyText('a', Buffer.concat([material, Buffer.of(0)])),
      keyText('a', material, Buffer.concat([seed, Buffer.of(0)])),
    ],
    ['no base 64', 'a+00000000+***', 'a+00000000+***'],
    ['something before it', `x+${key.verifier.vkey}`, `x+${generated.replace('PRIVATE+KEY+', '')}`],
    ['something after it', `${key.verifier.vkey} x`, `${generated.replace('PRIVATE+KEY+', '')} x`],
    ['a line after it', `${key.verifier.vkey}\n`, `${generated.replace('PRIVATE+KEY+', '')}\n`],
  ])('a key whose id is right is none with %s', (_, vkey, skey) => {
    expect(refusal(() => parseVerifierKey(vkey))).toBe('BAD_KEY');
    expect(refusal(() => parseSigningKey(`PRIVATE+KEY+${skey}`))).toBe('BAD_KEY');
    expect(refusal(() => parseSigningKey(`x ${generated}`))).toBe('BAD_KEY');
  });

  it('a signature in another name, with the same id, is a stranger’s', () => {
    const renamed = parseNote(note.replace('— city.example/daicho', '— town.example/daicho'));
    expect(refusal(() => signersOf(renamed, [key.verifier]))).toBe('UNSIGNED');
  });

  it('may be empty but for its newline, and have as many signatures as anybody has to read', () => {
    expect(parseNote(`\n\n${signNote('\n', key)}`).text).toBe('\n');
    expect(parseNote(`${text}\n${signNote(text, key).repeat(64)}`).signatures).toHaveLength(64);
  });

  it('says what it is when it is refused', () => {
    expect(() => parseNote('')).toThrow(expect.objectContaining({ name: 'NoteError', message: 'BAD_NOTE' }));
  });

  it('no key is made for a name that a line cannot hold', () => {
    for (const name of ['', 'a b', 'a+b', 'a\u3000b', 'a\nb'])
      expect(refusal(() => generateSigningKey(name))).toBe('BAD_KEY');
  });
});

describe('A checkpoint', () => {
  const key = parseSigningKey(generateSigningKey('city.example/daicho'));
  const head = { origin: 'city.example/daicho', size: 20852163, root: leafHash(Buffer.from('a')) };

  it('is read as it was written', () => {
    const signed = parseCheckpoint(signCheckpoint(head, key));
    expect(signed).toMatchObject(head);
    expect(signersOf(signed.note, [key.verifier])).toHaveLength(1);
    expect(parseCheckpoint(signCheckpoint({ ...head, size: 0, root: EMPTY_ROOT }, key)).size).toBe(0);
  });

  it.each([
    ['a size with a zero before it', (text: string) => text.replace('20852163', '020852163')],
    ['a size that is none', (text: string) => text.replace('20852163', '-1')],
    ['a size beyond counting', (text: string) => text.replace('20852163', '9007199254740993')],
    ['a root of another length', (text: string) => text.replace(/\n[^\n]{43}=\n/, '\nAAAA\n')],
    ['an extension line', (text: string) => text.replace('\n\n', '\nextension\n\n')],
    ['no origin', (text: string) => text.replace('city.example/daicho', '')],
  ])('with %s is refused', (_, spoil) => {
    expect(refusal(() => parseCheckpoint(spoil(signCheckpoint(head, key))))).toBe('BAD_NOTE');
  });

  it('carries what a witness saw and when, in its own kind of signature', () => {
    const witness = parseSigningKey(generateSigningKey('witness.example/w1', 'cosignature'));
    const note = signCheckpoint(head, key);
    const { text } = parseNote(note);
    const cosigned = parseNote(note + cosignNote(text, witness, 1_800_000_000n));
    expect(signersOf(cosigned, [key.verifier, witness.verifier])).toEqual([key.verifier, witness.verifier]);
    expect(cosignedAt(itemAt(cosigned.signatures, 1).signature)).toBe(1_800_000_000n);
    // At another time, or made as an ordinary signature, it does not hold.
    const earlier = Buffer.from(itemAt(cosigned.signatures, 1).signature);
    flipBit(earlier, 7 * 8);
    const antedated = parseNote(note + signatureLine({ ...witness.verifier, signature: earlier }));
    expect(refusal(() => signersOf(antedated, [witness.verifier]))).toBe('BAD_SIGNATURE');
    expect(refusal(() => signersOf(parseNote(note + signNote(text, witness)), [witness.verifier]))).toBe(
      'BAD_SIGNATURE',
    );
    // A time, and nothing that is signed.
    const timeOnly = signatureLine({ ...witness.verifier, signature: Buffer.alloc(8) });
    expect(refusal(() => signersOf(parseNote(note + timeOnly), [witness.verifier]))).toBe('BAD_SIGNATURE');
    expect(cosignedAt(Buffer.alloc(8))).toBeUndefined();
  });

  it('of a witness, as published, is parsed', () => {
    const published = parseCheckpoint(
      'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n' +
        '— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n' +
        '— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n',
    );
    expect(published).toMatchObject({ origin: 'example.com/behind-the-sofa', size: 20852163 });
    expect(cosignedAt(itemAt(published.note.signatures, 1).signature)).toBe(1679315147n);
  });
});

describe('Checkpoints one after another', () => {
  const key = parseSigningKey(generateSigningKey('city.example/daicho'));
  const witness = parseSigningKey(generateSigningKey('witness.example/w1', 'cosignature'));
  const root = leafHash(Buffer.from('a'));
  const [first, second] = [7, 9].map((size) => signCheckpoint({ origin: 'city.example/daicho', size, root }, key));
  const both = `${String(first)}${cosignNote(parseNote(String(first)).text, witness, 1n)}${String(second)}`;

  it('are read in their order, each with all its signatures', () => {
    const read = parseCheckpoints(both);
    expect(read.map(({ size, note }) => [size, note.signatures.length])).toEqual([
      [7, 2],
      [9, 1],
    ]);
    expect(parseCheckpoints('')).toEqual([]);
  });

  it('are refused when one is cut off anywhere', () => {
    for (let end = both.length - 1; end > 0; end--) {
      const rest = both.slice(0, end);
      // After a whole line of signature nothing is missing.
      if (/\n— .*\n$/u.test(rest)) continue;
      expect([end, refusal(() => parseCheckpoints(rest))]).toEqual([end, 'BAD_NOTE']);
    }
    expect(refusal(() => parseCheckpoints(`\n${both}`))).toBe('BAD_NOTE');
    expect(refusal(() => parseCheckpoints(`${both}\n`))).toBe('BAD_NOTE');
  });
});

describe('A .tlog-proof', () => {
  const checkpoint = 'a\n1\nAAAA\n\n— a AAAAAAAA\n';
  const hashes = [leafHash(Buffer.from('a')), leafHash(Buffer.from('b'))];

  it.each([
    { index: 0, hashes: [], checkpoint },
    { index: 73894, hashes, checkpoint, extra: Buffer.from('更に') },
  ])('is read as it was written: $index', (proof) => {
    expect(parseTlogProof(writeTlogProof(proof))).toEqual(proof);
  });

  it('may have as many hashes as a tree is high', () => {
    const proof = { index: 0, hashes: Array.from({ length: 63 }, () => EMPTY_ROOT), checkpoint };
    expect(parseTlogProof(writeTlogProof(proof)).hashes).toHaveLength(63);
  });

  it.each([
    ['another header', (text: string) => text.replace('@v1', '@v2')],
    ['an index with a zero before it', (text: string) => text.replace('index 1', 'index 01')],
    ['something before its index', (text: string) => text.replace('index 1', 'x index 1')],
    ['no index', (text: string) => text.replace('index 1\n', '')],
    ['a hash cut short', (text: string) => text.replace(/\n.{43}=\n/, '\nAAAA\n')],
    ['extra that is not base 64', (text: string) => text.replace('extra ', 'extra *')],
    ['no checkpoint', (text: string) => text.slice(0, text.indexOf('\n\n'))],
    [
      'more hashes than a tree is high',
      (text: string) => text.replace(/\n(.{43}=)\n/, `\n$1\n`.repeat(70).replaceAll('\n\n', '\n')),
    ],
  ])('with %s is refused', (_, spoil) => {
    const text = writeTlogProof({ index: 1, hashes, checkpoint, extra: Buffer.from('x') });
    expect(refusal(() => parseTlogProof(spoil(text)))).toBe('BAD_NOTE');
  });
});
