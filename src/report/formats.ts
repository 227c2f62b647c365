import { refused } from '../api/http-problem.js';
import { isDay } from '../calendar/day.js';
import type { Language } from '../calendar/wording.js';
import { isPosition } from '../eventsourcing/position.js';
import type { Document } from './document.js';
import { htmlOf } from './html.js';

export interface Format {
  readonly type: string;
  readonly write: (document: Document) => unknown;
}

/** Each writer is loaded when it is first asked for: what sets a PDF is large. */
export const FORMATS: Readonly<Record<string, Format>> = {
  html: { type: 'text/html; charset=utf-8', write: htmlOf },
  pdf: { type: 'application/pdf', write: async (document) => (await import('./pdf.js')).pdfOf(document) },
  docx: {
    type: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    write: async (document) => (await import('./word.js')).wordOf(document),
  },
};

/** What goes with every printed file. */
export const headersOf = (type: string, filename: string): Readonly<Record<string, string>> => ({
  'content-type': type,
  'content-disposition': `inline; filename="${filename}"`,
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  'cache-control': 'public, max-age=3600',
  'x-content-type-options': 'nosniff',
});

/** @throws HttpException INVALID_INPUT */
export function languageIn(given: unknown): Language {
  if (given === undefined || given === 'ja' || given === 'en') return given ?? 'ja';
  throw refused('INVALID_INPUT', 'lang', 'ja / en');
}

/** @throws HttpException INVALID_INPUT */
export function dayIn(name: string, given: unknown): string {
  if (typeof given === 'string' && isDay(given)) return given;
  throw refused('INVALID_INPUT', name, 'YYYY-MM-DD');
}

/**
 * Up to where the ledger is known, as GraphQL takes it: to a position, or to the end of a day, or to the last entry.
 *
 * @throws HttpException INVALID_INPUT
 */
export function knownIn(names: { readonly position: string; readonly known: string }, asked: Asked): object {
  const [position, known] = [asked[names.position], asked[names.known]];
  if (position !== undefined) {
    if (typeof position === 'string' && isPosition(position)) return { position };
    throw refused('INVALID_INPUT', names.position, '00000000000000000208');
  }
  return known === undefined ? {} : { recordedAt: `${dayIn(names.known, known)}T23:59:59.999+09:00` };
}

/** Of an address, after the question mark. */
export type Asked = Readonly<Record<string, unknown>>;
