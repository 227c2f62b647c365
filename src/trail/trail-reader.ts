import { Injectable } from '@nestjs/common';
import { GraphQLError } from 'graphql';
import {
  connection,
  keyOf,
  pageIn,
  pageOf,
  type ConnectionOf,
  type CountedConnectionOf,
  type PageArgs,
} from '../api/connection.js';
import type { Loaders } from '../api/context.js';
import { townScope } from '../directory/directory.events.js';
import { Ledger } from '../eventsourcing/handle.js';
import { isPosition, positionOf, type Position } from '../eventsourcing/position.js';
import { Projector } from '../eventsourcing/projector.js';
import { Facts } from '../eventsourcing/timeline.js';
import type { TrailEntry, TrailFilter } from '../eventsourcing/views.js';
import { auditEntry } from './audit.js';
import { changesBetween, type ChangeView, type TracedChange } from './changes.view.js';
import { comparisonOf, type Side, type Source } from './comparison.view.js';
import { LanguageName, type AuditEntry, type ComparisonRow } from './trail.types.js';

/** A plan as of one point, for comparing. */
export interface PlanPoint {
  readonly key: string;
  readonly asOf: { readonly effectiveOn: string; readonly position: Position };
}

/** What is asked of a plan, and of the scopes beside it that concern it: the town's directory. */
export interface PlanTrailFilter extends TrailFilter {
  readonly beside?: readonly string[];
}

/** A page of the trail. How many entries there are in all is counted only when asked for. */
export type TrailPageView = ConnectionOf<AuditEntry> & { readonly filter: PlanTrailFilter };

/** Entries of one subject that are read together. */
const AT_ONCE = 500;

/** Reads the audit trail and what differs between two points. */
@Injectable()
export class TrailReader {
  constructor(
    private readonly ledger: Ledger,
    private readonly projector: Projector,
  ) {}

  /** @throws GraphQLError BAD_PAGE, UNKNOWN_EVENT_TYPE */
  async page(filter: PlanTrailFilter, page: PageArgs): Promise<TrailPageView> {
    const unknown = filter.types?.find((type) => !this.ledger.catalogue.types.includes(type));
    if (unknown !== undefined)
      throw new GraphQLError(`${unknown}: この種類の記録はありません / there is no event type of that name`, {
        extensions: { code: 'UNKNOWN_EVENT_TYPE' },
      });
    const { limit, fromEnd } = pageOf(page);
    const [after, before] = [keyOf(page.after, isPosition), keyOf(page.before, isPosition)] as (Position | undefined)[];
    const { trail } = this.projector.views;
    const asked = { after, before, limit: limit + 1, newestFirst: fromEnd };
    const found = await Promise.all(scopesOf(filter).map((of) => trail.page(of, asked)));
    const merged = found.flat().sort(({ event: a }, { event: b }) => (a.position < b.position === fromEnd ? 1 : -1));
    const more = merged.length > limit;
    const entries = merged.slice(0, limit);
    if (fromEnd) entries.reverse();
    const shown = connection(
      entries.map((entry) => ({ key: entry.event.position, node: auditEntry(filter.scope, filter.known, entry) })),
      fromEnd ? { before: more, after: before !== undefined } : { before: after !== undefined, after: more },
    );
    return { ...shown, filter };
  }

