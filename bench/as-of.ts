import { SqliteEventStore } from '../src/adapters/sqlite/sqlite-event-store.js';
import { ViewsFolder } from '../src/adapters/sqlite/views-folder.js';
import { ledgerFile, viewsFolder } from '../src/stores.js';
import { positionOf } from '../src/eventsourcing/position.js';
import { Directory } from '../src/directory/directory.view.js';
import { Facts, type Point, type Timeline } from '../src/eventsourcing/timeline.js';
import { planOf, type PlanView } from '../src/plan/plan.view.js';
import type { Bench } from './bench.js';
import { PLAN_KEY, randomPoints, type LedgerFolder } from './ledgers.js';
import { interleaved, mustBe, percentile, RUNS, type Measured } from './measure.js';
import { replay } from './naive-replay.js';

/** Plans read in one run. */
const READS = 60;

const planFrom = (facts: Facts, point: Point): PlanView | null =>
  planOf(PLAN_KEY, { ...point, recordedAt: new Date(0) }, facts, new Directory(new Facts([])));

const planAt = async (timeline: Timeline, point: Point): Promise<PlanView | null> =>
  planFrom(await timeline.facts(PLAN_KEY, point), point);

const text = (plan: PlanView | null): string =>
  JSON.stringify(
    plan && { ...plan, directory: null, committee: null, goals: plan.goals.length, summary: plan.summary.byStatus },
    (key, value: unknown) => (key === 'goal' || key === 'policy' ? (value as { no: string }).no : value),
  );

/** All that is known, each time as of another day, so that no answer can be an earlier one. */
const now = ({ events }: LedgerFolder): Point[] =>
  Array.from({ length: READS }, (_, i) => ({
    day: new Date(Date.UTC(2028, 3, 1 + i)).toISOString().slice(0, 10),
    position: positionOf(events),
  }));

export async function asOf({ small, large }: Bench): Promise<Measured[]> {
  const [few, many] = [await small(), await large()];
  const views = { few: ViewsFolder.open(viewsFolder(few.folder)), many: ViewsFolder.open(viewsFolder(many.folder)) };
  const store = await SqliteEventStore.open(ledgerFile(many.folder));

  const p50 = async ({ timeline }: ViewsFolder, points: readonly Point[]): Promise<number> => {
    const ms: number[] = [];
    for (const point of points) {
      const started = performance.now();
      const plan = await planAt(timeline, point);
      ms.push(performance.now() - started);
      mustBe(plan?.measures.length === 46, 'measures are missing');
    }
    return percentile(ms, 50);
  };
  const flatness = async (
    figure: string,
    pointsOf: (ledger: LedgerFolder, run: number) => Point[],
  ): Promise<Measured> => {
    const values = await interleaved(
      {
        ours: (run) => p50(views.many, pointsOf(many, run)),
        peer: (run) => p50(views.few, pointsOf(few, run)),
      },
      2 * RUNS,
    );
    return {
      figure,
      unit: 'ms p50',
      ours: { what: `facts + planOf, uncached, ${String(many.events)} events in one plan`, values: values.ours },
      peer: { what: `the same with ${String(few.events)} events`, values: values.peer },
      targets: [{ against: 'peer', atMost: 1.2 }],
    };
  };
  await p50(views.few, now(few));
  await p50(views.many, now(many));
  const rows = [
    await flatness('plan as of now', now),
    await flatness('plan as of a random past point', (ledger, run) => randomPoints(ledger, run, READS)),
  ];

  const checked = [...now(many).slice(0, 1), ...randomPoints(many, 4_711, RUNS - 1)];
  const values = await interleaved({
    async peer(run) {
      const point = checked[run] as Point;
      const started = performance.now();
      const naive = planFrom(await replay(store, PLAN_KEY, point), point);
      const seconds = (performance.now() - started) / 1000;
      mustBe(text(naive) === text(await planAt(views.many.timeline, point)), `as of ${point.day} ${point.position}`);
      return 1 / seconds;
    },
    ours: async (run) =>
      1000 /
      (await p50(
        views.many,
        Array.from({ length: READS }, () => checked[run] as Point),
      )),
  });
  rows.push({
    figure: 'plan as of, against replay',
    unit: 'plans/s',
    ours: { what: `facts + planOf, uncached, ${String(many.events)} events in one plan`, values: values.ours },
    peer: { what: 'scan of the ledger + fold, the same answer', values: values.peer },
    // The replay takes as long as the ledger is.
    targets: [{ against: 'peer', atLeast: (1_000 * many.events) / 1_000_000 }],
  });
  await Promise.all([views.few.close(), views.many.close(), store.close()]);
  return rows;
}
