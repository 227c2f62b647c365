import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Receipt } from '../eventsourcing/event-store.js';
import { handle, Ledger, type Envelope } from '../eventsourcing/handle.js';
import { measureStream } from '../plan/plan.events.js';
import { PlanReader } from '../plan/plan-reader.js';
import { status, type StatusOrder } from './status.js';

/** Change, correct or withdraw the status of a measure. */
export class ReportStatus extends Command<Receipt> {
  constructor(
    readonly planKey: string,
    readonly measureNo: string,
    readonly order: StatusOrder,
    readonly envelope: Envelope,
  ) {
    super();
  }
}

@CommandHandler(ReportStatus)
export class ReportStatusHandler implements ICommandHandler<ReportStatus> {
  constructor(
    private readonly ledger: Ledger,
    private readonly plans: PlanReader,
  ) {}

  async execute({ planKey, measureNo, order, envelope }: ReportStatus): Promise<Receipt> {
    const rules = await this.plans.rulesFor(planKey, order);
    return handle(this.ledger, status, measureStream(planKey, measureNo), { ...order, ...rules, measureNo }, envelope);
  }
}
