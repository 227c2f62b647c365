import { entryId, entryRef, factsAfter, PLAN, specification } from '../../test/support/specification.js';
import { START } from '../eventsourcing/position.js';
import { indicator, type IndicatorCommand } from './indicator.js';
import type { IndicatorAttributes, IndicatorDefinition, IndicatorEvent, PrintedReading } from './indicator.events.js';
import { indicatorOf, type IndicatorView } from './indicator.view.js';

const { given } = specification(indicator);

const today = '2026-05-20';
const of = { planKey: 'toride-5', indicatorKey: 'my-number-card-toride' };
const where = { page: 15, heading: '第2章1⑵キ' };
const source = '総務省「マイナンバーカード交付状況について」';

const definition: IndicatorDefinition = {
  title: 'マイナンバーカードの交付率',
  area: '取手市',
  unit: '％',
  per: 'calendar-year',
  where,
};
const printed = (period: string, value: string, more: Partial<PrintedReading> = {}): PrintedReading => ({
  period,
  value,
  printed: `${value}％`,
  ...more,
});
const attributes: IndicatorAttributes = { definition, readings: [printed('2020', '15.5'), printed('2023', '60.0')] };

const adopted = (changes: Partial<IndicatorAttributes> = {}): IndicatorEvent => ({
  type: 'IndicatorAdopted',
  effectiveOn: '2023-04-01',
  data: { ...of, ...attributes, ...changes },
});
const revised = (changes: Partial<IndicatorAttributes>, effectiveOn = '2023-04-01'): IndicatorEvent => ({
  type: 'IndicatorRevised',
  effectiveOn,
  data: { ...of, changes, reason: '正誤表' },
});
const recorded = (period: string, effectiveOn: string, value: string, reason?: string): IndicatorEvent => ({
  type: 'IndicatorReadingRecorded',
  effectiveOn,
  data: { ...of, period, value, source, reason },
});
const corrected = (revision: number, period: string, effectiveOn: string, value: string): IndicatorEvent => ({
  type: 'IndicatorReadingCorrected',
  effectiveOn,
  data: { ...of, period, value, source, corrects: entryRef(revision), reason: '誤記' },
});
const withdrawn = (revision: number, period: string, effectiveOn: string): IndicatorEvent => ({
  type: 'IndicatorReadingWithdrawn',
  effectiveOn,
  data: { ...of, period, withdraws: entryRef(revision), reason: '誤記' },
});

interface More {
  readonly effectiveOn?: string;
  readonly reason?: string;
  readonly entryId?: string;
  readonly source?: string;
}
const at = (period: string) => ({ plan: PLAN, indicatorKey: of.indicatorKey, today, period });
const record = (period: string, value: string, more: More = {}): IndicatorCommand => ({
  ...at(period),
  ...{ kind: 'record', value, source },
  ...more,
});
const correct = (period: string, value: string, more: More = {}): IndicatorCommand => ({
  ...at(period),
  ...{ kind: 'correct', value, source, reason: '誤記' },
  ...more,
});
const withdraw = (period: string, more: More = {}): IndicatorCommand => ({
  ...at(period),
  ...{ kind: 'withdraw', reason: '誤記' },
  ...more,
});
const enter = (changes: Partial<IndicatorAttributes> = {}, more: More = {}): IndicatorCommand => ({
  ...{ kind: 'enter', ...of, attributes: { ...attributes, ...changes }, adoptedOn: '2023-04-01' },
  ...more,
});

