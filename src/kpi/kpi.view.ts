import type { FiscalYear } from '../calendar/fiscal-year.js';
import type { Position } from '../eventsourcing/position.js';
import type { Fact, Facts } from '../eventsourcing/timeline.js';
import { ratioOf } from './kpi.js';
import {
  kpiSubject,
  READING,
  TARGET,
  type Figure,
  type KpiAttributes,
  type ReadingValue,
  type TargetValue,
} from './kpi.events.js';

export interface FigureView extends Figure {
  readonly fiscalYear: FiscalYear;
}

export interface BaselineView extends FigureView {
  /** The value contradicts its ratio and is kept as the source prints it. */
  readonly isAsPrinted: boolean;
  /** What the ratio comes to, where there is one. */
  readonly computed: string | undefined;
}

/** Of which series, and up to where the ledger is known. */
export interface SeriesAt {
  readonly planKey: string;
  readonly kpiKey: string;
  readonly known: Position;
}

export interface TargetView extends FigureView {
  readonly series: SeriesAt;
  readonly effectiveOn: string;
  readonly recordedAt: Date;
  /** Why it is no longer the former one. */
  readonly reason: string | undefined;
  /** Of a revised target: name it to correct or withdraw it. */
  readonly entryId: string;
  readonly position: Position;
}

export interface ReadingView extends FigureView {
  /** The value contradicts its ratio and is kept as somebody printed it. */
  readonly isAsPrinted: boolean;
  /** What the ratio comes to, where there is one. */
  readonly computed: string | undefined;
  readonly series: SeriesAt;
  readonly effectiveOn: string;
  readonly recordedAt: Date;
  readonly reason: string | undefined;
  readonly entryId: string;
  readonly position: Position;
  /** Whether it took the place of an earlier entry. */
  readonly isCorrection: boolean;
}

/** One number series. */
export interface KpiView {
  readonly key: string;
  readonly title: string;
  readonly indicator: number;
  readonly goalNo: string;
  readonly unit: string;
  readonly decimals: number;
  readonly baseline: BaselineView;
  readonly targets: readonly TargetView[];
  /** By fiscal year; a year without a reading is absent, never zero. */
  readonly readings: readonly ReadingView[];
}

export function kpiOf(facts: Facts, series: SeriesAt): KpiView | undefined {
  const { kpiKey: key } = series;
  const subject = kpiSubject(key);
  const get = <Name extends keyof KpiAttributes>(name: Name) => facts.get<KpiAttributes[Name]>(subject, name)?.value;
  const [title, indicator, goalNo, unit, decimals, baseline] = [
    get('title'),
    get('indicator'),
    get('goal'),
    get('unit'),
    get('decimals'),
    get('baseline'),
  ];
  if (
    title === undefined ||
    indicator === undefined ||
    goalNo === undefined ||
    unit === undefined ||
    decimals === undefined ||
    baseline === undefined
  ) {
    return undefined;
  }
  const printed = (figure: Figure) => ({
    isAsPrinted: figure.asPrinted ?? false,
    computed: ratioOf(figure, { unit, decimals }),
  });
  const byYear = (a: FigureView, b: FigureView): number => a.fiscalYear - b.fiscalYear;
  return {
    key,
    title,
    indicator,
    goalNo,
    unit,
    decimals,
    baseline: { ...baseline, ...printed(baseline) },
    targets: facts
      .entries<TargetValue>(subject, TARGET)
      .map((fact) => ({ ...fact.value, ...entryOf(fact, series) }))
      .sort(byYear),
    readings: facts
      .entries<ReadingValue>(subject, READING)
      .map((fact) => ({
        ...fact.value,
        ...entryOf(fact, series),
        ...printed(fact.value),
        isCorrection: fact.value.corrects !== undefined,
      }))
      .sort(byYear),
  };
}

const yearOf = ({ attribute }: Fact): FiscalYear => Number(attribute.slice(attribute.indexOf('/') + 1));

const entryOf = (fact: Fact<Figure & { reason?: string | undefined }>, series: SeriesAt) => ({
  series,
  fiscalYear: yearOf(fact),
  effectiveOn: fact.effectiveFrom,
  recordedAt: new Date(fact.recordedAtMs),
  reason: fact.value.reason,
  entryId: fact.eventId,
  position: fact.position,
});
