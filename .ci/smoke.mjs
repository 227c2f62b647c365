// Starts Daicho with `npm start` on an empty ledger, waits until it answers over HTTP and stops it with SIGTERM.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const folder = mkdtempSync(join(tmpdir(), 'daicho-smoke-'));
const port = await freePort();
const npm = spawn('npm', ['start'], {
  env: { ...process.env, PORT: String(port), DAICHO_DATA: folder },
  stdio: 'inherit',
  detached: true, // a process group, to leave nothing behind when something fails
});

let fault;
try {
  await until(isReady, 600_000); // the first start installs and builds
  await until(knowsPlan, 60_000);
  npm.kill('SIGTERM');
  await until(isStopped, 30_000);
} catch (error) {
  fault = error;
  console.error(fault);
  if (!hasEnded()) process.kill(-npm.pid, 'SIGKILL');
}
rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
console.log(fault ? '0 passed, 1 failed' : '1 passed, 0 failed');
process.exit(fault ? 1 : 0);

async function isReady() {
  if (hasEnded()) throw new Error('npm start ended by itself');
  return (await ask('/health/ready'))?.ok;
}

/** On its first start it loads the plan that comes with it. */
async function knowsPlan() {
  const answer = await ask(`/graphql?query=${encodeURIComponent('{ plans { key } }')}`, { accept: 'application/json' });
  const { data } = await answer.json();
  return data.plans.length > 0;
}

async function isStopped() {
  return hasEnded() && (await ask('/health/live')) === undefined;
}

/** Undefined when nobody answers. */
function ask(path, headers = {}) {
  return fetch(`http://127.0.0.1:${port}${path}`, { headers }).catch(() => undefined);
}

function hasEnded() {
  return npm.exitCode !== null || npm.signalCode !== null;
}

async function until(condition, msMax) {
  for (const deadline = Date.now() + msMax; Date.now() < deadline; await sleep(100)) {
    if (await condition()) return;
  }
  throw new Error(`${condition.name}: not within ${msMax} ms`);
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port: free } = probe.address();
  probe.close();
  await once(probe, 'close');
  return free;
}
