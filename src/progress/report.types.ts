import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsUrl,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { MeasureInput, Name, Reason, REASON_MAX, SaysSomething } from '../api/mutation.js';
import { DayScalar, DecimalScalar, FiscalYearScalar, InstantScalar } from '../api/scalars.js';
import { Division } from '../directory/directory.types.js';
import type { ProblemCode } from '../problems.js';
import { ScaleCode } from '../plan/scale.types.js';
import { DIRECTIONS, PERIODS, type Period } from './report.events.js';
import type { CommentView, ReportStage } from './report.view.js';

const enumOf = <Name extends string>(names: readonly Name[]): { [N in Name]: N } =>
  Object.fromEntries(names.map((name) => [name, name])) as { [N in Name]: N };

export const ReportPeriod = enumOf(PERIODS);
registerEnumType(ReportPeriod, {
  name: 'ReportPeriod',
  description: 'The part of a fiscal year: all of it, 上半期, 下半期, 四半期',
});
const Direction = enumOf(DIRECTIONS);
registerEnumType(Direction, {
  name: 'Direction',
  description: '今後の方向性: 継続, 改善, 拡充, 縮小, 完了, 廃止, 統合',
});
const Stage = enumOf(['DRAFT', 'SUBMITTED', 'RETURNED', 'APPROVED', 'WITHDRAWN'] as const);
registerEnumType(Stage, { name: 'ReportStage' });

const TEXT_MAX = 10_000;
const EVIDENCE_MAX = 20;

@ObjectType({ description: 'A code of the scale, as the version words it in which it was given.' })
export class ReportRating extends ScaleCode {
  @Field(() => Int)
  scaleVersion!: number;
}

@ObjectType({ description: 'A file that was handed in, or a link.' })
export class ReportEvidence {
  @Field(() => String, { nullable: true, description: 'SHA-256 of the file, hexadecimal' })
  sha256!: string | null;
  @Field({ description: 'Of the file, or title of the link' })
  name!: string;
  @Field(() => String, { nullable: true })
  mediaType!: string | null;
  @Field(() => Int, { nullable: true })
  bytes!: number | null;
  @Field({ description: 'Where it is: `/evidence/…` for a file' })
  url!: string;
  @Field()
  isPublic!: boolean;
}

@ObjectType()
export class ReportComment implements Omit<CommentView, 'planKey' | 'known' | 'position'> {
  @Field(() => ID)
  id!: string;
  @Field()
  text!: string;
  @Field(() => DayScalar)
  on!: string;
  @Field(() => InstantScalar)
  recordedAt!: Date;
}

@ObjectType({ description: '進捗報告: what a division says of a measure for a period of a fiscal year.' })
export class Report {
  @Field(() => FiscalYearScalar)
  fiscalYear!: number;
  @Field(() => ReportPeriod)
  period!: Period;
  @Field(() => Division)
  division!: Division;
  @Field(() => Stage, { description: 'For everybody APPROVED; for those at work where it stands' })
  stage!: ReportStage;
  @Field({ description: '実績' })
  results!: string;
  @Field(() => String, { nullable: true, description: '課題' })
  issues!: string | null;
  @Field(() => String, { nullable: true, description: '今後の取組' })
  nextSteps!: string | null;
  @Field(() => Direction, { nullable: true })
  direction!: (typeof DIRECTIONS)[number] | null;
  @Field(() => ReportRating, { nullable: true, description: "The division's own rating" })
  rating!: ReportRating | null;
  @Field(() => String, { nullable: true })
  ratingReason!: string | null;
  @Field(() => String, { nullable: true, description: 'Of a poor result' })
  cause!: string | null;
  @Field(() => String, { nullable: true, description: 'What is done about a poor result' })
  action!: string | null;
  @Field(() => DecimalScalar, { nullable: true, description: '予算額, in thousands of yen' })
  budget!: string | null;
  @Field(() => DecimalScalar, { nullable: true, description: '決算額, in thousands of yen' })
  expenditure!: string | null;
  @Field(() => String, {
    nullable: true,
    description: "意見への対応: what came of the committee's opinion of the year before",
  })
  response!: string | null;
  @Field(() => String, { nullable: true, description: '備考' })
  remarks!: string | null;
  @Field(() => [ReportEvidence], { description: 'For everybody those that are public' })
  evidence!: readonly ReportEvidence[];
  @Field({ description: 'It took the place of another that was approved before' })
  isCorrection!: boolean;
  @Field(() => String, { nullable: true, description: 'Why it was returned, or took the place of another' })
  reason!: string | null;
  @Field(() => ID, { description: 'Of the event that says so' })
  entryId!: string;
  @Field(() => DayScalar)
  effectiveOn!: string;
  @Field(() => InstantScalar)
  recordedAt!: Date;
  @Field(() => [ReportComment])
  comments!: readonly ReportComment[];
}

