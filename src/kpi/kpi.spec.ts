import { entryId, entryRef, factsAfter, PLAN, specification } from '../../test/support/specification.js';
import { START } from '../eventsourcing/position.js';
import { kpi, type FigureInput, type KpiCommand, type KpiRevisionOrder } from './kpi.js';
import type { KpiAttributes, KpiEvent } from './kpi.events.js';
import { kpiOf, type KpiView } from './kpi.view.js';

const { given } = specification(kpi);

const today = '2026-05-20';
const of = { planKey: 'toride-5', kpiKey: 'online-procedures' };

const attributes: KpiAttributes = {
  title: '行政手続のオンライン化率',
  variants: [],
  indicator: 1,
  goal: '1',
  unit: '％',
  decimals: 1,
  minimum: '0',
  maximum: '100',
  baseline: {
    fiscalYear: 2022,
    value: '81',
    numerator: '39',
    denominator: '49',
    note: '※49 手続中 39 手続',
    asPrinted: true,
  },
  targets: [{ fiscalYear: 2027, value: '100', numerator: '49', denominator: '49', note: '※49 手続中 49 手続' }],
};
const kpiAdopted = (changes: Partial<KpiAttributes> = {}): KpiEvent => ({
  type: 'KpiAdopted',
  effectiveOn: '2023-04-01',
  data: { ...of, ...attributes, ...changes },
});
const adopted = kpiAdopted();
const courses = kpiAdopted({ unit: '講座', decimals: 0, minimum: undefined, maximum: undefined });

interface More extends FigureInput {
  readonly effectiveOn?: string;
  readonly reason?: string;
  readonly entryId?: string;
}

const at = (fiscalYear: number) => ({ plan: PLAN, kpiKey: of.kpiKey, today, fiscalYear });
const record = (fiscalYear: number, figure: More): KpiCommand => ({ ...at(fiscalYear), kind: 'record', ...figure });
const correct = (fiscalYear: number, figure: More): KpiCommand => ({
  ...at(fiscalYear),
  kind: 'correct',
  reason: '集計の誤り',
  ...figure,
});
const withdraw = (fiscalYear: number, more: More = {}): KpiCommand => ({
  ...at(fiscalYear),
  kind: 'withdraw',
  reason: '別の年度の値',
  ...more,
});
const reviseTarget = (fiscalYear: number, figure: More): KpiCommand => ({
  ...at(fiscalYear),
  kind: 'reviseTarget',
  reason: '見直し',
  ...figure,
});
const withdrawTarget = (fiscalYear: number, revision: number, reason = '誤り'): KpiCommand => ({
  ...at(fiscalYear),
  ...{ kind: 'withdrawTarget', entryId: entryId(revision), reason },
});

const recorded = (fiscalYear: number, effectiveOn: string, figure: { value: string } & More): KpiEvent => ({
  type: 'ReadingRecorded',
  effectiveOn,
  data: { ...of, fiscalYear, ...figure },
});
const corrected = (revision: number, fiscalYear: number, effectiveOn: string, value: string): KpiEvent => ({
  type: 'ReadingCorrected',
  effectiveOn,
  data: { ...of, fiscalYear, value, corrects: entryRef(revision), reason: '集計の誤り' },
});
const withdrawn = (revision: number, fiscalYear: number, effectiveOn: string): KpiEvent => ({
  type: 'ReadingWithdrawn',
  effectiveOn,
  data: { ...of, fiscalYear, withdraws: entryRef(revision), reason: '別の年度の値' },
});
const targetRevised = (fiscalYear: number, effectiveOn: string, value: string, corrects?: number): KpiEvent => ({
  type: 'TargetRevised',
  effectiveOn,
  data: {
    ...of,
    fiscalYear,
    value,
    corrects: corrects === undefined ? undefined : entryRef(corrects),
    reason: '見直し',
  },
});
const targetWithdrawn = (revision: number, fiscalYear: number, effectiveOn: string): KpiEvent => ({
  type: 'TargetWithdrawn',
  effectiveOn,
  data: { ...of, fiscalYear, withdraws: entryRef(revision), reason: '誤り' },
});

