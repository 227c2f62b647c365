import type { Day } from '../calendar/day.js';
import type { Decimal } from '../calendar/decimal.js';
import { firstDayOfPeriod, lastDayOfPeriod, periodKindOf, type Period } from '../calendar/period.js';
import type { EntryRef } from '../eventsourcing/catalogue.js';
import { saysSomething } from '../calendar/text.js';
import type { Decider } from '../eventsourcing/decider.js';
import { sameDay, superseded } from '../eventsourcing/entries.js';
import { canonicalJson } from '../ledger/canonical.js';
import { changesBetween, reasonFor, since, type PlanRules } from '../plan/plan.js';
import { readingDay, readingToReplace, reasonBeside, type ReadingEntry } from '../plan/reading.js';
import { Refusal } from '../problems.js';
import type { IndicatorAttributes, IndicatorEvent, PrintedReading } from './indicator.events.js';

interface Of {
  readonly plan: PlanRules;
  readonly indicatorKey: string;
  readonly today: Day;
}

interface FigureInput {
  readonly value: Decimal;
  /** Where the figure comes from. */
  readonly source: string;
  readonly note?: string | undefined;
}

interface Change {
  /** Default: that of the entry. */
  readonly effectiveOn?: Day | undefined;
  readonly reason: string;
  /** Default: the entry in force for the period. */
  readonly entryId?: string | undefined;
}

/** What is to be recorded of a period. */
export type IndicatorOrder = { readonly period: Period } & (
  | (FigureInput & {
      readonly kind: 'record';
      /** Default: the last day of the period; the adoption of the plan when that is later. */
      readonly effectiveOn?: Day | undefined;
      readonly reason?: string | undefined;
    })
  | (FigureInput & Change & { readonly kind: 'correct' })
  | (Change & { readonly kind: 'withdraw' })
);

/** Enter a context indicator of the plan, or what differs from it. Nothing is recorded when nothing differs. */
export interface EnterIndicator {
  readonly kind: 'enter';
  readonly planKey: string;
  readonly indicatorKey: string;
  readonly attributes: IndicatorAttributes;
  readonly adoptedOn: Day;
  readonly effectiveOn?: Day | undefined;
  readonly reason?: string | undefined;
}

export type IndicatorCommand = EnterIndicator | (Of & IndicatorOrder);

export interface IndicatorState {
  /** As the plan prints it. */
  readonly attributes: IndicatorAttributes | undefined;
  /** Printed and recorded, by period. */
  readonly readings: ReadonlyMap<Period, readonly ReadingEntry[]>;
}

/** A context indicator: a series of figures around the plan, without a target. */
export const indicator: Decider<IndicatorCommand, IndicatorState, IndicatorEvent> = {
  initial: { attributes: undefined, readings: new Map() },

  evolve(state, event) {
    switch (event.type) {
      case 'IndicatorAdopted': {
        const { definition, readings } = event.data;
        return { attributes: { definition, readings }, readings: printedIn(state.readings, readings, event) };
      }
      case 'IndicatorRevised': {
        const { definition, readings = [] } = event.data.changes;
        return {
          attributes: state.attributes && {
            definition: definition ?? state.attributes.definition,
            readings: [...without(state.attributes.readings, readings), ...readings],
          },
          readings: printedIn(state.readings, readings, event),
        };
      }
      case 'IndicatorReadingRecorded':
        return { ...state, readings: added(state.readings, event.data, event) };
      case 'IndicatorReadingCorrected': {
        const { period, corrects } = event.data;
        return { ...state, readings: added(takenBack(state.readings, period, corrects), event.data, event) };
      }
      case 'IndicatorReadingWithdrawn':
        return { ...state, readings: takenBack(state.readings, event.data.period, event.data.withdraws) };
    }
  },

  decide(command, { attributes, readings }) {
    if (command.kind === 'enter') return enter(command, attributes);
    const { plan, indicatorKey, period, today } = command;
    if (!attributes) throw new Refusal('INDICATOR_NOT_FOUND', ['input', 'indicatorKey'], indicatorKey);
    const { per } = attributes.definition;
    if (periodKindOf(period) !== per) throw new Refusal('PERIOD_MISMATCH', ['input', 'period'], `${period}: ${per}`);
    const of = { planKey: plan.planKey, indicatorKey, period };
    const ofPeriod = readings.get(period) ?? [];
    const onDay = (day: Day): Day => readingDay(day, firstDayOfPeriod(period), plan, today);

    switch (command.kind) {
      case 'record': {
        const figure = figureOf(command);
        const lastDay = lastDayOfPeriod(period);
        const effectiveOn = onDay(command.effectiveOn ?? (lastDay < plan.adoptedOn ? plan.adoptedOn : lastDay));
        const said = { value: figure.value, reason: command.reason };
        const reason = reasonBeside(ofPeriod, effectiveOn, said, 'period');
        return [{ type: 'IndicatorReadingRecorded', effectiveOn, data: { ...of, ...figure, reason } }];
      }
      case 'correct': {
        const { eventId, revision, effectiveOn } = readingToReplace(ofPeriod, command.entryId, 'period', period);
        const data = {
          ...of,
          ...figureOf(command),
          corrects: { eventId, revision },
          reason: reasonFor(command.reason),
        };
        return [{ type: 'IndicatorReadingCorrected', effectiveOn: onDay(command.effectiveOn ?? effectiveOn), data }];
      }
      case 'withdraw': {
        const entry = readingToReplace(ofPeriod, command.entryId, 'period', period);
        sameDay(entry, command.effectiveOn);
        const { eventId, revision, effectiveOn } = entry;
        const data = { ...of, withdraws: { eventId, revision }, reason: reasonFor(command.reason) };
        return [{ type: 'IndicatorReadingWithdrawn', effectiveOn, data }];
      }
    }
  },
};

