import { print, type DocumentNode } from 'graphql';
import type { introspection } from './graphql-env.js';

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

const DRAFT = 'daicho-draft ';

/** What was typed and not recorded yet: in this browser until it is, or until who typed it takes it away. */
export const drafts = {
  keyOf: (...of: readonly string[]): string => DRAFT + of.join(' '),
  all: (): string[] => Object.keys(localStorage).filter((key) => key.startsWith(DRAFT)),
  clear(): void {
    for (const key of drafts.all()) localStorage.removeItem(key);
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
export const ask = <Answer>(
  query: DocumentNode & { readonly __apiType?: (variables: never) => Answer },
  variables: object,
): Promise<Answer> => post(print(query), variables);

export type Mutation = keyof introspection['types']['Mutation']['fields'];

export interface Problem {
  readonly message: string;
  /** `['input', 'value']` */
  readonly path: readonly string[];
}

/** Sends a mutation. @param fields more that is asked of its payload @throws AskError */
export async function record(mutation: Mutation, input: object, fields = ''): Promise<Recorded> {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input!`;
  const query = `mutation ($input: ${type}) { done: ${mutation}(input: $input) { problems { message path } ${fields} } }`;
  return (await post<{ readonly done: Recorded }>(query, { input })).done;
}

export type Recorded = { readonly problems: readonly Problem[] } & Readonly<Record<string, unknown>>;

/** Which of them who is signed in may send, of a plan or of one of its measures; undefined: nobody is signed in. @throws AskError */
export async function allowed(
  mutations: readonly Mutation[],
  of: { readonly planKey: string; readonly measureNo?: string | undefined },
): Promise<ReadonlySet<Mutation> | undefined> {
  const each = mutations.map((name) => `${name}: may(mutation: "${name}", planKey: $planKey, measureNo: $measureNo)`);
  const head = mutations.length === 0 ? '' : 'query ($planKey: String!, $measureNo: String) ';
  const { viewer } = await post<{ readonly viewer: Readonly<Record<string, boolean>> }>(
    `${head}{ viewer { isAuthenticated ${each.join(' ')} } }`,
    of,
  );
  return viewer['isAuthenticated'] === true ? new Set(mutations.filter((name) => viewer[name])) : undefined;
}

async function post<Answer>(query: string, variables: object): Promise<Answer> {
  const answer = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...authorization() },
    body: JSON.stringify({ query, variables }),
  }).catch(() => {
    // What a browser says of it is English, and helps nobody.
    throw new AskError('', '');
  });
  const { data, errors = [] } = (await answer.json()) as {
    readonly data?: Answer;
    readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
  };
  const [error] = errors;
  if (error || data === undefined) throw new AskError(error?.extensions?.code ?? '', error?.message ?? '');
  return data;
}
