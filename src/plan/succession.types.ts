import { Field, ID, InputType } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  ArrayNotEmpty,
  IsNotEmpty,
  IsOptional,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { CitesDecision, DecidedBy, MeasureInput, Name, PlanInput, Reason } from '../api/mutation.js';
import { ScheduleCellInput } from '../schedule/schedule.types.js';

@InputType({ description: 'A measure that takes the place of others.' })
export class NewMeasureInput {
  @Field({ description: '"1-2-6": under a policy of the plan, and never used before' })
  @Matches(/^\d{1,3}(-\d{1,3}){2}$/)
  no!: string;
  @Field()
  @Name()
  title!: string;
  @Field(() => [String], { description: '業務担当課: by key, or by the name on the day' })
  @ArrayNotEmpty()
  @ArrayMaxSize(50)
  @ArrayUnique()
  @Name({ each: true })
  owners!: string[];
  @Field(() => [String], { nullable: true, description: '調整' })
  @IsOptional()
  @ArrayMaxSize(50)
  @ArrayUnique()
  @Name({ each: true })
  coordinators?: string[] | null;
  @Field(() => [ScheduleCellInput], { nullable: true, description: 'Years that are not named are blank' })
  @IsOptional()
  @ArrayMaxSize(50)
  schedule?: ScheduleCellInput[] | null;
}

@InputType()
export class SplitMeasureInput extends MeasureInput {
  @Field(() => [NewMeasureInput], { description: 'Two or more' })
  @ArrayMaxSize(20)
  @ValidateNested({ each: true })
  @Type(() => NewMeasureInput)
  into!: NewMeasureInput[];
  @Field()
  @Reason()
  reason!: string;
  @DecidedBy()
  decidedBy?: string | null;
  @CitesDecision()
  decisionId?: string | null;
}

@InputType({ description: '`expectedRevision` is refused: it would be that of several.' })
export class MergeMeasuresInput extends PlanInput {
  @Field(() => [String], { description: 'Two or more' })
  @ArrayMaxSize(20)
  @IsNotEmpty({ each: true })
  @MaxLength(20, { each: true })
  measureNos!: string[];
  @Field(() => NewMeasureInput)
  @ValidateNested()
  @Type(() => NewMeasureInput)
  into!: NewMeasureInput;
  @Field()
  @Reason()
  reason!: string;
  @DecidedBy()
  decidedBy?: string | null;
  @CitesDecision()
  decisionId?: string | null;
}

@InputType()
export class RetireMeasureInput extends MeasureInput {
  @Field()
  @Reason()
  reason!: string;
  @DecidedBy()
  decidedBy?: string | null;
  @CitesDecision()
  decisionId?: string | null;
}

@InputType()
export class WithdrawSuccessionInput extends MeasureInput {
  @Field(() => ID, { description: '`Measure.succession.entryId` of one that gave way' })
  @IsNotEmpty()
  entryId!: string;
  @Field()
  @Reason()
  reason!: string;
}
