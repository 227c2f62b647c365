import { z } from 'zod';
import { isDay, isTimeZone } from '../calendar/day.js';
import { DECIMAL } from '../calendar/decimal.js';
import { isPeriod, PERIOD_KINDS } from '../calendar/period.js';
import { isPlainText } from '../calendar/text.js';
import { UNDATED } from '../indicator/indicator.events.js';
import { CONSULTATION_METHODS, NEUTRALS, RELATION_KINDS, SHAPES } from './plan.events.js';

/** Identity in the plan is the number, never the name: `1`, `1-2`, `1-2-1`. */
const no = (parts: 1 | 2 | 3) => z.string().regex(new RegExp(`^\\d{1,3}(-\\d{1,3}){${String(parts - 1)}}$`));
const plain = z.string().refine(isPlainText, { message: 'a control character, or half of a character' });
const text = plain.trim().min(1).max(2000);
const shortText = plain.trim().min(1).max(200);
const day = z.string().refine(isDay, { message: 'not a day that exists (YYYY-MM-DD)' }).meta({ format: 'date' });
const fiscalYear = z.int().min(1950).max(2200).describe('Fiscal year: 2025 is 令和7年度, April 2025 – March 2026');
/** Exact, so a string: YAML numbers lose digits. */
const decimal = z.string().regex(DECIMAL);

/** Something the source prints, and how it was read. */
const reading = z.strictObject({
  printed: z.array(text).min(1).describe('What stands in the source, each place a text of its own'),
  read: text.describe('How it was read'),
  why: text.describe('Why it was read so'),
});

/** Another wording of the same title elsewhere in the source. */
const variant = z.strictObject({ title: shortText, where: shortText.describe('Where the source prints it') });

const titled = { title: shortText, variants: z.array(variant).optional() };

const cell = z
  .array(shortText)
  .max(10)
  .describe('The phases printed in one cell, top to bottom; ["⇒"] where the one before goes on; [] where it is blank');

const measure = z.strictObject({
  no: no(3),
  ...titled,
  isNew: z.boolean().describe('Marked 新規'),
  owners: z.array(shortText).min(1).describe('担当課等, as printed, one line each'),
  coordinators: z.array(shortText).optional().describe('調整：, as printed'),
  schedule: z.record(z.string().regex(/^\d{4}$/), cell).describe('One cell for each fiscal year of the period'),
  note: text.optional().describe('Side note of the schedule row, as printed'),
  uncertain: z
    .array(
      reading.extend({ years: z.array(fiscalYear).optional().describe('The cells concerned; none: the side note') }),
    )
    .optional()
    .describe('Cells or side notes whose reading is not certain'),
  carriedOverFrom: z
    .array(no(3))
    .min(1)
    .optional()
    .describe('Numbers, in the plan that `predecessor` names, of the measures that this one goes on with'),
});

const policy = z.strictObject({ no: no(2), ...titled, measures: z.array(measure).min(1) });
const goal = z.strictObject({ no: no(1), ...titled, policies: z.array(policy).min(1) });

const figure = {
  value: decimal.optional(),
  numerator: decimal.optional(),
  denominator: decimal.optional(),
  note: text.optional().describe('The ※ supplement, as printed'),
  asPrinted: z.boolean().optional().describe('The value contradicts its ratio and is kept as the source prints it'),
};

const kpi = z.strictObject({
  key: z.string().regex(/^[a-z][a-z0-9-]{1,40}$/),
  indicator: z.int().min(1).describe('Which KPI of the source: two series can share one'),
  goal: no(1),
  ...titled,
  unit: plain.min(1).max(20),
  decimals: z.int().min(0).max(9).describe('Decimals shown; ratios are rounded half up to them'),
  minimum: decimal.optional(),
  maximum: decimal.optional(),
  baseline: z.strictObject({ fiscalYear, ...figure }),
  targets: z.array(z.strictObject({ fiscalYear, ...figure })).min(1),
});

