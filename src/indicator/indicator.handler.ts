import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Receipt } from '../eventsourcing/event-store.js';
import { handle, Ledger, type Envelope } from '../eventsourcing/handle.js';
import { PlanReader } from '../plan/plan-reader.js';
import { indicator, type IndicatorOrder } from './indicator.js';
import { indicatorStream } from './indicator.events.js';

/** Record, correct or withdraw a reading of a context indicator. */
export class EnterIndicatorReading extends Command<Receipt> {
  constructor(
    readonly planKey: string,
    readonly indicatorKey: string,
    readonly order: IndicatorOrder,
    readonly envelope: Envelope,
  ) {
    super();
  }
}

@CommandHandler(EnterIndicatorReading)
export class EnterIndicatorReadingHandler implements ICommandHandler<EnterIndicatorReading> {
  constructor(
    private readonly ledger: Ledger,
    private readonly plans: PlanReader,
  ) {}

  async execute({ planKey, indicatorKey, order, envelope }: EnterIndicatorReading): Promise<Receipt> {
    const rules = await this.plans.rulesFor(planKey);
    const stream = indicatorStream(planKey, indicatorKey);
    return handle(this.ledger, indicator, stream, { ...order, ...rules, indicatorKey }, envelope);
  }
}
