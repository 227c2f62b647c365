import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Receipt } from '../eventsourcing/event-store.js';
import { handle, Ledger, type Envelope } from '../eventsourcing/handle.js';
import { measure, type RevisionOrder } from './measure.js';
import { measureStream } from './plan.events.js';
import { PlanReader } from './plan-reader.js';

/** Revise what the plan says of a measure, or correct or withdraw a revision. */
export class ReviseMeasure extends Command<Receipt> {
  constructor(
    readonly planKey: string,
    readonly measureNo: string,
    readonly order: RevisionOrder,
    readonly envelope: Envelope,
  ) {
    super();
  }
}

@CommandHandler(ReviseMeasure)
export class ReviseMeasureHandler implements ICommandHandler<ReviseMeasure> {
  constructor(
    private readonly ledger: Ledger,
    private readonly plans: PlanReader,
  ) {}

  async execute({ planKey, measureNo, order, envelope }: ReviseMeasure): Promise<Receipt> {
    const rules = await this.plans.rulesFor(planKey, order);
    const divisionNamed = await this.plans.divisionNamed(rules.plan);
    const command = { ...order, ...rules, measureNo, divisionNamed };
    return handle(this.ledger, measure, measureStream(planKey, measureNo), command, envelope);
  }
}
