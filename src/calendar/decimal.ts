import { Big } from 'big.js';

/** An exact decimal number as text: `79.6`. Figures of a plan are never binary floating point. */
export type Decimal = string;

/** `-0` is no number that a plan prints. */
export const DECIMAL = /^(?!-0+(\.0+)?$)-?\d{1,15}(\.\d{1,9})?$/;

export const isDecimal = (text: string): text is Decimal => DECIMAL.test(text);

export const compareDecimals = (a: Decimal, b: Decimal): number => new Big(a).cmp(b);

/** `value` at a number of decimals, half up. */
export const atDecimals = (value: Decimal, decimals: number): Decimal =>
  new Big(value).toFixed(decimals, Big.roundHalfUp);

/** numerator ÷ denominator × factor, exactly, then half up at `decimals`. The denominator is not zero. */
export function ratio(numerator: Decimal, denominator: Decimal, factor: number, decimals: number): Decimal {
  const scaled = new Big(numerator).times(factor);
  const negative = scaled.lt(0) !== new Big(denominator).lt(0);
  // Exact half-up: divide whole units of the last decimal, so no intermediate rounding can decide the result.
  const unit = new Big(10).pow(decimals);
  const dividend = scaled.abs().times(unit).times(2).plus(new Big(denominator).abs());
  const divisor = new Big(denominator).abs().times(2);
  const units = dividend.minus(dividend.mod(divisor)).div(divisor);
  const result = units.div(unit);
  return (negative ? result.times(-1) : result).toFixed(decimals);
}

/** The exact sum. */
export const sumOf = (values: readonly Decimal[]): Decimal =>
  values.reduce((sum, value) => sum.plus(value), new Big(0)).toFixed();
