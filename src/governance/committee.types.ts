import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsInt,
  IsNotEmpty,
  IsOptional,
  Matches,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { connectionType } from '../api/connection.js';
import { DecidedBy, Name, PlanInput, Reason, REASON_MAX, SaysSomething } from '../api/mutation.js';
import { DayScalar, InstantScalar } from '../api/scalars.js';
import { Division } from '../directory/directory.types.js';
import type { Position } from '../eventsourcing/position.js';
import type { AnswerCode, OutcomeCode, SeatRole } from './committee.events.js';
import { OutcomeName } from './outcome.types.js';
import type {
  AgendaItemView,
  AnswerView,
  CirculationView,
  CommitteeView,
  DecisionView,
  FollowUpView,
  MeetingView,
  PresidingView,
  SeatView,
} from './committee.view.js';

export enum CommitteeRoleName {
  CHAIR = 'CHAIR',
  VICE_CHAIR = 'VICE_CHAIR',
  MEMBER = 'MEMBER',
}
registerEnumType(CommitteeRoleName, {
  name: 'CommitteeRole',
  valuesMap: {
    CHAIR: { description: '委員長' },
    VICE_CHAIR: { description: '副委員長' },
    MEMBER: { description: '委員' },
  },
});

export enum AnswerName {
  AGREE = 'AGREE',
  DISAGREE = 'DISAGREE',
  ABSTAIN = 'ABSTAIN',
}
registerEnumType(AnswerName, {
  name: 'Answer',
  valuesMap: { AGREE: { description: '賛成' }, DISAGREE: { description: '反対' }, ABSTAIN: { description: '棄権' } },
});

@ObjectType({ description: 'A member: a post, whoever holds it.' })
export class CommitteeMember implements SeatView {
  @Field()
  post!: string;
  @Field(() => CommitteeRoleName)
  role!: SeatRole;
}

@ObjectType({ description: 'Who takes the chair.' })
export class Presiding extends CommitteeMember implements PresidingView {
  @Field(() => String, { nullable: true, description: 'Why the vice chair acts for the chair; null: it is the chair' })
  actingReason!: string | null;
}

@ObjectType({ description: 'A body under the committee.' })
export class Subcommittee {
  @Field()
  name!: string;
  @Field(() => String, { nullable: true, description: 'The post that leads it' })
  leader!: string | null;
  @Field(() => String, { nullable: true })
  note!: string | null;
}

@ObjectType()
export class AgendaItem implements AgendaItemView {
  @Field(() => Int)
  no!: number;
  @Field()
  title!: string;
  @Field(() => String, { nullable: true })
  text!: string | null;
  @Field(() => [String], { description: '`measure/1-2-1`, `kpi/e-approval`, `plan`, `review/2026`' })
  subjects!: readonly string[];
  @Field(() => Decision, { nullable: true, description: 'null: not decided' })
  decision!: DecisionView | null;
}

@ObjectType()
export class Meeting implements MeetingView {
  @Field(() => ID)
  id!: string;
  @Field()
  title!: string;
  @Field(() => DayScalar)
  heldOn!: string;
  @Field(() => InstantScalar)
  recordedAt!: Date;
  @Field(() => String, { nullable: true })
  place!: string | null;
  @Field(() => Presiding)
  presiding!: Presiding;
  @Field(() => [CommitteeMember], { description: 'Members of that day who attended' })
  attending!: readonly CommitteeMember[];
  @Field(() => [CommitteeMember], { description: 'Members of that day who did not' })
  absent!: readonly CommitteeMember[];
  @Field(() => [String], { description: 'Posts or divisions that were heard and are no members' })
  heard!: readonly string[];
  @Field(() => [AgendaItem])
  items!: readonly AgendaItem[];
}

@ObjectType()
export class CirculationAnswer extends CommitteeMember implements AnswerView {
  @Field(() => AnswerName)
  answer!: AnswerCode;
  @Field(() => String, { nullable: true })
  comment!: string | null;
  @Field(() => DayScalar)
  answeredOn!: string;
  @Field(() => InstantScalar)
  recordedAt!: Date;
  @Field({ description: 'Entered by the secretariat from paper' })
  isOnPaper!: boolean;
}

