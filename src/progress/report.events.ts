import { z } from 'zod';
import type { Day } from '../calendar/day.js';
import { firstDayOf, japaneseFiscalYear, lastDayOf, type FiscalYear } from '../calendar/fiscal-year.js';
import { DESK } from '../directory/directory.events.js';
import { defineEvent, entryRef, type EventsOf, type NameOf } from '../eventsourcing/catalogue.js';
import { measureSubject } from '../plan/plan.events.js';

/** What part of a fiscal year a report is about. */
export const PERIODS = ['ANNUAL', 'HALF1', 'HALF2', 'Q1', 'Q2', 'Q3', 'Q4'] as const;
export type Period = (typeof PERIODS)[number];

/** The first and the last day of a period of a fiscal year. */
export function daysOf(fiscalYear: FiscalYear, period: Period): readonly [first: Day, last: Day] {
  const [first, last] = [firstDayOf(fiscalYear), lastDayOf(fiscalYear)];
  const within = (day: string): Day => `${String(fiscalYear)}-${day}`;
  switch (period) {
    case 'ANNUAL':
      return [first, last];
    case 'HALF1':
      return [first, within('09-30')];
    case 'HALF2':
      return [within('10-01'), last];
    case 'Q1':
      return [first, within('06-30')];
    case 'Q2':
      return [within('07-01'), within('09-30')];
    case 'Q3':
      return [within('10-01'), within('12-31')];
    case 'Q4':
      return [`${String(fiscalYear + 1)}-01-01`, last];
  }
}

/** 今後の方向性, as municipal progress sheets have it. */
export const DIRECTIONS = ['CONTINUE', 'IMPROVE', 'EXPAND', 'REDUCE', 'COMPLETE', 'ABOLISH', 'MERGE'] as const;

const evidence = z.union([
  z.strictObject({
    /** SHA-256 of the file, hexadecimal. */
    sha256: z.string(),
    name: z.string(),
    mediaType: z.string(),
    bytes: z.int(),
    isPublic: z.boolean(),
  }),
  z.strictObject({ url: z.string(), title: z.string(), isPublic: z.boolean() }),
]);
export type Evidence = z.output<typeof evidence>;

const content = z.strictObject({
  /** 実績 */
  results: z.string(),
  /** 課題 */
  issues: z.string().optional(),
  /** 今後の取組 */
  nextSteps: z.string().optional(),
  direction: z.enum(DIRECTIONS).optional(),
  /** The division's own rating, in a version of the plan's scale. */
  rating: z.strictObject({ scale: z.string(), version: z.int(), code: z.string() }).optional(),
  ratingReason: z.string().optional(),
  /** Of a poor result. */
  cause: z.string().optional(),
  action: z.string().optional(),
  /** 予算額 and 決算額, in thousands of yen. */
  budget: z.string().optional(),
  expenditure: z.string().optional(),
  /** 意見への対応: what came of the committee's opinion of the year before. */
  response: z.string().optional(),
  /** 備考 */
  remarks: z.string().optional(),
  evidence: z.array(evidence),
});
export type ReportContent = z.output<typeof content>;

/** Which report: of a measure, for a period of a fiscal year, by one of the divisions that answer for it. */
const ofReport = {
  planKey: z.string(),
  measureNo: z.string(),
  fiscalYear: z.int(),
  period: z.enum(PERIODS),
  division: z.string(),
};
export interface ReportRef {
  readonly planKey: string;
  readonly measureNo: string;
  readonly fiscalYear: number;
  readonly period: Period;
  /** Key of the division. */
  readonly division: string;
}

export const reportStream = ({ planKey, measureNo, fiscalYear, period, division }: ReportRef): string =>
  `report-${planKey}-${measureNo}-${String(fiscalYear)}-${period}-${division}`;

/** `2026/ANNUAL/国保年金課` */
export const reportKey = ({ fiscalYear, period, division }: Omit<ReportRef, 'planKey' | 'measureNo'>): string =>
  `${String(fiscalYear)}/${period}/${division}`;

/** As approved: for everybody. */
export const REPORT = 'report/';
/** Where it stands, as it stands: for those at work. */
export const WORK = `${DESK}report/`;
export const COMMENT = `${DESK}comment/`;

export type WorkValue =
  | { readonly state: 'draft' | 'submitted'; readonly content: ReportContent }
  | { readonly state: 'returned'; readonly content: ReportContent; readonly reason: string }
  | { readonly state: 'approved' | 'withdrawn' };

export interface ApprovedValue extends ReportContent {
  /** Why it takes the place of what was approved before. */
  readonly reason?: string;
}

const common = {
  scope: (data: ReportRef) => data.planKey,
  subject: (data: ReportRef) => measureSubject(data.measureNo),
};

/** With its evidence, of which not all may be for everybody. Version 2: money, response and remarks. */
const withContent = {
  ...common,
  version: 2,
  upcasts: { 1: (data: object) => data },
  holdsBack: (data: { readonly content: ReportContent }) => data.content.evidence.some(({ isPublic }) => !isPublic),
};

