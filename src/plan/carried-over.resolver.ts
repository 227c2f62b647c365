import { Args, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { LanguageName } from '../trail/trail.types.js';
import { CarriedMeasure, RelatedPlan } from './carried-over.types.js';
import { PlanReader } from './plan-reader.js';
import { Measure, Plan } from './plan.types.js';
import { measureIn, type MeasureView, type PlanView } from './plan.view.js';

interface RelatedPlanView {
  readonly key: string;
  readonly plan: PlanView | null;
}

interface CarriedMeasureView {
  readonly planKey: string;
  readonly no: string;
  readonly plan: PlanView | null;
  readonly measure: MeasureView | null;
}

const spoken = ([ja, en]: readonly [string, string], language: LanguageName | null): string =>
  language === LanguageName.EN ? en : ja;

const planMissing = (key: string): readonly [string, string] => [
  `計画 ${key} はこの台帳にないか、この時点ではまだ策定されていません`,
  `plan ${key} is not in this ledger, or was not adopted by then`,
];

@Resolver(() => Plan)
export class PlanSuccessionResolver {
  constructor(private readonly plans: PlanReader) {}

  @ResolveField(() => RelatedPlan, {
    nullable: true,
    description: 'What it takes the place of; null: the file names none',
  })
  async predecessor(@Parent() { predecessorKey: key, asOf }: PlanView): Promise<RelatedPlanView | null> {
    if (key === null) return null;
    const { effectiveOn, position } = asOf;
    return { key, plan: await this.plans.planAt(key, { effectiveOn, position }) };
  }

  @ResolveField(() => [RelatedPlan], { description: 'Those in its place: at most one, as plans go' })
  async successors(@Parent() { key, asOf }: PlanView): Promise<RelatedPlanView[]> {
    const { effectiveOn, position } = asOf;
    const keys = await this.plans.successorsOf(key, asOf);
    return Promise.all(
      keys.map(async (one) => ({ key: one, plan: await this.plans.planAt(one, { effectiveOn, position }) })),
    );
  }
}

@Resolver(() => Measure)
export class CarriedOverResolver {
  constructor(private readonly plans: PlanReader) {}

  @ResolveField(() => [CarriedMeasure], { description: 'What it goes on with, in the plan before' })
  async carriedOverFrom(
    @Parent() { planKey, carriedOverFrom, day: effectiveOn, known: position }: MeasureView,
  ): Promise<CarriedMeasureView[]> {
    if (carriedOverFrom.length === 0) return [];
    const at = { effectiveOn, position };
    const key = (await this.plans.planAt(planKey, at))?.predecessorKey ?? '';
    const plan = await this.plans.planAt(key, at);
    return carriedOverFrom.map((no) => ({ planKey: key, no, plan, measure: plan && measureIn(plan, no) }));
  }

  @ResolveField(() => [CarriedMeasure], { description: 'What goes on with it, in the plan after' })
  async carriedOverTo(
    @Parent() { planKey, no, day: effectiveOn, known: position }: MeasureView,
  ): Promise<CarriedMeasureView[]> {
    const at = { effectiveOn, position };
    const plans = await Promise.all(
      (await this.plans.successorsOf(planKey, at)).map((key) => this.plans.planAt(key, at)),
    );
    return plans.flatMap((plan) =>
      [...(plan?.measures ?? []), ...(plan?.succeeded ?? [])]
        .filter(({ carriedOverFrom }) => carriedOverFrom.includes(no))
        .map((measure) => ({ planKey: measure.planKey, no: measure.no, plan, measure })),
    );
  }
}

@Resolver(() => RelatedPlan)
export class RelatedPlanResolver {
  @ResolveField(() => String, { nullable: true, description: 'Why there is no plan to show; null: there is' })
  statement(
    @Parent() { key, plan }: RelatedPlanView,
    @Args('language', { type: () => LanguageName, nullable: true }) language: LanguageName | null,
  ): string | null {
    return plan ? null : spoken(planMissing(key), language);
  }
}

@Resolver(() => CarriedMeasure)
export class CarriedMeasureResolver {
  @ResolveField(() => String, { nullable: true, description: 'Why there is no measure to show; null: there is' })
  statement(
    @Parent() { planKey, no, plan, measure }: CarriedMeasureView,
    @Args('language', { type: () => LanguageName, nullable: true }) language: LanguageName | null,
  ): string | null {
    if (measure) return null;
    if (!plan) return spoken(planMissing(planKey), language);
    return spoken([`計画 ${planKey} に個別施策 ${no} はありません`, `plan ${planKey} has no measure ${no}`], language);
  }
}