const where = z
  .strictObject({
    page: z.int().min(1).optional().describe('As printed at the foot of the page'),
    heading: shortText,
    figure: shortText.optional().describe('Figure or table, as printed: 図表４'),
  })
  .describe('Where the source prints it');

const formerPlan = z.strictObject({
  ...titled,
  period: z.strictObject({ from: fiscalYear, to: fiscalYear }),
  goals: z.array(z.strictObject({ no: no(1), title: shortText })),
  policies: z.int().min(0).optional().describe('How many'),
  measures: z.int().min(0).describe('How many, as printed'),
  where,
  review: z
    .strictObject({
      fiscalYear: fiscalYear.describe('At the end of which it was made'),
      byStatus: z
        .array(z.strictObject({ status: shortText, count: z.int().min(0), share: decimal.optional() }))
        .min(1)
        .describe('In the words of the review; shares in percent, as printed'),
      shares: z
        .array(
          z.strictObject({
            goal: no(1).optional().describe('Of this goal of the former plan; default: of all measures'),
            statuses: z.array(shortText).min(1),
            count: z.int().min(0).optional(),
            share: decimal,
            printed: shortText,
            where,
          }),
        )
        .optional()
        .describe('What is printed of several statuses together'),
      where,
    })
    .describe('The review that closed it'),
  unplanned: z
    .array(z.strictObject({ title: shortText, where }))
    .optional()
    .describe('What was done that it had not foreseen'),
});

const initiative = z.strictObject({
  fiscalYear,
  printed: shortText.describe('The year as the source prints it'),
  title: shortText,
  note: text.optional(),
  where,
});

const consultation = z.strictObject({
  title: shortText,
  methods: z.array(z.enum(CONSULTATION_METHODS)).min(1),
  audience: shortText.optional(),
  from: day.optional(),
  to: day.optional(),
  respondents: z.int().min(0).optional(),
  opinions: z.int().min(0).optional(),
  outcome: text.optional().describe('What it led to, as printed'),
  note: text.optional(),
  where,
});

const printedReading = z.strictObject({
  period: z
    .string()
    .refine((period) => isPeriod(period) || period === UNDATED, {
      message: 'not FY2021, "2021", "2023-02-28" or undated',
    })
    .describe('Fiscal year `FY2021`, calendar year `"2021"`, day `"2023-02-28"`; `undated`: the source prints none'),
  value: decimal,
  printed: shortText.describe('The figure as the source prints it: 約20％'),
  qualifier: plain.min(1).max(20).optional().describe('What makes it less than exact: 約, 以上'),
  note: text.optional(),
  where: where.optional().describe("Default: the indicator's"),
});

const indicator = z.strictObject({
  key: z.string().regex(/^[a-z][a-z0-9-]{1,60}$/),
  title: shortText,
  area: shortText.describe('Of whom or where it speaks: 全国, 取手市'),
  unit: plain.min(1).max(20),
  per: z.enum(PERIOD_KINDS).describe('By what it counts, also later readings'),
  breakdown: z
    .string()
    .regex(/^[a-z][a-z0-9-]{1,60}$/)
    .optional()
    .describe('Series that share one are the shares of one whole: for each period they add to 100'),
  source: text.optional().describe('（出典）, as printed'),
  where,
  note: text.optional(),
  readings: z.array(printedReading).min(1),
});

const scaleCode = z.strictObject({
  code: shortText,
  label: z.strictObject({ ja: shortText, en: shortText }),
  order: z.int().min(1),
  sign: plain.max(4).optional(),
  meaning: z.strictObject({ ja: text, en: text }).optional().describe('When it is given, as the source says'),
  shape: z.enum(SHAPES).optional().describe('Its mark in charts without colour'),
  needsCause: z.boolean().optional().describe('A poor result: a cause and an action are wanted'),
  neutral: z.enum(NEUTRALS).optional().describe('What it is compared by with the words of other plans'),
});

