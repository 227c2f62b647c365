import type { Day } from '../calendar/day.js';
import { Refusal } from '../problems.js';
import type { EntryRef } from './catalogue.js';

/** What a decider remembers of an event that can be corrected or withdrawn. */
export interface Entry extends EntryRef {
  readonly effectiveOn: Day;
  /** Not corrected, not withdrawn. */
  readonly visible: boolean;
}

export const entryOf = (event: {
  readonly id: string;
  readonly revision: number;
  readonly effectiveOn: Day;
}): Entry => ({
  eventId: event.id,
  revision: event.revision,
  effectiveOn: event.effectiveOn,
  visible: true,
});

export const superseded = <E extends Entry>(entries: readonly E[], by: EntryRef): E[] =>
  entries.map((entry) => (entry.eventId === by.eventId ? { ...entry, visible: false } : entry));

/** The entry a correction or withdrawal names. @throws Refusal ENTRY_NOT_FOUND, ENTRY_SUPERSEDED */
export function entryToReplace<E extends Entry>(entries: readonly E[], eventId: string): E {
  const entry = entries.find((candidate) => candidate.eventId === eventId);
  if (!entry) throw new Refusal('ENTRY_NOT_FOUND', ['input', 'entryId'], eventId);
  if (!entry.visible) throw new Refusal('ENTRY_SUPERSEDED', ['input', 'entryId'], eventId);
  return entry;
}

/** Takes an entry back; it holds from where the entry did, whether the caller says so or not. */
export interface Withdrawal {
  readonly kind: 'withdraw';
  readonly entryId: string;
  readonly reason: string;
  readonly effectiveOn?: Day | undefined;
}

/** @throws Refusal ENTRY_NOT_FOUND, ENTRY_SUPERSEDED; EFFECTIVE_FIXED for another day than the entry's */
export function entryToWithdraw<E extends Entry>(
  entries: readonly E[],
  { entryId, effectiveOn }: Pick<Withdrawal, 'entryId' | 'effectiveOn'>,
): E {
  const entry = entryToReplace(entries, entryId);
  sameDay(entry, effectiveOn);
  return entry;
}

export function sameDay(entry: Entry, effectiveOn: Day | undefined): void {
  if (effectiveOn === undefined || effectiveOn === entry.effectiveOn) return;
  throw new Refusal('EFFECTIVE_FIXED', ['input', 'effectiveOn'], `${effectiveOn} ≠ ${entry.effectiveOn}`);
}

/** The entry in force: visible, the latest by day, then by order of recording. */
export function inForce<E extends Entry>(entries: readonly E[]): E | undefined {
  let best: E | undefined;
  for (const entry of entries) {
    if (entry.visible && (!best || entry.effectiveOn >= best.effectiveOn)) best = entry;
  }
  return best;
}
