import type { Around } from './around.js';
import { Framed, Opening } from './frame.js';
import { graphql, type ResultOf } from './graphql.js';
import { ENTRY, History } from './history.js';
import { href } from './place.js';
import { say } from './words.js';

export const TRAIL = graphql(
  `
    query Trail($plan: String!, $asOf: AsOf, $before: String, $language: Language!) {
      plan(key: $plan, asOf: $asOf) {
        auditTrail(last: 50, before: $before) {
          totalCount
          pageInfo {
            hasPreviousPage
            startCursor
          }
          nodes {
            ...Entry
          }
        }
      }
    }
  `,
  [ENTRY],
);

export function Trail({
  around,
  data,
}: {
  readonly around: Around;
  readonly data: NonNullable<ResultOf<typeof TRAIL>['plan']>;
}) {
  const { place, plan } = around;
  const t = say(place.language);
  const { nodes, totalCount, pageInfo } = data.auditTrail;
  return (
    <Framed around={around}>
      <Opening above={plan.title} title={t('trail')}>
        {place.language === 'ja'
          ? `${String(totalCount)} 件の記録です。新しい順に示します。`
          : `${String(totalCount)} records, the newest first.`}
      </Opening>
      <History entries={nodes.toReversed()} place={place} />
      <p className="pages">
        {place.asked['before'] !== undefined && (
          <a className="button" href={href(place, '/trail')}>
            {t('newer')}
          </a>
        )}
        {pageInfo.hasPreviousPage && pageInfo.startCursor !== null && (
          <a className="button" href={href(place, '/trail', { asked: { before: pageInfo.startCursor } })}>
            {t('older')}
          </a>
        )}
      </p>
    </Framed>
  );
}
