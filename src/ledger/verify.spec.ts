import { hash } from 'node:crypto';
import fc from 'fast-check';
import { flipBit, itemAt } from '../../test/support/item-at.js';
import { bundleLines } from './bundle.js';
import { canonicalJson, type Json } from './canonical.js';
import { signCheckpoint } from './checkpoint.js';
import { commitmentsOf, entryOf, leafOf, openEntry, type LoggedEvent, type OpenedEntry } from './entry.js';
import { inclusionProof, nodeHash, rootAt, type Hash, type NodeReader, type TreeHead } from './merkle.js';
import { cosignNote, generateSigningKey, parseNote, parseSigningKey, type SigningKey } from './note.js';
import { writeTlogProof } from './tlog-proof.js';
import { BundleVerifier, verifyProof, VerifyError, type Trust, type Verdict } from './verify.js';

/** JSON as it comes. */
type Loose = ReturnType<typeof JSON.parse>;

const ORIGIN = 'city.example/daicho';

/** A small log, as the product keeps one: events, a secret for each, signed heads. */
class Log {
  readonly secrets = new Map<number, Buffer>();
  readonly nodes: Hash[][] = [];

  constructor(
    readonly events: readonly LoggedEvent[],
    readonly origin = ORIGIN,
  ) {
    this.grow(this.leaves());
  }

  leaves(): Hash[] {
    return this.events.map((_, index) => leafOf(this.opened(index).entry));
  }

  grow(level: readonly Hash[]): void {
    this.nodes.push([...level]);
    if (level.length > 1)
      this.grow(
        level.flatMap((left, i) => (i % 2 === 0 && level[i + 1] ? [nodeHash(left, itemAt(level, i + 1))] : [])),
      );
  }

  opened(index: number, withCaller = true): OpenedEntry {
    const secret = Buffer.alloc(32, index + 1);
    const event = itemAt(this.events, index);
    return openEntry(entryOf(event, index, this.origin, commitmentsOf(event, secret)), event, secret, withCaller);
  }

  readonly nodeAt: NodeReader = (level, index) => Promise.resolve(itemAt(itemAt(this.nodes, level), index));

  async head(size: number): Promise<TreeHead> {
    return { size, root: await rootAt(size, this.nodeAt) };
  }

  async signed(size: number, key: SigningKey): Promise<{ size: number; note: string }> {
    return { size, note: signCheckpoint({ origin: this.origin, ...(await this.head(size)) }, key) };
  }
}

const event = (
  i: number,
  type = 'ReadingRecorded',
  data: Json = { value: String(i), note: '読み取り' },
): LoggedEvent => ({
  id: `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`,
  stream: `kpi-toride-5-${String(i % 3)}`,
  revision: Math.floor(i / 3),
  type,
  schemaVersion: 1,
  recordedAtMs: 1_800_000_000_000 + i * 1000,
  effectiveOn: '2027-03-31',
  actor: `p${String(i % 2)}`,
  causationId: `cause-${String(i)}`,
  correlationId: `command-${String(i)}`,
  data,
});

const eventsOf = (count: number): LoggedEvent[] => Array.from({ length: count }, (_, i) => event(i));

const key = parseSigningKey(generateSigningKey(ORIGIN));
const keys = [key.verifier];

interface Asked {
  readonly log?: Log;
  readonly sizes?: readonly number[];
  readonly signedBy?: (size: number) => SigningKey;
  readonly shown?: (index: number) => boolean;
  readonly withCaller?: boolean;
  readonly named?: readonly SigningKey[];
  readonly heads?: readonly number[];
  readonly spoil?: (opened: OpenedEntry) => OpenedEntry;
}

async function bundle(asked: Asked = {}): Promise<string> {
  const { log = new Log(eventsOf(21)), sizes = [8, 21], signedBy = () => key, shown = () => true } = asked;
  const { withCaller = true, named = [key], heads = [], spoil = (opened: OpenedEntry) => opened } = asked;
  async function* entries(): AsyncGenerator<OpenedEntry> {
    for (const index of log.events.keys())
      if (shown(index)) yield await Promise.resolve(spoil(log.opened(index, withCaller)));
  }
  const checkpoints = await Promise.all(sizes.map((size) => log.signed(size, signedBy(size))));
  const header = { origin: log.origin, keys: named.map(({ verifier }) => verifier.vkey), witnesses: [] };
  let text = '';
  for await (const line of bundleLines({ header, checkpoints, entries: entries(), nodeAt: log.nodeAt, heads }))
    text += line;
  return text;
}

const verify = (text: string | Uint8Array, trust: Trust = { keys }): Verdict => {
  const verifier = new BundleVerifier(trust);
  verifier.write(Buffer.from(text));
  return verifier.end();
};

