import { daysBetween, type Day } from '../calendar/day.js';
import type { Language } from '../eventsourcing/catalogue.js';
import type { DivisionView } from '../directory/directory.view.js';
import type { PlanView } from '../plan/plan.view.js';
import { nameOf, titleOf, type Due } from './due.view.js';

export const MESSAGE_TYPES = [
  'round.opened',
  'deadline.changed',
  'deadline.approaching',
  'deadline.passed',
  'report.returned',
  'round.closed',
  'followup.due',
] as const;
export type MessageType = (typeof MESSAGE_TYPES)[number];

/** What is told to whoever listens: names, numbers and days; no people, and nothing of what a report says. */
export interface Message {
  /** What tells it from all others, so that it is told once. */
  readonly name: readonly string[];
  readonly type: MessageType;
  readonly planKey: string;
  /** Key of the one it is for; `undefined`: all. */
  readonly division: string | undefined;
  readonly data: object;
}

/** As much of an event as a message is made of. */
export interface TellingEvent {
  readonly id: string;
  readonly type: string;
  readonly data: unknown;
}

const TOLD: Readonly<Record<string, MessageType>> = {
  RoundOpened: 'round.opened',
  RoundReopened: 'round.opened',
  DeadlineChanged: 'deadline.changed',
  RoundClosed: 'round.closed',
  ReportReturned: 'report.returned',
};

/** Types of the events that are told of. */
export const isTold = (type: string): boolean => Object.hasOwn(TOLD, type);

interface OfRound {
  readonly fiscalYear: number;
  readonly period: string;
  readonly deadline: Day;
  readonly deadlines: readonly { readonly division: string; readonly deadline: Day }[];
}

interface OfReport {
  readonly fiscalYear: number;
  readonly period: string;
  readonly measureNo: string;
  readonly division: string;
}

type Texts = Readonly<Record<Language, string>>;

/** What an event tells; `undefined`: nothing. @param text the event as a sentence */
export function messageOf({ id, type, data }: TellingEvent, text: Texts, plan: PlanView): Message | undefined {
  const told = TOLD[type];
  if (!told) return undefined;
  const of = { name: ['event', id], type: told, planKey: plan.key };
  const division = (key: string) => divisionIn(plan.directory.division(key));
  if (told === 'report.returned') {
    const { fiscalYear, period, measureNo, division: key } = data as OfReport;
    const about = { plan: planIn(plan), fiscalYear, period, measureNo, division: division(key) };
    return { ...of, division: key, data: { ...about, text } };
  }
  const { fiscalYear, period, deadline, deadlines } = data as OfRound;
  const others = deadlines.map((one) => ({ division: division(one.division), deadline: one.deadline }));
  const about = { plan: planIn(plan), fiscalYear, period, deadline, deadlines: others };
  return { ...of, division: undefined, data: { ...about, text } };
}

/**
 * What the day tells: of each deadline the nearest of the days before it that has come, and that it has passed. Only of what
 * is still missing.
 */
export function messagesOn(today: Day, dues: readonly Due[], plan: PlanView, daysBefore: readonly number[]): Message[] {
  return dues.flatMap((due): Message[] => {
    if (!due.isOpen) return [];
    const daysLeft = daysBetween(today, due.on);
    const title = titleOf(due);
    const message = (type: MessageType, stage: string, data: object, text: Texts): Message => ({
      name: [type, plan.municipalityCode, plan.key, ...nameOf(due), due.on, stage],
      type,
      planKey: plan.key,
      division: due.division.key,
      data: { plan: planIn(plan), division: divisionIn(due.division), ...data, text },
    });
    if (due.kind === 'follow-up') {
      if (daysLeft > 0) return [];
      const data = { decision: due.decision.no, followUp: due.no, dueOn: due.on };
      const text = { ja: `${title.ja}の期限は ${due.on} です`, en: `${title.en}: due on ${due.on}` };
      return [message('followup.due', '', data, text)];
    }
    const { fiscalYear, period, on: deadline, missing } = due;
    if (missing.length === 0) return [];
    const data = { fiscalYear, period, deadline, daysLeft, missing };
    if (daysLeft < 0) {
      const text = { ja: `${title.ja}の締切 ${deadline} を過ぎました`, en: `${title.en}: were due on ${deadline}` };
      return [message('deadline.passed', '', data, text)];
    }
    const nearest = Math.min(...daysBefore.filter((days) => daysLeft <= days));
    if (!Number.isFinite(nearest)) return [];
    const text = {
      ja: `${title.ja}の締切は ${deadline} です（あと ${String(daysLeft)} 日）`,
      en: `${title.en}: due on ${deadline}, days left: ${String(daysLeft)}`,
    };
    return [message('deadline.approaching', String(nearest), data, text)];
  });
}

const planIn = ({ key, title }: PlanView) => ({ key, title });
const divisionIn = ({ key, name }: DivisionView) => ({ key, name });
