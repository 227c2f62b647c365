import { initGraphQLTada } from 'gql.tada';
import type { introspection } from './graphql-env.js';

/** Queries checked against the schema by the type check, and results typed by it. */
export const graphql = initGraphQLTada<{
  introspection: introspection;
  scalars: { Date: string; DateTime: string; FiscalYear: number; Decimal: string; Position: string };
  disableMasking: true;
}>();

export type { FragmentOf, ResultOf, VariablesOf } from 'gql.tada';
