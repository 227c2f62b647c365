import { parseCheckpoint, signCheckpoint } from './checkpoint.js';
import { leafHash, ProofError } from './merkle.js';
import { cosignNote, generateSigningKey, parseSigningKey, signNote } from './note.js';
import { readWitnessAnswer, writeAddCheckpoint, type WitnessAnswer } from './witness.js';

const log = parseSigningKey(generateSigningKey('city.example/daicho'));
const witness = parseSigningKey(generateSigningKey('witness.example/w1', 'cosignature'));
const stranger = parseSigningKey(generateSigningKey('witness.example/w2', 'cosignature'));
const root = leafHash(Buffer.from('root'));
const checkpoint = signCheckpoint({ origin: 'city.example/daicho', size: 5, root }, log);
const { text } = parseCheckpoint(checkpoint).note;

const NOW = 1_800_000_000n;
const OK = { status: 200, contentType: 'text/plain' };

const read = (body: string | Uint8Array, { status, contentType } = OK): WitnessAnswer =>
  readWitnessAnswer({ status, contentType, body: Buffer.from(body) }, { text, key: witness.verifier, nowSeconds: NOW });
const why = (answer: WitnessAnswer): string => (answer.kind === 'refused' ? answer.why : answer.kind);

describe('What a log asks a witness', () => {
  /** The example of c2sp.org/tlog-witness. */
  const PUBLISHED = `old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
`;

  it('is written as it was published', () => {
    const [head = '', ...note] = PUBLISHED.split('\n\n');
    const [, ...proof] = head.split('\n').map((line) => Buffer.from(line, 'base64'));
    expect(writeAddCheckpoint({ oldSize: 20_852_014, proof, checkpoint: note.join('\n\n') })).toBe(PUBLISHED);
  });

  it('begins with an old size of nothing, and no proof', () => {
    expect(writeAddCheckpoint({ oldSize: 0, proof: [], checkpoint })).toBe(`old 0\n\n${checkpoint}`);
    expect(() => writeAddCheckpoint({ oldSize: 0, proof: [root], checkpoint })).toThrow(ProofError);
  });

  it('has at most 63 lines of proof', () => {
    const proof = Array.from({ length: 63 }, () => root);
    expect(writeAddCheckpoint({ oldSize: 1, proof, checkpoint })).toContain('old 1\n');
    expect(() => writeAddCheckpoint({ oldSize: 1, proof: [...proof, root], checkpoint })).toThrow(ProofError);
  });
});

describe('What a witness answers', () => {
  const line = cosignNote(text, witness, NOW);

  it('is its line, taken from among those of others', () => {
    expect(read(line)).toEqual({ kind: 'cosigned', line });
    const others = cosignNote(text, stranger, NOW);
    expect(read(`${others}${line}${others}`)).toEqual({ kind: 'cosigned', line });
  });

  it('may have a line of a kind that is not known here, as long as one of ML-DSA-44 is', () => {
    const long = `— witness.example/w1 ${Buffer.alloc(4 + 8 + 2_420, 7).toString('base64')}\n`;
    expect(read(`${long}${line}`)).toEqual({ kind: 'cosigned', line });
  });

  it.each([
    ['by another key', 'NOT_COSIGNED', cosignNote(text, stranger, NOW)],
    ['over another head', 'BAD_COSIGNATURE', cosignNote(text.replace('\n5\n', '\n6\n'), witness, NOW)],
    ['without a time', 'BAD_COSIGNATURE', cosignNote(text, witness, 0n)],
    ['of next week', 'BAD_COSIGNATURE', cosignNote(text, witness, NOW + 7n * 86_400n)],
    ['without its last newline', 'MALFORMED_ANSWER', line.slice(0, -1)],
    ['with an empty line, by which the text would be another', 'MALFORMED_ANSWER', `more\n\n${line}`],
    ['over such another text', 'MALFORMED_ANSWER', `more\n\n${cosignNote(`${text}\nmore\n`, witness, NOW)}`],
    ['of nothing', 'MALFORMED_ANSWER', ''],
    ['of a page', 'MALFORMED_ANSWER', '<!doctype html>\n'],
    ['of bytes that are no text', 'MALFORMED_ANSWER', Buffer.of(0xff, 0x0a)],
    ['of more lines than anybody reads', 'MALFORMED_ANSWER', line.repeat(65)],
  ])('is not believed when it is a cosignature %s', (_, code, body) => {
    expect(why(read(body))).toBe(code);
  });

  it('is not believed when the log itself has signed in its name', () => {
    const named = parseSigningKey(generateSigningKey('witness.example/w1'));
    expect(why(read(signNote(text, named)))).toBe('NOT_COSIGNED');
  });

  const conflict = { status: 409, contentType: 'text/x.tlog.size' };

  it('is the size that it knows', () => {
    expect(read('4\n', conflict)).toEqual({ kind: 'other-size', size: 4 });
    expect(read('0\n', conflict)).toEqual({ kind: 'other-size', size: 0 });
  });

  it.each(['', '4', '04\n', '-1\n', '4\n\n', '4.0\n', '9007199254740993\n', '99999999999999999999\n', 'x\n'])(
    'is no size: %j',
    (body) => {
      expect(why(read(body, conflict))).toBe('MALFORMED_ANSWER');
    },
  );

  it('is no size under another type', () => {
    expect(why(read('4\n', { status: 409, contentType: 'text/plain' }))).toBe('MALFORMED_ANSWER');
  });

  it.each([
    [400, 'BAD_REQUEST'],
    [403, 'UNKNOWN_KEY'],
    [404, 'UNKNOWN_LOG'],
    [422, 'FORKED'],
    [204, 'UNEXPECTED_ANSWER'],
    [302, 'UNEXPECTED_ANSWER'],
    [500, 'UNEXPECTED_ANSWER'],
  ])('is a refusal: %d', (status, code) => {
    expect(why(read(line, { status, contentType: 'text/plain' }))).toBe(code);
  });
});
