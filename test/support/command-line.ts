import { spawnSync } from 'node:child_process';

export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The command as a person runs it. */
export function daicho(data: string, ...args: string[]): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['bin/daicho.mjs', '--data', data, ...args], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '', NO_COLOR: '1' },
  });
  return { code: status, out: stdout, err: stderr };
}

export const json = (outcome: Outcome): Record<string, unknown> => JSON.parse(outcome.out) as Record<string, unknown>;
