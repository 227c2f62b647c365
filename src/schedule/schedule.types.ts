import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { IsBoolean, IsNotEmpty, IsOptional, MaxLength } from 'class-validator';
import { CitesDecision, MeasureInput, Name, Reason } from '../api/mutation.js';
import { DayScalar, FiscalYearScalar, InstantScalar, PositionScalar } from '../api/scalars.js';
import type { Position } from '../eventsourcing/position.js';
import type { CellView, ShiftView } from './schedule.view.js';

@ObjectType({ description: 'One fiscal year of a measure: the plan as adopted beside what is expected.' })
export class ScheduleCell implements CellView {
  @Field(() => FiscalYearScalar)
  fiscalYear!: number;
  @Field(() => [String], { description: "The plan's words; `⇒` where the one before goes on" })
  adopted!: readonly string[];
  @Field(() => [String], { description: 'The adopted row with all shifts applied' })
  forecast!: readonly string[];
  @Field({ description: "Later than the plan's period" })
  isAfterPeriod!: boolean;
  @Field(() => String, { nullable: true, description: 'The side note of the row, as printed' })
  note!: string | null;
  @Field({ description: 'The reading of this cell is not certain' })
  isUncertain!: boolean;
  @Field(() => String, { nullable: true, description: 'What the source prints, where the reading is not certain' })
  printed!: string | null;
}

@ObjectType({ description: 'A move of one phase from one fiscal year to another.' })
export class ScheduleShift implements ShiftView {
  @Field(() => ID, { description: 'Name it to withdraw it' })
  entryId!: string;
  @Field()
  phase!: string;
  @Field(() => FiscalYearScalar)
  from!: number;
  @Field(() => FiscalYearScalar)
  to!: number;
  @Field(() => Int, { description: '+1 is one year later' })
  years!: number;
  @Field({ description: 'All that begins after it moved by the same number of years' })
  cascade!: boolean;
  @Field()
  reason!: string;
  @Field(() => String, { nullable: true })
  decidedBy!: string | undefined;
  @Field(() => ID, { nullable: true, description: 'The recorded decision that it cites' })
  decisionId!: string | undefined;
  @Field(() => DayScalar)
  effectiveOn!: string;
  @Field(() => InstantScalar)
  recordedAt!: Date;
  @Field(() => PositionScalar)
  position!: Position;
}

@InputType({ description: 'One fiscal year of a schedule.' })
export class ScheduleCellInput {
  @Field(() => FiscalYearScalar)
  fiscalYear!: number;
  @Field(() => [String], { description: "The plan's words; `⇒` where the one before goes on" })
  phases!: string[];
}

@InputType()
export class ShiftScheduleInput extends MeasureInput {
  @Field({ description: "One of the plan's words" })
  @IsNotEmpty()
  @MaxLength(200)
  phase!: string;
  @Field(() => FiscalYearScalar)
  from!: number;
  @Field(() => FiscalYearScalar)
  to!: number;
  @Field(() => Boolean, { nullable: true, description: 'Move all that begins after it, too' })
  @IsOptional()
  @IsBoolean()
  cascade?: boolean | null;
  @Field()
  @Reason()
  reason!: string;
  @Field(() => String, { nullable: true, description: 'The deciding body; default: of the decision that is cited' })
  @IsOptional()
  @Name()
  decidedBy?: string | null;
  @CitesDecision()
  decisionId?: string | null;
}

@InputType()
export class WithdrawScheduleShiftInput extends MeasureInput {
  @Field(() => ID)
  @IsNotEmpty()
  entryId!: string;
  @Field()
  @Reason()
  reason!: string;
}
