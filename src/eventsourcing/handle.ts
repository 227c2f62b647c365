import { hash } from 'node:crypto';
import { Refusal } from '../problems.js';
import type { Catalogue } from './catalogue.js';
import { fold, type Decider } from './decider.js';
import type { DomainEvent, NewEvent, StreamEvent } from './event.js';
import { StoreError, type EventStore, type Receipt } from './event-store.js';

/** Who sends a command, and how it is told from another. */
export interface Envelope {
  /** Names the command for ever: from the caller's `clientMutationId`, or random. */
  readonly commandId: string;
  /** The name is random: no other command has it. */
  readonly isNew?: boolean;
  /** Equal for equal input: a repetition is answered, another input under the same id is refused. */
  readonly fingerprint: string;
  /** A pseudonymous id. */
  readonly actor: string;
  /** The revision of the object as the caller read it; `undefined`: decide on the newest state. */
  readonly expectedRevision?: number | undefined;
}

/** Events of streams read before that are kept, in all. */
const EVENTS_KEPT = 20_000;

/** The event store together with what may be written into it. */
export class Ledger {
  constructor(
    readonly store: EventStore,
    readonly catalogue: Catalogue,
  ) {}

  readonly #turns = new Map<string, Promise<unknown>>();
  /** The one asked for last stands last. */
  readonly #histories = new Map<string, readonly StreamEvent[]>();
  #kept = 0;

  /** All events of a stream, as the store holds them now. What was read before never changes and is not read again. */
  async history(stream: string): Promise<readonly StreamEvent[]> {
    const before = this.#histories.get(stream) ?? [];
    const news = await this.store.readStream(stream, before.length);
    const history = news.length === 0 ? before : [...before, ...news];
    this.#keep(stream, history);
    return history;
  }

  /** What a decider makes of a stream, as the store holds it now. */
  async state<State, Event extends DomainEvent>(
    decider: Pick<Decider<never, State, Event>, 'initial' | 'evolve'>,
    stream: string,
  ): Promise<State> {
    const history = await this.history(stream);
    return fold(
      decider,
      history.map((event) => this.catalogue.upcast(event) as StreamEvent<Event>),
    );
  }

  #keep(stream: string, history: readonly StreamEvent[]): void {
    this.#kept += history.length - (this.#histories.get(stream)?.length ?? 0);
    this.#histories.delete(stream);
    this.#histories.set(stream, history);
    for (const [oldest, { length }] of this.#histories) {
      if (this.#kept <= EVENTS_KEPT) return;
      this.#histories.delete(oldest);
      this.#kept -= length;
    }
  }

  /** One after the other for a stream: commands of this process never race each other, only those of others. */
  async inTurn<Result>(stream: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.#turns.get(stream);
    const turn = (before ?? Promise.resolve()).then(work, work);
    this.#turns.set(stream, turn);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(stream) === turn) this.#turns.delete(stream);
    }
  }
}

/** Enough for any real contention; beyond it the caller is told of the conflict. */
const ATTEMPTS = 20;

/**
 * One command on one stream: read once, fold, decide, append at the revision read. When another append was first the
 * command is decided again on the newer state, unless the caller named a revision.
 *
 * @throws Refusal from the decider; CONFLICT; IDEMPOTENCY_MISMATCH
 */
export const handle = <Command, State, Event extends DomainEvent>(
  ledger: Ledger,
  decider: Decider<Command, State, Event>,
  stream: string,
  command: Command,
  envelope: Envelope,
): Promise<Receipt> => ledger.inTurn(stream, () => decideAndAppend(ledger, decider, stream, command, envelope));

/**
 * What the command would meet now: nothing is recorded.
 *
 * @throws Refusal as `handle` would
 */
