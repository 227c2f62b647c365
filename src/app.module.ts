import { accessSync, constants, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Global, Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { catalogue } from './catalogue.js';
import { Clock } from './eventsourcing/clock.js';
import type { RecordedEvent } from './eventsourcing/event.js';
import { BEGINNING, pagesAfter, StoreError, type EventStore } from './eventsourcing/event-store.js';
import { Ledger } from './eventsourcing/handle.js';
import { LastUses } from './eventsourcing/last-uses.js';
import { START } from './eventsourcing/position.js';
import { Projector } from './eventsourcing/projector.js';
import type { LiveViews, TrailEvent, Views } from './eventsourcing/views.js';
import { access } from './access/access.js';
import { personStream } from './access/access.events.js';
import { AccessModule } from './access/access.module.js';
import { PersonKeys } from './access/person-keys.js';
import { DirectoryModule } from './directory/directory.module.js';
import { Evidence } from './evidence/evidence.js';
import { anchorAt, checkAnchor } from './evidence/anchor.js';
import { EvidenceLog, type SealOf } from './evidence/evidence-log.js';
import { HeadCourier } from './evidence/head-courier.js';
import { markHead, requireMarked } from './evidence/head-mark.js';
import { makeLogKey, readLogKey } from './evidence/log-key.js';
import { entrySecret } from './ledger/seal.js';
import { readWitnesses, type WitnessPolicy } from './evidence/witness-file.js';
import { Witnesses } from './evidence/witness.js';
import { GovernanceModule } from './governance/governance.module.js';
import { IndicatorModule } from './indicator/indicator.module.js';
import { KpiModule } from './kpi/kpi.module.js';
import { PlanModule } from './plan/plan.module.js';
import { EvidenceFiles } from './progress/evidence-files.js';
import { ProgressModule } from './progress/progress.module.js';
import type { reviewEvents } from './review/review.events.js';
import { ReviewModule } from './review/review.module.js';
import { ReminderModule } from './reminder/reminder.module.js';
import { ScheduleModule } from './schedule/schedule.module.js';
import {
  checkAtStart,
  checkViewsPlace,
  ledgerPlace,
  logKeyFile,
  openLastUses,
  openLedger,
  headMarkFile,
  openLog,
  requireLogOfKey,
  openViews,
  openWithoutWriting,
  personKeysFolder,
  requireWhole,
  viewsPlace,
  type Places,
} from './stores.js';
import { TrailModule } from './trail/trail.module.js';

/** What everything stands on: the ledger and its views, opened once for the process. */
export interface Foundation {
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly projector: Projector;
  readonly lastUses: LastUses;
  readonly evidenceFiles: EvidenceFiles;
  readonly personKeys: PersonKeys;
  readonly evidence: Evidence;
  close(): Promise<void>;
}

export interface OpeningOptions {
  readonly clock?: Clock | undefined;
  /** Something was put right that somebody should know of. */
  readonly onNotice?: ((notice: string) => void) | undefined;
  /** Nothing is written: a ledger that is not there is taken for an empty one, and no views are fed. */
  readonly dryRun?: boolean | undefined;
  /** Damage that was found after the opening, in a long ledger. */
  readonly onDamage?: ((error: unknown) => void) | undefined;
}

/** Events read at once. */
const PAGE = 500;

const ignore = (): void => undefined;

/** Opens the ledger and its views, and begins to feed the views. @throws StoreError, ViewsError */
export async function openFoundation(
  places: Places,
  { clock = new Clock(), onNotice = ignore, onDamage = ignore, dryRun = false }: OpeningOptions = {},
): Promise<Foundation> {
  requireWhole(places);
  if (dryRun) return openForDryRun(places, clock);
  const policy = policyIn(places);
  await checkViewsPlace(viewsPlace(places));
  const store = await openLedger(ledgerPlace(places), clock);
  const ledger = new Ledger(store, catalogue);
  const personKeys = personKeysIn(places);
  let views: LiveViews | undefined;
  let lastUses: LastUses;
  let evidence: Evidence;
  try {
    await checkAtStart(store, onDamage);
    views = await openViews(viewsPlace(places), onNotice);
    await requireOwnViews(store, views);
    makeWritable(places.dataFolder);
    await finishErasures(ledger, personKeys);
    lastUses = await openLastUses(places, onNotice);
    evidence = await openEvidence(places, policy, store, clock, onNotice);
  } catch (error) {
    await views?.close();
    await store.close();
    throw error;
  }
  const projector = new Projector(store, views, catalogue, ({ message }) => {
    onNotice(
      `ビューの更新が止まりました。続けられるようになれば自動で続けます / the views stand still, and go on by themselves: ${message}`,
    );
  });
  projector.start();
  evidence.log?.start();
  return {
    clock,
    ledger,
    projector,
    lastUses,
    evidenceFiles: evidenceFilesIn(places),
    personKeys,
    evidence,
    close: async () => {
      await lastUses.close();
      await evidence.courier?.stop();
      await evidence.log?.stop();
      await projector.stop();
      await projector.views.close();
      await store.close();
    },
  };
}

const evidenceFilesIn = ({ dataFolder }: Places): EvidenceFiles => new EvidenceFiles(join(dataFolder, 'evidence'));

/** Who else is to hold the heads. Before anything is opened: what is wrong with it leaves nothing behind. @throws Error */
function policyIn({ log, witnesses, anchor }: Places): WitnessPolicy | undefined {
  if (log === 'off' && (witnesses ?? anchor) !== undefined) throw new Error(NEEDS_LOG);
  if (anchor !== undefined) checkAnchor(anchor);
  return witnesses === undefined ? undefined : readWitnesses(witnesses);
}

const NEEDS_LOG =
  'DAICHO_WITNESSES と DAICHO_ANCHOR には証跡ログが要ります（DAICHO_LOG=off になっています） / DAICHO_WITNESSES and DAICHO_ANCHOR need the evidence log (DAICHO_LOG=off)';

const personKeysIn = (places: Places): PersonKeys => new PersonKeys(personKeysFolder(places));

/** A process may have ended between an erasure and the end of the key, or an older copy of the key was put back. */
async function finishErasures(ledger: Ledger, keys: PersonKeys): Promise<void> {
  for (const person of keys.people())
    if ((await ledger.state(access, personStream(person))).isErased) keys.destroy(person);
}

/** How events are sealed, by the keys of the people whom they are sealed for. */
export function sealOfIn(places: Places): SealOf {
  const keys = personKeysIn(places);
  return (event) => {
    const person = catalogue.sealedFor(event);
    if (person === undefined) return undefined;
    const key = keys.of(person);
    return { secret: key && entrySecret(event.id, key) };
  };
}

/** Its key is made with the log: only an empty log may have none. @throws LogStoreError; Error: the key is missing */
export async function openEvidenceLog(
  places: Places,
  store: EventStore,
  clock: Clock,
  onNotice: (notice: string) => void,
): Promise<EvidenceLog | undefined> {
  await requireLogOfKey(places, store);
  const log = await openLog(places);
  if (!log) return undefined;
  try {
    const file = logKeyFile(places);
    if ((await log.origin()) === undefined) {
      makeLogKey(file);
      if ((await store.head()) !== START) onNotice(LOG_BEGINS);
    }
    const mark = headMarkFile(places);
    await requireMarked(mark, log);
    return await EvidenceLog.over(log, store, {
      clock,
      key: () => readLogKey(file),
      isMilestone: ({ type }) => type === REVIEW_CLOSED,
      sealOf: sealOfIn(places),
      onSigned: (note) => {
        markHead(mark, note);
      },
      onStopped: ({ message }) => {
        onNotice(
          `証跡ログの記入が止まりました。続けられるようになれば自動で続けます / the evidence log stands still, and goes on by itself: ${message}`,
        );
      },
    });
  } catch (error) {
    await log.close();
    throw error;
  }
}

/** The log, and who else is to hold its heads. @throws as `openEvidenceLog` */
async function openEvidence(
  places: Places,
  policy: WitnessPolicy | undefined,
  store: EventStore,
  clock: Clock,
  onNotice: (notice: string) => void,
): Promise<Evidence> {
  const { anchor } = places;
  const log = await openEvidenceLog(places, store, clock, onNotice);
  if (!log) return new Evidence(undefined);
  const witnesses = policy && new Witnesses(policy, log, clock);
  const holders = [...(witnesses?.all ?? []), ...(anchor === undefined ? [] : [anchorAt(anchor, log)])];
  return new Evidence(log, witnesses, new HeadCourier(holders, log, clock, onNotice));
}

const LOG_BEGINS =
  '記録のある台帳に、証跡ログを新しく始めます。以前のログがあったなら、止めてバックアップから戻してください / the evidence log of a ledger that has events begins anew: if there was one before, stop and put it back from a backup';

/** After it a head is signed at once: what was closed is pinned. */
const REVIEW_CLOSED = 'ReviewClosed' satisfies keyof typeof reviewEvents;

/** Also needed when ledger and views are elsewhere: for evidence, and the hash of the admin token. */
function makeWritable(folder: string): void {
  // What is in it is for nobody else on the machine.
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  accessSync(folder, constants.W_OK);
}

async function openForDryRun(places: Places, clock: Clock): Promise<Foundation> {
  const { store, views, lastUses } = await openWithoutWriting(ledgerPlace(places), clock);
  return {
    clock,
    ledger: new Ledger(store, catalogue),
    projector: new Projector(store, views, catalogue),
    lastUses,
    evidenceFiles: evidenceFilesIn(places),
    personKeys: personKeysIn(places),
    evidence: new Evidence(undefined),
    close: () => store.close(),
  };
}

/**
 * The last event that the views contain, and the first, must stand in this ledger, recorded at the same instant: two ledgers
 * into which the same was loaded differ in nothing else. Where they do not, the views are of another ledger, or this one has
 * lost events: nobody can tell by himself, so nothing is done.
 *
 * @throws StoreError LEDGER_DAMAGED
 */
async function requireOwnViews(store: EventStore, views: Views): Promise<void> {
  const { position, events } = await views.bookmark();
  if (position === START) return;
  const [last] = await views.trail.entries([position], position);
  const isLast = last && isSame(last.event, await eventAt(last.event, store, views));
  const [first] = await store.readAll(BEGINNING, 1);
  const [firstSeen] = isLast && first ? await views.trail.entries([first.position], position) : [];
  if (firstSeen && isSame(firstSeen.event, first)) return;
  const wrong = last && (isLast ? firstSeen?.event : last.event);
  const which = wrong ? `${wrong.position} ${wrong.stream} ${String(wrong.revision)}` : position;
  throw new StoreError(
    'LEDGER_DAMAGED',
    `ビューは ${String(events)} 件の記録を知っていますが、そのうち ${which} が台帳にないか、別のときに記録されています。台帳の記録が失われたか、ほかの台帳のビューです。` +
      `台帳をバックアップから戻してください。台帳が正しい場合は daicho views rebuild --accept-differences で作り直します / ` +
      `the views hold ${String(events)} events, and ${which} is not in the ledger, or was recorded at another instant: it has lost events, or the ` +
      `views are of another ledger. Restore the ledger; if it is right as it is: daicho views rebuild --accept-differences`,
  );
}

const isSame = (seen: TrailEvent, recorded: RecordedEvent | undefined): boolean =>
  recorded?.id === seen.id &&
  recorded.position === seen.position &&
  recorded.recordedAtMs === seen.recordedAtMs &&
  recorded.actor === seen.actor;

/** What the ledger holds at the place of an event, found by what the views say was recorded before that instant. */
async function eventAt(
  { position, recordedAtMs }: TrailEvent,
  store: EventStore,
  { trail }: Views,
): Promise<RecordedEvent | undefined> {
  const before = await trail.positionAt(recordedAtMs - 1);
  const [entry] = await trail.entries([before], position);
  const place = entry?.event ?? BEGINNING;
  try {
    for await (const page of pagesAfter(place, store, PAGE)) {
      const found = page.find((event) => event.position >= position);
      if (found) return found;
    }
  } catch (error) {
    if (!(error instanceof StoreError && error.code === 'POSITION_UNKNOWN')) throw error;
  }
  return undefined;
}

@Global()
@Module({})
class FoundationModule {}

/** The contexts over a foundation; the server adds the API, the command line does not. */
@Module({})
export class AppModule {
  static over(
    { clock, ledger, projector, lastUses, evidenceFiles, personKeys, evidence }: Foundation,
    ...more: DynamicModule[]
  ): DynamicModule {
    const parts = [
      { provide: Clock, useValue: clock },
      { provide: Ledger, useValue: ledger },
      { provide: Projector, useValue: projector },
      { provide: LastUses, useValue: lastUses },
      { provide: EvidenceFiles, useValue: evidenceFiles },
      { provide: PersonKeys, useValue: personKeys },
      { provide: Evidence, useValue: evidence },
    ];
    return {
      module: AppModule,
      imports: [
        CqrsModule.forRoot(),
        { module: FoundationModule, providers: parts, exports: parts },
        PlanModule,
        ProgressModule,
        ScheduleModule,
        KpiModule,
        IndicatorModule,
        TrailModule,
        DirectoryModule,
        AccessModule,
        ReviewModule,
        GovernanceModule,
        ReminderModule,
        ...more,
      ],
    };
  }
}
