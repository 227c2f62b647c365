import type { DomainEvent, StreamEvent } from './event.js';

/**
 * An aggregate as three pure things. `evolve` never fails and never reads a clock; `decide` returns what has happened,
 * returns nothing when there is nothing to record, or throws a `Refusal`.
 */
export interface Decider<Command, State, Event extends DomainEvent> {
  readonly initial: State;
  /** `event` may be of any type found in the stream, also of another context: return the state as it is then. */
  evolve(state: State, event: StreamEvent<Event>): State;
  decide(command: Command, state: State): readonly Event[];
}

export const fold = <State, Event extends DomainEvent>(
  decider: Pick<Decider<never, State, Event>, 'initial' | 'evolve'>,
  events: readonly StreamEvent<Event>[],
): State => events.reduce((state, event) => decider.evolve(state, event), decider.initial);
