import { PLAN, recorded, specification, STATUS_CODES } from '../../test/support/specification.js';
import { fold } from '../eventsourcing/decider.js';
import type { PlanAttributes, PlanEvent } from './plan.events.js';
import { adoptionDay, plan, rulesOf, scaleOn, type EnterPlan } from './plan.js';

const { given } = specification(plan);

const attributes: PlanAttributes = {
  title: '第五次取手市情報化計画',
  municipality: { name: '取手市', code: '082171' },
  source: { title: '第五次取手市情報化計画（取手市、令和5〜9年度）' },
  timeZone: PLAN.timeZone,
  period: PLAN.period,
  phases: [...PLAN.phases],
  statusScale: {
    key: 'toride-status',
    version: 1,
    codes: STATUS_CODES.map((code, i) => ({ code, label: { ja: code, en: code }, order: i + 1, needsCause: i > 1 })),
  },
  goals: [{ no: '1', title: '行政サービスの推進', variants: [] }],
  policies: [{ no: '1-2', goal: '1', title: '窓口', variants: [] }],
  relations: [],
  warnings: [],
  measures: ['1-2-1', '1-2-2'],
  kpis: ['online-procedures'],
};
const adopted: PlanEvent = {
  type: 'PlanAdopted',
  effectiveOn: '2023-04-01',
  data: { planKey: 'toride-5', ...attributes },
};

const enter = (changes: Partial<PlanAttributes> = {}, more: Partial<EnterPlan> = {}): EnterPlan => ({
  planKey: 'toride-5',
  attributes: { ...attributes, ...changes },
  adoptedOn: '2023-04-01',
  othersDiffer: false,
  ...more,
});
const revised = (changes: Partial<PlanAttributes>, effectiveOn = '2023-04-01', reason = '正誤表'): PlanEvent => ({
  type: 'PlanRevised',
  effectiveOn,
  data: { planKey: 'toride-5', changes, formerScale: undefined, reason },
});
const reason = '正誤表';

describe('A plan is adopted', () => {
  it('with all that the file says, from the adoption on', () => {
    given().when(enter()).then(adopted);
    given()
      .when(enter({}, { adoptedOn: '2023-03-24' }))
      .then({ ...adopted, effectiveOn: '2023-03-24' });
  });

  it('on the first day of its period unless the file says another', () => {
    expect(adoptionDay(undefined, { from: 2023, to: 2027 })).toBe('2023-04-01');
    expect(adoptionDay('2023-03-24', { from: 2023, to: 2027 })).toBe('2023-03-24');
  });

  it('on the day that its file says, not on one given for differences', () => {
    given()
      .when(enter({}, { effectiveOn: '2023-04-01' }))
      .then(adopted);
    given()
      .when(enter({}, { effectiveOn: '2025-04-01' }))
      .thenRefused('PLAN_FIXED', ['input', 'effectiveOn']);
    given()
      .when(enter({}, { effectiveOn: '2023-03-31' }))
      .thenRefused('PLAN_FIXED', ['input', 'effectiveOn']);
  });
});

describe('What surrounds a plan', () => {
  const initiatives = [{ fiscalYear: 1999, printed: '平成 11 年度', title: '開設', where: { heading: '第2章' } }];

  it('may be absent, and come later, for a reason', () => {
    given(adopted).when(enter({ initiatives })).thenRefused('REASON_REQUIRED', ['input', 'reason']);
    given(adopted)
      .when(enter({ initiatives, indicators: ['internet-use'] }, { reason }))
      .then(revised({ initiatives, indicators: ['internet-use'] }));
    given(adopted, revised({ initiatives })).when(enter({ initiatives })).thenNothing();
  });

  it('does not go again: neither a section nor an indicator', () => {
    given(adopted, revised({ initiatives }))
      .when(enter({}, { reason }))
      .thenRefused('PLAN_ENTRY_REMOVED', ['input', 'source']);
    given(adopted, revised({ indicators: ['internet-use'] }))
      .when(enter({}, { reason, othersDiffer: true }))
      .thenRefused('PLAN_ENTRY_REMOVED', ['input', 'source']);
  });
});

