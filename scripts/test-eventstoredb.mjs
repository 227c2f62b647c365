// What the tests can say about a real EventStoreDB only: the conformance, the contract, the scenarios and the faults.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PATHS = ['test/contract/event', 'test/acceptance', 'test/faults/eventstoredb'];

if (!process.env.DAICHO_TEST_EVENTSTOREDB) {
  console.error(
    'DAICHO_TEST_EVENTSTOREDB is not set: nothing was tested. Give it the connection string of an EventStoreDB for tests, for example esdb://127.0.0.1:2113?tls=false',
  );
  process.exit(1);
}
const { status } = spawnSync(
  process.execPath,
  [fileURLToPath(new URL('./test.mjs', import.meta.url)), ...PATHS, ...process.argv.slice(2)],
  { stdio: 'inherit' },
);
process.exitCode = status ?? 1;
