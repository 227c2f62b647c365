/** An event as the server keeps it. */
export interface LoggedEvent {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  /** Commit and prepare position are one. */
  readonly position: number;
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
  readonly createdMs: number;
}

export type ProposedEvent = Pick<LoggedEvent, 'id' | 'type' | 'contentType' | 'data' | 'metadata'>;
export type Expected = number | 'no-stream' | 'any' | 'stream-exists';
export type Outcome =
  | { readonly kind: 'written'; readonly revision: number; readonly position: number }
  | { readonly kind: 'wrong-expected-version'; readonly current: number | 'no-stream' };

export class InvalidPosition extends Error {}
export class ReadError extends Error {}

/** Of every record, beside its stream, type and bytes. */
const RECORD_BYTES = 90;

/** The streams of one server, or of the nodes of one cluster, and the one order over them. */
export class ServerLog {
  readonly #events: LoggedEvent[] = [];
  readonly #streams = new Map<string, LoggedEvent[]>();
  /** Where each id was written last. */
  readonly #byId = new Map<string, LoggedEvent>();
  readonly #listeners = new Set<() => void>();
  #end = 548;
  /** ms since 1970 UTC */
  clock: () => number = Date.now;
  /** A system event and a gap in the positions before every append. */
  noisy = false;

  constructor() {
    // What a fresh server holds.
    this.#write('$$$scavenges', [systemEvent('$metadata', { $maxAge: 2_592_000 })]);
  }

  /** What is refused and what is taken as known already is what 24.6.0 refuses and takes: by ids, never by bytes. */
  append(stream: string, expected: Expected, proposed: readonly ProposedEvent[]): Outcome {
    const events = this.#streams.get(stream) ?? [];
    const current = events.length - 1;
    const wrong: Outcome = { kind: 'wrong-expected-version', current: current < 0 ? 'no-stream' : current };
    let known: LoggedEvent[] | undefined;
    if (expected === 'any' || expected === 'stream-exists') {
      if (expected === 'stream-exists' && current < 0) return wrong;
      const found = proposed.map(({ id }) => this.#byId.get(id)).map((each) => (each?.stream === stream ? each : null));
      if (found[0]) {
        known = found.filter((each) => each !== null);
        if (known.length < found.length) return wrong;
      }
    } else {
      const revision = expected === 'no-stream' ? -1 : expected;
      if (revision > current) return wrong;
      if (revision < current) {
        known = events.slice(revision + 1, revision + 1 + proposed.length);
        if (proposed.length === 0 || proposed.some(({ id }, i) => known?.[i]?.id !== id)) return wrong;
      }
    }
    if (!known && this.noisy) this.makeNoise();
    // An append of nothing is a record that no reader sees.
    const { revision, position } = (known ?? this.#write(stream, proposed)).at(-1) ?? {
      revision: current + 1,
      position: this.skip(RECORD_BYTES),
    };
    return { kind: 'written', revision, position };
  }

  /** The stream, or nothing when there is none. */
  stream(name: string): readonly LoggedEvent[] | undefined {
    return this.#streams.get(name);
  }

  get all(): readonly LoggedEvent[] {
    return this.#events;
  }

  /** The first event at or after a position, as an index into `all`. */
  indexOf(position: number): number {
    let [low, high] = [0, this.#events.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#events[middle]?.position ?? 0) < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** As `indexOf`; a position within an event is not one. @throws InvalidPosition */
  readableFrom(position: number): number {
    const index = this.indexOf(position);
    if (position > 0 && position < this.#end && this.#events[index]?.position !== position) throw new InvalidPosition();
    return index;
  }

  /** Where the next event will be, at the earliest. */
  get end(): number {
    return this.#end;
  }

  /** What a server writes of its own accord, and records that no reader sees: positions are passed over. */
  makeNoise(): void {
    this.skip(50 + Math.floor(Math.random() * 500));
    this.#write('$stats-127.0.0.1:2113', [systemEvent('$statsCollected', { 'proc-mem': 1 })]);
    this.skip(50);
  }

  /** Returns where the gap begins. */
  skip(bytes: number): number {
    const start = this.#end;
    this.#end += bytes;
    return start;
  }

  onAppended(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #write(stream: string, proposed: readonly ProposedEvent[]): LoggedEvent[] {
    if (proposed.length === 0) return [];
    const events = this.#streams.get(stream) ?? [];
    this.#streams.set(stream, events);
    const createdMs = this.clock();
    for (const each of proposed) {
      const bytes = Buffer.byteLength(stream + each.type) + each.data.length + each.metadata.length;
      const position = this.skip(RECORD_BYTES + bytes);
      const event: LoggedEvent = { ...each, stream, revision: events.length, position, createdMs };
      events.push(event);
      this.#events.push(event);
      this.#byId.set(event.id, event);
    }
    for (const listener of this.#listeners) listener();
    return events;
  }
}

function systemEvent(type: string, data: object): ProposedEvent {
  return {
    id: crypto.randomUUID(),
    type,
    contentType: 'application/json',
    data: Buffer.from(JSON.stringify(data)),
    metadata: new Uint8Array(),
  };
}
