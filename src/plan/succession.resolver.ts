import { Args, Context, Mutation, ObjectType, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { RequestContext } from '../api/context.js';
import { Refusal } from '../problems.js';
import { auditEntryAt } from '../trail/audit.js';
import { AuditEntry } from '../trail/trail.types.js';
import { MeasurePayload, PlanWriter } from './plan-writer.js';
import { MeasureSuccession } from './plan.types.js';
import { measureIn } from './plan.view.js';
import { SucceedMeasures, WithdrawSuccession } from './succession.handler.js';
import {
  MergeMeasuresInput,
  RetireMeasureInput,
  SplitMeasureInput,
  WithdrawSuccessionInput,
} from './succession.types.js';
import type { SuccessionView } from './succession.view.js';

@ObjectType()
export class SplitMeasurePayload extends MeasurePayload {}
@ObjectType({ description: '`measure` is the one that takes the place of the others.' })
export class MergeMeasuresPayload extends MeasurePayload {}
@ObjectType()
export class RetireMeasurePayload extends MeasurePayload {}
@ObjectType()
export class WithdrawSuccessionPayload extends MeasurePayload {}

@Resolver()
export class SuccessionResolver {
  constructor(private readonly writer: PlanWriter) {}

  @Mutation(() => SplitMeasurePayload, { description: '分割: from that day others are there in its place' })
  splitMeasure(
    @Args('input') input: SplitMeasureInput,
    @Context() context: RequestContext,
  ): Promise<SplitMeasurePayload> {
    return this.writer.measure('splitMeasure', SplitMeasureInput, input, context, (checked, envelope) => {
      const { planKey, measureNo, into, ...why } = checked;
      const said = { kind: 'SPLIT' as const, predecessors: [measureNo], successors: into, ...why };
      return new SucceedMeasures(planKey, said, envelope);
    });
  }

  @Mutation(() => MergeMeasuresPayload, { description: '統合: from that day one is there in the place of several' })
  async mergeMeasures(
    @Args('input') input: MergeMeasuresInput,
    @Context() context: RequestContext,
  ): Promise<MergeMeasuresPayload> {
    const { receipt, problems, plan } = await this.writer.plan(
      'mergeMeasures',
      MergeMeasuresInput,
      input,
      context,
      (checked, envelope) => {
        if (envelope.expectedRevision !== undefined) throw new Refusal('INVALID_INPUT', ['input', 'expectedRevision']);
        const { planKey, measureNos, into, ...why } = checked;
        const said = { kind: 'MERGER' as const, predecessors: measureNos, successors: [into], ...why };
        return new SucceedMeasures(planKey, said, envelope);
      },
    );
    return { receipt, problems, measure: plan && measureIn(plan, input.into.no) };
  }

  @Mutation(() => RetireMeasurePayload, { description: '廃止: from that day it is no longer part of the plan' })
  retireMeasure(
    @Args('input') input: RetireMeasureInput,
    @Context() context: RequestContext,
  ): Promise<RetireMeasurePayload> {
    return this.writer.measure('retireMeasure', RetireMeasureInput, input, context, (checked, envelope) => {
      const { planKey, measureNo, ...why } = checked;
      const said = { kind: 'RETIREMENT' as const, predecessors: [measureNo], successors: [], ...why };
      return new SucceedMeasures(planKey, said, envelope);
    });
  }

  @Mutation(() => WithdrawSuccessionPayload, {
    description: 'Those that gave way are there again; refused when something is recorded of one in their place',
  })
  withdrawSuccession(
    @Args('input') input: WithdrawSuccessionInput,
    @Context() context: RequestContext,
  ): Promise<WithdrawSuccessionPayload> {
    return this.writer.measure('withdrawSuccession', WithdrawSuccessionInput, input, context, (checked, envelope) => {
      const { planKey, measureNo, ...order } = checked;
      return new WithdrawSuccession(planKey, measureNo, order, envelope);
    });
  }
}

@Resolver(() => MeasureSuccession)
export class MeasureSuccessionResolver {
  @ResolveField(() => AuditEntry, { nullable: true, description: 'The event that says so' })
  event(
    @Parent() { planKey, position, known }: SuccessionView,
    @Context() context: RequestContext,
  ): Promise<AuditEntry | null> {
    return auditEntryAt(planKey, position, known, context);
  }
}
