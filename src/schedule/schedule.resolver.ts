import { Args, Context, Mutation, ObjectType, Resolver } from '@nestjs/graphql';
import type { RequestContext } from '../api/context.js';
import { MeasurePayload, PlanWriter } from '../plan/plan-writer.js';
import { MoveSchedule } from './schedule.handler.js';
import { ShiftScheduleInput, WithdrawScheduleShiftInput } from './schedule.types.js';

@ObjectType()
export class ShiftSchedulePayload extends MeasurePayload {}
@ObjectType()
export class WithdrawScheduleShiftPayload extends MeasurePayload {}

@Resolver()
export class ScheduleResolver {
  constructor(private readonly writer: PlanWriter) {}

  @Mutation(() => ShiftSchedulePayload)
  shiftSchedule(
    @Args('input') input: ShiftScheduleInput,
    @Context() context: RequestContext,
  ): Promise<ShiftSchedulePayload> {
    return this.writer.measure('shiftSchedule', ShiftScheduleInput, input, context, (checked, envelope) => {
      const { planKey, measureNo, cascade = false, ...order } = checked;
      return new MoveSchedule(planKey, measureNo, { kind: 'shift', cascade, ...order }, envelope);
    });
  }

  @Mutation(() => WithdrawScheduleShiftPayload)
  withdrawScheduleShift(
    @Args('input') input: WithdrawScheduleShiftInput,
    @Context() context: RequestContext,
  ): Promise<WithdrawScheduleShiftPayload> {
    return this.writer.measure(
      'withdrawScheduleShift',
      WithdrawScheduleShiftInput,
      input,
      context,
      (checked, envelope) => {
        const { planKey, measureNo, ...order } = checked;
        return new MoveSchedule(planKey, measureNo, { kind: 'withdraw', ...order }, envelope);
      },
    );
  }
}
