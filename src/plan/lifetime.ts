import type { Day } from '../calendar/day.js';
import { entryOf, superseded, type Entry } from '../eventsourcing/entries.js';
import type { StreamEvent } from '../eventsourcing/event.js';
import { Refusal } from '../problems.js';
import type { MeasureEvent } from './measure.js';
import type { PlanRules } from './plan.js';

/** What every decider of a measure's stream asks of the measure itself. */
export interface Lifetime {
  /** The day from which the plan has it; `undefined`: it does not, or no longer. */
  readonly since: Day | undefined;
  /** At most one of them is visible. */
  readonly endings: readonly Entry[];
}

export type LifetimeEvent = StreamEvent<
  Extract<MeasureEvent, { type: 'MeasureAdopted' | 'MeasureEnded' | `MeasureEnding${string}` | `Initiative${string}` }>
>;

export const unborn: Lifetime = { since: undefined, endings: [] };

export function lifetimeAfter(before: Lifetime, event: LifetimeEvent): Lifetime {
  switch (event.type) {
    case 'MeasureAdopted':
    case 'InitiativeEntered':
    case 'InitiativeCorrected':
      return { ...before, since: event.effectiveOn };
    case 'InitiativeWithdrawn':
      return { ...before, since: undefined };
    case 'MeasureEnded':
      return { ...before, endings: [...before.endings, entryOf(event)] };
    case 'MeasureEndingCorrected':
      return { ...before, endings: [...superseded(before.endings, event.data.corrects), entryOf(event)] };
    case 'MeasureEndingWithdrawn':
      return { ...before, endings: superseded(before.endings, event.data.withdraws) };
  }
}

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

/** Nothing new holds of a measure from its end on. @throws Refusal MEASURE_ENDED */
export function notEnded({ endings }: Lifetime, effectiveOn: Day): void {
  const end = endings.find(({ visible }) => visible);
  if (end && effectiveOn >= end.effectiveOn) {
    throw new Refusal('MEASURE_ENDED', ['input', 'measureNo'], `${effectiveOn} ≥ ${end.effectiveOn}`);
  }
}
