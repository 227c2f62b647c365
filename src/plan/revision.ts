import type { Day } from '../calendar/day.js';
import { entryToReplace, inForce, type Entry } from '../eventsourcing/entries.js';
import { canonicalJson, type Json } from '../ledger/canonical.js';
import { Refusal } from '../problems.js';
import { changesBetween } from './plan.js';

/** One attribute of an entry of the plan, as an event said it. */
export interface Wording extends Entry {
  readonly attribute: string;
  readonly value: unknown;
  /** By the plan file, by what it took the place of, or by a revision, which alone is corrected and withdrawn. */
  readonly by: 'file' | 'origin' | 'revision';
}

/** What an event says, attribute by attribute. */
export const wordingsIn = (
  { id, revision, effectiveOn }: { readonly id: string; readonly revision: number; readonly effectiveOn: Day },
  attributes: object,
  by: Wording['by'],
): Wording[] =>
  Object.entries(attributes).map(([attribute, value]: [string, unknown]) => ({
    ...{ eventId: id, revision, effectiveOn, visible: true },
    ...{ attribute, value, by },
  }));

const isSame = (one: unknown, other: unknown): boolean => text(one) === text(other);
const text = (value: unknown): string => (value === undefined ? '' : canonicalJson(value as Json));

const wordingOf = (wordings: readonly Wording[], attribute: string): Wording[] =>
  wordings.filter((one) => one.attribute === attribute);

/** What an attribute is on a day, as the timeline would answer; `undefined`: nothing is said of it. */
export const valueOn = (wordings: readonly Wording[], attribute: string, day: Day): unknown =>
  inForce(wordingOf(wordings, attribute).filter(({ effectiveOn }) => effectiveOn <= day))?.value;

/** Of what a revision says, what is not so already on its day. @throws Refusal NOTHING_TO_REVISE */
export function revised<Attributes extends object>(
  wordings: readonly Wording[],
  said: Attributes,
  day: Day,
): Partial<Attributes>[] {
  const differing = Object.entries(said).filter(
    ([attribute, value]: [string, unknown]) => value !== undefined && !isSame(value, valueOn(wordings, attribute, day)),
  );
  if (differing.length === 0) throw new Refusal('NOTHING_TO_REVISE', ['input'], Object.keys(given(said)).join(', '));
  return differing.map((one) => Object.fromEntries([one]) as Partial<Attributes>);
}

/**
 * The wording that a correction or withdrawal names.
 *
 * @throws Refusal ENTRY_NOT_FOUND, ENTRY_SUPERSEDED, ENTRY_OF_PLAN_FILE
 */
export function wordingToReplace(wordings: readonly Wording[], entryId: string): Wording {
  const wording = entryToReplace(
    wordings.filter(({ by }) => by !== 'origin'),
    entryId,
  );
  if (wording.by === 'file') throw new Refusal('ENTRY_OF_PLAN_FILE', ['input', 'entryId'], entryId);
  return wording;
}

/** What a correction says of the one attribute that its entry is about; by default it says it again, of another day. */
export function correctedValue<Attributes extends object>(
  { attribute, value }: Wording,
  said: Attributes,
): Partial<Attributes> {
  const named = given(said);
  const other = Object.keys(named).find((name) => name !== attribute);
  if (other !== undefined) throw new Refusal('INVALID_INPUT', ['input', other], `${other} ≠ ${attribute}`);
  return { [attribute]: named[attribute] ?? value } as Partial<Attributes>;
}

/**
 * What a plan file changes: what it says otherwise than the file did before. What was revised since is left as it is; a file
 * that says a third thing of it is refused.
 *
 * @throws Refusal REVISED_SINCE
 */
export function changedByFile<Attributes extends object>(
  subject: string,
  wordings: readonly Wording[],
  before: Attributes,
  after: Attributes,
): Partial<Attributes> {
  const changes = Object.entries(changesBetween(before, after)).filter(([attribute, value]) => {
    const newest = newestRevision(wordings, attribute);
    if (newest && !isSame(newest.value, value))
      throw new Refusal('REVISED_SINCE', ['input', 'source'], `${subject} ${attribute}`);
    return !newest;
  });
  return Object.fromEntries(changes) as Partial<Attributes>;
}

/** What a revision made otherwise than the plan file says, and stays. */
export interface Kept {
  readonly subject: string;
  readonly attribute: string;
  readonly revised: Json;
  readonly inFile: Json;
}

export const keptOf = (subject: string, wordings: readonly Wording[], file: object): Kept[] =>
  Object.entries(file).flatMap(([attribute, inFile]: [string, unknown]) => {
    const newest = newestRevision(wordings, attribute);
    return newest && !isSame(newest.value, inFile)
      ? [{ subject, attribute, revised: newest.value as Json, inFile: (inFile ?? null) as Json }]
      : [];
  });

/** The last word on an attribute, if a revision has it. */
export function newestRevision(wordings: readonly Wording[], attribute: string): Wording | undefined {
  const revisions = wordingOf(wordings, attribute).filter(({ by, visible }) => by === 'revision' && visible);
  return inForce(revisions);
}

const given = (said: object): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
