import fc from 'fast-check';
import { Directory } from '../directory/directory.view.js';
import { entryRef, factsAfter, measureAdopted, PLAN, STATUS_CODES } from '../../test/support/specification.js';
import type { DomainEvent } from '../eventsourcing/event.js';
import { positionOf } from '../eventsourcing/position.js';
import { Facts } from '../eventsourcing/timeline.js';
import type { KpiAttributes } from '../kpi/kpi.events.js';
import type { MeasureAttributes, PlanAttributes } from './plan.events.js';
import { largestRemainder, planOf, type Counts, type PlanView, type StatusCount } from './plan.view.js';

const adopted = (changes: Partial<PlanAttributes> = {}): DomainEvent => ({
  type: 'PlanAdopted',
  effectiveOn: '2023-04-01',
  data: {
    planKey: 'toride-5',
    title: '第五次取手市情報化計画',
    municipality: { name: '取手市', code: '082171' },
    source: { title: '第五次取手市情報化計画' },
    timeZone: PLAN.timeZone,
    period: PLAN.period,
    phases: PLAN.phases,
    statusScale: {
      key: 'toride-status',
      version: 1,
      // entered out of order: the scale says the order
      codes: STATUS_CODES.map((code, i) => ({
        code,
        label: { ja: `${code}です`, en: `code ${String(i + 1)}` },
        order: i + 1,
      })).reverse(),
    },
    goals: ['1', '2', '10'].map((no) => ({ no, title: `目標 ${no}`, variants: [] })),
    policies: ['1-2', '2-1', '10-1'].map((no) => ({ no, goal: no.split('-')[0], title: `施策 ${no}`, variants: [] })),
    relations: [],
    warnings: [],
    measures: ['1-2-1', '1-2-2', '2-1-1'],
    kpis: ['online-procedures'],
    ...changes,
  },
});
const measure = (no: string, changes: Partial<MeasureAttributes> = {}): DomainEvent => {
  const event = measureAdopted(no, '検討|構築|運用|⇒|⇒');
  return { ...event, data: { ...event.data, ...changes } };
};
const baseline: KpiAttributes['baseline'] = {
  ...{ fiscalYear: 2022, value: '81', numerator: '39', denominator: '49' },
  ...{ note: '※49 手続中 39 手続', asPrinted: true },
};
const kpi = (changes: Partial<KpiAttributes> = {}): DomainEvent => ({
  type: 'KpiAdopted',
  effectiveOn: '2023-04-01',
  data: {
    ...{
      planKey: 'toride-5',
      kpiKey: 'online-procedures',
      title: 'オンライン化率',
      variants: [],
      indicator: 1,
      goal: '1',
      unit: '％',
      decimals: 1,
    },
    baseline: { fiscalYear: 2022, value: '79.6', numerator: '39', denominator: '49' },
    targets: [],
    ...changes,
  },
});
const reported = (measureNo: string, status: string, effectiveOn = '2025-04-01'): DomainEvent => ({
  type: 'MeasureStatusChanged',
  effectiveOn,
  data: { planKey: 'toride-5', measureNo, status },
});

const entered = [measure('1-2-1'), measure('1-2-2', { isNew: true }), measure('2-1-1'), kpi(), adopted()];

const readOrNull = async (day: string, ...events: DomainEvent[]): Promise<PlanView | null> => {
  const asOf = { day, position: positionOf(events.length), recordedAt: new Date(0) };
  return planOf('toride-5', asOf, await factsAfter(events, day), new Directory(new Facts([])));
};
const read = async (day: string, ...events: DomainEvent[]): Promise<PlanView> => {
  const view = await readOrNull(day, ...events);
  if (!view) throw new Error('no plan');
  return view;
};

describe('A plan', () => {
  it('is not there before it was adopted, nor before its last event is known', async () => {
    expect(await readOrNull('2023-03-31', ...entered)).toBeNull();
    expect(await readOrNull('2023-04-01', ...entered)).not.toBeNull();
    expect(await readOrNull('2023-04-01', ...entered.slice(0, -1))).toBeNull();
  });

  it('has its entries in the order of their numbers, tied together', async () => {
    const { goals, measures, kpis } = await read('2025-11-20', ...entered);
    expect(
      goals.map(({ no, policies }) => [no, policies.map((policy) => [policy.no, policy.measures.map((m) => m.no)])]),
    ).toEqual([
      ['1', [['1-2', ['1-2-1', '1-2-2']]]],
      ['2', [['2-1', ['2-1-1']]]],
      ['10', [['10-1', []]]],
    ]);
    expect(measures[0]?.goal).toBe(goals[0]);
    expect(measures[0]?.policy).toBe(goals[0]?.policies[0]);
    expect(kpis[0]?.goal).toBe(goals[0]);
  });

  it('has its scale in the order of the scale', async () => {
    const { statusScale } = await read('2025-11-20', ...entered);
    expect(statusScale.codes.map(({ code, order }) => [code, order])).toEqual([
      ['完了', 1],
      ['継続', 2],
      ['調整', 3],
      ['停滞', 4],
    ]);
  });
});

