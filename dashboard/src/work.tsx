import type { Around } from './around.js';
import { dayText, yearText } from './dates.js';
import { Desk } from './desk.js';
import { graphql, type ResultOf } from './graphql.js';
import { periodText } from './period.js';
import { href, type Place } from './place.js';
import { drafts, session } from './session.js';
import { SheetDesk } from './sheet-desk.js';
import { REPORT_STATES as STATES, type ReportState as State } from './report-state.js';
import { say, type Language } from './words.js';

const WORK = graphql(`
  query Work($plan: String!) {
    viewer {
      name
      grants {
        role
      }
    }
    plan(key: $plan) {
      reviews {
        fiscalYear
        rounds {
          period
          isOpen
          board {
            deadline
            division {
              key
              name
            }
            cells {
              state
              isLate
              handedInOn
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

type Plan = NonNullable<ResultOf<typeof WORK>['plan']>;
type Round = Plan['reviews'][number]['rounds'][number];
type Row = Round['board'][number];

/** What is to be done first stands first: to hand in, and for those who approve what was handed in. */
const URGENCY = Object.keys(STATES);
const URGENCY_TO_APPROVE = ['SUBMITTED', ...URGENCY.filter((state) => state !== 'SUBMITTED')];

const approves = ({ viewer }: ResultOf<typeof WORK>): boolean =>
  viewer.grants.some(({ role }) => ['approver', 'coordinator'].includes(role));

/** More divisions than these are a board: each is opened when it is wanted. */
const OPEN_MAX = 3;

/** What the divisions of who is signed in are to report, what was returned, what is late; and the sheets to do it with. */
export function Work({ around }: { readonly around: Around }) {
  const { place } = around;
  const t = say(place.language);
  return (
    <Desk
      around={around}
      title="work"
      query={WORK}
      mutations={[]}
      sentence={(answer) =>
        sentence(
          roundsIn(answer).flatMap(({ round }) => round.board),
          place.language,
          approves(answer),
        )
      }
    >
      {(answer, read) => (
        <>
          <p className="faint">{answer.viewer.name}</p>
          {roundsIn(answer).map(({ fiscalYear, round }, _i, rounds) =>
            round.board.map((row) => (
              <details
                key={`${String(fiscalYear)} ${round.period} ${row.division.key}`}
                className="division"
                open={rounds.flatMap(({ round: { board } }) => board).length <= OPEN_MAX || undefined}
              >
                <summary>
                  <h2>
                    {row.division.name} {yearText(fiscalYear, place.language)}
                    {round.period !== 'ANNUAL' && ` ${periodText(round.period, place.language)}`}（{t('deadline')}{' '}
                    {dayText(row.deadline, place.language)}）
                  </h2>
                  <span>{standing(row, t)}</span>
                </summary>
                <Cells
                  row={row}
                  of={{ fiscalYear, period: round.period }}
                  place={place}
                  urgency={approves(answer) ? URGENCY_TO_APPROVE : URGENCY}
                />
                {round.period === 'ANNUAL' && (
                  <SheetDesk around={around} fiscalYear={fiscalYear} division={row.division.key} onWritten={read} />
                )}
              </details>
            )),
          )}
          <p className="pages">
            <button
              type="button"
              onClick={() => {
                if (drafts.all().length > 0 && confirm(t('draftsLeft'))) drafts.clear();
                session.end();
                location.assign(href(place, '/'));
              }}
            >
              {t('signOut')}
            </button>
          </p>
        </>
      )}
    </Desk>
  );
}

const roundsIn = ({ plan }: ResultOf<typeof WORK>): readonly { fiscalYear: number; round: Round }[] =>
  (plan?.reviews ?? []).flatMap(({ fiscalYear, rounds }) =>
    rounds.filter(({ isOpen }) => isOpen).map((round) => ({ fiscalYear, round })),
  );

function sentence(rows: readonly Row[], language: Language, approves: boolean): string {
  const cells = rows.flatMap(({ cells: of }) => of);
  if (cells.length === 0) return say(language)('nothingToDo');
  const count = (state: State): number => cells.filter((cell) => cell.state === state).length;
  const done = count('SUBMITTED') + count('APPROVED');
  const waiting = count('SUBMITTED');
  const toApprove =
    !approves || waiting === 0
      ? ''
      : language === 'ja'
        ? `承認を待つものが ${String(waiting)} 件あります。`
        : `${String(waiting)} wait for approval. `;
  return language === 'ja'
    ? `${toApprove}報告する ${String(cells.length)} 件のうち ${String(done)} 件を提出しました。差戻し ${String(count('RETURNED'))}、期限超過 ${String(count('LATE'))} です。`
    : `${toApprove}Of ${String(cells.length)} to report, ${String(done)} are handed in; returned ${String(count('RETURNED'))}, late ${String(count('LATE'))}.`;
}

/** Of one division, in a line: `3／8 提出済 ↩ 差戻し 1 ▲ 期限超過 2`. */
function standing({ cells }: Row, t: ReturnType<typeof say>): string {
  const count = (...states: readonly State[]): number => cells.filter(({ state }) => states.includes(state)).length;
  const urgent = (['RETURNED', 'LATE', 'APPROVED'] as const).filter((state) => count(state) > 0);
  return [
    `${String(count('SUBMITTED', 'APPROVED'))}／${String(cells.length)} ${t('stateSubmitted')}`,
    ...urgent.map((state) => `${STATES[state][0]} ${t(STATES[state][1])} ${String(count(state))}`),
  ].join(' ');
}

function Cells({
  row,
  of: { fiscalYear, period },
  place,
  urgency,
}: {
  readonly row: Row;
  readonly of: { readonly fiscalYear: number; readonly period: Round['period'] };
  readonly place: Place;
  readonly urgency: readonly string[];
}) {
  const t = say(place.language);
  const cells = [...row.cells].sort((a, b) => urgency.indexOf(a.state) - urgency.indexOf(b.state));
  return (
    <div
      className="frame"
      tabIndex={0}
      role="region"
      aria-label={`${row.division.name} ${yearText(fiscalYear, place.language)} ${periodText(period, place.language)}`}
    >
      <table>
        <thead>
          <tr>
            <th scope="col">{t('measures')}</th>
            <th scope="col">{t('status')}</th>
            <th scope="col">{t('handedInOn')}</th>
          </tr>
        </thead>
        <tbody>
          {cells.map(({ state, measure, handedInOn, isLate }) => (
            <tr key={measure.no}>
              <th scope="row">
                <a
                  href={href(place, '/work/report', {
                    asked: {
                      ...{ no: measure.no, year: String(fiscalYear), division: row.division.key },
                      ...(period !== 'ANNUAL' && { period }),
                    },
                  })}
                >
                  {measure.no} {measure.title}
                </a>
              </th>
              <td>
                <span aria-hidden="true">{STATES[state][0]} </span>
                {t(STATES[state][1])}
              </td>
              <td>
                {handedInOn === null ? '—' : dayText(handedInOn, place.language)}
                {isLate && handedInOn !== null && `（${t('stateLate')}）`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
