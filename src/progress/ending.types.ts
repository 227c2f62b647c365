import { Field, ID, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';
import { IsIn, IsNotEmpty, IsOptional, MaxLength } from 'class-validator';
import { CitesDecision, MeasureInput, Name, Reason, REASON_MAX, SaysSomething } from '../api/mutation.js';
import { DayScalar, InstantScalar } from '../api/scalars.js';
import type { Position } from '../eventsourcing/position.js';
import { ENDING_KINDS, ENDINGS, type EndingKind } from './ending.events.js';
import type { EndingView } from './ending.view.js';

export const EndingName = Object.fromEntries(ENDING_KINDS.map((kind) => [kind, kind])) as {
  readonly [K in EndingKind]: K;
};
registerEnumType(EndingName, {
  name: 'Ending',
  description: 'How a measure ends otherwise than by being done.',
  valuesMap: Object.fromEntries(ENDING_KINDS.map((kind) => [kind, { description: ENDINGS[kind].join(' / ') }])),
});

@ObjectType({ description: 'How and why a measure has ended.' })
export class MeasureEnding implements EndingView {
  @Field(() => EndingName)
  kind!: EndingKind;
  @Field()
  label!: string;
  @Field()
  labelEn!: string;
  @Field(() => DayScalar, { description: 'The day from which it holds' })
  since!: string;
  @Field(() => InstantScalar)
  recordedAt!: Date;
  @Field({ description: 'Why it ended' })
  reason!: string;
  @Field(() => String, { nullable: true, description: 'The deciding body' })
  decidedBy!: string | undefined;
  @Field(() => ID, { description: 'Name it to correct or withdraw it' })
  entryId!: string;
  planKey!: string;
  position!: Position;
  known!: Position;
}

@InputType({ isAbstract: true })
abstract class EndingInput extends MeasureInput {
  @Field(() => EndingName)
  @IsIn(ENDING_KINDS)
  ending!: EndingKind;
  @Field(() => String, {
    nullable: true,
    description: 'The deciding body; default: of the decision that is cited, of a correction as entered',
  })
  @IsOptional()
  @Name()
  decidedBy?: string | null;
  @CitesDecision()
  decisionId?: string | null;
}

@InputType()
export class EndMeasureInput extends EndingInput {
  @Field({ description: 'Why it ends' })
  @Reason()
  reason!: string;
}

@InputType()
export class CorrectMeasureEndingInput extends EndingInput {
  @Field(() => ID)
  @IsNotEmpty()
  entryId!: string;
  @Field(() => String, { nullable: true, description: 'Why the measure ended; default: as entered' })
  @IsOptional()
  @SaysSomething()
  @MaxLength(REASON_MAX)
  endingReason?: string | null;
  @Field({ description: 'Why it is corrected' })
  @Reason()
  reason!: string;
}

@InputType()
export class WithdrawMeasureEndingInput extends MeasureInput {
  @Field(() => ID)
  @IsNotEmpty()
  entryId!: string;
  @Field()
  @Reason()
  reason!: string;
}
