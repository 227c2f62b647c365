import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import excel, { type Worksheet } from 'exceljs';
import readExcel from 'read-excel-file/node';
import { Daicho, type Answer } from '../support/daicho.js';
import { run } from '../support/program.js';
import { zipOf } from '../support/zip.js';

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const OURS = 'toride-5/2024/国保年金課.xlsx';
/** Where the rows begin. */
const FIRST = 9;

/** A clerk fills in the sheet of his division, and the coordinator reads it. */
describe('Progress sheets', () => {
  let daicho: Daicho;
  let clerk: string;
  let head: string;
  let coordinator: string;
  let stranger: string;

  const get = (path: string, token?: string): Promise<Response> =>
    fetch(`${daicho.url}/sheets/${path}`, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });
  const form = async (token = clerk): Promise<Buffer> => Buffer.from(await (await get(OURS, token)).arrayBuffer());
  const post = async (
    body: Buffer | string,
    {
      query = '',
      token = clerk,
      path = OURS,
      type = XLSX,
    }: Partial<Record<'query' | 'token' | 'path' | 'type', string>> = {},
  ): Promise<{ status: number; answer: Answer }> => {
    const answer = await fetch(`${daicho.url}/sheets/${path}${query}`, {
      ...{ method: 'POST', body: new Uint8Array(Buffer.from(body)) },
      headers: { authorization: `Bearer ${token}`, 'content-type': type },
    });
    return { status: answer.status, answer: await answer.json() };
  };
  /** As a person would with a spreadsheet. */
  const filled = async (file: Buffer, fill: (sheet: Worksheet, book: excel.Workbook) => void): Promise<Buffer> => {
    const book = new excel.Workbook();
    await book.xlsx.load(file as never);
    const sheet = book.getWorksheet('報告');
    if (!sheet) throw new Error('no such sheet');
    fill(sheet, book);
    return Buffer.from(await book.xlsx.writeBuffer());
  };
  const rowOf = (sheet: Worksheet, no: string): number => {
    for (let row = FIRST; row <= sheet.rowCount; row++) if (sheet.getCell(row, 1).text === no) return row;
    throw new Error(`no row ${no}`);
  };
  const columnOf = (sheet: Worksheet, title: string): number => {
    for (let column = 1; column <= sheet.columnCount; column++)
      if (sheet.getCell(FIRST - 1, column).text === title) return column;
    throw new Error(`no column ${title}`);
  };
  const cell = (sheet: Worksheet, no: string, title: string): excel.Cell =>
    sheet.getCell(rowOf(sheet, no), columnOf(sheet, title));
  const reports = async (token = clerk): Promise<Answer[]> => {
    const { data } = await daicho.askWith(
      token,
      '{ plan(key: "toride-5") { measure(no: "1-1-5") { reports(fiscalYear: 2024) { stage results rating { code } direction budget expenditure remarks response revision } } } }',
    );
    return data.plan.measure.reports;
  };

  beforeAll(async () => {
    daicho = await Daicho.withToride('2026-11-25T10:00:00+09:00', {});
    clerk = (await daicho.person({ role: 'REPORTER', division: '国保年金課' })).token;
    head = (await daicho.person({ role: 'APPROVER', division: '国保年金課' })).token;
    coordinator = (await daicho.person({ role: 'COORDINATOR', division: '情報管理課' })).token;
    stranger = (await daicho.person({ role: 'REPORTER', division: '財政課' })).token;
    await daicho.record('openRound', { planKey: 'toride-5', fiscalYear: 2024, deadline: '2026-12-25' });
  });
  afterAll(() => daicho.stop());

  it('is a workbook of what the division is to report, read by another program: codes as text, one row for each measure', async () => {
    const answer = await get(OURS, clerk);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, XLSX]);
    const sheets = await readExcel(Buffer.from(await answer.arrayBuffer()));
    const rows = sheets.find(({ sheet }) => sheet === '報告')?.data ?? [];
    const flat = rows.map((row) => row.map((value) => value ?? ''));
    expect(flat.slice(0, 6).map((row) => [row[0], row[2]])).toEqual([
      ['第五次取手市情報化計画 進捗報告様式', ''],
      ['計画', '取手市\u3000第五次取手市情報化計画'],
      ['対象年度', '令和6年度\u3000基準日 令和8年11月25日'],
      ['担当課', '国保年金課'],
      ['提出期限', '令和8年12月25日'],
      ['記入者（控え）', ''],
    ]);
    const titles = flat[FIRST - 2] as string[];
    expect(titles.slice(0, 4)).toEqual(['番号', '基本目標', '施策', '個別施策名']);
    const table = flat.slice(FIRST - 1).map((row) => Object.fromEntries(titles.map((title, i) => [title, row[i]])));
    expect(table.map((row) => row['番号'])).toEqual([
      '1-1-1',
      '1-1-2',
      '1-1-5',
      '1-1-6',
      '1-3-1',
      '1-3-2',
      '2-1-3',
      '3-2-6',
    ]);
    expect(table[2]).toMatchObject({
      ...{ 個別施策名: '集団健診予約システムの利用拡大', 区分: '新規', 担当課: '国保年金課' },
      ...{ 'R5 計画': '運用', 提出の状況: '未提出', 令和6年度の実績: '', 進捗評価: '' },
    });
  });

  it('lets only what is to be filled in be written, from lists where there are lists', async () => {
    const book = new excel.Workbook();
    await book.xlsx.load((await form()) as never);
    const sheet = book.getWorksheet('報告');
    if (!sheet) throw new Error('no such sheet');
    expect(cell(sheet, '1-1-5', '番号').protection).not.toEqual({ locked: false });
    expect(cell(sheet, '1-1-5', '令和6年度の実績').protection).toMatchObject({ locked: false });
    expect(cell(sheet, '1-1-5', '進捗評価').dataValidation).toMatchObject({
      type: 'list',
      formulae: ['_meta!$E$1:$E$5'],
    });
    expect((sheet as unknown as { sheetProtection: { sheet: boolean } }).sheetProtection.sheet).toBe(true);
    expect(book.getWorksheet('_meta')?.state).toBe('veryHidden');
    expect(sheet.pageSetup).toMatchObject({ orientation: 'landscape', fitToWidth: 2, printTitlesRow: '8:8' });
    expect(sheet.pageSetup.printTitlesColumn).toBe('A:D');
  });

  it('says what it would change and what is missing, by cell, and writes nothing', async () => {
    const file = await filled(await form(), (sheet) => {
      cell(sheet, '1-1-5', '令和6年度の実績').value = '受付を始めた。\n412 件。';
      cell(sheet, '1-1-5', '進捗評価').value = '調整';
      cell(sheet, '1-1-5', '評価の理由').value = '半分にとどまる。';
    });
    const { status, answer } = await post(file);
    expect(status).toBe(422);
    expect(answer.differences).toEqual([
      {
        sheet: '報告',
        cell: 'N11',
        no: '1-1-5',
        field: 'results',
        title: '令和6年度の実績',
        before: '',
        after: '受付を始めた。\n412 件。',
      },
      { sheet: '報告', cell: 'O11', no: '1-1-5', field: 'rating', title: '進捗評価', before: '', after: '△ 調整' },
      {
        sheet: '報告',
        cell: 'P11',
        no: '1-1-5',
        field: 'ratingReason',
        title: '評価の理由',
        before: '',
        after: '半分にとどまる。',
      },
    ]);
    expect(answer.problems).toMatchObject([
      { code: 'CAUSE_REQUIRED', path: ['報告', 'Q11'] },
      { code: 'CAUSE_REQUIRED', path: ['報告', 'R11'] },
    ]);
    expect(await post(file, { query: '?commit=true' })).toMatchObject({ status: 422, answer: { isWritten: false } });
    expect(await reports()).toEqual([]);
  });

  it('is saved as a draft, handed in when it is whole, and not twice', async () => {
    const draft = await filled(await form(), (sheet) => {
      cell(sheet, '1-1-5', '令和6年度の実績').value = '途中';
    });
    expect(await post(draft, { query: '?as=draft&commit=true' })).toMatchObject({
      status: 200,
      answer: { isWritten: true },
    });
    expect(await reports()).toMatchObject([{ stage: 'DRAFT', results: '途中' }]);

    const whole = await filled(await form(), (sheet) => {
      expect(cell(sheet, '1-1-5', '提出の状況').text).toBe('下書き');
      cell(sheet, '1-1-5', '令和6年度の実績').value = '受付を始めた。';
      cell(sheet, '1-1-5', '進捗評価').value = '○ 継続';
      cell(sheet, '1-1-5', '評価の理由').value = '予定どおり。';
      cell(sheet, '1-1-5', '方向性').value = '拡充';
      cell(sheet, '1-1-5', '予算額（千円）').value = '１，２００';
      cell(sheet, '1-1-5', '決算額（千円）').value = 1187.5;
      cell(sheet, '1-1-5', '備考').value = '国の補助を含む。';
      cell(sheet, '1-1-5', '意見への対応').value = '案内を窓口に置いた。';
    });
    expect(await post(whole)).toMatchObject({ status: 200, answer: { isWritten: false, problems: [], receipts: [] } });
    const { status, answer } = await post(whole, { query: '?commit=true' });
    expect([status, answer.isWritten]).toEqual([200, true]);
    expect(answer.receipts).toMatchObject([{ no: '1-1-5', revision: 1 }]);
    expect(await reports()).toMatchObject([
      {
        ...{
          stage: 'SUBMITTED',
          results: '受付を始めた。',
          rating: { code: '継続' },
          direction: 'EXPAND',
          revision: 1,
        },
        ...{ budget: '1200', expenditure: '1187.5', remarks: '国の補助を含む。', response: '案内を窓口に置いた。' },
      },
    ]);
    const again = await post(whole, { query: '?commit=true' });
    expect(again).toMatchObject({ status: 200, answer: { isWritten: false, differences: [], receipts: [] } });
    expect(await post(whole, { query: '?commit=yes' })).toMatchObject({
      ...{ status: 400, answer: { problems: [{ code: 'INVALID_INPUT', path: ['commit'] }] } },
    });
    expect(await reports()).toMatchObject([{ revision: 1 }]);
  });

  it('comes back with why it was returned; an empty cell leaves what stands, （削除） takes it away', async () => {
    const stale = await form();
    await daicho.recordWith(coordinator, 'returnReport', {
      ...{
        planKey: 'toride-5',
        measureNo: '1-1-5',
        fiscalYear: 2024,
        division: '国保年金課',
        reason: '件数を書いてください',
      },
    });
    const file = await filled(await form(), (sheet) => {
      expect(cell(sheet, '1-1-5', '提出の状況').text).toBe('差戻し：件数を書いてください');
      cell(sheet, '1-1-5', '令和6年度の実績').value = '受付を始めた。412 件。';
      cell(sheet, '1-1-5', '評価の理由').value = null;
      cell(sheet, '1-1-5', '方向性').value = '（削除）';
    });
    // Read before it was returned: somebody else was first.
    const late = await filled(stale, (sheet) => {
      cell(sheet, '1-1-5', '令和6年度の実績').value = '別の文';
    });
    expect(await post(late, { query: '?commit=true' })).toMatchObject({
      status: 422,
      answer: { isWritten: false, problems: [{ code: 'CONFLICT', path: ['報告', 'A11'] }] },
    });
    expect((await post(file, { query: '?commit=true' })).answer.differences).toMatchObject([
      { field: 'results', before: '受付を始めた。', after: '受付を始めた。412 件。' },
      { field: 'direction', before: '拡充', after: '' },
    ]);
    const { data } = await daicho.askWith(
      clerk,
      '{ plan(key: "toride-5") { measure(no: "1-1-5") { reports(fiscalYear: 2024) { stage ratingReason direction } } } }',
    );
    expect(data.plan.measure.reports).toEqual([{ stage: 'SUBMITTED', ratingReason: '予定どおり。', direction: null }]);
    await daicho.recordWith(head, 'approveReport', {
      ...{ planKey: 'toride-5', measureNo: '1-1-5', fiscalYear: 2024, division: '国保年金課' },
    });
  });

  it('is not for strangers: not without signing in, not on a division that is another’s', async () => {
    const answer = await get(OURS);
    expect([answer.status, (await answer.json()).problems[0].code]).toEqual([401, 'UNAUTHENTICATED']);
    const file = await filled(await form(), (sheet) => {
      cell(sheet, '1-1-6', '令和6年度の実績').value = '勝手に';
    });
    const { status, answer: refused } = await post(file, { token: stranger, query: '?commit=true&as=draft' });
    expect(status).not.toBe(200);
    expect(refused.problems[0].code).toMatch(/FORBIDDEN|OUTSIDE_YOUR_DIVISION/);
    const { data } = await daicho.ask('{ plan(key: "toride-5") { measure(no: "1-1-6") { reports { stage } } } }');
    expect(data.plan.measure.reports).toEqual([]);
  });

  it.each<[string, string, (sheet: Worksheet, book: excel.Workbook) => void, string]>([
    [
      'a column that was moved',
      'SHEET_COLUMNS',
      (sheet) => {
        sheet.spliceColumns(2, 1);
      },
      'B8',
    ],
    ['a column that was renamed', 'SHEET_COLUMNS', (sheet) => (sheet.getCell('N8').value = '実績'), 'N8'],
    ['a locked cell that was changed', 'SHEET_LOCKED_CELL', (sheet) => (sheet.getCell('D9').value = '別の施策'), 'D9'],
    ['a number that is not in the form', 'SHEET_ROW_UNKNOWN', (sheet) => (sheet.getCell('A9').value = '9-9-9'), 'A9'],
    ['a number twice', 'SHEET_ROW_TWICE', (sheet) => (sheet.getCell('A10').value = '1-1-1'), 'A10'],
    ['a formula', 'SHEET_FORMULA', (sheet) => (sheet.getCell('N9').value = { formula: '1+1', result: 2 }), 'N9'],
    [
      'a date',
      'SHEET_CELL_TYPE',
      (sheet) => {
        dated(sheet.getCell('N9'), '2026-01-04');
      },
      'N9',
    ],
    ['a budget in words', 'SHEET_FIGURE', (sheet) => (sheet.getCell('V9').value = '約千二百'), 'V9'],
    ['a sign that is none', 'SHEET_CHOICE', (sheet) => (sheet.getCell('O9').value = '◇ 微妙'), 'O9'],
    [
      'what was written for the secretariat',
      'SHEET_LOCKED_CELL',
      (sheet) => (sheet.getCell('AC13').value = '了解'),
      'AC13',
    ],
    ['a note right of the table', 'SHEET_OUTSIDE', (sheet) => (sheet.getCell('AE13').value = 'メモ'), 'AE13'],
    ['a note above the table', 'SHEET_OUTSIDE', (sheet) => (sheet.getCell('H3').value = 'メモ'), 'H3'],
    ['a note far below', 'SHEET_ROW_UNKNOWN', (sheet) => (sheet.getCell('A5000').value = 'メモ'), 'A5000'],
    ['a note below the table', 'SHEET_ROW_UNKNOWN', (sheet) => (sheet.getCell('N20').value = 'メモ'), 'N20'],
    [
      'a year that was changed in the head',
      'SHEET_LOCKED_CELL',
      (sheet) => (sheet.getCell('C3').value = '令和7年度'),
      'C3',
    ],
    [
      'a form whose hidden part was spoiled',
      'SHEET_LOCKED_CELL',
      (_sheet, book) => {
        const meta = book.getWorksheet('_meta');
        meta?.eachRow((row) => {
          if (row.getCell(2).text === '1-1-1') row.getCell(4).value = '{';
        });
      },
      'M9',
    ],
    [
      'merged cells',
      'SHEET_MERGED',
      (sheet) => {
        sheet.mergeCells('N9:N10');
      },
      'N9',
    ],
  ])('names %s by its cell', async (_what, code, spoil, at) => {
    const { status, answer } = await post(await filled(await form(), spoil), { query: '?commit=true' });
    expect(status).toBe(422);
    expect(answer.problems).toContainEqual({ code, message: expect.any(String), path: ['報告', at] });
    expect(answer.isWritten).toBe(false);
  });

  it('is a file, whatever the program that sends it calls it; one too large is answered', async () => {
    const file = await form();
    for (const type of ['application/octet-stream', 'application/x-www-form-urlencoded', 'text/csv', ''])
      expect(await post(file, { type })).toMatchObject({ status: 200, answer: { isWritten: false, differences: [] } });
    const { status, answer } = await post(Buffer.alloc(20 * 1024 * 1024));
    expect([status, answer.problems[0]]).toMatchObject([413, { code: 'SHEET_TOO_LARGE' }]);
  });

  it('counts by rating and by goal, in formulas that follow what is filled in', async () => {
    const book = new excel.Workbook();
    await book.xlsx.load((await form()) as never);
    const summary = book.getWorksheet('集計');
    const at = (address: string): unknown => summary?.getCell(address).value;
    expect([at('A1'), at('A2'), at('A6'), at('B7')]).toMatchObject([
      ...['進捗評価', '◎ 完了／目標達成', '評価なし'],
      { formula: 'SUM(B2:B6)', result: 8 },
    ]);
    expect(at('B3')).toMatchObject({ formula: 'COUNTIFS(報告!$O$9:$O$16,"○ 継続")' });
    expect(at('E3')).toMatchObject({ formula: 'B3-D3' });
    expect([summary?.getCell('C3').numFmt, summary?.getCell('E3').numFmt]).toEqual(['0.0%', '0;"▲"0;0']);
    expect([at('A9'), at('A10')]).toEqual(['基本目標', expect.stringMatching(/^1 /)]);
    expect(at('B10')).toMatchObject({ formula: expect.stringMatching(/^COUNTIFS\(報告!\$B\$9:\$B\$16,"1 .*報告!\$O/) });
    expect(at('G10')).toBe(6);
    expect(at('B6')).toMatchObject({ formula: expect.stringContaining('"（削除）"') });
    expect(await readExcel(await form()).then((all) => all.find(({ sheet }) => sheet === '集計')?.data[6])).toEqual(
      expect.arrayContaining(['計', 8]),
    );
  });

  it('shows how far the goals are that its measures serve', async () => {
    await daicho.record('recordReading', {
      ...{ planKey: 'toride-5', kpiKey: 'smartphone-classes', fiscalYear: 2024, value: '12' },
    });
    const rows = (await readExcel(await form())).find(({ sheet }) => sheet === '指標')?.data ?? [];
    expect(rows[0]?.slice(0, 4)).toEqual(['基本目標', '指標', '単位', '基準値']);
    expect(rows.find((row) => row[1] === 'スマートフォン教室の開催数')?.slice(2)).toEqual(['回', 4, null, 12, 24, 0.5]);
  });

  it('leaves what was approved: it is corrected elsewhere, with a reason, and the cell says so', async () => {
    const of = { planKey: 'toride-5', fiscalYear: 2024, division: '国保年金課', measureNo: '3-2-6' };
    const said = { results: '導入した。', rating: '継続', ratingReason: '予定どおり。' };
    await daicho.recordWith(clerk, 'submitReport', { ...of, ...said });
    await daicho.recordWith(head, 'approveReport', of);
    const { status, answer } = await post(
      await filled(await form(), (sheet) => {
        cell(sheet, '3-2-6', '令和6年度の実績').value = '導入を終えた。';
      }),
    );
    expect([status, answer.problems]).toMatchObject([422, [{ code: 'SHEET_ROW_APPROVED', path: ['報告', 'N16'] }]]);
  });

  it('reads a number that became a date, and one typed wide, as the number, and says so', async () => {
    const file = await filled(await form(), (sheet) => {
      dated(sheet.getCell('A12'), '2001-01-06');
      sheet.getCell('A9').value = '１－１－１';
      sheet.getCell('N12').value = '健診の案内を始めた。';
    });
    const { status, answer } = await post(file, { query: '?as=draft' });
    expect(status).toBe(200);
    expect(answer.warnings).toMatchObject([{ code: 'SHEET_CODE_FROM_DATE', path: ['報告', 'A12'] }]);
    expect(answer.differences).toMatchObject([{ no: '1-1-6', cell: 'N12' }]);
  });

  it('names what was written on the sheets that are to be read, and says that notes on cells are not taken', async () => {
    const file = await filled(await form(), (sheet, book) => {
      const kpis = book.getWorksheet('指標');
      const summary = book.getWorksheet('集計');
      if (!kpis || !summary) throw new Error('no such sheet');
      kpis.getCell('F2').value = 20;
      kpis.getCell('K2').value = '来年は増える';
      summary.getCell('B2').value = 5;
      sheet.getCell('N12').note = '要確認';
    });
    const { status, answer } = await post(file);
    expect([status, answer.problems.map(({ code, path }: Answer) => [code, ...path])]).toEqual([
      422,
      [
        ['SHEET_LOCKED_CELL', '集計', 'B2'],
        ['SHEET_LOCKED_CELL', '指標', 'F2'],
        ['SHEET_LOCKED_CELL', '指標', 'K2'],
      ],
    ]);
    const noted = await filled(await form(), (sheet) => (sheet.getCell('N12').note = '要確認'));
    expect(await post(noted)).toMatchObject({
      ...{ status: 200, answer: { warnings: [{ code: 'SHEET_COMMENT', path: ['報告', 'N12'] }] } },
    });
  });

  it('tells all that is wrong at once, row by row', async () => {
    const file = await filled(await form(), (sheet) => {
      cell(sheet, '1-1-2', '令和6年度の実績').value = '始めた。';
      cell(sheet, '1-1-2', '進捗評価').value = '停滞';
      cell(sheet, '1-1-6', '進捗評価').value = '◇ 微妙';
      cell(sheet, '1-1-6', '課題').value = '(削除)';
    });
    const { answer } = await post(file);
    expect(answer.problems.map(({ code, path }: Answer) => [code, path[1]])).toEqual([
      ['SHEET_CHOICE', 'O12'],
      ['REASON_REQUIRED', expect.stringMatching(/^P/)],
      ['CAUSE_REQUIRED', expect.stringMatching(/^Q/)],
      ['CAUSE_REQUIRED', expect.stringMatching(/^R/)],
    ]);
  });

  it('says which sheets it does not read; whoever filled it in may write his name', async () => {
    const { status, answer } = await post(
      await filled(await form(), (sheet, book) => {
        book.addWorksheet('覚え').getCell('A1').value = '来年はもっと';
        sheet.getCell('C6').value = '取手 花子';
      }),
    );
    expect([status, answer.warnings]).toMatchObject([200, [{ code: 'SHEET_IGNORED', path: ['覚え'] }]]);
  });

  it('says when a row is gone, and leaves it as it is', async () => {
    const { answer } = await post(
      await filled(await form(), (sheet) => {
        sheet.spliceRows(FIRST, 1);
      }),
    );
    expect(answer.warnings).toMatchObject([{ code: 'SHEET_ROW_MISSING' }]);
  });

  it('takes no form of another division or year, and nothing that is no form', async () => {
    const other = Buffer.from(await (await get('toride-5/2025/国保年金課.xlsx', clerk)).arrayBuffer());
    expect((await post(other)).answer.problems).toMatchObject([{ code: 'SHEET_OF_ANOTHER', path: ['報告', 'A1'] }]);
    const strange = new excel.Workbook();
    strange.addWorksheet('報告');
    const bare = Buffer.from(await strange.xlsx.writeBuffer());
    expect(await post(bare)).toMatchObject({ status: 422, answer: { problems: [{ code: 'SHEET_NOT_A_FORM' }] } });
    const cut = await form();
    for (const broken of [
      Buffer.from('番号,実績\n1-1-1,a'),
      Buffer.from('d0cf11e0a1b11ae1', 'hex'),
      cut.subarray(0, 3_000),
      Buffer.alloc(0),
    ])
      expect(await post(broken)).toMatchObject({
        status: 415,
        answer: { problems: [{ code: 'SHEET_NOT_A_WORKBOOK' }] },
      });
    const answers = await Promise.all(
      [
        'toride-5/2019/国保年金課.xlsx',
        'toride-5/2024/ない課.xlsx',
        'nothing/2024/国保年金課.xlsx',
        'toride-5/R6/国保年金課.xlsx',
      ].map(async (path) => (await (await get(path, clerk)).json()).problems[0].code),
    );
    expect(answers).toEqual(['FISCAL_YEAR_OUTSIDE_PLAN', 'SHEET_NOT_FOUND', 'PLAN_NOT_FOUND', 'INVALID_INPUT']);
  });

  it('is written for every division, looked at and recorded at the terminal', async () => {
    const cli = (...args: string[]): ReturnType<typeof run> =>
      run(['cli', '--data', daicho.folder, '--json', 'sheet', ...args]);
    const folder = join(daicho.folder, 'forms');
    const made = await cli('export', '--plan', 'toride-5', '--year', '2024', '--out', folder);
    expect(made).toMatchObject({ code: 0 });
    const { files } = JSON.parse(made.out) as { files: string[] };
    expect(files.length).toBeGreaterThan(10);
    expect(files).toContain(join(folder, '2024-国保年金課.xlsx'));
    const file = join(daicho.folder, 'filled.xlsx');
    writeFileSync(
      file,
      await filled(readFileSync(join(folder, '2024-国保年金課.xlsx')), (sheet) => {
        cell(sheet, '1-1-6', '令和6年度の実績').value = '健診の案内を始めた。';
      }),
    );
    expect(JSON.parse((await cli('import', file)).out)).toMatchObject({
      isWritten: false,
      problems: [{ code: 'RATING_REQUIRED' }, { code: 'REASON_REQUIRED' }],
    });
    const kept = await cli('import', file, '--as', 'draft', '--commit');
    expect([kept.code, JSON.parse(kept.out)]).toMatchObject([
      0,
      { isWritten: true, receipts: [{ no: '1-1-6', revision: 0 }] },
    ]);
  });

  it('does not open a bomb, nor a file that says less than it holds', async () => {
    const bomb = zipOf([['xl/worksheets/sheet1.xml', Buffer.alloc(80 * 1024 * 1024)]]);
    expect(bomb.length).toBeLessThan(100_000);
    expect(await post(bomb)).toMatchObject({ status: 413, answer: { problems: [{ code: 'SHEET_TOO_LARGE' }] } });
    const liar = zipOf([['_rels/.rels', Buffer.alloc(80 * 1024 * 1024)]], 1_000);
    expect((await post(liar)).answer.problems).toMatchObject([
      { code: 'SHEET_NOT_A_WORKBOOK', message: expect.stringContaining('_rels/.rels') },
    ]);
  });

  it('takes links to what shows it, beside the files that were attached', async () => {
    const LINKS = '根拠資料（題名と URL、一行に一つ。公開するものは末尾に（公開））';
    const fill = async (links: string): Promise<{ status: number; answer: Answer }> =>
      post(
        await filled(await form(), (sheet) => {
          cell(sheet, '1-1-1', '令和6年度の実績').value = '使い始めた。';
          cell(sheet, '1-1-1', LINKS).value = links;
        }),
        { query: '?as=draft&commit=true' },
      );
    const wrong = await fill('広報とりで 令和6年10月号');
    expect([wrong.status, wrong.answer.problems]).toEqual([
      422,
      [{ code: 'SHEET_LINK', path: ['報告', expect.stringMatching(/^X\d+$/)], message: expect.any(String) }],
    ]);
    const two = '広報とりで 令和6年10月号 https://city.example/koho（公開）\nhttps://city.example/a_(b)';
    expect((await fill(two)).status).toBe(200);
    const evidence = async (): Promise<Answer> =>
      (
        await daicho.askWith(
          clerk,
          '{ plan(key: "toride-5") { measure(no: "1-1-1") { reports(fiscalYear: 2024) { evidence { name url isPublic } } } } }',
        )
      ).data.plan.measure.reports[0].evidence;
    expect(await evidence()).toEqual([
      { name: '広報とりで 令和6年10月号', url: 'https://city.example/koho', isPublic: true },
      { name: 'https://city.example/a_(b)', url: 'https://city.example/a_(b)', isPublic: false },
    ]);
    await filled(await form(), (sheet) => {
      expect(cell(sheet, '1-1-1', LINKS).text).toBe(
        '広報とりで 令和6年10月号 https://city.example/koho （公開）\nhttps://city.example/a_(b) https://city.example/a_(b)',
      );
    });
    expect((await fill('（削除）')).status).toBe(200);
    expect(await evidence()).toEqual([]);
  });

  it('hands in what was written in it, and nothing that nobody touched', async () => {
    const of = { planKey: 'toride-5', fiscalYear: 2024, division: '国保年金課' };
    await daicho.recordWith(clerk, 'draftReport', { ...of, measureNo: '1-3-1', results: '書きかけ' });
    const file = await filled(await form(), (sheet) => {
      cell(sheet, '1-1-2', '令和6年度の実績').value = '実施した。';
      cell(sheet, '1-1-2', '進捗評価').value = '○ 継続';
      cell(sheet, '1-1-2', '評価の理由').value = '予定どおり。';
    });
    const { answer } = await post(file, { query: '?commit=true' });
    expect(answer.receipts.map(({ no }: Answer) => no)).toEqual(['1-1-2']);
    expect(answer.warnings).toMatchObject(
      expect.arrayContaining([expect.objectContaining({ code: 'SHEET_ROW_LEFT' })]),
    );
    const { data } = await daicho.askWith(
      clerk,
      '{ plan(key: "toride-5") { measure(no: "1-3-1") { reports(fiscalYear: 2024) { stage } } } }',
    );
    expect(data.plan.measure.reports).toEqual([{ stage: 'DRAFT' }]);
  });

  it('asks of a year that is over what was in the plan then', async () => {
    const rowsOf = async (): Promise<readonly (readonly string[])[]> => {
      const book = new excel.Workbook();
      await book.xlsx.load((await form()) as never);
      const sheet = book.getWorksheet('報告');
      if (!sheet) throw new Error('no such sheet');
      return ['1-1-5', '2-1-3'].map((no) => [
        no,
        cell(sheet, no, '個別施策名').text,
        cell(sheet, no, '提出の状況').text,
      ]);
    };
    const before = await rowsOf();
    expect(before[0]?.[2]).toBe('承認済');
    const of = { planKey: 'toride-5', effectiveOn: '2026-04-01', reason: '計画の改定' };
    await daicho.record('reviseMeasure', { ...of, measureNo: '1-1-5', title: '健診の予約' });
    await daicho.record('retireMeasure', { ...of, measureNo: '2-1-3' });
    expect(await rowsOf()).toEqual(before);
  });
});

/** What a spreadsheet makes of what looks like a day. */
function dated(cell: excel.Cell, day: string): void {
  cell.value = new Date(`${day}T00:00:00Z`);
  cell.numFmt = 'yyyy/m/d';
}
