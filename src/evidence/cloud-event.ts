import { z } from 'zod';
import { isDay } from '../calendar/day.js';
import type { RecordedEvent } from '../eventsourcing/event.js';
import { positionOf } from '../eventsourcing/position.js';
import { base64, fromBase64 } from '../ledger/base64.js';
import { canonicalJson, parseCanonicalJson, type Json } from '../ledger/canonical.js';
import type { Cosignature, EntryKeeping, KeptCheckpoint } from '../ledger/log-store.js';
import { isHashText } from '../ledger/merkle.js';

/** An event of the ledger as others read it. */
export interface ExportedEvent {
  /** The log's origin. */
  readonly origin: string;
  /** Its place in the log. */
  readonly index: number;
  readonly event: RecordedEvent;
  /** What it is about: `measure/1-2-1`. */
  readonly subject: string;
  /** Of the plan's time zone on the day from which it holds: `+09:00`. */
  readonly offset: string;
  /** What keeps the root: what makes the entry of the event, and the head that was signed over all up to here. */
  readonly keeping?: EntryKeeping;
  readonly head?: KeptCheckpoint;
}

export interface Shown {
  /** Whose command it was. */
  readonly withCaller: boolean;
  readonly withData: boolean;
}

const ALL: Shown = { withCaller: true, withData: true };

/**
 * A line of canonical JSON, a CloudEvent 1.0 in its JSON format. `time` is when the fact holds, from the start of that day on;
 * `recordedtime` when the ledger took it. `dataschema` stands for `schemas/events/<type>.v<version>.json`.
 */
export function cloudEventLine(
  { origin, index, event, subject, offset, keeping, head }: ExportedEvent,
  { withCaller, withData }: Shown = ALL,
): string {
  const { id, type, schemaVersion, effectiveOn, stream, revision, recordedAtMs, data } = event;
  const { actor, correlationId: correlationid, causationId: causationid } = event;
  const attributes = {
    specversion: '1.0',
    id,
    source: encodeURI(origin),
    type,
    subject,
    time: `${effectiveOn}T00:00:00${offset}`,
    recordedtime: new Date(recordedAtMs).toISOString(),
    sequence: String(index).padStart(SEQUENCE_DIGITS, '0'),
    stream,
    revision,
    schemaversion: schemaVersion,
    ...(withCaller && { actor, correlationid, causationid }),
    ...(withData && {
      datacontenttype: 'application/json',
      dataschema: `urn:daicho:event:${type}:v${String(schemaVersion)}`,
      data: data as Json,
    }),
    ...(keeping?.secret && { secret: base64(keeping.secret) }),
    ...(keeping?.commitments && {
      callercommitment: keeping.commitments.caller,
      datacommitment: keeping.commitments.data.commitment,
      datalength: keeping.commitments.data.length,
    }),
    ...(head && {
      // No attribute may hold a newline.
      checkpoint: base64(Buffer.from(head.note)),
      checkpointkey: head.vkey,
      checkpointtime: new Date(head.signedAtMs).toISOString(),
      ...(head.cosignatures.length > 0 && { checkpointwitnesses: head.cosignatures.map(({ vkey }) => vkey).join(' ') }),
    }),
  };
  return `${canonicalJson(attributes)}\n`;
}

const SEQUENCE_DIGITS = 20;
const SECRET_BYTES = 32;

const instant = z.iso.datetime({ precision: 3 });
const text = z.string().min(1);
const bytes = z.string().refine((encoded) => fromBase64(encoded) !== undefined);

const hash = z.string().refine(isHashText);