describe('A plan is loaded again', () => {
  it('without anything to record when nothing differs', () => {
    given(adopted).when(enter()).thenNothing();
    given(adopted)
      .when(enter({}, { reason, effectiveOn: '2025-04-01' }))
      .thenNothing();
  });

  it('with what differs, for a reason', () => {
    given(adopted)
      .when(enter({ title: '情報化計画' }))
      .thenRefused('REASON_REQUIRED', ['input', 'reason']);
    given(adopted)
      .when(enter({ title: '情報化計画' }, { reason: '　' }))
      .thenRefused('REASON_REQUIRED', ['input', 'reason']);
    given(adopted)
      .when(enter({ title: '情報化計画' }, { reason }))
      .then(revised({ title: '情報化計画' }));
  });

  it('from the adoption on or a later day, not an earlier one', () => {
    const changed = { phases: ['計画', '検討', '構築', '運用', '更新'] };
    given(adopted)
      .when(enter(changed, { reason, effectiveOn: '2025-04-01' }))
      .then(revised(changed, '2025-04-01'));
    given(adopted)
      .when(enter(changed, { reason, effectiveOn: '2023-03-31' }))
      .thenRefused('EFFECTIVE_BEFORE_PLAN', ['input', 'effectiveOn']);
  });

  it('is closed also when only its measures or KPIs differ', () => {
    given(adopted)
      .when(enter({}, { othersDiffer: true, reason }))
      .then(revised({}));
    given(adopted)
      .when(enter({}, { othersDiffer: true }))
      .thenRefused('REASON_REQUIRED', ['input', 'reason']);
  });

  it('compares with what was revised before', () => {
    const story = given(adopted, revised({ title: '情報化計画' }));
    story.when(enter({ title: '情報化計画' })).thenNothing();
    story.when(enter({}, { reason })).then(revised({ title: attributes.title }));
  });

  it('does not mind the order of the members of an object', () => {
    given(adopted)
      .when(enter({ municipality: { code: '082171', name: '取手市' } }))
      .thenNothing();
  });

  it('with further measures, goals, policies, KPIs and statuses', () => {
    const more = {
      goals: [...attributes.goals, { no: '2', title: '行政運営', variants: [] }],
      policies: [...attributes.policies, { no: '2-1', goal: '2', title: '基盤', variants: [] }],
      measures: [...attributes.measures, '2-1-1'],
      kpis: [...attributes.kpis, 'e-approval'],
    };
    const news = { ...more, goals: more.goals.slice(1), policies: more.policies.slice(1) };
    given(adopted).when(enter(more, { reason })).then(revised(news));
    given(adopted, revised(news)).when(enter(more)).thenNothing();
  });

  it('leaving titles as they were revised since, whether the file says the former, has caught up, or says more', () => {
    const revisedTitles = new Map([
      ['plan', '第五次取手市デジタル化計画'],
      ['goal/1', 'デジタル行政の推進'],
    ]);
    const caughtUp = {
      title: '第五次取手市デジタル化計画',
      goals: [{ no: '1', title: 'デジタル行政の推進', variants: [] }],
    };
    given(adopted).when(enter({}, { revisedTitles })).thenNothing();
    given(adopted).when(enter(caughtUp, { revisedTitles })).thenNothing();
    const variants = [{ title: '行政のデジタル化', where: '第3章' }];
    given(adopted)
      .when(
        enter({ ...caughtUp, goals: [{ no: '1', title: 'デジタル行政の推進', variants }] }, { revisedTitles, reason }),
      )
      .then(revised({ goals: [{ no: '1', title: '行政サービスの推進', variants }] }));
    for (const third of [{ title: '第五次計画' }, { goals: [{ no: '1', title: '行政', variants: [] }] }]) {
      given(adopted).when(enter(third, { revisedTitles, reason })).thenRefused('REVISED_SINCE', ['input', 'source']);
    }
  });

  it('without losing anything that the ledger holds', () => {
    const fewer: Partial<PlanAttributes>[] = [
      { goals: [{ no: '2', title: '行政サービスの推進', variants: [] }] },
      { policies: [] },
      { measures: ['1-2-2'] },
      { kpis: [] },
      { statusScale: { ...attributes.statusScale, codes: attributes.statusScale.codes.slice(1) } },
    ];
    for (const changes of fewer) {
      given(adopted).when(enter(changes, { reason })).thenRefused('PLAN_ENTRY_REMOVED', ['input', 'source']);
    }
  });

  it('with the same period, time zone and adoption', () => {
    given(adopted)
      .when(enter({ period: { from: 2023, to: 2028 } }, { reason }))
      .thenRefused('PLAN_FIXED', ['input', 'source']);
    given(adopted)
      .when(enter({ timeZone: 'UTC' }, { reason }))
      .thenRefused('PLAN_FIXED', ['input', 'source']);
    given(adopted)
      .when(enter({}, { adoptedOn: '2023-03-24', reason }))
      .thenRefused('PLAN_FIXED', ['input', 'source']);
  });
});

