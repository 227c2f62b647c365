import type { Day } from './day.js';
import { fiscalYearCode, japaneseFiscalYear, japaneseYear } from './fiscal-year.js';

/** Japanese first. */
export type Language = 'ja' | 'en';

/** `令和8年11月26日`, `26 November 2026`; the era changes with its day: 1 May 2019 is the first of 令和. */
export function dayText(day: Day, language: Language): string {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number];
  if (language === 'en') return `${String(date)} ${MONTHS[month - 1] ?? ''} ${String(year)}`;
  const era = day >= '2019-05-01' || year !== 2019 ? japaneseYear(year) : `平成31年`;
  return `${era}${String(month)}月${String(date)}日`;
}

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** `令和7年度`, `FY2025`. */
export const yearText = (year: number, language: Language): string =>
  language === 'ja' ? japaneseFiscalYear(year) : `FY${String(year)}`;

/** `R7`, `FY25`. */
export const yearShort = (year: number, language: Language): string =>
  language === 'ja' ? fiscalYearCode(year) : `FY${String(year % 100).padStart(2, '0')}`;
