import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { daicho, json, type Outcome } from '../support/command-line.js';
import { Daicho, TORIDE_FILE } from '../support/daicho.js';

describe('daicho on the command line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'daicho-cli-'));
  const data = join(folder, 'data');
  const source = readFileSync(TORIDE_FILE, 'utf8');
  const changed = join(folder, 'changed.yaml');
  const wrong = join(folder, 'wrong.yaml');
  writeFileSync(changed, source.replace('オンライン申請の拡充', 'オンライン申請の拡大'));
  writeFileSync(wrong, 'format: daicho-plan/1\nkey: x y\nperiod: { from: 2023 }\n');
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('explains itself', () => {
    const help = daicho(data, '--help');
    expect(help.code).toBe(0);
    for (const command of ['plan', 'person', 'role', 'token', 'sign-in-link', 'views', 'ledger'])
      expect(help.out).toContain(command);
    expect(daicho(data, 'nonsense').code).toBe(1);
  });

  it('plan check counts a good file and names line and column in a bad one', () => {
    expect(json(daicho(data, '--json', 'plan', 'check', TORIDE_FILE))).toEqual({
      file: TORIDE_FILE,
      key: 'toride-5',
      goals: 4,
      policies: 11,
      measures: 46,
      new: 22,
      coordinated: 10,
      kpiSeries: 5,
      indicators: 130,
      initiatives: 59,
      warnings: 48,
    });
    const bad = daicho(data, 'plan', 'check', wrong);
    expect(bad.code).toBe(1);
    expect(bad.out).toMatch(/wrong\.yaml:2:6 key /);
    expect(daicho(data, 'plan', 'check', join(folder, 'nowhere.yaml')).code).toBe(1);
  });

  it('plan template makes a workbook that plan check and plan load take as they take a file', () => {
    const book = join(folder, 'plan.xlsx');
    expect(json(daicho(data, '--json', 'plan', 'template', '--out', book, '--from', TORIDE_FILE))).toMatchObject({
      file: book,
    });
    expect(daicho(data, 'plan', 'template', '--out', book).code).toBe(1);
    expect(json(daicho(data, '--json', 'plan', 'check', book, '--base', TORIDE_FILE))).toMatchObject({
      ...{ key: 'toride-5', measures: 46, kpiSeries: 5, warnings: 48 },
    });
    const other = join(folder, 'from-a-sheet');
    expect(json(daicho(other, '--json', 'plan', 'load', book))).toMatchObject({ problem: null });
    const empty = join(folder, 'empty.xlsx');
    expect(daicho(data, 'plan', 'template', '--out', empty, '--years', '2028-2032').code).toBe(0);
    const wrong = daicho(data, 'plan', 'check', empty);
    expect([wrong.code, wrong.err]).toEqual([1, expect.stringMatching(/empty\.xlsx 計画 B2 記入してください/)]);
    expect(daicho(data, 'plan', 'template', '--out', join(folder, 'x.xlsx'), '--years', '2032').code).toBe(1);
  });

  it('plan load shows on a dry run, loads, loads nothing twice, and asks for a reason', () => {
    expect(json(daicho(data, '--json', 'plan', 'load', '--dry-run', TORIDE_FILE))).toMatchObject({
      receipt: null,
      problem: null,
    });
    expect(existsSync(data)).toBe(false);
    expect(json(daicho(data, '--json', 'plan', 'load', TORIDE_FILE))).toMatchObject({
      receipt: { position: '00000000000000000208' },
    });
    expect(json(daicho(data, '--json', 'plan', 'load', TORIDE_FILE))).toMatchObject({
      receipt: { eventIds: [] },
      differences: [],
    });
    const unexplained = daicho(data, '--json', 'plan', 'load', changed);
    expect([unexplained.code, json(unexplained)]).toMatchObject([1, { receipt: null, problem: 'REASON_REQUIRED' }]);
    const explained = daicho(data, '--json', 'plan', 'load', '--reason', '改題', changed);
    expect([explained.code, json(explained)]).toMatchObject([
      0,
      {
        differences: [
          {
            subject: 'measure/1-1-2',
            attribute: 'title',
            before: 'オンライン申請の拡充',
            after: 'オンライン申請の拡大',
          },
        ],
      },
    ]);
  });

  it('plan load names a day that does not exist, or lies before the last revision, and records nothing', () => {
    const load = (...flags: string[]): Outcome => daicho(data, '--json', 'plan', 'load', ...flags);
    for (const day of ['2026-02-31', '2026-2-3', 'tomorrow']) {
      const refused = load('--reason', '改題', '--effective-on', day, TORIDE_FILE);
      expect([refused.code, refused.out]).toEqual([1, '']);
      expect(refused.err).toContain('YYYY-MM-DD');
    }
    expect(load('--reason', '戻す', '--effective-on', '2025-10-01', TORIDE_FILE).code).toBe(0);
    const before = load('--reason', '改題', '--effective-on', '2025-05-01', changed);
    expect([before.code, json(before)]).toMatchObject([
      1,
      { receipt: null, problem: 'EFFECTIVE_BEFORE_LAST_REVISION' },
    ]);
  });

  it('ledger check finds a sound ledger sound', () => {
    expect(json(daicho(data, '--json', 'ledger', 'check'))).toEqual({
      ...{ events: 212, head: '00000000000000000212' },
      log: { size: 212, root: expect.stringMatching(/^[\w+/]{43}=$/), keys: [expect.any(String)] },
    });
  });
});

