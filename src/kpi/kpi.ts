import type { Day } from '../calendar/day.js';
import { compareDecimals, ratio, type Decimal } from '../calendar/decimal.js';
import { firstDayOf, lastDayOf, type FiscalYear } from '../calendar/fiscal-year.js';
import { saysSomething } from '../calendar/text.js';
import type { Decider } from '../eventsourcing/decider.js';
import {
  entryToReplace,
  entryToWithdraw,
  inForce,
  sameDay,
  superseded,
  type Entry,
  type Withdrawal,
} from '../eventsourcing/entries.js';
import { changesBetween, decisionCited, defined, reasonFor, since, type Cited, type PlanRules } from '../plan/plan.js';
import { readingDay, readingToReplace, reasonBeside, type ReadingEntry } from '../plan/reading.js';
import { Refusal } from '../problems.js';
import type { Figure, KpiAttributes, KpiEvent } from './kpi.events.js';

/** A figure as a person enters it: a value, or a ratio, or both when they agree. */
export interface FigureInput {
  readonly value?: Decimal | undefined;
  readonly numerator?: Decimal | undefined;
  readonly denominator?: Decimal | undefined;
  readonly asPrinted?: boolean | undefined;
  readonly note?: string | undefined;
}

interface Of {
  readonly plan: PlanRules;
  readonly kpiKey: string;
  readonly today: Day;
  readonly cites?: Cited | undefined;
}

interface Change {
  /** Default: that of the entry; of a new target, today. */
  readonly effectiveOn?: Day | undefined;
  readonly reason: string;
  /** Default: the entry in force for the year; of a target, none. */
  readonly entryId?: string | undefined;
}

/** What is to be recorded of a fiscal year. */
export type KpiOrder = { readonly fiscalYear: FiscalYear } & (
  | (FigureInput & {
      readonly kind: 'record';
      /** Default: the last day of the fiscal year. */
      readonly effectiveOn?: Day | undefined;
      readonly reason?: string | undefined;
    })
  | (FigureInput & Change & { readonly kind: 'correct' })
  | (Change & { readonly kind: 'withdraw' })
  | (FigureInput & Change & { readonly kind: 'reviseTarget'; readonly decisionId?: string | undefined })
  | (Omit<Withdrawal, 'kind'> & { readonly kind: 'withdrawTarget' })
);

/** Enter a KPI of the plan, or what differs from it. Nothing is recorded when nothing differs. */
export interface EnterKpi {
  readonly kind: 'enter';
  readonly planKey: string;
  readonly kpiKey: string;
  readonly attributes: KpiAttributes;
  readonly adoptedOn: Day;
  readonly effectiveOn?: Day | undefined;
  readonly reason?: string | undefined;
}

export type KpiCommand = EnterKpi | (Of & KpiOrder);

interface YearEntry extends ReadingEntry {
  readonly fiscalYear: FiscalYear;
}

export interface KpiState {
  readonly attributes: KpiAttributes | undefined;
  readonly readings: readonly YearEntry[];
  readonly targets: readonly YearEntry[];
}

