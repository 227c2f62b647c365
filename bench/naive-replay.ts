import type { Projected } from '../src/eventsourcing/catalogue.js';
import { BEGINNING, pagesAfter, type EventStore } from '../src/eventsourcing/event-store.js';
import { Facts, type Fact, type Point } from '../src/eventsourcing/timeline.js';
import { catalogue } from '../src/catalogue.js';

const BATCH = 5_000;

/** What somebody without read models does: reads the ledger from its beginning and keeps what is left standing. */
export async function replay(store: EventStore, scope: string, { day, position: known }: Point): Promise<Facts> {
  const standing = new Map<string, Map<string, Fact>>();
  for await (const events of pagesAfter(BEGINNING, store, BATCH)) {
    for (const event of events) {
      if (event.position <= known) take(standing, catalogue.project(event), scope);
    }
  }
  const found: Fact[] = [];
  for (const entries of standing.values()) {
    let best: Fact | undefined;
    for (const fact of entries.values()) {
      if (fact.effectiveFrom <= day && (!best || fact.effectiveFrom >= best.effectiveFrom)) best = fact;
    }
    if (best) found.push(best);
  }
  return new Facts(found);
}

/** Entries by attribute, in the order of the ledger. */
function take(standing: Map<string, Map<string, Fact>>, projected: Projected, of: string): void {
  const { event, scope, subject, assertions, supersedes } = projected;
  if (scope !== of) return;
  if (supersedes) standing.get(`${subject} ${supersedes.attribute}`)?.delete(supersedes.entry.eventId);
  for (const { subject: about, attribute, effectiveFrom, value } of assertions) {
    const key = `${about} ${attribute}`;
    let entries = standing.get(key);
    if (!entries) standing.set(key, (entries = new Map<string, Fact>()));
    const { position, recordedAtMs, id: eventId } = event;
    entries.set(eventId, { subject: about, attribute, effectiveFrom, value, position, recordedAtMs, eventId });
  }
}
