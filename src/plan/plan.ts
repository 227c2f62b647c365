import type { Day } from '../calendar/day.js';
import { firstDayOf, type FiscalYearRange } from '../calendar/fiscal-year.js';
import type { Changes } from '../eventsourcing/catalogue.js';
import type { Decider } from '../eventsourcing/decider.js';
import { saysSomething } from '../calendar/text.js';
import { canonicalJson, type Json } from '../ledger/canonical.js';
import { Refusal } from '../problems.js';
import {
  goalSubject,
  planSubject,
  policySubject,
  type PlanAttributes,
  type PlanEvent,
  type Scale,
  type ScaleRef,
} from './plan.events.js';

/** Enter the plan, or what differs from it. Nothing is recorded when nothing differs. */
export interface EnterPlan {
  readonly planKey: string;
  readonly attributes: PlanAttributes;
  readonly adoptedOn: Day;
  /** Whether measures or KPIs differ, too. */
  readonly othersDiffer: boolean;
  /** By subject, the newest title of those that were revised since the file was written. */
  readonly revisedTitles?: ReadonlyMap<string, string> | undefined;
  /** From when a difference holds; default: the adoption. */
  readonly effectiveOn?: Day | undefined;
  /** Required when the ledger holds something else. */
  readonly reason?: string | undefined;
}

export interface PlanState {
  readonly adoptedOn: Day;
  readonly attributes: PlanAttributes;
  /** By the day from which they are in force. */
  readonly scales: readonly { readonly since: Day; readonly scale: Scale }[];
}

/** The words for where a measure stands, from a day on. */
export interface ScaleRules extends ScaleRef {
  readonly since: Day;
  readonly codes: readonly string[];
  /** Of a poor result. */
  readonly poor: readonly string[];
}

/** What the commands of all contexts must know of their plan. */
export interface PlanRules {
  readonly planKey: string;
  /** 全国地方公共団体コード */
  readonly town: string;
  readonly adoptedOn: Day;
  readonly timeZone: string;
  readonly period: FiscalYearRange;
  readonly phases: readonly string[];
  /** The numbers of its goals, and of its policies. */
  readonly goals: readonly string[];
  readonly policies: readonly string[];
  /** By the day from which they are in force: see `scaleOn`. */
  readonly scales: readonly ScaleRules[];
}

export const plan: Decider<EnterPlan, PlanState | undefined, PlanEvent> = {
  initial: undefined,

  evolve(state, event) {
    switch (event.type) {
      case 'PlanAdopted': {
        const { planKey: _, ...attributes } = event.data;
        const scales = [{ since: event.effectiveOn, scale: attributes.statusScale }];
        return { adoptedOn: event.effectiveOn, attributes, scales };
      }
      case 'PlanRevised': {
        if (!state) return state;
        const changes = defined<PlanAttributes>(event.data.changes);
        const { statusScale: scale } = changes;
        const { goals = [], policies = [] } = changes;
        return {
          ...state,
          attributes: {
            ...state.attributes,
            ...changes,
            goals: merged(state.attributes.goals, goals),
            policies: merged(state.attributes.policies, policies),
          },
          scales: scale ? [...state.scales, { since: event.effectiveOn, scale }] : state.scales,
        };
      }
      case 'MeasureAdopted':
      case 'MeasureRevised':
      case 'MeasureRevisionWithdrawn':
        return state;
    }
  },

  decide({ planKey, attributes, adoptedOn, othersDiffer, revisedTitles = new Map(), effectiveOn, reason }, state) {
    if (!state) {
      // When a plan was adopted is said by its file.
      if ((effectiveOn ?? adoptedOn) !== adoptedOn)
        throw new Refusal('PLAN_FIXED', ['input', 'effectiveOn'], adoptedOn);
      return [{ type: 'PlanAdopted', effectiveOn: adoptedOn, data: { planKey, ...attributes } }];
    }

    refuseRemoved('section', sections(state.attributes), sections(attributes));
    refuseRemoved('indicator', state.attributes.indicators ?? [], attributes.indicators ?? []);
    refuseRemoved('goal', numbers(state.attributes.goals), numbers(attributes.goals));
    refuseRemoved('policy', numbers(state.attributes.policies), numbers(attributes.policies));
    const changes = withoutRevised(changesBetween(state.attributes, attributes), state.attributes, revisedTitles);
    if (Object.keys(changes).length === 0 && adoptedOn === state.adoptedOn && !othersDiffer) return [];
    for (const fixed of ['timeZone', 'period'] as const) {
      if (changes[fixed]) throw new Refusal('PLAN_FIXED', ['input', 'source'], fixed);
    }
    if (adoptedOn !== state.adoptedOn) throw new Refusal('PLAN_FIXED', ['input', 'source'], 'adoptedOn');
    refuseRemoved('measure', state.attributes.measures, attributes.measures);
    refuseRemoved('kpi', state.attributes.kpis, attributes.kpis);
    const formerScale = formerScaleOf(state.attributes.statusScale, attributes.statusScale, effectiveOn);
    return [
      {
        type: 'PlanRevised',
        effectiveOn: since(effectiveOn, adoptedOn),
        data: { planKey, changes, formerScale, reason: reasonFor(reason) },
      },
    ];
  },
};

