import { dayAt, type Day } from '../calendar/day.js';
import { type Clock } from '../eventsourcing/clock.js';
import { START, type Position } from '../eventsourcing/position.js';
import { type Projector } from '../eventsourcing/projector.js';
import type { ResolvedAsOf } from './plan.view.js';

/** A question's point in time, as asked. Missing: today, now. */
export interface AsOf {
  readonly effectiveOn?: Day | null | undefined;
  readonly recordedAt?: Date | null | undefined;
  readonly position?: Position | null | undefined;
}

export class AsOfError extends Error {
  override readonly name = 'AsOfError';
  constructor(
    readonly code: 'AS_OF_AMBIGUOUS' | 'POSITION_BEYOND_HEAD' | 'POSITION_UNKNOWN',
    message: string,
  ) {
    super(message);
  }
}

const ELSEWHERE = [
  '別の置き場所の台帳の位置かもしれません',
  'it may be a position of the ledger in another place',
] as const;

/** How long a question waits for the views to reach the point it asks about. */
const WAIT_MS = 10_000;

/**
 * An instant is resolved to the last position recorded at or before it, once; an instant in the future is the head.
 * What is asked about is waited for, so that the answer is complete.
 *
 * @throws AsOfError position and instant together; a position beyond the head, or of no event
 * @throws ViewsError NOT_VISIBLE_YET
 */
export async function resolveAsOf(
  { effectiveOn, recordedAt, position }: AsOf,
  timeZone: string,
  projector: Projector,
  clock: Clock,
): Promise<ResolvedAsOf> {
  const { store, views } = projector;
  const day = effectiveOn ?? dayAt(clock.nowMs(), timeZone);
  const at = async (known: Position): Promise<ResolvedAsOf> => ({
    day,
    position: known,
    recordedAt: new Date(await recordedAtOf(known, projector)),
  });
  if (position && recordedAt) {
    throw new AsOfError(
      'AS_OF_AMBIGUOUS',
      'position と recordedAt は同時に指定できません / position and recordedAt exclude each other',
    );
  }
  if (position) {
    const head = await store.head();
    if (position > head) {
      throw new AsOfError(
        'POSITION_BEYOND_HEAD',
        `台帳の末尾は ${head} です。${ELSEWHERE[0]} / the head of the ledger is ${head}: ${ELSEWHERE[1]}`,
      );
    }
    await projector.waitFor(position, WAIT_MS);
    return at(position);
  }
  if (recordedAt) {
    // Views that know of something later know of all that was recorded by then.
    const isPast = (await views.bookmark()).recordedAtMs > recordedAt.getTime();
    if (!isPast) await projector.waitFor(await store.head(), WAIT_MS);
    return at(await views.trail.positionAt(recordedAt.getTime()));
  }
  const newest = await views.bookmark();
  return { day, position: newest.position, recordedAt: new Date(newest.recordedAtMs) };
}

async function recordedAtOf(position: Position, { views }: Projector): Promise<number> {
  if (position === START) return 0;
  const bookmark = await views.bookmark();
  if (bookmark.position === position) return bookmark.recordedAtMs;
  const [entry] = await views.trail.entries([position], position);
  if (entry) return entry.event.recordedAtMs;
  throw new AsOfError(
    'POSITION_UNKNOWN',
    `位置 ${position} の記録はありません。${ELSEWHERE[0]} / there is no event at ${position}: ${ELSEWHERE[1]}`,
  );
}
