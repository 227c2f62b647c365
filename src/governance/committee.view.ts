import type { Day } from '../calendar/day.js';
import type { Directory, DivisionView } from '../directory/directory.view.js';
import type { Position } from '../eventsourcing/position.js';
import type { Fact, Facts, HistoricFact } from '../eventsourcing/timeline.js';
import type { Json } from '../ledger/canonical.js';
import { citedBy } from './citation.events.js';
import {
  AGENDA_ITEM,
  ANSWER_LABELS,
  answersTo,
  byRank,
  CIRCULATION,
  committeeSubject,
  completionOf,
  DECISION,
  MEETING,
  OUTCOME_LABELS,
  SEAT,
  SEAT_ROLE_LABELS,
  type AgendaItem,
  type Answer,
  type AnswerCode,
  type Circulation,
  type CommitteeAttributes,
  type Decision,
  type Meeting,
  type OutcomeCode,
  type Presiding,
  type Seat,
  type SeatRole,
} from './committee.events.js';

export interface SeatView {
  readonly post: string;
  readonly role: SeatRole;
}

export interface PresidingView extends SeatView {
  /** Why the vice chair acts for the chair. */
  readonly actingReason: string | null;
}

export interface AgendaItemView {
  readonly no: number;
  readonly title: string;
  readonly text: string | null;
  readonly subjects: readonly string[];
  readonly decision: DecisionView | null;
}

export interface MeetingView {
  readonly id: string;
  readonly title: string;
  readonly heldOn: Day;
  readonly recordedAt: Date;
  readonly place: string | null;
  readonly presiding: PresidingView;
  readonly attending: readonly SeatView[];
  readonly absent: readonly SeatView[];
  readonly heard: readonly string[];
  readonly items: readonly AgendaItemView[];
}

export interface AnswerView extends SeatView {
  readonly answer: AnswerCode;
  readonly comment: string | null;
  readonly answeredOn: Day;
  readonly recordedAt: Date;
  readonly isOnPaper: boolean;
}

export interface CirculationView {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly subjects: readonly string[];
  readonly reasonForNotMeeting: string;
  readonly presiding: PresidingView;
  readonly openedOn: Day;
  readonly recordedAt: Date;
  readonly dueOn: Day;
  readonly isOnPaper: boolean;
  /** Of the day on which it was opened. */
  readonly members: readonly SeatView[];
  /** In the order of the members. */
  readonly answers: readonly AnswerView[];
  /** Members without an answer. */
  readonly missing: readonly SeatView[];
  readonly isOpen: boolean;
  /** `null`: open. */
  readonly decision: DecisionView | null;
}

export interface FollowUpView {
  readonly no: number;
  readonly text: string;
  readonly owner: DivisionView;
  readonly dueOn: Day;
  /** `null`: open. */
  readonly completedOn: Day | null;
  readonly note: string | null;
  readonly isOpen: boolean;
  /** Open, and due before the day of the answer. */
  readonly isOverdue: boolean;
  readonly decision: DecisionView;
}

export interface DecisionView {
  readonly id: string;
  readonly no: string;
  readonly decidedBy: string;
  readonly decidedOn: Day;
  readonly recordedAt: Date;
  readonly presiding: PresidingView;
  readonly title: string;
  readonly subjects: readonly string[];
  readonly outcome: OutcomeCode;
  readonly text: string;
  readonly reason: string | null;
  readonly isCorrection: boolean;
  readonly isOnPaper: boolean;
  readonly followUps: readonly FollowUpView[];
  readonly meeting: MeetingView | null;
  readonly circulation: CirculationView | null;
  /** Positions of the events that cite it. */
  readonly citedAt: readonly Position[];
  readonly planKey: string;
  readonly known: Position;
}

export interface CommitteeView {
  readonly planKey: string;
  readonly known: Position;
  readonly name: string;
  readonly rules: string | null;
  readonly secretariat: string | null;
  readonly subcommittees: readonly {
    readonly name: string;
    readonly leader: string | null;
    readonly note: string | null;
  }[];
  /** The chair first. */
  readonly members: readonly SeatView[];
  /** These in the order they were recorded. */
  readonly meetings: readonly MeetingView[];
  readonly circulations: readonly CirculationView[];
  readonly decisions: readonly DecisionView[];
  readonly followUps: readonly FollowUpView[];
}

