import { costLimitPlugin } from '@escape.tech/graphql-armor-cost-limit';
import { maxAliasesPlugin } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthPlugin } from '@escape.tech/graphql-armor-max-depth';
import { GraphQLError, type Source } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/** What one request may ask for. A dashboard's largest query stays below half of each. */
export const QUERY_LIMITS = { depth: 12, cost: 30_000, aliases: 30, characters: 20_000 } as const;

const coded = (code: string) => ({
  onReject: [
    (_context: unknown, error: GraphQLError) => {
      Object.assign(error.extensions, { code });
    },
  ],
});

/** Limits on depth, cost, aliases and length; each refusal has a closed code. */
export function limits(): Plugin[] {
  return [
    {
      onParse({ params }) {
        const source = params.source as string | Source;
        const { length } = typeof source === 'string' ? source : source.body;
        if (length > QUERY_LIMITS.characters) {
          throw new GraphQLError(
            `a query has at most ${String(QUERY_LIMITS.characters)} characters, found ${String(length)}`,
            {
              extensions: { code: 'QUERY_TOO_LARGE', http: { status: 400 } },
            },
          );
        }
      },
    },
    maxDepthPlugin({ n: QUERY_LIMITS.depth, flattenFragments: true, ...coded('QUERY_TOO_DEEP') }),
    maxAliasesPlugin({ n: QUERY_LIMITS.aliases, ...coded('TOO_MANY_ALIASES') }),
    costLimitPlugin({ maxCost: QUERY_LIMITS.cost, flattenFragments: true, ...coded('QUERY_TOO_COSTLY') }),
  ];
}
