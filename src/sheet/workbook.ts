import excel, { type Cell, type CellFormulaValue, type Worksheet } from 'exceljs';
import { japaneseFiscalYear } from '../calendar/fiscal-year.js';
import { Refusal } from '../problems.js';
import { CLEARED, headOf, ratingWord, SHEET, type Form } from './form.js';
import { readBook, ReadSheet, type ReadCell } from './read-book.js';

const META = '_meta';
const SUMMARY = '集計';
const KPIS = '指標';
/** By number, as the library's enumeration of papers is not there when it runs. */
const A4 = { paperSize: 9 } as object;
/** The second keeps what stood in cells that say how far something is, the third has money, remarks and a response. */
const FORMAT = 'daicho-form/3';
const HEAD_ROWS = 6;
/** For the copy that a division keeps: the ledger knows who has handed it in. */
const FILLED_BY = '記入者（控え）';
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
  const [sheet, summary, kpis] = [SHEET, SUMMARY, KPIS].map((name) => book.addWorksheet(name)) as [
    ...[Worksheet, Worksheet, Worksheet],
  ];
  await writeForm(sheet, form);
  await writeSummary(summary, form);
  await writeKpis(kpis, form);
  writeMeta(book.addWorksheet(META), form, [
    ...keptOf(sheet, ({ row, col, address }) => isInHead(Number(row), Number(col)) && address !== FILLED_BY_CELL),
    ...keptOf(summary, () => true),
    ...keptOf(kpis, () => true),
  ]);
  return Buffer.from(await book.xlsx.writeBuffer());
}

