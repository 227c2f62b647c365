import type { Position } from '../eventsourcing/position.js';
import type { Facts } from '../eventsourcing/timeline.js';
import { measureSubject } from '../plan/plan.events.js';
import { codeIn, type ScaleView, type VersionedCodeView } from '../plan/scale.view.js';
import { STATUS, type StatusValue } from './progress.events.js';

/** Where a measure stands, in the plan's own words, as the version of the scale has them in which it was given. */
export interface StatusView extends VersionedCodeView {
  /** The day from which it holds. */
  readonly since: string;
  readonly recordedAt: Date;
  readonly reason: string | undefined;
  /** Name it to correct or withdraw it. */
  readonly entryId: string;
  readonly planKey: string;
  readonly position: Position;
  readonly known: Position;
}

/** `null`: nothing reported. */
export function statusOf(
  facts: Facts,
  measureNo: string,
  scales: readonly ScaleView[],
  of: { planKey: string; known: Position },
): StatusView | null {
  const fact = facts.get<StatusValue>(measureSubject(measureNo), STATUS);
  if (!fact) return null;
  const { status, scale, reason } = fact.value;
  return {
    ...codeIn(scales, status, scale, fact.effectiveFrom),
    since: fact.effectiveFrom,
    recordedAt: new Date(fact.recordedAtMs),
    reason,
    entryId: fact.eventId,
    position: fact.position,
    ...of,
  };
}
