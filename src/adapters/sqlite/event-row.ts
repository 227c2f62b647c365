import { hash } from 'node:crypto';
import { fromEventBody, type StreamEvent } from '../../eventsourcing/event.js';
import { positionOf } from '../../eventsourcing/position.js';

/** A row of the table `event`, in the order of `COLUMNS`; the digest where it was asked for. */
export type EventRow = readonly [
  position: number,
  previous: number,
  revision: number,
  recordedAtMs: number,
  stream: string,
  id: string,
  body: string,
  digest?: string,
];

export const COLUMNS = 'position, previous, revision, recorded_at, stream, id, body';
export const COLUMNS_AND_DIGEST = `${COLUMNS}, digest`;

/** SHA-256 over everything in the row, base64url: a bit flipped anywhere in it shows. */
export const digestOf = ([position, previous, revision, recordedAtMs, stream, id, body]: EventRow): string =>
  hash(
    'sha256',
    `${String(position)}\n${String(previous)}\n${String(revision)}\n${String(recordedAtMs)}\n${id}\n${stream}\n${body}`,
    'base64url',
  );

/** @throws SyntaxError, TypeError for a body that is none */
export function eventOf([position, , revision, , stream, id, body]: EventRow): StreamEvent {
  const { type, schemaVersion, effectiveOn, actor, correlationId, causationId, data } = fromEventBody(body);
  return {
    id,
    stream,
    revision,
    position: positionOf(position),
    type,
    schemaVersion,
    effectiveOn,
    actor,
    correlationId,
    causationId,
    data,
  };
}
