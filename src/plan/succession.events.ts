import { z } from 'zod';
import { defineEvent, entryRef, type EventsOf } from '../eventsourcing/catalogue.js';
import { citation, cited } from '../governance/citation.events.js';
import { adoptedSchedule, measureSubject } from './plan.events.js';

/** How measures give way: one to several, several to one, one to none. */
export const SUCCESSIONS = {
  SPLIT: ['分割', 'split'],
  MERGER: ['統合', 'merged'],
  RETIREMENT: ['廃止', 'retired'],
} as const satisfies Record<string, readonly [ja: string, en: string]>;
export type SuccessionKind = keyof typeof SUCCESSIONS;
export const SUCCESSION_KINDS = ['SPLIT', 'MERGER', 'RETIREMENT'] as const satisfies SuccessionKind[];

/** The same in all events of one succession, which lie in the streams of all its measures. */
const succession = {
  succession: z.uuid(),
  kind: z.enum(SUCCESSION_KINDS),
  predecessors: z.array(z.string()),
  successors: z.array(z.string()),
};

/** A measure in the place of others, all of it: one entry, withdrawn as one. */
const successor = {
  title: z.string(),
  policy: z.string(),
  owners: z.array(z.string()),
  coordinators: z.array(z.string()),
  schedule: adoptedSchedule,
};

const because = {
  reason: z.string(),
  /** The deciding body, in the words of the person who entered it. */
  decidedBy: z.string().optional(),
};

const successionValue = z.strictObject({ ...succession, ...because });
/** How measures gave way, with why. */
export type Succession = z.output<typeof successionValue>;

const originValue = z.strictObject({ ...successionValue.shape, ...successor });
/** What a measure was when it took the place of others. */
export type Origin = z.output<typeof originValue>;
export type Successor = Pick<Origin, keyof typeof successor>;

/** Of a measure that took the place of others. */
export const ORIGIN = 'origin';
/** Of a measure in whose place others are, or none. */
export const SUCCESSION = 'succession';

const of = { planKey: z.string(), measureNo: z.string() };
const scope = (data: { planKey: string }): string => data.planKey;
const subject = (data: { measureNo: string }): string => measureSubject(data.measureNo);
const withdrawn = z.strictObject({ ...of, withdraws: entryRef, reason: z.string() });

/** `1-2-6、1-2-7 に分割` */
export function successionWords(
  { kind, successors }: Pick<Succession, 'kind' | 'successors'>,
  language: 0 | 1,
): string {
  const word = SUCCESSIONS[kind][language];
  if (successors.length === 0) return word;
  return language === 0 ? `${successors.join('、')} に${word}` : `${word} into ${successors.join(', ')}`;
}

export const successionEvents = {
  SuccessorEntered: defineEvent({
    version: 1,
    data: z.strictObject({ ...of, ...originValue.shape, ...cited }),
    scope,
    subject,
    asserts: ({ id, data: { planKey: _, measureNo, decision, ...value } }) => [
      { subject: measureSubject(measureNo), attributes: { [ORIGIN]: value } },
      ...citation(id, { decision }),
    ],
    sentence: {
      ja: ({ data: { measureNo, title, predecessors, kind } }) =>
        `個別施策 ${measureNo}「${title}」を ${predecessors.join('、')} の${SUCCESSIONS[kind][0]}により掲載`,
      en: ({ data: { measureNo, title, predecessors, kind } }) =>
        `Measure ${measureNo} “${title}” entered, as ${predecessors.join(', ')} ${predecessors.length > 1 ? 'were' : 'was'} ${SUCCESSIONS[kind][1]}`,
    },
  }),
  SuccessorWithdrawn: defineEvent({
    version: 1,
    data: withdrawn,
    scope,
    subject,
    asserts: () => [],
    supersedes: ({ withdraws }) => ({ entry: withdraws, attribute: ORIGIN }),
    sentence: {
      ja: ({ data }) => `個別施策 ${data.measureNo} の掲載を取消し`,
      en: ({ data }) => `Measure ${data.measureNo}: entry withdrawn`,
    },
  }),
  MeasureSucceeded: defineEvent({
    version: 1,
    data: z.strictObject({ ...of, ...successionValue.shape, ...cited }),
    scope,
    subject,
    asserts: ({ id, data: { planKey: _, measureNo, decision, ...value } }) => [
      { subject: measureSubject(measureNo), attributes: { [SUCCESSION]: value } },
      ...citation(id, { decision }),
    ],
    sentence: {
      ja: ({ data }) =>
        `個別施策 ${data.measureNo} を${data.successors.length > 0 ? ' ' : ''}${successionWords(data, 0)}`,
      en: ({ data }) => `Measure ${data.measureNo} ${successionWords(data, 1)}`,
    },
  }),
  MeasureSuccessionWithdrawn: defineEvent({
    version: 1,
    data: withdrawn,
    scope,
    subject,
    asserts: () => [],
    supersedes: ({ withdraws }) => ({ entry: withdraws, attribute: SUCCESSION }),
    sentence: {
      ja: ({ data }) => `個別施策 ${data.measureNo} の分割・統合・廃止を取消し`,
      en: ({ data }) => `Measure ${data.measureNo}: split, merger or retirement withdrawn, it is there again`,
    },
  }),
};

export type SuccessionEvent = EventsOf<typeof successionEvents>;
