import { z } from 'zod';
import {
  defineEvent,
  entryRef,
  type Changes,
  type EventsOf,
  type SubjectAttributes,
} from '../eventsourcing/catalogue.js';
import { citation, cited } from '../governance/citation.events.js';

const titleVariant = z.strictObject({ title: z.string(), where: z.string() });
const doubt = z.strictObject({ printed: z.array(z.string()), read: z.string(), why: z.string() });

/** Marks that are told from each other without colour; a ring is ◎, two circles in each other. */
export const SHAPES = [
  'circle',
  'ring',
  'triangle',
  'triangle-down',
  'square',
  'diamond',
  'cross',
  'plus',
  'star',
] as const;
export type Shape = (typeof SHAPES)[number];

/** What the words of different plans are compared by. */
export const NEUTRALS = ['DONE', 'ON_TRACK', 'AT_RISK', 'OFF_TRACK', 'ENDED', 'NOT_ASSESSED'] as const;
export type Neutral = (typeof NEUTRALS)[number];

const scale = z.strictObject({
  key: z.string(),
  version: z.int().positive(),
  source: z.string().optional(),
  codes: z.array(
    z.strictObject({
      code: z.string(),
      label: z.strictObject({ ja: z.string(), en: z.string() }),
      order: z.int(),
      sign: z.string().optional(),
      meaning: z.strictObject({ ja: z.string(), en: z.string() }).optional(),
      shape: z.enum(SHAPES).optional(),
      needsCause: z.boolean().optional(),
      neutral: z.enum(NEUTRALS).optional(),
    }),
  ),
});
export type Scale = z.output<typeof scale>;

/** One version of a scale, which a status was given in. */
export const scaleRef = z.strictObject({ key: z.string(), version: z.int().positive() });
export type ScaleRef = z.output<typeof scaleRef>;

/** Each version of the scale that is no longer in force is an attribute of the plan, from the day it was replaced. */
export const SCALE = 'scale/';

const fiscalYearRange = z.strictObject({ from: z.int(), to: z.int() });

/** Where the source prints something. */
export const sourcePlace = z.strictObject({
  page: z.int().optional(),
  heading: z.string(),
  figure: z.string().optional(),
});
export type SourcePlace = z.output<typeof sourcePlace>;

/** The plan that this one follows, with the review that closed it. Statuses are the words of that review. */
const formerPlan = z.strictObject({
  title: z.string(),
  variants: z.array(titleVariant),
  period: fiscalYearRange,
  goals: z.array(z.strictObject({ no: z.string(), title: z.string() })),
  /** How many policies and measures it had. */
  policies: z.int().optional(),
  measures: z.int(),
  where: sourcePlace,
  review: z.strictObject({
    /** At the end of which it was made. */
    fiscalYear: z.int(),
    byStatus: z.array(z.strictObject({ status: z.string(), count: z.int(), share: z.string().optional() })),
    /** Shares of several statuses together: of all measures, or of one goal's. */
    shares: z.array(
      z.strictObject({
        goal: z.string().optional(),
        statuses: z.array(z.string()),
        count: z.int().optional(),
        share: z.string(),
        printed: z.string(),
        where: sourcePlace,
      }),
    ),
    where: sourcePlace,
  }),
  /** What was done that it had not foreseen. */
  unplanned: z.array(z.strictObject({ title: z.string(), where: sourcePlace })),
});
export type FormerPlan = z.output<typeof formerPlan>;

/** What was done in a year before the plan. */
const initiative = z.strictObject({
  fiscalYear: z.int(),
  /** The year as the source prints it. */
  printed: z.string(),
  title: z.string(),
  note: z.string().optional(),
  where: sourcePlace,
});
export type Initiative = z.output<typeof initiative>;

export const CONSULTATION_METHODS = ['public-comment', 'questionnaire', 'hearing', 'committee', 'other'] as const;

