import { japaneseFiscalYear, fiscalYearCode } from '../calendar/fiscal-year.js';
import { dayText } from '../calendar/wording.js';
import type { Direction, FormAnswer, FormKpi, FormMeasure, FormReport, ScaleWord } from './question.js';

/** The sheet to fill in, by its name. */
export const SHEET = '報告';

/** What a division fills in: fields of a report. */
export const FIELDS = [
  'results',
  'rating',
  'ratingReason',
  'cause',
  'action',
  'issues',
  'nextSteps',
  'direction',
  'budget',
  'expenditure',
  'evidence',
  'remarks',
  'response',
] as const;
export type Field = (typeof FIELDS)[number];

/** Said in a cell: what stood there is taken away. An empty cell leaves it as it is. */
export const CLEARED = '（削除）';

/** Behind a link: everybody may read it. */
const PUBLIC = '（公開）';

export interface Column {
  readonly key: string;
  readonly title: string;
  /** In characters. */
  readonly width: number;
  /** Undefined: locked. */
  readonly field?: Field;
  /** Says how far something is, not what the plan says: it may have changed since. */
  readonly isState?: boolean;
  /** The only values that are taken. */
  readonly choices?: readonly string[];
  /** A number stands there. */
  readonly isFigure?: boolean;
}

export interface Row {
  readonly no: string;
  /** Of the report as it was read; null: there is none yet. */
  readonly revision: number | null;
  readonly report: FormReport | undefined;
  /** By the key of the column. */
  readonly cells: Readonly<Record<string, string>>;
}

/** A progress sheet 様式: what a division is to report of a fiscal year, one row for each measure. */
export interface Form {
  readonly plan: { readonly key: string; readonly title: string; readonly municipality: string };
  readonly fiscalYear: number;
  readonly division: { readonly key: string; readonly name: string };
  readonly position: string;
  /** The day of which it is. */
  readonly on: string;
  readonly deadline: string | undefined;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  readonly ratings: readonly ScaleWord[];
  /** Of the goals that the measures serve: KPIs have no division. */
  readonly kpis: readonly FormKpi[];
}

export const DIRECTION_WORDS: Readonly<Record<Direction, string>> = {
  CONTINUE: '継続',
  IMPROVE: '改善',
  EXPAND: '拡充',
  REDUCE: '縮小',
  COMPLETE: '完了',
  ABOLISH: '廃止',
  MERGE: '統合',
};

const GAP = '\u3000';

const STAGE_WORDS: Readonly<Record<FormReport['stage'], string>> = {
  DRAFT: '下書き',
  SUBMITTED: '提出済',
  RETURNED: '差戻し',
  APPROVED: '承認済',
  WITHDRAWN: '取下げ',
};

export const ratingWord = ({ sign, label }: ScaleWord): string => (sign === null ? label : `${sign} ${label}`);

/** What a division is to report. @returns undefined: the plan has no such division, or it has nothing to report that year */
export function formOf(
  { plan, measures }: { readonly plan: FormAnswer; readonly measures: readonly FormMeasure[] },
  of: { readonly planKey: string; readonly fiscalYear: number; readonly division: string },
): Form | undefined {
  const division = plan.divisions.find(({ key }) => key === of.division);
  const own = measures.filter(({ answering }) => answering.some(({ key }) => key === of.division));
  if (!division || own.length === 0) return undefined;
  const years = own[0]?.schedule.map(({ fiscalYear }) => fiscalYear) ?? [];
  const round = plan.review?.rounds.find(({ period }) => period === 'ANNUAL');
  return {
    plan: { key: of.planKey, title: plan.title, municipality: plan.municipality },
    fiscalYear: of.fiscalYear,
    division,
    position: plan.asOf.position,
    on: plan.asOf.effectiveOn,
    deadline: round?.deadlines.find((own) => own.division === of.division)?.deadline ?? round?.deadline,
    columns: columnsOf(years, of.fiscalYear, plan.statusScale.codes.map(ratingWord)),
    rows: own.map((measure) => rowOf(measure, of)),
    ratings: plan.statusScale.codes,
    kpis: plan.kpis.filter((kpi) => own.some(({ goal }) => goal.no === kpi.goal.no)),
  };
}

