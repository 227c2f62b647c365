import { cellsOf, entryId, entryRef, measureAdopted, PLAN, specification } from '../../test/support/specification.js';
import { Refusal } from '../problems.js';
import { measure, type EnterMeasure, type RevisionOrder } from './measure.js';
import type { MeasureEvent } from './lifetime.js';
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
  kind: 'enter',
  attributes: { ...attributes, ...changes },
  adoptedOn: '2023-04-01',
  ...more,
});
const revised = (changes: Partial<MeasureAttributes>, effectiveOn = '2023-04-01'): MeasureEvent => ({
  type: 'MeasureRevised',
  effectiveOn,
  data: { ...of, changes, fromFile: true, reason: '機構改革' },
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

const today = '2026-11-23';
const DIVISIONS = new Map([
  ['情報管理課', '情報管理課'],
  ['デジタル推進課', '情報管理課'],
  ['人事課', '人事課'],
]);
const order = (said: RevisionOrder) => ({
  ...said,
  plan: PLAN,
  measureNo: of.measureNo,
  today,
  divisionNamed: (name: string, _day: string, path: readonly string[]) => {
    const key = DIVISIONS.get(name);
    if (key === undefined) throw new Refusal('DIVISION_NOT_FOUND', path, name);
    return key;
  },
});
type Revision = Partial<Extract<RevisionOrder, { kind: 'revise' }>>;
const revise = (said: Revision) => order({ kind: 'revise', reason: '中間見直し', ...said });
const correct = (revision: number, said: Revision = {}) =>
  order({ kind: 'correct', entryId: entryId(revision), reason: '議決書と異なるため', ...said });
const withdraw = (revision: number, effectiveOn?: string) =>
  order({ kind: 'withdraw', entryId: entryId(revision), reason: '再考', effectiveOn });

const revisedByHand = (changes: Partial<MeasureAttributes>, effectiveOn = '2027-04-01'): MeasureEvent => ({
  type: 'MeasureRevised',
  effectiveOn,
  data: { ...of, changes, reason: '中間見直し', decidedBy: undefined, decision: undefined },
});
const corrected = (
  revision: number,
  changes: Partial<MeasureAttributes>,
  effectiveOn = '2027-04-01',
): MeasureEvent => ({
  type: 'MeasureRevised',
  effectiveOn,
  data: {
    ...{ ...of, changes, corrects: entryRef(revision), reason: '議決書と異なるため' },
    ...{ decidedBy: undefined, decision: undefined },
  },
});
const withdrawn = (revision: number, attribute: string, effectiveOn = '2027-04-01'): MeasureEvent => ({
  type: 'MeasureRevisionWithdrawn',
  effectiveOn,
  data: { ...of, attribute, withdraws: entryRef(revision), reason: '再考' },
});
const ended: MeasureEvent = {
  type: 'MeasureEnded',
  effectiveOn: '2026-04-01',
  data: { ...of, ending: 'STOPPED', reason: '中止' },
};

describe('A measure is revised', () => {
  it('from a day on, decided in advance or not, one entry for each thing that changes', () => {
    given(adopted)
      .when(
        revise({
          ...{ title: '窓口の改革', owners: ['デジタル推進課', '人事課'], coordinators: [] },
          ...{ schedule: cellsOf('検討|検討|構築|運用'), effectiveOn: '2027-04-01' },
        }),
      )
      .then(
        revisedByHand({ title: '窓口の改革' }),
        revisedByHand({ owners: ['情報管理課', '人事課'] }),
        revisedByHand({ schedule: { cells: cellsOf('検討|検討|構築|運用|'), uncertain: [] } }),
      );
    given(adopted)
      .when(revise({ title: '窓口の改革' }))
      .then(revisedByHand({ title: '窓口の改革' }, today));
  });

  it('citing the body and the decision that caused it, if that stands', () => {
    const id = entryId(9);
    const said = revise({ title: '窓口の改革', decidedBy: '庁議', decisionId: id });
    given(adopted)
      .when({ ...said, cites: { id, stands: true } })
      .then({
        type: 'MeasureRevised',
        effectiveOn: today,
        data: { ...of, changes: { title: '窓口の改革' }, reason: '中間見直し', decidedBy: '庁議', decision: id },
      });
    given(adopted)
      .when({ ...said, cites: { id, stands: false } })
      .thenRefused('DECISION_NOT_FOUND', ['input', 'decisionId']);
  });

  it('keeping the side note of its row', () => {
    const noted = { cells: attributes.schedule.cells, note: '予算による', uncertain: [] };
    given(adopted, revised({ schedule: noted }))
      .when(revise({ schedule: cellsOf('検討'), effectiveOn: '2027-04-01' }))
      .then(revisedByHand({ schedule: { cells: cellsOf('検討||||'), note: '予算による', uncertain: [] } }));
  });

  it('not into what it is already on that day', () => {
    const nothing = given(adopted, revisedByHand({ title: '窓口の改革' }));
    nothing
      .when(revise({ title: '窓口の改革', effectiveOn: '2027-05-01' }))
      .thenRefused('NOTHING_TO_REVISE', ['input']);
    nothing.when(revise({})).thenRefused('NOTHING_TO_REVISE', ['input']);
    nothing
      .when(revise({ title: '窓口の改革', effectiveOn: '2027-03-31' }))
      .then(revisedByHand({ title: '窓口の改革' }, '2027-03-31'));
  });

  it('not by divisions, years or words that are not there', () => {
    const story = given(adopted);
    story.when(revise({ owners: ['人事課', '未知課'] })).thenRefused('DIVISION_NOT_FOUND', ['input', 'owners', '1']);
    story.when(revise({ coordinators: ['未知課'] })).thenRefused('DIVISION_NOT_FOUND', ['input', 'coordinators', '0']);
    story.when(revise({ schedule: cellsOf('実装') })).thenRefused('UNKNOWN_PHASE', ['input', 'schedule']);
    story
      .when(revise({ schedule: [{ fiscalYear: 2028, phases: ['運用'] }] }))
      .thenRefused('FISCAL_YEAR_OUTSIDE_PLAN', ['input', 'schedule']);
    story
      .when(revise({ schedule: [...cellsOf('検討'), ...cellsOf('構築')] }))
      .thenRefused('INVALID_INPUT', ['input', 'schedule']);
    story.when(revise({ title: '窓口', reason: '　' })).thenRefused('REASON_REQUIRED', ['input', 'reason']);
  });

  it('only while it is there', () => {
    const title = '窓口の改革';
    given().when(revise({ title })).thenRefused('MEASURE_NOT_FOUND', ['input', 'measureNo']);
    given(adopted)
      .when(revise({ title, effectiveOn: '2023-03-31' }))
      .thenRefused('EFFECTIVE_BEFORE_PLAN', ['input', 'effectiveOn']);
    given(adopted, ended).when(revise({ title })).thenRefused('MEASURE_ENDED', ['input', 'measureNo']);
    given(adopted, ended)
      .when(revise({ title, effectiveOn: '2026-03-31' }))
      .then(revisedByHand({ title }, '2026-03-31'));
  });
});

describe('A revision is corrected and withdrawn', () => {
  const byHand = revisedByHand({ title: '窓口の改革' });

  it('with another wording, another day, or both', () => {
    given(adopted, byHand)
      .when(correct(1, { title: '窓口改革' }))
      .then(corrected(1, { title: '窓口改革' }));
    given(adopted, byHand)
      .when(correct(1, { effectiveOn: '2027-10-01' }))
      .then(corrected(1, { title: '窓口の改革' }, '2027-10-01'));
    given(adopted, byHand, corrected(1, { title: '窓口改革' }))
      .when(correct(2, { title: '窓口の大改革' }))
      .then(corrected(2, { title: '窓口の大改革' }));
  });

  it('in nothing but what it is about', () => {
    given(adopted, byHand)
      .when(correct(1, { title: '窓口改革', owners: ['人事課'] }))
      .thenRefused('INVALID_INPUT', ['input', 'owners']);
  });

  it('and what was before shows again', () => {
    given(adopted, byHand).when(withdraw(1)).then(withdrawn(1, 'title'));
    given(adopted, byHand).when(withdraw(1, '2027-05-01')).thenRefused('EFFECTIVE_FIXED', ['input', 'effectiveOn']);
    given(adopted, byHand, withdrawn(1, 'title'))
      .when(withdraw(1))
      .thenRefused('ENTRY_SUPERSEDED', ['input', 'entryId']);
    given(adopted, byHand, withdrawn(1, 'title'))
      .when(revise({ title: '窓口の改革', effectiveOn: '2027-04-01' }))
      .then(byHand);
  });

  it('not when it came with the plan file', () => {
    given(adopted).when(withdraw(0)).thenRefused('ENTRY_OF_PLAN_FILE', ['input', 'entryId']);
    given(adopted, revised({ title: '窓口の改革' }))
      .when(correct(1, { title: '窓口改革' }))
      .thenRefused('ENTRY_OF_PLAN_FILE', ['input', 'entryId']);
    given(adopted).when(withdraw(7)).thenRefused('ENTRY_NOT_FOUND', ['input', 'entryId']);
  });
});

describe('The plan file is loaded again after a revision', () => {
  const byHand = revisedByHand({ title: '窓口の改革' });

  it('and leaves it as it is, whether the file still says the former or has caught up', () => {
    given(adopted, byHand).when(enter()).thenNothing();
    given(adopted, byHand)
      .when(enter({ title: '窓口の改革' }))
      .thenNothing();
  });

  it('with what else it changes', () => {
    given(adopted, byHand)
      .when(enter({ title: '窓口の改革', isNew: true }, { reason }))
      .then(revised({ isNew: true }));
  });

  it('not with a number under which a measure took the place of others', () => {
    const schedule = attributes.schedule;
    const successor: MeasureEvent = {
      type: 'SuccessorEntered',
      effectiveOn: '2027-04-01',
      data: {
        ...{ ...of, succession: entryId(9), kind: 'SPLIT', predecessors: ['1-2-9'], successors: ['1-2-1', '1-2-8'] },
        ...{ title: '窓口', policy: '1-2', owners: ['人事課'], coordinators: [], schedule, reason: '分割' },
      },
    };
    given(successor).when(enter()).thenRefused('MEASURE_EXISTS', ['input', 'source']);
    given(successor)
      .when(revise({ title: '窓口の改革', effectiveOn: '2027-04-01' }))
      .then(revisedByHand({ title: '窓口の改革' }));
    given(successor)
      .when(revise({ title: '窓口の改革' }))
      .thenRefused('EFFECTIVE_BEFORE_MEASURE');
  });

  it('not with a third wording, until the revision is withdrawn', () => {
    given(adopted, byHand)
      .when(enter({ title: '窓口サービス' }, { reason }))
      .thenRefused('REVISED_SINCE', ['input', 'source']);
    given(adopted, byHand, withdrawn(1, 'title'))
      .when(enter({ title: '窓口サービス' }, { reason }))
      .then(revised({ title: '窓口サービス' }));
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
