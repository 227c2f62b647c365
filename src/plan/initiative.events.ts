import { z } from 'zod';
import { defineEvent, entryRef, type EventsOf, type Said } from '../eventsourcing/catalogue.js';
import { citation, cited, uncited } from '../governance/citation.events.js';
import { adoptedSchedule, measureSubject } from './plan.events.js';

/** Why something is done that the plan does not hold: 第3章3⑷ア of the reference plan. */
export const CAUSES = {
  LAW: ['新法令等', 'new law or regulation'],
  FUNDING: ['期限付き財源', 'time-limited funding'],
  RENEWAL: ['機器更新', 'renewal of equipment'],
  OTHER: ['その他', 'other'],
} as const satisfies Record<string, readonly [ja: string, en: string]>;
export type Cause = keyof typeof CAUSES;

/** An unplanned initiative 本計画にない取組, all of it: one entry, corrected and withdrawn as one. */
const initiative = z.strictObject({
  title: z.string(),
  /** The number of the goal that it serves. */
  goal: z.string(),
  cause: z.enum(['LAW', 'FUNDING', 'RENEWAL', 'OTHER']),
  causeNote: z.string().optional(),
  owners: z.array(z.string()),
  coordinators: z.array(z.string()),
  schedule: adoptedSchedule,
});
export type Initiative = z.output<typeof initiative>;

export const INITIATIVE = 'initiative';

const said = {
  planKey: z.string(),
  measureNo: z.string(),
  ...initiative.shape,
  reason: z.string(),
  /** The deciding body, in the words of the person who entered it. */
  decidedBy: z.string().optional(),
  ...cited,
};
const scope = (data: { planKey: string }): string => data.planKey;
const subject = (data: { measureNo: string }): string => measureSubject(data.measureNo);

interface Entered extends Initiative {
  readonly measureNo: string;
  readonly decision?: string | undefined;
}

const asserts = ({ id, data }: Said<Entered>) => {
  const { measureNo, title, goal, cause, causeNote, owners, coordinators, schedule } = data;
  const value = { title, goal, cause, causeNote, owners, coordinators, schedule };
  return [{ subject: measureSubject(measureNo), attributes: { [INITIATIVE]: value } }, ...citation(id, data)];
};

const causeOf = ({ cause, causeNote }: Initiative, language: 0 | 1): string =>
  CAUSES[cause][language] + (causeNote === undefined ? '' : `: ${causeNote}`);

export const initiativeEvents = {
  InitiativeEntered: defineEvent({
    version: 2,
    upcasts: { 1: uncited },
    data: z.strictObject(said),
    scope,
    subject,
    asserts,
    sentence: {
      ja: ({ data }) =>
        `本計画にない取組 ${data.measureNo}「${data.title}」を登録（基本目標 ${data.goal}、${causeOf(data, 0)}）`,
      en: ({ data }) =>
        `Unplanned initiative ${data.measureNo} “${data.title}” entered (goal ${data.goal}, ${causeOf(data, 1)})`,
    },
  }),
  InitiativeCorrected: defineEvent({
    version: 2,
    upcasts: { 1: uncited },
    data: z.strictObject({ ...said, corrects: entryRef }),
    scope,
    subject,
    asserts,
    supersedes: ({ corrects }) => ({ entry: corrects, attribute: INITIATIVE }),
    sentence: {
      ja: ({ data }) =>
        `本計画にない取組 ${data.measureNo}「${data.title}」の登録内容を訂正（基本目標 ${data.goal}、${causeOf(data, 0)}）`,
      en: ({ data }) =>
        `Unplanned initiative ${data.measureNo} “${data.title}”: entry corrected (goal ${data.goal}, ${causeOf(data, 1)})`,
    },
  }),
  InitiativeWithdrawn: defineEvent({
    version: 1,
    data: z.strictObject({ planKey: z.string(), measureNo: z.string(), withdraws: entryRef, reason: z.string() }),
    scope,
    subject,
    asserts: () => [],
    supersedes: ({ withdraws }) => ({ entry: withdraws, attribute: INITIATIVE }),
    sentence: {
      ja: ({ data }) => `本計画にない取組 ${data.measureNo} の登録を取消し`,
      en: ({ data }) => `Unplanned initiative ${data.measureNo}: entry withdrawn`,
    },
  }),
};

export type InitiativeEvent = EventsOf<typeof initiativeEvents>;
