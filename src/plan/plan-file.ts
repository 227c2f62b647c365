import { z } from 'zod';
import { isDay, isTimeZone } from '../calendar/day.js';
import { DECIMAL } from '../calendar/decimal.js';
import { isPlainText } from '../calendar/text.js';
import { NEUTRALS, SHAPES } from './plan.events.js';

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
          .array(z.string().regex(/^\d{1,3}(-\d{1,3}){0,2}$/))
          .describe('Goals, policies or measures of this plan; empty: not known'),
        why: text.optional().describe('How the relation was read'),
      }),
    )
    .optional(),
  warnings: z
    .array(
      reading.extend({ subject: shortText.describe('`plan`, `goal/1`, `policy/1-1`, `measure/1-1-1`, `kpi/key`') }),
    )
    .optional()
    .describe('Contradictions of the source that belong to no single entry above'),
});

export type PlanFile = z.output<typeof planFileSchema>;