const refusal = (run: () => unknown): { code: string; index: number; line?: number | undefined } | undefined => {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof VerifyError) return { code: error.code, index: error.index, line: error.line };
    throw error;
  }
};
const refused = (text: string | Uint8Array, trust?: Trust) => refusal(() => verify(text, trust));

const lines = (text: string): string[] => text.split('\n').slice(0, -1);
const textOf = (all: readonly string[]): string => all.map((line) => `${line}\n`).join('');
/** The bundle with one record changed by hand, as one who knows the format would. */
const edited = (text: string, line: number, change: (record: Loose) => unknown): string =>
  textOf(lines(text).map((old, i) => (i + 1 === line ? canonicalJson(change(JSON.parse(old)) as Json) : old)));

describe('A whole bundle', () => {
  it('is proven: everything is there, open, and signed by the key one knows', async () => {
    const log = new Log(eventsOf(21));
    expect(verify(await bundle({ log }))).toEqual({
      origin: ORIGIN,
      ...(await log.head(21)),
      entries: 21,
      opened: 21,
      erased: 0,
      withheld: 0,
      withoutCaller: 0,
      checkpoints: 2,
      signers: [key.verifier.vkey],
      witnesses: [],
      isKeyKnown: true,
    });
  });

  it('leads through all heads that one holds, in whatever order they are given', async () => {
    const log = new Log(eventsOf(21));
    const held = [await log.head(21), await log.head(8)];
    expect(verify(await bundle(), { keys, heads: held }).checkpoints).toBe(2);
    expect(verify(await bundle(), { keys, heads: held.toReversed() }).checkpoints).toBe(2);
    const other = { size: 8, root: leafOf(log.opened(0).entry) };
    expect(refused(await bundle(), { keys, heads: [await log.head(21), other] })).toMatchObject({
      code: 'FORKED',
      index: 8,
    });
  });

  it('may have entries of one instant', async () => {
    const log = new Log(eventsOf(4).map((one) => ({ ...one, recordedAtMs: 1_800_000_000_000 })));
    expect(verify(await bundle({ log, sizes: [4] })).entries).toBe(4);
  });

  it('is told where it is not proven, in an error with a name', async () => {
    const cut = `${await bundle()}x`;
    expect(() => verify(cut)).toThrow(
      expect.objectContaining({
        name: 'VerifyError',
        message: expect.stringMatching(/^TRUNCATED at index 21, line \d+$/),
      }),
    );
    expect(() => verifyProof('', keys)).toThrow(expect.objectContaining({ message: 'MALFORMED at index 0' }));
  });

  it('that was found to be none stays so, whoever goes on reading', async () => {
    const verifier = new BundleVerifier({ keys });
    const found = refusal(() => {
      verifier.write(Buffer.from('GARBAGE\n'));
    });
    expect(found).toMatchObject({ code: 'MALFORMED', line: 1 });
    const rest = Buffer.from(await bundle());
    expect(
      refusal(() => {
        verifier.write(rest);
      }),
    ).toEqual(found);
    expect(refusal(() => verifier.end())).toEqual(found);
  });

  it('is proven whatever pieces its bytes come in', async () => {
    const bytes = Buffer.from(await bundle());
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1 }), (widths) => {
        const verifier = new BundleVerifier({ keys });
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const width = itemAt(widths, i % widths.length);
          verifier.write(bytes.subarray(at, at + width));
          at += width;
        }
        expect(verifier.end().size).toBe(21);
      }),
      { numRuns: 50 },
    );
  });

  it('without a key from elsewhere says that it has only its own word', async () => {
    expect(verify(await bundle(), {}).isKeyKnown).toBe(false);
  });

  it('of an empty log', async () => {
    const text = await bundle({ log: new Log([]), sizes: [0] });
    expect(verify(text)).toMatchObject({ size: 0, entries: 0, checkpoints: 1 });
  });
});

describe('A bundle of a part', () => {
  it.each([
    ['one entry', (i: number) => i === 13],
    ['a stream', (i: number) => i % 3 === 1],
    ['a stretch', (i: number) => i >= 5 && i < 17],
    ['nothing', () => false],
  ])('%s leads to the same head', async (_, shown) => {
    const log = new Log(eventsOf(21));
    const text = await bundle({ log, shown });
    expect(verify(text)).toMatchObject({
      ...(await log.head(21)),
      entries: eventsOf(21).filter((__, i) => shown(i)).length,
    });
  });

  it('keeps who gave a command to itself, and can still be proven', async () => {
    const text = await bundle({ withCaller: false });
    expect(text).not.toContain('"actor"');
    expect(verify(text).opened).toBe(21);
  });

  it('leads through a head that was printed elsewhere, when it is asked to show that place', async () => {
    const log = new Log(eventsOf(21));
    const heads = [await log.head(11)];
    const shown = (): boolean => false;
    expect(refused(await bundle({ log, shown }), { keys, heads })?.code).toBe('HEAD_NOT_SHOWN');
    expect(verify(await bundle({ log, shown, heads: [11] }), { keys, heads }).size).toBe(21);
  });
});

