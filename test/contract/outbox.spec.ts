import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PostgresOutbox } from '../../src/adapters/postgres/postgres-outbox.js';
import { SqliteOutbox } from '../../src/adapters/sqlite/sqlite-outbox.js';
import type { Place } from '../../src/eventsourcing/event-store.js';
import type { Outbox, OutgoingMessage } from '../../src/eventsourcing/outbox.js';
import { positionOf } from '../../src/eventsourcing/position.js';
import { PostgresUnderTest } from '../support/postgres.js';

interface PlaceForOutbox {
  /** One more process. */
  open(): Promise<Outbox>;
  dispose(): void;
}

const NOW_MS = Date.parse('2027-04-23T00:00:00.123Z');
const at = (n: number): Place => ({ position: positionOf(n), recordedAtMs: NOW_MS + n });
const message = (id: string, endpoint = 'chat'): OutgoingMessage => ({
  endpoint,
  id,
  type: 'round.opened',
  body: `{"data":"${id} 締切"}`,
});

function outboxContract(name: string, place: () => Promise<PlaceForOutbox>): void {
  describe(`outbox: ${name}`, () => {
    let where: PlaceForOutbox;
    let outbox: Outbox;
    beforeEach(async () => {
      where = await place();
      outbox = await where.open();
    });
    afterEach(async () => {
      await outbox.close();
      where.dispose();
    });
    const dueIds = async (nowMs = NOW_MS): Promise<string[]> =>
      (await outbox.due('chat', nowMs, 100)).map(({ id }) => id);

    it('keeps messages with the place up to which the ledger was read, each once, also for the next process', async () => {
      expect(await outbox.readTo()).toBeUndefined();
      await outbox.add([message('b'), message('a'), message('a', 'mail')], at(1), NOW_MS);
      await outbox.add([{ ...message('a'), body: 'another' }, message('c')], at(2), NOW_MS + 1);
      await outbox.add([], at(3), NOW_MS);
      await outbox.close();
      outbox = await where.open();
      expect(await outbox.readTo()).toEqual(at(3));
      expect(await outbox.due('chat', NOW_MS + 1, 2)).toEqual(
        ['a', 'b'].map((id) => ({ ...message(id), standing: 'pending', attempts: 0, dueMs: NOW_MS, error: undefined })),
      );
      expect([await dueIds(), await dueIds(NOW_MS - 1), await dueIds(NOW_MS + 1)]).toEqual([
        ['a', 'b'],
        [],
        ['a', 'b', 'c'],
      ]);
    });

    it('tells what is due, what has failed and what was given up; what is delivered never comes again', async () => {
      await outbox.add(
        ['a', 'b', 'c', 'd'].map((id) => message(id)),
        at(1),
        NOW_MS,
      );
      await outbox.settle(message('a'), { standing: 'delivered', attempts: 1, dueMs: NOW_MS });
      await outbox.settle(message('b'), { standing: 'pending', attempts: 1, dueMs: NOW_MS + 5, error: 'HTTP 500' });
      await outbox.settle(message('c'), { standing: 'failed', attempts: 10, dueMs: NOW_MS, error: 'ECONNREFUSED' });
      await outbox.add([message('a')], at(2), NOW_MS);
      expect([await dueIds(), await dueIds(NOW_MS + 5)]).toEqual([['d'], ['d', 'b']]);
      expect(await outbox.troubled(10)).toEqual([
        { ...message('c'), standing: 'failed', attempts: 10, dueMs: NOW_MS, error: 'ECONNREFUSED' },
        { ...message('b'), standing: 'pending', attempts: 1, dueMs: NOW_MS + 5, error: 'HTTP 500' },
      ]);
      expect(await outbox.counts()).toEqual([
        { endpoint: 'chat', standing: 'delivered', count: 1 },
        { endpoint: 'chat', standing: 'failed', count: 1 },
        { endpoint: 'chat', standing: 'pending', count: 2 },
      ]);
      expect([await outbox.retry('mail', NOW_MS), await outbox.retry('chat', NOW_MS)]).toEqual([0, 1]);
      expect(await dueIds()).toEqual(['c', 'd']);
    });
  });
}

outboxContract('sqlite', () => {
  const folder = mkdtempSync(join(tmpdir(), 'daicho-outbox-'));
  return Promise.resolve({
    open: () => Promise.resolve(SqliteOutbox.open(join(folder, 'webhooks.db'))),
    dispose: () => {
      rmSync(folder, { recursive: true });
    },
  });
});

describe('a file of an outbox that is damaged', () => {
  it('is refused, not begun anew: what is pending would be lost', () => {
    const folder = mkdtempSync(join(tmpdir(), 'daicho-outbox-'));
    const file = join(folder, 'webhooks.db');
    writeFileSync(file, 'not a database, and long enough to be looked at '.repeat(100));
    expect(() => SqliteOutbox.open(file)).toThrow(
      expect.objectContaining({ code: 'VIEWS_DAMAGED', message: expect.stringContaining(file) }),
    );
    rmSync(folder, { recursive: true });
  });
});

describe('on a real PostgreSQL', () => {
  let postgres: PostgresUnderTest;
  beforeAll(async () => {
    postgres = await PostgresUnderTest.start();
  });
  afterAll(() => postgres.stop());

  outboxContract('postgres', async () => {
    const database = await postgres.database();
    return { open: () => PostgresOutbox.open(database), dispose: () => undefined };
  });
});
