// Makes a fresh clone ready to run: dependencies installed, program built. Runs before anything is installed, so plain Node.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const INSTALLED = 'node_modules/.package-lock.json';
const STAMP = join(root, 'dist/.stamp');
const LOCK = join(root, '.setup.lock');
const LOCK_AGE_MS_MAX = 30 * 60_000;

/** For a program's first line. What cannot be made ready is said, and the process ends. */
export async function ensureReady({ build }) {
  try {
    requireNode();
    if (isInstalled() && (!build || isBuilt())) return;
    await withLock(() => {
      if (!isInstalled()) install();
      if (build && !isBuilt()) compile();
    });
  } catch (error) {
    say(error.message);
    process.exit(1);
  }
}

function requireNode() {
  const { engines } = JSON.parse(read('package.json'));
  const [major, minor] = engines.node.match(/\d+/g).map(Number);
  const [ourMajor, ourMinor] = process.versions.node.split('.').map(Number);
  if (ourMajor > major || (ourMajor === major && ourMinor >= minor)) return;
  throw new Error(
    `Node.js ${major}.${minor} 以上が必要です（現在 ${process.versions.node}）/ needs Node.js ${major}.${minor} or newer (this is ${process.versions.node})`,
  );
}

/** What npm last put into node_modules is what the lock file wants, and its native part runs on this Node. */
function isInstalled() {
  if (!existsSync(join(root, INSTALLED))) return false;
  const { packages: installed } = JSON.parse(read(INSTALLED));
  const wanted = Object.entries(JSON.parse(read('package-lock.json')).packages).filter(([path]) => path !== '');
  const isThere = ([path, { version, optional }]) =>
    path in installed ? installed[path].version === version : optional;
  return wanted.every(isThere) && nativePartRuns();
}

function nativePartRuns() {
  try {
    const Database = createRequire(join(root, 'package.json'))('better-sqlite3');
    new Database(':memory:').close();
    return true;
  } catch {
    return false;
  }
}

function install() {
  say('依存パッケージを入れています（初回は数分）… / installing packages (minutes, the first time) …');
  run('npm', ['ci', '--include=dev', '--loglevel=error'], {
    env: { ...process.env, ...compilerSettings() },
    shell: process.platform === 'win32',
  });
  if (isInstalled()) return;
  throw new Error('依存パッケージが揃いません / the packages are not complete: npm ci --foreground-scripts');
}

/** For native packages that are compiled: with the headers of the very Node that runs, where it brings them. */
function compilerSettings() {
  const prefix = dirname(dirname(process.execPath));
  const { CXXFLAGS = '' } = process.env;
  return {
    ...(existsSync(join(prefix, 'include/node/node.h')) && { npm_config_nodedir: prefix }),
    CXXFLAGS: `${CXXFLAGS} -include "${join(root, 'scripts/object-wrap.h')}"`,
  };
}

const isBuilt = () => existsSync(STAMP) && readFileSync(STAMP, 'utf8') === sourcesDigest();

function compile() {
  say('ビルドしています… / building …');
  const digest = sourcesDigest();
  rmSync(STAMP, { force: true });
  run(process.execPath, [join(root, 'node_modules/@nestjs/cli/bin/nest.js'), 'build']);
  const page = [join(root, 'node_modules/vite/bin/vite.js'), 'build', '-c', 'dashboard/vite.config.ts'];
  run(process.execPath, page);
  run(process.execPath, [...page, '--ssr']);
  writeFileSync(STAMP, digest);
}

/** Of everything that a build depends on. */
function sourcesDigest() {
  const sources = readdirSync(join(root, 'src'), { recursive: true }).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'),
  );
  const page = readdirSync(join(root, 'dashboard'), { recursive: true }).filter((file) =>
    /\.(tsx?|css|json)$/.test(file),
  );
  const files = [
    ...sources.map((file) => join('src', file)),
    ...page.filter((file) => !file.endsWith('.d.ts')).map((file) => join('dashboard', file)),
    'tsconfig.json',
    'tsconfig.build.json',
    'nest-cli.json',
    'package-lock.json',
  ];
  const hash = createHash('sha256');
  for (const file of files.sort()) hash.update(`${file}\0${read(file)}\0`);
  return hash.digest('hex');
}

/** One process at a time; the others wait and then find the work done. */
async function withLock(work) {
  for (let isFirst = true; !tryLock(); isFirst = false) {
    if (isFirst) say('別のプロセスの準備を待っています… / waiting for another process to get ready …');
    await sleep(200);
  }
  try {
    work();
  } finally {
    rmSync(LOCK, { force: true });
  }
}

function tryLock() {
  try {
    writeFileSync(LOCK, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (isAbandoned()) rmSync(LOCK, { force: true });
    return false;
  }
}

function isAbandoned() {
  try {
    if (Date.now() - statSync(LOCK).mtimeMs > LOCK_AGE_MS_MAX) return true;
    const owner = Number(readFileSync(LOCK, 'utf8'));
    if (owner > 0) process.kill(owner, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

/** Its output goes to stderr: stdout belongs to the program that wanted to be ready. */
function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], ...options });
  if (error) throw error;
  if (status !== 0) throw new Error(`失敗しました / failed: ${[command, ...args].join(' ')}`);
}

const read = (file) => readFileSync(join(root, file), 'utf8');

const say = (line) => void process.stderr.write(`${line}\n`);
