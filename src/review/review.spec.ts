import { PLAN, SCALE_1, specification, entryRef } from '../../test/support/specification.js';
import type { Position } from '../eventsourcing/position.js';
import { evaluation, type EvaluationCommand, type EvaluationOrder } from './evaluation.js';
import type { EvaluationEvent, ReviewEvent } from './review.events.js';
import { isCollected, review, type ReviewCommand, type ReviewOrder } from './review.js';

const today = '2027-05-20';
const known = '00000000000000000300' as Position;
const of = { planKey: 'toride-5', fiscalYear: 2026 };

describe('The review of a year', () => {
  const { given } = specification(review);
  const asked = (order: ReviewOrder, more: Partial<ReviewCommand> = {}): ReviewCommand =>
    ({ plan: PLAN, fiscalYear: 2026, today, divisions: ['財政課', '市民課'], ...order, ...more }) as ReviewCommand;
  const days = { deadline: '2027-06-30', deadlines: [{ division: '財政課', deadline: '2027-06-15' }] };
  const round = (type: 'RoundOpened' | 'RoundClosed'): ReviewEvent => ({
    type,
    effectiveOn: today,
    data: { ...of, period: 'ANNUAL', ...days },
  });
  const opened = round('RoundOpened');
  const closedRound = round('RoundClosed');
  const closed: ReviewEvent = {
    type: 'ReviewClosed',
    effectiveOn: today,
    data: { ...of, pinned: { effectiveOn: '2027-03-31', position: known } },
  };
  const open = asked({ kind: 'openRound', period: 'ANNUAL', ...days });

  it('opens a round of collection with a deadline, and others for some divisions', () => {
    given().when(open).then(opened);
    given(opened).when(open).thenRefused('ROUND_EXISTS', ['input', 'period']);
    given()
      .when({ ...open, fiscalYear: 2030 })
      .thenRefused('FISCAL_YEAR_OUTSIDE_PLAN', ['input', 'fiscalYear']);
    given()
      .when({ ...open, fiscalYear: 2027, today: '2027-03-31' })
      .thenRefused('EFFECTIVE_IN_FUTURE');
    given()
      .when(asked({ kind: 'openRound', period: 'ANNUAL', ...days, deadline: '2027-05-19' }))
      .thenRefused('DEADLINE_PASSED', ['input', 'deadline']);
    given()
      .when(asked({ kind: 'openRound', period: 'ANNUAL', ...days, deadlines: [{ division: '無課', deadline: today }] }))
      .thenRefused('DIVISION_NOT_FOUND', ['input', 'deadlines', '0', 'division']);
  });

  it('opens no round of what has not begun, with no deadline years away, and asks nobody twice', () => {
    given()
      .when({ ...asked({ kind: 'openRound', period: 'Q4', ...days }), today: '2026-12-31' })
      .thenRefused('EFFECTIVE_IN_FUTURE', ['input', 'period']);
    given()
      .when(asked({ kind: 'openRound', period: 'ANNUAL', ...days, deadline: '2030-03-31' }))
      .then({ ...opened, data: { ...of, period: 'ANNUAL', ...days, deadline: '2030-03-31' } } as ReviewEvent);
    given()
      .when(asked({ kind: 'openRound', period: 'ANNUAL', ...days, deadline: '2030-04-01' }))
      .thenRefused('DEADLINE_TOO_FAR', ['input', 'deadline']);
    const twice = [...days.deadlines, { division: '財政課', deadline: '2027-06-20' }];
    given()
      .when(asked({ kind: 'openRound', period: 'ANNUAL', ...days, deadlines: twice }))
      .thenRefused('INVALID_INPUT', ['input', 'deadlines', '1', 'division']);
    given(opened)
      .when(asked({ kind: 'changeDeadline', period: 'ANNUAL', deadlines: twice, reason: '人事異動' }))
      .thenRefused('INVALID_INPUT');
  });

  it('changes a deadline with a reason, of all or of some', () => {
    const change = (more: object): ReviewCommand =>
      asked({ kind: 'changeDeadline', period: 'ANNUAL', reason: '人事異動', ...more });
    const changed = (more: object): ReviewEvent => ({
      type: 'DeadlineChanged',
      effectiveOn: today,
      data: { ...of, period: 'ANNUAL', ...days, reason: '人事異動', ...more },
    });
    given(opened)
      .when(change({ deadline: '2027-07-10' }))
      .then(changed({ deadline: '2027-07-10' }));
    given(opened)
      .when(change({ deadlines: [{ division: '市民課', deadline: '2027-07-10' }] }))
      .then(changed({ deadlines: [...days.deadlines, { division: '市民課', deadline: '2027-07-10' }] }));
    given(opened)
      .when(change({ reason: ' ' }))
      .thenRefused('REASON_REQUIRED');
    given().when(change({})).thenRefused('ROUND_NOT_OPEN', ['input', 'period']);
    given(opened, closedRound).when(change({})).thenRefused('COLLECTION_CLOSED', ['input', 'period']);
  });

  it('closes a round, and reopens it with a reason', () => {
    const reopen = asked({ kind: 'reopenRound', period: 'ANNUAL', reason: '未提出の課がある' });
    given(opened)
      .when(asked({ kind: 'closeRound', period: 'ANNUAL' }))
      .then(closedRound);
    given(opened, closedRound)
      .when(reopen)
      .then({
        type: 'RoundReopened',
        effectiveOn: today,
        data: { ...of, period: 'ANNUAL', ...days, reason: '未提出の課がある' },
      });
    given(opened).when(reopen).thenRefused('ROUND_NOT_CLOSED');
    given(opened, closedRound, closed).when(reopen).thenRefused('REVIEW_CLOSED');
  });

  it('closes with the last day of the year, and what is known then; rounds that are open close with it', () => {
    const close = asked({ kind: 'close', known });
    given().when(close).then(closed);
    given(opened).when(close).then(closedRound, closed);
    given(opened, closedRound).when(close).then(closed);
    given(closed).when(close).thenRefused('REVIEW_CLOSED', ['input', 'fiscalYear']);
    given()
      .when({ ...close, today: '2027-03-30' })
      .thenRefused('EFFECTIVE_IN_FUTURE', ['input', 'effectiveOn']);
    given()
      .when(asked({ kind: 'close', known, effectiveOn: '2026-03-31' }))
      .thenRefused('EFFECTIVE_OUTSIDE_YEAR', ['input', 'effectiveOn']);
  });

  it('is reopened with a reason', () => {
    const reopened: ReviewEvent = { type: 'ReviewReopened', effectiveOn: today, data: { ...of, reason: '集計の誤り' } };
    given(closed)
      .when(asked({ kind: 'reopen', reason: '集計の誤り' }))
      .then(reopened);
    given(closed, reopened)
      .when(asked({ kind: 'close', known }))
      .then(closed);
    given()
      .when(asked({ kind: 'reopen', reason: 'x' }))
      .thenRefused('REVIEW_NOT_CLOSED');
    given(closed)
      .when(asked({ kind: 'reopen', reason: ' ' }))
      .thenRefused('REASON_REQUIRED');
  });

  it('takes reports of a period as long as neither it nor the round is closed', () => {
    const state = (...events: ReviewEvent[]) =>
      events.reduce((before, event) => review.evolve(before, event as never), review.initial);
    expect(isCollected(state(), 'ANNUAL')).toBe(false);
    expect(isCollected(state(opened), 'ANNUAL')).toBe(false);
    expect(isCollected(state(opened, closedRound), 'ANNUAL')).toBe(true);
    expect(isCollected(state(opened, closedRound), 'HALF1')).toBe(false);
    expect(isCollected(state(closed), 'HALF1')).toBe(true);
  });
});

