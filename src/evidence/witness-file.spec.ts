import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateSigningKey, parseSigningKey } from '../ledger/note.js';
import { readWitnesses, type WitnessPolicy } from './witness-file.js';

const skey = generateSigningKey('witness.example/a', 'cosignature');
const a = parseSigningKey(skey).verifier.vkey;
const b = parseSigningKey(generateSigningKey('witness.example/b', 'cosignature')).verifier.vkey;
/** The public key of a under another name: the id is that of the name and the key. */
const material = a.split('+').slice(2).join('+');
const id = createHash('sha256').update('witness.example/z\n').update(Buffer.from(material, 'base64')).digest('hex');
const aRenamed = `witness.example/z+${id.slice(0, 8)}+${material}`;
const ofLog = parseSigningKey(generateSigningKey('witness.example/a')).verifier.vkey;

describe('A file of witnesses', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'daicho-witnesses-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const read = (text: string): WitnessPolicy => {
    writeFileSync(join(folder, 'witnesses.yaml'), text);
    return readWitnesses(join(folder, 'witnesses.yaml'));
  };
  const one = (change: object, min: unknown = 1): string =>
    JSON.stringify({ min, witnesses: [{ url: 'https://witness.example/a/', vkey: a, ...change }] });

  it('says who they are, and how many must sign', () => {
    const { min, witnesses } = read(`
min: 2
witnesses:
  - url: https://witness.example/a/
    vkey: ${a}
  - url: http://intranet.example
    vkey: ${b}
    allowHttp: true
`);
    expect(min).toBe(2);
    expect(witnesses.map(({ url, key: { vkey } }) => [url, vkey])).toEqual([
      ['https://witness.example/a', a],
      ['http://intranet.example', b],
    ]);
    expect(read(one({ url: 'http://localhost:7380' })).witnesses).toHaveLength(1);
  });

  it.each([
    ['plain http to another machine', one({ url: 'http://witness.example' }), /witnesses\[0\]\.url: https:/],
    ['no address', one({ url: 'witness.example' }), /witnesses\[0\]\.url/],
    ['a password in the address', one({ url: 'https://u:p@witness.example' }), /witnesses\[0\]\.url/],
    ['a query in the address', one({ url: 'https://witness.example/?a' }), /witnesses\[0\]\.url/],
    ['the key of a log', one({ vkey: ofLog }), /witnesses\[0\]\.vkey/],
    ['a private key, which is not told', one({ vkey: skey }), /witnesses\[0\]\.vkey: (?!.*PRIVATE)/],
    ['a key with a typo', one({ vkey: a.replace('/a+', '/c+') }), /witnesses\[0\]\.vkey/],
    ['a setting with a typo', one({ vKey: a }), /witnesses\[0\]\.vKey/],
    ['more to sign than there are', one({}, 2), /min: .*not so many/],
    ['nobody to sign', one({}, 0), /min/],
    ['nothing said of how many', one({}, null), /min/],
    ['nobody', '{"min": 1, "witnesses": []}', /witnesses/],
    ['nothing', '', /witnesses\.yaml/],
    [
      'one twice',
      JSON.stringify({ min: 2, witnesses: [1, 2].map((n) => ({ url: `https://w${String(n)}.example`, vkey: a })) }),
      /witnesses\[1\]\.vkey/,
    ],
    [
      'one public key under two names',
      JSON.stringify({
        min: 2,
        witnesses: [a, aRenamed].map((vkey) => ({ url: 'https://w.example', vkey })),
      }),
      /witnesses\[1\]\.vkey/,
    ],
  ])('is refused with %s', (_, text, says) => {
    expect(() => read(text)).toThrow(says);
  });

  it('is refused when it is not there', () => {
    expect(() => readWitnesses(join(folder, 'none.yaml'))).toThrow(/ENOENT/);
  });
});
