import type { ServerWritableStream } from '@grpc/grpc-js';
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import { caughtUp, checkpoint, confirmation, eventResponse, nameOf, type CallError } from './messages.js';
import { filterOf } from './reading.js';
import type { LoggedEvent, ServerLog } from './server-log.js';

/** Events that a server looks at between two checkpoints, unless the subscriber says otherwise. */
const SEARCH_WINDOW = 32;

/** One subscriber: what there is after its place, `caughtUp`, and then what comes. */
export class Subscription {
  readonly #events: () => readonly LoggedEvent[];
  readonly #wanted: (event: LoggedEvent) => boolean;
  /** 0: none, as of one without a filter. */
  readonly #checkpointInterval: number;
  /** Index of the next event to look at. */
  #next: number;
  #looked = 0;
  #stalled = false;
  readonly #stop: () => void;

  /** @throws InvalidPosition */
  constructor(
    private readonly call: ServerWritableStream<ReadReq, ReadResp>,
    options: ReadReq.Options,
    log: ServerLog,
  ) {
    const stream = options.getStream();
    const name = nameOf(stream?.getStreamIdentifier());
    this.#events = stream ? () => log.stream(name) ?? [] : () => log.all;
    this.#wanted = filterOf(options);
    const filter = options.getFilter();
    const window = filter?.hasMax() ? filter.getMax() : SEARCH_WINDOW;
    this.#checkpointInterval = (filter?.getCheckpointintervalmultiplier() ?? 0) * window;
    this.#next = stream ? afterRevision(stream, this.#events().length) : afterPosition(log, options.getAll());
    this.#stop = log.onAppended(() => {
      this.#tell();
    });
    call.on('close', this.#stop).on('cancelled', this.#stop);
    call.write(confirmation());
    const behind = this.#next < this.#events().length;
    this.#tell();
    const last = this.#events().at(-1);
    if (behind && last && this.#checkpointInterval > 0) call.write(checkpoint(last.position));
    call.write(caughtUp());
  }

  /** Tells nothing until `false`; then all that has come. */
  set stalled(stalled: boolean) {
    this.#stalled = stalled;
    this.#tell();
  }

  fail(error: CallError): void {
    this.#stop();
    this.call.emit('error', error);
  }

  #tell(): void {
    const events = this.#events();
    while (!this.#stalled && this.#next < events.length) {
      const event = events[this.#next++];
      if (!event) return;
      if (this.#wanted(event)) this.call.write(eventResponse(event));
      if (++this.#looked === this.#checkpointInterval) {
        this.#looked = 0;
        this.call.write(checkpoint(event.position));
      }
    }
  }
}

function afterRevision(options: ReadReq.Options.StreamOptions, length: number): number {
  if (options.hasEnd()) return length;
  return options.hasStart() ? 0 : Number(options.getRevision()) + 1;
}

function afterPosition(log: ServerLog, options: ReadReq.Options.AllOptions | undefined): number {
  const position = options?.getPosition();
  if (!position) return options?.hasEnd() ? log.all.length : 0;
  const commit = Number(position.getCommitPosition());
  const index = log.readableFrom(commit);
  return log.all[index]?.position === commit ? index + 1 : index;
}