describe('The tamper matrix: what was done, what is found, and where', () => {
  it('a payload edited', async () => {
    const text = edited(await bundle(), 7, (record) => ({
      ...record,
      data: { ...record.data, value: { value: '99' } },
    }));
    expect(refused(text)).toEqual({ code: 'DATA_ALTERED', index: 5, line: 7 });
  });

  it('the actor exchanged', async () => {
    const text = edited(await bundle(), 7, (record) => ({
      ...record,
      caller: { ...record.caller, value: { ...record.caller.value, actor: 'p9' } },
    }));
    expect(refused(text)).toEqual({ code: 'CALLER_ALTERED', index: 5, line: 7 });
  });

  it.each([
    ['type', 'ReadingCorrected'],
    ['recordedAt', '2027-01-15T08:00:05.001Z'],
    ['effectiveOn', '2026-03-31'],
    ['stream', 'kpi-toride-5-9'],
    ['revision', 7],
    ['schemaVersion', 2],
    ['id', '00000000-0000-4000-8000-999999999999'],
  ])('the envelope edited: %s', async (field, value) => {
    const change = (record: Loose) => ({ ...record, entry: { ...record.entry, [field]: value } });
    expect(refused(edited(await bundle(), 7, change))).toEqual({ code: 'ENTRY_ALTERED', index: 5, line: 7 });
  });

  it('the envelope and its leaf edited: found at the next signed head', async () => {
    const change = (record: Loose) => {
      const entry = { ...record.entry, effectiveOn: '2026-03-31' };
      return { ...record, entry, leaf: Buffer.from(leafOf(entry)).toString('hex') };
    };
    expect(refused(edited(await bundle(), 7, change))).toEqual({ code: 'ROOT_MISMATCH', index: 8, line: 10 });
  });

  it('an entry deleted, inserted, moved', async () => {
    const all = lines(await bundle());
    expect(refused(textOf(all.filter((_, i) => i !== 6)))).toEqual({ code: 'WRONG_INDEX', index: 5, line: 7 });
    expect(refused(textOf(all.toSpliced(6, 0, itemAt(all, 5))))).toEqual({ code: 'WRONG_INDEX', index: 5, line: 7 });
    expect(refused(textOf(all.toSpliced(6, 2, itemAt(all, 7), itemAt(all, 6))))).toEqual({
      code: 'WRONG_INDEX',
      index: 5,
      line: 7,
    });
  });

  it('the end cut off: within, before the last head, at an earlier one', async () => {
    const text = await bundle();
    expect(refused(text.slice(0, -5))?.code).toBe('TRUNCATED');
    expect(refused(textOf(lines(text).slice(0, -1)))?.code).toBe('TRUNCATED');
    expect(refused('')?.code).toBe('TRUNCATED');
    // At an earlier head a bundle is a whole one of an older day: who holds a newer head knows.
    const older = textOf(lines(text).slice(0, 10));
    expect(verify(older).size).toBe(8);
    expect(refused(older, { keys, heads: [await new Log(eventsOf(21)).head(21)] })?.code).toBe('ROLLED_BACK');
  });

  it('signed by another key: of the same name, or added to the keys', async () => {
    const thief = parseSigningKey(generateSigningKey(ORIGIN));
    expect(refused(await bundle({ signedBy: () => thief, named: [thief] }))?.code).toBe('UNTRUSTED');
    expect(refused(await bundle({ signedBy: () => thief, named: [key, thief] }))?.code).toBe('UNTRUSTED');
    expect(refused(await bundle({ signedBy: () => thief, named: [key] }))?.code).toBe('UNTRUSTED');
    expect(verify(await bundle({ signedBy: () => thief, named: [thief] }), {}).isKeyKnown).toBe(false);
  });

  it('history written anew and signed again with the true key: found by whoever holds an earlier head', async () => {
    const true_ = new Log(eventsOf(21));
    const forged = new Log(
      eventsOf(21).map((old, i) => (i === 4 ? event(4, 'ReadingRecorded', { value: '99' }) : old)),
    );
    const heads = [await true_.head(8)];
    expect(verify(await bundle({ log: forged }), { keys }).size).toBe(21);
    expect(refused(await bundle({ log: forged }), { keys, heads })).toEqual({ code: 'FORKED', index: 8, line: 9 });
  });

  it('an older backup put back', async () => {
    const heads = [await new Log(eventsOf(21)).head(21)];
    expect(refused(await bundle({ log: new Log(eventsOf(12)), sizes: [12] }), { keys, heads })?.code).toBe(
      'ROLLED_BACK',
    );
  });

  it('entries or heads of another ledger', async () => {
    const other = new Log(eventsOf(21), 'other.example/daicho');
    const text = await bundle();
    const foreign = lines(await bundle({ log: other }));
    expect(refused(textOf(lines(text).toSpliced(6, 1, itemAt(foreign, 6))))?.code).toBe('OTHER_LEDGER');
    expect(refused(textOf(lines(text).toSpliced(9, 1, itemAt(foreign, 9))))?.code).toBe('OTHER_LEDGER');
    expect(refused(edited(text, 1, (header) => ({ ...header, origin: 'other.example' })))?.code).toBe('OTHER_LEDGER');
  });

  it('a head at another place, or with another size', async () => {
    const all = lines(await bundle());
    expect(refused(textOf(all.toSpliced(9, 2, itemAt(all, 10), itemAt(all, 9))))?.code).toBe('WRONG_SIZE');
    const enlarged = (record: Loose) => ({ checkpoint: record.checkpoint.replace('\n8\n', '\n9\n') });
    expect(refused(edited(textOf(all), 10, enlarged))?.code).toBe('WRONG_SIZE');
  });

  it('a signature spoiled, and one by nobody the bundle names', async () => {
    const text = await bundle();
    const spoiled = (record: Loose) => ({
      checkpoint: record.checkpoint.replace(
        /(.)(.{20})\n$/,
        (_: string, letter: string, end: string) => `${letter === 'A' ? 'B' : 'A'}${end}\n`,
      ),
    });
    expect(refused(edited(text, 10, spoiled))?.code).toBe('BAD_SIGNATURE');
    const stranger = parseSigningKey(generateSigningKey('stranger.example'));
    const added = (record: Loose) => {
      const { text: signed } = parseNote(record.checkpoint);
      return { checkpoint: record.checkpoint + cosignNote(signed, stranger, 1n) };
    };
    expect(refused(edited(text, 10, added))?.code).toBe('MALFORMED');
  });

  it('time running backwards, though it was signed', async () => {
    const back = eventsOf(21).map((old, i) => (i === 9 ? { ...old, recordedAtMs: old.recordedAtMs - 5000 } : old));
    expect(refused(await bundle({ log: new Log(back) }))).toEqual({ code: 'TIME_WENT_BACK', index: 9, line: 12 });
  });

  it.each([
    ['a field that nobody knows', (record: Loose) => ({ ...record, note: 'x' })],
    ['a field missing', ({ leaf: _, ...record }: Loose) => record],
    ['an index that is no number', (record: Loose) => ({ ...record, entry: { ...record.entry, index: '5' } })],
    ['a salt of another length', (record: Loose) => ({ ...record, data: { ...record.data, salt: 'ab' } })],
    ['an envelope of another version', (record: Loose) => ({ ...record, entry: { ...record.entry, v: 2 } })],
    ['nothing', () => null],
    ['a list', () => []],
  ])('not the format: %s', async (_, change) => {
    expect(refused(edited(await bundle(), 7, change))).toEqual({ code: 'MALFORMED', index: 5, line: 7 });
  });

  it('not the format: other text for the same value, a line without end, bytes that are no text, a second header', async () => {
    const text = await bundle();
    expect(refused(text.replace('"entry":{', '"entry": {'))?.code).toBe('MALFORMED');
    expect(refused(text.replaceAll('\n', '\r\n'))).toEqual({ code: 'MALFORMED', index: 0, line: 1 });
    expect(refused(`\ufeff${text}`)?.line).toBe(1);
    expect(refused(Buffer.concat([Buffer.of(0xff), Buffer.from(text)]))?.code).toBe('MALFORMED');
    expect(refused(`{"a":"${'x'.repeat(1024 * 1024)}`)?.code).toBe('MALFORMED');
    expect(refused(textOf([itemAt(lines(text), 0), ...lines(text)]))).toEqual({ code: 'MALFORMED', index: 0, line: 2 });
    expect(refused(textOf(lines(text).slice(1)))).toEqual({ code: 'MALFORMED', index: 0, line: 1 });
    expect(refused(edited(text, 1, (header) => ({ ...header, keys: ['nonsense'] })))?.code).toBe('MALFORMED');
  });

  it('not the format: an empty line, a head that is none, bytes within a text that are none', async () => {
    const text = await bundle();
    expect(refused(`\n${text}`)).toEqual({ code: 'MALFORMED', index: 0, line: 1 });
    expect(refused(edited(text, 10, () => ({ checkpoint: 'nonsense' })))).toEqual({
      ...{ code: 'MALFORMED', index: 8, line: 10 },
    });
    const bytes = Buffer.from(text);
    bytes[bytes.indexOf('読')] = 0xff;
    expect(refused(bytes)).toEqual({ code: 'MALFORMED', index: 0, line: 2 });
  });

  it('a line may have a mebibyte, and not one byte more, also before it has ended', async () => {
    const LINE_BYTES_MAX = 1024 * 1024;
    const ofNote = (length: number) =>
      bundle({ log: new Log([event(0, 'ReadingRecorded', { note: 'x'.repeat(length) })]), sizes: [1] });
    const lineOf = (text: string): string => itemAt(lines(text), 1);
    // The length of the payload stands in the line, with as many digits in all of these.
    const beside = lineOf(await ofNote(1_000_000)).length - 1_000_000;
    const longest = await ofNote(LINE_BYTES_MAX - beside);
    expect(lineOf(longest)).toHaveLength(LINE_BYTES_MAX);
    expect(verify(longest).opened).toBe(1);
    const end = longest.indexOf('\n') + 1 + LINE_BYTES_MAX;
    const inParts = new BundleVerifier({ keys });
    for (const part of [longest.slice(0, end), longest.slice(end)]) inParts.write(Buffer.from(part));
    expect(inParts.end().opened).toBe(1);
    const tooLong = await ofNote(LINE_BYTES_MAX - beside + 1);
    expect(refused(tooLong)).toEqual({ code: 'MALFORMED', index: 0, line: 2 });
    const begun = new BundleVerifier({ keys });
    expect(
      refusal(() => {
        begun.write(Buffer.from(tooLong.slice(0, end + 1)));
      })?.code,
    ).toBe('MALFORMED');
  });

  it('a later version of the format, which is no tampering', async () => {
    const [header = '', ...rest] = lines(await bundle());
    const begun = (version: unknown): string =>
      [canonicalJson({ ...JSON.parse(header), daichoEvidence: version as Json }), ...rest, ''].join('\n');
    expect(refusal(() => verify(begun(2)))).toEqual({ code: 'NEWER_FORMAT', index: 0, line: 1 });
    for (const version of [0, '2', null])
      expect(refusal(() => verify(begun(version)))).toEqual({ code: 'MALFORMED', index: 0, line: 1 });
    expect(refusal(() => verify('null\n'))?.code).toBe('MALFORMED');
    expect(refusal(() => verify(`${header}\n${begun(2)}`))).toEqual({ code: 'MALFORMED', index: 0, line: 2 });
  });

  it('a subtree where none may begin', async () => {
    const text = await bundle({ shown: (i) => i === 0 });
    const at = lines(text).findIndex((line) => line.includes('"subtree"'));
    const larger = (record: Loose) => ({ subtree: { ...record.subtree, level: 1 } });
    expect(refused(edited(text, at + 1, larger))?.code).toBe('WRONG_INDEX');
  });
});