describe('A reading is recorded', () => {
  it('on the last day of its year', () => {
    given(adopted)
      .when(record(2025, { value: '85.7' }))
      .then(recorded(2025, '2026-03-31', { value: '85.7' }));
  });

  it('not by that default while the year is running', () => {
    given(adopted)
      .when(record(2026, { value: '85.7' }))
      .thenRefused('EFFECTIVE_IN_FUTURE', ['input', 'effectiveOn']);
  });

  it('in the running year on a day of its own', () => {
    given(adopted)
      .when(record(2026, { value: '85.7', effectiveOn: '2026-05-20' }))
      .then(recorded(2026, '2026-05-20', { value: '85.7' }));
    given(adopted)
      .when(record(2026, { value: '85.7', effectiveOn: '2026-05-21' }))
      .thenRefused('EFFECTIVE_IN_FUTURE', ['input', 'effectiveOn']);
  });

  it('from the first day of its year at the earliest', () => {
    given(adopted)
      .when(record(2025, { value: '85.7', effectiveOn: '2025-04-01' }))
      .then(recorded(2025, '2025-04-01', { value: '85.7' }));
    given(adopted)
      .when(record(2025, { value: '85.7', effectiveOn: '2025-03-31' }))
      .thenRefused('EFFECTIVE_OUTSIDE_YEAR', ['input', 'effectiveOn']);
  });

  it('not before the plan was adopted', () => {
    given(adopted)
      .when(record(2023, { value: '85.7', effectiveOn: '2023-03-31' }))
      .thenRefused('EFFECTIVE_BEFORE_PLAN', ['input', 'effectiveOn']);
  });

  it('of a year of the plan', () => {
    for (const year of [2022, 2028]) {
      given(adopted)
        .when(record(year, { value: '85.7' }))
        .thenRefused('FISCAL_YEAR_OUTSIDE_PLAN', ['input', 'fiscalYear']);
    }
  });

  it('of a KPI of the plan', () => {
    given()
      .when(record(2025, { value: '85.7' }))
      .thenRefused('KPI_NOT_FOUND', ['input', 'kpiKey']);
  });

  it('beside an interim reading of the same year', () => {
    given(adopted, recorded(2025, '2025-09-30', { value: '83.7' }))
      .when(record(2025, { value: '85.7' }))
      .then(recorded(2025, '2026-03-31', { value: '85.7' }));
  });

  it('late, before one that holds already, for a reason', () => {
    const story = given(adopted, recorded(2025, '2026-03-31', { value: '85.7' }));
    story
      .when(record(2025, { value: '83.7', effectiveOn: '2025-09-30' }))
      .thenRefused('REASON_REQUIRED', ['input', 'reason']);
    story
      .when(record(2025, { value: '83.7', effectiveOn: '2025-09-30', reason: '報告の遅れ' }))
      .then(recorded(2025, '2025-09-30', { value: '83.7', reason: '報告の遅れ' }));
  });

  it('once for a day: another value is a correction, the same a confirmation', () => {
    const story = given(adopted, recorded(2025, '2026-03-31', { value: '85.7' }));
    story.when(record(2025, { value: '87.8' })).thenRefused('READING_EXISTS', ['input', 'fiscalYear']);
    story.when(record(2025, { value: '85.7' })).then(recorded(2025, '2026-03-31', { value: '85.7' }));
  });

  it('again where the reading of that day was withdrawn', () => {
    given(adopted, recorded(2025, '2026-03-31', { value: '85.7' }), withdrawn(1, 2025, '2026-03-31'))
      .when(record(2025, { value: '87.8' }))
      .then(recorded(2025, '2026-03-31', { value: '87.8' }));
  });
});

