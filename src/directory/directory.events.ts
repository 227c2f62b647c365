import { z } from 'zod';
import { defineEvent, type EventsOf, type SubjectAttributes } from '../eventsourcing/catalogue.js';

/** Divisions belong to a town, whatever plans it has. `code` is its 全国地方公共団体コード. */
export const townScope = (code: string): string => `town/${code}`;
export const directoryStream = (code: string): string => `directory-${code}`;

export const directorySubject = 'directory';
export const divisionSubject = (key: string): string => `division/${key}`;
export const postSubject = (post: string): string => `post/${post}`;

export const NAME = 'name';
export const EXISTENCE = 'existence';
export const ONLY_IN_DISASTER = 'isOnlyInDisaster';
export const MEMBERS = 'members';
/** Work in progress and people: attributes that only those at work may read begin so. */
export const DESK = 'desk/';
export const HOLDER = `${DESK}holder`;

/** From a day on. */
export interface Existence {
  readonly exists: boolean;
  /** Who took over what it did: none, one (merged into it), or several (split). */
  readonly successors?: readonly string[] | undefined;
}

/** Those behind a collective owner: by key, or `all` divisions there are (各課). */
const members = z.union([z.literal('all'), z.array(z.string())]);
export type Members = z.output<typeof members>;

const because = { reason: z.string().optional(), decidedBy: z.string().optional() };
const ofTown = { town: z.string() };
const scope = (data: { town: string }): string => townScope(data.town);
const subject = (): string => directorySubject;
const about = (division: string, attributes: SubjectAttributes['attributes']): SubjectAttributes[] => [
  { subject: divisionSubject(division), attributes },
];
const list = (names: readonly string[]): string => names.join('、');

export const directoryEvents = {
  /** A division is known for ever by the name it was first recorded under: its key. */
  DivisionEstablished: defineEvent({
    version: 1,
    data: z.strictObject({
      ...ofTown,
      division: z.string(),
      /** It stands for several divisions. Their keys may not be known. */
      isCollective: z.boolean(),
      members: members.optional(),
      /** It is set up in a disaster only (災害対策本部): until then it is known, and not there. */
      onlyInDisaster: z.boolean().optional(),
      ...because,
    }),
    scope,
    subject,
    asserts: ({ data: { division, isCollective, members, onlyInDisaster } }) =>
      about(division, {
        [NAME]: division,
        isCollective,
        [EXISTENCE]: { exists: onlyInDisaster !== true },
        [ONLY_IN_DISASTER]: onlyInDisaster,
        [MEMBERS]: members,
      }),
    sentence: {
      ja: ({ data }) => `「${data.division}」を${data.isCollective ? '総称として' : ''}登録`,
      en: ({ data }) => `Division “${data.division}” established${data.isCollective ? ', standing for several' : ''}`,
    },
  }),
  DivisionRenamed: defineEvent({
    version: 1,
    data: z.strictObject({ ...ofTown, division: z.string(), former: z.string(), name: z.string(), ...because }),
    scope,
    subject,
    asserts: ({ data: { division, name } }) => about(division, { [NAME]: name }),
    sentence: {
      ja: ({ data }) => `「${data.former}」を「${data.name}」に改称`,
      en: ({ data }) => `Division “${data.former}” renamed “${data.name}”`,
    },
  }),
  /** One that is there in a disaster only. */
  DivisionSetUp: defineEvent({
    version: 1,
    data: z.strictObject({ ...ofTown, division: z.string(), ...because }),
    scope,
    subject,
    asserts: ({ data: { division } }) => about(division, { [EXISTENCE]: { exists: true } }),
    sentence: {
      ja: ({ data }, nameOf) => `「${nameOf(data.division)}」を設置`,
      en: ({ data }, nameOf) => `Division “${nameOf(data.division)}” set up`,
    },
  }),
  DivisionAbolished: defineEvent({
    version: 1,
    data: z.strictObject({ ...ofTown, division: z.string(), successors: z.array(z.string()), ...because }),
    scope,
    subject,
    asserts: ({ data: { division, successors } }) => about(division, { [EXISTENCE]: { exists: false, successors } }),
    sentence: {
      ja: ({ data: { division, successors } }, nameOf) =>
        `「${nameOf(division)}」を廃止${successors.length > 0 ? `し、「${list(successors.map(nameOf))}」が引継ぎ` : ''}`,
      en: ({ data: { division, successors } }, nameOf) =>
        `Division “${nameOf(division)}” abolished${successors.length > 0 ? `, succeeded by “${list(successors.map(nameOf))}”` : ''}`,
    },
  }),
  CollectiveDefined: defineEvent({
    version: 1,
    data: z.strictObject({ ...ofTown, division: z.string(), members, ...because }),
    scope,
    subject,
    asserts: ({ data }) => about(data.division, { [MEMBERS]: data.members }),
    sentence: {
      ja: ({ data: { division, members } }, nameOf) =>
        `「${nameOf(division)}」に含まれる課を${members === 'all' ? 'すべての課' : `「${list(members.map(nameOf))}」`}と定義`,
      en: ({ data: { division, members } }, nameOf) =>
        `“${nameOf(division)}” defined as ${members === 'all' ? 'all divisions' : `“${list(members.map(nameOf))}”`}`,
    },
  }),
  /** Who holds a post (副市長, 総務部長) from a day on; `null`: nobody. That it is so is for everybody, who it is is not. */
  PostFilled: defineEvent({
    version: 1,
    data: z.strictObject({ ...ofTown, post: z.string(), person: z.string().nullable(), ...because }),
    scope,
    subject,
    asserts: ({ data: { post, person } }) => [{ subject: postSubject(post), attributes: { [HOLDER]: person } }],
    sentence: {
      ja: ({ data: { post, person } }) => (person === null ? `${post}の職を空席に` : `${post}の職に就任`),
      en: ({ data: { post, person } }) => (person === null ? `${post}: vacant` : `${post}: held by another`),
    },
  }),
};

export type DirectoryEvent = EventsOf<typeof directoryEvents>;
