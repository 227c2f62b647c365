import { Field, ID, InputType } from '@nestjs/graphql';
import { ArrayMaxSize, ArrayUnique, ArrayNotEmpty, IsNotEmpty, IsOptional, MaxLength } from 'class-validator';
import { CitesDecision, DecidedBy, MeasureInput, Name, PlanInput, Reason } from '../api/mutation.js';
import { ScheduleCellInput } from '../schedule/schedule.types.js';

@InputType({ isAbstract: true, description: 'Only what is named is changed.' })
abstract class MeasureRevisionInput extends MeasureInput {
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Name()
  title?: string | null;
  @Field(() => [String], { nullable: true, description: '業務担当課: by key, or by the name on the day' })
  @IsOptional()
  @ArrayNotEmpty()
  @ArrayMaxSize(50)
  @ArrayUnique()
  @Name({ each: true })
  owners?: string[] | null;
  @Field(() => [String], { nullable: true, description: '調整; empty: none' })
  @IsOptional()
  @ArrayMaxSize(50)
  @ArrayUnique()
  @Name({ each: true })
  coordinators?: string[] | null;
  @Field(() => [ScheduleCellInput], {
    nullable: true,
    description: 'The row of the plan, all of it: years that are not named are blank',
  })
  @IsOptional()
  @ArrayMaxSize(50)
  schedule?: ScheduleCellInput[] | null;
  @Field({ description: 'Of the revision; of a correction: why it is corrected' })
  @Reason()
  reason!: string;
  @DecidedBy()
  decidedBy?: string | null;
  @CitesDecision()
  decisionId?: string | null;
}

@InputType({ description: 'One entry for each of the things that are changed.' })
export class ReviseMeasureInput extends MeasureRevisionInput {}

@InputType({
  description: 'Names nothing but what its entry is about, or nothing: then it says the same, of another day.',
})
export class CorrectMeasureRevisionInput extends MeasureRevisionInput {
  @Field(() => ID)
  @IsNotEmpty()
  entryId!: string;
}

@InputType()
export class WithdrawMeasureRevisionInput extends MeasureInput {
  @Field(() => ID)
  @IsNotEmpty()
  entryId!: string;
  @Field()
  @Reason()
  reason!: string;
}

@InputType({ isAbstract: true })
abstract class TitleInput extends PlanInput {
  @Field({ description: '`plan`, `goal/1`, `policy/1-1`; of a measure: `reviseMeasure`, of a KPI: `reviseKpi`' })
  @IsNotEmpty()
  @MaxLength(20)
  subject!: string;
  @Field({ description: 'Of the revision; of a correction or a withdrawal: why' })
  @Reason()
  reason!: string;
}

@InputType({ description: '`expectedRevision` counts the revisions of this title.' })
export class ReviseTitleInput extends TitleInput {
  @Field()
  @Name()
  title!: string;
  @DecidedBy()
  decidedBy?: string | null;
  @CitesDecision()
  decisionId?: string | null;
}

@InputType()
export class CorrectTitleRevisionInput extends ReviseTitleInput {
  @Field(() => ID)
  @IsNotEmpty()
  entryId!: string;
}

@InputType()
export class WithdrawTitleRevisionInput extends TitleInput {
  @Field(() => ID)
  @IsNotEmpty()
  entryId!: string;
}