describe('The status of a measure', () => {
  it('is null where nothing was reported', async () => {
    const { measures } = await read('2025-11-20', ...entered);
    expect(measures.map(({ status }) => status)).toEqual([null, null, null]);
  });

  it('is what holds on the day, in the words of the plan', async () => {
    const story = [...entered, reported('1-2-1', '継続', '2025-04-01'), reported('1-2-1', '完了', '2025-10-01')];
    const statusOn = async (day: string) => (await read(day, ...story)).measures[0]?.status;
    expect(await statusOn('2025-03-31')).toBeNull();
    expect(await statusOn('2025-04-01')).toMatchObject({
      code: '継続',
      label: '継続です',
      labelEn: 'code 2',
      since: '2025-04-01',
    });
    expect(await statusOn('2025-10-01')).toMatchObject({ code: '完了', since: '2025-10-01' });
  });

  it('does not let a late entry override what holds from later', async () => {
    const story = [...entered, reported('1-2-1', '完了', '2025-10-01'), reported('1-2-1', '継続', '2025-04-01')];
    expect((await read('2025-11-20', ...story)).measures[0]?.status).toMatchObject({ code: '完了' });
    expect((await read('2025-09-30', ...story)).measures[0]?.status).toMatchObject({ code: '継続' });
  });

  it('is the earlier one, or none, after a withdrawal', async () => {
    const data = { planKey: 'toride-5', measureNo: '1-2-1', reason: '誤記' };
    const withdrawn = (revision: number): DomainEvent => ({
      type: 'MeasureStatusWithdrawn',
      effectiveOn: '2025-10-01',
      data: { ...data, withdraws: entryRef(revision) },
    });
    const story = [
      ...entered,
      reported('1-2-1', '継続', '2025-04-01'),
      reported('1-2-1', '完了', '2025-10-01'),
      withdrawn(6),
    ];
    expect((await read('2025-11-20', ...story)).measures[0]?.status).toMatchObject({ code: '継続' });
    expect((await read('2025-11-20', ...story, withdrawn(5))).measures[0]?.status).toBeNull();
  });

  it('is on all days what the last of its corrections says', async () => {
    const data = { planKey: 'toride-5', measureNo: '1-2-1', reason: '誤記' };
    const corrected = (revision: number, status: string): DomainEvent => ({
      type: 'MeasureStatusCorrected',
      effectiveOn: '2025-04-01',
      data: { ...data, status, corrects: entryRef(revision) },
    });
    const story = [...entered, reported('1-2-1', '完了'), corrected(5, '継続'), corrected(6, '調整')];
    expect((await read('2025-04-01', ...story)).measures[0]?.status).toMatchObject({ code: '調整', reason: '誤記' });
  });
});

describe('The summary', () => {
  const counts = (byStatus: readonly StatusCount[]) =>
    byStatus.map(({ status, count, share }) => [status?.code ?? null, count, share]);

  it('has a group for each status in the order of the scale, and one for "nothing reported"', async () => {
    const { summary } = await read('2025-11-20', ...entered, reported('1-2-1', '継続'), reported('2-1-1', '停滞'));
    expect(counts(summary.byStatus)).toEqual([
      ['完了', 0, 0],
      ['継続', 1, 34],
      ['調整', 0, 0],
      ['停滞', 1, 33],
      [null, 1, 33],
    ]);
    expect(summary).toMatchObject({ measures: 3, new: 1, unplanned: 0 });
  });

  it('counts everything as not reported until something is', async () => {
    const { summary } = await read('2025-11-20', ...entered);
    expect(counts(summary.byStatus)).toEqual([
      ['完了', 0, 0],
      ['継続', 0, 0],
      ['調整', 0, 0],
      ['停滞', 0, 0],
      [null, 3, 100],
    ]);
  });

  it('counts by goal, a goal without measures too', async () => {
    const { summary } = await read('2025-11-20', ...entered, reported('1-2-1', '完了'));
    expect(
      summary.byGoal.map(({ goal, measures, byStatus }) => [
        goal.no,
        measures,
        counts(byStatus).filter(([, count]) => count !== 0),
      ]),
    ).toEqual([
      [
        '1',
        2,
        [
          ['完了', 1, 50],
          [null, 1, 50],
        ],
      ],
      ['2', 1, [[null, 1, 100]]],
      ['10', 0, []],
    ]);
  });
});

