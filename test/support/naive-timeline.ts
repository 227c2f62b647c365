import type { Projected } from '../../src/eventsourcing/catalogue.js';
import type { Json } from '../../src/ledger/canonical.js';

interface Said {
  readonly eventId: string;
  readonly revision: number;
  readonly stream: string;
  readonly subject: string;
  readonly attribute: string;
  readonly effectiveFrom: string;
  readonly value: Json;
}

export interface NaiveAnswer {
  readonly eventId: string;
  readonly effectiveFrom: string;
  readonly value: Json;
}

/**
 * The oracle: replays all events up to a position, one after the other, as somebody with pencil and eraser would, and
 * looks at what is left. Knows nothing of the timeline's tables.
 */
export class NaiveTimeline {
  readonly #left: Said[] = [];

  constructor(events: readonly Projected[], known: string) {
    for (const { event, assertions, supersedes } of events) {
      if (event.position > known) break;
      if (supersedes) {
        const erased = this.#left.findIndex(
          (said) =>
            said.stream === event.stream &&
            said.revision === supersedes.entry.revision &&
            said.attribute === supersedes.attribute,
        );
        if (erased >= 0) this.#left.splice(erased, 1);
      }
      for (const { subject, attribute, effectiveFrom, value } of assertions) {
        const { id: eventId, revision, stream } = event;
        this.#left.push({ eventId, revision, stream, subject, attribute, effectiveFrom, value });
      }
    }
  }

  answer(subject: string, attribute: string, day: string): NaiveAnswer | undefined {
    let best: Said | undefined;
    for (const said of this.#left) {
      if (said.subject !== subject || said.attribute !== attribute || said.effectiveFrom > day) continue;
      if (!best || said.effectiveFrom >= best.effectiveFrom) best = said;
    }
    return best && { eventId: best.eventId, effectiveFrom: best.effectiveFrom, value: best.value };
  }

  /** Every attribute that has an answer on a day, as `subject attribute`. */
  attributes(day: string): Set<string> {
    return new Set(
      this.#left.filter((said) => said.effectiveFrom <= day).map(({ subject, attribute }) => `${subject} ${attribute}`),
    );
  }
}
