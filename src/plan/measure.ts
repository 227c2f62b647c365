import type { Day } from '../calendar/day.js';
import type { Decider } from '../eventsourcing/decider.js';
import type { EndingEvent } from '../progress/ending.events.js';
import type { ProgressEvent } from '../progress/progress.events.js';
import type { ScheduleEvent } from '../schedule/schedule.events.js';
import type { InitiativeEvent } from './initiative.events.js';
import type { MeasureAttributes, PlanEvent } from './plan.events.js';
import { changesBetween, defined, reasonFor, since } from './plan.js';

/** Everything that is recorded in a measure's stream, by whichever context. */
export type MeasureEvent =
  Extract<PlanEvent, { type: `Measure${string}` }> | InitiativeEvent | EndingEvent | ProgressEvent | ScheduleEvent;

/** Enter a measure of the plan, or what differs from it. Nothing is recorded when nothing differs. */
export interface EnterMeasure {
  readonly planKey: string;
  readonly measureNo: string;
  readonly attributes: MeasureAttributes;
  readonly adoptedOn: Day;
  readonly effectiveOn?: Day | undefined;
  readonly reason?: string | undefined;
}

export type MeasureState = MeasureAttributes | undefined;

export const measure: Decider<EnterMeasure, MeasureState, MeasureEvent> = {
  initial: undefined,

  evolve(state, event) {
    switch (event.type) {
      case 'MeasureAdopted': {
        const { planKey: _, measureNo: __, ...attributes } = event.data;
        return attributes;
      }
      case 'MeasureRevised':
        return state && { ...state, ...defined<MeasureAttributes>(event.data.changes) };
      case 'InitiativeEntered':
      case 'InitiativeCorrected':
      case 'InitiativeWithdrawn':
      case 'MeasureEnded':
      case 'MeasureEndingCorrected':
      case 'MeasureEndingWithdrawn':
      case 'MeasureStatusChanged':
      case 'MeasureStatusCorrected':
      case 'MeasureStatusWithdrawn':
      case 'ScheduleShifted':
      case 'ScheduleShiftWithdrawn':
        return state;
    }
  },

  decide({ planKey, measureNo, attributes, adoptedOn, effectiveOn, reason }, state) {
    const of = { planKey, measureNo };
    if (!state)
      return [{ type: 'MeasureAdopted', effectiveOn: since(effectiveOn, adoptedOn), data: { ...of, ...attributes } }];
    const changes = changesBetween(state, attributes);
    if (Object.keys(changes).length === 0) return [];
    return [
      {
        type: 'MeasureRevised',
        effectiveOn: since(effectiveOn, adoptedOn),
        data: { ...of, changes, reason: reasonFor(reason) },
      },
    ];
  },
};
