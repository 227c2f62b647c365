import type { Day } from '../calendar/day.js';
import type { Directory, DivisionView } from '../directory/directory.view.js';
import { yearsOf, type FiscalYearRange } from '../calendar/fiscal-year.js';
import { Committee } from '../governance/committee.view.js';
import type { Position } from '../eventsourcing/position.js';
import type { Facts, Point } from '../eventsourcing/timeline.js';
import { indicatorOf, type IndicatorView } from '../indicator/indicator.view.js';
import { kpiOf, type KpiView } from '../kpi/kpi.view.js';
import { kpiSubject } from '../kpi/kpi.events.js';
import { ENDING_KINDS, ENDINGS, type EndingKind } from '../progress/ending.events.js';
import { endingOf, type EndingView } from '../progress/ending.view.js';
import { reportsOf, type MeasureReports } from '../progress/report.view.js';
import { evaluationsOf, reviewOf, type EvaluationView, type ReviewView } from '../review/review.view.js';
import { statusOf, type StatusView } from '../progress/status.view.js';
import { scheduleOf, type CellView, type ShiftView } from '../schedule/schedule.view.js';
import { INITIATIVE, type Cause, type Initiative as UnplannedInitiative } from './initiative.events.js';
import { idOf } from './node-id.js';
import { scalesIn, type ScaleCodeView, type ScaleView, type VersionedCodeView } from './scale.view.js';
import { successionsIn, successionView, type SuccessionView } from './succession.view.js';
import {
  goalSubject,
  NEUTRALS,
  measureSubject,
  planSubject,
  policySubject,
  type AdoptedSchedule,
  type Consultation,
  type Doubt,
  type FormerPlan,
  type GoalEntry,
  type MeasureAttributes,
  type Neutral,
  type Initiative,
  type PlanAttributes,
  type PolicyEntry,
  type Relation,
  type TitleVariant,
} from './plan.events.js';

/** Where an answer stands on both time axes: cite it, and cache by it. */
export interface ResolvedAsOf extends Point {
  /** When the last event that was known was recorded. */
  readonly recordedAt: Date;
}

export interface GoalView {
  readonly no: string;
  readonly title: string;
  readonly policies: PolicyView[];
}

export interface PolicyView {
  readonly no: string;
  readonly title: string;
  readonly goal: GoalView;
  readonly measures: MeasureView[];
  /** What it serves elsewhere, itself or by one of its measures. */
  readonly relations: RelationView[];
}

/** What the plan, or a part of it, serves elsewhere. */
export interface RelationView extends Omit<Relation, 'isIllegible'> {
  /** `false`: the source says that there is a relation, and prints only in an image to which items. */
  readonly isLegible: boolean;
}

export interface MeasureView {
  readonly id: string;
  readonly planKey: string;
  /** The day of the answer, and the position up to which the ledger is known. */
  readonly day: Day;
  readonly known: Position;
  readonly no: string;
  readonly title: string;
  readonly isNew: boolean;
  readonly isPlanned: boolean;
  /** First day of an unplanned initiative; `null`: planned. */
  readonly beginsOn: Day | null;
  /** Of an unplanned initiative. */
  readonly cause: Cause | null;
  readonly causeNote: string | null;
  readonly goal: GoalView;
  /** `null`: an unplanned initiative. */
  readonly policy: PolicyView | null;
  readonly owners: readonly DivisionView[];
  readonly coordinators: readonly DivisionView[];
  /** The single divisions behind the owners: these report. */
  readonly answering: readonly DivisionView[];
  readonly status: StatusView | null;
  /** `null`: it has not ended. */
  readonly ending: EndingView | null;
  readonly schedule: readonly CellView[];
  readonly shifts: readonly ShiftView[];
  readonly slipYears: number;
  readonly reports: MeasureReports;
  readonly evaluations: readonly EvaluationView[];
  /** How it took the place of others; `null`: it is of the plan as adopted, or an unplanned initiative. */
  readonly origin: SuccessionView | null;
  /** How it gave way; `null`: it is there. */
  readonly succession: SuccessionView | null;
  readonly predecessors: MeasureView[];
  readonly successors: MeasureView[];
  /** Numbers in the plan before. */
  readonly carriedOverFrom: readonly string[];
}

