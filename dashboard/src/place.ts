import { isDay, type Day } from '../../src/calendar/day.js';
import type { Language } from './words.js';

/** What an address says: which page, of which plan, on which day, known until when, in which language. */
export interface Place {
  readonly path: string;
  readonly language: Language;
  /** Undefined: the only plan, or the first. */
  readonly plan?: string | undefined;
  /** Undefined: today. */
  readonly on?: Day | undefined;
  /** The last day whose records count; undefined: all that is known now. */
  readonly known?: Day | undefined;
  /** What else the address asks: filters, a page of a list. */
  readonly asked: Readonly<Record<string, string>>;
}

const DAYS = ['on', 'known', 'from', 'fromKnown'] as const;
const OWN = ['lang', 'plan', 'on', 'known'];

/** @returns undefined when it names a day that does not exist */
export function placeIn(url: URL): Place | undefined {
  const given = Object.fromEntries([...url.searchParams].filter(([, value]) => value !== ''));
  const { lang, plan, on, known } = given;
  if (DAYS.some((name) => given[name] !== undefined && !isDay(given[name]))) return undefined;
  const asked = Object.fromEntries(Object.entries(given).filter(([name]) => !OWN.includes(name)));
  return { path: url.pathname, language: lang === 'en' ? 'en' : 'ja', plan, on, known, asked };
}

/** The address of a place: the same moment and language, unless something else is said. */
export function href(
  { language, plan, on, known }: Place,
  path: string,
  more: Partial<Omit<Place, 'path'>> = {},
): string {
  const to = { language, plan, on, known, asked: {}, ...more };
  const query = new URLSearchParams(
    [
      ['plan', to.plan],
      ['on', to.on],
      ['known', to.known],
      ['lang', to.language === 'en' ? 'en' : undefined],
      ...Object.entries(to.asked),
    ].filter((pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== ''),
  ).toString();
  return query === '' ? path : `${path}?${query}`;
}

/** As GraphQL asks for it. */
export const asOfIn = ({ on, known }: Place): { effectiveOn?: string; recordedAt?: string } => ({
  ...(on !== undefined && { effectiveOn: on }),
  ...(known !== undefined && knownAt(known)),
});

/** Up to the end of a day at the town. */
export const knownAt = (day: Day): { recordedAt: string } => ({ recordedAt: `${day}T23:59:59.999+09:00` });
