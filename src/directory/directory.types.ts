import { Field, ID, InputType, ObjectType } from '@nestjs/graphql';
import { ArrayMaxSize, ArrayUnique, IsOptional, MaxLength } from 'class-validator';
import { DecidedBy, Name, PlanInput, REASON_MAX } from '../api/mutation.js';
import type { DivisionView, PostView } from './directory.view.js';

const DIVISIONS_MAX = 500;

@ObjectType({ description: 'A division as of the point of the plan: its name then, whether it was there then.' })
export class Division implements DivisionView {
  @Field({ description: 'The name it was first recorded under; it never changes' })
  key!: string;
  @Field()
  name!: string;
  @Field({ description: 'Stands for several divisions (各課, 窓口各課 …)' })
  isCollective!: boolean;
  @Field({ description: 'false: not yet, or no longer' })
  exists!: boolean;
  @Field({ description: 'It is there only from `setUpDivision` until it is abolished' })
  isOnlyInDisaster!: boolean;
  @Field(() => [Division], { description: 'The divisions behind a collective one; empty: not known' })
  members!: readonly Division[];
  @Field(() => [Division], { description: 'Who took over, when it is no more' })
  successors!: readonly Division[];
}

@ObjectType({ description: 'A post (副市長, 総務部長 …) and who holds it. For those who may know people.' })
export class Post implements PostView {
  @Field()
  post!: string;
  @Field(() => ID, { nullable: true, description: 'A pseudonymous id; null: nobody' })
  holder!: string | null;
}

@InputType({ isAbstract: true })
abstract class DirectoryInput extends PlanInput {
  @Field(() => String, { nullable: true })
  @IsOptional()
  @MaxLength(REASON_MAX)
  reason?: string | null;

  @DecidedBy()
  decidedBy?: string | null;
}

@InputType({ isAbstract: true })
abstract class DivisionInput extends DirectoryInput {
  @Field({ description: 'Its key' })
  @Name()
  division!: string;
}

@InputType()
export class EstablishDivisionInput extends DivisionInput {
  @Field(() => Boolean, { nullable: true, description: 'It stands for several divisions' })
  isCollective?: boolean | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Keys of the divisions behind a collective one; not with `all`',
  })
  @IsOptional()
  @ArrayMaxSize(DIVISIONS_MAX)
  @ArrayUnique()
  @Name({ each: true })
  members?: string[] | null;

  @Field(() => Boolean, { nullable: true, description: 'It stands for all divisions there are' })
  all?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'It is known, and there only when it is set up in a disaster' })
  isOnlyInDisaster?: boolean | null;
}

@InputType()
export class SetUpDivisionInput extends DivisionInput {}

@InputType()
export class RenameDivisionInput extends DivisionInput {
  @Field({ description: 'Its new name' })
  @Name()
  name!: string;
}

@InputType()
export class AbolishDivisionInput extends DivisionInput {
  @Field(() => [String], {
    nullable: true,
    description: 'Who takes over: one when it is merged into another, several when it is split',
  })
  @IsOptional()
  @ArrayMaxSize(DIVISIONS_MAX)
  @ArrayUnique()
  @Name({ each: true })
  successors?: string[] | null;
}

@InputType()
export class DefineCollectiveInput extends DivisionInput {
  @Field(() => [String], { nullable: true, description: 'Keys of the divisions behind it' })
  @IsOptional()
  @ArrayMaxSize(DIVISIONS_MAX)
  @ArrayUnique()
  @Name({ each: true })
  members?: string[] | null;

  @Field(() => Boolean, { nullable: true, description: 'It stands for all divisions there are' })
  all?: boolean | null;
}

@InputType()
export class FillPostInput extends DirectoryInput {
  @Field({ description: '副市長' })
  @Name()
  post!: string;

  @Field(() => ID, { nullable: true, description: 'A pseudonymous id; null: the post is vacant' })
  @IsOptional()
  @Name()
  personId?: string | null;
}
