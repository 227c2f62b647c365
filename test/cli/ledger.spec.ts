import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteEventStore } from '../../src/adapters/sqlite/sqlite-event-store.js';
import { openLedger } from '../../src/stores.js';
import { event } from '../support/event-stores.js';
import { ledgerOn } from '../support/eventstoredb.js';
import { EventStoreDbDouble } from '../support/eventstoredb-double.js';
import { ONE_SENTENCE, run, type Outcome } from '../support/program.js';

describe('daicho ledger, with a ledger on a server', () => {
  const folder = mkdtempSync(join(tmpdir(), 'daicho-cli-ledger-'));
  const inFolder = (name: string): string => `sqlite:${join(folder, name)}`;
  let double: EventStoreDbDouble;
  let there: string;
  beforeAll(async () => {
    double = await EventStoreDbDouble.start();
    there = ledgerOn(double.connectionString);
    const store = await openLedger(there);
    await store.append('measure-toride-5-1-1-1', 'no-stream', [event('a'), event('b')]);
    await store.close();
  });
  afterAll(async () => {
    await double.stop();
    rmSync(folder, { recursive: true });
  });

  const daicho = (...args: string[]): Promise<Outcome> => run(['cli', '--data', folder, ...args]);

  it('takes a name that is not right for no ledger: nothing is made', async () => {
    const typo = `${there.slice(0, -1)}x`;
    for (const args of [
      ['--ledger', typo, 'ledger', 'check'],
      ['--ledger', typo, 'views', 'rebuild'],
      ['ledger', 'copy', '--from', typo, '--to', inFolder('to.db')],
      ['ledger', 'compare', there, typo],
    ]) {
      const { code, out, err } = await daicho(...args);
      expect([code, out]).toEqual([1, '']);
      expect(err).toMatch(ONE_SENTENCE);
      expect(err).toContain('check the name');
    }
    expect(readdirSync(folder)).toEqual([]);
    expect((await daicho('--ledger', there, 'ledger', 'check')).out).toContain('sound: 2 events');
  });

  it('says when a copy gets other positions, and which field differs first', async () => {
    expect((await daicho('ledger', 'copy', '--help')).out).toContain('recordedAt');
    const copied = await daicho('ledger', 'copy', '--from', there, '--to', inFolder('copy.db'));
    expect([copied.code, copied.out]).toEqual([0, expect.stringMatching(/position.*recordedAt/)]);
    const again = await daicho('ledger', 'copy', '--from', inFolder('copy.db'), '--to', inFolder('again.db'));
    expect([again.code, again.out]).toEqual([0, expect.not.stringContaining('recordedAt')]);

    const store = await SqliteEventStore.open(join(folder, 'other.db'));
    await store.append('measure-toride-5-1-1-1', 'no-stream', [event('a', { actor: 'p-2' })]);
    await store.close();
    const compared = await daicho('ledger', 'compare', there, inFolder('other.db'));
    expect([compared.code, compared.out.split('\n').length]).toEqual([1, 4]);
    expect(compared.out).toMatch(/^1 件目の .* differs\n/);
  });
});

describe('daicho, with an event in the ledger that nobody here knows', () => {
  const folder = mkdtempSync(join(tmpdir(), 'daicho-cli-unknown-'));
  const daicho = (...args: string[]): Promise<Outcome> => run(['cli', '--data', folder, ...args]);
  const WHERE =
    /^位置 0+2、measure-toride-5-1-1-1 1 .* \/ .* at 0+2, measure-toride-5-1-1-1 1, .*newer.*MeasureAbolished\n$/;
  beforeAll(async () => {
    const store = await SqliteEventStore.open(join(folder, 'ledger.db'));
    await store.append('measure-toride-5-1-1-1', 'no-stream', [event('a'), event('b', { type: 'MeasureAbolished' })]);
    await store.close();
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('names its place when views are built again, and leaves no copy of them', async () => {
    const { code, out, err } = await daicho('views', 'rebuild');
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(WHERE);
    expect(readdirSync(join(folder, 'views')).filter((file) => file.endsWith('.db'))).toEqual(['views-1.db']);
  });

  it('names its place when the ledger is checked, which is sound', async () => {
    const { code, out } = await daicho('ledger', 'check');
    const [sound, , unreadable] = out.split(/(?<=\n)/);
    expect(code).toBe(1);
    expect(sound).toContain('sound: 2 events');
    expect(unreadable).toMatch(WHERE);
  });
});
