import type { Day } from '../calendar/day.js';
import type { Decider } from '../eventsourcing/decider.js';
import { entryOf, entryToWithdraw, superseded, type Entry } from '../eventsourcing/entries.js';
import { Refusal } from '../problems.js';
import {
  beginningOf,
  lifetimeAfter,
  notBefore,
  notEnded,
  unborn,
  type Lifetime,
  type MeasureEvent,
} from './lifetime.js';
import type { DivisionNamed } from './measure.js';
import { decisionCited, reasonFor, type Cited, type PlanRules } from './plan.js';
import { rowOf, type Cells } from './row.js';
import type { Succession, SuccessionKind, Successor } from './succession.events.js';

/** A measure that takes the place of others, as it is told. */
export interface NewMeasure {
  readonly no: string;
  readonly title: string;
  /** Divisions by key, or by their name on the day. */
  readonly owners: readonly string[];
  readonly coordinators?: readonly string[] | undefined;
  /** Years that are not named are blank. */
  readonly schedule?: Cells | undefined;
}

/** How measures give way to others, as it is told. */
export interface SuccessionInput {
  readonly kind: SuccessionKind;
  readonly predecessors: readonly string[];
  readonly successors: readonly NewMeasure[];
  readonly reason: string;
  readonly decidedBy?: string | undefined;
  readonly decisionId?: string | undefined;
  /** Default: today. */
  readonly effectiveOn?: Day | undefined;
}

interface Of {
  readonly plan: PlanRules;
  readonly measureNo: string;
}

/** What one measure has to do with a succession. */
export type SuccessionCommand = Of &
  (
    | {
        readonly kind: 'succeed';
        readonly said: Succession;
        readonly decision: string | undefined;
        readonly effectiveOn: Day;
        /** It is the last part: with it the succession is complete. */
        readonly completes: boolean;
        /** Where the input names it. */
        readonly path: readonly string[];
      }
    | {
        readonly kind: 'enter';
        readonly said: Succession & Successor;
        readonly decision: string | undefined;
        readonly effectiveOn: Day;
        readonly path: readonly string[];
      }
    /** Its part of the succession of that id. */
    | { readonly kind: 'withdraw'; readonly succession: string; readonly reason: string }
  );

interface Part extends Entry {
  readonly succession: string;
}

/** How a measure gave way. */
export interface End extends Part, Pick<Succession, 'kind' | 'predecessors' | 'successors'> {}

export interface SuccessionState {
  readonly lifetime: Lifetime;
  /** Something was recorded under its number. */
  readonly isTaken: boolean;
  readonly isOfPlan: boolean;
  readonly origin: Part | undefined;
  readonly ends: readonly End[];
  /** Its statuses and shifts. */
  readonly progress: readonly Entry[];
}

/** A measure's part in a succession: it gives way, or takes a place. */
export const succession: Decider<SuccessionCommand, SuccessionState, MeasureEvent> = {
  initial: { lifetime: unborn, isTaken: false, isOfPlan: false, origin: undefined, ends: [], progress: [] },

  evolve(before, event) {
    const state = { ...before, lifetime: lifetimeAfter(before.lifetime, event), isTaken: true };
    switch (event.type) {
      case 'MeasureAdopted':
        return { ...state, isOfPlan: true };
      case 'SuccessorEntered':
        return { ...state, isOfPlan: true, origin: { ...entryOf(event), succession: event.data.succession } };
      case 'SuccessorWithdrawn':
        return { ...state, isOfPlan: false, origin: state.origin && { ...state.origin, visible: false } };
      case 'MeasureSucceeded': {
        const { succession, kind, predecessors, successors } = event.data;
        const end = { ...entryOf(event), succession, kind, predecessors, successors };
        return { ...state, ends: [...state.ends, end] };
      }
      case 'MeasureSuccessionWithdrawn':
        return { ...state, ends: superseded(state.ends, event.data.withdraws) };
      case 'MeasureRevised':
      case 'MeasureRevisionWithdrawn':
      case 'InitiativeEntered':
      case 'InitiativeCorrected':
      case 'InitiativeWithdrawn':
      case 'MeasureEnded':
      case 'MeasureEndingCorrected':
      case 'MeasureEndingWithdrawn':
        return state;
      case 'MeasureStatusChanged':
      case 'ScheduleShifted':
        return { ...state, progress: [...state.progress, entryOf(event)] };
      case 'MeasureStatusCorrected':
        return { ...state, progress: [...superseded(state.progress, event.data.corrects), entryOf(event)] };
      case 'MeasureStatusWithdrawn':
      case 'ScheduleShiftWithdrawn':
        return { ...state, progress: superseded(state.progress, event.data.withdraws) };
    }
  },

  /** Nothing is recorded where this very succession has been recorded before, while it is not complete: it is resumed so. */
  decide(command, { lifetime, isTaken, isOfPlan, origin, ends, progress }) {
    const { plan, measureNo } = command;
    const of = { planKey: plan.planKey, measureNo };

    switch (command.kind) {
      case 'enter': {
        const { said, decision, effectiveOn, path } = command;
        if (origin?.visible === true && origin.succession === said.succession) return [];
        if (isTaken) throw new Refusal('MEASURE_EXISTS', path, measureNo);
        return [{ type: 'SuccessorEntered', effectiveOn, data: { ...of, ...said, decision } }];
      }
      case 'succeed': {
        const { said, decision, effectiveOn, completes, path } = command;
        const end = ends.find(({ visible }) => visible);
        if (end?.succession === said.succession && !completes) return [];
        if (!isOfPlan) throw new Refusal('MEASURE_NOT_FOUND', path, measureNo);
        if (end) throw new Refusal('MEASURE_SUCCEEDED', path, `${measureNo}: ${end.effectiveOn}`);
        notBefore(beginningOf(lifetime, measureNo), plan, effectiveOn);
        notEnded(lifetime, effectiveOn, path);
        // What was recorded of it from that day on would be counted nowhere.
        const later = progress.find((entry) => entry.visible && entry.effectiveOn >= effectiveOn);
        if (later) {
          const detail = `${measureNo}: ${effectiveOn} ≤ ${later.effectiveOn}`;
          throw new Refusal('EFFECTIVE_BEFORE_LAST_ENTRY', ['input', 'effectiveOn'], detail);
        }
        return [{ type: 'MeasureSucceeded', effectiveOn, data: { ...of, ...said, decision } }];
      }
      case 'withdraw': {
        const { succession } = command;
        const reason = reasonFor(command.reason);
        const end = ends.find((one) => one.visible && one.succession === succession);
        if (end) {
          const { eventId, revision, effectiveOn } = end;
          const data = { ...of, withdraws: { eventId, revision }, reason };
          return [{ type: 'MeasureSuccessionWithdrawn', effectiveOn, data }];
        }
        if (origin?.visible !== true || origin.succession !== succession) return [];
        const { eventId, revision, effectiveOn } = origin;
        return [{ type: 'SuccessorWithdrawn', effectiveOn, data: { ...of, withdraws: { eventId, revision }, reason } }];
      }
    }
  },
};

