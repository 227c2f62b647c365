import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsIn, IsInt, IsNotEmpty, IsOptional, MaxLength, ValidateNested } from 'class-validator';
import { CitesDecision, MeasureInput, PlanInput, Reason, REASON_MAX } from '../api/mutation.js';
import { DayScalar, FiscalYearScalar, InstantScalar } from '../api/scalars.js';
import { Division } from '../directory/directory.types.js';
import { Measure } from '../plan/plan.types.js';
import { PERIODS, type Period } from '../progress/report.events.js';
import { ReportPeriod, ReportRating } from '../progress/report.types.js';
import { EVALUATORS, type Evaluator } from './review.events.js';
import type { AnswerState } from './board.view.js';

export enum AnswerStateName {
  DUE = 'DUE',
  LATE = 'LATE',
  SUBMITTED = 'SUBMITTED',
  RETURNED = 'RETURNED',
  APPROVED = 'APPROVED',
}
registerEnumType(AnswerStateName, {
  name: 'AnswerState',
  description: '未提出（期限内・期限超過）, 提出済, 差戻し中, 承認済',
});

export enum EvaluatorName {
  SELF = 'SELF',
  CONFIRMED = 'CONFIRMED',
  COMMITTEE = 'COMMITTEE',
}
registerEnumType(EvaluatorName, {
  name: 'Evaluator',
  description: "自己評価: the division's own, in its report; 確認評価; 委員会評価",
});

@ObjectType()
export class DivisionDeadline {
  @Field({ description: 'Key of a division' })
  division!: string;
  @Field(() => DayScalar)
  deadline!: string;
}

@ObjectType()
export class BoardCell {
  @Field(() => Measure)
  measure!: Measure;
  @Field(() => AnswerStateName)
  state!: AnswerState;
  @Field(() => DayScalar, { nullable: true, description: 'The day on which it was first handed in; null: it was not' })
  handedInOn!: string | null;
  @Field({ description: 'Handed in after the deadline, or not yet although that has passed' })
  isLate!: boolean;
}

@ObjectType({ description: 'What a division is to report, and how far it is.' })
export class BoardRow {
  @Field(() => Division)
  division!: Division;
  @Field(() => DayScalar)
  deadline!: string;
  @Field(() => [BoardCell])
  cells!: readonly BoardCell[];
}

@ObjectType({ description: '取りまとめ: the collection of reports for a period of a fiscal year.' })
export class Round {
  @Field(() => FiscalYearScalar)
  fiscalYear!: number;
  @Field(() => ReportPeriod)
  period!: Period;
  @Field(() => DayScalar, { description: 'The last day on which an answer is in time' })
  deadline!: string;
  @Field(() => [DivisionDeadline], { description: 'Other days for some divisions' })
  deadlines!: readonly DivisionDeadline[];
  @Field()
  isOpen!: boolean;
}

@ObjectType()
export class RatingCount {
  @Field(() => ReportRating, { nullable: true, description: 'null: not rated' })
  rating!: ReportRating | null;
  @Field(() => Int)
  count!: number;
}

@ObjectType({ description: 'How the measures of a year were rated, by one who rates.' })
export class Ratings {
  @Field(() => EvaluatorName)
  by!: 'SELF' | Evaluator;
  @Field(() => [RatingCount])
  counts!: readonly RatingCount[];
}

@ObjectType({ description: 'What the divisions behind a measure said, taken together.' })
export class RollUp {
  @Field(() => Int)
  expected!: number;
  @Field(() => Int)
  approved!: number;
  @Field(() => [Division], { description: 'Without an approved report' })
  missing!: readonly Division[];
  @Field(() => [RatingCount])
  ratings!: readonly RatingCount[];
}

