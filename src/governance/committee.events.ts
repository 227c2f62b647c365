import { z } from 'zod';
import { defineEvent, entryRef, type EventsOf } from '../eventsourcing/catalogue.js';

export const committeeStream = (planKey: string): string => `committee-${planKey}`;

export const committeeSubject = 'committee';
export const SEAT = 'seat/';
export const MEETING = 'meeting/';
export const AGENDA_ITEM = 'item/';
export const CIRCULATION = 'circulation/';
export const ANSWER = 'answer/';
export const DECISION = 'decision/';
export const COMPLETION = 'completion/';

/** Of a meeting, by its number. */
export const itemAttribute = (meeting: string, no: number): string => `${AGENDA_ITEM}${meeting}/${String(no)}`;
export const answersTo = (circulation: string): string => `${ANSWER}${circulation}/`;
export const completionOf = (decision: string, followUp: number): string =>
  `${COMPLETION}${decision}/${String(followUp)}`;

const seatRole = z.enum(['CHAIR', 'VICE_CHAIR', 'MEMBER']);
export type SeatRole = z.output<typeof seatRole>;
export const SEAT_ROLE_LABELS: Readonly<Record<SeatRole, readonly [ja: string, en: string]>> = {
  CHAIR: ['委員長', 'chair'],
  VICE_CHAIR: ['副委員長', 'vice chair'],
  MEMBER: ['委員', 'member'],
};

/** A member is a post (副市長), whoever holds it. `order` is its place in the committee's list, from 1. */
const seat = z.strictObject({ post: z.string(), role: seatRole, order: z.int().positive() });
export type Seat = z.output<typeof seat>;

/** The chair first, then as the list has them. */
export const byRank = (a: Seat, b: Seat): number =>
  seatRole.options.indexOf(a.role) - seatRole.options.indexOf(b.role) || a.order - b.order;

const committeeAttributes = z.strictObject({
  name: z.string(),
  /** What it is set up by, as the source prints it. */
  rules: z.string().nullable(),
  secretariat: z.string().nullable(),
  /** Bodies under it, with the post that leads them. */
  subcommittees: z.array(
    z.strictObject({ name: z.string(), leader: z.string().optional(), note: z.string().optional() }),
  ),
  seats: z.array(seat),
});
export type CommitteeAttributes = z.output<typeof committeeAttributes>;

/** Who takes the chair: the chair, or the vice chair with the reason why it is not the chair. */
const presiding = z.strictObject({ post: z.string(), role: seatRole, actingReason: z.string().optional() });
export type Presiding = z.output<typeof presiding>;

/** What it is about, as in the audit trail: `measure/1-2-1`, `kpi/e-approval`, `plan`, `review/2026`. */
const subjects = z.array(z.string());

const agendaItem = z.strictObject({ no: z.int().positive(), title: z.string(), text: z.string().optional(), subjects });
export type AgendaItem = z.output<typeof agendaItem>;

const meeting = z.strictObject({
  title: z.string(),
  place: z.string().optional(),
  presiding,
  /** The members of that day. */
  members: z.array(seat),
  /** Posts of the members who attended. */
  attending: z.array(z.string()),
  /** Posts or divisions that were heard and are no members. */
  heard: z.array(z.string()),
});
export type Meeting = z.output<typeof meeting>;

const circulation = z.strictObject({
  title: z.string(),
  text: z.string(),
  subjects,
  /** Why no meeting is called. */
  reason: z.string(),
  presiding,
  dueOn: z.string(),
  /** The members of the day on which it was opened: these answer, each once. */
  members: z.array(seat),
  onPaper: z.boolean(),
});
export type Circulation = z.output<typeof circulation>;

const answerCode = z.enum(['AGREE', 'DISAGREE', 'ABSTAIN']);
export type AnswerCode = z.output<typeof answerCode>;
export const ANSWER_LABELS: Readonly<Record<AnswerCode, readonly [ja: string, en: string]>> = {
  AGREE: ['賛成', 'agrees'],
  DISAGREE: ['反対', 'disagrees'],
  ABSTAIN: ['棄権', 'abstains'],
};

