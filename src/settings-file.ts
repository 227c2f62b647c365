import { readFileSync } from 'node:fs';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { isTrustworthy } from './access/provider-keys.js';

const FILE_BYTES_MAX = 256 * 1024;

/** Whoever is named in it would be told the password. */
export const address = z
  .string()
  .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), {
    message: 'https://… ではありません / not https://…',
    abort: true,
  })
  .refine((text) => new URL(text).username === '' && new URL(text).password === '', {
    message: '利用者名とパスワードは書けません / without user and password',
  });

/** http only on this machine, or where it is said on purpose. */
export const isAllowed = (url: string, allowHttp: boolean): boolean =>
  !URL.canParse(url) || isTrustworthy(url) || allowHttp;

export const NEEDS_HTTPS =
  'https:// が必要です（このマシンか、allowHttp: true なら http:// も可） / https://, or http:// on this machine or with allowHttp: true';

/**
 * Reads settings from a file: YAML, or JSON, which is YAML. What is wrong is told in one sentence with its place, and never
 * with what stands there, as that may be a secret.
 *
 * @param wrong the error, of what is to follow the path of the file in its sentence
 * @throws Error
 */
export function readSettings<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  wrong: (what: string) => Error,
): z.output<Schema> {
  const text = textIn(path, (why) => wrong(`: ${why}`));
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const [syntax] = document.errors;
  if (syntax) {
    const { line, col } = lines.linePos(syntax.pos[0]);
    throw wrong(`:${String(line)}:${String(col)}: YAML ${syntax.code}`);
  }
  const parsed = schema.safeParse(contentOf(() => document.toJS({ maxAliasCount: 10 }) as unknown, wrong));
  if (parsed.success) return parsed.data;
  throw wrong(`: ${parsed.error.issues.map(faultIn).join('; ')}`);
}

/** A key that is none of ours is named only when it looks like one. */
function faultIn(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'unrecognized_keys') return `${placeOf(issue.path)}: ${issue.message}`;
  const keys = issue.keys.filter((key) => /^[A-Za-z]{1,20}$/.test(key));
  return `${placeOf([...issue.path, ...keys.slice(0, 1)])}: この項目はありません / there is no such setting`;
}

function contentOf(read: () => unknown, wrong: (what: string) => Error): unknown {
  try {
    return read();
  } catch {
    throw wrong(': 別名（*）を展開できません / aliases cannot be followed');
  }
}

/** @throws Error */
export function textIn(path: string, wrong: (why: string) => Error): string {
  try {
    const bytes = readFileSync(path);
    if (bytes.length <= FILE_BYTES_MAX) return bytes.toString('utf8');
  } catch (error) {
    throw wrong(`読めません / cannot be read (${(error as NodeJS.ErrnoException).code ?? ''})`);
  }
  throw wrong(`大きすぎます / at most ${String(FILE_BYTES_MAX)} bytes`);
}

/** `endpoints[0].url` */
export const placeOf = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, key) =>
      typeof key === 'number' ? `${text}[${String(key)}]` : `${text}${text === '' ? '' : '.'}${String(key)}`,
    '',
  );
