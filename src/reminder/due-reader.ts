import { Injectable } from '@nestjs/common';
import type { FiscalYear } from '../calendar/fiscal-year.js';
import type { HistoricFact } from '../eventsourcing/timeline.js';
import type { Position } from '../eventsourcing/position.js';
import { Projector } from '../eventsourcing/projector.js';
import { committeeSubject, completionOf, DECISION } from '../governance/committee.events.js';
import { PlanReader } from '../plan/plan-reader.js';
import type { PlanView } from '../plan/plan.view.js';
import { reviewSubject, ROUND } from '../review/review.events.js';
import { duesOf, type Due } from './due.view.js';

export interface PlanDues {
  readonly plan: PlanView;
  readonly dues: readonly Due[];
}

/** How often a due was changed since it was first set, and when last. */
export interface Revision {
  readonly sequence: number;
  readonly changedAt: Date;
}

/** Reads what is due of a plan, today. */
@Injectable()
export class DueReader {
  constructor(
    private readonly plans: PlanReader,
    private readonly projector: Projector,
  ) {}

  /** @param position all that is recorded by then; default: all that is visible. `null`: no such plan */
  async of(planKey: string, position?: Position): Promise<PlanDues | null> {
    const plan = await this.plans.planAt(planKey, { position });
    if (!plan) return null;
    const { effectiveOn: today, position: known } = plan.asOf;
    const atWork = new Map<FiscalYear, PlanView | null>();
    for (const [year, { rounds }] of plan.reviews) {
      if (rounds.length > 0) atWork.set(year, await this.plans.asOfYear(planKey, year, { day: today, known }));
    }
    return { plan, dues: duesOf(plan, (year) => atWork.get(year)) };
  }

  /** In the order of the dues. */
  async revisions({ plan, dues }: PlanDues): Promise<Revision[]> {
    const { position: known } = plan.asOf;
    const histories = new Map<string, Promise<HistoricFact[]>>();
    const history = (subject: string, attribute: string): Promise<HistoricFact[]> => {
      const key = `${subject} ${attribute}`;
      const found = histories.get(key) ?? this.projector.views.timeline.history(plan.key, subject, attribute, known);
      histories.set(key, found);
      return found;
    };
    const changes = await Promise.all(
      dues.map(async (due) => {
        const said =
          due.kind === 'reports'
            ? await history(reviewSubject(due.fiscalYear), ROUND + due.period)
            : [
                ...(await history(committeeSubject, DECISION + due.decision.id)),
                ...(await history(committeeSubject, completionOf(due.decision.id, due.no))),
              ];
        return positionsIn(said);
      }),
    );
    const last = [...new Set(changes.flatMap((positions) => positions.at(-1) ?? []))];
    const entries = await this.projector.views.trail.entries(last, known);
    const recordedAtMs = new Map(entries.map((entry) => [entry?.event.position, entry?.event.recordedAtMs]));
    return changes.map((positions) => ({
      sequence: positions.length - 1,
      changedAt: new Date(recordedAtMs.get(positions.at(-1)) ?? 0),
    }));
  }
}

/** Of the events that said it, corrected it or took it back, in order. */
const positionsIn = (said: readonly HistoricFact[]): Position[] =>
  [
    ...new Set(said.flatMap(({ position, supersededAt }) => [position, ...(supersededAt ? [supersededAt] : [])])),
  ].sort();
