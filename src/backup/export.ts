import type { Catalogue } from '../eventsourcing/catalogue.js';
import { offsetOn } from '../calendar/day.js';
import { cloudEventLine } from '../evidence/cloud-event.js';
import type { EvidenceLog } from '../evidence/evidence-log.js';

export interface ExportOptions {
  /** What the leaves are made of, and the heads that were signed, too: an import has the same root, and goes on. */
  readonly withSecrets: boolean;
  /** Only what everybody may read, and nobody who recorded it. */
  readonly isPublic: boolean;
  readonly onProgress: (done: number, total: number) => void;
}

/** The first `size` events of a log as CloudEvents, a line each. */
export async function* cloudEventLines(
  log: EvidenceLog,
  size: number,
  catalogue: Catalogue,
  { withSecrets, isPublic, onProgress }: ExportOptions,
): AsyncGenerator<string, void> {
  const around = await surroundings(log, size, catalogue);
  const heads = new Map(withSecrets ? (await log.checkpoints(size)).map((head) => [head.size, head]) : []);
  for await (const { event, index, keeping } of log.entries(0, size)) {
    onProgress(index + 1, size);
    const { scope, subject, audience } = catalogue.meaning(event);
    const isDisclosed = audience === 'disclosed' && event.revision < (around.disclosed.get(event.stream) ?? 0);
    if (isPublic && audience !== 'public' && !isDisclosed) continue;
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

/** Of a plan that names none, and of the ledger's own events. */
const TIME_ZONE = 'Asia/Tokyo';

interface Surroundings {
  /** Below which revision of its stream everybody may read what waited for it. */
  readonly disclosed: ReadonlyMap<string, number>;
  /** By plan. */
  readonly timeZones: ReadonlyMap<string, string>;
}

/** What later events say of earlier ones: a plan is recorded after its measures, a report is disclosed after it was handed in. */
async function surroundings(log: EvidenceLog, size: number, catalogue: Catalogue): Promise<Surroundings> {
  const disclosed = new Map<string, number>();
  const timeZones = new Map<string, string>();
  for await (const { event } of log.entries(0, size)) {
    const { scope, discloses, assertions } = catalogue.meaning(event);
    if (discloses) disclosed.set(event.stream, event.revision);
    for (const { attribute, value } of assertions)
      if (attribute === 'timeZone' && typeof value === 'string') timeZones.set(scope, value);
  }
  return { disclosed, timeZones };
}