describe('A log that gives itself another key', () => {
  const next = parseSigningKey(generateSigningKey(ORIGIN));
  const rotated = (at: number, from = key, to = next): Log =>
    new Log(
      eventsOf(21).map((old, i) =>
        i === at ? event(i, 'LedgerKeyRotated', { from: from.verifier.vkey, to: to.verifier.vkey }) : old,
      ),
    );
  const named = [key, next];

  it('is believed by who knows the first: a head by it is over the change', async () => {
    const text = await bundle({
      log: rotated(9),
      sizes: [8, 10, 21],
      signedBy: (size) => (size <= 10 ? key : next),
      named,
    });
    expect(verify(text).signers).toEqual([next.verifier.vkey]);
  });

  it('is not before such a head, and the former key not after', async () => {
    const early = await bundle({
      log: rotated(9),
      sizes: [8, 21],
      signedBy: (size) => (size <= 8 ? key : next),
      named,
    });
    expect(refused(early)?.code).toBe('UNTRUSTED');
    const signedBy = (size: number): SigningKey => (size === 15 ? next : key);
    const late = await bundle({ log: rotated(9), sizes: [10, 15, 21], signedBy, named });
    expect(refused(late)?.code).toBe('KEY_RETIRED');
  });

  it('may have signed with the former key until the new one signs: two processes change over one after the other', async () => {
    const signedBy = (size: number): SigningKey => (size < 21 ? key : next);
    expect(verify(await bundle({ log: rotated(9), sizes: [10, 15, 21], signedBy, named })).checkpoints).toBe(3);
  });

  it('is proven to who knows only the new key: heads by the former say nothing to him, the last is over all', async () => {
    const signedBy = (size: number): SigningKey => (size < 21 ? key : next);
    const text = await bundle({ log: rotated(9), sizes: [10, 15, 21], signedBy, named });
    expect(verify(text, { keys: [next.verifier] })).toMatchObject({ checkpoints: 1, opened: 21 });
  });

  it('goes back to the former key, and the one between is given up', async () => {
    const there = rotated(4).events.map((old, i) =>
      i === 9 ? event(i, 'LedgerKeyRotated', { from: next.verifier.vkey, to: key.verifier.vkey }) : old,
    );
    const by = (last: SigningKey) =>
      bundle({
        ...{ log: new Log(there), named, sizes: [5, 8, 11, 14, 17, 21] },
        signedBy: (size) => (size === 8 || size === 11 ? next : size === 21 ? last : key),
      });
    expect(verify(await by(key)).checkpoints).toBe(6);
    expect(refused(await by(next))?.code).toBe('KEY_RETIRED');
  });

  it('is announced by its own event only, with both keys', async () => {
    const { from, to } = { from: key.verifier.vkey, to: next.verifier.vkey };
    for (const announced of [
      event(9, 'ReadingRecorded', { from, to }),
      event(9, 'LedgerKeyRotated', { from }),
      event(9, 'LedgerKeyRotated', { to }),
      event(9, 'LedgerKeyRotated', null),
    ]) {
      const log = new Log(eventsOf(21).map((old, i) => (i === 9 ? announced : old)));
      const text = await bundle({ log, sizes: [10, 21], signedBy: (size) => (size === 10 ? key : next), named });
      expect(refused(text)?.code).toBe('UNTRUSTED');
    }
  });

  it('is not taken for the first by who knows none: of the keys that a bundle names the first is believed', async () => {
    expect(refused(await bundle({ signedBy: () => next, named }), {})?.code).toBe('UNTRUSTED');
  });

  it('is given up also where another has signed beside it', async () => {
    const other = parseSigningKey(generateSigningKey(ORIGIN));
    const signedBy = (size: number): SigningKey => (size === 15 ? next : key);
    const all = { log: rotated(9), named: [key, next, other] };
    const late = await bundle({ ...all, sizes: [10, 15, 21], signedBy });
    const [own, beside] = await Promise.all([key, other].map((by) => all.log.signed(21, by)));
    const signature = parseNote(beside?.note ?? '').text;
    const both = (own?.note ?? '') + (beside?.note ?? '').slice(signature.length + 1);
    expect(refused(edited(late, lines(late).length, () => ({ checkpoint: both })))?.code).toBe('KEY_RETIRED');
  });

  it('is not when a stranger announces it', async () => {
    const log = rotated(9, parseSigningKey(generateSigningKey(ORIGIN)));
    const text = await bundle({ log, sizes: [10, 21], signedBy: (size) => (size <= 10 ? key : next), named });
    expect(refused(text)?.code).toBe('UNTRUSTED');
  });
});

