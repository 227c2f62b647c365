import { fiscalYearCode } from '../calendar/fiscal-year.js';
import type { Fact, Facts } from '../eventsourcing/timeline.js';
import { kpiSubject, READING, type ReadingValue } from '../kpi/kpi.events.js';
import { CAUSES, INITIATIVE, type Initiative } from '../plan/initiative.events.js';
import { measureSubject, type ScaleRef } from '../plan/plan.events.js';
import { codeIn, scalesIn } from '../plan/scale.view.js';
import { ENDING, ENDINGS, type EndingValue } from '../progress/ending.events.js';
import { STATUS, type StatusValue } from '../progress/progress.events.js';
import { REPORT, type ApprovedValue } from '../progress/report.events.js';
import { EVALUATION, type EvaluationValue } from '../review/review.events.js';
import { adoptedRow, forecastRow } from '../schedule/forecast.view.js';
import { adoptedIn, shiftsIn } from '../schedule/schedule.view.js';

/** What has become of one thing of a plan: an attribute, its words, and the facts that they come from. */
export type ProgressWording = readonly [attribute: string, text: string, facts: readonly Fact<unknown>[]];

type Language = 0 | 1;

export const FORECAST = 'forecast';

/** Of everything of which progress is recorded; of an unplanned initiative also that it was taken up. */
export function progressOf(facts: Facts, subject: string, language: Language): ProgressWording[] {
  if (subject.startsWith(kpiSubject(''))) return readingsOf(facts, subject, language);
  return subject.startsWith(measureSubject('')) ? measureProgress(facts, subject, language) : [];
}

function readingsOf(facts: Facts, subject: string, language: Language): ProgressWording[] {
  const unit = facts.get<string>(subject, 'unit')?.value ?? '';
  const corrected = language === 0 ? '（訂正）' : ' (corrected)';
  return facts
    .entries<ReadingValue>(subject, READING)
    .map((fact) => [fact.attribute, figureWords(fact.value, unit) + (fact.value.corrects ? corrected : ''), [fact]]);
}

function measureProgress(facts: Facts, subject: string, language: Language): ProgressWording[] {
  const found: ProgressWording[] = [];
  const word = (code: string, of: ScaleRef | undefined, day: string): string => {
    const { label, labelEn } = codeIn(scalesIn(facts).all, code, of, day);
    return language === 0 ? label : labelEn;
  };
  const rated = (rating: EvaluationValue['rating'] | undefined, day: string): string | undefined =>
    rating && word(rating.code, { key: rating.scale, version: rating.version }, day);

  const initiative = facts.get<Initiative>(subject, INITIATIVE);
  if (initiative) {
    const { cause, causeNote } = initiative.value;
    found.push([INITIATIVE, CAUSES[cause][language] + (causeNote === undefined ? '' : `：${causeNote}`), [initiative]]);
  }
  const status = facts.get<StatusValue>(subject, STATUS);
  if (status) found.push([STATUS, word(status.value.status, status.value.scale, status.effectiveFrom), [status]]);
  const ending = facts.get<EndingValue>(subject, ENDING);
  if (ending) found.push([ENDING, ENDINGS[ending.value.ending][language], [ending]]);

  const row = adoptedIn(facts, subject);
  if (row) {
    const shifts = shiftsIn(facts, subject, row);
    const moves = shifts.map(({ value }) => value);
    const cells = [...forecastRow(adoptedRow(row.value), moves)].filter(([, phases]) => phases.length > 0);
    const text = cells.map(([year, phases]) => `${fiscalYearCode(year)} ${phases.join(' ')}`).join(' ／ ');
    found.push([FORECAST, text, shifts.length > 0 ? [row, ...shifts] : []]);
  }
  for (const fact of facts.entries<ApprovedValue>(subject, REPORT)) {
    const { rating, results } = fact.value;
    const more = REPORT_TEXTS.flatMap(([name, ...words]) => {
      const said = fact.value[name];
      return said === undefined ? [] : [`${words[language]}：${said}`];
    });
    found.push([fact.attribute, [joined(rated(rating, fact.effectiveFrom), results), ...more].join('\n'), [fact]]);
  }
  for (const fact of facts.entries<EvaluationValue>(subject, EVALUATION)) {
    const { rating, comment } = fact.value;
    found.push([fact.attribute, joined(rated(rating, fact.effectiveFrom), comment), [fact]]);
  }
  return found;
}

/** Of a report beside its rating and results. */
const REPORT_TEXTS = [
  ['ratingReason', '評価の理由', 'Reason of the rating'],
  ['issues', '課題', 'Issues'],
  ['cause', '原因', 'Cause'],
  ['action', '対応', 'Action'],
  ['nextSteps', '今後の取組', 'Next steps'],
  ['budget', '予算額（千円）', 'Budget (thousand yen)'],
  ['expenditure', '決算額（千円）', 'Spent (thousand yen)'],
  ['response', '前年度の意見への対応', 'What came of the opinion of the year before'],
  ['remarks', '備考', 'Remarks'],
] as const satisfies readonly (readonly [keyof ApprovedValue, string, string])[];

/** `継続：電子申請は 613 件` */
const joined = (...parts: readonly (string | undefined)[]): string =>
  parts.filter((part) => part !== undefined).join('：');

/** `81％（39／49） ※49 手続中 39 手続` */
export function figureWords({ value, numerator, denominator, note }: ReadingValue, unit: string): string {
  const ratio = numerator === undefined || denominator === undefined ? '' : `（${numerator}／${denominator}）`;
  return `${value}${unit}${ratio}${note === undefined ? '' : ` ${note}`}`;
}
