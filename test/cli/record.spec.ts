import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Daicho, type Answer } from '../support/daicho.js';
import { run } from '../support/program.js';

/** Whoever works at a terminal, by one command for everything that is recorded. */
describe('daicho record', () => {
  let daicho: Daicho;
  let folder: string;
  const OF = ['--plan', 'toride-5', '--fiscal-year', '2024'];
  const REPORT = [...OF, '--measure-no', '1-1-5', '--division', '国保年金課'];
  const cli = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    run(['cli', '--data', daicho.folder, ...args], env);
  const recorded = async (mutation: string, ...args: string[]): Promise<Answer> => {
    const { code, out, err } = await cli(['record', mutation, ...args, '--json']);
    expect([mutation, code, err]).toEqual([mutation, 0, '']);
    return JSON.parse(out);
  };

  beforeAll(async () => {
    daicho = await Daicho.withToride('2026-11-25T10:00:00+09:00', {});
    folder = mkdtempSync(join(tmpdir(), 'daicho-record-'));
  });
  afterAll(async () => {
    await daicho.stop();
    rmSync(folder, { recursive: true });
  });

  it('takes a year of a measure from the opening of the round to the closing of the review', async () => {
    const soon = new Date(Date.now() + 30 * 24 * 3_600_000).toISOString().slice(0, 10);
    const results = join(folder, 'results.txt');
    writeFileSync(results, '受付を始めた。\n412 件。\n');
    await recorded('open-round', ...OF, '--deadline', soon);
    await recorded('recordReading', ...OF, '--kpi-key', 'smartphone-classes', '--value', '14');
    await recorded('draft-report', ...REPORT, '--results', '途中');
    await recorded(
      'submit-report',
      ...[...REPORT, '--results', `@${results}`, '--rating', '継続', '--rating-reason', '予定どおり。'],
      ...['--evidence', '{"url":"https://example.jp/a","title":"@案内","isPublic":true}'],
    );
    await recorded('return-report', ...REPORT, '--reason', '件数の時点を');
    await recorded('submit-report', ...REPORT, '--results', '@@412 件', '--rating', '継続', '--rating-reason', '○');
    await recorded('approve-report', ...REPORT);
    const { meeting } = await recorded(
      'record-meeting',
      ...['--plan', 'toride-5', '--title', '委員会', '--attending', '副市長', '--chaired-by', '副市長'],
      ...['--items', '{"title":"日程","subjects":["measure/1-1-5"]}'],
    );
    await recorded(
      'decide-agenda-item',
      ...[
        '--plan',
        'toride-5',
        '--meeting-id',
        meeting.id,
        '--item-no',
        '1',
        '--outcome',
        'APPROVED',
        '--text',
        '認める。',
      ],
    );
    await recorded('close-round', ...OF);
    await recorded('close-review', ...OF);
    const query = join(folder, 'query.graphql');
    writeFileSync(
      query,
      'query ($no: String!) { plan(key: "toride-5") { review(fiscalYear: 2024) { isClosed } decisions(last: 1) { nodes { text } } measure(no: $no) { reports(fiscalYear: 2024) { stage results evidence { name } } } } }',
    );
    const { code, out } = await cli(['ask', `@${query}`, '--variables', '{"no":"1-1-5"}']);
    expect(code).toBe(0);
    expect(JSON.parse(out).plan).toMatchObject({
      review: { isClosed: true },
      decisions: { nodes: [{ text: '認める。' }] },
      measure: { reports: [{ stage: 'APPROVED', results: '@412 件' }] },
    });
  });

  it('says what was recorded, and by which id it can be sent again', async () => {
    const reading = ['--plan', 'toride-5', '--kpi-key', 'smartphone-classes', '--fiscal-year', '2025', '--value', '20'];
    const { out } = await cli(['record', 'recordReading', ...reading]);
    const [, id = ''] = /--client-mutation-id '(cli [0-9a-f-]{36})'/.exec(out) ?? [];
    const [, position] = /記録しました \/ recorded: (\d{20})/.exec(out) ?? [];
    const again = await recorded('recordReading', ...reading, '--client-mutation-id', id);
    expect(again.receipt.position).toBe(position);
  });

  it('takes the whole input from a file, and what is typed before it', async () => {
    const file = join(folder, 'input.json');
    writeFileSync(file, JSON.stringify({ planKey: 'toride-5', measureNo: '1-1-1', status: '停滞', reason: '試行' }));
    const { input } = await recorded('change-measure-status', '--input', file, '--status', '継続');
    expect(input).toMatchObject({ measureNo: '1-1-1', status: '継続', reason: '試行' });
  });

  it('tells what is refused at the option it is about, and ends with 1', async () => {
    const { code, out } = await cli([
      'record',
      'changeMeasureStatus',
      '--plan',
      'toride-5',
      '--measure-no',
      '9-9-9',
      '--status',
      '継続',
    ]);
    expect([code, out]).toEqual([1, expect.stringMatching(/^--measure-no MEASURE_NOT_FOUND: /)]);
    const day = await cli(['record', 'open-round', ...OF, '--deadline', '2026-02-30']);
    expect([day.code, day.err]).toEqual([1, expect.stringContaining('INVALID_DATE')]);
    const asJson = await cli(['--json', 'record', 'open-round', ...OF, '--deadline', '2026-02-30']);
    expect([asJson.code, JSON.parse(asJson.out).error.message]).toEqual([1, expect.stringContaining('INVALID_DATE')]);
  });

  it.each<[string, readonly string[], RegExp]>([
    [
      'what must be there, all at once',
      ['openRound'],
      /要ります \/ required: --deadline <Date!>, --fiscal-year <FiscalYear!>, --plan/,
    ],
    ['a mutation that is none', ['openRond'], /openRond.*\n.*openRound/],
    ['an option that is none', ['openRound', '--fiscl-year', '1'], /--fiscl-year.*\n.*--fiscal-year/],
    ['a year that is none', ['openRound', ...OF, '--fiscal-year', 'R8'], /--fiscal-year: 整数ではありません/],
    ['a choice that is none', ['openRound', ...OF, '--period', 'H1'], /--period.*Allowed choices/],
    [
      'parts that are no JSON',
      ['openRound', ...OF, '--deadline', '2099-01-01', '--deadlines', 'x'],
      /--deadlines: JSON/,
    ],
    ['a file that is not there', ['submitReport', ...REPORT, '--results', '@/nowhere'], /--results: ENOENT/],
  ])('tells %s, and ends with 2', async (_what, args, told) => {
    const { code, err } = await cli(['record', ...args]);
    expect([code, err]).toEqual([2, expect.stringMatching(told)]);
  });

  it('explains itself: every mutation, and every field of one', async () => {
    const all = await cli(['record', '--help']);
    expect(all.out).toMatch(/openRound.*submitReport/s);
    const one = await cli(['record', 'submit-report', '--help']);
    expect(one.out).toMatch(/--fiscal-year <value>\s+必須.*--rating <value>.*DAICHO_TOKEN/s);
  });

  it('acts with the rights of whose token it is given, also at a server that runs', async () => {
    const { token } = await daicho.person({ role: 'REPORTER', division: '財政課' });
    const report = [
      'record',
      'draftReport',
      ...OF,
      '--measure-no',
      '1-1-6',
      '--division',
      '国保年金課',
      '--results',
      'x',
    ];
    for (const where of [[], ['--url', daicho.url]]) {
      const { code, out } = await cli([...report, ...where], { DAICHO_TOKEN: token });
      expect([code, out]).toEqual([1, expect.stringContaining('OUTSIDE_YOUR_DIVISION')]);
    }
    const stranger = await cli(['ask', '{ viewer { isAuthenticated } }', '--url', daicho.url]);
    expect(JSON.parse(stranger.out)).toEqual({ viewer: { isAuthenticated: false } });
    const nobody = await cli([...report, '--url', 'http://127.0.0.1:9']);
    expect([nobody.code, nobody.err]).toEqual([1, expect.stringContaining('サーバーに届きません')]);
  });
});
