import { mkdtempSync, rmSync } from 'node:fs';
import { Agent } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiProcess } from '../support/api-process.js';

const ROUNDS = 4;
const REQUESTS = 12;
const CHANGE = `mutation ($input: ChangeMeasureStatusInput!) {
  changeMeasureStatus(input: $input) { receipt { position } problems { code } }
}`;

describe('a graceful stop', () => {
  const folder = mkdtempSync(join(tmpdir(), 'daicho-stop-'));
  const process = new ApiProcess(`sqlite:${join(folder, 'ledger.db')}`, `sqlite:${join(folder, 'views')}`);
  beforeEach(() => process.start());
  afterEach(() => process.end('SIGKILL'));
  afterAll(async () => {
    await process.dispose();
    rmSync(folder, { recursive: true });
  });

  const change = (reason: string): object => ({
    input: { planKey: 'toride-5', measureNo: '1-1-1', status: '継続', reason },
  });

  it.each(Array.from({ length: ROUNDS }, (_, round) => round))(
    'answers what was sent before it began, over new connections and over old ones (round %i)',
    async (round) => {
      const agents = Array.from({ length: REQUESTS }, () => new Agent({ keepAlive: true }));
      const before = await Promise.all(agents.map((agent) => process.send('{ ledger { size } }', {}, agent)));
      await Promise.all(before.map(({ answer }) => answer));

      const sent = await Promise.all(
        [...agents, ...agents.map(() => undefined)].map((agent, i) =>
          process.send(CHANGE, change(`${String(round)} ${String(i)}`), agent),
        ),
      );
      const ended = process.end();
      const answers = await Promise.all(sent.map(({ answer }) => answer));
      expect(answers).toEqual(
        sent.map(() => ({
          data: { changeMeasureStatus: { receipt: { position: expect.any(String) }, problems: [] } },
        })),
      );
      expect(await ended).toBe(0);
    },
  );

  it('does not wait for connections over which nobody asks', async () => {
    const silent = connect(Number(new URL(process.url).port), '127.0.0.1');
    const agent = new Agent({ keepAlive: true });
    await (
      await process.send('{ ledger { size } }', {}, agent)
    ).answer;
    const beganMs = performance.now();
    expect(await process.end()).toBe(0);
    expect(performance.now() - beganMs).toBeLessThan(5_000);
    silent.destroy();
  });
});
