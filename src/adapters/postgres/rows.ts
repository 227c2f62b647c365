import { positionOf, type Position } from '../../eventsourcing/position.js';
import type { Statement } from './postgres-sessions.js';

/** What asks the tables of a copy, on whatever connection. */
export type Ask = (statement: Statement, values: readonly unknown[]) => Promise<unknown[]>;

/** The greatest position that a `bigint` can hold: 2^63 - 1. */
const GREATEST = positionOf(9_223_372_036_854_775_807n);

/** A point of knowledge, which may lie beyond every position there is. */
export const knownUpTo = (position: Position): Position => (position < GREATEST ? position : GREATEST);

/** The driver gives a `bigint` as text: a position may be more than a number of JavaScript can hold. */
export const positionIn = (text: string): Position => positionOf(BigInt(text));

/** No text in PostgreSQL holds U+0000, so nothing has a name that does: it is looked for by a name that nothing has. */
export const asText = (text: string): string => text.replaceAll('\0', '\uFFFE');

/** Rows as one array for each column, as `unnest` takes them. */
export const columnsOf = (rows: readonly (readonly unknown[])[], width: number): unknown[][] =>
  Array.from({ length: width }, (_, column) => rows.map((row) => row[column]));