describe('The evaluation of a measure', () => {
  const { given } = specification(evaluation);
  const about = { ...of, measureNo: '1-1-5', by: 'CONFIRMED' as const };
  const asked = (order: EvaluationOrder, isReviewClosed = false): EvaluationCommand => ({
    plan: PLAN,
    ...about,
    today,
    isReviewClosed,
    ...order,
  });
  const evaluated = (code: string, more: { corrects?: number; reason?: string } = {}): EvaluationEvent => ({
    type: 'MeasureEvaluated',
    effectiveOn: '2027-03-31',
    data: {
      ...about,
      rating: { scale: SCALE_1.key, version: 1, code },
      comment: undefined,
      corrects: more.corrects === undefined ? undefined : entryRef(more.corrects),
      reason: more.reason,
    },
  });

  it('is a fact of the last day of the year, in the words of the scale', () => {
    given()
      .when(asked({ kind: 'evaluate', rating: '継続' }))
      .then(evaluated('継続'));
    given()
      .when(asked({ kind: 'evaluate', rating: 'A' }))
      .thenRefused('UNKNOWN_STATUS', ['input', 'rating']);
    given()
      .when(asked({ kind: 'evaluate', rating: '継続', scaleVersion: 7 }))
      .thenRefused('SCALE_VERSION_MISMATCH');
  });

  it('is replaced, or given after the closing, with a reason', () => {
    given(evaluated('継続'))
      .when(asked({ kind: 'evaluate', rating: '調整' }))
      .thenRefused('REASON_REQUIRED');
    given(evaluated('継続'))
      .when(asked({ kind: 'evaluate', rating: '調整', reason: '再確認' }))
      .then(evaluated('調整', { corrects: 0, reason: '再確認' }));
    given()
      .when(asked({ kind: 'evaluate', rating: '継続' }, true))
      .thenRefused('REASON_REQUIRED');
  });

  it('is withdrawn with a reason', () => {
    given(evaluated('継続'))
      .when(asked({ kind: 'withdraw', reason: '別の施策' }))
      .then({
        type: 'EvaluationWithdrawn',
        effectiveOn: '2027-03-31',
        data: { ...about, withdraws: entryRef(0), reason: '別の施策' },
      });
    given()
      .when(asked({ kind: 'withdraw', reason: 'x' }))
      .thenRefused('ENTRY_NOT_FOUND');
  });
});
