import type { Day } from '../calendar/day.js';
import type { Decider } from '../eventsourcing/decider.js';
import {
  entryOf,
  entryToReplace,
  entryToWithdraw,
  superseded,
  type Entry,
  type Withdrawal,
} from '../eventsourcing/entries.js';
import {
  beginningOf,
  lifetimeAfter,
  notBefore,
  notSucceeded,
  unborn,
  type Lifetime,
  type MeasureEvent,
} from '../plan/lifetime.js';
import { bodyCited, decisionCited, reasonFor, type Cited, type PlanRules } from '../plan/plan.js';
import { Refusal } from '../problems.js';
import type { EndingKind } from './ending.events.js';

interface Of {
  readonly plan: PlanRules;
  readonly measureNo: string;
  readonly today: Day;
  readonly cites?: Cited | undefined;
}

/** What is to be recorded. */
export type EndingOrder =
  | {
      readonly kind: 'end';
      readonly ending: EndingKind;
      readonly reason: string;
      readonly decidedBy?: string | undefined;
      readonly decisionId?: string | undefined;
      /** Default: today. */
      readonly effectiveOn?: Day | undefined;
    }
  | {
      readonly kind: 'correct';
      readonly entryId: string;
      readonly ending: EndingKind;
      /** Why it is corrected. */
      readonly reason: string;
      /** Why the measure ended; this and what follows: by default that of the entry. */
      readonly endingReason?: string | undefined;
      readonly decidedBy?: string | undefined;
      readonly decisionId?: string | undefined;
      readonly effectiveOn?: Day | undefined;
    }
  | Withdrawal;

export type EndingCommand = Of & EndingOrder;

interface EndingEntry extends Entry {
  readonly reason: string;
  readonly decidedBy: string | undefined;
  readonly decision: string | undefined;
}

export interface EndingState {
  readonly lifetime: Lifetime;
  readonly entries: readonly EndingEntry[];
}

/** The end of a measure: one at a time, decided in advance or not, opened again by a withdrawal. */
export const ending: Decider<EndingCommand, EndingState, MeasureEvent> = {
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
        return { ...state, lifetime: lifetimeAfter(state.lifetime, event) };
      case 'MeasureEnded': {
        const { reason, decidedBy, decision } = event.data;
        return { ...state, entries: [...state.entries, { ...entryOf(event), reason, decidedBy, decision }] };
      }
      case 'MeasureEndingCorrected': {
        const { endingReason: reason, decidedBy, decision, corrects } = event.data;
        return {
          ...state,
          entries: [...superseded(state.entries, corrects), { ...entryOf(event), reason, decidedBy, decision }],
        };
      }
      case 'MeasureEndingWithdrawn':
        return { ...state, entries: superseded(state.entries, event.data.withdraws) };
      case 'MeasureRevised':
      case 'MeasureRevisionWithdrawn':
      case 'MeasureStatusChanged':
      case 'MeasureStatusCorrected':
      case 'MeasureStatusWithdrawn':
      case 'ScheduleShifted':
      case 'ScheduleShiftWithdrawn':
        return state;
    }
  },

  decide(command, { lifetime, entries }) {
    const { plan, measureNo, today } = command;
    const beginning = beginningOf(lifetime, measureNo);
    const of = { planKey: plan.planKey, measureNo };

    switch (command.kind) {
      case 'end': {
        const { ending, effectiveOn = today } = command;
        const ended = entries.find(({ visible }) => visible);
        if (ended) throw new Refusal('MEASURE_ENDED', ['input', 'measureNo'], ended.effectiveOn);
        notBefore(beginning, plan, effectiveOn);
        notSucceeded(lifetime, effectiveOn);
        const decision = decisionCited(command);
        const data = { ...of, ending, reason: reasonFor(command.reason), decidedBy: bodyCited(command), decision };
        return [{ type: 'MeasureEnded', effectiveOn, data }];
      }
      case 'correct': {
        const entry = entryToReplace(entries, command.entryId);
        const { ending, endingReason = entry.reason } = command;
        const effectiveOn = command.effectiveOn ?? entry.effectiveOn;
        notBefore(beginning, plan, effectiveOn);
        notSucceeded(lifetime, effectiveOn);
        const corrects = { eventId: entry.eventId, revision: entry.revision };
        // What it cited it goes on citing.
        const cites = command.cites ?? citedBy(entry);
        const decision = decisionCited({ cites });
        const decidedBy = bodyCited({ cites, decidedBy: command.decidedBy }) ?? entry.decidedBy;
        const reason = reasonFor(command.reason);
        const data = { ...of, ending, endingReason, decidedBy, decision, corrects, reason };
        return [{ type: 'MeasureEndingCorrected', effectiveOn, data }];
      }
      case 'withdraw': {
        const { eventId, revision, effectiveOn } = entryToWithdraw(entries, command);
        const data = { ...of, withdraws: { eventId, revision }, reason: reasonFor(command.reason) };
        return [{ type: 'MeasureEndingWithdrawn', effectiveOn, data }];
      }
    }
  },
};

const citedBy = ({ decision, decidedBy }: EndingEntry): Cited | undefined =>
  decision === undefined ? undefined : { id: decision, stands: true, body: decidedBy };
