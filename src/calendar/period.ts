import { isDay, type Day } from './day.js';
import { firstDayOf, japaneseFiscalYear, japaneseYear, lastDayOf } from './fiscal-year.js';

/** What a statistic is counted by: a fiscal year `FY2021`, a calendar year `2021`, a day `2023-02-28`. */
export type Period = string;

export const PERIOD_KINDS = ['fiscal-year', 'calendar-year', 'day'] as const;
export type PeriodKind = (typeof PERIOD_KINDS)[number];

/** `undefined`: the text is no period. */
export function periodKindOf(text: string): PeriodKind | undefined {
  if (/^FY[1-9]\d{3}$/.test(text)) return 'fiscal-year';
  if (/^[1-9]\d{3}$/.test(text)) return 'calendar-year';
  return isDay(text) ? 'day' : undefined;
}

export const isPeriod = (text: string): text is Period => periodKindOf(text) !== undefined;

/** The year of a period; of a day, its calendar year. */
export const yearOfPeriod = (period: Period): number => Number(/\d{4}/.exec(period)?.[0]);

export const firstDayOfPeriod = (period: Period): Day => daysOf(period)[0];

export const lastDayOfPeriod = (period: Period): Day => daysOf(period)[1];

function daysOf(period: Period): readonly [first: Day, last: Day] {
  const year = yearOfPeriod(period);
  switch (periodKindOf(period)) {
    case 'fiscal-year':
      return [firstDayOf(year), lastDayOf(year)];
    case 'calendar-year':
      return [`${String(year)}-01-01`, `${String(year)}-12-31`];
    case 'day':
    case undefined:
      return [period, period];
  }
}

const inJapanese = new Intl.DateTimeFormat('ja-JP-u-ca-japanese', { dateStyle: 'long', timeZone: 'UTC' });

/** `令和3年度`, `令和3年`, `令和5年2月28日`; a text that is no period as it is. */
export function japanesePeriod(period: Period): string {
  switch (periodKindOf(period)) {
    case 'fiscal-year':
      return japaneseFiscalYear(yearOfPeriod(period));
    case 'calendar-year':
      return japaneseYear(yearOfPeriod(period));
    case 'day':
      return inJapanese.format(Date.parse(period));
    case undefined:
      return period;
  }
}
