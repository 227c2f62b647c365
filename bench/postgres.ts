import { PostgresViews } from '../src/adapters/postgres/postgres-views.js';
import { SqliteEventStore } from '../src/adapters/sqlite/sqlite-event-store.js';
import { ViewsFolder } from '../src/adapters/sqlite/views-folder.js';
import { catalogue } from '../src/catalogue.js';
import type { Projected } from '../src/eventsourcing/catalogue.js';
import { BEGINNING, pagesAfter } from '../src/eventsourcing/event-store.js';
import { positionOf } from '../src/eventsourcing/position.js';
import { compareViews, fill } from '../src/eventsourcing/rebuild.js';
import type { Fact, Point, Question, Timeline } from '../src/eventsourcing/timeline.js';
import type { LiveViews, Views } from '../src/eventsourcing/views.js';
import { ledgerFile } from '../src/stores.js';
import type { Bench } from './bench.js';
import { PLAN_KEY, planEntries, randomPoints, writeLedger } from './ledgers.js';
import { interleaved, mustBe, percentile, RUNS, type Measured } from './measure.js';

/** As the projector applies them. */
const BATCH = 500;
/** Questions in one run. */
const READS = 60;

const RIVALS = ['ours', 'peer'] as const;
type Rival = (typeof RIVALS)[number];
type Rivals<Of> = Readonly<Record<Rival, Of>>;

/** Views in PostgreSQL against views in SQLite: the same events and questions, and the answers compared. */
export async function postgresViews({ newFolder, quick, postgres }: Bench): Promise<Measured[]> {
  const { folder, events } = await writeLedger(newFolder(), quick ? 20_000 : 100_000);
  const store = await SqliteEventStore.open(ledgerFile(folder));
  const open: Rivals<() => Promise<LiveViews>> = {
    ours: async () => PostgresViews.open(await (await postgres()).database()),
    peer: () => Promise.resolve(ViewsFolder.open(newFolder())),
  };
  const batches: Projected[][] = [];
  for await (const page of pagesAfter(BEGINNING, store, BATCH)) {
    batches.push(page.map((event) => catalogue.project(event)));
  }

  const applied = await paces(events, async (rival) => {
    const views = await open[rival]();
    const started = performance.now();
    for (const batch of batches) await views.apply(batch);
    return { seconds: (performance.now() - started) / 1000, views, done: () => views.close() };
  });
  const live: Rivals<LiveViews> = { ours: await open.ours(), peer: await open.peer() };
  const rebuilt = await paces(events, async (rival) => {
    const copy = await live[rival].newCopy();
    const started = performance.now();
    await fill(copy.views, store, catalogue);
    return { seconds: (performance.now() - started) / 1000, views: copy.views, done: () => copy.use() };
  });
  await store.close();
  for (const rival of RIVALS) await live[rival].refresh();

  const row = (figure: string, unit: string, what: string, { ours, peer }: Rivals<number[]>): Measured => ({
    figure: `PostgreSQL views: ${figure}`,
    unit,
    ours: { what: `${what}, on one PostgreSQL 18`, values: ours },
    peer: { what: 'the same in SQLite', values: peer },
    targets: [],
  });
  const rows = [
    row('apply', 'events/s', `${String(events)} events in batches of ${String(BATCH)}`, applied),
    row('rebuild', 'events/s', `${String(events)} events into an empty copy`, rebuilt),
  ];
  for (const { figure, what, read } of readings(events)) {
    rows.push(row(figure, 'ms p50', what, await latencies(live, read, (run) => randomPoints({ events }, run, READS))));
  }
  for (const rival of RIVALS) await live[rival].close();
  return rows;
}

interface Filled {
  readonly seconds: number;
  readonly views: Views;
  readonly done: () => Promise<void>;
}

/** Events/s of filling views, which must then hold the same rows. */
async function paces(events: number, filled: (rival: Rival) => Promise<Filled>): Promise<Rivals<number[]>> {
  let first: Filled | undefined;
  return interleaved({
    async ours() {
      first = await filled('ours');
      return events / first.seconds;
    },
    async peer() {
      const second = await filled('peer');
      if (first) {
        const { rows, different, examples } = await compareViews(first.views, second.views);
        mustBe(rows > events && different === 0, JSON.stringify(examples));
        mustBe((await first.views.bookmark()).events === events, 'events are missing');
      }
      await first?.done();
      await second.done();
      return events / second.seconds;
    },
  });
}

interface Reading {
  readonly figure: string;
  readonly what: string;
  readonly read: (timeline: Timeline, point: Point) => Promise<Iterable<Fact | undefined>>;
}

function readings(events: number): Reading[] {
  const measures = planEntries().measures.map(({ no }) => no);
  const statuses = (point: Point, of: readonly string[]): Question[] =>
    of.map((no) => ({ ...point, scope: PLAN_KEY, subject: `measure/${no}`, attribute: 'status' }));
  const one = measures.slice(0, 1);
  return [
    {
      figure: 'whole plan, now',
      what: 'facts of one plan on any day',
      read: (timeline, { day }) => timeline.facts(PLAN_KEY, { day, position: positionOf(events) }),
    },
    {
      figure: 'whole plan, in the past',
      what: 'facts of one plan on any day, as known at any position',
      read: (timeline, point) => timeline.facts(PLAN_KEY, point),
    },
    {
      figure: 'one answer',
      what: 'the status of one measure',
      read: (timeline, point) => timeline.ask(statuses(point, one)),
    },
    {
      figure: `${String(measures.length)} answers`,
      what: 'the status of each measure in one question',
      read: (timeline, point) => timeline.ask(statuses(point, measures)),
    },
  ];
}

/** Medians in ms; both must give the same facts. */
async function latencies(
  live: Rivals<LiveViews>,
  read: Reading['read'],
  points: (run: number) => Point[],
): Promise<Rivals<number[]>> {
  let answers: string[] = [];
  const p50 =
    (rival: Rival) =>
    async (run: number): Promise<number> => {
      const ms: number[] = [];
      const given: string[] = [];
      for (const point of points(run)) {
        const started = performance.now();
        const facts = await read(live[rival].timeline, point);
        ms.push(performance.now() - started);
        given.push(JSON.stringify([...facts].sort(byAttribute)));
      }
      if (rival === 'ours') answers = given;
      else mustBe(given.join() === answers.join(), 'the answers differ');
      return percentile(ms, 50);
    };
  const contestants = { ours: p50('ours'), peer: p50('peer') };
  await interleaved(contestants, 1);
  return interleaved(contestants, 2 * RUNS);
}

const attributeOf = (fact: Fact | undefined): string => (fact ? `${fact.subject} ${fact.attribute}` : '');
const byAttribute = (a: Fact | undefined, b: Fact | undefined): number => (attributeOf(a) < attributeOf(b) ? -1 : 1);
