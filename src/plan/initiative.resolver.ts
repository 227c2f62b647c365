import { CommandBus } from '@nestjs/cqrs';
import { Args, Context, Field, Mutation, ObjectType, Resolver } from '@nestjs/graphql';
import type { RequestContext } from '../api/context.js';
import { attempt } from '../api/mutation.js';
import { Refusal } from '../problems.js';
import { AmendInitiative, EnterInitiative } from './initiative.handler.js';
import { CorrectInitiativeInput, EnterInitiativeInput, WithdrawInitiativeInput } from './initiative.types.js';
import { PlanReader } from './plan-reader.js';
import { measureIn } from './plan.view.js';
import { MeasurePayload, PlanWriter } from './plan-writer.js';

@ObjectType()
export class EnterInitiativePayload extends MeasurePayload {
  @Field(() => String, {
    nullable: true,
    description: 'The number it was given, also when it holds from a later day and `measure` is null',
  })
  measureNo!: string | null;
}
@ObjectType()
export class CorrectInitiativePayload extends MeasurePayload {}
@ObjectType()
export class WithdrawInitiativePayload extends MeasurePayload {}

@Resolver()
export class InitiativeResolver {
  constructor(
    private readonly commands: CommandBus,
    private readonly plans: PlanReader,
    private readonly writer: PlanWriter,
  ) {}

  @Mutation(() => EnterInitiativePayload, { description: '本計画にない取組: the ledger gives the number' })
  async enterInitiative(
    @Args('input') raw: EnterInitiativeInput,
    @Context() context: RequestContext,
  ): Promise<EnterInitiativePayload> {
    const { result, problems } = await attempt(
      'enterInitiative',
      EnterInitiativeInput,
      raw,
      context,
      (input, envelope) => {
        if (envelope.expectedRevision !== undefined) throw new Refusal('INVALID_INPUT', ['input', 'expectedRevision']);
        const { planKey, ...initiative } = input;
        return this.commands.execute(new EnterInitiative(planKey, initiative, envelope));
      },
    );
    if (!result) return { receipt: null, problems, measure: null, measureNo: null };
    const { no, receipt } = result;
    const plan = await this.plans.planAfter(raw.planKey, receipt.position);
    return { receipt, problems, measure: plan && measureIn(plan, no), measureNo: no };
  }

  @Mutation(() => CorrectInitiativePayload)
  correctInitiative(
    @Args('input') input: CorrectInitiativeInput,
    @Context() context: RequestContext,
  ): Promise<CorrectInitiativePayload> {
    return this.writer.measure('correctInitiative', CorrectInitiativeInput, input, context, (checked, envelope) => {
      const { planKey, measureNo, ...order } = checked;
      return new AmendInitiative(planKey, measureNo, { kind: 'correct', ...order }, envelope);
    });
  }

  @Mutation(() => WithdrawInitiativePayload, { description: 'Entered by mistake: its number is not used again' })
  withdrawInitiative(
    @Args('input') input: WithdrawInitiativeInput,
    @Context() context: RequestContext,
  ): Promise<WithdrawInitiativePayload> {
    return this.writer.measure('withdrawInitiative', WithdrawInitiativeInput, input, context, (checked, envelope) => {
      const { planKey, measureNo, ...order } = checked;
      return new AmendInitiative(planKey, measureNo, { kind: 'withdraw', ...order }, envelope);
    });
  }
}
