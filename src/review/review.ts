import type { Day } from '../calendar/day.js';
import { firstDayOf, fiscalYearOf, lastDayOf, type FiscalYear } from '../calendar/fiscal-year.js';
import type { Decider } from '../eventsourcing/decider.js';
import type { Position } from '../eventsourcing/position.js';
import { reasonFor, type PlanRules } from '../plan/plan.js';
import { Refusal } from '../problems.js';
import { daysOf, type Period } from '../progress/report.events.js';
import type { ReviewEvent } from './review.events.js';

export interface Deadlines {
  readonly deadline: Day;
  readonly deadlines: readonly { readonly division: string; readonly deadline: Day }[];
}

/** What is to be recorded. */
export type ReviewOrder =
  | (Deadlines & { readonly kind: 'openRound'; readonly period: Period })
  /** For some divisions, or `deadline` for all others. */
  | (Partial<Deadlines> & { readonly kind: 'changeDeadline'; readonly period: Period; readonly reason: string })
  | { readonly kind: 'closeRound'; readonly period: Period }
  | { readonly kind: 'reopenRound'; readonly period: Period; readonly reason: string }
  /** `effectiveOn`: default the last day of the year. `known`: all that is recorded. */
  | { readonly kind: 'close'; readonly effectiveOn?: Day | undefined; readonly known: Position }
  | { readonly kind: 'reopen'; readonly reason: string };

export type ReviewCommand = ReviewOrder & {
  readonly plan: PlanRules;
  readonly fiscalYear: FiscalYear;
  readonly today: Day;
  /** Keys of the divisions there are. */
  readonly divisions: readonly string[];
};

interface Round extends Deadlines {
  readonly isOpen: boolean;
}

export interface ReviewState {
  readonly rounds: ReadonlyMap<Period, Round>;
  readonly isClosed: boolean;
}

