/** Values of one thing, one for each run. */
export interface Series {
  /** What was measured: "emmett-sqlite 0.42.4, a queue of one". */
  readonly what: string;
  readonly values: readonly number[];
}

export interface Target {
  readonly against: 'peer' | 'limit';
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** One line of the table. A ratio is always ours through theirs, median through median. */
export interface Measured {
  readonly figure: string;
  readonly unit: string;
  readonly ours: Series;
  readonly peer?: Series;
  readonly limit?: Series;
  readonly targets: readonly Target[];
}

/** A line without figures: what it needs is not here, and nothing else is measured in its place. */
export interface NotMeasured {
  readonly figure: string;
  /** What to do about it. */
  readonly notMeasured: string;
}

export const RUNS = 5;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const at = (i: number): number => sorted[i] ?? Number.NaN;
  return sorted.length % 2 === 1 ? at(Math.floor(middle)) : (at(middle - 1) + at(middle)) / 2;
}

export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? Number.NaN;
}

/** Runs the contestants in turns, A B C A B C …, so that what disturbs the machine disturbs them alike. */
export async function interleaved<Name extends string>(
  contestants: Readonly<Record<Name, (run: number) => Promise<number> | number>>,
  runs = RUNS,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(contestants) as Name[];
  const values = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, number[]>;
  for (let run = 0; run < runs; run++) {
    for (const name of names) values[name].push(await contestants[name](run));
  }
  return values;
}

/** A benchmark checks the answers it times. */
export function mustBe(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`the answer that was timed is wrong: ${what}`);
}

export const ratioTo = (ours: Series, theirs: Series): number => median(ours.values) / median(theirs.values);

export const isReached = ({ ours, ...others }: Measured, { against, atLeast, atMost }: Target): boolean => {
  const theirs = others[against];
  if (!theirs) return false;
  const ratio = ratioTo(ours, theirs);
  return ratio >= (atLeast ?? Number.NEGATIVE_INFINITY) && ratio <= (atMost ?? Number.POSITIVE_INFINITY);
};
