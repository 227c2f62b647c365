import type { Day } from '../calendar/day.js';
import type { FiscalYear } from '../calendar/fiscal-year.js';
import type { AdoptedSchedule } from '../plan/plan.events.js';
import type { Shift } from './schedule.events.js';

/** The one before goes on. */
export const GOES_ON = '⇒';

/** Phases by fiscal year, in the order of their beginning; `['⇒']` where the one before goes on, `[]` where nothing is planned. */
export type Row = ReadonlyMap<FiscalYear, readonly string[]>;

type Move = Pick<Shift, 'phase' | 'from' | 'to' | 'cascade'>;

/** The row of the plan as adopted. */
export const adoptedRow = (schedule: AdoptedSchedule): Row =>
  new Map(schedule.cells.map(({ fiscalYear, phases }) => [fiscalYear, phases]));

/**
 * The adopted row with shifts applied in the order they were recorded. A cell that a shift leaves empty shows ⇒ when a
 * phase before it goes on, else it is empty. Years after the period appear up to the last that a phase moved to.
 */
export function forecastRow(adopted: Row, shifts: readonly Move[]): Row {
  if (shifts.length === 0) return adopted;
  const blank = new Set([...adopted].filter(([, phases]) => phases.length === 0).map(([year]) => year));
  const row = begunIn(adopted);
  for (const shift of shifts) apply(row, shift);

  const used = [...row].filter(([year, phases]) => phases.length > 0 || adopted.has(year)).map(([year]) => year);
  let begun = false;
  const shown = new Map<FiscalYear, readonly string[]>();
  for (let year = Math.min(...used); year <= Math.max(...used); year++) {
    const phases = row.get(year) ?? [];
    const before = shown.get(year - 1) ?? [];
    const goesOn = adopted.has(year) ? begun && !blank.has(year) : before.length > 0;
    begun ||= phases.length > 0;
    shown.set(year, phases.length === 0 && goesOn ? [GOES_ON] : phases);
  }
  return shown;
}

/** Those that found their phase in the row: a revision of the row may have taken it away. */
export function shiftsThatMoved<Shift extends Move>(adopted: Row, shifts: readonly Shift[]): Shift[] {
  const row = begunIn(adopted);
  return shifts.filter((shift) => apply(row, shift));
}

/**
 * The shifts of a row: those that hold from its own day on. A row that holds from a later day was adopted with all that had
 * moved before.
 */
export const shiftsOf = <Shift>(since: Day, shifts: readonly Shift[], dayOf: (shift: Shift) => Day): Shift[] =>
  shifts.filter((shift) => dayOf(shift) >= since);

/** What begins in each year. */
const begunIn = (adopted: Row): Map<FiscalYear, string[]> =>
  new Map([...adopted].map(([year, phases]) => [year, phases.filter((phase) => phase !== GOES_ON)]));

/** Whether the row holds a phase in a year. */
export const holds = (row: Row, year: FiscalYear, phase: string): boolean => row.get(year)?.includes(phase) ?? false;

/** The sum of all moves, in years: `+1` is one year later than adopted. */
export const slipYears = (shifts: readonly Pick<Move, 'from' | 'to'>[]): number =>
  shifts.reduce((years, { from, to }) => years + to - from, 0);

/** What moved later stands before what is there already, as it would have begun earlier; what moved earlier stands after. */
function apply(row: Map<FiscalYear, string[]>, { phase, from, to, cascade }: Move): boolean {
  if (!holds(row, from, phase)) return false;
  const moved: { year: FiscalYear; phases: string[] }[] = [];
  for (const [year, phases] of row) {
    const start = year === from ? phases.indexOf(phase) : year > from && cascade ? 0 : -1;
    if (start < 0) continue;
    const taken = phases.splice(start, year === from && !cascade ? 1 : phases.length);
    moved.push({ year: year + to - from, phases: taken });
  }
  for (const { year, phases } of moved) {
    const there = row.get(year) ?? [];
    const added = phases.filter((name) => !there.includes(name));
    row.set(year, to > from ? [...added, ...there] : [...there, ...added]);
  }
  return true;
}