@ObjectType({ description: '持ち回り: an item that goes round instead of a meeting.' })
export class Circulation implements CirculationView {
  @Field(() => ID)
  id!: string;
  @Field()
  title!: string;
  @Field()
  text!: string;
  @Field(() => [String], { description: '`measure/1-2-1`, `kpi/e-approval`, `plan`, `review/2026`' })
  subjects!: readonly string[];
  @Field()
  reasonForNotMeeting!: string;
  @Field(() => Presiding, { description: 'Who opened it' })
  presiding!: Presiding;
  @Field(() => DayScalar)
  openedOn!: string;
  @Field(() => InstantScalar)
  recordedAt!: Date;
  @Field(() => DayScalar)
  dueOn!: string;
  @Field({ description: 'Entered by the secretariat from paper' })
  isOnPaper!: boolean;
  @Field(() => [CommitteeMember], { description: 'Of the day on which it was opened: these answer, each once' })
  members!: readonly CommitteeMember[];
  @Field(() => [CirculationAnswer])
  answers!: readonly CirculationAnswer[];
  @Field(() => [CommitteeMember], { description: 'Members without an answer' })
  missing!: readonly CommitteeMember[];
  @Field()
  isOpen!: boolean;
  @Field(() => Decision, { nullable: true, description: 'null: open' })
  decision!: DecisionView | null;
}

@ObjectType({ description: 'What is to be done after a decision.' })
export class FollowUp implements FollowUpView {
  @Field(() => Int)
  no!: number;
  @Field()
  text!: string;
  @Field(() => Division)
  owner!: Division;
  @Field(() => DayScalar)
  dueOn!: string;
  @Field(() => DayScalar, { nullable: true, description: 'null: open' })
  completedOn!: string | null;
  @Field(() => String, { nullable: true, description: 'What came of it' })
  note!: string | null;
  @Field()
  isOpen!: boolean;
  @Field({ description: 'Open, and due before the day of the as-of' })
  isOverdue!: boolean;
  @Field(() => Decision)
  decision!: DecisionView;
}

@ObjectType({ description: 'A decision of the committee, in a meeting or by circulation.' })
export class Decision implements DecisionView {
  @Field(() => ID, { description: 'Cite it as `decisionId` in what it causes' })
  id!: string;
  @Field({ description: '`R8-3`: the third of 令和8年度, in the order they were recorded; it never changes' })
  no!: string;
  @Field({ description: 'The name of the committee on that day' })
  decidedBy!: string;
  @Field(() => DayScalar)
  decidedOn!: string;
  @Field(() => InstantScalar)
  recordedAt!: Date;
  @Field(() => Presiding)
  presiding!: Presiding;
  @Field()
  title!: string;
  @Field(() => [String])
  subjects!: readonly string[];
  @Field(() => OutcomeName)
  outcome!: OutcomeCode;
  @Field({ description: 'The decision in words' })
  text!: string;
  @Field(() => String, { nullable: true })
  reason!: string | null;
  @Field({ description: 'It took the place of an earlier entry' })
  isCorrection!: boolean;
  @Field({ description: 'Of a circulation: its outcome was entered by the secretariat from paper' })
  isOnPaper!: boolean;
  @Field(() => [FollowUp])
  followUps!: readonly FollowUp[];
  @Field(() => Meeting, { nullable: true })
  meeting!: Meeting | null;
  @Field(() => Circulation, { nullable: true })
  circulation!: Circulation | null;
  citedAt!: readonly Position[];
  planKey!: string;
  known!: Position;
}

export const DecisionConnection = connectionType('Decision', () => Decision);

@ObjectType({ description: 'The committee that carries the plan.' })
export class Committee implements Omit<CommitteeView, 'followUps'> {
  @Field()
  name!: string;
  @Field(() => String, { nullable: true, description: 'What it is set up by' })
  rules!: string | null;
  @Field(() => String, { nullable: true })
  secretariat!: string | null;
  @Field(() => [Subcommittee])
  subcommittees!: readonly Subcommittee[];
  @Field(() => [CommitteeMember], { description: 'As of the day of the plan, the chair first' })
  members!: readonly CommitteeMember[];
  @Field(() => [Meeting], { description: 'In the order they were recorded' })
  meetings!: readonly Meeting[];
  @Field(() => [Circulation], { description: 'In the order they were recorded' })
  circulations!: readonly Circulation[];
  @Field(() => [Decision], { description: 'In the order they were recorded' })
  decisions!: readonly Decision[];
  planKey!: string;
  known!: Position;
}

