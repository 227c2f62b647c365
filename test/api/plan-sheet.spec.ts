import { readFileSync } from 'node:fs';
import excel, { type Worksheet } from 'exceljs';
import { readPlanSource } from '../../src/plan/plan-source.js';
import { planWorkbook, readPlanSheet, type PlanSheet } from '../../src/sheet/plan-sheet.js';
import { ADMIN_TOKEN, Daicho, TORIDE_FILE, type Answer } from '../support/daicho.js';

const TORIDE = readFileSync(TORIDE_FILE, 'utf8');
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** A planning office writes its plan in a spreadsheet. */
describe('A plan in a workbook', () => {
  let toride: Buffer;
  beforeAll(async () => {
    toride = await planWorkbook([], TORIDE);
  });

  /** As a person would with a spreadsheet. */
  const changed = async (
    change: (sheet: (name: string) => Worksheet) => void,
    file: Buffer = toride,
  ): Promise<Buffer> => {
    const book = new excel.Workbook();
    await book.xlsx.load(file as never);
    change((name) => {
      const sheet = book.getWorksheet(name);
      if (!sheet) throw new Error(name);
      return sheet;
    });
    return Buffer.from(await book.xlsx.writeBuffer());
  };
  const places = ({ issues }: PlanSheet): string[] => issues.map(({ code, sheet, cell }) => `${code} ${sheet} ${cell}`);
  const set = (name: string, cell: string, value: excel.CellValue) => (sheet: (of: string) => Worksheet) => {
    const at = sheet(name).getCell(cell);
    at.value = value;
    if (value instanceof Date) at.numFmt = 'yyyy-mm-dd';
  };

  it('comes back as the very plan that it was filled from, with what no sheet says from the file', async () => {
    const { text, issues, warnings } = await readPlanSheet(toride, TORIDE);
    expect([issues, warnings]).toEqual([[], []]);
    expect(readPlanSource(text)).toEqual(readPlanSource(TORIDE));
  });

  it('is a plan of its own without that file', async () => {
    const { text, issues } = await readPlanSheet(toride);
    expect(issues).toEqual([]);
    const source = readPlanSource(text);
    if ('issues' in source) throw new Error(JSON.stringify(source.issues));
    const { measures, kpis, attributes, committee } = source.entries;
    expect([measures.length, kpis.length, attributes.goals.length, attributes.policies.length, committee]).toEqual([
      ...[46, 5, 4, 11],
      undefined,
    ]);
    expect(measures.find(({ no }) => no === '1-2-1')?.attributes.schedule.cells).toEqual([
      { fiscalYear: 2023, phases: ['検討'] },
      { fiscalYear: 2024, phases: ['構築'] },
      { fiscalYear: 2025, phases: ['運用'] },
      { fiscalYear: 2026, phases: ['⇒'] },
      { fiscalYear: 2027, phases: ['⇒'] },
    ]);
  });

  it.each<[string, string, string, excel.CellValue, string[]]>([
    ['a number of no policy', '個別施策', 'A3', '9-9-1', ['SHEET_ROW_UNKNOWN 個別施策 A3']],
    ['a number twice', '個別施策', 'A3', '1-1-1', ['PLAN_FILE_INVALID 個別施策 A3']],
    ['a word that is none of the schedule', '個別施策', 'H2', '準備', ['PLAN_FILE_INVALID 個別施策 H2']],
    ['no owner', '個別施策', 'D2', '', ['PLAN_FILE_INVALID 個別施策 D2']],
    ['a mark that is none', '個別施策', 'C2', 'はい', ['SHEET_CHOICE 個別施策 C2']],
    ['a formula', '個別施策', 'B2', { formula: 'A2', result: 'x' }, ['SHEET_FORMULA 個別施策 B2']],
    ['a date among texts', '個別施策', 'B2', new Date('2026-01-04'), ['SHEET_CELL_TYPE 個別施策 B2']],
    ['another title of a column', '個別施策', 'B1', '名前', ['SHEET_COLUMNS 個別施策 B1']],
    ['a code that is none', '計画', 'B5', '12', ['PLAN_FILE_INVALID 計画 B5']],
    ['a year that is none', '計画', 'B7', '令和5年度', ['PLAN_FILE_INVALID 計画 B7']],
    ['no word of the schedule', '計画', 'B10', '', ['PLAN_FILE_INVALID 計画 B10']],
    ['a figure that is none', '指標', 'K2', '八割', ['PLAN_FILE_INVALID 指標 K2']],
    ['a figure of no kind', '指標', 'I3', '見込', ['SHEET_CHOICE 指標 I3']],
    ['two baselines', '指標', 'I3', '基準', ['SHEET_ROW_TWICE 指標 I3']],
    ['a goal that there is not', '指標', 'C2', '8', ['PLAN_FILE_INVALID 指標 C2']],
    ['a status twice', '評価区分', 'A3', '完了', ['PLAN_FILE_INVALID 評価区分 A3']],
    ['no title of a goal', '施策体系', 'B2', '', ['PLAN_FILE_INVALID 施策体系 B2']],
  ])('names %s by its cell', async (_what, sheet, cell, value, found) => {
    const read = await readPlanSheet(await changed(set(sheet, cell, value)));
    expect(places(read)).toEqual(expect.arrayContaining(found));
    expect(new Set(places(read).map((place) => place.split(' ')[1]))).toEqual(new Set([sheet]));
  });

  it('names a period that ends before it begins, and what is then outside of it', async () => {
    const found = places(await readPlanSheet(await changed(set('計画', 'B8', '2020'))));
    expect(found).toEqual(expect.arrayContaining(['PLAN_FILE_INVALID 計画 B7', 'PLAN_FILE_INVALID 個別施策 H2']));
  });

  it('names merged cells and a sheet that is not there', async () => {
    const merged = await changed((sheet) => {
      sheet('個別施策').mergeCells('B2:B3');
    });
    expect(places(await readPlanSheet(merged))).toEqual(['SHEET_MERGED 個別施策 B2', 'SHEET_MERGED 個別施策 B3']);
    const renamed = await changed((sheet) => {
      sheet('指標').name = 'KPI';
    });
    expect(places(await readPlanSheet(renamed))).toContain('SHEET_COLUMNS 指標 A1');
  });

  it('reads a number that the spreadsheet made a date of, with a warning', async () => {
    const read = await readPlanSheet(await changed(set('個別施策', 'A5', new Date('2001-01-04'))), TORIDE);
    expect(read.issues).toEqual([]);
    expect(read.warnings).toEqual([{ code: 'SHEET_CODE_FROM_DATE', sheet: '個別施策', cell: 'A5' }]);
    expect(readPlanSource(read.text)).toEqual(readPlanSource(TORIDE));
  });

  it('says of an empty one where to begin', async () => {
    const read = await readPlanSheet(await planWorkbook([2028, 2029]));
    expect(read.issues.slice(0, 2)).toEqual([
      { code: 'PLAN_FILE_INVALID', sheet: '計画', cell: 'B2', message: '記入してください / fill this in' },
      { code: 'PLAN_FILE_INVALID', sheet: '計画', cell: 'B3', message: '記入してください / fill this in' },
    ]);
  });

  describe('sent to the server', () => {
    let daicho: Daicho;
    beforeAll(async () => {
      daicho = await Daicho.withToride('2026-11-25T10:00:00+09:00', {});
    });
    afterAll(() => daicho.stop());
    const post = async (file: Buffer, token?: string): Promise<{ status: number; answer: Answer }> => {
      const sent = await fetch(`${daicho.url}/sheets/plan.xlsx`, {
        ...{ method: 'POST', body: new Uint8Array(file) },
        headers: { 'content-type': XLSX, ...(token !== undefined && { authorization: `Bearer ${token}` }) },
      });
      return { status: sent.status, answer: await sent.json() };
    };

    it('is what loadPlan takes: the same plan is nothing new, another a new plan', async () => {
      const { status, answer } = await post(toride, ADMIN_TOKEN);
      expect(status).toBe(200);
      const next = await post(
        await changed((sheet) => {
          sheet('計画').getCell('B2').value = 'toride-6';
          sheet('計画').getCell('B3').value = '第六次取手市情報化計画';
        }),
        ADMIN_TOKEN,
      );
      const load = `mutation ($input: LoadPlanInput!) { loadPlan(input: $input) { receipt { position } problems { code path } plan { title } } }`;
      const loaded = await daicho.askWith(ADMIN_TOKEN, load, { input: { source: next.answer.source, format: 'JSON' } });
      expect(loaded.data.loadPlan).toMatchObject({ problems: [], plan: { title: '第六次取手市情報化計画' } });
      expect(readPlanSource(answer.source)).toHaveProperty('entries.key', 'toride-5');
    });

    it('is told by cell when it is wrong, and refused to who is not signed in, or what is no workbook', async () => {
      const wrong = await post(await changed(set('個別施策', 'A3', '9-9-1')), ADMIN_TOKEN);
      expect([wrong.status, wrong.answer]).toEqual([
        422,
        {
          ...{ source: null, warnings: [] },
          problems: [expect.objectContaining({ code: 'SHEET_ROW_UNKNOWN', path: ['個別施策', 'A3'] })],
        },
      ]);
      expect((await post(toride)).status).toBe(401);
      const none = await post(Buffer.from('not a workbook'), ADMIN_TOKEN);
      expect([none.status, none.answer.problems[0].code]).toEqual([415, 'SHEET_NOT_A_WORKBOOK']);
    });

    it('is offered empty, for the years asked', async () => {
      const empty = await fetch(`${daicho.url}/sheets/plan.xlsx?years=2028-2032`);
      const book = new excel.Workbook();
      await book.xlsx.load(await empty.arrayBuffer());
      expect(book.worksheets.map(({ name }) => name)).toEqual(['計画', '評価区分', '施策体系', '個別施策', '指標']);
      expect(book.getWorksheet('個別施策')?.getRow(1).getCell(8).text).toBe('2028（令和10年度）');
      expect((await fetch(`${daicho.url}/sheets/plan.xlsx?years=2032-2028`)).status).toBe(400);
    });
  });
});
