import excel from 'exceljs';
import { isMap, parseDocument } from 'yaml';
import { japaneseFiscalYear } from '../calendar/fiscal-year.js';
import { readPlanSource, type PlanFileIssue } from '../plan/plan-source.js';
import type { ProblemCode } from '../problems.js';
import { numberIn } from './reading.js';
import { readBook, type ReadCell, type ReadSheet } from './read-book.js';

/** Something at a cell of a sheet. */
export interface SheetIssue {
  readonly code: ProblemCode;
  readonly sheet: string;
  readonly cell: string;
  readonly message?: string;
}

export interface PlanSheet {
  /** The plan file that it comes to, as JSON. */
  readonly text: string;
  readonly issues: readonly SheetIssue[];
  readonly warnings: readonly SheetIssue[];
}

type Kind = 'text' | 'lines' | 'number' | 'whole' | 'mark' | 'no' | 'numbers';

/** A column: its name in the plan file, as it is headed, and how it is read. `mark`: ○ or nothing. */
interface Column {
  readonly key: string;
  readonly title: string;
  readonly kind: Kind;
  readonly width: number;
}
type Columns = readonly Column[];

const column = (key: string, title: string, kind: Kind = 'text', width = 12): Column => ({ key, title, kind, width });

const PLAN = '計画';
const SCALE = '評価区分';
const OUTLINE = '施策体系';
const MEASURES = '個別施策';
const KPIS = '指標';

const PLAN_COLUMNS: Columns = [
  column('item', '項目', 'text', 24),
  column('value', '内容', 'text', 60),
  column('hint', '書き方', 'text', 60),
];

/** Of the plan itself, one row each: where it stands in the plan file, its title, and how it is written. */
const FACTS: readonly (readonly [path: readonly string[], title: string, hint: string, kind?: Kind])[] = [
  [['key'], 'キー', '英小文字・数字・ハイフン：toride-5'],
  [['title'], '計画の名称', ''],
  [['municipality', 'name'], '団体名', '取手市'],
  [['municipality', 'code'], '地方公共団体コード', '6 桁：082171'],
  [['source', 'title'], '出典', '計画書の名称'],
  [['period', 'from'], '最初の年度', '西暦：2028 は令和10年度', 'whole'],
  [['period', 'to'], '最後の年度', '西暦', 'whole'],
  [['adoptedOn'], '策定日', 'YYYY-MM-DD。空欄なら期間の初日'],
  [['phases'], '日程の言葉', '一行に一つ：検討、構築、運用', 'lines'],
  [['statusScale', 'key'], '評価区分のキー', '英小文字・数字・ハイフン'],
  [['statusScale', 'version'], '評価区分の版', '1 から', 'whole'],
];

const SCALE_COLUMNS: Columns = [
  column('code', '区分'),
  column('ja', '日本語', 'text', 24),
  column('en', 'English', 'text', 24),
  column('order', '順', 'whole', 6),
  column('sign', '記号', 'text', 6),
  column('shape', '図の形'),
  column('needsCause', '原因が要る', 'mark'),
  column('neutral', 'ほかの計画との対応', 'text', 20),
];
const OUTLINE_COLUMNS: Columns = [column('no', '番号', 'no'), column('title', '名称', 'text', 60)];
const MEASURE_COLUMNS: Columns = [
  column('no', '番号', 'no'),
  column('title', '個別施策名', 'text', 44),
  column('isNew', '新規', 'mark', 6),
  column('owners', '担当課', 'lines', 20),
  column('coordinators', '調整', 'lines', 20),
  column('note', '備考', 'text', 24),
  column('carriedOverFrom', '前計画の番号', 'numbers'),
];
const KPI_COLUMNS: Columns = [
  column('key', 'キー', 'text', 20),
  column('indicator', '指標の番号', 'whole', 8),
  column('goal', '基本目標', 'no', 8),
  column('title', '指標名', 'text', 44),
  column('unit', '単位', 'text', 8),
  column('decimals', '小数', 'whole', 6),
  column('minimum', '最小', 'number', 8),
  column('maximum', '最大', 'number', 8),
  column('kind', '種別', 'text', 8),
  column('fiscalYear', '年度', 'whole', 8),
  column('value', '値', 'number', 10),
  column('numerator', '分子', 'number', 10),
  column('denominator', '分母', 'number', 10),
  column('note', '注記', 'text', 30),
  column('asPrinted', '印刷どおり', 'mark'),
];
const BASELINE = '基準';
const TARGET = '目標';
const MARK = '○';

