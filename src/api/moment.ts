import { isDay } from '../calendar/day.js';
import { isPosition } from '../eventsourcing/position.js';
import { refused } from './http-problem.js';

/** @throws HttpException INVALID_INPUT */
export function dayIn(name: string, given: unknown): string {
  if (typeof given === 'string' && isDay(given)) return given;
  throw refused('INVALID_INPUT', name, 'YYYY-MM-DD');
}

/**
 * Up to where the ledger is known, as GraphQL takes it: to a position, or to the end of a day, or to the last entry.
 *
 * @throws HttpException INVALID_INPUT
 */
export function knownIn(names: { readonly position: string; readonly known: string }, asked: Asked): object {
  const [position, known] = [asked[names.position], asked[names.known]];
  if (position !== undefined) {
    if (typeof position === 'string' && isPosition(position)) return { position };
    throw refused('INVALID_INPUT', names.position, '00000000000000000208');
  }
  return known === undefined ? {} : { recordedAt: `${dayIn(names.known, known)}T23:59:59.999+09:00` };
}

/** Of an address, after the question mark. */
export type Asked = Readonly<Record<string, unknown>>;
