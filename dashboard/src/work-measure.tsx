import { useContext, useState, type ReactNode } from 'react';
import { GOES_ON, forecastRow, type Row } from '../../src/schedule/forecast.view.js';
import { ActForm, Acts, DeskContext, type Act, type Field } from './act.js';
import type { Around } from './around.js';
import { dayText, yearShort, yearText } from './dates.js';
import { Desk } from './desk.js';
import { graphql, type ResultOf } from './graphql.js';
import { href } from './place.js';
import { StatusBadge } from './status.js';
import { say, type Language } from './words.js';

const MEASURE_DESK = graphql(`
  query MeasureDesk($plan: String!, $no: String!) {
    plan(key: $plan) {
      period {
        from
        to
      }
      statusScale {
        codes {
          code
          label
          labelEn
          sign
        }
      }
      divisions {
        key
        name
      }
      decisions(last: 50) {
        nodes {
          id
          no
          title
        }
      }
      measure(no: $no) {
        no
        title
        isPlanned
        owners {
          key
        }
        status {
          code
          label
          labelEn
          sign
          order
          since
          reason
          entryId
        }
        ending {
          entryId
          label
          labelEn
          since
          reason
        }
        schedule {
          fiscalYear
          adopted
          forecast
        }
        shifts {
          entryId
          phase
          from
          to
          reason
        }
      }
    }
  }
`);

const MEASURES_DESK = graphql(`
  query MeasuresDesk($plan: String!, $after: String) {
    plan(key: $plan) {
      goals {
        no
        title
      }
      divisions {
        key
        name
      }
      unplanned {
        no
        title
      }
      measures(first: 100, after: $after) {
        nodes {
          no
          title
          owners {
            name
          }
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
`);

type Plan = NonNullable<ResultOf<typeof MEASURE_DESK>['plan']>;
type Measure = NonNullable<Plan['measure']>;
type Choices = readonly (readonly [value: string, label: string])[];

const REASON: Field = { name: 'reason', word: 'reason', kind: 'lines', must: true };
const HOLDS: Field = { name: 'effectiveOn', word: 'holdsFrom', kind: 'day', hint: 'holdsFromHint' };
const CAUSES = { LAW: 'causeLaw', FUNDING: 'causeFunding', RENEWAL: 'causeRenewal', OTHER: 'causeOther' } as const;
const ENDINGS = {
  CONSIDERED_NOT_DONE: 'endConsidered',
  STOPPED: 'endStopped',
  NOT_ASSESSABLE: 'endNotAssessable',
} as const;

/** Status and schedule of one measure, or which one. */
export function WorkMeasure({ around }: { readonly around: Around }) {
  return around.place.asked['no'] === undefined ? <Choose around={around} /> : <One around={around} />;
}

function Choose({ around }: { readonly around: Around }) {
  const { place, plan } = around;
  const t = say(place.language);
  return (
    <Desk
      around={around}
      title="workMeasure"
      query={MEASURES_DESK}
      variables={{ after: place.asked['after'] }}
      mutations={['enterInitiative']}
      sentence={() => t('chooseMeasure')}
    >
      {({ plan: found }) =>
        found && (
          <>
            <Acts
              acts={[
                initiative(
                  plan.key,
                  found.goals.map(({ no, title }) => [no, `${no} ${title}`]),
                  found.divisions.map(({ key, name }) => [key, name]),
                  place.language,
                ),
              ]}
            />
            <ul className="plain">
              {[...found.unplanned.map((one) => ({ ...one, owners: [] })), ...found.measures.nodes].map(
                ({ no, title, owners }) => (
                  <li key={no}>
                    <a href={href(place, '/work/measure', { asked: { no } })}>
                      {no} {title}
                    </a>{' '}
                    <span className="faint">{owners.map(({ name }) => name).join('、')}</span>
                  </li>
                ),
              )}
            </ul>
            {found.measures.pageInfo.hasNextPage && (
              <p className="pages">
                <a href={href(place, '/work/measure', { asked: { after: found.measures.pageInfo.endCursor ?? '' } })}>
                  {t('next')}
                </a>
              </p>
            )}
          </>
        )
      }
    </Desk>
  );
}

