import { actorIn } from '../access/actor.js';
import { SEES_PEOPLE } from '../access/permissions.js';
import type { RequestContext } from '../api/context.js';
import type { Position } from '../eventsourcing/position.js';
import type { TrailEntry, TrailEvent } from '../eventsourcing/views.js';
import type { Actor, AuditEntry } from './trail.types.js';

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

/** Who acts for the whole installation. */
const LABELS: Readonly<Record<string, string>> = { admin: '管理者', system: 'システム' };

/** Who recorded an event, as far as the caller may know. */
export async function actorOf(
  planKey: string,
  event: TrailEvent,
  known: Position,
  { actor, rights, loaders }: RequestContext,
): Promise<Actor> {
  const { person, division } = actorIn(event.actor);
  const isKnown = await rights.sees(actor, SEES_PEOPLE, { planKey });
  const name = division === undefined ? undefined : await loaders.divisionNameAt(planKey, division, event, known);
  const label = name ?? LABELS[person] ?? '職員';
  const isInstallation = person in LABELS;
  return {
    id: isKnown || isInstallation ? person : (division ?? 'staff'),
    label,
    division: division ?? null,
    person: isKnown && !isInstallation ? person : null,
  };
}
