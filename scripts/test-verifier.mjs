// The verifier of evidence by its own tests: every branch of it must be taken. Ends as `npm test` does.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'daicho-coverage-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
process.argv.push(
  '--no-build',
  'src/ledger',
  '--coverage',
  '--coverageProvider=v8',
  '--coverageReporters=text',
  `--coverageDirectory=${folder}`,
  '--collectCoverageFrom=src/ledger/*.ts',
  // A port: types, and an error that only its adapters throw.
  '--collectCoverageFrom=!src/ledger/log-store.ts',
  '--coverageThreshold={"global":{"branches":100,"lines":100}}',
);
await import('./test.mjs');
