import type { Day } from '../calendar/day.js';
import { fiscalYearCode, fiscalYearOf } from '../calendar/fiscal-year.js';
import { added, valueOn, type Since } from '../calendar/since.js';
import type { Decider } from '../eventsourcing/decider.js';
import { entryOf, sameDay, superseded, type Entry } from '../eventsourcing/entries.js';
import { changesBetween, defined, reasonFor, since, type PlanRules } from '../plan/plan.js';
import { Refusal, type ProblemCode } from '../problems.js';
import {
  byRank,
  type AgendaItem,
  type AnswerCode,
  type CommitteeAttributes,
  type CommitteeEvent,
  type Decision,
  type FollowUp,
  type OutcomeCode,
  type Presiding,
  type Seat,
  type SeatRole,
} from './committee.events.js';

/** Enter the committee as the plan file says it, or what differs from it. Nothing is recorded when nothing differs. */
export interface EnterCommittee {
  readonly kind: 'enter';
  readonly planKey: string;
  readonly attributes: CommitteeAttributes;
  readonly adoptedOn: Day;
  readonly effectiveOn?: Day | undefined;
  readonly reason?: string | undefined;
}

interface OnADay {
  /** Default: today; of a correction or withdrawal, that of the entry. */
  readonly effectiveOn?: Day | undefined;
}

interface InWords extends OnADay {
  readonly reason?: string | undefined;
  readonly decidedBy?: string | undefined;
}

/** Something the committee deals with. */
export interface Matter {
  readonly title: string;
  readonly text?: string | undefined;
  readonly subjects?: readonly string[] | undefined;
}

/** In the name of which post. Default: the caller's own; the secretariat names another when it enters what is on paper. */
interface AsPost extends OnADay {
  readonly post?: string | undefined;
}

/** Why it is not the chair: required of the vice chair, and of nobody else. */
interface AsChair extends AsPost {
  readonly actingReason?: string | undefined;
}

interface Ruling {
  readonly outcome: OutcomeCode;
  readonly text: string;
  readonly followUps?: readonly Omit<FollowUp, 'no'>[] | undefined;
}

/** What is to be recorded. */
export type CommitteeOrder =
  | (InWords & { readonly kind: 'seat'; readonly post: string; readonly role: SeatRole })
  | (InWords & { readonly kind: 'unseat'; readonly post: string })
  | (OnADay & {
      readonly kind: 'recordMeeting';
      readonly title: string;
      readonly place?: string | undefined;
      readonly chairedBy: string;
      readonly actingReason?: string | undefined;
      readonly attending: readonly string[];
      readonly heard?: readonly string[] | undefined;
      readonly items?: readonly Matter[] | undefined;
    })
  | (OnADay & Matter & { readonly kind: 'addItem'; readonly meetingId: string })
  | (OnADay & { readonly kind: 'withdrawMeeting'; readonly meetingId: string; readonly reason: string })
  | (AsChair &
      Matter & {
        readonly kind: 'openCirculation';
        readonly text: string;
        readonly reasonForNotMeeting: string;
        readonly dueOn: Day;
      })
  | (AsPost & {
      readonly kind: 'answer';
      readonly circulationId: string;
      readonly answer: AnswerCode;
      readonly comment?: string | undefined;
    })
  | (AsPost & { readonly kind: 'withdrawAnswer'; readonly circulationId: string; readonly reason: string })
  | (AsChair & { readonly kind: 'withdrawCirculation'; readonly circulationId: string; readonly reason: string })
  | (AsChair &
      Ruling & {
        readonly kind: 'closeCirculation';
        readonly circulationId: string;
        readonly reason?: string | undefined;
      })
  | (OnADay &
      Ruling & {
        readonly kind: 'decideItem';
        readonly meetingId: string;
        readonly itemNo: number;
        readonly reason?: string | undefined;
      })
  | (OnADay &
      Ruling & {
        readonly kind: 'correctDecision';
        readonly decisionId: string;
        readonly decisionReason?: string | undefined;
        /** Of the correction. */
        readonly reason: string;
      })
  | (OnADay & { readonly kind: 'withdrawDecision'; readonly decisionId: string; readonly reason: string })
  | (OnADay & {
      readonly kind: 'completeFollowUp';
      readonly decisionId: string;
      readonly followUpNo: number;
      readonly note?: string | undefined;
    })
  | (OnADay & {
      readonly kind: 'reopenFollowUp';
      readonly decisionId: string;
      readonly followUpNo: number;
      readonly reason: string;
    });

