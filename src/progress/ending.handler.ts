import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Receipt } from '../eventsourcing/event-store.js';
import { handle, Ledger, type Envelope } from '../eventsourcing/handle.js';
import { measureStream } from '../plan/plan.events.js';
import { PlanReader } from '../plan/plan-reader.js';
import { ending, type EndingOrder } from './ending.js';

/** End a measure, or correct or withdraw its ending. */
export class EndMeasure extends Command<Receipt> {
  constructor(
    readonly planKey: string,
    readonly measureNo: string,
    readonly order: EndingOrder,
    readonly envelope: Envelope,
  ) {
    super();
  }
}

@CommandHandler(EndMeasure)
export class EndMeasureHandler implements ICommandHandler<EndMeasure> {
  constructor(
    private readonly ledger: Ledger,
    private readonly plans: PlanReader,
  ) {}

  async execute({ planKey, measureNo, order, envelope }: EndMeasure): Promise<Receipt> {
    const rules = await this.plans.rulesFor(planKey, order);
    return handle(this.ledger, ending, measureStream(planKey, measureNo), { ...order, ...rules, measureNo }, envelope);
  }
}
