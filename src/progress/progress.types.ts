import { Field, ID, InputType, ObjectType } from '@nestjs/graphql';
import { IsNotEmpty, IsOptional, MaxLength } from 'class-validator';
import { MeasureInput, Reason, REASON_MAX } from '../api/mutation.js';
import { DayScalar, InstantScalar } from '../api/scalars.js';
import type { Position } from '../eventsourcing/position.js';
import type { StatusView } from './status.view.js';

@ObjectType({ description: "Where a measure stands, in the plan's own words." })
export class MeasureStatus implements StatusView {
  @Field()
  code!: string;
  @Field()
  label!: string;
  @Field()
  labelEn!: string;
  @Field(() => String, { nullable: true, description: '◎ ○ △ ▲, where the scale has signs' })
  sign!: string | undefined;
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

@InputType()
export class ChangeMeasureStatusInput extends MeasureInput {
  @Field({ description: "A code of the plan's status scale" })
  @IsNotEmpty()
  @MaxLength(200)
  status!: string;
  @Field(() => String, { nullable: true, description: 'Required where it changes history' })
  @IsOptional()
  @MaxLength(REASON_MAX)
  reason?: string | null;
}

@InputType()
export class CorrectMeasureStatusInput extends MeasureInput {
  @Field(() => ID)
  @IsNotEmpty()
  entryId!: string;
  @Field()
  @IsNotEmpty()
  @MaxLength(200)
  status!: string;
  @Field()
  @Reason()
  reason!: string;
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
