import { LRUCache } from 'lru-cache';
import type { Catalogue } from '../eventsourcing/catalogue.js';
import type { Position } from '../eventsourcing/position.js';
import type { Facts, Point, Question } from '../eventsourcing/timeline.js';
import type { Views } from '../eventsourcing/views.js';

/** Plans whose facts are kept, each as of one day. */
const KEPT = 64;
/** Beyond so many events it is as quick to ask for everything. */
const EVENTS_MAX = 50;

interface Kept {
  readonly position: Position;
  readonly facts: Facts;
}

/**
 * Everything visible of a plan at a point, as `Timeline.facts` tells it. What is known of a day at one position is what
 * was known at an earlier one, but for the attributes that the events between them speak of: only these are asked for
 * again.
 */
export class NewestFacts {
  readonly #kept = new LRUCache<string, Kept>({ max: KEPT });

  constructor(
    private readonly views: Views,
    private readonly catalogue: Catalogue,
  ) {}

  async at(scope: string, point: Point): Promise<Facts> {
    const key = `${scope} ${point.day}`;
    const kept = this.#kept.get(key);
    const questions = kept && kept.position <= point.position ? await this.#since(kept.position, scope, point) : null;
    const facts =
      kept && questions
        ? kept.facts.with(questions, await this.views.timeline.ask(questions))
        : await this.views.timeline.facts(scope, point);
    const newest = this.#kept.get(key);
    if (!newest || newest.position < point.position) this.#kept.set(key, { position: point.position, facts });
    return facts;
  }

  /** What must be asked again; `null`: too much. */
  async #since(position: Position, scope: string, point: Point): Promise<Question[] | null> {
    const limit = EVENTS_MAX + 1;
    const page = { after: position, limit, newestFirst: false };
    const entries = await this.views.trail.page({ scope, known: point.position, withStaffOnly: true }, page);
    if (entries.length === limit) return null;
    const questions = new Map<string, Question>();
    for (const { event } of entries) {
      const { subject, assertions, supersedes } = this.catalogue.meaning(event);
      const touched = supersedes ? [...assertions, { subject, attribute: supersedes.attribute }] : assertions;
      for (const { subject: of, attribute } of touched) {
        questions.set(`${of} ${attribute}`, { scope, subject: of, attribute, ...point });
      }
    }
    return [...questions.values()];
  }
}
