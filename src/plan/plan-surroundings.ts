import { compareDecimals, ratio, sumOf, type Decimal } from '../calendar/decimal.js';
import { periodKindOf } from '../calendar/period.js';
import { UNDATED } from '../indicator/indicator.events.js';
import type { PlanFile } from './plan-file.js';

type Contradiction = [path: readonly PropertyKey[], message: string];

/**
 * What a schema cannot say of what surrounds the plan. A figure that contradicts another is kept as the source prints it
 * where a warning speaks of it, and nowhere else.
 *
 * @param names of the plan's own entries: `goal 1`, `measure 1-2-1`, `kpi key`
 */
export function* contradictionsAround(file: PlanFile, names: ReadonlySet<string>): Iterable<Contradiction> {
  const warnedOf = new Set(file.warnings?.map(({ subject }) => subject));
  yield* inFormerPlan(file, warnedOf);
  yield* inInitiatives(file);
  yield* inConsultation(file);
  yield* inIndicators(file, warnedOf);
  yield* inWarnings(file, names);
}

const WHOLE = '100';

function* inFormerPlan({ formerPlan }: PlanFile, warnedOf: ReadonlySet<string>): Iterable<Contradiction> {
  if (!formerPlan) return;
  const { period, goals, measures, review } = formerPlan;
  const { byStatus, shares = [] } = review;
  const path = ['formerPlan'];
  if (period.from > period.to)
    yield [[...path, 'period'], '期間の終わりが始まりより前です / the period ends before it begins'];
  for (const [g, { no }] of goals.entries()) {
    if (goals.findIndex((other) => other.no === no) !== g)
      yield [[...path, 'goals', g, 'no'], `基本目標 ${no} が二度あります / goal ${no} stands twice`];
  }
  for (const [s, { status }] of byStatus.entries()) {
    if (byStatus.findIndex((other) => other.status === status) !== s)
      yield [[...path, 'review', 'byStatus', s, 'status'], `「${status}」が二度あります / “${status}” stands twice`];
  }

  const kept = warnedOf.has('former-plan');
  const counted = byStatus.reduce((sum, { count }) => sum + count, 0);
  if (counted !== measures && !kept)
    yield [[...path, 'measures'], notEqual(String(measures), `Σ = ${String(counted)}`)];
  const shareOf = (count: number, printed: Decimal): Decimal =>
    ratio(String(count), String(measures), 100, decimalsOf(printed));
  const isShare = (count: number, share: Decimal): boolean =>
    measures > 0 && compareDecimals(share, shareOf(count, share)) === 0;
  for (const [s, { count, share }] of byStatus.entries()) {
    if (share !== undefined && !isShare(count, share) && !kept)
      yield [[...path, 'review', 'byStatus', s, 'share'], notItsRatio(share, count, measures)];
  }
  for (const [s, { goal, statuses, count, share }] of shares.entries()) {
    const place = [...path, 'review', 'shares', s];
    if (goal !== undefined && !goals.some(({ no }) => no === goal))
      yield [[...place, 'goal'], `基本目標 ${goal} はありません / there is no goal ${goal}`];
    for (const [i, status] of statuses.entries()) {
      if (!byStatus.some((other) => other.status === status))
        yield [[...place, 'statuses', i], `「${status}」の件数がありません / “${status}” is not counted`];
    }
    const together = byStatus
      .filter(({ status }) => statuses.includes(status))
      .reduce((sum, one) => sum + one.count, 0);
    if (goal === undefined) {
      if (count !== undefined && count !== together && !kept)
        yield [[...place, 'count'], notEqual(String(count), `Σ = ${String(together)}`)];
      if (!isShare(together, share) && !kept) yield [[...place, 'share'], notItsRatio(share, together, measures)];
    } else if (
      together === counted &&
      compareDecimals(share, WHOLE) !== 0 &&
      !warnedOf.has(`former-plan/goal/${goal}`)
    ) {
      yield [
        [...place, 'share'],
        `全体で 100％ なら、どの目標でも 100％ です（${share}） / what is so of all measures is so of each goal's (${share})`,
      ];
    }
  }
}