async function writeForm(sheet: Worksheet, form: Form): Promise<void> {
  const { columns, rows, plan } = form;
  sheet.columns = columns.map(({ width }) => ({ width }));
  sheet.getCell(1, 1).value = `${plan.title} 進捗報告様式`;
  sheet.getCell(1, 1).font = { ...FONT, size: 14, bold: true };
  const head = [...headOf(form), [FILLED_BY, '']] as const;
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
    ...{ ...A4, orientation: 'landscape', fitToPage: true, fitToWidth: 2, fitToHeight: 0 },
    printTitlesColumn: 'A:D',
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

/** How many are rated how, this year and the year before, in all and by goal; as formulas, that follow what is filled in. */
async function writeSummary(sheet: Worksheet, { ratings, rows, columns }: Form): Promise<void> {
  const last = TITLE_ROW + rows.length;
  const rangeOf = (key: string): string => {
    const letter = sheet.getColumn(columns.findIndex((column) => column.key === key) + 1).letter;
    return `${SHEET}!$${letter}$${String(TITLE_ROW + 1)}:$${letter}$${String(last)}`;
  };
  const counted = (word: string, key: 'rating' | 'former', goal?: string): CellFormulaValue => {
    const of = rows.filter(({ cells }) => cells[key] === word && (goal === undefined || cells['goal'] === goal));
    const within = goal === undefined ? '' : `${rangeOf('goal')},"${criterion(goal)}",`;
    const count = (said: string): string => `COUNTIFS(${within}${rangeOf(key)},"${criterion(said)}")`;
    // What is to be taken away is no rating either.
    return { formula: word === '' ? `${count('')}+${count(CLEARED)}` : count(word), result: of.length };
  };
  const words = [...ratings.map(ratingWord), ''];
  sheet.columns = [{ width: 40 }, ...words.map(() => ({ width: 12 })), { width: 12 }];
  const titles = [sheet.addRow(['進捗評価', '件数', '割合', '前年度', '増減'])];
  for (const word of words) {
    const at = String(sheet.rowCount + 1);
    const [now, before] = [counted(word, 'rating'), counted(word, 'former')];
    const [count, former] = [Number(now.result), Number(before.result)];
    const row = sheet.addRow([
      ...[word || '評価なし', now, { formula: `B${at}/${String(rows.length)}`, result: count / rows.length }],
      ...[before, { formula: `B${at}-D${at}`, result: count - former }],
    ]);
    row.getCell(3).numFmt = '0.0%';
    row.getCell(5).numFmt = '0;"▲"0;0';
  }
  const sum = (letter: string, result: number): CellFormulaValue => ({
    ...{ formula: `SUM(${letter}2:${letter}${String(words.length + 1)})`, result },
  });
  const total = sheet.addRow(['計', sum('B', rows.length), sum('C', 1), sum('D', rows.length), sum('E', 0)]);
  total.getCell(3).numFmt = '0.0%';
  sheet.addRow([]);
  titles.push(sheet.addRow(['基本目標', ...words.map((word) => word || '評価なし'), '計']));
  for (const goal of new Set(rows.map(({ cells }) => cells['goal'] ?? ''))) {
    const ofGoal = rows.filter(({ cells }) => cells['goal'] === goal).length;
    sheet.addRow([goal, ...words.map((word) => counted(word, 'rating', goal)), ofGoal]);
  }
  sheet.eachRow((row) => {
    row.eachCell((cell) => {
      Object.assign(cell, { font: { ...FONT, bold: titles.includes(row) }, border: BORDER });
      cell.alignment = { wrapText: true, vertical: 'top' };
    });
  });
  sheet.pageSetup = { ...A4, orientation: 'landscape', fitToPage: true, fitToWidth: 1, fitToHeight: 0 };
  await sheet.protect('', { formatColumns: true, selectLockedCells: true });
}

/** How far the goals are that the measures serve, to be read. 達成率 is the reading by the last target. */
async function writeKpis(sheet: Worksheet, { kpis, fiscalYear }: Form): Promise<void> {
  sheet.columns = [36, 30, 8, 12, 12, 12, 12, 10].map((width) => ({ width }));
  const year = japaneseFiscalYear(fiscalYear);
  sheet.addRow(['基本目標', '指標', '単位', '基準値', '前年度の実績値', `${year}の実績値`, '目標値', '達成率']);
  for (const { title, unit, goal, baseline, targets, readings } of kpis) {
    const readingOf = (of: number): number | null => numberOf(readings.find((one) => one.fiscalYear === of)?.value);
    const [now, target] = [readingOf(fiscalYear), numberOf(targets.at(-1)?.value)];
    const at = String(sheet.rowCount + 1);
    const share = now === null || !target ? '' : now / target;
    const row = sheet.addRow([
      ...[`${goal.no} ${goal.title}`, title, unit, numberOf(baseline.value), readingOf(fiscalYear - 1), now, target],
      { formula: `IF(OR(F${at}="",G${at}="",G${at}=0),"",F${at}/G${at})`, result: share },
    ]);
    row.getCell(8).numFmt = '0.0%';
  }
  sheet.eachRow((row, number) => {
    row.eachCell({ includeEmpty: true }, (cell) => {
      Object.assign(cell, { font: { ...FONT, bold: number === 1 }, border: BORDER, fill: LOCKED_FILL });
      cell.alignment = { wrapText: true, vertical: 'top' };
    });
  });
  sheet.pageSetup = { ...A4, orientation: 'landscape', fitToPage: true, fitToWidth: 1, fitToHeight: 0 };
  await sheet.protect('', { formatColumns: true, selectLockedCells: true });
}

const numberOf = (decimal: string | undefined): number | null => (decimal === undefined ? null : Number(decimal));

/** A text as a formula looks for it: what stands for any text stands for itself. */
const criterion = (text: string): string => text.replace(/[~*?]/g, '~$&').replaceAll('"', '""');

/** Whose form it is, at which revision each row was read, and the words to choose from. */
function writeMeta(
  sheet: Worksheet,
  { plan, fiscalYear, division, position, rows, columns }: Form,
  kept: readonly (readonly [place: string, text: string])[],
): void {
  sheet.state = 'veryHidden';
  const states = columns.filter(({ isState }) => isState === true);
  const facts = [
    ['format', FORMAT],
    ['plan', plan.key],
    ['fiscalYear', String(fiscalYear)],
    ['division', division.key],
    ['position', position],
    ...kept.map(([place, text]) => ['kept', place, text]),
    ...rows.map(({ no, revision, cells }) => [
      ...['row', no, revision === null ? '' : String(revision)],
      JSON.stringify(Object.fromEntries(states.map(({ key }) => [key, cells[key] ?? '']))),
    ]),
  ];
  for (const [i, fact] of facts.entries())
    for (const [j, text] of fact.entries()) sheet.getCell(i + 1, j + 1).value = text;
  const lists = columns.flatMap(({ choices, field }) =>
    choices ? [{ choices, column: field === 'rating' ? 5 : 6 }] : [],
  );
  for (const { choices, column } of lists)
    for (const [i, word] of [...choices, CLEARED].entries()) sheet.getCell(i + 1, column).value = word;
}

/** A cell, on whichever sheet. */
export interface Place {
  readonly sheet: string;
  /** `K9` */
  readonly at: string;
  readonly text: string;
}

/** A workbook that claims to be a form. */
export interface ReadForm {
  readonly plan: string;
  readonly fiscalYear: string;
  readonly division: string;
  /** By number; null: there was no report. */
  readonly revisions: ReadonlyMap<string, number | null>;
  /** By number: what stood in the cells that say how far something is, by column, when the form was taken. */
  readonly states: ReadonlyMap<string, Readonly<Record<string, string>>>;
  readonly titles: readonly ReadCell[];
  readonly rows: readonly (readonly ReadCell[])[];
  /** What was written where the form has no place for it. */
  readonly outside: readonly Place[];
  /** What is no longer as it was, in the head and on the sheets that are to be read. */
  readonly changed: readonly Place[];
  /** Notes on cells: they are not taken. */
  readonly comments: readonly Place[];
  /** Sheets that are not of the form. */
  readonly ignored: readonly string[];
}

/** @throws Refusal SHEET_NOT_A_WORKBOOK, SHEET_TOO_LARGE, SHEET_NOT_A_FORM */
export async function readWorkbook(file: Buffer, columns: number): Promise<ReadForm> {
  const book = await readBook(file);
  const named = (name: string): ReadSheet => book.find((sheet) => sheet.name === name) ?? new ReadSheet(name);
  const [sheet, meta] = [named(SHEET), named(META)];
  const facts = new Map<string, string>();
  const revisions = new Map<string, number | null>();
  const states = new Map<string, Readonly<Record<string, string>>>();
  const kept = new Map<string, string>();
  for (const row of meta.rows) {
    const [name = '', value = '', third = '', state = ''] = [1, 2, 3, 4].map((column) => meta.cell(row, column).text);
    if (name === 'row') {
      revisions.set(value, third === '' ? null : Number(third));
      states.set(value, statesIn(state));
    } else if (name === 'kept') kept.set(value, third);
    else if (name !== '') facts.set(name, value);
  }
  if (facts.get('format') !== FORMAT) throw new Refusal('SHEET_NOT_A_FORM', ['file']);
  const rowAt = (row: number): ReadCell[] => Array.from({ length: columns }, (_, i) => sheet.cell(row, i + 1));
  return {
    plan: facts.get('plan') ?? '',
    fiscalYear: facts.get('fiscalYear') ?? '',
    division: facts.get('division') ?? '',
    revisions,
    states,
    titles: rowAt(TITLE_ROW),
    rows: sheet.rows
      .filter((row) => row > TITLE_ROW)
      .map(rowAt)
      .filter((cells) => cells.some(({ text }) => text.trim() !== '')),
    outside: outsideOf(sheet, columns),
    changed: [sheet, named(SUMMARY), named(KPIS)].flatMap((one) => changedIn(one, kept)),
    comments: book.flatMap((one) => one.comments.map((at) => ({ sheet: one.name, at, text: '' }))),
    ignored: book.map(({ name }) => name).filter((name) => ![SHEET, SUMMARY, KPIS, META].includes(name)),
  };
}

/** What was kept; nothing of it when somebody has spoiled it, so that no cell passes for untouched. */
function statesIn(kept: string): Readonly<Record<string, string>> {
  try {
    return JSON.parse(kept) as Record<string, string>;
  } catch {
    return {};
  }
}

/** Right of the table, and above it beside what stands in the head. */
const outsideOf = (sheet: ReadSheet, columns: number): Place[] =>
  sheet.rows.flatMap((row) =>
    sheet.cellsIn(row).flatMap(([column, { at, text }]): Place[] => {
      const isPlaced = row < TITLE_ROW ? HEAD_COLUMNS.includes(column) : column <= columns;
      return isPlaced || text.trim() === '' ? [] : [{ sheet: sheet.name, at, text }];
    }),
  );

/** Cells of which a form has been kept what stood in them, and those that have come to stand beside them. */
function changedIn(sheet: ReadSheet, kept: ReadonlyMap<string, string>): Place[] {
  const now = new Map(
    sheet.rows.flatMap((row) =>
      sheet.cellsIn(row).flatMap(([column, { at, kind, text }]): (readonly [string, string])[] => {
        const isIn = sheet.name !== SHEET || (isInHead(row, column) && at !== FILLED_BY_CELL);
        return isIn ? [[`${sheet.name}!${at}`, kind === 'formula' ? FORMULA : text]] : [];
      }),
    ),
  );
  const places = [...kept.keys()].filter((place) => place.startsWith(`${sheet.name}!`));
  return [...new Set([...places, ...now.keys()])].flatMap((place): Place[] => {
    const text = now.get(place) ?? '';
    const at = place.slice(sheet.name.length + 1);
    return text === (kept.get(place) ?? '') ? [] : [{ sheet: sheet.name, at, text }];
  });
}

const HEAD_COLUMNS = [1, 3];
const isInHead = (row: number, column: number): boolean => row < TITLE_ROW && HEAD_COLUMNS.includes(column);
/** Where the division may write its name. */
const FILLED_BY_CELL = `C${String(HEAD_ROWS)}`;
/** In place of a formula, which each program writes in its own way. */
const FORMULA = '=';

/** What stands in the cells that are to be read only, and whether `changedIn` looks at them. */
const keptOf = (sheet: Worksheet, isKept: (cell: Cell) => boolean): (readonly [place: string, text: string])[] => {
  const found: (readonly [string, string])[] = [];
  sheet.eachRow((row) => {
    row.eachCell((cell) => {
      const text = (cell.formula as string | undefined) === undefined ? cell.text : FORMULA;
      if (text !== '' && isKept(cell)) found.push([`${sheet.name}!${cell.address}`, text]);
    });
  });
  return found;
};
