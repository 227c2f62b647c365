import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** A process that has not ended by then does not end by itself. */
export const END_MS_MAX = 40_000;

export interface Outcome {
  /** `null`: it had to be killed. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs `dist/main.js`, or `dist/cli.js` with arguments, to its end; what the test has opened goes on meanwhile. */
export async function run(
  [program, ...args]: readonly [string, ...string[]],
  environment: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const env = { ...process.env, NODE_OPTIONS: '', NO_COLOR: '1', PORT: '0', ...environment };
  const child = spawn(process.execPath, [`dist/${program}.js`, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const late = setTimeout(() => child.kill('SIGKILL'), END_MS_MAX);
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  clearTimeout(late);
  return { code: child.exitCode, out, err };
}

/** One sentence in Japanese, the same in English. */
export const ONE_SENTENCE = /^[^\n]*[ぁ-ん][^\n]* \/ [^\n]+\n$/;
