/**
 * An event's place in the whole ledger: a decimal string of 20 digits, so that string order is ledger order.
 * Opaque outside the store: only compared, never counted with.
 */
export type Position = string & { readonly __position: never };

const POSITION = /^\d{20}$/;

export const isPosition = (text: string): text is Position => POSITION.test(text);

/** For adapters, which know what their positions are made of. @throws RangeError when negative or too long */
export function positionOf(value: number | bigint): Position {
  if (value < 0 || (typeof value === 'number' && !Number.isSafeInteger(value))) {
    throw new RangeError(`not a position: ${String(value)}`);
  }
  return String(value).padStart(20, '0') as Position;
}

/** Before the first event: the position of an empty ledger. */
export const START: Position = positionOf(0);