describe('A status in a former version of the scale', () => {
  const versionOf = (version: number, ...codes: [code: string, label: string, neutral?: string][]) => ({
    ...{ key: 'toride-status', version },
    codes: codes.map(([code, ja, neutral], i) => ({ code, label: { ja, en: ja }, order: i + 1, neutral })),
  });
  const first = versionOf(1, ['完了', '完了／目標達成', 'DONE'], ['継続', '継続', 'ON_TRACK'], ['停滞', '停滞']);
  const second = versionOf(2, ['完了', '完了した', 'DONE'], ['遅れ', '遅れている', 'AT_RISK']);
  const inVersion = (version: number, measureNo: string, status: string, effectiveOn: string): DomainEvent => ({
    type: 'MeasureStatusChanged',
    effectiveOn,
    data: { planKey: 'toride-5', measureNo, status, scale: { key: 'toride-status', version } },
  });
  const story = [
    ...entered.slice(0, -1),
    adopted({ statusScale: first as never }),
    reported('1-2-1', '完了'), // recorded before versions were
    {
      type: 'PlanRevised',
      effectiveOn: '2026-04-01',
      data: { planKey: 'toride-5', changes: { statusScale: second }, formerScale: first, reason: '区分の見直し' },
    },
    inVersion(1, '1-2-2', '継続', '2025-10-01'),
    inVersion(2, '2-1-1', '完了', '2026-05-01'),
  ];

  it('keeps label and order of its own version, for ever', async () => {
    for (const day of ['2025-11-20', '2026-04-01', '2027-03-31']) {
      const { measures } = await read(day, ...story);
      expect(measures.slice(0, 2).map(({ status }) => status)).toMatchObject([
        { code: '完了', label: '完了／目標達成', order: 1, scaleVersion: 1 },
        { code: '継続', label: '継続', order: 2, scaleVersion: 1 },
      ]);
    }
    const { measures } = await read('2026-05-01', ...story);
    expect(measures[2]?.status).toMatchObject({ code: '完了', label: '完了した', scaleVersion: 2 });
  });

  it('is of one of the versions by then, the one in force last', async () => {
    const versions = async (day: string) => {
      const { scales, statusScale } = await read(day, ...story);
      expect(statusScale).toBe(scales.at(-1));
      return scales.map(({ version, replacedOn }) => [version, replacedOn]);
    };
    expect(await versions('2026-03-31')).toEqual([[1, null]]);
    expect(await versions('2026-04-01')).toEqual([
      [1, '2026-04-01'],
      [2, null],
    ]);
  });

  it('is a group of its own after the codes in force; the groups add up', async () => {
    const { summary } = await read('2026-05-01', ...story);
    expect(
      summary.byStatus.map(({ status, scaleVersion, count, share }) => [
        status?.label ?? null,
        scaleVersion,
        count,
        share,
      ]),
    ).toEqual([
      ['完了した', 2, 1, 34],
      ['遅れている', 2, 0, 0],
      ['完了／目標達成', 1, 1, 33],
      ['継続', 1, 1, 33],
      [null, null, 0, 0],
    ]);
  });

  it('is compared with other plans by the neutral set, whatever its version, its end too', async () => {
    const end: DomainEvent = {
      type: 'MeasureEnded',
      effectiveOn: '2026-06-01',
      data: { planKey: 'toride-5', measureNo: '1-2-2', ending: 'NOT_ASSESSABLE', reason: '統計の廃止' },
    };
    const countsOn = async (day: string) =>
      (await read(day, ...story, end)).summary.byNeutral
        .filter(({ count }) => count > 0)
        .map(({ neutral, count }) => [neutral, count]);
    expect(await countsOn('2025-04-01')).toEqual([
      ['DONE', 1],
      [null, 2],
    ]);
    expect(await countsOn('2026-05-01')).toEqual([
      ['DONE', 2],
      ['ON_TRACK', 1],
    ]);
    expect(await countsOn('2026-06-01')).toEqual([
      ['DONE', 2],
      ['NOT_ASSESSED', 1],
    ]);
  });

  it('speaks for itself where its version does not hold it', async () => {
    const { measures, summary } = await read('2025-11-20', ...entered, reported('1-2-1', '休止'));
    expect(measures[0]?.status).toMatchObject({ code: '休止', label: '休止', scaleVersion: 1 });
    expect(summary.byStatus.map(({ status, count }) => [status?.code ?? null, count]).slice(-2)).toEqual([
      ['休止', 1],
      [null, 2],
    ]);
  });
});

