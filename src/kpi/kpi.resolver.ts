import type { Type } from '@nestjs/common';
import { Args, Context, Int, Mutation, ObjectType, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { MutationName } from '../access/permissions.js';
import { PageArgs } from '../api/connection.js';
import type { RequestContext } from '../api/context.js';
import type { Checked, PlanInput } from '../api/mutation.js';
import { FiscalYearScalar } from '../api/scalars.js';
import { Projector } from '../eventsourcing/projector.js';
import { KpiPayload, PlanWriter } from '../plan/plan-writer.js';
import { Plan } from '../plan/plan.types.js';
import type { PlanKpiView, PlanView } from '../plan/plan.view.js';
import { auditEntryAt } from '../trail/audit.js';
import { TrailReader, type TrailPageView } from '../trail/trail-reader.js';
import { AuditConnection, AuditEntry } from '../trail/trail.types.js';
import { kpiStream, kpiSubject, TARGET, type TargetValue } from './kpi.events.js';
import { EnterFigure } from './kpi.handler.js';
import type { KpiOrder, KpiRevisionOrder } from './kpi.js';
import {
  CorrectKpiRevisionInput,
  CorrectReadingInput,
  FormerTarget,
  Kpi,
  Reading,
  RecordReadingInput,
  ReviseKpiInput,
  ReviseTargetInput,
  Target,
  WithdrawKpiRevisionInput,
  WithdrawReadingInput,
  WithdrawTargetInput,
} from './kpi.types.js';
import type { ReadingView, TargetView } from './kpi.view.js';

@ObjectType()
export class RecordReadingPayload extends KpiPayload {}
@ObjectType()
export class CorrectReadingPayload extends KpiPayload {}
@ObjectType()
export class WithdrawReadingPayload extends KpiPayload {}
@ObjectType()
export class ReviseTargetPayload extends KpiPayload {}
@ObjectType()
export class WithdrawTargetPayload extends KpiPayload {}

@ObjectType()
export class ReviseKpiPayload extends KpiPayload {}
@ObjectType()
export class CorrectKpiRevisionPayload extends KpiPayload {}
@ObjectType()
export class WithdrawKpiRevisionPayload extends KpiPayload {}

@Resolver()
export class KpiMutations {
  constructor(private readonly writer: PlanWriter) {}

  @Mutation(() => RecordReadingPayload)
  recordReading(
    @Args('input') input: RecordReadingInput,
    @Context() context: RequestContext,
  ): Promise<RecordReadingPayload> {
    return this.#enter('recordReading', RecordReadingInput, input, context, (order) => ({ kind: 'record', ...order }));
  }

  @Mutation(() => CorrectReadingPayload)
  correctReading(
    @Args('input') input: CorrectReadingInput,
    @Context() context: RequestContext,
  ): Promise<CorrectReadingPayload> {
    return this.#enter('correctReading', CorrectReadingInput, input, context, (order) => ({
      kind: 'correct',
      ...order,
    }));
  }

  @Mutation(() => WithdrawReadingPayload)
  withdrawReading(
    @Args('input') input: WithdrawReadingInput,
    @Context() context: RequestContext,
  ): Promise<WithdrawReadingPayload> {
    return this.#enter('withdrawReading', WithdrawReadingInput, input, context, (order) => ({
      kind: 'withdraw',
      ...order,
    }));
  }

  @Mutation(() => ReviseTargetPayload)
  reviseTarget(
    @Args('input') input: ReviseTargetInput,
    @Context() context: RequestContext,
  ): Promise<ReviseTargetPayload> {
    return this.#enter('reviseTarget', ReviseTargetInput, input, context, (order) => ({
      kind: 'reviseTarget',
      ...order,
    }));
  }

  @Mutation(() => WithdrawTargetPayload)
  withdrawTarget(
    @Args('input') input: WithdrawTargetInput,
    @Context() context: RequestContext,
  ): Promise<WithdrawTargetPayload> {
    return this.#enter('withdrawTarget', WithdrawTargetInput, input, context, (order) => ({
      kind: 'withdrawTarget',
      ...order,
    }));
  }

  @Mutation(() => ReviseKpiPayload, { description: '計画の変更: what the plan says of a KPI from a day on' })
  reviseKpi(@Args('input') input: ReviseKpiInput, @Context() context: RequestContext): Promise<ReviseKpiPayload> {
    return this.#enter('reviseKpi', ReviseKpiInput, input, context, (order) => ({ kind: 'revise', ...order }));
  }

  @Mutation(() => CorrectKpiRevisionPayload)
  correctKpiRevision(
    @Args('input') input: CorrectKpiRevisionInput,
    @Context() context: RequestContext,
  ): Promise<CorrectKpiRevisionPayload> {
    return this.#enter('correctKpiRevision', CorrectKpiRevisionInput, input, context, (order) => ({
      kind: 'correctRevision',
      ...order,
    }));
  }

  @Mutation(() => WithdrawKpiRevisionPayload)
  withdrawKpiRevision(
    @Args('input') input: WithdrawKpiRevisionInput,
    @Context() context: RequestContext,
  ): Promise<WithdrawKpiRevisionPayload> {
    return this.#enter('withdrawKpiRevision', WithdrawKpiRevisionInput, input, context, (order) => ({
      kind: 'withdrawRevision',
      ...order,
    }));
  }

  #enter<Input extends PlanInput & { kpiKey: string }>(
    name: MutationName,
    type: Type<Input>,
    input: Input,
    context: RequestContext,
    order: (input: Checked<Input>) => KpiOrder | KpiRevisionOrder,
  ): Promise<KpiPayload> {
    return this.writer.kpi(
      name,
      type,
      input,
      context,
      (checked, envelope) => new EnterFigure(checked.planKey, checked.kpiKey, order(checked), envelope),
    );
  }
}

