import { Injectable } from '@nestjs/common';
import { Projector } from '../eventsourcing/projector.js';
import { measureSubject } from '../plan/plan.events.js';
import {
  REPORT,
  WORK,
  type ApprovedValue,
  type Evidence,
  type ReportContent,
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

/** Reads what reports said at any time. */
@Injectable()
export class ReportReader {
  constructor(private readonly projector: Projector) {}

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
