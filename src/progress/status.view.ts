import type { Position } from '../eventsourcing/position.js';
import type { Facts } from '../eventsourcing/timeline.js';
import { measureSubject, type Scale } from '../plan/plan.events.js';
import { STATUS, type StatusValue } from './progress.events.js';

/** Where a measure stands, in the plan's own words. */
export interface StatusView {
  readonly code: string;
  readonly label: string;
  readonly labelEn: string;
  readonly sign: string | undefined;
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
  scale: Scale,
  of: { planKey: string; known: Position },
): StatusView | null {
  const fact = facts.get<StatusValue>(measureSubject(measureNo), STATUS);
  if (!fact) return null;
  const { status: code, reason } = fact.value;
  const entry = scale.codes.find((candidate) => candidate.code === code);
  return {
    code,
    label: entry?.label.ja ?? code,
    labelEn: entry?.label.en ?? code,
    sign: entry?.sign,
    since: fact.effectiveFrom,
    recordedAt: new Date(fact.recordedAtMs),
    reason,
    entryId: fact.eventId,
    position: fact.position,
    ...of,
  };
}
