import { yearsOf, type FiscalYear } from '../calendar/fiscal-year.js';
import { Refusal } from '../problems.js';
import { GOES_ON } from '../schedule/forecast.view.js';
import type { AdoptedSchedule } from './plan.events.js';
import type { PlanRules } from './plan.js';

export type Cells = AdoptedSchedule['cells'];

/** What is wrong with a cell of a schedule; `phase`: the place of the word in its cell. */
export interface RowFault {
  readonly code: 'FISCAL_YEAR_OUTSIDE_PLAN' | 'FISCAL_YEAR_TWICE' | 'UNKNOWN_PHASE';
  readonly year: FiscalYear;
  /** Place of the cell. */
  readonly cell: number;
  readonly phase?: number;
  readonly detail: string;
}

/** Cells of one measure against the period of the plan and its words. */
export function* faultsInRow(
  cells: Cells,
  { period, phases }: Pick<PlanRules, 'period' | 'phases'>,
): Iterable<RowFault> {
  const words = new Set([...phases, GOES_ON]);
  const seen = new Set<FiscalYear>();
  for (const [cell, { fiscalYear: year, phases: said }] of cells.entries()) {
    const at = { year, cell };
    if (year < period.from || year > period.to) {
      const detail = `${String(year)}: ${String(period.from)}–${String(period.to)}`;
      yield { ...at, code: 'FISCAL_YEAR_OUTSIDE_PLAN', detail };
    }
    if (seen.has(year)) yield { ...at, code: 'FISCAL_YEAR_TWICE', detail: `${String(year)} × 2` };
    seen.add(year);
    for (const [phase, word] of said.entries()) {
      if (!words.has(word)) yield { ...at, code: 'UNKNOWN_PHASE', phase, detail: `${word}: ${phases.join(' ')}` };
    }
  }
}

/**
 * The row of a measure as it is told: one cell for each year of the period, blank where none is named.
 *
 * @param path of the cells in the input
 * @throws Refusal FISCAL_YEAR_OUTSIDE_PLAN, UNKNOWN_PHASE, INVALID_INPUT for a year that is named twice, and for a row in
 *   which nothing begins before it goes on
 */
export function rowOf(cells: Cells, plan: PlanRules, path: readonly string[] = ['input', 'schedule']): AdoptedSchedule {
  for (const { code, detail } of faultsInRow(cells, plan))
    throw new Refusal(code === 'FISCAL_YEAR_TWICE' ? 'INVALID_INPUT' : code, path, detail);
  const [first] = cells.toSorted((a, b) => a.fiscalYear - b.fiscalYear).flatMap(({ phases }) => phases);
  if (first === GOES_ON) throw new Refusal('INVALID_INPUT', path, `… ${GOES_ON}`);
  const named = new Map(cells.map(({ fiscalYear, phases }) => [fiscalYear, phases]));
  return {
    cells: yearsOf(plan.period).map((fiscalYear) => ({ fiscalYear, phases: named.get(fiscalYear) ?? [] })),
    uncertain: [],
  };
}
