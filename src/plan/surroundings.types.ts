import { Field, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { DayScalar, DecimalScalar, FiscalYearScalar } from '../api/scalars.js';

@ObjectType({ description: 'Where the source prints something.' })
export class SourcePlace {
  @Field(() => Int, { nullable: true, description: 'As printed at the foot of the page' })
  page!: number | undefined;
  @Field()
  heading!: string;
  @Field(() => String, { nullable: true, description: 'Figure or table, as printed: 図表４' })
  figure!: string | undefined;
}

export enum RelationKind {
  UPPER_PLAN = 'upper-plan',
  LAW = 'law',
  NATIONAL = 'national',
  PREFECTURAL = 'prefectural',
  SDGS = 'sdgs',
}
registerEnumType(RelationKind, { name: 'RelationKind' });

@ObjectType({ description: 'What this plan serves elsewhere.' })
export class PlanRelation {
  @Field()
  to!: string;
  @Field()
  item!: string;
  @Field(() => [String], { description: 'Numbers of goals, policies and measures; `plan` for all of it' })
  serves!: readonly string[];
  @Field(() => String, { nullable: true })
  why!: string | undefined;
  @Field(() => RelationKind, { nullable: true })
  kind!: `${RelationKind}` | undefined;
  @Field({
    description: 'false: the source says that there is a relation, and prints only in an image to which items',
  })
  isLegible!: boolean;
  @Field(() => SourcePlace, { nullable: true })
  where!: SourcePlace | undefined;
}

@ObjectType()
export class FormerGoal {
  @Field()
  no!: string;
  @Field()
  title!: string;
}

@ObjectType({ description: 'In the words of the review, not of the scale of the plan that follows.' })
export class ClosingCount {
  @Field()
  status!: string;
  @Field(() => Int)
  count!: number;
  @Field(() => DecimalScalar, { nullable: true, description: 'Percent, as printed' })
  share!: string | undefined;
}

@ObjectType({ description: 'What is printed of several statuses together.' })
export class ClosingShare {
  @Field(() => FormerGoal, { nullable: true, description: 'null: of all measures' })
  goal!: FormerGoal | null;
  @Field(() => [String])
  statuses!: readonly string[];
  @Field(() => Int, { nullable: true })
  count!: number | undefined;
  @Field(() => DecimalScalar, { description: 'Percent' })
  share!: string;
  @Field()
  printed!: string;
  @Field(() => SourcePlace)
  where!: SourcePlace;
}

@ObjectType({ description: 'The review that closed the former plan.' })
export class ClosingReview {
  @Field(() => FiscalYearScalar, { description: 'At the end of which it was made' })
  fiscalYear!: number;
  @Field(() => Int)
  total!: number;
  @Field(() => [ClosingCount])
  byStatus!: readonly ClosingCount[];
  @Field(() => [ClosingShare])
  shares!: readonly ClosingShare[];
  @Field(() => SourcePlace)
  where!: SourcePlace;
}

@ObjectType({ description: 'Something that was done and not foreseen by the plan.' })
export class Unforeseen {
  @Field()
  title!: string;
  @Field(() => SourcePlace)
  where!: SourcePlace;
}

@ObjectType()
export class FiscalYearRange {
  @Field(() => FiscalYearScalar)
  from!: number;
  @Field(() => FiscalYearScalar)
  to!: number;
}

@ObjectType({ description: 'The plan that this one follows.' })
export class FormerPlan {
  @Field()
  title!: string;
  @Field(() => FiscalYearRange)
  period!: FiscalYearRange;
  @Field(() => [FormerGoal])
  goals!: readonly FormerGoal[];
  @Field(() => Int, { nullable: true, description: 'How many' })
  policies!: number | undefined;
  @Field(() => Int, { description: 'How many' })
  measures!: number;
  @Field(() => ClosingReview)
  review!: ClosingReview;
  @Field(() => [Unforeseen], { description: 'What was done that it had not foreseen' })
  unplanned!: readonly Unforeseen[];
  @Field(() => SourcePlace)
  where!: SourcePlace;
}

@ObjectType({ description: 'What was done in a year before the plan.' })
export class Initiative {
  @Field(() => FiscalYearScalar)
  fiscalYear!: number;
  @Field({ description: 'The year as the source prints it' })
  printed!: string;
  @Field()
  title!: string;
  @Field(() => String, { nullable: true })
  note!: string | undefined;
  @Field(() => SourcePlace)
  where!: SourcePlace;
}

export enum ConsultationMethod {
  PUBLIC_COMMENT = 'public-comment',
  QUESTIONNAIRE = 'questionnaire',
  HEARING = 'hearing',
  COMMITTEE = 'committee',
  OTHER = 'other',
}
registerEnumType(ConsultationMethod, { name: 'ConsultationMethod' });

@ObjectType({ description: 'One way in which opinions were or are asked. null: the source does not print it.' })
export class Consultation {
  @Field()
  title!: string;
  @Field(() => [ConsultationMethod])
  methods!: readonly `${ConsultationMethod}`[];
  @Field(() => String, { nullable: true, description: 'Who was asked' })
  audience!: string | undefined;
  @Field(() => DayScalar, { nullable: true })
  from!: string | undefined;
  @Field(() => DayScalar, { nullable: true })
  to!: string | undefined;
  @Field(() => Int, { nullable: true, description: 'How many answered' })
  respondents!: number | undefined;
  @Field(() => Int, { nullable: true, description: 'How many opinions they gave' })
  opinions!: number | undefined;
  @Field(() => String, { nullable: true, description: 'What it led to, as printed' })
  outcome!: string | undefined;
  @Field(() => String, { nullable: true })
  note!: string | undefined;
  @Field(() => SourcePlace)
  where!: SourcePlace;
}
