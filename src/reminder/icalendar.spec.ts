import fc from 'fast-check';
import ical from 'ical.js';
import { calendarText, type CalendarEntry } from './icalendar.js';

const entry: CalendarEntry = {
  uid: 'a@daicho',
  day: '2027-04-30',
  sequence: 2,
  changedAt: new Date('2027-04-05T00:00:00.123Z'),
  summary: '締切：令和8年度の報告（財政課）',
  description: '一行目、二行目;三行目\\終わり\nつづき, 以上',
  isCancelled: false,
  alarms: [7, 1, 0],
};

const parsed = (text: string) => {
  const [first] = new ical.Component(ical.parse(text)).getAllSubcomponents('vevent');
  if (!first) throw new Error(text);
  return { component: first, event: new ical.Event(first) };
};

describe('A calendar file', () => {
  it('is read by another program as it was meant', () => {
    const { component, event } = parsed(calendarText({ name: '計画', language: 'ja', entries: [entry] }));
    expect([event.uid, event.sequence, event.summary, event.description]).toEqual([
      entry.uid,
      entry.sequence,
      entry.summary,
      entry.description,
    ]);
    expect([event.startDate.isDate, event.startDate.toString(), event.endDate.toString()]).toEqual([
      true,
      '2027-04-30',
      '2027-05-01',
    ]);
    expect(component.getFirstPropertyValue('last-modified')?.toString()).toBe('2027-04-05T00:00:00Z');
    const alarms = component.getAllSubcomponents('valarm').map((alarm) => {
      const at = event.startDate.clone();
      at.isDate = false;
      at.addDuration(alarm.getFirstPropertyValue('trigger') as InstanceType<typeof ical.Duration>);
      return at.toString();
    });
    expect(alarms).toEqual(['2027-04-23T09:00:00', '2027-04-29T09:00:00', '2027-04-30T09:00:00']);
  });

  it('has no alarm for what is cancelled', () => {
    const { component } = parsed(
      calendarText({ name: '計画', language: 'ja', entries: [{ ...entry, isCancelled: true }] }),
    );
    expect(component.getFirstPropertyValue('status')).toBe('CANCELLED');
    expect(component.getAllSubcomponents('valarm')).toEqual([]);
  });

  it('has lines of at most 75 octets, whole characters in each, and any text comes back', () => {
    const unit = fc.constantFrom('a', 'é', '締', '𠮷', '；', ';', ',', '\\', '\n', ':', ' ', '"');
    const text = fc.string({ unit, maxLength: 200 });
    fc.assert(
      fc.property(text, text, (summary, description) => {
        const file = calendarText({ name: summary, language: 'ja', entries: [{ ...entry, summary, description }] });
        const bytes = Buffer.from(file, 'utf8');
        const lines = bytes.toString('latin1').split('\r\n');
        expect(lines.pop()).toBe('');
        const whole = new TextDecoder('utf-8', { fatal: true });
        for (const line of lines) {
          expect(line.length).toBeLessThanOrEqual(75);
          expect(line).not.toMatch(/[\r\n]/);
          whole.decode(Buffer.from(line, 'latin1'));
        }
        const { event } = parsed(file);
        expect([event.summary, event.description]).toEqual([summary, description]);
      }),
    );
  });
});
