import { createHmac, hash } from 'node:crypto';
import { canonicalJson, type Json } from './canonical.js';
import { hex, isHashText, leafHash, type Hash } from './merkle.js';

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

const TAGS: Readonly<Record<Part, Buffer>> = {
  caller: Buffer.from('daicho/commitment/caller/v1\0'),
  data: Buffer.from('daicho/commitment/data/v1\0'),
};

const commitment = (salt: Uint8Array, part: Part, canonical: Uint8Array): string =>
  hash('sha256', Buffer.concat([TAGS[part], salt, canonical]), 'hex');

/** What an entry holds in place of caller and payload. */
export type Commitments = Pick<Entry, 'caller' | 'data'>;

/** Whose command it was is committed to like the payload, so that a leaf names nobody. */
const callerOf = ({ actor, causationId, correlationId }: LoggedEvent): Json => ({ actor, causationId, correlationId });

/** @param secret 32 bytes, kept for as long as the event may be shown */
export function commitmentsOf(event: LoggedEvent, secret: Uint8Array): Commitments {
  const caller = Buffer.from(canonicalJson(callerOf(event)));
  const data = Buffer.from(canonicalJson(event.data));
  return {
    caller: commitment(saltOf(secret, 'caller'), 'caller', caller),
    data: { commitment: commitment(saltOf(secret, 'data'), 'data', data), length: data.length },
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

/** What of an opened entry is hashed: the canonical texts of the entry and of the values of its openings; '' of none. */
export type EntryTexts = Readonly<Record<'entry' | Part, string>>;

/** @throws CanonicalError */
const textsOf = ({ entry, caller, data }: OpenedEntry): EntryTexts => ({
  entry: canonicalJson({ ...entry }),
  caller: caller ? canonicalJson(caller.value) : '',
  data: data ? canonicalJson(data.value) : '',
});

/** The first part whose opening is not what the entry commits to. */
export function falseOpeningIn({ entry, caller, data }: OpenedEntry, texts: EntryTexts): Part | undefined {
  if (caller && commitment(Buffer.from(caller.salt, 'hex'), 'caller', Buffer.from(texts.caller)) !== entry.caller)
    return 'caller';
  const bytes = Buffer.from(texts.data);
  if (data && bytes.length !== entry.data.length) return 'data';
  if (data && commitment(Buffer.from(data.salt, 'hex'), 'data', bytes) !== entry.data.commitment) return 'data';
  return undefined;
}

const isText = (value: unknown): boolean => typeof value === 'string' && value.length > 0;
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isInstant = (value: unknown): boolean =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value);
const isDay = (value: unknown): boolean => typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value);

type Shape<Type> = { readonly [Name in keyof Required<Type>]: (value: unknown) => boolean };

/** These fields, each of its form, and no others. */
export function isShaped<Type extends object>(shape: Shape<Type>, optional: readonly (keyof Type)[] = []) {
  const fields = Object.entries(shape) as [keyof Type, (value: unknown) => boolean][];
  return (value: unknown): value is Type => {
    // Of what is no object there are no fields.
    const said = Object(value) as Type;
    return (
      Object.keys(said).every((name) => Object.hasOwn(shape, name)) &&
      fields.every(([name, is]) => (Object.hasOwn(said, name) ? is(said[name]) : optional.includes(name)))
    );
  };
}

const isEntry = isShaped<Entry>({
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

const opened: Shape<OpenedEntry> = { entry: isEntry, caller: isOpening, data: isOpening };

/** An opened entry, and beside it these fields. */
export const isOpenedWith = <Type extends OpenedEntry>(more: Omit<Shape<Type>, keyof OpenedEntry>) =>
  isShaped<Type>({ ...opened, ...more } as Shape<Type>, ['caller', 'data']);

const isOpenedEntry = isOpenedWith<OpenedEntry>({});

/**
 * The texts of an opened entry that was read from `text`, where more members may follow, of which `rest` is the canonical
 * text; undefined when `text` is not its canonical text. Each part is written once, to be compared and to be hashed.
 *
 * @throws CanonicalError
 */
export function readTexts(text: string, opened: OpenedEntry, rest = ''): EntryTexts | undefined {
  const texts = textsOf(opened);
  const opening = (part: Part): string =>
    opened[part] ? `"${part}":{"salt":"${opened[part].salt}","value":${texts[part]}},` : '';
  return text === `{${opening('caller')}${opening('data')}"entry":${texts.entry}${rest}}` ? texts : undefined;
}

/** An opened entry from its canonical text; undefined when it is anything else. */
export function parseOpenedEntry(text: string): (OpenedEntry & { readonly texts: EntryTexts }) | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const texts = isOpenedEntry(value) ? readTexts(text, value) : undefined;
    return texts && { ...(value as OpenedEntry), texts };
  } catch {
    return undefined;
  }
}