export const rulesOf = (planKey: string, { adoptedOn, attributes, scales }: PlanState): PlanRules => ({
  planKey,
  town: attributes.municipality.code,
  adoptedOn,
  timeZone: attributes.timeZone,
  period: attributes.period,
  phases: attributes.phases,
  goals: numbers(attributes.goals),
  policies: numbers(attributes.policies),
  scales: scales.map(({ since, scale }) => ({
    since,
    key: scale.key,
    version: scale.version,
    codes: codesOf(scale),
    poor: scale.codes.filter(({ needsCause }) => needsCause === true).map(({ code }) => code),
  })),
});

/** The attributes of `after` that differ. One that `after` does not name counts as unchanged. */
export function changesBetween<Attributes extends object>(before: Attributes, after: Attributes): Partial<Attributes> {
  const text = (value: unknown): string => (value === undefined ? '' : canonicalJson(value as Json));
  return Object.fromEntries(
    Object.entries(after).filter(([name, value]) => text(value) !== text(before[name as keyof Attributes])),
  ) as Partial<Attributes>;
}

interface Titled {
  readonly no: string;
  readonly title: string;
}

/** Goals or policies, some of which are said anew. */
const merged = <Entry extends Titled>(before: readonly Entry[], anew: readonly Entry[]): Entry[] => [
  ...before.filter(({ no }) => anew.every((entry) => entry.no !== no)),
  ...anew,
];

/**
 * Of the goals and policies those that differ, and no title that was revised since: a file that has caught up says nothing new.
 *
 * @throws Refusal REVISED_SINCE: a third title
 */
function withoutRevised(
  { title, goals, policies, ...others }: Partial<PlanAttributes>,
  before: PlanAttributes,
  revisedTitles: ReadonlyMap<string, string>,
): Partial<PlanAttributes> {
  const isRevised = (subject: string, said: string): boolean => {
    const revised = revisedTitles.get(subject);
    if (revised !== undefined && revised !== said)
      throw new Refusal('REVISED_SINCE', ['input', 'source'], `${subject} title`);
    return revised !== undefined;
  };
  const differing = <Entry extends Titled>(
    after: readonly Entry[] = [],
    known: readonly Entry[],
    subjectOf: (no: string) => string,
  ): Entry[] =>
    after.flatMap((entry) => {
      const former = known.find(({ no }) => no === entry.no);
      if (!former) return entry;
      const isKept = former.title !== entry.title && isRevised(subjectOf(entry.no), entry.title);
      const said = isKept ? { ...entry, title: former.title } : entry;
      return Object.keys(changesBetween({ former }, { former: said })).length > 0 ? said : [];
    });
  const [changedGoals, changedPolicies] = [
    differing(goals, before.goals, goalSubject),
    differing(policies, before.policies, policySubject),
  ];
  return {
    ...(title !== undefined && !isRevised(planSubject, title) && { title }),
    ...(changedGoals.length > 0 && { goals: changedGoals }),
    ...(changedPolicies.length > 0 && { policies: changedPolicies }),
    ...others,
  };
}

/** Without the members that are `undefined`. */
export const defined = <T extends object>(changes: Changes<T>): Partial<T> =>
  Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as Partial<T>;

/** The day from which a change of the plan's own entries holds. */
export function since(effectiveOn: Day | undefined, adoptedOn: Day): Day {
  if (effectiveOn !== undefined && effectiveOn < adoptedOn) {
    throw new Refusal('EFFECTIVE_BEFORE_PLAN', ['input', 'effectiveOn'], `${effectiveOn} < ${adoptedOn}`);
  }
  return effectiveOn ?? adoptedOn;
}