describe('A measure that has ended', () => {
  const ended = (measureNo: string, ending: string, effectiveOn = '2025-04-01'): DomainEvent => ({
    type: 'MeasureEnded',
    effectiveOn,
    data: { planKey: 'toride-5', measureNo, ending, reason: '国の制度の廃止' },
  });
  const counts = ({ byStatus, endings }: Counts) => [
    ...byStatus.map(({ status, count, share }) => [status?.code ?? null, count, share]),
    ...endings.map(({ ending, count, share }) => [ending, count, share]),
  ];

  it('is counted by its end and no longer by its status, in a row of shares that add to 100', async () => {
    const story = [...entered, reported('1-2-1', '継続'), reported('2-1-1', '停滞'), ended('2-1-1', 'STOPPED')];
    const { summary, measures } = await read('2025-04-01', ...story);
    expect(counts(summary).filter(([, count]) => count !== 0)).toEqual([
      ['継続', 1, 34],
      [null, 1, 33],
      ['STOPPED', 1, 33],
    ]);
    expect(counts(summary)).toHaveLength(8);
    expect(summary.byGoal.map((goal) => counts(goal).filter(([, count]) => count !== 0))).toEqual([
      [
        ['継続', 1, 50],
        [null, 1, 50],
      ],
      [['STOPPED', 1, 100]],
      [],
    ]);
    expect(measures[2]).toMatchObject({ status: { code: '停滞' }, ending: { kind: 'STOPPED', label: '中止' } });
  });

  it('is open until its day', async () => {
    const story = [...entered, ended('2-1-1', 'NOT_ASSESSABLE', '2026-04-01')];
    expect((await read('2026-03-31', ...story)).measures[2]?.ending).toBeNull();
    expect((await read('2026-04-01', ...story)).measures[2]?.ending).toMatchObject({ since: '2026-04-01' });
  });
});

describe('An unplanned initiative', () => {
  const initiative = (no: string, effectiveOn: string, goal = '2'): DomainEvent => ({
    type: 'InitiativeEntered',
    effectiveOn,
    data: {
      ...{ planKey: 'toride-5', measureNo: no, title: `取組 ${no}`, goal, cause: 'FUNDING', owners: ['各課'] },
      ...{ coordinators: [], schedule: { cells: [{ fiscalYear: 2026, phases: ['構築'] }], uncertain: [] } },
      reason: '国の補助',
    },
  });

  it('stands beside the measures of the plan, in the order of the numbers, and counts apart', async () => {
    const story = [...entered, initiative('U10', '2026-04-01'), initiative('U2', '2026-04-01'), reported('U2', '完了')];
    const { measures, unplanned, summary } = await read('2026-04-01', ...story);
    expect(measures.map(({ no }) => no)).toEqual(['1-2-1', '1-2-2', '2-1-1']);
    expect(unplanned.map(({ no, isPlanned, policy }) => [no, isPlanned, policy])).toEqual([
      ['U2', false, null],
      ['U10', false, null],
    ]);
    expect(unplanned[0]).toMatchObject({
      ...{ title: '取組 U2', cause: 'FUNDING', causeNote: null, goal: { no: '2' }, status: { code: '完了' } },
      ...{ owners: [{ name: '各課' }], schedule: [{ fiscalYear: 2026, adopted: ['構築'] }] },
    });
    expect(summary).toMatchObject({ measures: 3, unplanned: 2 });
    expect(summary.byStatus.at(-1)).toMatchObject({ status: null, count: 3, share: 100 });
  });

  it('is not there before its day', async () => {
    const { unplanned, summary } = await read('2026-03-31', ...entered, initiative('U1', '2026-04-01'));
    expect([unplanned, summary.unplanned]).toEqual([[], 0]);
  });
});

