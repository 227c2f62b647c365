import excel, { type Cell, type Worksheet } from 'exceljs';
import { Refusal } from '../problems.js';
import { CLEARED, headOf, ratingWord, SHEET, type Form } from './form.js';
import { requireModestZip } from './zip-check.js';

const META = '_meta';
/** By number, as the library's enumeration of papers is not there when it runs. */
const A3 = { paperSize: 8 } as object;
const A4 = { paperSize: 9 } as object;
const FORMAT = 'daicho-form/1';
const HEAD_ROWS = 6;
/** Titles of the columns; the rows follow. */
export const TITLE_ROW = HEAD_ROWS + 2;

const FONT = { name: 'BIZ UDPGothic', size: 10 } as const;
const LINE = { style: 'thin', color: { argb: 'FF999999' } } as const;
const BORDER = { top: LINE, bottom: LINE, left: LINE, right: LINE } as const;
const LOCKED_FILL = { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FFF2F2F2' } } as const;
const TITLE_FILL = { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FFD9E6FF' } } as const;

/** A form as an Excel file: locked but for what is to be filled in, with lists to choose from, ready to print. */
export async function workbookOf(form: Form): Promise<Buffer> {
  const book = new excel.Workbook();
  book.creator = form.plan.municipality;
  book.title = `${form.plan.title} ${SHEET}`;
  await writeForm(book.addWorksheet(SHEET), form);
  writeSummary(book.addWorksheet('集計'), form);
  writeMeta(book.addWorksheet(META), form);
  return Buffer.from(await book.xlsx.writeBuffer());
}

async function writeForm(sheet: Worksheet, form: Form): Promise<void> {
  const { columns, rows, plan } = form;
  sheet.columns = columns.map(({ width }) => ({ width }));
  sheet.getCell(1, 1).value = `${plan.title} 進捗報告様式`;
  sheet.getCell(1, 1).font = { ...FONT, size: 14, bold: true };
  const head = [...headOf(form), ['記入者', '']] as const;
  for (const [i, [label, value]] of head.entries()) {
    sheet.getCell(i + 2, 1).value = label;
    sheet.getCell(i + 2, 3).value = value;
    sheet.getRow(i + 2).font = FONT;
  }
  sheet.getCell(head.length + 1, 3).protection = { locked: false };
  const hint = sheet.getCell(TITLE_ROW - 1, 1);
  hint.value = `白い欄に記入してください。空欄は「変更なし」、${CLEARED}と書くと消します。列や行を動かさないでください。`;
  hint.font = FONT;

  const titles = sheet.getRow(TITLE_ROW);
  titles.height = 30;
  for (const [i, { title, field }] of columns.entries()) {
    const cell = titles.getCell(i + 1);
    cell.value = title;
    Object.assign(cell, { font: { ...FONT, bold: true }, fill: TITLE_FILL, border: BORDER });
    cell.alignment = { wrapText: true, vertical: 'middle', horizontal: field ? 'left' : 'center' };
  }
  for (const [r, row] of rows.entries()) {
    for (const [i, { key, field, choices }] of columns.entries()) {
      const cell = sheet.getCell(TITLE_ROW + 1 + r, i + 1);
      cell.value = row.cells[key] ?? '';
      Object.assign(cell, { font: FONT, border: BORDER, numFmt: '@', ...(!field && { fill: LOCKED_FILL }) });
      cell.alignment = { wrapText: true, vertical: 'top' };
      cell.protection = { locked: !field };
      if (choices) cell.dataValidation = listOf(field === 'rating' ? 'E' : 'F', choices.length);
    }
    sheet.getRow(TITLE_ROW + 1 + r).height = heightOf(columns.map(({ key, width }) => [row.cells[key] ?? '', width]));
  }
  sheet.views = [{ state: 'frozen', xSplit: 4, ySplit: TITLE_ROW }];
  sheet.pageSetup = {
    ...{ ...A3, orientation: 'landscape', fitToPage: true, fitToWidth: 1, fitToHeight: 0 },
    printTitlesRow: `${String(TITLE_ROW)}:${String(TITLE_ROW)}`,
    margins: { left: 0.4, right: 0.4, top: 0.6, bottom: 0.6, header: 0.3, footer: 0.3 },
  };
  sheet.headerFooter = {
    oddHeader: `&L${plan.title.replaceAll('&', '&&')}&R${form.division.name.replaceAll('&', '&&')}`,
    oddFooter: '&C&P / &N',
  };
  await sheet.protect('', { formatRows: true, formatColumns: true, selectLockedCells: true });
}

/** In points: a Japanese character is two wide, and not every program makes room for what it wraps. */
function heightOf(cells: readonly (readonly [text: string, width: number])[]): number {
  const lines = cells.map(([text, width]) =>
    text.split('\n').reduce((sum, line) => sum + Math.max(1, Math.ceil((line.length * 2) / width)), 0),
  );
  return Math.min(400, Math.max(2, ...lines) * 13.5 + 4);
}

const listOf = (column: string, count: number): excel.DataValidation => ({
  type: 'list',
  allowBlank: true,
  formulae: [`${META}!$${column}$1:$${column}$${String(count + 1)}`],
  showErrorMessage: true,
  errorStyle: 'stop',
  errorTitle: '一覧から選んでください',
  error: '一覧にある言葉を選んでください。',
});

/** How many are rated how, this year and the year before; less is ▲. */
function writeSummary(sheet: Worksheet, { ratings, rows }: Form): void {
  sheet.columns = [{ width: 24 }, { width: 10 }, { width: 10 }, { width: 10 }, { width: 10 }];
  sheet.addRow(['進捗評価', '件数', '割合', '前年度', '増減']);
  const words = [...ratings.map(ratingWord), ''];
  for (const word of words) {
    const [now, before] = (['rating', 'former'] as const).map(
      (key) => rows.filter(({ cells }) => cells[key] === word).length,
    ) as [number, number];
    const share = `${((now / rows.length) * 100).toFixed(1)}%`;
    const change = now - before;
    sheet.addRow([word || '評価なし', now, share, before, change < 0 ? `▲${String(-change)}` : String(change)]);
  }
  sheet.addRow(['計', rows.length, '100.0%', rows.length, '0']);
  sheet.eachRow((row, number) => {
    row.eachCell((cell) => {
      Object.assign(cell, { font: { ...FONT, bold: number === 1 }, border: BORDER });
    });
  });
  sheet.pageSetup = { ...A4, orientation: 'portrait', fitToPage: true, fitToWidth: 1, fitToHeight: 0 };
}

/** Whose form it is, at which revision each row was read, and the words to choose from. */
function writeMeta(sheet: Worksheet, { plan, fiscalYear, division, position, rows, columns }: Form): void {
  sheet.state = 'veryHidden';
  const facts = [
    ['format', FORMAT],
    ['plan', plan.key],
    ['fiscalYear', String(fiscalYear)],
    ['division', division.key],
    ['position', position],
    ...rows.map(({ no, revision }) => ['row', no, revision === null ? '' : String(revision)]),
  ];
  for (const [i, fact] of facts.entries())
    for (const [j, text] of fact.entries()) sheet.getCell(i + 1, j + 1).value = text;
  const lists = columns.flatMap(({ choices, field }) =>
    choices ? [{ choices, column: field === 'rating' ? 5 : 6 }] : [],
  );
  for (const { choices, column } of lists)
    for (const [i, word] of [...choices, CLEARED].entries()) sheet.getCell(i + 1, column).value = word;
}

/** A cell as it was filled in. */
export interface ReadCell {
  /** `K9` */
  readonly at: string;
  readonly kind: 'text' | 'number' | 'date' | 'formula' | 'other';
  /** Empty: nothing stands there. Of a date its day. */
  readonly text: string;
  readonly isMerged: boolean;
}

/** A workbook that claims to be a form. */
export interface ReadForm {
  readonly plan: string;
  readonly fiscalYear: string;
  readonly division: string;
  /** By number; null: there was no report. */
  readonly revisions: ReadonlyMap<string, number | null>;
  readonly titles: readonly ReadCell[];
  readonly rows: readonly (readonly ReadCell[])[];
}

/** Looked into before it is opened. @throws Refusal SHEET_NOT_A_WORKBOOK, SHEET_TOO_LARGE */
export async function openWorkbook(file: Buffer): Promise<excel.Workbook> {
  await requireModestZip(file);
  const book = new excel.Workbook();
  try {
    await book.xlsx.load(file as never);
  } catch (error) {
    throw new Refusal('SHEET_NOT_A_WORKBOOK', ['file'], (error as Error).message);
  }
  return book;
}

/** @throws Refusal SHEET_NOT_A_WORKBOOK, SHEET_TOO_LARGE, SHEET_NOT_A_FORM */
export async function readWorkbook(file: Buffer, columns: number): Promise<ReadForm> {
  const book = await openWorkbook(file);
  const sheet = book.getWorksheet(SHEET);
  const meta = book.getWorksheet(META);
  const facts = new Map<string, string>();
  const revisions = new Map<string, number | null>();
  meta?.eachRow((row) => {
    const [name, value, revision] = [1, 2, 3].map((column) => row.getCell(column).text) as [string, string, string];
    if (name === 'row') revisions.set(value, revision === '' ? null : Number(revision));
    else if (name !== '') facts.set(name, value);
  });
  if (!sheet || facts.get('format') !== FORMAT) throw new Refusal('SHEET_NOT_A_FORM', ['file']);
  const rowAt = (number: number): ReadCell[] =>
    Array.from({ length: columns }, (_, i) => readCell(sheet.getCell(number, i + 1)));
  const numbers = Array.from({ length: Math.max(0, sheet.rowCount - TITLE_ROW) }, (_, i) => TITLE_ROW + 1 + i);
  return {
    plan: facts.get('plan') ?? '',
    fiscalYear: facts.get('fiscalYear') ?? '',
    division: facts.get('division') ?? '',
    revisions,
    titles: rowAt(TITLE_ROW),
    rows: numbers.map(rowAt).filter((cells) => cells.some(({ text }) => text.trim() !== '')),
  };
}

export function readCell(cell: Cell): ReadCell {
  const { value, address: at, isMerged } = cell;
  if (value === null || value === undefined) return { at, kind: 'text', text: '', isMerged };
  if (typeof value === 'string') return { at, kind: 'text', text: value.replaceAll('\r\n', '\n'), isMerged };
  if (typeof value === 'number') return { at, kind: 'number', text: String(value), isMerged };
  if (value instanceof Date) return { at, kind: 'date', text: value.toISOString().slice(0, 10), isMerged };
  if (typeof value === 'object' && ('formula' in value || 'sharedFormula' in value))
    return { at, kind: 'formula', text: cell.text, isMerged };
  if (typeof value === 'object' && ('richText' in value || 'hyperlink' in value))
    return { at, kind: 'text', text: cell.text.replaceAll('\r\n', '\n'), isMerged };
  return { at, kind: 'other', text: cell.text, isMerged };
}
