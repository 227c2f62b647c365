import type { Day } from '../calendar/day.js';
import { firstDayOf, lastDayOf, type FiscalYear, type FiscalYearRange } from '../calendar/fiscal-year.js';
import { entryOf, superseded, type Entry } from '../eventsourcing/entries.js';
import type { StreamEvent } from '../eventsourcing/event.js';
import type { EndingEvent } from '../progress/ending.events.js';
import type { ProgressEvent } from '../progress/progress.events.js';
import { Refusal } from '../problems.js';
import type { ScheduleEvent } from '../schedule/schedule.events.js';
import type { InitiativeEvent } from './initiative.events.js';
import type { PlanEvent } from './plan.events.js';
import type { PlanRules } from './plan.js';
import type { SuccessionEvent } from './succession.events.js';

/** Everything that is recorded in a measure's stream, by whichever context. */
export type MeasureEvent =
  | Extract<PlanEvent, { type: `Measure${string}` }>
  | InitiativeEvent
  | SuccessionEvent
  | EndingEvent
  | ProgressEvent
  | ScheduleEvent;

/** What every decider of a measure's stream asks of the measure itself. */
export interface Lifetime {
  /** The day from which the plan has it; `undefined`: it does not, or no longer. */
  readonly since: Day | undefined;
  /** At most one of them is visible. */
  readonly endings: readonly Entry[];
  /** Split, merged, retired: at most one of them is visible. */
  readonly successions: readonly Entry[];
}

export const unborn: Lifetime = { since: undefined, endings: [], successions: [] };

export function lifetimeAfter(before: Lifetime, event: StreamEvent<MeasureEvent>): Lifetime {
  switch (event.type) {
    case 'MeasureAdopted':
    case 'InitiativeEntered':
    case 'InitiativeCorrected':
    case 'SuccessorEntered':
      return { ...before, since: event.effectiveOn };
    case 'InitiativeWithdrawn':
    case 'SuccessorWithdrawn':
      return { ...before, since: undefined };
    case 'MeasureEnded':
      return { ...before, endings: [...before.endings, entryOf(event)] };
    case 'MeasureEndingCorrected':
      return { ...before, endings: [...superseded(before.endings, event.data.corrects), entryOf(event)] };
    case 'MeasureEndingWithdrawn':
      return { ...before, endings: superseded(before.endings, event.data.withdraws) };
    case 'MeasureSucceeded':
      return { ...before, successions: [...before.successions, entryOf(event)] };
    case 'MeasureSuccessionWithdrawn':
      return { ...before, successions: superseded(before.successions, event.data.withdraws) };
    case 'MeasureRevised':
    case 'MeasureRevisionWithdrawn':
    case 'MeasureStatusChanged':
    case 'MeasureStatusCorrected':
    case 'MeasureStatusWithdrawn':
    case 'ScheduleShifted':
    case 'ScheduleShiftWithdrawn':
      return before;
  }
}

/** What a handler folds a measure's stream by, to ask whether it is there. */
export const lifetimeOf = { initial: unborn, evolve: lifetimeAfter };

/** The day from which the measure is there. @throws Refusal MEASURE_NOT_FOUND */
export function beginningOf({ since }: Lifetime, measureNo: string): Day {
  if (since === undefined) throw new Refusal('MEASURE_NOT_FOUND', ['input', 'measureNo'], measureNo);
  return since;
}

/** Nothing holds of a measure before it is there. @throws Refusal EFFECTIVE_BEFORE_PLAN, EFFECTIVE_BEFORE_MEASURE */
export function notBefore(beginning: Day, { adoptedOn }: PlanRules, effectiveOn: Day): void {
  const path = ['input', 'effectiveOn'];
  if (effectiveOn < adoptedOn) throw new Refusal('EFFECTIVE_BEFORE_PLAN', path, effectiveOn);
  if (effectiveOn < beginning) throw new Refusal('EFFECTIVE_BEFORE_MEASURE', path, `${effectiveOn} < ${beginning}`);
}

const MEASURE = ['input', 'measureNo'] as const;

/** Nothing new holds of a measure from its end on. @throws Refusal MEASURE_ENDED, MEASURE_SUCCEEDED */
export function notEnded(lifetime: Lifetime, effectiveOn: Day, path: readonly string[] = MEASURE): void {
  const end = lifetime.endings.find(({ visible }) => visible);
  if (end && effectiveOn >= end.effectiveOn) {
    throw new Refusal('MEASURE_ENDED', path, `${effectiveOn} ≥ ${end.effectiveOn}`);
  }
  notSucceeded(lifetime, effectiveOn, path);
}

/** Nor from the day on which it was split, merged or retired. @throws Refusal MEASURE_SUCCEEDED */
export function notSucceeded(lifetime: Lifetime, effectiveOn: Day, path: readonly string[] = MEASURE): void {
  const day = successionDay(lifetime);
  if (day !== undefined && effectiveOn >= day) throw new Refusal('MEASURE_SUCCEEDED', path, `${effectiveOn} ≥ ${day}`);
}

/**
 * A report or an evaluation is of a fiscal year in which the measure was there.
 *
 * @throws Refusal FISCAL_YEAR_OUTSIDE_PLAN, MEASURE_NOT_FOUND, EFFECTIVE_BEFORE_MEASURE, MEASURE_SUCCEEDED
 */
export function thereIn(fiscalYear: FiscalYear, period: FiscalYearRange, lifetime: Lifetime, measureNo: string): void {
  const path = ['input', 'fiscalYear'];
  if (fiscalYear < period.from || fiscalYear > period.to)
    throw new Refusal('FISCAL_YEAR_OUTSIDE_PLAN', path, String(fiscalYear));
  const beginning = beginningOf(lifetime, measureNo);
  if (beginning > lastDayOf(fiscalYear)) throw new Refusal('EFFECTIVE_BEFORE_MEASURE', path, beginning);
  const day = successionDay(lifetime);
  if (day !== undefined && day <= firstDayOf(fiscalYear)) throw new Refusal('MEASURE_SUCCEEDED', path, day);
}

/** The day from which others are there in its place, or none. */
const successionDay = ({ successions }: Lifetime): Day | undefined =>
  successions.find(({ visible }) => visible)?.effectiveOn;
