import { Args, Context, Field, Mutation, ObjectType, Resolver } from '@nestjs/graphql';
import type { RequestContext } from '../api/context.js';
import { Payload } from '../api/problem.types.js';
import { MeasurePayload, PlanWriter } from './plan-writer.js';
import { Plan } from './plan.types.js';
import type { PlanView } from './plan.view.js';
import { ReviseMeasure, ReviseTitle } from './revision.handler.js';
import {
  CorrectMeasureRevisionInput,
  CorrectTitleRevisionInput,
  ReviseMeasureInput,
  ReviseTitleInput,
  WithdrawMeasureRevisionInput,
  WithdrawTitleRevisionInput,
} from './revision.types.js';

@ObjectType()
export class ReviseMeasurePayload extends MeasurePayload {}
@ObjectType()
export class CorrectMeasureRevisionPayload extends MeasurePayload {}
@ObjectType()
export class WithdrawMeasureRevisionPayload extends MeasurePayload {}

@ObjectType({ isAbstract: true })
abstract class PlanPayload extends Payload {
  @Field(() => Plan, { nullable: true, description: 'As it is after this; null when refused' })
  plan!: PlanView | null;
}
@ObjectType()
export class ReviseTitlePayload extends PlanPayload {}
@ObjectType()
export class CorrectTitleRevisionPayload extends PlanPayload {}
@ObjectType()
export class WithdrawTitleRevisionPayload extends PlanPayload {}

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

  @Mutation(() => ReviseTitlePayload, { description: '計画の変更: the title of the plan, of a goal or of a policy' })
  reviseTitle(@Args('input') input: ReviseTitleInput, @Context() context: RequestContext): Promise<ReviseTitlePayload> {
    return this.writer.plan('reviseTitle', ReviseTitleInput, input, context, (checked, envelope) => {
      const { planKey, subject, ...order } = checked;
      return new ReviseTitle(planKey, subject, { kind: 'revise', ...order }, envelope);
    });
  }

  @Mutation(() => CorrectTitleRevisionPayload)
  correctTitleRevision(
    @Args('input') input: CorrectTitleRevisionInput,
    @Context() context: RequestContext,
  ): Promise<CorrectTitleRevisionPayload> {
    return this.writer.plan('correctTitleRevision', CorrectTitleRevisionInput, input, context, (checked, envelope) => {
      const { planKey, subject, ...order } = checked;
      return new ReviseTitle(planKey, subject, { kind: 'correct', ...order }, envelope);
    });
  }

  @Mutation(() => WithdrawTitleRevisionPayload)
  withdrawTitleRevision(
    @Args('input') input: WithdrawTitleRevisionInput,
    @Context() context: RequestContext,
  ): Promise<WithdrawTitleRevisionPayload> {
    return this.writer.plan(
      'withdrawTitleRevision',
      WithdrawTitleRevisionInput,
      input,
      context,
      (checked, envelope) => {
        const { planKey, subject, ...order } = checked;
        return new ReviseTitle(planKey, subject, { kind: 'withdraw', ...order }, envelope);
      },
    );
  }
}