/** The plan file: all of a public plan that Daicho keeps, and every doubt about reading it. */
export const planFileSchema = z.strictObject({
  format: z.literal('daicho-plan/1'),
  key: z.string().regex(/^[a-z][a-z0-9-]{1,40}$/),
  title: shortText,
  municipality: z.strictObject({
    name: shortText,
    code: z
      .string()
      .regex(/^\d{6}$/)
      .describe('全国地方公共団体コード, 6 digits'),
  }),
  source: z.strictObject({ title: shortText, note: text.optional() }),
  timeZone: z.string().refine(isTimeZone, { message: 'not a time zone such as Asia/Tokyo' }).default('Asia/Tokyo'),
  period: z.strictObject({ from: fiscalYear, to: fiscalYear }),
  adoptedOn: day.optional().describe('Default: the first day of the period'),
  divisions: z
    .array(
      z.strictObject({
        name: shortText.describe('As the source prints it'),
        isCollective: z.boolean().optional().describe('It stands for several divisions (各課)'),
        members: z
          .union([z.literal('all'), z.array(shortText)])
          .optional()
          .describe('The divisions behind a collective one, or `all` there are; none: not known'),
        onlyInDisaster: z.boolean().optional(),
      }),
    )
    .optional()
    .describe(
      'What must be said of divisions beyond their names; owners that are not here are divisions like any other',
    ),
  committee: z
    .strictObject({
      name: shortText,
      rules: text.optional().describe('What it is set up by, as printed'),
      chair: shortText.describe('Members are posts (副市長), not people'),
      viceChairs: z.array(shortText).optional(),
      members: z.array(shortText).optional().describe('All others, in the order printed'),
      subcommittees: z
        .array(
          z.strictObject({
            name: shortText,
            leader: shortText.optional().describe('The post that leads it'),
            note: text.optional(),
          }),
        )
        .optional(),
      secretariat: shortText.optional(),
    })
    .optional()
    .describe('The body that carries the plan'),
  phases: z.array(shortText).min(1).describe('The words of the schedule, in their usual order'),
  statusScale: z.strictObject({
    key: z.string().regex(/^[a-z][a-z0-9-]{1,40}$/),
    version: z
      .int()
      .min(1)
      .describe('Raised when codes are dropped or renamed; loaded with the day from which it is in force'),
    source: text.optional().describe('Where the vocabulary was taken from'),
    codes: z.array(scaleCode).min(1),
  }),
  goals: z.array(goal).min(1),
  kpis: z.array(kpi),
  relations: z
    .array(
      z.strictObject({
        to: shortText.describe('The other plan, law or goal'),
        item: text.describe('Its item, as printed'),
        serves: z
          .array(z.string().regex(/^(plan|\d{1,3}(-\d{1,3}){0,2})$/))
          .describe('Goals, policies or measures of this plan, or `plan`; empty: not known'),
        why: text.optional().describe('How the relation was read'),
        kind: z.enum(RELATION_KINDS).optional(),
        isIllegible: z
          .literal(true)
          .optional()
          .describe('The source says that there is a relation, and prints only in an image to which items'),
        where: where.optional(),
      }),
    )
    .optional(),
  predecessor: z
    .string()
    .regex(/^[a-z][a-z0-9-]{1,40}$/)
    .optional()
    .describe('Key of the plan that this one takes the place of, whether or not it is in the ledger'),
  formerPlan: formerPlan.optional().describe('The plan that this one follows'),
  initiatives: z.array(initiative).optional().describe('What was done in the years before, in order'),
  consultation: z.array(consultation).optional().describe('How opinions were asked'),
  indicators: z.array(indicator).optional().describe('Figures around the plan, without a target'),
  warnings: z
    .array(
      reading.extend({
        subject: shortText.describe(
          '`plan`, `goal/1`, `policy/1-1`, `measure/1-1-1`, `kpi/key`, `indicator/key`, `breakdown/key`, `former-plan`, `former-plan/goal/1`, `initiatives`, `initiatives/2003`, `consultation`, `relations`',
        ),
      }),
    )
    .optional()
    .describe('Contradictions of the source that belong to no single entry above'),
});

export type PlanFile = z.output<typeof planFileSchema>;
