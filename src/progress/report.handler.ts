import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { FiscalYearRange } from '../calendar/fiscal-year.js';
import type { Receipt } from '../eventsourcing/event-store.js';
import { handle, Ledger, rehearse, type Envelope } from '../eventsourcing/handle.js';
import { actorIn } from '../access/actor.js';
import { lifetimeOf, thereIn } from '../plan/lifetime.js';
import { measureStream } from '../plan/plan.events.js';
import { PlanReader } from '../plan/plan-reader.js';
import { Refusal } from '../problems.js';
import { isCollected, review } from '../review/review.js';
import { reviewStream } from '../review/review.events.js';
import { EvidenceFiles } from './evidence-files.js';
import { report, type ReportOrder, type WrittenReport } from './report.js';
import { reportStream, type Evidence, type ReportRef } from './report.events.js';

/** What a report refers to: a file that was handed in before, by its hash, or a link. */
export type GivenEvidence =
  | { readonly sha256: string; readonly name: string; readonly isPublic: boolean }
  | { readonly url: string; readonly title: string; readonly isPublic: boolean };

export interface GivenReport extends Omit<WrittenReport, 'evidence'> {
  readonly evidence: readonly GivenEvidence[];
}

/** An order whose evidence has not been looked up yet. */
type Given<Order> = Order extends { readonly written?: infer Written }
  ? Omit<Order, 'written'> & { readonly written: undefined extends Written ? GivenReport | undefined : GivenReport }
  : Order;
export type GivenReportOrder = Given<ReportOrder>;

/** Write, submit, return, approve, correct, withdraw or comment on a report. Of a dry run there is no receipt. */
export class HandleReport extends Command<Receipt | undefined> {
  constructor(
    readonly of: Omit<ReportRef, 'division'> & { readonly division?: string | undefined },
    readonly order: GivenReportOrder,
    readonly envelope: Envelope,
    readonly isDryRun = false,
  ) {
    super();
  }
}

@CommandHandler(HandleReport)
export class HandleReportHandler implements ICommandHandler<HandleReport> {
  constructor(
    private readonly ledger: Ledger,
    private readonly plans: PlanReader,
    private readonly evidence: EvidenceFiles,
  ) {}

  async execute({ of: named, order, envelope, isDryRun }: HandleReport): Promise<Receipt | undefined> {
    const rules = await this.plans.rulesFor(named.planKey);
    const beginsOn = await this.plans.beginning(named.planKey, named.measureNo);
    if (beginsOn === undefined) throw new Refusal('MEASURE_NOT_FOUND', ['input', 'measureNo'], named.measureNo);
    if (order.kind === 'draft' || order.kind === 'submit') await this.#requireThere(named, rules.plan.period);
    const of = { ...named, division: await this.#division(named, envelope) };
    const written = 'written' in order && order.written ? await this.#lookedUp(order.written, of) : undefined;
    const year = await this.ledger.state(review, reviewStream(of.planKey, of.fiscalYear));
    const isClosed = isCollected(year, of.period);
    const command = { ...(order as ReportOrder), ...(written && { written }), ...rules, of, beginsOn, isClosed };
    if (!isDryRun) return handle(this.ledger, report, reportStream(of), command as never, envelope);
    await rehearse(this.ledger, report, reportStream(of), command as never, envelope);
    return undefined;
  }

  async #requireThere({ planKey, measureNo, fiscalYear }: HandleReport['of'], period: FiscalYearRange): Promise<void> {
    const lifetime = await this.ledger.state(lifetimeOf, measureStream(planKey, measureNo));
    thereIn(fiscalYear, period, lifetime, measureNo);
  }

  /** Who is to answer: as named, else the division that acts, else the only one there is. */
  async #division(
    { planKey, measureNo, fiscalYear, division }: HandleReport['of'],
    { actor }: Envelope,
  ): Promise<string> {
    const answering = await this.plans.answering(planKey, measureNo, fiscalYear);
    const keys = [...(answering?.keys() ?? [])];
    if (division !== undefined) {
      if (answering?.has(division) === true) return division;
      throw new Refusal('DIVISION_NOT_ANSWERING', ['input', 'division'], `${division}: ${keys.join('、')}`);
    }
    const acting = actorIn(actor).division;
    const own = keys.filter((key) => key === acting);
    const taken = keys.filter((key) => acting !== undefined && answering?.get(key)?.has(acting));
    for (const candidates of [own, taken, keys]) if (candidates.length === 1 && candidates[0]) return candidates[0];
    throw new Refusal('DIVISION_REQUIRED', ['input', 'division'], keys.join('、'));
  }

  async #lookedUp({ evidence, ...written }: GivenReport, of: ReportRef): Promise<WrittenReport> {
    const found = await Promise.all(
      evidence.map(async (one, i): Promise<Evidence> => {
        if ('url' in one) return one;
        const file = await this.evidence.findFor(one.sha256, of);
        if (!file) throw new Refusal('EVIDENCE_NOT_FOUND', ['input', 'evidence', String(i), 'sha256'], one.sha256);
        return { ...one, mediaType: file.mediaType, bytes: file.bytes };
      }),
    );
    return { ...written, evidence: found };
  }
}
