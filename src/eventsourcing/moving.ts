import { eventBody, type RecordedEvent } from './event.js';
import { APPEND_LIMITS, BEGINNING, pagesAfter, type EventStore } from './event-store.js';

/** Events read at once. */
const PAGE = 500;

export interface LedgerComparison {
  /** Events that are the same in both, from the beginning on. */
  readonly same: number;
  /** Whether nothing else is in either. */
  readonly equal: boolean;
  readonly difference?: LedgerDifference;
}

/** The first thing that differs between two ledgers. */
export interface LedgerDifference {
  /** `recordedAt`, `data.reason`; `event` where one ledger has none any more. */
  readonly field: string;
  /** What each holds there; the end of a long text is left out. */
  readonly ours: string;
  readonly theirs: string;
}

/** Event by event, in order: id, stream, revision, bytes and time of recording. Positions are each store's own. */
export async function compareLedgers(
  ours: EventStore,
  theirs: EventStore,
  onProgress: (events: number) => void = () => undefined,
): Promise<LedgerComparison> {
  const [left, right] = [eventsOf(ours), eventsOf(theirs)];
  for (let same = 0; ; same++) {
    const [l, r] = await Promise.all([left.next(), right.next()]);
    if (l.done === true && r.done === true) return { same, equal: true };
    const difference = differenceOf(l.done === true ? undefined : l.value, r.done === true ? undefined : r.value);
    if (difference) return { same, equal: false, difference };
    onProgress(same + 1);
  }
}

export class MovingError extends Error {
  override readonly name = 'MovingError';
  readonly code = 'LEDGERS_DIFFER';
}

/** A store whose clock tells the time at which each event was first recorded. */
export interface Destination {
  readonly store: EventStore;
  readonly setTime: (ms: number) => void;
}

/**
 * Copies a ledger: ids, bytes, order and times of recording. What the destination holds already must be the beginning of
 * the source, so that a copy that was cut off goes on where it stood. Returns how many events the destination holds then.
 *
 * @param onProgress told how many are there
 * @throws MovingError the destination holds something else
 */
export const copyLedger = (from: EventStore, to: Destination, onProgress?: (events: number) => void): Promise<number> =>
  copyEvents(eventsOf(from), to, onProgress);

/** `copyLedger` from anything that has all events of a ledger, in order. @throws MovingError */
export async function copyEvents(
  events: AsyncIterable<RecordedEvent>,
  { store: to, setTime }: Destination,
  onProgress: (events: number) => void = () => undefined,
): Promise<number> {
  const there = eventsOf(to);
  let done = 0;
  let isEnd = false;
  let together: RecordedEvent[] = [];
  const append = async (): Promise<void> => {
    const [first] = together;
    if (!first) return;
    setTime(first.recordedAtMs);
    await to.append(first.stream, first.revision === 0 ? 'no-stream' : first.revision - 1, together);
    done += together.length;
    together = [];
    onProgress(done);
  };
  for await (const event of events) {
    const next = isEnd ? undefined : await there.next();
    if (next && next.done !== true) {
      const difference = differenceOf(event, next.value);
      if (difference) {
        const { field, ours, theirs } = difference;
        throw new MovingError(
          `写し先の台帳は別のものです。${String(done + 1)} 件目の ${field} が違います / ` +
            `the destination holds another ledger: ${field} of event ${String(done + 1)} is ${theirs} instead of ${ours}`,
        );
      }
      onProgress(++done);
      continue;
    }
    isEnd = true;
    if (!belongs(event, together)) await append();
    together.push(event);
  }
  await append();
  if (!isEnd && (await there.next()).done !== true) {
    throw new MovingError('写し先の台帳のほうが長くなっています / the destination holds more than the source');
  }
  return done;
}

/** All events, in order. */
export async function* eventsOf(store: EventStore): AsyncGenerator<RecordedEvent, void> {
  for await (const page of pagesAfter(BEGINNING, store, PAGE)) yield* page;
}

const identityOf = (event: RecordedEvent): string =>
  `${event.stream} ${String(event.revision)} ${event.id} ${String(event.recordedAtMs)} ${eventBody(event)}`;

function differenceOf(
  ours: RecordedEvent | undefined,
  theirs: RecordedEvent | undefined,
): LedgerDifference | undefined {
  if (ours && theirs && identityOf(ours) === identityOf(theirs)) return undefined;
  const [a, b] = [ours && fieldsOf(ours), theirs && fieldsOf(theirs)];
  if (a && b) return firstDifference('', a, b);
  return { field: 'event', ours: nameOf(ours), theirs: nameOf(theirs) };
}

/** In the order in which they tell most. */
const fieldsOf = ({ stream, revision, id, recordedAtMs, position: _, ...body }: RecordedEvent): object => {
  const recordedAt = new Date(recordedAtMs).toISOString();
  const { type, schemaVersion, effectiveOn, actor, correlationId, causationId, data } = body;
  return {
    stream,
    revision,
    id,
    recordedAt,
    type,
    schemaVersion,
    effectiveOn,
    actor,
    correlationId,
    causationId,
    data,
  };
};

function firstDifference(field: string, ours: unknown, theirs: unknown): LedgerDifference | undefined {
  if (isObject(ours) && isObject(theirs) && Array.isArray(ours) === Array.isArray(theirs)) {
    for (const key of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
      const found = firstDifference(field === '' ? key : `${field}.${key}`, ours[key], theirs[key]);
      if (found) return found;
    }
    return undefined;
  }
  return ours === theirs ? undefined : { field, ours: shown(ours), theirs: shown(theirs) };
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const SHOWN_MAX = 120;

function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text;
}

const nameOf = (event: RecordedEvent | undefined): string =>
  event ? `${event.type}, ${event.stream} ${String(event.revision)}, ${event.id}` : 'nothing';

/** Recorded together, as far as can be told: neighbours in one stream, at one instant. */
function belongs(event: RecordedEvent, together: readonly RecordedEvent[]): boolean {
  const last = together.at(-1);
  if (!last) return true;
  const bytes = [...together, event].reduce((sum, each) => sum + Buffer.byteLength(eventBody(each)), 0);
  return (
    last.stream === event.stream &&
    last.recordedAtMs === event.recordedAtMs &&
    together.length < APPEND_LIMITS.events &&
    bytes <= APPEND_LIMITS.bytes
  );
}
