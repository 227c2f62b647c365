import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { SqliteEventStore } from '../../src/adapters/sqlite/sqlite-event-store.js';
import type { NewEvent, RecordedEvent } from '../../src/eventsourcing/event.js';
import { base64 } from '../../src/ledger/base64.js';
import { leafOf } from '../../src/ledger/entry.js';
import { Frontier } from '../../src/ledger/merkle.js';
import type { Acknowledged, Signed } from '../support/appending-process.js';
import { evidenceLogBeside } from '../support/evidence-logs.js';
import { events, ledgerFolder } from '../support/event-stores.js';
import { BEGINNING, pagesAfter } from '../../src/eventsourcing/event-store.js';

const ROUNDS = Number(process.env['DAICHO_KILL_ROUNDS'] ?? 25);
/** A process is killed after so many acknowledged appends, by chance. */
const APPENDS_MAX = 300;
/** In every so many rounds, two processes append at once. */
const TWO_IN = 3;

const LOADER = new URL('../../scripts/typescript.mjs', import.meta.url).href;
const PROGRAM = fileURLToPath(new URL('../support/appending-process.ts', import.meta.url));

/** What a process was told before it was killed. */
async function toldBeforeTheEnd(file: string, name: string): Promise<Told> {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', `--import=${LOADER}`, PROGRAM, file, name],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const lines = createInterface({ input: child.stdout });
  const ended = Promise.all([once(child, 'exit'), once(lines, 'close')]);
  const last = 1 + Math.floor(Math.random() * APPENDS_MAX);
  const acknowledged: Acknowledged[] = [];
  const heads: Signed['signed'][] = [];
  lines.on('line', (line) => {
    // The last one may be cut short.
    if (!line.endsWith('}}')) return;
    const told = JSON.parse(line) as Acknowledged | Signed;
    if ('signed' in told) heads.push(told.signed);
    else acknowledged.push(told);
    if (acknowledged.length === last) child.kill('SIGKILL');
  });
  const [[, signal]] = await ended;
  expect(signal).toBe('SIGKILL');
  return { acknowledged, heads };
}

interface Told {
  readonly acknowledged: readonly Acknowledged[];
  readonly heads: readonly Signed['signed'][];
}

async function everything(store: SqliteEventStore): Promise<RecordedEvent[]> {
  const found: RecordedEvent[] = [];
  for await (const page of pagesAfter(BEGINNING, store, 1_000)) found.push(...page);
  return found;
}

/** The status of the first event of an append, as `appending-process.ts` names them: whose, and how many. */
const NAME = /^(.* of (\d))\/0$/;

describe('when a process that appends is killed', () => {
  const folder = ledgerFolder();
  const file = join(folder.path, 'ledger.db');
  /** Ids in the order of the ledger, as the round before has left them. */
  let before: string[] = [];
  /** All that were ever signed. */
  const heads: Signed['signed'][] = [];
  afterAll(folder.dispose);

  it.each(Array.from({ length: ROUNDS }, (_, round) => round))(
    'round %i: the ledger has all it has acknowledged, once, and so has its log',
    async (round) => {
      const names = round % TWO_IN === 0 ? ['one', 'two'] : ['one'];
      const processes = await Promise.all(names.map((name) => toldBeforeTheEnd(file, `${String(round)} ${name}`)));
      const told = processes.map(({ acknowledged }) => acknowledged);

      const store = await SqliteEventStore.open(file);
      const found = await everything(store);
      const ids = found.map(({ id }) => id);
      expect(await store.verify()).toBe(found.length);
      expect(found.map(({ position }) => Number(position))).toEqual(found.map((_, i) => i + 1));
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.slice(0, before.length)).toEqual(before);

      // Acknowledged: at its place.
      for (const { receipt, count } of told.flat()) {
        const { stream, revision, position, eventIds } = receipt;
        const last = Number(position);
        expect(ids.slice(last - count, last)).toEqual(eventIds);
        expect(found[last - 1]).toMatchObject({ stream, revision, position });
      }
      // Acknowledged or not: whole.
      for (let i = before.length; i < found.length;) {
        const [, name = '', count = ''] = NAME.exec((found[i]?.data as { status: string }).status) ?? [];
        const whole = events(name, Number(count)).map(({ id }) => id);
        expect(whole).not.toEqual([]);
        expect(ids.slice(i, i + whole.length)).toEqual(whole);
        i += whole.length;
      }
      // Asked again, it gives the same receipt; and it goes on.
      const { name, count, receipt } = told.flat().at(-1) as Acknowledged;
      expect(await store.append(receipt.stream, 'no-stream', events(name, count))).toEqual(receipt);
      const [after] = events(`${String(round)} after of 1`, 1);
      await store.append(`after round ${String(round)}`, 'no-stream', [after as NewEvent]);
      before = [...ids, (after as NewEvent).id];

      // The log beside it: each event once, in order, and no head that was ever signed is of another history.
      heads.push(...processes.flatMap((one) => one.heads));
      const log = await evidenceLogBeside(file, store);
      expect(await log.catchUp()).toBe(before.length);
      const rebuilt = new Frontier();
      const roots = [base64(rebuilt.root())];
      for await (const { entry } of log.entries(0, before.length)) {
        expect([entry.index, entry.id]).toEqual([rebuilt.size, before[rebuilt.size]]);
        rebuilt.push(leafOf(entry));
        roots.push(base64(rebuilt.root()));
      }
      expect(base64((await log.checkpoint()).root)).toBe(roots.at(-1));
      expect(heads.length).toBeGreaterThan(round);
      for (const { size, root } of heads) expect(root).toBe(roots[size]);
      await log.stop();
      await store.close();
    },
  );
});