/** One way in which opinions on the plan were or are asked. What is absent the source does not print. */
const consultation = z.strictObject({
  title: z.string(),
  methods: z.array(z.enum(CONSULTATION_METHODS)),
  audience: z.string().optional(),
  from: z.string().optional(),
  to: z.string().optional(),
  /** How many people answered; how many opinions they gave. */
  respondents: z.int().optional(),
  opinions: z.int().optional(),
  /** What it led to, as printed. */
  outcome: z.string().optional(),
  note: z.string().optional(),
  where: sourcePlace,
});
export type Consultation = z.output<typeof consultation>;

export const RELATION_KINDS = ['upper-plan', 'law', 'national', 'prefectural', 'sdgs'] as const;

const relation = z.strictObject({
  to: z.string(),
  item: z.string(),
  serves: z.array(z.string()),
  why: z.string().optional(),
  kind: z.enum(RELATION_KINDS).optional(),
  /** The source says that there is a relation, and prints only in an image which. */
  isIllegible: z.literal(true).optional(),
  where: sourcePlace.optional(),
});
export type Relation = z.output<typeof relation>;

/** The plan itself, all but its measures, KPIs and context indicators, which are streams of their own. */
const planAttributes = z.strictObject({
  title: z.string(),
  municipality: z.strictObject({ name: z.string(), code: z.string() }),
  source: z.strictObject({ title: z.string(), note: z.string().optional() }),
  timeZone: z.string(),
  period: fiscalYearRange,
  phases: z.array(z.string()),
  statusScale: scale,
  goals: z.array(z.strictObject({ no: z.string(), title: z.string(), variants: z.array(titleVariant) })),
  policies: z.array(
    z.strictObject({ no: z.string(), goal: z.string(), title: z.string(), variants: z.array(titleVariant) }),
  ),
  relations: z.array(relation),
  warnings: z.array(doubt.extend({ subject: z.string() })),
  /** The numbers of its measures. */
  measures: z.array(z.string()),
  /** The keys of its KPIs. */
  kpis: z.array(z.string()),
  /** The keys of its context indicators. From here on: since version 2; absent where the file has no such section. */
  indicators: z.array(z.string()).optional(),
  formerPlan: formerPlan.optional(),
  initiatives: z.array(initiative).optional(),
  consultation: z.array(consultation).optional(),
  /** Key of the plan that this one takes the place of. Since version 3. */
  predecessor: z.string().optional(),
});
export type PlanAttributes = z.output<typeof planAttributes>;
export type GoalEntry = PlanAttributes['goals'][number];
export type PolicyEntry = PlanAttributes['policies'][number];
export type Doubt = z.output<typeof doubt>;
export type TitleVariant = z.output<typeof titleVariant>;

/** The adopted row of the schedule: one cell for each fiscal year of the period, `['⇒']` where the one before goes on. */
export const adoptedSchedule = z.strictObject({
  cells: z.array(z.strictObject({ fiscalYear: z.int(), phases: z.array(z.string()) })),
  note: z.string().optional(),
  uncertain: z.array(doubt.extend({ years: z.array(z.int()) })),
});
export type AdoptedSchedule = z.output<typeof adoptedSchedule>;

const measureAttributes = z.strictObject({
  title: z.string(),
  variants: z.array(titleVariant),
  policy: z.string(),
  isNew: z.boolean(),
  owners: z.array(z.string()),
  coordinators: z.array(z.string()),
  schedule: adoptedSchedule,
  /** Numbers, in the plan's predecessor, of what it goes on with. Since version 2. */
  carriedOverFrom: z.array(z.string()).optional(),
});
export type MeasureAttributes = z.output<typeof measureAttributes>;

export const planSubject = 'plan';
export const goalSubject = (no: string): string => `goal/${no}`;
export const policySubject = (no: string): string => `policy/${no}`;
export const measureSubject = (no: string): string => `measure/${no}`;

