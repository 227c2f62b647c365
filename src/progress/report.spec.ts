import { entryRef, PLAN, SCALE_1, specification } from '../../test/support/specification.js';
import type { ReportContent, ReportEvent, ReportRef } from './report.events.js';
import { report, type ReportCommand, type ReportOrder, type WrittenReport } from './report.js';

const { given } = specification(report);

const of: ReportRef = {
  planKey: 'toride-5',
  measureNo: '1-1-5',
  fiscalYear: 2026,
  period: 'ANNUAL',
  division: '国保年金課',
};
const today = '2026-11-26';
const written: WrittenReport = { results: '予約の6割が電子', rating: '継続', ratingReason: '計画どおり', evidence: [] };
const content = (more: Partial<ReportContent> = {}): ReportContent => ({
  results: '予約の6割が電子',
  rating: { scale: SCALE_1.key, version: 1, code: '継続' },
  ratingReason: '計画どおり',
  evidence: [],
  ...more,
});
const asked = (order: ReportOrder, more: Partial<ReportCommand> = {}): ReportCommand =>
  ({ plan: PLAN, of, today, beginsOn: PLAN.adoptedOn, isClosed: false, ...order, ...more }) as ReportCommand;

const drafted: ReportEvent = { type: 'ReportDrafted', effectiveOn: today, data: { ...of, content: content() } };
const submitted = (more: { content?: ReportContent; reason?: string; on?: string } = {}): ReportEvent => ({
  type: 'ReportSubmitted',
  effectiveOn: more.on ?? today,
  data: { ...of, content: more.content ?? content(), reason: more.reason },
});
const returned: ReportEvent = {
  type: 'ReportReturned',
  effectiveOn: today,
  data: { ...of, content: content(), reason: '件数を示してください' },
};
const approved = (more: { content?: ReportContent; corrects?: number; reason?: string } = {}): ReportEvent => ({
  type: 'ReportApproved',
  effectiveOn: today,
  data: {
    ...of,
    content: more.content ?? content(),
    corrects: more.corrects === undefined ? undefined : entryRef(more.corrects),
    reason: more.reason,
  },
});

describe('A report', () => {
  it('says what it has cost, never less than nothing', () => {
    const money = { budget: '1200', expenditure: '1187.5' };
    given()
      .when(asked({ kind: 'draft', written: { ...written, ...money } }))
      .then({ ...drafted, data: { ...of, content: content(money) } });
    given()
      .when(asked({ kind: 'draft', written: { ...written, expenditure: '-1' } }))
      .thenRefused('INVALID_INPUT');
  });

  it('is drafted as often as one likes, and submitted as the draft stands, or as given', () => {
    given()
      .when(asked({ kind: 'draft', written }))
      .then(drafted);
    given(drafted)
      .when(asked({ kind: 'draft', written }))
      .then(drafted);
    given(drafted)
      .when(asked({ kind: 'submit' }))
      .then(submitted());
    given()
      .when(asked({ kind: 'submit', written }))
      .then(submitted());
  });

  it('is returned with a reason, and submitted again', () => {
    given(submitted())
      .when(asked({ kind: 'return', reason: '件数を示してください' }))
      .then(returned);
    given(submitted())
      .when(asked({ kind: 'return', reason: ' ' }))
      .thenRefused('REASON_REQUIRED');
    given(submitted(), returned)
      .when(asked({ kind: 'submit', written }))
      .then(submitted());
  });

  it('is approved as it was submitted', () => {
    given(submitted())
      .when(asked({ kind: 'approve' }))
      .then(approved());
  });

  it('is handled at its stage only', () => {
    const stage = 'REPORT_NOT_AT_THIS_STAGE';
    given()
      .when(asked({ kind: 'approve' }))
      .thenRefused(stage);
    given(drafted)
      .when(asked({ kind: 'approve' }))
      .thenRefused(stage);
    given(drafted)
      .when(asked({ kind: 'return', reason: 'x' }))
      .thenRefused(stage);
    given(submitted())
      .when(asked({ kind: 'draft', written }))
      .thenRefused(stage);
    given(submitted())
      .when(asked({ kind: 'submit', written }))
      .thenRefused(stage);
    given(submitted(), returned)
      .when(asked({ kind: 'approve' }))
      .thenRefused(stage);
    given()
      .when(asked({ kind: 'comment', text: '?' }))
      .thenRefused(stage);
    given(submitted())
      .when(asked({ kind: 'correct', written, reason: 'x' }))
      .thenRefused(stage);
  });

  it('holds from the last day of its period, or today while that has not come', () => {
    const late = { ...of, fiscalYear: 2025 };
    given()
      .when(asked({ kind: 'submit', written }, { of: late }))
      .then({
        type: 'ReportSubmitted',
        effectiveOn: '2026-03-31',
        data: { ...late, content: content(), reason: undefined },
      });
    const half = { ...of, period: 'HALF1' as const };
    given()
      .when(asked({ kind: 'submit', written }, { of: half }))
      .then({
        type: 'ReportSubmitted',
        effectiveOn: '2026-09-30',
        data: { ...half, content: content(), reason: undefined },
      });
    given()
      .when(asked({ kind: 'submit', written }, { of: { ...of, fiscalYear: 2027 } }))
      .thenRefused('EFFECTIVE_IN_FUTURE', ['input', 'fiscalYear']);
    given()
      .when(asked({ kind: 'submit', written }, { of: { ...of, fiscalYear: 2028 } }))
      .thenRefused('FISCAL_YEAR_OUTSIDE_PLAN', ['input', 'fiscalYear']);
  });

  it('does not go back in time', () => {
    given(submitted())
      .when(asked({ kind: 'approve', effectiveOn: '2026-11-25' }))
      .thenRefused('EFFECTIVE_BEFORE_LAST_ENTRY', ['input', 'effectiveOn']);
    given()
      .when(asked({ kind: 'submit', written, effectiveOn: '2026-03-31' }))
      .thenRefused('EFFECTIVE_OUTSIDE_YEAR', ['input', 'effectiveOn']);
    given()
      .when(asked({ kind: 'submit', written, effectiveOn: '2026-11-27' }))
      .thenRefused('EFFECTIVE_IN_FUTURE', ['input', 'effectiveOn']);
  });
});