/** What an order stands on that other streams tell. */
export interface Circumstances {
  readonly plan: PlanRules;
  readonly today: Day;
  readonly caller: {
    /** Those the caller holds, both today and on the day of the order. */
    readonly posts: readonly string[];
    /** Does the work of the secretariat: enters for others what they have said on paper. */
    readonly isSecretariat: boolean;
  };
  /** Whether a division of that key is there on a day. */
  readonly isDivision: (key: string, day: Day) => boolean;
  /** Of those that the order names. */
  readonly unknownSubjects: readonly string[];
}

export type CommitteeCommand = EnterCommittee | (Circumstances & CommitteeOrder);

interface MeetingEntry extends Entry {
  readonly presiding: Presiding;
  readonly items: readonly AgendaItem[];
}

interface AnswerEntry extends Entry {
  readonly post: string;
  readonly onPaper: boolean;
}

interface CirculationEntry extends Entry {
  readonly title: string;
  readonly subjects: readonly string[];
  readonly members: readonly Seat[];
  readonly answers: readonly AnswerEntry[];
}

interface CompletionEntry extends Entry {
  readonly followUp: number;
}

interface DecisionEntry extends Entry {
  /** Of the event that made it: a correction leaves it. */
  readonly id: string;
  readonly value: Decision;
  readonly completions: readonly CompletionEntry[];
}

export interface CommitteeState {
  /** As the plan file says it. */
  readonly attributes: CommitteeAttributes | undefined;
  /** By post; `null`: no longer. */
  readonly seats: ReadonlyMap<string, readonly Since<Seat | null>[]>;
  readonly meetings: readonly MeetingEntry[];
  readonly circulations: readonly CirculationEntry[];
  readonly decisions: readonly DecisionEntry[];
}

/**
 * The committee of a plan: its membership over time, its meetings, what it decides in them or by circulation, and what
 * follows. No quorum and no vote: the outcome is what the chair states, the answers stand beside it.
 */