describe('A figure is a value or a ratio', () => {
  it('computes the value at the decimals of the KPI, half up', () => {
    given(adopted)
      .when(record(2025, { numerator: '39', denominator: '49' }))
      .then(recorded(2025, '2026-03-31', { value: '79.6', numerator: '39', denominator: '49' }));
    given(adopted)
      .when(record(2025, { numerator: '1', denominator: '16' }))
      .then(recorded(2025, '2026-03-31', { value: '6.3', numerator: '1', denominator: '16' }));
  });

  it('multiplies by 100 for percentages only', () => {
    given(courses)
      .when(record(2025, { numerator: '39', denominator: '2' }))
      .then(recorded(2025, '2026-03-31', { value: '20', numerator: '39', denominator: '2' }));
  });

  it('keeps a value that equals its ratio as it was given', () => {
    given(adopted)
      .when(record(2025, { value: '79.60', numerator: '39', denominator: '49' }))
      .then(recorded(2025, '2026-03-31', { value: '79.60', numerator: '39', denominator: '49' }));
  });

  it('does not take a value that contradicts its ratio', () => {
    for (const value of ['81', '79.5', '79.59', '80']) {
      given(adopted)
        .when(record(2025, { value, numerator: '39', denominator: '49' }))
        .thenRefused('VALUE_RATIO_MISMATCH', ['input', 'value']);
    }
    given(adopted)
      .when(
        record(2025, { value: '81', numerator: '39', denominator: '49', asPrinted: false, note: '※49 手続中 39 手続' }),
      )
      .thenRefused('VALUE_RATIO_MISMATCH', ['input', 'value']);
  });

  it('keeps it as printed, with a note', () => {
    const printed = { value: '81', numerator: '39', denominator: '49', asPrinted: true };
    given(adopted)
      .when(record(2025, { ...printed, note: '※49 手続中 39 手続' }))
      .then(recorded(2025, '2026-03-31', { ...printed, note: '※49 手続中 39 手続' }));
    for (const note of [undefined, '', ' 　']) {
      given(adopted)
        .when(record(2025, { ...printed, note }))
        .thenRefused('NOTE_REQUIRED', ['input', 'note']);
    }
  });

  it('does not call a figure printed wrong that agrees with its ratio', () => {
    given(adopted)
      .when(record(2025, { value: '79.6', numerator: '39', denominator: '49', asPrinted: true, note: '※' }))
      .then(recorded(2025, '2026-03-31', { value: '79.6', numerator: '39', denominator: '49', note: '※' }));
  });

  it('needs one of the two, complete', () => {
    given(adopted).when(record(2025, {})).thenRefused('VALUE_REQUIRED', ['input', 'value']);
    given(adopted)
      .when(record(2025, { note: '集計中' }))
      .thenRefused('VALUE_REQUIRED', ['input', 'value']);
    given(adopted)
      .when(record(2025, { numerator: '39' }))
      .thenRefused('RATIO_INCOMPLETE', ['input', 'denominator']);
    given(adopted)
      .when(record(2025, { value: '79.6', denominator: '49' }))
      .thenRefused('RATIO_INCOMPLETE', ['input', 'numerator']);
  });

  it('has a denominator greater than zero', () => {
    for (const denominator of ['0', '-0', '0.00', '-49']) {
      given(adopted)
        .when(record(2025, { numerator: '39', denominator }))
        .thenRefused('DENOMINATOR_ZERO', ['input', 'denominator']);
    }
  });

  it('takes zero for a figure like any other', () => {
    given(adopted)
      .when(record(2025, { value: '0' }))
      .then(recorded(2025, '2026-03-31', { value: '0' }));
    given(adopted)
      .when(record(2025, { numerator: '0', denominator: '49' }))
      .then(recorded(2025, '2026-03-31', { value: '0.0', numerator: '0', denominator: '49' }));
  });

  it('is within the range of the KPI, bounds included', () => {
    given(adopted)
      .when(record(2025, { value: '100' }))
      .then(recorded(2025, '2026-03-31', { value: '100' }));
    for (const value of ['-0.1', '100.1']) {
      given(adopted).when(record(2025, { value })).thenRefused('VALUE_OUT_OF_RANGE', ['input', 'value']);
    }
    given(adopted)
      .when(record(2025, { numerator: '50', denominator: '49' }))
      .thenRefused('VALUE_OUT_OF_RANGE', ['input', 'value']);
  });

  it('is a percentage from 0 to 100 also where the plan gives no range', () => {
    for (const unit of ['%', '％']) {
      const percent = kpiAdopted({ unit, minimum: undefined, maximum: undefined });
      given(percent)
        .when(record(2025, { value: '100.01' }))
        .thenRefused('VALUE_OUT_OF_RANGE', ['input', 'value']);
      given(percent)
        .when(record(2025, { value: '-1' }))
        .thenRefused('VALUE_OUT_OF_RANGE', ['input', 'value']);
    }
    given(courses)
      .when(record(2025, { value: '-1' }))
      .then(recorded(2025, '2026-03-31', { value: '-1' }));
    given(courses)
      .when(record(2025, { value: '1430' }))
      .then(recorded(2025, '2026-03-31', { value: '1430' }));
  });
});

