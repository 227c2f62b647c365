import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { IsIn, IsNotEmpty, IsOptional, MaxLength } from 'class-validator';
import { connectionType } from '../api/connection.js';
import { CommandInput, REASON_MAX } from '../api/mutation.js';
import { Node } from '../api/node.js';
import { DayScalar, InstantScalar, PositionScalar } from '../api/scalars.js';
import { Division } from '../directory/directory.types.js';
import type { Position } from '../eventsourcing/position.js';
import type { EndingKind } from '../progress/ending.events.js';
import { EndingName, MeasureEnding } from '../progress/ending.types.js';
import { MeasureStatus } from '../progress/progress.types.js';
import { ScheduleCell, ScheduleShift } from '../schedule/schedule.types.js';
import type { Cause } from './initiative.events.js';
import type { Neutral } from './plan.events.js';
import { NeutralName, Scale, ScaleCode } from './scale.types.js';
import { CauseName } from './initiative.types.js';
import { SUCCESSION_KINDS, SUCCESSIONS, type SuccessionKind } from './succession.events.js';
import { Consultation, FiscalYearRange, FormerPlan, Initiative, PlanRelation } from './surroundings.types.js';

export const SuccessionKindName = Object.fromEntries(SUCCESSION_KINDS.map((kind) => [kind, kind])) as {
  readonly [K in SuccessionKind]: K;
};
registerEnumType(SuccessionKindName, {
  name: 'SuccessionKind',
  description: 'How measures give way: one to several, several to one, one to none.',
  valuesMap: Object.fromEntries(SUCCESSION_KINDS.map((kind) => [kind, { description: SUCCESSIONS[kind].join(' / ') }])),
});

@InputType({ description: 'Effective on a day, known at a position or instant. Missing: today, now.' })
export class AsOf {
  @Field(() => DayScalar, { nullable: true })
  effectiveOn?: string | null;
  @Field(() => InstantScalar, { nullable: true, description: 'Known up to this instant; not together with `position`' })
  recordedAt?: Date | null;
  @Field(() => PositionScalar, { nullable: true, description: 'Known up to this position' })
  position?: Position | null;
}

@ObjectType({ description: 'Where this answer stands on both time axes: cite it, and cache by it.' })
export class ResolvedAsOf {
  @Field(() => DayScalar)
  effectiveOn!: string;
  @Field(() => InstantScalar, { description: 'When the last event that was known was recorded' })
  recordedAt!: Date;
  @Field(() => PositionScalar)
  position!: Position;
}

@ObjectType({ description: '基本目標' })
export class Goal {
  @Field()
  no!: string;
  @Field()
  title!: string;
  @Field(() => [Policy])
  policies!: readonly Policy[];
}

@ObjectType({ description: '施策' })
export class Policy {
  @Field()
  no!: string;
  @Field()
  title!: string;
  @Field(() => [Measure])
  measures!: readonly Measure[];
  @Field(() => [PlanRelation], { description: 'What it serves elsewhere, itself or by one of its measures' })
  relations!: readonly PlanRelation[];
}

@ObjectType({ description: '分割・統合・廃止: how measures gave way to others, or to none.' })
export class MeasureSuccession {
  @Field(() => SuccessionKindName)
  kind!: SuccessionKind;
  @Field()
  label!: string;
  @Field()
  labelEn!: string;
  @Field(() => DayScalar, { description: 'The day from which it holds' })
  since!: string;
  @Field(() => InstantScalar)
  recordedAt!: Date;
  @Field()
  reason!: string;
  @Field(() => String, { nullable: true, description: 'The deciding body' })
  decidedBy!: string | undefined;
  @Field(() => ID, { description: 'Of `Measure.succession`: name it to withdraw the succession' })
  entryId!: string;
  planKey!: string;
  position!: Position;
  known!: Position;
}

