import {
  entryId,
  entryRef,
  measureAdopted,
  PLAN,
  refusalOf,
  SCALE_1,
  specification,
} from '../../test/support/specification.js';
import type { MeasureEvent } from '../plan/lifetime.js';
import { Refusal } from '../problems.js';
import { status, type StatusCommand, type StatusOrder } from './status.js';

const { given } = specification(status);

const of = { planKey: 'toride-5', measureNo: '1-2-1' };
const today = '2025-11-20';
const adopted = measureAdopted('1-2-1', '検討|構築|運用|⇒|⇒');

const asked = (order: StatusOrder): StatusCommand => ({ plan: PLAN, measureNo: '1-2-1', today, ...order });
const change = (code: string, more: { effectiveOn?: string; reason?: string } = {}): StatusCommand =>
  asked({ kind: 'change', status: code, ...more });
const correct = (revision: number, code: string, more: { effectiveOn?: string; reason?: string } = {}): StatusCommand =>
  asked({ kind: 'correct', entryId: entryId(revision), status: code, reason: '誤記', ...more });
const withdraw = (revision: number, reason = '別の施策の報告'): StatusCommand =>
  asked({ kind: 'withdraw', entryId: entryId(revision), reason });

const changed = (code: string, effectiveOn: string, reason?: string): MeasureEvent => ({
  type: 'MeasureStatusChanged',
  effectiveOn,
  data: { ...of, status: code, scale: SCALE_1, reason },
});
const corrected = (revision: number, code: string, effectiveOn: string, reason = '誤記'): MeasureEvent => ({
  type: 'MeasureStatusCorrected',
  effectiveOn,
  data: { ...of, status: code, scale: SCALE_1, corrects: entryRef(revision), reason },
});
const withdrawn = (revision: number, effectiveOn: string, reason = '別の施策の報告'): MeasureEvent => ({
  type: 'MeasureStatusWithdrawn',
  effectiveOn,
  data: { ...of, withdraws: entryRef(revision), reason },
});

describe('A status is reported', () => {
  it('holds from today when no day is given', () => {
    given(adopted).when(change('継続')).then(changed('継続', today));
  });

  it('holds from the day given, with its reason', () => {
    given(adopted)
      .when(change('調整', { effectiveOn: '2025-10-01', reason: '契約の遅れ' }))
      .then(changed('調整', '2025-10-01', '契約の遅れ'));
  });

  it('may follow any other status, also backwards', () => {
    given(adopted, changed('完了', '2025-04-01')).when(change('停滞')).then(changed('停滞', today));
  });

  it('is recorded again when it is the same: a confirmation', () => {
    given(adopted, changed('継続', '2025-04-01')).when(change('継続')).then(changed('継続', today));
    given(adopted, changed('継続', today)).when(change('継続')).then(changed('継続', today));
  });

  it('needs no reason for a late entry after which nothing holds', () => {
    given(adopted, changed('継続', '2025-04-01'))
      .when(change('完了', { effectiveOn: '2025-10-01' }))
      .then(changed('完了', '2025-10-01'));
  });

  it('may cite the decision that caused it, while that stands', () => {
    const decision = '5f6d0f3e-2b1c-8a4d-9e5f-0a1b2c3d4e5f';
    const cites = { id: decision, stands: true };
    const citing = (event: MeasureEvent) => ({ ...event, data: { ...event.data, decision } }) as MeasureEvent;
    const reported = given(adopted, changed('完了', '2025-10-01'));
    reported.when({ ...change('調整'), cites }).then(citing(changed('調整', today)));
    reported.when({ ...correct(1, '調整'), cites }).then(citing(corrected(1, '調整', '2025-10-01')));
    for (const command of [change('調整'), correct(1, '調整')]) {
      reported
        .when({ ...command, cites: { ...cites, stands: false } })
        .thenRefused('DECISION_NOT_FOUND', ['input', 'decisionId']);
    }
  });

  it('is refused for a measure that the plan does not have', () => {
    given().when(change('継続')).thenRefused('MEASURE_NOT_FOUND', ['input', 'measureNo']);
  });

  it('is refused outside the words of the plan', () => {
    given(adopted).when(change('完成')).thenRefused('UNKNOWN_STATUS', ['input', 'status']);
  });

  it('holds from the day of adoption at the earliest', () => {
    given(adopted)
      .when(change('継続', { effectiveOn: '2023-04-01' }))
      .then(changed('継続', '2023-04-01'));
    given(adopted)
      .when(change('継続', { effectiveOn: '2023-03-31' }))
      .thenRefused('EFFECTIVE_BEFORE_PLAN', ['input', 'effectiveOn']);
  });

  it('holds from today at the latest', () => {
    given(adopted)
      .when(change('継続', { effectiveOn: '2025-11-21' }))
      .thenRefused('EFFECTIVE_IN_FUTURE', ['input', 'effectiveOn']);
  });
});

