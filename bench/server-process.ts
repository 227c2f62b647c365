import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const ADMIN_TOKEN = 'admin-token-of-the-benchmark';
const PROGRAM = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const START_MS_MAX = 120_000;

/** A server in a process of its own. */
export class ServerProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  /** Daicho as it is built. */
  static daicho = (dataFolder: string): Promise<ServerProcess> =>
    ServerProcess.start(PROGRAM, { DAICHO_DATA: dataFolder, DAICHO_ADMIN_TOKEN: ADMIN_TOKEN });

  /** A program of this folder; it prints its address as Daicho does. */
  static of = (file: string, argument: string): Promise<ServerProcess> =>
    ServerProcess.start(fileURLToPath(new URL(file, import.meta.url)), {}, argument);

  private static start(file: string, environment: Record<string, string>, ...args: string[]): Promise<ServerProcess> {
    const child = spawn(process.execPath, [...process.execArgv, file, ...args], {
      env: { ...process.env, NODE_ENV: 'production', PORT: '0', ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        child.kill();
        reject(new Error(`${file} did not start`));
      }, START_MS_MAX);
      let printed = '';
      child.stdout.on('data', (text: Buffer) => {
        printed += text.toString();
        const url = /http:\/\/localhost:\d+/.exec(printed)?.[0];
        if (url === undefined) return;
        clearTimeout(late);
        resolve(new ServerProcess(child, url));
      });
      child.once('exit', () => {
        clearTimeout(late);
        reject(new Error(`${file} ended: ${printed}`));
      });
    });
  }

  async ask(query: string, variables: object = {}): Promise<string> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    return response.text();
  }

  /** Linux only; elsewhere `undefined`. */
  residentBytes(): number | undefined {
    try {
      const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${String(this.child.pid)}/status`, 'utf8'))?.[1];
      return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
    } catch {
      return undefined;
    }
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    await ended;
  }
}
