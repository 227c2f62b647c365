import DataLoader from 'dataloader';
import { dayAt } from '../calendar/day.js';
import { committeeSubject, DECISION } from '../governance/committee.events.js';
import { citedDecision, type CitedDecision } from '../governance/committee.view.js';
import { divisionSubject, NAME, townScope } from '../directory/directory.events.js';
import { kpiSubject } from '../kpi/kpi.events.js';
import type { Position } from '../eventsourcing/position.js';
import type { HistoricFact, Point } from '../eventsourcing/timeline.js';
import type { TrailEntry, TrailEvent, Views } from '../eventsourcing/views.js';
import type { PlanReader } from '../plan/plan-reader.js';
import type { Actor } from '../access/actor.js';
import type { Rights } from '../access/caller-rights.js';

interface Known<Key> {
  readonly key: Key;
  readonly known: Position;
}

/** What was asked for one by one is read together, once for each request. */
export class Loaders {
  readonly entry: DataLoader<Known<Position>, TrailEntry | undefined, string>;
  /** Of a stream, as known at a position. */
  readonly revision: DataLoader<Known<string>, number, string>;

  readonly #names: DataLoader<Known<string>, HistoricFact[], string>;
  readonly #decisions: DataLoader<Known<string>, CitedDecision | undefined, string>;

  constructor(
    { trail, timeline }: Views,
    private readonly plans: PlanReader,
  ) {
    this.#names = new DataLoader(
      (asked) =>
        Promise.all(
          asked.map(async ({ key, known }) => {
            const [scope, subject, attribute] = JSON.parse(key) as [scope: string, subject: string, attribute: string];
            return timeline.history(scope, subject, attribute, known);
          }),
        ),
      { cacheKeyFn: ({ key, known }) => `${known} ${key}` },
    );
    this.#decisions = new DataLoader(
      (asked) =>
        Promise.all(
          asked.map(async ({ key, known }) => {
            const [planKey, id] = JSON.parse(key) as [planKey: string, id: string];
            return citedDecision(id, await timeline.history(planKey, committeeSubject, DECISION + id, known));
          }),
        ),
      { cacheKeyFn: ({ key, known }) => `${known} ${key}` },
    );
    this.entry = grouped((positions: readonly Position[], known) => trail.entries(positions, known));
    this.revision = grouped((streams: readonly string[], known) => trail.revisions(streams, known));
  }

  /** A decision as last said of by then; `undefined`: nothing was. */
  decision(planKey: string, id: string, known: Position): Promise<CitedDecision | undefined> {
    return this.#decisions.load({ key: JSON.stringify([planKey, id]), known });
  }

  /** The name of a division on the day, and as known, when an event was recorded; `undefined`: not in the directory. */
  async divisionNameAt(
    planKey: string,
    division: string,
    { position, recordedAtMs }: Pick<TrailEvent, 'position' | 'recordedAtMs'>,
    known: Position,
  ): Promise<string | undefined> {
    const { timeZone } = await this.plans.fixed(planKey);
    return this.divisionName(planKey, division, { day: dayAt(recordedAtMs, timeZone), position }, known);
  }

  /** The name of a division at a point, not after what is known; `undefined`: not in the directory. */
  async divisionName(planKey: string, division: string, at: Point, known = at.position): Promise<string | undefined> {
    const { town } = await this.plans.fixed(planKey);
    if (town === undefined) return undefined;
    return this.#textAt([townScope(town), divisionSubject(division), NAME], at, known);
  }

  /** The title of a KPI on the day, and as known, when an event was recorded; `undefined`: there was none. */
  async kpiTitleAt(
    planKey: string,
    kpiKey: string,
    { position, recordedAtMs }: Pick<TrailEvent, 'position' | 'recordedAtMs'>,
    known: Position,
  ): Promise<string | undefined> {
    const { timeZone } = await this.plans.fixed(planKey);
    return this.#textAt(
      [planKey, kpiSubject(kpiKey), 'title'],
      { day: dayAt(recordedAtMs, timeZone), position },
      known,
    );
  }

  /** What an attribute said at a point, as known since. */
  async #textAt(
    place: readonly [scope: string, subject: string, attribute: string],
    at: Point,
    known: Position,
  ): Promise<string | undefined> {
    const names = await this.#names.load({ key: JSON.stringify(place), known });
    const then = names.filter(({ position, effectiveFrom }) => position <= at.position && effectiveFrom <= at.day);
    const latest = then.reduce<HistoricFact | undefined>(
      (best, name) => (best && best.effectiveFrom > name.effectiveFrom ? best : name),
      undefined,
    );
    return latest?.value as string | undefined;
  }
}

/** What every resolver of one request shares. */
export interface RequestContext {
  readonly actor: Actor;
  readonly rights: Rights;
  readonly loaders: Loaders;
}

/** One read for all keys that are asked about as known at the same position. */
function grouped<Key extends string, Value>(
  read: (keys: readonly Key[], known: Position) => Promise<readonly Value[]>,
): DataLoader<Known<Key>, Value, string> {
  return new DataLoader(
    async (asked) => {
      const answers = new Map<string, Value>();
      for (const known of new Set(asked.map((one) => one.known))) {
        const keys = asked.filter((one) => one.known === known).map(({ key }) => key);
        const values = await read(keys, known);
        keys.forEach((key, i) => answers.set(`${known} ${key}`, values[i] as Value));
      }
      return asked.map(({ key, known }) => answers.get(`${known} ${key}`) as Value);
    },
    { cacheKeyFn: ({ key, known }) => `${known} ${key}` },
  );
}
