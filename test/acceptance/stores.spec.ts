import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Clock } from '../../src/eventsourcing/clock.js';
import { compareLedgers, copyLedger } from '../../src/eventsourcing/moving.js';
import { openLedger } from '../../src/stores.js';
import { Daicho, TORIDE_FILE, type Answer, type Stores } from '../support/daicho.js';
import { ledgerOn, REAL_EVENTSTOREDB } from '../support/eventstoredb.js';
import { EventStoreDbDouble } from '../support/eventstoredb-double.js';
import { PostgresUnderTest } from '../support/postgres.js';

const LOADED = '2026-10-01T09:00:00+09:00';
const INSTANTS = ['2026-11-01T00:00:00+09:00', '2026-12-01T00:00:00+09:00', '2027-04-30T00:00:00+09:00'];
const DAYS = ['2024-03-31', '2026-12-15'];
const of = { planKey: 'toride-5' };
const classes = { ...of, kpiKey: 'smartphone-classes', fiscalYear: 2025 };

/** A slip, a late entry, a correction. Every request has a name, so that its events have the same ids everywhere. */
async function theStory(daicho: Daicho): Promise<void> {
  await daicho.record('loadPlan', { source: readFileSync(TORIDE_FILE, 'utf8'), clientMutationId: 'load' });
  const steps: [instant: string, mutation: string, input: object][] = [
    ['2026-11-02T09:00:00+09:00', 'changeMeasureStatus', { ...of, measureNo: '1-2-1', status: '継続' }],
    [
      '2026-11-20T09:00:00+09:00',
      'shiftSchedule',
      { ...of, measureNo: '1-2-1', phase: '構築', from: 2024, to: 2025, cascade: true, reason: '仕様の調整' },
    ],
    ['2026-11-25T10:00:00+09:00', 'recordReading', { ...classes, value: '20' }],
    ['2026-12-10T10:00:00+09:00', 'correctReading', { ...classes, value: '22', reason: '報告書の転記誤り' }],
    // The clock of the machine steps back: what is recorded now is not dated before the correction.
    ['2026-12-09T10:00:00+09:00', 'changeMeasureStatus', { ...of, measureNo: '1-1-1', status: '完了' }],
  ];
  for (const [i, [instant, mutation, input]] of steps.entries()) {
    daicho.itIsNow(instant);
    await daicho.record(mutation, { ...input, clientMutationId: `step ${String(i)}` });
  }
  daicho.itIsNow('2027-05-01T09:00:00+09:00');
}

const WHOLE_PLAN = `query ($asOf: AsOf!) { plan(key: "toride-5", asOf: $asOf) {
  asOf { effectiveOn recordedAt } title
  summary { measures new byStatus { status { code } count share } }
  measures(first: 100) { nodes { no title revision status { code since recordedAt reason entryId }
    schedule { fiscalYear adopted forecast } shifts { phase from to reason effectiveOn recordedAt } slipYears } }
  kpis { key revision targets { fiscalYear value } readings { fiscalYear value recordedAt effectiveOn reason entryId } }
} }`;

const HISTORY = `query ($asOf: AsOf!) { plan(key: "toride-5", asOf: $asOf) {
  auditTrail(last: 60) { totalCount nodes { type subject recordedAt effectiveOn summary reason changes { attribute before after } } }
  changes(since: { recordedAt: "${LOADED}" }) { subject attribute before after events { summary } }
} }`;

/** Every question at every point on both time axes; positions are each store's own and not asked for. */
async function answersOf(daicho: Daicho): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const recordedAt of INSTANTS) {
    for (const effectiveOn of DAYS) {
      for (const query of [WHOLE_PLAN, HISTORY]) {
        const { data, errors } = await daicho.ask(query, { asOf: { recordedAt, effectiveOn } });
        if (errors !== undefined) throw new Error(JSON.stringify(errors));
        answers.push(data.plan);
      }
    }
  }
  return answers;
}

async function readings(daicho: Daicho): Promise<unknown[]> {
  return Promise.all(
    INSTANTS.map(async (recordedAt) => {
      const { data } = await daicho.ask(
        `{ plan(key: "toride-5", asOf: { recordedAt: "${recordedAt}" }) { kpis { key reading(fiscalYear: 2025) { value } } } }`,
      );
      return data.plan.kpis.find(({ key }: { key: string }) => key === classes.kpiKey).reading?.value ?? null;
    }),
  );
}

