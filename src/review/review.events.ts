import { z } from 'zod';
import { japaneseFiscalYear } from '../calendar/fiscal-year.js';
import { defineEvent, entryRef, type EventsOf } from '../eventsourcing/catalogue.js';
import { citation, cited, uncited } from '../governance/citation.events.js';
import { measureSubject } from '../plan/plan.events.js';
import { PERIOD_WORDS, PERIODS, type Period } from '../progress/report.events.js';

/** All that is collected and reviewed of one fiscal year. */
export const reviewStream = (planKey: string, fiscalYear: number): string => `review-${planKey}-${String(fiscalYear)}`;
export const REVIEW = 'review/';
export const reviewSubject = (fiscalYear: number): string => REVIEW + String(fiscalYear);

/** What is said of one measure in the review of one year, beside the divisions' own reports. */
export const evaluationStream = (planKey: string, measureNo: string, fiscalYear: number): string =>
  `evaluation-${planKey}-${measureNo}-${String(fiscalYear)}`;

/** A round of collection, by its period. */
export const ROUND = 'round/';
export const CLOSING = 'closing';
/** By year and by whom: `evaluation/2026/CONFIRMED`. */
export const EVALUATION = 'evaluation/';

/** Who evaluates: 確認 by the secretariat, 委員会. A division's own rating is in its report. */
export const EVALUATORS = ['CONFIRMED', 'COMMITTEE'] as const;
export type Evaluator = (typeof EVALUATORS)[number];

export const EVALUATOR_WORDS: Readonly<Record<Evaluator, readonly [ja: string, en: string]>> = {
  CONFIRMED: ['確認評価', 'confirmed rating'],
  COMMITTEE: ['委員会評価', 'rating of the committee'],
};

const deadlines = {
  /** The last day on which an answer is in time. */
  deadline: z.string(),
  /** Other days for some divisions. */
  deadlines: z.array(z.strictObject({ division: z.string(), deadline: z.string() })),
};

export interface RoundValue {
  readonly deadline: string;
  readonly deadlines: readonly { readonly division: string; readonly deadline: string }[];
  readonly isOpen: boolean;
}

export interface ClosingValue {
  /** The point whose figures were reported; `undefined`: reopened. */
  readonly pinned?: { readonly effectiveOn: string; readonly position: string } | undefined;
}

const rating = z.strictObject({ scale: z.string(), version: z.int(), code: z.string() });

export interface EvaluationValue {
  readonly rating: z.output<typeof rating>;
  readonly comment?: string | undefined;
  readonly reason?: string | undefined;
}

const ofYear = { planKey: z.string(), fiscalYear: z.int() };
const ofRound = { ...ofYear, period: z.enum(PERIODS) };
const ofEvaluation = { ...ofYear, measureNo: z.string(), by: z.enum(EVALUATORS) };
const scope = (data: { planKey: string }): string => data.planKey;
const common = { scope, subject: (data: { fiscalYear: number }) => reviewSubject(data.fiscalYear) };
const evaluation = { scope, subject: (data: { measureNo: string }) => measureSubject(data.measureNo) };

interface OfRound {
  readonly fiscalYear: number;
  readonly period: Period;
}
const year = (fiscalYear: number): string => japaneseFiscalYear(fiscalYear);
const ja = ({ fiscalYear, period }: OfRound): string =>
  `${year(fiscalYear)}${PERIOD_WORDS[period][0]}の報告の取りまとめ`;
const en = ({ fiscalYear, period }: OfRound): string =>
  `Collection of reports for FY${String(fiscalYear)}${PERIOD_WORDS[period][1]}`;

