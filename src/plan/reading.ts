import type { Day } from '../calendar/day.js';
import type { Decimal } from '../calendar/decimal.js';
import { entryToReplace, inForce, type Entry } from '../eventsourcing/entries.js';
import { Refusal } from '../problems.js';
import { reasonFor, type PlanRules } from './plan.js';

/** What a decider remembers of a figure that was read for a year or a day. */
export interface ReadingEntry extends Entry {
  readonly value: Decimal;
}

/** The day from which a reading holds: not before the plan or what it was read for, and not to come. */
export function readingDay(day: Day, notBefore: Day, plan: PlanRules, today: Day): Day {
  if (day < plan.adoptedOn) throw new Refusal('EFFECTIVE_BEFORE_PLAN', ['input', 'effectiveOn'], day);
  if (day < notBefore) throw new Refusal('EFFECTIVE_OUTSIDE_YEAR', ['input', 'effectiveOn'], day);
  if (day > today) throw new Refusal('EFFECTIVE_IN_FUTURE', ['input', 'effectiveOn'], day);
  return day;
}

/**
 * A new reading beside those of the same year: once for a day, as another value is a correction; late, before one that
 * holds already, for a reason.
 *
 * @param field of the input, that names the year
 */
export function reasonBeside(
  ofYear: readonly ReadingEntry[],
  effectiveOn: Day,
  { value, reason }: { readonly value: Decimal; readonly reason: string | undefined },
  field: string,
): string | undefined {
  const sameDay = ofYear.find((entry) => entry.visible && entry.effectiveOn === effectiveOn);
  if (sameDay && sameDay.value !== value) {
    throw new Refusal('READING_EXISTS', ['input', field], `${effectiveOn}: ${sameDay.value}`);
  }
  const isLate = ofYear.some((entry) => entry.visible && entry.effectiveOn > effectiveOn);
  return isLate ? reasonFor(reason) : reason;
}

/**
 * The reading in force for a year, unless the caller names another of that year.
 *
 * @param field of the input, that names the year
 */
export function readingToReplace<E extends ReadingEntry>(
  ofYear: readonly E[],
  entryId: string | undefined,
  field: string,
  year: string,
): E {
  if (entryId !== undefined) return entryToReplace(ofYear, entryId);
  const entry = inForce(ofYear);
  if (!entry) throw new Refusal(ofYear.length > 0 ? 'ENTRY_SUPERSEDED' : 'ENTRY_NOT_FOUND', ['input', field], year);
  return entry;
}
