import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { address, isAllowed, NEEDS_HTTPS, placeOf, readSettings, textIn } from '../settings-file.js';
import { DAYS_BEFORE } from './due.view.js';
import { MESSAGE_TYPES, type MessageType } from './message.js';

/** Whoever wants to be told. */
export interface Endpoint {
  /** In the file, in the log, in the outbox: who renames it begins a new one. */
  readonly name: string;
  readonly url: string;
  /** The newest first: each message is signed with all of them. */
  readonly secrets: readonly Buffer[];
  readonly events: readonly MessageType[];
  /** Key of the only plan it is told of. */
  readonly plan: string | undefined;
  /** Key of a division: it is told of that one, and of what is for all. */
  readonly division: string | undefined;
}

export interface Webhooks {
  readonly endpoints: readonly Endpoint[];
  readonly daysBefore: readonly number[];
}

const PREFIX = 'whsec_';
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const SECRET_BYTES = { min: 24, max: 64 } as const;

/** `whsec_` and the key in base64. `undefined`: not one. */
function keyIn(secret: string): Buffer | undefined {
  const base64 = secret.slice(PREFIX.length);
  if (!secret.startsWith(PREFIX) || !BASE64.test(base64)) return undefined;
  const key = Buffer.from(base64, 'base64');
  return key.length >= SECRET_BYTES.min && key.length <= SECRET_BYTES.max ? key : undefined;
}

const NO_SECRET = `whsec_… 形式ではありません（base64 で 24〜64 バイト） / not whsec_ and 24 to 64 bytes in base64`;

const secret = z.string().transform((text, context) => {
  const key = keyIn(text);
  if (key) return key;
  context.addIssue({ code: 'custom', message: NO_SECRET });
  return z.NEVER;
});

const endpoint = z
  .strictObject({
    name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, '英小文字・数字・- で 64 字まで / small letters, digits and -'),
    url: address,
    /** Plain http to another machine. */
    allowHttp: z.boolean().default(false),
    /** Several while one takes the place of another, the newest first. */
    secret: z.union([secret.transform((one) => [one]), z.array(secret).min(1).max(5)], NO_SECRET).optional(),
    /** A file with one secret in each line, beside this one. */
    secretFile: z.string().min(1).optional(),
    events: z.array(z.enum(MESSAGE_TYPES)).min(1).optional(),
    plan: z.string().min(1).optional(),
    division: z.string().min(1).optional(),
  })
  .superRefine(({ url, allowHttp, secret, secretFile }, context) => {
    if (!isAllowed(url, allowHttp)) context.addIssue({ code: 'custom', path: ['url'], message: NEEDS_HTTPS });
    if ((secret === undefined) === (secretFile === undefined)) {
      const message = 'secret か secretFile のどちらか一つが必要です / either secret or secretFile';
      context.addIssue({ code: 'custom', path: ['secret'], message });
    }
  });

const file = z
  .strictObject({
    daysBefore: z
      .array(z.int().min(0).max(365))
      .min(1)
      .max(10)
      .default([...DAYS_BEFORE]),
    endpoints: z.array(endpoint).min(1).max(100),
  })
  .superRefine(({ endpoints }, context) => {
    for (const [i, { name }] of endpoints.entries()) {
      if (endpoints.findIndex((one) => one.name === name) === i) continue;
      context.addIssue({
        code: 'custom',
        path: ['endpoints', i, 'name'],
        message: '同じ名前があります / another has this name',
      });
    }
  });

/** Reads who wants to be told. @throws Error */
export function readWebhooks(path: string): Webhooks {
  const wrong = (what: string): Error =>
    new Error(`通知先の設定に誤りがあります / the file of webhooks is not valid: ${path}${what}`);
  const { daysBefore, endpoints } = readSettings(path, file, wrong);
  return {
    daysBefore,
    endpoints: endpoints.map(({ name, url, secret, secretFile, events = MESSAGE_TYPES, plan, division }, i) => ({
      ...{ name, url, events, plan, division },
      secrets:
        secret ??
        secretsIn(resolve(dirname(path), secretFile ?? ''), (why) =>
          wrong(`: ${placeOf(['endpoints', i, 'secretFile'])}: ${why}`),
        ),
    })),
  };
}

function secretsIn(path: string, wrong: (why: string) => Error): readonly Buffer[] {
  const lines = textIn(path, wrong)
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
  const keys = lines.flatMap((line) => keyIn(line.trim()) ?? []);
  if (keys.length === 0 || keys.length !== lines.length) throw wrong(NO_SECRET);
  return keys;
}
