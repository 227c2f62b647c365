import { GraphQLError } from 'graphql';
import { CatalogueError } from '../eventsourcing/catalogue.js';
import { StoreError } from '../eventsourcing/event-store.js';
import { ViewsError } from '../eventsourcing/views.js';
import { AsOfError } from '../plan/as-of.js';

/** A server behind this one does not answer. Anybody is told so much, and not where it is: that is in the log. */
const UNAVAILABLE: Readonly<Record<string, string>> = {
  STORE_UNREACHABLE:
    '台帳に接続できません。しばらくしてから、同じ内容をもう一度送ってください / the ledger cannot be reached: send the same again in a while',
  OUTCOME_UNKNOWN:
    '記録されたかどうか分かりません。同じ clientMutationId で、同じ内容をもう一度送ってください / whether it was recorded is not known: send the same again, with the same clientMutationId',
  VIEWS_UNREACHABLE:
    'ビューに接続できません。しばらくしてから、もう一度送ってください / the views cannot be reached: send the same again in a while',
};

/** Why the views stand still, in words for anybody. */
export function publicReason(error: unknown): string {
  if (error instanceof CatalogueError) return error.message;
  const code = error instanceof StoreError || error instanceof ViewsError ? error.code : '';
  if (code === 'VIEWS_TOO_NEW')
    return 'ビューは新しい版の Daicho のものです / the views are of a newer version of Daicho';
  return (
    UNAVAILABLE[code] ?? 'ビューの更新が止まりました。理由はログにあります / the views stand still: the log tells why'
  );
}

/** A caller learns what it can do something about; a defect of ours is logged and named only. */
export function maskError(error: unknown, log: (error: unknown) => void): Error {
  const cause = error instanceof GraphQLError ? (error.originalError ?? error) : error;
  if (error instanceof GraphQLError && (cause instanceof GraphQLError || codeOf(error) !== undefined)) {
    return codeOf(error) === undefined ? located(error, error.message, 'BAD_REQUEST') : error;
  }
  const unavailable = cause instanceof StoreError || cause instanceof ViewsError ? UNAVAILABLE[cause.code] : undefined;
  if (unavailable !== undefined) {
    log(cause);
    return located(error, unavailable, (cause as StoreError | ViewsError).code);
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
