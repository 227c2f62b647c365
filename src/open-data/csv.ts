import { stringify } from 'csv-stringify/sync';
import type { Table, Value } from './tables.js';

/** What a spreadsheet would calculate, half or full width. */
const FORMULA = /^[=+\-@\t\r＝＋－＠]/;

/** Yes and no as they are printed in tables; a text that begins like a formula after an apostrophe; no data is empty. */
function shown(value: Value | undefined, isText: boolean): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') return value ? '○' : '';
  const text = String(value);
  return isText && FORMULA.test(text) ? `'${text}` : text;
}

/** RFC 4180 with CRLF. */
export function csvText(columns: Table['columns'], rows: readonly Readonly<Record<string, Value>>[]): string {
  const all = Object.entries(columns);
  return stringify(
    [
      all.map(([, { title }]) => title),
      ...rows.map((row) => all.map(([key, { isText = false }]) => shown(row[key], isText))),
    ],
    // A line feed alone would end the record for many readers.
    { record_delimiter: 'windows', quoted_match: /[\r\n]/ },
  );
}
