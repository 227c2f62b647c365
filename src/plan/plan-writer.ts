import { Injectable, type Type } from '@nestjs/common';
import { CommandBus, type Command } from '@nestjs/cqrs';
import { Field, ObjectType } from '@nestjs/graphql';
import type { MutationName } from '../access/permissions.js';
import type { RequestContext } from '../api/context.js';
import { attempt, type Checked, type MeasureInput, type PlanInput } from '../api/mutation.js';
import { Payload } from '../api/problem.types.js';
import type { Receipt } from '../eventsourcing/event-store.js';
import type { Envelope } from '../eventsourcing/handle.js';
import { Indicator } from '../indicator/indicator.types.js';
import { Kpi } from '../kpi/kpi.types.js';
import { Measure } from './plan.types.js';
import { PlanReader } from './plan-reader.js';
import { measureIn, type MeasureView, type PlanIndicatorView, type PlanKpiView, type PlanView } from './plan.view.js';

@ObjectType({ isAbstract: true })
export abstract class MeasurePayload extends Payload {
  @Field(() => Measure, {
    nullable: true,
    description: 'As it is after this; null when refused, and while nothing of it holds yet',
  })
  measure!: MeasureView | null;
}

@ObjectType({ isAbstract: true })
export abstract class KpiPayload extends Payload {
  @Field(() => Kpi, { nullable: true, description: 'As it is after this; null when refused' })
  kpi!: PlanKpiView | null;
}

@ObjectType({ isAbstract: true })
export abstract class IndicatorPayload extends Payload {
  @Field(() => Indicator, { nullable: true, description: 'As it is after this; null when refused' })
  indicator!: PlanIndicatorView | null;
}

/** Sends the command of a mutation and answers with the changed object, as the caller's own write made it. */
@Injectable()
export class PlanWriter {
  constructor(
    private readonly commands: CommandBus,
    private readonly plans: PlanReader,
  ) {}

  async measure<Input extends MeasureInput>(
    name: MutationName,
    type: Type<Input>,
    raw: Input,
    context: RequestContext,
    command: (input: Checked<Input>, envelope: Envelope) => Command<Receipt>,
  ): Promise<MeasurePayload> {
    const { receipt, problems, plan } = await this.plan(name, type, raw, context, command);
    return { receipt, problems, measure: plan && measureIn(plan, raw.measureNo) };
  }

  async kpi<Input extends PlanInput & { kpiKey: string }>(
    name: MutationName,
    type: Type<Input>,
    raw: Input,
    context: RequestContext,
    command: (input: Checked<Input>, envelope: Envelope) => Command<Receipt>,
  ): Promise<KpiPayload> {
    const { receipt, problems, plan } = await this.plan(name, type, raw, context, command);
    return { receipt, problems, kpi: plan?.kpis.find(({ key }) => key === raw.kpiKey) ?? null };
  }

  async indicator<Input extends PlanInput & { indicatorKey: string }>(
    name: MutationName,
    type: Type<Input>,
    raw: Input,
    context: RequestContext,
    command: (input: Checked<Input>, envelope: Envelope) => Command<Receipt>,
  ): Promise<IndicatorPayload> {
    const { receipt, problems, plan } = await this.plan(name, type, raw, context, command);
    return { receipt, problems, indicator: plan?.indicators.find(({ key }) => key === raw.indicatorKey) ?? null };
  }

  /** With the plan as it is after this. */
  async plan<Input extends PlanInput>(
    name: MutationName,
    type: Type<Input>,
    raw: Input,
    context: RequestContext,
    command: (input: Checked<Input>, envelope: Envelope) => Command<Receipt>,
  ): Promise<Payload & { readonly plan: PlanView | null }> {
    const { result: receipt, problems } = await attempt(name, type, raw, context, (input, envelope) =>
      this.commands.execute(command(input, envelope)),
    );
    return { receipt, problems, plan: receipt && (await this.plans.planAfter(raw.planKey, receipt.position)) };
  }
}