/** A KPI series: its definition, its readings by fiscal year, its targets. */
export const kpi: Decider<KpiCommand, KpiState, KpiEvent> = {
  initial: { attributes: undefined, readings: [], targets: [] },

  evolve(state, event) {
    switch (event.type) {
      case 'KpiAdopted': {
        const { planKey: _, kpiKey: __, ...attributes } = event.data;
        return { ...state, attributes };
      }
      case 'KpiRevised':
        return {
          ...state,
          attributes: state.attributes && { ...state.attributes, ...defined<KpiAttributes>(event.data.changes) },
        };
      case 'ReadingRecorded':
        return { ...state, readings: [...state.readings, entryOf(event)] };
      case 'ReadingCorrected':
        return { ...state, readings: [...superseded(state.readings, event.data.corrects), entryOf(event)] };
      case 'ReadingWithdrawn':
        return { ...state, readings: superseded(state.readings, event.data.withdraws) };
      case 'TargetRevised': {
        const { corrects } = event.data;
        return {
          ...state,
          targets: [...(corrects ? superseded(state.targets, corrects) : state.targets), entryOf(event)],
        };
      }
      case 'TargetWithdrawn':
        return { ...state, targets: superseded(state.targets, event.data.withdraws) };
    }
  },

  decide(command, state) {
    if (command.kind === 'enter') return enter(command, state.attributes);
    const { attributes, readings, targets } = state;
    const { plan, kpiKey, fiscalYear, today } = command;
    if (!attributes) throw new Refusal('KPI_NOT_FOUND', ['input', 'kpiKey'], kpiKey);
    if (fiscalYear < plan.period.from || fiscalYear > plan.period.to) {
      const { from, to } = plan.period;
      throw new Refusal(
        'FISCAL_YEAR_OUTSIDE_PLAN',
        ['input', 'fiscalYear'],
        `${String(fiscalYear)}: ${String(from)}–${String(to)}`,
      );
    }
    const of = { planKey: plan.planKey, kpiKey, fiscalYear };

    switch (command.kind) {
      case 'record': {
        const figure = figureOf(command, attributes);
        const day = command.effectiveOn ?? lastDayOf(fiscalYear);
        const effectiveOn = readingDay(day, firstDayOf(fiscalYear), plan, today);
        const said = { value: figure.value, reason: command.reason };
        const reason = reasonBeside(ofYear(readings, fiscalYear), effectiveOn, said, 'fiscalYear');
        return [{ type: 'ReadingRecorded', effectiveOn, data: { ...of, ...figure, reason } }];
      }
      case 'correct': {
        const entry = toReplace(readings, fiscalYear, command.entryId);
        const figure = figureOf(command, attributes);
        const day = command.effectiveOn ?? entry.effectiveOn;
        const effectiveOn = readingDay(day, firstDayOf(fiscalYear), plan, today);
        return [
          {
            type: 'ReadingCorrected',
            effectiveOn,
            data: { ...of, ...figure, corrects: refOf(entry), reason: reasonFor(command.reason) },
          },
        ];
      }
      case 'withdraw': {
        const entry = toReplace(readings, fiscalYear, command.entryId);
        sameDay(entry, command.effectiveOn);
        const data = { ...of, withdraws: refOf(entry), reason: reasonFor(command.reason) };
        return [{ type: 'ReadingWithdrawn', effectiveOn: entry.effectiveOn, data }];
      }
      case 'reviseTarget': {
        const figure = figureOf(command, attributes);
        const entry =
          command.entryId === undefined ? undefined : entryToReplace(ofYear(targets, fiscalYear), command.entryId);
        const effectiveOn = command.effectiveOn ?? entry?.effectiveOn ?? today;
        if (effectiveOn < plan.adoptedOn)
          throw new Refusal('EFFECTIVE_BEFORE_PLAN', ['input', 'effectiveOn'], effectiveOn);
        const reason = reasonFor(command.reason);
        const current = targetOn(effectiveOn, fiscalYear, attributes, targets);
        if (!entry && current !== undefined && compareDecimals(current, figure.value) === 0) {
          throw new Refusal('TARGET_UNCHANGED', ['input', 'value'], current);
        }
        return [
          {
            type: 'TargetRevised',
            effectiveOn,
            data: { ...of, ...figure, corrects: entry && refOf(entry), reason, decision: decisionCited(command) },
          },
        ];
      }
      case 'withdrawTarget': {
        const entry = entryToWithdraw(ofYear(targets, fiscalYear), command);
        const data = { ...of, withdraws: refOf(entry), reason: reasonFor(command.reason) };
        return [{ type: 'TargetWithdrawn', effectiveOn: entry.effectiveOn, data }];
      }
    }
  },
};

function enter(
  { planKey, kpiKey, attributes, adoptedOn, effectiveOn, reason }: EnterKpi,
  known: KpiAttributes | undefined,
): KpiEvent[] {
  const of = { planKey, kpiKey };
  if (!known)
    return [{ type: 'KpiAdopted', effectiveOn: since(effectiveOn, adoptedOn), data: { ...of, ...attributes } }];
  const changes = changesBetween(known, attributes);
  if (Object.keys(changes).length === 0) return [];
  if (known.targets.some((old) => !attributes.targets.some(({ fiscalYear }) => fiscalYear === old.fiscalYear))) {
    throw new Refusal('PLAN_ENTRY_REMOVED', ['input', 'source'], `${kpiKey} targets`);
  }
  return [
    {
      type: 'KpiRevised',
      effectiveOn: since(effectiveOn, adoptedOn),
      data: { ...of, changes, reason: reasonFor(reason) },
    },
  ];
}