describe('A scale has versions', () => {
  const first = attributes.statusScale;
  const scaleOf = (version: number, codes = first.codes, key = first.key): Partial<PlanAttributes> => ({
    statusScale: { key, version, codes },
  });
  const renamed = [{ code: '達成', label: { ja: '達成', en: 'Reached' }, order: 1 }, ...first.codes.slice(1, 2)];
  const second = scaleOf(2, renamed);
  const since = '2026-04-01';
  const replaced: PlanEvent = {
    type: 'PlanRevised',
    effectiveOn: since,
    data: { planKey: 'toride-5', changes: second, formerScale: first, reason },
  };

  it('of which a new one may drop and rename codes, from a day that is said', () => {
    given(adopted)
      .when(enter(second, { reason, effectiveOn: since }))
      .then(replaced);
    given(adopted).when(enter(second, { reason })).thenRefused('EFFECTIVE_REQUIRED', ['input', 'effectiveOn']);
    given(adopted)
      .when(enter(second, { effectiveOn: since }))
      .thenRefused('REASON_REQUIRED', ['input', 'reason']);
  });

  it('of which the same may be worded anew, but keeps its codes', () => {
    const worded = scaleOf(
      1,
      first.codes.map((code) => ({ ...code, shape: 'circle' as const })),
    );
    given(adopted).when(enter(worded, { reason })).then(revised(worded));
    given(adopted)
      .when(enter(scaleOf(1, renamed), { reason, effectiveOn: since }))
      .thenRefused('PLAN_ENTRY_REMOVED', ['input', 'source']);
  });

  it('of which none comes back, and none is of another scale', () => {
    for (const former of [{}, scaleOf(2, renamed, 'other-scale')]) {
      given(adopted, replaced)
        .when(enter(former, { reason, effectiveOn: since }))
        .thenRefused('PLAN_FIXED', ['input', 'source']);
    }
    const other = scaleOf(3, renamed, 'other-scale');
    given(adopted, replaced)
      .when(enter(other, { reason, effectiveOn: '2027-04-01' }))
      .then({
        type: 'PlanRevised',
        effectiveOn: '2027-04-01',
        data: { planKey: 'toride-5', changes: other, formerScale: second.statusScale, reason },
      });
  });

  it('of which one is in force on each day', () => {
    const versionOn = (day: string): number => {
      const state = fold(plan, recorded([adopted, replaced]));
      if (!state) throw new Error('no plan');
      const rules = rulesOf('toride-5', state);
      return scaleOn(day, rules).version;
    };
    expect(['2023-04-01', '2026-03-31', '2026-04-01', '2030-01-01'].map(versionOn)).toEqual([1, 1, 2, 2]);
  });
});

it('The rules for all contexts come from the plan', () => {
  expect(
    rulesOf('toride-5', {
      adoptedOn: '2023-04-01',
      attributes,
      scales: [{ since: '2023-04-01', scale: attributes.statusScale }],
    }),
  ).toEqual(PLAN);
});
