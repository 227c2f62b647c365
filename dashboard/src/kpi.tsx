import { fiscalYearOf } from '../../src/calendar/fiscal-year.js';
import { yearShort, yearText } from './dates.js';
import type { Around } from './around.js';
import { Framed, Opening } from './frame.js';
import { graphql, type FragmentOf, type ResultOf } from './graphql.js';
import { ENTRY, History } from './history.js';
import { dataHref } from './open-data.js';
import { href, type Place } from './place.js';
import { say, type Language } from './words.js';

export const KPI = graphql(`
  fragment Kpi on Kpi {
    key
    title
    unit
    goal {
      no
      title
    }
    baseline {
      fiscalYear
      value
      note
    }
    targets {
      fiscalYear
      value
      note
    }
    readings {
      fiscalYear
      value
      note
      isCorrection
      reason
    }
  }
`);

export type KpiData = FragmentOf<typeof KPI>;

export const KPIS = graphql(
  `
    query Kpis($plan: String!, $asOf: AsOf) {
      plan(key: $plan, asOf: $asOf) {
        kpis {
          ...Kpi
        }
      }
    }
  `,
  [KPI],
);

interface Years {
  readonly from: number;
  readonly to: number;
}

export function KpiCard({
  kpi,
  place,
  period,
}: {
  readonly kpi: KpiData;
  readonly place: Place;
  readonly period: Years;
}) {
  const t = say(place.language);
  const last = kpi.readings.at(-1);
  const target = kpi.targets.at(-1);
  return (
    <article className="card">
      <h3>
        <a href={href(place, `/kpis/${encodeURIComponent(kpi.key)}`)}>{kpi.title}</a>
      </h3>
      <p className="figure">
        {last ? (
          <>
            <b>{last.value}</b>
            {kpi.unit} <small>{yearShort(last.fiscalYear, place.language)}</small>
          </>
        ) : (
          <b>—</b>
        )}{' '}
        ／ {t('target')} {target ? `${target.value}${kpi.unit}` : '—'}
        <small>
          （{t('baseline')} {kpi.baseline.value}
          {kpi.unit}）
        </small>
      </p>
      <PathChart kpi={kpi} place={place} period={period} />
      <p className="faint">
        {!last && t('noReading')}
        {last?.isCorrection === true && `◇ ${t('corrected')}：${last.reason ?? ''}`}
      </p>
    </article>
  );
}

const WIDTH = 280;
const HEIGHT = 112;
const SIDE = 24;
const TOP = 22;
const BOTTOM = 26;

/**
 * From the baseline to the target as a dashed path, and what was read as points on it, each with its figure; a corrected one
 * is a diamond. Where a year has no reading the line is broken.
 */
function PathChart({ kpi, place, period }: { readonly kpi: KpiData; readonly place: Place; readonly period: Years }) {
  const { baseline, readings, unit } = kpi;
  const first = Math.min(baseline.fiscalYear, period.from);
  const target = kpi.targets.at(-1);
  const values = [baseline, ...kpi.targets, ...readings].map(({ value }) => Number(value));
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const x = (year: number): number => SIDE + ((year - first) / Math.max(1, period.to - first)) * (WIDTH - 2 * SIDE);
  const y = (value: string): number =>
    HEIGHT - BOTTOM - ((Number(value) - low) / (high - low || 1)) * (HEIGHT - BOTTOM - TOP);
  const points = [baseline, ...readings];
  const steps = points.slice(1).flatMap((to, i) => {
    const from = points[i];
    return from && to.fiscalYear - from.fiscalYear === 1 ? [{ from, to }] : [];
  });
  const words = [
    `${kpi.title}：`,
    ...points.map(({ fiscalYear, value }) => `${yearText(fiscalYear, place.language)} ${value}${unit}`),
    target
      ? `${say(place.language)('target')} ${yearText(target.fiscalYear, place.language)} ${target.value}${unit}`
      : '',
  ].join(' ');
  const years = Array.from({ length: period.to - first + 1 }, (_, i) => first + i);
  return (
    <svg viewBox={`0 0 ${String(WIDTH)} ${String(HEIGHT)}`} role="img" aria-label={words} className="path-chart">
      <line className="axis" x1={SIDE} y1={HEIGHT - 16} x2={WIDTH - SIDE} y2={HEIGHT - 16} />
      {years.map((year) => (
        <text key={year} x={x(year)} y={HEIGHT - 4} textAnchor="middle">
          {yearShort(year, place.language)}
        </text>
      ))}
      {target && (
        <>
          <line
            className="to-target"
            x1={x(baseline.fiscalYear)}
            y1={y(baseline.value)}
            x2={x(target.fiscalYear)}
            y2={y(target.value)}
          />
          <circle className="goal" cx={x(target.fiscalYear)} cy={y(target.value)} r="5" />
        </>
      )}
      {steps.map(({ from, to }) => (
        <line
          key={to.fiscalYear}
          className="read"
          x1={x(from.fiscalYear)}
          y1={y(from.value)}
          x2={x(to.fiscalYear)}
          y2={y(to.value)}
        />
      ))}
      {points.map((point) => {
        const [cx, cy] = [x(point.fiscalYear), y(point.value)];
        return 'isCorrection' in point && point.isCorrection ? (
          <rect
            key={point.fiscalYear}
            className="corrected-point"
            x={cx - 5}
            y={cy - 5}
            width="10"
            height="10"
            transform={`rotate(45 ${String(cx)} ${String(cy)})`}
          />
        ) : (
          <circle key={point.fiscalYear} className="point" cx={cx} cy={cy} r="4" />
        );
      })}
      {[...points, ...(target ? [target] : [])].map(({ fiscalYear, value }, i) => (
        <text key={i} className="value" x={x(fiscalYear)} y={y(value) - 9} textAnchor="middle">
          {value}
          {unit}
        </text>
      ))}
    </svg>
  );
}

