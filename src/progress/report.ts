import type { Day } from '../calendar/day.js';
import { compareDecimals } from '../calendar/decimal.js';
import { firstDayOf, lastDayOf } from '../calendar/fiscal-year.js';
import { saysSomething } from '../calendar/text.js';
import type { EntryRef } from '../eventsourcing/catalogue.js';
import type { Decider } from '../eventsourcing/decider.js';
import { inScale, reasonFor, scaleOn, type PlanRules } from '../plan/plan.js';
import { refuse, Refusal, type ProblemCode } from '../problems.js';
import { daysOf, type ReportContent, type ReportEvent, type ReportRef } from './report.events.js';

/** A report as it is written: the rating is a code, its scale the one in force. */
export interface WrittenReport extends Omit<ReportContent, 'rating'> {
  readonly rating?: string | undefined;
  /** Only if this is the version in force. */
  readonly scaleVersion?: number | undefined;
}

interface When {
  /** Default: the last day of its period, or today while that has not come. */
  readonly effectiveOn?: Day | undefined;
}

/** What is to be recorded. */
export type ReportOrder = When &
  (
    | { readonly kind: 'draft'; readonly written: WrittenReport }
    /** `written`: what is submitted; default: the draft. */
    | { readonly kind: 'submit'; readonly written?: WrittenReport | undefined; readonly reason?: string | undefined }
    | { readonly kind: 'return'; readonly reason: string }
    | { readonly kind: 'approve' }
    | { readonly kind: 'correct'; readonly written: WrittenReport; readonly reason: string }
    | { readonly kind: 'withdraw'; readonly reason: string }
    | { readonly kind: 'comment'; readonly text: string }
  );

export type ReportCommand = ReportOrder & {
  readonly plan: PlanRules;
  readonly of: ReportRef;
  readonly today: Day;
  /** The first day of the measure. */
  readonly beginsOn: Day;
  /** The collection it belongs to has ended: only corrections are taken. */
  readonly isClosed: boolean;
};

export interface ReportState {
  readonly stage: 'none' | 'draft' | 'submitted' | 'returned' | 'approved' | 'withdrawn';
  /** As last drafted, submitted, returned or approved. */
  readonly content: ReportContent | undefined;
  /** Why the one to be approved takes the place of the approved one. */
  readonly reason: string | undefined;
  readonly approved: EntryRef | undefined;
  readonly lastDay: Day;
}

/** draft → submitted → returned or approved; what was approved is corrected or withdrawn, never overwritten. */
export const report: Decider<ReportCommand, ReportState, ReportEvent> = {
  initial: { stage: 'none', content: undefined, reason: undefined, approved: undefined, lastDay: '' },

  evolve(state, event) {
    const { id: eventId, revision, effectiveOn: lastDay } = event;
    switch (event.type) {
      case 'ReportDrafted':
        return { ...state, stage: 'draft', content: event.data.content, lastDay };
      case 'ReportSubmitted': {
        const { content, reason } = event.data;
        return { ...state, stage: 'submitted', content, reason, lastDay };
      }
      case 'ReportReturned':
        return { ...state, stage: 'returned', lastDay };
      case 'ReportApproved':
      case 'ReportCorrected':
        return {
          stage: 'approved',
          content: event.data.content,
          reason: undefined,
          approved: { eventId, revision },
          lastDay,
        };
      case 'ReportWithdrawn':
        return { ...state, stage: 'withdrawn', approved: undefined, lastDay };
      case 'ReportCommented':
        return state;
    }
  },

  decide(command, state) {
    const { plan, of, today, isClosed } = command;
    const effectiveOn = dayOf(command, state);
    const { stage, approved } = state;
    if (isClosed && command.kind !== 'correct' && command.kind !== 'withdraw' && command.kind !== 'comment')
      throw new Refusal('COLLECTION_CLOSED', ['input', 'fiscalYear'], String(of.fiscalYear));
    const content = (written: WrittenReport): ReportContent => contentOf(written, plan, effectiveOn);
    const stands = (...stages: ReportState['stage'][]): void => {
      if (!stages.includes(stage)) throw new Refusal('REPORT_NOT_AT_THIS_STAGE', ['input', 'measureNo'], stage);
    };

    switch (command.kind) {
      case 'draft':
        stands('none', 'draft', 'returned', 'approved', 'withdrawn');
        return [{ type: 'ReportDrafted', effectiveOn, data: { ...of, content: content(command.written) } }];
      case 'submit': {
        stands('none', 'draft', 'returned', 'approved', 'withdrawn');
        const submitted = command.written ? content(command.written) : state.content;
        if (!submitted || (stage === 'approved' && !command.written))
          throw new Refusal('REPORT_NOT_WRITTEN', ['input', 'results']);
        requireWhole(submitted, plan, effectiveOn);
        // What the public has read is not replaced without a word.
        const reason = approved ? reasonFor(command.reason) : command.reason;
        return [{ type: 'ReportSubmitted', effectiveOn, data: { ...of, content: submitted, reason } }];
      }
      case 'return': {
        stands('submitted');
        const data = { ...of, content: written(state), reason: reasonFor(command.reason) };
        return [{ type: 'ReportReturned', effectiveOn, data }];
      }
      case 'approve': {
        stands('submitted');
        const data = { ...of, content: written(state), corrects: approved, reason: state.reason };
        return [{ type: 'ReportApproved', effectiveOn, data }];
      }
      case 'correct': {
        if (!approved) throw new Refusal('REPORT_NOT_AT_THIS_STAGE', ['input', 'measureNo'], stage);
        const corrected = content(command.written);
        requireWhole(corrected, plan, effectiveOn);
        const data = { ...of, content: corrected, corrects: approved, reason: reasonFor(command.reason) };
        return [{ type: 'ReportCorrected', effectiveOn, data }];
      }
      case 'withdraw': {
        if (!approved) throw new Refusal('REPORT_NOT_AT_THIS_STAGE', ['input', 'measureNo'], stage);
        return [
          {
            type: 'ReportWithdrawn',
            effectiveOn,
            data: { ...of, withdraws: approved, reason: reasonFor(command.reason) },
          },
        ];
      }
      case 'comment':
        if (stage === 'none') throw new Refusal('REPORT_NOT_AT_THIS_STAGE', ['input', 'measureNo'], stage);
        if (!saysSomething(command.text)) throw new Refusal('INVALID_INPUT', ['input', 'text']);
        return [{ type: 'ReportCommented', effectiveOn: today, data: { ...of, text: command.text } }];
    }
  },
};

