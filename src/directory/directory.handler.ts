import { access } from '../access/access.js';
import { personStream } from '../access/access.events.js';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Receipt } from '../eventsourcing/event-store.js';
import { handle, Ledger, type Envelope } from '../eventsourcing/handle.js';
import { PlanReader } from '../plan/plan-reader.js';
import { Refusal } from '../problems.js';
import { directory, type DirectoryOrder } from './directory.js';
import { directoryStream } from './directory.events.js';

/** Change the directory of the town whose plan it is. */
export class ChangeDirectory extends Command<Receipt> {
  constructor(
    readonly planKey: string,
    readonly order: DirectoryOrder & { readonly effectiveOn?: string | undefined },
    readonly envelope: Envelope,
  ) {
    super();
  }
}

@CommandHandler(ChangeDirectory)
export class ChangeDirectoryHandler implements ICommandHandler<ChangeDirectory> {
  constructor(
    private readonly ledger: Ledger,
    private readonly plans: PlanReader,
  ) {}

  async execute({ planKey, order, envelope }: ChangeDirectory): Promise<Receipt> {
    const { plan, today } = await this.plans.rulesFor(planKey);
    if (order.effectiveOn !== undefined && order.effectiveOn < plan.adoptedOn)
      throw new Refusal('EFFECTIVE_BEFORE_PLAN', ['input', 'effectiveOn'], order.effectiveOn);
    if (order.kind === 'fill' && order.person !== null) await this.#requirePerson(order.person);
    const command = { ...order, town: plan.town, today };
    return handle(this.ledger, directory, directoryStream(plan.town), command, envelope);
  }

  async #requirePerson(person: string): Promise<void> {
    const { exists } = await this.ledger.state(access, personStream(person));
    if (!exists) throw new Refusal('PERSON_NOT_FOUND', ['input', 'personId'], person);
  }
}
