import { useEffect, useState } from 'react';
import type { Around } from './around.js';
import { Framed, Opening } from './frame.js';
import { graphql } from './graphql.js';
import { href } from './place.js';
import { ask, AskError, session } from './session.js';
import { inLanguage, say } from './words.js';

export const SIGN_IN = graphql(`
  query SignInPage($plan: String!) {
    plan(key: $plan) {
      key
    }
  }
`);

const EXCHANGE = graphql(`
  mutation SignIn($input: SignInInput!) {
    signIn(input: $input) {
      token
      problems {
        code
        message
      }
    }
  }
`);

const VIEWER = graphql(`
  query SignedIn {
    viewer {
      isAuthenticated
    }
  }
`);

/** With the code of a sign-in link, or with a token. A click, not the visit, uses the code up: mail programs visit links, too. */
export function SignIn({ around }: { readonly around: Around }) {
  const { place, plan } = around;
  const t = say(place.language);
  const [isAlive, setAlive] = useState(false);
  const [token, setToken] = useState('');
  const [fault, setFault] = useState<string | undefined>();
  const { code } = place.asked;
  useEffect(() => {
    setAlive(true);
  }, []);

  const begin = async (): Promise<void> => {
    setFault(undefined);
    try {
      const given = code === undefined ? token.trim() : await exchanged(code);
      // A header takes nothing else, and no token holds anything else.
      if (!/^[\x21-\x7e]+$/.test(given)) throw new AskError('UNAUTHENTICATED', t('tokenNotValid'));
      session.begin(given);
      const { viewer } = await ask(VIEWER, {});
      if (!viewer.isAuthenticated) throw new AskError('UNAUTHENTICATED', t('tokenNotValid'));
      location.assign(href(place, '/work', { on: undefined, known: undefined }));
    } catch (error) {
      session.end();
      setFault(inLanguage((error as Error).message, place.language) || t('tokenNotValid'));
    }
  };

  return (
    <Framed around={around} isAtWork>
      <Opening above={plan.title} title={t('signIn')}>
        {t(code === undefined ? 'signInHint' : 'signInLinkHint')}
      </Opening>
      {isAlive ? (
        <form
          className="check"
          onSubmit={(event) => {
            event.preventDefault();
            void begin();
          }}
        >
          {code === undefined && (
            <label>
              {t('token')}
              <input
                type="password"
                autoComplete="off"
                value={token}
                onChange={({ target }) => {
                  setToken(target.value);
                }}
              />
            </label>
          )}
          <button type="submit">{t('signIn')}</button>
          <div role="alert">{fault !== undefined && <p className="finding unsound">{fault}</p>}</div>
        </form>
      ) : (
        <p className="faint">{t('needsScript')}</p>
      )}
    </Framed>
  );
}

/** @throws AskError with what is wrong with the code */
async function exchanged(code: string): Promise<string> {
  const { signIn } = await ask(EXCHANGE, { input: { code } });
  const [problem] = signIn.problems;
  if (signIn.token === null || problem) throw new AskError(problem?.code ?? '', problem?.message ?? '');
  return signIn.token;
}
