import { isDay, type Day } from '../../src/calendar/day.js';
import { firstDayOf } from '../../src/calendar/fiscal-year.js';
import type { Around, FramedPlan } from './around.js';
import { dayText } from './dates.js';
import { Framed, Opening } from './frame.js';
import { graphql, type ResultOf } from './graphql.js';
import { Keep } from './keep.js';
import { href, knownAt, type Place } from './place.js';
import { say } from './words.js';

export const COMPARE = graphql(`
  query Compare($plan: String!, $asOf: AsOf, $since: AsOf!, $language: Language!) {
    plan(key: $plan, asOf: $asOf) {
      comparison(since: $since, language: $language, withProgress: true) {
        subject
        subjectLabel
        attribute
        attributeLabel
        before
        after
        reasons
      }
    }
  }
`);

/** The other moment: the plan's first day, as known by the same record, unless the address says otherwise. */
export function sinceIn({ asked }: Place, { period }: Pick<FramedPlan, 'period'>): { on: Day; known: Day | undefined } {
  const { from, fromKnown } = asked;
  return {
    on: from !== undefined && isDay(from) ? from : firstDayOf(period.from),
    known: fromKnown !== undefined && isDay(fromKnown) ? fromKnown : undefined,
  };
}

export const sinceAsked = (place: Place, plan: Pick<FramedPlan, 'period'>): object => {
  const { on, known } = sinceIn(place, plan);
  const until = known ?? place.known;
  return { effectiveOn: on, ...(until !== undefined && knownAt(until)) };
};

/** 新旧対照: a table that every clerk knows, of any two moments. */
export function Compare({
  around,
  data: { comparison },
}: {
  readonly around: Around;
  readonly data: NonNullable<ResultOf<typeof COMPARE>['plan']>;
}) {
  const { place, plan, today } = around;
  const { language } = place;
  const t = say(language);
  const since = sinceIn(place, plan);
  const [older, newer] = [dayText(since.on, language), dayText(place.on ?? today, language)];
  return (
    <Framed around={around}>
      <Opening above={plan.title} title={t('compare')}>
        {language === 'ja'
          ? `${older}と${newer}では、計画とその進み具合の ${String(comparison.length)} か所が違います。`
          : `Between ${older} and ${newer} the plan and its progress differ in ${String(comparison.length)} places.`}
      </Opening>
      <form className="filter" method="get" action="/compare" aria-label={t('compare')}>
        <Keep place={place} />
        <label>
          {t('comparedOn')}
          <input type="date" name="from" defaultValue={since.on} />
        </label>
        <label>
          {t('known')}
          <input type="date" name="fromKnown" defaultValue={since.known ?? ''} max={today} />
        </label>
        <button type="submit">{t('show')}</button>
      </form>
      <p className="links">
        {(['xlsx', 'pdf', 'docx'] as const).map((format) => (
          <a key={format} href={printed(around, since, format)} download={format === 'xlsx'}>
            {FORMATS[format]}
          </a>
        ))}
      </p>
      {comparison.length === 0 ? (
        <p className="nothing">{t('noDifference')}</p>
      ) : (
        <div className="frame" tabIndex={0} role="region" aria-label={t('compare')}>
          <table className="comparison">
            <thead>
              <tr>
                <th scope="col">{t('subject')}</th>
                <th scope="col">{older}</th>
                <th scope="col">{newer}</th>
                <th scope="col">{t('reason')}</th>
              </tr>
            </thead>
            <tbody>
              {comparison.map((row) => (
                <tr key={`${row.subject} ${row.attribute}`}>
                  <th scope="row">
                    <Subject subject={row.subject} label={row.subjectLabel} place={place} />
                    <small>{row.attributeLabel}</small>
                  </th>
                  <td>{row.before === null ? '—' : <del>{row.before}</del>}</td>
                  <td>{row.after === null ? '—' : <ins>{row.after}</ins>}</td>
                  <td>{row.reasons.join(' ／ ')}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Framed>
  );
}

const FORMATS = { xlsx: 'Excel', pdf: 'PDF', docx: 'Word' } as const;

/** The same table as a file. */
function printed(
  { place, plan, today }: Around,
  { on, known = place.known }: ReturnType<typeof sinceIn>,
  format: keyof typeof FORMATS,
): string {
  const asked = { from: on, ...(known !== undefined && { fromKnown: known }) };
  const path = `/comparisons/${encodeURIComponent(plan.key)}.${format}`;
  return href(place, path, { plan: undefined, on: place.on ?? today, asked });
}

function Subject({
  subject,
  label,
  place,
}: {
  readonly subject: string;
  readonly label: string;
  readonly place: Place;
}) {
  const no = /^measure\/(.+)$/.exec(subject)?.[1];
  return no === undefined ? (
    <span>{label}</span>
  ) : (
    <a href={href(place, `/measures/${encodeURIComponent(no)}`)}>{label}</a>
  );
}
