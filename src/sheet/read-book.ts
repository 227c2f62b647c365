import { posix } from 'node:path';
import { SaxesParser } from 'saxes';
import { Refusal } from '../problems.js';
import { notAWorkbook, tooLarge, Zip } from './zip.js';

/** A cell as it was filled in. */
export interface ReadCell {
  /** `K9` */
  readonly at: string;
  readonly kind: 'text' | 'number' | 'date' | 'formula' | 'other';
  /** Empty: nothing stands there. Of a date its day, of a formula the formula, of a share what is shown: `81%`. */
  readonly text: string;
  readonly isMerged: boolean;
}

interface Area {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/** A sheet, by what stands in it: an empty cell costs nothing, wherever the sheet ends. Rows and columns count from 1. */
export class ReadSheet {
  readonly #rows = new Map<number, Map<number, Omit<ReadCell, 'isMerged'>>>();
  readonly #merged: Area[] = [];
  /** Addresses of cells that somebody has written a note on. */
  readonly comments: string[] = [];
  #count = 0;

  constructor(readonly name: string) {}

  /** Rows in which something stands, in their order. */
  get rows(): number[] {
    return [...this.#rows.keys()].sort((a, b) => a - b);
  }

  cell(row: number, column: number): ReadCell {
    const isMerged = this.#merged.some(
      ({ top, left, bottom, right }) => row >= top && row <= bottom && column >= left && column <= right,
    );
    const found = this.#rows.get(row)?.get(column);
    return { ...(found ?? { at: addressOf(row, column), kind: 'text', text: '' }), isMerged };
  }