const SUBJECT = /^[a-z]+(\/[\w.+-]{1,50})?$/;
const LIST_MAX = 100;

@InputType()
export class FollowUpInput {
  @Field()
  @IsNotEmpty()
  @SaysSomething()
  @MaxLength(REASON_MAX)
  text!: string;
  @Field({ description: 'Key of a division' })
  @Name()
  owner!: string;
  @Field(() => DayScalar)
  dueOn!: string;
}

const Words = (): PropertyDecorator => (target, property) => {
  Field({ description: 'The decision in words' })(target, property);
  IsNotEmpty()(target, property);
  SaysSomething()(target, property);
  MaxLength(REASON_MAX)(target, property);
};

const Subjects = (): PropertyDecorator => (target, property) => {
  const description = '`measure/1-2-1`, `kpi/e-approval`, `plan`, `review/2026`';
  Field(() => [String], { nullable: true, description })(target, property);
  IsOptional()(target, property);
  ArrayMaxSize(LIST_MAX)(target, property);
  ArrayUnique()(target, property);
  Matches(SUBJECT, { each: true })(target, property);
};

const FollowUps = (): PropertyDecorator => (target, property) => {
  Field(() => [FollowUpInput], { nullable: true })(target, property);
  IsOptional()(target, property);
  ArrayMaxSize(LIST_MAX)(target, property);
  ValidateNested({ each: true })(target, property);
  Type(() => FollowUpInput)(target, property);
};

const Why =
  (description: string): PropertyDecorator =>
  (target, property) => {
    Field(() => String, { nullable: true, description })(target, property);
    IsOptional()(target, property);
    SaysSomething()(target, property);
    MaxLength(REASON_MAX)(target, property);
  };

@InputType({ isAbstract: true })
abstract class SeatInput extends PlanInput {
  @Field({ description: '財政部長' })
  @Name()
  post!: string;
  @DecidedBy()
  decidedBy?: string | null;
}

@InputType()
export class SeatMemberInput extends SeatInput {
  @Field(() => CommitteeRoleName)
  role!: CommitteeRoleName;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @MaxLength(REASON_MAX)
  reason?: string | null;
}

@InputType()
export class UnseatMemberInput extends SeatInput {
  @Field()
  @Reason()
  reason!: string;
}

@InputType()
export class AgendaItemInput {
  @Field()
  @Name()
  title!: string;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @MaxLength(REASON_MAX)
  text?: string | null;
  @Subjects()
  subjects?: string[] | null;
}

@InputType()
export class RecordMeetingInput extends PlanInput {
  @Field({ description: '令和8年度第1回' })
  @Name()
  title!: string;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Name()
  place?: string | null;
  @Field({ description: 'The post that took the chair' })
  @Name()
  chairedBy!: string;
  @Why('Why the vice chair acted for the chair: required of him, and of nobody else')
  actingReason?: string | null;
  @Field(() => [String], { description: 'The posts of the members who attended' })
  @ArrayMinSize(1)
  @ArrayMaxSize(LIST_MAX)
  @ArrayUnique()
  @Name({ each: true })
  attending!: string[];
  @Field(() => [String], {
    nullable: true,
    description: 'Posts or divisions that were heard and are no members; no names of people',
  })
  @IsOptional()
  @ArrayMaxSize(LIST_MAX)
  @Name({ each: true })
  heard?: string[] | null;
  @Field(() => [AgendaItemInput], { nullable: true })
  @IsOptional()
  @ArrayMaxSize(LIST_MAX)
  @ValidateNested({ each: true })
  @Type(() => AgendaItemInput)
  items?: AgendaItemInput[] | null;
}

@InputType({ isAbstract: true })
abstract class MeetingInput extends PlanInput {
  @Field(() => ID)
  @IsNotEmpty()
  @MaxLength(50)
  meetingId!: string;
}

@InputType()
export class AddAgendaItemInput extends MeetingInput {
  @Field()
  @Name()
  title!: string;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @MaxLength(REASON_MAX)
  text?: string | null;
  @Subjects()
  subjects?: string[] | null;
}

