import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../eventsourcing/clock.js';
import type { Receipt } from '../eventsourcing/event-store.js';
import { handle, Ledger, type Envelope } from '../eventsourcing/handle.js';
import { directory } from '../directory/directory.js';
import { directoryStream } from '../directory/directory.events.js';
import { PlanReader } from '../plan/plan-reader.js';
import { Refusal } from '../problems.js';
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
    if (order.kind === 'grant') await this.#requireThere(order);
    const today = await this.plans.today(order.kind === 'grant' ? order.planKey : '');
    const command = { ...order, person, today, nowMs: this.clock.nowMs() };
    return handle(this.ledger, access, personStream(person), command, envelope);
  }

  /** A role for what is not there would look like a right and be none. @throws Refusal PLAN_NOT_FOUND, DIVISION_NOT_FOUND */
  async #requireThere({ planKey, division }: Extract<AccessOrder, { readonly kind: 'grant' }>): Promise<void> {
    const { town } = (await this.plans.rulesFor(planKey)).plan;
    if (division === undefined) return;
    const { divisions } = await this.ledger.state(directory, directoryStream(town));
    if (!divisions.has(division)) throw new Refusal('DIVISION_NOT_FOUND', ['input', 'division'], division);
  }
}