describe('The rating of a report', () => {
  const rated = (rating: string, more: object = {}) =>
    asked({ kind: 'submit', written: { ...written, rating, ...more } });

  it('is in the words of the scale in force, and says why', () => {
    given().when(rated('完成')).thenRefused('UNKNOWN_STATUS', ['input', 'rating']);
    given()
      .when(rated('継続', { scaleVersion: 2 }))
      .thenRefused('SCALE_VERSION_MISMATCH', ['input', 'scaleVersion']);
    given()
      .when(rated('継続', { ratingReason: ' ' }))
      .thenRefused('REASON_REQUIRED', ['input', 'ratingReason']);
    const { rating: _, ...unrated } = written;
    given()
      .when(asked({ kind: 'submit', written: unrated }))
      .thenRefused('RATING_REQUIRED', ['input', 'rating']);
    given()
      .when(asked({ kind: 'draft', written: unrated }))
      .then({
        ...drafted,
        data: { ...of, content: { results: written.results, ratingReason: '計画どおり', evidence: [] } },
      });
  });

  it('asks a poor result for its cause and what is done about it', () => {
    given().when(rated('停滞')).thenRefused('CAUSE_REQUIRED', ['input', 'cause']);
    given()
      .when(rated('停滞', { cause: '人手不足' }))
      .thenRefused('CAUSE_REQUIRED', ['input', 'action']);
    given()
      .when(rated('停滞', { cause: '人手不足', action: '委託' }))
      .then(
        submitted({
          content: content({
            rating: { scale: SCALE_1.key, version: 1, code: '停滞' },
            cause: '人手不足',
            action: '委託',
          }),
        }),
      );
  });
});

