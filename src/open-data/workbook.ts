import excel from 'exceljs';
import type { Table, Value } from './tables.js';

export interface Sheet {
  readonly title: string;
  readonly columns: Table['columns'];
  readonly rows: readonly Readonly<Record<string, Value>>[];
}

/** データ: each table as a sheet, one row one record, no merged cells; for people who print there is the form 様式. */
export async function workbookOf(sheets: readonly Sheet[]): Promise<Buffer> {
  const book = new excel.Workbook();
  for (const { title, columns, rows } of sheets) {
    const sheet = book.addWorksheet(title, { views: [{ state: 'frozen', ySplit: 1 }] });
    const all = Object.entries(columns);
    sheet.addRow(all.map(([, column]) => column.title)).font = { bold: true };
    for (const row of rows) sheet.addRow(all.map(([key, { isText = false }]) => cellOf(row[key], isText)));
    sheet.columns.forEach((column) => (column.width = 16));
    sheet.autoFilter = { from: { row: 1, column: 1 }, to: { row: 1, column: all.length } };
  }
  return Buffer.from(await book.xlsx.writeBuffer());
}

/** What is a number to the last digit stands as one; a text, a code and a day stay texts, whatever they look like. */
function cellOf(value: Value | undefined, isText: boolean): string | number | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean') return value ? '○' : null;
  return !isText && String(Number(value)) === String(value) ? Number(value) : String(value);
}
