import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Receipt } from '../eventsourcing/event-store.js';
import { handle, Ledger, type Envelope } from '../eventsourcing/handle.js';
import { PlanReader } from '../plan/plan-reader.js';
import { kpi, type KpiOrder, type KpiRevisionOrder } from './kpi.js';
import { kpiStream } from './kpi.events.js';

/** Record, correct or withdraw a figure of a KPI, or revise what the plan says of it. */
export class EnterFigure extends Command<Receipt> {
  constructor(
    readonly planKey: string,
    readonly kpiKey: string,
    readonly order: KpiOrder | KpiRevisionOrder,
    readonly envelope: Envelope,
  ) {
    super();
  }
}

@CommandHandler(EnterFigure)
export class EnterFigureHandler implements ICommandHandler<EnterFigure> {
  constructor(
    private readonly ledger: Ledger,
    private readonly plans: PlanReader,
  ) {}

  async execute({ planKey, kpiKey, order, envelope }: EnterFigure): Promise<Receipt> {
    const rules = await this.plans.rulesFor(planKey, order);
    return handle(this.ledger, kpi, kpiStream(planKey, kpiKey), { ...order, ...rules, kpiKey }, envelope);
  }
}
