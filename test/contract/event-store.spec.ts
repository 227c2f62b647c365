import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { requireLibrary } from '../../src/adapters/sqlite/ledger-file.js';
import { SqliteEventStore } from '../../src/adapters/sqlite/sqlite-event-store.js';
import {
  BEGINNING,
  APPEND_LIMITS,
  StoreError,
  type EventStore,
  type ExpectedRevision,
  type Receipt,
} from '../../src/eventsourcing/event-store.js';
import { event, events, ledgerFolder, memoryLedger, sqliteLedger } from '../support/event-stores.js';
import { eventStoreContract } from './event-store.contract.js';

eventStoreContract('memory', memoryLedger);
eventStoreContract('sqlite', sqliteLedger);

describe('event store: sqlite', () => {
  it('keeps its WAL small, and the file complete at the end, though someone reads all the time', async () => {
    const folder = ledgerFolder();
    const file = join(folder.path, 'ledger.db');
    const store = await SqliteEventStore.open(file);
    const APPENDS = 60;
    let after = BEGINNING;
    for (let i = 0; i < APPENDS; i++) {
      await store.append(`measure/${String(i)}`, 'no-stream', events(String(i), APPEND_LIMITS.events));
      after = (await store.readAll(after, 300)).at(-1) ?? after;
      expect(statSync(`${file}-wal`).size).toBeLessThan(8 * 1024 * 1024);
    }
    await store.close();
    expect(readdirSync(folder.path)).toEqual(['ledger.db']);
    expect(statSync(file).size).toBeGreaterThan(8 * 1024 * 1024);
    folder.dispose();
  });

  it('takes no more than twice the bytes of the JSON of its events', async () => {
    const folder = ledgerFolder();
    const file = join(folder.path, 'ledger.db');
    const store = await SqliteEventStore.open(file);
    for (let i = 0; i < 20; i++) await store.append(`measure/${String(i)}`, 'no-stream', events(String(i), 500));
    const recorded = await store.readAll(BEGINNING, 10_000);
    await store.close();
    const json = recorded.reduce((bytes, each) => bytes + Buffer.byteLength(JSON.stringify(each)), 0);
    expect(statSync(file).size / json).toBeLessThan(2);
    folder.dispose();
  });

  it.each(['3.7.0', '3.39.5', '3.51.2'])('refuses SQLite %s, which can lose a commit', (version) => {
    expect(() => {
      requireLibrary(version);
    }).toThrow(expect.objectContaining({ code: 'STORE_TOO_OLD' }));
  });

  it.each(['3.51.3', '3.52.0', '3.53.2', '4.0.0'])('takes SQLite %s', (version) => {
    requireLibrary(version);
  });
});

describe('event stores: memory and sqlite', () => {
  interface Append {
    readonly stream: string;
    readonly expected: ExpectedRevision;
    readonly names: readonly string[];
    readonly status: string;
  }

  /** Few streams, ids and bodies, so that appends get in each other's way. */
  const append: fc.Arbitrary<Append> = fc.record({
    stream: fc.constantFrom('measure/1', 'measure/2'),
    expected: fc.constantFrom<ExpectedRevision>('no-stream', 0, 1, 2, 3),
    names: fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { minLength: 1, maxLength: 3 }),
    status: fc.constantFrom('同じ', '同じ', '同じ', '別'),
  });
  /** Rounds of appends made at the same moment; the store is opened again between them. */
  const rounds = fc.array(fc.array(append, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 4 });

  const answers = async (store: EventStore, appends: readonly Append[]): Promise<(Receipt | object)[]> =>
    Promise.all(
      appends.map(({ stream, expected, names, status }) =>
        store
          .append(
            stream,
            expected,
            names.map((name) => event(name, { data: { status } })),
          )
          .catch((error: unknown) => {
            if (!(error instanceof StoreError)) throw error;
            return { code: error.code, actual: error.actual };
          }),
      ),
    );

  it('give the same answers to the same appends, and hold the same then', async () => {
    await fc.assert(
      fc.asyncProperty(rounds, async (given) => {
        const ledgers = [memoryLedger(), sqliteLedger()];
        try {
          for (const appends of given) {
            const stores = await Promise.all(ledgers.map((ledger) => ledger.open(() => 1_000)));
            const [expected, actual] = await Promise.all(stores.map((store) => answers(store, appends)));
            expect(actual).toEqual(expected);
            const [before, after] = await Promise.all(stores.map((store) => store.readAll(BEGINNING, 1_000)));
            expect(after).toEqual(before);
            await Promise.all(stores.map((store) => store.close()));
          }
        } finally {
          for (const ledger of ledgers) ledger.dispose();
        }
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    ['memory', memoryLedger],
    ['sqlite', sqliteLedger],
  ])('%s takes the time of recording from the clock it was given', async (_name, newLedger) => {
    const ledger = newLedger();
    let nowMs = Date.parse('2026-11-23T09:00:00Z');
    const store = await ledger.open(() => nowMs);
    await store.append('measure/1', 'no-stream', [event('a'), event('b')]);
    nowMs += 60_000;
    await store.append('measure/1', 1, [event('c')]);
    nowMs -= 90_000;
    await store.append('measure/1', 2, [event('d')]);
    const times = (await store.readAll(BEGINNING, 10)).map(({ recordedAtMs }) => new Date(recordedAtMs).toISOString());
    expect(times.map((time) => time.slice(11, 16))).toEqual(['09:00', '09:00', '09:01', '09:01']);
    await store.close();
    ledger.dispose();
  });
});
