import { EventStoreDBClient, FORWARDS, NO_STREAM, type EventData } from '@eventstore/db-client';
import { readConnectionString } from '../src/adapters/eventstoredb/connection-string.js';
import { EventStoreDbEventStore } from '../src/adapters/eventstoredb/eventstoredb-event-store.js';
import { logPositionOf, toStored } from '../src/adapters/eventstoredb/stored-event.js';
import { StreamNames } from '../src/adapters/eventstoredb/stream-names.js';
import { PostgresViews } from '../src/adapters/postgres/postgres-views.js';
import { SqliteEventStore } from '../src/adapters/sqlite/sqlite-event-store.js';
import { catalogue } from '../src/catalogue.js';
import { eventBody, type NewEvent, type RecordedEvent } from '../src/eventsourcing/event.js';
import { BEGINNING, pagesAfter, type ExpectedRevision, type Receipt } from '../src/eventsourcing/event-store.js';
import { Projector } from '../src/eventsourcing/projector.js';
import { fill } from '../src/eventsourcing/rebuild.js';
import { ledgerFile } from '../src/stores.js';
import { ledgerOn, REAL_EVENTSTOREDB } from '../test/support/eventstoredb.js';
import { appendByCallers, eventOf, streamOf } from './append.js';
import type { Bench, Figure } from './bench.js';
import { writeLedger } from './ledgers.js';
import { interleaved, mustBe, percentile, RUNS, type Measured } from './measure.js';

const VISIBLE_MS_MAX = 10_000;
/** Events read at a time. */
const PAGE = 5_000;
/** Events of one page, by stream, are never more than one append takes. */
const COPIED_AT_ONCE = 500;

/** Figures of a real server, or none: the double of the tests would tell of itself. */
const onServer =
  (figures: readonly string[], measure: (bench: Bench, server: string) => Promise<Measured[]>): Figure =>
  (bench) => {
    const [server] = REAL_EVENTSTOREDB;
    if (server !== undefined) return measure(bench, server);
    return Promise.resolve(figures.map((figure) => ({ figure, notMeasured: 'set DAICHO_TEST_EVENTSTOREDB' })));
  };

/** The client package without Daicho, on the streams of a ledger. */
class ClientAlone {
  readonly client: EventStoreDBClient;
  readonly #names: StreamNames;

  constructor(place: string) {
    const { server, ledger } = readConnectionString(place);
    this.client = EventStoreDBClient.connectionString(server);
    this.#names = new StreamNames(ledger);
  }

