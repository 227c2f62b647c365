import type { Day } from '../calendar/day.js';

/** An event of one whole day. */
export interface CalendarEntry {
  /** The same for ever, and no other's anywhere. */
  readonly uid: string;
  readonly day: Day;
  /** Raised with each change. */
  readonly sequence: number;
  readonly changedAt: Date;
  readonly summary: string;
  readonly description: string;
  readonly isCancelled: boolean;
  /** Days before, at nine in the morning. */
  readonly alarms: readonly number[];
}

export interface CalendarFile {
  readonly name: string;
  readonly language: string;
  readonly entries: readonly CalendarEntry[];
}

/** Octets of a line, its end not counted (RFC 5545, 3.1). */
const LINE_OCTETS_MAX = 75;
const ALARM_HOUR = 9;

/** A calendar to subscribe to, as RFC 5545 wants it, with the names of RFC 7986. The same for the same entries, to the byte. */
export function calendarText({ name, language, entries }: CalendarFile): string {
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Daicho//Daicho//JA',
    'CALSCALE:GREGORIAN',
    `NAME;LANGUAGE=${language}:${escaped(name)}`,
    `X-WR-CALNAME:${escaped(name)}`,
    'REFRESH-INTERVAL;VALUE=DURATION:PT12H',
    ...entries.flatMap((entry) => entryLines(entry, language)),
    'END:VCALENDAR',
  ]
    .map((line) => `${folded(line)}\r\n`)
    .join('');
}

function entryLines(entry: CalendarEntry, language: string): string[] {
  const { uid, day, sequence, changedAt, summary, description, isCancelled, alarms } = entry;
  const changed = instant(changedAt);
  return [
    'BEGIN:VEVENT',
    `UID:${escaped(uid)}`,
    `DTSTAMP:${changed}`,
    `LAST-MODIFIED:${changed}`,
    `SEQUENCE:${String(sequence)}`,
    `DTSTART;VALUE=DATE:${day.replaceAll('-', '')}`,
    `SUMMARY;LANGUAGE=${language}:${escaped(summary)}`,
    `DESCRIPTION;LANGUAGE=${language}:${escaped(description)}`,
    `STATUS:${isCancelled ? 'CANCELLED' : 'CONFIRMED'}`,
    'TRANSP:TRANSPARENT',
    ...(isCancelled ? [] : alarms.flatMap((days) => alarmLines(days, summary))),
    'END:VEVENT',
  ];
}

const alarmLines = (daysBefore: number, summary: string): string[] => [
  'BEGIN:VALARM',
  'ACTION:DISPLAY',
  `TRIGGER:${trigger(daysBefore)}`,
  `DESCRIPTION:${escaped(summary)}`,
  'END:VALARM',
];

/** From the midnight at which the day begins. */
const trigger = (daysBefore: number): string =>
  daysBefore === 0 ? `PT${String(ALARM_HOUR)}H` : `-P${String(daysBefore - 1)}DT${String(24 - ALARM_HOUR)}H`;

const instant = (at: Date): string => at.toISOString().replace(/[-:]|\.\d{3}/g, '');

const escaped = (text: string): string => text.replace(/[\\;,]/g, '\\$&').replace(/\r\n?|\n/g, '\\n');

/** Folded between characters, each line with the space that it begins with. */
function folded(line: string): string {
  const lines: string[] = [];
  let current = '';
  let octets = 0;
  for (const character of line) {
    const more = octetsOf(character);
    if (octets + more > LINE_OCTETS_MAX) {
      lines.push(current);
      current = ' ';
      octets = 1;
    }
    current += character;
    octets += more;
  }
  return [...lines, current].join('\r\n');
}

/** In UTF-8. */
function octetsOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}
