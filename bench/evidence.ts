import { execFileSync } from 'node:child_process';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SqliteEventStore } from '../src/adapters/sqlite/sqlite-event-store.js';
import { SqliteLogStore } from '../src/adapters/sqlite/sqlite-log-store.js';
import { Clock } from '../src/eventsourcing/clock.js';
import { BEGINNING, pagesAfter } from '../src/eventsourcing/event-store.js';
import { EvidenceLog } from '../src/evidence/evidence-log.js';
import { bundleLines } from '../src/ledger/bundle.js';
import type { OpenedEntry } from '../src/ledger/entry.js';
import { generateSigningKey, parseSigningKey } from '../src/ledger/note.js';
import { ledgerFile } from '../src/stores.js';
import type { Bench } from './bench.js';
import { interleaved, mustBe, type Measured } from './measure.js';
import type { Pass } from './verify-process.js';

const PROGRAM = fileURLToPath(new URL('./verify-process.ts', import.meta.url));
const PAGE = 500;
/** A million events take minutes to enter. */
const RUNS_OF_ENTERING = 1;
const RUNS_OF_VERIFYING = 3;

export async function evidence({ newFolder, large }: Bench): Promise<Measured[]> {
  const { folder, events } = await large();
  const store = await SqliteEventStore.open(ledgerFile(folder));
  const key = parseSigningKey(generateSigningKey('bench.example/daicho'));
  const perSecond = (ms: number): number => (events / ms) * 1000;
  const log = await EvidenceLog.over(await SqliteLogStore.open(join(newFolder(), 'log.db')), store, {
    clock: new Clock(),
    key: () => key,
    isMilestone: () => false,
    sealOf: () => undefined,
    onSigned: () => undefined,
    onStopped: (error) => {
      throw error;
    },
  });
  const entering = await interleaved(
    {
      async ours() {
        const started = performance.now();
        mustBe((await log.catchUp()) === events, 'events are missing');
        return perSecond(performance.now() - started);
      },
      async limit() {
        const started = performance.now();
        for await (const page of pagesAfter(BEGINNING, store, PAGE)) mustBe(page.length > 0, 'an empty page');
        return perSecond(performance.now() - started);
      },
    },
    RUNS_OF_ENTERING,
  );

  const file = join(newFolder(), 'bundle');
  await writeBundle(file, log);
  const peaks: number[] = [];
  const pass = (what: string): number => {
    const args = [...process.execArgv, PROGRAM, what, file, key.verifier.vkey];
    const { ms, opened, peakBytes } = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as Pass;
    if (what === 'verify') mustBe(opened === events, `${String(opened)} of ${String(events)} proven`);
    if (what === 'verify') peaks.push(peakBytes / 2 ** 20);
    return perSecond(ms);
  };
  const verifying = await interleaved({ ours: () => pass('verify'), limit: () => pass('hash') }, RUNS_OF_VERIFYING);
  await log.stop();
  await store.close();
  return [
    {
      figure: 'entering events into the evidence log',
      unit: 'events/s',
      ours: { what: `${String(events)} events, hashed, each batch durable`, values: entering.ours },
      limit: { what: 'scan of the same store', values: entering.limit },
      targets: [],
    },
    {
      figure: 'offline verification of a bundle',
      unit: 'events/s',
      ours: { what: `${String(events)} events, recomputed from payload bytes`, values: verifying.ours },
      limit: { what: 'SHA-256 over the bytes of the file, in one piece', values: verifying.limit },
      targets: [{ against: 'limit', atLeast: 0.3 }],
    },
    {
      figure: 'memory of offline verification',
      unit: 'MiB',
      ours: { what: `peak of the process, ${String(events)} events`, values: peaks },
      limit: { what: 'what is allowed', values: [256] },
      targets: [{ against: 'limit', atMost: 1 }],
    },
  ];
}

async function writeBundle(path: string, log: EvidenceLog): Promise<void> {
  const { size, note } = await log.checkpoint();
  async function* entries(): AsyncGenerator<OpenedEntry, void> {
    for await (const logged of log.entries(0, size)) yield logged.opened(true);
  }
  const header = { origin: log.origin, keys: await log.vkeys(), witnesses: [] };
  const file = await open(path, 'wx');
  let waiting = '';
  for await (const line of bundleLines({
    header,
    checkpoints: [{ size, note }],
    entries: entries(),
    heads: [],
    nodeAt: log.nodeAt,
  })) {
    waiting += line;
    if (waiting.length < 2 ** 20) continue;
    await file.write(waiting);
    waiting = '';
  }
  await file.write(waiting);
  await file.close();
}
