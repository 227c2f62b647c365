import type { Day } from '../calendar/day.js';
import type { FiscalYear } from '../calendar/fiscal-year.js';
import type { Decider } from '../eventsourcing/decider.js';
import {
  entryOf,
  entryToWithdraw,
  inForce,
  superseded,
  type Entry,
  type Withdrawal,
} from '../eventsourcing/entries.js';
import {
  beginningOf,
  lifetimeAfter,
  notBefore,
  notEnded,
  unborn,
  type Lifetime,
  type MeasureEvent,
} from '../plan/lifetime.js';
import type { AdoptedSchedule } from '../plan/plan.events.js';
import { bodyCited, decisionCited, reasonFor, type Cited, type PlanRules } from '../plan/plan.js';
import { Refusal } from '../problems.js';
import { adoptedRow, forecastRow, holds, shiftsOf } from './forecast.view.js';
import type { Shift } from './schedule.events.js';

interface Of {
  readonly plan: PlanRules;
  readonly measureNo: string;
  readonly today: Day;
  readonly cites?: Cited | undefined;
}

/** What is to be recorded. */
export type ScheduleOrder =
  | (Omit<Shift, 'decision'> & {
      readonly kind: 'shift';
      readonly decisionId?: string | undefined;
      /** Default: today. */
      readonly effectiveOn?: Day | undefined;
    })
  | Withdrawal;

export type ScheduleCommand = Of & ScheduleOrder;

interface ShiftEntry extends Entry {
  readonly shift: Shift;
}

/** The row of the plan, from a day on. */
interface AdoptedRow extends Entry {
  readonly schedule: AdoptedSchedule;
}

export interface ScheduleState {
  readonly lifetime: Lifetime;
  readonly adopted: readonly AdoptedRow[];
  readonly entries: readonly ShiftEntry[];
}

/** A plan may slip past its period, but not without bound. */
const YEARS_AFTER_PERIOD_MAX = 20;

/** What moves in a measure's schedule. The adopted row never does: only a revision of the plan changes it. */
export const schedule: Decider<ScheduleCommand, ScheduleState, MeasureEvent> = {
  initial: { lifetime: unborn, adopted: [], entries: [] },

  evolve(before, event) {
    const state = { ...before, lifetime: lifetimeAfter(before.lifetime, event) };
    const { adopted } = state;
    switch (event.type) {
      case 'MeasureAdopted':
      case 'InitiativeEntered':
      case 'SuccessorEntered':
        return { ...state, adopted: [...adopted, { ...entryOf(event), schedule: event.data.schedule }] };
      case 'InitiativeCorrected': {
        const { corrects, schedule } = event.data;
        return { ...state, adopted: [...superseded(adopted, corrects), { ...entryOf(event), schedule }] };
      }
      case 'MeasureRevised': {
        const { changes, corrects } = event.data;
        const left = corrects ? superseded(adopted, corrects) : adopted;
        const { schedule } = changes;
        return { ...state, adopted: schedule ? [...left, { ...entryOf(event), schedule }] : left };
      }
      case 'InitiativeWithdrawn':
      case 'MeasureRevisionWithdrawn':
      case 'SuccessorWithdrawn':
        return { ...state, adopted: superseded(adopted, event.data.withdraws) };
      case 'ScheduleShifted': {
        const { planKey: _, measureNo: __, ...shift } = event.data;
        return { ...state, entries: [...state.entries, { ...entryOf(event), shift }] };
      }
      case 'ScheduleShiftWithdrawn':
        return { ...state, entries: superseded(state.entries, event.data.withdraws) };
      case 'MeasureEnded':
      case 'MeasureEndingCorrected':
      case 'MeasureEndingWithdrawn':
      case 'MeasureSucceeded':
      case 'MeasureSuccessionWithdrawn':
      case 'MeasureStatusChanged':
      case 'MeasureStatusCorrected':
      case 'MeasureStatusWithdrawn':
        return state;
    }
  },

  decide(command, { lifetime, adopted, entries }) {
    const { plan, measureNo, today } = command;
    const beginning = beginningOf(lifetime, measureNo);
    const of = { planKey: plan.planKey, measureNo };
    const visible = entries.filter((entry) => entry.visible);
    const last = visible.at(-1);

    switch (command.kind) {
      case 'shift': {
        const { phase, from, to, cascade } = command;
        const reason = reasonFor(command.reason);
        const effectiveOn = command.effectiveOn ?? today;
        if (!plan.phases.includes(phase)) {
          throw new Refusal('UNKNOWN_PHASE', ['input', 'phase'], `${phase}: ${plan.phases.join(' ')}`);
        }
        within(plan, 'from', from);
        within(plan, 'to', to);
        if (from === to) throw new Refusal('NOTHING_TO_SHIFT', ['input', 'to'], String(to));
        notBefore(beginning, plan, effectiveOn);
        notEnded(lifetime, effectiveOn);
        if (last && effectiveOn < last.effectiveOn) {
          throw new Refusal(
            'EFFECTIVE_BEFORE_LAST_SHIFT',
            ['input', 'effectiveOn'],
            `${effectiveOn} < ${last.effectiveOn}`,
          );
        }
        const row = inForce(adopted.filter((one) => one.effectiveOn <= effectiveOn));
        if (!row) throw new Refusal('MEASURE_NOT_FOUND', ['input', 'measureNo'], measureNo);
        const before = shiftsOf(row.effectiveOn, visible, (one) => one.effectiveOn).map((entry) => entry.shift);
        const forecast = forecastRow(adoptedRow(row.schedule), before);
        if (!holds(forecast, from, phase))
          throw new Refusal('PHASE_NOT_IN_YEAR', ['input', 'from'], `${phase} ${String(from)}`);
        const cited = { decidedBy: bodyCited(command), decision: decisionCited(command) };
        const shift = { phase, from, to, cascade, reason, ...cited };
        const moved = forecastRow(adoptedRow(row.schedule), [...before, shift]);
        within(plan, 'to', Math.max(...moved.keys()));
        return [{ type: 'ScheduleShifted', effectiveOn, data: { ...of, ...shift } }];
      }
      case 'withdraw': {
        const { eventId, revision, effectiveOn } = entryToWithdraw(entries, command);
        if (eventId !== last?.eventId) throw new Refusal('NOT_LAST_SHIFT', ['input', 'entryId'], eventId);
        const data = { ...of, withdraws: { eventId, revision }, reason: reasonFor(command.reason) };
        return [{ type: 'ScheduleShiftWithdrawn', effectiveOn, data }];
      }
    }
  },
};

function within({ period }: PlanRules, field: 'from' | 'to', year: FiscalYear): void {
  const last = period.to + YEARS_AFTER_PERIOD_MAX;
  if (year < period.from || year > last) {
    const detail = `${String(year)}: ${String(period.from)}–${String(last)}`;
    throw new Refusal('FISCAL_YEAR_OUTSIDE_PLAN', ['input', field], detail);
  }
}
