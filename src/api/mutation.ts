import { randomUUID } from 'node:crypto';
import type { Type } from '@nestjs/common';
import { Field, ID, InputType, Int } from '@nestjs/graphql';
import { plainToInstance } from 'class-transformer';
import {
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsUUID,
  Length,
  Matches,
  MaxLength,
  Min,
  validate,
  ValidateBy,
  type ValidationError,
  type ValidationOptions,
} from 'class-validator';
import type { MutationName } from '../access/permissions.js';
import type { Matter } from '../access/caller-rights.js';
import { isPlainText, NAME_MAX, ONE_LINE, saysSomething } from '../calendar/text.js';
import { uuidOf, type Envelope } from '../eventsourcing/handle.js';
import { canonicalJson, type Json } from '../ledger/canonical.js';
import { PROBLEMS, Refusal, type ProblemCode } from '../problems.js';
import type { RequestContext } from './context.js';
import { problemOf, type Problem } from './problem.types.js';
import { ruleWords } from './rule-words.js';
import { DayScalar } from './scalars.js';

/** Has anything to read in it. */
export const SaysSomething = (options?: ValidationOptions): PropertyDecorator =>
  ValidateBy(
    {
      name: 'saysSomething',
      validator: {
        validate: (text: unknown) => typeof text === 'string' && saysSomething(text),
        defaultMessage: () => 'nothing to read in it',
      },
    },
    options,
  );

/** What every mutation takes. */
@InputType({ isAbstract: true })
export abstract class CommandInput {
  @Field(() => String, {
    nullable: true,
    description: 'Your own id of this request: sent again with the same input, it is answered with the first receipt.',
  })
  @IsOptional()
  @Length(1, 200)
  @SaysSomething()
  clientMutationId?: string | null;

  @Field(() => Int, { nullable: true, description: 'The revision of the changed object as you read it.' })
  @IsOptional()
  @IsInt()
  @Min(0)
  expectedRevision?: number | null;

  @Field(() => DayScalar, { nullable: true, description: 'The day from which it holds.' })
  @IsOptional()
  effectiveOn?: string | null;
}

/** A text of some length that may not be blank. */
export const REASON_MAX = 2000;

export const Reason = (): PropertyDecorator => (target, property) => {
  const context = { code: 'REASON_REQUIRED' satisfies ProblemCode };
  IsNotEmpty({ context })(target, property);
  MaxLength(REASON_MAX)(target, property);
};

/** A name of the plan, in one line: a title, a division, a post. */
export const Name =
  (options?: ValidationOptions): PropertyDecorator =>
  (target, property) => {
    SaysSomething(options)(target, property);
    Matches(ONE_LINE, options)(target, property);
    MaxLength(NAME_MAX, options)(target, property);
  };

/** The body that decided it, in the words of who enters it. */
export const DecidedBy = (): PropertyDecorator => (target, property) => {
  Field(() => String, { nullable: true, description: 'The deciding body' })(target, property);
  IsOptional()(target, property);
  Name()(target, property);
};

/** The recorded decision that caused it: the handler asks whether it stands (`PlanReader.rulesFor`), the event keeps it. */
export const CitesDecision = (): PropertyDecorator => (target, property) => {
  Field(() => ID, { nullable: true, description: 'The recorded decision that caused it' })(target, property);
  IsOptional()(target, property);
  IsUUID('all', { context: { code: 'DECISION_NOT_FOUND' satisfies ProblemCode } })(target, property);
};

@InputType({ isAbstract: true })
export abstract class PlanInput extends CommandInput {
  @Field({ description: '"toride-5"' })
  @IsNotEmpty()
  @MaxLength(50)
  planKey!: string;
}

@InputType({ isAbstract: true })
export abstract class MeasureInput extends PlanInput {
  @Field({ description: '"1-2-1"' })
  @IsNotEmpty()
  @MaxLength(20)
  measureNo!: string;
}

/** An input that has been checked: what was `null` is absent. */
export type Checked<Input> = { readonly [Name in keyof Input]: Said<Exclude<Input[Name], null>> };

/** Inputs within the input, too. */
type Said<Value> = Value extends readonly (infer Item)[]
  ? Said<Item>[]
  : Value extends Date
    ? Value
    : Value extends object
      ? Checked<Value>
      : Value;

type Outcome<Result> =
  | { readonly result: Result; readonly problems: readonly [] }
  | { readonly result: null; readonly problems: readonly Problem[] };

