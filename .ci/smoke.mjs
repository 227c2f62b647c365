// Starts Daicho with `npm start` on an empty ledger, waits until it answers over HTTP and stops it with SIGTERM.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const READY_MS_MAX = 10 * 60_000; // the first start installs and builds
const ANSWER_MS_MAX = 60_000;
const STOP_MS_MAX = 30_000;

const folder = mkdtempSync(join(tmpdir(), 'daicho-smoke-'));
const port = await freePort();
const url = `http://127.0.0.1:${port}`;
const server = spawn('npm', ['start'], {
  env: { ...process.env, PORT: String(port), DAICHO_DATA: folder },
  stdio: 'inherit',
  detached: true, // a process group, to leave nothing behind when something fails
});
const exited = once(server, 'exit');

let fault;
try {
  await until(isReady, READY_MS_MAX);
  await until(knowsPlan, ANSWER_MS_MAX);
  server.kill('SIGTERM');
  await stopped();
} catch (error) {
  fault = error;
  if (server.exitCode === null) process.kill(-server.pid, 'SIGKILL');
}
rmSync(folder, { recursive: true, force: true });
if (fault) console.error(fault);
console.log(fault ? '0 passed, 1 failed' : '1 passed, 0 failed');
process.exit(fault ? 1 : 0);

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

async function isReady() {
  const health = await fetch(`${url}/health/ready`);
  return health.ok;
}

/** On its first start it loads the plan that comes with it. */
async function knowsPlan() {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ plans { key } }' }),
  });
  const { data } = await response.json();
  return data.plans.length > 0;
}

async function until(condition, msMax) {
  for (const deadline = Date.now() + msMax; Date.now() < deadline; await sleep(100)) {
    if (server.exitCode !== null) throw new Error(`npm start ended with ${server.exitCode}`);
    if (await condition().catch(() => false)) return;
  }
  throw new Error(`${condition.name}: not within ${msMax} ms`);
}

async function stopped() {
  const [code] = (await Promise.race([exited, sleep(STOP_MS_MAX, [undefined])])) ?? [];
  if (code !== 0) throw new Error(`SIGTERM ended it with ${code}`);
  if (await fetch(url).catch(() => undefined)) throw new Error('still answers after SIGTERM');
}