  append(stream: string, expected: ExpectedRevision, event: EventData): Promise<unknown> {
    const expectedRevision = expected === 'no-stream' ? NO_STREAM : BigInt(expected);
    return this.client.appendToStream(this.#names.onServer(stream), event, { expectedRevision });
  }
}

/** What the adapter sends to the server. */
const stored = (event: NewEvent): EventData => toStored(event.id, eventBody(event), Date.now());

export const eventStoreDbAppends = onServer(
  ['EventStoreDB appends', 'EventStoreDB appends, ids by the caller', 'EventStoreDB append, one at a time, p50'],
  async (bench, server) => [...(await manyAppends(bench, server)), ...(await oneAtATime(bench, server))],
);

async function manyAppends({ quick }: Bench, server: string): Promise<Measured[]> {
  const count = quick ? 6_400 : 12_800;
  const events = Array.from({ length: count }, (_, n) => eventOf('eventstoredb', n));
  const sent = events.map(stored);
  const bodies = new Map(events.map((event) => [event.id, eventBody(event)]));

  /** Events/s into a ledger of its own, which must then hold each of them, once. */
  const pace = async (
    using: (
      store: EventStoreDbEventStore,
      alone: ClientAlone,
    ) => (stream: string, expected: ExpectedRevision, n: number) => Promise<unknown>,
  ): Promise<number> => {
    const place = ledgerOn(server);
    const [store, alone] = [await EventStoreDbEventStore.open(place), new ClientAlone(place)];
    const append = using(store, alone);
    const first = await store.append('warm-up', 'no-stream', [eventOf('warm-up', 0)], true);
    await alone.append('warm-up', 0, stored(eventOf('warm-up', 1)));
    const started = performance.now();
    await appendByCallers(count, append);
    const seconds = (performance.now() - started) / 1000;

    const recorded = (await store.readAll({ ...BEGINNING, position: first.position }, count + 2)).slice(1);
    mustBe(recorded.length === count, 'events are missing');
    mustBe(new Set(recorded.map(({ id }) => id)).size === count, 'events are there twice');
    mustBe(
      recorded.every((event) => eventBody(event) === bodies.get(event.id)),
      'other bytes',
    );
    await alone.client.dispose();
    await store.close();
    return count / seconds;
  };
  const byStore = (idsAreNew: boolean) => (): Promise<number> =>
    pace((store) => (stream, expected, n) => store.append(stream, expected, [events[n] as NewEvent], idsAreNew));
  const contestants = {
    ours: byStore(true),
    named: byStore(false),
    limit: () => pace((_, alone) => (stream, expected, n) => alone.append(stream, expected, sent[n] as EventData)),
  };
  await interleaved(contestants, 1);
  const values = await interleaved(contestants);
  const limit = {
    what: '@eventstore/db-client 6.2.1 alone, the same events to the same streams',
    values: values.limit,
  };
  return [
    {
      figure: 'EventStoreDB appends',
      unit: 'events/s',
      ours: { what: '64 concurrent appends of one event, ids made just now', values: values.ours },
      limit,
      targets: [{ against: 'limit', atLeast: 0.8 }],
    },
    {
      figure: 'EventStoreDB appends, ids by the caller',
      unit: 'events/s',
      ours: { what: 'the same, each id claimed first in a stream of its own', values: values.named },
      limit,
      targets: [],
    },
  ];
}

async function oneAtATime({ quick }: Bench, server: string): Promise<Measured[]> {
  const each = quick ? 100 : 300;
  const place = ledgerOn(server);
  const [store, alone] = [await EventStoreDbEventStore.open(place), new ClientAlone(place)];
  let n = 0;
  const latencies = async (
    work: (stream: string, event: NewEvent, sent: EventData) => Promise<unknown>,
  ): Promise<number> => {
    const ms: number[] = [];
    for (let i = 0; i < each; i++) {
      const event = eventOf('latency', n);
      const sent = stored(event);
      const started = performance.now();
      await work(streamOf(n++), event, sent);
      ms.push(performance.now() - started);
    }
    return percentile(ms, 50);
  };
  const contestants = {
    ours: () => latencies((stream, event) => store.append(stream, 'no-stream', [event], true)),
    limit: () => latencies((stream, _, sent) => alone.append(stream, 'no-stream', sent)),
  };
  await interleaved(contestants, 1);
  const values = await interleaved(contestants, 2 * RUNS);
  mustBe((await store.readAll(BEGINNING, n + 1)).length === n, 'events are missing');
  await alone.client.dispose();
  await store.close();
  return [
    {
      figure: 'EventStoreDB append, one at a time, p50',
      unit: 'ms',
      ours: { what: 'one append of one event after the other, ids made just now', values: values.ours },
      limit: { what: '@eventstore/db-client 6.2.1 alone, the same', values: values.limit },
      targets: [],
    },
  ];
}

export const eventStoreDbVisible = onServer(
  ['EventStoreDB append until visible in PostgreSQL, p50', 'EventStoreDB append until visible in PostgreSQL, p99'],
  async ({ quick, postgres }, server) => {
    const each = quick ? 60 : 200;
    const [store, beside] = [
      await EventStoreDbEventStore.open(ledgerOn(server)),
      await EventStoreDbEventStore.open(ledgerOn(server)),
    ];
    const views = await PostgresViews.open(await (await postgres()).database());
    const projector = new Projector(store, views, catalogue);
    projector.start();
    const p99: Record<'ours' | 'append', number[]> = { ours: [], append: [] };
    let n = 0;
    const latencies =
      (name: keyof typeof p99, work: (stream: string, event: NewEvent) => Promise<Receipt>) =>
      async (): Promise<number> => {
        const ms: number[] = [];
        for (let i = 0; i < each; i++) {
          const event = eventOf('visible', n);
          const started = performance.now();
          const { position } = await work(streamOf(n++), event);
          ms.push(performance.now() - started);
          if (name === 'append') continue;
          const [entry] = await views.trail.entries([position], position);
          mustBe(entry?.event.id === event.id, 'not visible');
        }
        p99[name].push(percentile(ms, 99));
        return percentile(ms, 50);
      };
    const contestants = {
      ours: latencies('ours', async (stream, event) => {
        const receipt = await store.append(stream, 'no-stream', [event], true);
        await projector.waitFor(receipt.position, VISIBLE_MS_MAX);
        return receipt;
      }),
      append: latencies('append', (stream, event) => beside.append(stream, 'no-stream', [event], true)),
    };
    await interleaved(contestants, 1);
    for (const series of Object.values(p99)) series.length = 0;
    const values = await interleaved(contestants);
    await projector.stop();
    await views.close();
    await Promise.all([store.close(), beside.close()]);

    const row = (percent: string, ours: number[], limit: number[]): Measured => ({
      figure: `EventStoreDB append until visible in PostgreSQL, ${percent}`,
      unit: 'ms',
      ours: { what: 'an append, then the projector says that the views contain it', values: ours },
      limit: { what: 'the append itself', values: limit },
      targets: [],
    });
    return [row('p50', values.ours, values.append), row('p99', p99.ours, p99.append)];
  },
);

export const catchUp = onServer(
  ['catch-up: reading EventStoreDB', 'catch-up: EventStoreDB into PostgreSQL'],
  async ({ newFolder, quick, postgres }, server) => {
    const place = ledgerOn(server);
    const events = await copyLedger(newFolder, place, quick ? 20_000 : 100_000);
    const store = await EventStoreDbEventStore.open(place);
    const { client } = new ClientAlone(place);
    const [first] = await store.readAll(BEGINNING, 1);
    const fromPosition = logPositionOf((first as RecordedEvent).position);
    const contestants = {
      async ours() {
        const started = performance.now();
        let seen = 0;
        for await (const page of pagesAfter(BEGINNING, store, PAGE)) seen += page.length;
        mustBe(seen === events, 'events are missing');
        return (events / (performance.now() - started)) * 1000;
      },
      async limit() {
        const started = performance.now();
        let seen = 0;
        for await (const { event } of client.readAll({ direction: FORWARDS, fromPosition, maxCount: events })) {
          if (event) seen++;
        }
        mustBe(seen === events, 'events are missing');
        return (events / (performance.now() - started)) * 1000;
      },
      async filled() {
        const views = await PostgresViews.open(await (await postgres()).database());
        const started = performance.now();
        await fill(views, store, catalogue);
        const seconds = (performance.now() - started) / 1000;
        mustBe((await views.bookmark()).events === events, 'events are missing');
        await views.close();
        return events / seconds;
      },
    };
    await contestants.limit();
    const values = await interleaved(contestants);
    await client.dispose();
    await store.close();
    return [
      {
        figure: 'catch-up: reading EventStoreDB',
        unit: 'events/s',
        ours: { what: `a ledger of ${String(events)} events, page by page, by another store`, values: values.ours },
        limit: { what: '@eventstore/db-client 6.2.1 alone, readAll over as many records', values: values.limit },
        targets: [],
      },
      {
        figure: 'catch-up: EventStoreDB into PostgreSQL',
        unit: 'events/s',
        ours: { what: 'the same ledger into empty views', values: values.filled },
        limit: { what: 'reading it', values: values.ours },
        targets: [],
      },
    ];
  },
);

/** A ledger like the other figures', as another process has left it. */
async function copyLedger(newFolder: () => string, place: string, events: number): Promise<number> {
  const { folder } = await writeLedger(newFolder(), events);
  const [from, to] = [await SqliteEventStore.open(ledgerFile(folder)), await EventStoreDbEventStore.open(place)];
  for await (const page of pagesAfter(BEGINNING, from, COPIED_AT_ONCE)) {
    const byStream = new Map<string, RecordedEvent[]>();
    for (const event of page) byStream.set(event.stream, [...(byStream.get(event.stream) ?? []), event]);
    await Promise.all(
      [...byStream].map(([stream, events]) => {
        const revision = events[0]?.revision ?? 0;
        return to.append(stream, revision === 0 ? 'no-stream' : revision - 1, events, true);
      }),
    );
  }
  await Promise.all([from.close(), to.close()]);
  return events;
}
