import { Field, ObjectType } from '@nestjs/graphql';
import { Measure, Plan } from './plan.types.js';

@ObjectType({ description: 'A plan that came before or after, as of the same point.' })
export class RelatedPlan {
  @Field()
  key!: string;
  @Field(() => Plan, { nullable: true, description: 'null: not in this ledger, or not adopted by then' })
  plan!: Plan | null;
}

@ObjectType({ description: 'A measure of the plan before or after, as of the same point.' })
export class CarriedMeasure {
  @Field()
  planKey!: string;
  @Field()
  no!: string;
  @Field(() => Measure, { nullable: true, description: 'null: its plan is not there, or has no such measure' })
  measure!: Measure | null;
}