type Tree = Record<string, unknown>;
const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);
const trees = (value: unknown): readonly Tree[] => (Array.isArray(value) ? value.filter(isTree) : []);

/**
 * A workbook that a plan is written into: goals, measures with their schedule, KPIs, the status scale.
 *
 * @param years of the period, for one that is empty
 * @param file the text of a plan file that it is filled from
 */
export async function planWorkbook(years: readonly number[], file?: string): Promise<Buffer> {
  const plan = file === undefined ? {} : treeIn(file);
  const book = new excel.Workbook();
  const write = (name: string, columns: Columns, rows: readonly Tree[]): void => {
    const sheet = book.addWorksheet(name, { views: [{ state: 'frozen', ySplit: 1 }] });
    sheet.columns = columns.map(({ width }) => ({ width, style: { numFmt: '@' } }));
    sheet.addRow(columns.map(({ title }) => title)).font = { bold: true };
    for (const row of rows) sheet.addRow(columns.map(({ key, kind }) => shown(row[key], kind)));
    sheet.eachRow((row) => {
      row.alignment = { wrapText: true, vertical: 'top' };
    });
  };
  const { from, to } = isTree(plan['period']) ? (plan['period'] as { from?: number; to?: number }) : {};
  const period = from !== undefined && to !== undefined ? yearsIn(from, to) : years;
  const facts = FACTS.map(([path, item, hint, kind = 'text']) => ({ item, hint, value: shown(at(plan, path), kind) }));
  write(PLAN, PLAN_COLUMNS, facts);
  write(
    SCALE,
    SCALE_COLUMNS,
    trees(at(plan, ['statusScale', 'codes'])).map((code) => ({ ...code, ...(code['label'] as Tree) })),
  );
  const goals = trees(plan['goals']);
  write(
    OUTLINE,
    OUTLINE_COLUMNS,
    goals.flatMap((goal) => [goal, ...trees(goal['policies'])]),
  );
  write(
    MEASURES,
    [...MEASURE_COLUMNS, ...yearColumns(period)],
    goals.flatMap((goal) =>
      trees(goal['policies']).flatMap((policy) =>
        trees(policy['measures']).map((measure) => ({ ...measure, ...(measure['schedule'] as Tree) })),
      ),
    ),
  );
  write(KPIS, KPI_COLUMNS, trees(plan['kpis']).flatMap(figuresOf));
  return Buffer.from(await book.xlsx.writeBuffer());
}

const yearsIn = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

const yearColumns = (years: readonly number[]): Columns =>
  years.map((year) => column(String(year), `${String(year)}（${japaneseFiscalYear(year)}）`, 'lines', 14));

/** A row for the baseline, with what is said of the KPI, and one for each target. */
const figuresOf = (kpi: Tree): Tree[] => [
  { ...kpi, kind: BASELINE, ...(kpi['baseline'] as Tree) },
  ...trees(kpi['targets']).map((target) => ({ key: kpi['key'], kind: TARGET, ...target })),
];

