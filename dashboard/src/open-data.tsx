import type { Around } from './around.js';
import { Framed, Opening } from './frame.js';
import { href } from './place.js';
import { say, type Word } from './words.js';

/** A file of open data at the moment that is shown: the same address gives the same, always. */
export const dataHref = ({ place: { on, known }, plan }: Around, file: string, more: object = {}): string => {
  const asked = new URLSearchParams({
    ...(on !== undefined && { on }),
    ...(known !== undefined && { known }),
    ...more,
  });
  return `/data/${encodeURIComponent(plan.key)}/${file}${asked.size > 0 ? `?${asked.toString()}` : ''}`;
};

const TABLES: readonly (readonly [name: string, title: Word, hint: Word])[] = [
  ['measures', 'measures', 'dataMeasures'],
  ['schedule', 'schedule', 'dataSchedule'],
  ['kpis', 'kpis', 'dataKpis'],
  ['reports', 'reports', 'dataReports'],
  ['history', 'trail', 'dataHistory'],
];

/** What everybody may take, and in which forms. */
export function OpenData({ around }: { readonly around: Around }) {
  const { place, plan, today } = around;
  const t = say(place.language);
  const pinned = { ...around, place: { ...place, on: place.on ?? today, known: place.known ?? today } };
  return (
    <Framed around={around}>
      <Opening above={plan.title} title={t('openData')}>
        {t('openDataHint')}
      </Opening>
      <div className="frame" tabIndex={0} role="region" aria-label={t('openData')}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t('dataTable')}</th>
              <th scope="col">{t('contents')}</th>
              <th scope="col">{t('dataForms')}</th>
            </tr>
          </thead>
          <tbody>
            {TABLES.map(([name, title, hint]) => (
              <tr key={name}>
                <th scope="row">{t(title)}</th>
                <td>{t(hint)}</td>
                <td className="links">
                  <a href={dataHref(around, `${name}.csv`)}>CSV（UTF-8）</a>{' '}
                  <a href={dataHref(around, `${name}.csv`, { encoding: 'shift_jis' })}>CSV（Shift_JIS）</a>{' '}
                  <a href={dataHref(around, `${name}.json`)}>JSON</a>{' '}
                  <a href={dataHref(pinned, `${name}.csv`)}>{t('dataPinned')}</a>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <ul className="plain">
        <li>
          <a href={dataHref(around, 'all.xlsx')}>{t('dataWorkbook')}</a>
        </li>
        <li>
          <a href={dataHref(around, 'events.ndjson')}>{t('dataEvents')}</a>
        </li>
        <li>
          <a href={dataHref(around, 'catalog.jsonld')}>{t('dataCatalog')}</a>
        </li>
        <li>
          <a href={`/calendar/${encodeURIComponent(plan.key)}.ics`}>{t('calendar')}</a>
        </li>
        <li>
          <a href="/graphql">{t('data')}</a>
        </li>
        <li>
          <a href={href(place, '/proof')}>{t('notAltered')}</a>
        </li>
      </ul>
    </Framed>
  );
}
