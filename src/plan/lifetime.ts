import type { Day } from '../calendar/day.js';
import { Refusal } from '../problems.js';
import type { MeasureEvent } from './measure.js';
import type { PlanRules } from './plan.js';

/** What every decider of a measure's stream asks of the measure itself. */
export interface Lifetime {
  /** The day from which the plan has it; `undefined`: it does not, or no longer. */
  readonly since: Day | undefined;
}

export type LifetimeEvent = Extract<MeasureEvent, { type: 'MeasureAdopted' | `Initiative${string}` }>;

export const unborn: Lifetime = { since: undefined };

export function lifetimeAfter(_before: Lifetime, event: LifetimeEvent): Lifetime {
  switch (event.type) {
    case 'MeasureAdopted':
    case 'InitiativeEntered':
    case 'InitiativeCorrected':
      return { since: event.effectiveOn };
    case 'InitiativeWithdrawn':
      return { since: undefined };
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
