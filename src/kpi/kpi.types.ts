import { Field, ID, InputType, Int, ObjectType, PickType } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import {
  IsBoolean,
  IsInt,
  IsNotEmpty,
  IsOptional,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { CitesDecision, DecidedBy, Name, PlanInput, Reason, REASON_MAX } from '../api/mutation.js';
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
}

@InputType({ isAbstract: true })
abstract class KpiYearInput extends KpiInput {
  @Field(() => FiscalYearScalar)
  fiscalYear!: number;
}

@InputType({ isAbstract: true })
abstract class FigureInputType extends KpiYearInput {
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
export class WithdrawReadingInput extends KpiYearInput {
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
export class WithdrawTargetInput extends KpiYearInput {
  @Field(() => ID)
  @IsNotEmpty()
  entryId!: string;
  @Field()
  @Reason()
  reason!: string;
}

@InputType({ description: 'Where the plan begins: a value, or a ratio, or both when they agree.' })
export class BaselineInput extends PickType(
  RecordReadingInput,
  ['value', 'numerator', 'denominator', 'asPrinted', 'note'] as const,
  InputType,
) {
  @Field(() => FiscalYearScalar, { nullable: true, description: 'Default: that of the former one' })
  @IsOptional()
  fiscalYear?: number | null;
}

@InputType({ isAbstract: true })
abstract class KpiRevisionInput extends KpiInput {
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Name()
  title?: string | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Matches(/\S/)
  @MaxLength(20)
  unit?: string | null;
  @Field(() => Int, { nullable: true, description: 'Decimals shown; ratios are rounded half up to them' })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(9)
  decimals?: number | null;
  @Field(() => BaselineInput, { nullable: true })
  @IsOptional()
  @ValidateNested()
  @Type(() => BaselineInput)
  baseline?: BaselineInput | null;
  @Field({ description: 'Of the revision; of a correction: why it is corrected' })
  @Reason()
  reason!: string;
  @DecidedBy()
  decidedBy?: string | null;
  @CitesDecision()
  decisionId?: string | null;
}

@InputType({ description: 'Only what is named is changed, one entry for each. A target: `reviseTarget`.' })
export class ReviseKpiInput extends KpiRevisionInput {}

@InputType({
  description: 'Names nothing but what its entry is about, or nothing: then it says the same, of another day.',
})
export class CorrectKpiRevisionInput extends KpiRevisionInput {
  @Field(() => ID)
  @IsNotEmpty()
  entryId!: string;
}

@InputType()
export class WithdrawKpiRevisionInput extends KpiInput {
  @Field(() => ID)
  @IsNotEmpty()
  entryId!: string;
  @Field()
  @Reason()
  reason!: string;
}
