import type { Day } from '../calendar/day.js';
import { canonicalJson, type Json } from '../ledger/canonical.js';
import type { Position } from './position.js';

/** What a decider says has happened, before it is recorded. */
export interface DomainEvent<Type extends string = string, Data = unknown> {
  readonly type: Type;
  /** The day from which the fact holds, in the plan's time zone. */
  readonly effectiveOn: Day;
  readonly data: Data;
}

interface Sealed {
  readonly id: string;
  /** The version of the event type's schema that `data` follows, from 1. */
  readonly schemaVersion: number;
  /** A pseudonymous id, never a name. */
  readonly actor: string;
  /** One id for all events of one command; from the caller's `clientMutationId` when there is one. */
  readonly correlationId: string;
  /** The command's own fingerprint: equal for equal input. */
  readonly causationId: string;
}

interface InStream {
  readonly stream: string;
  /** Place in its stream, 0-based. */
  readonly revision: number;
  readonly position: Position;
}

interface Recorded {
  /** Instant of acceptance, ms since 1970 UTC; set by the ledger, never decreasing in position order. */
  readonly recordedAtMs: number;
}

/** A domain event with everything the caller of the ledger supplies. */
export type NewEvent<E extends DomainEvent = DomainEvent> = E extends DomainEvent ? E & Sealed : never;

/** An event as its stream holds it: what a decider decides on. */
export type StreamEvent<E extends DomainEvent = DomainEvent> = E extends DomainEvent ? E & Sealed & InStream : never;

/** An event as the ledger holds it, in its one order. */
export type RecordedEvent<E extends DomainEvent = DomainEvent> = StreamEvent<E> & Recorded;

/** The bytes that make a repeated append "the same": all that the caller supplied except the id. */
export function eventBody(event: NewEvent): string {
  return canonicalJson([
    event.type,
    event.schemaVersion,
    event.effectiveOn,
    event.actor,
    event.correlationId,
    event.causationId,
    event.data as Json,
  ]);
}

/** What `eventBody` was made of. */
export function fromEventBody(body: string): Omit<NewEvent, 'id'> {
  const [type, schemaVersion, effectiveOn, actor, correlationId, causationId, data] = JSON.parse(body) as [
    type: string,
    schemaVersion: number,
    effectiveOn: Day,
    actor: string,
    correlationId: string,
    causationId: string,
    data: unknown,
  ];
  return { type, schemaVersion, effectiveOn, actor, correlationId, causationId, data };
}
