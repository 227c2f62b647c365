import { japaneseFiscalYear } from '../calendar/fiscal-year.js';
import type { FlatType } from '../eventsourcing/reporting.js';

/** One value of a row: text, a number or decimal, yes or no; null: no data. */
export type Value = string | number | boolean | null;

/** A column by its name in Japanese; `isText`: in words, so that a spreadsheet must not take it for a formula. */
export interface Column {
  readonly title: string;
  readonly isText?: true;
  /** For programs that want one; default: text. */
  readonly type?: FlatType;
}

type Row = Readonly<Record<string, Value>>;

/** One row is one record, without merged cells. */
export interface Table {
  readonly title: string;
  readonly columns: Readonly<Record<string, Column>>;
  /** Within `plan(key: $plan, asOf: $asOf)`; `$after` goes on with the page after. */
  readonly fields: string;
  /** Of one answer, with where it goes on; undefined: it was the last. */
  readonly read: (plan: never) => { readonly rows: readonly Row[]; readonly next?: string | undefined };
}

const text = (title: string): Column => ({ title, isText: true });
const plain = (title: string, type?: FlatType): Column => ({ title, ...(type && { type }) });

const YEARS = { fiscalYear: plain('年度（西暦）', 'integer'), fiscalYearJa: plain('年度（和暦）') };
const yearOf = (fiscalYear: number) => ({ fiscalYear, fiscalYearJa: japaneseFiscalYear(fiscalYear) });

interface Named {
  readonly name: string;
}
const names = (all: readonly Named[]): string => all.map(({ name }) => name).join('、');

interface Page {
  readonly hasNextPage: boolean;
  readonly endCursor: string | null;
}
const nextOf = ({ hasNextPage, endCursor }: Page): string | undefined =>
  hasNextPage && endCursor !== null ? endCursor : undefined;

const MEASURE = { no: plain('番号'), title: text('個別施策名') };

interface Measures<Node> {
  readonly measures: { readonly nodes: readonly Node[]; readonly pageInfo: Page };
}
const measures = (fields: string): string =>
  `measures(first: 100, after: $after) { pageInfo { hasNextPage endCursor } nodes { no title ${fields} } }`;

interface MeasureNode {
  readonly no: string;
  readonly title: string;
}

interface ListedMeasure extends MeasureNode {
  readonly isNew: boolean;
  readonly slipYears: number;
  readonly goal: { readonly no: string; readonly title: string };
  readonly policy: { readonly no: string; readonly title: string } | null;
  readonly owners: readonly Named[];
  readonly coordinators: readonly Named[];
  readonly status: { readonly code: string; readonly since: string; readonly reason: string | null } | null;
  readonly ending: { readonly label: string; readonly since: string; readonly reason: string } | null;
}

interface ScheduledMeasure extends MeasureNode {
  readonly schedule: readonly {
    readonly fiscalYear: number;
    readonly adopted: readonly string[];
    readonly forecast: readonly string[];
    readonly note: string | null;
    readonly isUncertain: boolean;
  }[];
}

interface ReportedMeasure extends MeasureNode {
  readonly reports: readonly {
    readonly fiscalYear: number;
    readonly period: string;
    readonly division: Named;
    readonly results: string;
    readonly issues: string | null;
    readonly nextSteps: string | null;
    readonly rating: { readonly code: string } | null;
    readonly ratingReason: string | null;
    readonly cause: string | null;
    readonly action: string | null;
    readonly direction: string | null;
    readonly budget: string | null;
    readonly expenditure: string | null;
    readonly response: string | null;
    readonly remarks: string | null;
    readonly recordedAt: string;
  }[];
}

const FIGURE = 'fiscalYear value numerator denominator note';
interface Figure {
  readonly fiscalYear: number;
  readonly value: string;
  readonly numerator: string | null;
  readonly denominator: string | null;
  readonly note: string | null;
}

interface Kpis {
  readonly kpis: readonly {
    readonly key: string;
    readonly title: string;
    readonly unit: string;
    readonly baseline: Figure;
    readonly targets: readonly (Figure & { readonly reason: string | null })[];
    readonly readings: readonly (Figure & { readonly isCorrection: boolean; readonly reason: string | null })[];
  }[];
}

interface Trail {
  readonly auditTrail: {
    readonly pageInfo: Page;
    readonly nodes: readonly {
      readonly position: string;
      readonly recordedAt: string;
      readonly effectiveOn: string;
      readonly type: string;
      readonly subject: string;
      readonly summary: string;
      readonly reason: string | null;
      readonly actor: { readonly label: string };
    }[];
  };
}

