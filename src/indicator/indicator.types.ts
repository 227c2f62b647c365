import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { IsNotEmpty, IsOptional, MaxLength } from 'class-validator';
import { PlanInput, Reason, REASON_MAX } from '../api/mutation.js';
import { Node } from '../api/node.js';
import { DayScalar, DecimalScalar, InstantScalar, PeriodScalar, PositionScalar } from '../api/scalars.js';
import type { Position } from '../eventsourcing/position.js';
import { SourcePlace } from '../plan/surroundings.types.js';
import type { ProblemCode } from '../problems.js';
import type { IndicatorAt } from './indicator.view.js';

export enum PeriodKindName {
  FISCAL_YEAR = 'fiscal-year',
  CALENDAR_YEAR = 'calendar-year',
  DAY = 'day',
}
registerEnumType(PeriodKindName, { name: 'PeriodKind' });

@ObjectType({ description: 'A figure of a context indicator: printed by the source, or recorded later.' })
export class IndicatorReading {
  @Field(() => PeriodScalar, { nullable: true, description: 'null: the source prints no year' })
  period!: string | null;
  @Field(() => Int, {
    nullable: true,
    description: 'Fiscal or calendar, as the series counts; of a day, its calendar year',
  })
  year!: number | null;
  @Field({ description: '令和3年度, 令和3年, 令和5年2月28日' })
  label!: string;
  @Field(() => DecimalScalar)
  value!: string;
  @Field(() => String, { nullable: true, description: 'What makes the figure less than exact: 約, 以上' })
  qualifier!: string | null;
  @Field(() => String, { nullable: true, description: 'The figure as the source prints it; null: recorded later' })
  asPrinted!: string | null;
  @Field(() => String, { nullable: true })
  note!: string | null;
  @Field(() => String, { nullable: true, description: 'Where the figure comes from; null: the source names none' })
  source!: string | null;
  @Field(() => SourcePlace, { nullable: true, description: 'Where the plan prints it; null: recorded later' })
  where!: SourcePlace | null;
  @Field(() => DayScalar)
  effectiveOn!: string;
  @Field(() => InstantScalar)
  recordedAt!: Date;
  @Field(() => String, { nullable: true })
  reason!: string | null;
  @Field(() => ID, { description: 'Name it, with the period, to correct or withdraw it' })
  entryId!: string;
  @Field(() => PositionScalar)
  position!: Position;
  @Field({ description: 'It took the place of an earlier entry: mark it in a chart' })
  isCorrection!: boolean;
  /** Not part of the schema: what the other fields are read from. */
  of!: IndicatorAt;
}

@ObjectType({ implements: () => [Node], description: 'A series of figures around the plan, without a target.' })
export class Indicator extends Node {
  @Field()
  key!: string;
  @Field()
  title!: string;
  @Field({ description: 'Of whom or where it speaks: 全国, 取手市' })
  area!: string;
  @Field()
  unit!: string;
  @Field(() => PeriodKindName, { description: 'By what it counts' })
  per!: `${PeriodKindName}`;
  @Field(() => String, { nullable: true, description: 'Series that share one are the shares of one whole' })
  breakdown!: string | undefined;
  @Field(() => String, { nullable: true, description: 'As printed' })
  source!: string | undefined;
  @Field(() => SourcePlace)
  where!: SourcePlace;
  @Field(() => String, { nullable: true })
  note!: string | undefined;
  @Field(() => [IndicatorReading], { description: 'A period without a reading is absent, never zero' })
  readings!: readonly IndicatorReading[];
}

@InputType({ isAbstract: true })
abstract class IndicatorInput extends PlanInput {
  @Field()
  @IsNotEmpty()
  @MaxLength(100)
  indicatorKey!: string;
  @Field(() => PeriodScalar, { description: 'Of the kind by which the series counts' })
  period!: string;
}

@InputType({ isAbstract: true })
abstract class IndicatorFigureInput extends IndicatorInput {
  @Field(() => DecimalScalar)
  value!: string;
  @Field({ description: 'Where the figure comes from' })
  @IsNotEmpty({ context: { code: 'SOURCE_REQUIRED' satisfies ProblemCode } })
  @MaxLength(REASON_MAX)
  source!: string;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @MaxLength(REASON_MAX)
  note?: string | null;
}

@InputType()
export class RecordIndicatorInput extends IndicatorFigureInput {
  @Field(() => String, { nullable: true, description: 'Required before a reading of the same period that holds later' })
  @IsOptional()
  @MaxLength(REASON_MAX)
  reason?: string | null;
}

@InputType()
export class CorrectIndicatorInput extends IndicatorFigureInput {
  @Field(() => ID, { nullable: true, description: 'Default: the reading in force for that period' })
  @IsOptional()
  @IsNotEmpty()
  entryId?: string | null;
  @Field()
  @Reason()
  reason!: string;
}

@InputType()
export class WithdrawIndicatorInput extends IndicatorInput {
  @Field(() => ID, { nullable: true, description: 'Default: the reading in force for that period' })
  @IsOptional()
  @IsNotEmpty()
  entryId?: string | null;
  @Field()
  @Reason()
  reason!: string;
}
