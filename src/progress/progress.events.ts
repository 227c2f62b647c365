import { z } from 'zod';
import { defineEvent, entryRef, type EventsOf, type Said } from '../eventsourcing/catalogue.js';
import { citation, cited, uncited } from '../governance/citation.events.js';
import { measureSubject, scaleRef, type ScaleRef } from '../plan/plan.events.js';

/** What a measure's status is from a day on: a code of the plan's own scale. */
export interface StatusValue {
  readonly status: string;
  /** The version that the code is of; absent, where it was recorded before versions were: the one in force on its day. */
  readonly scale?: ScaleRef;
  readonly reason?: string;
}

export const STATUS = 'status';

const of = { planKey: z.string(), measureNo: z.string() };
const scope = (data: { planKey: string }): string => data.planKey;
const subject = (data: { measureNo: string }): string => measureSubject(data.measureNo);

interface Reported {
  readonly measureNo: string;
  readonly status: string;
  readonly scale?: ScaleRef | undefined;
  readonly reason?: string | undefined;
  readonly decision?: string | undefined;
}

const asserts = ({ id, data: { measureNo, status, scale, reason, decision } }: Said<Reported>) => [
  { subject: measureSubject(measureNo), attributes: { [STATUS]: { status, scale, reason } } },
  ...citation(id, { decision }),
];

/** Version 2 says the version of the scale. What was recorded before does not know it, and is not made to. */
const upcasts = { 1: (data: object) => data, 2: uncited };

export const progressEvents = {
  MeasureStatusChanged: defineEvent({
    version: 3,
    upcasts,
    data: z.strictObject({
      ...of,
      status: z.string(),
      scale: scaleRef.optional(),
      reason: z.string().optional(),
      ...cited,
    }),
    scope,
    subject,
    asserts,
    sentence: {
      ja: ({ data }) => `個別施策 ${data.measureNo} の状況を「${data.status}」と報告`,
      en: ({ data }) => `Measure ${data.measureNo} reported as “${data.status}”`,
    },
  }),
  MeasureStatusCorrected: defineEvent({
    version: 3,
    upcasts,
    data: z.strictObject({
      ...of,
      status: z.string(),
      scale: scaleRef.optional(),
      corrects: entryRef,
      reason: z.string(),
      ...cited,
    }),
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
