import { z } from 'zod';
import { japaneseFiscalYear } from '../calendar/fiscal-year.js';
import { defineEvent, entryRef, type Attributes, type Changes, type EventsOf } from '../eventsourcing/catalogue.js';
import { citation, cited, uncited } from '../governance/citation.events.js';

const decimal = z.string();

const figure = {
  value: decimal,
  numerator: decimal.optional(),
  denominator: decimal.optional(),
  note: z.string().optional(),
  /** The value contradicts its ratio and is kept as the source prints it. */
  asPrinted: z.boolean().optional(),
};

const target = z.strictObject({ fiscalYear: z.int(), ...figure });

const kpiAttributes = z.strictObject({
  title: z.string(),
  variants: z.array(z.strictObject({ title: z.string(), where: z.string() })),
  indicator: z.int(),
  goal: z.string(),
  unit: z.string(),
  decimals: z.int(),
  minimum: decimal.optional(),
  maximum: decimal.optional(),
  baseline: z.strictObject({ fiscalYear: z.int(), ...figure }),
  targets: z.array(target),
});
export type KpiAttributes = z.output<typeof kpiAttributes>;
export type Figure = Pick<KpiAttributes['baseline'], 'value' | 'numerator' | 'denominator' | 'note' | 'asPrinted'>;

export interface TargetValue extends Figure {
  /** Why it is no longer the former target. */
  readonly reason?: string;
}

export interface ReadingValue extends Figure {
  readonly reason?: string;
  /** Id of the entry that this one took the place of. */
  readonly corrects?: string;
}

export const kpiSubject = (key: string): string => `kpi/${key}`;
export const kpiStream = (planKey: string, kpiKey: string): string => `kpi-${planKey}-${kpiKey}`;

/** One attribute for each fiscal year. */
export const READING = 'reading/';
export const TARGET = 'target/';

const of = { planKey: z.string(), kpiKey: z.string() };
const ofYear = { ...of, fiscalYear: z.int() };
const scope = (data: { planKey: string }): string => data.planKey;
const subject = (data: { kpiKey: string }): string => kpiSubject(data.kpiKey);

/** What a revision by hand may change; targets are revised year by year. */
const REVISABLE = ['title', 'unit', 'decimals', 'baseline'] as const satisfies (keyof KpiAttributes)[];
export type RevisableName = (typeof REVISABLE)[number];
export const KPI_WORDS: Readonly<Record<RevisableName, readonly [ja: string, en: string]>> = {
  title: ['名称', 'title'],
  unit: ['単位', 'unit'],
  decimals: ['小数桁数', 'number of decimals'],
  baseline: ['基準値', 'baseline'],
};

/** The one attribute that a revision by hand is about, with what it says of it. */
function revisionIn(changes: Changes<KpiAttributes>): readonly [RevisableName, unknown] {
  const name = REVISABLE.find((one) => changes[one] !== undefined);
  if (name === undefined) throw new Error('a revision of nothing');
  return [name, changes[name]];
}

/** `令和4年度 79.6`; what is no figure as it is. */
function wording(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const baseline = value as KpiAttributes['baseline'];
  return `${japaneseFiscalYear(baseline.fiscalYear)} ${baseline.value}`;
}

const asserted = ({ targets = [], ...own }: Changes<KpiAttributes>): Attributes => ({
  ...own,
  ...Object.fromEntries(targets.map(({ fiscalYear, ...value }) => [TARGET + String(fiscalYear), value])),
});

