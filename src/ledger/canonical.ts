/** What JSON can say, read-only. Numbers are safe integers only: decimals travel as strings. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

export class CanonicalError extends Error {
  override readonly name = 'CanonicalError';
  constructor(
    readonly code: 'LONE_SURROGATE' | 'UNSAFE_NUMBER' | 'NOT_JSON',
    readonly path: string,
  ) {
    super(`${code} at ${path || '$'}`);
  }
}

/**
 * RFC 8785 (JCS) text of a value, strictly: one value, one text, on every machine.
 * A property that is `undefined` is absent, as in `JSON.stringify`; anything else JSON cannot say is an error.
 *
 * @throws CanonicalError lone surrogates, numbers that are not safe integers, values that are not JSON
 */
export function canonicalJson(value: Json): string {
  return isInOrder(value) ? JSON.stringify(value) : write(value, '');
}

/** Whether `JSON.stringify` writes it as it should be: it has all its keys in order, and holds nothing that must be refused. */
function isInOrder(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value === 'number') return Number.isSafeInteger(value);
  if (value === null || typeof value === 'boolean') return true;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) if (!isInOrder(value[i])) return false;
    return true;
  }
  if (typeof value !== 'object' || !isPlain(value)) return false;
  let before = '';
  for (const key of Object.keys(value)) {
    if (key < before || !key.isWellFormed() || !isInOrder((value as Record<string, unknown>)[key])) return false;
    before = key;
  }
  return true;
}

/** The value of a text that `canonicalJson` writes; undefined when it would write another, or none. */
export function parseCanonicalJson(text: string): Json | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return canonicalJson(value) === text ? value : undefined;
  } catch {
    return undefined;
  }
}

function write(value: unknown, path: string): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return writeString(value, path);
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new CanonicalError('UNSAFE_NUMBER', path);
    return String(value);
  }
  // `Array.from` visits the holes of a sparse array, too.
  if (Array.isArray(value)) return `[${Array.from(value, (item, i) => write(item, `${path}/${String(i)}`)).join(',')}]`;
  if (typeof value === 'object' && isPlain(value)) return writeObject(value as Record<string, unknown>, path);
  throw new CanonicalError('NOT_JSON', path);
}

/** Keys in UTF-16 code unit order (RFC 8785 §3.2.3), which is JavaScript's own string order. */
function writeObject(value: Record<string, unknown>, path: string): string {
  const members: string[] = [];
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    if (member !== undefined) members.push(`${writeString(key, path)}:${write(member, `${path}/${key}`)}`);
  }
  return `{${members.join(',')}}`;
}

function writeString(text: string, path: string): string {
  if (!text.isWellFormed()) throw new CanonicalError('LONE_SURROGATE', path);
  return JSON.stringify(text);
}

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};
