import { entryId, entryRef, measureAdopted, PLAN, SCALE_1, specification } from '../../test/support/specification.js';
import type { MeasureEvent } from '../plan/lifetime.js';
import { schedule } from '../schedule/schedule.js';
import { ending, type EndingCommand, type EndingOrder } from './ending.js';
import type { EndingKind } from './ending.events.js';
import { status, type StatusOrder } from './status.js';

const { given } = specification(ending);

const today = '2025-11-20';
const of = { planKey: 'toride-5', measureNo: '2-2-7' };
const adopted = measureAdopted('2-2-7', '計画|検討|構築 運用|⇒|⇒');
const why = '費用に見合う効果が見込めないため';

const asked = { plan: PLAN, measureNo: '2-2-7', today };
const order = (said: EndingOrder): EndingCommand => ({ ...asked, ...said });
type More = Partial<Extract<EndingOrder, { kind: 'correct' }>>;
const end = (kind: EndingKind, more: { effectiveOn?: string; reason?: string; decidedBy?: string } = {}) =>
  order({ kind: 'end', ending: kind, reason: why, ...more });
const correct = (revision: number, kind: EndingKind, more: More = {}) =>
  order({ kind: 'correct', entryId: entryId(revision), ending: kind, reason: '決定日の誤り', ...more });
const withdraw = (revision: number, reason = '再検討のため') =>
  order({ kind: 'withdraw', entryId: entryId(revision), reason });

const ended = (kind: EndingKind, effectiveOn = today, decidedBy?: string): MeasureEvent => ({
  type: 'MeasureEnded',
  effectiveOn,
  data: { ...of, ending: kind, reason: why, decidedBy },
});
const corrected = (revision: number, kind: EndingKind, effectiveOn: string, more: object = {}): MeasureEvent => ({
  type: 'MeasureEndingCorrected',
  effectiveOn,
  data: {
    ...{ ...of, ending: kind, endingReason: why, decidedBy: undefined },
    ...{ corrects: entryRef(revision), reason: '決定日の誤り', ...more },
  },
});
const withdrawn = (revision: number, effectiveOn: string): MeasureEvent => ({
  type: 'MeasureEndingWithdrawn',
  effectiveOn,
  data: { ...of, withdraws: entryRef(revision), reason: '再検討のため' },
});

describe('A measure ends', () => {
  it('in one of three ways, for a reason, from today on', () => {
    for (const kind of ['CONSIDERED_NOT_DONE', 'STOPPED', 'NOT_ASSESSABLE'] as const) {
      given(adopted).when(end(kind)).then(ended(kind));
    }
    given(adopted)
      .when(end('STOPPED', { reason: '　' }))
      .thenRefused('REASON_REQUIRED', ['input', 'reason']);
  });

  it('from the day given, also a future one, with the deciding body', () => {
    for (const effectiveOn of ['2025-02-14', '2026-04-01']) {
      given(adopted)
        .when(end('STOPPED', { effectiveOn, decidedBy: '情報化推進委員会' }))
        .then(ended('STOPPED', effectiveOn, '情報化推進委員会'));
    }
  });

  it('not before it is there', () => {
    given(adopted)
      .when(end('STOPPED', { effectiveOn: '2023-03-31' }))
      .thenRefused('EFFECTIVE_BEFORE_PLAN', ['input', 'effectiveOn']);
    given({ ...adopted, effectiveOn: '2025-04-01' })
      .when(end('STOPPED', { effectiveOn: '2025-03-31' }))
      .thenRefused('EFFECTIVE_BEFORE_MEASURE', ['input', 'effectiveOn']);
    given().when(end('STOPPED')).thenRefused('MEASURE_NOT_FOUND', ['input', 'measureNo']);
  });

  it('once', () => {
    for (const effectiveOn of ['2025-02-14', '2026-04-01']) {
      given(adopted, ended('STOPPED', effectiveOn))
        .when(end('NOT_ASSESSABLE', { effectiveOn: '2025-01-01' }))
        .thenRefused('MEASURE_ENDED', ['input', 'measureNo']);
    }
  });
});