describe('A reading is corrected', () => {
  const once = [adopted, recorded(2025, '2026-03-31', { value: '85.7' })];

  it('keeps the day of the entry unless another is given', () => {
    given(...once)
      .when(correct(2025, { value: '87.8' }))
      .then(corrected(1, 2025, '2026-03-31', '87.8'));
    given(...once)
      .when(correct(2025, { value: '87.8', effectiveOn: '2025-09-30' }))
      .then(corrected(1, 2025, '2025-09-30', '87.8'));
  });

  it('replaces the one in force: the latest by day, not by entry', () => {
    given(...once, recorded(2025, '2025-09-30', { value: '83.7' }), recorded(2024, '2025-03-31', { value: '79.6' }))
      .when(correct(2025, { value: '87.8' }))
      .then(corrected(1, 2025, '2026-03-31', '87.8'));
  });

  it('replaces another that is named', () => {
    given(...once, recorded(2025, '2025-09-30', { value: '83.7' }))
      .when(correct(2025, { value: '81.6', entryId: entryId(2) }))
      .then(corrected(2, 2025, '2025-09-30', '81.6'));
  });

  it('can be corrected itself', () => {
    const twice = [...once, corrected(1, 2025, '2026-03-31', '87.8')];
    given(...twice)
      .when(correct(2025, { value: '89.8' }))
      .then(corrected(2, 2025, '2026-03-31', '89.8'));
    given(...twice)
      .when(correct(2025, { value: '89.8', entryId: entryId(1) }))
      .thenRefused('ENTRY_SUPERSEDED', ['input', 'entryId']);
  });

  it('is refused when the reading was withdrawn', () => {
    const story = given(...once, withdrawn(1, 2025, '2026-03-31'));
    story.when(correct(2025, { value: '87.8' })).thenRefused('ENTRY_SUPERSEDED', ['input', 'fiscalYear']);
    story
      .when(correct(2025, { value: '87.8', entryId: entryId(1) }))
      .thenRefused('ENTRY_SUPERSEDED', ['input', 'entryId']);
  });

  it('is refused when there never was one', () => {
    given(...once)
      .when(correct(2024, { value: '87.8' }))
      .thenRefused('ENTRY_NOT_FOUND', ['input', 'fiscalYear']);
    given(...once)
      .when(correct(2025, { value: '87.8', entryId: entryId(5) }))
      .thenRefused('ENTRY_NOT_FOUND', ['input', 'entryId']);
    given(...once)
      .when(correct(2024, { value: '87.8', entryId: entryId(1) }))
      .thenRefused('ENTRY_NOT_FOUND', ['input', 'entryId']);
  });

  it('follows the rules of a reading', () => {
    given(...once)
      .when(correct(2025, { value: '101' }))
      .thenRefused('VALUE_OUT_OF_RANGE', ['input', 'value']);
    given(...once)
      .when(correct(2025, { value: '87.8', effectiveOn: '2025-03-31' }))
      .thenRefused('EFFECTIVE_OUTSIDE_YEAR', ['input', 'effectiveOn']);
    given(...once)
      .when(correct(2025, { value: '87.8', effectiveOn: '2026-05-21' }))
      .thenRefused('EFFECTIVE_IN_FUTURE', ['input', 'effectiveOn']);
    given(...once)
      .when(correct(2025, { value: '87.8', reason: ' ' }))
      .thenRefused('REASON_REQUIRED', ['input', 'reason']);
    given(...once)
      .when(correct(2028, { value: '87.8' }))
      .thenRefused('FISCAL_YEAR_OUTSIDE_PLAN', ['input', 'fiscalYear']);
  });
});

