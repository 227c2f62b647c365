import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { dayAt, type Day } from '../calendar/day.js';
import { Clock } from '../eventsourcing/clock.js';
import { fold } from '../eventsourcing/decider.js';
import type { StreamEvent } from '../eventsourcing/event.js';
import { Ledger } from '../eventsourcing/handle.js';
import type { Position } from '../eventsourcing/position.js';
import { Projector } from '../eventsourcing/projector.js';
import { Refusal } from '../problems.js';
import { resolveAsOf, type AsOf } from './as-of.js';
import { NewestFacts } from './newest-facts.js';
import { planStream, planSubject, type PlanEvent } from './plan.events.js';
import { plan, rulesOf, type PlanRules } from './plan.js';
import { planOf, type PlanView, type ResolvedAsOf } from './plan.view.js';

/** Where a plan's time zone is not known yet. */
const DEFAULT_TIME_ZONE = 'Asia/Tokyo';
/** Plans as of one point never change, so they are kept while they are asked about. */
const PLANS_KEPT = 64;
/** Plans of which the time zone is kept. */
const PLANS_KNOWN = 1_000;
/** How long a writer waits to read its own write. */
const OWN_WRITE_MS = 5_000;

/** Reads plans: as of any point for questions, at their newest for commands. */
@Injectable()
export class PlanReader {
  readonly #plans = new LRUCache<string, PlanView>({ max: PLANS_KEPT });
  readonly #timeZones = new LRUCache<string, string>({ max: PLANS_KNOWN });
  readonly #facts: NewestFacts;

  constructor(
    private readonly ledger: Ledger,
    private readonly projector: Projector,
    private readonly clock: Clock,
  ) {
    this.#facts = new NewestFacts(projector.views, ledger.catalogue);
  }

  /** The keys of all plans that are visible now. */
  async keys(): Promise<string[]> {
    const { views } = this.projector;
    return views.trail.scopes((await views.bookmark()).position);
  }

  /** A point in time, in the plan's time zone. @throws AsOfError, ViewsError */
  async pointAt(key: string, asOf: AsOf): Promise<PlanView['asOf']> {
    const { day, recordedAt, position } = await this.#resolve(key, asOf);
    return { effectiveOn: day, recordedAt, position };
  }

  /** `null` before the plan was adopted, or known. @throws AsOfError, ViewsError */
  async planAt(key: string, asOf: AsOf): Promise<PlanView | null> {
    const resolved = await this.#resolve(key, asOf);
    const cacheKey = `${key} ${resolved.day} ${resolved.position}`;
    const kept = this.#plans.get(cacheKey);
    if (kept) return kept;
    const plan = planOf(key, resolved, await this.#facts.at(key, resolved));
    if (plan) this.#plans.set(cacheKey, plan);
    return plan;
  }

  /** The plan as it is after one's own write; `null` when it does not become visible in time. */
  async planAfter(key: string, position: Position): Promise<PlanView | null> {
    const visible = await this.projector.waitFor(position, OWN_WRITE_MS).then(
      () => true,
      () => false,
    );
    return visible ? this.planAt(key, {}) : null;
  }

  /** What a command must know of its plan, from the ledger itself. @throws Refusal PLAN_NOT_FOUND */
  async rulesFor(key: string): Promise<{ readonly plan: PlanRules; readonly today: Day }> {
    const history = await this.ledger.history(planStream(key));
    const events = history.map((event) => this.ledger.catalogue.upcast(event) as StreamEvent<PlanEvent>);
    const state = fold(plan, events);
    if (!state) throw new Refusal('PLAN_NOT_FOUND', ['input', 'planKey'], key);
    const rules = rulesOf(key, state);
    return { plan: rules, today: dayAt(this.clock.nowMs(), rules.timeZone) };
  }

  async #resolve(key: string, asOf: AsOf): Promise<ResolvedAsOf> {
    return resolveAsOf(asOf, await this.#timeZoneOf(key), this.projector, this.clock);
  }

  /** A plan's time zone is part of its adoption and never changes. */
  async #timeZoneOf(key: string): Promise<string> {
    const kept = this.#timeZones.get(key);
    if (kept !== undefined) return kept;
    const { views } = this.projector;
    const { position } = await views.bookmark();
    const [fact] = await views.timeline.ask([
      { scope: key, subject: planSubject, attribute: 'timeZone', day: '9999-12-31', position },
    ]);
    if (!fact) return DEFAULT_TIME_ZONE;
    const timeZone = fact.value as string;
    this.#timeZones.set(key, timeZone);
    return timeZone;
  }
}