/** The titles of the plan, its goals and its policies, by subject. */
export const titlesIn = ({ title, goals, policies }: PlanAttributes): ReadonlyMap<string, string> =>
  new Map([
    [planSubject, title],
    ...goals.map((goal) => [goalSubject(goal.no), goal.title] as const),
    ...policies.map((policy) => [policySubject(policy.no), policy.title] as const),
  ]);

export const planStream = (planKey: string): string => `plan-${planKey}`;
export const measureStream = (planKey: string, measureNo: string): string => `measure-${planKey}-${measureNo}`;

/** `goals` and `policies` are subjects of their own; every other attribute is the plan's. */
function assertedBy({ goals = [], policies = [], ...own }: Changes<PlanAttributes>): SubjectAttributes[] {
  return [
    { subject: planSubject, attributes: own },
    ...goals.map(({ no, ...attributes }) => ({ subject: goalSubject(no), attributes })),
    ...policies.map(({ no, ...attributes }) => ({ subject: policySubject(no), attributes })),
  ];
}

/** Version 2 says of more things; what version 1 said is said in the same words. */
const asItIs = (data: object): object => data;

const scaleAttribute = ({ key, version }: ScaleRef): string => `${SCALE}${key}/${String(version)}`;

/** What a revision by hand may change of a measure. */
export const REVISABLE = {
  title: ['名称', 'title'],
  owners: ['業務担当課', 'owners'],
  coordinators: ['調整', 'coordinators'],
  schedule: ['日程', 'schedule'],
} as const satisfies Partial<Record<keyof MeasureAttributes, readonly [ja: string, en: string]>>;
export type RevisableName = keyof typeof REVISABLE;

const isRevisable = (attribute: string): attribute is RevisableName => Object.hasOwn(REVISABLE, attribute);
export const wordFor = (attribute: string, language: 0 | 1): string =>
  isRevisable(attribute) ? REVISABLE[attribute][language] : attribute;

/** The one attribute that a revision by hand is about, with what it says of it. */
function revisionIn({ changes }: { readonly changes: object }): readonly [attribute: string, value: unknown] {
  return Object.entries(changes).find(([, value]) => value !== undefined) ?? ['', undefined];
}

/** What a revision says, where it is short enough for a sentence. */
function newWording(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value.join('、') : undefined;
}

const bracketed = (text: string, left: string, right: string): string => (text === '' ? '' : left + text + right);
const names = (changes: object): string => Object.keys(changes).join(', ');