/**
 * The way of every mutation: the right to do it, the form of the input, then the command. What the domain refuses comes
 * back as problems; a missing right and a defect of ours are errors.
 */
export async function attempt<Input extends CommandInput, Result>(
  name: MutationName,
  type: Type<Input>,
  raw: Input,
  { actor, rights }: RequestContext,
  run: (input: Checked<Input>, envelope: Envelope) => Promise<Result>,
  matter: Matter = matterIn(withoutNulls<object>(raw)),
  /** Fields of which no fingerprint is taken here, as what they say could be guessed from it: the command adds one of its own. */
  personal: readonly string[] = [],
): Promise<Outcome<Result>> {
  let actingAs: string;
  try {
    actingAs = await rights.actingAs(actor, name, matter);
  } catch (error) {
    return refusal(error);
  }
  const asked = withoutNulls(raw);
  const errors = await validate(plainToInstance(type, asked), { whitelist: false, forbidUnknownValues: true });
  if (errors.length > 0) return { result: null, problems: errors.flatMap((error) => problemsIn(error)) };

  const unprintable = unprintableIn(asked, ['input']);
  if (unprintable) return { result: null, problems: [problemOf(new Refusal('INVALID_INPUT', unprintable))] };

  const { clientMutationId, expectedRevision, ...said } = asked;
  const isNew = clientMutationId === undefined || clientMutationId === null;
  const envelope: Envelope = {
    commandId: isNew ? randomUUID() : uuidOf(actor.id, clientMutationId),
    isNew,
    fingerprint: uuidOf(name, canonicalJson(plain({ ...without(said, personal), expectedRevision }))),
    actor: actingAs,
    expectedRevision: expectedRevision ?? undefined,
  };
  try {
    return { result: await run(asked as Checked<Input>, envelope), problems: [] };
  } catch (error) {
    return refusal(error);
  }
}

function refusal(error: unknown): { readonly result: null; readonly problems: readonly Problem[] } {
  if (error instanceof Refusal) return { result: null, problems: [error, ...error.others].map(problemOf) };
  throw error;
}

const without = (input: object, names: readonly string[]): object =>
  Object.fromEntries(Object.entries(input).filter(([name]) => !names.includes(name)));

/** As it would be sent: without classes, instants as text. */
const plain = (input: object): Json => JSON.parse(JSON.stringify(input)) as Json;

/** GraphQL's null and absence mean the same to a command: not said. */
const withoutNulls = <Input extends object>(raw: Input): Input =>
  Object.fromEntries(
    Object.entries(raw)
      .filter(([, value]) => value !== null && value !== undefined)
      .map(([name, value]: [string, unknown]) => [
        name,
        isPlain(value) ? withoutNulls(value) : itemsWithoutNulls(value),
      ]),
  ) as Input;

const itemsWithoutNulls = (value: unknown): unknown =>
  Array.isArray(value) ? value.map((item: unknown) => (isPlain(item) ? withoutNulls(item) : item)) : value;

/** An input within the input, not a value of a scalar. */
const isPlain = (value: unknown): value is object => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

/** Where a text stands that cannot be kept as it is. */
function unprintableIn(value: unknown, path: readonly string[]): readonly string[] | undefined {
  if (typeof value === 'string') return isPlainText(value) ? undefined : path;
  if (!Array.isArray(value) && !isPlain(value)) return undefined;
  for (const [name, item] of Object.entries(value)) {
    const found = unprintableIn(item, [...path, name]);
    if (found) return found;
  }
  return undefined;
}

/** Whose access is changed is said by the mutations that do so: others may name a person, too. */
const matterIn = ({ planKey, measureNo, fiscalYear, division }: Matter): Matter => ({
  planKey,
  measureNo,
  fiscalYear,
  division,
});

function problemsIn(error: ValidationError, path: readonly string[] = ['input']): Problem[] {
  const at = [...path, error.property];
  const within = (error.children ?? []).flatMap((child) => problemsIn(child, at));
  const [broken] = Object.entries(error.constraints ?? {});
  if (!broken) return within;
  const [rule, message] = broken;
  const { code = 'INVALID_INPUT' } = (error.contexts?.[rule] ?? {}) as { code?: ProblemCode };
  const [ja, en] = PROBLEMS[code];
  const [why, whyEn] = ruleWords(rule, message);
  return [{ code, message: `${ja}：${why} / ${en}: ${whyEn}`, path: at }, ...within];
}
