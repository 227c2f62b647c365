import type { Day } from '../calendar/day.js';
import type { Position } from './position.js';
import type { HistoricFact } from './timeline.js';
import type { TrailEntry } from './views.js';

/** An entry of the trail with all that the views hold about it. */
export interface DumpedEntry extends TrailEntry {
  readonly scope: string;
  /** The first event of its scope. */
  readonly scopeFrom: Position;
  /** A later entry of its stream is still to disclose it. */
  readonly waits: boolean;
}

/** An assertion with all that the views hold about it. */
export interface DumpedAssertion extends HistoricFact {
  readonly scope: string;
  /** The latest day that had been spoken of, of this attribute, when it was said. */
  readonly latestFrom: Day;
}

/** A line of a dump, the same of every adapter. */
export const entryLine = ({ event, scope, scopeFrom, subject, waits, isPublic, ...said }: DumpedEntry): string => {
  const { position, stream, revision, type, schemaVersion, effectiveOn, recordedAtMs, actor, id, data } = event;
  const { supersedes = null, supersededBy = null } = said;
  const sealed = [position, stream, revision, id, recordedAtMs, actor];
  const seen = [scope, scopeFrom, subject, supersedes, supersededBy, isPublic, waits];
  return JSON.stringify([...sealed, ...seen, type, schemaVersion, effectiveOn, data]);
};

/** A line of a dump, the same of every adapter. */
export const assertionLine = (assertion: DumpedAssertion): string => {
  const { scope, subject, attribute, position, eventId, recordedAtMs, effectiveFrom, latestFrom, value } = assertion;
  const { supersededAt = null } = assertion;
  const sealed = [scope, subject, attribute, position, eventId, recordedAtMs];
  return JSON.stringify([...sealed, effectiveFrom, latestFrom, supersededAt, value]);
};
