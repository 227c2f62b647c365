import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { dayAt, type Day } from '../calendar/day.js';
import { lastDayOf, type FiscalYear } from '../calendar/fiscal-year.js';
import { Clock } from '../eventsourcing/clock.js';
import { Ledger } from '../eventsourcing/handle.js';
import type { Position } from '../eventsourcing/position.js';
import { Projector } from '../eventsourcing/projector.js';
import { Facts, type Point } from '../eventsourcing/timeline.js';
import { directory, isDivision, keyNamed } from '../directory/directory.js';
import { directoryStream, townScope } from '../directory/directory.events.js';
import { Directory } from '../directory/directory.view.js';
import { committee, standingDecision } from '../governance/committee.js';
import { committeeStream } from '../governance/committee.events.js';
import { Refusal } from '../problems.js';
import { status } from '../progress/status.js';
import { resolveAsOf, type AsOf } from './as-of.js';
import type { DivisionNamed } from './measure.js';
import { NewestFacts } from './newest-facts.js';
import { measureStream, planStream, planSubject, type PlanAttributes } from './plan.events.js';
import { plan, rulesOf, type Cited, type PlanRules } from './plan.js';
import { measureIn, planOf, type PlanView, type ResolvedAsOf } from './plan.view.js';

const PREDECESSOR = 'predecessor' satisfies keyof PlanAttributes;
/** Where a plan's time zone is not known yet. */
const DEFAULT_TIME_ZONE = 'Asia/Tokyo';
/** Plans as of one point never change, so they are kept while they are asked about. */
const PLANS_KEPT = 64;
/** Plans of which is kept what never changes. */
const PLANS_KNOWN = 1_000;
/** How long a writer waits to read its own write. */
const OWN_WRITE_MS = 5_000;

interface Fixed {
  readonly timeZone: string;
  /** 地方公共団体コード; `undefined`: no such plan. */
  readonly town: string | undefined;
}

interface Order {
  readonly kind?: string;
  readonly decisionId?: string | undefined;
}

interface Rules {
  readonly plan: PlanRules;
  readonly today: Day;
  readonly cites: Cited | undefined;
}

/** Reads plans: as of any point for questions, at their newest for commands. */
@Injectable()
export class PlanReader {
  readonly #plans = new LRUCache<string, PlanView>({ max: PLANS_KEPT });
  readonly #known = new LRUCache<string, Fixed>({ max: PLANS_KNOWN });
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