describe('A reading is withdrawn', () => {
  const twice = [
    adopted,
    recorded(2025, '2025-09-30', { value: '83.7' }),
    recorded(2025, '2026-03-31', { value: '85.7' }),
  ];

  it('the one in force, or the one that is named', () => {
    given(...twice)
      .when(withdraw(2025))
      .then(withdrawn(2, 2025, '2026-03-31'));
    given(...twice)
      .when(withdraw(2025, { entryId: entryId(1) }))
      .then(withdrawn(1, 2025, '2025-09-30'));
  });

  it('on the day of the entry, and no other', () => {
    given(...twice)
      .when(withdraw(2025, { effectiveOn: '2026-03-31' }))
      .then(withdrawn(2, 2025, '2026-03-31'));
    given(...twice)
      .when(withdraw(2025, { effectiveOn: '2030-01-01' }))
      .thenRefused('EFFECTIVE_FIXED', ['input', 'effectiveOn']);
  });

  it('then the earlier one, then none', () => {
    const first = [...twice, withdrawn(2, 2025, '2026-03-31')];
    given(...first)
      .when(withdraw(2025))
      .then(withdrawn(1, 2025, '2025-09-30'));
    given(...first, withdrawn(1, 2025, '2025-09-30'))
      .when(withdraw(2025))
      .thenRefused('ENTRY_SUPERSEDED', ['input', 'fiscalYear']);
  });

  it('when there is one, for a reason', () => {
    given(...twice)
      .when(withdraw(2024))
      .thenRefused('ENTRY_NOT_FOUND', ['input', 'fiscalYear']);
    given(...twice)
      .when(withdraw(2024, { entryId: entryId(1) }))
      .thenRefused('ENTRY_NOT_FOUND', ['input', 'entryId']);
    given(...twice)
      .when(withdraw(2025, { reason: '' }))
      .thenRefused('REASON_REQUIRED', ['input', 'reason']);
  });
});

describe('A target is revised', () => {
  it('from today on when no day is given, from a past or future day otherwise', () => {
    given(adopted)
      .when(reviseTarget(2027, { value: '95' }))
      .then(targetRevised(2027, today, '95'));
    for (const effectiveOn of ['2023-04-01', '2027-04-01']) {
      given(adopted)
        .when(reviseTarget(2027, { value: '95', effectiveOn }))
        .then(targetRevised(2027, effectiveOn, '95'));
    }
    given(adopted)
      .when(reviseTarget(2027, { value: '95', effectiveOn: '2023-03-31' }))
      .thenRefused('EFFECTIVE_BEFORE_PLAN', ['input', 'effectiveOn']);
  });

  it('by a recorded decision, which stands', () => {
    const decision = '5f6d0f3e-2b1c-8a4d-9e5f-0a1b2c3d4e5f';
    const citing = (stands: boolean): KpiCommand => {
      const cites = { cites: { id: decision, stands } };
      return { ...reviseTarget(2027, { value: '95' }), ...cites };
    };
    const expected = targetRevised(2027, today, '95');
    given(adopted)
      .when(citing(true))
      .then({ ...expected, data: { ...expected.data, decision } } as KpiEvent);
    given(adopted).when(citing(false)).thenRefused('DECISION_NOT_FOUND', ['input', 'decisionId']);
  });

  it('also for a year of the plan that had none', () => {
    given(adopted)
      .when(reviseTarget(2026, { value: '95' }))
      .then(targetRevised(2026, today, '95'));
    given(adopted)
      .when(reviseTarget(2028, { value: '95' }))
      .thenRefused('FISCAL_YEAR_OUTSIDE_PLAN', ['input', 'fiscalYear']);
  });

  it('again: the former stays as history', () => {
    given(adopted, targetRevised(2027, '2025-04-01', '95'))
      .when(reviseTarget(2027, { value: '90' }))
      .then(targetRevised(2027, today, '90'));
  });

  it('for a reason, within the range', () => {
    given(adopted)
      .when(reviseTarget(2027, { value: '95', reason: ' ' }))
      .thenRefused('REASON_REQUIRED', ['input', 'reason']);
    given(adopted)
      .when(reviseTarget(2027, { value: '120' }))
      .thenRefused('VALUE_OUT_OF_RANGE', ['input', 'value']);
  });

  it('and corrected, once, on its own day', () => {
    const story = given(adopted, targetRevised(2027, '2025-04-01', '95'));
    story
      .when(reviseTarget(2027, { value: '96', entryId: entryId(1) }))
      .then(targetRevised(2027, '2025-04-01', '96', 1));
    story
      .when(reviseTarget(2026, { value: '96', entryId: entryId(1) }))
      .thenRefused('ENTRY_NOT_FOUND', ['input', 'entryId']);
    story
      .when(reviseTarget(2027, { value: '96', entryId: entryId(0) }))
      .thenRefused('ENTRY_NOT_FOUND', ['input', 'entryId']);
    given(adopted, targetRevised(2027, '2025-04-01', '95'), targetRevised(2027, '2025-04-01', '96', 1))
      .when(reviseTarget(2027, { value: '97', entryId: entryId(1) }))
      .thenRefused('ENTRY_SUPERSEDED', ['input', 'entryId']);
  });

  it('and withdrawn, for a reason', () => {
    const story = given(adopted, targetRevised(2027, '2025-04-01', '95'));
    story.when(withdrawTarget(2027, 1)).then(targetWithdrawn(1, 2027, '2025-04-01'));
    story.when(withdrawTarget(2027, 1, ' ')).thenRefused('REASON_REQUIRED', ['input', 'reason']);
    story.when(withdrawTarget(2026, 1)).thenRefused('ENTRY_NOT_FOUND', ['input', 'entryId']);
    given(adopted, targetRevised(2027, '2025-04-01', '95'), targetWithdrawn(1, 2027, '2025-04-01'))
      .when(withdrawTarget(2027, 1))
      .thenRefused('ENTRY_SUPERSEDED', ['input', 'entryId']);
  });
});

