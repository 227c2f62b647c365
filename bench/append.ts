import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { SqliteEventStore } from '../src/adapters/sqlite/sqlite-event-store.js';
import { eventBody, type NewEvent } from '../src/eventsourcing/event.js';
import { uuidOf } from '../src/eventsourcing/handle.js';
import type { Bench } from './bench.js';
import { compileSqlite3 } from './peer-native.js';
import { interleaved, median, mustBe, percentile, RUNS, type Measured } from './measure.js';
import { BEGINNING, type ExpectedRevision } from '../src/eventsourcing/event-store.js';

const CALLERS = 64;
const STREAMS = 1_024;
/** `PRAGMA synchronous`. */
const FULL = 2;

/** A status report as a person enters it: some 370 bytes. */
export const eventOf = (run: string, n: number): NewEvent => {
  const command = uuidOf(run, String(n));
  return {
    type: 'MeasureStatusChanged',
    effectiveOn: '2026-11-20',
    data: {
      planKey: 'toride-5',
      measureNo: '1-2-1',
      status: '継続',
      reason: `窓口各課との調整を終え、構築に入った（${String(n)}）`,
    },
    id: uuidOf(command, '0'),
    schemaVersion: 1,
    actor: 'user-3f9ac2d41b7e',
    correlationId: command,
    causationId: uuidOf(command, 'input'),
  };
};

export const streamOf = (n: number): string => `measure-toride-5-${String(n)}`;
/** Appends of one event, by 64 callers at once: each the next one to the next of 1,024 streams. */
export async function appendByCallers(
  count: number,
  append: (stream: string, expected: ExpectedRevision, n: number) => Promise<unknown>,
): Promise<void> {
  const caller = async (first: number): Promise<void> => {
    for (let n = first; n < count; n += CALLERS) {
      const round = Math.floor(n / STREAMS);
      await append(streamOf(n % STREAMS), round === 0 ? 'no-stream' : round - 1, n);
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, (_, first) => caller(first)));
}

const bytesOf = (event: NewEvent): Buffer => Buffer.from(`${streamOf(0)}${event.id}${eventBody(event)}`);

