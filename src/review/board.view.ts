import type { Day } from '../calendar/day.js';
import { firstDayOf, type FiscalYear } from '../calendar/fiscal-year.js';
import type { DivisionView } from '../directory/directory.view.js';
import { measureIn, type MeasureView, type PlanView } from '../plan/plan.view.js';
import type { VersionedCodeView } from '../plan/scale.view.js';
import { daysOf, type Period, type ReportRef } from '../progress/report.events.js';
import type { MeasureReports, ReportStage, ReportView } from '../progress/report.view.js';
import { EVALUATORS, type Evaluator } from './review.events.js';
import type { RoundView } from './review.view.js';

export type AnswerState = 'DUE' | 'LATE' | 'SUBMITTED' | 'RETURNED' | 'APPROVED';

export interface BoardCell {
  readonly measure: MeasureView;
  readonly state: AnswerState;
  /** The day on which it was first handed in; `null`: it was not. */
  readonly handedInOn: Day | null;
  /** Handed in after the deadline, or not yet although that has passed. */
  readonly isLate: boolean;
}

/** What a division is to report in a round, and how far it is. */
export interface BoardRow {
  readonly division: DivisionView;
  readonly deadline: Day;
  readonly cells: readonly BoardCell[];
}

/**
 * Who is to answer for what, division by division.
 *
 * @param then the plan as of the last day of the year, or before: who is to answer
 * @param now the plan today: how far they are
 * @param handedInOn the day on which a report was first handed in, for who asks whether it was late
 */
export function boardOf(
  then: PlanView,
  now: PlanView,
  { fiscalYear, period, deadline, deadlines }: RoundView,
  today: Day,
  handedInOn: (of: Omit<ReportRef, 'planKey'>) => Day | undefined = () => undefined,
): BoardRow[] {
  const rows = new Map<string, { division: DivisionView; deadline: Day; cells: BoardCell[] }>();
  for (const measure of reportable(then, fiscalYear, period)) {
    const { approved, atWork } = reportsIn(now, measure);
    for (const division of toAnswer(then, measure, approved, fiscalYear, period)) {
      const { key } = division;
      const own = deadlines.find((one) => one.division === key)?.deadline ?? deadline;
      const row = rows.get(key) ?? { division, deadline: own, cells: [] };
      const report = reportBy(atWork, fiscalYear, period, key);
      const on = report && handedInOn({ measureNo: measure.no, fiscalYear, period, division: key });
      const isLate = (on ?? today) > own;
      row.cells.push({ measure, state: stateOf(report?.stage, today > own), handedInOn: on ?? null, isLate });
      rows.set(key, row);
    }
  }
  return [...rows.values()].sort((a, b) => a.division.key.localeCompare(b.division.key, 'ja'));
}

/**
 * The divisions behind the owners. An approved answer of a collective owner itself stands for those behind it: these are
 * asked no more, and counted where they have answered all the same.
 */
function toAnswer(
  { directory }: PlanView,
  { owners, answering }: MeasureView,
  approved: readonly ReportView[],
  fiscalYear: FiscalYear,
  period: Period,
): readonly DivisionView[] {
  const hasAnswered = ({ key }: DivisionView): boolean => reportBy(approved, fiscalYear, period, key) !== undefined;
  const asOne = owners.filter((owner) => owner.isCollective && hasAnswered(owner));
  const behind = directory.answering(asOne);
  const others = answering.filter((one) => !behind.includes(one) || owners.includes(one) || hasAnswered(one));
  return [...new Set([...asOne, ...others])];
}

const reportsIn = (now: PlanView, { no, reports }: MeasureView): MeasureReports =>
  measureIn(now, no)?.reports ?? reports;

function stateOf(stage: ReportStage | undefined, isLate: boolean): AnswerState {
  if (stage === 'SUBMITTED' || stage === 'RETURNED' || stage === 'APPROVED') return stage;
  return isLate ? 'LATE' : 'DUE';
}

/** Of a measure that several divisions answer for: what they said, taken together. */
export interface RollUpView {
  readonly expected: number;
  readonly approved: number;
  readonly missing: readonly DivisionView[];
  readonly ratings: readonly RatingCount[];
}

