import { Field, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { DayScalar } from '../api/scalars.js';
import { NEUTRALS, SHAPES, type Neutral, type Shape } from './plan.events.js';
import type { ScaleCodeView, ScaleView } from './scale.view.js';

export const NeutralName = Object.fromEntries(NEUTRALS.map((name) => [name, name])) as { readonly [N in Neutral]: N };
registerEnumType(NeutralName, {
  name: 'Neutral',
  description: 'What the words of different plans are compared by, and nothing else.',
});

const ShapeName = Object.fromEntries(SHAPES.map((shape) => [shape.toUpperCase().replaceAll('-', '_'), shape]));
registerEnumType(ShapeName, { name: 'ScaleShape', description: 'A mark for charts that do without colour.' });

@ObjectType()
export class ScaleCode implements ScaleCodeView {
  @Field()
  code!: string;
  @Field()
  label!: string;
  @Field()
  labelEn!: string;
  @Field(() => Int)
  order!: number;
  @Field(() => String, { nullable: true })
  sign!: string | null;
  @Field(() => String, { nullable: true, description: 'When it is given; null: the plan does not say' })
  meaning!: string | null;
  @Field(() => String, { nullable: true })
  meaningEn!: string | null;
  @Field(() => ShapeName, { nullable: true })
  shape!: Shape | null;
  @Field({ description: 'A poor result: a cause and an action are wanted' })
  needsCause!: boolean;
  @Field(() => NeutralName, { nullable: true, description: 'null: not mapped' })
  neutral!: Neutral | null;
}

@ObjectType({ description: "The plan's own words for where a measure stands, in one version." })
export class Scale implements ScaleView {
  @Field()
  key!: string;
  @Field(() => Int)
  version!: number;
  @Field(() => DayScalar, {
    nullable: true,
    description: 'The day from which another version is in force in its place; null: it is in force',
  })
  replacedOn!: string | null;
  @Field(() => [ScaleCode])
  codes!: readonly ScaleCode[];
}
