import type { OnModuleDestroy } from '@nestjs/common';
import { Args, Context, Int, Parent, Query, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import { Repeater, SlidingBuffer } from '@repeaterjs/repeater';
import type { RequestContext } from '../api/context.js';
import { Ledger } from '../eventsourcing/handle.js';
import { Projector } from '../eventsourcing/projector.js';
import { auditEntryAt } from './audit.js';
import { TrailReader, type TrailPageView } from './trail-reader.js';
import { AppendNotice, AttributeChange, AuditConnection, AuditEntry, LanguageName, LedgerHead } from './trail.types.js';

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
  summary(
    @Parent() { entry }: AuditEntry,
    @Args('language', { type: () => LanguageName, nullable: true }) language: LanguageName | null,
  ): string {
    return this.ledger.catalogue.sentence(entry.event, language ?? LanguageName.JA);
  }

  @ResolveField(() => [AttributeChange])
  changes(@Parent() entry: AuditEntry): Promise<readonly AttributeChange[]> {
    return this.trail.changesOf(entry);
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

@Resolver(() => AuditConnection)
export class AuditConnectionResolver {
  constructor(private readonly trail: TrailReader) {}

  @ResolveField(() => Int)
  totalCount(@Parent() page: TrailPageView): Promise<number> {
    return this.trail.count(page);
  }
}

@Resolver()
export class LedgerResolver {
  constructor(private readonly projector: Projector) {}

  @Query(() => LedgerHead)
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
  ): AsyncIterable<AppendNotice> {
    return new Repeater<AppendNotice>(async (push, stop) => {
      this.#ends.add(stop);
      const unsubscribe = this.projector.onVisible((events) => {
        for (const event of events) {
          const { scope, subject } = this.ledger.catalogue.meaning(event);
          if ((planKey ?? scope) === scope) {
            void push({ position: event.position, type: event.type, subject, planKey: scope });
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
