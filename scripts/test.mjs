// Runs the tests, all or those whose path is given, and ends with one line: `N passed, N failed`.
// `--no-build` leaves dist/ as it is: quicker between two edits, for specs that do not start the built program.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureReady } from './setup.mjs';

const args = process.argv.slice(2);
const jestArgs = args.filter((arg) => arg !== '--no-build');
await ensureReady({ build: jestArgs.length === args.length });

const folder = mkdtempSync(join(tmpdir(), 'daicho-jest-'));
const outcome = join(folder, 'outcome.json');
const { status } = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    // Worker threads started by a test inherit it.
    `--import=${new URL('./typescript.mjs', import.meta.url).href}`,
    fileURLToPath(new URL('../node_modules/jest/bin/jest.js', import.meta.url)),
    '--json',
    `--outputFile=${outcome}`,
    ...jestArgs,
  ],
  { stdio: 'inherit' },
);
const result = existsSync(outcome) ? JSON.parse(readFileSync(outcome, 'utf8')) : undefined;
rmSync(folder, { recursive: true });

const passed = result?.numPassedTests ?? 0;
// A spec file that could not even run is a failure too.
const failed = result ? result.numFailedTests + result.numRuntimeErrorTestSuites : 1;
process.exitCode = status === 0 && passed + failed === 0 ? 1 : (status ?? 1);
console.log(`${passed} passed, ${failed} failed`);
