import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { pagesAfter, type Receipt } from '../eventsourcing/event-store.js';
import { handle, Ledger, receiptBefore, uuidOf, type Envelope } from '../eventsourcing/handle.js';
import { canonicalJson } from '../ledger/canonical.js';
import { Refusal } from '../problems.js';
import { measureStream, measureSubject } from './plan.events.js';
import { PlanReader } from './plan-reader.js';
import {
  endToWithdraw,
  pathOf,
  succession,
  told,
  type SuccessionCommand,
  type SuccessionInput,
  type SuccessionState,
} from './succession.js';

/** Split a measure, merge several, or retire one. */
export class SucceedMeasures extends Command<Receipt> {
  constructor(
    readonly planKey: string,
    readonly input: SuccessionInput,
    readonly envelope: Envelope,
  ) {
    super();
  }
}

/** Take a split, a merger or a retirement back: the measures that gave way are there again. */
export class WithdrawSuccession extends Command<Receipt> {
  constructor(
    readonly planKey: string,
    /** One that gave way. */
    readonly measureNo: string,
    readonly order: {
      readonly entryId: string;
      readonly reason: string;
      readonly effectiveOn?: string | undefined;
    },
    readonly envelope: Envelope,
  ) {
    super();
  }
}

/**
 * A succession lies in the streams of all its measures: a sequence of appends, those that take a place first, the last that
 * gives way last, and none of it shows before it is complete (`succession.view.ts`). The ids of the parts depend on what is
 * said only, so one that was cut off is resumed by sending it again.
 */
@CommandHandler(SucceedMeasures)
export class SucceedMeasuresHandler implements ICommandHandler<SucceedMeasures> {
  constructor(
    private readonly ledger: Ledger,
    private readonly plans: PlanReader,
  ) {}

  async execute({ planKey, input, envelope }: SucceedMeasures): Promise<Receipt> {
    const [lastNo = ''] = input.predecessors.slice(-1);
    const lastStream = measureStream(planKey, lastNo);
    const before = await receiptBefore(this.ledger, lastStream, envelope);
    if (before) return before;

    const rules = await this.plans.rulesFor(planKey, input);
    const divisionNamed = await this.plans.divisionNamed(rules.plan);
    const { entered, effectiveOn, decision, ...words } = told(input, { ...rules, divisionNamed });
    const { kind, predecessors, successors } = words;
    const content = canonicalJson([kind, predecessors, successors, entered, effectiveOn]);
    const said = { ...words, succession: uuidOf('succession', planKey, content) };

    const of = { plan: rules.plan, decision, effectiveOn };
    const commands = [
      ...entered.map((successor, i): SuccessionCommand => {
        const path = [...pathOf(kind, i), 'no'];
        return { ...of, kind: 'enter', measureNo: successors[i] ?? '', said: { ...said, ...successor }, path };
      }),
      ...predecessors.map((measureNo, i): SuccessionCommand => {
        const path = kind === 'MERGER' ? ['input', 'measureNos', String(i)] : ['input', 'measureNo'];
        const completes = i === predecessors.length - 1;
        return { ...of, kind: 'succeed', measureNo, said, completes, path };
      }),
    ];
    // Nothing is written unless all of it may be.
    for (const command of commands) succession.decide(command, await stateOf(this.ledger, command));
    await refuseStale(this.ledger, lastStream, envelope);
    return inSequence(this.ledger, commands, said.succession, envelope);
  }
}

@CommandHandler(WithdrawSuccession)
export class WithdrawSuccessionHandler implements ICommandHandler<WithdrawSuccession> {
  constructor(
    private readonly ledger: Ledger,
    private readonly plans: PlanReader,
  ) {}

  async execute({ planKey, measureNo, order, envelope }: WithdrawSuccession): Promise<Receipt> {
    const stream = measureStream(planKey, measureNo);
    const before = await receiptBefore(this.ledger, stream, envelope);
    if (before) return before;

    const { plan } = await this.plans.rulesFor(planKey);
    const end = endToWithdraw(await this.ledger.state(succession, stream), measureNo, order);
    await this.#refuseInUse(planKey, end.successors);
    const others = [...end.predecessors.filter((no) => no !== measureNo), ...end.successors];
    const commands = [...others, measureNo].map((no): SuccessionCommand => {
      return { kind: 'withdraw', plan, measureNo: no, succession: end.succession, reason: order.reason };
    });
    for (const command of commands) succession.decide(command, await stateOf(this.ledger, command));
    await refuseStale(this.ledger, stream, envelope);
    return inSequence(this.ledger, commands, uuidOf('withdrawn', end.succession), envelope);
  }

  /**
   * By the events themselves: something was recorded of a measure that took a place, in whichever stream, and stands.
   *
   * @throws Refusal SUCCESSION_IN_USE
   */
  async #refuseInUse(planKey: string, successors: readonly string[]): Promise<void> {
    const { catalogue, store } = this.ledger;
    const subjects = new Set(successors.map(measureSubject));
    const histories = await Promise.all(successors.map((no) => this.ledger.history(measureStream(planKey, no))));
    const [position] = histories.flatMap(([entered]) => entered?.position ?? []).sort();
    if (position === undefined) return;
    const standing = new Map<string, string>();
    for await (const page of pagesAfter({ position, recordedAtMs: 0 }, store, PAGE)) {
      for (const event of page) {
        const { scope, subject, supersedes, assertions } = catalogue.meaning(event);
        if (scope !== planKey || !subjects.has(subject)) continue;
        if (supersedes) standing.delete(supersedes.entry.eventId);
        if (assertions.length > 0 && event.type !== 'SuccessorEntered')
          standing.set(event.id, `${subject} ${event.type}`);
      }
    }
    const [found] = standing.values();
    if (found !== undefined) throw new Refusal('SUCCESSION_IN_USE', ['input', 'measureNo'], found);
  }
}

/** Events read at once. */
const PAGE = 500;

const stateOf = (ledger: Ledger, { plan, measureNo }: SuccessionCommand): Promise<SuccessionState> =>
  ledger.state(succession, measureStream(plan.planKey, measureNo));

async function refuseStale(ledger: Ledger, stream: string, { expectedRevision }: Envelope): Promise<void> {
  const current = (await ledger.history(stream)).length - 1;
  if (expectedRevision !== undefined && expectedRevision !== current)
    throw new Refusal('CONFLICT', ['input', 'expectedRevision'], `revision ${String(current)}`, current);
}

/** One append for each measure, the last under the name of the caller's request. */
async function inSequence(
  ledger: Ledger,
  commands: readonly SuccessionCommand[],
  id: string,
  envelope: Envelope,
): Promise<Receipt> {
  const last = commands.length - 1;
  let receipt: Receipt | undefined;
  for (const [i, command] of commands.entries()) {
    const { plan, measureNo } = command;
    const part = { commandId: uuidOf(id, measureNo), fingerprint: id, actor: envelope.actor };
    const stream = measureStream(plan.planKey, measureNo);
    receipt = await handle(ledger, succession, stream, command, i === last ? envelope : part);
  }
  if (!receipt) throw new Error('a succession without measures');
  return receipt;
}
