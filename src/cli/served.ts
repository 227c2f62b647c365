import { randomBytes } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { hashOf } from '../access/token-secrets.js';
import { openFoundation } from '../app.module.js';
import { appOver } from '../server.js';
import { placesOf, type GlobalOptions } from './terminal.js';

/** Answers what the server would, without listening; whoever sits at the machine is its administrator. */
export async function withServed<Result>(
  options: GlobalOptions,
  work: (app: NestFastifyApplication, authorization: string) => Promise<Result>,
): Promise<Result> {
  const foundation = await openFoundation(placesOf(options));
  try {
    const secret = randomBytes(32).toString('base64url');
    const app = await appOver(foundation, hashOf(secret));
    await app.init();
    try {
      return await work(app, `Bearer ${secret}`);
    } finally {
      await app.close();
    }
  } finally {
    await foundation.close();
  }
}

interface Told {
  readonly code: string;
  readonly message: string;
  readonly path: readonly string[];
}

/** What an answer that is not good says is wrong, a line each. */
export function problemsIn(body: string): readonly string[] {
  const { problems = [] } = JSON.parse(body) as { readonly problems?: readonly Told[] };
  return problems.length === 0
    ? [body]
    : problems.map(({ code, message, path }) => `${path.join(' ')} ${code}: ${message}`.trim());
}