describe('daicho ledger copy and compare', () => {
  const folder = mkdtempSync(join(tmpdir(), 'daicho-cli-moving-'));
  const at = (name: string): string => `sqlite:${join(folder, name)}`;
  beforeAll(() => {
    expect(daicho(folder, 'plan', 'load', TORIDE_FILE).code).toBe(0);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('copies the ledger, again adds nothing, and compare proves it', () => {
    for (const _ of [1, 2]) {
      const copied = daicho(folder, '--json', 'ledger', 'copy', '--from', at('ledger.db'), '--to', at('copy.db'));
      expect([copied.code, json(copied)]).toMatchObject([0, { events: 208 }]);
    }
    const compared = daicho(folder, '--json', 'ledger', 'compare', at('ledger.db'), at('copy.db'));
    expect([compared.code, json(compared)]).toEqual([0, { same: 208, equal: true }]);
    expect(json(daicho(folder, '--json', '--ledger', at('copy.db'), 'ledger', 'check'))).toMatchObject({ events: 208 });
  });

  it('tells the first event that differs', () => {
    expect(daicho(folder, '--ledger', at('longer.db'), 'ledger', 'check').code).toBe(1);
    daicho(folder, 'ledger', 'copy', '--from', at('ledger.db'), '--to', at('longer.db'));
    const source = readFileSync(TORIDE_FILE, 'utf8').replace('オンライン申請の拡充', 'オンライン申請の拡大');
    writeFileSync(join(folder, 'changed.yaml'), source);
    const changed = join(folder, 'changed.yaml');
    const more = [
      '--ledger',
      at('longer.db'),
      '--views',
      at('longer-views'),
      'plan',
      'load',
      '--reason',
      '改題',
      changed,
    ];
    expect(daicho(folder, ...more).code).toBe(0);
    const compared = daicho(folder, '--json', 'ledger', 'compare', at('ledger.db'), at('longer.db'));
    expect([compared.code, json(compared)]).toMatchObject([
      1,
      { same: 208, equal: false, difference: { field: 'event', ours: 'nothing' } },
    ]);
  });

  it('takes a name that is not right for no ledger: nothing is made', () => {
    for (const args of [
      ['ledger', 'copy', '--from', at('typo.db'), '--to', at('to.db')],
      ['ledger', 'compare', at('ledger.db'), at('typo.db')],
      ['--ledger', at('typo.db'), 'ledger', 'check'],
      ['ledger', 'compare', at('ledger.db'), 'esbd://localhost'],
    ]) {
      const refused = daicho(folder, ...args);
      expect([refused.code, refused.out]).toEqual([1, '']);
      expect(refused.err).toMatch(/^[^\n]+ \/ [^\n]+\n$/);
    }
    expect(existsSync(join(folder, 'typo.db'))).toBe(false);
  });
});

describe('daicho views rebuild, beside a running server', () => {
  let server: Daicho;
  beforeAll(async () => {
    server = await Daicho.withToride('2026-11-23T09:00:00+09:00');
  });
  afterAll(() => server.stop());

  const title = async (): Promise<string> =>
    (await server.ask('{ plan(key: "toride-5") { measure(no: "1-1-2") { title } } }')).data.plan.measure.title;
  const live = (): string =>
    join(server.folder, 'views', readFileSync(join(server.folder, 'views', 'current'), 'utf8').trim());

  it('builds a copy, finds it equal, and switches to it; the server goes on with it', async () => {
    const before = live();
    expect(json(daicho(server.folder, '--json', 'views', 'rebuild'))).toMatchObject({ different: 0, switched: true });
    expect(live()).not.toBe(before);
    const { measure } = await server.record(
      'changeMeasureStatus',
      { planKey: 'toride-5', measureNo: '1-1-2', status: '継続' },
      'measure { status { code } }',
    );
    expect(measure.status.code).toBe('継続');
    const copy = new Database(live(), { readonly: true });
    expect(copy.prepare('SELECT count(*) FROM trail').pluck().get()).toBe(209);
    copy.close();
  });

  it('reports live views that differ, and switches only when told to', async () => {
    const tampered = new Database(live());
    tampered.prepare(`UPDATE assertion SET value = '"改ざん"' WHERE value = '"オンライン申請の拡充"'`).run();
    tampered.close();
    const refused = daicho(server.folder, '--json', 'views', 'rebuild');
    expect([refused.code, json(refused)]).toMatchObject([1, { different: 1, switched: false }]);
    const accepted = daicho(server.folder, '--json', 'views', 'rebuild', '--accept-differences');
    expect([accepted.code, json(accepted)]).toMatchObject([0, { different: 1, switched: true }]);
    await server.record('changeMeasureStatus', { planKey: 'toride-5', measureNo: '1-1-2', status: '継続' });
    expect(await title()).toBe('オンライン申請の拡充');
  });
});