function* inInitiatives({ initiatives = [] }: PlanFile): Iterable<Contradiction> {
  for (const [i, { fiscalYear }] of initiatives.entries()) {
    const before = initiatives[i - 1]?.fiscalYear ?? fiscalYear;
    if (fiscalYear < before)
      yield [
        ['initiatives', i, 'fiscalYear'],
        `前の項目（${String(before)} 年度）より前です / before the entry above (FY${String(before)})`,
      ];
    if (
      initiatives.findIndex((other) => other.fiscalYear === fiscalYear && other.title === initiatives[i]?.title) !== i
    )
      yield [['initiatives', i, 'title'], '同じ年度に二度あります / stands twice in the same year'];
  }
}

function* inConsultation({ consultation = [] }: PlanFile): Iterable<Contradiction> {
  for (const [c, { from, to }] of consultation.entries()) {
    if (from !== undefined && to !== undefined && to < from)
      yield [['consultation', c, 'to'], '期間の終わりが始まりより前です / the period ends before it begins'];
  }
}

function* inIndicators({ indicators = [] }: PlanFile, warnedOf: ReadonlySet<string>): Iterable<Contradiction> {
  const parts = new Map<string, { first: number; values: Map<string, Decimal[]> }>();
  for (const [i, { key, per, breakdown, readings }] of indicators.entries()) {
    const path = ['indicators', i];
    if (indicators.findIndex((other) => other.key === key) !== i)
      yield [[...path, 'key'], `背景指標 ${key} が二度あります / indicator ${key} stands twice`];
    for (const [r, { period, value }] of readings.entries()) {
      const place = [...path, 'readings', r, 'period'];
      if (period !== UNDATED && periodKindOf(period) !== per)
        yield [place, `${period} は ${per} ではありません / ${period} is no ${per}`];
      if (readings.findIndex((other) => other.period === period) !== r)
        yield [place, `${period} が二度あります / ${period} stands twice`];
      if (breakdown === undefined) continue;
      const part = parts.get(breakdown) ?? { first: i, values: new Map<string, Decimal[]>() };
      part.values.set(period, [...(part.values.get(period) ?? []), value]);
      parts.set(breakdown, part);
    }
  }
  for (const [breakdown, { first, values }] of parts) {
    for (const [period, shares] of values) {
      const sum = sumOf(shares);
      if (compareDecimals(sum, WHOLE) !== 0 && !warnedOf.has(`breakdown/${breakdown}`))
        yield [
          ['indicators', first, 'breakdown'],
          `${breakdown} の ${period} の合計が 100 になりません（${sum}） / the shares of ${period} add to ${sum}, not 100`,
        ];
    }
  }
}

/** Subjects without a number or key. */
const ALONE: ReadonlySet<string> = new Set([
  'plan',
  'former-plan',
  'initiatives',
  'consultation',
  'relations',
  'indicators',
]);

function* inWarnings(file: PlanFile, names: ReadonlySet<string>): Iterable<Contradiction> {
  const known = new Set([
    ...ALONE,
    ...[...names].map((name) => name.replace(' ', '/')),
    ...(file.indicators ?? []).flatMap(({ key, breakdown }) => [`indicator/${key}`, `breakdown/${breakdown ?? ''}`]),
    ...(file.formerPlan?.goals ?? []).map(({ no }) => `former-plan/goal/${no}`),
    ...(file.initiatives ?? []).map(({ fiscalYear }) => `initiatives/${String(fiscalYear)}`),
  ]);
  for (const [w, { subject }] of (file.warnings ?? []).entries()) {
    if (!known.has(subject))
      yield [['warnings', w, 'subject'], `${subject} は計画にありません / ${subject} is not in the plan`];
  }
}

const decimalsOf = (value: Decimal): number => value.split('.')[1]?.length ?? 0;

const notEqual = (printed: string, found: string): string =>
  `${printed} は内訳の合計と一致しません（${found}）。印刷どおりなら warnings に書きます / ${printed} is not the sum of its parts (${found}): if it is printed so, say so in warnings`;

const notItsRatio = (share: Decimal, count: number, measures: number): string =>
  `${share} は ${String(count)}÷${String(measures)} と一致しません。印刷どおりなら warnings に書きます / ${share} is not ${String(count)} of ${String(measures)}: if it is printed so, say so in warnings`;
