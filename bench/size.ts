import { SqliteEventStore } from '../src/adapters/sqlite/sqlite-event-store.js';
import { ledgerFile } from '../src/stores.js';
import type { Bench } from './bench.js';
import type { Measured } from './measure.js';
import { BEGINNING, pagesAfter } from '../src/eventsourcing/event-store.js';

const BATCH = 5_000;

export async function size({ large }: Bench): Promise<Measured[]> {
  const { folder, events, bytes, viewsBytes } = await large();
  const store = await SqliteEventStore.open(ledgerFile(folder));
  let json = 0;
  for await (const page of pagesAfter(BEGINNING, store, BATCH)) {
    json += page.reduce((sum, event) => sum + Buffer.byteLength(JSON.stringify(event)), 0);
  }
  await store.close();
  const limit = { what: 'the events as JSON', values: [json / events] };
  return [
    {
      figure: 'ledger on disk',
      unit: 'bytes/event',
      ours: { what: `the file of ${String(events)} events, closed`, values: [bytes / events] },
      limit,
      targets: [{ against: 'limit', atMost: 2 }],
    },
    {
      figure: 'views on disk',
      unit: 'bytes/event',
      ours: { what: 'the views of the same ledger', values: [viewsBytes / events] },
      limit,
      targets: [],
    },
  ];
}

export async function ingest({ large }: Bench): Promise<Measured[]> {
  const { pace, events } = await large();
  const [first, last] = [pace.slice(0, pace.length / 5), pace.slice(-pace.length / 5)];
  return [
    {
      figure: 'ingest, the last fifth',
      unit: 'events/s',
      ours: { what: `${String(events)} events into one plan, by tenths`, values: last },
      peer: { what: 'the first fifth', values: first },
      targets: [{ against: 'peer', atLeast: 0.8 }],
    },
  ];
}
