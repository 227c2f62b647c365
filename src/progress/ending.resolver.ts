import { Args, Context, Mutation, ObjectType, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { RequestContext } from '../api/context.js';
import { MeasurePayload, PlanWriter } from '../plan/plan-writer.js';
import { auditEntryAt } from '../trail/audit.js';
import { AuditEntry } from '../trail/trail.types.js';
import { EndMeasure } from './ending.handler.js';
import {
  CorrectMeasureEndingInput,
  EndMeasureInput,
  MeasureEnding,
  WithdrawMeasureEndingInput,
} from './ending.types.js';
import type { EndingView } from './ending.view.js';

@ObjectType()
export class EndMeasurePayload extends MeasurePayload {}
@ObjectType()
export class CorrectMeasureEndingPayload extends MeasurePayload {}
@ObjectType()
export class WithdrawMeasureEndingPayload extends MeasurePayload {}

@Resolver()
export class EndingResolver {
  constructor(private readonly writer: PlanWriter) {}

  @Mutation(() => EndMeasurePayload)
  endMeasure(@Args('input') input: EndMeasureInput, @Context() context: RequestContext): Promise<EndMeasurePayload> {
    return this.writer.measure('endMeasure', EndMeasureInput, input, context, (checked, envelope) => {
      const { planKey, measureNo, ...order } = checked;
      return new EndMeasure(planKey, measureNo, { kind: 'end', ...order }, envelope);
    });
  }

  @Mutation(() => CorrectMeasureEndingPayload)
  correctMeasureEnding(
    @Args('input') input: CorrectMeasureEndingInput,
    @Context() context: RequestContext,
  ): Promise<CorrectMeasureEndingPayload> {
    return this.writer.measure(
      'correctMeasureEnding',
      CorrectMeasureEndingInput,
      input,
      context,
      (checked, envelope) => {
        const { planKey, measureNo, ...order } = checked;
        return new EndMeasure(planKey, measureNo, { kind: 'correct', ...order }, envelope);
      },
    );
  }

  @Mutation(() => WithdrawMeasureEndingPayload, { description: 'Opens the measure again' })
  withdrawMeasureEnding(
    @Args('input') input: WithdrawMeasureEndingInput,
    @Context() context: RequestContext,
  ): Promise<WithdrawMeasureEndingPayload> {
    return this.writer.measure(
      'withdrawMeasureEnding',
      WithdrawMeasureEndingInput,
      input,
      context,
      (checked, envelope) => {
        const { planKey, measureNo, ...order } = checked;
        return new EndMeasure(planKey, measureNo, { kind: 'withdraw', ...order }, envelope);
      },
    );
  }
}

@Resolver(() => MeasureEnding)
export class MeasureEndingResolver {
  @ResolveField(() => AuditEntry, { nullable: true, description: 'The event that says so' })
  event(
    @Parent() { planKey, position, known }: EndingView,
    @Context() context: RequestContext,
  ): Promise<AuditEntry | null> {
    return auditEntryAt(planKey, position, known, context);
  }
}
