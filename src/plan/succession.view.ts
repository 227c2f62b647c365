import type { Day } from '../calendar/day.js';
import type { Position } from '../eventsourcing/position.js';
import type { Fact, Facts } from '../eventsourcing/timeline.js';
import { measureSubject } from './plan.events.js';
import {
  ORIGIN,
  SUCCESSION,
  SUCCESSIONS,
  type Origin,
  type Succession,
  type SuccessionKind,
} from './succession.events.js';

/** How a measure gave way, or took the place of others. */
export interface SuccessionView {
  readonly kind: SuccessionKind;
  readonly label: string;
  readonly labelEn: string;
  /** The day from which it holds. */
  readonly since: Day;
  readonly recordedAt: Date;
  readonly reason: string;
  readonly decidedBy: string | undefined;
  /** Of a measure that gave way: name it to withdraw the succession. */
  readonly entryId: string;
  readonly planKey: string;
  readonly position: Position;
  readonly known: Position;
}

export interface Successions {
  /** What took the place of others, by number. */
  readonly origins: ReadonlyMap<string, Fact<Origin>>;
  /** What gave way, by number. */
  readonly ends: ReadonlyMap<string, Fact<Succession>>;
}

/** Those that are complete: each lies in the streams of all its measures, and is not there before the last of them has it. */
export function successionsIn(facts: Facts): Successions {
  const of = <Value extends Succession>(attribute: string): Map<string, Fact<Value>> =>
    new Map(
      facts.subjects(PREFIX).flatMap((subject) => {
        const fact = facts.get<Value>(subject, attribute);
        return fact ? [[subject.slice(PREFIX.length), fact] as const] : [];
      }),
    );
  const origins = of<Origin>(ORIGIN);
  const ends = of<Succession>(SUCCESSION);
  const isComplete = ({ value: { succession, predecessors, successors } }: Fact<Succession>): boolean =>
    predecessors.every((no) => ends.get(no)?.value.succession === succession) &&
    successors.every((no) => origins.get(no)?.value.succession === succession);
  const complete = <Value extends Succession>(all: Map<string, Fact<Value>>): Map<string, Fact<Value>> =>
    new Map([...all].filter(([, fact]) => isComplete(fact)));
  return { origins: complete(origins), ends: complete(ends) };
}

const PREFIX = measureSubject('');

export function successionView<Value extends Succession>(
  fact: Fact<Value> | undefined,
  of: { planKey: string; known: Position },
): SuccessionView | null {
  if (!fact) return null;
  const { kind, reason, decidedBy } = fact.value;
  const [label, labelEn] = SUCCESSIONS[kind];
  return {
    ...{ kind, label, labelEn, reason, decidedBy, ...of },
    since: fact.effectiveFrom,
    recordedAt: new Date(fact.recordedAtMs),
    entryId: fact.eventId,
    position: fact.position,
  };
}
