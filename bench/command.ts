import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { SqliteEventStore } from '../src/adapters/sqlite/sqlite-event-store.js';
import type { Bench } from './bench.js';
import { eventOf } from './append.js';
import { planEntries } from './ledgers.js';
import { interleaved, mustBe, percentile, RUNS, type Measured } from './measure.js';
import { ADMIN_TOKEN, ServerProcess } from './server-process.js';

const MUTATION = `mutation ($input: ChangeMeasureStatusInput!) {
  changeMeasureStatus(input: $input) { receipt { position } problems { code } }
}`;
const QUERY = `query ($no: String!) { plan(key: "toride-5") { measure(no: $no) { status { code reason } } } }`;

/** One connection, kept open. */
class Connection {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(private readonly url: string) {}

  ask(query: string, variables: object): Promise<string> {
    const body = JSON.stringify({ query, variables });
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      authorization: `Bearer ${ADMIN_TOKEN}`,
    };
    return new Promise((resolve, reject) => {
      const sent = request(`${this.url}/graphql`, { method: 'POST', agent: this.#agent, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('end', () => {
          resolve(text);
        });
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

export async function command({ newFolder, quick }: Bench): Promise<Measured[]> {
  const each = quick ? 60 : 200;
  const server = await ServerProcess.daicho(newFolder());
  const [writer, reader] = [new Connection(server.url), new Connection(server.url)];
  const measures = planEntries().measures.map(({ no }) => no);
  const store = await SqliteEventStore.open(join(newFolder(), 'ledger.db'));
  const p99: Record<'ours' | 'append', number[]> = { ours: [], append: [] };
  let n = 0;
  const latencies = (name: keyof typeof p99, work: (n: number) => Promise<unknown>) => async (): Promise<number> => {
    const ms: number[] = [];
    for (let i = 0; i < each; i++) {
      const started = performance.now();
      await work(n++);
      ms.push(performance.now() - started);
    }
    p99[name].push(percentile(ms, 99));
    return percentile(ms, 50);
  };
  const contestants = {
    ours: latencies('ours', async (i) => {
      const no = measures[i % measures.length] as string;
      const reason = `報告 ${String(i)}`;
      const input = { planKey: 'toride-5', measureNo: no, status: i % 2 === 0 ? '継続' : '調整', reason };
      const accepted = await writer.ask(MUTATION, { input });
      mustBe(accepted.includes('"problems":[]'), accepted);
      while (!(await reader.ask(QUERY, { no })).includes(`"${reason}"`));
    }),
    append: latencies('append', (i) => store.append(`stream-${String(i)}`, 'no-stream', [eventOf('command', i)])),
  };
  await interleaved(contestants, 1);
  for (const series of Object.values(p99)) series.length = 0;
  const values = await interleaved(contestants, RUNS);
  writer.close();
  reader.close();
  await store.close();
  await server.stop();

  const row = (percent: string, ours: number[], limit: number[]): Measured => ({
    figure: `command over HTTP until visible, ${percent}`,
    unit: 'ms',
    ours: { what: 'changeMeasureStatus, then a query of another connection shows it', values: ours },
    limit: { what: 'the append itself, in this process', values: limit },
    targets: [{ against: 'limit', atMost: 3 }],
  });
  return [row('p50', values.ours, values.append), row('p99', p99.ours, p99.append)];
}
