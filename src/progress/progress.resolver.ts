import { Args, Context, Mutation, ObjectType, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { RequestContext } from '../api/context.js';
import { MeasurePayload, PlanWriter } from '../plan/plan-writer.js';
import { auditEntryAt } from '../trail/audit.js';
import { AuditEntry } from '../trail/trail.types.js';
import { ReportStatus } from './progress.handler.js';
import {
  ChangeMeasureStatusInput,
  CorrectMeasureStatusInput,
  MeasureStatus,
  WithdrawMeasureStatusInput,
} from './progress.types.js';
import type { StatusView } from './status.view.js';

@ObjectType()
export class ChangeMeasureStatusPayload extends MeasurePayload {}
@ObjectType()
export class CorrectMeasureStatusPayload extends MeasurePayload {}
@ObjectType()
export class WithdrawMeasureStatusPayload extends MeasurePayload {}

@Resolver()
export class ProgressResolver {
  constructor(private readonly writer: PlanWriter) {}

  @Mutation(() => ChangeMeasureStatusPayload)
  changeMeasureStatus(
    @Args('input') input: ChangeMeasureStatusInput,
    @Context() context: RequestContext,
  ): Promise<ChangeMeasureStatusPayload> {
    return this.writer.measure('changeMeasureStatus', ChangeMeasureStatusInput, input, context, (checked, envelope) => {
      const { planKey, measureNo, ...order } = checked;
      return new ReportStatus(planKey, measureNo, { kind: 'change', ...order }, envelope);
    });
  }

  @Mutation(() => CorrectMeasureStatusPayload)
  correctMeasureStatus(
    @Args('input') input: CorrectMeasureStatusInput,
    @Context() context: RequestContext,
  ): Promise<CorrectMeasureStatusPayload> {
    return this.writer.measure(
      'correctMeasureStatus',
      CorrectMeasureStatusInput,
      input,
      context,
      (checked, envelope) => {
        const { planKey, measureNo, ...order } = checked;
        return new ReportStatus(planKey, measureNo, { kind: 'correct', ...order }, envelope);
      },
    );
  }

  @Mutation(() => WithdrawMeasureStatusPayload)
  withdrawMeasureStatus(
    @Args('input') input: WithdrawMeasureStatusInput,
    @Context() context: RequestContext,
  ): Promise<WithdrawMeasureStatusPayload> {
    return this.writer.measure(
      'withdrawMeasureStatus',
      WithdrawMeasureStatusInput,
      input,
      context,
      (checked, envelope) => {
        const { planKey, measureNo, ...order } = checked;
        return new ReportStatus(planKey, measureNo, { kind: 'withdraw', ...order }, envelope);
      },
    );
  }
}

@Resolver(() => MeasureStatus)
export class MeasureStatusResolver {
  @ResolveField(() => AuditEntry, { nullable: true, description: 'The event that says so' })
  event(
    @Parent() { planKey, position, known }: StatusView,
    @Context() context: RequestContext,
  ): Promise<AuditEntry | null> {
    return auditEntryAt(planKey, position, known, context);
  }
}