const initiative = (planKey: string, goals: Choices, divisions: Choices, language: Language): Act => ({
  mutation: 'enterInitiative',
  word: 'enterInitiative',
  hint: 'enterInitiativeHint',
  of: { planKey },
  fields: [
    { name: 'title', word: 'name', must: true },
    { name: 'goal', word: 'goal', kind: 'choice', must: true, choices: goals },
    { name: 'owners', word: 'division', kind: 'many', must: true, choices: divisions },
    {
      name: 'cause',
      word: 'initiativeCause',
      kind: 'choice',
      must: true,
      choices: Object.entries(CAUSES).map(([code, word]) => [code, say(language)(word)]),
    },
    { name: 'causeNote', word: 'initiativeCauseNote' },
    { name: 'decidedBy', word: 'decidedBy' },
    REASON,
    HOLDS,
  ],
});

function One({ around }: { readonly around: Around }) {
  const { place, plan } = around;
  const { language } = place;
  const t = say(language);
  const no = place.asked['no'] ?? '';
  return (
    <Desk
      around={around}
      title="workMeasure"
      query={MEASURE_DESK}
      variables={{ no }}
      measureNo={no}
      mutations={[
        'changeMeasureStatus',
        'withdrawMeasureStatus',
        'shiftSchedule',
        'withdrawScheduleShift',
        'endMeasure',
        'withdrawMeasureEnding',
        'evaluateMeasure',
        'reviseMeasure',
        'splitMeasure',
        'mergeMeasures',
        'retireMeasure',
      ]}
      sentence={({ plan: found }) =>
        found?.measure ? (
          <>
            <a href={href(place, `/measures/${no}`)}>
              {no} {found.measure.title}
            </a>{' '}
            <StatusBadge status={found.measure.status} language={language} />
          </>
        ) : (
          t('notFoundHint')
        )
      }
    >
      {({ plan: found }) =>
        found?.measure && (
          <>
            <h2>{t('schedule')}</h2>
            <Grid
              key={found.measure.shifts.length}
              planKey={plan.key}
              measure={found.measure}
              decisions={decisionsOf(found)}
            />
            <Acts acts={scheduleActs(plan.key, found.measure, language)} />
            <h2>{t('status')}</h2>
            <p>
              {found.measure.ending
                ? `${language === 'ja' ? found.measure.ending.label : found.measure.ending.labelEn} ${dayText(found.measure.ending.since, language)} ${found.measure.ending.reason}`
                : found.measure.status
                  ? `${dayText(found.measure.status.since, language)} ${found.measure.status.reason ?? ''}`
                  : t('noReport')}
            </p>
            <Acts acts={statusActs(plan.key, found, found.measure, language)} />
            {found.measure.isPlanned && (
              <>
                <h2>{t('revision')}</h2>
                <Acts acts={revisionActs(plan.key, found, found.measure)} />
              </>
            )}
          </>
        )
      }
    </Desk>
  );
}

const decisionsOf = (plan: Plan): Choices =>
  plan.decisions.nodes.toReversed().map(({ id, no, title }) => [id, `${no} ${title}`]);

const decided = (decisions: Choices): readonly Field[] => [
  ...(decisions.length === 0
    ? []
    : [{ name: 'decisionId', word: 'decision', kind: 'choice', choices: decisions } as const]),
  { name: 'decidedBy', word: 'decidedBy', hint: 'decidedByHint' },
];

interface Move {
  readonly phase: string;
  readonly from: number;
  readonly to: number;
}