  async count({ filter }: TrailPageView): Promise<number> {
    const { trail } = this.projector.views;
    const counts = await Promise.all(scopesOf(filter).map((of) => trail.count(of)));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /**
   * A page of what is about one subject and small enough to be at hand, as far as `isShown`.
   * @throws GraphQLError BAD_PAGE
   */
  async pageOf(
    planKey: string,
    filter: Omit<TrailFilter, 'known'>,
    page: PageArgs,
    isShown: (entry: TrailEntry) => boolean,
  ): Promise<CountedConnectionOf<AuditEntry>> {
    const { views } = this.projector;
    const { position: known } = await views.bookmark();
    const all: TrailEntry[] = [];
    for (let after: Position | undefined; ; after = all.at(-1)?.event.position) {
      const found = await views.trail.page({ ...filter, known }, { after, limit: AT_ONCE, newestFirst: false });
      all.push(...found);
      if (found.length < AT_ONCE) break;
    }
    const shown = all.filter(isShown).map((entry) => auditEntry(planKey, known, entry));
    return pageIn(shown, ({ position }) => position, page);
  }

  /**
   * What one event changed: its subjects on the day from which it holds, just before and just after it.
   * @param seesPeople tells who holds a post, too
   */
  async changesOf({ entry }: AuditEntry, seesPeople: boolean): Promise<ChangeView[]> {
    const { event } = entry;
    const { scope, assertions, subject } = this.ledger.catalogue.meaning(event);
    const subjects = new Set([subject, ...assertions.map((assertion) => assertion.subject)]);
    const day = event.effectiveOn;
    const before = positionOf(BigInt(event.position) - 1n);
    const changes: ChangeView[] = [];
    for (const of of subjects) {
      const [was, is] = await Promise.all(
        [before, event.position].map((position) => this.projector.views.timeline.facts(scope, { day, position }, of)),
      );
      changes.push(...changesBetween(was ?? new Facts([]), is ?? new Facts([]), seesPeople));
    }
    return changes;
  }

  /** 新旧対照: what differs between two points, with the events that did it; of the plan, and of what is `beside` it. */
  async compare(
    since: PlanPoint,
    until: PlanPoint,
    loaders: Loaders,
    beside: readonly string[] = [],
  ): Promise<(ChangeView & { events: AuditEntry[] })[]> {
    const between = [since.asOf.position, until.asOf.position].sort() as [Position, Position];
    const compared = await Promise.all(
      [until.key, ...beside].map(async (scope) => {
        const [before, after] = await Promise.all([since, until].map((point) => this.#factsAt(scope, point)));
        if (!before || !after) return [];
        return Promise.all(
          changesBetween(before, after).map(async (change) => ({
            ...change,
            events: await this.#eventsBehind(change, scope, until.key, between, loaders),
          })),
        );
      }),
    );
    return compared.flat();
  }

  /** 新旧対照 in words: what the plan says differently at two points, and what has become of it, with why, and the events that did it. */
  async comparison(
    town: string,
    since: PlanPoint,
    until: PlanPoint,
    { language, withProgress }: { readonly language: LanguageName; readonly withProgress: boolean },
    loaders: Loaders,
  ): Promise<ComparisonRow[]> {
    const [before, after] = await Promise.all(
      [since, until].map(async (point): Promise<Side> => {
        const [ofPlan, ofTown] = await Promise.all([
          this.#factsAt(point.key, point),
          this.#factsAt(townScope(town), point),
        ]);
        return { plan: ofPlan, town: ofTown };
      }),
    );
    if (!before || !after) return [];
    const [low, known] = [since.asOf.position, until.asOf.position].sort() as [Position, Position];
    const scopes = { plan: until.key, town: townScope(town) };
    const lines = comparisonOf(before, after, language === LanguageName.EN ? 1 : 0, withProgress);
    return Promise.all(
      lines.map(async ({ added, gone, ...line }) => {
        const positions = await this.#doing(added, gone, scopes, [low, known]);
        const found = await Promise.all(positions.map((position) => loaders.entry.load({ key: position, known })));
        const events = found.flatMap((one) => (one?.isPublic === true ? auditEntry(until.key, known, one) : []));
        return { ...line, events, reasons: [...new Set(events.flatMap(({ reason }) => reason ?? []))] };
      }),
    );
  }

  /** What took back what was, with what was said since; else what is the newer of both. */
  async #doing(
    added: readonly Source[],
    gone: readonly Source[],
    scopes: Readonly<Record<keyof Side, string>>,
    [low, known]: readonly [Position, Position],
  ): Promise<Position[]> {
    const takenBack = await Promise.all(
      gone.map(async ({ of, fact }) => {
        const said = await this.projector.views.timeline.history(scopes[of], fact.subject, fact.attribute, known);
        const { supersededAt } = said.find(({ eventId }) => eventId === fact.eventId) ?? {};
        return supersededAt !== undefined && supersededAt > low ? [supersededAt] : [];
      }),
    );
    const newest = (sources: readonly Source[]): string =>
      sources.reduce((best, { fact }) => {
        const when = `${fact.effectiveFrom} ${fact.position}`;
        return when > best ? when : best;
      }, '');
    const positionsOf = (sources: readonly Source[]): Position[] => sources.map(({ fact }) => fact.position);
    const undone = takenBack.flat();
    const found =
      undone.length > 0
        ? [...undone, ...positionsOf(added).filter((position) => position > low)]
        : positionsOf(newest(added) > newest(gone) ? added : gone);
    return [...new Set(found)].sort();
  }

  #factsAt(scope: string, { asOf: { effectiveOn: day, position } }: PlanPoint): Promise<Facts> {
    return this.projector.views.timeline.facts(scope, { day, position });
  }

  /** Those that said what is so now, and those that took back what was, or was under it. */
  async #eventsBehind(
    { subject, added, gone }: TracedChange,
    scope: string,
    planKey: string,
    [low, known]: readonly [Position, Position],
    { entry }: Loaders,
  ): Promise<AuditEntry[]> {
    const { timeline } = this.projector.views;
    const positions = new Set(added.map(({ position }) => position));
    for (const { attribute, position } of gone) {
      const takenBack = (await timeline.history(scope, subject, attribute, known)).flatMap(({ supersededAt }) =>
        supersededAt !== undefined && supersededAt > low ? [supersededAt] : [],
      );
      for (const at of takenBack.length > 0 ? takenBack : [position]) positions.add(at);
    }
    const found = await Promise.all([...positions].sort().map((position) => entry.load({ key: position, known })));
    return found.flatMap((one) => (one ? [auditEntry(planKey, known, one)] : []));
  }
}

const scopesOf = ({ beside = [], ...filter }: PlanTrailFilter): TrailFilter[] => [
  filter,
  ...beside.map((scope) => ({ ...filter, scope })),
];