export const PERIOD_WORDS: Readonly<Record<Period, readonly [ja: string, en: string]>> = {
  ANNUAL: ['', ''],
  HALF1: ['上半期', ' first half'],
  HALF2: ['下半期', ' second half'],
  Q1: ['第1四半期', ' Q1'],
  Q2: ['第2四半期', ' Q2'],
  Q3: ['第3四半期', ' Q3'],
  Q4: ['第4四半期', ' Q4'],
};

const ja = ({ measureNo, fiscalYear, period, division }: ReportRef, nameOf: NameOf): string =>
  `個別施策 ${measureNo} の${japaneseFiscalYear(fiscalYear)}${PERIOD_WORDS[period][0]}報告（${nameOf(division)}）`;
const en = ({ measureNo, fiscalYear, period, division }: ReportRef, nameOf: NameOf): string =>
  `Measure ${measureNo}, report for FY${String(fiscalYear)}${PERIOD_WORDS[period][1]} by ${nameOf(division)}`;

export const reportEvents = {
  ReportDrafted: defineEvent({
    ...withContent,
    data: z.strictObject({ ...ofReport, content }),
    audience: 'staff',
    asserts: ({ data }) => ({ [WORK + reportKey(data)]: { state: 'draft', content: data.content } }),
    sentence: {
      ja: ({ data }, nameOf) => `${ja(data, nameOf)}を下書き保存`,
      en: ({ data }, nameOf) => `${en(data, nameOf)}: draft saved`,
    },
  }),
  ReportSubmitted: defineEvent({
    ...withContent,
    data: z.strictObject({ ...ofReport, content, reason: z.string().optional() }),
    audience: 'disclosed',
    asserts: ({ data }) => ({ [WORK + reportKey(data)]: { state: 'submitted', content: data.content } }),
    sentence: {
      ja: ({ data }, nameOf) => `${ja(data, nameOf)}を提出`,
      en: ({ data }, nameOf) => `${en(data, nameOf)}: submitted`,
    },
  }),
  ReportReturned: defineEvent({
    ...withContent,
    data: z.strictObject({ ...ofReport, content, reason: z.string() }),
    audience: 'disclosed',
    asserts: ({ data: { content, reason, ...of } }) => ({
      [WORK + reportKey(of)]: { state: 'returned', content, reason },
    }),
    sentence: {
      ja: ({ data }, nameOf) => `${ja(data, nameOf)}を差戻し`,
      en: ({ data }, nameOf) => `${en(data, nameOf)}: returned`,
    },
  }),
  ReportApproved: defineEvent({
    ...withContent,
    data: z.strictObject({ ...ofReport, content, corrects: entryRef.optional(), reason: z.string().optional() }),
    discloses: true,
    asserts: ({ data }) => ({
      [REPORT + reportKey(data)]: { ...data.content, reason: data.reason },
      [WORK + reportKey(data)]: { state: 'approved' },
    }),
    supersedes: ({ corrects, ...data }) => corrects && { entry: corrects, attribute: REPORT + reportKey(data) },
    sentence: {
      ja: ({ data }, nameOf) => `${ja(data, nameOf)}を承認`,
      en: ({ data }, nameOf) => `${en(data, nameOf)}: approved`,
    },
  }),
  ReportCorrected: defineEvent({
    ...withContent,
    data: z.strictObject({ ...ofReport, content, corrects: entryRef, reason: z.string() }),
    discloses: true,
    asserts: ({ data }) => ({
      [REPORT + reportKey(data)]: { ...data.content, reason: data.reason },
      [WORK + reportKey(data)]: { state: 'approved' },
    }),
    supersedes: ({ corrects, ...data }) => ({ entry: corrects, attribute: REPORT + reportKey(data) }),
    sentence: {
      ja: ({ data }, nameOf) => `${ja(data, nameOf)}を訂正`,
      en: ({ data }, nameOf) => `${en(data, nameOf)}: corrected`,
    },
  }),
  ReportWithdrawn: defineEvent({
    ...common,
    version: 1,
    data: z.strictObject({ ...ofReport, withdraws: entryRef, reason: z.string() }),
    asserts: ({ data }) => ({ [WORK + reportKey(data)]: { state: 'withdrawn' } }),
    supersedes: ({ withdraws, ...data }) => ({ entry: withdraws, attribute: REPORT + reportKey(data) }),
    sentence: {
      ja: ({ data }, nameOf) => `${ja(data, nameOf)}を取消し`,
      en: ({ data }, nameOf) => `${en(data, nameOf)}: withdrawn`,
    },
  }),
  /** Becomes public with the approval, like all that led to it. */
  ReportCommented: defineEvent({
    ...common,
    version: 1,
    data: z.strictObject({ ...ofReport, text: z.string() }),
    audience: 'disclosed',
    asserts: ({ id, data }) => ({ [`${COMMENT}${reportKey(data)}/${id}`]: { text: data.text } }),
    sentence: {
      ja: ({ data }, nameOf) => `${ja(data, nameOf)}にコメント：${data.text}`,
      en: ({ data }, nameOf) => `${en(data, nameOf)}: comment: ${data.text}`,
    },
  }),
};

export type ReportEvent = EventsOf<typeof reportEvents>;