const WITNESS_KEY = generateSigningKey('witness.example/w1', 'cosignature');
const witness = parseSigningKey(WITNESS_KEY);

/** The bundle with the last head seen by a witness. */
const cosigned = (text: string): string => {
  const named = edited(text, 1, (header) => ({ ...header, witnesses: [witness.verifier.vkey] }));
  return edited(named, lines(text).length, ({ checkpoint }) => ({
    checkpoint: checkpoint + cosignNote(parseNote(checkpoint).text, witness, 1_800_000_000n),
  }));
};

describe('Witnesses', () => {
  it('are counted when they are known and have signed the last head', async () => {
    const text = await bundle();
    const trust = { keys, witnesses: [witness.verifier], witnessesMin: 1 };
    expect(verify(cosigned(text), trust).witnesses).toEqual(['witness.example/w1']);
    expect(refused(text, trust)?.code).toBe('TOO_FEW_WITNESSES');
    expect(refused(cosigned(text), { keys, witnessesMin: 1 })?.code).toBe('TOO_FEW_WITNESSES');
  });

  it('count only when they are the ones that are trusted, and stand beside the log, not for it', async () => {
    const stranger = parseSigningKey(generateSigningKey('witness.example/w2', 'cosignature'));
    const seen = cosigned(await bundle());
    expect(refused(seen, { keys, witnesses: [stranger.verifier], witnessesMin: 1 })?.code).toBe('TOO_FEW_WITNESSES');
    const { signers, witnesses } = verify(seen, { keys, witnesses: [witness.verifier], witnessesMin: 1 });
    expect([signers, witnesses]).toEqual([[key.verifier.vkey], ['witness.example/w1']]);
  });

  it('count once, also under two names', async () => {
    const name = 'witness.example/other';
    const afterId = (text: string): string => text.slice(text.indexOf(witness.verifier.id) + 9);
    const material = Buffer.from(afterId(witness.verifier.vkey), 'base64');
    const id = hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), material])).slice(0, 8);
    const alias = parseSigningKey(`PRIVATE+KEY+${name}+${id}+${afterId(WITNESS_KEY)}`);
    const all = [witness.verifier, alias.verifier];
    const named = edited(cosigned(await bundle()), 1, (header) => ({
      ...header,
      witnesses: all.map(({ vkey }) => vkey),
    }));
    const text = edited(named, lines(named).length, ({ checkpoint }) => ({
      checkpoint: checkpoint + cosignNote(parseNote(checkpoint).text, alias, 1_800_000_001n),
    }));
    expect(verify(text, { keys, witnesses: all, witnessesMin: 1 }).witnesses).toHaveLength(1);
    expect(refused(text, { keys, witnesses: all, witnessesMin: 2 })?.code).toBe('TOO_FEW_WITNESSES');
    for (const known of all)
      expect(verify(text, { keys, witnesses: [known], witnessesMin: 1 }).witnesses).toHaveLength(1);
  });

  it('count once, however often one has signed', async () => {
    const twice = cosigned(await bundle()).replace(/(— witness\.example\S* [^\\]+\\n)/u, '$1$1');
    const trust = { keys, witnesses: [witness.verifier] };
    expect(verify(twice, { ...trust, witnessesMin: 1 }).witnesses).toEqual(['witness.example/w1']);
    expect(refused(twice, { ...trust, witnessesMin: 2 })?.code).toBe('TOO_FEW_WITNESSES');
  });
});

