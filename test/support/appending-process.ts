// Appends to a ledger as fast as it can until it is killed, keeps its evidence log beside it, and prints what has been
// acknowledged and which heads were signed, a line each:
// `node --import ./scripts/typescript.mjs test/support/appending-process.ts FILE NAME`
import { writeSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { SqliteEventStore } from '../../src/adapters/sqlite/sqlite-event-store.js';
import { StoreError, type ExpectedRevision, type Receipt } from '../../src/eventsourcing/event-store.js';
import { base64 } from '../../src/ledger/base64.js';
import { evidenceLogBeside } from './evidence-logs.js';
import { events } from './event-stores.js';

export interface Acknowledged {
  /** Of the events, and how many; it ends with `of` and the number. */
  readonly name: string;
  readonly count: number;
  readonly receipt: Receipt;
}

export interface Signed {
  readonly signed: { readonly size: number; readonly root: string };
}

const STDOUT = 1;
const APPENDERS = 24;
const STREAMS = 8;

const [file, self] = process.argv.slice(2) as [string, string];
const store = await SqliteEventStore.open(file);

const append = async (appender: number): Promise<void> => {
  const stream = `measure/${String(appender % STREAMS)}`;
  let expected: ExpectedRevision = 'no-stream';
  for (let n = 0; ; n++) {
    const count = 1 + (n % 3);
    const of = { name: `${self} ${String(appender)} ${String(n)} of ${String(count)}`, count };
    const given = events(of.name, of.count);
    for (let done = false; !done;) {
      try {
        const receipt = await store.append(stream, expected, given);
        const acknowledged: Acknowledged = { ...of, receipt };
        writeSync(STDOUT, `${JSON.stringify(acknowledged)}\n`);
        expected = receipt.revision;
        done = true;
      } catch (error) {
        if (!(error instanceof StoreError) || error.code !== 'REVISION_CONFLICT') throw error;
        expected = error.actual ?? 'no-stream';
      }
    }
  }
};

const log = await evidenceLogBeside(file, store);
log.start();

const sign = async (): Promise<void> => {
  for (let before = 0; ;) {
    const { size, root } = await log.checkpoint();
    const head: Signed = { signed: { size, root: base64(root) } };
    if (size > before) writeSync(STDOUT, `${JSON.stringify(head)}\n`);
    before = size;
    await setImmediate();
  }
};

await Promise.all([sign(), ...Array.from({ length: APPENDERS }, (_, appender) => append(appender))]);