describe('An ending cites the decision that caused it', () => {
  const decision = '5f6d0f3e-2b1c-8a4d-9e5f-0a1b2c3d4e5f';
  const cites = { id: decision, stands: true };
  const citing = { ...ended('STOPPED'), data: { ...ended('STOPPED').data, decision } } as MeasureEvent;

  it('while that stands', () => {
    given(adopted)
      .when({ ...end('STOPPED'), cites })
      .then(citing);
    given(adopted)
      .when({ ...end('STOPPED'), cites: { ...cites, stands: false } })
      .thenRefused('DECISION_NOT_FOUND', ['input', 'decisionId']);
  });

  it('and still does when it is corrected, unless another is cited', () => {
    const other = '6a7b8c9d-2b1c-8a4d-9e5f-0a1b2c3d4e5f';
    given(adopted, citing)
      .when(correct(1, 'NOT_ASSESSABLE'))
      .then(corrected(1, 'NOT_ASSESSABLE', today, { decision }));
    given(adopted, citing)
      .when({ ...correct(1, 'NOT_ASSESSABLE'), cites: { id: other, stands: true } })
      .then(corrected(1, 'NOT_ASSESSABLE', today, { decision: other }));
  });
});

describe('Who decided an end', () => {
  const decision = '5f6d0f3e-2b1c-8a4d-9e5f-0a1b2c3d4e5f';
  const cites = { id: decision, stands: true, body: '情報化推進委員会' };
  const citing = ended('STOPPED', today, '情報化推進委員会');
  const told = { ...citing, data: { ...citing.data, decision } } as MeasureEvent;

  it('is the body of the decision that is cited, and no other', () => {
    for (const decidedBy of [undefined, '情報化推進委員会'])
      given(adopted)
        .when({ ...end('STOPPED', { ...(decidedBy !== undefined && { decidedBy }) }), cites })
        .then(told);
    given(adopted)
      .when({ ...end('STOPPED', { decidedBy: '市長' }), cites })
      .thenRefused('DECISION_OF_ANOTHER_BODY', ['input', 'decidedBy']);
    given(adopted, told)
      .when(correct(1, 'STOPPED', { decidedBy: '市長' }))
      .thenRefused('DECISION_OF_ANOTHER_BODY', ['input', 'decidedBy']);
  });
});

describe('An ending is corrected', () => {
  const story = given(adopted, ended('STOPPED', '2025-02-14', '情報化推進委員会'));

  it('and keeps its day, its reason and who decided unless others are given', () => {
    story
      .when(correct(1, 'CONSIDERED_NOT_DONE'))
      .then(corrected(1, 'CONSIDERED_NOT_DONE', '2025-02-14', { decidedBy: '情報化推進委員会' }));
    story
      .when(correct(1, 'STOPPED', { effectiveOn: '2025-03-31', endingReason: '代替手段がある', decidedBy: '庁議' }))
      .then(corrected(1, 'STOPPED', '2025-03-31', { endingReason: '代替手段がある', decidedBy: '庁議' }));
  });

  it('under the rules of an ending', () => {
    story
      .when(correct(1, 'STOPPED', { effectiveOn: '2023-03-31' }))
      .thenRefused('EFFECTIVE_BEFORE_PLAN', ['input', 'effectiveOn']);
    story.when(correct(1, 'STOPPED', { reason: ' ' })).thenRefused('REASON_REQUIRED', ['input', 'reason']);
    story.when(correct(0, 'STOPPED')).thenRefused('ENTRY_NOT_FOUND', ['input', 'entryId']);
  });

  it('again, by naming the correction, whose own reason is not that of the ending', () => {
    const twice = given(adopted, ended('STOPPED', '2025-02-14'), corrected(1, 'STOPPED', '2025-03-31'));
    twice.when(correct(1, 'STOPPED')).thenRefused('ENTRY_SUPERSEDED', ['input', 'entryId']);
    twice.when(correct(2, 'NOT_ASSESSABLE')).then(corrected(2, 'NOT_ASSESSABLE', '2025-03-31'));
    twice.when(end('STOPPED')).thenRefused('MEASURE_ENDED');
  });
});

