import { rmSync } from 'node:fs';
import { positionOf } from '../src/eventsourcing/position.js';
import type { Bench } from './bench.js';
import { DASHBOARD } from './dashboard-query.js';
import { randomFrom, writeLedger, writeViews, planEntries, type LedgerFolder } from './ledgers.js';
import { interleaved, mustBe, RUNS, type Measured } from './measure.js';
import { ServerProcess } from './server-process.js';

const FIRST = '{ plan(key: "toride-5") { asOf { position } summary { measures } } }';
const AS_OF = `query ($position: Position!) {
  plan(key: "toride-5", asOf: { position: $position }) { summary { measures } kpis { readings { value } } }
}`;
const QUESTIONS = 300;

export async function start({ newFolder, large }: Bench): Promise<Measured[]> {
  const many = await large();
  const { measures, kpis, indicators } = planEntries();
  const empty = await writeLedger(newFolder(), measures.length + kpis.length + indicators.length + 1);
  await writeViews(empty);
  const firstAnswer =
    ({ folder, events }: LedgerFolder) =>
    async (): Promise<number> => {
      const started = performance.now();
      const server = await ServerProcess.daicho(folder);
      const answer = await server.ask(FIRST);
      const ms = performance.now() - started;
      mustBe(answer.includes(`"position":"${positionOf(events)}"`) && answer.includes('"measures":46'), answer);
      await server.stop();
      return ms;
    };
  const values = await interleaved({ ours: firstAnswer(many), peer: firstAnswer(empty) });
  rmSync(empty.folder, { recursive: true });
  return [
    {
      figure: 'cold start to first answer',
      unit: 'ms',
      ours: { what: `process started until answered, ${String(many.events)} events`, values: values.ours },
      peer: { what: 'the same with nothing but the plan', values: values.peer },
      targets: [{ against: 'peer', atMost: 1.5 }],
    },
  ];
}

export async function memory({ small, large }: Bench): Promise<Measured[]> {
  const megabytes =
    ({ folder, events }: LedgerFolder) =>
    async (): Promise<number> => {
      const server = await ServerProcess.daicho(folder);
      const random = randomFrom(1);
      for (let i = 0; i < QUESTIONS; i++) {
        const position = positionOf(Math.floor(events * (0.05 + 0.95 * random())));
        const answer = i % 3 === 0 ? await server.ask(DASHBOARD) : await server.ask(AS_OF, { position });
        mustBe(answer.startsWith('{"data":{"plan":{'), answer.slice(0, 200));
      }
      const bytes = server.residentBytes() ?? Number.NaN;
      await server.stop();
      return bytes / 2 ** 20;
    };
  const [many, few] = [await large(), await small()];
  const values = await interleaved({ ours: megabytes(many), peer: megabytes(few) }, RUNS);
  return [
    {
      figure: 'resident memory of the server',
      unit: 'MiB',
      ours: {
        what: `after ${String(QUESTIONS)} questions as of many points, ${String(many.events)} events`,
        values: values.ours,
      },
      peer: { what: `the same with ${String(few.events)} events`, values: values.peer },
      targets: [{ against: 'peer', atMost: 1.3 }],
    },
  ];
}
