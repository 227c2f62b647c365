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
import {
  because,
  changesBetween,
  decisionCited,
  defined,
  reasonFor,
  since,
  type Cited,
  type PlanRules,
} from '../plan/plan.js';
import { readingDay, readingToReplace, reasonBeside, type ReadingEntry } from '../plan/reading.js';
import {
  changedByFile,
  correctedValue,
  keptOf,
  revised,
  valueOn,
  wordingsIn,
  wordingToReplace,
  type Kept,
  type Wording,
} from '../plan/revision.js';
import { Refusal } from '../problems.js';
import {
  kpiSubject,
  TARGET,
  type Figure,
  type KpiAttributes,
  type KpiEvent,
  type RevisableName,
} from './kpi.events.js';

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

/** What a revision says of a KPI: only that is changed. */
export interface KpiRevision {
  readonly title?: string | undefined;
  readonly unit?: string | undefined;
  readonly decimals?: number | undefined;
  /** Its year is by default that of the former one. */
  readonly baseline?: (FigureInput & { readonly fiscalYear?: FiscalYear | undefined }) | undefined;
  readonly reason: string;
  readonly decidedBy?: string | undefined;
  readonly decisionId?: string | undefined;
  /** Default: today; of a correction, that of the entry. */
  readonly effectiveOn?: Day | undefined;
}

export type KpiRevisionOrder =
  | (KpiRevision & { readonly kind: 'revise' })
  | (KpiRevision & { readonly kind: 'correctRevision'; readonly entryId: string })
  | (Omit<Withdrawal, 'kind'> & { readonly kind: 'withdrawRevision' });

/** Enter a KPI of the plan, or what the file says otherwise than before. Nothing is recorded when nothing differs. */
export interface EnterKpi {
  readonly kind: 'enter';
  readonly planKey: string;
  readonly kpiKey: string;
  readonly attributes: KpiAttributes;
  readonly adoptedOn: Day;
  readonly effectiveOn?: Day | undefined;
  readonly reason?: string | undefined;
}

export type KpiCommand = EnterKpi | (Of & KpiOrder) | (Of & KpiRevisionOrder);

interface YearEntry extends ReadingEntry {
  readonly fiscalYear: FiscalYear;
}

export interface KpiState {
  /** What the plan file last said. */
  readonly inFile: KpiAttributes | undefined;
  /** All but the targets. */
  readonly wordings: readonly Wording[];
  readonly readings: readonly YearEntry[];
  readonly targets: readonly YearEntry[];
}

