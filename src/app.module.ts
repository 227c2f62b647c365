import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Global, Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { catalogue } from './catalogue.js';
import { Clock } from './eventsourcing/clock.js';
import { StoreError, type EventStore } from './eventsourcing/event-store.js';
import { Ledger } from './eventsourcing/handle.js';
import { LastUses } from './eventsourcing/last-uses.js';
import { START } from './eventsourcing/position.js';
import { Projector } from './eventsourcing/projector.js';
import type { LiveViews, Views } from './eventsourcing/views.js';
import { AccessModule } from './access/access.module.js';
import { DirectoryModule } from './directory/directory.module.js';
import { GovernanceModule } from './governance/governance.module.js';
import { IndicatorModule } from './indicator/indicator.module.js';
import { KpiModule } from './kpi/kpi.module.js';
import { PlanModule } from './plan/plan.module.js';
import { EvidenceFiles } from './progress/evidence-files.js';
import { ProgressModule } from './progress/progress.module.js';
import { ReviewModule } from './review/review.module.js';
import { ScheduleModule } from './schedule/schedule.module.js';
import { checkAtStart, ledgerPlace, openLastUses, openLedger, openViews, viewsPlace, type Places } from './stores.js';
import { TrailModule } from './trail/trail.module.js';

/** What everything stands on: the ledger and its views, opened once for the process. */
export interface Foundation {
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly projector: Projector;
  readonly lastUses: LastUses;
  readonly evidence: EvidenceFiles;
  close(): Promise<void>;
}

export interface OpeningOptions {
  readonly clock?: Clock | undefined;
  /** Something was put right that somebody should know of. */
  readonly onNotice?: ((notice: string) => void) | undefined;
  /** Damage that was found after the opening, in a long ledger. */
  readonly onDamage?: ((error: unknown) => void) | undefined;
}

const ignore = (): void => undefined;

/** Opens the ledger and its views, and begins to feed the views. @throws StoreError, ViewsError */
export async function openFoundation(
  places: Places,
  { clock = new Clock(), onNotice = ignore, onDamage = ignore }: OpeningOptions = {},
): Promise<Foundation> {
  mkdirSync(places.dataFolder, { recursive: true });
  const store = await openLedger(ledgerPlace(places), clock);
  let views: LiveViews | undefined;
  let lastUses: LastUses;
  try {
    await checkAtStart(store, onDamage);
    views = await openViews(viewsPlace(places), onNotice);
    await requireOwnViews(store, views);
    lastUses = await openLastUses(places, onNotice);
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
  return {
    clock,
    ledger: new Ledger(store, catalogue),
    projector,
    lastUses,
    evidence: new EvidenceFiles(join(places.dataFolder, 'evidence')),
    close: async () => {
      await lastUses.close();
      await projector.stop();
      await projector.views.close();
      await store.close();
    },
  };
}

/**
 * The last event that the views contain must stand in this ledger. Where it does not, the views are of another ledger, or
 * this one has lost events: nobody can tell by himself, so nothing is done.
 *
 * @throws StoreError LEDGER_DAMAGED
 */
async function requireOwnViews(store: EventStore, views: Views): Promise<void> {
  const { position, events } = await views.bookmark();
  if (position === START) return;
  const [entry] = await views.trail.entries([position], position);
  const [event] = entry ? await store.readStream(entry.event.stream, entry.event.revision) : [];
  if (entry && event?.id === entry.event.id && event.position === position) return;
  const last = entry ? `${position} ${entry.event.stream} ${String(entry.event.revision)}` : position;
  throw new StoreError(
    'LEDGER_DAMAGED',
    `ビューが知る ${String(events)} 件の記録の最後（${last}）が台帳にありません。台帳の記録が失われたか、ほかの台帳のビューです。` +
      `台帳をバックアップから戻してください。台帳が正しい場合は daicho views rebuild --accept-differences で作り直します / ` +
      `the views hold ${String(events)} events, and the last of them (${last}) is not in the ledger: it has lost events, or the views are ` +
      `of another ledger. Restore the ledger; if it is right as it is: daicho views rebuild --accept-differences`,
  );
}

@Global()
@Module({})
class FoundationModule {}

/** The contexts over a foundation; the server adds the API, the command line does not. */
@Module({})
export class AppModule {
  static over({ clock, ledger, projector, lastUses, evidence }: Foundation, ...more: DynamicModule[]): DynamicModule {
    const parts = [
      { provide: Clock, useValue: clock },
      { provide: Ledger, useValue: ledger },
      { provide: Projector, useValue: projector },
      { provide: LastUses, useValue: lastUses },
      { provide: EvidenceFiles, useValue: evidence },
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
        ...more,
      ],
    };
  }
}
