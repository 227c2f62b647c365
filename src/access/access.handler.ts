import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../eventsourcing/clock.js';
import type { Receipt } from '../eventsourcing/event-store.js';
import { handle, Ledger, type Envelope } from '../eventsourcing/handle.js';
import { directory } from '../directory/directory.js';
import { directoryStream } from '../directory/directory.events.js';
import { PlanReader } from '../plan/plan-reader.js';
import { Refusal } from '../problems.js';
import { access, type AccessOrder, type Decided } from './access.js';
import { personStream } from './access.events.js';
import { PersonalData } from './personal-data.js';

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
    private readonly personalData: PersonalData,
  ) {}

  async execute({ person, order, envelope: given }: ChangeAccess): Promise<Receipt> {
    if (order.kind === 'grant') await this.#requireThere(order);
    const today = await this.plans.today(order.kind === 'grant' ? order.planKey : '');
    const { decided, envelope } = await this.#sealed(person, order, given);
    const command = { ...decided, person, today, nowMs: this.clock.nowMs() };
    const receipt = await handle(this.ledger, access, personStream(person), command, envelope);
    // Also when it was erased before: a process may have ended between the two.
    if (order.kind === 'erase') this.personalData.destroy(person);
    return receipt;
  }

  /** From here on nobody reads who the person is but with his key. No key is made for whom it would be refused. */
  async #sealed(
    person: string,
    order: AccessOrder,
    envelope: Envelope,
  ): Promise<{ readonly decided: Decided; readonly envelope: Envelope }> {
    if (order.kind !== 'register' && order.kind !== 'describe') return { decided: order, envelope };
    const { kind, description } = order;
    const state = await this.ledger.state(access, personStream(person));
    if (!description || (kind === 'describe' && !state.exists)) return { decided: { kind }, envelope };
    // Said here: without the key a repetition could not be told from another request.
    if (state.isErased) throw new Refusal('PERSON_ERASED', ['input', 'personId'], person);
    const { sealed, envelope: withIt } = this.personalData.seal(person, description, envelope, state.description);
    return { decided: { kind, sealed }, envelope: withIt };
  }

  /** A role for what is not there would look like a right and be none. @throws Refusal PLAN_NOT_FOUND, DIVISION_NOT_FOUND */
  async #requireThere({ planKey, division }: Extract<AccessOrder, { readonly kind: 'grant' }>): Promise<void> {
    const { town } = (await this.plans.rulesFor(planKey)).plan;
    if (division === undefined) return;
    const { divisions } = await this.ledger.state(directory, directoryStream(town));
    if (!divisions.has(division)) throw new Refusal('DIVISION_NOT_FOUND', ['input', 'division'], division);
  }
}