export interface PlanKpiView extends KpiView {
  readonly id: string;
  readonly planKey: string;
  readonly known: Position;
  readonly goal: GoalView;
}

export interface PlanIndicatorView extends IndicatorView {
  readonly id: string;
  readonly planKey: string;
  readonly known: Position;
}

/** The plan that this one follows; its goals by number. */
export interface FormerPlanView extends Omit<FormerPlan, 'review'> {
  readonly review: Omit<FormerPlan['review'], 'shares'> & {
    readonly total: number;
    readonly shares: readonly (Omit<FormerPlan['review']['shares'][number], 'goal'> & {
      readonly goal: FormerPlan['goals'][number] | null;
    })[];
  };
}

export interface WarningView extends Doubt {
  /** What kind of doubt: `TITLE_VARIES`, `CELL_UNCERTAIN`, `NOTE_UNCERTAIN`, `RATIO_MISMATCH`, `SOURCE_CONTRADICTION` */
  readonly code: string;
  readonly subject: string;
}

export interface StatusCount {
  /** `null`: nothing reported. */
  readonly status: ScaleCodeView | null;
  readonly scaleVersion: number | null;
  readonly count: number;
  /** Percent, rounded so that all shares add to 100 (largest remainder). */
  readonly share: number;
}

export interface EndingCount {
  readonly ending: EndingKind;
  readonly label: string;
  readonly labelEn: string;
  readonly count: number;
  readonly share: number;
}

/** Every measure is counted once, and all shares add to 100. */
export interface Counts {
  /** Of those that have not ended. */
  readonly byStatus: readonly StatusCount[];
  readonly endings: readonly EndingCount[];
}

export interface NeutralCount {
  /** `null`: nothing reported, or in a word that is not mapped. */
  readonly neutral: Neutral | null;
  readonly count: number;
}

export interface SummaryView extends Counts {
  readonly measures: number;
  readonly new: number;
  readonly unplanned: number;
  readonly succeeded: number;
  readonly byNeutral: readonly NeutralCount[];
  readonly byGoal: readonly (Counts & { readonly goal: GoalView; readonly measures: number })[];
}

/** A plan as of one point: all of it, plain. */
export interface PlanView {
  readonly id: string;
  readonly key: string;
  readonly asOf: { readonly effectiveOn: string; readonly recordedAt: Date; readonly position: Position };
  readonly title: string;
  readonly municipality: string;
  readonly municipalityCode: string;
  readonly period: FiscalYearRange;
  readonly phases: readonly string[];
  /** In force on the day. */
  readonly statusScale: ScaleView;
  /** All versions by then, the one in force last. */
  readonly scales: readonly ScaleView[];
  readonly goals: readonly GoalView[];
  /** Those of the plan that are there. */
  readonly measures: readonly MeasureView[];
  /** Those that were split, merged or retired by then. */
  readonly succeeded: readonly MeasureView[];
  /** 本計画にない取組 */
  readonly unplanned: readonly MeasureView[];
  readonly kpis: readonly PlanKpiView[];
  readonly indicators: readonly PlanIndicatorView[];
  readonly relations: readonly RelationView[];
  readonly formerPlan: FormerPlanView | null;
  /** Key of the plan that it takes the place of. */
  readonly predecessorKey: string | null;
  readonly initiatives: readonly Initiative[];
  readonly consultation: readonly Consultation[];
  readonly warnings: readonly WarningView[];
  readonly summary: SummaryView;
  /** By fiscal year. */
  readonly reviews: ReadonlyMap<number, ReviewView>;
  readonly directory: Directory;
  readonly committee: Committee;
}