export const committee: Decider<CommitteeCommand, CommitteeState, CommitteeEvent> = {
  initial: { attributes: undefined, seats: new Map(), meetings: [], circulations: [], decisions: [] },

  evolve(state, event) {
    const { meetings, circulations, decisions } = state;
    switch (event.type) {
      case 'CommitteeEstablished': {
        const { planKey: _, ...attributes } = event.data;
        return { ...state, attributes, seats: seatedIn(state, event.effectiveOn, attributes.seats) };
      }
      case 'CommitteeRevised': {
        const { attributes } = state;
        if (!attributes) return state;
        const { seats = [], ...changes } = defined<CommitteeAttributes>(event.data.changes);
        const others = attributes.seats.filter(({ post }) => !seats.some((seat) => seat.post === post));
        return {
          ...state,
          attributes: { ...attributes, ...changes, seats: [...others, ...seats].sort((a, b) => a.order - b.order) },
          seats: seatedIn(state, event.effectiveOn, seats),
        };
      }
      case 'MemberSeated': {
        const { post, role, order } = event.data;
        return { ...state, seats: seatedIn(state, event.effectiveOn, [{ post, role, order }]) };
      }
      case 'MemberUnseated':
        return { ...state, seats: changedSeat(state.seats, event.data.post, event.effectiveOn, null) };

      case 'MeetingRecorded': {
        const { presiding, items } = event.data;
        return { ...state, meetings: [...meetings, { ...entryOf(event), presiding, items }] };
      }
      case 'AgendaItemAdded': {
        const { planKey: _, meeting, ...item } = event.data;
        return {
          ...state,
          meetings: changedIn(meetings, meeting, (found) => ({ ...found, items: [...found.items, item] })),
        };
      }
      case 'MeetingWithdrawn':
        return { ...state, meetings: superseded(meetings, event.data.withdraws) };

      case 'CirculationOpened': {
        const { title, subjects, members } = event.data;
        const opened = { ...entryOf(event), title, subjects, members, answers: [] };
        return { ...state, circulations: [...circulations, opened] };
      }
      case 'CirculationAnswered': {
        const { circulation, post, onPaper } = event.data;
        const answer = { ...entryOf(event), post, onPaper };
        const answered = (found: CirculationEntry) => ({ ...found, answers: [...found.answers, answer] });
        return { ...state, circulations: changedIn(circulations, circulation, answered) };
      }
      case 'CirculationAnswerWithdrawn': {
        const { circulation, withdraws } = event.data;
        const taken = (found: CirculationEntry) => ({ ...found, answers: superseded(found.answers, withdraws) });
        return { ...state, circulations: changedIn(circulations, circulation, taken) };
      }
      case 'CirculationWithdrawn':
        return { ...state, circulations: superseded(circulations, event.data.withdraws) };

      case 'DecisionMade': {
        const { planKey: _, ...value } = event.data;
        return { ...state, decisions: [...decisions, { ...entryOf(event), id: event.id, value, completions: [] }] };
      }
      case 'DecisionCorrected': {
        const { decisionId, value } = event.data;
        const corrected = (found: DecisionEntry) => ({ ...found, ...entryOf(event), value });
        return { ...state, decisions: changedDecision(decisions, decisionId, corrected) };
      }
      case 'DecisionWithdrawn':
        return { ...state, decisions: superseded(decisions, event.data.withdraws) };

      case 'FollowUpCompleted': {
        const { decisionId, followUp } = event.data;
        const completion = { ...entryOf(event), followUp };
        const completed = (found: DecisionEntry) => ({ ...found, completions: [...found.completions, completion] });
        return { ...state, decisions: changedDecision(decisions, decisionId, completed) };
      }
      case 'FollowUpReopened': {
        const { decisionId, withdraws } = event.data;
        const reopened = (found: DecisionEntry) => ({
          ...found,
          completions: superseded(found.completions, withdraws),
        });
        return { ...state, decisions: changedDecision(decisions, decisionId, reopened) };
      }
    }
  },

  decide(command, state) {
    if (command.kind === 'enter') return enter(command, state.attributes);
    const { plan, today } = command;
    const of = { planKey: plan.planKey };
    if (!state.attributes) throw new Refusal('COMMITTEE_NOT_FOUND', ['input', 'planKey'], plan.planKey);
    const { name: body } = state.attributes;
    if (command.effectiveOn !== undefined && command.effectiveOn < plan.adoptedOn)
      throw new Refusal('EFFECTIVE_BEFORE_PLAN', ['input', 'effectiveOn'], command.effectiveOn);
    const day = command.effectiveOn ?? today;
    // Membership may be decided in advance; what has happened has not happened in the future.
    if (command.kind !== 'seat' && command.kind !== 'unseat' && day > today)
      throw new Refusal('EFFECTIVE_IN_FUTURE', ['input', 'effectiveOn'], day);

    switch (command.kind) {
      case 'seat': {
        const { post, role, reason, decidedBy } = command;
        const held = seatOn(state, post, day);
        if (held?.role === role) throw new Refusal('SEAT_UNCHANGED', ['input', 'role'], `${post}: ${role}`);
        const seat = { post, role, order: held?.order ?? lastOrder(state) + 1 };
        if (role === 'CHAIR') refuseSecondChair(state, seat, day);
        return [{ type: 'MemberSeated', effectiveOn: day, data: { ...of, ...seat, reason, decidedBy } }];
      }
      case 'unseat': {
        const { post, decidedBy } = command;
        if (!seatOn(state, post, day)) throw new Refusal('NOT_A_MEMBER', ['input', 'post'], `${post}: ${day}`);
        const data = { ...of, post, reason: reasonFor(command.reason), decidedBy };
        return [{ type: 'MemberUnseated', effectiveOn: day, data }];
      }

      case 'recordMeeting': {
        const { title, place, chairedBy, attending, heard = [], items = [] } = command;
        const members = membersOn(state, day);
        const presiding = chairOf(command, members, chairedBy, 'chairedBy');
        attending.forEach((post, i) => {
          if (!members.some((member) => member.post === post))
            throw new Refusal('NOT_A_MEMBER', ['input', 'attending', String(i)], `${post}: ${day}`);
        });
        if (!attending.includes(presiding.post))
          throw new Refusal('CHAIR_ABSENT', ['input', 'attending'], presiding.post);
        const agenda = items.map((item, i) => itemOf(item, i + 1, command, ['items', String(i)]));
        const data = { ...of, title, place, presiding, members, attending: [...attending], heard: [...heard] };
        return [{ type: 'MeetingRecorded', effectiveOn: day, data: { ...data, items: agenda } }];
      }
      case 'addItem': {
        const { eventId: meeting, effectiveOn, items } = meetingIn(state, command);
        onTheDay(effectiveOn, command.effectiveOn);
        const item = itemOf(command, items.length + 1, command, []);
        return [{ type: 'AgendaItemAdded', effectiveOn, data: { ...of, meeting, ...item } }];
      }
      case 'withdrawMeeting': {
        const meeting = meetingIn(state, command);
        sameDay(meeting, command.effectiveOn);
        const decided = standing(state.decisions).find(({ value }) => value.meeting === meeting.eventId);
        if (decided) throw new Refusal('ALREADY_DECIDED', ['input', 'meetingId'], decided.value.no);
        const data = { ...of, withdraws: refOf(meeting), reason: reasonFor(command.reason) };
        return [{ type: 'MeetingWithdrawn', effectiveOn: meeting.effectiveOn, data }];
      }

      case 'openCirculation': {
        const { title, text, dueOn } = command;
        const members = membersOn(state, day);
        const { presiding, onPaper } = presidingBy(command, members);
        requireSubjects(command, command.subjects, []);
        notDueBefore(day, dueOn, ['input', 'dueOn']);
        const reason = reasonFor(command.reasonForNotMeeting, 'reasonForNotMeeting');
        const subjects = [...(command.subjects ?? [])];
        const data = { ...of, title, text, subjects, reason, presiding, dueOn, members, onPaper };
        return [{ type: 'CirculationOpened', effectiveOn: day, data }];
      }
      case 'answer': {
        const circulation = openIn(state, command);
        const { post, onPaper } = answering(circulation, command);
        const given = standing(circulation.answers).find((answer) => answer.post === post);
        if (given) throw new Refusal('ALREADY_ANSWERED', ['input', 'post'], `${post}: ${given.effectiveOn}`);
        notBefore(circulation.effectiveOn, day, 'EFFECTIVE_BEFORE_CIRCULATION');
        const { answer, comment } = command;
        const data = { ...of, circulation: circulation.eventId, post, answer, comment, onPaper };
        return [{ type: 'CirculationAnswered', effectiveOn: day, data }];
      }
      case 'withdrawAnswer': {
        const circulation = openIn(state, command);
        const { post, onPaper } = answering(circulation, command);
        const answer = standing(circulation.answers).find((one) => one.post === post);
        if (!answer) throw new Refusal('ENTRY_NOT_FOUND', ['input', 'post'], post);
        // What a member has said himself only he takes back.
        if (onPaper && !answer.onPaper) throw new Refusal('NOT_YOUR_POST', ['input', 'post'], post);
        sameDay(answer, command.effectiveOn);
        const withdraws = refOf(answer);
        const data = { ...of, circulation: circulation.eventId, post, withdraws, onPaper: answer.onPaper };
        const reason = reasonFor(command.reason);
        return [{ type: 'CirculationAnswerWithdrawn', effectiveOn: answer.effectiveOn, data: { ...data, reason } }];
      }
      case 'withdrawCirculation': {
        const circulation = openIn(state, command);
        const { presiding, onPaper } = presidingBy(command, membersOn(state, today));
        sameDay(circulation, command.effectiveOn);
        const data = { ...of, withdraws: refOf(circulation), presiding, onPaper, reason: reasonFor(command.reason) };
        return [{ type: 'CirculationWithdrawn', effectiveOn: circulation.effectiveOn, data }];
      }

      case 'closeCirculation': {
        const circulation = openIn(state, command);
        const { presiding, onPaper } = presidingBy(command, membersOn(state, day));
        notBefore(lastDayOf(circulation), day, 'EFFECTIVE_BEFORE_CIRCULATION');
        const { eventId, title, subjects } = circulation;
        const data = {
          ...{ ...of, no: nextNo(state, day), body, circulation: eventId, presiding, title, subjects: [...subjects] },
          ...{ ...rulingOf(command, day), reason: command.reason, onPaper },
        };
        return [{ type: 'DecisionMade', effectiveOn: day, data }];
      }
      case 'decideItem': {
        const { eventId: meeting, effectiveOn, presiding, items } = meetingIn(state, command);
        const item = items.find(({ no }) => no === command.itemNo);
        if (!item) throw new Refusal('AGENDA_ITEM_NOT_FOUND', ['input', 'itemNo'], String(command.itemNo));
        const made = standing(state.decisions).find(({ value }) => value.meeting === meeting && value.item === item.no);
        if (made) throw new Refusal('ALREADY_DECIDED', ['input', 'itemNo'], made.value.no);
        onTheDay(effectiveOn, command.effectiveOn);
        const { title, subjects } = item;
        const data = {
          ...{ ...of, no: nextNo(state, effectiveOn), body, meeting, item: item.no, presiding, title, subjects },
          ...{ ...rulingOf(command, effectiveOn), reason: command.reason, onPaper: false },
        };
        return [{ type: 'DecisionMade', effectiveOn, data }];
      }
      case 'correctDecision': {
        const decision = decisionIn(state, command.decisionId);
        const effectiveOn = command.effectiveOn ?? decision.effectiveOn;
        const circulation = state.circulations.find(({ eventId }) => eventId === decision.value.circulation);
        if (circulation) notBefore(lastDayOf(circulation), effectiveOn, 'EFFECTIVE_BEFORE_CIRCULATION');
        else onTheDay(decision.effectiveOn, command.effectiveOn);
        const ruling = rulingOf(command, effectiveOn);
        for (const { followUp } of standing(decision.completions)) keepCompleted(decision, ruling.followUps, followUp);
        const value = { ...decision.value, ...ruling, reason: command.decisionReason };
        const data = { ...of, decisionId: decision.id, corrects: refOf(decision), value };
        return [{ type: 'DecisionCorrected', effectiveOn, data: { ...data, reason: reasonFor(command.reason) } }];
      }
      case 'withdrawDecision': {
        const decision = decisionIn(state, command.decisionId);
        sameDay(decision, command.effectiveOn);
        const { id: decisionId, value } = decision;
        const data = { ...of, decisionId, no: value.no, withdraws: refOf(decision), reason: reasonFor(command.reason) };
        return [{ type: 'DecisionWithdrawn', effectiveOn: decision.effectiveOn, data }];
      }

      case 'completeFollowUp': {
        const { decision, followUp, completion } = followUpIn(state, command);
        if (completion)
          throw new Refusal(
            'FOLLOW_UP_COMPLETED',
            ['input', 'followUpNo'],
            `${String(followUp)}: ${completion.effectiveOn}`,
          );
        notBefore(decision.effectiveOn, day, 'EFFECTIVE_BEFORE_DECISION');
        const data = { ...of, decisionId: decision.id, no: decision.value.no, followUp, note: command.note };
        return [{ type: 'FollowUpCompleted', effectiveOn: day, data }];
      }
      case 'reopenFollowUp': {
        const { decision, followUp, completion } = followUpIn(state, command);
        if (!completion) throw new Refusal('ENTRY_NOT_FOUND', ['input', 'followUpNo'], String(followUp));
        sameDay(completion, command.effectiveOn);
        const data = { ...of, decisionId: decision.id, no: decision.value.no, followUp, withdraws: refOf(completion) };
        const reason = reasonFor(command.reason);
        return [{ type: 'FollowUpReopened', effectiveOn: completion.effectiveOn, data: { ...data, reason } }];
      }
    }
  },
};

