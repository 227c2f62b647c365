import { Acts, type Act, type Field } from './act.js';
import type { Around } from './around.js';
import { dayText, yearText } from './dates.js';
import { Desk } from './desk.js';
import { graphql, type ResultOf } from './graphql.js';
import { PERIODS, periodText } from './period.js';
import { href } from './place.js';
import { REPORT_STATES } from './report-state.js';
import { say, type Language } from './words.js';

const ROUNDS = graphql(`
  query Rounds($plan: String!) {
    plan(key: $plan) {
      period {
        from
        to
      }
      divisions {
        key
        name
      }
      reviews {
        fiscalYear
        isClosed
        rounds {
          period
          isOpen
          deadline
          board {
            deadline
            division {
              key
              name
            }
            cells {
              state
              measure {
                no
                title
              }
            }
          }
        }
      }
    }
  }
`);

type Plan = NonNullable<ResultOf<typeof ROUNDS>['plan']>;
type Review = Plan['reviews'][number];
type Round = Review['rounds'][number];
type Row = Round['board'][number];

const isMissing = ({ state }: Row['cells'][number]): boolean => !['SUBMITTED', 'APPROVED'].includes(state);

/** Rounds: opened, followed, closed; and the review of the year, which pins what is reported. */
export function WorkRounds({ around }: { readonly around: Around }) {
  const { place, plan } = around;
  const { language } = place;
  const t = say(language);
  return (
    <Desk
      around={around}
      title="workRounds"
      query={ROUNDS}
      mutations={['openRound', 'changeDeadline', 'closeRound', 'reopenRound', 'closeReview', 'reopenReview']}
      sentence={({ plan: found }) => standing(found?.reviews ?? [], language)}
    >
      {({ plan: found }) =>
        found && (
          <>
            <Acts acts={[opening(plan.key, found, language)]} />
            {found.reviews.toReversed().map((review) => (
              <section key={review.fiscalYear}>
                <h2>
                  {yearText(review.fiscalYear, language)} {t(review.isClosed ? 'reviewClosed' : 'reviews')}
                </h2>
                {review.rounds.map((round) => (
                  <RoundBoard
                    key={round.period}
                    around={around}
                    fiscalYear={review.fiscalYear}
                    round={round}
                    divisions={found.divisions}
                  />
                ))}
                {!review.isClosed && <p>{unapproved(review, language)}</p>}
                <Acts acts={closing(plan.key, review)} />
                <p>
                  <a href={href(place, '/reviews')}>{t('reviews')}</a>
                </p>
              </section>
            ))}
          </>
        )
      }
    </Desk>
  );
}

function standing(reviews: readonly Review[], language: Language): string {
  const open = reviews.flatMap(({ rounds }) => rounds.filter(({ isOpen }) => isOpen));
  if (open.length === 0) return say(language)('noRoundOpen');
  const cells = open.flatMap(({ board }) => board.flatMap(({ cells: of }) => of));
  const missing = cells.filter(isMissing).length;
  return language === 'ja'
    ? `報告する ${String(cells.length)} 件のうち ${String(missing)} 件がまだ出ていません。`
    : `Of ${String(cells.length)} reports, ${String(missing)} are still missing.`;
}

function unapproved({ rounds }: Review, language: Language): string {
  const cells = rounds.flatMap(({ board }) => board.flatMap(({ cells: of }) => of));
  const left = cells.filter(({ state }) => state !== 'APPROVED').length;
  return language === 'ja'
    ? `報告する ${String(cells.length)} 件のうち、承認されていないものは ${String(left)} 件です。`
    : `Of ${String(cells.length)} reports, ${String(left)} are not approved.`;
}

const REASON: Field = { name: 'reason', word: 'reason', kind: 'lines', must: true };

const opening = (planKey: string, { period: { from, to } }: Plan, language: Language): Act => ({
  mutation: 'openRound',
  word: 'openRound',
  hint: 'openRoundHint',
  of: { planKey },
  fields: [
    {
      name: 'fiscalYear',
      word: 'year',
      kind: 'year',
      must: true,
      choices: Array.from({ length: to - from + 1 }, (_, i) => [String(from + i), yearText(from + i, language)]),
    },
    {
      name: 'period',
      word: 'period',
      kind: 'choice',
      choices: Object.entries(PERIODS).map(([code, word]) => [code, say(language)(word)]),
      initial: 'ANNUAL',
    },
    { name: 'deadline', word: 'deadline', kind: 'day', must: true },
  ],
});

