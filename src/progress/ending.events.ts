import { z } from 'zod';
import { defineEvent, entryRef, type EventsOf } from '../eventsourcing/catalogue.js';
import { citation, cited, uncited } from '../governance/citation.events.js';
import { measureSubject } from '../plan/plan.events.js';

/** How a measure can end otherwise than by being done; a proper end, not a status of the plan's scale. */
export const ENDINGS = {
  CONSIDERED_NOT_DONE: ['検討の結果実施しない', 'considered, not to be done'],
  STOPPED: ['中止', 'stopped'],
  NOT_ASSESSABLE: ['評価困難', 'cannot be assessed'],
} as const satisfies Record<string, readonly [ja: string, en: string]>;
export type EndingKind = keyof typeof ENDINGS;

/** In the order in which they are counted. */
export const ENDING_KINDS = ['CONSIDERED_NOT_DONE', 'STOPPED', 'NOT_ASSESSABLE'] as const satisfies EndingKind[];

const ending = z.enum(ENDING_KINDS);
/** The deciding body, in the words of the person who entered it. */
const decidedBy = z.string().optional();

export interface EndingValue {
  readonly ending: EndingKind;
  /** Why it ended. */
  readonly reason: string;
  readonly decidedBy?: string;
}

export const ENDING = 'ending';

const of = { planKey: z.string(), measureNo: z.string() };
const scope = (data: { planKey: string }): string => data.planKey;
const subject = (data: { measureNo: string }): string => measureSubject(data.measureNo);

interface Decided {
  readonly ending: EndingKind;
  readonly decidedBy?: string | undefined;
}
const ja = ({ ending, decidedBy }: Decided): string =>
  `「${ENDINGS[ending][0]}」${decidedBy === undefined ? '' : `（決定：${decidedBy}）`}`;
const en = ({ ending, decidedBy }: Decided): string =>
  ENDINGS[ending][1] + (decidedBy === undefined ? '' : ` (decided by ${decidedBy})`);

export const endingEvents = {
  MeasureEnded: defineEvent({
    version: 2,
    upcasts: { 1: uncited },
    data: z.strictObject({ ...of, ending, reason: z.string(), decidedBy, ...cited }),
    scope,
    subject,
    asserts: ({ id, data: { measureNo, ending, reason, decidedBy, decision } }) => [
      { subject: measureSubject(measureNo), attributes: { [ENDING]: { ending, reason, decidedBy } } },
      ...citation(id, { decision }),
    ],
    sentence: {
      ja: ({ data }) => `個別施策 ${data.measureNo} を終了：${ja(data)}`,
      en: ({ data }) => `Measure ${data.measureNo} ended: ${en(data)}`,
    },
  }),
  /** `reason` says why it is corrected, `endingReason` why the measure ended. */
  MeasureEndingCorrected: defineEvent({
    version: 2,
    upcasts: { 1: uncited },
    data: z.strictObject({
      ...of,
      ending,
      endingReason: z.string(),
      decidedBy,
      corrects: entryRef,
      reason: z.string(),
      ...cited,
    }),
    scope,
    subject,
    asserts: ({ id, data: { measureNo, ending, endingReason: reason, decidedBy, decision } }) => [
      { subject: measureSubject(measureNo), attributes: { [ENDING]: { ending, reason, decidedBy } } },
      ...citation(id, { decision }),
    ],
    supersedes: ({ corrects }) => ({ entry: corrects, attribute: ENDING }),
    sentence: {
      ja: ({ data }) => `個別施策 ${data.measureNo} の終了を訂正：${ja(data)}`,
      en: ({ data }) => `Measure ${data.measureNo}: ending corrected to ${en(data)}`,
    },
  }),
  MeasureEndingWithdrawn: defineEvent({
    version: 1,
    data: z.strictObject({ ...of, withdraws: entryRef, reason: z.string() }),
    scope,
    subject,
    asserts: () => [],
    supersedes: ({ withdraws }) => ({ entry: withdraws, attribute: ENDING }),
    sentence: {
      ja: ({ data }) => `個別施策 ${data.measureNo} の終了を取消し`,
      en: ({ data }) => `Measure ${data.measureNo}: ending withdrawn, it is open again`,
    },
  }),
};

export type EndingEvent = EventsOf<typeof endingEvents>;