/** The plan that the facts speak of; `null` before it was adopted, or known. */
export function planOf(key: string, asOf: ResolvedAsOf, facts: Facts, directory: Directory): PlanView | null {
  const attributes = headOf(facts);
  if (!attributes) return null;
  const { title, municipality, period, phases, formerPlan } = attributes;
  const relations = attributes.relations.map(({ isIllegible, ...relation }) => ({
    ...relation,
    isLegible: isIllegible !== true,
  }));
  const scales = scalesIn(facts);
  const divisions = (keys: readonly string[] = []): DivisionView[] => keys.map((one) => directory.division(one));

  const goals = new Map<string, GoalView>();
  for (const { no } of attributes.goals) goals.set(no, { no, title: titleOf(facts, goalSubject(no)), policies: [] });
  const policies = new Map<string, PolicyView>();
  for (const { no, goal: goalNo } of attributes.policies) {
    const goal = goals.get(goalNo);
    if (!goal) continue;
    const policy = {
      no,
      title: titleOf(facts, policySubject(no)),
      goal,
      measures: [],
      relations: relationsOf(relations, no),
    };
    policies.set(no, policy);
    goal.policies.push(policy);
  }

  const progressOf = (no: string) => {
    const { cells: schedule, shifts, slipYears } = scheduleOf(facts, no, period);
    const of = { planKey: key, known: asOf.position };
    const status = statusOf(facts, no, scales.all, of);
    const around = {
      ...of,
      day: asOf.day,
      scales: scales.all,
      division: (division: string) => directory.division(division),
    };
    const reports = reportsOf(facts, no, around);
    const evaluations = evaluationsOf(facts, no, scales.all);
    return { status, ending: endingOf(facts, no, of), schedule, shifts, slipYears, reports, evaluations };
  };
  const measures: MeasureView[] = [];
  const succeeded: MeasureView[] = [];
  const { origins, ends } = successionsIn(facts);
  const ofFile = attributes.measures.map((no) => ({ no }));
  const entered = [...origins.keys()].map((no) => ({ no }));
  for (const { no } of entered.length > 0 ? [...ofFile, ...entered].sort(byNumber) : ofFile) {
    const subject = measureSubject(no);
    const origin = origins.get(no);
    const said = <Name extends 'title' | 'policy' | 'owners' | 'coordinators'>(name: Name) =>
      facts.get<MeasureAttributes[Name]>(subject, name)?.value ?? origin?.value[name];
    const policy = policies.get(said('policy') ?? '');
    if (!policy) continue;
    const owners = divisions(said('owners'));
    const end = ends.get(no);
    const at = { planKey: key, known: asOf.position };
    const view: MeasureView = {
      id: idOf('Measure', key, no),
      ...at,
      day: asOf.day,
      no,
      title: said('title') ?? '',
      isNew: facts.get<boolean>(subject, 'isNew')?.value ?? false,
      isPlanned: true,
      beginsOn: null,
      cause: null,
      causeNote: null,
      goal: policy.goal,
      policy,
      owners,
      coordinators: divisions(said('coordinators')),
      answering: directory.answering(owners),
      ...progressOf(no),
      origin: successionView(origin, at),
      succession: successionView(end, at),
      predecessors: [],
      successors: [],
      carriedOverFrom: facts.get<string[]>(subject, 'carriedOverFrom')?.value ?? [],
    };
    if (end) succeeded.push(view);
    else {
      measures.push(view);
      policy.measures.push(view);
    }
  }
  const numbered = new Map([...measures, ...succeeded].map((measure) => [measure.no, measure]));
  for (const [no, { value }] of origins) {
    for (const predecessor of value.predecessors) {
      const [one, other] = [numbered.get(no), numbered.get(predecessor)];
      if (!one || !other) continue;
      one.predecessors.push(other);
      other.successors.push(one);
    }
  }
  const unplanned: MeasureView[] = [];
  for (const subject of facts.subjects(measureSubject(''))) {
    const no = numberIn(subject);
    const entered = facts.get<UnplannedInitiative>(subject, INITIATIVE);
    const goal = entered && goals.get(entered.value.goal);
    if (!goal) continue;
    const initiative = entered.value;
    unplanned.push({
      id: idOf('Measure', key, no),
      planKey: key,
      day: asOf.day,
      known: asOf.position,
      no,
      title: initiative.title,
      isNew: false,
      isPlanned: false,
      beginsOn: entered.effectiveFrom,
      cause: initiative.cause,
      causeNote: initiative.causeNote ?? null,
      goal,
      policy: null,
      owners: divisions(initiative.owners),
      coordinators: divisions(initiative.coordinators),
      answering: directory.answering(divisions(initiative.owners)),
      ...progressOf(no),
      origin: null,
      succession: null,
      predecessors: [],
      successors: [],
      carriedOverFrom: [],
    });
  }
  unplanned.sort(byNumber);
  const kpis: PlanKpiView[] = [];
  for (const kpiKey of attributes.kpis) {
    const kpi = kpiOf(facts, { planKey: key, kpiKey, known: asOf.position });
    const goal = kpi && goals.get(kpi.goalNo);
    if (goal) kpis.push({ ...kpi, id: idOf('Kpi', key, kpiKey), planKey: key, known: asOf.position, goal });
  }

  const indicators: PlanIndicatorView[] = [];
  for (const indicatorKey of attributes.indicators ?? []) {
    const indicator = indicatorOf(facts, { planKey: key, indicatorKey, known: asOf.position });
    const id = idOf('Indicator', key, indicatorKey);
    if (indicator) indicators.push({ ...indicator, id, planKey: key, known: asOf.position });
  }

  const goalList = [...goals.values()];
  return {
    id: idOf('Plan', key),
    key,
    asOf: { effectiveOn: asOf.day, recordedAt: asOf.recordedAt, position: asOf.position },
    title,
    municipality: municipality.name,
    municipalityCode: municipality.code,
    period,
    phases,
    statusScale: scales.inForce,
    scales: scales.all,
    goals: goalList,
    measures,
    succeeded,
    unplanned,
    kpis,
    indicators,
    relations,
    formerPlan: formerPlan ? formerPlanOf(formerPlan) : null,
    predecessorKey: attributes.predecessor ?? null,
    initiatives: attributes.initiatives ?? [],
    consultation: attributes.consultation ?? [],
    warnings: warningsOf(facts, attributes, kpis),
    summary: summaryOf(
      measures,
      { unplanned: unplanned.length, succeeded: succeeded.length },
      goalList,
      scales.inForce,
    ),
    reviews: reviewsOf(facts, period),
    directory,
    committee: new Committee(facts, directory, { planKey: key, known: asOf.position, day: asOf.day }),
  };
}