describe('Payloads that are not shown', () => {
  const closed = ({ entry }: OpenedEntry): OpenedEntry => ({ entry });

  it('are withheld, and counted as such', async () => {
    const text = await bundle({ spoil: (opened) => (opened.entry.index % 7 === 0 ? closed(opened) : opened) });
    expect(verify(text)).toMatchObject({ size: 21, entries: 21, opened: 18, withheld: 3, erased: 0, withoutCaller: 3 });
  });

  it('are not erased because some other event lists them', async () => {
    const described = event(3, 'PersonDescribed');
    for (const [hidden, by] of [
      [described, 'ReadingRecorded'],
      // What is sealed for nobody is erased for nobody, whatever is said of it.
      [event(3), 'PersonalDataErased'],
    ] as const) {
      const log = new Log([...eventsOf(20).with(3, hidden), event(20, by, { events: [hidden.id] })]);
      const text = await bundle({ log, spoil: (opened) => (opened.entry.index === 3 ? closed(opened) : opened) });
      expect(verify(text)).toMatchObject({ erased: 0, withheld: 1 });
    }
  });

  it("are erased when a later entry says so, by the event's id", async () => {
    const erasure = event(20, 'PersonalDataErased', { events: [event(3).id, event(4).id] });
    const sealed = [3, 4, 5].map((i) => event(i, 'PersonDescribed'));
    const log = new Log([...eventsOf(20).toSpliced(3, 3, ...sealed), erasure]);
    const text = await bundle({
      log,
      spoil: (opened) => ([3, 4, 5].includes(opened.entry.index) ? closed(opened) : opened),
    });
    expect(verify(text)).toMatchObject({ size: 21, opened: 18, erased: 2, withheld: 1 });
  });
});

