import { z } from 'zod';
import { defineEvent, entryRef, type EventsOf } from '../eventsourcing/catalogue.js';
import { citation, cited } from '../governance/citation.events.js';

/** A stream for each title of the plan that can be revised: of the plan itself, of a goal, of a policy. */
export const titleStream = (planKey: string, subject: string): string =>
  `title-${planKey}-${subject.replace('/', '-')}`;

export const TITLE = 'title';

const of = { planKey: z.string(), subject: z.string() };
const scope = (data: { planKey: string }): string => data.planKey;
const subject = (data: { subject: string }): string => data.subject;

const KINDS: Readonly<Record<string, readonly [ja: string, en: string]>> = {
  plan: ['計画', 'plan'],
  goal: ['基本目標', 'goal'],
  policy: ['施策', 'policy'],
};

/** `基本目標 1` */
function named(subject: string, language: 0 | 1): string {
  const [kind = '', no] = subject.split('/');
  const word = KINDS[kind]?.[language] ?? kind;
  return no === undefined ? word : `${word} ${no}`;
}

export const titleEvents = {
  TitleRevised: defineEvent({
    version: 1,
    data: z.strictObject({
      ...of,
      title: z.string(),
      corrects: entryRef.optional(),
      reason: z.string(),
      /** The deciding body, in the words of the person who entered it. */
      decidedBy: z.string().optional(),
      ...cited,
    }),
    scope,
    subject,
    asserts: ({ id, data: { subject, title, decision } }) => [
      { subject, attributes: { [TITLE]: title } },
      ...citation(id, { decision }),
    ],
    supersedes: ({ corrects }) => corrects && { entry: corrects, attribute: TITLE },
    sentence: {
      ja: ({ data }) => `${named(data.subject, 0)} の名称を「${data.title}」に${data.corrects ? '訂正' : '改定'}`,
      en: ({ data }) =>
        `Title of ${named(data.subject, 1)} ${data.corrects ? 'corrected' : 'revised'} to “${data.title}”`,
    },
  }),
  TitleRevisionWithdrawn: defineEvent({
    version: 1,
    data: z.strictObject({ ...of, withdraws: entryRef, reason: z.string() }),
    scope,
    subject,
    asserts: () => [],
    supersedes: ({ withdraws }) => ({ entry: withdraws, attribute: TITLE }),
    sentence: {
      ja: ({ data }) => `${named(data.subject, 0)} の名称の改定を取消し`,
      en: ({ data }) => `Revision of the title of ${named(data.subject, 1)} withdrawn`,
    },
  }),
};

export type TitleEvent = EventsOf<typeof titleEvents>;
