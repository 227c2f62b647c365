import type { Type } from '@nestjs/common';
import { Args, Context, Int, Mutation, ObjectType, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { MutationName } from '../access/permissions.js';
import { PageArgs } from '../api/connection.js';
import type { RequestContext } from '../api/context.js';
import type { Checked, PlanInput } from '../api/mutation.js';
import { PeriodScalar } from '../api/scalars.js';
import { IndicatorPayload, PlanWriter } from '../plan/plan-writer.js';
import { Plan } from '../plan/plan.types.js';
import type { PlanIndicatorView, PlanView } from '../plan/plan.view.js';
import { auditEntryAt } from '../trail/audit.js';
import { TrailReader, type TrailPageView } from '../trail/trail-reader.js';
import { AuditConnection, AuditEntry } from '../trail/trail.types.js';
import { indicatorStream, indicatorSubject } from './indicator.events.js';
import { EnterIndicatorReading } from './indicator.handler.js';
import type { IndicatorOrder } from './indicator.js';
import {
  CorrectIndicatorInput,
  Indicator,
  IndicatorReading,
  RecordIndicatorInput,
  WithdrawIndicatorInput,
} from './indicator.types.js';
import type { IndicatorReadingView } from './indicator.view.js';

@ObjectType()
export class RecordIndicatorPayload extends IndicatorPayload {}
@ObjectType()
export class CorrectIndicatorPayload extends IndicatorPayload {}
@ObjectType()
export class WithdrawIndicatorPayload extends IndicatorPayload {}

@Resolver()
export class IndicatorMutations {
  constructor(private readonly writer: PlanWriter) {}

  @Mutation(() => RecordIndicatorPayload)
  recordIndicator(
    @Args('input') input: RecordIndicatorInput,
    @Context() context: RequestContext,
  ): Promise<RecordIndicatorPayload> {
    return this.#enter('recordIndicator', RecordIndicatorInput, input, context, (order) => ({
      kind: 'record',
      ...order,
    }));
  }

  @Mutation(() => CorrectIndicatorPayload)
  correctIndicator(
    @Args('input') input: CorrectIndicatorInput,
    @Context() context: RequestContext,
  ): Promise<CorrectIndicatorPayload> {
    return this.#enter('correctIndicator', CorrectIndicatorInput, input, context, (order) => ({
      kind: 'correct',
      ...order,
    }));
  }

  @Mutation(() => WithdrawIndicatorPayload)
  withdrawIndicator(
    @Args('input') input: WithdrawIndicatorInput,
    @Context() context: RequestContext,
  ): Promise<WithdrawIndicatorPayload> {
    return this.#enter('withdrawIndicator', WithdrawIndicatorInput, input, context, (order) => ({
      kind: 'withdraw',
      ...order,
    }));
  }

  #enter<Input extends PlanInput & { indicatorKey: string }>(
    name: MutationName,
    type: Type<Input>,
    input: Input,
    context: RequestContext,
    order: (input: Checked<Input>) => IndicatorOrder,
  ): Promise<IndicatorPayload> {
    return this.writer.indicator(
      name,
      type,
      input,
      context,
      (checked, envelope) => new EnterIndicatorReading(checked.planKey, checked.indicatorKey, order(checked), envelope),
    );
  }
}

@Resolver(() => Plan)
export class PlanIndicatorsResolver {
  @ResolveField(() => [Indicator], { description: 'Figures around the plan, in the order of the source' })
  indicators(
    @Parent() { indicators }: PlanView,
    @Args('area', { type: () => String, nullable: true }) area: string | null | undefined,
  ): readonly PlanIndicatorView[] {
    return indicators.filter((indicator) => indicator.area === (area ?? indicator.area));
  }

  @ResolveField(() => Indicator, { nullable: true })
  indicator(@Parent() { indicators }: PlanView, @Args('key') key: string): PlanIndicatorView | null {
    return indicators.find((indicator) => indicator.key === key) ?? null;
  }
}

@Resolver(() => Indicator)
export class IndicatorResolver {
  constructor(private readonly trail: TrailReader) {}

  @ResolveField(() => Int, { description: 'Give it back as expectedRevision' })
  revision(
    @Parent() { planKey, key, known }: PlanIndicatorView,
    @Context() { loaders }: RequestContext,
  ): Promise<number> {
    return loaders.revision.load({ key: indicatorStream(planKey, key), known });
  }

  @ResolveField(() => IndicatorReading, { nullable: true, description: 'null: no data, never 0' })
  reading(
    @Parent() { readings }: PlanIndicatorView,
    @Args('period', { type: () => PeriodScalar }) period: string,
  ): IndicatorReadingView | null {
    return readings.find((reading) => reading.period === period) ?? null;
  }

  @ResolveField(() => AuditConnection)
  auditTrail(
    @Parent() { planKey: scope, key, known }: PlanIndicatorView,
    @Args() page: PageArgs,
  ): Promise<TrailPageView> {
    return this.trail.page({ scope, known, subject: indicatorSubject(key) }, page);
  }
}

@Resolver(() => IndicatorReading)
export class IndicatorReadingResolver {
  @ResolveField(() => AuditEntry, { nullable: true, description: 'The entry it took the place of' })
  async corrects(
    @Parent() { of, position }: IndicatorReadingView,
    @Context() context: RequestContext,
  ): Promise<AuditEntry | null> {
    const entry = await auditEntryAt(of.planKey, position, of.known, context);
    return entry?.entry.supersedes ? auditEntryAt(of.planKey, entry.entry.supersedes, of.known, context) : null;
  }

  @ResolveField(() => AuditEntry)
  event(
    @Parent() { of, position }: IndicatorReadingView,
    @Context() context: RequestContext,
  ): Promise<AuditEntry | null> {
    return auditEntryAt(of.planKey, position, of.known, context);
  }
}
