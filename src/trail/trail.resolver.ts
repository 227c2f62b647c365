import type { OnModuleDestroy } from '@nestjs/common';
import { Args, Context, Int, Parent, Query, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import { Repeater, SlidingBuffer } from '@repeaterjs/repeater';
import { SEES_PEOPLE, SEES_WORK } from '../access/permissions.js';
import type { CountedConnectionOf } from '../api/connection.js';
import type { RequestContext } from '../api/context.js';
import type { NameOf } from '../eventsourcing/catalogue.js';
import { Ledger } from '../eventsourcing/handle.js';
import { Projector } from '../eventsourcing/projector.js';
import { OUTCOME_LABELS } from '../governance/committee.events.js';
import { actorOf, auditEntryAt } from './audit.js';
import { TrailReader, type TrailPageView } from './trail-reader.js';
import {
  Actor,
  AppendNotice,
  AttributeChange,
  AuditConnection,
  AuditEntry,
  Citation,
  LanguageName,
  LedgerHead,
} from './trail.types.js';

/** For a subscriber who is slow: the oldest are dropped, as the newest says all that a refetch needs to know. */
const NOTICES_KEPT = 1_000;
/** How long the size of the ledger waits for the views to have counted all events. */
const HEAD_WAIT_MS = 5_000;

@Resolver(() => AuditEntry)
export class AuditEntryResolver {
  constructor(
    private readonly ledger: Ledger,
    private readonly trail: TrailReader,
  ) {}

  @ResolveField(() => String, { description: 'One sentence for people' })
  async summary(
    @Parent() { entry: { event }, planKey, known }: AuditEntry,
    @Args('language', { type: () => LanguageName, nullable: true }) language: LanguageName | null,
    @Context() { loaders }: RequestContext,
  ): Promise<string> {
    const names = new Map<string, string | undefined>();
    const titles = new Map<string, string | undefined>();
    const by =
      (known: Map<string, string | undefined>): NameOf =>
      (key) => {
        const name = known.get(key);
        if (name === undefined) known.set(key, undefined);
        return name ?? key;
      };
    const sentence = (): string =>
      this.ledger.catalogue.sentence(event, language ?? LanguageName.JA, by(names), by(titles));
    // Of what it speaks is told by speaking.
    const byKeys = sentence();
    if (names.size + titles.size === 0) return byKeys;
    for (const key of names.keys()) names.set(key, await loaders.divisionNameAt(planKey, key, event, known));
    for (const key of titles.keys()) titles.set(key, await loaders.kpiTitleAt(planKey, key, event, known));
    return sentence();
  }

  @ResolveField(() => Actor)
  actor(
    @Parent() { entry: { event }, planKey, known }: AuditEntry,
    @Context() context: RequestContext,
  ): Promise<Actor> {
    return actorOf(planKey, event, known, context);
  }

  @ResolveField(() => Citation, { nullable: true })
  async decision(
    @Parent() { entry, planKey, known }: AuditEntry,
    @Context() { loaders }: RequestContext,
  ): Promise<Citation | null> {
    const { decision: id, decidedBy } = entry.event.data as { decision?: string; decidedBy?: string };
    const recorded = id === undefined ? undefined : await loaders.decision(planKey, id, known);
    if (recorded) return recorded;
    return decidedBy === undefined ? null : { decidedBy };
  }

  @ResolveField(() => [AttributeChange])
  async changes(
    @Parent() entry: AuditEntry,
    @Context() { actor, rights }: RequestContext,
  ): Promise<readonly AttributeChange[]> {
    return this.trail.changesOf(entry, await rights.sees(actor, SEES_PEOPLE, { planKey: entry.planKey }));
  }

  @ResolveField(() => AuditEntry, { nullable: true, description: 'The entry that this one corrected or withdrew' })
  async corrects(
    @Parent() { entry, planKey, known }: AuditEntry,
    @Context() context: RequestContext,
  ): Promise<AuditEntry | null> {
    return entry.supersedes ? auditEntryAt(planKey, entry.supersedes, known, context) : null;
  }

  @ResolveField(() => AuditEntry, { nullable: true, description: 'The entry that corrected or withdrew this one' })
  async correctedBy(
    @Parent() { entry, planKey, known }: AuditEntry,
    @Context() context: RequestContext,
  ): Promise<AuditEntry | null> {
    return entry.supersededBy ? auditEntryAt(planKey, entry.supersededBy, known, context) : null;
  }
}

@Resolver(() => Citation)
export class CitationResolver {
  @ResolveField(() => String, { description: 'One line for people' })
  summary(
    @Parent() { no, title, decidedBy, decidedOn, outcome }: Citation,
    @Args('language', { type: () => LanguageName, nullable: true }) language: LanguageName | null,
  ): string {
    if (no === undefined || outcome === undefined) return decidedBy;
    const [ja, en] = OUTCOME_LABELS[outcome];
    return language === LanguageName.EN
      ? `Decision ${no} “${title ?? ''}” of ${decidedBy} (${decidedOn ?? ''}, ${en})`
      : `${decidedBy} 決定 ${no}「${title ?? ''}」（${decidedOn ?? ''}、${ja}）`;
  }
}

@Resolver(() => AuditConnection)
export class AuditConnectionResolver {
  constructor(private readonly trail: TrailReader) {}

  @ResolveField(() => Int)
  totalCount(@Parent() page: TrailPageView | CountedConnectionOf<AuditEntry>): Promise<number> | number {
    return 'filter' in page ? this.trail.count(page) : page.totalCount;
  }
}

@Resolver()
export class LedgerResolver {
  constructor(private readonly projector: Projector) {}

  @Query(() => LedgerHead, { nullable: true })
  async ledger(): Promise<LedgerHead> {
    const { store, views } = this.projector;
    await this.projector.waitFor(await store.head(), HEAD_WAIT_MS);
    const { position, events } = await views.bookmark();
    return { position, size: events };
  }
}

@Resolver()
export class AppendedResolver implements OnModuleDestroy {
  /** Ways to end what is listened to. */
  readonly #ends = new Set<() => void>();

  constructor(
    private readonly ledger: Ledger,
    private readonly projector: Projector,
  ) {}

  @Subscription(() => AppendNotice, {
    description: 'The ledger has grown, and what is shown of it can be refetched.',
    resolve: (notice: AppendNotice) => notice,
  })
  ledgerAppended(
    @Args('planKey', { type: () => String, nullable: true }) planKey: string | null | undefined,
    @Context() { actor, rights }: RequestContext,
  ): AsyncIterable<AppendNotice> {
    return new Repeater<AppendNotice>(async (push, stop) => {
      this.#ends.add(stop);
      const unsubscribe = this.projector.onVisible((events) => {
        for (const event of events) {
          const { scope, subject, audience } = this.ledger.catalogue.meaning(event);
          if ((planKey ?? scope) !== scope) continue;
          const notice = { position: event.position, type: event.type, subject, planKey: scope };
          if (audience === 'public') void push(notice);
          else {
            void rights.sees(actor, SEES_WORK, { planKey: scope }).then((sees) => (sees ? push(notice) : undefined));
          }
        }
      });
      await stop;
      unsubscribe();
      this.#ends.delete(stop);
    }, new SlidingBuffer(NOTICES_KEPT));
  }

  /** A server that stops waits for the answers that it has begun, and these would never end. */
  onModuleDestroy(): void {
    for (const end of this.#ends) end();
  }
}
