import { useEffect, useState } from 'react';
import type { Around } from './around.js';
import { dayText, yearText } from './dates.js';
import { Framed, Opening } from './frame.js';
import { graphql, type ResultOf } from './graphql.js';
import { href, type Place } from './place.js';
import { ask, AskError, session } from './session.js';
import { SheetDesk } from './sheet-desk.js';
import { say, type Language, type Word } from './words.js';

export const WORK_PAGE = graphql(`
  query WorkPage($plan: String!) {
    plan(key: $plan) {
      key
    }
  }
`);

const WORK = graphql(`
  query Work($plan: String!) {
    viewer {
      isAuthenticated
      name
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
type State = Row['cells'][number]['state'];

const STATES: Readonly<Record<State, readonly [sign: string, word: Word]>> = {
  RETURNED: ['↩', 'stateReturned'],
  LATE: ['▲', 'stateLate'],
  DUE: ['○', 'stateDue'],
  SUBMITTED: ['◎', 'stateSubmitted'],
  APPROVED: ['●', 'stateApproved'],
};
/** What is to be done first stands first. */
const URGENCY = Object.keys(STATES);

/** More divisions than these are a board: each is opened when it is wanted. */
const OPEN_MAX = 3;

/** What the divisions of who is signed in are to report, what was returned, what is late; and the sheets to do it with. */
export function Work({ around }: { readonly around: Around }) {
  const { place, plan } = around;
  const t = say(place.language);
  const [answer, setAnswer] = useState<ResultOf<typeof WORK> | undefined>();
  const [fault, setFault] = useState<string | undefined>();
  const read = (): void => {
    ask(WORK, { plan: plan.key }).then(setAnswer, (error: unknown) => {
      if (error instanceof AskError && error.code === 'UNAUTHENTICATED') session.end();
      setFault((error as Error).message);
    });
  };
  useEffect(() => {
    if (session.token === null) location.replace(href(place, '/sign-in', { on: undefined, known: undefined }));
    else read();
    // Once, when the page is there.
  }, []);

  const rounds = (answer?.plan?.reviews ?? []).flatMap(({ fiscalYear, rounds: all }) =>
    all.filter(({ isOpen, period }) => isOpen && period === 'ANNUAL').map((round) => ({ fiscalYear, round })),
  );
  const rows = rounds.flatMap(({ round }) => round.board);
  return (
    <Framed around={around} isAtWork>
      <Opening above={answer?.viewer.name ?? plan.title} title={t('work')}>
        {fault ?? (answer ? sentence(rows, place.language) : t('reading'))}
      </Opening>
      {rounds.map(({ fiscalYear, round }) =>
        round.board.map((row) => (
          <details
            key={`${String(fiscalYear)} ${row.division.key}`}
            className="division"
            open={rows.length <= OPEN_MAX || undefined}
          >
            <summary>
              <h2>
                {row.division.name} {yearText(fiscalYear, place.language)}（{t('deadline')}{' '}
                {dayText(row.deadline, place.language)}）
              </h2>
              <span>{standing(row, t)}</span>
            </summary>
            <Cells row={row} fiscalYear={fiscalYear} place={place} />
            <SheetDesk around={around} fiscalYear={fiscalYear} division={row.division.key} onWritten={read} />
          </details>
        )),
      )}
      {answer && (
        <p className="pages">
          <button
            type="button"
            onClick={() => {
              session.end();
              location.assign(href(place, '/'));
            }}
          >
            {t('signOut')}
          </button>
        </p>
      )}
    </Framed>
  );
}

function sentence(rows: readonly Row[], language: Language): string {
  const cells = rows.flatMap(({ cells: of }) => of);
  if (cells.length === 0) return say(language)('nothingToDo');
  const count = (state: State): number => cells.filter((cell) => cell.state === state).length;
  const done = count('SUBMITTED') + count('APPROVED');
  return language === 'ja'
    ? `報告する ${String(cells.length)} 件のうち ${String(done)} 件を提出しました。差戻し ${String(count('RETURNED'))}、期限超過 ${String(count('LATE'))} です。`
    : `Of ${String(cells.length)} to report, ${String(done)} are handed in; returned ${String(count('RETURNED'))}, late ${String(count('LATE'))}.`;
}

/** Of one division, in a line: `3／8 提出済 ↩ 差戻し 1 ▲ 期限超過 2`. */
function standing({ cells }: Row, t: ReturnType<typeof say>): string {
  const count = (...states: readonly State[]): number => cells.filter(({ state }) => states.includes(state)).length;
  const urgent = (['RETURNED', 'LATE'] as const).filter((state) => count(state) > 0);
  return [
    `${String(count('SUBMITTED', 'APPROVED'))}／${String(cells.length)} ${t('stateSubmitted')}`,
    ...urgent.map((state) => `${STATES[state][0]} ${t(STATES[state][1])} ${String(count(state))}`),
  ].join(' ');
}

function Cells({ row, fiscalYear, place }: { readonly row: Row; readonly fiscalYear: number; readonly place: Place }) {
  const t = say(place.language);
  const cells = [...row.cells].sort((a, b) => URGENCY.indexOf(a.state) - URGENCY.indexOf(b.state));
  return (
    <div className="frame" tabIndex={0} role="region" aria-label={row.division.name}>
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
                    asked: { no: measure.no, year: String(fiscalYear), division: row.division.key },
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
