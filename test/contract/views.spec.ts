import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryViews } from '../../src/adapters/memory/memory-views.js';
import { PostgresViews } from '../../src/adapters/postgres/postgres-views.js';
import { SqliteViews } from '../../src/adapters/sqlite/sqlite-views.js';
import { PostgresUnderTest } from '../support/postgres.js';
import { viewsContract } from './views.contract.js';

viewsContract('memory', {
  open: () => Promise.resolve({ views: new MemoryViews(), dispose: () => Promise.resolve() }),
});

viewsContract('sqlite', {
  open: () => {
    const folder = mkdtempSync(join(tmpdir(), 'daicho-views-'));
    const views = SqliteViews.open(join(folder, 'views.db'));
    return Promise.resolve({
      views,
      dispose: async () => {
        await views.close();
        rmSync(folder, { recursive: true });
      },
    });
  },
});

describe('on a real PostgreSQL', () => {
  let postgres: PostgresUnderTest;
  beforeAll(async () => {
    postgres = await PostgresUnderTest.start();
  });
  afterAll(() => postgres.stop());

  viewsContract('postgres', {
    open: async () => {
      const database = await postgres.database();
      const views = await PostgresViews.open(database);
      return {
        views,
        dispose: async () => {
          await views.close();
          await postgres.giveBack(database);
        },
      };
    },
  });
});
