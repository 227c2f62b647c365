import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { IsInt, IsNotEmpty, IsOptional, MaxLength, Min } from 'class-validator';
import { CitesDecision, MeasureInput, Reason, REASON_MAX } from '../api/mutation.js';
import { DayScalar, InstantScalar } from '../api/scalars.js';
import type { Position } from '../eventsourcing/position.js';
import { ScaleCode } from '../plan/scale.types.js';
import type { StatusView } from './status.view.js';

@ObjectType({
  description:
    "Where a measure stands, in the plan's own words, as the version of the scale has them in which it was given.",
})
export class MeasureStatus extends ScaleCode implements StatusView {
  @Field(() => Int)
  scaleVersion!: number;
  @Field(() => DayScalar, { description: 'The day from which it holds' })
  since!: string;
  @Field(() => InstantScalar)
  recordedAt!: Date;
  @Field(() => String, { nullable: true })
  reason!: string | undefined;
  @Field(() => ID, { description: 'Name it to correct or withdraw it' })
  entryId!: string;
  planKey!: string;
  position!: Position;
  known!: Position;
}

@InputType({ isAbstract: true })
abstract class StatusInput extends MeasureInput {
  @Field({ description: "A code of the plan's status scale, as in force on the day from which it holds" })
  @IsNotEmpty()
  @MaxLength(200)
  status!: string;
  @Field(() => Int, {
    nullable: true,
    description: 'The version of the scale that you read: refused when another is in force on that day',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  scaleVersion?: number | null;
}

@InputType()
export class ChangeMeasureStatusInput extends StatusInput {
  @Field(() => String, { nullable: true, description: 'Required where it changes history' })
  @IsOptional()
  @MaxLength(REASON_MAX)
  reason?: string | null;
  @CitesDecision()
  decisionId?: string | null;
}

@InputType()
export class CorrectMeasureStatusInput extends StatusInput {
  @Field(() => ID)
  @IsNotEmpty()
  entryId!: string;
  @Field()
  @Reason()
  reason!: string;
  @CitesDecision()
  decisionId?: string | null;
}

@InputType()
export class WithdrawMeasureStatusInput extends MeasureInput {
  @Field(() => ID)
  @IsNotEmpty()
  entryId!: string;
  @Field()
  @Reason()
  reason!: string;
}
