import type { Day } from '../calendar/day.js';
import type { Json } from '../ledger/canonical.js';
import type { Position } from './position.js';

/** What one event says about one attribute of one subject from one day on. */
export interface Assertion {
  /** What the subject belongs to: the plan's key. */
  readonly scope: string;
  /** `plan`, `goal/1`, `policy/1-1`, `measure/1-2-1`, `kpi/online-procedures` */
  readonly subject: string;
  /** `title`, `status`, `reading/2025`, … ; where a subject has many entries of one kind, each is an attribute. */
  readonly attribute: string;
  readonly effectiveFrom: Day;
  readonly value: Json;
}

/** An assertion as the timeline knows it. */
export interface Fact<Value = Json> {
  readonly subject: string;
  readonly attribute: string;
  readonly effectiveFrom: Day;
  readonly value: Value;
  /** Of the event that said it. */
  readonly position: Position;
  readonly recordedAtMs: number;
  readonly eventId: string;
}

export interface HistoricFact extends Fact {
  /** Position of the event that corrected or withdrew it, if any. */
  readonly supersededAt?: Position;
}

/** A point on both time axes: effective on a day, known at a position. */
export interface Point {
  readonly day: Day;
  readonly position: Position;
}

/** One question to the timeline: what is this attribute of this subject at that point? */
export interface Question extends Point {
  readonly scope: string;
  readonly subject: string;
  readonly attribute: string;
}

/**
 * The read model behind every current, as-of, diff and history question:
 *
 * > value(subject, attribute, day, p) = among assertions with position ≤ p that were not superseded at or before p,
 * > and effectiveFrom ≤ day, the one with the greatest effectiveFrom; ties by the greatest position.
 *
 * Absence is "no data", never a default.
 */
export interface Timeline {
  /** Everything visible of a scope at a point, or of one subject of it. */
  facts(scope: string, at: Point, subject?: string): Promise<Facts>;
  /** Answers in the order of the questions. */
  ask(questions: readonly Question[]): Promise<(Fact | undefined)[]>;
  /** All assertions about an attribute known at a position, in position order, superseded ones included. */
  history(scope: string, subject: string, attribute: string, known: Position): Promise<HistoricFact[]>;
}

/** What is visible of a scope at one point. */
export class Facts {
  #bySubject = new Map<string, Map<string, Fact>>();

  constructor(facts: Iterable<Fact>) {
    for (const fact of facts) {
      let attributes = this.#bySubject.get(fact.subject);
      if (!attributes) this.#bySubject.set(fact.subject, (attributes = new Map<string, Fact>()));
      attributes.set(fact.attribute, fact);
    }
  }

  /** These facts with other answers to some questions: `undefined` is no longer, or not yet, visible. */
  with(questions: readonly Pick<Question, 'subject' | 'attribute'>[], answers: readonly (Fact | undefined)[]): Facts {
    const copy = new Facts([]);
    copy.#bySubject = new Map(this.#bySubject);
    questions.forEach(({ subject, attribute }, i) => {
      const attributes = new Map(copy.#bySubject.get(subject));
      const answer = answers[i];
      if (answer) attributes.set(attribute, answer);
      else attributes.delete(attribute);
      if (attributes.size > 0) copy.#bySubject.set(subject, attributes);
      else copy.#bySubject.delete(subject);
    });
    return copy;
  }

  /** The caller names the type of the value, which the event catalogue has checked before it was recorded. */
  get<Value>(subject: string, attribute: string): Fact<Value> | undefined {
    return this.#bySubject.get(subject)?.get(attribute) as Fact<Value> | undefined;
  }

  /** The facts about a subject whose attribute begins with `prefix`, in position order. */
  entries<Value>(subject: string, prefix: string): Fact<Value>[] {
    const attributes = this.#bySubject.get(subject);
    if (!attributes) return [];
    const found: Fact[] = [];
    for (const fact of attributes.values()) if (fact.attribute.startsWith(prefix)) found.push(fact);
    return found.sort((a, b) => (a.position < b.position ? -1 : 1)) as Fact<Value>[];
  }

  *[Symbol.iterator](): IterableIterator<Fact> {
    for (const attributes of this.#bySubject.values()) yield* attributes.values();
  }

  /** Subjects that begin with `prefix`. */
  subjects(prefix: string): string[] {
    return [...this.#bySubject.keys()].filter((subject) => subject.startsWith(prefix));
  }
}
