import type { Json } from '../ledger/canonical.js';
import { CITED } from '../governance/citation.events.js';
import { committeeSubject } from '../governance/committee.events.js';
import { committeeWords } from '../governance/committee.view.js';
import { EXISTENCE, HOLDER, MEMBERS, type Existence } from '../directory/directory.events.js';
import { isPublicAttribute } from '../directory/directory.view.js';
import type { Fact, Facts } from '../eventsourcing/timeline.js';
import { DEFINITION } from '../indicator/indicator.events.js';
import { SCALE } from '../plan/plan.events.js';
import { ORIGIN, successionWords, type Origin, type Succession } from '../plan/succession.events.js';
import { CAUSES, INITIATIVE, type Initiative } from '../plan/initiative.events.js';
import { ENDINGS, type EndingKind } from '../progress/ending.events.js';
import { REPORT, type ApprovedValue } from '../progress/report.events.js';
import {
  EVALUATION,
  REVIEW,
  ROUND,
  type ClosingValue,
  type EvaluationValue,
  type RoundValue,
} from '../review/review.events.js';
import { adoptedRow, forecastRow, type Row } from '../schedule/forecast.view.js';
import { SHIFT } from '../schedule/schedule.events.js';
import { adoptedIn, shiftsIn } from '../schedule/schedule.view.js';

/** One attribute of one subject, as text for people; `null`: no data. */
export interface ChangeView {
  readonly subject: string;
  readonly attribute: string;
  readonly before: string | null;
  readonly after: string | null;
}

interface Described {
  readonly text: string;
  /** The facts it comes from. */
  readonly facts: readonly Fact[];
}

export interface TracedChange extends ChangeView {
  /** In `after` and not in `before`: what made it so. */
  readonly added: readonly Fact[];
  /** In `before` and not in `after`: replaced, corrected or withdrawn. */
  readonly gone: readonly Fact[];
}

/** What differs between two sets of facts, subject by subject, attribute by attribute. */
export function changesBetween(before: Facts, after: Facts, seesPeople = false): TracedChange[] {
  const subjects = [...new Set([...before.subjects(''), ...after.subjects('')])].sort(naturally);
  return subjects.flatMap((subject) => {
    const [old, now] = [describe(before, subject, seesPeople), describe(after, subject, seesPeople)];
    const attributes = [...new Set([...old.keys(), ...now.keys()])].sort(naturally);
    return attributes.flatMap((attribute): TracedChange[] => {
      const [was, is] = [old.get(attribute), now.get(attribute)];
      if (was?.text === is?.text) return [];
      return [
        {
          subject,
          attribute,
          before: was?.text ?? null,
          after: is?.text ?? null,
          added: without(is?.facts ?? [], was?.facts ?? []),
          gone: without(was?.facts ?? [], is?.facts ?? []),
        },
      ];
    });
  });
}

const naturally = new Intl.Collator('ja', { numeric: true }).compare;

const without = (facts: readonly Fact[], others: readonly Fact[]): Fact[] =>
  facts.filter((fact) => !others.some(({ eventId }) => eventId === fact.eventId));

/**
 * A subject's attributes as people speak of them: rows of the schedule year by year, shifts as the forecast they make, the
 * definition of an indicator word by word, an unplanned initiative and what took the place of others by what was said of it.
 */
function describe(facts: Facts, subject: string, seesPeople: boolean): Map<string, Described> {
  const described = new Map<string, Described>();
  const origin = facts.get<Origin>(subject, ORIGIN);
  if (origin) {
    const { title, policy, owners, coordinators, predecessors } = origin.value;
    for (const [name, value] of Object.entries({ title, policy, owners, coordinators, predecessors }))
      described.set(name, { text: textOf(value), facts: [origin] });
  }
  for (const fact of facts.entries<Json>(subject, '')) {
    if ([SHIFT, SCALE, CITED].some((prefix) => fact.attribute.startsWith(prefix))) continue;
    if (!isPublicAttribute(fact.attribute) && !(seesPeople && fact.attribute === HOLDER)) continue;
    if (['schedule', DEFINITION, INITIATIVE, ORIGIN].includes(fact.attribute)) continue;
    const text = wordsOf(subject, fact.attribute, fact.value) ?? textOf(fact.value);
    described.set(fact.attribute, { text, facts: [fact] });
    if (fact.attribute.startsWith(REPORT)) describeReport(described, fact as unknown as Fact<ApprovedValue>);
  }
  const definition = facts.get<Readonly<Record<string, Json>>>(subject, DEFINITION);
  for (const [name, value] of Object.entries(definition?.value ?? {})) {
    described.set(name, { text: textOf(value), facts: [definition as unknown as Fact] });
  }
  const initiative = facts.get<Initiative>(subject, INITIATIVE);
  if (initiative) {
    const { schedule: _, ...said } = { ...initiative.value, cause: CAUSES[initiative.value.cause][0] };
    for (const [name, value] of Object.entries(said)) {
      if (value !== undefined) described.set(name, { text: textOf(value), facts: [initiative] });
    }
  }
  const schedule = adoptedIn(facts, subject);
  if (schedule) {
    const shifts = shiftsIn(facts, subject, schedule);
    const adopted = adoptedRow(schedule.value);
    const moves = shifts.map(({ value }) => value);
    const source = schedule as unknown as Fact;
    const sources = [source, ...(shifts as unknown as Fact[])];
    describeRow(described, 'adopted', adopted, [source]);
    describeRow(described, 'forecast', forecastRow(adopted, moves), sources);
  }
  return described;
}