export function Kpis({
  around,
  data,
}: {
  readonly around: Around;
  readonly data: NonNullable<ResultOf<typeof KPIS>['plan']>;
}) {
  const { place, plan } = around;
  const { language } = place;
  const t = say(language);
  const read = data.kpis.filter(({ readings }) => readings.length > 0).length;
  return (
    <Framed around={around}>
      <Opening above={plan.title} title={t('kpis')}>
        {language === 'ja'
          ? `${String(data.kpis.length)} の指標のうち ${String(read)} に実績があります。`
          : `Of ${String(data.kpis.length)} KPIs, ${String(read)} have readings.`}
      </Opening>
      {data.kpis.map((kpi) => (
        <section key={kpi.key} id={kpi.key} className="kpi">
          <h2>
            <a href={href(place, `/kpis/${encodeURIComponent(kpi.key)}`)}>{kpi.title}</a>
          </h2>
          <p className="faint">
            {t('goal')} {kpi.goal.no} {kpi.goal.title}
          </p>
          <KpiFigure kpi={kpi} around={around} caption={kpiSentence(kpi, language)} />
        </section>
      ))}
    </Framed>
  );
}

export const ONE_KPI = graphql(
  `
    query OneKpi($plan: String!, $asOf: AsOf, $language: Language!) {
      plan(key: $plan, asOf: $asOf) {
        kpis {
          ...Kpi
          auditTrail(last: 50) {
            nodes {
              ...Entry
            }
          }
        }
      }
    }
  `,
  [KPI, ENTRY],
);

type OneKpi = NonNullable<ResultOf<typeof ONE_KPI>['plan']>['kpis'][number];

export function Kpi({ around, data }: { readonly around: Around; readonly data: OneKpi }) {
  const { place } = around;
  const t = say(place.language);
  return (
    <Framed around={around}>
      <Opening
        above={
          <a href={href(place, '/kpis')}>
            {t('kpis')} ＞ {t('goal')} {data.goal.no} {data.goal.title}
          </a>
        }
        title={data.title}
      >
        {kpiSentence(data, place.language)}
      </Opening>
      <KpiFigure kpi={data} around={around} />
      <h2>{t('history')}</h2>
      <History entries={data.auditTrail.nodes.toReversed()} place={place} isLinked={false} />
    </Framed>
  );
}

/** `令和7年度の実績値は 22回です。目標は令和9年度の 30回です。` */
function kpiSentence({ readings, targets, unit }: KpiData, language: Language): string {
  const [last, target] = [readings.at(-1), targets.at(-1)];
  const aim =
    target &&
    (language === 'ja'
      ? `目標は${yearText(target.fiscalYear, language)}の ${target.value}${unit}です。`
      : `The target is ${target.value}${unit} in ${yearText(target.fiscalYear, language)}.`);
  const now = !last
    ? say(language)('noReading')
    : language === 'ja'
      ? `${yearText(last.fiscalYear, language)}の実績値は ${last.value}${unit}です。`
      : `In ${yearText(last.fiscalYear, language)} it was ${last.value}${unit}.`;
  return [now, aim].join(' ').trim();
}

/** Every year of the plan that has ended by then, and any other that has a reading. */
function yearsToTell({ readings }: KpiData, { from, to }: Years, current: number): number[] {
  const ended = Array.from({ length: Math.max(0, Math.min(to + 1, current) - from) }, (_, i) => from + i);
  return [...new Set([...ended, ...readings.map(({ fiscalYear }) => fiscalYear)])].sort((a, b) => a - b);
}

/** The path as a picture, with all of it in a table, and the data. */
function KpiFigure({
  kpi,
  around,
  caption,
}: {
  readonly kpi: KpiData;
  readonly around: Around;
  readonly caption?: string;
}) {
  const { place, plan, today } = around;
  const { language } = place;
  const t = say(language);
  const years = yearsToTell(kpi, plan.period, fiscalYearOf(place.on ?? today));
  return (
    <figure>
      <PathChart kpi={kpi} place={place} period={plan.period} />
      <div className="frame" tabIndex={0} role="region" aria-label={kpi.title}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t('year')}</th>
              <th scope="col" className="number">
                {t('value')}（{kpi.unit}）
              </th>
              <th scope="col">{t('note')}</th>
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">
                {yearText(kpi.baseline.fiscalYear, language)} {t('baseline')}
              </th>
              <td className="number">{kpi.baseline.value}</td>
              <td>{kpi.baseline.note}</td>
            </tr>
            {years.map((year) => {
              const reading = kpi.readings.find(({ fiscalYear }) => fiscalYear === year);
              const correction = reading?.isCorrection === true ? `${t('corrected')}：${reading.reason ?? ''}` : null;
              return (
                <tr key={year}>
                  <th scope="row">{yearText(year, language)}</th>
                  <td className="number">
                    {correction !== null && <span title={t('corrected')}>◇ </span>}
                    {reading?.value ?? '—'}
                  </td>
                  <td>
                    {reading ? [reading.note, correction].filter((part) => part !== null).join('　') : t('noReading')}
                  </td>
                </tr>
              );
            })}
            {kpi.targets.map((target) => (
              <tr key={`target ${String(target.fiscalYear)}`}>
                <th scope="row">
                  {yearText(target.fiscalYear, language)} {t('target')}
                </th>
                <td className="number">{target.value}</td>
                <td>{target.note}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <figcaption>
        {caption} <a href={dataHref(around, 'kpis.csv')}>{t('csv')}</a>
      </figcaption>
    </figure>
  );
}
