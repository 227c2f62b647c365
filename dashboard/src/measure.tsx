import { Fragment } from 'react';
import { dayText, yearShort, yearText } from './dates.js';
import type { Around } from './around.js';
import { Framed, Opening } from './frame.js';
import { graphql, type ResultOf } from './graphql.js';
import { ENTRY, History } from './history.js';
import { periodText } from './period.js';
import { href } from './place.js';
import { StatusBadge } from './status.js';
import { say, type Language } from './words.js';

export const MEASURE = graphql(
  `
    query Measure($plan: String!, $asOf: AsOf, $no: String!, $language: Language!) {
      plan(key: $plan, asOf: $asOf) {
        measure(no: $no) {
          no
          title
          isNew
          isPlanned
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
          coordinators {
            key
            name
          }
          status {
            code
            label
            labelEn
            sign
            order
            since
            reason
          }
          succession {
            label
            labelEn
            since
            reason
          }
          successors {
            no
            title
          }
          ending {
            label
            labelEn
            since
            reason
          }
          schedule {
            fiscalYear
            adopted
            forecast
            note
            isUncertain
            printed
          }
          shifts {
            entryId
          }
          reports {
            entryId
            fiscalYear
            results
            issues
            nextSteps
            ratingReason
            period
            direction
            cause
            action
            budget
            expenditure
            response
            remarks
            evidence {
              name
              url
            }
            rating {
              code
              label
              labelEn
              sign
              order
            }
            division {
              name
            }
          }
          auditTrail(last: 50) {
            nodes {
              ...Entry
            }
          }
        }
      }
    }
  `,
  [ENTRY],
);

type Data = NonNullable<NonNullable<ResultOf<typeof MEASURE>['plan']>['measure']>;

export function Measure({ around, data }: { readonly around: Around; readonly data: Data }) {
  const { place } = around;
  const { language } = place;
  const t = say(language);
  const { status, goal, policy, reports, successors } = data;
  const ending = data.succession ?? data.ending;
  const newest = reports.findLast(({ rating }) => rating !== null);
  return (
    <Framed around={around}>
      <Opening
        above={
          <>
            <a href={href(place, '/measures', { asked: { goal: goal.no } })}>
              {t('goal')} {goal.no}
            </a>
            {policy && ` ＞ ${policy.no} ${policy.title}`}
          </>
        }
        title={`${data.no}　${data.title}`}
        badge={<StatusBadge status={status} language={language} />}
      >
        {ending ? (
          <>
            {`${language === 'ja' ? ending.label : ending.labelEn}（${dayText(ending.since, language)}）　${ending.reason}`}
            {successors.map(({ no, title }) => (
              <Fragment key={no}>
                {'　→ '}
                <a href={href(place, `/measures/${no}`)}>
                  {no} {title}
                </a>
              </Fragment>
            ))}
          </>
        ) : status ? (
          `${dayText(status.since, language)}${language === 'ja' ? 'から' : ' on'}　${status.reason ?? ''}`
        ) : newest?.rating ? (
          ratedSentence(newest.fiscalYear, language === 'ja' ? newest.rating.label : newest.rating.labelEn, language)
        ) : (
          t('noReport')
        )}
      </Opening>
      <div className="measure">
        <div>
          <h2>{t('schedule')}</h2>
          <Schedule data={data} language={language} />
          <h2>{t('reports')}</h2>
          {reports.length === 0 && <p className="faint">{t('noReports')}</p>}
          {reports.map((report) => (
            <section key={report.entryId} className="report">
              <h3>
                {yearText(report.fiscalYear, language)}
                {report.period !== 'ANNUAL' && ` ${periodText(report.period, language)}`}　{report.division.name}
              </h3>
              <dl>
                {(
                  [
                    ['results', report.results],
                    ['rating', ratingText(report.rating, language)],
                    ['ratingReason', report.ratingReason],
                    ['cause', report.cause],
                    ['action', report.action],
                    ['issues', report.issues],
                    ['nextSteps', report.nextSteps],
                    ['direction', report.direction && t(report.direction)],
                    ['budget', report.budget],
                    ['expenditure', report.expenditure],
                    ['response', report.response],
                    ['remarks', report.remarks],
                  ] as const
                ).map(
                  ([word, text]) =>
                    text !== null && (
                      <div key={word}>
                        <dt>{t(word)}</dt>
                        <dd>{text}</dd>
                      </div>
                    ),
                )}
                {report.evidence.length > 0 && (
                  <div>
                    <dt>{t('evidence')}</dt>
                    <dd className="links">
                      {report.evidence.map(({ name, url }) => (
                        <a key={url} href={url}>
                          {name}
                        </a>
                      ))}
                    </dd>
                  </div>
                )}
              </dl>
            </section>
          ))}
          <h2>{t('history')}</h2>
          <History entries={data.auditTrail.nodes.toReversed()} place={place} isLinked={false} />
        </div>
        <dl className="facts">
          <dt>{t('division')}</dt>
          <dd>{data.owners.map(({ name }) => name).join('、')}</dd>
          {data.coordinators.length > 0 && (
            <>
              <dt>{t('coordinating')}</dt>
              <dd>{data.coordinators.map(({ name }) => name).join('、')}</dd>
            </>
          )}
          <dt>{t('kind')}</dt>
          <dd>{data.isPlanned ? t(data.isNew ? 'isNew' : 'isContinued') : t('unplanned')}</dd>
        </dl>
      </div>
    </Framed>
  );
}