/** `undefined`: there is none of that id, or it was withdrawn. */
export const standingDecision = ({ decisions }: CommitteeState, decisionId: string): DecisionEntry | undefined =>
  standing(decisions).find(({ id }) => id === decisionId);

function decisionIn(state: CommitteeState, decisionId: string): DecisionEntry {
  const decision = standingDecision(state, decisionId);
  if (!decision) throw new Refusal('DECISION_NOT_FOUND', ['input', 'decisionId'], decisionId);
  return decision;
}

function enter(
  { planKey, attributes, adoptedOn, effectiveOn, reason }: EnterCommittee,
  known: CommitteeAttributes | undefined,
): CommitteeEvent[] {
  const day = since(effectiveOn, adoptedOn);
  if (!known) return [{ type: 'CommitteeEstablished', effectiveOn: day, data: { planKey, ...attributes } }];
  const changes = changesBetween(known, attributes);
  if (Object.keys(changes).length === 0) return [];
  const gone = known.seats.find(({ post }) => !attributes.seats.some((seat) => seat.post === post));
  if (gone) throw new Refusal('PLAN_ENTRY_REMOVED', ['input', 'source'], `committee ${gone.post}`);
  const differs = (seat: Seat): boolean => {
    const before = known.seats.find(({ post }) => post === seat.post);
    return before?.role !== seat.role || before.order !== seat.order;
  };
  const said = { ...changes, ...(changes.seats && { seats: changes.seats.filter(differs) }) };
  return [{ type: 'CommitteeRevised', effectiveOn: day, data: { planKey, changes: said, reason: reasonFor(reason) } }];
}

