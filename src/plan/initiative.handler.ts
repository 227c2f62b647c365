import type { Day } from '../calendar/day.js';
import { directory, isDivision, type DirectoryState } from '../directory/directory.js';
import { directoryStream } from '../directory/directory.events.js';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Receipt } from '../eventsourcing/event-store.js';
import { handle, Ledger, type Envelope } from '../eventsourcing/handle.js';
import { initiative, type InitiativeInput, type InitiativeOrder } from './initiative.js';
import { measureStream } from './plan.events.js';
import { PlanReader } from './plan-reader.js';

export interface EnteredInitiative {
  /** `U1`, `U2`, … */
  readonly no: string;
  readonly receipt: Receipt;
}

/** Enter an unplanned initiative; its number is given here. */
export class EnterInitiative extends Command<EnteredInitiative> {
  constructor(
    readonly planKey: string,
    readonly input: InitiativeInput,
    readonly envelope: Envelope,
  ) {
    super();
  }
}

/** Correct or withdraw the entry of an unplanned initiative. */
export class AmendInitiative extends Command<Receipt> {
  constructor(
    readonly planKey: string,
    readonly measureNo: string,
    readonly order: Exclude<InitiativeOrder, { kind: 'enter' }>,
    readonly envelope: Envelope,
  ) {
    super();
  }
}

@CommandHandler(EnterInitiative)
export class EnterInitiativeHandler implements ICommandHandler<EnterInitiative> {
  constructor(
    private readonly ledger: Ledger,
    private readonly plans: PlanReader,
  ) {}

  /** A number is the stream's for ever: the first that is free, or that this very command has taken before. */
  async execute({ planKey, input, envelope }: EnterInitiative): Promise<EnteredInitiative> {
    const rules = await this.plans.rulesFor(planKey, input);
    const town = await this.ledger.state(directory, directoryStream(rules.plan.town));
    for (let n = 1; ; n++) {
      const no = `U${String(n)}`;
      const stream = measureStream(planKey, no);
      const [first] = await this.ledger.history(stream);
      if (first && first.correlationId !== envelope.commandId) continue;
      const command = { ...input, ...rules, ...isDivisionOf(town), kind: 'enter' as const, measureNo: no };
      const receipt = await handle(this.ledger, initiative, stream, command, envelope);
      if (receipt.eventIds.length > 0) return { no, receipt }; // else somebody was first
    }
  }
}

@CommandHandler(AmendInitiative)
export class AmendInitiativeHandler implements ICommandHandler<AmendInitiative> {
  constructor(
    private readonly ledger: Ledger,
    private readonly plans: PlanReader,
  ) {}

  async execute({ planKey, measureNo, order, envelope }: AmendInitiative): Promise<Receipt> {
    const rules = await this.plans.rulesFor(planKey, order);
    const town = await this.ledger.state(directory, directoryStream(rules.plan.town));
    const command = { ...order, ...rules, ...isDivisionOf(town), measureNo };
    return handle(this.ledger, initiative, measureStream(planKey, measureNo), command, envelope);
  }
}

const isDivisionOf = (town: DirectoryState) => ({ isDivision: (key: string, day: Day) => isDivision(town, key, day) });
