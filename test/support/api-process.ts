import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { ADMIN_TOKEN, type Answer } from './daicho.js';

const START_MS_MAX = 60_000;

/** Daicho as it is built, in a process of its own, on stores that it shares with others; without any, on its own. */
export class ApiProcess {
  readonly folder = mkdtempSync(join(tmpdir(), 'daicho-process-'));
  #child: ChildProcess | undefined;
  url = '';
  /** What it has printed. */
  printed = '';

  constructor(
    private readonly ledger?: string,
    private readonly views?: string,
    private readonly environment: Readonly<Record<string, string>> = {},
  ) {}

  async start(): Promise<void> {
    const env = {
      ...process.env,
      ...{ PORT: '0', NODE_OPTIONS: '', DAICHO_ADMIN_TOKEN: ADMIN_TOKEN, DAICHO_DATA: this.folder },
      ...(this.ledger !== undefined && { DAICHO_LEDGER: this.ledger }),
      ...(this.views !== undefined && { DAICHO_VIEWS: this.views }),
      ...this.environment,
    };
    this.printed = '';
    const child = spawn(process.execPath, ['dist/main.js'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => {
        reject(new Error(`not started: ${this.printed}`));
      }, START_MS_MAX);
      const take = (text: Buffer): void => {
        this.printed += text.toString();
        const url = /http:\/\/localhost:\d+/.exec(this.printed)?.[0];
        if (url === undefined) return;
        clearTimeout(late);
        this.url = url;
        resolve();
      };
      child.stdout.on('data', take);
      child.stderr.on('data', take);
      child.once('exit', () => {
        clearTimeout(late);
        reject(new Error(`ended: ${this.printed}`));
      });
    });
  }

  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** Ends it. Returns its exit code, or the signal that ended it. */
  async end(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<number | string | null> {
    if (!this.#child || !this.isRunning) return this.#child?.exitCode ?? null;
    const ended = once(this.#child, 'exit');
    this.#child.kill(signal);
    const [code, by] = (await ended) as [number | null, string | null];
    return by ?? code;
  }

  async dispose(): Promise<void> {
    this.signal('SIGCONT');
    await this.end('SIGKILL');
    rmSync(this.folder, { recursive: true });
  }

  async ask(query: string, variables: object = {}, authorization = `Bearer ${ADMIN_TOKEN}`): Promise<Answer> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(authorization !== '' && { authorization }) },
      body: JSON.stringify({ query, variables }),
    });
    return response.json();
  }

  /**
   * Resolves when the last byte of the request has been handed to the operating system, whether or not anybody has read it;
   * on a connection of its own, or on one of the agent's.
   */
  async send(query: string, variables: object, agent?: Agent): Promise<{ readonly answer: Promise<Answer> }> {
    const sent = request(`${this.url}/graphql`, {
      method: 'POST',
      agent: agent ?? new Agent({ keepAlive: true }),
      headers: { 'content-type': 'application/json', authorization: `Bearer ${ADMIN_TOKEN}` },
    });
    const answer = once(sent, 'response').then(([response]) => json(response));
    answer.catch(() => undefined);
    sent.end(JSON.stringify({ query, variables }));
    await once(sent, 'finish');
    return { answer };
  }

  /** What `/health/ready` says. */
  async health(): Promise<Answer> {
    return (await fetch(`${this.url}/health/ready`)).json();
  }
}