export const kpiEvents = {
  KpiAdopted: defineEvent({
    version: 1,
    data: z.strictObject({ ...of, ...kpiAttributes.shape }),
    scope,
    subject,
    asserts: ({ data: { planKey: _, kpiKey: __, ...attributes } }) => asserted(attributes),
    sentence: {
      ja: ({ data }) => `指標「${data.title}」を計画に掲載`,
      en: ({ data }) => `KPI “${data.title}” entered in the plan`,
    },
  }),
  /**
   * By the plan file, what it says otherwise than before; or by hand, of one attribute, which can then be corrected and
   * withdrawn (0004). Version 2 tells which: before, all were by the file.
   */
  KpiRevised: defineEvent({
    version: 2,
    upcasts: { 1: (data: object) => ({ ...data, fromFile: true }) },
    data: z.strictObject({
      ...of,
      changes: kpiAttributes.partial(),
      fromFile: z.literal(true).optional(),
      corrects: entryRef.optional(),
      reason: z.string(),
      /** The deciding body, in the words of the person who entered it. */
      decidedBy: z.string().optional(),
      ...cited,
    }),
    scope,
    subject,
    asserts: ({ id, data: { kpiKey, changes, decision } }) => [
      { subject: kpiSubject(kpiKey), attributes: asserted(changes) },
      ...citation(id, { decision }),
    ],
    supersedes: ({ corrects, changes }) => corrects && { entry: corrects, attribute: revisionIn(changes)[0] },
    sentence: {
      ja: ({ data }, _nameOf, titleOf) => {
        if (data.fromFile)
          return `指標「${titleOf(data.kpiKey)}」の記載を変更（${Object.keys(data.changes).join(', ')}）`;
        const [attribute, value] = revisionIn(data.changes);
        return `指標「${titleOf(data.kpiKey)}」の${KPI_WORDS[attribute][0]}を「${wording(value)}」に${data.corrects ? '訂正' : '改定'}`;
      },
      en: ({ data }, _nameOf, titleOf) => {
        if (data.fromFile)
          return `KPI ${titleOf(data.kpiKey)}: entry changed (${Object.keys(data.changes).join(', ')})`;
        const [attribute, value] = revisionIn(data.changes);
        return `KPI ${titleOf(data.kpiKey)}: ${KPI_WORDS[attribute][1]} ${data.corrects ? 'corrected' : 'revised'} to “${wording(value)}”`;
      },
    },
  }),
  KpiRevisionWithdrawn: defineEvent({
    version: 1,
    data: z.strictObject({ ...of, attribute: z.enum(REVISABLE), withdraws: entryRef, reason: z.string() }),
    scope,
    subject,
    asserts: () => [],
    supersedes: ({ withdraws, attribute }) => ({ entry: withdraws, attribute }),
    sentence: {
      ja: ({ data }, _nameOf, titleOf) =>
        `指標「${titleOf(data.kpiKey)}」の${KPI_WORDS[data.attribute][0]}の改定を取消し`,
      en: ({ data }, _nameOf, titleOf) =>
        `KPI ${titleOf(data.kpiKey)}: revision of its ${KPI_WORDS[data.attribute][1]} withdrawn`,
    },
  }),
  ReadingRecorded: defineEvent({
    version: 1,
    data: z.strictObject({ ...ofYear, ...figure, reason: z.string().optional() }),
    scope,
    subject,
    asserts: ({ data: { planKey: _, kpiKey: __, fiscalYear, ...value } }) => ({
      [READING + String(fiscalYear)]: value,
    }),
    sentence: {
      ja: ({ data }, _nameOf, titleOf) =>
        `指標「${titleOf(data.kpiKey)}」の${japaneseFiscalYear(data.fiscalYear)}の実績値を ${data.value} と記録`,
      en: ({ data }, _nameOf, titleOf) =>
        `KPI ${titleOf(data.kpiKey)}: FY${String(data.fiscalYear)} read as ${data.value}`,
    },
  }),
  ReadingCorrected: defineEvent({
    version: 1,
    data: z.strictObject({ ...ofYear, ...figure, corrects: entryRef, reason: z.string() }),
    scope,
    subject,
    asserts: ({ data: { planKey: _, kpiKey: __, fiscalYear, corrects, ...value } }) => ({
      [READING + String(fiscalYear)]: { ...value, corrects: corrects.eventId },
    }),
    supersedes: ({ corrects, fiscalYear }) => ({ entry: corrects, attribute: READING + String(fiscalYear) }),
    sentence: {
      ja: ({ data }, _nameOf, titleOf) =>
        `指標「${titleOf(data.kpiKey)}」の${japaneseFiscalYear(data.fiscalYear)}の実績値を ${data.value} に訂正`,
      en: ({ data }, _nameOf, titleOf) =>
        `KPI ${titleOf(data.kpiKey)}: reading of FY${String(data.fiscalYear)} corrected to ${data.value}`,
    },
  }),
  ReadingWithdrawn: defineEvent({
    version: 1,
    data: z.strictObject({ ...ofYear, withdraws: entryRef, reason: z.string() }),
    scope,
    subject,
    asserts: () => [],
    supersedes: ({ withdraws, fiscalYear }) => ({ entry: withdraws, attribute: READING + String(fiscalYear) }),
    sentence: {
      ja: ({ data }, _nameOf, titleOf) =>
        `指標「${titleOf(data.kpiKey)}」の${japaneseFiscalYear(data.fiscalYear)}の実績値を取消し`,
      en: ({ data }, _nameOf, titleOf) =>
        `KPI ${titleOf(data.kpiKey)}: reading of FY${String(data.fiscalYear)} withdrawn`,
    },
  }),
  TargetRevised: defineEvent({
    version: 2,
    upcasts: { 1: uncited },
    data: z.strictObject({ ...ofYear, ...figure, corrects: entryRef.optional(), reason: z.string(), ...cited }),
    scope,
    subject,
    asserts: ({ id, data: { planKey: _, kpiKey, fiscalYear, corrects: __, decision, ...value } }) => [
      { subject: kpiSubject(kpiKey), attributes: { [TARGET + String(fiscalYear)]: value } },
      ...citation(id, { decision }),
    ],
    supersedes: ({ corrects, fiscalYear }) => corrects && { entry: corrects, attribute: TARGET + String(fiscalYear) },
    sentence: {
      ja: ({ data }, _nameOf, titleOf) =>
        `指標「${titleOf(data.kpiKey)}」の${japaneseFiscalYear(data.fiscalYear)}の目標値を ${data.value} に変更`,
      en: ({ data }, _nameOf, titleOf) =>
        `KPI ${titleOf(data.kpiKey)}: target for FY${String(data.fiscalYear)} revised to ${data.value}`,
    },
  }),
  TargetWithdrawn: defineEvent({
    version: 1,
    data: z.strictObject({ ...ofYear, withdraws: entryRef, reason: z.string() }),
    scope,
    subject,
    asserts: () => [],
    supersedes: ({ withdraws, fiscalYear }) => ({ entry: withdraws, attribute: TARGET + String(fiscalYear) }),
    sentence: {
      ja: ({ data }, _nameOf, titleOf) =>
        `指標「${titleOf(data.kpiKey)}」の${japaneseFiscalYear(data.fiscalYear)}の目標値の変更を取消し`,
      en: ({ data }, _nameOf, titleOf) =>
        `KPI ${titleOf(data.kpiKey)}: revised target for FY${String(data.fiscalYear)} withdrawn`,
    },
  }),
};

export type KpiEvent = EventsOf<typeof kpiEvents>;