function enter(
  { planKey, indicatorKey, attributes, adoptedOn, effectiveOn, reason }: EnterIndicator,
  known: IndicatorAttributes | undefined,
): IndicatorEvent[] {
  const of = { planKey, indicatorKey };
  if (!known) {
    return [{ type: 'IndicatorAdopted', effectiveOn: since(effectiveOn, adoptedOn), data: { ...of, ...attributes } }];
  }
  const { definition } = changesBetween(known, attributes);
  const readings = attributes.readings.filter((reading) => {
    const before = known.readings.find(({ period }) => period === reading.period);
    return !before || canonicalJson(before) !== canonicalJson(reading);
  });
  const removed = without(known.readings, attributes.readings).map(({ period }) => `${indicatorKey} ${period}`);
  if (removed.length > 0) throw new Refusal('PLAN_ENTRY_REMOVED', ['input', 'source'], removed.join(', '));
  if (!definition && readings.length === 0) return [];
  const changes = { ...(definition && { definition }), ...(readings.length > 0 && { readings }) };
  return [
    {
      type: 'IndicatorRevised',
      effectiveOn: since(effectiveOn, adoptedOn),
      data: { ...of, changes, reason: reasonFor(reason) },
    },
  ];
}

function figureOf({ value, source, note }: FigureInput): FigureInput {
  if (!saysSomething(source)) throw new Refusal('SOURCE_REQUIRED', ['input', 'source']);
  return { value, source, note };
}

/** Those of whose periods the others say nothing. */
const without = (readings: readonly PrintedReading[], others: readonly PrintedReading[]): PrintedReading[] =>
  readings.filter(({ period }) => !others.some((other) => other.period === period));

type Readings = IndicatorState['readings'];

interface Saying {
  readonly id: string;
  readonly revision: number;
  readonly effectiveOn: Day;
}

const added = (
  readings: Readings,
  { period, value }: { readonly period: Period; readonly value: Decimal },
  { id: eventId, revision, effectiveOn }: Saying,
): Readings => {
  const entry = { eventId, revision, effectiveOn, value, visible: true };
  return new Map(readings).set(period, [...(readings.get(period) ?? []), entry]);
};

/** One event of the plan holds an entry for each period that it prints. */
const printedIn = (readings: Readings, printed: readonly PrintedReading[], event: Saying): Readings =>
  printed.reduce((all, reading) => added(all, reading, event), readings);

const takenBack = (readings: Readings, period: Period, entry: EntryRef): Readings =>
  new Map(readings).set(period, superseded(readings.get(period) ?? [], entry));