export async function rehearse<Command, State, Event extends DomainEvent>(
  ledger: Ledger,
  decider: Decider<Command, State, Event>,
  stream: string,
  command: Command,
  envelope: Envelope,
): Promise<void> {
  const history = await ledger.history(stream);
  if (!receiptOf(stream, history, envelope)) decideOn(ledger.catalogue, decider, history, command, envelope);
}

async function decideAndAppend<Command, State, Event extends DomainEvent>(
  ledger: Ledger,
  decider: Decider<Command, State, Event>,
  stream: string,
  command: Command,
  envelope: Envelope,
): Promise<Receipt> {
  const { store, catalogue } = ledger;
  for (let attempt = 1; ; attempt++) {
    const history = await ledger.history(stream);
    const repeated = receiptOf(stream, history, envelope);
    if (repeated) return repeated;

    const current = history.length - 1;
    const decided = decideOn(catalogue, decider, history, command, envelope);
    if (decided.length === 0) return emptyReceipt(stream, history);
    try {
      const events = seal(catalogue, decided, envelope);
      return await store.append(stream, current < 0 ? 'no-stream' : current, events, envelope.isNew);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      if (error.code === 'EVENT_ID_REUSED') throw new Refusal('IDEMPOTENCY_MISMATCH', ['input', 'clientMutationId']);
      if (error.code !== 'REVISION_CONFLICT') throw error;
      if (envelope.expectedRevision !== undefined || attempt === ATTEMPTS) {
        throw conflict(typeof error.actual === 'number' ? error.actual : -1);
      }
    }
  }
}

function decideOn<Command, State, Event extends DomainEvent>(
  catalogue: Catalogue,
  decider: Decider<Command, State, Event>,
  history: readonly StreamEvent[],
  command: Command,
  { expectedRevision }: Envelope,
): readonly Event[] {
  const current = history.length - 1;
  if (expectedRevision !== undefined && current >= 0 && expectedRevision !== current) throw conflict(current);
  const events = history.map((event) => catalogue.upcast(event) as StreamEvent<Event>);
  return decider.decide(command, fold(decider, events));
}

const conflict = (current: number): Refusal =>
  new Refusal('CONFLICT', ['input', 'expectedRevision'], `revision ${String(current)}`, current);

/** The first receipt of a command that the stream has seen before. @throws Refusal IDEMPOTENCY_MISMATCH */
export const receiptBefore = async (ledger: Ledger, stream: string, envelope: Envelope): Promise<Receipt | undefined> =>
  receiptOf(stream, await ledger.history(stream), envelope);

function receiptOf(stream: string, history: readonly StreamEvent[], envelope: Envelope): Receipt | undefined {
  const earlier = history.filter((event) => event.correlationId === envelope.commandId);
  const last = earlier.at(-1);
  if (!last) return undefined;
  if (last.causationId !== envelope.fingerprint)
    throw new Refusal('IDEMPOTENCY_MISMATCH', ['input', 'clientMutationId']);
  return { stream, revision: last.revision, position: last.position, eventIds: earlier.map(({ id }) => id) };
}

function emptyReceipt(stream: string, history: readonly StreamEvent[]): Receipt {
  const last = history.at(-1);
  if (!last) throw new Error(`nothing decided on the empty stream ${stream}`);
  return { stream, revision: last.revision, position: last.position, eventIds: [] };
}

function seal(catalogue: Catalogue, decided: readonly DomainEvent[], envelope: Envelope): NewEvent[] {
  return decided.map((event, i) => {
    catalogue.check(event);
    return {
      ...event,
      id: uuidOf(envelope.commandId, String(i)),
      schemaVersion: catalogue.definition(event.type).version,
      actor: envelope.actor,
      correlationId: envelope.commandId,
      causationId: envelope.fingerprint,
    };
  });
}

/** A UUID (RFC 9562 version 8) that depends on nothing but its parts. */
export function uuidOf(...parts: readonly string[]): string {
  const text = parts.map((part) => `${String(Buffer.byteLength(part))}:${part}`).join('');
  const hex = hash('sha256', text, 'hex');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
