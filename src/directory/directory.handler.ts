import { access } from '../access/access.js';
import { personStream } from '../access/access.events.js';
import type { Day } from '../calendar/day.js';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Receipt } from '../eventsourcing/event-store.js';
import { handle, Ledger, type Envelope } from '../eventsourcing/handle.js';
import { PlanReader } from '../plan/plan-reader.js';
import { Refusal } from '../problems.js';
import { directory, type DirectoryOrder } from './directory.js';
import { directoryStream } from './directory.events.js';
import type { DivisionView } from './directory.view.js';

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
    const answersFor =
      order.kind === 'abolish' ? await this.#answersFor(order.division, plan.town, order.effectiveOn ?? today) : [];
    const command = { ...order, town: plan.town, today, answersFor };
    return handle(this.ledger, directory, directoryStream(plan.town), command, envelope);
  }

  /** What would be nobody's without a division, in all plans of the town; one for disasters comes and goes. */
  async #answersFor(division: string, town: string, effectiveOn: Day): Promise<string[]> {
    const found: string[] = [];
    for (const key of await this.plans.keys()) {
      const plan = await this.plans.planAt(key, { effectiveOn });
      if (plan?.municipalityCode !== town || plan.directory.division(division).isOnlyInDisaster) continue;
      const dependsOnIt = (owner: DivisionView): boolean => {
        const behind = plan.directory.answering([owner]);
        return behind.length === 1 && behind[0]?.key === division;
      };
      for (const { no, owners, ending } of [...plan.measures, ...plan.unplanned])
        if (!ending && owners.some(dependsOnIt)) found.push(no);
    }
    return found;
  }

  async #requirePerson(person: string): Promise<void> {
    const { exists } = await this.ledger.state(access, personStream(person));
    if (!exists) throw new Refusal('PERSON_NOT_FOUND', ['input', 'personId'], person);
  }
}