function columnsOf(years: readonly number[], fiscalYear: number, ratings: readonly string[]): Column[] {
  const locked = (key: string, title: string, width: number): Column => ({ key, title, width });
  const state = (key: string, title: string, width: number): Column => ({ key, title, width, isState: true });
  const filled = (field: Field, title: string, width: number, choices?: readonly string[]): Column => ({
    ...{ key: field, field, title, width },
    ...(choices && { choices }),
  });
  return [
    locked('no', '番号', 7),
    locked('goal', '基本目標', 12),
    locked('policy', '施策', 12),
    locked('title', '個別施策名', 20),
    locked('kind', '区分', 5),
    locked('owners', '担当課', 10),
    locked('coordinators', '関係課・調整', 10),
    ...years.map((year) => locked(`plan ${String(year)}`, `${fiscalYearCode(year)} 計画`, 5)),
    state('stage', '提出の状況', 10),
    filled('results', `${japaneseFiscalYear(fiscalYear)}の実績`, 34),
    filled('rating', '進捗評価', 11, ratings),
    filled('ratingReason', '評価の理由', 18),
    filled('cause', '遅れの原因', 14),
    filled('action', '遅れへの対応', 14),
    filled('issues', '課題', 14),
    filled('nextSteps', '今後の取組', 18),
    filled('direction', '方向性', 7, Object.values(DIRECTION_WORDS)),
    { ...filled('budget', '予算額（千円）', 9), isFigure: true },
    { ...filled('expenditure', '決算額（千円）', 9), isFigure: true },
    filled('evidence', `根拠資料（題名と URL、一行に一つ。公開するものは末尾に${PUBLIC}）`, 20),
    filled('remarks', '備考', 12),
    state('former', '前年度の評価', 9),
    state('formerCommittee', '前年度の委員会の意見', 16),
    filled('response', '意見への対応', 16),
    state('confirmed', '事務局の確認', 12),
    state('committee', '委員会の意見', 18),
  ];
}

function rowOf(
  measure: FormMeasure,
  { fiscalYear, division }: { readonly fiscalYear: number; readonly division: string },
): Row {
  const { no, title, isNew, goal, policy, owners, coordinators, schedule, evaluations } = measure;
  const reportOf = (year: number): FormReport | undefined =>
    measure.reports.find((one) => one.fiscalYear === year && one.period === 'ANNUAL' && one.division.key === division);
  const report = reportOf(fiscalYear);
  const former = reportOf(fiscalYear - 1)?.rating;
  const evaluation = (by: string, year = fiscalYear): string =>
    evaluations
      .filter((one) => one.by === by && one.fiscalYear === year)
      .map(({ rating, comment }) => [ratingWord(rating), comment].filter((part) => part !== null).join(GAP))
      .join('\n');
  const names = (all: readonly { readonly name: string }[]): string => all.map(({ name }) => name).join('、');
  return {
    no,
    revision: report?.revision ?? null,
    report,
    cells: {
      ...{ no, title, kind: isNew ? '新規' : '継続', owners: names(owners), coordinators: names(coordinators) },
      goal: `${goal.no} ${goal.title}`,
      policy: policy ? `${policy.no} ${policy.title}` : '',
      ...Object.fromEntries(schedule.map((cell) => [`plan ${String(cell.fiscalYear)}`, cell.forecast.join(' ')])),
      stage: stageOf(report),
      ...contentOf(report),
      former: former ? ratingWord(former) : '',
      formerCommittee: evaluation('COMMITTEE', fiscalYear - 1),
      confirmed: evaluation('CONFIRMED'),
      committee: evaluation('COMMITTEE'),
    },
  };
}

function stageOf(report: FormReport | undefined): string {
  if (!report) return '未提出';
  const { stage, reason } = report;
  return stage === 'RETURNED' && reason !== null ? `${STAGE_WORDS[stage]}：${reason}` : STAGE_WORDS[stage];
}

/** A report as cells say it. */
export function contentOf(report: FormReport | undefined): Record<Field, string> {
  const text = (value: string | null | undefined): string => value ?? '';
  return {
    results: text(report?.results),
    rating: report?.rating ? ratingWord(report.rating) : '',
    ratingReason: text(report?.ratingReason),
    cause: text(report?.cause),
    action: text(report?.action),
    issues: text(report?.issues),
    nextSteps: text(report?.nextSteps),
    direction: report?.direction ? DIRECTION_WORDS[report.direction] : '',
    budget: text(report?.budget),
    expenditure: text(report?.expenditure),
    remarks: text(report?.remarks),
    response: text(report?.response),
    evidence: (report?.evidence ?? [])
      .filter(({ sha256 }) => sha256 === null)
      .map(({ name, url, isPublic }) => `${name} ${url}${isPublic ? ` ${PUBLIC}` : ''}`)
      .join('\n'),
  };
}

/** `題名 https://… （公開）`, a line each. A line that has no address has none here either. */
export const linksIn = (cell: string): { readonly title: string; readonly url: string; readonly isPublic: boolean }[] =>
  cell.split('\n').flatMap((line) => {
    if (line.trim() === '') return [];
    const [, title = '', url = '', mark] = /^(.*?)\s*(https?:\/\/\S+?)\s*([（(]公開[）)])?\s*$/.exec(line) ?? [];
    return [{ title: title || url, url, isPublic: mark !== undefined }];
  });

/** Head of the sheet, above its table. */
export const headOf = ({ plan, fiscalYear, division, on, deadline }: Form): readonly (readonly [string, string])[] => [
  ['計画', `${plan.municipality}${GAP}${plan.title}`],
  ['対象年度', `${japaneseFiscalYear(fiscalYear)}${GAP}基準日 ${dayText(on, 'ja')}`],
  ['担当課', division.name],
  ['提出期限', deadline === undefined ? '（未定）' : dayText(deadline, 'ja')],
];
