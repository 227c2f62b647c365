import { hash } from 'node:crypto';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { SqliteEventStore } from '../src/adapters/sqlite/sqlite-event-store.js';
import { SqliteViews } from '../src/adapters/sqlite/sqlite-views.js';
import { ledgerFile } from '../src/stores.js';
import { catalogue } from '../src/catalogue.js';
import { fill } from '../src/eventsourcing/rebuild.js';
import type { Bench } from './bench.js';
import { writeLedger } from './ledgers.js';
import { interleaved, mustBe, type Measured } from './measure.js';
import { BEGINNING, pagesAfter } from '../src/eventsourcing/event-store.js';

/** Events read at a time: the scan is fastest so. */
const BATCH = 1_000;

export async function rebuild({ newFolder, quick }: Bench): Promise<Measured[]> {
  const folder = newFolder();
  const { events } = await writeLedger(folder, quick ? 50_000 : 200_000);
  const store = await SqliteEventStore.open(ledgerFile(folder));
  const values = await interleaved({
    async ours(run) {
      const views = SqliteViews.open(join(folder, `views-${String(run)}.db`), { alone: true });
      const started = performance.now();
      await fill(views, store, catalogue);
      const seconds = (performance.now() - started) / 1000;
      mustBe((await views.bookmark()).events === events, 'events are missing');
      await views.close();
      return events / seconds;
    },
    async limit() {
      const started = performance.now();
      let seen = 0;
      // The store parses the payload of each event it gives.
      for await (const page of pagesAfter(BEGINNING, store, BATCH)) seen += page.length;
      mustBe(seen === events, 'events are missing');
      return (events / (performance.now() - started)) * 1000;
    },
  });
  await store.close();
  return [
    {
      figure: 'rebuild of all views',
      unit: 'events/s',
      ours: { what: `${String(events)} events into an empty copy`, values: values.ours },
      limit: { what: 'scan of the same store, each payload parsed', values: values.limit },
      targets: [{ against: 'limit', atLeast: 0.3 }],
    },
  ];
}

export async function verification({ newFolder, quick }: Bench): Promise<Measured[]> {
  const folder = newFolder();
  const { events } = await writeLedger(folder, quick ? 50_000 : 200_000);
  const store = await SqliteEventStore.open(ledgerFile(folder));
  const db = new Database(ledgerFile(folder), { readonly: true });
  const rows = db.prepare<[], string>('SELECT stream || id || body FROM event ORDER BY position').pluck().all();
  db.close();
  const values = await interleaved({
    async ours() {
      const started = performance.now();
      mustBe((await store.verify()) === events, 'events are missing');
      return (events / (performance.now() - started)) * 1000;
    },
    limit() {
      const started = performance.now();
      for (const row of rows) hash('sha256', row, 'base64url');
      return (rows.length / (performance.now() - started)) * 1000;
    },
  });
  await store.close();
  return [
    {
      figure: 'verification of the ledger',
      unit: 'events/s',
      ours: { what: `${String(events)} events`, values: values.ours },
      limit: { what: 'SHA-256 over the same bytes, event by event', values: values.limit },
      targets: [{ against: 'limit', atLeast: 0.3 }],
    },
  ];
}
