import { Field, ID, InputType, registerEnumType } from '@nestjs/graphql';
import { ArrayMaxSize, ArrayNotEmpty, ArrayUnique, IsIn, IsNotEmpty, IsOptional, MaxLength } from 'class-validator';
import { CitesDecision, MeasureInput, Name, PlanInput, Reason, REASON_MAX, SaysSomething } from '../api/mutation.js';
import { ScheduleCellInput } from '../schedule/schedule.types.js';
import { CAUSES, type Cause } from './initiative.events.js';

const names = Object.keys(CAUSES) as Cause[];

export const CauseName = Object.fromEntries(names.map((name) => [name, name])) as { readonly [C in Cause]: C };
registerEnumType(CauseName, {
  name: 'InitiativeCause',
  description: 'Why something is done that the plan does not hold.',
  valuesMap: Object.fromEntries(names.map((name) => [name, { description: CAUSES[name].join(' / ') }])),
});

@InputType({ isAbstract: true })
abstract class InitiativeFields extends PlanInput {
  @Field()
  @Name()
  title!: string;
  @Field({ description: 'The number of the goal that it serves' })
  @IsNotEmpty()
  @MaxLength(20)
  goal!: string;
  @Field(() => CauseName)
  @IsIn(names)
  cause!: Cause;
  @Field(() => String, { nullable: true, description: 'Which law, which fund, …; required for `OTHER`' })
  @IsOptional()
  @SaysSomething()
  @MaxLength(REASON_MAX)
  causeNote?: string | null;
  @Field(() => [String], { description: 'Keys of the divisions that carry it out' })
  @ArrayNotEmpty()
  @ArrayMaxSize(50)
  @ArrayUnique()
  @Name({ each: true })
  owners!: string[];
  @Field(() => [String], { nullable: true, description: '調整, by their keys' })
  @IsOptional()
  @ArrayMaxSize(50)
  @ArrayUnique()
  @Name({ each: true })
  coordinators?: string[] | null;
  @Field(() => [ScheduleCellInput], { nullable: true, description: 'Years that are not named are blank' })
  @IsOptional()
  @ArrayMaxSize(50)
  schedule?: ScheduleCellInput[] | null;
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

@InputType({ description: '`expectedRevision` is refused: what is entered has no revision yet.' })
export class EnterInitiativeInput extends InitiativeFields {}

@InputType({ description: 'All of the initiative as it should have been entered; `reason`: why it is corrected.' })
export class CorrectInitiativeInput extends InitiativeFields {
  @Field({ description: '"U1"' })
  @IsNotEmpty()
  @MaxLength(20)
  measureNo!: string;
  @Field(() => ID)
  @IsNotEmpty()
  entryId!: string;
}

@InputType()
export class WithdrawInitiativeInput extends MeasureInput {
  @Field(() => ID)
  @IsNotEmpty()
  entryId!: string;
  @Field()
  @Reason()
  reason!: string;
}
