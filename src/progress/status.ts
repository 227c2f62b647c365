import type { Day } from '../calendar/day.js';
import type { Decider } from '../eventsourcing/decider.js';
import { entryToReplace, entryToWithdraw, superseded, type Entry, type Withdrawal } from '../eventsourcing/entries.js';
import {
  beginningOf,
  lifetimeAfter,
  notBefore,
  notEnded,
  unborn,
  type Lifetime,
  type MeasureEvent,
} from '../plan/lifetime.js';
import type { ScaleRef } from '../plan/plan.events.js';
import { decisionCited, inScale, reasonFor, scaleOn, type Cited, type PlanRules } from '../plan/plan.js';
import { Refusal } from '../problems.js';

interface Of {
  readonly plan: PlanRules;
  readonly measureNo: string;
  readonly today: Day;
  readonly cites?: Cited | undefined;
}

/** What is to be recorded. */
export type StatusOrder =
  | {
      readonly kind: 'change';
      readonly status: string;
      readonly scaleVersion?: number | undefined;
      readonly reason?: string | undefined;
      readonly decisionId?: string | undefined;
      /** Default: today. */
      readonly effectiveOn?: Day | undefined;
    }
  | {
      readonly kind: 'correct';
      readonly entryId: string;
      readonly status: string;
      /** Only if this is the version in force on the day. */
      readonly scaleVersion?: number | undefined;
      readonly reason: string;
      readonly decisionId?: string | undefined;
      /** Default: that of the entry. */
      readonly effectiveOn?: Day | undefined;
    }
  | Withdrawal;

export type StatusCommand = Of & StatusOrder;

export interface StatusEntry extends Entry {
  readonly status: string;
}

export interface StatusState {
  readonly lifetime: Lifetime;
  readonly entries: readonly StatusEntry[];
}

/** The status of a measure over time: any code of the plan's scale may follow any other, from any past day on. */
export const status: Decider<StatusCommand, StatusState, MeasureEvent> = {
  initial: { lifetime: unborn, entries: [] },

  evolve(state, event) {
    switch (event.type) {
      case 'MeasureAdopted':
      case 'InitiativeEntered':
      case 'InitiativeCorrected':
      case 'InitiativeWithdrawn':
      case 'SuccessorEntered':
      case 'SuccessorWithdrawn':
      case 'MeasureSucceeded':
      case 'MeasureSuccessionWithdrawn':
      case 'MeasureEnded':
      case 'MeasureEndingCorrected':
      case 'MeasureEndingWithdrawn':
        return { ...state, lifetime: lifetimeAfter(state.lifetime, event) };
      case 'MeasureStatusChanged':
        return { ...state, entries: [...state.entries, entryOf(event)] };
      case 'MeasureStatusCorrected':
        return { ...state, entries: [...superseded(state.entries, event.data.corrects), entryOf(event)] };
      case 'MeasureStatusWithdrawn':
        return { ...state, entries: superseded(state.entries, event.data.withdraws) };
      case 'MeasureRevised':
      case 'MeasureRevisionWithdrawn':
      case 'ScheduleShifted':
      case 'ScheduleShiftWithdrawn':
        return state;
    }
  },

  decide(command, { lifetime, entries }) {
    const { plan, measureNo, today } = command;
    const beginning = beginningOf(lifetime, measureNo);
    const of = { planKey: plan.planKey, measureNo };
    /** The version of the scale that a code is of. */
    const allowed = (effectiveOn: Day, code: string, scaleVersion: number | undefined): ScaleRef => {
      notBefore(beginning, plan, effectiveOn);
      notEnded(lifetime, effectiveOn);
      if (effectiveOn > today) throw new Refusal('EFFECTIVE_IN_FUTURE', ['input', 'effectiveOn'], effectiveOn);
      return inScale(scaleOn(effectiveOn, plan), code, scaleVersion);
    };

    switch (command.kind) {
      case 'change': {
        const effectiveOn = command.effectiveOn ?? today;
        const scale = allowed(effectiveOn, command.status, command.scaleVersion);
        const reason = changesHistory(entries, effectiveOn, today) ? reasonFor(command.reason) : command.reason;
        const data = { ...of, status: command.status, scale, reason, decision: decisionCited(command) };
        return [{ type: 'MeasureStatusChanged', effectiveOn, data }];
      }
      case 'correct': {
        const entry = entryToReplace(entries, command.entryId);
        const effectiveOn = command.effectiveOn ?? entry.effectiveOn;
        const scale = allowed(effectiveOn, command.status, command.scaleVersion);
        const corrects = { eventId: entry.eventId, revision: entry.revision };
        const reason = reasonFor(command.reason);
        const data = { ...of, status: command.status, scale, corrects, reason, decision: decisionCited(command) };
        return [{ type: 'MeasureStatusCorrected', effectiveOn, data }];
      }
      case 'withdraw': {
        const { eventId, revision, effectiveOn } = entryToWithdraw(entries, command);
        const data = { ...of, withdraws: { eventId, revision }, reason: reasonFor(command.reason) };
        return [{ type: 'MeasureStatusWithdrawn', effectiveOn, data }];
      }
    }
  },
};

const entryOf = (event: { id: string; revision: number; effectiveOn: Day; data: { status: string } }): StatusEntry => ({
  eventId: event.id,
  revision: event.revision,
  effectiveOn: event.effectiveOn,
  status: event.data.status,
  visible: true,
});

/** From a past day on, when something is recorded that holds from that day or a later one. */
const changesHistory = (entries: readonly StatusEntry[], effectiveOn: Day, today: Day): boolean =>
  effectiveOn < today && entries.some((entry) => entry.visible && entry.effectiveOn >= effectiveOn);