describe('A context indicator is entered with the plan', () => {
  it('with what the source prints, from the adoption on', () => {
    given().when(enter()).then(adopted());
  });

  it('again without anything to record when nothing differs', () => {
    given(adopted()).when(enter()).thenNothing();
    given(adopted(), recorded('2025', '2025-12-31', '80.1'), corrected(0, '2023', '2023-04-01', '59.8'))
      .when(enter())
      .thenNothing();
  });

  it('with those readings that differ, for a reason', () => {
    const readings = [printed('2020', '15.5'), printed('2023', '61.0'), printed('2024', '70')];
    given(adopted()).when(enter({ readings })).thenRefused('REASON_REQUIRED', ['input', 'reason']);
    given(adopted())
      .when(enter({ readings }, { reason: '正誤表' }))
      .then(revised({ readings: readings.slice(1) }));
    given(adopted(), revised({ readings: readings.slice(1) }))
      .when(enter({ readings }))
      .thenNothing();
  });

  it('with a note that is gone, or a definition that differs', () => {
    const noted = [printed('2020', '15.5', { note: '５月' }), printed('2023', '60.0')];
    given(adopted({ readings: noted }))
      .when(enter({}, { reason: '正誤表' }))
      .then(revised({ readings: [printed('2020', '15.5')] }));
    given(adopted())
      .when(enter({ definition: { ...definition, area: '市' } }, { reason: '正誤表' }))
      .then(revised({ definition: { ...definition, area: '市' } }));
  });

  it('never without a reading that the ledger holds', () => {
    given(adopted())
      .when(enter({ readings: [printed('2023', '60.0')] }, { reason: '正誤表' }))
      .thenRefused('PLAN_ENTRY_REMOVED', ['input', 'source']);
  });
});

describe('A later figure is recorded', () => {
  it('on the last day of its year', () => {
    given(adopted())
      .when(record('2025', '80.1'))
      .then(recorded('2025', '2025-12-31', '80.1'));
    const perFiscalYear = adopted({ definition: { ...definition, per: 'fiscal-year' }, readings: [] });
    given(perFiscalYear)
      .when(record('FY2025', '80.1'))
      .then(recorded('FY2025', '2026-03-31', '80.1'));
    const perDay = adopted({ definition: { ...definition, per: 'day' }, readings: [] });
    given(perDay)
      .when(record('2026-02-28', '80.1'))
      .then(recorded('2026-02-28', '2026-02-28', '80.1'));
  });

  it('of a year before the plan from the adoption on, as all of the plan', () => {
    given(adopted())
      .when(record('2021', '30.2'))
      .then(recorded('2021', '2023-04-01', '30.2'));
    given(adopted())
      .when(record('2021', '30.2', { effectiveOn: '2021-12-31' }))
      .thenRefused('EFFECTIVE_BEFORE_PLAN', ['input', 'effectiveOn']);
  });

  it('of a year after the plan when that year is over', () => {
    given(adopted())
      .when({ ...record('2029', '99'), today: '2030-01-10' } as IndicatorCommand)
      .then(recorded('2029', '2029-12-31', '99'));
  });

  it('not before its time, on a day of its own within it', () => {
    given(adopted()).when(record('2026', '81')).thenRefused('EFFECTIVE_IN_FUTURE', ['input', 'effectiveOn']);
    given(adopted())
      .when(record('2026', '81', { effectiveOn: '2026-04-30' }))
      .then(recorded('2026', '2026-04-30', '81'));
    given(adopted())
      .when(record('2026', '81', { effectiveOn: '2025-12-31' }))
      .thenRefused('EFFECTIVE_OUTSIDE_YEAR', ['input', 'effectiveOn']);
  });

  it('for a period of the kind by which the series counts', () => {
    for (const period of ['FY2025', '2025-12-31', 'undated']) {
      given(adopted()).when(record(period, '80.1')).thenRefused('PERIOD_MISMATCH', ['input', 'period']);
    }
  });

  it('once for a day: another value is a correction, the same a confirmation', () => {
    const story = given(adopted(), recorded('2025', '2025-12-31', '80.1'));
    story.when(record('2025', '80.4')).thenRefused('READING_EXISTS', ['input', 'period']);
    story.when(record('2025', '80.1')).then(recorded('2025', '2025-12-31', '80.1'));
    given(adopted()).when(record('2020', '16')).thenRefused('READING_EXISTS', ['input', 'period']);
  });

  it('late, before one that holds already, for a reason', () => {
    const story = given(adopted(), recorded('2025', '2025-12-31', '80.1'));
    const interim = { effectiveOn: '2025-06-30' };
    story.when(record('2025', '78', interim)).thenRefused('REASON_REQUIRED', ['input', 'reason']);
    story
      .when(record('2025', '78', { ...interim, reason: '報告の遅れ' }))
      .then(recorded('2025', '2025-06-30', '78', '報告の遅れ'));
  });

  it('with its source, of an indicator of the plan', () => {
    for (const blank of ['', ' 　', '\u3164']) {
      given(adopted())
        .when(record('2025', '80.1', { source: blank }))
        .thenRefused('SOURCE_REQUIRED', ['input', 'source']);
    }
    given().when(record('2025', '80.1')).thenRefused('INDICATOR_NOT_FOUND', ['input', 'indicatorKey']);
  });
});