/** Days of one report do not go backwards: what was said last is what holds. */
function dayOf({ plan, of, today, beginsOn, effectiveOn }: ReportCommand, { lastDay }: ReportState): Day {
  const { fiscalYear, period } = of;
  if (fiscalYear < plan.period.from || fiscalYear > plan.period.to)
    throw new Refusal('FISCAL_YEAR_OUTSIDE_PLAN', ['input', 'fiscalYear'], String(fiscalYear));
  if (firstDayOf(fiscalYear) > today)
    throw new Refusal('EFFECTIVE_IN_FUTURE', ['input', 'fiscalYear'], String(fiscalYear));
  const [begin, end] = daysOf(fiscalYear, period);
  if (begin > today) throw new Refusal('EFFECTIVE_IN_FUTURE', ['input', 'period'], `${begin} > ${today}`);
  if (end < beginsOn) {
    const field = lastDayOf(fiscalYear) < beginsOn ? 'fiscalYear' : 'period';
    throw new Refusal('EFFECTIVE_BEFORE_MEASURE', ['input', field], `${end} < ${beginsOn}`);
  }
  const usual = end < today ? end : today;
  const day = effectiveOn ?? (usual < lastDay ? lastDay : usual);
  if (day > today) throw new Refusal('EFFECTIVE_IN_FUTURE', ['input', 'effectiveOn'], day);
  if (day < beginsOn) throw new Refusal('EFFECTIVE_BEFORE_MEASURE', ['input', 'effectiveOn'], `${day} < ${beginsOn}`);
  if (day < firstDayOf(fiscalYear)) throw new Refusal('EFFECTIVE_OUTSIDE_YEAR', ['input', 'effectiveOn'], day);
  if (day < lastDay) throw new Refusal('EFFECTIVE_BEFORE_LAST_ENTRY', ['input', 'effectiveOn'], `${day} < ${lastDay}`);
  return day;
}

/** What is said of each text that is given and says nothing. */
const BLANK = {
  results: 'REPORT_NOT_WRITTEN',
  issues: 'INVALID_INPUT',
  nextSteps: 'INVALID_INPUT',
  ratingReason: 'REASON_REQUIRED',
  cause: 'CAUSE_REQUIRED',
  action: 'CAUSE_REQUIRED',
  response: 'INVALID_INPUT',
  remarks: 'INVALID_INPUT',
} as const satisfies Partial<Record<keyof ReportContent, ProblemCode>>;

function contentOf({ rating: code, scaleVersion, ...said }: WrittenReport, plan: PlanRules, day: Day): ReportContent {
  for (const [field, problem] of Object.entries(BLANK)) {
    const text = said[field as keyof typeof BLANK];
    if (text !== undefined && !saysSomething(text)) throw new Refusal(problem, ['input', field]);
  }
  for (const field of ['budget', 'expenditure'] as const) {
    const thousands = said[field];
    if (thousands !== undefined && compareDecimals(thousands, '0') < 0)
      throw new Refusal('INVALID_INPUT', ['input', field], thousands);
  }
  if (code === undefined) return said;
  const { key: scale, version } = inScale(scaleOn(day, plan), code, scaleVersion, 'rating');
  return { ...said, rating: { scale, version, code } };
}

/** A rating says why; a poor one its cause and what is done about it. All that is missing is told at once. */
function requireWhole(content: ReportContent, plan: PlanRules, day: Day): void {
  const { rating } = content;
  const isPoor = rating !== undefined && scaleOn(day, plan).poor.includes(rating.code);
  const musts = {
    rating: 'RATING_REQUIRED',
    ratingReason: 'REASON_REQUIRED',
    ...(isPoor && ({ cause: 'CAUSE_REQUIRED', action: 'CAUSE_REQUIRED' } as const)),
  } as const satisfies Partial<Record<keyof ReportContent, ProblemCode>>;
  const missing = Object.entries(musts).filter(([field]) => content[field as keyof typeof musts] === undefined);
  refuse(
    missing.map(
      ([field, code]) => new Refusal(code, ['input', field], code === 'CAUSE_REQUIRED' ? rating?.code : undefined),
    ),
  );
}

function written({ content }: ReportState): ReportContent {
  if (!content) throw new Error('a report that was submitted has no content');
  return content;
}
