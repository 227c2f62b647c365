import { canonicalJson, type Json } from './canonical.js';
import { commitmentsOf, entryOf, falseOpeningIn, openEntry, parseOpenedEntry, type OpenedEntry } from './entry.js';

const EVENT = {
  ...{ id: 'e1', stream: 'measure-toride-5-1-2-1', revision: 3, type: 'MeasureStatusChanged', schemaVersion: 1 },
  ...{ recordedAtMs: Date.parse('2026-04-01T00:00:00.120Z'), effectiveOn: '2026-03-31', actor: 'p1' },
  ...{ causationId: 'c1', correlationId: 'c2', data: { status: '完了' } },
};
const SECRET = Buffer.alloc(32, 7);
const ENTRY = entryOf(EVENT, 5, 'city.example/daicho', commitmentsOf(EVENT, SECRET));
const OPENED = openEntry(ENTRY, EVENT, SECRET, true);

const text = (opened: object): string => canonicalJson(opened as Json);
const withEntry = (more: object): string => text({ ...OPENED, entry: { ...ENTRY, ...more } });

describe('An opened entry', () => {
  it.each<[string, OpenedEntry]>([
    ['whole', OPENED],
    ['without who gave the command', openEntry(ENTRY, EVENT, SECRET, false)],
    ['closed', { entry: ENTRY }],
  ])('%s is read as it was written, and opens what it commits to', (_, opened) => {
    const read = parseOpenedEntry(text(opened));
    expect(read).toMatchObject(opened);
    expect(read && falseOpeningIn(read, read.texts)).toBeUndefined();
  });

  /** HMAC-SHA-256, as another program computes it. */
  it('has salts of its own for each part, from its one secret', () => {
    expect([OPENED.caller?.salt, OPENED.data?.salt]).toEqual([
      '8423874219f0043ba460655ac23e7ea9bc523e75d5fb567f3af0693d44ad7032',
      'b586004dcd725e697fad6714239741a514314369da1e7b9b7409c6961c4304e1',
    ]);
  });

  /** SHA-256 of the tag of the part, its salt and the canonical value, as another program computes it. */
  it('commits to who gave the command and to the payload', () => {
    expect([ENTRY.caller, ENTRY.data]).toEqual([
      '5b734970e73237683f114e7972539ff3c67050101049720c4c1cc9b26c53618c',
      { commitment: '83c8aa5d7e95f26098e14c9d5fffc4b58ea0361de86c5881ec3b681830fc18fb', length: 19 },
    ]);
  });

  it('is told from one whose payload is as long, and from one whose is not', () => {
    const falseIn = (value: Json): string | undefined => {
      const read = parseOpenedEntry(text({ ...OPENED, data: { ...OPENED.data, value } }));
      return read && falseOpeningIn(read, read.texts);
    };
    expect([falseIn({ status: '継続' }), falseIn({ status: '継続中' })]).toEqual(['data', 'data']);
    const read = parseOpenedEntry(text({ ...OPENED, entry: { ...ENTRY, data: { ...ENTRY.data, length: 1 } } }));
    expect(read && falseOpeningIn(read, read.texts)).toBe('data');
  });

  it.each<[string, string]>([
    ...['ledger', 'id', 'stream', 'type'].flatMap((name): [string, string][] => [
      [`an empty ${name}`, withEntry({ [name]: '' })],
      [`a ${name} that is no text`, withEntry({ [name]: 1 })],
      [`a list for its ${name}`, withEntry({ [name]: ['a'] })],
    ]),
    ...['index', 'revision', 'schemaVersion'].flatMap((name): [string, string][] => [
      [`a ${name} below zero`, withEntry({ [name]: -1 })],
      [`a ${name} that is a text`, withEntry({ [name]: '1' })],
    ]),
    ['another version', withEntry({ v: 2 })],
    ['an instant without milliseconds', withEntry({ recordedAt: '2026-04-01T00:00:00Z' })],
    ['something before its instant', withEntry({ recordedAt: 'x2026-04-01T00:00:00.000Z' })],
    ['something after its instant', withEntry({ recordedAt: '2026-04-01T00:00:00.000Z ' })],
    ['an instant in a list', withEntry({ recordedAt: ['2026-04-01T00:00:00.000Z'] })],
    ['something before its day', withEntry({ effectiveOn: '12026-03-31' })],
    ['something after its day', withEntry({ effectiveOn: '2026-03-310' })],
    ['a day in a list', withEntry({ effectiveOn: ['2026-03-31'] })],
    ['a commitment that is no hash', withEntry({ caller: 'ab' })],
    ['nothing for its payload', withEntry({ data: null })],
    ['a text for its payload', withEntry({ data: 'a' })],
    ['a list for its payload', withEntry({ data: [] })],
    ['a length below zero', withEntry({ data: { ...ENTRY.data, length: -1 } })],
    ['a field too many', withEntry({ more: 1 })],
    ['a field too few', text({ ...OPENED, entry: { v: 1 } })],
    ['no entry', text({ data: OPENED.data })],
    ['a salt that is none', text({ ...OPENED, data: { ...OPENED.data, salt: 'ab' } })],
    ['null', 'null'],
    ['a list', '[]'],
    ['a number', '1'],
    ['a space', text(OPENED).replace('{', '{ ')],
    ['something after it', `${text(OPENED)} `],
    ['no JSON', '{'],
  ])('is none with %s', (_, line) => {
    expect(parseOpenedEntry(line)).toBeUndefined();
  });
});