const closing = (planKey: string, { fiscalYear, isClosed }: Review): readonly Act[] =>
  isClosed
    ? [{ mutation: 'reopenReview', word: 'reopenReview', of: { planKey, fiscalYear }, fields: [REASON] }]
    : [
        {
          mutation: 'closeReview',
          word: 'closeReview',
          hint: 'closeReviewHint',
          of: { planKey, fiscalYear },
          fields: [{ name: 'isSure', word: 'closeReviewSure', kind: 'check', must: true }],
          shape: () => ({}),
        },
      ];

function RoundBoard({
  around: { place, plan },
  fiscalYear,
  round,
  divisions,
}: {
  readonly around: Around;
  readonly fiscalYear: number;
  readonly round: Round;
  readonly divisions: Plan['divisions'];
}) {
  const { language } = place;
  const t = say(language);
  const of = { planKey: plan.key, fiscalYear, period: round.period };
  const acts: readonly Act[] = round.isOpen
    ? [
        {
          mutation: 'changeDeadline',
          word: 'changeDeadline',
          of,
          fields: [
            {
              name: 'division',
              word: 'division',
              kind: 'choice',
              hint: 'changeDeadlineHint',
              choices: divisions.map(({ key, name }) => [key, name]),
            },
            { name: 'deadline', word: 'deadline', kind: 'day', must: true },
            REASON,
          ],
          shape: ({ division, deadline, reason }) =>
            division === undefined
              ? { deadline, reason }
              : { deadlines: deadline === undefined ? [] : [{ division, deadline }], reason },
        },
        { mutation: 'closeRound', word: 'closeRound', hint: 'closeRoundHint', of },
      ]
    : [{ mutation: 'reopenRound', word: 'reopenRound', of, fields: [REASON] }];
  return (
    <>
      <h3>
        {periodText(round.period, language)} {t('deadline')} {dayText(round.deadline, language)}
        {!round.isOpen && `（${t('roundClosed')}）`}
      </h3>
      <div className="frame" tabIndex={0} role="group" aria-label={t('workRounds')}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t('division')}</th>
              <th scope="col">{t('deadline')}</th>
              <th scope="col" className="number">
                {t('stateSubmitted')}
              </th>
              <th scope="col">
                {Object.values(REPORT_STATES)
                  .map(([sign, word]) => `${sign} ${t(word)}`)
                  .join('　')}
              </th>
              <th scope="col">{t('remind')}</th>
            </tr>
          </thead>
          <tbody>
            {round.board.map((row) => {
              const missing = row.cells.filter(isMissing);
              return (
                <tr key={row.division.key}>
                  <th scope="row">{row.division.name}</th>
                  <td>{dayText(row.deadline, language)}</td>
                  <td className="number">
                    {row.cells.length - missing.length}／{row.cells.length}
                  </td>
                  <td>
                    <ul className="board">
                      {row.cells.map(({ measure, state }) => {
                        const [sign, word] = REPORT_STATES[state];
                        const asked = { no: measure.no, year: String(fiscalYear), division: row.division.key };
                        const ofPeriod = round.period === 'ANNUAL' ? {} : { period: round.period };
                        return (
                          <li key={measure.no}>
                            <a
                              href={href(place, '/work/report', { asked: { ...asked, ...ofPeriod } })}
                              title={`${measure.title} ${t(word)}`}
                              aria-label={`${measure.no} ${t(word)}`}
                            >
                              {sign} {measure.no}
                            </a>
                          </li>
                        );
                      })}
                    </ul>
                  </td>
                  <td>
                    {missing.length > 0 && round.isOpen && (
                      <a href={reminder(row, missing, fiscalYear, plan.title, language)}>{t('remindByMail')}</a>
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <Acts acts={acts} />
    </>
  );
}

/** A letter to a division, in the mail program of who reminds: addresses of people are not kept in the open. */
function reminder(
  { division, deadline }: Row,
  missing: Row['cells'],
  fiscalYear: number,
  title: string,
  language: Language,
): string {
  const list = missing.map(({ measure }) => `・${measure.no} ${measure.title}`).join('\n');
  const subject = `【${title}】${yearText(fiscalYear, language)} ${language === 'ja' ? '進捗報告のお願い' : 'reports due'}`;
  const body =
    language === 'ja'
      ? `${division.name} 様\n\n次の個別施策の報告がまだ届いていません。締切は${dayText(deadline, language)}です。\n\n${list}\n`
      : `To ${division.name}\n\nThese reports have not come in yet; the deadline is ${dayText(deadline, language)}.\n\n${list}\n`;
  return `mailto:?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(body)}`;
}
