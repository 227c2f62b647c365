import { refused } from '../api/http-problem.js';
import type { Language } from '../calendar/wording.js';
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
