// Everything that must hold before a commit, one line per step; stops at the first that does not and shows its output.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ensureReady } from './setup.mjs';

const GENERATED = ['src/schema.graphql', 'schemas', 'docs/problems.md', 'docs/permissions.md'];

const steps = {
  format: () => npmRun('format:check'),
  types: () => npmRun('typecheck'), // before lint, which reads the types that this writes
  lint: () => npmRun('lint'),
  architecture: () => npmRun('arch'),
  'dead code': () => npmRun('deadcode'),
  'generated files': generatedFiles,
  tests: () => npmRun('test'),
};
if (process.argv.includes('--no-tests')) delete steps.tests;

await ensureReady({ build: true });
for (const [name, step] of Object.entries(steps)) {
  const startedMs = Date.now();
  const fault = step();
  console.log(`${fault === undefined ? '✓' : '✗'} ${name} (${((Date.now() - startedMs) / 1000).toFixed(1)} s)`);
  if (fault === undefined) continue;
  console.log(`\n${fault}`);
  process.exit(1);
}

function npmRun(script) {
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', script], {
    encoding: 'utf8',
    maxBuffer: Infinity,
    shell: process.platform === 'win32',
  });
  return status === 0 ? undefined : stdout + stderr;
}

/** Generating them again changes nothing. */
function generatedFiles() {
  const before = contents();
  const fault = npmRun('generate');
  if (fault !== undefined) return fault;
  const after = contents();
  const stale = [...new Set([...before.keys(), ...after.keys()])].filter(
    (file) => before.get(file) !== after.get(file),
  );
  return stale.length === 0 ? undefined : `were out of date and have been generated anew:\n${stale.join('\n')}`;
}

function contents() {
  const files = GENERATED.flatMap((path) => {
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [path];
    return readdirSync(path, { recursive: true }).map((file) => join(path, file));
  });
  return new Map(files.filter(isFile).map((file) => [file, readFileSync(file, 'utf8')]));
}

function isFile(path) {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