@InputType()
export class WithdrawMeetingInput extends MeetingInput {
  @Field()
  @Reason()
  reason!: string;
}

@InputType()
export class DecideAgendaItemInput extends MeetingInput {
  @Field(() => Int)
  @IsInt()
  @Min(1)
  itemNo!: number;
  @Field(() => OutcomeName)
  outcome!: OutcomeName;
  @Words()
  text!: string;
  @Why('Why it was decided so')
  reason?: string | null;
  @FollowUps()
  followUps?: FollowUpInput[] | null;
}

@InputType({ isAbstract: true })
abstract class AsPostInput extends PlanInput {
  @Field(() => String, {
    nullable: true,
    description:
      'In the name of which post. Default: your own; the secretariat names another to enter what is on paper',
  })
  @IsOptional()
  @Name()
  post?: string | null;
}

@InputType()
export class OpenCirculationInput extends AsPostInput {
  @Field()
  @Name()
  title!: string;
  @Field({ description: 'What is to be decided' })
  @IsNotEmpty()
  @SaysSomething()
  @MaxLength(REASON_MAX)
  text!: string;
  @Subjects()
  subjects?: string[] | null;
  @Field({ description: 'Why no meeting is called' })
  @Reason()
  reasonForNotMeeting!: string;
  @Why('Why the vice chair acts for the chair: required of him, and of nobody else')
  actingReason?: string | null;
  @Field(() => DayScalar)
  dueOn!: string;
}

@InputType({ isAbstract: true })
abstract class CirculationInput extends AsPostInput {
  @Field(() => ID)
  @IsNotEmpty()
  @MaxLength(50)
  circulationId!: string;
}

@InputType()
export class AnswerCirculationInput extends CirculationInput {
  @Field(() => AnswerName)
  answer!: AnswerName;
  @Field(() => String, { nullable: true, description: 'Is published' })
  @IsOptional()
  @SaysSomething()
  @MaxLength(REASON_MAX)
  comment?: string | null;
}

@InputType()
export class WithdrawCirculationAnswerInput extends CirculationInput {
  @Field()
  @Reason()
  reason!: string;
}

@InputType()
export class WithdrawCirculationInput extends CirculationInput {
  @Why('Why the vice chair acts for the chair: required of him, and of nobody else')
  actingReason?: string | null;
  @Field()
  @Reason()
  reason!: string;
}

@InputType()
export class CloseCirculationInput extends CirculationInput {
  @Why('Why the vice chair acts for the chair: required of him, and of nobody else')
  actingReason?: string | null;
  @Field(() => OutcomeName, { description: 'What the chair states: no rule counts the answers' })
  outcome!: OutcomeName;
  @Words()
  text!: string;
  @Why('Why it was decided so')
  reason?: string | null;
  @FollowUps()
  followUps?: FollowUpInput[] | null;
}

@InputType({ isAbstract: true })
abstract class DecisionInput extends PlanInput {
  @Field(() => ID)
  @IsNotEmpty()
  @MaxLength(50)
  decisionId!: string;
}

@InputType({ description: 'All of the decision as it should have been' })
export class CorrectDecisionInput extends DecisionInput {
  @Field(() => OutcomeName)
  outcome!: OutcomeName;
  @Words()
  text!: string;
  @Why('Why it was decided so')
  decisionReason?: string | null;
  @FollowUps()
  followUps?: FollowUpInput[] | null;
  @Field({ description: 'Of the correction' })
  @Reason()
  reason!: string;
}

@InputType()
export class WithdrawDecisionInput extends DecisionInput {
  @Field()
  @Reason()
  reason!: string;
}

@InputType({ isAbstract: true })
abstract class OneFollowUpInput extends DecisionInput {
  @Field(() => Int)
  @IsInt()
  @Min(1)
  followUpNo!: number;
}

@InputType()
export class CompleteFollowUpInput extends OneFollowUpInput {
  @Field(() => String, { nullable: true, description: 'What came of it' })
  @IsOptional()
  @SaysSomething()
  @MaxLength(REASON_MAX)
  note?: string | null;
}

@InputType()
export class ReopenFollowUpInput extends OneFollowUpInput {
  @Field()
  @Reason()
  reason!: string;
}
