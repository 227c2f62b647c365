import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Receipt } from '../eventsourcing/event-store.js';
import { handle, Ledger, type Envelope } from '../eventsourcing/handle.js';
import { measureStream } from '../plan/plan.events.js';
import { PlanReader } from '../plan/plan-reader.js';
import { schedule, type ScheduleOrder } from './schedule.js';

/** Shift a phase of a measure, or withdraw the last shift. */
export class MoveSchedule extends Command<Receipt> {
  constructor(
    readonly planKey: string,
    readonly measureNo: string,
    readonly order: ScheduleOrder,
    readonly envelope: Envelope,
  ) {
    super();
  }
}

@CommandHandler(MoveSchedule)
export class MoveScheduleHandler implements ICommandHandler<MoveSchedule> {
  constructor(
    private readonly ledger: Ledger,
    private readonly plans: PlanReader,
  ) {}

  async execute({ planKey, measureNo, order, envelope }: MoveSchedule): Promise<Receipt> {
    const rules = await this.plans.rulesFor(planKey, order);
    return handle(
      this.ledger,
      schedule,
      measureStream(planKey, measureNo),
      { ...order, ...rules, measureNo },
      envelope,
    );
  }
}