describe('A figure is corrected or withdrawn', () => {
  const later = [adopted(), recorded('2025', '2025-12-31', '80.1')];

  it('the one in force, on its day, for a reason', () => {
    given(...later)
      .when(correct('2025', '80.4'))
      .then(corrected(1, '2025', '2025-12-31', '80.4'));
    given(...later)
      .when(withdraw('2025'))
      .then(withdrawn(1, '2025', '2025-12-31'));
    given(...later)
      .when(correct('2025', '80.4', { reason: ' ' }))
      .thenRefused('REASON_REQUIRED', ['input', 'reason']);
    given(...later)
      .when(withdraw('2025', { reason: '' }))
      .thenRefused('REASON_REQUIRED', ['input', 'reason']);
  });

  it('also one that the source prints; the others of the same entry stay', () => {
    given(...later)
      .when(correct('2023', '59.8'))
      .then(corrected(0, '2023', '2023-04-01', '59.8'));
    const story = given(...later, withdrawn(0, '2023', '2023-04-01'));
    story.when(withdraw('2023')).thenRefused('ENTRY_SUPERSEDED', ['input', 'period']);
    story.when(correct('2020', '15.6', { entryId: entryId(0) })).then(corrected(0, '2020', '2023-04-01', '15.6'));
  });

  it('a correction itself', () => {
    given(...later, corrected(1, '2025', '2025-12-31', '80.4'))
      .when(correct('2025', '80.5'))
      .then(corrected(2, '2025', '2025-12-31', '80.5'));
  });

  it('not what is not there, nor that of another period, nor on another day', () => {
    given(...later)
      .when(correct('2024', '70'))
      .thenRefused('ENTRY_NOT_FOUND', ['input', 'period']);
    given(...later)
      .when(correct('2023', '59.8', { entryId: entryId(1) }))
      .thenRefused('ENTRY_NOT_FOUND', ['input', 'entryId']);
    given(...later)
      .when(withdraw('2025', { effectiveOn: '2026-01-01' }))
      .thenRefused('EFFECTIVE_FIXED', ['input', 'effectiveOn']);
  });
});

describe('A context indicator is shown', () => {
  const shown = async (day: string, ...events: IndicatorEvent[]): Promise<IndicatorView | undefined> =>
    indicatorOf(await factsAfter(events, day), { ...of, known: START });
  const values = async (day: string, ...events: IndicatorEvent[]): Promise<unknown> =>
    (await shown(day, ...events))?.readings.map(({ period, value }) => [period, value]);

  it('by period, those without a year first; a year without a figure is absent', async () => {
    const readings = [printed('2023', '60.0'), printed('undated', '1'), printed('2020', '15.5')];
    expect(await values('2026-05-20', adopted({ readings }), recorded('2025', '2025-12-31', '80.1'))).toEqual([
      [null, '1'],
      ['2020', '15.5'],
      ['2023', '60.0'],
      ['2025', '80.1'],
    ]);
    expect(await shown('2023-03-31', adopted())).toBeUndefined();
  });

  it('with a printed figure in its place again when a correction is not the last word', async () => {
    const story = [adopted(), corrected(0, '2023', '2023-04-01', '59.8')];
    expect(await values('2026-05-20', ...story)).toEqual([
      ['2020', '15.5'],
      ['2023', '59.8'],
    ]);
    expect(await values('2026-05-20', ...story, withdrawn(1, '2023', '2023-04-01'))).toEqual([['2020', '15.5']]);
  });

  it('with an interim figure until a later one holds', async () => {
    const story = [
      adopted({ readings: [] }),
      recorded('2025', '2025-06-30', '78'),
      recorded('2025', '2025-12-31', '80.1'),
    ];
    expect(await values('2025-12-30', ...story)).toEqual([['2025', '78']]);
    expect(await values('2025-12-31', ...story)).toEqual([['2025', '80.1']]);
  });
});
