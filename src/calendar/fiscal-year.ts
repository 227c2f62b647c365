import type { Day } from './day.js';

/** A Japanese fiscal year: `2025` is 令和7年度, 1 April 2025 – 31 March 2026. */
export type FiscalYear = number;

export interface FiscalYearRange {
  readonly from: FiscalYear;
  readonly to: FiscalYear;
}

export const firstDayOf = (year: FiscalYear): Day => `${String(year)}-04-01`;

export const lastDayOf = (year: FiscalYear): Day => `${String(year + 1)}-03-31`;

export const fiscalYearOf = (day: Day): FiscalYear => Number(day.slice(0, 4)) - (day.slice(5) < '04-01' ? 1 : 0);

export const yearsOf = (range: FiscalYearRange): FiscalYear[] =>
  Array.from({ length: range.to - range.from + 1 }, (_, i) => range.from + i);

/** First year of each era: FY2019 is 令和元年度 although it began in 平成. */
const ERAS = [
  { name: '令和', letter: 'R', first: 2019 },
  { name: '平成', letter: 'H', first: 1989 },
  { name: '昭和', letter: 'S', first: 1926 },
] as const;

/** `令和7年度`; the first year of an era is `令和元年度`. */
export const japaneseFiscalYear = (year: FiscalYear): string => `${japaneseYear(year)}度`;

/** `令和7年`; a year in which an era began is its first, `令和元年`. */
export function japaneseYear(year: number): string {
  const era = ERAS.find(({ first }) => year >= first);
  if (!era) return `${String(year)}年`;
  const n = year - era.first + 1;
  return `${era.name}${n === 1 ? '元' : String(n)}年`;
}

/** `R7` for 令和7年度; `R1` for 令和元年度. */
export function fiscalYearCode(year: FiscalYear): string {
  const era = ERAS.find(({ first }) => year >= first);
  return era ? `${era.letter}${String(year - era.first + 1)}` : String(year);
}
