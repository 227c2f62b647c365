import { Injectable } from '@nestjs/common';
import { firstDayOf, type FiscalYear } from '../calendar/fiscal-year.js';
import type { Position } from '../eventsourcing/position.js';
import { Projector } from '../eventsourcing/projector.js';
import { measureSubject } from '../plan/plan.events.js';
import {
  REPORT,
  reportKey,
  WORK,
  type ApprovedValue,
  type Evidence,
  type ReportContent,
  type ReportRef,
  type WorkValue,
} from './report.events.js';
import { refIn } from './report.view.js';

/** What a version of a report refers to. */
export interface NamedEvidence {
  /** Key of the division that wrote the report. */
  readonly division: string;
  /** The version was approved once: it is everybody's, as of then, for ever. */
  readonly isApproved: boolean;
  readonly evidence: Evidence;
}

const DAY_MS = 24 * 60 * 60_000;
/** Entries of the trail that are read together. */
const AT_ONCE = 500;

/** Reads what reports said at any time. */
@Injectable()
export class ReportReader {
  constructor(private readonly projector: Projector) {}

  /** When each report for a year was first handed in, by measure and key: `1-1-5 2026/ANNUAL/国保年金課`. */
  async handedIn(planKey: string, fiscalYear: FiscalYear, known: Position): Promise<ReadonlyMap<string, number>> {
    const { trail } = this.projector.views;
    // In no time zone has the year begun a day before it.
    const recordedFromMs = Date.parse(firstDayOf(fiscalYear)) - DAY_MS;
    const filter = { scope: planKey, known, withStaffOnly: true, types: ['ReportSubmitted'], recordedFromMs };
    const first = new Map<string, number>();
    for (let after: Position | undefined; ;) {
      const found = await trail.page(filter, { after, limit: AT_ONCE, newestFirst: false });
      for (const { event } of found) {
        const of = event.data as ReportRef;
        const key = `${of.measureNo} ${reportKey(of)}`;
        if (!first.has(key)) first.set(key, event.recordedAtMs);
      }
      after = found.at(-1)?.event.position;
      if (found.length < AT_ONCE) return first;
    }
  }

  /** What any version of a report on a measure refers to. */
  async evidence(planKey: string, measureNo: string): Promise<NamedEvidence[]> {
    const { timeline } = this.projector.views;
    const { position } = await this.projector.views.bookmark();
    const subject = measureSubject(measureNo);
    const facts = await timeline.facts(planKey, { day: '9999-12-31', position }, subject);
    const keys = facts.entries(subject, WORK).map(({ attribute }) => attribute.slice(WORK.length));
    const named = await Promise.all(
      keys.map(async (key) => {
        const { division } = refIn(key, measureNo, planKey);
        const [approved, work] = await Promise.all(
          [REPORT, WORK].map((kind) => timeline.history(planKey, subject, kind + key, position)),
        );
        const versions = [
          ...(approved ?? []).map(({ value }) => ({ isApproved: true, content: value as unknown as ApprovedValue })),
          ...(work ?? []).map(({ value }) => ({
            isApproved: false,
            content: contentIn(value as unknown as WorkValue),
          })),
        ];
        return versions
          .reverse()
          .flatMap(({ isApproved, content }) =>
            (content?.evidence ?? []).map((evidence) => ({ division, isApproved, evidence })),
          );
      }),
    );
    return named.flat();
  }
}

const contentIn = (value: WorkValue): ReportContent | undefined => ('content' in value ? value.content : undefined);
