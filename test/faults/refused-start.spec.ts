import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PostgresViews } from '../../src/adapters/postgres/postgres-views.js';
import { ADMIN_TOKEN } from '../support/daicho.js';
import { ledgerOn } from '../support/eventstoredb.js';
import { EventStoreDbDouble } from '../support/eventstoredb-double.js';
import { PostgresUnderTest } from '../support/postgres.js';
import { END_MS_MAX, ONE_SENTENCE, run, type Outcome } from '../support/program.js';

describe('a start that is refused', () => {
  let folder: string;
  let silent: Server;
  let postgres: PostgresUnderTest;
  let double: EventStoreDbDouble;
  let newer: string;
  beforeAll(async () => {
    silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    postgres = await PostgresUnderTest.start();
    double = await EventStoreDbDouble.start();
    await postgres.ask(database(), `CREATE ROLE reader LOGIN PASSWORD 'p-for-tests-only'`);
    newer = await postgres.database();
    await (await PostgresViews.open(newer)).close();
    await postgres.ask(newer, 'UPDATE daicho.views SET version = version + 1');
  });
  afterAll(async () => {
    await postgres.stop();
    await double.stop();
    silent.close();
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'daicho-refused-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const silentPort = (): string => String((silent.address() as AddressInfo).port);
  const start = (environment: Record<string, string>): Promise<Outcome> =>
    run(['main'], { DAICHO_DATA: join(folder, 'data'), ...environment });
  const database = (name = 'postgres', change = {}): string => postgres.connectionString(name, change);

  it.each([
    ['the server', ['main']],
    ['the command line', ['cli', 'ledger', 'check']],
  ] as [string, [string, ...string[]]][])(
    'ends also when the server of the ledger says nothing in a TLS handshake: %s',
    async (_what, program) => {
      const { code, err } = await run(program, {
        DAICHO_DATA: join(folder, 'data'),
        DAICHO_LEDGER: `esdb://127.0.0.1:${silentPort()}`,
      });
      expect(code).toBe(1);
      expect(err).toMatch(ONE_SENTENCE);
      expect(err).toContain(`127.0.0.1:${silentPort()}`);
    },
    2 * END_MS_MAX,
  );

  const WRONG: [what: string, says: RegExp, environment: () => Record<string, string>][] = [
    ['an empty place of the ledger', /DAICHO_LEDGER: .*empty/, () => ({ DAICHO_LEDGER: '' })],
    ['an empty place of the views', /DAICHO_VIEWS: .*empty/, () => ({ DAICHO_VIEWS: '' })],
    [
      'an empty folder and token',
      /DAICHO_DATA: .*empty.*DAICHO_ADMIN_TOKEN: .*empty/,
      () => ({ DAICHO_DATA: '', DAICHO_ADMIN_TOKEN: '' }),
    ],
    ['a ledger with a port that is none', /not valid: .*99999/, () => ({ DAICHO_LEDGER: 'esdb://localhost:99999' })],
    [
      'a ledger with a value that is none',
      /not valid: .*flase/,
      () => ({ DAICHO_LEDGER: 'esdb://localhost:2113?tls=flase' }),
    ],
    [
      'a ledger with a certificate that is not there',
      /not valid: .*certificate/,
      () => ({ DAICHO_LEDGER: 'esdb://localhost?tlsCaFile=nowhere.pem' }),
    ],
    [
      'a ledger that nobody serves',
      /127\.0\.0\.1:1 does not answer: (?!.*Resolution)/,
      () => ({ DAICHO_LEDGER: 'esdb://127.0.0.1:1?tls=false' }),
    ],
    ['an option of the views with a typo', /ssmode/, () => ({ DAICHO_VIEWS: `${database()}?ssmode=require` })],
    [
      'a certificate for the views that is not there',
      /nowhere\.pem/,
      () => ({ DAICHO_VIEWS: `${database()}?sslrootcert=nowhere.pem` }),
    ],
    [
      'a wrong password',
      /authentication failed/,
      () => ({ DAICHO_VIEWS: database('postgres', { password: 'wrong' }) }),
    ],
    ['no password', /asks for a password.*PGPASSWORD/, () => ({ DAICHO_VIEWS: database().replace(/:[^:@/]+@/, '@') })],
    ['a wrong port', /cannot be reached/, () => ({ DAICHO_VIEWS: database('postgres', { port: 1 }) })],
    ['no such database', /does not exist/, () => ({ DAICHO_VIEWS: database('nowhere') })],
    [
      'TLS that the server does not speak',
      /does not support SSL/,
      () => ({ DAICHO_VIEWS: `${database()}?sslmode=require` }),
    ],
    [
      'a role that may not make a schema',
      /GRANT CREATE/,
      () => ({ DAICHO_VIEWS: database('postgres', { user: 'reader' }) }),
    ],
    ['views of a newer version', /DAICHO_VIEWS/, () => ({ DAICHO_VIEWS: newer })],
    ['an empty file of webhooks', /DAICHO_WEBHOOKS: .*empty/, () => ({ DAICHO_WEBHOOKS: '' })],
    ['a file of webhooks that is not there', /nowhere\.yaml.*ENOENT/, () => ({ DAICHO_WEBHOOKS: 'nowhere.yaml' })],
    ['a file of witnesses that is not there', /nowhere\.yaml.*ENOENT/, () => ({ DAICHO_WITNESSES: 'nowhere.yaml' })],
    ['an anchor in a folder that is not there', /nowhere.*no such folder/, () => ({ DAICHO_ANCHOR: 'nowhere/heads' })],
    ['an anchor without TLS', /DAICHO_ANCHOR: /, () => ({ DAICHO_ANCHOR: 'http://auditor.example/' })],
    ['an anchor and no log', /DAICHO_LOG=off/, () => ({ DAICHO_ANCHOR: 'heads', DAICHO_LOG: 'off' })],
  ];
  it.each(WRONG)('%s: one sentence, and nothing is written', async (_what, says, environment) => {
    const { code, err } = await start(environment());
    expect(code).toBe(1);
    expect(err).toMatch(ONE_SENTENCE);
    expect(err).toMatch(says);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    ['with an embedded ledger', () => Promise.resolve({})],
    [
      'with everything on servers',
      async () => ({
        DAICHO_LEDGER: ledgerOn(double.connectionString),
        DAICHO_VIEWS: await postgres.database(),
        DAICHO_ADMIN_TOKEN: ADMIN_TOKEN,
      }),
    ],
  ])('a folder that cannot be made: what it is needed for, %s', async (_what, environment) => {
    writeFileSync(join(folder, 'data'), 'not a folder');
    const { code, err } = await start({ ...(await environment()), DAICHO_DATA: join(folder, 'data', 'deeper') });
    expect(code).toBe(1);
    expect(err).toMatch(ONE_SENTENCE);
    expect(err).toMatch(/DAICHO_DATA.*evidence/);
  });
});