describe('What was approved', () => {
  it('is replaced by a new report only with a reason, and stands until that is approved', () => {
    given(submitted(), approved())
      .when(asked({ kind: 'submit', written }))
      .thenRefused('REASON_REQUIRED');
    given(submitted(), approved())
      .when(asked({ kind: 'submit', written, reason: '集計漏れ' }))
      .then(submitted({ reason: '集計漏れ' }));
    given(submitted(), approved(), submitted({ reason: '集計漏れ' }))
      .when(asked({ kind: 'approve' }))
      .then(approved({ corrects: 1, reason: '集計漏れ' }));
  });

  it('is corrected at once with a reason, and corrected again', () => {
    const corrected: ReportEvent = {
      type: 'ReportCorrected',
      effectiveOn: today,
      data: { ...of, content: content(), corrects: entryRef(1), reason: '誤記' },
    };
    given(submitted(), approved())
      .when(asked({ kind: 'correct', written, reason: '誤記' }))
      .then(corrected);
    given(submitted(), approved(), corrected)
      .when(asked({ kind: 'correct', written, reason: '誤記' }))
      .then({ ...corrected, data: { ...of, content: content(), corrects: entryRef(2), reason: '誤記' } });
  });

  it('is withdrawn with a reason, once', () => {
    const withdrawn: ReportEvent = {
      type: 'ReportWithdrawn',
      effectiveOn: today,
      data: { ...of, withdraws: entryRef(1), reason: '別の施策の報告' },
    };
    const withdraw = asked({ kind: 'withdraw', reason: '別の施策の報告' });
    given(submitted(), approved()).when(withdraw).then(withdrawn);
    given(submitted(), approved(), withdrawn).when(withdraw).thenRefused('REPORT_NOT_AT_THIS_STAGE');
  });
});

it('A report is of no period that has not begun', () => {
  given()
    .when(asked({ kind: 'draft', written }, { of: { ...of, period: 'Q4' } }))
    .thenRefused('EFFECTIVE_IN_FUTURE', ['input', 'period']);
});

describe('What a report says', () => {
  const NOTHING = ['', ' ', '　', '\u200b', '\u3164'];

  it('says something: results, cause and action of a poor rating, and what else is given', () => {
    const poor = { ...written, rating: '停滞', cause: '人手不足', action: '委託' };
    const refusals = [
      ['results', 'REPORT_NOT_WRITTEN'],
      ['ratingReason', 'REASON_REQUIRED'],
      ['cause', 'CAUSE_REQUIRED'],
      ['action', 'CAUSE_REQUIRED'],
      ['issues', 'INVALID_INPUT'],
      ['nextSteps', 'INVALID_INPUT'],
    ] as const;
    for (const [field, code] of refusals)
      for (const blank of NOTHING)
        for (const kind of ['draft', 'submit'] as const)
          given()
            .when(asked({ kind, written: { ...poor, [field]: blank } }))
            .thenRefused(code, ['input', field]);
  });

  it('and so does a comment', () => {
    for (const text of NOTHING)
      given(submitted())
        .when(asked({ kind: 'comment', text }))
        .thenRefused('INVALID_INPUT', ['input', 'text']);
  });
});

describe('A report on what began within the year', () => {
  const began = (more: Partial<ReportCommand>): ReportCommand =>
    asked({ kind: 'submit', written }, { beginsOn: '2026-10-01', ...more });

  it('is of the year in which it began, and of those that follow', () => {
    given().when(began({})).then(submitted());
    given()
      .when(began({ of: { ...of, fiscalYear: 2025 } }))
      .thenRefused('EFFECTIVE_BEFORE_MEASURE', ['input', 'fiscalYear']);
  });

  it('is of no period before it, and of no day', () => {
    given()
      .when(began({ of: { ...of, period: 'HALF1' } }))
      .thenRefused('EFFECTIVE_BEFORE_MEASURE', ['input', 'period']);
    given()
      .when(began({ effectiveOn: '2026-09-30' }))
      .thenRefused('EFFECTIVE_BEFORE_MEASURE', ['input', 'effectiveOn']);
  });
});

describe('After the collection has closed', () => {
  it('only corrections, withdrawals and comments are taken', () => {
    for (const order of [
      { kind: 'draft', written },
      { kind: 'submit', written },
    ] satisfies ReportOrder[])
      given()
        .when(asked(order, { isClosed: true }))
        .thenRefused('COLLECTION_CLOSED', ['input', 'fiscalYear']);
    given(submitted())
      .when(asked({ kind: 'approve' }, { isClosed: true }))
      .thenRefused('COLLECTION_CLOSED');
    given(submitted(), approved())
      .when(asked({ kind: 'correct', written, reason: '誤記' }, { isClosed: true }))
      .then({
        type: 'ReportCorrected',
        effectiveOn: today,
        data: { ...of, content: content(), corrects: entryRef(1), reason: '誤記' },
      });
  });
});