  /** Those in which something stands, with their columns. */
  cellsIn(row: number): (readonly [column: number, cell: ReadCell])[] {
    return [...(this.#rows.get(row)?.keys() ?? [])]
      .sort((a, b) => a - b)
      .map((column) => [column, this.cell(row, column)]);
  }

  /** @throws Refusal SHEET_TOO_LARGE */
  put(row: number, column: number, kind: ReadCell['kind'], text: string): void {
    if (++this.#count > CELLS_MAX) throw tooLarge(`${this.name}: > ${String(CELLS_MAX)}`);
    const cells = this.#rows.get(row) ?? new Map<number, Omit<ReadCell, 'isMerged'>>();
    this.#rows.set(row, cells);
    cells.set(column, { at: addressOf(row, column), kind, text });
  }

  /** @throws Refusal SHEET_TOO_LARGE */
  merge(area: Area): void {
    if (this.#merged.push(area) > MERGED_MAX) throw tooLarge(`${this.name}: > ${String(MERGED_MAX)}`);
  }
}

const CELLS_MAX = 200_000;
const MERGED_MAX = 1_000;

/**
 * The cells of a workbook (ECMA-376 SpreadsheetML). Nothing of it is built but what stands in its cells, in one pass over the parts that say
 * it: what else a workbook may hold, as pictures, macros and links to others, is never opened.
 *
 * @throws Refusal SHEET_NOT_A_WORKBOOK, SHEET_TOO_LARGE
 */
export async function readBook(bytes: Buffer): Promise<readonly ReadSheet[]> {
  const zip = await Zip.in(bytes);
  try {
    return await sheetsIn(zip);
  } finally {
    zip.close();
  }
}

async function sheetsIn(zip: Zip): Promise<ReadSheet[]> {
  const main = (await relationsOf(zip, '')).find(({ type }) => type === 'officeDocument')?.part;
  if (main === undefined) throw notAWorkbook();
  const named: { readonly name: string; readonly id: string }[] = [];
  let is1904 = false;
  await readPart(zip, main, {
    open: (tag, { name = '', id = '', date1904 = '' }) => {
      if (tag === 'sheet') named.push({ name, id });
      if (tag === 'workbookPr') is1904 = date1904 === '1' || date1904 === 'true';
    },
  });
  const relations = await relationsOf(zip, main);
  const partOf = (type: string): string | undefined => relations.find((one) => one.type === type)?.part;
  const texts = await sharedTexts(zip, partOf('sharedStrings'));
  const styles = await stylesIn(zip, partOf('styles'));
  const sheets: ReadSheet[] = [];
  for (const { name, id } of named) {
    const part = relations.find((one) => one.id === id)?.part;
    if (part === undefined) continue;
    const sheet = new ReadSheet(name);
    await readSheet(zip, part, sheet, { texts, styles, is1904 });
    const comments = (await relationsOf(zip, part)).find(({ type }) => type === 'comments')?.part;
    if (comments !== undefined)
      await readPart(zip, comments, {
        open: (tag, { ref = '' }) => {
          if (tag === 'comment') sheet.comments.push(ref);
        },
      });
    sheets.push(sheet);
  }
  return sheets;
}

interface Relation {
  readonly id: string;
  /** The last word of it: `worksheet`. */
  readonly type: string;
  /** Name in the ZIP file. */
  readonly part: string;
}

/** What a part refers to within the file; '' is the file itself. */
async function relationsOf(zip: Zip, part: string): Promise<Relation[]> {
  const found: Relation[] = [];
  const folder = posix.dirname(part);
  await readPart(zip, posix.join(folder, '_rels', `${posix.basename(part)}.rels`), {
    open: (tag, { Id: id = '', Type: type = '', Target: target = '', TargetMode: mode = '' }) => {
      if (tag !== 'Relationship' || mode === 'External') return;
      const isAbsolute = target.startsWith('/');
      found.push({ id, type: posix.basename(type), part: isAbsolute ? target.slice(1) : posix.join(folder, target) });
    },
  });
  return found;
}

/** Texts that cells refer to by their number, without what says how to pronounce them. */
async function sharedTexts(zip: Zip, part: string | undefined): Promise<string[]> {
  const texts: string[] = [];
  let isSpoken = false;
  if (part !== undefined)
    await readPart(zip, part, {
      open: (tag) => {
        if (tag === 'si') texts.push('');
        if (tag === 'rPh') isSpoken = true;
      },
      close: (tag, text) => {
        if (tag === 't' && !isSpoken) texts.push(`${texts.pop() ?? ''}${text}`);
        if (tag === 'rPh') isSpoken = false;
      },
    });
  return texts;
}

/** What a style shows a number as. */
type Shown = 'day' | 'percent' | 'number';

/** By the number of a style. */
async function stylesIn(zip: Zip, part: string | undefined): Promise<Shown[]> {
  const codes = new Map<string, string>();
  const styles: Shown[] = [];
  let isOfCells = false;
  if (part !== undefined)
    await readPart(zip, part, {
      open: (tag, { numFmtId: id = '', formatCode = '' }) => {
        if (tag === 'numFmt') codes.set(id, formatCode);
        if (tag === 'cellXfs') isOfCells = true;
        if (tag === 'xf' && isOfCells) styles.push(shownBy(Number(id), codes.get(id)));
      },
      close: (tag) => {
        if (tag === 'cellXfs') isOfCells = false;
      },
    });
  return styles;
}

/** Formats without a code are those of ECMA-376 §18.8.30, and what Japanese spreadsheets have for them. */
function shownBy(id: number, code: string | undefined): Shown {
  if (code === undefined) {
    if (id === 9 || id === 10) return 'percent';
    const isDay = (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);
    return isDay ? 'day' : 'number';
  }
  const bare = code.replaceAll(/"[^"]*"|\\.|\[[^\]]*\]/g, '');
  if (bare.includes('%')) return 'percent';
  return /[ymdhs]/i.test(bare) ? 'day' : 'number';
}

interface Book {
  readonly texts: readonly string[];
  readonly styles: readonly Shown[];
  readonly is1904: boolean;
}

async function readSheet(zip: Zip, part: string, sheet: ReadSheet, book: Book): Promise<void> {
  let [row, column] = [0, 0];
  let type = 'n';
  let shown: Shown = 'number';
  let isSpoken = false;
  let formula: string | undefined;
  let value = '';
  await readPart(zip, part, {
    open: (tag, { r, t = 'n', s = '0', ref = '' }) => {
      switch (tag) {
        case 'row':
          row = r === undefined ? row + 1 : rowIn(r);
          column = 0;
          break;
        case 'c':
          column = r === undefined ? column + 1 : cellIn(r).column;
          [type, shown, formula, value] = [t, book.styles[Number(s)] ?? 'number', undefined, ''];
          break;
        case 'rPh':
          isSpoken = true;
          break;
        case 'mergeCell':
          sheet.merge(areaIn(ref));
      }
    },
    close: (tag, text) => {
      switch (tag) {
        case 'rPh':
          isSpoken = false;
          break;
        case 'f':
          formula = text;
          break;
        case 'v':
          value = text;
          break;
        case 't':
          if (!isSpoken) value += text;
          break;
        case 'c':
          if (formula !== undefined) sheet.put(row, column, 'formula', `=${formula || value}`);
          else if (value !== '') sheet.put(row, column, ...meant(type, value, shown, book));
      }
    },
  });
}

/** What a cell says, by its type. */
function meant(
  type: string,
  value: string,
  shown: Shown,
  { texts, is1904 }: Book,
): readonly [kind: ReadCell['kind'], text: string] {
  switch (type) {
    case 's':
      return ['text', texts[Number(value)] ?? ''];
    case 'str':
    case 'inlineStr':
      return ['text', value];
    case 'd':
      return ['date', value.slice(0, 10)];
    case 'b':
      return ['other', value === '1' ? 'TRUE' : 'FALSE'];
    case 'n': {
      const number = Number(value);
      if (!Number.isFinite(number)) throw notAWorkbook(value);
      if (shown === 'percent') return ['other', `${String(Number((number * 100).toPrecision(15)))}%`];
      return shown === 'day' ? ['date', dayOf(number, is1904)] : ['number', String(number)];
    }
    default:
      return ['other', value];
  }
}

const DAY_MS = 24 * 60 * 60 * 1_000;

/** Days since the end of 1899, with the 29th of February that 1900 did not have; or since the beginning of 1904. */
function dayOf(serial: number, is1904: boolean): string {
  const first = is1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, serial < 60 ? 31 : 30);
  const day = new Date(first + Math.floor(serial) * DAY_MS);
  return Number.isNaN(day.getTime()) ? String(serial) : day.toISOString().slice(0, 10);
}

const ROWS_MAX = 1_048_576;
const COLUMNS_MAX = 16_384;

function rowIn(text: string): number {
  const row = /^[1-9]\d{0,6}$/.test(text) ? Number(text) : 0;
  if (row < 1 || row > ROWS_MAX) throw notAWorkbook(text);
  return row;
}

/** `K9` */
function cellIn(address: string): { readonly row: number; readonly column: number } {
  const [, letters = '', digits = ''] = /^\$?([A-Z]{1,3})\$?(\d{1,7})$/.exec(address) ?? [];
  const column = Array.from(letters).reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
  if (column < 1 || column > COLUMNS_MAX) throw notAWorkbook(address);
  return { row: rowIn(digits), column };
}

/** `A1:B2` */
function areaIn(ref: string): Area {
  const [first = '', last = first] = ref.split(':');
  const [begin, end] = [cellIn(first), cellIn(last)];
  return { top: begin.row, left: begin.column, bottom: end.row, right: end.column };
}

function addressOf(row: number, column: number): string {
  let letters = '';
  for (let left = column; left > 0; left = Math.floor((left - 1) / 26))
    letters = String.fromCharCode(65 + ((left - 1) % 26)) + letters;
  return `${letters}${String(row)}`;
}

interface Handler {
  /** By the names of the tag and its attributes, without their prefixes. */
  readonly open?: (tag: string, attributes: Readonly<Record<string, string | undefined>>) => void;
  /** @param text what stands between, without that of tags within */
  readonly close?: (tag: string, text: string) => void;
}

/** Reads a part; one that is not there says nothing. Names of their own entities are not known here. @throws Refusal SHEET_NOT_A_WORKBOOK */
async function readPart(
  zip: Zip,
  name: string,
  { open = () => undefined, close = () => undefined }: Handler,
): Promise<void> {
  const stream = await zip.part(name);
  if (!stream) return;
  const parser = new SaxesParser();
  let text = '';
  parser.on('opentag', (tag) => {
    text = '';
    open(bare(tag.name), Object.fromEntries(Object.entries(tag.attributes).map(([key, said]) => [bare(key), said])));
  });
  parser.on('text', (more) => {
    text += more;
  });
  parser.on('cdata', (more) => {
    text += more;
  });
  parser.on('closetag', (tag) => {
    close(bare(tag.name), text.replaceAll(/_x([0-9A-Fa-f]{4})_/g, characterOf).replaceAll('\r\n', '\n'));
    text = '';
  });
  parser.on('error', () => {
    throw notAWorkbook(name);
  });
  try {
    stream.setEncoding('utf8');
    for await (const chunk of stream) parser.write(chunk as string);
    parser.close();
  } catch (error) {
    throw error instanceof Refusal ? error : notAWorkbook(name);
  }
}

const bare = (name: string): string => name.slice(name.indexOf(':') + 1);
/** What XML cannot say is written so: `_x000D_`. */
const characterOf = (_all: string, code: string): string => String.fromCharCode(parseInt(code, 16));