const reviewsOf = (facts: Facts, period: FiscalYearRange): ReadonlyMap<number, ReviewView> =>
  new Map(
    yearsOf(period).flatMap((year) => {
      const review = reviewOf(facts, year);
      return review ? [[year, review] as const] : [];
    }),
  );

/** A measure of the plan, also one that gave way, or an unplanned initiative. */
export const measureIn = ({ measures, succeeded, unplanned }: PlanView, no: string): MeasureView | null =>
  [...measures, ...succeeded, ...unplanned].find((measure) => measure.no === no) ?? null;

const relationsOf = (relations: readonly RelationView[], policyNo: string): RelationView[] =>
  relations.filter(({ serves }) => serves.some((no) => no === policyNo || no.startsWith(`${policyNo}-`)));

const formerPlanOf = ({ review, ...former }: FormerPlan): FormerPlanView => ({
  ...former,
  review: {
    ...review,
    total: former.measures,
    shares: review.shares.map((share) => ({
      ...share,
      goal: former.goals.find(({ no }) => no === share.goal) ?? null,
    })),
  },
});

/** Goals and policies are subjects of their own; which there are is an attribute of the plan. */
type Head = Omit<PlanAttributes, 'goals' | 'policies'> & {
  readonly goals: readonly Pick<GoalEntry, 'no'>[];
  readonly policies: readonly Pick<PolicyEntry, 'no' | 'goal'>[];
};

