import type { Day } from '../calendar/day.js';
import { firstDayOf, type FiscalYearRange } from '../calendar/fiscal-year.js';
import type { Changes } from '../eventsourcing/catalogue.js';
import type { Decider } from '../eventsourcing/decider.js';
import { canonicalJson, type Json } from '../ledger/canonical.js';
import { Refusal } from '../problems.js';
import type { PlanAttributes, PlanEvent } from './plan.events.js';

/** Enter the plan, or what differs from it. Nothing is recorded when nothing differs. */
export interface EnterPlan {
  readonly planKey: string;
  readonly attributes: PlanAttributes;
  readonly adoptedOn: Day;
  /** Whether measures or KPIs differ, too. */
  readonly othersDiffer: boolean;
  /** From when a difference holds; default: the adoption. */
  readonly effectiveOn?: Day | undefined;
  /** Required when the ledger holds something else. */
  readonly reason?: string | undefined;
}

export interface PlanState {
  readonly adoptedOn: Day;
  readonly attributes: PlanAttributes;
}

/** What the commands of all contexts must know of their plan. */
export interface PlanRules {
  readonly planKey: string;
  readonly adoptedOn: Day;
  readonly timeZone: string;
  readonly period: FiscalYearRange;
  readonly phases: readonly string[];
  /** The numbers of its goals. */
  readonly goals: readonly string[];
  readonly statusCodes: readonly string[];
}

export const plan: Decider<EnterPlan, PlanState | undefined, PlanEvent> = {
  initial: undefined,

  evolve(state, event) {
    switch (event.type) {
      case 'PlanAdopted': {
        const { planKey: _, ...attributes } = event.data;
        return { adoptedOn: event.effectiveOn, attributes };
      }
      case 'PlanRevised':
        return (
          state && { ...state, attributes: { ...state.attributes, ...defined<PlanAttributes>(event.data.changes) } }
        );
      case 'MeasureAdopted':
      case 'MeasureRevised':
        return state;
    }
  },

  decide({ planKey, attributes, adoptedOn, othersDiffer, effectiveOn, reason }, state) {
    if (!state) {
      // When a plan was adopted is said by its file.
      if ((effectiveOn ?? adoptedOn) !== adoptedOn)
        throw new Refusal('PLAN_FIXED', ['input', 'effectiveOn'], adoptedOn);
      return [{ type: 'PlanAdopted', effectiveOn: adoptedOn, data: { planKey, ...attributes } }];
    }

    const changes = changesBetween(state.attributes, attributes);
    if (Object.keys(changes).length === 0 && adoptedOn === state.adoptedOn && !othersDiffer) return [];
    for (const fixed of ['timeZone', 'period'] as const) {
      if (changes[fixed]) throw new Refusal('PLAN_FIXED', ['input', 'source'], fixed);
    }
    if (adoptedOn !== state.adoptedOn) throw new Refusal('PLAN_FIXED', ['input', 'source'], 'adoptedOn');
    refuseRemoved('goal', numbers(state.attributes.goals), numbers(attributes.goals));
    refuseRemoved('policy', numbers(state.attributes.policies), numbers(attributes.policies));
    refuseRemoved('measure', state.attributes.measures, attributes.measures);
    refuseRemoved('kpi', state.attributes.kpis, attributes.kpis);
    refuseRemoved('status', codes(state.attributes), codes(attributes));
    return [
      {
        type: 'PlanRevised',
        effectiveOn: since(effectiveOn, adoptedOn),
        data: { planKey, changes, reason: reasonFor(reason) },
      },
    ];
  },
};

export const rulesOf = (planKey: string, { adoptedOn, attributes }: PlanState): PlanRules => ({
  planKey,
  adoptedOn,
  timeZone: attributes.timeZone,
  period: attributes.period,
  phases: attributes.phases,
  goals: numbers(attributes.goals),
  statusCodes: codes(attributes),
});

/** The attributes of `after` that differ. An attribute that is gone counts as unchanged: none of a plan's is optional. */
export function changesBetween<Attributes extends object>(before: Attributes, after: Attributes): Partial<Attributes> {
  const text = (value: unknown): string => (value === undefined ? '' : canonicalJson(value as Json));
  return Object.fromEntries(
    Object.entries(after).filter(([name, value]) => text(value) !== text(before[name as keyof Attributes])),
  ) as Partial<Attributes>;
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

const SOMETHING_VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;
/** Hangul fillers and the blank Braille pattern: letters by their class, and nothing to see. */
const BLANK_LETTERS = /[\u115F\u1160\u3164\uFFA0\u2800]/g;

export const saysSomething = (text: string | undefined): text is string =>
  text !== undefined && SOMETHING_VISIBLE.test(text.replace(BLANK_LETTERS, ''));

/** A reason that says something. */
export function reasonFor(reason: string | undefined): string {
  if (!saysSomething(reason)) throw new Refusal('REASON_REQUIRED', ['input', 'reason']);
  return reason;
}

export const adoptionDay = (adoptedOn: Day | undefined, period: FiscalYearRange): Day =>
  adoptedOn ?? firstDayOf(period.from);

const numbers = (entries: readonly { readonly no: string }[]): string[] => entries.map(({ no }) => no);
const codes = ({ statusScale }: PlanAttributes): string[] => statusScale.codes.map(({ code }) => code);

/** What the ledger holds and the file does not is neither kept in silence nor dropped. */
function refuseRemoved(kind: string, before: readonly string[], after: readonly string[]): void {
  const removed = before.filter((name) => !after.includes(name)).map((name) => `${kind} ${name}`);
  if (removed.length > 0) throw new Refusal('PLAN_ENTRY_REMOVED', ['input', 'source'], removed.join(', '));
}
