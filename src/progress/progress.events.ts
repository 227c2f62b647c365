import { z } from 'zod';
import { defineEvent, entryRef, type EventsOf } from '../eventsourcing/catalogue.js';
import { measureSubject } from '../plan/plan.events.js';

/** What a measure's status is from a day on: a code of the plan's own scale. */
export interface StatusValue {
  readonly status: string;
  readonly reason?: string;
}

export const STATUS = 'status';

const of = { planKey: z.string(), measureNo: z.string() };
const scope = (data: { planKey: string }): string => data.planKey;
const subject = (data: { measureNo: string }): string => measureSubject(data.measureNo);

const asserts = ({ data: { status, reason } }: { data: { status: string; reason?: string | undefined } }) => ({
  [STATUS]: { status, reason },
});

export const progressEvents = {
  MeasureStatusChanged: defineEvent({
    version: 1,
    data: z.strictObject({ ...of, status: z.string(), reason: z.string().optional() }),
    scope,
    subject,
    asserts,
    sentence: {
      ja: ({ data }) => `個別施策 ${data.measureNo} の状況を「${data.status}」と報告`,
      en: ({ data }) => `Measure ${data.measureNo} reported as “${data.status}”`,
    },
  }),
  MeasureStatusCorrected: defineEvent({
    version: 1,
    data: z.strictObject({ ...of, status: z.string(), corrects: entryRef, reason: z.string() }),
    scope,
    subject,
    asserts,
    supersedes: ({ corrects }) => ({ entry: corrects, attribute: STATUS }),
    sentence: {
      ja: ({ data }) => `個別施策 ${data.measureNo} の状況を「${data.status}」に訂正`,
      en: ({ data }) => `Measure ${data.measureNo}: status corrected to “${data.status}”`,
    },
  }),
  MeasureStatusWithdrawn: defineEvent({
    version: 1,
    data: z.strictObject({ ...of, withdraws: entryRef, reason: z.string() }),
    scope,
    subject,
    asserts: () => [],
    supersedes: ({ withdraws }) => ({ entry: withdraws, attribute: STATUS }),
    sentence: {
      ja: ({ data }) => `個別施策 ${data.measureNo} の状況の報告を取消し`,
      en: ({ data }) => `Measure ${data.measureNo}: status report withdrawn`,
    },
  }),
};

export type ProgressEvent = EventsOf<typeof progressEvents>;