function headOf(facts: Facts): Head | undefined {
  if (!facts.get(planSubject, 'title')) return undefined;
  const find = <Name extends keyof PlanAttributes>(name: Name): PlanAttributes[Name] | undefined =>
    facts.get<PlanAttributes[Name]>(planSubject, name)?.value;
  const get = <Name extends keyof PlanAttributes>(name: Name): PlanAttributes[Name] => {
    const value = find(name);
    if (value === undefined) throw new Error(`the timeline has a plan without ${name}`);
    return value;
  };
  const predecessor = find('predecessor');
  return {
    title: get('title'),
    municipality: get('municipality'),
    source: get('source'),
    timeZone: get('timeZone'),
    period: get('period'),
    phases: get('phases'),
    statusScale: get('statusScale'),
    relations: get('relations'),
    warnings: get('warnings'),
    measures: get('measures'),
    kpis: get('kpis'),
    indicators: find('indicators'),
    formerPlan: find('formerPlan'),
    initiatives: find('initiatives'),
    consultation: find('consultation'),
    ...(predecessor !== undefined && { predecessor }),
    goals: facts
      .subjects('goal/')
      .map((subject) => ({ no: numberIn(subject) }))
      .sort(byNumber),
    policies: facts
      .subjects('policy/')
      .map((subject) => ({ no: numberIn(subject), goal: facts.get<string>(subject, 'goal')?.value ?? '' }))
      .sort(byNumber),
  };
}

const numberIn = (subject: string): string => subject.slice(subject.indexOf('/') + 1);

const collator = new Intl.Collator('en', { numeric: true });
const byNumber = (a: { readonly no: string }, b: { readonly no: string }): number => collator.compare(a.no, b.no);

const titleOf = (facts: Facts, subject: string): string => facts.get<string>(subject, 'title')?.value ?? '';

/** Every doubt about the source, with what is printed. */
function warningsOf(facts: Facts, { warnings, measures, formerPlan }: Head, kpis: readonly KpiView[]): WarningView[] {
  const found: WarningView[] = warnings.map((warning) => ({ code: 'SOURCE_CONTRADICTION', ...warning }));
  const titled = [
    ...facts.subjects('goal/'),
    ...facts.subjects('policy/'),
    ...measures.map(measureSubject),
    ...kpis.map(({ key }) => kpiSubject(key)),
  ];
  for (const subject of titled) {
    const variants = facts.get<TitleVariant[]>(subject, 'variants')?.value ?? [];
    if (variants.length > 0) found.push(titleVaries(subject, titleOf(facts, subject), variants));
  }
  if (formerPlan && formerPlan.variants.length > 0)
    found.push(titleVaries('former-plan', formerPlan.title, formerPlan.variants));
  for (const no of measures) {
    const subject = measureSubject(no);
    for (const { years, ...doubt } of facts.get<AdoptedSchedule>(subject, 'schedule')?.value.uncertain ?? []) {
      found.push({ code: years.length > 0 ? 'CELL_UNCERTAIN' : 'NOTE_UNCERTAIN', subject, ...doubt });
    }
  }
  for (const { key, unit, baseline, readings } of kpis) {
    for (const figure of [baseline, ...readings]) {
      if (!figure.isAsPrinted) continue;
      found.push({
        code: 'RATIO_MISMATCH',
        subject: kpiSubject(key),
        printed: [`${figure.value}${unit}`, ...(figure.note === undefined ? [] : [figure.note])],
        read: `${figure.numerator ?? ''}/${figure.denominator ?? ''} = ${figure.computed ?? ''}${unit}`,
        why: '値が分子÷分母と一致しないため、印刷どおりに保つ / the value contradicts its ratio and is kept as printed',
      });
    }
  }
  return found;
}

