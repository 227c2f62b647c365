import { setTimeout } from 'node:timers/promises';
import { BACKWARDS, END, EventStoreDBClient, jsonEvent, NO_STREAM, type EventData } from '@eventstore/db-client';
import { EventStoreDbDouble } from '../support/eventstoredb-double.js';
import type { Fault } from '../support/eventstoredb/faults.js';

const UNDER_WAY = 'still under way';

/** Of a server that is well there is the conformance; here is what a client sees of one that is not. */
describe('the protocol double, out of order', () => {
  const STREAM = 'measure/1';
  let double: EventStoreDbDouble;
  let client: EventStoreDBClient;
  const clients: EventStoreDBClient[] = [];

  const connect = (options = ''): EventStoreDBClient => {
    const connected = EventStoreDBClient.connectionString(double.connectionString + options);
    clients.push(connected);
    return connected;
  };
  const append = (events: EventData[], expected: bigint | typeof NO_STREAM = NO_STREAM, options = {}) =>
    client.appendToStream(STREAM, events, { expectedRevision: expected, ...options });
  const count = async (): Promise<number> => {
    let found = 0;
    for await (const _ of client.readStream(STREAM)) found++;
    return found;
  };
  /** What becomes of a call within a time: its answer, its error, or `UNDER_WAY`. */
  const within = (ms: number, call: Promise<unknown>): Promise<unknown> =>
    Promise.race([
      call.catch((error: unknown) => ({ error: (error as { type?: string }).type })),
      setTimeout(ms, UNDER_WAY, { ref: false }),
    ]);
  const written = (): number => double.log.stream(STREAM)?.length ?? 0;

  beforeEach(async () => {
    double = await EventStoreDbDouble.start();
    client = connect();
    await client.readAll({ maxCount: 1 }).toArray();
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((each) => each.dispose()));
    await double.stop();
  });

  describe.each([
    ['in a batch', {}],
    ['alone', { credentials: { username: 'somebody', password: 'something' } }],
  ])('an append %s', (_how, options) => {
    it.each<[Fault, events: number, told: unknown]>([
      [{ kind: 'silent' }, 0, UNDER_WAY],
      [{ kind: 'silent after commit' }, 2, UNDER_WAY],
      [{ kind: 'slow', ms: 100 }, 2, expect.objectContaining({ success: true })],
      [{ kind: 'reset before commit' }, 0, { error: 'unavailable' }],
      [{ kind: 'reset after commit' }, 2, { error: 'unavailable' }],
      [{ kind: 'unavailable' }, 0, { error: 'unavailable' }],
      [{ kind: 'unauthenticated' }, 0, { error: 'access-denied' }],
    ])('meets %p: %p events are written', async (fault, events, told) => {
      double.faults.add(fault, 'append', 1);
      const given = [event('a'), event('b')];
      expect(await within(told === UNDER_WAY ? 300 : 10_000, append(given, NO_STREAM, options))).toEqual(told);
      expect(written()).toBe(events);
      // Once is over: the same again is the first receipt, or the first append.
      client = connect();
      expect(await append(given, NO_STREAM, options)).toMatchObject({ nextExpectedRevision: 1n });
      expect(await count()).toBe(2);
    });

    it('may be told that the time is up, or that it is too large', async () => {
      double.faults.add({ kind: 'timeout' }, 'append', 1);
      expect(await within(10_000, append([event('a')], NO_STREAM, options))).toEqual({
        error: expect.stringMatching(/^(timeout|deadline-exceeded)$/),
      });
      double.maxAppendBytes = 100;
      await expect(append([event('x'.repeat(100))], NO_STREAM, options)).rejects.toMatchObject({ maxAppendSize: 100 });
      expect(written()).toBe(0);
    });

    it('is sent to the leader', async () => {
      const leader = await EventStoreDbDouble.start(double.log);
      double.faults.add({ kind: 'not leader', leader: { host: '127.0.0.1', port: leader.port } }, 'append');
      await expect(append([event('a')], NO_STREAM, options)).rejects.toMatchObject({
        type: 'not-leader',
        leader: { address: '127.0.0.1', port: leader.port },
      });
      expect(await append([event('a')], NO_STREAM, options)).toMatchObject({ success: true });
      expect(written()).toBe(1);
      await leader.stop();
    });
  });

  it('frozen answers nothing, not even a ping, until it goes on', async () => {
    client = connect('&keepAliveInterval=10000&keepAliveTimeout=10000');
    await append([event('a')]);
    double.freeze();
    const [appending, reading] = [append([event('b')], 0n), count()];
    expect(await within(300, Promise.race([appending, reading]))).toBe(UNDER_WAY);
    expect(written()).toBe(1);
    double.thaw();
    expect(await appending).toMatchObject({ nextExpectedRevision: 1n });
    await reading;
  });

  it('cut off resets what is under way; the client comes back', async () => {
    double.faults.add({ kind: 'silent' }, ['append', 'readStream'], 2);
    const [appending, reading] = [append([event('a')]), count()];
    await setTimeout(200);
    double.cut();
    expect(await within(10_000, appending)).toEqual({ error: 'unavailable' });
    expect(await within(10_000, reading)).toEqual({ error: 'unavailable' });
    expect(await append([event('a')])).toMatchObject({ success: true });
  });

  it('stopped is not there; started again has what it had, on the same port', async () => {
    const given = event('a');
    const { position } = await append([given]);
    await double.stop();
    expect(await within(10_000, append([event('b')], 0n))).toMatchObject({ error: 'unavailable' });
    expect(await within(10_000, count())).toMatchObject({ error: 'unavailable' });
    await double.restart();
    expect(await append([given])).toMatchObject({ position });
    expect(await count()).toBe(1);
  });

  it('a read or a subscription may be refused, or never answered', async () => {
    await append([event('a')]);
    double.faults.add({ kind: 'unavailable' }, ['readStream', 'subscribe'], 2);
    expect(await within(10_000, count())).toEqual({ error: 'unavailable' });
    expect(await within(10_000, client.subscribeToAll().toArray())).toEqual({ error: 'unavailable' });
    const lift = double.faults.add({ kind: 'silent' }, ['readStream', 'readAll', 'subscribe']);
    for (const call of [() => count(), () => client.readAll().toArray(), () => client.subscribeToAll().toArray()]) {
      expect(await within(200, call())).toBe(UNDER_WAY);
    }
    lift();
    expect(await count()).toBe(1);
  });

  it('subscriptions may be stalled, or dropped', async () => {
    const subscription = client.subscribeToAll({ fromPosition: END });
    const heard: string[] = [];
    (subscription as NodeJS.EventEmitter).on('data', ({ event }: { event: { id: string } }) => heard.push(event.id));
    const failed = new Promise((resolve) => subscription.on('error', resolve));
    await new Promise((resolve) => (subscription as NodeJS.EventEmitter).on('caughtUp', resolve));
    const given = event('a');
    double.subscriptionsStalled = true;
    await append([given]);
    await setTimeout(200);
    expect(heard).toEqual([]);
    double.subscriptionsStalled = false;
    while (heard.length === 0) await setTimeout(10);
    expect(heard).toEqual([given.id]);
    double.dropSubscriptions();
    expect(await failed).toMatchObject({ type: 'unavailable' });
  });

  it('with noise has events of its own and gaps between appends, never within one', async () => {
    double.log.noisy = true;
    for (const expected of [NO_STREAM, 2n, 5n] as const) await append([event('a'), event('b'), event('c')], expected);
    const all = await client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 12 }).toArray();
    expect(all.map(({ event }) => (event?.streamId === STREAM ? 'ours' : 'theirs')).join(' ')).toBe(
      'ours ours ours theirs ours ours ours theirs ours ours ours theirs',
    );
  });

  it('has a clock that may step back', async () => {
    for (const [i, nowMs] of [5_000, 4_000, 6_000].entries()) {
      double.log.clock = () => nowMs;
      await append([event('a')], i === 0 ? NO_STREAM : BigInt(i - 1));
    }
    const found = await client.readStream(STREAM).toArray();
    expect(found.map(({ event }) => event?.created.getTime())).toEqual([5_000, 4_000, 6_000]);
  });

  it('a cluster of two has one leader, whom the gossip names', async () => {
    const leader = await EventStoreDbDouble.start(double.log);
    double.leader = { host: '127.0.0.1', port: leader.port };
    client = EventStoreDBClient.connectionString(double.connectionString.replace('esdb:', 'esdb+discover:'));
    clients.push(client);
    double.faults.add({ kind: 'unavailable' }, ['append', 'readStream', 'readAll']);
    await append([event('a')]);
    expect(await count()).toBe(1);
    await leader.stop();
  });
});

const event = (name: string): EventData => jsonEvent({ type: 'Happened', data: { name } });