// Membership

type Seats = CommitteeState['seats'];

const changedSeat = (seats: Seats, post: string, from: Day, value: Seat | null): Seats =>
  new Map(seats).set(post, added(seats.get(post) ?? [], from, value));

const seatedIn = ({ seats }: CommitteeState, from: Day, said: readonly Seat[]): Seats =>
  said.reduce((changed, seat) => changedSeat(changed, seat.post, from, seat), seats);

const seatOn = ({ seats }: Pick<CommitteeState, 'seats'>, post: string, day: Day): Seat | undefined =>
  valueOn(seats.get(post) ?? [], day) ?? undefined;

/** The chair first. */
const membersOn = (state: Pick<CommitteeState, 'seats'>, day: Day): Seat[] =>
  [...state.seats.keys()].flatMap((post) => seatOn(state, post, day) ?? []).sort(byRank);

const lastOrder = ({ seats }: CommitteeState): number =>
  Math.max(0, ...[...seats.values()].flatMap((held) => held.map(({ value }) => value?.order ?? 0)));

/** From that day on there would be two, until one of them is seated otherwise. */
function refuseSecondChair(state: CommitteeState, seat: Seat, day: Day): void {
  const seats = changedSeat(state.seats, seat.post, day, seat);
  const days = [...seats.values()].flatMap((held) => held.map(({ from }) => from)).filter((from) => from >= day);
  for (const from of days) {
    const chairs = membersOn({ seats }, from).filter(({ role }) => role === 'CHAIR');
    const other = chairs.length > 1 ? chairs.find(({ post }) => post !== seat.post) : undefined;
    if (other) throw new Refusal('CHAIR_SEATED', ['input', 'role'], `${other.post}: ${from}`);
  }
}