/** What is collected and reviewed of a fiscal year: rounds of reports, and the closing that pins the figures. */
export const review: Decider<ReviewCommand, ReviewState, ReviewEvent> = {
  initial: { rounds: new Map(), isClosed: false },

  evolve(state, event) {
    switch (event.type) {
      case 'RoundOpened':
      case 'DeadlineChanged':
      case 'RoundReopened':
      case 'RoundClosed': {
        const { period, deadline, deadlines } = event.data;
        const round = { deadline, deadlines, isOpen: event.type !== 'RoundClosed' };
        return { ...state, rounds: new Map(state.rounds).set(period, round) };
      }
      case 'ReviewClosed':
        return { ...state, isClosed: true };
      case 'ReviewReopened':
        return { ...state, isClosed: false };
    }
  },

  decide(command, { rounds, isClosed }) {
    const { plan, fiscalYear, today } = command;
    if (fiscalYear < plan.period.from || fiscalYear > plan.period.to)
      throw new Refusal('FISCAL_YEAR_OUTSIDE_PLAN', ['input', 'fiscalYear'], String(fiscalYear));
    const of = { planKey: plan.planKey, fiscalYear };
    const recorded = { effectiveOn: today };
    const open = (period: Period): Round => {
      const round = rounds.get(period);
      if (!round) throw new Refusal('ROUND_NOT_OPEN', ['input', 'period'], period);
      if (!round.isOpen) throw new Refusal('COLLECTION_CLOSED', ['input', 'period'], period);
      return round;
    };

    switch (command.kind) {
      case 'openRound': {
        const { period, deadline, deadlines } = command;
        if (isClosed) throw new Refusal('REVIEW_CLOSED', ['input', 'fiscalYear'], String(fiscalYear));
        if (rounds.has(period)) throw new Refusal('ROUND_EXISTS', ['input', 'period'], period);
        if (today < firstDayOf(fiscalYear))
          throw new Refusal('EFFECTIVE_IN_FUTURE', ['input', 'fiscalYear'], String(fiscalYear));
        const [begin] = daysOf(fiscalYear, period);
        if (today < begin) throw new Refusal('EFFECTIVE_IN_FUTURE', ['input', 'period'], `${begin} > ${today}`);
        requireDays(command, { deadline, deadlines });
        return [{ type: 'RoundOpened', ...recorded, data: { ...of, period, deadline, deadlines: [...deadlines] } }];
      }
      case 'changeDeadline': {
        const { period } = command;
        const round = open(period);
        const others = round.deadlines.filter(
          ({ division }) => !command.deadlines?.some((changed) => changed.division === division),
        );
        const changed = {
          deadline: command.deadline ?? round.deadline,
          deadlines: [...others, ...(command.deadlines ?? [])],
        };
        requireDays(command, changed);
        const data = { ...of, period, ...changed, reason: reasonFor(command.reason) };
        return [{ type: 'DeadlineChanged', ...recorded, data }];
      }
      case 'closeRound': {
        const { period } = command;
        const { deadline, deadlines } = open(period);
        return [{ type: 'RoundClosed', ...recorded, data: { ...of, period, deadline, deadlines: [...deadlines] } }];
      }
      case 'reopenRound': {
        const { period } = command;
        const round = rounds.get(period);
        if (isClosed) throw new Refusal('REVIEW_CLOSED', ['input', 'fiscalYear'], String(fiscalYear));
        if (!round || round.isOpen) throw new Refusal('ROUND_NOT_CLOSED', ['input', 'period'], period);
        const { deadline, deadlines } = round;
        const data = { ...of, period, deadline, deadlines: [...deadlines], reason: reasonFor(command.reason) };
        return [{ type: 'RoundReopened', ...recorded, data }];
      }
      case 'close': {
        const yearEnd = lastDayOf(fiscalYear);
        const { effectiveOn = yearEnd, known } = command;
        if (isClosed) throw new Refusal('REVIEW_CLOSED', ['input', 'fiscalYear'], String(fiscalYear));
        if (effectiveOn > today) throw new Refusal('EFFECTIVE_IN_FUTURE', ['input', 'effectiveOn'], effectiveOn);
        if (effectiveOn < firstDayOf(fiscalYear))
          throw new Refusal('EFFECTIVE_OUTSIDE_YEAR', ['input', 'effectiveOn'], effectiveOn);
        const unfinished = [...rounds].filter(([, { isOpen }]) => isOpen);
        return [
          ...unfinished.map(([period, { deadline, deadlines }]): ReviewEvent => ({
            type: 'RoundClosed',
            ...recorded,
            data: { ...of, period, deadline, deadlines: [...deadlines] },
          })),
          { type: 'ReviewClosed', ...recorded, data: { ...of, pinned: { effectiveOn, position: known } } },
        ];
      }
      case 'reopen':
        if (!isClosed) throw new Refusal('REVIEW_NOT_CLOSED', ['input', 'fiscalYear'], String(fiscalYear));
        return [{ type: 'ReviewReopened', ...recorded, data: { ...of, reason: reasonFor(command.reason) } }];
    }
  },
};

/** Whether reports for a period of the year are taken no more. */
export const isCollected = ({ rounds, isClosed }: ReviewState, period: Period): boolean =>
  isClosed || rounds.get(period)?.isOpen === false;

/** A deadline is one of the next years, not a slip of the keyboard; what is collected late is, too. */
const YEARS_AFTER_MAX = 2;

function requireDays({ today, fiscalYear, divisions }: ReviewCommand, { deadline, deadlines }: Deadlines): void {
  const last = lastDayOf(Math.max(fiscalYear, fiscalYearOf(today)) + YEARS_AFTER_MAX);
  const requireDay = (day: Day, path: readonly string[]): void => {
    if (day < today) throw new Refusal('DEADLINE_PASSED', path, day);
    if (day > last) throw new Refusal('DEADLINE_TOO_FAR', path, `${day} > ${last}`);
  };
  requireDay(deadline, ['input', 'deadline']);
  for (const [i, one] of deadlines.entries()) {
    const path = ['input', 'deadlines', String(i)];
    if (deadlines.findIndex(({ division }) => division === one.division) < i)
      throw new Refusal('INVALID_INPUT', [...path, 'division'], `${one.division} × 2`);
    if (!divisions.includes(one.division)) throw new Refusal('DIVISION_NOT_FOUND', [...path, 'division'], one.division);
    requireDay(one.deadline, [...path, 'deadline']);
  }
}
