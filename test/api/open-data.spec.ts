import readExcel from 'read-excel-file/node';
import { Daicho, type Answer } from '../support/daicho.js';

const PLAN = { planKey: 'toride-5' };

/** RFC 4180, read by hand: records of fields. */
function recordsIn(csv: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  for (const [, quoted, bare, end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/gy)) {
    record.push(quoted === undefined ? (bare ?? '') : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    records.push(record);
    record = [];
  }
  return records.filter((fields) => fields.length > 1);
}

/** A newspaper, a researcher and a spreadsheet read the plan. */
describe('Open data', () => {
  let daicho: Daicho;
  beforeAll(async () => {
    daicho = await Daicho.withToride('2026-11-25T10:00:00+09:00', {});
    await daicho.record('changeMeasureStatus', {
      ...{ ...PLAN, measureNo: '1-2-1', status: '継続', effectiveOn: '2026-04-01' },
      reason: '=HYPERLINK("https://x.example","見る"), 二行目\nもある',
    });
    await daicho.record('recordReading', { ...PLAN, kpiKey: 'smartphone-classes', fiscalYear: 2025, value: '20' });
  });
  afterAll(() => daicho.stop());

  const get = (path: string): Promise<Response> => fetch(`${daicho.url}/data/${path}`);
  const table = async (path: string): Promise<Record<string, string>[]> => {
    const [titles = [], ...rows] = recordsIn((await (await get(path)).text()).replace(/^\uFEFF/, ''));
    return rows.map((row) => Object.fromEntries(titles.map((title, i) => [title, row[i] ?? ''])));
  };

  it('is a file that spreadsheets read as it is: a byte order mark, CRLF, one row for one record', async () => {
    const answer = await get('toride-5/measures.csv');
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect(bytes.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
    expect(bytes.toString().replace(/\r\n/g, '')).not.toMatch(/\r/);
    const rows = await table('toride-5/measures.csv');
    expect(rows).toHaveLength(46);
    expect(rows[0]).toMatchObject({
      ...{ 地方公共団体コード: '082171', 団体名: '取手市', 計画: '第五次取手市情報化計画', 基準日: '2026-11-25' },
      ...{ 番号: '1-1-1', 新規: '○', 基本目標番号: '1', 担当課: '各課', 状況: '' },
    });
  });

  it('keeps what was written, and lets no text become a formula', async () => {
    const row = (await table('toride-5/measures.csv')).find(({ 番号 }) => 番号 === '1-2-1');
    expect(row).toMatchObject({
      状況: '継続',
      状況の理由: `'=HYPERLINK("https://x.example","見る"), 二行目\nもある`,
    });
  });

  it('says each year in both calendars, and no data by nothing, never by zero', async () => {
    const kpis = (await table('toride-5/kpis.csv')).filter(({ 指標キー }) => 指標キー === 'smartphone-classes');
    expect(kpis.map((row) => [row['種別'], row['年度（西暦）'], row['年度（和暦）'], row['値']])).toEqual([
      ['基準値', '2022', '令和4年度', '4'],
      ['実績値', '2025', '令和7年度', '20'],
      ['目標値', '2027', '令和9年度', '24'],
    ]);
    expect(await table('toride-5/schedule.csv')).toHaveLength(46 * 5);
  });

  it('is whole, however many pages it is asked in, and of one record', async () => {
    const { data } = await daicho.ask('{ plan(key: "toride-5") { auditTrail { totalCount } } }');
    const rows = await table('toride-5/history.csv');
    expect(rows).toHaveLength(data.plan.auditTrail.totalCount);
    expect(rows.length).toBeGreaterThan(200);
    expect(new Set(rows.map((row) => row['位置'])).size).toBe(rows.length);
    expect(new Set(rows.map((row) => row['記録の位置'])).size).toBe(1);
  });

  it('is that of any day, as known on any other', async () => {
    const statusOn = async (moment: string): Promise<string | undefined> =>
      (await table(`toride-5/measures.csv?${moment}`)).find(({ 番号 }) => 番号 === '1-2-1')?.['状況'];
    expect(await statusOn('on=2026-03-31')).toBe('');
    expect(await statusOn('on=2026-04-01&known=2026-11-25')).toBe('継続');
    expect((await get('toride-5/measures.csv?known=2026-11-24')).status).toBe(404);
    const now = (await table('toride-5/measures.csv?on=2026-04-01'))[0]?.['記録の位置'] ?? '';
    expect(await statusOn(`on=2026-04-01&position=${now}`)).toBe('継続');
  });

  it('says the same as JSON, for programs', async () => {
    const { title, rows }: Answer = await (await get('toride-5/kpis.json')).json();
    expect([title, rows.length]).toEqual(['指標', (await table('toride-5/kpis.csv')).length]);
    expect(rows[0]).toMatchObject({ key: 'online-procedures', kind: '基準値', fiscalYear: 2022, value: '81' });
  });

  it('holds what is public only: a report when it is approved', async () => {
    const of = { ...PLAN, measureNo: '1-1-5', fiscalYear: 2026, division: '国保年金課' };
    const { token } = await daicho.person({ role: 'REPORTER', division: '国保年金課' });
    await daicho.recordWith(token, 'draftReport', {
      ...of,
      ...{ results: '予約の四割がオンライン\n窓口は減った', rating: '継続', ratingReason: '計画どおり' },
    });
    expect(await table('toride-5/reports.csv')).toEqual([]);
    expect((await (await get('toride-5/history.csv')).text()).includes('予約の四割')).toBe(false);
    await daicho.recordWith(token, 'submitReport', of);
    await daicho.record('approveReport', of);
    expect(await table('toride-5/reports.csv')).toMatchObject([
      {
        番号: '1-1-5',
        '年度（和暦）': '令和8年度',
        報告課: '国保年金課',
        実績: '予約の四割がオンライン\n窓口は減った',
      },
    ]);
  });

  it('is in Shift_JIS for old programs, and says which characters that does not have', async () => {
    const answer = await get('toride-5/kpis.csv?encoding=shift_jis');
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=shift_jis; header=present');
    const text = new TextDecoder('shift_jis').decode(await answer.arrayBuffer());
    expect(text).toBe((await (await get('toride-5/kpis.csv')).text()).replace(/^\uFEFF/, ''));
    expect(text).toContain('①カリキュラム数');
    await daicho.record('changeMeasureStatus', {
      ...{ ...PLAN, measureNo: '1-1-2', status: '継続', effectiveOn: '2026-04-01', reason: '𠮷野・髙橋〜担当' },
    });
    const refused = await get('toride-5/measures.csv?encoding=shift_jis');
    const { problems }: Answer = await refused.json();
    expect([refused.status, problems]).toMatchObject([422, [{ code: 'NOT_IN_SHIFT_JIS', path: ['encoding'] }]]);
    expect(problems[0].message).toContain('𠮷');
    expect(problems[0].message).not.toMatch(/[髙〜～]/);
  });

  it('is one workbook of all tables, read by another program: numbers as numbers, codes and texts as they are', async () => {
    const answer = await get('toride-5/all.xlsx');
    const sheets = await readExcel(Buffer.from(await answer.arrayBuffer()));
    expect(sheets.map(({ sheet }) => sheet)).toEqual([
      '個別施策',
      '年度別スケジュール',
      '指標',
      '年度報告（承認済み）',
      '変更の記録',
    ]);
    const [titles = [], ...rows] = sheets[0]?.data ?? [];
    const row = Object.fromEntries(titles.map((title, i) => [title, rows[6]?.[i]]));
    expect(row).toMatchObject({
      ...{ 地方公共団体コード: '082171', 番号: '1-2-1', '日程の変更（年）': 0 },
      状況の理由: '=HYPERLINK("https://x.example","見る"), 二行目\nもある',
    });
  });

  it('is told to portals by a DCAT catalogue, whose every address answers', async () => {
    const answer = await get('toride-5/catalog.jsonld');
    expect(answer.headers.get('content-type')).toBe('application/ld+json; charset=utf-8');
    const catalog: Answer = await answer.json();
    expect(catalog).toMatchObject({
      ...{
        '@type': 'dcat:Catalog',
        'dct:publisher': { 'foaf:name': { '@value': '取手市' }, 'dct:identifier': '082171' },
      },
    });
    const urls: string[] = catalog['dcat:dataset'].flatMap((dataset: Answer) =>
      dataset['dcat:distribution'].map((one: Answer) => one['dcat:downloadURL']['@id']),
    );
    expect(urls).toHaveLength(10);
    for (const url of urls) expect([url, (await fetch(url)).status]).toEqual([url, 200]);
  });

  it.each([
    ['toride-5/measures.json?encoding=shift_jis', 400, 'INVALID_INPUT'],
    ['nothing/all.xlsx', 404, 'PLAN_NOT_FOUND'],
    ['nothing/catalog.jsonld', 404, 'PLAN_NOT_FOUND'],
    ['toride-5/nothing.csv', 404, 'TABLE_NOT_FOUND'],
    ['toride-5/measures.xls', 404, 'TABLE_NOT_FOUND'],
    ['toride-5/constructor.csv', 404, 'TABLE_NOT_FOUND'],
    ['nothing/measures.csv', 404, 'PLAN_NOT_FOUND'],
    ['toride-5/measures.csv?on=2026-02-30', 400, 'INVALID_INPUT'],
    ['toride-5/measures.csv?known=now', 400, 'INVALID_INPUT'],
    ['toride-5/measures.csv?position=12', 400, 'INVALID_INPUT'],
    ['toride-5/measures.csv?position=00000000000099999999', 404, 'POSITION_BEYOND_HEAD'],
  ])('%s is refused: %i %s', async (path, status, code) => {
    const answer = await get(path);
    expect([answer.status, await answer.json()]).toMatchObject([status, { problems: [{ code }] }]);
  });

  describe('the events themselves', () => {
    const events = async (asked = ''): Promise<Answer[]> => {
      const text = await (await get(`toride-5/events.ndjson${asked}`)).text();
      return text === ''
        ? []
        : text
            .trimEnd()
            .split('\n')
            .map((line) => JSON.parse(line));
    };

    it('are CloudEvents, a line each, without who recorded them', async () => {
      const answer = await get('toride-5/events.ndjson');
      expect(answer.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
      const all = await events();
      expect(all.find(({ type }) => type === 'ReadingRecorded')).toMatchObject({
        ...{ specversion: '1.0', type: 'ReadingRecorded', subject: 'kpi/smartphone-classes' },
        data: { kpiKey: 'smartphone-classes', fiscalYear: 2025, value: '20' },
      });
      expect(all.filter(({ type }) => type === 'MeasureAdopted')).toHaveLength(46);
      for (const event of all) expect(Object.keys(event)).not.toEqual(expect.arrayContaining(['actor']));
    });

    it('go on from where one was, and end where the record ends', async () => {
      const all = await events();
      const { sequence } = all.at(-2);
      expect(await events(`?from=${String(Number(sequence))}`)).toEqual(all.slice(-2));
      expect(await events('?from=999999')).toEqual([]);
    });

    it('of a report appear with its approval, not before', async () => {
      const ofReports = async (): Promise<string[]> =>
        (await events())
          .filter(({ type, subject }) => type.startsWith('Report') && subject === 'measure/1-1-6')
          .map(({ type }) => type);
      const of = { ...PLAN, measureNo: '1-1-6', fiscalYear: 2024, division: '国保年金課' };
      await daicho.record('openRound', { ...PLAN, fiscalYear: 2024, deadline: '2026-12-25' });
      await daicho.record('submitReport', {
        ...of,
        results: '受付を始めた',
        rating: '継続',
        ratingReason: '予定どおり',
      });
      expect(await ofReports()).toEqual([]);
      await daicho.record('approveReport', of);
      expect(await ofReports()).toEqual(['ReportSubmitted', 'ReportApproved']);
    });

    it.each([
      ['nothing/events.ndjson', 404, 'PLAN_NOT_FOUND', ['plan']],
      ['toride-5/events.ndjson?from=-1', 400, 'INVALID_INPUT', ['from']],
      ['toride-5/events.ndjson?from=1&from=2', 400, 'INVALID_INPUT', ['from']],
    ])('%s is refused', async (path, status, code, at) => {
      const answer = await get(path);
      expect([answer.status, (await answer.json()).problems]).toEqual([
        status,
        [expect.objectContaining({ code, path: at })],
      ]);
    });
  });
});
