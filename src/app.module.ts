import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Global, Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { SqliteEventStore } from './adapters/sqlite/sqlite-event-store.js';
import { ViewsFolder } from './adapters/sqlite/views-folder.js';
import { catalogue } from './catalogue.js';
import { Clock } from './eventsourcing/clock.js';
import { Ledger } from './eventsourcing/handle.js';
import { Projector } from './eventsourcing/projector.js';
import { KpiModule } from './kpi/kpi.module.js';
import { PlanModule } from './plan/plan.module.js';
import { ProgressModule } from './progress/progress.module.js';
import { ScheduleModule } from './schedule/schedule.module.js';
import { TrailModule } from './trail/trail.module.js';

/** What everything stands on: the ledger and its views, opened once for the process. */
export interface Foundation {
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly projector: Projector;
  close(): Promise<void>;
}

export const ledgerFile = (dataFolder: string): string => join(dataFolder, 'ledger.db');
export const viewsFolder = (dataFolder: string): string => join(dataFolder, 'views');

/** Opens the embedded ledger and its views in a folder, and begins to feed the views. @throws StoreError */
export async function openFoundation(
  dataFolder: string,
  { clock = new Clock(), onNotice = () => undefined }: { clock?: Clock; onNotice?: (notice: string) => void } = {},
): Promise<Foundation> {
  mkdirSync(dataFolder, { recursive: true });
  const store = await SqliteEventStore.open(ledgerFile(dataFolder), { clock: clock.nowMs });
  const views = ViewsFolder.open(viewsFolder(dataFolder), (reason) => {
    onNotice(`ビューを作り直します / views are built again: ${reason}`);
  });
  const projector = new Projector(store, views, catalogue);
  projector.start();
  return {
    clock,
    ledger: new Ledger(store, catalogue),
    projector,
    close: async () => {
      await projector.stop();
      await views.close();
      await store.close();
    },
  };
}

@Global()
@Module({})
class FoundationModule {}

/** The contexts over a foundation; the server adds the API, the command line does not. */
@Module({})
export class AppModule {
  static over({ clock, ledger, projector }: Foundation, ...more: DynamicModule[]): DynamicModule {
    const parts = [
      { provide: Clock, useValue: clock },
      { provide: Ledger, useValue: ledger },
      { provide: Projector, useValue: projector },
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
        TrailModule,
        ...more,
      ],
    };
  }
}
