import { cellsOf, entryRef, measureAdopted, specification } from '../../test/support/specification.js';
import { measure, type EnterMeasure, type MeasureEvent } from './measure.js';
import type { MeasureAttributes } from './plan.events.js';

const { given } = specification(measure);

const of = { planKey: 'toride-5', measureNo: '1-2-1' };
const attributes: MeasureAttributes = {
  title: '個別施策 1-2-1',
  variants: [],
  policy: '1-2',
  isNew: false,
  owners: ['情報管理課'],
  coordinators: [],
  schedule: { cells: cellsOf('検討|構築|運用|⇒|⇒'), uncertain: [] },
};
const adopted = measureAdopted('1-2-1', '検討|構築|運用|⇒|⇒');

const enter = (changes: Partial<MeasureAttributes> = {}, more: Partial<EnterMeasure> = {}): EnterMeasure => ({
  ...of,
  attributes: { ...attributes, ...changes },
  adoptedOn: '2023-04-01',
  ...more,
});
const revised = (changes: Partial<MeasureAttributes>, effectiveOn = '2023-04-01'): MeasureEvent => ({
  type: 'MeasureRevised',
  effectiveOn,
  data: { ...of, changes, reason: '機構改革' },
});
const reason = '機構改革';

describe('A measure is entered', () => {
  it('from the adoption of the plan on', () => {
    given().when(enter()).then(adopted);
  });

  it('or from a later day, with a later load, but no earlier one', () => {
    given()
      .when(enter({}, { effectiveOn: '2025-04-01' }))
      .then({ ...adopted, effectiveOn: '2025-04-01' });
    given()
      .when(enter({}, { effectiveOn: '2023-03-31' }))
      .thenRefused('EFFECTIVE_BEFORE_PLAN', ['input', 'effectiveOn']);
  });

  it('once', () => {
    given(adopted).when(enter()).thenNothing();
    given(adopted)
      .when(enter({}, { reason, effectiveOn: '2025-04-01' }))
      .thenNothing();
  });
});

describe('A measure is entered otherwise than before', () => {
  it('with what differs only, for a reason', () => {
    const changes = {
      owners: ['デジタル推進課'],
      schedule: { cells: cellsOf('検討|検討|構築|運用|⇒'), uncertain: [] },
    };
    given(adopted).when(enter(changes)).thenRefused('REASON_REQUIRED', ['input', 'reason']);
    given(adopted)
      .when(enter(changes, { reason, effectiveOn: '2025-04-01' }))
      .then(revised(changes, '2025-04-01'));
    given(adopted)
      .when(enter(changes, { reason, effectiveOn: '2023-03-31' }))
      .thenRefused('EFFECTIVE_BEFORE_PLAN', ['input', 'effectiveOn']);
  });

  it('compared with what was revised before', () => {
    const story = given(adopted, revised({ title: '窓口の改革' }), revised({ isNew: true }));
    story.when(enter({ title: '窓口の改革', isNew: true })).thenNothing();
    story.when(enter({ title: '窓口の改革' }, { reason })).then(revised({ isNew: false }));
  });

  it('without a side note that it had', () => {
    const noted = { cells: attributes.schedule.cells, note: '予算による', uncertain: [] };
    given(adopted, revised({ schedule: noted }))
      .when(enter({}, { reason }))
      .then(revised({ schedule: attributes.schedule }));
  });
});

it('A measure is as the plan enters it, whatever other contexts record in its stream', () => {
  const others: MeasureEvent[] = [
    { type: 'MeasureStatusChanged', effectiveOn: '2025-06-01', data: { ...of, status: '継続' } },
    {
      type: 'MeasureStatusCorrected',
      effectiveOn: '2025-06-01',
      data: { ...of, status: '調整', corrects: entryRef(1), reason: '誤記' },
    },
    {
      type: 'MeasureStatusWithdrawn',
      effectiveOn: '2025-06-01',
      data: { ...of, withdraws: entryRef(2), reason: '誤記' },
    },
    {
      type: 'ScheduleShifted',
      effectiveOn: '2025-06-01',
      data: { ...of, phase: '構築', from: 2024, to: 2025, cascade: true, reason: '遅れ' },
    },
    {
      type: 'ScheduleShiftWithdrawn',
      effectiveOn: '2025-06-01',
      data: { ...of, withdraws: entryRef(4), reason: '誤り' },
    },
  ];
  given(adopted, ...others)
    .when(enter())
    .thenNothing();
});
