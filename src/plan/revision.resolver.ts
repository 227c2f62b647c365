import { Args, Context, Mutation, ObjectType, Resolver } from '@nestjs/graphql';
import type { RequestContext } from '../api/context.js';
import { MeasurePayload, PlanWriter } from './plan-writer.js';
import { ReviseMeasure } from './revision.handler.js';
import { CorrectMeasureRevisionInput, ReviseMeasureInput, WithdrawMeasureRevisionInput } from './revision.types.js';

@ObjectType()
export class ReviseMeasurePayload extends MeasurePayload {}
@ObjectType()
export class CorrectMeasureRevisionPayload extends MeasurePayload {}
@ObjectType()
export class WithdrawMeasureRevisionPayload extends MeasurePayload {}

@Resolver()
export class RevisionResolver {
  constructor(private readonly writer: PlanWriter) {}

  @Mutation(() => ReviseMeasurePayload, { description: '計画の変更: what the plan says of a measure from a day on' })
  reviseMeasure(
    @Args('input') input: ReviseMeasureInput,
    @Context() context: RequestContext,
  ): Promise<ReviseMeasurePayload> {
    return this.writer.measure('reviseMeasure', ReviseMeasureInput, input, context, (checked, envelope) => {
      const { planKey, measureNo, ...order } = checked;
      return new ReviseMeasure(planKey, measureNo, { kind: 'revise', ...order }, envelope);
    });
  }

  @Mutation(() => CorrectMeasureRevisionPayload)
  correctMeasureRevision(
    @Args('input') input: CorrectMeasureRevisionInput,
    @Context() context: RequestContext,
  ): Promise<CorrectMeasureRevisionPayload> {
    return this.writer.measure(
      'correctMeasureRevision',
      CorrectMeasureRevisionInput,
      input,
      context,
      (checked, envelope) => {
        const { planKey, measureNo, ...order } = checked;
        return new ReviseMeasure(planKey, measureNo, { kind: 'correct', ...order }, envelope);
      },
    );
  }

  @Mutation(() => WithdrawMeasureRevisionPayload)
  withdrawMeasureRevision(
    @Args('input') input: WithdrawMeasureRevisionInput,
    @Context() context: RequestContext,
  ): Promise<WithdrawMeasureRevisionPayload> {
    return this.writer.measure(
      'withdrawMeasureRevision',
      WithdrawMeasureRevisionInput,
      input,
      context,
      (checked, envelope) => {
        const { planKey, measureNo, ...order } = checked;
        return new ReviseMeasure(planKey, measureNo, { kind: 'withdraw', ...order }, envelope);
      },
    );
  }
}