  /** The keys of the plans that take the place of one, as of a point. */
  async successorsOf(key: string, { effectiveOn: day, position }: Pick<PlanView['asOf'], 'effectiveOn' | 'position'>) {
    const { views } = this.projector;
    const scopes = await views.trail.scopes(position);
    const asked = scopes.map((scope) => ({ scope, subject: planSubject, attribute: PREDECESSOR, day, position }));
    const found = await views.timeline.ask(asked);
    return scopes.filter((_, i) => found[i]?.value === key);
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
    const facts = await this.#facts.at(key, resolved);
    const plan = planOf(key, resolved, facts, await this.#directoryAt(key, resolved));
    if (plan) this.#plans.set(cacheKey, plan);
    return plan;
  }

  /** As of the end of a fiscal year, or of the day of an answer while that has not come, with what is known then. */
  asOfYear(
    key: string,
    fiscalYear: FiscalYear,
    { day, known }: { readonly day: Day; readonly known: Position },
  ): Promise<PlanView | null> {
    const yearEnd = lastDayOf(fiscalYear);
    return this.planAt(key, { effectiveOn: yearEnd < day ? yearEnd : day, position: known });
  }

  /** The plan as it is after one's own write; `null` when it does not become visible in time. */
  async planAfter(key: string, position: Position): Promise<PlanView | null> {
    const visible = await this.projector.waitFor(position, OWN_WRITE_MS).then(
      () => true,
      () => false,
    );
    return visible ? this.planAt(key, {}) : null;
  }

  /** What a command must know of its plan, and of the decision it cites, from the ledger itself. @throws Refusal PLAN_NOT_FOUND */
  async rulesFor(key: string, order?: Order): Promise<Rules> {
    const state = await this.ledger.state(plan, planStream(key));
    if (!state) throw new Refusal('PLAN_NOT_FOUND', ['input', 'planKey'], key);
    const rules = rulesOf(key, state);
    const cites = await this.#cited(key, order?.decisionId);
    return { plan: rules, today: dayAt(this.clock.nowMs(), rules.timeZone), cites };
  }

  /** The divisions of a plan's town, from the ledger itself: each by its key, or by its name on a day. */
  async divisionNamed({ town }: PlanRules): Promise<DivisionNamed> {
    const state = await this.ledger.state(directory, directoryStream(town));
    return (name, day, path) => {
      const key = isDivision(state, name, day) ? name : keyNamed(state, name, day);
      if (key === undefined) throw new Refusal('DIVISION_NOT_FOUND', path, `${name}: ${day}`);
      return key;
    };
  }

  /**
   * The divisions that may answer for a measure or an unplanned initiative in a fiscal year (as of its end, or today; of
   * one that begins later, as of its first day), each with those that have taken over from it since, itself while it is there.
   * Whose report of the year was approved answers for it. `undefined`: there is none of that number.
   */
  async answering(
    key: string,
    measureNo: string,
    fiscalYear?: FiscalYear,
    place: 'owners' | 'coordinators' = 'owners',
  ): Promise<ReadonlyMap<string, ReadonlySet<string>> | undefined> {
    const today = await this.today(key);
    const yearEnd = fiscalYear === undefined ? today : lastDayOf(fiscalYear);
    const then = await this.#withMeasure(key, measureNo, yearEnd < today ? yearEnd : today);
    const now = await this.planAt(key, {});
    if (then === undefined) return undefined;
    const measure = then && measureIn(then, measureNo);
    // The views may not have what the ledger has: until then nobody answers.
    if (!then || !now || !measure) return new Map();
    const { approved } = measureIn(now, measureNo)?.reports ?? measure.reports;
    const answered = approved.filter((report) => place === 'owners' && report.fiscalYear === fiscalYear);
    const divisions = [...then.directory.responsible(measure[place]), ...answered.map(({ division }) => division)];
    return new Map(divisions.map(({ key: division }) => [division, takenOverIn(now, division)]));
  }

  /** The divisions that have taken over from one by today, itself while it is there. */
  async takenOver(key: string, division: string): Promise<ReadonlySet<string>> {
    const now = await this.planAt(key, {});
    return now ? takenOverIn(now, division) : new Set();
  }

  /** The plan on a day, or on the first day of a measure that begins later; `undefined`: there is none of that number. */
  async #withMeasure(key: string, measureNo: string, day: Day): Promise<PlanView | null | undefined> {
    const plan = await this.planAt(key, { effectiveOn: day });
    if (plan && measureIn(plan, measureNo)) return plan;
    const beginsOn = await this.beginning(key, measureNo);
    return beginsOn === undefined ? undefined : this.planAt(key, { effectiveOn: beginsOn });
  }

  /** The first day of a measure or an unplanned initiative, from the ledger itself; `undefined`: there is none of that number. */
  async beginning(key: string, measureNo: string): Promise<Day | undefined> {
    return (await this.ledger.state(status, measureStream(key, measureNo))).lifetime.since;
  }

  /** The day it is in the plan's time zone. */
  async today(key: string): Promise<Day> {
    return dayAt(this.clock.nowMs(), (await this.fixed(key)).timeZone);
  }

  async #cited(key: string, id: string | undefined): Promise<Cited | undefined> {
    if (id === undefined) return undefined;
    const state = await this.ledger.state(committee, committeeStream(key));
    const decision = standingDecision(state, id);
    return { id, stands: decision !== undefined, body: decision?.value.body };
  }

  async #directoryAt(key: string, point: Point): Promise<Directory> {
    const { town } = await this.fixed(key);
    return new Directory(town === undefined ? new Facts([]) : await this.#facts.at(townScope(town), point));
  }

  async #resolve(key: string, asOf: AsOf): Promise<ResolvedAsOf> {
    return resolveAsOf(asOf, (await this.fixed(key)).timeZone, this.projector, this.clock);
  }

  /** What is part of a plan's adoption and never changes. */
  async fixed(key: string): Promise<Fixed> {
    const kept = this.#known.get(key);
    if (kept !== undefined) return kept;
    const { views } = this.projector;
    const { position } = await views.bookmark();
    const at = { scope: key, subject: planSubject, day: '9999-12-31', position };
    const [timeZone, municipality] = await views.timeline.ask([
      { ...at, attribute: 'timeZone' },
      { ...at, attribute: 'municipality' },
    ]);
    if (!timeZone || !municipality) return { timeZone: DEFAULT_TIME_ZONE, town: undefined };
    const { code: town } = municipality.value as PlanAttributes['municipality'];
    const fixed = { timeZone: timeZone.value as string, town };
    this.#known.set(key, fixed);
    return fixed;
  }
}

const takenOverIn = ({ directory }: PlanView, division: string): ReadonlySet<string> =>
  new Set(directory.responsible([directory.division(division)]).map(({ key }) => key));
