import streams, { type ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import { nameOf } from './messages.js';
import { ReadError, type LoggedEvent, type ServerLog } from './server-log.js';

/** What a read that ends asks for; nothing when there is no such stream. @throws InvalidPosition, ReadError */
export function eventsRead(log: ServerLog, options: ReadReq.Options): readonly LoggedEvent[] | undefined {
  const count = Number(options.getCount());
  if (count === 0) throw new ReadError();
  const backwards = options.getReadDirection() === streams.ReadReq.Options.ReadDirection.BACKWARDS;
  const ofStream = options.getStream();
  const events = ofStream ? log.stream(nameOf(ofStream.getStreamIdentifier())) : log.all;
  if (!events) return undefined;
  const from = ofStream
    ? revisionFrom(ofStream, backwards, events.length)
    : indexFrom(log, options.getAll(), backwards);
  return backwards ? events.slice(Math.max(0, from - count), from).toReversed() : events.slice(from, from + count);
}

/** Where a read begins; backwards, what is before it. */
function revisionFrom(options: ReadReq.Options.StreamOptions, backwards: boolean, length: number): number {
  if (options.hasEnd() && !backwards) throw new ReadError();
  const revision = options.hasEnd() ? length - 1 : options.hasStart() ? 0 : Number(options.getRevision());
  return backwards ? Math.min(revision + 1, length) : revision;
}

/** Forwards the event at a position is read, backwards it is not. */
function indexFrom(log: ServerLog, options: ReadReq.Options.AllOptions | undefined, backwards: boolean): number {
  const position = options?.getPosition();
  if (!position) return options?.hasEnd() ? log.all.length : 0;
  const [commit, prepare] = [Number(position.getCommitPosition()), Number(position.getPreparePosition())];
  if (prepare > commit || (backwards && commit > log.end)) throw new ReadError();
  return log.readableFrom(commit);
}

/** Which events a subscription to all streams is told of. */
export function filterOf(options: ReadReq.Options): (event: LoggedEvent) => boolean {
  const filter = options.getFilter();
  const expression = filter?.getStreamIdentifier() ?? filter?.getEventType();
  if (!filter || !expression) return () => true;
  const text = filter.hasStreamIdentifier() ? ({ stream }: LoggedEvent) => stream : ({ type }: LoggedEvent) => type;
  const regex = expression.getRegex() === '' ? undefined : new RegExp(expression.getRegex(), 'u');
  const prefixes = expression.getPrefixList();
  return (event) => regex?.test(text(event)) ?? prefixes.some((prefix) => text(event).startsWith(prefix));
}
