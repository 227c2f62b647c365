import type { Day } from '../calendar/day.js';
import type { FiscalYear } from '../calendar/fiscal-year.js';
import type { Facts } from '../eventsourcing/timeline.js';
import { measureSubject } from '../plan/plan.events.js';
import { codeIn, type ScaleView, type VersionedCodeView } from '../plan/scale.view.js';
import { PERIODS, type Period } from '../progress/report.events.js';
import {
  CLOSING,
  EVALUATION,
  reviewSubject,
  ROUND,
  type ClosingValue,
  type EvaluationValue,
  type Evaluator,
  type RoundValue,
} from './review.events.js';

export interface RoundView extends RoundValue {
  readonly period: Period;
  readonly fiscalYear: FiscalYear;
}

/** The review of a fiscal year, as of one point. */
export interface ReviewView {
  readonly fiscalYear: FiscalYear;
  readonly rounds: readonly RoundView[];
  readonly isClosed: boolean;
  /** What is reported; `null` while it is open. */
  readonly pinned: { readonly effectiveOn: Day; readonly position: string } | null;
  /** Id of the event that closed it, while it is closed. */
  readonly closedBy: string | null;
}

/** `null`: neither reports have been collected nor a review closed. */
export function reviewOf(facts: Facts, fiscalYear: FiscalYear): ReviewView | null {
  const subject = reviewSubject(fiscalYear);
  const rounds = PERIODS.flatMap((period): RoundView[] => {
    const round = facts.get<RoundValue>(subject, ROUND + period)?.value;
    return round ? [{ period, fiscalYear, ...round }] : [];
  });
  const closing = facts.get<ClosingValue>(subject, CLOSING);
  if (rounds.length === 0 && !closing) return null;
  const pinned = closing?.value.pinned ?? null;
  return { fiscalYear, rounds, isClosed: pinned !== null, pinned, closedBy: pinned && (closing?.eventId ?? null) };
}

export interface EvaluationView {
  readonly fiscalYear: FiscalYear;
  readonly by: Evaluator;
  readonly rating: VersionedCodeView;
  readonly comment: string | null;
  /** Why it took the place of another. */
  readonly reason: string | null;
  readonly entryId: string;
  readonly recordedAt: Date;
}

/** By year and by whom. */
export function evaluationsOf(facts: Facts, measureNo: string, scales: readonly ScaleView[]): EvaluationView[] {
  return facts
    .entries<EvaluationValue>(measureSubject(measureNo), EVALUATION)
    .map(({ attribute, value, effectiveFrom, eventId, recordedAtMs }): EvaluationView => {
      const [, year = '', by = ''] = attribute.split('/');
      const { scale: key, version, code } = value.rating;
      return {
        fiscalYear: Number(year),
        by: by as Evaluator,
        rating: codeIn(scales, code, { key, version }, effectiveFrom),
        comment: value.comment ?? null,
        reason: value.reason ?? null,
        entryId: eventId,
        recordedAt: new Date(recordedAtMs),
      };
    })
    .sort((a, b) => a.fiscalYear - b.fiscalYear || a.by.localeCompare(b.by));
}
