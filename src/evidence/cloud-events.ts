import type { Catalogue } from '../eventsourcing/catalogue.js';
import { offsetOn } from '../calendar/day.js';
import type { RecordedEvent } from '../eventsourcing/event.js';
import { cloudEventLine } from './cloud-event.js';
import type { EvidenceLog } from './evidence-log.js';

export interface ExportOptions {
  /** What the leaves are made of, and the heads that were signed, too: an import has the same root, and goes on. */
  readonly withSecrets?: boolean;
  /** Only what everybody may read, and nobody who recorded it. */
  readonly isPublic?: boolean;
  /** Of one plan; default: of all, with what belongs to none. */
  readonly planKey?: string;
  /** Index of the first, and after the last; default: all. */
  readonly from?: number;
  readonly to?: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Events of a log up to its `size` as CloudEvents, a line each. */
export async function* cloudEventLines(
  log: EvidenceLog,
  size: number,
  catalogue: Catalogue,
  { withSecrets = false, isPublic = false, planKey, from = 0, to = size, onProgress }: ExportOptions,
): AsyncGenerator<string, void> {
  const around = await surroundings(log, size, catalogue);
  const isForAll = await publicIn(log, size, catalogue);
  const heads = new Map(withSecrets ? (await log.checkpoints(size)).map((head) => [head.size, head]) : []);
  for await (const { event, index, keeping } of log.entries(from, to)) {
    onProgress?.(index + 1, size);
    const { scope, subject } = catalogue.meaning(event);
    if (planKey !== undefined && scope !== planKey) continue;
    if (isPublic && !isForAll(event)) continue;
    const offset = offsetOn(event.effectiveOn, around.timeZones.get(scope) ?? TIME_ZONE);
    const head = heads.get(index + 1);
    yield cloudEventLine(
      {
        ...{ origin: log.origin, index, event, subject, offset },
        ...(withSecrets && { keeping }),
        ...(head && { head }),
      },
      { withCaller: !isPublic, withData: !isPublic || !catalogue.holdsBack(event) },
    );
  }
}

/** Which events everybody may read, by what a log up to its `size` says. */
export async function publicIn(
  log: EvidenceLog,
  size: number,
  catalogue: Catalogue,
): Promise<(event: RecordedEvent) => boolean> {
  const { disclosed } = await surroundings(log, size, catalogue);
  return (event) => {
    const { audience } = catalogue.meaning(event);
    return audience === 'public' || (audience === 'disclosed' && event.revision < (disclosed.get(event.stream) ?? 0));
  };
}

/** Of a plan that names none, and of the ledger's own events. */
const TIME_ZONE = 'Asia/Tokyo';

/** What later events say of earlier ones: a plan is recorded after its measures, a report is disclosed after it was handed in. */
interface Surroundings {
  /** Of so many events. */
  readonly size: number;
  /** Below which revision of its stream everybody may read what waited for it. */
  readonly disclosed: Map<string, number>;
  /** By plan. */
  readonly timeZones: Map<string, string>;
}

/** Read once, and gone on with: who asks for a part does not read the whole again. */
const known = new WeakMap<EvidenceLog, Promise<Surroundings>>();

async function surroundings(log: EvidenceLog, size: number, catalogue: Catalogue): Promise<Surroundings> {
  const before = known.get(log) ?? Promise.resolve({ size: 0, disclosed: new Map(), timeZones: new Map() });
  const now = before.then((around) => extended(around, log, size, catalogue));
  known.set(log, now);
  now.catch(() => known.delete(log));
  return now;
}

async function extended(
  { size: from, disclosed, timeZones }: Surroundings,
  log: EvidenceLog,
  size: number,
  catalogue: Catalogue,
): Promise<Surroundings> {
  for await (const { event } of log.entries(from, size)) {
    const { scope, discloses, assertions } = catalogue.meaning(event);
    if (discloses) disclosed.set(event.stream, event.revision);
    for (const { attribute, value } of assertions)
      if (attribute === 'timeZone' && typeof value === 'string') timeZones.set(scope, value);
  }
  return { size: Math.max(from, size), disclosed, timeZones };
}
