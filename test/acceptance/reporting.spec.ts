import { readFileSync } from 'node:fs';
import { Client } from 'pg';
import { ApiProcess } from '../support/api-process.js';
import { PostgresUnderTest } from '../support/postgres.js';
import { run } from '../support/program.js';
import { until } from '../support/until.js';

const PLAN = { planKey: 'toride-5' };

interface Dashboard {
  readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly rawSql: string }[] }[];
  readonly templating: { readonly list: readonly { readonly query: string }[] };
}

/** A BI program that knows only SQL looks at the plan, with a user that may read nothing else. */
describe('The reporting views', () => {
  let postgres: PostgresUnderTest;
  let daicho: ApiProcess;
  let address: string;
  let reader: Client;

  const record = async (mutation: string, input: object): Promise<void> => {
    const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input!`;
    const { data } = await daicho.ask(
      `mutation ($input: ${type}) { ${mutation}(input: $input) { problems { code message } } }`,
      { input: { ...PLAN, ...input } },
    );
    expect(data[mutation].problems).toEqual([]);
  };
  const rows = async (sql: string): Promise<Record<string, unknown>[]> => (await reader.query(sql)).rows;

  beforeAll(async () => {
    postgres = await PostgresUnderTest.start();
    address = await postgres.database();
    daicho = new ApiProcess(undefined, undefined, { DAICHO_REPORTING: address });
    await daicho.start();
    const owner = new Client({ connectionString: address });
    await owner.connect();
    await until(
      async () => (await owner.query(`SELECT to_regclass('reporting.history') AS made`)).rows[0].made !== null,
    );
    await owner.query(`CREATE USER bi PASSWORD 'bi-for-tests-only';
      GRANT USAGE ON SCHEMA reporting TO bi;
      GRANT SELECT ON reporting.measures, reporting.schedule, reporting.kpis, reporting.reports, reporting.history TO bi`);
    await owner.end();
    const asBi = new URL(address);
    [asBi.username, asBi.password] = ['bi', 'bi-for-tests-only'];
    reader = new Client({ connectionString: asBi.href });
    await reader.connect();
  });
  afterAll(async () => {
    await reader.end();
    await daicho.dispose();
    await postgres.stop();
  });

  it('hold the plan in types that SQL knows, and say what each column is', async () => {
    expect(
      await rows('SELECT count(*)::integer AS measures, sum(is_new::integer)::integer AS new FROM reporting.measures'),
    ).toEqual([{ measures: 46, new: 22 }]);
    expect(
      await rows(
        "SELECT fiscal_year, value + 0.5 AS value FROM reporting.kpis WHERE key = 'smartphone-classes' AND kind = '目標値'",
      ),
    ).toEqual([{ fiscal_year: 2027, value: '24.5' }]);
    expect(
      await rows(
        "SELECT col_description('reporting.measures'::regclass, ordinal_position::integer) AS said FROM information_schema.columns WHERE table_schema = 'reporting' AND table_name = 'measures' AND column_name = 'slip_years'",
      ),
    ).toEqual([{ said: '日程の変更（年）' }]);
  });

  it('follow the ledger, and keep the rights that were given on them', async () => {
    await record('recordReading', { kpiKey: 'smartphone-classes', fiscalYear: 2025, value: '20' });
    const read = "SELECT value FROM reporting.kpis WHERE key = 'smartphone-classes' AND kind = '実績値'";
    await until(async () => (await rows(read)).length === 1);
    expect(await rows(read)).toEqual([{ value: '20' }]);
    await record('changeMeasureStatus', { measureNo: '1-2-1', status: '継続' });
    await until(async () => (await rows("SELECT 1 FROM reporting.measures WHERE status = '継続'")).length === 1);
  });

  it('show nothing that is not public, and nothing else of the database', async () => {
    await record('openRound', {
      fiscalYear: 2024,
      deadline: new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10),
    });
    await record('draftReport', {
      measureNo: '1-1-5',
      fiscalYear: 2024,
      division: '国保年金課',
      results: '下書きの言葉',
    });
    await record('recordReading', { kpiKey: 'smartphone-classes', fiscalYear: 2024, value: '14' });
    await until(async () => (await rows('SELECT 1 FROM reporting.kpis WHERE value = 14')).length === 1);
    for (const view of ['measures', 'schedule', 'kpis', 'reports', 'history']) {
      expect(JSON.stringify(await rows(`SELECT * FROM reporting.${view}`))).not.toContain('下書きの言葉');
    }
    await expect(reader.query('SELECT * FROM reporting.published')).rejects.toThrow('permission denied');
  });

  it('answer every question of the dashboard that comes with Daicho', async () => {
    const { panels, templating } = JSON.parse(readFileSync('grafana/dashboards/daicho.json', 'utf8')) as Dashboard;
    const filled = (sql: string): string =>
      sql.replaceAll('${plan}', 'toride-5').replaceAll('${kpi}', 'スマートフォン教室の開催数');
    expect(panels).toHaveLength(9);
    for (const { title, targets } of panels)
      for (const { rawSql } of targets) expect([title, (await rows(filled(rawSql))).length]).not.toEqual([title, 0]);
    for (const { query } of templating.list) expect(await rows(filled(query))).not.toEqual([]);
  });

  it('are written once by a command, the same', async () => {
    await daicho.end();
    const before = await rows('SELECT * FROM reporting.measures ORDER BY no');
    const { code, out } = await run(['cli', '--data', daicho.folder, '--json', 'reporting', address]);
    expect([code, JSON.parse(out).views]).toEqual([0, expect.objectContaining({ measures: 46, schedule: 230 })]);
    expect(await rows('SELECT * FROM reporting.measures ORDER BY no')).toEqual(before);
    expect((await run(['cli', '--data', daicho.folder, 'reporting', 'mysql://x'])).code).not.toBe(0);
  });

  it('that cannot be written are told once, and do not keep the page from answering', async () => {
    const alone = new ApiProcess(undefined, undefined, { DAICHO_REPORTING: 'postgres://daicho@127.0.0.1:1/none' });
    try {
      await alone.start();
      await until(() => Promise.resolve(alone.printed.includes('DAICHO_REPORTING')));
      expect((await fetch(`${alone.url}/data/toride-5/measures.csv`)).status).toBe(200);
    } finally {
      await alone.dispose();
    }
  });
});
