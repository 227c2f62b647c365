import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import autocannon from 'autocannon';
import type { Bench } from './bench.js';
import { DASHBOARD } from './dashboard-query.js';
import { interleaved, mustBe, RUNS, type Measured } from './measure.js';
import { ServerProcess } from './server-process.js';

const CONNECTIONS = 8;

export async function dashboard({ newFolder, small, quick }: Bench): Promise<Measured[]> {
  const { folder } = await small();
  const copy = (): string => {
    const to = newFolder();
    cpSync(folder, to, { recursive: true });
    return to;
  };
  const ours = await ServerProcess.daicho(copy());
  const answer = await ours.ask(DASHBOARD);
  const { data } = JSON.parse(answer) as { data: { plan: { measures: { edges: unknown[] } } } };
  mustBe(data.plan.measures.edges.length === 46, answer.slice(0, 200));
  const constant = join(newFolder(), 'answer.json');
  writeFileSync(constant, JSON.stringify(data));
  const servers = {
    ours,
    peer: await ServerProcess.of('server-apollo.ts', copy()),
    limit: await ServerProcess.of('server-constant.ts', constant),
  };
  for (const [name, server] of Object.entries(servers)) {
    mustBe((await server.ask(DASHBOARD)).trim() === answer.trim(), `${name} gives other bytes`);
  }

  const p99: Record<keyof typeof servers, number[]> = { ours: [], peer: [], limit: [] };
  const load = (name: keyof typeof servers, seconds: number) => async (): Promise<number> => {
    const result = await autocannon({
      url: `${servers[name].url}/graphql`,
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ query: DASHBOARD }),
      connections: CONNECTIONS,
      duration: seconds,
      verifyBody: (body) => body?.toString().trim() === answer.trim(),
    });
    mustBe(result.non2xx === 0 && result.errors === 0 && result.mismatches === 0, `${name} answered wrongly`);
    p99[name].push(result.latency.p99);
    return result.requests.total / result.duration;
  };
  const contestants = (seconds: number) => ({
    ours: load('ours', seconds),
    peer: load('peer', seconds),
    limit: load('limit', seconds),
  });
  await interleaved(contestants(2), 1);
  for (const series of Object.values(p99)) series.length = 0;
  const values = await interleaved(contestants(quick ? 1 : 4), RUNS);
  for (const server of Object.values(servers)) await server.stop();

  const what = {
    ours: `the dashboard of 46 measures (${(answer.length / 1024).toFixed(0)} kB) over HTTP, ${String(CONNECTIONS)} connections`,
    peer: '@nestjs/apollo over the same resolvers',
    limit: 'Yoga + JIT on node:http, the same bytes from a constant',
  };
  return [
    {
      figure: 'dashboard query',
      unit: 'requests/s',
      ours: { what: what.ours, values: values.ours },
      peer: { what: what.peer, values: values.peer },
      limit: { what: what.limit, values: values.limit },
      targets: [
        { against: 'peer', atLeast: 4 },
        { against: 'limit', atLeast: 0.6 },
      ],
    },
    {
      figure: 'dashboard query, p99',
      unit: 'ms',
      ours: { what: what.ours, values: p99.ours },
      peer: { what: what.peer, values: p99.peer },
      limit: { what: what.limit, values: p99.limit },
      targets: [],
    },
  ];
}
