import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { IsBoolean, IsNotEmpty, IsOptional, MaxLength } from 'class-validator';
import { CitesDecision, PlanInput, Reason, REASON_MAX } from '../api/mutation.js';
import { Node } from '../api/node.js';
import { DayScalar, DecimalScalar, FiscalYearScalar, InstantScalar, PositionScalar } from '../api/scalars.js';
import type { Position } from '../eventsourcing/position.js';
import { Goal } from '../plan/plan.types.js';
import type { GoalView } from '../plan/plan.view.js';
import type { FigureView, SeriesAt } from './kpi.view.js';

@ObjectType({ isAbstract: true })
abstract class YearFigure implements FigureView {
  @Field(() => FiscalYearScalar)
  fiscalYear!: number;
  @Field(() => DecimalScalar)
  value!: string;
  @Field(() => DecimalScalar, { nullable: true })
  numerator!: string | undefined;
  @Field(() => DecimalScalar, { nullable: true })
  denominator!: string | undefined;
  @Field(() => String, { nullable: true })
  note!: string | undefined;
}

@ObjectType({ isAbstract: true })
abstract class PrintedFigure extends YearFigure {
  @Field({ description: 'The value contradicts its ratio and is kept as the source prints it' })
  isAsPrinted!: boolean;
  @Field(() => DecimalScalar, { nullable: true, description: 'What the ratio comes to' })
  computed!: string | undefined;
}

@ObjectType({ description: 'Where the plan begins.' })
export class Baseline extends PrintedFigure {}

@ObjectType({ description: 'A target that has been replaced.' })
export class FormerTarget {
  @Field(() => DecimalScalar)
  value!: string;
  @Field(() => String, { nullable: true, description: 'Why it was replaced' })
  reason!: string | null;
  @Field(() => DayScalar, { description: 'The day from which it held' })
  effectiveOn!: string;
  @Field(() => InstantScalar)
  recordedAt!: Date;
}

@ObjectType()
export class Target extends YearFigure {
  @Field(() => DayScalar, { description: 'The day from which it holds' })
  effectiveOn!: string;
  @Field(() => InstantScalar)
  recordedAt!: Date;
  @Field(() => String, { nullable: true, description: 'Why it took the place of the former one' })
  reason!: string | undefined;
  @Field(() => ID, { description: 'Of a revised target: name it to correct or withdraw it' })
  entryId!: string;
  series!: SeriesAt;
}

@ObjectType({ description: 'A figure read for a fiscal year.' })
export class Reading extends PrintedFigure {
  @Field(() => DayScalar)
  effectiveOn!: string;
  @Field(() => InstantScalar)
  recordedAt!: Date;
  @Field(() => String, { nullable: true })
  reason!: string | undefined;
  @Field(() => ID, { description: 'Name it to correct or withdraw it' })
  entryId!: string;
  @Field(() => PositionScalar)
  position!: Position;
  series!: SeriesAt;
  @Field({ description: 'It took the place of an earlier entry: mark it in a chart' })
  isCorrection!: boolean;
}

@ObjectType({ implements: () => [Node], description: 'One number series of the plan.' })
export class Kpi extends Node {
  @Field()
  key!: string;
  @Field()
  title!: string;
  @Field(() => Int, { description: 'Which KPI of the source: two series can share one' })
  indicator!: number;
  @Field()
  unit!: string;
  @Field(() => Int)
  decimals!: number;
  @Field(() => Goal)
  goal!: GoalView;
  @Field(() => Baseline)
  baseline!: Baseline;
  @Field(() => [Target])
  targets!: readonly Target[];
  @Field(() => [Reading], { description: 'A year without a reading is absent, never zero' })
  readings!: readonly Reading[];
}

@InputType({ isAbstract: true })
abstract class KpiInput extends PlanInput {
  @Field()
  @IsNotEmpty()
  @MaxLength(50)
  kpiKey!: string;
  @Field(() => FiscalYearScalar)
  fiscalYear!: number;
}

@InputType({ isAbstract: true })
abstract class FigureInputType extends KpiInput {
  @Field(() => DecimalScalar, {
    nullable: true,
    description: 'May be left out when there is a ratio: it is computed exactly',
  })
  @IsOptional()
  value?: string | null;
  @Field(() => DecimalScalar, { nullable: true })
  @IsOptional()
  numerator?: string | null;
  @Field(() => DecimalScalar, { nullable: true })
  @IsOptional()
  denominator?: string | null;
  @Field(() => Boolean, {
    nullable: true,
    description: 'Keep a value that contradicts its ratio as it is printed; needs a note',
  })
  @IsOptional()
  @IsBoolean()
  asPrinted?: boolean | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @MaxLength(REASON_MAX)
  note?: string | null;
}

@InputType()
export class RecordReadingInput extends FigureInputType {
  @Field(() => String, { nullable: true })
  @IsOptional()
  @MaxLength(REASON_MAX)
  reason?: string | null;
}

@InputType()
export class CorrectReadingInput extends FigureInputType {
  @Field(() => ID, { nullable: true, description: 'Default: the reading in force for that year' })
  @IsOptional()
  @IsNotEmpty()
  entryId?: string | null;
  @Field()
  @Reason()
  reason!: string;
}

@InputType()
export class WithdrawReadingInput extends KpiInput {
  @Field(() => ID, { nullable: true, description: 'Default: the reading in force for that year' })
  @IsOptional()
  @IsNotEmpty()
  entryId?: string | null;
  @Field()
  @Reason()
  reason!: string;
}

@InputType()
export class ReviseTargetInput extends FigureInputType {
  @Field(() => ID, {
    nullable: true,
    description: 'The revised target that this one corrects; default: a new revision',
  })
  @IsOptional()
  @IsNotEmpty()
  entryId?: string | null;
  @Field()
  @Reason()
  reason!: string;
  @CitesDecision()
  decisionId?: string | null;
}

@InputType()
export class WithdrawTargetInput extends KpiInput {
  @Field(() => ID)
  @IsNotEmpty()
  entryId!: string;
  @Field()
  @Reason()
  reason!: string;
}