/** What a succession says of each of its measures, complete and in the words of the ledger. */
export interface Told extends Omit<Succession, 'succession'> {
  readonly effectiveOn: Day;
  readonly decision: string | undefined;
  /** In the order of `successors`. */
  readonly entered: readonly Successor[];
}

/** @throws Refusal TOO_FEW_MEASURES, INVALID_INPUT for a number named twice, MEASURE_NOT_OF_POLICY, and as a row and an owner have it */
export function told(
  input: SuccessionInput,
  around: {
    readonly plan: PlanRules;
    readonly today: Day;
    readonly cites?: Cited | undefined;
    readonly divisionNamed: DivisionNamed;
  },
): Told {
  const { kind, predecessors, successors, decidedBy } = input;
  const { plan, today, divisionNamed } = around;
  const { effectiveOn = today } = input;
  const numbers = successors.map(({ no }) => no);
  if (kind === 'MERGER' && predecessors.length < 2) throw new Refusal('TOO_FEW_MEASURES', ['input', 'measureNos']);
  if (kind === 'SPLIT' && successors.length < 2) throw new Refusal('TOO_FEW_MEASURES', ['input', 'into']);
  const twice = predecessors.findIndex((no, i) => predecessors.indexOf(no) !== i);
  if (twice >= 0) throw new Refusal('INVALID_INPUT', ['input', 'measureNos', String(twice)], predecessors[twice]);

  const entered = successors.map(({ no, title, owners, coordinators = [], schedule = [] }, i): Successor => {
    const path = pathOf(kind, i);
    const policy = no.slice(0, no.lastIndexOf('-'));
    if (numbers.indexOf(no) !== i) throw new Refusal('MEASURE_EXISTS', [...path, 'no'], no);
    if (!plan.policies.includes(policy)) throw new Refusal('MEASURE_NOT_OF_POLICY', [...path, 'no'], no);
    const keys = (names: readonly string[], field: string): string[] =>
      names.map((name, n) => divisionNamed(name, effectiveOn, [...path, field, String(n)]));
    return {
      title,
      policy,
      owners: keys(owners, 'owners'),
      coordinators: keys(coordinators, 'coordinators'),
      schedule: rowOf(schedule, plan, [...path, 'schedule']),
    };
  });
  return {
    kind,
    predecessors: [...predecessors],
    successors: numbers,
    reason: reasonFor(input.reason),
    decidedBy,
    decision: decisionCited({ ...input, ...around }),
    effectiveOn,
    entered,
  };
}

/** Where the input names a measure that takes a place. */
export const pathOf = (kind: SuccessionKind, i: number): string[] =>
  kind === 'MERGER' ? ['input', 'into'] : ['input', 'into', String(i)];

/** The succession that a withdrawal names, of a measure that gave way. @throws Refusal SUCCESSION_NOT_FOUND, and as entries have it */
export function endToWithdraw(
  { ends }: SuccessionState,
  measureNo: string,
  named: { readonly entryId: string; readonly effectiveOn?: Day | undefined },
): End {
  if (ends.length === 0) throw new Refusal('SUCCESSION_NOT_FOUND', ['input', 'measureNo'], measureNo);
  return entryToWithdraw(ends, named);
}
