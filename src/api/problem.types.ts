import { Field, Int, InterfaceType, ObjectType } from '@nestjs/graphql';
import type { Receipt } from '../eventsourcing/event-store.js';
import type { Position } from '../eventsourcing/position.js';
import type { Refusal } from '../problems.js';
import { PositionScalar } from './scalars.js';

@InterfaceType({
  description: 'Why a request was refused. Nothing was recorded.',
  resolveType: (value: object) =>
    'currentRevision' in value ? ConflictProblem : 'line' in value ? PlanFileProblem : InputProblem,
})
export abstract class Problem {
  @Field({ description: 'A closed list: docs/problems.md' })
  code!: string;
  @Field({ description: 'Japanese / English' })
  message!: string;
  @Field(() => [String], { description: 'The input field, from the outside in' })
  path!: readonly string[];
}

@ObjectType({ implements: () => [Problem] })
export class InputProblem extends Problem {}

@ObjectType({ implements: () => [Problem], description: 'Something else was recorded first: read again.' })
export class ConflictProblem extends Problem {
  @Field(() => Int)
  currentRevision!: number;
}

@ObjectType({
  implements: () => [Problem],
  description: 'A place in a plan file that is not right. Lines and columns count from 1.',
})
export class PlanFileProblem extends Problem {
  @Field(() => Int)
  line!: number;
  @Field(() => Int)
  column!: number;
}

export const problemOf = ({ code, message, path, currentRevision }: Refusal): Problem => ({
  code,
  message,
  path,
  ...(currentRevision !== undefined && { currentRevision }),
});

@ObjectType('Receipt', { description: 'What was recorded: the same for every repetition of the same request.' })
export class ReceiptType {
  @Field(() => PositionScalar, { description: 'Of the last event' })
  position!: Position;
  @Field(() => Int, { description: 'Of the changed object, after this' })
  revision!: number;
  @Field(() => [String])
  eventIds!: readonly string[];
}

/** What every mutation answers. */
@ObjectType({ isAbstract: true })
export abstract class Payload {
  @Field(() => ReceiptType, { nullable: true, description: 'null when refused' })
  receipt!: Receipt | null;
  @Field(() => [Problem])
  problems!: readonly Problem[];
}