@ObjectType({ description: 'What the secretariat confirms, or the committee finds, of a measure in a fiscal year.' })
export class Evaluation {
  @Field(() => FiscalYearScalar)
  fiscalYear!: number;
  @Field(() => EvaluatorName)
  by!: Evaluator;
  @Field(() => ReportRating)
  rating!: ReportRating;
  @Field(() => String, { nullable: true })
  comment!: string | null;
  @Field(() => String, { nullable: true, description: 'Why it took the place of another' })
  reason!: string | null;
  @Field(() => ID)
  entryId!: string;
  @Field(() => InstantScalar)
  recordedAt!: Date;
}

@ObjectType({ description: '年度評価: reports collected, measures evaluated, figures pinned when it is closed.' })
export class Review {
  @Field(() => FiscalYearScalar)
  fiscalYear!: number;
  @Field(() => [Round])
  rounds!: readonly Round[];
  @Field()
  isClosed!: boolean;
}

@InputType()
export class DivisionDeadlineInput {
  @Field({ description: 'Key of a division' })
  @IsNotEmpty()
  @MaxLength(200)
  division!: string;
  @Field(() => DayScalar)
  deadline!: string;
}

@InputType({ isAbstract: true })
abstract class ReviewInput extends PlanInput {
  @Field(() => FiscalYearScalar)
  fiscalYear!: number;
}

@InputType({ isAbstract: true })
abstract class RoundInput extends ReviewInput {
  @Field(() => ReportPeriod, { nullable: true, description: 'Default: ANNUAL' })
  @IsOptional()
  @IsIn(PERIODS)
  period?: Period | null;
}

const DIVISIONS_MAX = 500;

@InputType()
export class OpenRoundInput extends RoundInput {
  @Field(() => DayScalar)
  deadline!: string;
  @Field(() => [DivisionDeadlineInput], { nullable: true, description: 'Other days for some divisions' })
  @IsOptional()
  @ArrayMaxSize(DIVISIONS_MAX)
  @ValidateNested({ each: true })
  @Type(() => DivisionDeadlineInput)
  deadlines?: DivisionDeadlineInput[] | null;
}

@InputType()
export class ChangeDeadlineInput extends RoundInput {
  @Field(() => DayScalar, { nullable: true, description: 'For all that have no day of their own' })
  @IsOptional()
  deadline?: string | null;
  @Field(() => [DivisionDeadlineInput], { nullable: true })
  @IsOptional()
  @ArrayMaxSize(DIVISIONS_MAX)
  @ValidateNested({ each: true })
  @Type(() => DivisionDeadlineInput)
  deadlines?: DivisionDeadlineInput[] | null;
  @Field()
  @Reason()
  reason!: string;
}

@InputType()
export class CloseRoundInput extends RoundInput {}

@InputType()
export class ReopenRoundInput extends RoundInput {
  @Field()
  @Reason()
  reason!: string;
}

@InputType({ description: '`effectiveOn`: the day that is reported; default: the last day of the fiscal year.' })
export class CloseReviewInput extends ReviewInput {}

@InputType()
export class ReopenReviewInput extends ReviewInput {
  @Field()
  @Reason()
  reason!: string;
}

@InputType({ isAbstract: true })
abstract class EvaluationInput extends MeasureInput {
  @Field(() => FiscalYearScalar)
  fiscalYear!: number;
  @Field(() => EvaluatorName, { description: 'CONFIRMED or COMMITTEE' })
  @IsIn(EVALUATORS)
  by!: Evaluator;
}

@InputType()
export class EvaluateMeasureInput extends EvaluationInput {
  @Field({ description: "A code of the plan's status scale" })
  @IsNotEmpty()
  @MaxLength(200)
  rating!: string;
  @Field(() => Int, { nullable: true, description: 'Only if this is the version of the scale in force' })
  @IsOptional()
  @IsInt()
  scaleVersion?: number | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @IsNotEmpty()
  @MaxLength(REASON_MAX)
  comment?: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'Required when it takes the place of another, and after the review was closed',
  })
  @IsOptional()
  @MaxLength(REASON_MAX)
  reason?: string | null;
  @CitesDecision()
  decisionId?: string | null;
}

@InputType()
export class WithdrawEvaluationInput extends EvaluationInput {
  @Field()
  @Reason()
  reason!: string;
}