@ObjectType({ implements: () => [Node], description: '個別施策' })
export class Measure extends Node {
  @Field({ description: '"1-2-1", "U1": what it is known by, never its title' })
  no!: string;
  @Field()
  title!: string;
  @Field({ description: '新規' })
  isNew!: boolean;
  @Field({ description: 'false for an unplanned initiative 本計画にない取組' })
  isPlanned!: boolean;
  @Field(() => CauseName, { nullable: true, description: 'Of an unplanned initiative; null: planned' })
  cause!: Cause | null;
  @Field(() => String, { nullable: true, description: 'Which law, which fund, …' })
  causeNote!: string | null;
  @Field(() => Goal)
  goal!: Goal;
  @Field(() => Policy, { nullable: true, description: 'null: an unplanned initiative' })
  policy!: Policy | null;
  @Field(() => [Division])
  owners!: readonly Division[];
  @Field(() => [Division], { description: '調整' })
  coordinators!: readonly Division[];
  @Field(() => MeasureStatus, { nullable: true, description: 'null: nothing reported' })
  status!: MeasureStatus | null;
  @Field(() => MeasureEnding, { nullable: true, description: 'null: it has not ended' })
  ending!: MeasureEnding | null;
  @Field(() => [ScheduleCell])
  schedule!: readonly ScheduleCell[];
  @Field(() => [ScheduleShift], { description: 'In the order they were recorded' })
  shifts!: readonly ScheduleShift[];
  @Field(() => Int, { description: 'The sum of all shifts in years: +1 is one year later than adopted' })
  slipYears!: number;
  @Field(() => MeasureSuccession, {
    nullable: true,
    description: 'How it took the place of others; null: it did not',
  })
  origin!: MeasureSuccession | null;
  @Field(() => MeasureSuccession, { nullable: true, description: 'How it gave way; null: it is there' })
  succession!: MeasureSuccession | null;
  @Field(() => [Measure], { description: 'Those in whose place it is' })
  predecessors!: readonly Measure[];
  @Field(() => [Measure], { description: 'Those in its place' })
  successors!: readonly Measure[];
}

export const MeasureConnection = connectionType('Measure', () => Measure);

@ObjectType()
export class StatusCount {
  @Field(() => ScaleCode, { nullable: true, description: 'null: nothing reported' })
  status!: ScaleCode | null;
  @Field(() => Int, {
    nullable: true,
    description: 'Codes that are still held of a version no longer in force are groups of their own',
  })
  scaleVersion!: number | null;
  @Field(() => Int)
  count!: number;
  @Field(() => Int, { description: 'Percent of planned measures; all shares, by status and of endings, add to 100' })
  share!: number;
}

@ObjectType()
export class EndingCount {
  @Field(() => EndingName)
  ending!: EndingKind;
  @Field()
  label!: string;
  @Field()
  labelEn!: string;
  @Field(() => Int)
  count!: number;
  @Field(() => Int, { description: 'Percent of planned measures; all shares, by status and of endings, add to 100' })
  share!: number;
}

@ObjectType()
export class NeutralCount {
  @Field(() => NeutralName, { nullable: true, description: 'null: nothing reported, or in a word that is not mapped' })
  neutral!: Neutral | null;
  @Field(() => Int)
  count!: number;
}

@ObjectType()
export class GoalSummary {
  @Field(() => Goal)
  goal!: Goal;
  @Field(() => Int)
  measures!: number;
  @Field(() => [StatusCount], { description: 'Of those that have not ended' })
  byStatus!: readonly StatusCount[];
  @Field(() => [EndingCount])
  endings!: readonly EndingCount[];
}

@ObjectType({ description: 'Counts of planned measures; unplanned initiatives stand apart.' })
export class PlanSummary {
  @Field(() => Int)
  measures!: number;
  @Field(() => Int)
  new!: number;
  @Field(() => Int)
  unplanned!: number;
  @Field(() => Int, { description: 'Split, merged or retired by then: not among the measures' })
  succeeded!: number;
  @Field(() => [StatusCount], { description: 'Of those that have not ended' })
  byStatus!: readonly StatusCount[];
  @Field(() => [EndingCount])
  endings!: readonly EndingCount[];
  @Field(() => [NeutralCount], { description: 'For comparison with other plans only' })
  byNeutral!: readonly NeutralCount[];
  @Field(() => [GoalSummary])
  byGoal!: readonly GoalSummary[];
}

@ObjectType({ description: 'Where the source contradicts itself or cannot be read for certain.' })
export class SourceWarning {
  @Field({
    description: '`TITLE_VARIES`, `CELL_UNCERTAIN`, `NOTE_UNCERTAIN`, `RATIO_MISMATCH`, `SOURCE_CONTRADICTION`',
  })
  code!: string;
  @Field({ description: '`measure/1-2-1`, `indicator/broadband-households`, `former-plan`, …' })
  subject!: string;
  @Field(() => [String], { description: 'What the source prints' })
  printed!: readonly string[];
  @Field({ description: 'How it was read' })
  read!: string;
  @Field({ description: 'Why it was read so' })
  why!: string;
}

