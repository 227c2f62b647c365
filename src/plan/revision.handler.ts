import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Receipt } from '../eventsourcing/event-store.js';
import { handle, Ledger, type Envelope } from '../eventsourcing/handle.js';
import { measure, type RevisionOrder } from './measure.js';
import { measureStream, planStream, titlesIn } from './plan.events.js';
import { PlanReader } from './plan-reader.js';
import { plan } from './plan.js';
import { title, type TitleOrder } from './title.js';
import { titleStream } from './title.events.js';

/** Revise what the plan says of a measure, or correct or withdraw a revision. */
export class ReviseMeasure extends Command<Receipt> {
  constructor(
    readonly planKey: string,
    readonly measureNo: string,
    readonly order: RevisionOrder,
    readonly envelope: Envelope,
  ) {
    super();
  }
}

@CommandHandler(ReviseMeasure)
export class ReviseMeasureHandler implements ICommandHandler<ReviseMeasure> {
  constructor(
    private readonly ledger: Ledger,
    private readonly plans: PlanReader,
  ) {}

  async execute({ planKey, measureNo, order, envelope }: ReviseMeasure): Promise<Receipt> {
    const rules = await this.plans.rulesFor(planKey, order);
    const divisionNamed = await this.plans.divisionNamed(rules.plan);
    const command = { ...order, ...rules, measureNo, divisionNamed };
    return handle(this.ledger, measure, measureStream(planKey, measureNo), command, envelope);
  }
}

/** Revise the title of the plan, of a goal or of a policy, or correct or withdraw such a revision. */
export class ReviseTitle extends Command<Receipt> {
  constructor(
    readonly planKey: string,
    /** `plan`, `goal/1`, `policy/1-1` */
    readonly subject: string,
    readonly order: TitleOrder,
    readonly envelope: Envelope,
  ) {
    super();
  }
}

@CommandHandler(ReviseTitle)
export class ReviseTitleHandler implements ICommandHandler<ReviseTitle> {
  constructor(
    private readonly ledger: Ledger,
    private readonly plans: PlanReader,
  ) {}

  async execute({ planKey, subject, order, envelope }: ReviseTitle): Promise<Receipt> {
    const rules = await this.plans.rulesFor(planKey, order);
    const state = await this.ledger.state(plan, planStream(planKey));
    const inFile = state && titlesIn(state.attributes).get(subject);
    const command = { ...order, ...rules, subject, inFile };
    return handle(this.ledger, title, titleStream(planKey, subject), command, envelope);
  }
}