/** A decision as an entry of the trail cites it. */
export interface CitedDecision {
  readonly id: string;
  readonly no: string;
  readonly decidedBy: string;
  readonly title: string;
  readonly outcome: OutcomeCode;
  readonly decidedOn: Day;
  readonly isWithdrawn: boolean;
}

interface At {
  readonly planKey: string;
  readonly known: Position;
  readonly day: Day;
}

/** The committee of a plan as of one point, put together when it is first asked for. */
export class Committee {
  #view: CommitteeView | undefined;

  constructor(
    private readonly facts: Facts,
    private readonly directory: Directory,
    private readonly at: At,
  ) {}

  /** `null`: the plan has none. */
  get view(): CommitteeView | null {
    if (!this.#view && this.facts.get(committeeSubject, 'name')) this.#view = this.#read();
    return this.#view ?? null;
  }

  #read(): CommitteeView {
    const { planKey, known } = this.at;
    const attribute = <Name extends keyof CommitteeAttributes>(name: Name): CommitteeAttributes[Name] | undefined =>
      this.facts.get<CommitteeAttributes[Name]>(committeeSubject, name)?.value;
    const seats = this.facts.entries<Seat | null>(committeeSubject, SEAT).flatMap(({ value }) => value ?? []);
    const decisions = this.#entries<Decision>(DECISION).map((fact) => this.#decision(fact));
    const made = (of: (value: Decision) => boolean): DecisionDraft | null =>
      decisions.find(({ value }) => of(value)) ?? null;

    const meetings = this.#entries<Meeting>(MEETING).map((fact) => this.#meeting(fact, made));
    const circulations = this.#entries<Circulation>(CIRCULATION).map((fact) => this.#circulation(fact, made));
    for (const decision of decisions) {
      const { meeting, circulation } = decision.value;
      decision.meeting = meetings.find(({ id }) => id === meeting) ?? null;
      decision.circulation = circulations.find(({ id }) => id === circulation) ?? null;
    }
    return {
      planKey,
      known,
      name: attribute('name') ?? '',
      rules: attribute('rules') ?? null,
      secretariat: attribute('secretariat') ?? null,
      subcommittees: (attribute('subcommittees') ?? []).map(({ name, leader = null, note = null }) => ({
        name,
        leader,
        note,
      })),
      members: seatsOf(seats),
      meetings,
      circulations,
      decisions,
      followUps: decisions.flatMap(({ followUps }) => followUps),
    };
  }

