import { createHmac } from 'node:crypto';
import { canonicalJson, parseCanonicalJson, type Json } from './canonical.js';
import { hex, isHashText, leafHash, sha256, type Hash } from './merkle.js';

/** What the log knows of an event: what an entry is made of. */
export interface LoggedEvent {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly schemaVersion: number;
  /** Milliseconds since 1970, UTC. */
  readonly recordedAtMs: number;
  readonly effectiveOn: string;
  readonly actor: string;
  readonly causationId: string;
  readonly correlationId: string;
  readonly data: Json;
}

/** An entry of the log. Its canonical bytes are the leaf; what they say is closed: strings and safe integers. */
export interface Entry {
  readonly v: 1;
  /** The log's origin. */
  readonly ledger: string;
  /** Dense, 0-based: the place in the log. */
  readonly index: number;
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly schemaVersion: number;
  /** RFC 3339, UTC, always with milliseconds. */
  readonly recordedAt: string;
  readonly effectiveOn: string;
  /** Commitment, 64 hex digits. */
  readonly caller: string;
  /** Commitment, 64 hex digits, and the length of the payload's canonical bytes. */
  readonly data: { readonly commitment: string; readonly length: number };
}

/** What opens a commitment: 32 bytes as hex, and the value. */
export interface Opening {
  readonly salt: string;
  readonly value: Json;
}

/** An entry with what it commits to, as far as that is shown. */
export interface OpenedEntry {
  readonly entry: Entry;
  readonly caller?: Opening;
  readonly data?: Opening;
}

/** What a commitment is about: part of what is hashed, so that none passes for another. */
type Part = 'caller' | 'data';

/** The salt of each part comes from the entry's one secret: who destroys that, closes both for ever. */
const saltOf = (secret: Uint8Array, part: Part): Buffer =>
  createHmac('sha256', secret).update(`daicho/salt/${part}/v1`).digest();

const commitment = (salt: Uint8Array, part: Part, canonical: string): string =>
  hex(sha256(Buffer.from(`daicho/commitment/${part}/v1\0`), salt, Buffer.from(canonical)));

/** What an entry holds in place of caller and payload. */
export type Commitments = Pick<Entry, 'caller' | 'data'>;

/** Whose command it was is committed to like the payload, so that a leaf names nobody. */
const callerOf = ({ actor, causationId, correlationId }: LoggedEvent): Json => ({ actor, causationId, correlationId });

/** @param secret 32 bytes, kept for as long as the event may be shown */
export function commitmentsOf(event: LoggedEvent, secret: Uint8Array): Commitments {
  const data = canonicalJson(event.data);
  return {
    caller: commitment(saltOf(secret, 'caller'), 'caller', canonicalJson(callerOf(event))),
    data: { commitment: commitment(saltOf(secret, 'data'), 'data', data), length: Buffer.byteLength(data) },
  };
}

/** The entry of an event. */
export function entryOf(event: LoggedEvent, index: number, ledger: string, { caller, data }: Commitments): Entry {
  return {
    v: 1,
    ledger,
    index,
    id: event.id,
    stream: event.stream,
    revision: event.revision,
    type: event.type,
    schemaVersion: event.schemaVersion,
    recordedAt: new Date(event.recordedAtMs).toISOString(),
    effectiveOn: event.effectiveOn,
    caller,
    data,
  };
}

/** The bytes that the log holds. */
export const entryBytes = (entry: Entry): Uint8Array => Buffer.from(canonicalJson({ ...entry }));

export const leafOf = (entry: Entry): Hash => leafHash(entryBytes(entry));

/** An entry opened: the payload, and for those who may know it whose command it was. */
export function openEntry(entry: Entry, event: LoggedEvent, secret: Uint8Array, withCaller: boolean): OpenedEntry {
  return {
    entry,
    ...(withCaller && { caller: { salt: hex(saltOf(secret, 'caller')), value: callerOf(event) } }),
    data: { salt: hex(saltOf(secret, 'data')), value: event.data },
  };
}

/** The first part whose opening is not what the entry commits to. */
export function falseOpeningIn({ entry, caller, data }: OpenedEntry): Part | undefined {
  if (caller && !opens(caller, 'caller', entry.caller)) return 'caller';
  if (data && !opens(data, 'data', entry.data.commitment, entry.data.length)) return 'data';
  return undefined;
}

function opens({ salt, value }: Opening, part: Part, committed: string, length?: number): boolean {
  const canonical = canonicalJson(value);
  if (length !== undefined && Buffer.byteLength(canonical) !== length) return false;
  return commitment(Buffer.from(salt, 'hex'), part, canonical) === committed;
}

const isText = (value: unknown): boolean => typeof value === 'string' && value.length > 0;
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isInstant = (value: unknown): boolean =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value);
const isDay = (value: unknown): boolean => typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value);

type Shape<Type> = { readonly [Name in keyof Required<Type>]: (value: unknown) => boolean };

/** These fields, each of its form, and no others. */
export const isShaped =
  <Type extends object>(shape: Shape<Type>, optional: readonly (keyof Type)[] = []) =>
  (value: unknown): value is Type =>
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).every((name) => Object.hasOwn(shape, name)) &&
    (Object.entries(shape) as [keyof Type, (value: unknown) => boolean][]).every(([name, is]) =>
      Object.hasOwn(value, name) ? is((value as Type)[name]) : optional.includes(name),
    );

export const isEntry = isShaped<Entry>({
  v: (value) => value === 1,
  ledger: isText,
  index: isCount,
  id: isText,
  stream: isText,
  revision: isCount,
  type: isText,
  schemaVersion: isCount,
  recordedAt: isInstant,
  effectiveOn: isDay,
  caller: isHashText,
  data: isShaped<Entry['data']>({ commitment: isHashText, length: isCount }),
});

const isOpening = isShaped<Opening>({ salt: isHashText, value: () => true });

export const isOpenedEntry = isShaped<OpenedEntry>({ entry: isEntry, caller: isOpening, data: isOpening }, [
  'caller',
  'data',
]);

/** An opened entry from its canonical text; undefined when it is anything else. */
export function parseOpenedEntry(text: string): OpenedEntry | undefined {
  const value = parseCanonicalJson(text);
  return isOpenedEntry(value) ? value : undefined;
}
