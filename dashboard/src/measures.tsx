import type { Around } from './around.js';
import { Framed, Opening } from './frame.js';
import { graphql, type ResultOf, type VariablesOf } from './graphql.js';
import { Keep } from './keep.js';
import { href, type Place } from './place.js';
import { StatusBadge, statusText } from './status.js';
import { say } from './words.js';

export const MEASURES = graphql(`
  query Measures($plan: String!, $asOf: AsOf, $filter: MeasureFilter, $after: String) {
    plan(key: $plan, asOf: $asOf) {
      goals {
        no
        title
      }
      divisions {
        key
        name
        exists
      }
      statusScale {
        codes {
          code
          label
          labelEn
          sign
          order
        }
      }
      measures(filter: $filter, first: 100, after: $after) {
        totalCount
        pageInfo {
          hasNextPage
          endCursor
        }
        nodes {
          no
          title
          isNew
          slipYears
          goal {
            no
            title
          }
          policy {
            no
            title
          }
          owners {
            key
            name
          }
          status {
            code
            label
            labelEn
            sign
            order
          }
        }
      }
    }
  }
`);

/** Nothing is reported. */
const NONE = 'none';

export function filterIn({ asked }: Place): NonNullable<VariablesOf<typeof MEASURES>['filter']> {
  const { goal, status, division } = asked;
  return {
    ...(goal !== undefined && { goal }),
    ...(division !== undefined && { division }),
    ...(status === NONE ? { isReported: false } : status !== undefined && { status: [status] }),
    ...(asked['new'] === 'true' && { isNew: true }),
    ...(asked['shifted'] === 'true' && { isShifted: true }),
  };
}

export function Measures({
  around,
  data,
}: {
  readonly around: Around;
  readonly data: NonNullable<ResultOf<typeof MEASURES>['plan']>;
}) {
  const { place, plan } = around;
  const { language, asked } = place;
  const t = say(language);
  const { goals, divisions, statusScale, measures } = data;
  const words = (asked['q'] ?? '').normalize('NFKC').toLowerCase();
  const shown = measures.nodes.filter(({ no, title }) =>
    `${no} ${title}`.normalize('NFKC').toLowerCase().includes(words),
  );
  const choices: Readonly<Record<string, readonly string[]>> = {
    goal: goals.map(({ no }) => no),
    status: [NONE, ...statusScale.codes.map(({ code }) => code)],
    division: divisions.map(({ key }) => key),
  };
  const unknown = Object.entries(choices).flatMap(([name, known]) => {
    const value = asked[name];
    return value === undefined || known.includes(value) ? [] : [value];
  });
  const { endCursor, hasNextPage } = measures.pageInfo;
  return (
    <Framed around={around}>
      <Opening above={plan.title} title={t('measures')}>
        {language === 'ja' ? `${String(shown.length)} の個別施策です。` : `${String(shown.length)} measures.`}
        {Object.keys(asked).length > 0 && (
          <>
            {' '}
            <a href={href(place, '/measures')}>{t('clear')}</a>
          </>
        )}
      </Opening>
      <form className="filter" method="get" action="/measures" aria-label={t('filter')}>
        <Keep place={place} asked={{ new: asked['new'], shifted: asked['shifted'] }} />
        <label>
          {t('goal')}
          <select name="goal" defaultValue={asked['goal'] ?? ''}>
            <option value="">{t('all')}</option>
            {goals.map(({ no, title }) => (
              <option key={no} value={no}>
                {no} {title}
              </option>
            ))}
          </select>
        </label>
        <label>
          {t('status')}
          <select name="status" defaultValue={asked['status'] ?? ''}>
            <option value="">{t('all')}</option>
            {statusScale.codes.map((status) => (
              <option key={status.code} value={status.code}>
                {status.sign} {statusText(status, language)}
              </option>
            ))}
            <option value={NONE}>{t('noReport')}</option>
          </select>
        </label>
        <label>
          {t('division')}
          <select name="division" defaultValue={asked['division'] ?? ''}>
            <option value="">{t('all')}</option>
            {divisions
              .filter(({ exists }) => exists)
              .map(({ key, name }) => (
                <option key={key} value={key}>
                  {name}
                </option>
              ))}
          </select>
        </label>
        <label>
          {t('text')}
          <input type="search" name="q" defaultValue={asked['q'] ?? ''} />
        </label>
        <button type="submit">{t('filter')}</button>
      </form>
      {unknown.length > 0 && (
        <p className="finding">
          {language === 'ja'
            ? `${unknown.join('、')} は、この計画の選択肢にありません。`
            : `${unknown.join(', ')}: not among the choices of this plan.`}
        </p>
      )}
      {shown.length === 0 ? (
        <p className="nothing">{t('none')}</p>
      ) : (
        <div className="frame" tabIndex={0} role="region" aria-label={t('measures')}>
          <table className="measures">
            <thead>
              <tr>
                <th scope="col">{t('measures')}</th>
                <th scope="col">{t('status')}</th>
                <th scope="col">{language === 'ja' ? '日程' : 'Schedule'}</th>
                <th scope="col">{t('division')}</th>
              </tr>
            </thead>
            {branchesOf(shown).map(({ goal, policy, measures: within, isFirstOfGoal }) => (
              <tbody key={`${goal.no} ${policy?.no ?? ''}`}>
                {isFirstOfGoal && (
                  <tr className="goal">
                    <th scope="rowgroup" colSpan={4}>
                      {t('goal')} {goal.no}　{goal.title}
                    </th>
                  </tr>
                )}
                <tr className="policy">
                  <th scope="rowgroup" colSpan={4}>
                    {policy ? `${t('policy')} ${policy.no}　${policy.title}` : t('unplannedOnes')}
                  </th>
                </tr>
                {within.map(({ no, title, isNew, slipYears, owners, status }) => (
                  <tr key={no} className="leaf">
                    <th scope="row">
                      <a href={href(place, `/measures/${no}`)}>
                        {no}　{title}
                      </a>
                      {isNew && <span className="tag">{t('isNew')}</span>}
                    </th>
                    <td>
                      <StatusBadge status={status} language={language} />
                    </td>
                    <td>
                      {slipYears === 0
                        ? '—'
                        : `${slipYears < 0 ? '▲' : '+'}${String(Math.abs(slipYears))}${language === 'ja' ? ' 年' : ' y'}`}
                    </td>
                    <td>{owners.map(({ name }) => name).join('、')}</td>
                  </tr>
                ))}
              </tbody>
            ))}
          </table>
        </div>
      )}
      {hasNextPage && endCursor !== null && (
        <p>
          <a className="button" href={href(place, '/measures', { asked: { ...asked, after: endCursor } })}>
            {t('next')}
          </a>
        </p>
      )}
    </Framed>
  );
}

type Listed = NonNullable<ResultOf<typeof MEASURES>['plan']>['measures']['nodes'][number];

interface Branch extends Pick<Listed, 'goal' | 'policy'> {
  readonly measures: Listed[];
  readonly isFirstOfGoal: boolean;
}

/** The tree of the plan, as far as its measures are listed: goals, their policies, what belongs to no policy. */
function branchesOf(listed: readonly Listed[]): readonly Branch[] {
  const branches: Branch[] = [];
  for (const measure of listed) {
    const { goal, policy } = measure;
    const last = branches.at(-1);
    if (last?.goal.no === goal.no && last.policy?.no === policy?.no) last.measures.push(measure);
    else branches.push({ goal, policy, measures: [measure], isFirstOfGoal: last?.goal.no !== goal.no });
  }
  return branches;
}
