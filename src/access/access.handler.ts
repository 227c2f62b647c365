import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../eventsourcing/clock.js';
import type { Receipt } from '../eventsourcing/event-store.js';
import { handle, Ledger, type Envelope } from '../eventsourcing/handle.js';
import { PlanReader } from '../plan/plan-reader.js';
import { access, type AccessOrder } from './access.js';
import { personStream } from './access.events.js';

/** Change what a person may do, or what it signs in with. */
export class ChangeAccess extends Command<Receipt> {
  constructor(
    readonly person: string,
    readonly order: AccessOrder,
    readonly envelope: Envelope,
  ) {
    super();
  }
}

@CommandHandler(ChangeAccess)
export class ChangeAccessHandler implements ICommandHandler<ChangeAccess> {
  constructor(
    private readonly ledger: Ledger,
    private readonly plans: PlanReader,
    private readonly clock: Clock,
  ) {}

  async execute({ person, order, envelope }: ChangeAccess): Promise<Receipt> {
    const today = await this.plans.today(order.kind === 'grant' ? order.planKey : '');
    const command = { ...order, person, today, nowMs: this.clock.nowMs() };
    return handle(this.ledger, access, personStream(person), command, envelope);
  }
}