function shown(value: unknown, kind: Kind): string {
  if (value === undefined || value === null || value === false) return '';
  if (kind === 'mark') return MARK;
  if (Array.isArray(value)) return value.map(String).join('\n');
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

const at = (tree: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((inside, part) => (isTree(inside) ? inside[part] : undefined), tree);

function treeIn(text: string): Tree {
  const document = parseDocument(text);
  return document.errors.length === 0 && isMap(document.contents) ? (document.toJS() as Tree) : {};
}

/**
 * The plan file that a workbook comes to. What is wrong is told by its cell, by the rules of plan files themselves.
 *
 * @param base text of a plan file, for what no sheet says: committee, indicators, warnings, other wordings of a title, …
 * @throws Refusal SHEET_NOT_A_WORKBOOK, SHEET_TOO_LARGE
 */
export async function readPlanSheet(file: Buffer, base = ''): Promise<PlanSheet> {
  const book = await readBook(file);
  const reader = new Reader((name) => book.find((sheet) => sheet.name === name));
  const former = treeIn(base);
  const content = contentOf(reader, former);
  const text = JSON.stringify(content, null, 2);
  const source = reader.issues.length > 0 ? undefined : readPlanSource(text);
  const found = source && 'issues' in source ? source.issues.map((issue) => reader.told(issue)) : [];
  const comments = book.flatMap(({ name, comments }) =>
    comments.map((cell): SheetIssue => ({ code: 'SHEET_COMMENT', sheet: name, cell })),
  );
  return { text, issues: [...reader.issues, ...found], warnings: [...reader.warnings, ...comments] };
}

function contentOf(reader: Reader, former: Tree): Tree {
  const content: Tree = { format: 'daicho-plan/1', ...former };
  const facts = new Map(reader.rows(PLAN, PLAN_COLUMNS, '').map((row) => [row.text('item'), row]));
  for (const [path, title, , kind = 'text'] of FACTS) {
    const row = facts.get(title);
    const value = row?.value('value', kind, path.join('.'));
    if (row) reader.placeOnce(path[0] ?? '', PLAN, row.cell('value'));
    const [last = '', ...before] = path.toReversed();
    const inside = before
      .toReversed()
      .reduce((tree: Tree, part) => (tree[part] = { ...(tree[part] as Tree) }), content);
    if (value === undefined) Reflect.deleteProperty(inside, last);
    else inside[last] = value;
  }
  (content['statusScale'] as Tree)['codes'] = reader.rows(SCALE, SCALE_COLUMNS, 'statusScale.codes').map((row, i) => {
    const { ja, en, ...code } = row.tree(`statusScale.codes[${String(i)}]`);
    const before = trees(at(former, ['statusScale', 'codes'])).find((one) => one['code'] === code['code']);
    return { ...kept(before, ['meaning']), ...code, label: { ja, en } };
  });
  content['goals'] = goalsIn(reader, former);
  content['kpis'] = kpisIn(reader, former);
  return content;
}

/** What no sheet says of something, as the base does. */
const kept = (before: Tree | undefined, keys: readonly string[]): Tree =>
  Object.fromEntries(keys.flatMap((key) => (before?.[key] === undefined ? [] : [[key, before[key]]])));

function goalsIn(reader: Reader, former: Tree): Tree[] {
  const formerGoals = trees(former['goals']);
  const formerPolicies = formerGoals.flatMap((goal) => trees(goal['policies']));
  const formerMeasures = formerPolicies.flatMap((policy) => trees(policy['measures']));
  const of = (all: readonly Tree[], no: unknown): Tree | undefined => all.find((one) => one['no'] === no);
  const outline = reader.rows(OUTLINE, OUTLINE_COLUMNS, 'goals');
  const measures = reader.rows(MEASURES, MEASURE_COLUMNS, 'goals', { withYears: true });
  const goals = outline.filter((row) => !row.text('no').includes('-'));
  const isUnder = (row: Row, no: string): boolean => row.text('no').replace(/-[^-]*$/, '') === no;
  for (const row of outline)
    if (row.text('no').includes('-') && !goals.some((goal) => isUnder(row, goal.text('no'))))
      reader.refuse('SHEET_ROW_UNKNOWN', row.cell('no'), row.sheet);
  for (const row of measures)
    if (!outline.some((policy) => isUnder(row, policy.text('no'))))
      reader.refuse('SHEET_ROW_UNKNOWN', row.cell('no'), row.sheet);

  return goals.map((goal, g) => {
    const no = goal.text('no');
    const policies = outline.filter((row) => isUnder(row, no) && row.text('no') !== no);
    return {
      ...kept(of(formerGoals, no), ['variants']),
      ...goal.tree(`goals[${String(g)}]`),
      policies: policies.map((policy, p) => {
        const place = `goals[${String(g)}].policies[${String(p)}]`;
        const number = policy.text('no');
        return {
          ...kept(of(formerPolicies, number), ['variants']),
          ...policy.tree(place),
          measures: measures
            .filter((row) => isUnder(row, number))
            .map((row, m) => measureIn(row, `${place}.measures[${String(m)}]`, of(formerMeasures, row.text('no')))),
        };
      }),
    };
  });
}

function measureIn(row: Row, place: string, former: Tree | undefined): Tree {
  const measure = row.tree(place);
  const schedule = row.years.map(({ key, title }) => [
    key,
    row.value(title, 'lines', `${place}.schedule.${key}`) ?? [],
  ]);
  return {
    ...kept(former, ['variants', 'uncertain']),
    ...measure,
    isNew: measure['isNew'] === true,
    schedule: Object.fromEntries(schedule),
  };
}

/** What a row says of a KPI, and what of a figure. */
const FIGURE = ['fiscalYear', 'value', 'numerator', 'denominator', 'note', 'asPrinted'];

function kpisIn(reader: Reader, former: Tree): Tree[] {
  const rows = reader.rows(KPIS, KPI_COLUMNS, 'kpis');
  const keys = [...new Set(rows.map((row) => row.text('key')))];
  return keys.map((key, k) => {
    const place = `kpis[${String(k)}]`;
    const own = rows.filter((row) => row.text('key') === key);
    const [first] = own.filter((row) => row.text('kind') === BASELINE);
    for (const row of own) {
      const kind = row.text('kind');
      if (kind !== BASELINE && kind !== TARGET) reader.refuse('SHEET_CHOICE', row.cell('kind'), row.sheet);
      if (kind === BASELINE && row !== first) reader.refuse('SHEET_ROW_TWICE', row.cell('kind'), row.sheet);
    }
    const figure = (row: Row | undefined, where: string): Tree =>
      Object.fromEntries(Object.entries(row?.tree(where) ?? {}).filter(([name]) => FIGURE.includes(name)));
    const targets = own.filter((row) => row.text('kind') === TARGET);
    const said = (first ?? own[0])?.tree(place) ?? {};
    return {
      ...kept(
        trees(former['kpis']).find((one) => one['key'] === key),
        ['variants'],
      ),
      ...Object.fromEntries(Object.entries(said).filter(([name]) => name !== 'kind' && !FIGURE.includes(name))),
      baseline: figure(first, `${place}.baseline`),
      targets: targets.map((row, t) => figure(row, `${place}.targets[${String(t)}]`)),
    };
  });
}

/** One row, and where each of its values goes in the plan file. */
class Row {
  constructor(
    readonly sheet: string,
    private readonly columns: Columns,
    private readonly cells: ReadonlyMap<string, ReadCell>,
    readonly years: readonly { readonly key: string; readonly title: string }[],
    private readonly reader: Reader,
  ) {}

  cell(key: string): string {
    return this.cells.get(key)?.at ?? 'A1';
  }

  text(key: string): string {
    const cell = this.cells.get(key);
    const column = this.columns.find((one) => one.key === key);
    if (!cell) return '';
    return column?.kind === 'no' ? numberIn(cell) : cell.text.normalize('NFC').trim();
  }

  /** @param place where it stands in the plan file: `goals[0].title` */
  value(key: string, kind: Kind, place: string): unknown {
    this.reader.place(place, this.sheet, this.cell(key));
    const text = this.text(key);
    if (text === '') return undefined;
    switch (kind) {
      case 'lines':
      case 'numbers':
        return text.split(/[\n、]/).flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
      case 'whole':
        return /^\d{1,6}$/.test(text) ? Number(text) : text;
      case 'mark':
        if (text !== MARK) this.reader.refuse('SHEET_CHOICE', this.cell(key), this.sheet);
        return true;
      case 'text':
      case 'number':
      case 'no':
        return text;
    }
  }

  /** All that is said in its columns. */
  tree(place: string): Tree {
    this.reader.place(place, this.sheet, this.cell(this.columns[0]?.key ?? ''));
    return Object.fromEntries(
      this.columns.flatMap(({ key, kind }) => {
        const value = this.value(key, kind, `${place}.${key}`);
        return value === undefined ? [] : [[key, value]];
      }),
    );
  }
}

class Reader {
  readonly issues: SheetIssue[] = [];
  readonly warnings: SheetIssue[] = [];
  readonly #places = new Map<string, readonly [sheet: string, cell: string]>();

  constructor(private readonly sheetOf: (name: string) => ReadSheet | undefined) {}

  refuse(code: ProblemCode, cell: string, sheet: string, message?: string): void {
    this.issues.push({ code, sheet, cell, ...(message !== undefined && { message }) });
  }

  place(path: string, sheet: string, cell: string): void {
    this.#places.set(path, [sheet, cell]);
  }

  placeOnce(path: string, sheet: string, cell: string): void {
    if (!this.#places.has(path)) this.place(path, sheet, cell);
  }

  /** What is wrong with the plan file, at the cell that says it, or the nearest that does. */
  told({ path, message: said }: PlanFileIssue): SheetIssue {
    const message = said.endsWith('received undefined') ? '記入してください / fill this in' : said;
    for (let of = path; of !== ''; of = of.replace(/(\.[^.[]*|\[\d+\]|^[^.[]*)$/, '')) {
      const found = this.#places.get(of);
      if (found) return { code: 'PLAN_FILE_INVALID', sheet: found[0], cell: found[1], message };
    }
    return { code: 'PLAN_FILE_INVALID', sheet: PLAN, cell: 'A1', message: `${path}: ${message}` };
  }

  /** Rows in which something stands, under titles that are as they should be. */
  rows(name: string, columns: Columns, path: string, { withYears = false } = {}): Row[] {
    const sheet = this.sheetOf(name);
    if (!sheet) {
      this.refuse('SHEET_COLUMNS', 'A1', name);
      return [];
    }
    if (path !== '') this.place(path, name, 'A1');
    const width = Math.max(columns.length, ...sheet.cellsIn(1).map(([column]) => column));
    const titles = Array.from({ length: Math.min(width, COLUMNS_MAX) }, (_, i) => sheet.cell(1, i + 1));
    for (const [i, { title }] of columns.entries())
      if (titles[i]?.text.trim() !== title) this.refuse('SHEET_COLUMNS', titles[i]?.at ?? 'A1', name, title);
    const years = titles.slice(columns.length).flatMap(({ at, text }) => {
      const key = /^\d{4}/.exec(text.normalize('NFKC').trim())?.[0];
      if (key === undefined && text.trim() !== '') this.refuse('SHEET_COLUMNS', at, name, text);
      return key === undefined || !withYears ? [] : [{ key, title: text }];
    });
    const numbers = sheet.rows.filter((number) => number > 1);
    if (numbers.length > ROWS_MAX) this.refuse('SHEET_TOO_LARGE', `A${String(numbers[ROWS_MAX])}`, name);
    return numbers.slice(0, ROWS_MAX).flatMap((number) => {
      const cells = titles.map((_, i) => sheet.cell(number, i + 1));
      if (cells.every(({ text }) => text.trim() === '')) return [];
      const byKey = new Map(cells.map((cell, i) => [columns[i]?.key ?? titles[i]?.text ?? '', cell]));
      for (const [i, cell] of cells.entries()) this.#check(cell, columns[i]?.kind, name);
      return [new Row(name, columns, byKey, years, this)];
    });
  }

  #check({ kind, at, isMerged, text }: ReadCell, as: Kind | undefined, sheet: string): void {
    if (isMerged) this.refuse('SHEET_MERGED', at, sheet);
    else if (kind === 'formula') this.refuse('SHEET_FORMULA', at, sheet);
    else if (kind === 'date' && as === 'no') this.warnings.push({ code: 'SHEET_CODE_FROM_DATE', sheet, cell: at });
    else if ((kind === 'date' && sheet !== PLAN) || kind === 'other') this.refuse('SHEET_CELL_TYPE', at, sheet, text);
  }
}

/** A plan is smaller. */
const ROWS_MAX = 3_000;
const COLUMNS_MAX = 60;
