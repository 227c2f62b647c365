import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Day } from '../calendar/day.js';
import { directory, isDivision, postsOf } from '../directory/directory.js';
import { directoryStream } from '../directory/directory.events.js';
import type { Receipt } from '../eventsourcing/event-store.js';
import { handle, Ledger, type Envelope } from '../eventsourcing/handle.js';
import { kpiStream } from '../kpi/kpi.events.js';
import { measureStream, planStream } from '../plan/plan.events.js';
import { plan as planItself, type PlanRules } from '../plan/plan.js';
import { PlanReader } from '../plan/plan-reader.js';
import { committee, type Circumstances, type CommitteeOrder } from './committee.js';
import { committeeStream } from './committee.events.js';

/** Who sends the order: a pseudonymous id. */
interface Caller {
  readonly person: string;
  readonly isSecretariat: boolean;
}

/** Record something of the committee of a plan. */
export class GovernPlan extends Command<Receipt> {
  constructor(
    readonly planKey: string,
    readonly order: CommitteeOrder,
    readonly caller: Caller,
    readonly envelope: Envelope,
  ) {
    super();
  }
}

@CommandHandler(GovernPlan)
export class GovernPlanHandler implements ICommandHandler<GovernPlan> {
  constructor(
    private readonly ledger: Ledger,
    private readonly plans: PlanReader,
  ) {}

  async execute({ planKey, order, caller, envelope }: GovernPlan): Promise<Receipt> {
    const { plan, today } = await this.plans.rulesFor(planKey);
    const town = await this.ledger.state(directory, directoryStream(plan.town));
    const heldOn = (day: Day): string[] => postsOf(town, caller.person, day);
    const held = heldOn(order.effectiveOn ?? today);
    const circumstances: Circumstances = {
      plan,
      today,
      caller: { posts: heldOn(today).filter((post) => held.includes(post)), isSecretariat: caller.isSecretariat },
      isDivision: (key, day) => isDivision(town, key, day),
      unknownSubjects: await this.#unknown(plan, subjectsIn(order)),
    };
    return handle(this.ledger, committee, committeeStream(planKey), { ...order, ...circumstances }, envelope);
  }

  async #unknown(plan: PlanRules, subjects: readonly string[]): Promise<string[]> {
    const known = await Promise.all(subjects.map((subject) => this.#isKnown(plan, subject)));
    return subjects.filter((_, i) => known[i] === false);
  }

  async #isKnown({ planKey, period }: PlanRules, subject: string): Promise<boolean> {
    const slash = subject.indexOf('/');
    const [kind, name] = slash < 0 ? [subject, ''] : [subject.slice(0, slash), subject.slice(slash + 1)];
    const isRecorded = async (stream: string): Promise<boolean> => (await this.ledger.history(stream)).length > 0;
    const attributes = (await this.ledger.state(planItself, planStream(planKey)))?.attributes;
    switch (kind) {
      case 'plan':
        return subject === 'plan';
      case 'goal':
        return attributes?.goals.some(({ no }) => no === name) ?? false;
      case 'policy':
        return attributes?.policies.some(({ no }) => no === name) ?? false;
      case 'measure':
        return isRecorded(measureStream(planKey, name));
      case 'kpi':
        return isRecorded(kpiStream(planKey, name));
      case 'review':
        return /^\d{4}$/.test(name) && Number(name) >= period.from && Number(name) <= period.to;
      default:
        return false;
    }
  }
}

function subjectsIn(order: CommitteeOrder): string[] {
  const matters = order.kind === 'recordMeeting' ? (order.items ?? []) : 'title' in order ? [order] : [];
  return [...new Set(matters.flatMap(({ subjects = [] }) => subjects))];
}
