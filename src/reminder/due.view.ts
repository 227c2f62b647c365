import type { Day } from '../calendar/day.js';
import { japaneseFiscalYear, type FiscalYear } from '../calendar/fiscal-year.js';
import type { DivisionView } from '../directory/directory.view.js';
import type { Language } from '../eventsourcing/catalogue.js';
import type { DecisionView } from '../governance/committee.view.js';
import type { PlanView } from '../plan/plan.view.js';
import { PERIOD_WORDS, type Period } from '../progress/report.events.js';
import { boardOf, type AnswerState } from '../review/board.view.js';
import type { RoundView } from '../review/review.view.js';

/** How long before a deadline it is said, unless told otherwise. */
export const DAYS_BEFORE = [7, 1] as const;

interface DueOf {
  readonly division: DivisionView;
  /** The last day on which it is in time. */
  readonly on: Day;
  /** `false`: nothing is asked for any more. */
  readonly isOpen: boolean;
}

/** A division's reports in a round. */
export interface ReportsDue extends DueOf {
  readonly kind: 'reports';
  readonly fiscalYear: FiscalYear;
  readonly period: Period;
  /** Numbers of the measures whose reports are not in, or were returned. */
  readonly missing: readonly string[];
}

/** A follow-up of a decision, with its owner. */
export interface FollowUpDue extends DueOf {
  readonly kind: 'follow-up';
  readonly decision: DecisionView;
  readonly no: number;
  readonly text: string;
}

/** What a division is to have done by a day. */
export type Due = ReportsDue | FollowUpDue;

/** What tells one from all others of a plan, whatever becomes of its day. */
export const nameOf = (due: Due): readonly string[] =>
  due.kind === 'reports'
    ? [due.kind, String(due.fiscalYear), due.period, due.division.key]
    : [due.kind, due.decision.id, String(due.no)];

const NOT_IN: readonly AnswerState[] = ['DUE', 'LATE', 'RETURNED'];

/**
 * All that was ever due of a plan, as far as it still stands: by round and division, then by decision.
 *
 * @param atWork the plan as of the end of a fiscal year, or today: who answers for what in its rounds
 */
export function duesOf(plan: PlanView, atWork: (fiscalYear: FiscalYear) => PlanView | null | undefined): Due[] {
  const today = plan.asOf.effectiveOn;
  const rounds: RoundView[] = [...plan.reviews.values()].flatMap((review) => review.rounds);
  const reports = rounds.flatMap((round) => {
    const then = atWork(round.fiscalYear);
    const { fiscalYear, period, isOpen } = round;
    return (then ? boardOf(then, plan, round, today) : []).map(({ division, deadline: on, cells }): ReportsDue => {
      const missing = cells.filter(({ state }) => NOT_IN.includes(state)).map(({ measure }) => measure.no);
      return { kind: 'reports', fiscalYear, period, division, on, isOpen, missing };
    });
  });
  const followUps = plan.committee.view?.followUps ?? [];
  return [
    ...reports,
    ...followUps.map(({ no, text, owner: division, dueOn: on, isOpen, decision }): FollowUpDue => ({
      kind: 'follow-up',
      ...{ decision, no, text, division, on, isOpen },
    })),
  ];
}

/** In a few words: `令和8年度の報告（財政課）`. */
export function titleOf(due: Due): Readonly<Record<Language, string>> {
  const { name } = due.division;
  if (due.kind === 'reports') {
    const [ja, en] = PERIOD_WORDS[due.period];
    return {
      ja: `${japaneseFiscalYear(due.fiscalYear)}${ja}の報告（${name}）`,
      en: `Reports for FY${String(due.fiscalYear)}${en} (${name})`,
    };
  }
  const { no } = due.decision;
  return {
    ja: `決定 ${no} の対応事項 ${String(due.no)}（${name}）`,
    en: `Follow-up ${String(due.no)} of decision ${no} (${name})`,
  };
}

/** What is to be done: for everybody, so nothing of how far a division is. */
export function taskOf(due: Due, plan: PlanView): Readonly<Record<Language, string>> {
  const asked =
    due.kind === 'reports'
      ? { ja: `報告の締切は ${due.on} です。`, en: `Reports are due on ${due.on}.` }
      : { ja: `${due.text}\n期限は ${due.on} です。`, en: `${due.text}\nDue on ${due.on}.` };
  return { ja: `${plan.title}\n${asked.ja}`, en: `${plan.title}\n${asked.en}` };
}