/** All that an export with everything says. */
const shape = z.strictObject({
  specversion: z.literal('1.0'),
  id: text,
  source: text,
  type: text,
  subject: text,
  time: z.string().regex(/^\d{4}-\d\d-\d\dT00:00:00[+-]\d\d:\d\d$/),
  recordedtime: instant,
  sequence: z.string().regex(/^\d{20}$/),
  stream: text,
  revision: z.int().nonnegative(),
  schemaversion: z.int().positive(),
  actor: text,
  correlationid: text,
  causationid: text,
  datacontenttype: text,
  dataschema: text,
  data: z.record(z.string(), z.unknown()),
  secret: bytes.refine((encoded) => fromBase64(encoded)?.length === SECRET_BYTES).optional(),
  callercommitment: hash.optional(),
  datacommitment: hash.optional(),
  datalength: z.int().nonnegative().optional(),
  checkpoint: bytes.optional(),
  checkpointkey: text.optional(),
  checkpointtime: instant.optional(),
  /** Verifier keys of those whose signatures are the last lines of the head, in their order. */
  checkpointwitnesses: text.optional(),
});

/** The first attribute that is not as an export writes it; `line`: the line is none. */
export interface Fault {
  readonly fault: string;
}

/** The event of a line without its newline: one from which this very line would be written. */
export function parseCloudEventLine(line: string): ExportedEvent | Fault {
  const said = parseCanonicalJson(line);
  const read = shape.safeParse(said);
  if (!read.success) return { fault: String(said === undefined ? 'line' : (read.error.issues[0]?.path[0] ?? 'line')) };
  const { id, source, type, subject, time, stream, revision, actor, data } = read.data;
  const { recordedtime, sequence, schemaversion, correlationid, causationid } = read.data;
  const { checkpoint, checkpointkey, checkpointtime, checkpointwitnesses } = read.data;
  const index = Number(sequence);
  const effectiveOn = time.slice(0, DAY_LENGTH);
  if (!isDay(effectiveOn)) return { fault: 'time' };
  const note = checkpoint === undefined ? undefined : Buffer.from(checkpoint, 'base64').toString();
  const exported: ExportedEvent = {
    origin: decoded(source),
    index,
    event: {
      ...{ id, type, stream, revision, effectiveOn, actor, data },
      schemaVersion: schemaversion,
      recordedAtMs: Date.parse(recordedtime),
      correlationId: correlationid,
      causationId: causationid,
      position: positionOf(index + 1),
    },
    subject,
    offset: time.slice(-OFFSET_LENGTH),
    ...keepingIn(read.data),
    ...(note !== undefined &&
      checkpointkey !== undefined &&
      checkpointtime !== undefined && {
        head: {
          ...{ size: index + 1, note, vkey: checkpointkey, signedAtMs: Date.parse(checkpointtime) },
          cosignatures: cosignaturesIn(note, checkpointwitnesses?.split(' ') ?? []),
        },
      }),
  };
  const again = parseCanonicalJson(cloudEventLine(exported).trimEnd());
  const fault = firstDifference(said as Record<string, unknown>, again as Record<string, unknown>);
  return fault === undefined ? exported : { fault };
}

/** The last lines of a note are those of these witnesses. */
function cosignaturesIn(note: string, vkeys: readonly string[]): Cosignature[] {
  const lines = note.split(/(?<=\n)/).slice(-vkeys.length);
  return vkeys.map((vkey, i) => ({ vkey, line: lines[i] ?? '' }));
}

function keepingIn({
  secret,
  callercommitment: caller,
  datacommitment: commitment,
  datalength: length,
}: z.output<typeof shape>): Pick<ExportedEvent, 'keeping'> {
  if (secret !== undefined) return { keeping: { secret: Buffer.from(secret, 'base64') } };
  if (caller === undefined || commitment === undefined || length === undefined) return {};
  return { keeping: { commitments: { caller, data: { commitment, length } } } };
}

const DAY_LENGTH = 'YYYY-MM-DD'.length;
const OFFSET_LENGTH = '+09:00'.length;

function decoded(source: string): string {
  try {
    return decodeURI(source);
  } catch {
    return source;
  }
}

const firstDifference = (a: Record<string, unknown>, b: Record<string, unknown>): string | undefined =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])].find((name) => name !== 'data' && a[name] !== b[name]);
