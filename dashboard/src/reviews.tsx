import { firstDayOf } from '../../src/calendar/fiscal-year.js';
import type { Around } from './around.js';
import { dayText, yearText } from './dates.js';
import { Framed, Opening } from './frame.js';
import { graphql, type ResultOf } from './graphql.js';
import type { Place } from './place.js';
import { say, type Language } from './words.js';

export const REVIEWS = graphql(`
  query Reviews($plan: String!, $asOf: AsOf) {
    plan(key: $plan, asOf: $asOf) {
      reviews {
        fiscalYear
        isClosed
        errata {
          events {
            id
          }
        }
        rounds {
          period
          deadline
          isOpen
        }
      }
    }
  }
`);

type Data = NonNullable<ResultOf<typeof REVIEWS>['plan']>;
type Review = Data['reviews'][number];

const FORMATS = [
  ['html', 'HTML'],
  ['pdf', 'PDF'],
  ['docx', 'Word'],
] as const;

/** Each fiscal year of the plan: how far its review is, and its report. */
export function Reviews({ around, data }: { readonly around: Around; readonly data: Data }) {
  const { place, plan, today } = around;
  const { language } = place;
  const t = say(language);
  const years = Array.from({ length: plan.period.to - plan.period.from + 1 }, (_, i) => plan.period.from + i);
  const closed = data.reviews.filter(({ isClosed }) => isClosed).length;
  return (
    <Framed around={around}>
      <Opening above={plan.title} title={t('reviews')}>
        {language === 'ja'
          ? `${String(years.length)} 年度のうち ${String(closed)} の評価が確定しています。`
          : `Of ${String(years.length)} fiscal years, the reviews of ${String(closed)} are closed.`}
      </Opening>
      <p className="prose">{t('reviewsHint')}</p>
      <div className="frame" tabIndex={0} role="region" aria-label={t('reviews')}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t('year')}</th>
              <th scope="col">{t('status')}</th>
              <th scope="col" className="number">
                {t('errata')}
              </th>
              <th scope="col">{t('report')}</th>
            </tr>
          </thead>
          <tbody>
            {years.map((year) => {
              const review = data.reviews.find(({ fiscalYear }) => fiscalYear === year);
              return (
                <tr key={year}>
                  <th scope="row">{yearText(year, language)}</th>
                  <td>{stateOf(review, language)}</td>
                  <td className="number">{review?.isClosed === true ? correctionsOf(review) : '—'}</td>
                  <td>
                    {firstDayOf(year) > today
                      ? '—'
                      : FORMATS.map(([format, name]) => (
                          <a key={format} className="format" href={reportAt(place, plan.key, year, format)}>
                            {name}
                          </a>
                        ))}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </Framed>
  );
}

/** Entries: one may change several things. */
const correctionsOf = ({ errata }: Review): number =>
  new Set(errata.flatMap(({ events }) => events.map(({ id }) => id))).size;

function stateOf(review: Review | undefined, language: Language): string {
  const t = say(language);
  if (review?.isClosed === true) return t('reviewClosed');
  const round = review?.rounds.find(({ period }) => period === 'ANNUAL');
  if (!round) return t('reviewNotBegun');
  return round.isOpen
    ? `${t('reviewOpen')}（${t('deadline')} ${dayText(round.deadline, language)}）`
    : t('reviewCollected');
}

/** As known at the moment of the page. */
function reportAt({ known, language }: Place, plan: string, year: number, format: string): string {
  const asked = new URLSearchParams({
    ...(known !== undefined && { known }),
    ...(language === 'en' && { lang: 'en' }),
  });
  const query = asked.size === 0 ? '' : `?${asked.toString()}`;
  return `/reports/${encodeURIComponent(plan)}/${String(year)}.${format}${query}`;
}