// Who acts

/** The post that takes the chair. @throws Refusal NOT_THE_CHAIR, ACTING_REASON_REQUIRED, NOT_ACTING */
function chairOf(
  { actingReason }: { readonly actingReason?: string | undefined },
  members: readonly Seat[],
  post: string,
  field: string,
): Presiding {
  const role = members.find((member) => member.post === post)?.role;
  if (role !== 'CHAIR' && role !== 'VICE_CHAIR') throw new Refusal('NOT_THE_CHAIR', ['input', field], post);
  if (role === 'VICE_CHAIR' && actingReason === undefined)
    throw new Refusal('ACTING_REASON_REQUIRED', ['input', 'actingReason'], post);
  if (role === 'CHAIR' && actingReason !== undefined) throw new Refusal('NOT_ACTING', ['input', 'actingReason'], post);
  return { post, role, actingReason };
}

type Acting = Circumstances & AsPost;

/** The caller takes the chair, or the secretariat enters on paper that another has. */
function presidingBy(
  command: Acting & AsChair,
  members: readonly Seat[],
): { readonly presiding: Presiding; readonly onPaper: boolean } {
  const { caller } = command;
  const own = members.find(({ post, role }) => role !== 'MEMBER' && caller.posts.includes(post));
  const post = command.post ?? own?.post;
  if (post === undefined) throw new Refusal('NOT_THE_CHAIR', ['input', 'post']);
  const presiding = chairOf(command, members, post, 'post');
  return { presiding, onPaper: isOnPaper(post, caller) };
}

