import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** A process that has not ended by then does not end by itself. */
const END_MS_MAX = 40_000;
/** One sentence in Japanese, the same in English. */
const ONE_LINE = /^[^\n]*[ぁ-ん][^\n]* \/ [^\n]+\n$/;

describe('a start that is refused', () => {
  let folder: string;
  let silent: Server;
  beforeAll(async () => {
    silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
  });
  afterAll(() => silent.close());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'daicho-refused-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const port = (): string => String((silent.address() as AddressInfo).port);
  const daicho = async (
    environment: Record<string, string>,
    ...program: readonly string[]
  ): Promise<{ code: number | null; said: string }> => {
    const env = { ...process.env, NODE_OPTIONS: '', NO_COLOR: '1', PORT: '0', DAICHO_DATA: join(folder, 'data') };
    const child = spawn(process.execPath, program.length > 0 ? program : ['dist/main.js'], {
      env: { ...env, ...environment },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const late = setTimeout(() => child.kill('SIGKILL'), END_MS_MAX);
    const [said] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    clearTimeout(late);
    return { code: child.exitCode, said };
  };

  it.each([
    ['the server', ['dist/main.js']],
    ['the command line', ['dist/cli.js', 'ledger', 'check']],
  ])(
    'ends also when the server of the ledger says nothing in a TLS handshake: %s',
    async (_what, program) => {
      const { code, said } = await daicho({ DAICHO_LEDGER: `esdb://localhost:${port()}` }, ...program);
      expect(code).toBe(1);
      expect(said).toMatch(ONE_LINE);
    },
    2 * END_MS_MAX,
  );
});
