import { setTimeout } from 'node:timers/promises';
import {
  ANY,
  BACKWARDS,
  binaryEvent,
  END,
  EventStoreDBClient,
  eventTypeFilter,
  jsonEvent,
  NO_STREAM,
  START,
  STREAM_EXISTS,
  streamNameFilter,
  type AppendResult,
  type EventData,
  type Position,
  type RecordedEvent,
} from '@eventstore/db-client';

type Expected = bigint | typeof NO_STREAM | typeof ANY | typeof STREAM_EXISTS;
type Located = Required<Pick<RecordedEvent, 'position'>> & RecordedEvent;

/** Of an insecure server nobody asks who one is; it makes the client take the other of its two ways to append. */
const SOMEBODY = { credentials: { username: 'somebody', password: 'something' } };
const LIMIT_BYTES = 1024 * 1024;

/**
 * What a server of EventStoreDB does, as far as a ledger may rely on it; told by its own client alone. Where a double and a
 * real server differ here, the double is wrong. Streams have names of their own: the server may hold other data.
 */
export function eventStoreDbConformance(name: string, connect: () => string | Promise<string>): void {
  describe(`EventStoreDB: ${name}`, () => {
    let connectionString: string;
    let client: EventStoreDBClient;
    let stream: string;

    beforeAll(async () => {
      connectionString = await connect();
      client = EventStoreDBClient.connectionString(connectionString);
    });
    afterAll(() => client.dispose());
    beforeEach(() => {
      stream = `conformance/施策-𠮷 ${crypto.randomUUID()}`;
    });

    const append = (expected: Expected, events: EventData[], to = stream, options = {}): Promise<AppendResult> =>
      client.appendToStream(to, events, { expectedRevision: expected, ...options });
    const inStream = async (options = {}, of = stream): Promise<Located[]> => {
      const found: Located[] = [];
      for await (const { event } of client.readStream(of, options)) found.push(event as Located);
      return found;
    };
    const inAll = async (options: object): Promise<Located[]> => {
      const found: Located[] = [];
      for await (const { event } of client.readAll(options)) if (event) found.push(event);
      return found;
    };
    const head = async (): Promise<Located> => {
      const [last] = await inAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 });
      if (!last) throw new Error('nothing in $all');
      return last;
    };

    describe.each([
      ['in a batch', {}],
      ['alone', SOMEBODY],
    ])('an append %s', (_how, options) => {
      it('of one event is told its revision and position', async () => {
        const result = await append(NO_STREAM, [event('a')], stream, options);
        const [found] = await inStream();
        expect(result).toEqual({ success: true, nextExpectedRevision: 0n, position: found?.position });
        expect(found?.position.commit).toBe(found?.position.prepare);
      });

      it('of several is told those of the last', async () => {
        await append(NO_STREAM, [event('a')], stream, options);
        const result = await append(0n, events(4), stream, options);
        const found = await inStream();
        expect(found.map(({ revision }) => revision)).toEqual([0n, 1n, 2n, 3n, 4n]);
        expect(result).toEqual({ success: true, nextExpectedRevision: 4n, position: found.at(-1)?.position });
        for (const { position } of found) expect(position.commit).toBe(position.prepare);
        expect(found.map(commitOf)).toEqual(found.map(commitOf).toSorted(ascending));
        expect(new Set(found.map(commitOf)).size).toBe(5);
      });

      it('of 500 events is one block in $all', async () => {
        const given = events(500);
        const { position } = await append(NO_STREAM, given, stream, options);
        const found = await inStream();
        expect(found.map(({ id }) => id)).toEqual(given.map(({ id }) => id));
        expect(found.at(-1)?.position).toEqual(position);
        const block = await inAll({ fromPosition: found[0]?.position, maxCount: 500 });
        expect(block).toEqual(found);
      });

      it.each<[given: number, Expected, actual: bigint | typeof NO_STREAM]>([
        [0, 0n, NO_STREAM],
        [0, 5n, NO_STREAM],
        [0, STREAM_EXISTS, NO_STREAM],
        [3, NO_STREAM, 2n],
        [3, 0n, 2n],
        [3, 1n, 2n],
        [3, 3n, 2n],
        [3, 99n, 2n],
      ])('to a stream of %p that expects %p is a conflict: it is at %p', async (given, expected, actual) => {
        if (given > 0) await append(NO_STREAM, events(given));
        await expect(append(expected, events(2), stream, options)).rejects.toMatchObject({
          type: 'wrong-expected-version',
          streamName: stream,
          expectedVersion: expected,
          actualVersion: actual,
        });
        expect(given === 0 ? [] : await inStream()).toHaveLength(given);
      });

      it('that expects any revision, or that there is one, is taken', async () => {
        expect(await append(ANY, [event('a')], stream, options)).toMatchObject({ nextExpectedRevision: 0n });
        expect(await append(ANY, [event('b')], stream, options)).toMatchObject({ nextExpectedRevision: 1n });
        expect(await append(STREAM_EXISTS, [event('c')], stream, options)).toMatchObject({ nextExpectedRevision: 2n });
      });

      it('of nothing is taken, and there is nothing to read', async () => {
        const nothing = await append(NO_STREAM, [], stream, options);
        expect(nothing).toMatchObject({ success: true, nextExpectedRevision: 0n });
        await expect(inStream()).rejects.toMatchObject({ type: 'stream-not-found' });
        const { position } = await append(NO_STREAM, [event('a')], stream, options);
        expect(position?.commit).toBeGreaterThan(nothing.position?.commit ?? 0n);
        await expect(append(NO_STREAM, [], stream, options)).rejects.toMatchObject({ actualVersion: 0n });
        expect(await inStream()).toHaveLength(1);
      });

      it(`of ${String(LIMIT_BYTES)} bytes of data is taken, of one more is not`, async () => {
        const half = LIMIT_BYTES / 2;
        expect(await append(NO_STREAM, [sized(half), sized(half)], stream, options)).toMatchObject({ success: true });
        await expect(append(1n, [sized(half), sized(half), sized(1)], stream, options)).rejects.toMatchObject({
          type: 'maximum-append-size-exceeded',
          maxAppendSize: LIMIT_BYTES,
        });
        await expect(append(1n, [sized(LIMIT_BYTES + 1)], stream, options)).rejects.toMatchObject({
          type: 'maximum-append-size-exceeded',
        });
        expect(await inStream()).toHaveLength(2);
      });

      it('does not count its metadata', async () => {
        const given = { ...sized(LIMIT_BYTES), metadata: Buffer.alloc(1_000, 'x') };
        expect(await append(NO_STREAM, [given], stream, options)).toMatchObject({ success: true });
      });

      it('made again at the revision it expected is answered with the first receipt, whatever its bytes', async () => {
        await append(NO_STREAM, [event('before')], stream, options);
        const given = events(3);
        const first = await append(0n, given, stream, options);
        expect(await append(0n, given, stream, options)).toEqual(first);
        await append(3n, [event('after')], stream, options);
        expect(await append(0n, given, stream, options)).toEqual(first);
        const otherBytes = given.map(({ id }) => jsonEvent({ id, type: 'Other', data: { other: true } }));
        expect(await append(0n, otherBytes, stream, options)).toEqual(first);
        expect(await append(ANY, given, stream, options)).toEqual(first);
        expect(await append(STREAM_EXISTS, given, stream, options)).toEqual(first);
        expect(await inStream()).toHaveLength(5);
        expect((await inStream({ fromRevision: 1n, maxCount: 1 }))[0]).toMatchObject({
          type: 'Happened',
          data: given[0]?.data,
        });
      });

      it('made again in part is answered with the receipt of that part', async () => {
        const given = events(3);
        await append(NO_STREAM, given, stream, options);
        const found = await inStream();
        const receipt = (revision: number): object => ({
          success: true,
          nextExpectedRevision: BigInt(revision),
          position: found[revision]?.position,
        });
        expect(await append(NO_STREAM, given.slice(0, 2), stream, options)).toEqual(receipt(1));
        expect(await append(0n, given.slice(1), stream, options)).toEqual(receipt(2));
        expect(await append(0n, given.slice(1, 2), stream, options)).toEqual(receipt(1));
      });

      it('made again at another revision, in another order or with more is a conflict', async () => {
        await append(NO_STREAM, [event('before')], stream, options);
        const given = events(3);
        await append(0n, given, stream, options);
        await append(3n, [event('after')], stream, options);
        const conflict = { type: 'wrong-expected-version', actualVersion: 4n };
        for (const expected of [NO_STREAM, 1n, 2n, 3n, 5n] as const) {
          await expect(append(expected, given, stream, options)).rejects.toMatchObject(conflict);
        }
        await expect(append(0n, given.toReversed(), stream, options)).rejects.toMatchObject(conflict);
        await expect(append(0n, [...given, event('new')], stream, options)).rejects.toMatchObject(conflict);
        await expect(append(ANY, [...given, event('new')], stream, options)).rejects.toMatchObject(conflict);
        await expect(append(0n, [event('new'), ...given], stream, options)).rejects.toMatchObject(conflict);
        expect(await inStream()).toHaveLength(5);
      });

      it('made again at the revision where the stream is now is written again', async () => {
        const given = events(2);
        const first = await append(NO_STREAM, given, stream, options);
        const second = await append(1n, given, stream, options);
        expect(second.nextExpectedRevision).toBe(3n);
        expect(second.position?.commit).toBeGreaterThan(first.position?.commit ?? 0n);
        expect((await inStream()).map(({ id }) => id)).toEqual([...given, ...given].map(({ id }) => id));
      });

      it('made again to another stream is written there, and an id twice in one append twice', async () => {
        const given = events(2);
        await append(NO_STREAM, given, stream, options);
        expect(await append(NO_STREAM, given, `${stream}/other`, options)).toMatchObject({ nextExpectedRevision: 1n });
        expect(await append(ANY, given, `${stream}/any`, options)).toMatchObject({ nextExpectedRevision: 1n });
        const twin = event('twin');
        expect(await append(NO_STREAM, [twin, twin], `${stream}/twins`, options)).toMatchObject({
          nextExpectedRevision: 1n,
        });
      });
    });

    it('64 appends at once are answered in the order of their positions', async () => {
      const answered: bigint[] = [];
      await Promise.all(
        Array.from({ length: 64 }, async (_, i) => {
          const { position } = await append(NO_STREAM, events(2), `${stream}/${String(i)}`);
          answered.push(position?.commit ?? 0n);
        }),
      );
      expect(answered).toEqual(answered.toSorted(ascending));
    });

    it('64 appends at once to one stream: one is taken, the others are told where it is', async () => {
      const results = await Promise.allSettled(Array.from({ length: 64 }, () => append(NO_STREAM, events(2))));
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const result of results) {
        if (result.status === 'rejected') expect(result.reason).toMatchObject({ actualVersion: 1n });
      }
    });

    describe('an event', () => {
      it('is read as it was written: type, bytes, metadata, the time of recording', async () => {
        const given = [
          jsonEvent({ type: '施策 ⇒ 🏯', data: { キー: '髙橋 𠮷野家', '': null }, metadata: { by: 'p-𠮷' } }),
          binaryEvent({ type: 'Bytes', data: Buffer.from([0, 255, 128]), metadata: new Uint8Array([7, 0, 255]) }),
          jsonEvent({ type: 'Bare', data: [] }),
        ];
        const beforeMs = Date.now();
        await append(NO_STREAM, given);
        const found = await inStream();
        expect(found).toHaveLength(3);
        given.forEach(({ id, type }, i) => {
          expect(found[i]).toMatchObject({ id, type, streamId: stream, revision: BigInt(i), isJson: i !== 1 });
        });
        expect(found.map(({ data }) => data)).toEqual([given[0]?.data, new Uint8Array([0, 255, 128]), []]);
        expect(found.map(({ metadata }) => metadata)).toEqual([{ by: 'p-𠮷' }, new Uint8Array([7, 0, 255]), undefined]);
        for (const { created } of found) {
          expect(Math.abs(created.getTime() - beforeMs)).toBeLessThan(60_000);
          expect(created).toEqual(found[0]?.created);
        }
        expect(await inAll({ fromPosition: found[0]?.position, maxCount: 3 })).toEqual(found);
      });
    });

    describe('a stream', () => {
      it.each([
        [{ fromRevision: START }, [0, 1, 2, 3, 4]],
        [{ fromRevision: 2n }, [2, 3, 4]],
        [{ fromRevision: 2n, maxCount: 2 }, [2, 3]],
        [{ fromRevision: 5n }, []],
        [{ fromRevision: 99n }, []],
        [{ direction: BACKWARDS, fromRevision: END }, [4, 3, 2, 1, 0]],
        [{ direction: BACKWARDS, fromRevision: END, maxCount: 1 }, [4]],
        [{ direction: BACKWARDS, fromRevision: 2n }, [2, 1, 0]],
        [{ direction: BACKWARDS, fromRevision: 99n, maxCount: 2 }, [4, 3]],
        [{ direction: BACKWARDS, fromRevision: START }, [0]],
      ])('read with %p', async (options, revisions) => {
        await append(NO_STREAM, events(5));
        await append(NO_STREAM, events(2), `${stream}0`);
        expect((await inStream(options)).map(({ revision }) => Number(revision))).toEqual(revisions);
      });

      it.each([{}, { fromRevision: 3n }, { direction: BACKWARDS, fromRevision: END }])(
        'that is not there is not found: %p',
        async (options) => {
          await expect(inStream(options)).rejects.toMatchObject({ type: 'stream-not-found', streamName: stream });
        },
      );

      it.each([{ fromRevision: END }, { maxCount: 0 }])('is not read with %p', async (options) => {
        await append(NO_STREAM, events(1));
        await expect(inStream(options)).rejects.toMatchObject({ type: 'unknown', code: 2 });
      });

      it('of thousands of events is read whole', async () => {
        for (let i = 0; i < 5; i++) await append(ANY, events(500));
        const found = await inStream();
        expect(found.map(({ revision }) => Number(revision))).toEqual(Array.from({ length: 2_500 }, (_, i) => i));
      });

      it('has metadata of its own, in a stream beside it', async () => {
        expect(await client.getStreamMetadata(stream)).toEqual({ streamName: stream });
        await client.setStreamMetadata(stream, { maxAge: 3_600, owner: '企画課' }, { expectedRevision: NO_STREAM });
        expect(await client.getStreamMetadata(stream)).toMatchObject({ metadata: { maxAge: 3_600, owner: '企画課' } });
        const [found] = await inStream({}, `$$${stream}`);
        expect(found).toMatchObject({ type: '$metadata', revision: 0n, isJson: true });
        expect(await inAll({ fromPosition: found?.position, maxCount: 1 })).toEqual([found]);
        await expect(client.setStreamMetadata(stream, {}, { expectedRevision: NO_STREAM })).rejects.toMatchObject({
          type: 'wrong-expected-version',
          actualVersion: 0n,
        });
      });
    });

    describe('$all', () => {
      let found: Located[];
      let positions: Position[];
      beforeEach(async () => {
        for (let i = 0; i < 3; i++) await append(NO_STREAM, events(2), `${stream}/${String(i)}`);
        found = (await Promise.all([0, 1, 2].map((i) => inStream({}, `${stream}/${String(i)}`)))).flat();
        positions = found.map(({ position }) => position);
      });
      const ours = (all: readonly Located[]): Position[] =>
        all.filter(({ streamId }) => streamId.startsWith(stream)).map(({ position }) => position);

      it('forwards begins with the event at a position', async () => {
        for (const [i, position] of positions.entries()) {
          const all = await inAll({ fromPosition: position });
          expect(all[0]).toEqual(found[i]);
          expect(ours(all)).toEqual(positions.slice(i));
        }
        expect(await inAll({ fromPosition: positions[4], maxCount: 1 })).toEqual([found[4]]);
      });

      it('backwards begins with the event before a position', async () => {
        const all = await inAll({ direction: BACKWARDS, fromPosition: positions[5], maxCount: 100 });
        expect(ours(all)).toEqual(positions.slice(0, 5).toReversed());
        expect(await inAll({ direction: BACKWARDS, fromPosition: positions[1], maxCount: 1 })).toEqual([found[0]]);
      });

      it('is in the order of positions, with events of the server itself among them, and of holes', async () => {
        const all = await inAll({ fromPosition: START, maxCount: 1_000 });
        const commits = all.map(commitOf);
        expect(commits).toEqual(commits.toSorted(ascending));
        expect(new Set(commits).size).toBe(all.length);
        expect(all.some(({ streamId }) => streamId.startsWith('$'))).toBe(true);
        expect(commits.at(-1)).toBeGreaterThan(BigInt(all.length * 50));
        for (const { position } of all) expect(position.commit).toBe(position.prepare);
      });

      it('backwards from the end begins with the last event', async () => {
        const last = await head();
        expect(last.position.commit).toBeGreaterThanOrEqual(positions[5]?.commit ?? 0n);
        const back = await inAll({ direction: BACKWARDS, fromPosition: END, maxCount: 50 });
        const forth = await inAll({ fromPosition: back.at(-1)?.position, maxCount: 50 });
        expect(forth).toEqual(back.toReversed());
      });

      it('shows an append as soon as it is answered', async () => {
        for (let i = 0; i < 20; i++) {
          const { position } = await append(ANY, events(1));
          expect((await head()).position.commit).toBeGreaterThanOrEqual(position?.commit ?? 0n);
        }
      });

      it('has nothing after its end, nothing before its start', async () => {
        const far = { commit: 1_000_000_000_000n, prepare: 1_000_000_000_000n };
        expect(await inAll({ fromPosition: END })).toEqual([]);
        expect(await inAll({ fromPosition: far })).toEqual([]);
        expect(await inAll({ direction: BACKWARDS, fromPosition: START })).toEqual([]);
        await expect(inAll({ direction: BACKWARDS, fromPosition: far })).rejects.toMatchObject({ type: 'unknown' });
      });

      it('is not read from within an event', async () => {
        const { commit } = positions[2] as Position;
        const within = { commit: commit + 1n, prepare: commit + 1n };
        const error = { type: 'unknown', code: 2 };
        await expect(inAll({ fromPosition: within, maxCount: 1 })).rejects.toMatchObject(error);
        await expect(inAll({ direction: BACKWARDS, fromPosition: within, maxCount: 1 })).rejects.toMatchObject(error);
      });

      it('goes by the commit position; that of the prepare may be smaller, not greater', async () => {
        const { commit } = positions[2] as Position;
        expect(await inAll({ fromPosition: { commit, prepare: 0n }, maxCount: 1 })).toEqual([found[2]]);
        await expect(inAll({ fromPosition: { commit, prepare: commit + 1n }, maxCount: 1 })).rejects.toMatchObject({
          type: 'unknown',
        });
      });

      it('read for nothing at all is never answered', async () => {
        const reading = client.readAll({ maxCount: 0 });
        let ended = false;
        reading.on('close', () => {
          ended = true;
        });
        await setTimeout(500);
        expect(ended).toBe(false);
        await reading.cancel();
      });
    });

    describe('a subscription', () => {
      const open: { unsubscribe(): Promise<void> }[] = [];
      afterEach(async () => {
        await Promise.all(open.splice(0).map((each) => each.unsubscribe()));
      });

      /** What a subscriber is told, in order; `until` waits for a number of events. */
      class Told {
        readonly words: string[] = [];
        readonly events: Located[] = [];
        readonly #subscription;
        #news: () => void = () => undefined;

        constructor(subscription: ReturnType<EventStoreDBClient['subscribeToAll' | 'subscribeToStream']>) {
          this.#subscription = subscription;
          open.push(subscription);
          subscription.on('confirmation', () => {
            this.#hear('confirmed');
          });
          (subscription as NodeJS.EventEmitter).on('caughtUp', () => {
            this.#hear('caught up');
          });
          subscription.on('error', (error) => {
            this.#hear(String((error as { type?: string }).type));
          });
          (subscription as NodeJS.EventEmitter).on('data', ({ event }: { event: Located }) => {
            this.events.push(event);
            this.#hear('event');
          });
        }

        async until(done: (told: this) => boolean): Promise<this> {
          while (!done(this)) {
            await new Promise<void>((resolve) => {
              this.#news = resolve;
            });
          }
          return this;
        }

        caughtUp(): Promise<this> {
          return this.until(({ words }) => words.includes('caught up'));
        }

        ids(): string[] {
          return this.events.map(({ id }) => id);
        }

        async close(): Promise<void> {
          await this.#subscription.unsubscribe();
        }

        #hear(word: string): void {
          this.words.push(word);
          this.#news();
        }
      }

      const toAll = (options: object = {}): Told => new Told(client.subscribeToAll(options));
      const mine = (): { filter: ReturnType<typeof streamNameFilter> } => ({
        filter: streamNameFilter({ prefixes: [stream] }),
      });
      const idsOf = (given: readonly EventData[]): string[] => given.map(({ id }) => id);

      it('to $all from the end confirms, has caught up, and tells what comes', async () => {
        await append(NO_STREAM, events(2));
        const told = await toAll({ fromPosition: END }).caughtUp();
        expect(told.words.slice(0, 2)).toEqual(['confirmed', 'caught up']);
        const given = events(3);
        const { position } = await append(1n, given);
        await told.until(({ events }) => events.some((each) => each.position.commit === position?.commit));
        const heard = told.events.filter(({ streamId }) => streamId === stream);
        expect(heard.map(({ id }) => id)).toEqual(idsOf(given));
        expect(heard).toEqual(await inStream({ fromRevision: 2n }));
      });

      it('to $all from a position begins with the event after it, and goes on without a gap', async () => {
        const given = events(6);
        await append(NO_STREAM, given.slice(0, 4));
        const [, second] = await inStream();
        const told = await toAll({ ...mine(), fromPosition: second?.position }).caughtUp();
        expect(told.ids()).toEqual(idsOf(given.slice(2, 4)));
        expect(told.words).toEqual(['confirmed', 'event', 'event', 'caught up']);
        await append(3n, given.slice(4));
        await told.until(({ events }) => events.length === 4);
        expect(told.ids()).toEqual(idsOf(given.slice(2)));
      });

      it('to $all from the last position has caught up at once', async () => {
        await append(NO_STREAM, events(2));
        const { position } = await head();
        const told = await toAll({ ...mine(), fromPosition: position }).caughtUp();
        expect(told.words).toEqual(['confirmed', 'caught up']);
      });

      it('taken up again where it stopped has missed nothing, and heard nothing twice', async () => {
        const given = events(40);
        let expected: Expected = NO_STREAM;
        const writing = (async () => {
          for (const each of given) expected = (await append(expected, [each])).nextExpectedRevision;
        })();
        const heard: string[] = [];
        let from: Position | typeof START = START;
        while (heard.length < given.length) {
          const told: Told = await toAll({ ...mine(), fromPosition: from }).until(({ events }) => events.length > 0);
          await told.close();
          const upTo = [...told.events];
          heard.push(...upTo.map(({ id }) => id));
          from = upTo.at(-1)?.position ?? from;
        }
        await writing;
        expect(heard).toEqual(idsOf(given));
      });

      it.each([
        ['a prefix of the stream name', () => streamNameFilter({ prefixes: [`${stream}/a`, `${stream}/c`] })],
        ['an expression for the stream name', () => streamNameFilter({ regex: `${stream}/[ac]$` })],
        ['a prefix of the type', () => eventTypeFilter({ prefixes: [`Sort-a-${stream}`, `Sort-c-${stream}`] })],
      ])('is told only what fits %s, before and after it has caught up', async (_what, filter) => {
        const write = async (): Promise<void> => {
          for (const each of ['a', 'b', 'c']) {
            await append(ANY, [jsonEvent({ type: `Sort-${each}-${stream}`, data: {} })], `${stream}/${each}`);
          }
        };
        await write();
        const told = await toAll({ filter: filter() }).caughtUp();
        await write();
        await told.until(({ events }) => events.length === 4);
        expect(told.events.map(({ streamId }) => streamId.at(-1))).toEqual(['a', 'c', 'a', 'c']);
      });

      it('with a filter is told checkpoints, from which it can be taken up again', async () => {
        const checkpoints: Position[] = [];
        const filter = streamNameFilter({
          prefixes: [`${stream}/wanted`],
          checkpointInterval: 1,
          maxSearchWindow: 4,
          checkpointReached: (_subscription, position) => {
            checkpoints.push(position);
            return Promise.resolve();
          },
        });
        const { position: from } = await head();
        await append(NO_STREAM, events(9), `${stream}/other`);
        const told = await toAll({ filter, fromPosition: from }).caughtUp();
        expect(checkpoints.length).toBeGreaterThan(0);
        for (let i = 0; i < 9; i++) await append(ANY, events(1), `${stream}/other`);
        await append(NO_STREAM, [event('wanted')], `${stream}/wanted`);
        await told.until(({ events }) => events.length === 1);
        const commits = checkpoints.map(({ commit }) => commit);
        expect(commits.length).toBeGreaterThan(2);
        expect(commits).toEqual(commits.toSorted(ascending));
        const again = await toAll({ filter, fromPosition: checkpoints.at(-1) }).until(
          ({ events }) => events.length > 0,
        );
        expect(again.ids()).toEqual(told.ids());
      });

      it('to $all from within an event is refused', async () => {
        const { position } = await append(NO_STREAM, events(2));
        const within = { commit: (position?.commit ?? 0n) - 1n, prepare: (position?.commit ?? 0n) - 1n };
        const told = await toAll({ fromPosition: within }).until(({ words }) => words.includes('unknown'));
        expect(told.events).toEqual([]);
      });

      it.each([
        [START, 0],
        [0n, 1],
        [1n, 2],
        [END, 3],
        [99n, 5],
      ] as const)('to a stream from %p', async (fromRevision, first) => {
        const given = events(5);
        await append(NO_STREAM, given.slice(0, 3));
        const told = await new Told(client.subscribeToStream(stream, { fromRevision })).caughtUp();
        expect(told.words).toEqual(['confirmed', ...given.slice(first, 3).map(() => 'event'), 'caught up']);
        await append(2n, given.slice(3));
        await told.until(({ events }) => events.length >= given.length - first);
        expect(told.ids()).toEqual(idsOf(given.slice(first)));
      });

      it('to a stream that is not there yet is told when it is', async () => {
        const told = await new Told(client.subscribeToStream(stream)).caughtUp();
        const given = events(2);
        await append(NO_STREAM, given);
        await told.until(({ events }) => events.length === 2);
        expect(told.ids()).toEqual(idsOf(given));
      });

      it('is one of many', async () => {
        const many = await Promise.all(Array.from({ length: 5 }, () => toAll(mine()).caughtUp()));
        const given = events(100);
        await append(NO_STREAM, given);
        for (const told of many) {
          await told.until(({ events }) => events.length === 100);
          expect(told.ids()).toEqual(idsOf(given));
        }
      });
    });

    describe('a client', () => {
      it('finds the server by asking it for the others', async () => {
        await append(NO_STREAM, events(1));
        const discovering = EventStoreDBClient.connectionString(connectionString.replace('esdb:', 'esdb+discover:'));
        let found = 0;
        for await (const _ of discovering.readStream(stream)) found++;
        expect(found).toBe(1);
        await discovering.dispose();
      });

      it('may leave a read before its end', async () => {
        await append(NO_STREAM, events(500));
        for (let i = 0; i < 5; i++) {
          for await (const _ of client.readStream(stream)) break;
        }
        expect(await inStream()).toHaveLength(500);
      });

      it('sees what another has written', async () => {
        const other = EventStoreDBClient.connectionString(connectionString);
        const given = events(3);
        await other.appendToStream(stream, given, { expectedRevision: NO_STREAM });
        expect((await inStream()).map(({ id }) => id)).toEqual(given.map(({ id }) => id));
        await other.dispose();
      });
    });
  });
}

const event = (name: string): EventData => jsonEvent({ type: 'Happened', data: { name } });
const events = (count: number): EventData[] => Array.from({ length: count }, (_, i) => event(String(i)));
const sized = (bytes: number): EventData => binaryEvent({ type: 'Sized', data: Buffer.alloc(bytes, 'x') });
const commitOf = ({ position }: Located): bigint => position.commit;
const ascending = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);