describe('A status is reported late, so that history changes', () => {
  const reported = [adopted, changed('継続', '2025-04-01'), changed('完了', '2025-10-01')];

  it('needs a reason when something holds from that day or a later one', () => {
    for (const effectiveOn of ['2024-06-01', '2025-04-01', '2025-09-30', '2025-10-01']) {
      given(...reported)
        .when(change('調整', { effectiveOn }))
        .thenRefused('REASON_REQUIRED', ['input', 'reason']);
      given(...reported)
        .when(change('調整', { effectiveOn, reason: '報告漏れ' }))
        .then(changed('調整', effectiveOn, '報告漏れ'));
    }
  });

  it('does not take blanks for a reason', () => {
    given(...reported)
      .when(change('調整', { effectiveOn: '2025-05-01', reason: ' 　\n' }))
      .thenRefused('REASON_REQUIRED', ['input', 'reason']);
  });

  it('needs none where the later entry was withdrawn', () => {
    given(adopted, changed('完了', '2025-10-01'), withdrawn(1, '2025-10-01'))
      .when(change('調整', { effectiveOn: '2025-05-01' }))
      .then(changed('調整', '2025-05-01'));
  });

  it('needs none where the later entry was corrected to an earlier day', () => {
    given(adopted, changed('完了', '2025-10-01'), corrected(1, '完了', '2025-03-01'))
      .when(change('調整', { effectiveOn: '2025-05-01' }))
      .then(changed('調整', '2025-05-01'));
  });
});

describe('A status is corrected', () => {
  it('keeps the day of the entry unless another is given', () => {
    given(adopted, changed('完了', '2025-10-01'))
      .when(correct(1, '継続'))
      .then(corrected(1, '継続', '2025-10-01'));
    given(adopted, changed('完了', '2025-10-01'))
      .when(correct(1, '完了', { effectiveOn: '2025-09-01' }))
      .then(corrected(1, '完了', '2025-09-01'));
  });

  it('names any entry, not only the last', () => {
    given(adopted, changed('継続', '2025-04-01'), changed('完了', '2025-10-01'))
      .when(correct(1, '調整'))
      .then(corrected(1, '調整', '2025-04-01'));
  });

  it('can be corrected itself', () => {
    given(adopted, changed('完了', '2025-10-01'), corrected(1, '継続', '2025-10-01'))
      .when(correct(2, '調整'))
      .then(corrected(2, '調整', '2025-10-01'));
  });

  it('needs a reason', () => {
    given(adopted, changed('完了', '2025-10-01'))
      .when(correct(1, '継続', { reason: ' ' }))
      .thenRefused('REASON_REQUIRED', ['input', 'reason']);
  });

  it('is refused for an entry that was corrected or withdrawn already', () => {
    given(adopted, changed('完了', '2025-10-01'), corrected(1, '継続', '2025-10-01'))
      .when(correct(1, '調整'))
      .thenRefused('ENTRY_SUPERSEDED', ['input', 'entryId']);
    given(adopted, changed('完了', '2025-10-01'), withdrawn(1, '2025-10-01'))
      .when(correct(1, '調整'))
      .thenRefused('ENTRY_SUPERSEDED', ['input', 'entryId']);
  });

  it('is refused for an entry that never was, or is no status', () => {
    given(adopted).when(correct(7, '継続')).thenRefused('ENTRY_NOT_FOUND', ['input', 'entryId']);
    given(adopted).when(correct(0, '継続')).thenRefused('ENTRY_NOT_FOUND', ['input', 'entryId']);
    given(adopted, changed('完了', '2025-10-01'), withdrawn(1, '2025-10-01'))
      .when(correct(2, '継続'))
      .thenRefused('ENTRY_NOT_FOUND', ['input', 'entryId']);
  });

  it('follows the rules of a report', () => {
    const reported = given(adopted, changed('完了', '2025-10-01'));
    reported.when(correct(1, '完成')).thenRefused('UNKNOWN_STATUS', ['input', 'status']);
    reported
      .when(correct(1, '継続', { effectiveOn: '2023-03-31' }))
      .thenRefused('EFFECTIVE_BEFORE_PLAN', ['input', 'effectiveOn']);
    reported
      .when(correct(1, '継続', { effectiveOn: '2025-11-21' }))
      .thenRefused('EFFECTIVE_IN_FUTURE', ['input', 'effectiveOn']);
  });
});

describe('A status is withdrawn', () => {
  it('holds on all days of the entry', () => {
    given(adopted, changed('完了', '2025-10-01')).when(withdraw(1)).then(withdrawn(1, '2025-10-01'));
  });

  it('may be a correction: what it replaced does not come back', () => {
    const story = given(adopted, changed('完了', '2025-10-01'), corrected(1, '継続', '2025-10-01'));
    story.when(withdraw(2)).then(withdrawn(2, '2025-10-01'));
    story.when(withdraw(1)).thenRefused('ENTRY_SUPERSEDED', ['input', 'entryId']);
  });

  it('needs a reason and an entry that still stands', () => {
    given(adopted, changed('完了', '2025-10-01'))
      .when(withdraw(1, ''))
      .thenRefused('REASON_REQUIRED', ['input', 'reason']);
    given(adopted).when(withdraw(1)).thenRefused('ENTRY_NOT_FOUND', ['input', 'entryId']);
    given(adopted, changed('完了', '2025-10-01'), withdrawn(1, '2025-10-01'))
      .when(withdraw(1))
      .thenRefused('ENTRY_SUPERSEDED', ['input', 'entryId']);
  });
});