describe('A withdrawn ending opens the measure again', () => {
  it('from the day on which it ended', () => {
    const story = given(adopted, ended('STOPPED', '2025-02-14'));
    story.when(withdraw(1)).then(withdrawn(1, '2025-02-14'));
    story.when(withdraw(1, ' ')).thenRefused('REASON_REQUIRED', ['input', 'reason']);
  });

  it('so that it can end another time', () => {
    const story = given(adopted, ended('STOPPED', '2025-02-14'), withdrawn(1, '2025-02-14'));
    story.when(withdraw(1)).thenRefused('ENTRY_SUPERSEDED', ['input', 'entryId']);
    story.when(end('NOT_ASSESSABLE')).then(ended('NOT_ASSESSABLE'));
  });
});

describe('From its end on, a measure', () => {
  const statusOrder = (said: Partial<Extract<StatusOrder, { kind: 'change' }>> = {}) => ({
    ...{ ...asked, kind: 'change' as const, status: '停滞' },
    ...said,
  });
  const shift = (effectiveOn: string) => ({
    ...{ ...asked, kind: 'shift' as const, phase: '構築', from: 2025, to: 2026 },
    ...{ cascade: false, reason: '延期', effectiveOn },
  });
  const reported: MeasureEvent = {
    type: 'MeasureStatusChanged',
    effectiveOn: '2025-10-01',
    data: { ...of, status: '停滞' },
  };

  it('takes no status; late ones of before are taken', () => {
    const story = specification(status).given(adopted, ended('STOPPED', '2025-02-14'));
    story.when(statusOrder()).thenRefused('MEASURE_ENDED', ['input', 'measureNo']);
    story.when(statusOrder({ effectiveOn: '2025-02-14' })).thenRefused('MEASURE_ENDED', ['input', 'measureNo']);
    story.when(statusOrder({ effectiveOn: '2025-02-13' })).then({
      type: 'MeasureStatusChanged',
      effectiveOn: '2025-02-13',
      data: { ...of, status: '停滞', scale: SCALE_1, reason: undefined },
    });
  });

  it('has none corrected onto it, but may lose what was reported', () => {
    const story = specification(status).given(adopted, reported, ended('STOPPED', '2025-11-01'));
    const correction = { ...asked, kind: 'correct' as const, entryId: entryId(1), status: '調整', reason: '誤記' };
    story.when({ ...correction, effectiveOn: '2025-11-10' }).thenRefused('MEASURE_ENDED', ['input', 'measureNo']);
    story.when({ ...asked, kind: 'withdraw', entryId: entryId(1), reason: '誤記' }).then({
      type: 'MeasureStatusWithdrawn',
      effectiveOn: '2025-10-01',
      data: { ...of, withdraws: entryRef(1), reason: '誤記' },
    });
  });

  it('does not move', () => {
    const story = specification(schedule).given(adopted, ended('STOPPED', '2026-04-01'));
    story.when(shift('2026-04-01')).thenRefused('MEASURE_ENDED', ['input', 'measureNo']);
    const { kind: _, plan: __, today: ___, effectiveOn, ...data } = shift('2026-03-31');
    story.when(shift('2026-03-31')).then({
      type: 'ScheduleShifted',
      effectiveOn,
      data: { ...data, planKey: 'toride-5', decidedBy: undefined },
    });
  });

  it('is as open as ever once the ending is withdrawn, and ended as it is corrected', () => {
    const moved = [adopted, ended('STOPPED', '2025-02-14'), corrected(1, 'STOPPED', '2025-12-01')];
    const reporting = specification(status);
    reporting
      .given(...moved)
      .when(statusOrder())
      .then({
        type: 'MeasureStatusChanged',
        effectiveOn: today,
        data: { ...of, status: '停滞', scale: SCALE_1, reason: undefined },
      });
    reporting
      .given(...moved, withdrawn(2, '2025-12-01'))
      .when(statusOrder())
      .then({
        type: 'MeasureStatusChanged',
        effectiveOn: today,
        data: { ...of, status: '停滞', scale: SCALE_1, reason: undefined },
      });
    specification(schedule)
      .given(...moved)
      .when(shift('2025-12-01'))
      .thenRefused('MEASURE_ENDED');
  });

  it('ends whatever was reported and moved before', () => {
    given(adopted, reported).when(end('STOPPED')).then(ended('STOPPED'));
    given(adopted, reported).when(withdraw(1)).thenRefused('ENTRY_NOT_FOUND', ['input', 'entryId']);
  });
});