const answer = { answer: answerCode, comment: z.string().optional(), onPaper: z.boolean() };
export interface Answer {
  readonly answer: AnswerCode;
  readonly comment?: string | undefined;
  /** Entered by the secretariat from paper. */
  readonly onPaper: boolean;
}

const outcomeCode = z.enum(['APPROVED', 'APPROVED_WITH_CHANGES', 'REJECTED', 'DEFERRED', 'NOTED']);
export type OutcomeCode = z.output<typeof outcomeCode>;
export const OUTCOME_LABELS: Readonly<Record<OutcomeCode, readonly [ja: string, en: string]>> = {
  APPROVED: ['承認', 'approved'],
  APPROVED_WITH_CHANGES: ['修正のうえ承認', 'approved with changes'],
  REJECTED: ['否決', 'rejected'],
  DEFERRED: ['継続審議', 'deferred'],
  NOTED: ['了承', 'noted'],
};

/** `owner` is the key of a division. */
const followUp = z.strictObject({ no: z.int().positive(), text: z.string(), owner: z.string(), dueOn: z.string() });
export type FollowUp = z.output<typeof followUp>;

const decision = z.strictObject({
  /** `R8-3`: the third of 令和8年度, in the order they were recorded; it never changes. */
  no: z.string(),
  /** The name of the committee on that day. */
  body: z.string(),
  /** Of the meeting and its item, or of the circulation, that it was made on. */
  meeting: z.string().optional(),
  item: z.int().positive().optional(),
  circulation: z.string().optional(),
  presiding,
  title: z.string(),
  subjects,
  outcome: outcomeCode,
  /** The decision in words. */
  text: z.string(),
  reason: z.string().optional(),
  followUps: z.array(followUp),
  onPaper: z.boolean(),
});
export type Decision = z.output<typeof decision>;

const of = { planKey: z.string() };
const because = { reason: z.string().optional(), decidedBy: z.string().optional() };
const common = { scope: (data: { planKey: string }) => data.planKey, subject: () => committeeSubject };

const seated = (seats: readonly Seat[] = []) => Object.fromEntries(seats.map((seat) => [SEAT + seat.post, seat]));
const acting = ({ role, post }: Presiding): readonly [ja: string, en: string] =>
  role === 'CHAIR' ? [`委員長 ${post}`, `chair ${post}`] : [`委員長代理 ${post}`, `${post} acting as chair`];

