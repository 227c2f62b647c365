import { say, type Language, type Word } from './words.js';

/** What of a fiscal year a round asks about. */
export const PERIODS = {
  ANNUAL: 'periodAnnual',
  HALF1: 'periodHalf1',
  HALF2: 'periodHalf2',
  Q1: 'periodQ1',
  Q2: 'periodQ2',
  Q3: 'periodQ3',
  Q4: 'periodQ4',
} as const satisfies Record<string, Word>;

export type Period = keyof typeof PERIODS;

export const isPeriod = (text: string): text is Period => Object.hasOwn(PERIODS, text);

export const periodText = (period: Period, language: Language): string => say(language)(PERIODS[period]);
