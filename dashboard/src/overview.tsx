import { yearShort, yearText } from './dates.js';
import type { Around } from './around.js';
import { Framed, Opening } from './frame.js';
import { graphql, type ResultOf } from './graphql.js';
import { ENTRY, History } from './history.js';
import { KPI, KpiCard } from './kpi.js';
import { href } from './place.js';
import { shortText, StatusBar, statusText, type Status } from './status.js';
import { say, type Language } from './words.js';

/** The divisions' own ratings, of approved reports. */
const RATED = graphql(`
  fragment Rated on Review {
    fiscalYear
    ratings {
      by
      counts {
        count
        rating {
          code
          label
          labelEn
          sign
          order
        }
      }
    }
  }
`);

export const OVERVIEW = graphql(
  `
    query Overview($plan: String!, $asOf: AsOf, $language: Language!, $year: FiscalYear!, $before: FiscalYear!) {
      plan(key: $plan, asOf: $asOf) {
        summary {
          measures
          new
          unplanned
          byStatus {
            count
            status {
              code
              label
              labelEn
              sign
              order
            }
          }
          endings {
            count
            label
            labelEn
          }
          byGoal {
            goal {
              no
              title
            }
            byStatus {
              count
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
        thisYear: review(fiscalYear: $year) {
          ...Rated
        }
        yearBefore: review(fiscalYear: $before) {
          ...Rated
        }
        shifted: measures(filter: { isShifted: true }, first: 100) {
          totalCount
          nodes {
            no
            slipYears
            goal {
              no
            }
          }
        }
        kpis {
          ...Kpi
        }
        auditTrail(last: 8) {
          nodes {
            ...Entry
          }
        }
      }
    }
  `,
  [KPI, ENTRY, RATED],
);

type Data = NonNullable<ResultOf<typeof OVERVIEW>['plan']>;

const filterOf = (status: Status): Readonly<Record<string, string>> => ({ status: status?.code ?? 'none' });

export function Overview({ around, data }: { readonly around: Around; readonly data: Data }) {
  const { place, plan, today } = around;
  const { language } = place;
  const t = say(language);
  const { summary, shifted, kpis, auditTrail } = data;
  const isPast = place.on !== undefined || place.known !== undefined;
  const to = (asked: Readonly<Record<string, string>>): string => href(place, '/measures', { asked });
  return (
    <Framed around={around}>
      <Opening
        above={`${plan.municipality}　${yearShort(plan.period.from, language)}–${yearShort(plan.period.to, language)}`}
        title={t((place.on ?? today) > today ? 'howFarNext' : isPast ? 'howFarThen' : 'howFar')}
      >
        <Sentence data={data} around={around} />
      </Opening>
      <div className="overview">
        <p className="count">
          <a href={href(place, '/measures')}>
            <b>{summary.measures}</b> {t('measuresCounted')}
          </a>
          <small>
            <a href={to({ new: 'true' })}>
              {t('newOnes')} {summary.new}
            </a>
            {' ／ '}
            {t('unplanned')} {summary.unplanned}
          </small>
        </p>
        <div className="frame" tabIndex={0} role="region" aria-label={t('status')}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t('goal')}</th>
                <th scope="col">
                  {t('status')} <small>{legend(summary.byStatus, language)}</small>
                </th>
                <th scope="col">{language === 'ja' ? '日程の変更' : 'Schedule'}</th>
              </tr>
            </thead>
            <tbody>
              {summary.byGoal.map(({ goal, byStatus }) => (
                <tr key={goal.no}>
                  <th scope="row">
                    <a href={to({ goal: goal.no })}>
                      {goal.no} {goal.title}
                    </a>
                  </th>
                  <td>
                    <StatusBar
                      counts={byStatus}
                      language={language}
                      hrefOf={(status) => to({ goal: goal.no, ...filterOf(status) })}
                    />
                  </td>
                  <td>
                    {slips(
                      shifted.nodes.filter((measure) => measure.goal.no === goal.no),
                      language,
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </div>
      <h2>{t('pathTitle')}</h2>
      <div className="cards">
        {kpis.map((kpi) => (
          <KpiCard key={kpi.key} kpi={kpi} place={place} period={plan.period} />
        ))}
      </div>
      <h2>{t('recent')}</h2>
      <History entries={auditTrail.nodes.toReversed()} place={place} />
    </Framed>
  );
}

/** The answer that a mayor could read aloud; its numbers lead to what they count. */
function Sentence({ data, around: { place } }: { readonly data: Data; readonly around: Around }) {
  const { summary, shifted } = data;
  const { language } = place;
  const isJapanese = language === 'ja';
  const to = (asked: Readonly<Record<string, string>>): string => href(place, '/measures', { asked });
  const there = summary.byStatus.filter(({ count }) => count > 0);
  const parts = there.map(({ status, count }) => (
    <span key={status?.code ?? ''}>
      {isJapanese && `${statusText(status, language)}が `}
      <a href={to(filterOf(status))}>{count}</a>
      {!isJapanese && ` ${statusText(status, language).toLowerCase()}`}
    </span>
  ));
  return (
    <>
      {isJapanese ? `${String(summary.measures)} の個別施策のうち、` : `Of ${String(summary.measures)} measures, `}
      {parts.flatMap((part, i) => (i === 0 ? [part] : [isJapanese ? '、' : ', ', part]))}
      {isJapanese ? ' です。' : '. '}
      {summary.endings
        .filter(({ count }) => count > 0)
        .map(({ label, labelEn, count }) => (
          <span key={label}>
            {isJapanese ? `ほかに「${label}」${String(count)}。` : `${labelEn}: ${String(count)}. `}
          </span>
        ))}
      <a href={to({ shifted: 'true' })}>
        {isJapanese
          ? `日程が変わったものは ${String(shifted.totalCount)}`
          : `The schedule of ${String(shifted.totalCount)} has moved`}
      </a>
      {isJapanese ? ' です。' : '.'} {ratedSentence([data.thisYear, data.yearBefore], language)}
    </>
  );
}

/** `令和7年度の報告での評価は、完了／目標達成が 1、継続が 1 です。` of the last year that has any; a rating is no status. */
function ratedSentence(reviews: readonly Data['thisYear'][], language: Language): string {
  for (const review of reviews) {
    const own = review?.ratings.find(({ by }) => by === 'SELF')?.counts ?? [];
    const given = own.filter(({ rating, count }) => rating !== null && count > 0);
    if (!review || given.length === 0) continue;
    const year = yearText(review.fiscalYear, language);
    const words = given.map(({ rating, count }) => [statusText(rating, language), String(count)] as const);
    return language === 'ja'
      ? `${year}の報告での評価は、${words.map(([word, count]) => `${word}が ${count}`).join('、')} です。`
      : `Rated in the reports of ${year}: ${words.map(([word, count]) => `${count} ${word.toLowerCase()}`).join(', ')}.`;
  }
  return '';
}

/** The signs that stand for words where a bar is too short for them. */
const legend = (counts: Data['summary']['byStatus'], language: Language): string =>
  counts.flatMap(({ status }) => (status ? `${status.sign ?? ''}${shortText(status, language)}` : [])).join(' ');

const slips = (moved: readonly { readonly slipYears: number }[], language: 'ja' | 'en'): string => {
  if (moved.length === 0) return language === 'ja' ? 'なし' : 'none';
  const years = moved.map(({ slipYears }) => `${slipYears < 0 ? '▲' : '+'}${String(Math.abs(slipYears))}`);
  return language === 'ja'
    ? `${String(moved.length)}（${years.join('、')} 年）`
    : `${String(moved.length)} (${years.join(', ')} y)`;
};