export const committeeEvents = {
  /** As the plan file says it. */
  CommitteeEstablished: defineEvent({
    ...common,
    version: 1,
    data: z.strictObject({ ...of, ...committeeAttributes.shape }),
    asserts: ({ data: { planKey: _, seats, ...attributes } }) => ({ ...attributes, ...seated(seats) }),
    sentence: {
      ja: ({ data }) => `「${data.name}」を計画に掲載（${String(data.seats.length)} の職で構成）`,
      en: ({ data }) => `Committee “${data.name}” entered in the plan, of ${String(data.seats.length)} posts`,
    },
  }),
  /** A plan file that was loaded again says it otherwise. `seats`: those that differ. */
  CommitteeRevised: defineEvent({
    ...common,
    version: 1,
    data: z.strictObject({ ...of, changes: committeeAttributes.partial(), reason: z.string() }),
    asserts: ({ data: { changes } }) => {
      const { seats, ...attributes } = changes;
      return { ...attributes, ...seated(seats) };
    },
    sentence: {
      ja: ({ data }) => `委員会の記載を変更（${Object.keys(data.changes).join(', ')}）`,
      en: ({ data }) => `Committee: entry changed (${Object.keys(data.changes).join(', ')})`,
    },
  }),
  MemberSeated: defineEvent({
    ...common,
    version: 1,
    data: z.strictObject({ ...of, ...seat.shape, ...because }),
    asserts: ({ data: { post, role, order } }) => seated([{ post, role, order }]),
    sentence: {
      ja: ({ data }) => `「${data.post}」を${SEAT_ROLE_LABELS[data.role][0]}に`,
      en: ({ data }) => `${data.post}: ${SEAT_ROLE_LABELS[data.role][1]} of the committee`,
    },
  }),
  MemberUnseated: defineEvent({
    ...common,
    version: 1,
    data: z.strictObject({ ...of, post: z.string(), reason: z.string(), decidedBy: because.decidedBy }),
    asserts: ({ data }) => ({ [SEAT + data.post]: null }),
    sentence: {
      ja: ({ data }) => `「${data.post}」を委員から除く`,
      en: ({ data }) => `${data.post}: no longer of the committee`,
    },
  }),

  /** Held on its day. */
  MeetingRecorded: defineEvent({
    ...common,
    version: 1,
    data: z.strictObject({ ...of, ...meeting.shape, items: z.array(agendaItem) }),
    asserts: ({ id, data: { planKey: _, items, ...value } }) => ({
      [MEETING + id]: value,
      ...Object.fromEntries(items.map((item) => [itemAttribute(id, item.no), item])),
    }),
    sentence: {
      ja: ({ data: { title, members, attending, items } }) =>
        `会議「${title}」を記録（委員 ${String(members.length)} のうち ${String(attending.length)} が出席、議題 ${String(items.length)} 件）`,
      en: ({ data: { title, members, attending, items } }) =>
        `Meeting “${title}” recorded: ${String(attending.length)} of ${String(members.length)} members, agenda items: ${String(items.length)}`,
    },
  }),
  AgendaItemAdded: defineEvent({
    ...common,
    version: 1,
    data: z.strictObject({ ...of, meeting: z.string(), ...agendaItem.shape }),
    asserts: ({ data: { planKey: _, meeting, ...item } }) => ({ [itemAttribute(meeting, item.no)]: item }),
    sentence: {
      ja: ({ data }) => `議題 ${String(data.no)}「${data.title}」を追加`,
      en: ({ data }) => `Agenda item ${String(data.no)} “${data.title}” added`,
    },
  }),
  MeetingWithdrawn: defineEvent({
    ...common,
    version: 1,
    data: z.strictObject({ ...of, withdraws: entryRef, reason: z.string() }),
    asserts: () => [],
    supersedes: ({ withdraws }) => ({ entry: withdraws, attribute: MEETING + withdraws.eventId }),
    sentence: {
      ja: () => '会議の記録を取消し',
      en: () => 'Meeting withdrawn',
    },
  }),

  /** 持ち回り */
  CirculationOpened: defineEvent({
    ...common,
    version: 1,
    data: z.strictObject({ ...of, ...circulation.shape }),
    asserts: ({ id, data: { planKey: _, ...value } }) => ({ [CIRCULATION + id]: value }),
    sentence: {
      ja: ({ data: { title, presiding, members, dueOn } }) =>
        `${acting(presiding)[0]}が「${title}」を委員 ${String(members.length)} の持ち回りに付議（期限 ${dueOn}）`,
      en: ({ data: { title, presiding, members, dueOn } }) =>
        `“${title}” circulated to ${String(members.length)} members by ${acting(presiding)[1]}, due ${dueOn}`,
    },
  }),
  CirculationAnswered: defineEvent({
    ...common,
    version: 1,
    data: z.strictObject({ ...of, circulation: z.string(), post: z.string(), ...answer }),
    asserts: ({ data: { circulation, post, answer, comment, onPaper } }) => ({
      [answersTo(circulation) + post]: { answer, comment, onPaper },
    }),
    sentence: {
      ja: ({ data: { post, answer, onPaper } }) =>
        `持ち回りに${post}が「${ANSWER_LABELS[answer][0]}」と回答${onPaper ? '（書面）' : ''}`,
      en: ({ data: { post, answer, onPaper } }) =>
        `Circulation: ${post} ${ANSWER_LABELS[answer][1]}${onPaper ? ', on paper' : ''}`,
    },
  }),
  CirculationAnswerWithdrawn: defineEvent({
    ...common,
    version: 1,
    data: z.strictObject({
      ...of,
      circulation: z.string(),
      post: z.string(),
      withdraws: entryRef,
      onPaper: z.boolean(),
      reason: z.string(),
    }),
    asserts: () => [],
    supersedes: ({ circulation, post, withdraws }) => ({ entry: withdraws, attribute: answersTo(circulation) + post }),
    sentence: {
      ja: ({ data: { post, onPaper } }) => `持ち回りの${post}の回答を取消し${onPaper ? '（書面）' : ''}`,
      en: ({ data: { post, onPaper } }) =>
        `Circulation: answer of ${post} withdrawn${onPaper ? ', which was on paper' : ''}`,
    },
  }),
  CirculationWithdrawn: defineEvent({
    ...common,
    version: 1,
    data: z.strictObject({ ...of, withdraws: entryRef, presiding, onPaper: z.boolean(), reason: z.string() }),
    asserts: () => [],
    supersedes: ({ withdraws }) => ({ entry: withdraws, attribute: CIRCULATION + withdraws.eventId }),
    sentence: {
      ja: ({ data }) => `${acting(data.presiding)[0]}が持ち回りの付議を取りやめ`,
      en: ({ data }) => `Circulation called off by ${acting(data.presiding)[1]}`,
    },
  }),

  /** On an item of a meeting, or on a circulation, which it closes. Its id is that of this event, for ever. */
  DecisionMade: defineEvent({
    ...common,
    version: 1,
    data: z.strictObject({ ...of, ...decision.shape }),
    asserts: ({ id, data: { planKey: _, ...value } }) => ({ [DECISION + id]: value }),
    sentence: {
      ja: ({ data: { no, title, outcome } }) => `決定 ${no}「${title}」：${OUTCOME_LABELS[outcome][0]}`,
      en: ({ data: { no, title, outcome } }) => `Decision ${no} “${title}”: ${OUTCOME_LABELS[outcome][1]}`,
    },
  }),
  DecisionCorrected: defineEvent({
    ...common,
    version: 1,
    data: z.strictObject({
      ...of,
      decisionId: z.string(),
      corrects: entryRef,
      value: decision,
      reason: z.string(),
    }),
    asserts: ({ data: { decisionId, value } }) => ({ [DECISION + decisionId]: value }),
    supersedes: ({ decisionId, corrects }) => ({ entry: corrects, attribute: DECISION + decisionId }),
    sentence: {
      ja: ({ data: { value } }) => `決定 ${value.no}「${value.title}」を訂正：${OUTCOME_LABELS[value.outcome][0]}`,
      en: ({ data: { value } }) =>
        `Decision ${value.no} “${value.title}” corrected: ${OUTCOME_LABELS[value.outcome][1]}`,
    },
  }),
  DecisionWithdrawn: defineEvent({
    ...common,
    version: 1,
    data: z.strictObject({
      ...of,
      decisionId: z.string(),
      no: z.string(),
      withdraws: entryRef,
      reason: z.string(),
    }),
    asserts: () => [],
    supersedes: ({ decisionId, withdraws }) => ({ entry: withdraws, attribute: DECISION + decisionId }),
    sentence: {
      ja: ({ data }) => `決定 ${data.no} を取消し`,
      en: ({ data }) => `Decision ${data.no} withdrawn`,
    },
  }),

  FollowUpCompleted: defineEvent({
    ...common,
    version: 1,
    data: z.strictObject({
      ...of,
      decisionId: z.string(),
      no: z.string(),
      followUp: z.int().positive(),
      note: z.string().optional(),
    }),
    asserts: ({ data: { decisionId, followUp, note = null } }) => ({ [completionOf(decisionId, followUp)]: { note } }),
    sentence: {
      ja: ({ data }) => `決定 ${data.no} の対応事項 ${String(data.followUp)} を完了`,
      en: ({ data }) => `Decision ${data.no}: follow-up ${String(data.followUp)} completed`,
    },
  }),
  FollowUpReopened: defineEvent({
    ...common,
    version: 1,
    data: z.strictObject({
      ...of,
      decisionId: z.string(),
      no: z.string(),
      followUp: z.int().positive(),
      withdraws: entryRef,
      reason: z.string(),
    }),
    asserts: () => [],
    supersedes: ({ decisionId, followUp, withdraws }) => ({
      entry: withdraws,
      attribute: completionOf(decisionId, followUp),
    }),
    sentence: {
      ja: ({ data }) => `決定 ${data.no} の対応事項 ${String(data.followUp)} の完了を取消し`,
      en: ({ data }) => `Decision ${data.no}: follow-up ${String(data.followUp)} is open again`,
    },
  }),
};

export type CommitteeEvent = EventsOf<typeof committeeEvents>;
