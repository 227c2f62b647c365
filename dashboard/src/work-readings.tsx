import { Acts, type Act, type Field } from './act.js';
import type { Around } from './around.js';
import { yearShort, yearText } from './dates.js';
import { Desk } from './desk.js';
import { graphql, type ResultOf } from './graphql.js';
import { say, type Language } from './words.js';

const READINGS = graphql(`
  query Readings($plan: String!) {
    plan(key: $plan) {
      period {
        from
        to
      }
      kpis {
        key
        title
        unit
        baseline {
          fiscalYear
          value
          denominator
        }
        targets {
          entryId
          fiscalYear
          value
          former {
            value
          }
        }
        readings {
          entryId
          fiscalYear
          value
          numerator
          denominator
          note
          isCorrection
          effectiveOn
        }
      }
    }
  }
`);

type Plan = NonNullable<ResultOf<typeof READINGS>['plan']>;
type Kpi = Plan['kpis'][number];

/** Figures of the KPIs: read, corrected, taken back; targets revised. */
export function WorkReadings({ around }: { readonly around: Around }) {
  const { place, plan } = around;
  const { language } = place;
  const t = say(language);
  return (
    <Desk
      around={around}
      title="workReadings"
      query={READINGS}
      mutations={['recordReading', 'correctReading', 'withdrawReading', 'reviseTarget', 'withdrawTarget']}
      sentence={({ plan: found }) => {
        const kpis = found?.kpis ?? [];
        const last = Math.max(...kpis.flatMap(({ readings }) => readings.map(({ fiscalYear }) => fiscalYear)));
        const read = kpis.filter(({ readings }) => readings.some(({ fiscalYear }) => fiscalYear === last)).length;
        if (!Number.isFinite(last)) return t('noReadings');
        return language === 'ja'
          ? `${String(kpis.length)} の指標のうち ${String(read)} に${yearText(last, language)}の実績値があります。`
          : `Of ${String(kpis.length)} KPIs, ${String(read)} have a reading of ${yearText(last, language)}.`;
      }}
    >
      {({ plan: found }) =>
        found?.kpis.map((kpi) => (
          <section key={kpi.key} id={kpi.key} className="kpi">
            <h2>{kpi.title}</h2>
            <Figures kpi={kpi} language={language} />
            <Acts acts={actsOf(plan.key, kpi, yearsOf(found, language), language)} />
          </section>
        ))
      }
    </Desk>
  );
}

type Choices = readonly (readonly [value: string, label: string])[];

/** One year before the plan, and all of its own. */
const yearsOf = ({ period: { from, to } }: Plan, language: Language): Choices =>
  Array.from({ length: to - from + 2 }, (_, i) => [String(from - 1 + i), yearText(from - 1 + i, language)]);

function actsOf(planKey: string, kpi: Kpi, years: Choices, language: Language): readonly Act[] {
  const of = { planKey, kpiKey: kpi.key };
  const read = new Set(kpi.readings.map(({ fiscalYear }) => String(fiscalYear)));
  const yearIn = (choices: Choices): Field => ({ name: 'fiscalYear', word: 'year', kind: 'year', must: true, choices });
  const value: Field = { name: 'value', word: 'value', kind: 'number', must: true };
  const ratio: readonly Field[] =
    kpi.baseline.denominator === null
      ? []
      : [
          { name: 'numerator', word: 'numerator', kind: 'number' },
          { name: 'denominator', word: 'denominator', kind: 'number' },
        ];
  const figure = ratio.length === 0 ? [value] : [...ratio, { ...value, must: false, hint: 'valueOfRatio' } as const];
  const target = figure.map((field) => (field.name === 'value' ? { ...field, word: 'targetValue' as const } : field));
  const note: Field = { name: 'note', word: 'note' };
  const reason: Field = { name: 'reason', word: 'reason', kind: 'lines', must: true };
  const revised = kpi.targets.filter(({ former }) => former !== null);
  const targets: Choices = kpi.targets.map(({ fiscalYear }) => [String(fiscalYear), yearText(fiscalYear, language)]);
  const revisions: Choices = revised.map(({ entryId, fiscalYear, value: to }) => [
    entryId,
    `${yearText(fiscalYear, language)} ${to}`,
  ]);
  const record: Act = {
    mutation: 'recordReading',
    word: 'recordReading',
    of,
    fields: [
      yearIn(years.filter(([year]) => !read.has(year))),
      ...figure,
      note,
      { name: 'effectiveOn', word: 'holdsFrom', kind: 'day', hint: 'holdsFromHint' },
    ],
  };
  const ofThoseRead: readonly Act[] = [
    {
      mutation: 'correctReading',
      word: 'correctReading',
      hint: 'correctHint',
      of,
      fields: [yearIn(years.filter(([year]) => read.has(year))), ...figure, note, reason],
    },
    {
      mutation: 'withdrawReading',
      word: 'withdrawReading',
      hint: 'withdrawHint',
      of,
      fields: [yearIn(years.filter(([year]) => read.has(year))), reason],
    },
  ];
  const revise: Act = {
    mutation: 'reviseTarget',
    word: 'reviseTarget',
    hint: 'reviseTargetHint',
    of,
    fields: [yearIn(targets), ...target, reason],
  };
  const withdraw: Act = {
    mutation: 'withdrawTarget',
    word: 'withdrawTarget',
    hint: 'withdrawHint',
    of,
    fields: [{ name: 'entryId', word: 'target', kind: 'choice', must: true, choices: revisions }, reason],
    shape: (written) => ({
      ...written,
      fiscalYear: revised.find(({ entryId }) => entryId === written['entryId'])?.fiscalYear,
    }),
  };
  return [record, ...(read.size > 0 ? ofThoseRead : []), revise, ...(revised.length > 0 ? [withdraw] : [])];
}

/** In one row: baseline, what was read, targets. */
function Figures({ kpi, language }: { readonly kpi: Kpi; readonly language: Language }) {
  const t = say(language);
  const cells = [
    { year: kpi.baseline.fiscalYear, word: t('baseline'), value: kpi.baseline.value, mark: '' },
    ...kpi.readings.map(({ fiscalYear, value, isCorrection }) => ({
      ...{ year: fiscalYear, word: t('value'), value },
      mark: isCorrection ? '◇ ' : '',
    })),
    ...kpi.targets.map(({ fiscalYear, value }) => ({ year: fiscalYear, word: t('target'), value, mark: '' })),
  ];
  return (
    <div className="frame" tabIndex={0} role="region" aria-label={kpi.title}>
      <table>
        <thead>
          <tr>
            {cells.map(({ year, word }) => (
              <th key={`${word} ${String(year)}`} scope="col" className="number">
                {yearShort(year, language)} {word}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr>
            {cells.map(({ year, word, value, mark }) => (
              <td key={`${word} ${String(year)}`} className="number">
                {mark}
                {value}
                {kpi.unit}
              </td>
            ))}
          </tr>
        </tbody>
      </table>
    </div>
  );
}
