// What the tests can say about a real EventStoreDB only: the conformance, the contract, the scenarios and the faults.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { ensureReady } from './setup.mjs';

const PATHS = ['test/contract/event', 'test/acceptance', 'test/faults/eventstoredb'];

const place = process.env.DAICHO_TEST_EVENTSTOREDB;
if (!place) {
  console.error(
    'DAICHO_TEST_EVENTSTOREDB is not set: nothing was tested. Give it the connection string of an EventStoreDB for tests, for example esdb://127.0.0.1:2113?tls=false',
  );
  process.exit(1);
}
// Hundreds of tests would each say that it is not there.
await ensureReady({ build: true });
const { EventStoreDbEventStore } = await import('../dist/adapters/eventstoredb/eventstoredb-event-store.js');
try {
  const store = await EventStoreDbEventStore.open(place);
  await store.close();
} catch (error) {
  console.error(`${error.message}\nDAICHO_TEST_EVENTSTOREDB: nothing was tested`);
  process.exit(1);
}
const { status } = spawnSync(
  process.execPath,
  [fileURLToPath(new URL('./test.mjs', import.meta.url)), ...PATHS, ...process.argv.slice(2)],
  { stdio: 'inherit' },
);
process.exitCode = status ?? 1;