/** A reason that says something. */
export function reasonFor(reason: string | undefined, field = 'reason'): string {
  if (!saysSomething(reason)) throw new Refusal('REASON_REQUIRED', ['input', field]);
  return reason;
}

/** The decision that a command cites, and whether it stands: it may have been withdrawn. */
export interface Cited {
  readonly id: string;
  readonly stands: boolean;
  /** Whose decision it is. */
  readonly body?: string | undefined;
}

/** The id of the decision that a command cites, if any. @throws Refusal DECISION_NOT_FOUND */
export function decisionCited({ cites }: { readonly cites?: Cited | undefined }): string | undefined {
  if (cites?.stands === false) throw new Refusal('DECISION_NOT_FOUND', ['input', 'decisionId'], cites.id);
  return cites?.id;
}

/** Why a revision was made, and what decided it. */
export const because = (told: {
  readonly reason: string;
  readonly decidedBy?: string | undefined;
  readonly cites?: Cited | undefined;
}) => ({ reason: reasonFor(told.reason), decidedBy: bodyCited(told), decision: decisionCited(told) });

/**
 * Who decided: the body of the decision that a command cites, else the one it names.
 * @throws Refusal DECISION_OF_ANOTHER_BODY
 */
export function bodyCited({
  cites,
  decidedBy,
}: {
  readonly cites?: Cited | undefined;
  readonly decidedBy?: string | undefined;
}): string | undefined {
  const body = cites?.body;
  if (body === undefined) return decidedBy;
  if (decidedBy !== undefined && decidedBy !== body)
    throw new Refusal('DECISION_OF_ANOTHER_BODY', ['input', 'decidedBy'], `${decidedBy} ≠ ${body}`);
  return body;
}

export const adoptionDay = (adoptedOn: Day | undefined, period: FiscalYearRange): Day =>
  adoptedOn ?? firstDayOf(period.from);

const numbers = (entries: readonly { readonly no: string }[]): string[] => entries.map(({ no }) => no);
const codesOf = ({ codes }: Scale): string[] => codes.map(({ code }) => code);

/** The scale in force on a day, which is not before the adoption. */
export function scaleOn(day: Day, { planKey, scales }: Pick<PlanRules, 'planKey' | 'scales'>): ScaleRules {
  const scale = scales.findLast(({ since }) => since <= day);
  if (!scale) throw new Error(`no scale of ${planKey} is in force on ${day}`);
  return scale;
}

/** The version of the scale that a code is of. @throws Refusal SCALE_VERSION_MISMATCH, UNKNOWN_STATUS */
export function inScale(
  { key, version, codes }: ScaleRules,
  code: string,
  asked: number | undefined,
  field = 'status',
): ScaleRef {
  if (asked !== undefined && asked !== version) {
    throw new Refusal('SCALE_VERSION_MISMATCH', ['input', 'scaleVersion'], `${String(asked)} ≠ ${String(version)}`);
  }
  if (!codes.includes(code)) {
    throw new Refusal('UNKNOWN_STATUS', ['input', field], `${code}: ${codes.join(' ')}`);
  }
  return { key, version };
}

/** The version that another takes the place of, from a day that is said; `undefined`: it is the same version. */
function formerScaleOf(before: Scale, after: Scale, effectiveOn: Day | undefined): Scale | undefined {
  if (after.version > before.version) {
    if (effectiveOn === undefined)
      throw new Refusal('EFFECTIVE_REQUIRED', ['input', 'effectiveOn'], `statusScale ${String(after.version)}`);
    return before;
  }
  if (after.version < before.version || after.key !== before.key) {
    const named = ({ key, version }: Scale): string => `${key} ${String(version)}`;
    throw new Refusal('PLAN_FIXED', ['input', 'source'], `statusScale ${named(before)} → ${named(after)}`);
  }
  refuseRemoved('status', codesOf(before), codesOf(after));
  return undefined;
}

/** What surrounds the plan, as far as a file speaks of it. */
const sections = (attributes: PlanAttributes): string[] =>
  (['formerPlan', 'initiatives', 'consultation', 'predecessor'] as const).filter(
    (name) => attributes[name] !== undefined,
  );

/** What the ledger holds and the file does not is neither kept in silence nor dropped. */
function refuseRemoved(kind: string, before: readonly string[], after: readonly string[]): void {
  const removed = before.filter((name) => !after.includes(name)).map((name) => `${kind} ${name}`);
  if (removed.length > 0) throw new Refusal('PLAN_ENTRY_REMOVED', ['input', 'source'], removed.join(', '));
}
