import { japanesePeriod, lastDayOfPeriod, yearOfPeriod, type Period } from '../calendar/period.js';
import type { Position } from '../eventsourcing/position.js';
import type { Fact, Facts } from '../eventsourcing/timeline.js';
import type { SourcePlace } from '../plan/plan.events.js';
import {
  DEFINITION,
  INDICATOR_READING,
  indicatorSubject,
  UNDATED,
  type IndicatorDefinition,
  type IndicatorReadingValue,
} from './indicator.events.js';

/** Of which indicator, and up to where the ledger is known. */
export interface IndicatorAt {
  readonly planKey: string;
  readonly indicatorKey: string;
  readonly known: Position;
}

export interface IndicatorReadingView {
  readonly of: IndicatorAt;
  /** `null`: the source prints no year. */
  readonly period: Period | null;
  readonly year: number | null;
  readonly label: string;
  readonly value: string;
  readonly qualifier: string | null;
  /** The figure as the source prints it; `null`: recorded later. */
  readonly asPrinted: string | null;
  readonly note: string | null;
  readonly source: string | null;
  readonly where: SourcePlace | null;
  readonly effectiveOn: string;
  readonly recordedAt: Date;
  readonly reason: string | null;
  readonly entryId: string;
  readonly position: Position;
  /** Whether it took the place of an earlier entry. */
  readonly isCorrection: boolean;
}

/** A context indicator: a series of figures around the plan, without a target. */
export interface IndicatorView extends IndicatorDefinition {
  readonly key: string;
  /** In the order of the periods; those without a year first. A period without a reading is absent, never zero. */
  readonly readings: readonly IndicatorReadingView[];
}

export function indicatorOf(facts: Facts, of: IndicatorAt): IndicatorView | undefined {
  const subject = indicatorSubject(of.indicatorKey);
  const definition = facts.get<IndicatorDefinition>(subject, DEFINITION)?.value;
  if (!definition) return undefined;
  const readings = facts
    .entries<IndicatorReadingValue>(subject, INDICATOR_READING)
    .map((fact) => readingOf(fact, definition, of))
    .sort((a, b) => order(a.period) - order(b.period));
  return { ...definition, key: of.indicatorKey, readings };
}

const order = (period: Period | null): number => (period === null ? -Infinity : Date.parse(lastDayOfPeriod(period)));

function readingOf(
  fact: Fact<IndicatorReadingValue>,
  definition: IndicatorDefinition,
  of: IndicatorAt,
): IndicatorReadingView {
  const name = fact.attribute.slice(INDICATOR_READING.length);
  const period = name === UNDATED ? null : name;
  const { value, printed, qualifier, note, source, where, reason, corrects } = fact.value;
  const isPrinted = printed !== undefined;
  return {
    of,
    period,
    year: period === null ? null : yearOfPeriod(period),
    label: period === null ? '年の印刷なし' : japanesePeriod(period),
    value,
    qualifier: qualifier ?? null,
    asPrinted: printed ?? null,
    note: note ?? null,
    source: source ?? (isPrinted ? definition.source : undefined) ?? null,
    where: where ?? (isPrinted ? definition.where : null),
    effectiveOn: fact.effectiveFrom,
    recordedAt: new Date(fact.recordedAtMs),
    reason: reason ?? null,
    entryId: fact.eventId,
    position: fact.position,
    isCorrection: corrects !== undefined,
  };
}