@Resolver(() => Plan)
export class PlanKpisResolver {
  @ResolveField(() => [Kpi], { description: 'One for each number series' })
  kpis(@Parent() { kpis }: PlanView): PlanView['kpis'] {
    return kpis;
  }
}

@Resolver(() => Kpi)
export class KpiResolver {
  constructor(private readonly trail: TrailReader) {}

  @ResolveField(() => Int, { description: 'Give it back as expectedRevision' })
  revision(@Parent() { planKey, key, known }: PlanKpiView, @Context() { loaders }: RequestContext): Promise<number> {
    return loaders.revision.load({ key: kpiStream(planKey, key), known });
  }

  @ResolveField(() => Reading, { nullable: true, description: 'null: no data, never 0' })
  reading(
    @Parent() { readings }: PlanKpiView,
    @Args('fiscalYear', { type: () => FiscalYearScalar }) fiscalYear: number,
  ): ReadingView | null {
    return readings.find((reading) => reading.fiscalYear === fiscalYear) ?? null;
  }

  @ResolveField(() => AuditConnection)
  auditTrail(@Parent() { planKey: scope, key, known }: PlanKpiView, @Args() page: PageArgs): Promise<TrailPageView> {
    return this.trail.page({ scope, known, subject: kpiSubject(key) }, page);
  }
}

@Resolver(() => Target)
export class TargetResolver {
  constructor(private readonly projector: Projector) {}

  @ResolveField(() => FormerTarget, { nullable: true, description: 'What it took the place of' })
  async former(@Parent() { series, fiscalYear, position, reason }: TargetView): Promise<FormerTarget | null> {
    const { planKey, kpiKey, known } = series;
    const said = await this.projector.views.timeline.history(
      planKey,
      kpiSubject(kpiKey),
      TARGET + String(fiscalYear),
      known,
    );
    const held = said
      .filter((fact) => fact.supersededAt === undefined)
      .sort((a, b) =>
        a.effectiveFrom === b.effectiveFrom
          ? a.position < b.position
            ? -1
            : 1
          : a.effectiveFrom < b.effectiveFrom
            ? -1
            : 1,
      );
    const former = held[held.findIndex((fact) => fact.position === position) - 1];
    if (!former) return null;
    const { value } = former.value as unknown as TargetValue;
    return {
      value,
      reason: reason ?? null,
      effectiveOn: former.effectiveFrom,
      recordedAt: new Date(former.recordedAtMs),
    };
  }
}

@Resolver(() => Reading)
export class ReadingResolver {
  @ResolveField(() => AuditEntry, { nullable: true, description: 'The entry it took the place of' })
  async corrects(
    @Parent() { series, position }: ReadingView,
    @Context() context: RequestContext,
  ): Promise<AuditEntry | null> {
    const entry = await auditEntryAt(series.planKey, position, series.known, context);
    return entry?.entry.supersedes ? auditEntryAt(series.planKey, entry.entry.supersedes, series.known, context) : null;
  }

  @ResolveField(() => AuditEntry)
  event(@Parent() { series, position }: ReadingView, @Context() context: RequestContext): Promise<AuditEntry | null> {
    return auditEntryAt(series.planKey, position, series.known, context);
  }
}
