import type { Day } from '../calendar/day.js';
import type { DivisionView } from '../directory/directory.view.js';
import type { Position } from '../eventsourcing/position.js';
import type { Fact, Facts } from '../eventsourcing/timeline.js';
import { measureSubject } from '../plan/plan.events.js';
import { codeIn, type ScaleView, type VersionedCodeView } from '../plan/scale.view.js';
import {
  COMMENT,
  REPORT,
  reportKey,
  WORK,
  type ApprovedValue,
  type Period,
  type ReportContent,
  type ReportRef,
  type WorkValue,
} from './report.events.js';

export type ReportStage = 'DRAFT' | 'SUBMITTED' | 'RETURNED' | 'APPROVED' | 'WITHDRAWN';

interface ReportContentView extends Omit<ReportContent, 'rating'> {
  readonly rating: VersionedCodeView | null;
}

export interface CommentView {
  readonly id: string;
  readonly planKey: string;
  readonly known: Position;
  readonly position: Position;
  readonly text: string;
  readonly on: Day;
  readonly recordedAt: Date;
}

/** What a division says of a measure for a period of a fiscal year. */
export interface ReportView extends ReportContentView {
  readonly of: ReportRef;
  /** The day of the answer, and the position up to which the ledger is known. */
  readonly day: Day;
  readonly known: Position;
  readonly fiscalYear: number;
  readonly period: Period;
  readonly division: DivisionView;
  readonly stage: ReportStage;
  readonly isCorrection: boolean;
  /** Why it was returned, or takes the place of what was approved before. */
  readonly reason: string | null;
  readonly entryId: string;
  readonly effectiveOn: Day;
  readonly recordedAt: Date;
  readonly comments: readonly CommentView[];
}

export interface MeasureReports {
  /** Every one of which anything was ever said. */
  readonly refs: readonly ReportRef[];
  /** As approved: what everybody may read. */
  readonly approved: readonly ReportView[];
  /** As they stand: for those at work. */
  readonly atWork: readonly ReportView[];
}

interface Around {
  readonly planKey: string;
  readonly day: Day;
  readonly known: Position;
  readonly scales: readonly ScaleView[];
  readonly division: (key: string) => DivisionView;
}

const NONE: MeasureReports = { refs: [], approved: [], atWork: [] };

/** All reports of a measure, by year, period and division. */
export function reportsOf(facts: Facts, measureNo: string, around: Around): MeasureReports {
  const subject = measureSubject(measureNo);
  const work = facts.entries<WorkValue>(subject, WORK);
  if (work.length === 0) return NONE;
  const approved = new Map(facts.entries<ApprovedValue>(subject, REPORT).map((fact) => [fact.attribute, fact]));
  const comments = facts.entries<{ text: string }>(subject, COMMENT);
  const found = work.map((fact) => {
    const of = refIn(fact.attribute.slice(WORK.length), measureNo, around.planKey);
    const key = reportKey(of);
    const shown = approved.get(REPORT + key);
    const mine = comments.filter(({ attribute }) => attribute.startsWith(`${COMMENT}${key}/`));
    const approvedView = (said: readonly Fact<{ text: string }>[]): ReportView | undefined =>
      shown &&
      view(
        of,
        shown,
        shown.value,
        'APPROVED',
        shown.value.reason,
        around,
        said.map((one) => commentOf(one, around)),
      );
    // What was said since waits for the next approval, like all that is work.
    const publicView = approvedView(mine.filter(({ position }) => shown && position < shown.position));
    return {
      of,
      publicView,
      workView: workViewOf(
        of,
        fact,
        approvedView(mine),
        around,
        mine.map((one) => commentOf(one, around)),
      ),
    };
  });
  return {
    refs: found.map(({ of }) => of),
    approved: found.flatMap(({ publicView }) => publicView ?? []).sort(byKey),
    atWork: found.flatMap(({ workView }) => workView ?? []).sort(byKey),
  };
}

/** Each as it stands for who reads the work of its division, else as approved. */
export const readBy = ({ approved, atWork }: MeasureReports, seesWorkOf: (division: string) => boolean): ReportView[] =>
  [
    ...atWork.filter(({ of }) => seesWorkOf(of.division)),
    ...approved.filter(({ of }) => !seesWorkOf(of.division)),
  ].sort(byKey);

function workViewOf(
  of: ReportRef,
  fact: Fact<WorkValue>,
  approved: ReportView | undefined,
  around: Around,
  comments: readonly CommentView[],
): ReportView | undefined {
  const { value } = fact;
  switch (value.state) {
    case 'draft':
      return view(of, fact, value.content, 'DRAFT', undefined, around, comments);
    case 'submitted':
      return view(of, fact, value.content, 'SUBMITTED', undefined, around, comments);
    case 'returned':
      return view(of, fact, value.content, 'RETURNED', value.reason, around, comments);
    case 'approved':
      return approved;
    case 'withdrawn':
      return undefined;
  }
}

function view(
  of: ReportRef,
  fact: Fact<unknown>,
  { rating, ...content }: ReportContent,
  stage: ReportStage,
  reason: string | undefined,
  { day, known, scales, division }: Around,
  comments: readonly CommentView[],
): ReportView {
  return {
    of,
    day,
    known,
    fiscalYear: of.fiscalYear,
    period: of.period,
    division: division(of.division),
    stage,
    ...content,
    rating: rating
      ? codeIn(scales, rating.code, { key: rating.scale, version: rating.version }, fact.effectiveFrom)
      : null,
    isCorrection: stage === 'APPROVED' && reason !== undefined,
    reason: reason ?? null,
    entryId: fact.eventId,
    effectiveOn: fact.effectiveFrom,
    recordedAt: new Date(fact.recordedAtMs),
    comments,
  };
}

const commentOf = (fact: Fact<{ text: string }>, { planKey, known }: Around): CommentView => ({
  id: fact.eventId,
  planKey,
  known,
  position: fact.position,
  text: fact.value.text,
  on: fact.effectiveFrom,
  recordedAt: new Date(fact.recordedAtMs),
});

/** The key of a division may hold anything, also a slash: it stands last. */
export function refIn(key: string, measureNo: string, planKey: string): ReportRef {
  const [year = '', period = ''] = key.split('/', 2);
  const division = key.slice(year.length + period.length + 2);
  return { planKey, measureNo, fiscalYear: Number(year), period: period as Period, division };
}

const byKey = (a: ReportView, b: ReportView): number =>
  a.fiscalYear - b.fiscalYear || a.period.localeCompare(b.period) || a.division.key.localeCompare(b.division.key, 'ja');