export const planEvents = {
  /** Version 2: what the codes of the scale mean, look like and are compared by. Version 3: the plan before it. */
  PlanAdopted: defineEvent({
    version: 3,
    upcasts: { 1: asItIs, 2: asItIs },
    data: z.strictObject({ planKey: z.string(), ...planAttributes.shape }),
    scope: ({ planKey }) => planKey,
    subject: () => planSubject,
    asserts: ({ data: { planKey: _, ...attributes } }) => assertedBy(attributes),
    sentence: {
      ja: ({ data }) => `計画「${data.title}」を策定`,
      en: ({ data }) => `Plan “${data.title}” adopted`,
    },
  }),
  /**
   * Closes every later load that changed something, of the plan itself or of its measures and KPIs. Version 2: as
   * PlanAdopted, and the version of the scale that another takes the place of.
   */
  PlanRevised: defineEvent({
    version: 3,
    upcasts: { 1: asItIs, 2: asItIs },
    data: z.strictObject({
      planKey: z.string(),
      changes: planAttributes.partial(),
      formerScale: scale.optional(),
      reason: z.string(),
    }),
    scope: ({ planKey }) => planKey,
    subject: () => planSubject,
    asserts: ({ data: { changes, formerScale } }) => [
      ...assertedBy(changes),
      ...(formerScale ? [{ subject: planSubject, attributes: { [scaleAttribute(formerScale)]: formerScale } }] : []),
    ],
    sentence: {
      ja: ({ data: { changes, formerScale } }) =>
        `計画ファイルを読み直し${bracketed(names(changes), '（', '）')}` +
        (formerScale && changes.statusScale ? `、評価区分を第${String(changes.statusScale.version)}版に変更` : ''),
      en: ({ data: { changes, formerScale } }) =>
        `Plan file loaded again${bracketed(names(changes), ' (', ')')}` +
        (formerScale && changes.statusScale
          ? `, version ${String(changes.statusScale.version)} of the scale in force`
          : ''),
    },
  }),
  /** Version 2: what it is carried over from. */
  MeasureAdopted: defineEvent({
    version: 2,
    upcasts: { 1: asItIs },
    data: z.strictObject({ planKey: z.string(), measureNo: z.string(), ...measureAttributes.shape }),
    scope: ({ planKey }) => planKey,
    subject: ({ measureNo }) => measureSubject(measureNo),
    asserts: ({ data: { planKey: _, measureNo: __, ...attributes } }) => attributes,
    sentence: {
      ja: ({ data }) => `個別施策 ${data.measureNo}「${data.title}」を計画に掲載`,
      en: ({ data }) => `Measure ${data.measureNo} “${data.title}” entered in the plan`,
    },
  }),
  /**
   * By the plan file, what it says otherwise than before; or by hand, of one attribute, which can then be corrected and
   * withdrawn (0004). Version 2 tells which: before, all were by the file.
   */
  MeasureRevised: defineEvent({
    version: 2,
    upcasts: { 1: (data: object) => ({ ...data, fromFile: true }) },
    data: z.strictObject({
      planKey: z.string(),
      measureNo: z.string(),
      changes: measureAttributes.partial(),
      fromFile: z.literal(true).optional(),
      corrects: entryRef.optional(),
      reason: z.string(),
      /** The deciding body, in the words of the person who entered it. */
      decidedBy: z.string().optional(),
      ...cited,
    }),
    scope: ({ planKey }) => planKey,
    subject: ({ measureNo }) => measureSubject(measureNo),
    asserts: ({ id, data: { measureNo, changes, decision } }) => [
      { subject: measureSubject(measureNo), attributes: changes },
      ...citation(id, { decision }),
    ],
    supersedes: ({ corrects, changes }) => corrects && { entry: corrects, attribute: revisionIn({ changes })[0] },
    sentence: {
      ja: ({ data }) => {
        if (data.fromFile) return `個別施策 ${data.measureNo} の記載を変更（${names(data.changes)}）`;
        const [attribute, value] = revisionIn(data);
        const wording = bracketed(newWording(value) ?? '', '「', '」に');
        return `個別施策 ${data.measureNo} の${wordFor(attribute, 0)}を${wording}${data.corrects ? '訂正' : '改定'}`;
      },
      en: ({ data }) => {
        if (data.fromFile) return `Measure ${data.measureNo}: entry changed (${names(data.changes)})`;
        const [attribute, value] = revisionIn(data);
        const wording = bracketed(newWording(value) ?? '', ' to “', '”');
        return `Measure ${data.measureNo}: ${wordFor(attribute, 1)} ${data.corrects ? 'corrected' : 'revised'}${wording}`;
      },
    },
  }),
  MeasureRevisionWithdrawn: defineEvent({
    version: 1,
    data: z.strictObject({
      planKey: z.string(),
      measureNo: z.string(),
      attribute: z.string(),
      withdraws: entryRef,
      reason: z.string(),
    }),
    scope: ({ planKey }) => planKey,
    subject: ({ measureNo }) => measureSubject(measureNo),
    asserts: () => [],
    supersedes: ({ withdraws, attribute }) => ({ entry: withdraws, attribute }),
    sentence: {
      ja: ({ data }) => `個別施策 ${data.measureNo} の${wordFor(data.attribute, 0)}の改定を取消し`,
      en: ({ data }) => `Measure ${data.measureNo}: revision of its ${wordFor(data.attribute, 1)} withdrawn`,
    },
  }),
};

export type PlanEvent = EventsOf<typeof planEvents>;