export async function appends({ newFolder, quick }: Bench): Promise<Measured[]> {
  const folder = newFolder();
  const [ourEvents, peerEvents] = quick ? [12_800, 200] : [32_000, 400];
  compileSqlite3();
  const { getSQLiteEventStore, sqliteConnection } = await import('@event-driven-io/emmett-sqlite');
  let groups: number[] = [];

  const values = await interleaved({
    async ours(run) {
      // Each group of appends asks the clock anew, so equal instants show which were made durable together.
      let nowMs = 0;
      const store = await SqliteEventStore.open(join(folder, `ours-${String(run)}.db`), { clock: () => ++nowMs });
      const events = Array.from({ length: ourEvents }, (_, n) => eventOf(`ours-${String(run)}`, n));
      const warmUp = await store.append('warm-up', 'no-stream', [eventOf(`warm-up-${String(run)}`, 0)]);
      const started = performance.now();
      await appendByCallers(ourEvents, (stream, expected, n) =>
        store.append(stream, expected, [events[n] as NewEvent]),
      );
      const seconds = (performance.now() - started) / 1000;

      const recorded = await store.readAll({ ...BEGINNING, position: warmUp.position }, ourEvents + 1);
      mustBe(recorded.length === ourEvents, 'events are missing');
      mustBe(new Set(recorded.map(({ id }) => id)).size === ourEvents, 'events are there twice');
      const sizes = new Map<number, number>();
      for (const { recordedAtMs } of recorded) sizes.set(recordedAtMs, (sizes.get(recordedAtMs) ?? 0) + 1);
      groups = [...sizes.values()];
      await store.close();
      return ourEvents / seconds;
    },
    limit(run) {
      const bytes = Array.from({ length: ourEvents }, (_, n) => bytesOf(eventOf('limit', n)));
      const fd = openSync(join(folder, `limit-${String(run)}`), 'w');
      const started = performance.now();
      let n = 0;
      for (const group of groups) {
        writeSync(fd, Buffer.concat(bytes.slice(n, n + group)));
        fdatasyncSync(fd);
        n += group;
      }
      const seconds = (performance.now() - started) / 1000;
      mustBe(n === ourEvents, 'not all has been written');
      closeSync(fd);
      return ourEvents / seconds;
    },
    async peer(run) {
      const connection = sqliteConnection({ fileName: join(folder, `peer-${String(run)}.db`) });
      const store = getSQLiteEventStore({
        fileName: join(folder, `peer-${String(run)}.db`),
        connectionOptions: { singleton: true, connection },
        schema: { autoMigration: 'None' },
      });
      await store.schema.migrate();
      await connection.command(`PRAGMA synchronous = ${String(FULL)}`);
      const pragma = async (name: string): Promise<unknown> =>
        Object.values((await connection.querySingle<Record<string, unknown>>(`PRAGMA ${name}`)) ?? {})[0];
      mustBe(
        (await pragma('synchronous')) === FULL && (await pragma('journal_mode')) === 'wal',
        'the peer is not durable',
      );
      const messages = Array.from({ length: peerEvents }, (_, n) => {
        const { type, data, ...metadata } = eventOf(`peer-${String(run)}`, n);
        return { type, data: data as Record<string, unknown>, metadata };
      });
      const started = performance.now();
      for (const [n, message] of messages.entries()) await store.appendToStream(streamOf(n % STREAMS), [message]);
      const seconds = (performance.now() - started) / 1000;
      const { events } = await store.readStream(streamOf(0));
      mustBe(events.length >= 1 && events[0]?.type === 'MeasureStatusChanged', 'the peer lost an event');
      connection.close();
      return peerEvents / seconds;
    },
  });
  const sizes = `groups of ${String(median(groups))} (${String(Math.min(...groups))}–${String(Math.max(...groups))})`;
  return [
    {
      figure: 'durable appends',
      unit: 'events/s',
      ours: { what: `64 concurrent appends of one event, ${sizes}`, values: values.ours },
      peer: { what: 'emmett-sqlite 0.42.4, WAL, synchronous=FULL, a queue of one', values: values.peer },
      limit: { what: 'write + fdatasync of the same bytes in the same groups', values: values.limit },
      targets: [
        { against: 'peer', atLeast: 10 },
        { against: 'limit', atLeast: 0.5 },
      ],
    },
  ];
}

export async function appendLatency({ newFolder, quick }: Bench): Promise<Measured[]> {
  const folder = newFolder();
  const each = quick ? 200 : 500;
  const store = await SqliteEventStore.open(join(folder, 'ledger.db'));
  const fd = openSync(join(folder, 'limit'), 'w');
  let n = 0;
  const latencies = async (work: (event: NewEvent) => unknown): Promise<number> => {
    const ms: number[] = [];
    for (let i = 0; i < each; i++) {
      const event = eventOf('latency', n++);
      const started = performance.now();
      await work(event);
      ms.push(performance.now() - started);
    }
    return percentile(ms, 50);
  };
  await store.append('warm-up', 'no-stream', [eventOf('warm-up', 0)]);
  const values = await interleaved(
    {
      ours: () => latencies((event) => store.append(streamOf(n), 'no-stream', [event])),
      limit: () =>
        latencies((event) => {
          writeSync(fd, bytesOf(event));
          fdatasyncSync(fd);
        }),
    },
    2 * RUNS,
  );
  mustBe(Number(await store.head()) === 1 + 2 * RUNS * each, 'events are missing');
  await store.close();
  closeSync(fd);
  return [
    {
      figure: 'durable append, one at a time, p50',
      unit: 'ms',
      ours: { what: 'one append of one event after the other', values: values.ours },
      limit: { what: 'write + fdatasync of the same bytes', values: values.limit },
      targets: [{ against: 'limit', atMost: 2 }],
    },
  ];
}
