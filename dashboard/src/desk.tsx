import { useEffect, useState, type ReactNode } from 'react';
import type { DocumentNode } from 'graphql';
import { DeskContext } from './act.js';
import type { Around } from './around.js';
import { Framed, Opening } from './frame.js';
import { graphql } from './graphql.js';
import { href } from './place.js';
import { allowed, ask, AskError, session, type Mutation } from './session.js';
import { inLanguage, say, type Word } from './words.js';

/** What a page for staff asks before anybody is known: nothing. */
export const DESK = graphql(`
  query Desk($plan: String!) {
    plan(key: $plan) {
      key
    }
  }
`);

/** Where staff work, in the order of a year. */
const DESKS: readonly (readonly [path: string, word: Word])[] = [
  ['/work', 'work'],
  ['/work/measure', 'workMeasure'],
  ['/work/readings', 'workReadings'],
  ['/work/rounds', 'workRounds'],
  ['/work/committee', 'workCommittee'],
  ['/work/people', 'workPeople'],
  ['/work/plan', 'workPlan'],
];

interface Seen<Answer> {
  readonly answer: Answer;
  readonly may: ReadonlySet<Mutation>;
}

/** A page for staff: asked in the browser, as who is signed in, again whenever something was recorded. */
export function Desk<Answer>({
  around,
  title,
  query,
  variables = {},
  mutations,
  measureNo,
  sentence,
  children,
}: {
  readonly around: Around;
  readonly title: Word;
  readonly query: DocumentNode & { readonly __apiType?: (variables: never) => Answer };
  /** Beside the plan. */
  readonly variables?: object;
  /** What can be recorded here. */
  readonly mutations: readonly Mutation[];
  /** Of which measure they are. */
  readonly measureNo?: string | undefined;
  /** How things stand, in a sentence. */
  readonly sentence: (answer: Answer) => ReactNode;
  readonly children: (answer: Answer, read: () => void) => ReactNode;
}) {
  const { place, plan } = around;
  const t = say(place.language);
  const [seen, setSeen] = useState<Seen<Answer> | undefined>();
  const [fault, setFault] = useState<string | undefined>();
  const [recorded, setRecorded] = useState<Word | undefined>();
  const onSending = (): void => {
    setRecorded(undefined);
  };
  const onRecorded = (what: Word | undefined): void => {
    setRecorded(what);
    read();
  };
  const signIn = (): void => {
    session.end();
    location.replace(href(place, '/sign-in', { on: undefined, known: undefined }));
  };
  const read = (): void => {
    Promise.all([
      allowed(mutations, { planKey: plan.key, measureNo }),
      ask(query, { plan: plan.key, ...variables }),
    ]).then(
      ([may, answer]) => {
        if (may) setSeen({ may, answer });
        else signIn();
      },
      (error: unknown) => {
        if (error instanceof AskError && error.code === 'UNAUTHENTICATED') signIn();
        setFault(inLanguage((error as Error).message, place.language) || t('notSent'));
      },
    );
  };
  useEffect(() => {
    if (session.token === null) signIn();
    else read();
    // Once, when the page is there.
  }, []);

  return (
    <Framed around={around} isAtWork>
      <nav className="desks" aria-label={t('forStaff')}>
        {DESKS.map(([path, word]) => (
          <a key={path} href={href(place, path)} aria-current={place.path === path ? 'page' : undefined}>
            {t(word)}
          </a>
        ))}
      </nav>
      <Opening above={plan.title} title={t(title)}>
        {fault ?? (seen ? sentence(seen.answer) : t('reading'))} {!seen && <noscript>{t('needsScript')}</noscript>}
      </Opening>
      {seen && (
        <DeskContext value={{ language: place.language, may: seen.may, onSending, onRecorded }}>
          {mutations.length > 0 && seen.may.size === 0 && <p className="finding">{t('mayNothing')}</p>}
          {children(seen.answer, read)}
          <div role="status" className="toast">
            {recorded !== undefined && (
              <p className="finding sound">
                ◎ {t('recorded')} {t(recorded)}
              </p>
            )}
          </div>
        </DeskContext>
      )}
    </Framed>
  );
}