const ratingText = (rating: Data['reports'][number]['rating'], language: Language): string | null =>
  rating && `${rating.sign ?? ''} ${language === 'ja' ? rating.label : rating.labelEn}`.trim();

/** A status is recorded by itself; where none is, the newest approved report says how it goes. */
const ratedSentence = (fiscalYear: number, label: string, language: Language): string =>
  language === 'ja'
    ? `状況の記録はまだありません。${yearText(fiscalYear, language)}の報告の評価は「${label}」です。`
    : `No status is recorded yet. The report of ${yearText(fiscalYear, language)} rates it “${label}”.`;

/** Adopted and forecast, one under the other; what moved is outlined. */
function Schedule({
  data: { schedule, slipYears, shifts },
  language,
}: {
  readonly data: Data;
  readonly language: Language;
}) {
  const t = say(language);
  const isMoved = (cell: (typeof schedule)[number]): boolean => cell.adopted.join() !== cell.forecast.join();
  const notes = schedule.filter(({ isUncertain, printed }) => isUncertain && printed !== null);
  return (
    <>
      <div className="frame" tabIndex={0} role="region" aria-label={t('schedule')}>
        <table className="schedule">
          <thead>
            <tr>
              <td />
              {schedule.map(({ fiscalYear }) => (
                <th key={fiscalYear} scope="col">
                  {yearShort(fiscalYear, language)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {(['adopted', 'forecast'] as const).map((row) => (
              <tr key={row}>
                <th scope="row">{t(row)}</th>
                {schedule.map((cell) => (
                  <td key={cell.fiscalYear} className={row === 'forecast' && isMoved(cell) ? 'moved' : undefined}>
                    {cell[row].length === 0 ? (
                      <span className="faint">—</span>
                    ) : (
                      cell[row].map((phase) => (
                        <span key={phase} className={phase === '⇒' ? 'goes-on' : 'phase'}>
                          {phase}
                        </span>
                      ))
                    )}
                    {row === 'adopted' && cell.isUncertain && <span title={t('uncertain')}> ※</span>}
                    {row === 'forecast' && isMoved(cell) && <span className="hidden">（{t('moved')}）</span>}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="faint">
        {shifts.length === 0
          ? t('notMoved')
          : language === 'ja'
            ? `日程の変更 ${String(shifts.length)} 回、合計 ${slipYears < 0 ? '▲' : '+'}${String(Math.abs(slipYears))} 年。破線は${t('moved')}。`
            : `${String(shifts.length)} shifts, ${slipYears < 0 ? '−' : '+'}${String(Math.abs(slipYears))} years in all. Dashed: ${t('moved')}.`}
        {notes.map(
          ({ fiscalYear, printed }) => `　※ ${yearShort(fiscalYear, language)}：${t('uncertain')}（${printed ?? ''}）`,
        )}
      </p>
    </>
  );
}
