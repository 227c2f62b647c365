import type { Place } from './event-store.js';

export interface OutgoingMessage {
  /** The name of whoever it is for. */
  readonly endpoint: string;
  /** One endpoint is sent it once under this id. */
  readonly id: string;
  readonly type: string;
  /** As it is sent, to the byte, each time. */
  readonly body: string;
}

/** `failed`: given up after the last attempt. */
export type Standing = 'pending' | 'delivered' | 'failed';

/** How far the delivery of a message is. */
export interface Progress {
  readonly standing: Standing;
  readonly attempts: number;
  /** When it is tried next, ms since 1970 UTC. */
  readonly dueMs: number;
  /** Why the last attempt failed. */
  readonly error?: string | undefined;
}

export type Delivery = OutgoingMessage & Progress;

/**
 * Messages to be sent elsewhere, kept until they are delivered, beside the views and of no event. Messages and the place up to
 * which the ledger has been read for them are written together, so none is lost with a process, and none made twice.
 */
export abstract class Outbox {
  /** Up to where the ledger has been read; `undefined`: never. */
  abstract readTo(): Promise<Place | undefined>;
  /** Adds those that are not there yet, and moves the place: both or neither. @param nowMs when they are due */
  abstract add(messages: readonly OutgoingMessage[], readTo: Place, nowMs: number): Promise<void>;
  /** Pending messages that are due by then, the one due first first. */
  abstract due(endpoint: string, nowMs: number, limit: number): Promise<Delivery[]>;
  /** Of one that is delivered the body is forgotten. */
  abstract settle(message: Pick<Delivery, 'endpoint' | 'id'>, progress: Progress): Promise<void>;
  /** Makes what was given up pending again, as if never tried. Returns how many. */
  abstract retry(endpoint: string, nowMs: number): Promise<number>;
  abstract counts(): Promise<{ readonly endpoint: string; readonly standing: Standing; readonly count: number }[]>;
  /** Pending ones that have failed before, and those given up, by endpoint, the one due first first. */
  abstract troubled(limit: number): Promise<Delivery[]>;
  abstract close(): Promise<void>;
}
