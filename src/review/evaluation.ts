import type { Day } from '../calendar/day.js';
import { firstDayOf, lastDayOf, type FiscalYear } from '../calendar/fiscal-year.js';
import { saysSomething } from '../calendar/text.js';
import type { EntryRef } from '../eventsourcing/catalogue.js';
import type { Decider } from '../eventsourcing/decider.js';
import { decisionCited, inScale, reasonFor, scaleOn, type Cited, type PlanRules } from '../plan/plan.js';
import { Refusal } from '../problems.js';
import type { EvaluationEvent, Evaluator } from './review.events.js';

/** What is to be recorded. */
export type EvaluationOrder =
  | {
      readonly kind: 'evaluate';
      readonly rating: string;
      readonly scaleVersion?: number | undefined;
      readonly comment?: string | undefined;
      /** Required when it takes the place of another, and after the review was closed. */
      readonly reason?: string | undefined;
      readonly decisionId?: string | undefined;
    }
  | { readonly kind: 'withdraw'; readonly reason: string };

export type EvaluationCommand = EvaluationOrder & {
  readonly plan: PlanRules;
  readonly measureNo: string;
  readonly fiscalYear: FiscalYear;
  readonly by: Evaluator;
  readonly today: Day;
  readonly isReviewClosed: boolean;
  readonly cites?: Cited | undefined;
};

/** The evaluation in force, by who evaluates. */
export type EvaluationState = ReadonlyMap<Evaluator, EntryRef & { readonly effectiveOn: Day }>;

/** What the secretariat confirms and the committee finds of a measure's year: facts of their own beside the reports. */
export const evaluation: Decider<EvaluationCommand, EvaluationState, EvaluationEvent> = {
  initial: new Map(),

  evolve(state, event) {
    const after = new Map(state);
    switch (event.type) {
      case 'MeasureEvaluated':
        return after.set(event.data.by, {
          eventId: event.id,
          revision: event.revision,
          effectiveOn: event.effectiveOn,
        });
      case 'EvaluationWithdrawn':
        after.delete(event.data.by);
        return after;
    }
  },

  decide(command, state) {
    const { plan, measureNo, fiscalYear, by, today, isReviewClosed } = command;
    if (fiscalYear < plan.period.from || fiscalYear > plan.period.to)
      throw new Refusal('FISCAL_YEAR_OUTSIDE_PLAN', ['input', 'fiscalYear'], String(fiscalYear));
    if (firstDayOf(fiscalYear) > today)
      throw new Refusal('EFFECTIVE_IN_FUTURE', ['input', 'fiscalYear'], String(fiscalYear));
    const of = { planKey: plan.planKey, measureNo, fiscalYear, by };
    const yearEnd = lastDayOf(fiscalYear);
    const effectiveOn = yearEnd < today ? yearEnd : today;
    const before = state.get(by);

    switch (command.kind) {
      case 'evaluate': {
        const { rating: code, scaleVersion, comment } = command;
        if (comment !== undefined && !saysSomething(comment)) throw new Refusal('INVALID_INPUT', ['input', 'comment']);
        const { key: scale, version } = inScale(scaleOn(effectiveOn, plan), code, scaleVersion, 'rating');
        const reason = before || isReviewClosed ? reasonFor(command.reason) : command.reason;
        const corrects = before && { eventId: before.eventId, revision: before.revision };
        const rating = { scale, version, code };
        const data = { ...of, rating, comment, corrects, reason, decision: decisionCited(command) };
        return [{ type: 'MeasureEvaluated', effectiveOn, data }];
      }
      case 'withdraw': {
        if (!before) throw new Refusal('ENTRY_NOT_FOUND', ['input', 'measureNo'], `${measureNo} ${by}`);
        const withdraws = { eventId: before.eventId, revision: before.revision };
        const data = { ...of, withdraws, reason: reasonFor(command.reason) };
        return [{ type: 'EvaluationWithdrawn', effectiveOn: before.effectiveOn, data }];
      }
    }
  },
};
