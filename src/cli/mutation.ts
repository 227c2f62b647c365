import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputObjectType,
} from 'graphql';

/** A mutation of the API, `name(input: …)`. */
export type Mutation = GraphQLField<unknown, unknown>;

/** A field of the input as an option of the command line. */
export interface InputOption {
  /** `fiscalYear` */
  readonly field: string;
  /** `--fiscal-year` */
  readonly flag: string;
  /** `FiscalYear!`, as the schema has it. */
  readonly type: string;
  readonly isRequired: boolean;
  readonly isList: boolean;
  readonly isSwitch: boolean;
  readonly choices: readonly string[] | undefined;
  readonly description: string;
  /** What is typed, as JSON. @throws Error it is none of that type */
  readonly valueOf: (typed: string) => unknown;
}

/** `fiscalYear` → `fiscal-year`; the plan is called as in all other commands. */
export const flagName = (name: string): string =>
  name === 'planKey' ? 'plan' : name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

export function inputTypeOf(mutation: Mutation): GraphQLInputObjectType {
  const type = getNamedType(mutation.args.find(({ name }) => name === 'input')?.type);
  if (!isInputObjectType(type)) throw new Error(`${mutation.name} has no input`);
  return type;
}

/** Fields of the input, those that are required first. */
export function optionsOf(mutation: Mutation): readonly InputOption[] {
  const options = Object.values(inputTypeOf(mutation).getFields()).map(optionOf);
  return options.toSorted((a, b) => Number(b.isRequired) - Number(a.isRequired));
}

function optionOf(field: GraphQLInputField): InputOption {
  const { name, type, description } = field;
  const named = getNamedType(type);
  const plain = isNonNullType(type) ? type.ofType : type;
  return {
    field: name,
    flag: `--${flagName(name)}`,
    type: String(type),
    isRequired: isRequiredInputField(field),
    isList: isListType(plain),
    isSwitch: named.name === 'Boolean',
    choices: isEnumType(named) ? named.getValues().map((value) => value.name) : undefined,
    description: description ?? '',
    valueOf: (typed) => valueOf(named.name, isInputObjectType(named), typed),
  };
}

/** A fiscal year is a number, too. */
const WHOLE_NUMBERS = ['Int', 'FiscalYear'];

function valueOf(type: string, isObject: boolean, typed: string): unknown {
  if (isObject) {
    try {
      return JSON.parse(typed);
    } catch {
      throw new Error(`JSON（${type}）ではありません / no JSON of ${type}`);
    }
  }
  if (type === 'Boolean') {
    if (typed === 'true' || typed === 'false') return typed === 'true';
    throw new Error('true / false');
  }
  if (!WHOLE_NUMBERS.includes(type)) return typed;
  if (!/^-?\d{1,15}$/.test(typed)) throw new Error('整数ではありません / not a whole number');
  return Number(typed);
}

/** The request: with all that the answer says in plain values, and the ids of what it is about. */
export const documentOf = (mutation: Mutation): string =>
  `mutation ($input: ${inputTypeOf(mutation).name}!) { ${mutation.name}(input: $input) ${selectionOf(mutation, 2)} }`;

function selectionOf({ type }: Mutation, depth: number): string {
  const named = getNamedType(type);
  if (!isObjectType(named) && !isInterfaceType(named)) return '';
  const parts = Object.values(named.getFields()).flatMap((field): string[] => {
    const of = getNamedType(field.type);
    if (field.args.some(isRequiredArgument)) return [];
    if (isLeafType(of)) return [field.name];
    if (depth <= 1) return [];
    const within = selectionOf(field, depth - 1);
    return within === '' ? [] : [`${field.name} ${within}`];
  });
  return parts.length === 0 ? '' : `{ ${parts.join(' ')} }`;
}