/** No part of a path, and nothing that turns around what is read or hides in it. */
const EVIDENCE_NAME = /^(?!\.{1,2}$)[^/\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u;

const EvidenceName = (): PropertyDecorator => (target, property) => {
  const context = { code: 'EVIDENCE_NAME' satisfies ProblemCode };
  IsOptional()(target, property);
  SaysSomething({ context })(target, property);
  Matches(EVIDENCE_NAME, { context })(target, property);
  MaxLength(255)(target, property);
};

@InputType({ description: 'A file that was handed in before (`sha256`, `name`), or a link (`url`, `title`).' })
export class EvidenceInput {
  @Field(() => String, {
    nullable: true,
    description:
      'Of a file that was handed in for this measure: `POST /evidence?planKey=…&measureNo=…` with the file as its body answers it',
  })
  @IsOptional()
  @Matches(/^[0-9a-f]{64}$/)
  sha256?: string | null;
  @Field(() => String, { nullable: true, description: 'Under which it is downloaded' })
  @EvidenceName()
  name?: string | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @IsUrl({ protocols: ['http', 'https'], require_protocol: true, require_tld: false, disallow_auth: true })
  @MaxLength(2000)
  url?: string | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Name()
  title?: string | null;
  @Field(() => Boolean, { nullable: true, description: 'Default: false' })
  isPublic?: boolean | null;
}

@InputType({ isAbstract: true })
abstract class ReportInput extends MeasureInput {
  @Field(() => FiscalYearScalar)
  fiscalYear!: number;
  @Field(() => ReportPeriod, { nullable: true, description: 'Default: ANNUAL' })
  @IsOptional()
  @IsIn(PERIODS)
  period?: Period | null;
  @Field(() => String, {
    nullable: true,
    description: 'Key of the division that answers. Default: the one you act for, else the only one there is',
  })
  @IsOptional()
  @IsNotEmpty()
  @MaxLength(200)
  division?: string | null;
}

const Text = (): PropertyDecorator => (target, property) => {
  IsOptional()(target, property);
  IsNotEmpty()(target, property);
  MaxLength(TEXT_MAX)(target, property);
};

@InputType({ isAbstract: true })
export abstract class WrittenReportInput extends ReportInput {
  @Field(() => String, { nullable: true, description: '実績' })
  @Text()
  results?: string | null;
  @Field(() => String, { nullable: true, description: '課題' })
  @Text()
  issues?: string | null;
  @Field(() => String, { nullable: true, description: '今後の取組' })
  @Text()
  nextSteps?: string | null;
  @Field(() => Direction, { nullable: true })
  @IsOptional()
  @IsIn(DIRECTIONS)
  direction?: (typeof DIRECTIONS)[number] | null;
  @Field(() => String, { nullable: true, description: "A code of the plan's status scale" })
  @Text()
  rating?: string | null;
  @Field(() => Int, { nullable: true, description: 'Only if this is the version of the scale in force' })
  @IsOptional()
  @IsInt()
  scaleVersion?: number | null;
  @Field(() => String, { nullable: true })
  @Text()
  ratingReason?: string | null;
  @Field(() => String, { nullable: true, description: 'Required of a poor result' })
  @Text()
  cause?: string | null;
  @Field(() => String, { nullable: true, description: 'Required of a poor result' })
  @Text()
  action?: string | null;
  @Field(() => DecimalScalar, { nullable: true, description: '予算額, in thousands of yen' })
  @IsOptional()
  budget?: string | null;
  @Field(() => DecimalScalar, { nullable: true, description: '決算額, in thousands of yen' })
  @IsOptional()
  expenditure?: string | null;
  @Field(() => String, {
    nullable: true,
    description: "意見への対応: what came of the committee's opinion of the year before",
  })
  @Text()
  response?: string | null;
  @Field(() => String, { nullable: true, description: '備考' })
  @Text()
  remarks?: string | null;
  @Field(() => [EvidenceInput], { nullable: true })
  @IsOptional()
  @ArrayMaxSize(EVIDENCE_MAX)
  @ValidateNested({ each: true })
  @Type(() => EvidenceInput)
  evidence?: EvidenceInput[] | null;
}

const DryRun = (): PropertyDecorator => (target, property) => {
  Field(() => Boolean, { nullable: true, description: 'Only say whether it would be taken: there is no receipt then' })(
    target,
    property,
  );
  IsOptional()(target, property);
};

@InputType()
export class DraftReportInput extends WrittenReportInput {
  @DryRun()
  dryRun?: boolean | null;
}

@InputType({ description: 'What is submitted; nothing but the report named: the draft as it stands.' })
export class SubmitReportInput extends WrittenReportInput {
  @Field(() => String, { nullable: true, description: 'Required when it takes the place of an approved one' })
  @IsOptional()
  @MaxLength(REASON_MAX)
  reason?: string | null;
  @DryRun()
  dryRun?: boolean | null;
}

@InputType()
export class CorrectReportInput extends WrittenReportInput {
  @Field()
  @Reason()
  reason!: string;
}

@InputType()
export class ApproveReportInput extends ReportInput {}

@InputType()
export class ReturnReportInput extends ReportInput {
  @Field()
  @Reason()
  reason!: string;
}

@InputType()
export class WithdrawReportInput extends ReportInput {
  @Field()
  @Reason()
  reason!: string;
}

@InputType()
export class CommentOnReportInput extends ReportInput {
  @Field({ description: 'Becomes public when the report is approved' })
  @IsNotEmpty()
  @MaxLength(REASON_MAX)
  text!: string;
}