describe('One entry by its .tlog-proof', () => {
  const log = new Log(eventsOf(21));
  const proofOf = async (index: number, opened: OpenedEntry = log.opened(index)): Promise<string> =>
    writeTlogProof({
      index,
      hashes: await inclusionProof(index, 21, log.nodeAt),
      checkpoint: (await log.signed(21, key)).note,
      extra: Buffer.from(canonicalJson(opened as unknown as Json)),
    });
  const refusedProof = (text: string, by = keys) => refusal(() => verifyProof(text, by))?.code;

  it('is proven, with what it says and who signed', async () => {
    const proven = verifyProof(await proofOf(13), keys);
    expect(proven.data?.value).toEqual({ value: '13', note: '読み取り' });
    expect(proven).toMatchObject({ entry: { index: 13 }, head: { size: 21 }, signers: [key.verifier.vkey] });
  });

  it('is proven to have been seen by witnesses, who do not stand for the log', async () => {
    const text = await proofOf(13);
    const { text: noteText } = parseNote((await log.signed(21, key)).note);
    const seen = text + cosignNote(noteText, witness, 1_800_000_000n);
    const trust = { witnesses: [witness.verifier], witnessesMin: 1 };
    expect(verifyProof(seen, keys, trust).witnesses).toEqual(['witness.example/w1']);
    expect(refusal(() => verifyProof(text, keys, trust))?.code).toBe('TOO_FEW_WITNESSES');
    expect(refusal(() => verifyProof(seen, keys, { ...trust, witnessesMin: 2 }))?.code).toBe('TOO_FEW_WITNESSES');
    const stranger = parseSigningKey(generateSigningKey(ORIGIN));
    expect(refusal(() => verifyProof(seen, [stranger.verifier], trust))?.code).toBe('UNTRUSTED');
  });

  it('is of bytes that are text: one that stands for what cannot be read is not taken for it', async () => {
    const odd = new Log([event(0, 'ReadingRecorded', { note: '\ufffd' }), ...eventsOf(3).slice(1)]);
    const proof = (extra: Buffer, hashes: Hash[], checkpoint: string): string =>
      writeTlogProof({ index: 0, hashes, checkpoint, extra });
    const extra = Buffer.from(canonicalJson(odd.opened(0) as unknown as Json));
    const [hashes, { note }] = [await inclusionProof(0, 3, odd.nodeAt), await odd.signed(3, key)];
    expect(verifyProof(proof(extra, hashes, note), keys).data?.value).toEqual({ note: '\ufffd' });
    const at = extra.indexOf('\ufffd');
    const unread = Buffer.concat([extra.subarray(0, at), Buffer.of(0xff), extra.subarray(at + 3)]);
    expect(refusedProof(proof(unread, hashes, note))).toBe('MALFORMED');
  });

  it('is under the very head that one holds, or cannot be compared with it', async () => {
    const text = await proofOf(13);
    const { head } = verifyProof(text, keys);
    const held = (...heads: TreeHead[]) => refusal(() => verifyProof(text, keys, { heads }))?.code;
    expect(held(head)).toBeUndefined();
    expect(held(head, { ...head, root: leafOf(log.opened(0).entry) })).toBe('FORKED');
    expect(held({ ...head, size: head.size + 1 })).toBe('OTHER_SIZE');
  });

  it('is not when anything is exchanged', async () => {
    const stranger = parseSigningKey(generateSigningKey(ORIGIN));
    const { entry, caller, data } = log.opened(13);
    const text = await proofOf(13);
    expect(refusedProof(text, [stranger.verifier])).toBe('UNTRUSTED');
    expect(refusedProof(text.replace('index 13', 'index 12'))).toBe('WRONG_INDEX');
    expect(refusedProof(text.replace('\n21\n', '\n22\n'))).toBe('BAD_SIGNATURE');
    expect(refusedProof(await proofOf(13, { entry, data: { salt: '0'.repeat(64), ...data, value: {} } }))).toBe(
      'DATA_ALTERED',
    );
    expect(refusedProof(await proofOf(13, { entry, caller: { salt: '0'.repeat(64), ...caller, value: {} } }))).toBe(
      'CALLER_ALTERED',
    );
    expect(refusedProof(await proofOf(13, { entry: { ...entry, type: 'Other' } }))).toBe('ROOT_MISMATCH');
    expect(refusedProof(await proofOf(13, { entry: { ...entry, ledger: 'other' } }))).toBe('OTHER_LEDGER');
    expect(refusedProof(text.replace(/extra .*\n/, ''))).toBe('MALFORMED');
    expect(refusedProof(text.replace(/extra .*\n/, 'extra e30=\n'))).toBe('MALFORMED');
    expect(refusedProof('nonsense')).toBe('MALFORMED');
  });
});

