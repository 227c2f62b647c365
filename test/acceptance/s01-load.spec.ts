import { readFileSync } from 'node:fs';
import { Daicho, TORIDE_FILE } from '../support/daicho.js';

const plan = { planKey: 'toride-5' };

describe('S1 Load: the coordinator loads the plan file', () => {
  let daicho: Daicho;
  const source = readFileSync(TORIDE_FILE, 'utf8');

  beforeAll(async () => {
    daicho = await Daicho.start('2026-11-23T09:00:00+09:00');
  });
  afterAll(() => daicho.stop());

  const size = async (): Promise<number> => (await daicho.ask('{ ledger { size } }')).data.ledger.size;

  it('shows on a dry run what would be entered, and records nothing', async () => {
    const { data } = await daicho.mutate('loadPlan', { source, dryRun: true }, 'differences { subject before }');
    expect(data.loadPlan.receipt).toBeNull();
    expect(data.loadPlan.problems).toEqual([]);
    expect(data.loadPlan.differences.length).toBeGreaterThan(46);
    expect(data.loadPlan.differences.every((difference: { before: unknown }) => difference.before === null)).toBe(true);
    expect(await size()).toBe(0);
  });

  it('enters the plan: 4 goals, 11 policies, 46 measures of which 22 are new, 4 KPIs in 5 series', async () => {
    await daicho.record('loadPlan', { source });
    const { data } = await daicho.ask(`{
      plan(key: "toride-5") {
        title municipality period { from to }
        goals { no title policies { no measures { no } } }
        summary { measures new unplanned byStatus { status { code } count share } byGoal { goal { no } measures } }
        measures(first: 100) { totalCount nodes { no coordinators { name } schedule { fiscalYear adopted } } }
        kpis { key indicator unit baseline { fiscalYear value numerator denominator isAsPrinted computed } targets { fiscalYear value } readings { value } }
      }
    }`);
    const loaded = data.plan;
    expect(loaded).toMatchObject({
      title: '第五次取手市情報化計画',
      municipality: '取手市',
      period: { from: 2023, to: 2027 },
    });
    expect(loaded.goals).toHaveLength(4);
    const policies = loaded.goals.flatMap((goal: { policies: unknown[] }) => goal.policies);
    expect(policies).toHaveLength(11);
    expect(policies.flatMap((policy: { measures: unknown[] }) => policy.measures)).toHaveLength(46);
    expect(loaded.summary).toMatchObject({ measures: 46, new: 22, unplanned: 0 });
    expect(loaded.summary.byStatus.at(-1)).toEqual({ status: null, count: 46, share: 100 });
    expect(loaded.summary.byGoal.reduce((sum: number, goal: { measures: number }) => sum + goal.measures, 0)).toBe(46);
    expect(loaded.measures.totalCount).toBe(46);
    expect(
      loaded.measures.nodes.filter((measure: { coordinators: unknown[] }) => measure.coordinators.length > 0),
    ).toHaveLength(10);
    for (const measure of loaded.measures.nodes) {
      expect(measure.schedule.map((cell: { fiscalYear: number }) => cell.fiscalYear)).toEqual([
        2023, 2024, 2025, 2026, 2027,
      ]);
    }
    expect(loaded.kpis).toHaveLength(5);
    expect(new Set(loaded.kpis.map((kpi: { indicator: number }) => kpi.indicator))).toEqual(new Set([1, 2, 3, 4]));
    expect(loaded.kpis.find((kpi: { key: string }) => kpi.key === 'online-procedures').baseline).toEqual({
      fiscalYear: 2022,
      value: '81',
      numerator: '39',
      denominator: '49',
      isAsPrinted: true,
      computed: '79.6',
    });
    expect(loaded.kpis.every((kpi: { readings: unknown[] }) => kpi.readings.length === 0)).toBe(true);
  });

  it('shows where the source contradicts itself or is uncertain, with the printed text', async () => {
    const { data } = await daicho.ask('{ plan(key: "toride-5") { warnings { code subject printed read why } } }');
    const warnings: { code: string; subject: string; printed: string[] }[] = data.plan.warnings;
    const about = (code: string): string[] =>
      warnings.filter((warning) => warning.code === code).map(({ subject }) => subject);
    expect(about('RATIO_MISMATCH')).toEqual(['kpi/online-procedures']);
    expect(about('TITLE_VARIES')).toEqual(expect.arrayContaining(['goal/1', 'measure/2-3-2', 'measure/3-1-3']));
    expect(about('CELL_UNCERTAIN')).toEqual(
      expect.arrayContaining(['2-1-1', '2-1-2', '1-4-5', '2-3-1', '3-1-1', '3-1-4'].map((no) => `measure/${no}`)),
    );
    expect(warnings.every(({ printed }) => printed.length > 0 && printed.every((text) => text !== ''))).toBe(true);
  });

  it('adds no events when the same file is loaded again', async () => {
    const before = await size();
    const { receipt } = await daicho.record('loadPlan', { source });
    expect(receipt.eventIds).toEqual([]);
    expect(await size()).toBe(before);
  });

  it('shows the differences of a changed file and asks for a reason', async () => {
    const before = await size();
    const changed = source.replace('title: オンライン申請の拡充', 'title: オンライン申請の拡大');
    expect(changed).not.toBe(source);
    const { data } = await daicho.mutate(
      'loadPlan',
      { source: changed },
      'differences { subject attribute before after }',
    );
    expect(data.loadPlan.problems).toEqual([{ code: 'REASON_REQUIRED', path: ['input', 'reason'] }]);
    expect(data.loadPlan.differences).toEqual([
      { subject: 'measure/1-1-2', attribute: 'title', before: 'オンライン申請の拡充', after: 'オンライン申請の拡大' },
    ]);
    expect(await size()).toBe(before);
    const { position } = (await daicho.ask('{ ledger { position } }')).data.ledger;

    await daicho.record('loadPlan', { source: changed, reason: '議決により改題' });
    const after = await daicho.ask(
      '{ plan(key: "toride-5") { measure(no: "1-1-2") { title auditTrail(last: 1) { nodes { type reason } } } } }',
    );
    expect(after.data.plan.measure).toEqual({
      title: 'オンライン申請の拡大',
      auditTrail: { nodes: [{ type: 'MeasureRevised', reason: '議決により改題' }] },
    });
    const former = await daicho.ask(
      `{ plan(key: "toride-5", asOf: { position: "${position}" }) { measure(no: "1-1-2") { title } } }`,
    );
    expect(former.data.plan.measure.title).toBe('オンライン申請の拡充');
  });

  it('names line, column and entry of what is wrong in a file, and records nothing', async () => {
    const before = await size();
    const wrong = source.replace('key: toride-5', 'key: toride-6').replace('no: "1-1-2"', 'no: "1-1-1"');
    const { data } = await daicho.askAsAdmin(
      `mutation ($input: LoadPlanInput!) { loadPlan(input: $input) { receipt { position } problems { code path ... on PlanFileProblem { line column } } } }`,
      { input: { source: wrong } },
    );
    expect(data.loadPlan.receipt).toBeNull();
    expect(data.loadPlan.problems).not.toEqual([]);
    for (const problem of data.loadPlan.problems) {
      expect(problem).toMatchObject({ code: 'PLAN_FILE_INVALID', path: ['input', 'source'] });
      expect(problem.line).toBeGreaterThan(1);
      expect(problem.column).toBeGreaterThan(0);
    }
    expect(await size()).toBe(before);
  });

  it('is not visible before it was adopted, nor known before it was loaded', async () => {
    const at = async (asOf: string): Promise<unknown> =>
      (await daicho.ask(`{ plan(key: "toride-5", asOf: ${asOf}) { key } }`)).data.plan;
    expect(await at('{ effectiveOn: "2023-03-31" }')).toBeNull();
    expect(await at('{ effectiveOn: "2023-04-01" }')).toEqual({ key: 'toride-5' });
    expect(await at('{ recordedAt: "2026-11-22T00:00:00Z" }')).toBeNull();
  });

  it('refuses what is not in the plan', async () => {
    expect(await daicho.refused('changeMeasureStatus', { ...plan, measureNo: '9-9-9', status: '継続' })).toEqual([
      { code: 'MEASURE_NOT_FOUND', path: ['input', 'measureNo'] },
    ]);
    expect(
      await daicho.refused('changeMeasureStatus', { planKey: 'nowhere', measureNo: '1-1-1', status: '継続' }),
    ).toEqual([{ code: 'PLAN_NOT_FOUND', path: ['input', 'planKey'] }]);
  });
});