describe('A status is given in the version of the scale that is in force on its day', () => {
  const scales = [
    ...PLAN.scales,
    { since: '2025-10-01', key: 'toride-status', version: 2, codes: ['達成', '継続'], poor: [] },
  ];
  const plan = { ...PLAN, scales };
  const told = (order: StatusOrder): StatusCommand => ({ ...asked(order), plan });
  const inVersion = (version: number, code: string, effectiveOn: string): MeasureEvent => ({
    type: 'MeasureStatusChanged',
    effectiveOn,
    data: { ...of, status: code, scale: { key: 'toride-status', version }, reason: undefined },
  });

  it('and remembers it', () => {
    const story = given(adopted);
    story.when(told({ kind: 'change', status: '継続' })).then(inVersion(2, '継続', today));
    story
      .when(told({ kind: 'change', status: '継続', effectiveOn: '2025-09-30' }))
      .then(inVersion(1, '継続', '2025-09-30'));
  });

  it('so its code is one of that version, not of the newest', () => {
    const story = given(adopted);
    story.when(told({ kind: 'change', status: '停滞' })).thenRefused('UNKNOWN_STATUS', ['input', 'status']);
    story
      .when(told({ kind: 'change', status: '停滞', effectiveOn: '2025-09-30' }))
      .then(inVersion(1, '停滞', '2025-09-30'));
    story
      .when(told({ kind: 'change', status: '達成', effectiveOn: '2025-09-30' }))
      .thenRefused('UNKNOWN_STATUS', ['input', 'status']);
    story
      .when(told({ kind: 'change', status: '達成', effectiveOn: '2025-10-01' }))
      .then(inVersion(2, '達成', '2025-10-01'));
  });

  it('which is not another than the caller has read', () => {
    const story = given(adopted);
    story
      .when(told({ kind: 'change', status: '継続', scaleVersion: 1 }))
      .thenRefused('SCALE_VERSION_MISMATCH', ['input', 'scaleVersion']);
    story
      .when(told({ kind: 'change', status: '継続', scaleVersion: 2, effectiveOn: '2025-09-30' }))
      .thenRefused('SCALE_VERSION_MISMATCH', ['input', 'scaleVersion']);
    story.when(told({ kind: 'change', status: '継続', scaleVersion: 2 })).then(inVersion(2, '継続', today));
  });

  it('also when it is corrected, on the day of the correction', () => {
    const story = given(adopted, changed('停滞', '2025-04-01'));
    const correction = { kind: 'correct' as const, entryId: entryId(1), reason: '誤記' };
    story.when(told({ ...correction, status: '達成' })).thenRefused('UNKNOWN_STATUS', ['input', 'status']);
    story.when(told({ ...correction, status: '調整' })).then(corrected(1, '調整', '2025-04-01'));
    story
      .when(told({ ...correction, status: '調整', scaleVersion: 2 }))
      .thenRefused('SCALE_VERSION_MISMATCH', ['input', 'scaleVersion']);
    story.when(told({ ...correction, status: '達成', effectiveOn: '2025-10-01' })).then({
      type: 'MeasureStatusCorrected',
      effectiveOn: '2025-10-01',
      data: {
        ...{ ...of, status: '達成', scale: { key: 'toride-status', version: 2 } },
        ...{ corrects: entryRef(1), reason: '誤記' },
      },
    });
  });

  it('and may have been recorded before versions were', () => {
    const before: MeasureEvent = {
      type: 'MeasureStatusChanged',
      effectiveOn: '2025-04-01',
      data: { ...of, status: '停滞' },
    };
    given(adopted, before)
      .when(correct(1, '調整'))
      .then(corrected(1, '調整', '2025-04-01'));
  });
});

it('A status is not touched by what other contexts record in the stream', () => {
  const shifted: MeasureEvent = {
    type: 'ScheduleShifted',
    effectiveOn: '2025-12-01',
    data: { ...of, phase: '構築', from: 2024, to: 2025, cascade: false, reason: '遅れ' },
  };
  const unshifted: MeasureEvent = {
    type: 'ScheduleShiftWithdrawn',
    effectiveOn: '2025-12-01',
    data: { ...of, withdraws: entryRef(1), reason: '誤り' },
  };
  const revised: MeasureEvent = {
    type: 'MeasureRevised',
    effectiveOn: '2023-04-01',
    data: { ...of, changes: { title: '新しい題' }, reason: '改訂' },
  };
  given(adopted, shifted, unshifted, revised)
    .when(change('継続', { effectiveOn: '2025-05-01' }))
    .then(changed('継続', '2025-05-01'));
});

it('A story that is not refused says so', () => {
  expect(() => refusalOf(() => [])).toThrow('not refused');
  expect(
    refusalOf(() => {
      throw new Refusal('UNKNOWN_STATUS');
    }).code,
  ).toBe('UNKNOWN_STATUS');
});
