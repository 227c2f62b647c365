import { EventStoreDbEventStore } from '../../src/adapters/eventstoredb/eventstoredb-event-store.js';
import { catalogue } from '../../src/catalogue.js';
import { BEGINNING, type EventStore, type Receipt } from '../../src/eventsourcing/event-store.js';
import { START } from '../../src/eventsourcing/position.js';
import { Projector } from '../../src/eventsourcing/projector.js';
import { MemoryViews } from '../../src/adapters/memory/memory-views.js';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { EventStoreDbDouble } from '../support/eventstoredb-double.js';
import type { Fault } from '../support/eventstoredb/faults.js';
import { event, events } from '../support/event-stores.js';

/** Longer than the client's patience with a silent server, shorter than the test's. */
const SLOW_TEST_MS = 60_000;

describe('an EventStoreDB that is out of order', () => {
  let double: EventStoreDbDouble;
  let store: EventStoreDbEventStore;

  beforeEach(async () => {
    double = await EventStoreDbDouble.start();
    store = await EventStoreDbEventStore.open(double.connectionString);
  });
  afterEach(async () => {
    double.thaw();
    double.faults.clear();
    await store.close();
    await double.stop();
  });

  /** What the ledger holds: each event once, its stream without a gap, and nothing that was acknowledged missing. */
  const expectSound = async (acknowledged: readonly Receipt[]): Promise<void> => {
    const count = await store.verify();
    const recorded = await store.readAll(BEGINNING, count);
    const places = new Map(recorded.map(({ id, position }) => [id, position]));
    for (const { position, eventIds } of acknowledged) expect(places.get(eventIds.at(-1) ?? '')).toBe(position);
  };

  const faults: [Fault, timesMax: number][] = [
    [{ kind: 'unavailable' }, 3],
    [{ kind: 'reset before commit' }, 2],
    [{ kind: 'reset after commit' }, 1],
    [{ kind: 'timeout' }, 2],
    [{ kind: 'slow', ms: 1_000 }, 2],
    [{ kind: 'silent' }, 1],
    [{ kind: 'silent after commit' }, 1],
  ];

  it.each(faults)(
    'meets an append with %j: it is written once, and answered',
    async (fault, times) => {
      await store.append('measure/1', 'no-stream', events('before', 2), true);
      double.faults.add(fault, 'append', times);
      const receipt = await store.append('measure/1', 1, events('through', 2), true);
      expect(receipt).toMatchObject({ revision: 3 });
      expect((await store.readStream('measure/1')).map(({ id }) => id)).toEqual(
        [...events('before', 2), ...events('through', 2)].map(({ id }) => id),
      );
      await expectSound([receipt]);
    },
    SLOW_TEST_MS,
  );

  it.each<Fault>([{ kind: 'unavailable' }, { kind: 'reset before commit' }, { kind: 'silent' }])(
    'meets reads with %j: they are answered whole',
    async (fault) => {
      await store.append('measure/1', 'no-stream', events('a', 300), true);
      const whole = await store.readAll(BEGINNING, 1_000);
      double.faults.add(fault, ['readStream', 'readAll'], 2);
      expect(await store.readStream('measure/1')).toHaveLength(300);
      expect(await store.readAll(BEGINNING, 1_000)).toEqual(whole);
    },
    SLOW_TEST_MS,
  );

  it('sends a command to the leader that it is told of', async () => {
    const leader = await EventStoreDbDouble.start(double.log);
    double.faults.add({ kind: 'not leader', leader: { host: '127.0.0.1', port: leader.port } }, [
      'append',
      'readStream',
      'readAll',
    ]);
    expect(await store.append('measure/1', 'no-stream', events('a', 1), true)).toMatchObject({ revision: 0 });
    double.faults.clear();
    await leader.stop();
    expect(await store.readStream('measure/1')).toHaveLength(1);
  });

  it(
    'hangs: what waits is answered by the time it goes on, nothing is lost and nothing twice',
    async () => {
      const appending = Array.from({ length: 20 }, (_, i) =>
        store.append(`measure/${String(i)}`, 'no-stream', events(String(i), 1), true),
      );
      double.freeze();
      setTimeout(() => {
        double.thaw();
      }, 6_000);
      await expectSound(await Promise.all(appending));
      expect(await store.verify()).toBe(20);
    },
    SLOW_TEST_MS,
  );

  /** Others ask, and are answered every half second, until it has ended. */
  const whileOthersAreAnswered = async <Result>(call: Promise<Result>): Promise<Result> => {
    const lift = double.faults.add({ kind: 'slow', ms: 500 }, 'readAll');
    const ended = call.then(
      () => true,
      () => true,
    );
    while (!(await Promise.race([ended, store.head().then(() => false)])));
    lift();
    return call;
  };

  it.each<[string, Fault]>([
    ['is slow in one call and answers others meanwhile: nobody is cancelled', { kind: 'slow', ms: 7_000 }],
    ['hangs in one call and answers others meanwhile: that one is made again', { kind: 'silent' }],
  ])(
    '%s, and the connection stays',
    async (_what, fault) => {
      await store.append('measure/1', 'no-stream', events('a', 1), true);
      const before = double.connections;
      double.faults.add(fault, ['append', 'readStream'], 2);
      const [receipt, read] = await whileOthersAreAnswered(
        Promise.all([store.append('measure/1', 0, events('b', 1), true), store.readStream('measure/1')]),
      );
      expect(read.length).toBeGreaterThan(0);
      await expectSound([receipt]);
      expect(double.connections).toBe(before);
    },
    SLOW_TEST_MS,
  );

  it(
    'falls silent to all: the connection is given up, and all are answered on a new one',
    async () => {
      await store.append('measure/1', 'no-stream', events('a', 1), true);
      const before = double.connections;
      double.faults.add({ kind: 'silent' }, ['append', 'readStream', 'readAll'], 3);
      const [receipt, read] = await Promise.all([
        store.append('measure/1', 0, events('b', 1), true),
        store.readStream('measure/1'),
        store.head(),
      ]);
      expect(read.length).toBeGreaterThan(0);
      await expectSound([receipt]);
      expect(double.connections).toBe(before + 1);
    },
    SLOW_TEST_MS,
  );

  it(
    'stays away: the caller is told that the outcome is not known, and may send the same again',
    async () => {
      await store.append('measure/1', 'no-stream', events('a', 1), true);
      double.faults.add({ kind: 'reset after commit' }, 'append', 1);
      const away = double.faults.add({ kind: 'unavailable' }, ['readStream', 'append']);
      const appending = store.append('measure/1', 0, events('b', 1), true);
      await expect(appending).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
      away();
      expect(await store.append('measure/1', 0, events('b', 1))).toMatchObject({ revision: 1 });
      expect(await store.verify()).toBe(2);
    },
    SLOW_TEST_MS,
  );

  it(
    'is silent in each step of an append: patience is that of the whole append, not of each step',
    async () => {
      double.faults.add({ kind: 'silent' }, 'readStream', 4);
      double.faults.add({ kind: 'silent' }, 'append');
      const beganMs = performance.now();
      await expect(store.append('measure/1', 'no-stream', events('a', 1))).rejects.toMatchObject({
        code: 'STORE_UNREACHABLE',
        message: expect.stringContaining(`127.0.0.1:${String(double.port)}`),
      });
      expect(performance.now() - beganMs).toBeLessThan(33_000);
    },
    SLOW_TEST_MS,
  );

  it(
    'is cut off again and again under load: nothing acknowledged is lost, nothing twice, and views equal a naive replay',
    async () => {
      const views = new MemoryViews();
      const projector = new Projector(store, views, catalogue);
      projector.start();
      const receipts: Receipt[] = [];
      const writer = async (n: number): Promise<void> => {
        for (let revision = -1; revision < 9; revision++) {
          const data = { planKey: 'p', measureNo: `1-1-${String(n)}`, status: String(revision) };
          const one = event(`${String(n)} ${String(revision)}`, { data });
          receipts.push(
            await store.append(`measure-p-${String(n)}`, revision < 0 ? 'no-stream' : revision, [one], true),
          );
        }
      };
      const writing = Promise.all(Array.from({ length: 8 }, (_, n) => writer(n)));
      const isWriting = (): boolean => receipts.length < 80;
      for (let round = 0; round < 6 && isWriting(); round++) {
        const before = receipts.length;
        while (isWriting() && receipts.length < before + 8) await new Promise((resolve) => setImmediate(resolve));
        double.cut();
        if (round % 2 === 0) double.dropSubscriptions();
      }
      await writing;
      await expectSound(receipts);
      expect(await store.verify()).toBe(80);
      await projector.waitFor(await store.head(), 30_000);
      await projector.stop();
      const replayed = new MemoryViews();
      await replayed.apply((await store.readAll(BEGINNING, 1_000)).map((one) => catalogue.project(one)));
      const lines = async (of: MemoryViews): Promise<string[]> => {
        const found: string[] = [];
        for await (const line of of.dump(await store.head())) found.push(line);
        return found;
      };
      expect(await lines(views)).toEqual(await lines(replayed));
    },
    SLOW_TEST_MS,
  );

  it('writes things of its own between ours, and the head is still the last event of the ledger', async () => {
    const { position } = await store.append('measure/1', 'no-stream', events('a', 1), true);
    const client = EventStoreDBClient.connectionString(double.connectionString);
    for (let i = 0; i < 300; i++) await client.setStreamMetadata(`other-${String(i)}`, { maxCount: 1 });
    await client.dispose();
    // A reader that comes while the head is still looked for, in the second page from the end.
    const looking = double.faults.met + 3;
    double.faults.add({ kind: 'slow', ms: 100 }, 'readAll', 3);
    const head = store.head();
    while (double.faults.met < looking) await new Promise((resolve) => setImmediate(resolve));
    expect(await store.readAll(BEGINNING, 10)).toHaveLength(1);
    expect(await head).toBe(position);
    const other = await EventStoreDbEventStore.open(double.connectionString);
    expect([await store.head(), await other.head()]).toEqual([position, position]);
    expect(await other.readAll(BEGINNING, 10)).toHaveLength(1);
    const next = await store.append('measure/1', 0, events('b', 1), true);
    expect([await store.head(), await other.head()]).toEqual([next.position, next.position]);
    await other.close();
  });

  it('has a clock that is hours ahead, or behind: what is sent in time is written', async () => {
    for (const [i, hours] of [2, -2].entries()) {
      double.log.clock = () => Date.now() + hours * 3_600_000;
      expect(await store.append(`measure/${String(i)}`, 'no-stream', events(String(i), 1))).toMatchObject({
        revision: 0,
      });
    }
  });

  it('holds streams of another application, which are passed over, as are other ledgers', async () => {
    const { position } = await store.append('measure/1', 'no-stream', events('a', 1), true);
    const client = EventStoreDBClient.connectionString(double.connectionString);
    for (let i = 0; i < 3; i++) await client.appendToStream('orders-1', jsonEvent({ type: 'OrderPlaced', data: {} }));
    await client.dispose();
    const another = await EventStoreDbEventStore.open(double.connectionString);
    for (const each of [store, another]) {
      expect(await each.head()).toBe(position);
      expect(await each.verify()).toBe(1);
    }
    await another.close();
    const named = await EventStoreDbEventStore.open(`${double.connectionString}&ledger=toride`);
    expect(await named.head()).toBe(START);
    await named.append('measure/1', 'no-stream', events('of toride', 1), true);
    expect(await store.head()).toBe(position);
    await named.close();
  });

  it('holds an event that somebody wrote into a stream of the ledger: it is named with its place, and not passed over', async () => {
    await store.append('measure/1', 'no-stream', events('a', 1), true);
    const client = EventStoreDBClient.connectionString(double.connectionString);
    await client.appendToStream('measure/1', jsonEvent({ type: 'StatusPainted', data: {} }));
    await client.dispose();
    const foreign = { code: 'FOREIGN_EVENT', message: expect.stringMatching(/measure\/1 1.*StatusPainted/) };
    await expect(store.readAll(BEGINNING, 10)).rejects.toMatchObject(foreign);
    await expect(store.readStream('measure/1')).rejects.toMatchObject(foreign);
    await expect(EventStoreDbEventStore.open(double.connectionString)).rejects.toMatchObject(foreign);
  });

  it('steps back in time: what is recorded later is never dated before', async () => {
    let nowMs = Date.parse('2026-11-25T09:00:00Z');
    double.log.clock = () => nowMs;
    const clocked = await EventStoreDbEventStore.open(double.connectionString, { clock: () => nowMs });
    for (const [i, step] of [0, 5_000, -3_600_000, 1].entries()) {
      nowMs += step;
      await clocked.append(`measure/${String(i)}`, 'no-stream', events(String(i), 1), true);
    }
    const times = async (of: EventStore): Promise<number[]> =>
      (await of.readAll(BEGINNING, 10)).map(({ recordedAtMs }) => recordedAtMs);
    expect(await times(clocked)).toEqual((await times(clocked)).toSorted((a, b) => a - b));
    expect(await times(store)).toEqual(await times(clocked));
    await clocked.close();
  });
});

describe('an EventStoreDB that is not there', () => {
  it.each([
    ['nobody listens', 'esdb://127.0.0.1:1?tls=false', 'STORE_UNREACHABLE'],
    ['no node of a cluster listens', 'esdb://127.0.0.1:1,127.0.0.1:2?tls=false', 'STORE_UNREACHABLE'],
    ['the connection string has a typo', 'esdb://127.0.0.1:1?tsl=false', 'CONNECTION_INVALID'],
  ])(
    'is told by its code: %s',
    async (_what, connectionString, code) => {
      await expect(EventStoreDbEventStore.open(connectionString)).rejects.toMatchObject({ code });
    },
    SLOW_TEST_MS,
  );
});