describe('A KPI is entered', () => {
  const enter = (
    changes: Partial<KpiAttributes> = {},
    more: { reason?: string; effectiveOn?: string } = {},
  ): KpiCommand => ({
    ...{ kind: 'enter', ...of, adoptedOn: '2023-04-01', attributes: { ...attributes, ...changes } },
    ...more,
  });

  it('from the adoption on, or a later day', () => {
    given().when(enter()).then(adopted);
    given()
      .when(enter({}, { effectiveOn: '2025-04-01' }))
      .then({ ...adopted, effectiveOn: '2025-04-01' });
    given()
      .when(enter({}, { effectiveOn: '2023-03-31' }))
      .thenRefused('EFFECTIVE_BEFORE_PLAN', ['input', 'effectiveOn']);
  });

  it('once', () => {
    given(adopted).when(enter()).thenNothing();
  });

  it('with what differs, for a reason', () => {
    const changes = { title: '行政手続オンライン化率', decimals: 0 };
    given(adopted).when(enter(changes)).thenRefused('REASON_REQUIRED', ['input', 'reason']);
    given(adopted)
      .when(enter(changes, { reason: '正誤表', effectiveOn: '2024-04-01' }))
      .then({
        type: 'KpiRevised',
        effectiveOn: '2024-04-01',
        data: { ...of, changes, fromFile: true, reason: '正誤表' },
      });
    given(adopted, {
      type: 'KpiRevised',
      effectiveOn: '2024-04-01',
      data: { ...of, changes, fromFile: true, reason: '正誤表' },
    })
      .when(enter(changes))
      .thenNothing();
  });

  it('with further targets, but none less', () => {
    const more = [...attributes.targets, { fiscalYear: 2025, value: '90' }];
    given(adopted)
      .when(enter({ targets: more }, { reason: '中間目標' }))
      .then({
        type: 'KpiRevised',
        effectiveOn: '2023-04-01',
        data: { ...of, changes: { targets: more.slice(-1) }, fromFile: true, reason: '中間目標' },
      });
    given(adopted)
      .when(enter({ targets: [] }, { reason: '削除' }))
      .thenRefused('PLAN_ENTRY_REMOVED', ['input', 'source']);
  });
});

