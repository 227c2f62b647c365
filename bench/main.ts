import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { PostgresUnderTest } from '../test/support/postgres.js';
import { appendLatency, appends } from './append.js';
import { asOf } from './as-of.js';
import { command } from './command.js';
import { dashboard } from './dashboard.js';
import type { Bench, Figure, FilledLedger } from './bench.js';
import { evidence } from './evidence.js';
import { catchUp, eventStoreDbAppends, eventStoreDbVisible } from './eventstoredb.js';
import { writeLedger, writeViews } from './ledgers.js';
import type { Measured, NotMeasured } from './measure.js';
import { postgresViews } from './postgres.js';
import { rebuild, verification } from './rebuild.js';
import { ingest, size } from './size.js';
import { memory, start } from './start.js';
import { asJson, table } from './table.js';

const FIGURES: Readonly<Record<string, Figure>> = {
  appends,
  'append-latency': appendLatency,
  command,
  'as-of': asOf,
  rebuild,
  dashboard,
  start,
  verification,
  evidence,
  ingest,
  size,
  memory,
  'eventstoredb-appends': eventStoreDbAppends,
  'eventstoredb-visible': eventStoreDbVisible,
  'postgres-views': postgresViews,
  'catch-up': catchUp,
};

const say = (line: string): void => void process.stderr.write(`${line}\n`);

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
    help: { type: 'boolean', default: false },
  },
});
if (flags.help) {
  say(`npm run bench -- [--quick] [--json] [--only FIGURE]…   ${Object.keys(FIGURES).join(' ')}`);
  process.exit(0);
}
const names = flags.only ?? Object.keys(FIGURES);
const unknown = names.find((name) => !(name in FIGURES));
if (unknown !== undefined) {
  say(`${unknown}: ${Object.keys(FIGURES).join(', ')}`);
  process.exit(1);
}

// Beside the program, not in /tmp, which may be memory.
const tmp = fileURLToPath(new URL('../tmp/', import.meta.url));
mkdirSync(tmp, { recursive: true });
const root = mkdtempSync(`${tmp}bench-`);
// PostgreSQL may run as a user of its own.
chmodSync(root, 0o711);
const newFolder = (): string => mkdtempSync(`${root}/`);

const once = <Value>(make: () => Promise<Value>): (() => Promise<Value>) => {
  let made: Promise<Value> | undefined;
  return () => (made ??= make());
};
const filled = (events: number) =>
  once(async (): Promise<FilledLedger> => {
    say(`  writing a ledger of ${events.toLocaleString('en')} events …`);
    const ledger = await writeLedger(newFolder(), events);
    return { ...ledger, viewsBytes: await writeViews(ledger) };
  });

let postgres: PostgresUnderTest | undefined;

const bench: Bench = {
  quick: flags.quick,
  newFolder,
  small: filled(10_000),
  large: filled(flags.quick ? 100_000 : 1_000_000),
  postgres: async () => (postgres ??= await PostgresUnderTest.start({ folder: newFolder(), isDurable: true })),
};

const rows: (Measured | NotMeasured)[] = [];
try {
  for (const name of names) {
    say(`${name} …`);
    rows.push(...(await (FIGURES[name] as Figure)(bench)));
  }
} finally {
  await postgres?.stop();
  rmSync(root, { recursive: true });
}
process.stdout.write(`${flags.json ? JSON.stringify(rows.map(asJson), null, 2) : table(rows)}\n`);
