import type { RequestContext } from '../api/context.js';
import type { Position } from '../eventsourcing/position.js';
import type { TrailEntry } from '../eventsourcing/views.js';
import type { AuditEntry } from './trail.types.js';

/** An event as people see it, as known at a position. */
export function auditEntry(planKey: string, known: Position, entry: TrailEntry): AuditEntry {
  const { event, subject } = entry;
  const { reason } = event.data as { reason?: string };
  return {
    planKey,
    known,
    entry,
    id: event.id,
    position: event.position,
    type: event.type,
    subject,
    recordedAt: new Date(event.recordedAtMs),
    effectiveOn: event.effectiveOn,
    reason: reason ?? null,
  };
}

/** The event at a position, with what became of it as known at another; `null`: not for everybody's eyes. */
export async function auditEntryAt(
  planKey: string,
  position: Position,
  known: Position,
  { loaders }: RequestContext,
): Promise<AuditEntry | null> {
  const entry = await loaders.entry.load({ key: position, known });
  return entry?.isPublic === true ? auditEntry(planKey, known, entry) : null;
}