describe('A KPI is revised', () => {
  type Said = Partial<Extract<KpiRevisionOrder, { kind: 'revise' }>>;
  const order = (said: KpiRevisionOrder): KpiCommand => ({ plan: PLAN, kpiKey: of.kpiKey, today, ...said });
  const revise = (said: Said): KpiCommand => order({ kind: 'revise', reason: '見直し', ...said });
  const revised = (changes: Partial<KpiAttributes>, effectiveOn = today, corrects?: number): KpiEvent => ({
    type: 'KpiRevised',
    effectiveOn,
    data: {
      ...{ ...of, changes, reason: '見直し', decidedBy: undefined, decision: undefined },
      ...(corrects !== undefined && { corrects: entryRef(corrects) }),
    },
  });
  const baseline = { fiscalYear: 2022, value: '79.6', numerator: '39', denominator: '49', note: undefined };
  const entered = (changes: Partial<KpiAttributes>): KpiCommand => ({
    ...{ kind: 'enter', ...of, adoptedOn: '2023-04-01', attributes: { ...attributes, ...changes }, reason: '正誤表' },
  });

  it('from a day on, one entry for each thing that changes', () => {
    given(adopted)
      .when(revise({ title: 'オンライン化率', decimals: 1, effectiveOn: '2027-04-01' }))
      .then(revised({ title: 'オンライン化率' }, '2027-04-01'));
    given(adopted)
      .when(
        revise({
          decimals: 0,
          baseline: { value: '80', asPrinted: true, numerator: '39', denominator: '49', note: '※' },
        }),
      )
      .then(
        revised({ decimals: 0 }),
        revised({ baseline: { fiscalYear: 2022, value: '80', numerator: '39', denominator: '49', note: '※' } }),
      );
    given(adopted)
      .when(revise({ baseline: { numerator: '39', denominator: '49' } }))
      .then(revised({ baseline }));
    given(adopted)
      .when(revise({ title: attributes.title }))
      .thenRefused('NOTHING_TO_REVISE', ['input']);
  });

  it('not by a baseline that contradicts itself, or a unit that it does not fit', () => {
    given(adopted)
      .when(revise({ baseline: { value: '81', numerator: '39', denominator: '49' } }))
      .thenRefused('VALUE_RATIO_MISMATCH', ['input', 'baseline', 'value']);
    given(adopted)
      .when(revise({ baseline: { value: '101' } }))
      .thenRefused('VALUE_OUT_OF_RANGE', ['input', 'baseline', 'value']);
    const many = kpiAdopted({
      ...{ unit: '人', minimum: undefined, maximum: undefined },
      baseline: { ...baseline, value: '1200' },
    });
    given(many)
      .when(revise({ unit: '％' }))
      .thenRefused('VALUE_OUT_OF_RANGE', ['input', 'unit']);
    given(adopted)
      .when(revise({ title: '率', effectiveOn: '2023-03-31' }))
      .thenRefused('EFFECTIVE_BEFORE_PLAN', ['input', 'effectiveOn']);
  });

  it('and figures are read as the KPI is on their day', () => {
    const whole = revised({ decimals: 0 }, '2026-04-01');
    given(adopted, whole)
      .when(record(2025, { numerator: '39', denominator: '49' }))
      .then(recorded(2025, '2026-03-31', { value: '79.6', numerator: '39', denominator: '49' }));
    given(adopted, whole)
      .when(record(2026, { numerator: '39', denominator: '49', effectiveOn: '2026-05-01' }))
      .then(recorded(2026, '2026-05-01', { value: '80', numerator: '39', denominator: '49' }));
  });

  it('and that is corrected and withdrawn', () => {
    const byHand = revised({ title: 'オンライン化率' });
    given(adopted, byHand)
      .when(order({ kind: 'correctRevision', entryId: entryId(1), title: '電子化率', reason: '見直し' }))
      .then(revised({ title: '電子化率' }, today, 1));
    given(adopted, byHand)
      .when(order({ kind: 'correctRevision', entryId: entryId(1), unit: '件', reason: '見直し' }))
      .thenRefused('INVALID_INPUT', ['input', 'unit']);
    given(adopted, byHand)
      .when(order({ kind: 'withdrawRevision', entryId: entryId(1), reason: '再考' }))
      .then({
        type: 'KpiRevisionWithdrawn',
        effectiveOn: today,
        data: { ...of, attribute: 'title', withdraws: entryRef(1), reason: '再考' },
      });
    given(adopted)
      .when(order({ kind: 'withdrawRevision', entryId: entryId(0), reason: '再考' }))
      .thenRefused('ENTRY_OF_PLAN_FILE', ['input', 'entryId']);
  });

  it('and the plan file, loaded again, leaves it as it is, and revised targets too', () => {
    const story = given(adopted, revised({ title: 'オンライン化率' }), targetRevised(2027, '2026-04-01', '95'));
    story.when(entered({})).thenNothing();
    story.when(entered({ title: 'オンライン化率', targets: [{ fiscalYear: 2027, value: '95' }] })).thenNothing();
    story.when(entered({ title: '電子化率' })).thenRefused('REVISED_SINCE', ['input', 'source']);
    story
      .when(entered({ targets: [{ fiscalYear: 2027, value: '90' }] }))
      .thenRefused('REVISED_SINCE', ['input', 'source']);
  });
});