/** Adopted, as it is expected, and as it would be: a phase is dragged to another year, or taken there by the arrow keys. */
function Grid({
  planKey,
  measure: { no, schedule },
  decisions,
}: {
  readonly planKey: string;
  readonly measure: Measure;
  readonly decisions: Choices;
}) {
  const { language, may } = useContext(DeskContext);
  const t = say(language);
  const [move, setMove] = useState<Move | undefined>();
  const mayMove = may.has('shiftSchedule');
  const first = Math.min(...schedule.map(({ fiscalYear }) => fiscalYear));
  const last = Math.max(...schedule.map(({ fiscalYear }) => fiscalYear), move?.to ?? 0);
  const years = Array.from({ length: last - first + (mayMove ? 2 : 1) }, (_, i) => first + i);
  const now: Row = new Map(schedule.map(({ fiscalYear, forecast }) => [fiscalYear, forecast]));
  const then = move && move.from !== move.to ? forecastRow(now, [{ ...move, cascade: true }]) : undefined;
  const adopted: Row = new Map(schedule.map((cell) => [cell.fiscalYear, cell.adopted]));
  const take = (phase: string, from: number, to: number): void => {
    setMove({ phase, from, to: Math.max(first, to) });
  };
  const cell = (phases: readonly string[], year?: number): ReactNode =>
    phases.length === 0 ? (
      <span className="faint">—</span>
    ) : (
      phases.map((phase) =>
        phase === GOES_ON ? (
          <span key={phase} className="goes-on">
            {phase}
          </span>
        ) : year === undefined ? (
          <span key={phase} className="phase">
            {phase}
          </span>
        ) : (
          <button
            key={phase}
            type="button"
            className="phase"
            draggable
            aria-pressed={move?.phase === phase && move.from === year}
            aria-label={`${phase} ${yearText(year, language)} ${t('moveHint')}`}
            onDragStart={({ dataTransfer }) => {
              dataTransfer.setData('text/plain', phase);
              take(phase, year, year);
            }}
            onClick={() => {
              take(phase, year, year + 1);
            }}
            onKeyDown={(event) => {
              const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
              if (step === 0) return;
              event.preventDefault();
              const begun = move?.phase === phase && move.from === year ? move.to : year;
              take(phase, year, begun + step);
            }}
          >
            {phase}
          </button>
        ),
      )
    );
  return (
    <>
      <div className="frame" tabIndex={0} role="region" aria-label={t('schedule')}>
        <table className="schedule">
          <thead>
            <tr>
              <td />
              {years.map((year) => (
                <th key={year} scope="col">
                  {yearShort(year, language)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">{t('adopted')}</th>
              {years.map((year) => (
                <td key={year}>{cell(adopted.get(year) ?? [])}</td>
              ))}
            </tr>
            <tr>
              <th scope="row">{t('forecast')}</th>
              {years.map((year) => (
                <td
                  key={year}
                  onDragOver={(event) => {
                    event.preventDefault();
                  }}
                  onDrop={(event) => {
                    event.preventDefault();
                    if (move) take(move.phase, move.from, year);
                  }}
                >
                  {cell(now.get(year) ?? [], mayMove ? year : undefined)}
                </td>
              ))}
            </tr>
            {then && (
              <tr>
                <th scope="row">{t('afterMove')}</th>
                {years.map((year) => (
                  <td key={year} className={String(then.get(year)) === String(now.get(year)) ? undefined : 'moved'}>
                    {cell(then.get(year) ?? [])}
                  </td>
                ))}
              </tr>
            )}
          </tbody>
        </table>
      </div>
      {mayMove && <p className="faint">{t('moveHelp')}</p>}
      {move && move.from !== move.to && (
        <>
          <p role="status">
            {language === 'ja'
              ? `「${move.phase}」を${yearText(move.from, language)}から${yearText(move.to, language)}へ移します。`
              : `${move.phase} moves from ${yearText(move.from, language)} to ${yearText(move.to, language)}.`}
          </p>
          <ActForm
            key={`${move.phase} ${String(move.from)}`}
            isOpen
            act={{
              mutation: 'shiftSchedule',
              word: 'shiftSchedule',
              hint: 'shiftHint',
              of: { planKey, measureNo: no, ...move },
              fields: [
                { name: 'cascade', word: 'cascade', kind: 'check', initial: true },
                REASON,
                ...decided(decisions),
                HOLDS,
              ],
            }}
          />
        </>
      )}
    </>
  );
}

function scheduleActs(planKey: string, { no, shifts }: Measure, language: Language): readonly Act[] {
  if (shifts.length === 0) return [];
  const choices: Choices = shifts.map(({ entryId, phase, from, to, reason }) => [
    entryId,
    `${phase} ${yearShort(from, language)}→${yearShort(to, language)} ${reason}`,
  ]);
  return [
    {
      mutation: 'withdrawScheduleShift',
      word: 'withdrawShift',
      hint: 'withdrawHint',
      of: { planKey, measureNo: no },
      fields: [{ name: 'entryId', word: 'shift', kind: 'choice', must: true, choices }, REASON],
    },
  ];
}

function statusActs(planKey: string, plan: Plan, measure: Measure, language: Language): readonly Act[] {
  const { no, status, ending } = measure;
  const of = { planKey, measureNo: no };
  const t = say(language);
  const codes: Choices = plan.statusScale.codes.map(({ code, label, labelEn, sign }) => [
    code,
    `${sign ?? ''} ${language === 'ja' ? label : labelEn}`.trim(),
  ]);
  const decisions = decisionsOf(plan);
  if (ending) {
    return [
      {
        mutation: 'withdrawMeasureEnding',
        word: 'withdrawEnding',
        hint: 'withdrawHint',
        of: { ...of, entryId: ending.entryId },
        fields: [REASON],
      },
    ];
  }
  return [
    {
      mutation: 'changeMeasureStatus',
      word: 'changeStatus',
      hint: 'changeStatusHint',
      of,
      fields: [
        { name: 'status', word: 'status', kind: 'choice', must: true, choices: codes },
        { ...REASON, must: false },
        ...decided(decisions).filter(({ name }) => name === 'decisionId'),
        HOLDS,
      ],
    },
    ...(status
      ? ([
          {
            mutation: 'withdrawMeasureStatus',
            word: 'withdrawStatus',
            hint: 'withdrawHint',
            of: { ...of, entryId: status.entryId },
            fields: [REASON],
          },
        ] as const)
      : []),
    {
      mutation: 'evaluateMeasure',
      word: 'evaluateMeasure',
      hint: 'evaluateHint',
      of,
      fields: [
        {
          name: 'fiscalYear',
          word: 'year',
          kind: 'year',
          must: true,
          choices: Array.from({ length: plan.period.to - plan.period.from + 1 }, (_, i) => [
            String(plan.period.from + i),
            yearText(plan.period.from + i, language),
          ]),
        },
        {
          name: 'by',
          word: 'evaluatedBy',
          kind: 'choice',
          must: true,
          choices: [
            ['CONFIRMED', t('byConfirmed')],
            ['COMMITTEE', t('byCommittee')],
          ],
        },
        { name: 'rating', word: 'rating', kind: 'choice', must: true, choices: codes },
        { name: 'comment', word: 'comment', kind: 'lines' },
        { ...REASON, must: false, hint: 'reasonIfReplaced' },
      ],
    },
    {
      mutation: 'endMeasure',
      word: 'endMeasure',
      hint: 'endMeasureHint',
      of,
      fields: [
        {
          name: 'ending',
          word: 'ending',
          kind: 'choice',
          must: true,
          choices: Object.entries(ENDINGS).map(([code, word]) => [code, t(word)]),
        },
        REASON,
        ...decided(decisions),
        HOLDS,
      ],
    },
  ];
}

/** 計画の変更: what the plan says of it from a day on. */
function revisionActs(planKey: string, plan: Plan, { no, title, owners }: Measure): readonly Act[] {
  const of = { planKey, measureNo: no };
  const divisions: Choices = plan.divisions.map(({ key, name }) => [key, name]);
  const why = [REASON, ...decided(decisionsOf(plan)), HOLDS];
  const part = (number: '' | '1' | '2'): readonly Field[] => [
    { name: `no${number}`, word: PARTS[number].no, must: true, hint: 'newNoHint' },
    { name: `title${number}`, word: PARTS[number].title, must: true },
    { name: `owners${number}`, word: PARTS[number].owners, kind: 'many', must: true, choices: divisions },
  ];
  return [
    {
      mutation: 'reviseMeasure',
      word: 'reviseMeasure',
      hint: 'reviseHint',
      of,
      fields: [
        { name: 'title', word: 'name', initial: title },
        {
          name: 'owners',
          word: 'division',
          kind: 'many',
          choices: divisions,
          initial: owners.map(({ key }) => key),
        },
        ...why,
      ],
      shape: ({ title: named, owners: by, ...more }) => ({
        ...more,
        ...(named !== title && { title: named }),
        ...(String(by) !== String(owners.map(({ key }) => key)) && { owners: by }),
      }),
    },
    {
      mutation: 'splitMeasure',
      word: 'splitMeasure',
      hint: 'reviseHint',
      of,
      fields: [...part('1'), ...part('2'), ...why],
      shape: ({ no1, title1, owners1, no2, title2, owners2, ...more }) => ({
        ...more,
        into: [
          { no: no1, title: title1, owners: owners1 },
          { no: no2, title: title2, owners: owners2 },
        ],
      }),
    },
    {
      mutation: 'mergeMeasures',
      word: 'mergeMeasures',
      hint: 'reviseHint',
      of: { planKey },
      fields: [{ name: 'with', word: 'mergeWith', must: true }, ...part(''), ...why],
      shape: ({ with: other, no: into, title: named, owners: by, ...more }) => ({
        ...more,
        measureNos: [no, other],
        into: { no: into, title: named, owners: by },
      }),
    },
    {
      mutation: 'retireMeasure',
      word: 'retireMeasure',
      hint: 'reviseHint',
      of,
      fields: why,
    },
  ];
}

const PARTS = {
  '': { no: 'newNo', title: 'newTitle', owners: 'newOwners' },
  '1': { no: 'firstNo', title: 'firstTitle', owners: 'firstOwners' },
  '2': { no: 'secondNo', title: 'secondTitle', owners: 'secondOwners' },
} as const;
