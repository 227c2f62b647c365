import { isDecimal } from '../calendar/decimal.js';
import type { ProblemCode } from '../problems.js';
import {
  CLEARED,
  contentOf,
  DIRECTION_WORDS,
  FIELDS,
  linksIn,
  ratingWord,
  SHEET,
  type Column,
  type Field,
  type Form,
  type Row,
} from './form.js';
import type { Direction } from './question.js';
import type { ReadCell } from './read-book.js';
import type { Place, ReadForm } from './workbook.js';

/** What a cell changes. */
export interface Difference {
  readonly sheet: string;
  readonly cell: string;
  readonly no: string;
  readonly field: Field;
  readonly title: string;
  /** Empty: nothing. */
  readonly before: string;
  readonly after: string;
}

/** Something at a cell. */
export interface Finding {
  readonly code: ProblemCode;
  readonly cell: string;
  /** Default: the sheet that is filled in. */
  readonly sheet?: string;
  readonly detail?: string;
}

/** One command that the sheet comes to. */
export interface Order {
  readonly no: string;
  readonly expectedRevision: number | null;
  readonly content: Readonly<Partial<Record<Field, string>>>;
  /** Where what is refused stands: by field, else the number. */
  readonly cells: Readonly<Record<string, string>>;
}

export interface Reading {
  readonly differences: readonly Difference[];
  readonly problems: readonly Finding[];
  readonly warnings: readonly Finding[];
  readonly orders: readonly Order[];
}

export type Purpose = 'draft' | 'submit';

/** What a filled form comes to, beside what is so now. Nothing is decided here: the commands are. */
export function readForm(form: Form, read: ReadForm, purpose: Purpose): Reading {
  const isAnothers = ownershipOf(form, read);
  const problems = isAnothers.length > 0 ? isAnothers : titleProblems(form, read);
  const at =
    (code: ProblemCode) =>
    ({ sheet, at: cell, text: detail }: Place): Finding => ({ code, sheet, cell, ...(detail !== '' && { detail }) });
  problems.push(...read.outside.map(at('SHEET_OUTSIDE')), ...read.changed.map(at('SHEET_LOCKED_CELL')));
  if (problems.length > 0) return { differences: [], problems, warnings: [], orders: [] };

  const differences: Difference[] = [];
  const warnings: Finding[] = [
    ...read.ignored.map((sheet): Finding => ({ code: 'SHEET_IGNORED', cell: '', sheet })),
    ...read.comments.map(at('SHEET_COMMENT')),
  ];
  const orders: Order[] = [];
  const seen = new Set<string>();
  for (const cells of read.rows) {
    const [first] = cells;
    if (!first) continue;
    const no = numberIn(first);
    const row = form.rows.find((one) => one.no === no);
    if (!row || seen.has(no)) {
      const { at: cell, text: detail } = cells.find(({ text }) => text.trim() !== '') ?? first;
      problems.push({ code: row ? 'SHEET_ROW_TWICE' : 'SHEET_ROW_UNKNOWN', cell, detail });
      continue;
    }
    seen.add(no);
    if (first.kind === 'date') warnings.push({ code: 'SHEET_CODE_FROM_DATE', cell: first.at, detail: no });
    const found = readRow(form, row, cells, read.states.get(no) ?? {});
    problems.push(...found.problems);
    if (found.problems.length > 0) continue;
    differences.push(...found.differences);
    if (found.differences.length === 0) {
      // Nobody has touched it here: a draft stays one, and what was returned is not handed in again as it was.
      const isLeft = row.report?.stage === 'DRAFT' || row.report?.stage === 'RETURNED';
      if (purpose === 'submit' && isLeft) warnings.push({ code: 'SHEET_ROW_LEFT', cell: first.at, detail: no });
      continue;
    }
    const [changed] = found.differences;
    if (row.report?.stage === 'APPROVED') {
      problems.push({ code: 'SHEET_ROW_APPROVED', cell: changed?.cell ?? first.at, detail: no });
      continue;
    }
    const revision = read.revisions.get(no) ?? null;
    if (revision !== row.revision) {
      problems.push({
        code: 'CONFLICT',
        cell: first.at,
        detail: `${String(revision ?? '—')} → ${String(row.revision ?? '—')}`,
      });
      continue;
    }
    orders.push({ no, expectedRevision: row.revision, content: found.content, cells: placesOf(form, cells, first.at) });
  }
  for (const { no } of form.rows)
    if (!seen.has(no)) warnings.push({ code: 'SHEET_ROW_MISSING', cell: 'A', detail: no });
  return { differences, problems, warnings, orders };
}

function ownershipOf(form: Form, { plan, fiscalYear, division }: ReadForm): Finding[] {
  const theirs = `${plan} ${fiscalYear} ${division}`;
  const ours = `${form.plan.key} ${String(form.fiscalYear)} ${form.division.key}`;
  return theirs === ours ? [] : [{ code: 'SHEET_OF_ANOTHER', cell: 'A1', detail: `${theirs} ≠ ${ours}` }];
}

