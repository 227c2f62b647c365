import { jsonEvent, type AllStreamRecordedEvent, type EventData, type JSONType } from '@eventstore/db-client';
import { fromEventBody, type StreamEvent } from '../../eventsourcing/event.js';
import { StoreError } from '../../eventsourcing/event-store.js';
import { uuidOf } from '../../eventsourcing/handle.js';
import { positionOf, type Position } from '../../eventsourcing/position.js';

/** A place in the server's log. Commit and prepare are one for all that is appended over gRPC. */
export interface LogPosition {
  readonly commit: bigint;
  readonly prepare: bigint;
}

/** An event as the server holds it. */
export type Record = Omit<AllStreamRecordedEvent, 'position'> & { readonly position: LogPosition };

/** What an event carries beside its type and data; the names with `$` are those that the server's own tools know. */
interface Metadata {
  readonly $correlationId: string;
  readonly $causationId: string;
  readonly id: string;
  readonly schemaVersion: number;
  readonly effectiveOn: string;
  readonly actor: string;
  /** By the writer's clock; what the ledger says is the greatest so far, in its order. */
  readonly recordedAtMs: number;
}

/**
 * The server takes an append for a repetition when the ids are the same and never looks at the bytes. So the id that it
 * is given depends on the bytes, and ours travels in the metadata.
 *
 * @param body `eventBody` of the event, which it is made of again: later changes of the caller's objects do not matter
 */
export function toStored(id: string, body: string, recordedAtMs: number): EventData {
  const { type, data, schemaVersion, effectiveOn, actor, correlationId, causationId } = fromEventBody(body);
  const metadata: Metadata = {
    $correlationId: correlationId,
    $causationId: causationId,
    id,
    schemaVersion,
    effectiveOn,
    actor,
    recordedAtMs,
  };
  return jsonEvent({ id: uuidOf(id, body), type, data: data as JSONType, metadata });
}

/** An event of the ledger, with the time of recording by its writer's clock. */
export interface Stored {
  readonly event: StreamEvent;
  readonly recordedAtMs: number;
}

/** Whether Daicho has written it. */
export const isStored = ({ metadata }: Record): boolean => isMetadata(metadata);

/** @throws StoreError FOREIGN_EVENT */
export function fromStored(stream: string, { revision, type, data, metadata, position }: Record): Stored {
  if (!isMetadata(metadata)) {
    throw new StoreError(
      'FOREIGN_EVENT',
      `位置 ${keyOf(position)}、台帳のストリーム ${stream} ${String(revision)} の ${type} は台帳が記録したものではありません。だれが書き込んだかを調べてください / ` +
        `${type} at ${keyOf(position)} stands in a stream of the ledger and was not recorded by it: find out who wrote it`,
    );
  }
  const { $correlationId, $causationId, id, schemaVersion, effectiveOn, actor, recordedAtMs } = metadata;
  const event: StreamEvent = {
    id,
    stream,
    revision: Number(revision),
    position: keyOf(position),
    type,
    schemaVersion,
    effectiveOn,
    actor,
    correlationId: $correlationId,
    causationId: $causationId,
    data,
  };
  return { event, recordedAtMs };
}

export const keyOf = ({ commit }: { readonly commit: bigint }): Position => positionOf(commit);

export const logPositionOf = (position: Position): LogPosition => ({
  commit: BigInt(position),
  prepare: BigInt(position),
});

function isMetadata(value: unknown): value is Metadata {
  if (typeof value !== 'object' || value === null) return false;
  const { $correlationId, $causationId, id, schemaVersion, effectiveOn, actor, recordedAtMs } = value as Partial<{
    [Name in keyof Metadata]: unknown;
  }>;
  return (
    [$correlationId, $causationId, id, effectiveOn, actor].every((text) => typeof text === 'string') &&
    [schemaVersion, recordedAtMs].every((number) => Number.isSafeInteger(number))
  );
}