/** Beside its rating and results. */
const REPORT_TEXTS = [
  'ratingReason',
  'issues',
  'cause',
  'action',
  'nextSteps',
  'budget',
  'expenditure',
  'response',
  'remarks',
] as const;

function describeReport(described: Map<string, Described>, report: Fact<ApprovedValue>): void {
  for (const name of REPORT_TEXTS) {
    const text = report.value[name];
    if (text !== undefined) described.set(`${report.attribute}/${name}`, { text, facts: [report as unknown as Fact] });
  }
}

function describeRow(described: Map<string, Described>, name: string, row: Row, facts: readonly Fact[]): void {
  for (const [year, phases] of row) described.set(`${name}/${String(year)}`, { text: phases.join(' '), facts });
}

/** A value as text: the figure, the code, the words; of anything else what it says, name by name. */
export function textOf(value: Json): string {
  if (typeof value === 'string') return value;
  if (value === null) return 'なし';
  if (typeof value === 'boolean') return value ? 'はい' : 'いいえ';
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return value.map((item) => textOf(item as Json)).join('、');
  const named = value as { readonly [name: string]: Json | undefined };
  if (typeof named['status'] === 'string') return named['status'];
  if (typeof named['ending'] === 'string') return ENDINGS[named['ending'] as EndingKind][0];
  if (typeof named['succession'] === 'string') return successionWords(value as unknown as Succession, 0);
  if (typeof named['value'] === 'string') return named['value'];
  if (typeof named['results'] === 'string') return ratedText(named['rating'], named['results']);
  return Object.entries(named)
    .flatMap(([name, said]) => (said === undefined ? [] : [`${name}: ${textOf(said)}`]))
    .join('；');
}

/** What is said of the contexts that have words of their own; `undefined`: it is plain. */
function wordsOf(subject: string, attribute: string, value: Json): string | undefined {
  if (subject === committeeSubject) return committeeWords(value);
  if (attribute.startsWith(ROUND)) return roundWords(value as unknown as RoundValue);
  if (attribute.startsWith(EVALUATION)) {
    const { rating, comment } = value as unknown as EvaluationValue;
    return ratedText(rating, comment);
  }
  if (attribute === EXISTENCE) return existenceWords(value as unknown as Existence);
  if (attribute === MEMBERS && value === 'all') return 'すべての課';
  if (subject.startsWith(REVIEW)) return closingWords(value as ClosingValue);
  return undefined;
}

function roundWords({ deadline, deadlines, isOpen }: RoundValue): string {
  const others = deadlines.map((one) => `${one.division} ${one.deadline}`);
  const days = others.length > 0 ? `${deadline}（${others.join('、')}）` : deadline;
  return `締切 ${days}、${isOpen ? '受付中' : '締切り済'}`;
}

const existenceWords = ({ exists, successors = [] }: Existence): string =>
  exists ? 'あり' : successors.length > 0 ? `なし（引継ぎ ${successors.join('、')}）` : 'なし';

const closingWords = ({ pinned }: ClosingValue): string => (pinned ? `${pinned.effectiveOn} 現在で確定` : '確定を解除');

/** `継続：電子申請は 613 件` */
function ratedText(rating: Json | undefined, said: string | undefined): string {
  const { code } = (rating ?? {}) as { readonly code?: string };
  return [code, said].filter((part) => part !== undefined).join('：');
}
