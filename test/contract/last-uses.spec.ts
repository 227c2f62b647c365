import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PostgresLastUses } from '../../src/adapters/postgres/postgres-last-uses.js';
import { PostgresViews } from '../../src/adapters/postgres/postgres-views.js';
import { SqliteLastUses } from '../../src/adapters/sqlite/sqlite-last-uses.js';
import type { LastUses } from '../../src/eventsourcing/last-uses.js';
import { PostgresUnderTest } from '../support/postgres.js';

interface PlaceForLastUses {
  /** One more process. */
  open(): Promise<LastUses>;
  dispose(): Promise<void>;
}

function lastUsesContract(name: string, place: () => Promise<PlaceForLastUses>): void {
  describe(`last uses: ${name}`, () => {
    const given = async (work: (one: LastUses, where: PlaceForLastUses) => Promise<void>): Promise<void> => {
      const where = await place();
      const one = await where.open();
      try {
        await work(one, where);
      } finally {
        await one.close();
        await where.dispose();
      }
    };
    const NOW_MS = Date.parse('2026-11-25T01:00:00.123Z');

    it('tells of each key when it was used last, and nothing of those that were not', async () => {
      await given(async (one) => {
        await one.record(new Map(Array.from({ length: 100 }, (_, i) => [`key ${String(i)}`, NOW_MS + i])));
        expect(await one.of(['key 99', 'key 0', 'another'])).toEqual(
          new Map([
            ['key 99', NOW_MS + 99],
            ['key 0', NOW_MS],
          ]),
        );
        expect(await one.of([])).toEqual(new Map());
        await one.record(new Map());
      });
    });

    it('keeps the latest, in whatever order uses come', async () => {
      await given(async (one) => {
        for (const ms of [1, 3, 2]) await one.record(new Map([['key', NOW_MS + ms]]));
        expect(await one.of(['key'])).toEqual(new Map([['key', NOW_MS + 3]]));
      });
    });

    it('is shared by several processes, begun together, and outlives them', async () => {
      const where = await place();
      const all = await Promise.all(Array.from({ length: 4 }, () => where.open()));
      const keys = ['a', 'b', 'c', 'd'];
      await Promise.all(
        all.map((one, i) => one.record(new Map((i % 2 ? keys : [...keys].reverse()).map((key) => [key, NOW_MS + i])))),
      );
      const latest = new Map(keys.map((key) => [key, NOW_MS + 3]));
      for (const one of all) expect(await one.of(keys)).toEqual(latest);
      for (const one of all) await one.close();
      const later = await where.open();
      expect(await later.of(keys)).toEqual(latest);
      await later.close();
      await where.dispose();
    });
  });
}

const inFolder = async (work: (file: string) => Promise<void>): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'daicho-last-uses-'));
  await work(join(folder, 'access.db'));
  rmSync(folder, { recursive: true });
};

lastUsesContract('sqlite', () => {
  const folder = mkdtempSync(join(tmpdir(), 'daicho-last-uses-'));
  return Promise.resolve({
    open: () => Promise.resolve(SqliteLastUses.open(join(folder, 'access.db'))),
    dispose: () => {
      rmSync(folder, { recursive: true });
      return Promise.resolve();
    },
  });
});

describe('a file of last uses that is damaged', () => {
  it('is begun anew, and that is said', async () => {
    await inFolder(async (file) => {
      writeFileSync(file, 'not a database, and long enough to be looked at '.repeat(100));
      const reasons: string[] = [];
      const uses = SqliteLastUses.open(file, (reason) => reasons.push(reason));
      await uses.record(new Map([['key', 1]]));
      expect(await uses.of(['key'])).toEqual(new Map([['key', 1]]));
      expect(reasons).toEqual([expect.stringContaining(file)]);
      await uses.close();
    });
  });
});

describe('on a real PostgreSQL', () => {
  let postgres: PostgresUnderTest;
  beforeAll(async () => {
    postgres = await PostgresUnderTest.start();
  });
  afterAll(() => postgres.stop());

  lastUsesContract('postgres', async () => {
    const database = await postgres.database();
    return { open: () => PostgresLastUses.open(database), dispose: () => Promise.resolve() };
  });

  it('last uses are no part of any copy of the views, whichever comes first', async () => {
    const database = await postgres.database();
    const uses = await PostgresLastUses.open(database);
    await uses.record(new Map([['key', 1]]));
    const views = await PostgresViews.open(database);
    const copy = await views.newCopy();
    await copy.use();
    await views.refresh();
    expect(await uses.of(['key'])).toEqual(new Map([['key', 1]]));
    await views.close();
    await uses.close();
  });
});