/** The caller answers for his own seat, or the secretariat enters the answer of another on paper. */
function answering(
  { members }: CirculationEntry,
  { post, caller }: Acting,
): { readonly post: string; readonly onPaper: boolean } {
  const own = members.filter((member) => caller.posts.includes(member.post));
  if (post === undefined && own.length > 1)
    throw new Refusal('POST_REQUIRED', ['input', 'post'], own.map((member) => member.post).join(' '));
  const asked = post ?? own[0]?.post;
  if (asked === undefined || !members.some((member) => member.post === asked))
    throw new Refusal('NOT_A_MEMBER', ['input', 'post'], asked);
  return { post: asked, onPaper: isOnPaper(asked, caller) };
}

/** @throws Refusal NOT_YOUR_POST */
function isOnPaper(post: string, { posts, isSecretariat }: Circumstances['caller']): boolean {
  if (posts.includes(post)) return false;
  if (!isSecretariat) throw new Refusal('NOT_YOUR_POST', ['input', 'post'], post);
  return true;
}

// Meetings and circulations

function meetingIn({ meetings }: CommitteeState, { meetingId }: { readonly meetingId: string }): MeetingEntry {
  const meeting = standing(meetings).find(({ eventId }) => eventId === meetingId);
  if (!meeting) throw new Refusal('MEETING_NOT_FOUND', ['input', 'meetingId'], meetingId);
  return meeting;
}

/** A circulation is open until it is decided. */
function openIn(
  { circulations, decisions }: CommitteeState,
  { circulationId }: { readonly circulationId: string },
): CirculationEntry {
  const circulation = standing(circulations).find(({ eventId }) => eventId === circulationId);
  if (!circulation) throw new Refusal('CIRCULATION_NOT_FOUND', ['input', 'circulationId'], circulationId);
  const decision = standing(decisions).find(({ value }) => value.circulation === circulationId);
  if (decision) throw new Refusal('CIRCULATION_CLOSED', ['input', 'circulationId'], decision.value.no);
  return circulation;
}

const lastDayOf = ({ effectiveOn, answers }: CirculationEntry): Day =>
  standing(answers).reduce((last, answer) => (answer.effectiveOn > last ? answer.effectiveOn : last), effectiveOn);