@ObjectType({ implements: () => [Node], description: 'A public plan as of one point in time.' })
export class Plan extends Node {
  @Field({ description: '"toride-5"' })
  key!: string;
  @Field()
  title!: string;
  @Field()
  municipality!: string;
  @Field()
  municipalityCode!: string;
  @Field(() => FiscalYearRange)
  period!: FiscalYearRange;
  @Field(() => [String], { description: 'The words of the schedule' })
  phases!: readonly string[];
  @Field(() => ResolvedAsOf)
  asOf!: ResolvedAsOf;
  @Field(() => [Goal])
  goals!: readonly Goal[];
  @Field(() => [Measure], { description: 'Those that were split, merged or retired by then' })
  succeeded!: readonly Measure[];
  @Field(() => [Measure], { description: '本計画にない取組, in the order they were entered' })
  unplanned!: readonly Measure[];
  @Field(() => Scale, { description: 'In force on the day' })
  statusScale!: Scale;
  @Field(() => [Scale], { description: 'All versions by then, the one in force last' })
  scales!: readonly Scale[];
  @Field(() => PlanSummary)
  summary!: PlanSummary;
  @Field(() => [SourceWarning])
  warnings!: readonly SourceWarning[];
  @Field(() => [PlanRelation])
  relations!: readonly PlanRelation[];
  @Field(() => FormerPlan, {
    nullable: true,
    description: 'The plan that this one follows; null: the plan file says nothing of it',
  })
  formerPlan!: FormerPlan | null;
  @Field(() => [Initiative], { description: 'What was done in the years before' })
  initiatives!: readonly Initiative[];
  @Field(() => [Consultation], { description: 'How opinions on the plan were asked' })
  consultation!: readonly Consultation[];
}

@InputType({ description: 'All conditions together' })
export class MeasureFilter {
  @Field(() => String, { nullable: true })
  goal?: string | null;
  @Field(() => String, { nullable: true })
  policy?: string | null;
  @Field(() => [String], { nullable: true, description: 'Codes of the status scale' })
  status?: string[] | null;
  @Field(() => Boolean, { nullable: true, description: 'false: those of which nothing is reported' })
  isReported?: boolean | null;
  @Field(() => Boolean, { nullable: true })
  isNew?: boolean | null;
  @Field(() => Boolean, { nullable: true, description: 'true: those that have ended' })
  isEnded?: boolean | null;
  @Field(() => Boolean, { nullable: true, description: 'false: unplanned initiatives instead; default: true' })
  isPlanned?: boolean | null;
  @Field(() => Boolean, { nullable: true, description: 'true: those whose schedule moved' })
  isShifted?: boolean | null;
  @Field(() => String, { nullable: true, description: 'Owner or coordinator, as printed' })
  division?: string | null;
}

export enum PlanFormat {
  YAML = 'YAML',
  JSON = 'JSON',
}
registerEnumType(PlanFormat, { name: 'PlanFormat' });

@InputType()
export class LoadPlanInput extends CommandInput {
  @Field({ description: "The plan file's text" })
  @IsNotEmpty()
  source!: string;
  @Field(() => PlanFormat, { nullable: true, description: 'Default: YAML, of which JSON is a part' })
  @IsOptional()
  @IsIn(Object.values(PlanFormat))
  format?: PlanFormat | null;
  @Field(() => Boolean, { nullable: true, description: 'Only show what differs' })
  @IsOptional()
  dryRun?: boolean | null;
  @Field(() => String, { nullable: true, description: 'Required when the ledger holds something else' })
  @IsOptional()
  @MaxLength(REASON_MAX)
  reason?: string | null;
}

@ObjectType({ description: 'What the plan file gives and the ledger does not hold, or holds otherwise.' })
export class PlanDifference {
  @Field()
  subject!: string;
  @Field()
  attribute!: string;
  @Field(() => String, { nullable: true, description: 'null: not in the ledger' })
  before!: string | null;
  @Field(() => String, { nullable: true })
  after!: string | null;
}

@ObjectType({ description: 'What was revised since the plan file said it.' })
export class KeptRevision {
  @Field()
  subject!: string;
  @Field()
  attribute!: string;
  @Field({ description: 'As it is, or will be' })
  revised!: string;
  @Field()
  inFile!: string;
}