describe('Shares by largest remainder', () => {
  it('give what is left to the largest remainders, the first of equals first', () => {
    expect(largestRemainder([1, 1, 1])).toEqual([34, 33, 33]);
    expect(largestRemainder([2, 1])).toEqual([67, 33]);
    expect(largestRemainder([1, 2])).toEqual([33, 67]);
    expect(largestRemainder([1, 1, 1, 1, 1, 1])).toEqual([17, 17, 17, 17, 16, 16]);
    expect(largestRemainder([0, 51, 0])).toEqual([0, 100, 0]);
  });

  it('are 0 of nothing', () => {
    expect(largestRemainder([0, 0])).toEqual([0, 0]);
    expect(largestRemainder([])).toEqual([]);
  });

  it('add to 100, are off by less than one, keep the order of the counts and give nothing to nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(10_000), { minLength: 1, maxLength: 12 }), (counts) => {
        const total = counts.reduce((sum, count) => sum + count, 0);
        fc.pre(total > 0);
        const shares = largestRemainder(counts);
        expect(shares.reduce((sum, share) => sum + share, 0)).toBe(100);
        for (const [i, share] of shares.entries()) {
          const count = counts[i] ?? NaN;
          expect(Math.abs(share * total - count * 100)).toBeLessThan(total);
          if (count === 0) expect(share).toBe(0);
          for (const [j, other] of shares.entries())
            if (count > (counts[j] ?? NaN)) expect(share).toBeGreaterThanOrEqual(other);
        }
      }),
    );
  });
});

describe('Every doubt about the source is a warning', () => {
  const warnings = async (...events: DomainEvent[]) =>
    (await read('2025-11-20', ...events)).warnings.map(({ code, subject, printed }) => ({ code, subject, printed }));

  it('none where there is none', async () => {
    expect(await warnings(...entered)).toEqual([]);
  });

  it('a contradiction of the source', async () => {
    const doubt = { subject: 'goal/1', printed: ['便利さ', '恩恵'], read: '便利さ', why: '二か所で異なる' };
    const { warnings } = await read('2025-11-20', ...entered.slice(0, -1), adopted({ warnings: [doubt] }));
    expect(warnings).toEqual([{ code: 'SOURCE_CONTRADICTION', ...doubt }]);
  });

  it('a title that varies, of a goal, a policy, a measure or a KPI', async () => {
    const variants = [{ title: '別の題', where: '第3章' }];
    const plan = adopted({
      goals: [
        { no: '1', title: '目標', variants },
        { no: '2', title: '目標 2', variants: [] },
      ],
      policies: [
        { no: '1-2', goal: '1', title: '施策', variants },
        { no: '2-1', goal: '2', title: '施策 2', variants: [] },
      ],
    });
    const printed = (title: string) => [title, '別の題（第3章）'];
    expect(await warnings(measure('1-2-1', { variants }), ...entered.slice(1, 3), kpi({ variants }), plan)).toEqual([
      { code: 'TITLE_VARIES', subject: 'goal/1', printed: printed('目標') },
      { code: 'TITLE_VARIES', subject: 'policy/1-2', printed: printed('施策') },
      { code: 'TITLE_VARIES', subject: 'measure/1-2-1', printed: printed('個別施策 1-2-1') },
      { code: 'TITLE_VARIES', subject: 'kpi/online-procedures', printed: printed('オンライン化率') },
    ]);
  });

  it('a cell or a side note that is not certain', async () => {
    const doubt = { printed: ['運用 ⇒ 運用', '検討'], read: 'R7 運用 検討', why: '上揃え' };
    const cells = [{ fiscalYear: 2025, phases: ['運用', '検討'] }];
    const schedule = {
      cells,
      uncertain: [
        { ...doubt, years: [2025] },
        { ...doubt, years: [] },
      ],
    };
    const story = [measure('1-2-1', { schedule }), ...entered.slice(1)];
    expect(await warnings(...story)).toEqual([
      { code: 'CELL_UNCERTAIN', subject: 'measure/1-2-1', printed: doubt.printed },
      { code: 'NOTE_UNCERTAIN', subject: 'measure/1-2-1', printed: doubt.printed },
    ]);
    expect((await read('2025-11-20', ...story)).measures[0]?.schedule[0]).toMatchObject({
      isUncertain: true,
      printed: '運用 ⇒ 運用\n検討',
    });
  });

  it('a value that contradicts its ratio', async () => {
    const { warnings: found } = await read('2025-11-20', ...entered.slice(0, 3), kpi({ baseline }), adopted());
    expect(found).toMatchObject([
      {
        code: 'RATIO_MISMATCH',
        subject: 'kpi/online-procedures',
        printed: ['81％', '※49 手続中 39 手続'],
        read: '39/49 = 79.6％',
      },
    ]);
  });
});