  #meeting({ value, effectiveFrom, recordedAtMs, id }: Known<Meeting>, made: Made): MeetingView {
    const members = seatsOf(value.members);
    const items = this.facts.entries<AgendaItem>(committeeSubject, `${AGENDA_ITEM}${id}/`);
    return {
      id,
      title: value.title,
      heldOn: effectiveFrom,
      recordedAt: new Date(recordedAtMs),
      place: value.place ?? null,
      presiding: presidingOf(value.presiding),
      attending: members.filter(({ post }) => value.attending.includes(post)),
      absent: members.filter(({ post }) => !value.attending.includes(post)),
      heard: value.heard,
      items: items
        .map(({ value: { no, title, text = null, subjects } }) => {
          const decision = made(({ meeting, item }) => meeting === id && item === no);
          return { no, title, text, subjects, decision };
        })
        .sort((a, b) => a.no - b.no),
    };
  }

  #circulation({ value, effectiveFrom, recordedAtMs, id }: Known<Circulation>, made: Made): CirculationView {
    const members = seatsOf(value.members);
    const answerOf = (post: string) => this.facts.get<Answer>(committeeSubject, answersTo(id) + post);
    const decision = made(({ circulation }) => circulation === id);
    return {
      id,
      title: value.title,
      text: value.text,
      subjects: value.subjects,
      reasonForNotMeeting: value.reason,
      presiding: presidingOf(value.presiding),
      openedOn: effectiveFrom,
      recordedAt: new Date(recordedAtMs),
      dueOn: value.dueOn,
      isOnPaper: value.onPaper,
      members,
      answers: members.flatMap((member) => {
        const fact = answerOf(member.post);
        if (!fact) return [];
        const { answer, comment = null, onPaper: isOnPaper } = fact.value;
        const [answeredOn, recordedAt] = [fact.effectiveFrom, new Date(fact.recordedAtMs)];
        return [{ ...member, answer, comment, answeredOn, recordedAt, isOnPaper }];
      }),
      missing: members.filter(({ post }) => !answerOf(post)),
      isOpen: decision === null,
      decision,
    };
  }

  #decision({ value, effectiveFrom, recordedAtMs, eventId, id }: Known<Decision>): DecisionDraft {
    const { planKey, known } = this.at;
    const { no, body, presiding, title, subjects, outcome, text, reason = null, onPaper } = value;
    const decision: DecisionDraft = {
      ...{ id, no, title, subjects, outcome, text, reason, planKey, known, value },
      decidedBy: body,
      decidedOn: effectiveFrom,
      recordedAt: new Date(recordedAtMs),
      presiding: presidingOf(presiding),
      isCorrection: eventId !== id,
      isOnPaper: onPaper,
      followUps: [],
      meeting: null,
      circulation: null,
      citedAt: this.facts.entries(committeeSubject, citedBy(id)).map(({ position }) => position),
    };
    decision.followUps = value.followUps.map((followUp) => {
      const { no, text, owner, dueOn } = followUp;
      const done = this.facts.get<{ note: string | null }>(committeeSubject, completionOf(id, no));
      return {
        ...{ no, text, dueOn, decision },
        owner: this.directory.division(owner),
        completedOn: done?.effectiveFrom ?? null,
        note: done?.value.note ?? null,
        isOpen: !done,
        isOverdue: !done && dueOn < this.at.day,
      };
    });
    return decision;
  }

  /** Of one kind, each with the id in its attribute. */
  #entries<Value>(prefix: string): Known<Value>[] {
    return this.facts
      .entries<Value>(committeeSubject, prefix)
      .map((fact) => ({ ...fact, id: fact.attribute.slice(prefix.length) }));
  }
}

/** What was last said of a decision, and whether that was taken back; `undefined`: nothing by then. */
export function citedDecision(id: string, said: readonly HistoricFact[]): CitedDecision | undefined {
  const last = said.at(-1);
  if (!last) return undefined;
  const { no, body, title, outcome } = last.value as unknown as Decision;
  const isWithdrawn = last.supersededAt !== undefined;
  return { id, no, decidedBy: body, title, outcome, decidedOn: last.effectiveFrom, isWithdrawn };
}

/** A fact of the committee as people speak of it: an outcome, an answer, a role, a title; `undefined`: it is plain. */
export function committeeWords(value: Json): string | undefined {
  if (value === null) return 'なし';
  if (typeof value !== 'object') return undefined;
  if (Array.isArray(value)) return value.flatMap((one: Json) => committeeWords(one) ?? []).join('、');
  const { outcome, answer, role, title, name, note } = value as {
    readonly outcome?: OutcomeCode;
    readonly answer?: AnswerCode;
    readonly role?: SeatRole;
    readonly title?: string;
    readonly name?: string;
    readonly note?: string | null;
  };
  if (outcome) return OUTCOME_LABELS[outcome][0];
  if (answer) return ANSWER_LABELS[answer][0];
  if (role) return SEAT_ROLE_LABELS[role][0];
  return title ?? name ?? note ?? '完了';
}

type Known<Value> = Fact<Value> & { readonly id: string };
type Made = (of: (value: Decision) => boolean) => DecisionDraft | null;

/** What it belongs to is put in when that is there, too. */
interface DecisionDraft extends DecisionView {
  followUps: readonly FollowUpView[];
  meeting: MeetingView | null;
  circulation: CirculationView | null;
  readonly value: Decision;
}

const seatsOf = (seats: readonly Seat[]): SeatView[] =>
  [...seats].sort(byRank).map(({ post, role }) => ({ post, role }));

const presidingOf = ({ post, role, actingReason }: Presiding): PresidingView => ({
  post,
  role,
  actingReason: actingReason ?? null,
});
