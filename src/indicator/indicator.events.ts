import { z } from 'zod';
import { japanesePeriod, PERIOD_KINDS } from '../calendar/period.js';
import { defineEvent, entryRef, type Attributes, type Changes, type EventsOf } from '../eventsourcing/catalogue.js';
import { sourcePlace } from '../plan/plan.events.js';

const decimal = z.string();
const period = z.string();

const definition = z.strictObject({
  title: z.string(),
  /** Of whom or where it speaks: 全国, 取手市. */
  area: z.string(),
  unit: z.string(),
  per: z.enum(PERIOD_KINDS),
  /** Series that share one are the shares of one whole. */
  breakdown: z.string().optional(),
  source: z.string().optional(),
  where: sourcePlace,
  note: z.string().optional(),
});
export type IndicatorDefinition = z.output<typeof definition>;

/** A figure that the source prints. */
const printedReading = z.strictObject({
  period,
  value: decimal,
  printed: z.string(),
  /** What makes the figure less than exact: 約, 以上. */
  qualifier: z.string().optional(),
  note: z.string().optional(),
  where: sourcePlace.optional(),
});
export type PrintedReading = z.output<typeof printedReading>;

const indicatorAttributes = z.strictObject({ definition, readings: z.array(printedReading) });
export type IndicatorAttributes = z.output<typeof indicatorAttributes>;

/** What is known of a period: printed by the source, or recorded later. */
export interface IndicatorReadingValue extends Partial<Omit<PrintedReading, 'period' | 'value'>> {
  readonly value: string;
  /** Of a figure recorded later. */
  readonly source?: string | undefined;
  readonly reason?: string | undefined;
  /** Id of the entry that this one took the place of. */
  readonly corrects?: string | undefined;
}

/** The period of a figure for which the source prints no year. */
export const UNDATED = 'undated';

export const indicatorSubject = (key: string): string => `indicator/${key}`;
export const indicatorStream = (planKey: string, key: string): string => `indicator-${planKey}-${key}`;

export const DEFINITION = 'definition';
/** One attribute for each period: `reading/FY2021`, `reading/2021`, `reading/2023-02-28`. */
export const INDICATOR_READING = 'reading/';

const of = { planKey: z.string(), indicatorKey: z.string() };
const ofPeriod = { ...of, period };
const figure = { value: decimal, source: z.string(), note: z.string().optional() };
const scope = (data: { planKey: string }): string => data.planKey;
const subject = (data: { indicatorKey: string }): string => indicatorSubject(data.indicatorKey);

const asserted = ({ definition, readings = [] }: Changes<IndicatorAttributes>): Attributes => ({
  [DEFINITION]: definition,
  ...Object.fromEntries(readings.map(({ period, ...value }) => [INDICATOR_READING + period, value])),
});

export const indicatorEvents = {
  IndicatorAdopted: defineEvent({
    version: 1,
    data: z.strictObject({ ...of, ...indicatorAttributes.shape }),
    scope,
    subject,
    asserts: ({ data }) => asserted(data),
    sentence: {
      ja: ({ data }) => `背景指標「${data.definition.title}」（${data.definition.area}）を計画に掲載`,
      en: ({ data }) => `Context indicator “${data.definition.title}” (${data.definition.area}) entered in the plan`,
    },
  }),
  /** Of the readings only those that differ. */
  IndicatorRevised: defineEvent({
    version: 1,
    data: z.strictObject({ ...of, changes: indicatorAttributes.partial(), reason: z.string() }),
    scope,
    subject,
    asserts: ({ data }) => asserted(data.changes),
    sentence: {
      ja: ({ data }) => `背景指標 ${data.indicatorKey} の記載を変更（${Object.keys(data.changes).join(', ')}）`,
      en: ({ data }) =>
        `Context indicator ${data.indicatorKey}: entry changed (${Object.keys(data.changes).join(', ')})`,
    },
  }),
  IndicatorReadingRecorded: defineEvent({
    version: 1,
    data: z.strictObject({ ...ofPeriod, ...figure, reason: z.string().optional() }),
    scope,
    subject,
    asserts: ({ data: { planKey: _, indicatorKey: __, period, ...value } }) => ({
      [INDICATOR_READING + period]: value,
    }),
    sentence: {
      ja: ({ data }) => `背景指標 ${data.indicatorKey} の${japanesePeriod(data.period)}の値を ${data.value} と記録`,
      en: ({ data }) => `Context indicator ${data.indicatorKey}: ${data.period} read as ${data.value}`,
    },
  }),
  IndicatorReadingCorrected: defineEvent({
    version: 1,
    data: z.strictObject({ ...ofPeriod, ...figure, corrects: entryRef, reason: z.string() }),
    scope,
    subject,
    asserts: ({ data: { planKey: _, indicatorKey: __, period, corrects, ...value } }) => ({
      [INDICATOR_READING + period]: { ...value, corrects: corrects.eventId },
    }),
    supersedes: ({ corrects, period }) => ({ entry: corrects, attribute: INDICATOR_READING + period }),
    sentence: {
      ja: ({ data }) => `背景指標 ${data.indicatorKey} の${japanesePeriod(data.period)}の値を ${data.value} に訂正`,
      en: ({ data }) => `Context indicator ${data.indicatorKey}: ${data.period} corrected to ${data.value}`,
    },
  }),
  IndicatorReadingWithdrawn: defineEvent({
    version: 1,
    data: z.strictObject({ ...ofPeriod, withdraws: entryRef, reason: z.string() }),
    scope,
    subject,
    asserts: () => [],
    supersedes: ({ withdraws, period }) => ({ entry: withdraws, attribute: INDICATOR_READING + period }),
    sentence: {
      ja: ({ data }) => `背景指標 ${data.indicatorKey} の${japanesePeriod(data.period)}の値を取消し`,
      en: ({ data }) => `Context indicator ${data.indicatorKey}: ${data.period} withdrawn`,
    },
  }),
};

export type IndicatorEvent = EventsOf<typeof indicatorEvents>;
