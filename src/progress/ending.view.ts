import type { Position } from '../eventsourcing/position.js';
import type { Facts } from '../eventsourcing/timeline.js';
import { measureSubject } from '../plan/plan.events.js';
import { ENDING, ENDINGS, type EndingKind, type EndingValue } from './ending.events.js';

/** How and why a measure has ended. */
export interface EndingView {
  readonly kind: EndingKind;
  readonly label: string;
  readonly labelEn: string;
  /** The day from which it holds. */
  readonly since: string;
  readonly recordedAt: Date;
  readonly reason: string;
  readonly decidedBy: string | undefined;
  /** Name it to correct or withdraw it. */
  readonly entryId: string;
  readonly planKey: string;
  readonly position: Position;
  readonly known: Position;
}

/** `null`: it has not ended. */
export function endingOf(facts: Facts, measureNo: string, of: { planKey: string; known: Position }): EndingView | null {
  const fact = facts.get<EndingValue>(measureSubject(measureNo), ENDING);
  if (!fact) return null;
  const { ending: kind, reason, decidedBy } = fact.value;
  const [label, labelEn] = ENDINGS[kind];
  return {
    kind,
    label,
    labelEn,
    since: fact.effectiveFrom,
    recordedAt: new Date(fact.recordedAtMs),
    reason,
    decidedBy,
    entryId: fact.eventId,
    position: fact.position,
    ...of,
  };
}
