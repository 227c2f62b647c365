import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryEventStore } from '../../src/adapters/memory/memory-event-store.js';
import { PostgresViews } from '../../src/adapters/postgres/postgres-views.js';
import { ViewsFolder } from '../../src/adapters/sqlite/views-folder.js';
import { catalogue } from '../../src/catalogue.js';
import { compareViews, fill } from '../../src/eventsourcing/rebuild.js';
import { START } from '../../src/eventsourcing/position.js';
import type { LiveViews } from '../../src/eventsourcing/views.js';
import { events } from '../support/event-stores.js';
import { PostgresUnderTest } from '../support/postgres.js';

interface PlaceForViews {
  /** One more process that reads and feeds the same views. */
  open(): Promise<LiveViews>;
  /** Names of the copies there are. */
  copies(): Promise<string[]>;
  dispose(): Promise<void>;
}

function liveViewsContract(name: string, place: () => Promise<PlaceForViews>): void {
  describe(`views with copies: ${name}`, () => {
    const EVENTS = 50;
    const given = async (
      work: (place: PlaceForViews, one: LiveViews, other: LiveViews, store: MemoryEventStore) => Promise<void>,
    ): Promise<void> => {
      const where = await place();
      const [one, other] = [await where.open(), await where.open()];
      const store = new MemoryEventStore();
      await store.append('measure-toride-5-1-1-1', 'no-stream', events('copies', EVENTS));
      try {
        await work(where, one, other, store);
      } finally {
        await one.close();
        await other.close();
        await where.dispose();
      }
    };

    it('fills a copy beside the one in use, compares it, and all go over to it', async () => {
      await given(async (_, one, other, store) => {
        await fill(one, store, catalogue);
        const copy = await one.newCopy();
        expect(await copy.views.bookmark()).toMatchObject({ position: START, events: 0 });
        await fill(copy.views, store, catalogue);
        expect(await compareViews(copy.views, one)).toMatchObject({ rows: 2 * EVENTS, different: 0 });
        await store.append('measure-toride-5-1-1-1', EVENTS - 1, events('more', 3));
        await fill(copy.views, store, catalogue);
        expect(await other.bookmark()).toMatchObject({ events: EVENTS });
        await copy.use();
        for (const views of [one, other]) {
          await views.refresh();
          expect(await views.bookmark()).toMatchObject({ position: await store.head(), events: EVENTS + 3 });
        }
      });
    });

    it('leaves nothing of a copy that is discarded', async () => {
      await given(async (where, one, other, store) => {
        const before = await where.copies();
        const copy = await one.newCopy();
        await fill(copy.views, store, catalogue);
        await copy.discard();
        expect(await where.copies()).toEqual(before);
        for (const views of [one, other]) {
          await views.refresh();
          expect(await views.bookmark()).toMatchObject({ events: 0 });
        }
      });
    });
  });
}

liveViewsContract('sqlite', () => {
  const folder = mkdtempSync(join(tmpdir(), 'daicho-views-'));
  return Promise.resolve({
    open: () => Promise.resolve(ViewsFolder.open(folder)),
    copies: () => Promise.resolve(readdirSync(folder).filter((file) => file.endsWith('.db'))),
    dispose: () => {
      rmSync(folder, { recursive: true });
      return Promise.resolve();
    },
  });
});

describe('on a real PostgreSQL', () => {
  let postgres: PostgresUnderTest;
  beforeAll(async () => {
    postgres = await PostgresUnderTest.start();
  });
  afterAll(() => postgres.stop());

  liveViewsContract('postgres', async () => {
    const database = await postgres.database();
    return {
      open: () => PostgresViews.open(database),
      copies: () => postgres.copies(database),
      dispose: () => Promise.resolve(),
    };
  });
});
