import { GraphQLError } from 'graphql';
import { CatalogueError } from '../eventsourcing/catalogue.js';
import { StoreError } from '../eventsourcing/event-store.js';
import { ViewsError } from '../eventsourcing/views.js';
import { AsOfError } from '../plan/as-of.js';

/** A server behind this one does not answer: the same request may be sent again, with the same clientMutationId. */
const UNAVAILABLE: readonly string[] = ['STORE_UNREACHABLE', 'OUTCOME_UNKNOWN', 'VIEWS_UNREACHABLE'];

/** A caller learns what it can do something about; a defect of ours is logged and named only. */
export function maskError(error: unknown, log: (error: unknown) => void): Error {
  const cause = error instanceof GraphQLError ? (error.originalError ?? error) : error;
  if (error instanceof GraphQLError && (cause instanceof GraphQLError || codeOf(error) !== undefined)) {
    return codeOf(error) === undefined ? located(error, error.message, 'BAD_REQUEST') : error;
  }
  if ((cause instanceof StoreError || cause instanceof ViewsError) && UNAVAILABLE.includes(cause.code)) {
    log(cause);
    return located(error, cause.message, cause.code);
  }
  if (cause instanceof CatalogueError && cause.code !== 'INVALID_DATA') {
    log(cause);
    return located(
      error,
      `この台帳には、この版の Daicho が知らない種類の記録があります。新しい版を使ってください / the ledger holds an event of a kind that this Daicho does not know, use a newer one: ${cause.message}`,
      'UNKNOWN_EVENT',
    );
  }
  if (cause instanceof AsOfError || (cause instanceof ViewsError && cause.code === 'NOT_VISIBLE_YET')) {
    return located(error, cause.message, cause.code);
  }
  log(cause);
  return located(error, '内部エラーが発生しました / an internal error', 'INTERNAL_ERROR');
}

/** The compiled executor's errors may come without extensions. */
const codeOf = ({ extensions }: { extensions?: Record<string, unknown> }): unknown => extensions?.['code'];

function located(error: unknown, message: string, code: string): GraphQLError {
  const { nodes = null, path = null } = error instanceof GraphQLError ? error : {};
  return new GraphQLError(message, { nodes, path, extensions: { code } });
}