/** A percentage is a ratio times 100. */
export const factorOf = (unit: string): number => (unit === '%' || unit === '％' ? 100 : 1);

/** numerator ÷ denominator at the KPI's decimals, half up; `undefined` without a ratio. */
export const ratioOf = (
  { numerator, denominator }: Pick<FigureInput, 'numerator' | 'denominator'>,
  { unit, decimals }: Pick<KpiAttributes, 'unit' | 'decimals'>,
): Decimal | undefined =>
  numerator === undefined || denominator === undefined
    ? undefined
    : ratio(numerator, denominator, factorOf(unit), decimals);

/** A figure that is complete and does not contradict itself. The value of a ratio is computed exactly. */
export function figureOf(
  input: FigureInput,
  kpi: Pick<KpiAttributes, 'unit' | 'decimals' | 'minimum' | 'maximum'>,
): Figure {
  const { numerator, denominator, asPrinted, note } = input;
  if ((numerator === undefined) !== (denominator === undefined)) {
    throw new Refusal('RATIO_INCOMPLETE', ['input', numerator === undefined ? 'numerator' : 'denominator']);
  }
  if (denominator !== undefined && compareDecimals(denominator, '0') <= 0) {
    throw new Refusal('DENOMINATOR_ZERO', ['input', 'denominator'], denominator);
  }
  const computed = ratioOf(input, kpi);
  const value = input.value ?? computed;
  if (value === undefined) throw new Refusal('VALUE_REQUIRED', ['input', 'value']);
  inRange(value, kpi);

  const contradicts = computed !== undefined && compareDecimals(value, computed) !== 0;
  if (contradicts && asPrinted !== true) {
    throw new Refusal('VALUE_RATIO_MISMATCH', ['input', 'value'], `${value} ≠ ${computed}`);
  }
  if (asPrinted === true && !saysSomething(note)) throw new Refusal('NOTE_REQUIRED', ['input', 'note']);
  return { value, numerator, denominator, note, ...(contradicts && { asPrinted: true }) };
}

function inRange(
  value: Decimal,
  { unit, minimum, maximum }: Pick<KpiAttributes, 'unit' | 'minimum' | 'maximum'>,
): void {
  const percent = factorOf(unit) === 100;
  const low = minimum ?? (percent ? '0' : undefined);
  const high = maximum ?? (percent ? '100' : undefined);
  if (
    (low !== undefined && compareDecimals(value, low) < 0) ||
    (high !== undefined && compareDecimals(value, high) > 0)
  ) {
    throw new Refusal('VALUE_OUT_OF_RANGE', ['input', 'value'], `${value}: ${low ?? ''}–${high ?? ''} ${unit}`);
  }
}

const ofYear = (entries: readonly YearEntry[], year: FiscalYear): YearEntry[] =>
  entries.filter(({ fiscalYear }) => fiscalYear === year);

const toReplace = (readings: readonly YearEntry[], year: FiscalYear, entryId: string | undefined): YearEntry =>
  readingToReplace(ofYear(readings, year), entryId, 'fiscalYear', String(year));

/** The target of a year in force on a day: the last revision that holds by then, else the adopted one. */
function targetOn(
  day: Day,
  year: FiscalYear,
  { targets: adopted }: KpiAttributes,
  revised: readonly YearEntry[],
): Decimal | undefined {
  const entry = inForce(ofYear(revised, year).filter(({ effectiveOn }) => effectiveOn <= day));
  return entry?.value ?? adopted.find(({ fiscalYear }) => fiscalYear === year)?.value;
}

const refOf = ({ eventId, revision }: Entry) => ({ eventId, revision });

const entryOf = (event: {
  id: string;
  revision: number;
  effectiveOn: Day;
  data: { fiscalYear: FiscalYear; value: Decimal };
}): YearEntry => ({
  eventId: event.id,
  revision: event.revision,
  effectiveOn: event.effectiveOn,
  fiscalYear: event.data.fiscalYear,
  value: event.data.value,
  visible: true,
});
