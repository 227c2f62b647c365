import type { FiscalYear, FiscalYearRange } from '../calendar/fiscal-year.js';
import type { Position } from '../eventsourcing/position.js';
import type { Fact, Facts } from '../eventsourcing/timeline.js';
import { INITIATIVE, type Initiative } from '../plan/initiative.events.js';
import { measureSubject, type AdoptedSchedule } from '../plan/plan.events.js';
import { ORIGIN, type Origin } from '../plan/succession.events.js';
import { adoptedRow, forecastRow, shiftsOf, shiftsThatMoved, slipYears } from './forecast.view.js';
import { SHIFT, type Shift } from './schedule.events.js';

/** One fiscal year of one measure: the plan as adopted beside what is expected now. */
export interface CellView {
  readonly fiscalYear: FiscalYear;
  readonly adopted: readonly string[];
  readonly forecast: readonly string[];
  readonly isAfterPeriod: boolean;
  /** The side note of the row, as printed. */
  readonly note: string | null;
  readonly isUncertain: boolean;
  /** What the source prints, where the reading is uncertain. */
  readonly printed: string | null;
}

export interface ShiftView extends Omit<Shift, 'decision'> {
  /** The recorded decision that it cites. */
  readonly decisionId: string | undefined;
  /** `+1` is one year later. */
  readonly years: number;
  readonly entryId: string;
  readonly position: Position;
  readonly effectiveOn: string;
  readonly recordedAt: Date;
}

export interface ScheduleView {
  readonly cells: readonly CellView[];
  /** In the order they were recorded. */
  readonly shifts: readonly ShiftView[];
  /** The sum of all shifts of the row that is in force, in years. */
  readonly slipYears: number;
}

/** The adopted row of a measure, by its file or a revision, by what it took the place of, or as an initiative; with what said so. */
export function adoptedIn(facts: Facts, subject: string): Fact<AdoptedSchedule> | undefined {
  const whole = facts.get<Origin>(subject, ORIGIN) ?? facts.get<Initiative>(subject, INITIATIVE);
  return facts.get<AdoptedSchedule>(subject, 'schedule') ?? (whole && { ...whole, value: whole.value.schedule });
}

/** The shifts of a row, in the order they were recorded. */
export const shiftsIn = (facts: Facts, subject: string, row: Fact<AdoptedSchedule> | undefined): Fact<Shift>[] =>
  shiftsOf(row?.effectiveFrom ?? '', facts.entries<Shift>(subject, SHIFT), ({ effectiveFrom }) => effectiveFrom);

export function scheduleOf(facts: Facts, measureNo: string, period: FiscalYearRange): ScheduleView {
  const subject = measureSubject(measureNo);
  const row = adoptedIn(facts, subject);
  const schedule = row?.value ?? { cells: [], uncertain: [] };
  const shifts = facts.entries<Shift>(subject, SHIFT).map((fact): ShiftView => {
    const { decision: decisionId, ...shift } = fact.value;
    return {
      ...shift,
      decisionId,
      years: shift.to - shift.from,
      entryId: fact.eventId,
      position: fact.position,
      effectiveOn: fact.effectiveFrom,
      recordedAt: new Date(fact.recordedAtMs),
    };
  });
  const adopted = adoptedRow(schedule);
  const moves = shiftsIn(facts, subject, row).map(({ value }) => value);
  const forecast = forecastRow(adopted, moves);
  const years = new Set([...adopted.keys(), ...forecast.keys()]);
  return {
    cells: [...years].map((fiscalYear) => {
      const doubt = schedule.uncertain.find((candidate) => candidate.years.includes(fiscalYear));
      return {
        fiscalYear,
        adopted: adopted.get(fiscalYear) ?? [],
        forecast: forecast.get(fiscalYear) ?? [],
        isAfterPeriod: fiscalYear > period.to,
        note: schedule.note ?? null,
        isUncertain: doubt !== undefined,
        printed: doubt?.printed.join('\n') ?? null,
      };
    }),
    shifts,
    slipYears: slipYears(shiftsThatMoved(adopted, moves)),
  };
}