describe('The series as it is read', () => {
  const read = async (day: string, ...events: KpiEvent[]): Promise<KpiView> => {
    const view = kpiOf(await factsAfter(events, day), { ...of, known: START });
    if (!view) throw new Error('no KPI');
    return view;
  };
  const readings = async (day: string, ...events: KpiEvent[]) =>
    (await read(day, ...events)).readings.map(({ fiscalYear, value, isCorrection }) => [
      fiscalYear,
      value,
      ...(isCorrection ? ['corrected'] : []),
    ]);

  const interim = recorded(2025, '2025-09-30', { value: '83.7' });
  const final = recorded(2025, '2026-03-31', { value: '85.7' });

  it('has no reading where there is none, never zero', async () => {
    expect(await readings('2026-05-20', adopted)).toEqual([]);
  });

  it('shows the interim reading until the later one holds', async () => {
    expect(await readings('2025-09-29', adopted, interim, final)).toEqual([]);
    expect(await readings('2025-09-30', adopted, interim, final)).toEqual([[2025, '83.7']]);
    expect(await readings('2026-03-31', adopted, interim, final)).toEqual([[2025, '85.7']]);
  });

  it('places a late entry by its day', async () => {
    expect(await readings('2026-03-31', adopted, final, interim)).toEqual([[2025, '85.7']]);
  });

  it('shows the earlier reading again after a withdrawal, then no data', async () => {
    const first = [adopted, interim, final, withdrawn(2, 2025, '2026-03-31')];
    expect(await readings('2026-05-20', ...first)).toEqual([[2025, '83.7']]);
    expect(await readings('2026-05-20', ...first, withdrawn(1, 2025, '2025-09-30'))).toEqual([]);
  });

  it('shows the correction of the correction, and nothing of either once it is withdrawn', async () => {
    const twice = [adopted, final, corrected(1, 2025, '2026-03-31', '87.8'), corrected(2, 2025, '2026-03-31', '89.8')];
    expect(await readings('2026-05-20', ...twice)).toEqual([[2025, '89.8', 'corrected']]);
    expect(await readings('2026-05-20', ...twice, withdrawn(3, 2025, '2026-03-31'))).toEqual([]);
  });

  it('hides what was corrected on all days, also where the correction holds later', async () => {
    const moved = [adopted, interim, corrected(1, 2025, '2025-12-31', '84.0')];
    expect(await readings('2025-10-01', ...moved)).toEqual([]);
    expect(await readings('2025-12-31', ...moved)).toEqual([[2025, '84.0', 'corrected']]);
  });

  it('keeps the years apart, in order', async () => {
    const other = recorded(2024, '2025-03-31', { value: '79.6' });
    expect(await readings('2026-05-20', adopted, final, other)).toEqual([
      [2024, '79.6'],
      [2025, '85.7'],
    ]);
  });

  it('shows the revised target from its day, and the adopted one after its withdrawal', async () => {
    const targets = async (day: string, ...events: KpiEvent[]) =>
      (await read(day, ...events)).targets.map(({ fiscalYear, value }) => [fiscalYear, value]);
    const revised = [adopted, targetRevised(2027, '2026-04-01', '95')];
    expect(await targets('2026-03-31', ...revised)).toEqual([[2027, '100']]);
    expect(await targets('2026-04-01', ...revised)).toEqual([[2027, '95']]);
    expect(await targets('2026-04-01', ...revised, targetWithdrawn(1, 2027, '2026-04-01'))).toEqual([[2027, '100']]);
  });

  it('keeps the baseline as printed beside what its ratio comes to', async () => {
    expect((await read('2023-04-01', adopted)).baseline).toMatchObject({
      value: '81',
      isAsPrinted: true,
      computed: '79.6',
    });
    const plain = kpiAdopted({ baseline: { fiscalYear: 2022, value: '4' } });
    expect((await read('2023-04-01', plain)).baseline).toMatchObject({
      value: '4',
      isAsPrinted: false,
      computed: undefined,
    });
  });
});