function itemOf(item: Matter, no: number, command: Circumstances, path: readonly string[]): AgendaItem {
  const { title, text, subjects = [] } = item;
  requireSubjects(command, subjects, path);
  return { no, title, text, subjects: [...subjects] };
}

function requireSubjects(
  { unknownSubjects }: Circumstances,
  subjects: readonly string[] = [],
  path: readonly string[],
): void {
  subjects.forEach((subject, i) => {
    if (unknownSubjects.includes(subject))
      throw new Refusal('SUBJECT_NOT_FOUND', ['input', ...path, 'subjects', String(i)], subject);
  });
}

// Decisions and follow-ups

/** Numbers are given in the order of recording; that of a withdrawn decision is not given again. */
function nextNo({ decisions }: CommitteeState, day: Day): string {
  const year = `${fiscalYearCode(fiscalYearOf(day))}-`;
  return `${year}${String(decisions.filter(({ value }) => value.no.startsWith(year)).length + 1)}`;
}

function rulingOf(
  { outcome, text, followUps = [], isDivision }: Ruling & Circumstances,
  day: Day,
): Pick<Decision, 'outcome' | 'text' | 'followUps'> {
  return {
    outcome,
    text,
    followUps: followUps.map((followUp, i) => {
      const path = ['input', 'followUps', String(i)];
      const { owner, dueOn } = followUp;
      if (!isDivision(owner, day)) throw new Refusal('DIVISION_NOT_FOUND', [...path, 'owner'], `${owner}: ${day}`);
      notDueBefore(day, dueOn, [...path, 'dueOn']);
      return { no: i + 1, text: followUp.text, owner, dueOn };
    }),
  };
}

/** What was completed stays what it was. */
function keepCompleted({ value }: DecisionEntry, after: readonly FollowUp[], no: number): void {
  const [was, is] = [value.followUps, after].map((list) => list.find((followUp) => followUp.no === no));
  if (was && is && Object.keys(changesBetween(was, is)).length === 0) return;
  throw new Refusal('FOLLOW_UP_COMPLETED', ['input', 'followUps'], String(no));
}

function followUpIn(
  state: CommitteeState,
  { decisionId, followUpNo }: { readonly decisionId: string; readonly followUpNo: number },
) {
  const decision = decisionIn(state, decisionId);
  if (!decision.value.followUps.some(({ no }) => no === followUpNo))
    throw new Refusal('FOLLOW_UP_NOT_FOUND', ['input', 'followUpNo'], String(followUpNo));
  const completion = standing(decision.completions).find(({ followUp }) => followUp === followUpNo);
  return { decision, followUp: followUpNo, completion };
}

// Days

function notBefore(earliest: Day, day: Day, code: ProblemCode): void {
  if (day < earliest) throw new Refusal(code, ['input', 'effectiveOn'], `${day} < ${earliest}`);
}

function notDueBefore(day: Day, dueOn: Day, path: readonly string[]): void {
  if (dueOn < day) throw new Refusal('DUE_TOO_EARLY', path, `${dueOn} < ${day}`);
}

/** What belongs to a meeting is of its day, whether the caller says so or not. */
function onTheDay(held: Day, effectiveOn: Day | undefined): void {
  if (effectiveOn !== undefined && effectiveOn !== held)
    throw new Refusal('NOT_ON_MEETING_DAY', ['input', 'effectiveOn'], `${effectiveOn} ≠ ${held}`);
}

// Entries

const standing = <E extends Entry>(entries: readonly E[]): E[] => entries.filter(({ visible }) => visible);

const refOf = ({ eventId, revision }: Entry) => ({ eventId, revision });

const changedIn = <E extends Entry>(entries: readonly E[], id: string, change: (entry: E) => E): E[] =>
  entries.map((entry) => (entry.eventId === id ? change(entry) : entry));

const changedDecision = (
  decisions: readonly DecisionEntry[],
  id: string,
  change: (decision: DecisionEntry) => DecisionEntry,
): DecisionEntry[] => decisions.map((decision) => (decision.id === id ? change(decision) : decision));