export const reviewEvents = {
  RoundOpened: defineEvent({
    ...common,
    version: 1,
    data: z.strictObject({ ...ofRound, ...deadlines }),
    asserts: ({ data: { period, deadline, deadlines } }) => ({
      [ROUND + period]: { deadline, deadlines, isOpen: true },
    }),
    sentence: {
      ja: ({ data }) => `${ja(data)}を開始（締切 ${data.deadline}）`,
      en: ({ data }) => `${en(data)} opened, due ${data.deadline}`,
    },
  }),
  DeadlineChanged: defineEvent({
    ...common,
    version: 1,
    data: z.strictObject({ ...ofRound, ...deadlines, reason: z.string() }),
    asserts: ({ data: { period, deadline, deadlines } }) => ({
      [ROUND + period]: { deadline, deadlines, isOpen: true },
    }),
    sentence: {
      ja: ({ data }) => `${ja(data)}の締切を変更`,
      en: ({ data }) => `${en(data)}: deadline changed`,
    },
  }),
  RoundClosed: defineEvent({
    ...common,
    version: 1,
    data: z.strictObject({ ...ofRound, ...deadlines }),
    asserts: ({ data: { period, deadline, deadlines } }) => ({
      [ROUND + period]: { deadline, deadlines, isOpen: false },
    }),
    sentence: { ja: ({ data }) => `${ja(data)}を締切り`, en: ({ data }) => `${en(data)} closed` },
  }),
  RoundReopened: defineEvent({
    ...common,
    version: 1,
    data: z.strictObject({ ...ofRound, ...deadlines, reason: z.string() }),
    asserts: ({ data: { period, deadline, deadlines } }) => ({
      [ROUND + period]: { deadline, deadlines, isOpen: true },
    }),
    sentence: { ja: ({ data }) => `${ja(data)}を再開`, en: ({ data }) => `${en(data)} reopened` },
  }),
  /** Pins what is reported: the state of a day, as known when it was closed. */
  ReviewClosed: defineEvent({
    ...common,
    version: 1,
    data: z.strictObject({ ...ofYear, pinned: z.strictObject({ effectiveOn: z.string(), position: z.string() }) }),
    asserts: ({ data: { pinned } }) => ({ [CLOSING]: { pinned } }),
    sentence: {
      ja: ({ data }) => `${year(data.fiscalYear)}の年度評価を確定（${data.pinned.effectiveOn} 現在）`,
      en: ({ data }) => `Review of FY${String(data.fiscalYear)} closed, as of ${data.pinned.effectiveOn}`,
    },
  }),
  ReviewReopened: defineEvent({
    ...common,
    version: 1,
    data: z.strictObject({ ...ofYear, reason: z.string() }),
    asserts: () => ({ [CLOSING]: {} }),
    sentence: {
      ja: ({ data }) => `${year(data.fiscalYear)}の年度評価の確定を解除`,
      en: ({ data }) => `Review of FY${String(data.fiscalYear)} reopened`,
    },
  }),
};

const sentenceOf = (verb: readonly [ja: string, en: string]) => ({
  ja: ({ data }: { data: { measureNo: string; fiscalYear: number; by: Evaluator; rating?: { code: string } } }) =>
    `個別施策 ${data.measureNo} の${year(data.fiscalYear)}の${EVALUATOR_WORDS[data.by][0]}を${data.rating ? `「${data.rating.code}」に` : ''}${verb[0]}`,
  en: ({ data }: { data: { measureNo: string; fiscalYear: number; by: Evaluator; rating?: { code: string } } }) =>
    `Measure ${data.measureNo}, FY${String(data.fiscalYear)}: ${EVALUATOR_WORDS[data.by][1]} ${verb[1]}${data.rating ? ` “${data.rating.code}”` : ''}`,
});

const attribute = ({ fiscalYear, by }: { fiscalYear: number; by: Evaluator }): string =>
  `${EVALUATION}${String(fiscalYear)}/${by}`;

export const evaluationEvents = {
  MeasureEvaluated: defineEvent({
    ...evaluation,
    version: 2,
    upcasts: { 1: uncited },
    data: z.strictObject({
      ...ofEvaluation,
      rating,
      comment: z.string().optional(),
      corrects: entryRef.optional(),
      reason: z.string().optional(),
      ...cited,
    }),
    asserts: ({ id, data }) => {
      const { measureNo, rating, comment, reason } = data;
      const attributes = { [attribute(data)]: { rating, comment, reason } };
      return [{ subject: measureSubject(measureNo), attributes }, ...citation(id, data)];
    },
    supersedes: ({ corrects, ...data }) => corrects && { entry: corrects, attribute: attribute(data) },
    sentence: sentenceOf(['決定', 'set to']),
  }),
  EvaluationWithdrawn: defineEvent({
    ...evaluation,
    version: 1,
    data: z.strictObject({ ...ofEvaluation, withdraws: entryRef, reason: z.string() }),
    asserts: () => ({}),
    supersedes: ({ withdraws, ...data }) => ({ entry: withdraws, attribute: attribute(data) }),
    sentence: sentenceOf(['取消し', 'withdrawn']),
  }),
};

export type ReviewEvent = EventsOf<typeof reviewEvents>;
export type EvaluationEvent = EventsOf<typeof evaluationEvents>;
