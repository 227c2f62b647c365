import { z } from 'zod';
import { japaneseFiscalYear } from '../calendar/fiscal-year.js';
import { defineEvent, entryRef, type EventsOf } from '../eventsourcing/catalogue.js';
import { citation, cited, uncited } from '../governance/citation.events.js';
import { measureSubject } from '../plan/plan.events.js';

const shift = z.strictObject({
  phase: z.string(),
  from: z.int(),
  to: z.int(),
  /** Whether all phases that begin after it moved by the same number of years. */
  cascade: z.boolean(),
  reason: z.string(),
  /** The deciding body, in the words of the person who entered it. */
  decidedBy: z.string().optional(),
  ...cited,
});
/** One move of one phase of one measure from a fiscal year to another. */
export type Shift = z.output<typeof shift>;

const of = { planKey: z.string(), measureNo: z.string() };
const scope = (data: { planKey: string }): string => data.planKey;
const subject = (data: { measureNo: string }): string => measureSubject(data.measureNo);

/** Each shift is an attribute of its own; the forecast is the adopted row folded with the visible ones. */
export const SHIFT = 'shift/';

export const scheduleEvents = {
  ScheduleShifted: defineEvent({
    version: 2,
    upcasts: { 1: uncited },
    data: z.strictObject({ ...of, ...shift.shape }),
    scope,
    subject,
    asserts: ({ id, data: { planKey: _, measureNo, ...value } }) => [
      { subject: measureSubject(measureNo), attributes: { [SHIFT + id]: value } },
      ...citation(id, value),
    ],
    sentence: {
      ja: ({ data: { measureNo, phase, from, to, cascade } }) =>
        `個別施策 ${measureNo} の「${phase}」を${japaneseFiscalYear(from)}から${japaneseFiscalYear(to)}へ変更` +
        (cascade ? '（以降の段階も同じ年数だけ移動）' : ''),
      en: ({ data: { measureNo, phase, from, to, cascade } }) =>
        `Measure ${measureNo}: ${phase} moved from FY${String(from)} to FY${String(to)}` +
        (cascade ? ', with all that begins after it' : ''),
    },
  }),
  ScheduleShiftWithdrawn: defineEvent({
    version: 1,
    data: z.strictObject({ ...of, withdraws: entryRef, reason: z.string() }),
    scope,
    subject,
    asserts: () => [],
    supersedes: ({ withdraws }) => ({ entry: withdraws, attribute: SHIFT + withdraws.eventId }),
    sentence: {
      ja: ({ data }) => `個別施策 ${data.measureNo} の日程変更を取消し`,
      en: ({ data }) => `Measure ${data.measureNo}: schedule shift withdrawn`,
    },
  }),
};

export type ScheduleEvent = EventsOf<typeof scheduleEvents>;
