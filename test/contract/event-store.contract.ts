import { eventBody, type NewEvent, type RecordedEvent, type StreamEvent } from '../../src/eventsourcing/event.js';
import {
  BEGINNING,
  pagesAfter,
  APPEND_LIMITS,
  StoreError,
  type EventStore,
  type ExpectedRevision,
  type Receipt,
  type StoreErrorCode,
} from '../../src/eventsourcing/event-store.js';
import { START, type Position } from '../../src/eventsourcing/position.js';
import { event, events, type LedgerUnderTest } from '../support/event-stores.js';

/** What every adapter of the event store must do; each runs all of it. */
export function eventStoreContract(name: string, newLedger: () => LedgerUnderTest): void {
  describe(`event store: ${name}`, () => {
    let ledger: LedgerUnderTest;
    let opened: EventStore[];
    let store: EventStore;

    const open = async (clock?: () => number): Promise<EventStore> => {
      const another = await ledger.open(clock);
      opened.push(another);
      return another;
    };
    const reopen = async (): Promise<void> => {
      await store.close();
      store = await open();
    };

    beforeEach(async () => {
      ledger = newLedger();
      opened = [];
      store = await open();
    });
    afterEach(async () => {
      await Promise.all(opened.map((each) => each.close()));
      ledger.dispose();
    });

    /** What `readAll` gives, page by page, to the end. */
    const all = async (from = store, page = 1_000): Promise<RecordedEvent[]> => {
      const found: RecordedEvent[] = [];
      for await (const next of pagesAfter(BEGINNING, from, page)) found.push(...next);
      return found;
    };
    const inStream = (found: readonly RecordedEvent[]): StreamEvent[] =>
      found.map(({ recordedAtMs: _, ...event }) => event);
    const ids = (of: readonly { readonly id: string }[]): string[] => of.map(({ id }) => id);

    describe('an empty ledger', () => {
      it('has its head at the start, and nothing to read', async () => {
        expect(await store.head()).toBe(START);
        expect(await store.readAll(BEGINNING, 10)).toEqual([]);
        expect(await store.readStream('measure/1')).toEqual([]);
      });
    });

    describe('an append', () => {
      it('is read back as it was given, with its place and the time of recording', async () => {
        const [a, b] = [event('a'), event('b', { type: 'MeasureAdopted', schemaVersion: 3, data: null })];
        const receipt = await store.append('measure/1', 'no-stream', [a, b]);
        expect(receipt).toEqual({
          stream: 'measure/1',
          revision: 1,
          position: await store.head(),
          eventIds: [a.id, b.id],
        });
        const found = await store.readStream('measure/1');
        expect(found).toEqual([
          {
            ...a,
            stream: 'measure/1',
            revision: 0,
            position: found[0]?.position,
          },
          { ...b, stream: 'measure/1', revision: 1, position: receipt.position },
        ]);
        const whole = await all();
        expect(inStream(whole)).toEqual(found);
        for (const { recordedAtMs } of whole) expect(Number.isSafeInteger(recordedAtMs)).toBe(true);
      });

      it('goes to the end of its stream and of the ledger', async () => {
        const receipts = [
          await store.append('measure/1', 'no-stream', events('a', 2)),
          await store.append('measure/2', 'no-stream', events('b', 1)),
          await store.append('measure/1', 1, events('c', 3)),
          await store.append('measure/2', 0, events('d', 2)),
        ];
        expect(receipts.map(({ revision }) => revision)).toEqual([1, 0, 4, 2]);
        expect(receipts.map(({ position }) => position)).toEqual(receipts.map(({ position }) => position).toSorted());
        expect(ids(await all())).toEqual(ids(['a', 'b', 'c', 'd'].flatMap((n, i) => events(n, [2, 1, 3, 2][i] ?? 0))));
        expect((await store.readStream('measure/1')).map(({ revision }) => revision)).toEqual([0, 1, 2, 3, 4]);
        expect(ids(await store.readStream('measure/1'))).toEqual(ids([...events('a', 2), ...events('c', 3)]));
        expect(await store.head()).toBe(receipts.at(-1)?.position);
      });

      it('keeps whatever JSON can say, in every script', async () => {
        const data = {
          '': null,
          'キー 髙': '髙橋 𠮷野家 ⇒ 🏯 👨‍👩‍👧',
          empty: [{}, [], ''],
          control: '\u0000\u0001\n\r\t"\\\u2028\uFFFF',
          numbers: [0, -1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER],
          truth: [true, false],
          e: 'e\u0301 and \u00e9',
        };
        const stream = '施策/𠮷-髙-ガイド/⇒ 1';
        await store.append(stream, 'no-stream', [event('a', { actor: 'p-𠮷', data })]);
        await reopen();
        const [found] = await store.readStream(stream);
        expect(found).toMatchObject({ stream, actor: 'p-𠮷', data });
        expect(await store.readStream(stream.normalize('NFD'))).toEqual([]);
      });

      it.each(['\uD800', '\uDC00x', NaN, 0.1, () => 1])(
        'refuses what JSON cannot say, before it is sent: %p',
        async (bad) => {
          await expect(
            store.append('measure/1', 'no-stream', [event('a'), event('b', { data: { bad } })]),
          ).rejects.toThrow();
          expect(await store.head()).toBe(START);
        },
      );

      it('is as it was at the call, whatever the caller does with the objects then', async () => {
        const data = { status: 'before' };
        const appending = store.append('measure/1', 'no-stream', [event('a', { data })]);
        data.status = 'after';
        await appending;
        const [found] = await store.readStream('measure/1');
        expect(found?.data).toEqual({ status: 'before' });
        (found?.data as typeof data).status = 'changed by a reader';
        expect((await store.readStream('measure/1'))[0]?.data).toEqual({ status: 'before' });
      });
    });

    describe('the expected revision', () => {
      it.each<[given: number, expected: ExpectedRevision, actual: ExpectedRevision]>([
        [0, 0, 'no-stream'],
        [0, 5, 'no-stream'],
        [3, 'no-stream', 2],
        [3, 0, 2],
        [3, 1, 2],
        [3, 3, 2],
      ])('with %p events in the stream, %p is a conflict: it is at %p', async (given, expected, actual) => {
        if (given > 0) await store.append('measure/1', 'no-stream', events('given', given));
        await store.append('measure/2', 'no-stream', events('elsewhere', 4));
        const before = await all();
        await expectRefusal(store.append('measure/1', expected, events('late', 2)), 'REVISION_CONFLICT', actual);
        expect(await all()).toEqual(before);
      });

      it('holds after the store has been opened again', async () => {
        await store.append('measure/1', 'no-stream', events('a', 3));
        await reopen();
        await expectRefusal(store.append('measure/1', 'no-stream', events('b', 1)), 'REVISION_CONFLICT', 2);
        expect(await store.append('measure/1', 2, events('b', 1))).toMatchObject({ revision: 3 });
      });
    });

    describe('an append made again', () => {
      const again = [event('a'), event('b')];
      let first: Receipt;
      let recorded: RecordedEvent[];
      beforeEach(async () => {
        await store.append('measure/1', 'no-stream', events('earlier', 2));
        first = await store.append('measure/1', 1, again);
        recorded = await all();
      });

      it.each<ExpectedRevision>(['no-stream', 0, 1, 2, 3, 99])(
        'is answered with the first receipt, also when it expects %p',
        async (expected) => {
          expect(await store.append('measure/1', expected, again)).toEqual(first);
          expect(await all()).toEqual(recorded);
        },
      );

      it('is answered with the first receipt when the stream has gone on', async () => {
        await store.append('measure/1', 3, events('later', 3));
        expect(await store.append('measure/1', 1, again)).toEqual(first);
      });

      it('is answered with the first receipt after the store has been opened again', async () => {
        await reopen();
        expect(await store.append('measure/1', 1, again)).toEqual(first);
        expect(await all()).toEqual(recorded);
      });

      it('is answered with the first receipt by another store on the same ledger', async () => {
        const other = await open();
        expect(await other.append('measure/1', 1, again)).toEqual(first);
        expect(await all()).toEqual(recorded);
      });

      it('is answered with the first receipt after many thousands of other events', async () => {
        const MANY = 40;
        for (let i = 0; i < MANY; i++) {
          await store.append(`other/${String(i)}`, 'no-stream', events(`other ${String(i)}`, APPEND_LIMITS.events));
        }
        expect(await store.append('measure/1', 1, again)).toEqual(first);
        expect(await all()).toHaveLength(recorded.length + MANY * APPEND_LIMITS.events);
        await expectRefusal(store.append('measure/1', 'no-stream', events('new', 1)), 'REVISION_CONFLICT', 3);
        expect(await store.readStream('measure/1')).toEqual(inStream(recorded));
      });

      it('may write the same data in another order of keys', async () => {
        const reordered = again.map((each) => ({
          ...each,
          data: { status: (each.data as { status: string }).status, measureNo: '1-1-1', planKey: 'toride-5' },
        }));
        expect(await store.append('measure/1', 1, reordered)).toEqual(first);
      });

      it('while the first is still under way has the same receipt, and is recorded once', async () => {
        const twins = [event('twin 1'), event('twin 2')];
        const [one, two] = await Promise.all([
          store.append('measure/2', 'no-stream', twins),
          store.append('measure/2', 'no-stream', twins),
        ]);
        expect(two).toEqual(one);
        expect(ids(await store.readStream('measure/2'))).toEqual(ids(twins));
      });

      const changed: [what: string, stream: string, events: readonly NewEvent[]][] = [
        ['another stream', 'measure/2', again],
        ['another order', 'measure/1', again.toReversed()],
        ['a new event after known ones', 'measure/1', [...again, event('new')]],
        ['a new event before known ones', 'measure/1', [event('new'), ...again]],
        ['a new event between known ones', 'measure/1', [event('a'), event('new'), event('b')]],
        ['a new event in place of a known one', 'measure/1', [event('a'), event('new')]],
        ['known events that were not neighbours', 'measure/1', [event('earlier/0'), event('a')]],
        ['an event twice', 'measure/1', [event('a'), event('a')]],
        ['a new event twice', 'measure/1', [event('new'), event('new')]],
        ...Object.entries({
          type: 'MeasureAdopted',
          schemaVersion: 2,
          effectiveOn: '2026-11-24',
          actor: 'p-2',
          correlationId: 'other',
          causationId: 'other',
          data: { planKey: 'toride-5', measureNo: '1-1-1', status: 'other' },
        }).map(([field, value]): [string, string, NewEvent[]] => [
          `another ${field}`,
          'measure/1',
          [event('a'), { ...event('b'), [field]: value }],
        ]),
      ];
      it.each(changed)('with %s is refused, and nothing is recorded', async (_what, stream, different) => {
        await expectRefusal(
          store.append(stream, stream === 'measure/1' ? 3 : 'no-stream', different),
          'EVENT_ID_REUSED',
        );
        expect(await all()).toEqual(recorded);
      });
    });

    describe('the limits', () => {
      const { events: EVENTS, bytes: BYTES, eventBytes: EVENT_BYTES } = APPEND_LIMITS;
      /** An event whose body has exactly so many bytes, most of them three to a character. */
      const sized = (named: string, bytes: number): NewEvent => {
        const missing = bytes - Buffer.byteLength(eventBody(event(named, { data: '' })));
        return event(named, { data: '施'.repeat(Math.floor(missing / 3)) + 'x'.repeat(missing % 3) });
      };
      const sum = (...sizes: number[]): NewEvent[] => sizes.map((size, i) => sized(`sized ${String(i)}`, size));

      it.each<[what: string, () => NewEvent[]]>([
        [`${String(EVENTS)} events`, () => events('many', EVENTS)],
        [`an event of ${String(EVENT_BYTES)} bytes`, () => sum(EVENT_BYTES)],
        [`${String(BYTES)} bytes in all`, () => sum(EVENT_BYTES, EVENT_BYTES, EVENT_BYTES, BYTES - 3 * EVENT_BYTES)],
      ])('take %s', async (_what, build) => {
        const given = build();
        await store.append('measure/1', 'no-stream', given);
        await reopen();
        expect(ids(await store.readStream('measure/1'))).toEqual(ids(given));
        expect((await all()).map(({ data }) => data)).toEqual(given.map(({ data }) => data));
      });

      it.each<[what: string, StoreErrorCode, () => NewEvent[]]>([
        ['no event', 'EMPTY_APPEND', () => []],
        [`${String(EVENTS + 1)} events`, 'TOO_MANY_EVENTS', () => events('many', EVENTS + 1)],
        [`an event of ${String(EVENT_BYTES + 1)} bytes`, 'EVENT_TOO_LARGE', () => sum(200, EVENT_BYTES + 1)],
        [
          `${String(BYTES + 1)} bytes in all`,
          'APPEND_TOO_LARGE',
          () => sum(EVENT_BYTES, EVENT_BYTES, EVENT_BYTES, BYTES + 1 - 3 * EVENT_BYTES),
        ],
      ])('refuse %s: %s', async (_what, code, build) => {
        await expectRefusal(store.append('measure/1', 'no-stream', build()), code);
        expect(await store.head()).toBe(START);
      });
    });

    describe('a stream', () => {
      it.each([
        [0, [0, 1, 2, 3, 4]],
        [2, [2, 3, 4]],
        [4, [4]],
        [5, []],
        [99, []],
      ])('is read from revision %p on', async (from, revisions) => {
        await store.append('measure/1', 'no-stream', events('a', 2));
        await store.append('measure/10', 'no-stream', events('x', 3));
        await store.append('measure/1', 1, events('b', 3));
        expect((await store.readStream('measure/1', from)).map(({ revision }) => revision)).toEqual(revisions);
      });

      it('of thousands of events is read whole', async () => {
        for (let i = 0; i < 10; i++) {
          await store.append('measure/1', i === 0 ? 'no-stream' : i * 300 - 1, events(`part ${String(i)}`, 300));
        }
        const found = await store.readStream('measure/1');
        expect(found.map(({ revision }) => revision)).toEqual(Array.from({ length: 3_000 }, (_, i) => i));
        expect(await store.readStream('measure/1', 1_234)).toEqual(found.slice(1_234));
      });
    });

    describe('the whole ledger', () => {
      it('is read in pages of any size, after any position', async () => {
        for (const n of [1, 2, 3, 4, 5]) {
          await store.append(`measure/${String(n)}`, 'no-stream', events(`m${String(n)}`, n));
        }
        const whole = await all();
        expect(whole).toHaveLength(15);
        for (const page of [1, 2, 7, 15, 16]) expect(await all(store, page)).toEqual(whole);
        for (const [i, place] of whole.entries()) {
          expect(await store.readAll(place, 100)).toEqual(whole.slice(i + 1));
        }
      });

      it('has every event, none skipped and none twice, for one who reads while many append', async () => {
        const APPENDS = 400;
        let under = APPENDS;
        const appending = Promise.all(
          Array.from({ length: APPENDS }, async (_, i) => {
            // The later ones are refused, and must leave no gap.
            await store
              .append(`s/${String(i % 150)}`, 'no-stream', events(String(i), 1 + (i % 4)))
              .catch(() => undefined);
            under--;
          }),
        );
        const found: RecordedEvent[] = [];
        for (let page = 1; ; page = (page % 13) + 1) {
          const wasUnderWay = under > 0;
          const next = await store.readAll(found.at(-1) ?? BEGINNING, page);
          found.push(...next);
          if (next.length === 0) {
            if (!wasUnderWay) break;
            await new Promise((resolve) => setImmediate(resolve));
          }
        }
        await appending;
        expect(found).toEqual(await all());
        expect(new Set(ids(found)).size).toBe(found.length);
        expect(new Set(found.map(({ stream }) => stream)).size).toBe(150);
      });
    });

    describe('many at once', () => {
      /** Appends at the revision read, and again at the actual one after each conflict. */
      const insist = async (on: EventStore, stream: string, what: NewEvent): Promise<Receipt> => {
        let expected: ExpectedRevision = 'no-stream';
        for (;;) {
          try {
            return await on.append(stream, expected, [what]);
          } catch (error) {
            if (!(error instanceof StoreError) || error.code !== 'REVISION_CONFLICT') throw error;
            expected = error.actual ?? 'no-stream';
          }
        }
      };

      it.each([1, 2])('64 appenders on one stream, over %p stores: exactly one wins each revision', async (stores) => {
        const through = [store, ...(await Promise.all(Array.from({ length: stores - 1 }, () => open())))];
        const given = events('contender', 64);
        const receipts = await Promise.all(
          given.map((each, i) => insist(through[i % stores] as EventStore, 'measure/1', each)),
        );
        const found = await store.readStream('measure/1');
        expect(found.map(({ revision }) => revision)).toEqual(given.map((_, i) => i));
        for (const { revision, position, eventIds } of receipts) {
          expect(found[revision]).toMatchObject({ id: eventIds[0], position });
        }
      });

      it('a refused append leaves those made at the same moment alone', async () => {
        await store.append('measure/1', 'no-stream', [event('known')]);
        const results = await Promise.allSettled([
          store.append('measure/2', 'no-stream', events('a', 2)),
          store.append('measure/1', 'no-stream', events('conflict', 2)),
          store.append('measure/3', 'no-stream', [event('b'), event('known')]),
          store.append('measure/3', 'no-stream', events('c', 2)),
          store.append('measure/1', 0, events('d', 1)),
          store.append('measure/3', 'no-stream', events('e', 1)),
        ]);
        expect(results.map(({ status }) => status)).toEqual([
          'fulfilled',
          'rejected',
          'rejected',
          'fulfilled',
          'fulfilled',
          'rejected',
        ]);
        // Made at the same moment in different streams, they may stand in any order.
        const recorded = (await all()).slice(1).map(({ stream, revision }) => `${stream} ${String(revision)}`);
        expect(recorded.toSorted()).toEqual([
          'measure/1 1',
          'measure/2 0',
          'measure/2 1',
          'measure/3 0',
          'measure/3 1',
        ]);
      });

      it('an id belongs to the first of two streams that ask for it', async () => {
        const results = await Promise.allSettled(
          ['measure/1', 'measure/2'].map((stream) => store.append(stream, 'no-stream', [event('one')])),
        );
        expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        const refused = results.find((result) => result.status === 'rejected');
        expect(refused?.reason).toMatchObject({ code: 'EVENT_ID_REUSED' });
        expect(await all()).toHaveLength(1);
      });

      it('positions are in the order in which the appends were answered', async () => {
        const answered: Position[] = [];
        await Promise.all(
          events('a', 100).map(async (each, i) => {
            answered.push((await store.append(`s/${String(i)}`, 'no-stream', [each])).position);
          }),
        );
        expect(answered).toEqual(answered.toSorted());
      });
    });

    describe('the time of recording', () => {
      const never = (found: readonly RecordedEvent[]): number[] =>
        found.flatMap(({ recordedAtMs }, i) => (recordedAtMs < (found[i - 1]?.recordedAtMs ?? 0) ? [i] : []));

      it('never decreases, though the clock steps back', async () => {
        let nowMs = Date.parse('2026-11-23T00:00:00Z');
        store = await open(() => nowMs);
        for (const [i, step] of [0, 5_000, -60_000, 1, -3_600_000, 7_200_000, 0].entries()) {
          nowMs += step;
          await store.append(`measure/${String(i)}`, 'no-stream', events(String(i), 2));
        }
        expect(never(await all())).toEqual([]);
      });

      it('never decreases, though two stores differ about the time', async () => {
        const nowMs = Date.parse('2026-11-23T00:00:00Z');
        const ahead = await open(() => nowMs + 60_000);
        const behind = await open(() => nowMs);
        for (let i = 0; i < 6; i++) {
          await (i % 2 === 0 ? ahead : behind).append(`measure/${String(i)}`, 'no-stream', events(String(i), 1));
        }
        expect(never(await all())).toEqual([]);
      });
    });

    describe('a check', () => {
      it('counts every event of a sound ledger, and says how far it is', async () => {
        for (let i = 0; i < 5; i++) {
          await store.append(`measure/${String(i)}`, 'no-stream', events(String(i), 300 + i));
        }
        const told: number[] = [];
        expect(await store.verify((done) => told.push(done))).toBe(1_510);
        expect(told.at(-1)).toBe(1_510);
        expect(told).toEqual(told.toSorted((a, b) => a - b));
      });
    });

    describe('a listener', () => {
      const wokenBy = (of: EventStore): Promise<void> =>
        new Promise((resolve) => {
          const stop = of.onAppended(() => {
            stop();
            resolve();
          });
        });

      it('is woken by an append, and finds it', async () => {
        const woken = wokenBy(store);
        const { position } = await store.append('measure/1', 'no-stream', events('a', 1));
        await woken;
        expect(await store.head()).toBe(position);
      });

      it('is woken by another store', async () => {
        const other = await open();
        const woken = wokenBy(store);
        await other.append('measure/1', 'no-stream', events('a', 1));
        await woken;
        expect(await store.readStream('measure/1')).toHaveLength(1);
      });

      it('is one of several, and is woken no more once it has stopped', async () => {
        let calls = 0;
        const stop = store.onAppended(() => calls++);
        const first = wokenBy(store);
        await store.append('measure/1', 'no-stream', events('a', 1));
        await first;
        expect(calls).toBeGreaterThan(0);
        stop();
        const before = calls;
        const second = wokenBy(store);
        await store.append('measure/1', 0, events('b', 1));
        await second;
        expect(calls).toBe(before);
      });
    });

    describe('closing', () => {
      it('answers the appends under way', async () => {
        const appending = Array.from({ length: 100 }, (_, i) =>
          store.append(`measure/${String(i)}`, 'no-stream', events(String(i), 1)),
        );
        await store.close();
        const receipts = await Promise.all(appending);
        store = await open();
        for (const { stream, position } of receipts) {
          expect(await store.readStream(stream)).toMatchObject([{ position }]);
        }
      });

      it('may happen twice; then every call is refused', async () => {
        await store.append('measure/1', 'no-stream', events('a', 1));
        await Promise.all([store.close(), store.close()]);
        await store.close();
        await expectRefusal(store.append('measure/1', 0, events('b', 1)), 'STORE_CLOSED');
        await expectRefusal(store.append('measure/1', 0, []), 'STORE_CLOSED');
        await expectRefusal(store.readStream('measure/1'), 'STORE_CLOSED');
        await expectRefusal(store.readAll(BEGINNING, 1), 'STORE_CLOSED');
        await expectRefusal(store.head(), 'STORE_CLOSED');
        expect(() => store.onAppended(() => undefined)).toThrow(expect.objectContaining({ code: 'STORE_CLOSED' }));
      });

      it('leaves a ledger that others go on with', async () => {
        const other = await open();
        await store.append('measure/1', 'no-stream', events('a', 1));
        await store.close();
        expect(await other.append('measure/1', 0, events('b', 1))).toMatchObject({ revision: 1 });
      });

      it('and opening again changes nothing that was recorded', async () => {
        for (let i = 0; i < 5; i++) {
          await store.append(`measure/${String(i)}`, 'no-stream', events(String(i), 3));
          const before = await all();
          await reopen();
          expect(await all()).toEqual(before);
          expect(await store.head()).toBe(before.at(-1)?.position);
        }
      });
    });
  });
}

/** Refused for a reason told by its code, never by its text. */
async function expectRefusal(
  promise: Promise<unknown>,
  code: StoreErrorCode,
  actual?: ExpectedRevision,
): Promise<void> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(StoreError);
  expect(error).toMatchObject(actual === undefined ? { code } : { code, actual });
}