/** What everybody may read of a plan, as tables. */
export const TABLES: Readonly<Record<string, Table>> = {
  measures: {
    title: '個別施策',
    columns: {
      ...MEASURE,
      isNew: plain('新規', 'boolean'),
      goalNo: plain('基本目標番号'),
      goalTitle: text('基本目標'),
      policyNo: plain('施策番号'),
      policyTitle: text('施策'),
      owners: text('担当課'),
      coordinators: text('調整'),
      status: text('状況'),
      statusSince: plain('状況の有効日', 'day'),
      statusReason: text('状況の理由'),
      ending: text('終了'),
      endedOn: plain('終了日', 'day'),
      endingReason: text('終了の理由'),
      slipYears: plain('日程の変更（年）', 'integer'),
    },
    fields: measures(
      'isNew slipYears goal { no title } policy { no title } owners { name } coordinators { name } status { code since reason } ending { label since reason }',
    ),
    read: ({ measures: { nodes, pageInfo } }: Measures<ListedMeasure>) => ({
      next: nextOf(pageInfo),
      rows: nodes.map(({ no, title, isNew, goal, policy, owners, coordinators, status, ending, slipYears }) => ({
        ...{ no, title, isNew, slipYears, goalNo: goal.no, goalTitle: goal.title },
        ...{ policyNo: policy?.no ?? null, policyTitle: policy?.title ?? null },
        ...{ owners: names(owners), coordinators: names(coordinators) },
        ...{ status: status?.code ?? null, statusSince: status?.since ?? null, statusReason: status?.reason ?? null },
        ...{ ending: ending?.label ?? null, endedOn: ending?.since ?? null, endingReason: ending?.reason ?? null },
      })),
    }),
  },
  schedule: {
    title: '年度別スケジュール',
    columns: {
      ...MEASURE,
      ...YEARS,
      adopted: text('計画（策定時）'),
      forecast: text('見通し'),
      note: text('注記'),
      isUncertain: plain('読み取りが不確か', 'boolean'),
    },
    fields: measures('schedule { fiscalYear adopted forecast note isUncertain }'),
    read: ({ measures: { nodes, pageInfo } }: Measures<ScheduledMeasure>) => ({
      next: nextOf(pageInfo),
      rows: nodes.flatMap(({ no, title, schedule }) =>
        schedule.map(({ fiscalYear, adopted, forecast, note, isUncertain }) => ({
          ...{ no, title, ...yearOf(fiscalYear) },
          ...{ adopted: adopted.join('・') || null, forecast: forecast.join('・') || null, note, isUncertain },
        })),
      ),
    }),
  },
  kpis: {
    title: '指標',
    columns: {
      key: plain('指標キー'),
      title: text('指標名'),
      unit: text('単位'),
      kind: text('種別'),
      ...YEARS,
      value: plain('値', 'decimal'),
      numerator: plain('分子', 'decimal'),
      denominator: plain('分母', 'decimal'),
      isCorrection: plain('訂正あり', 'boolean'),
      reason: text('理由'),
      note: text('注記'),
    },
    fields: `kpis { key title unit baseline { ${FIGURE} } targets { ${FIGURE} reason } readings { ${FIGURE} isCorrection reason } }`,
    read: ({ kpis }: Kpis) => ({
      rows: kpis.flatMap(({ key, title, unit, baseline, targets, readings }) =>
        [
          { kind: '基準値', isCorrection: false, reason: null, ...baseline },
          ...readings.map((reading) => ({ kind: '実績値', ...reading })),
          ...targets.map((target) => ({ kind: '目標値', isCorrection: false, ...target })),
        ].map(({ kind, fiscalYear, ...figure }) => ({
          ...{ key, title, unit, kind, ...yearOf(fiscalYear), ...figure },
        })),
      ),
    }),
  },
  reports: {
    title: '年度報告（承認済み）',
    columns: {
      ...MEASURE,
      ...YEARS,
      period: plain('期'),
      division: text('報告課'),
      results: text('実績'),
      issues: text('課題'),
      nextSteps: text('今後の取組'),
      rating: text('進捗評価'),
      ratingReason: text('評価の理由'),
      cause: text('遅れの原因'),
      action: text('遅れへの対応'),
      direction: plain('方向性'),
      budget: plain('予算額（千円）', 'decimal'),
      expenditure: plain('決算額（千円）', 'decimal'),
      response: text('前年度の意見への対応'),
      remarks: text('備考'),
      recordedAt: plain('記録日時', 'instant'),
    },
    fields: measures(
      'reports { fiscalYear period division { name } results issues nextSteps rating { code } ratingReason cause action direction budget expenditure response remarks recordedAt }',
    ),
    read: ({ measures: { nodes, pageInfo } }: Measures<ReportedMeasure>) => ({
      next: nextOf(pageInfo),
      rows: nodes.flatMap(({ no, title, reports }) =>
        reports.map(({ fiscalYear, division, rating, ...report }) => ({
          ...{ no, title, ...yearOf(fiscalYear), division: division.name, rating: rating?.code ?? null },
          ...report,
        })),
      ),
    }),
  },
  history: {
    title: '変更の記録',
    columns: {
      position: plain('位置'),
      recordedAt: plain('記録日時', 'instant'),
      effectiveOn: plain('有効日', 'day'),
      type: plain('種類'),
      subject: plain('対象'),
      summary: text('内容'),
      reason: text('理由'),
      actor: text('記録者'),
    },
    fields:
      'auditTrail(first: 100, after: $after) { pageInfo { hasNextPage endCursor } nodes { position recordedAt effectiveOn type subject summary reason actor { label } } }',
    read: ({ auditTrail: { nodes, pageInfo } }: Trail) => ({
      next: nextOf(pageInfo),
      rows: nodes.map(({ actor, ...entry }) => ({ ...entry, actor: actor.label })),
    }),
  },
};