export interface RatingCount {
  /** `null`: not rated. */
  readonly rating: VersionedCodeView | null;
  readonly count: number;
}

/** @param then the plan as of the last day of the year, or before: who was to answer */
export function rollUpOf(
  then: PlanView | null,
  { no, reports: { approved } }: MeasureView,
  fiscalYear: FiscalYear,
  period: Period,
): RollUpView {
  const measure = then && measureIn(then, no);
  const isOf = measure && isAsked(measure, fiscalYear, period);
  const asked = isOf ? toAnswer(then, measure, approved, fiscalYear, period) : [];
  const said = asked.map(({ key }) => reportBy(approved, fiscalYear, period, key));
  return {
    expected: asked.length,
    approved: said.filter((report) => report !== undefined).length,
    missing: asked.filter((_, i) => said[i] === undefined),
    ratings: countRatings(said.flatMap((report) => (report ? [report.rating] : []))),
  };
}

export interface RatingsView {
  /** `SELF`: the divisions' own, of measures that one division answers for. */
  readonly by: 'SELF' | Evaluator;
  /** Of all planned measures that had not ended before the year. */
  readonly counts: readonly RatingCount[];
}

/**
 * How the year's measures were rated: by the divisions, by the secretariat, by the committee, each for itself.
 *
 * @param then the plan at the end of the year, or before: its measures and who answers for them
 * @param now the plan as asked about, with what was said since
 */
export function ratingsOf(then: PlanView, now: PlanView, fiscalYear: FiscalYear): RatingsView[] {
  const measures = reportable(then, fiscalYear, 'ANNUAL')
    .filter(({ isPlanned }) => isPlanned)
    .map((measure) => ({ ...measure, ...saidOf(now, measure.no) }));
  const self = measures.map(({ answering, reports }) => {
    const [only] = answering;
    return answering.length === 1 && only
      ? (reportBy(reports?.approved ?? [], fiscalYear, 'ANNUAL', only.key)?.rating ?? null)
      : null;
  });
  const by = (evaluator: Evaluator) =>
    measures.map(
      ({ evaluations }) =>
        evaluations?.find((one) => one.fiscalYear === fiscalYear && one.by === evaluator)?.rating ?? null,
    );
  return [
    { by: 'SELF', counts: countRatings(self) },
    ...EVALUATORS.map((evaluator) => ({ by: evaluator, counts: countRatings(by(evaluator)) })),
  ];
}

const saidOf = (plan: PlanView, no: string) => {
  const { reports, evaluations } = measureIn(plan, no) ?? {};
  return { reports, evaluations };
};

const reportable = (
  { measures, succeeded, unplanned }: PlanView,
  fiscalYear: FiscalYear,
  period: Period,
): MeasureView[] => [...measures, ...succeeded, ...unplanned].filter((measure) => isAsked(measure, fiscalYear, period));

/** It had not ended, or given way, before the year began, and was there in the period. */
function isAsked({ ending, succession, beginsOn }: MeasureView, fiscalYear: FiscalYear, period: Period): boolean {
  const [, end] = daysOf(fiscalYear, period);
  const isThere = [ending, succession].every((ended) => !ended || ended.since > firstDayOf(fiscalYear));
  return isThere && (beginsOn ?? end) <= end;
}

const reportBy = (
  reports: readonly ReportView[],
  fiscalYear: FiscalYear,
  period: Period,
  division: string,
): ReportView | undefined =>
  reports.find((one) => one.fiscalYear === fiscalYear && one.period === period && one.of.division === division);

function countRatings(ratings: readonly (VersionedCodeView | null)[]): RatingCount[] {
  const counts = new Map<string, { rating: VersionedCodeView | null; count: number }>();
  for (const rating of ratings) {
    const key = rating ? `${String(rating.scaleVersion)} ${rating.code}` : '';
    const found = counts.get(key) ?? { rating, count: 0 };
    found.count++;
    counts.set(key, found);
  }
  const order = ({ rating }: RatingCount): number => rating?.order ?? Number.MAX_SAFE_INTEGER;
  return [...counts.values()].sort((a, b) => order(a) - order(b));
}