describe('Chance', () => {
  /** Fewer where the tests themselves are tried, by mutation. */
  const FLIPS = Number(process.env['DAICHO_FLIPS'] ?? 100_000);

  it(`${String(FLIPS)} times a bit flipped, or two: each is found`, async () => {
    const log = new Log(eventsOf(9));
    const isClosed = ({ entry }: OpenedEntry): boolean => entry.index === 5;
    const spoil = (opened: OpenedEntry): OpenedEntry => (isClosed(opened) ? { entry: opened.entry } : opened);
    const bytes = Buffer.from(cosigned(await bundle({ log, sizes: [3, 9], shown: (i) => i < 3 || i > 4, spoil })));
    expect(verify(bytes)).toMatchObject({ size: 9, entries: 7, withheld: 1 });
    const bits = bytes.length * 8;
    const missed: string[] = [];
    for (let i = 0; i < FLIPS; i++) {
      // Every bit in turn; then with another one, which is chance.
      const flipped = i < bits ? [i] : [i % bits, (i + 1 + Math.floor(Math.random() * (bits - 1))) % bits];
      for (const bit of flipped) flipBit(bytes, bit);
      if (!refused(bytes)) missed.push(flipped.join(' and '));
      for (const bit of flipped) flipBit(bytes, bit);
    }
    expect(missed).toEqual([]);
  });

  it('subtrees in place of entries give the same tree', async () => {
    const log = new Log(eventsOf(40));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }), async (shown) => {
        const text = await bundle({ log, sizes: [13, 40], shown: (i) => itemAt(shown, i) });
        expect(verify(text).entries).toBe(shown.filter(Boolean).length);
      }),
      { numRuns: 50 },
    );
  });
});