const titleProblems = ({ columns }: Form, { titles }: ReadForm): Finding[] =>
  titles.flatMap(({ at, text }, i): Finding[] => {
    const expected = columns[i]?.title ?? '';
    return plainly(text) === plainly(expected)
      ? []
      : [{ code: 'SHEET_COLUMNS', cell: at, detail: `${text} ≠ ${expected}` }];
  });

/** `1-1-4`, whatever width it is typed in; what a spreadsheet made the fourth of January 2001 was `1-1-4`. */
export function numberIn({ kind, text }: ReadCell): string {
  if (kind !== 'date') return plainly(text);
  const [year = 0, month = 0, day = 0] = text.split('-').map(Number);
  return `${String(year % 100)}-${String(month)}-${String(day)}`;
}

const plainly = (text: string): string => text.normalize('NFKC').trim();

function readRow(
  { columns, ratings }: Form,
  row: Row,
  cells: readonly ReadCell[],
  states: Readonly<Record<string, string>>,
): { readonly problems: Finding[]; readonly differences: Difference[]; readonly content: Order['content'] } {
  const problems: Finding[] = [];
  const differences: Difference[] = [];
  const before = contentOf(row.report);
  const after: Record<Field, string> = { ...before };
  for (const [i, column] of columns.entries()) {
    const cell = cells[i];
    if (!cell) continue;
    const fault = faultIn(column, cell, row, states);
    if (fault) {
      problems.push({ code: fault, cell: cell.at, detail: cell.text });
      continue;
    }
    const { field, title } = column;
    if (field === undefined || cell.text.trim() === '') continue;
    const isCleared = plainly(cell.text) === plainly(CLEARED);
    const said = isCleared ? CLEARED : column.choices ? choiceIn(column.choices, cell.text) : cell.text;
    if (said === undefined) {
      problems.push({
        code: 'SHEET_CHOICE',
        cell: cell.at,
        detail: `${cell.text}：${(column.choices ?? []).join('、')}`,
      });
      continue;
    }
    const figure = column.isFigure === true && said !== CLEARED ? figureIn(said) : said;
    if (figure === undefined) {
      problems.push({ code: 'SHEET_FIGURE', cell: cell.at, detail: cell.text });
      continue;
    }
    if (field === 'evidence' && !isCleared && linksIn(said).some(({ url }) => url === '')) {
      problems.push({ code: 'SHEET_LINK', cell: cell.at, detail: cell.text });
      continue;
    }
    after[field] = figure === CLEARED ? '' : figure;
    if (after[field] === before[field]) continue;
    const difference = { sheet: SHEET, cell: cell.at, no: row.no, field, title };
    differences.push({ ...difference, before: before[field], after: after[field] });
  }
  const content = Object.fromEntries(
    FIELDS.flatMap((field) => (after[field] === '' ? [] : [[field, codeOf(field, after[field], ratings)] as const])),
  );
  return { problems, differences, content };
}

function faultIn(
  { key, field, isState }: Column,
  { kind, text, isMerged }: ReadCell,
  row: Row,
  states: Readonly<Record<string, string>>,
): ProblemCode | undefined {
  if (isMerged) return 'SHEET_MERGED';
  if (kind === 'formula') return 'SHEET_FORMULA';
  if (field !== undefined) return kind === 'text' || kind === 'number' ? undefined : 'SHEET_CELL_TYPE';
  if (key === 'no') return undefined;
  const stood = isState === true ? states[key] : row.cells[key];
  return plainly(text) === plainly(stood ?? '') ? undefined : 'SHEET_LOCKED_CELL';
}

/** The word meant: with its sign or without, in whatever width. */
const choiceIn = (choices: readonly string[], text: string): string | undefined => {
  const bare = (word: string): string => plainly(word).replace(/^\S\s/u, '');
  return (
    choices.find((word) => plainly(word) === plainly(text)) ?? choices.find((word) => bare(word) === plainly(text))
  );
};

/** A number as people write it, in whatever width, its thousands apart or not. */
function figureIn(text: string): string | undefined {
  const plain = plainly(text);
  const figure = /^\d{1,3}(,\d{3})+(\.\d+)?$/.test(plain) ? plain.replaceAll(',', '') : plain;
  return isDecimal(figure) ? figure : undefined;
}

function codeOf(field: Field, word: string, ratings: Form['ratings']): string {
  if (field === 'rating') return ratings.find((one) => ratingWord(one) === word)?.code ?? word;
  if (field === 'direction') return directionOf(word) ?? word;
  return word;
}

const directionOf = (word: string): string | undefined =>
  (Object.keys(DIRECTION_WORDS) as Direction[]).find((code) => DIRECTION_WORDS[code] === word);

const placesOf = ({ columns }: Form, cells: readonly ReadCell[], number: string): Record<string, string> => ({
  number,
  ...Object.fromEntries(columns.flatMap(({ field }, i) => (field ? [[field, cells[i]?.at ?? number] as const] : []))),
});