describe('The same story on every pair of stores', () => {
  let double: EventStoreDbDouble;
  let postgres: PostgresUnderTest;
  let embedded: Daicho;
  let expected: Answer[];
  const folder = mkdtempSync(join(tmpdir(), 'daicho-moving-'));
  const inFolder = (name: string): string => `sqlite:${join(folder, name)}`;
  let onServers: { readonly ledger: string; readonly views: string };

  beforeAll(async () => {
    double = await EventStoreDbDouble.start();
    postgres = await PostgresUnderTest.start();
    const [server = double.connectionString] = REAL_EVENTSTOREDB;
    onServers = { ledger: ledgerOn(server), views: await postgres.database() };
    embedded = await Daicho.start(LOADED, { ledger: inFolder('embedded.db') });
    await theStory(embedded);
    expected = await answersOf(embedded);
  });
  afterAll(async () => {
    await embedded.stop();
    await postgres.stop();
    await double.stop();
    rmSync(folder, { recursive: true });
  });

  const running = async (stores: Stores, work: (daicho: Daicho) => Promise<void>): Promise<void> => {
    const daicho = await Daicho.start('2027-05-01T09:00:00+09:00', stores);
    try {
      const { ledger, projector } = daicho.server.foundation;
      await projector.waitFor(await ledger.store.head(), 30_000);
      await work(daicho);
    } finally {
      await daicho.stop();
    }
  };

  it('is told on SQLite: no data, 20, 22', async () => {
    expect(await readings(embedded)).toEqual([null, '20', '22']);
  });

  it('is told on EventStoreDB and PostgreSQL, with the same answers to every question', async () => {
    const daicho = await Daicho.start(LOADED, onServers);
    await theStory(daicho);
    expect(await readings(daicho)).toEqual([null, '20', '22']);
    expect(await answersOf(daicho)).toEqual(expected);
    await daicho.stop();
  });

  it('has the same answers again for a server that starts elsewhere', async () => {
    await running(onServers, async (daicho) => {
      expect(await answersOf(daicho)).toEqual(expected);
    });
  });

  const move = async (from: string, to: string): Promise<void> => {
    let nowMs = 0;
    const source = await openLedger(from);
    const destination = await openLedger(to, new Clock(() => nowMs));
    await copyLedger(source, { store: destination, setTime: (ms) => void (nowMs = ms) });
    expect(await compareLedgers(source, destination)).toMatchObject({ equal: true });
    await source.close();
    await destination.close();
  };

  it('moves house from EventStoreDB to SQLite, and answers every question as before', async () => {
    await move(onServers.ledger, inFolder('moved.db'));
    await running({ ledger: inFolder('moved.db'), views: inFolder('moved-views') }, async (daicho) => {
      expect(await answersOf(daicho)).toEqual(expected);
    });
  });

  it('moves house from SQLite to EventStoreDB, answers as before, and knows the requests it has seen', async () => {
    const [server = double.connectionString] = REAL_EVENTSTOREDB;
    const there = { ledger: ledgerOn(server), views: await postgres.database() };
    await move(inFolder('moved.db'), there.ledger);
    await running(there, async (daicho) => {
      expect(await answersOf(daicho)).toEqual(expected);
      const again = { ...of, measureNo: '1-2-1', status: '継続', clientMutationId: 'step 0' };
      const { receipt } = await daicho.record('changeMeasureStatus', again);
      expect(receipt.revision).toBe(1);
      expect(await daicho.refused('changeMeasureStatus', { ...again, measureNo: '1-1-1' })).toMatchObject([
        { code: 'IDEMPOTENCY_MISMATCH' },
      ]);
      expect(await answersOf(daicho)).toEqual(expected);
    });
  });

  it('does not take the views of another ledger for its own: it says what to do, and nothing is written', async () => {
    const foreign = { ledger: inFolder('moved.db'), views: onServers.views };
    await expect(Daicho.start(LOADED, foreign)).rejects.toMatchObject({
      code: 'LEDGER_DAMAGED',
      message: expect.stringContaining('daicho views rebuild'),
    });
    await running(onServers, async (daicho) => {
      expect(await answersOf(daicho)).toEqual(expected);
    });
  });
});
