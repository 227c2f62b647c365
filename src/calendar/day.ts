/** A calendar day in the plan's time zone, `YYYY-MM-DD`. String order is calendar order. */
export type Day = string;

const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Whether the text names a day that exists (`2026-02-30` does not). */
export function isDay(text: string): text is Day {
  const match = DAY.exec(text);
  if (!match) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const date = new Date(Date.UTC(year, month - 1, day));
  return year >= 1000 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/** Whether the machine knows a time zone of that name (IANA: `Asia/Tokyo`). */
export function isTimeZone(name: string): boolean {
  try {
    dayAt(0, name);
    return true;
  } catch {
    return false;
  }
}

/** How many days the second day is after the first; negative: before. */
export const daysBetween = (from: Day, to: Day): number => Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);

const DAY_MS = 24 * 3_600_000;

const formats = new Map<string, Intl.DateTimeFormat>();

/** The day on which an instant (ms since 1970 UTC) falls in a time zone. @throws RangeError for an unknown zone. */
export function dayAt(instantMs: number, timeZone: string): Day {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
    formats.set(timeZone, format);
  }
  return format.format(instantMs);
}

/** How far a time zone is from UTC when a day begins there: `+09:00`. @throws RangeError for an unknown zone. */
export function offsetOn(day: Day, timeZone: string): string {
  const utcMidnightMs = Date.parse(day);
  const [, sign = '', hours = '', minutes = ''] = /([+-])(\d\d):(\d\d)/.exec(offsetAt(utcMidnightMs, timeZone)) ?? [];
  const aheadMs = Number(`${sign}${String(Number(hours) * 60 + Number(minutes))}`) * 60_000;
  return offsetAt(utcMidnightMs - aheadMs, timeZone);
}

function offsetAt(instantMs: number, timeZone: string): string {
  const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });
  const [, offset = ''] = /GMT(.*)$/.exec(format.format(instantMs)) ?? [];
  return offset === '' ? '+00:00' : offset;
}
