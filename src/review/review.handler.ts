import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Receipt } from '../eventsourcing/event-store.js';
import { handle, Ledger, type Envelope } from '../eventsourcing/handle.js';
import { lifetimeOf, thereIn } from '../plan/lifetime.js';
import { measureStream } from '../plan/plan.events.js';
import { PlanReader } from '../plan/plan-reader.js';
import { evaluation, type EvaluationOrder } from './evaluation.js';
import { evaluationStream, reviewStream, type Evaluator } from './review.events.js';
import { review, type ReviewOrder } from './review.js';

/** An order to the review of a year; what is known when it is closed is looked up. */
export type GivenReviewOrder =
  Exclude<ReviewOrder, { kind: 'close' }> | Omit<Extract<ReviewOrder, { kind: 'close' }>, 'known'>;

export class HandleReview extends Command<Receipt> {
  constructor(
    readonly planKey: string,
    readonly fiscalYear: number,
    readonly order: GivenReviewOrder,
    readonly envelope: Envelope,
  ) {
    super();
  }
}

@CommandHandler(HandleReview)
export class HandleReviewHandler implements ICommandHandler<HandleReview> {
  constructor(
    private readonly ledger: Ledger,
    private readonly plans: PlanReader,
  ) {}

  async execute({ planKey, fiscalYear, order, envelope }: HandleReview): Promise<Receipt> {
    const rules = await this.plans.rulesFor(planKey);
    const plan = await this.plans.planAt(planKey, {});
    const divisions = (plan?.directory.divisions ?? []).map(({ key }) => key);
    const known = await this.ledger.store.head();
    const command = { ...order, known, ...rules, fiscalYear, divisions };
    return handle(this.ledger, review, reviewStream(planKey, fiscalYear), command, envelope);
  }
}

export class EvaluateMeasure extends Command<Receipt> {
  constructor(
    readonly planKey: string,
    readonly measureNo: string,
    readonly fiscalYear: number,
    readonly by: Evaluator,
    readonly order: EvaluationOrder,
    readonly envelope: Envelope,
  ) {
    super();
  }
}

@CommandHandler(EvaluateMeasure)
export class EvaluateMeasureHandler implements ICommandHandler<EvaluateMeasure> {
  constructor(
    private readonly ledger: Ledger,
    private readonly plans: PlanReader,
  ) {}

  async execute({ planKey, measureNo, fiscalYear, by, order, envelope }: EvaluateMeasure): Promise<Receipt> {
    const rules = await this.plans.rulesFor(planKey, order);
    const lifetime = await this.ledger.state(lifetimeOf, measureStream(planKey, measureNo));
    thereIn(fiscalYear, rules.plan.period, lifetime, measureNo);
    const { isClosed: isReviewClosed } = await this.ledger.state(review, reviewStream(planKey, fiscalYear));
    const command = { ...order, ...rules, measureNo, fiscalYear, by, isReviewClosed };
    return handle(this.ledger, evaluation, evaluationStream(planKey, measureNo, fiscalYear), command, envelope);
  }
}