const titleVaries = (subject: string, title: string, variants: readonly TitleVariant[]): WarningView => ({
  code: 'TITLE_VARIES',
  subject,
  printed: [title, ...variants.map((variant) => `${variant.title}（${variant.where}）`)],
  read: title,
  why: '同一性は番号による / identity is the number',
});

function summaryOf(
  planned: readonly MeasureView[],
  apart: Pick<SummaryView, 'unplanned' | 'succeeded'>,
  goals: readonly GoalView[],
  scale: ScaleView,
): SummaryView {
  return {
    measures: planned.length,
    new: planned.filter(({ isNew }) => isNew).length,
    ...apart,
    ...countsOf(planned, scale),
    byNeutral: [...NEUTRALS, null].map((neutral) => ({
      neutral,
      count: planned.filter((measure) => neutralOf(measure) === neutral).length,
    })),
    byGoal: goals.map((goal) => {
      const ofGoal = planned.filter((measure) => measure.goal === goal);
      return { goal, measures: ofGoal.length, ...countsOf(ofGoal, scale) };
    }),
  };
}

/** What measures are counted by; `null`: nothing reported. */
type Group = VersionedCodeView | null;

/** The codes in force, those still held of former versions, the newest first, and "nothing reported". */
function countsOf(measures: readonly MeasureView[], { codes, version }: ScaleView): Counts {
  const open = measures.filter(({ ending }) => ending === null);
  const nameOf = (group: Group): string => (group ? `${String(group.scaleVersion)} ${group.code}` : '');
  const groups = new Map<string, Group>();
  for (const code of codes) groups.set(nameOf({ ...code, scaleVersion: version }), { ...code, scaleVersion: version });
  const others = open.flatMap(({ status }) => (status && !groups.has(nameOf(status)) ? [status] : []));
  others.sort((a, b) => b.scaleVersion - a.scaleVersion || a.order - b.order);
  for (const group of [...others, null]) groups.set(nameOf(group), group);
  const statuses = [...groups].map(([name, status]) => ({
    status,
    scaleVersion: status?.scaleVersion ?? null,
    count: open.filter((measure) => nameOf(measure.status) === name).length,
  }));
  const endings = ENDING_KINDS.map((kind) => ({
    ending: kind,
    label: ENDINGS[kind][0],
    labelEn: ENDINGS[kind][1],
    count: measures.filter(({ ending }) => ending?.kind === kind).length,
  }));
  const shares = largestRemainder([...statuses, ...endings].map(({ count }) => count));
  return {
    byStatus: statuses.map((group, i) => ({ ...group, share: shares[i] ?? 0 })),
    endings: endings.map((group, i) => ({ ...group, share: shares[statuses.length + i] ?? 0 })),
  };
}

function neutralOf({ status, ending }: MeasureView): Neutral | null {
  if (ending) return ending.kind === 'NOT_ASSESSABLE' ? 'NOT_ASSESSED' : 'ENDED';
  return status?.neutral ?? null;
}

/** Percentages as whole numbers that add to 100; all 0 when there is nothing to count. */
export function largestRemainder(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return counts.map(() => 0);
  const shares = counts.map((count) => Math.floor((count * 100) / total));
  const missing = 100 - shares.reduce((sum, share) => sum + share, 0);
  const byRemainder = counts
    .map((count, i) => ({ i, remainder: (count * 100) % total }))
    .sort((a, b) => b.remainder - a.remainder || a.i - b.i);
  for (const { i } of byRemainder.slice(0, missing)) shares[i] = (shares[i] ?? 0) + 1;
  return shares;
}
