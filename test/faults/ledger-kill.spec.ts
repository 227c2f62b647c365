import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { SqliteEventStore } from '../../src/adapters/sqlite/sqlite-event-store.js';
import type { RecordedEvent } from '../../src/eventsourcing/event.js';
import { START } from '../../src/eventsourcing/position.js';
import type { Acknowledged } from '../support/appending-process.js';
import { events, ledgerFolder } from '../support/event-stores.js';

const ROUNDS = Number(process.env['DAICHO_KILL_ROUNDS'] ?? 25);
/** A process is killed after so many acknowledged appends, by chance. */
const APPENDS_MAX = 300;
/** In every so many rounds, two processes append at once. */
const TWO_IN = 3;

const LOADER = new URL('../../scripts/typescript.mjs', import.meta.url).href;
const PROGRAM = fileURLToPath(new URL('../support/appending-process.ts', import.meta.url));

/** What a process was told before it was killed. */
async function toldBeforeTheEnd(file: string, name: string): Promise<Acknowledged[]> {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', `--import=${LOADER}`, PROGRAM, file, name],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const lines = createInterface({ input: child.stdout });
  const ended = Promise.all([once(child, 'exit'), once(lines, 'close')]);
  const last = 1 + Math.floor(Math.random() * APPENDS_MAX);
  const told: Acknowledged[] = [];
  lines.on('line', (line) => {
    // The last one may be cut short.
    if (line.endsWith('}}')) told.push(JSON.parse(line) as Acknowledged);
    if (told.length === last) child.kill('SIGKILL');
  });
  const [[, signal]] = await ended;
  expect(signal).toBe('SIGKILL');
  return told;
}

async function everything(store: SqliteEventStore): Promise<RecordedEvent[]> {
  const found: RecordedEvent[] = [];
  for (;;) {
    const next = await store.readAll(found.at(-1)?.position ?? START, 1_000);
    if (next.length === 0) return found;
    found.push(...next);
  }
}

/** The status of the nth event of an append, as `appending-process.ts` names them. */
const NAME = /^(.*) of (\d)\/(\d)$/;

describe('when a process that appends is killed', () => {
  const folder = ledgerFolder();
  const file = join(folder.path, 'ledger.db');
  const told: Acknowledged[] = [];
  afterAll(folder.dispose);

  it.each(Array.from({ length: ROUNDS }, (_, round) => round))(
    'round %i: the ledger has all it has acknowledged, once',
    async (round) => {
      const names = round % TWO_IN === 0 ? ['one', 'two'] : ['one'];
      const now = await Promise.all(names.map((name) => toldBeforeTheEnd(file, `${String(round)} ${name}`)));
      told.push(...now.flat());

      const store = await SqliteEventStore.open(file);
      const found = await everything(store);
      expect(await store.verify()).toBe(found.length);
      expect(found.map(({ position }) => Number(position))).toEqual(found.map((_, i) => i + 1));
      expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);

      // Acknowledged: at its place.
      for (const { receipt, count } of told) {
        const { stream, revision, position, eventIds } = receipt;
        const appended = found.slice(Number(position) - count, Number(position));
        expect(appended.map(({ id }) => id)).toEqual(eventIds);
        expect(appended.at(-1)).toMatchObject({ stream, revision, position });
      }
      // Acknowledged or not: whole.
      for (const [i, each] of found.entries()) {
        const [, name, count, nth] = NAME.exec((each.data as { status: string }).status) ?? [];
        const whole = events(`${name} of ${count}`, Number(count)).map(({ id }) => id);
        if (name)
          expect(found.slice(i - Number(nth), i - Number(nth) + Number(count)).map(({ id }) => id)).toEqual(whole);
      }
      // Asked again, it gives the same receipt; and it goes on.
      const { name, count, receipt } = told.at(-1) as Acknowledged;
      expect(await store.append(receipt.stream, 'no-stream', events(name, count))).toEqual(receipt);
      await store.append(`after round ${String(round)}`, 'no-stream', events(`after ${String(round)}`, 1));
      await store.close();
    },
  );
});
