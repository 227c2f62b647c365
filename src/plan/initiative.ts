import type { Day } from '../calendar/day.js';
import { saysSomething } from '../calendar/text.js';
import type { Decider } from '../eventsourcing/decider.js';
import {
  entryOf,
  entryToReplace,
  entryToWithdraw,
  superseded,
  type Entry,
  type Withdrawal,
} from '../eventsourcing/entries.js';
import { Refusal } from '../problems.js';
import type { Initiative } from './initiative.events.js';
import type { MeasureEvent } from './lifetime.js';
import { bodyCited, decisionCited, reasonFor, type Cited, type PlanRules } from './plan.js';
import { rowOf, type Cells } from './row.js';

interface Of {
  readonly plan: PlanRules;
  readonly measureNo: string;
  readonly today: Day;
  readonly cites?: Cited | undefined;
  /** Whether there is a division of that key on a day. */
  readonly isDivision: (key: string, day: Day) => boolean;
}

/** An unplanned initiative as it is told. */
export interface InitiativeInput extends Omit<Initiative, 'coordinators' | 'schedule'> {
  readonly coordinators?: readonly string[] | undefined;
  /** Years that are not named are blank. */
  readonly schedule?: Cells | undefined;
  readonly reason: string;
  readonly decidedBy?: string | undefined;
  readonly decisionId?: string | undefined;
  /** Default: today; of a correction, that of the entry. */
  readonly effectiveOn?: Day | undefined;
}

/** What is to be recorded. A correction says all of the initiative anew. */
export type InitiativeOrder =
  | (InitiativeInput & { readonly kind: 'enter' })
  | (InitiativeInput & { readonly kind: 'correct'; readonly entryId: string })
  | Withdrawal;

export type InitiativeCommand = Of & InitiativeOrder;

export interface InitiativeState {
  readonly entries: readonly Entry[];
}

/** What is done although the plan does not hold it: entered once under its number, corrected, withdrawn. */
export const initiative: Decider<InitiativeCommand, InitiativeState, MeasureEvent> = {
  initial: { entries: [] },

  evolve(state, event) {
    switch (event.type) {
      case 'InitiativeEntered':
        return { entries: [...state.entries, entryOf(event)] };
      case 'InitiativeCorrected':
        return { entries: [...superseded(state.entries, event.data.corrects), entryOf(event)] };
      case 'InitiativeWithdrawn':
        return { entries: superseded(state.entries, event.data.withdraws) };
      case 'MeasureAdopted':
      case 'MeasureRevised':
      case 'MeasureRevisionWithdrawn':
      case 'SuccessorEntered':
      case 'SuccessorWithdrawn':
      case 'MeasureSucceeded':
      case 'MeasureSuccessionWithdrawn':
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

  /** Nothing is recorded where the number is taken. */
  decide(command, { entries }) {
    const { plan, measureNo, today } = command;
    const of = { planKey: plan.planKey, measureNo };
    if (command.kind === 'enter') {
      const effectiveOn = dayWithin(plan, command.effectiveOn ?? today);
      const data = { ...of, ...told(command, effectiveOn) };
      return entries.length > 0 ? [] : [{ type: 'InitiativeEntered', effectiveOn, data }];
    }
    if (entries.length === 0) throw new Refusal('INITIATIVE_NOT_FOUND', ['input', 'measureNo'], measureNo);

    switch (command.kind) {
      case 'correct': {
        const { eventId, revision, effectiveOn: former } = entryToReplace(entries, command.entryId);
        const effectiveOn = dayWithin(plan, command.effectiveOn ?? former);
        const data = { ...of, ...told(command, effectiveOn), corrects: { eventId, revision } };
        return [{ type: 'InitiativeCorrected', effectiveOn, data }];
      }
      case 'withdraw': {
        const { eventId, revision, effectiveOn } = entryToWithdraw(entries, command);
        const data = { ...of, withdraws: { eventId, revision }, reason: reasonFor(command.reason) };
        return [{ type: 'InitiativeWithdrawn', effectiveOn, data }];
      }
    }
  },
};

interface Told extends Initiative {
  readonly reason: string;
  readonly decidedBy: string | undefined;
  readonly decision: string | undefined;
}

function told(input: InitiativeInput & Of, effectiveOn: Day): Told {
  const { plan, isDivision } = input;
  const { title, goal, cause, causeNote, owners, coordinators = [] } = input;
  if (!plan.goals.includes(goal)) throw new Refusal('GOAL_NOT_FOUND', ['input', 'goal'], goal);
  if (cause === 'OTHER' && !saysSomething(causeNote)) throw new Refusal('CAUSE_NOTE_REQUIRED', ['input', 'causeNote']);
  for (const [field, keys] of Object.entries({ owners, coordinators })) {
    for (const [i, key] of keys.entries()) {
      if (!isDivision(key, effectiveOn))
        throw new Refusal('DIVISION_NOT_FOUND', ['input', field, String(i)], `${key}: ${effectiveOn}`);
    }
  }
  const schedule = rowOf(input.schedule ?? [], plan);
  const reason = reasonFor(input.reason);
  const decision = decisionCited(input);
  const said = { title, goal, cause, causeNote, owners, coordinators: [...coordinators], schedule };
  return { ...said, reason, decidedBy: bodyCited(input), decision };
}

function dayWithin({ adoptedOn }: PlanRules, effectiveOn: Day): Day {
  if (effectiveOn < adoptedOn) throw new Refusal('EFFECTIVE_BEFORE_PLAN', ['input', 'effectiveOn'], effectiveOn);
  return effectiveOn;
}