/** A KPI series: its definition, its readings by fiscal year, its targets. */
export const kpi: Decider<KpiCommand, KpiState, KpiEvent> = {
  initial: { inFile: undefined, wordings: [], readings: [], targets: [] },

  evolve(state, event) {
    switch (event.type) {
      case 'KpiAdopted': {
        const { planKey: _, kpiKey: __, ...inFile } = event.data;
        return { ...state, inFile, wordings: wordingsIn(event, inFile, 'file') };
      }
      case 'KpiRevised': {
        const { fromFile = false, corrects } = event.data;
        const { targets = [], ...changes } = defined<KpiAttributes>(event.data.changes);
        const left = corrects ? superseded(state.wordings, corrects) : state.wordings;
        const wordings = [...left, ...wordingsIn(event, changes, fromFile ? 'file' : 'revision')];
        const { inFile } = state;
        if (!inFile || !fromFile) return { ...state, wordings };
        const others = inFile.targets.filter((old) => targets.every(({ fiscalYear }) => fiscalYear !== old.fiscalYear));
        return { ...state, wordings, inFile: { ...inFile, ...changes, targets: [...others, ...targets] } };
      }
      case 'KpiRevisionWithdrawn':
        return { ...state, wordings: superseded(state.wordings, event.data.withdraws) };
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
    if (command.kind === 'enter') return enter(command, state);
    const { inFile, readings, targets } = state;
    const { plan, kpiKey, today } = command;
    if (!inFile) throw new Refusal('KPI_NOT_FOUND', ['input', 'kpiKey'], kpiKey);
    if (command.kind === 'revise' || command.kind === 'correctRevision' || command.kind === 'withdrawRevision')
      return revise(command, state);
    const { fiscalYear } = command;
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
        const day = command.effectiveOn ?? lastDayOf(fiscalYear);
        const figure = figureOf(command, shapeOn(day, state, inFile));
        const effectiveOn = readingDay(day, firstDayOf(fiscalYear), plan, today);
        const said = { value: figure.value, reason: command.reason };
        const reason = reasonBeside(ofYear(readings, fiscalYear), effectiveOn, said, 'fiscalYear');
        return [{ type: 'ReadingRecorded', effectiveOn, data: { ...of, ...figure, reason } }];
      }
      case 'correct': {
        const entry = toReplace(readings, fiscalYear, command.entryId);
        const day = command.effectiveOn ?? entry.effectiveOn;
        const figure = figureOf(command, shapeOn(day, state, inFile));
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
        const entry =
          command.entryId === undefined ? undefined : entryToReplace(ofYear(targets, fiscalYear), command.entryId);
        const effectiveOn = command.effectiveOn ?? entry?.effectiveOn ?? today;
        const figure = figureOf(command, shapeOn(effectiveOn, state, inFile));
        if (effectiveOn < plan.adoptedOn)
          throw new Refusal('EFFECTIVE_BEFORE_PLAN', ['input', 'effectiveOn'], effectiveOn);
        const reason = reasonFor(command.reason);
        const current = targetOn(effectiveOn, fiscalYear, inFile, targets);
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
  { inFile, wordings, targets: revisedTargets }: KpiState,
): KpiEvent[] {
  const of = { planKey, kpiKey };
  if (!inFile)
    return [{ type: 'KpiAdopted', effectiveOn: since(effectiveOn, adoptedOn), data: { ...of, ...attributes } }];
  if (inFile.targets.some((old) => !attributes.targets.some(({ fiscalYear }) => fiscalYear === old.fiscalYear))) {
    throw new Refusal('PLAN_ENTRY_REMOVED', ['input', 'source'], `${kpiKey} targets`);
  }
  const { targets: before, ...others } = inFile;
  const { targets: after, ...said } = attributes;
  const targets = after.filter((target) => {
    const former = before.find(({ fiscalYear }) => fiscalYear === target.fiscalYear);
    if (former && Object.keys(changesBetween({ former }, { former: target })).length === 0) return false;
    const newest = inForce(ofYear(revisedTargets, target.fiscalYear));
    if (newest && compareDecimals(newest.value, target.value) !== 0)
      throw new Refusal(
        'REVISED_SINCE',
        ['input', 'source'],
        `${kpiSubject(kpiKey)} target/${String(target.fiscalYear)}`,
      );
    return !newest;
  });
  const changes = {
    ...changedByFile<Partial<KpiAttributes>>(kpiSubject(kpiKey), wordings, others, said),
    ...(targets.length > 0 && { targets }),
  };
  if (Object.keys(changes).length === 0) return [];
  return [
    {
      type: 'KpiRevised',
      effectiveOn: since(effectiveOn, adoptedOn),
      data: { ...of, changes, fromFile: true, reason: reasonFor(reason) },
    },
  ];
}

/** What a revision made otherwise than the plan file says, and stays; targets year by year. */
export function keptOfKpi(
  key: string,
  { wordings, targets }: KpiState,
  { targets: inFile, ...others }: KpiAttributes,
): Kept[] {
  const subject = kpiSubject(key);
  const kept = inFile.flatMap(({ fiscalYear, value }): Kept[] => {
    const newest = inForce(ofYear(targets, fiscalYear));
    return newest && compareDecimals(newest.value, value) !== 0
      ? [{ subject, attribute: TARGET + String(fiscalYear), revised: newest.value, inFile: value }]
      : [];
  });
  return [...keptOf(subject, wordings, others), ...kept];
}

function revise(command: Of & KpiRevisionOrder, { wordings }: KpiState): KpiEvent[] {
  const { plan, kpiKey, today } = command;
  const of = { planKey: plan.planKey, kpiKey };
  const notBeforePlan = (day: Day): void => {
    if (day < plan.adoptedOn) throw new Refusal('EFFECTIVE_BEFORE_PLAN', ['input', 'effectiveOn'], day);
  };
  switch (command.kind) {
    case 'revise': {
      const { effectiveOn = today } = command;
      notBeforePlan(effectiveOn);
      const changes = revised(wordings, saidOn(effectiveOn, command, wordings), effectiveOn);
      const why = because(command);
      return changes.map((one) => ({ type: 'KpiRevised', effectiveOn, data: { ...of, changes: one, ...why } }));
    }
    case 'correctRevision': {
      const wording = wordingToReplace(wordings, command.entryId);
      const { effectiveOn = wording.effectiveOn } = command;
      notBeforePlan(effectiveOn);
      const changes = correctedValue(wording, saidOn(effectiveOn, command, wordings));
      const data = { ...of, changes, corrects: refOf(wording), ...because(command) };
      return [{ type: 'KpiRevised', effectiveOn, data }];
    }
    case 'withdrawRevision': {
      const wording = wordingToReplace(wordings, command.entryId);
      sameDay(wording, command.effectiveOn);
      const attribute = wording.attribute as RevisableName;
      const data = { ...of, attribute, withdraws: refOf(wording), reason: reasonFor(command.reason) };
      return [{ type: 'KpiRevisionWithdrawn', effectiveOn: wording.effectiveOn, data }];
    }
  }
}

/** What is said, complete; a baseline fits the unit and the decimals of the day, or those said with it. */
function saidOn(
  day: Day,
  { title, unit, decimals, baseline }: KpiRevision,
  wordings: readonly Wording[],
): Partial<Pick<KpiAttributes, RevisableName>> {
  const held = Object.fromEntries(
    (['unit', 'decimals', 'minimum', 'maximum', 'baseline'] as const).map((name) => [
      name,
      valueOn(wordings, name, day),
    ]),
  ) as unknown as Omit<KpiAttributes, 'targets'>;
  const shape = { ...held, ...defined<KpiAttributes>({ unit, decimals }) };
  if (!baseline) {
    if (unit !== undefined) inRange(held.baseline.value, shape, ['input', 'unit']);
    return defined({ title, unit, decimals });
  }
  const { fiscalYear = held.baseline.fiscalYear, ...figure } = baseline;
  return defined({
    title,
    unit,
    decimals,
    baseline: { fiscalYear, ...figureOf(figure, shape, ['input', 'baseline']) },
  });
}

/** What figures must fit on a day. */
const shapeOn = (day: Day, { wordings }: KpiState, { minimum, maximum, ...inFile }: KpiAttributes): Shape => ({
  unit: (valueOn(wordings, 'unit', day) as string | undefined) ?? inFile.unit,
  decimals: (valueOn(wordings, 'decimals', day) as number | undefined) ?? inFile.decimals,
  minimum,
  maximum,
});

type Shape = Pick<KpiAttributes, 'unit' | 'decimals' | 'minimum' | 'maximum'>;

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

/**
 * A figure that is complete and does not contradict itself. The value of a ratio is computed exactly.
 *
 * @param at where the input has it
 */
export function figureOf(input: FigureInput, kpi: Shape, at: readonly string[] = ['input']): Figure {
  const { numerator, denominator, asPrinted, note } = input;
  if ((numerator === undefined) !== (denominator === undefined)) {
    throw new Refusal('RATIO_INCOMPLETE', [...at, numerator === undefined ? 'numerator' : 'denominator']);
  }
  if (denominator !== undefined && compareDecimals(denominator, '0') <= 0) {
    throw new Refusal('DENOMINATOR_ZERO', [...at, 'denominator'], denominator);
  }
  const computed = ratioOf(input, kpi);
  const value = input.value ?? computed;
  if (value === undefined) throw new Refusal('VALUE_REQUIRED', [...at, 'value']);
  inRange(value, kpi, [...at, 'value']);

  const contradicts = computed !== undefined && compareDecimals(value, computed) !== 0;
  if (contradicts && asPrinted !== true) {
    throw new Refusal('VALUE_RATIO_MISMATCH', [...at, 'value'], `${value} ≠ ${computed}`);
  }
  if (asPrinted === true && !saysSomething(note)) throw new Refusal('NOTE_REQUIRED', [...at, 'note']);
  return { value, numerator, denominator, note, ...(contradicts && { asPrinted: true }) };
}

function inRange(
  value: Decimal,
  { unit, minimum, maximum }: Pick<KpiAttributes, 'unit' | 'minimum' | 'maximum'>,
  path: readonly string[],
): void {
  const percent = factorOf(unit) === 100;
  const low = minimum ?? (percent ? '0' : undefined);
  const high = maximum ?? (percent ? '100' : undefined);
  if (
    (low !== undefined && compareDecimals(value, low) < 0) ||
    (high !== undefined && compareDecimals(value, high) > 0)
  ) {
    throw new Refusal('VALUE_OUT_OF_RANGE', path, `${value}: ${low ?? ''}–${high ?? ''} ${unit}`);
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
