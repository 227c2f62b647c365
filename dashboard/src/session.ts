import { print, type DocumentNode } from 'graphql';

const KEY = 'daicho-token';

/** Whose session it is, in this tab only: gone when it is closed. */
export const session = {
  get token(): string | null {
    return sessionStorage.getItem(KEY);
  },
  begin(token: string): void {
    sessionStorage.setItem(KEY, token);
  },
  end(): void {
    sessionStorage.removeItem(KEY);
  },
};

/** The API refused, or it was not there. */
export class AskError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export const authorization = (): Record<string, string> =>
  session.token === null ? {} : { authorization: `Bearer ${session.token}` };

/** Asks the API as who is signed in. @throws AskError */
export async function ask<Answer>(
  query: DocumentNode & { readonly __apiType?: (variables: never) => Answer },
  variables: object,
): Promise<Answer> {
  const answer = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...authorization() },
    body: JSON.stringify({ query: print(query), variables }),
  });
  const { data, errors = [] } = (await answer.json()) as {
    readonly data?: Answer;
    readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
  };
  const [error] = errors;
  if (error || data === undefined) throw new AskError(error?.extensions?.code ?? '', error?.message ?? '');
  return data;
}
