import { Metadata, status } from '@grpc/grpc-js';
import codes, { type Code } from '@eventstore/db-client/generated/code_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import rpc from '@eventstore/db-client/generated/status_pb.js';
import streams, {
  type AppendReq,
  type AppendResp,
  type BatchAppendReq,
  type BatchAppendResp,
  type ReadResp,
} from '@eventstore/db-client/generated/streams_pb.js';
import type { Message } from 'google-protobuf';
import protobuf from 'google-protobuf/google/protobuf/any_pb.js';
import type { Endpoint } from './faults.js';
import { InvalidPosition, type Expected, type LoggedEvent, type Outcome, type ProposedEvent } from './server-log.js';

// The words of the protocol: what the server understands, and how it answers.

const TICKS_PER_MS = 10_000n;
const NOTHING = new shared.Empty();

/** What ends a call. */
export interface CallError {
  readonly code: status;
  readonly details: string;
  readonly metadata?: Metadata;
}

export const nameOf = (identifier: { getStreamName_asU8(): Uint8Array } | undefined): string =>
  Buffer.from(identifier?.getStreamName_asU8() ?? []).toString();

export function proposedEvent(message: AppendReq.ProposedMessage | BatchAppendReq.ProposedMessage): ProposedEvent {
  const metadata = message.getMetadataMap();
  return {
    id: message.getId()?.getString().toLowerCase() ?? '',
    type: metadata.get('type') ?? '',
    contentType: metadata.get('content-type') ?? '',
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
}

export function expectedBy(options: AppendReq.Options | BatchAppendReq.Options): Expected {
  if (options.hasNoStream()) return 'no-stream';
  if (options.hasAny()) return 'any';
  if (options.hasStreamExists()) return 'stream-exists';
  return Number('getRevision' in options ? options.getRevision() : options.getStreamPosition());
}

export function appendResponse(expected: Expected, outcome: Outcome): AppendResp {
  if (outcome.kind === 'written') {
    const success = new streams.AppendResp.Success()
      .setCurrentRevision(String(outcome.revision))
      .setPosition(at(new streams.AppendResp.Position(), outcome.position));
    return new streams.AppendResp().setSuccess(success);
  }
  const wrong = new streams.AppendResp.WrongExpectedVersion();
  if (outcome.current === 'no-stream') wrong.setCurrentNoStream(NOTHING);
  else wrong.setCurrentRevision(String(outcome.current));
  if (typeof expected === 'number') wrong.setExpectedRevision(String(expected));
  else tellExpected(wrong, expected);
  return new streams.AppendResp().setWrongExpectedVersion(wrong);
}

export function batchAppendResponse(expected: Expected, outcome: Outcome): BatchAppendResp {
  if (outcome.kind === 'written') {
    const success = new streams.BatchAppendResp.Success()
      .setCurrentRevision(String(outcome.revision))
      .setPosition(at(new shared.AllStreamPosition(), outcome.position));
    return new streams.BatchAppendResp().setSuccess(success);
  }
  const wrong = new shared.WrongExpectedVersion();
  if (outcome.current === 'no-stream') wrong.setCurrentNoStream(NOTHING);
  else wrong.setCurrentStreamRevision(String(outcome.current));
  if (typeof expected === 'number') wrong.setExpectedStreamPosition(String(expected));
  else tellExpected(wrong, expected);
  return batchAppendError(codes.Code.ALREADY_EXISTS, 'WrongExpectedVersion', wrong);
}

export const batchAppendTimeout = (): BatchAppendResp =>
  batchAppendError(codes.Code.DEADLINE_EXCEEDED, 'Timeout', new shared.Timeout());

export const batchAppendTooLarge = (limit: number): BatchAppendResp =>
  batchAppendError(
    codes.Code.INVALID_ARGUMENT,
    'MaximumAppendSizeExceeded',
    new shared.MaximumAppendSizeExceeded().setMaxappendsize(limit),
  );

export const appendTimeout = (): CallError => ({ code: status.ABORTED, details: 'Operation timed out: Commit phase' });

export const appendTooLarge = (limit: number): CallError => ({
  code: status.INVALID_ARGUMENT,
  details: `Maximum Append Size of ${String(limit)} Exceeded.`,
  metadata: trailers({ exception: 'maximum-append-size-exceeded', 'maximum-append-size': String(limit) }),
});

export const notLeader = (leader: Endpoint): CallError => ({
  code: status.NOT_FOUND,
  details: 'Leader info available',
  metadata: trailers({
    exception: 'not-leader',
    'leader-endpoint-host': leader.host,
    'leader-endpoint-port': String(leader.port),
  }),
});

export const unavailable = (): CallError => ({ code: status.UNAVAILABLE, details: 'Server Is Not Ready' });

export const unauthenticated = (): CallError => ({ code: status.UNAUTHENTICATED, details: 'Unauthenticated' });

/** A subscription tells an invalid position from other faults, a read does not. */
export function readError(error: unknown, ofWhat: 'Stream' | 'All' | 'subscription'): CallError {
  const invalid = error instanceof InvalidPosition;
  if (ofWhat === 'subscription' && invalid) {
    return { code: status.INVALID_ARGUMENT, details: 'Trying to read from an invalid position.' };
  }
  return { code: status.UNKNOWN, details: `Unexpected Read${ofWhat}Result: ${invalid ? 'InvalidPosition' : 'Error'}` };
}

export function eventResponse(event: LoggedEvent): ReadResp {
  const recorded = at(new streams.ReadResp.ReadEvent.RecordedEvent(), event.position)
    .setId(new shared.UUID().setString(event.id))
    .setStreamIdentifier(identifier(event.stream))
    .setStreamRevision(String(event.revision))
    .setData(event.data)
    .setCustomMetadata(event.metadata);
  recorded
    .getMetadataMap()
    .set('type', event.type)
    .set('content-type', event.contentType)
    .set('created', String(BigInt(event.createdMs) * TICKS_PER_MS));
  const read = new streams.ReadResp.ReadEvent().setEvent(recorded).setCommitPosition(String(event.position));
  return new streams.ReadResp().setEvent(read);
}

export const streamNotFound = (stream: string): ReadResp =>
  new streams.ReadResp().setStreamNotFound(
    new streams.ReadResp.StreamNotFound().setStreamIdentifier(identifier(stream)),
  );

export const confirmation = (): ReadResp =>
  new streams.ReadResp().setConfirmation(
    new streams.ReadResp.SubscriptionConfirmation().setSubscriptionId(crypto.randomUUID()),
  );

export const caughtUp = (): ReadResp => new streams.ReadResp().setCaughtUp(new streams.ReadResp.CaughtUp());

export const checkpoint = (position: number): ReadResp =>
  new streams.ReadResp().setCheckpoint(at(new streams.ReadResp.Checkpoint(), position));

export const identifier = (stream: string): InstanceType<typeof shared.StreamIdentifier> =>
  new shared.StreamIdentifier().setStreamName(Buffer.from(stream));

function at<Placed extends { setCommitPosition(value: string): Placed; setPreparePosition(value: string): Placed }>(
  message: Placed,
  position: number,
): Placed {
  return message.setCommitPosition(String(position)).setPreparePosition(String(position));
}

function tellExpected(
  wrong: InstanceType<typeof shared.WrongExpectedVersion> | AppendResp.WrongExpectedVersion,
  expected: Exclude<Expected, number>,
): void {
  if (expected === 'no-stream') wrong.setExpectedNoStream(NOTHING);
  else if (expected === 'any') wrong.setExpectedAny(NOTHING);
  else wrong.setExpectedStreamExists(NOTHING);
}

function batchAppendError(code: Code, name: string, detail: Message): BatchAppendResp {
  const details = new protobuf.Any();
  details.pack(detail.serializeBinary(), `event_store.client.${name}`);
  const error = new rpc.Status().setCode(code).setMessage(name).setDetails(details);
  return new streams.BatchAppendResp().setError(error);
}

function trailers(entries: Record<string, string>): Metadata {
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(entries)) metadata.set(key, value);
  return metadata;
}
