import { getOperationAST, getVariableValues, GraphQLError, type ExecutionArgs } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/** ` at "input.effectiveOn"; ` in the words of graphql-js. */
const PLACE = /^Variable "\$(\w+)"(?: got invalid value .*? at "([^"]+)")?/s;

const MISSING = /; Field "(\w+)" of required type/;

/**
 * Variables are checked before a query is compiled or run: what is not of its type is told with the place it stands in,
 * from the variable inwards, as `extensions.path`, and its closed code.
 */
export const checkVariables = (): Plugin => ({
  onExecute({ args, setResultAndStopExecution }) {
    const errors = errorsIn(args);
    if (errors) setResultAndStopExecution({ errors });
  },
  onSubscribe({ args, setResultAndStopExecution }) {
    const errors = errorsIn(args);
    if (errors) setResultAndStopExecution({ errors });
  },
});

type Asked = Pick<ExecutionArgs, 'schema' | 'document' | 'operationName' | 'variableValues'>;

function errorsIn({ schema, document, operationName, variableValues }: Asked): GraphQLError[] | undefined {
  const operation = getOperationAST(document, operationName);
  if (!operation) return undefined;
  const { errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variableValues ?? {}, {
    maxErrors: 10,
  });
  return errors?.map((error) => {
    const [, variable, place] = PLACE.exec(error.message) ?? [];
    return new GraphQLError(error.message, {
      nodes: error.nodes ?? null,
      extensions: {
        code: 'INVALID_VARIABLE',
        ...error.extensions,
        path: [...(place ?? variable ?? '').split('.'), ...(MISSING.exec(error.message)?.slice(1) ?? [])],
        // For clients that speak `application/graphql-response+json`.
        http: { spec: true, status: 400 },
      },
    });
  });
}
