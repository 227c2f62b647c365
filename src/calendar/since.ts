import type { Day } from './day.js';

/** What is so from a day on, until something else is. */
export interface Since<Value> {
  readonly from: Day;
  readonly value: Value;
}

/** In the order of their days. What was said last of the same day counts. */
export const added = <Value>(values: readonly Since<Value>[], from: Day, value: Value): Since<Value>[] =>
  [...values.filter((one) => one.from !== from), { from, value }].sort((a, b) => (a.from < b.from ? -1 : 1));

export const valueOn = <Value>(values: readonly Since<Value>[], day: Day): Value | undefined =>
  values.findLast(({ from }) => from <= day)?.value;
