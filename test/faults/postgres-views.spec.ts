import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { MemoryEventStore, MemoryLedger } from '../../src/adapters/memory/memory-event-store.js';
import { PostgresViews } from '../../src/adapters/postgres/postgres-views.js';
import { SqliteViews } from '../../src/adapters/sqlite/sqlite-views.js';
import { catalogue } from '../../src/catalogue.js';
import type { Projected } from '../../src/eventsourcing/catalogue.js';
import type { RecordedEvent } from '../../src/eventsourcing/event.js';
import { positionOf, type Position } from '../../src/eventsourcing/position.js';
import { Projector } from '../../src/eventsourcing/projector.js';
import { compareViews, fill } from '../../src/eventsourcing/rebuild.js';
import type { Views } from '../../src/eventsourcing/views.js';
import { events, recorded } from '../support/event-stores.js';
import { freePort, PostgresUnderTest } from '../support/postgres.js';
import { SilentLine } from '../support/silent-line.js';

const STREAM = 'measure-toride-5-1-1-1';
const LOADER = new URL('../../scripts/typescript.mjs', import.meta.url).href;
const LEADING_PROCESS = fileURLToPath(new URL('../support/leading-process.ts', import.meta.url));
/** A leader that says nothing is given up after 5 s; others ask each second. */
const TAKE_OVER_MS_MAX = 10_000;

const projected = (n: number, change: Partial<RecordedEvent> = {}): Projected => catalogue.project(recorded(n, change));

/** Asks again and again, as a projector does. */
async function until(holds: () => Promise<boolean>, timeoutMs: number): Promise<void> {
  const started = performance.now();
  while (!(await holds())) {
    if (performance.now() - started > timeoutMs) throw new Error(`not within ${timeoutMs} ms`);
    await sleep(100);
  }
}

describe('views on a real PostgreSQL', () => {
  let postgres: PostgresUnderTest;
  beforeAll(async () => {
    postgres = await PostgresUnderTest.start();
  });
  afterAll(() => postgres.stop());

  const opened: PostgresViews[] = [];
  const open = async (database: string): Promise<PostgresViews> => {
    const views = await PostgresViews.open(database);
    opened.push(views);
    return views;
  };
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((views) => views.close()));
  });

  const endTheLeader = (database: string): Promise<unknown> =>
    postgres.ask(
      database,
      `SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database d ON d.oid = database
        WHERE datname = current_database() AND locktype = 'advisory' AND objid = 1`,
    );

  const lines = async (views: Views, known: Position): Promise<string[]> => {
    const found: string[] = [];
    for await (const line of views.dump(known)) found.push(line);
    return found;
  };

  /** The oracle: another adapter, fed in one go. */
  const expectAsReplayed = async (views: Views, store: MemoryEventStore): Promise<void> => {
    const folder = mkdtempSync(join(tmpdir(), 'daicho-replay-'));
    const replayed = SqliteViews.open(join(folder, 'views.db'));
    await fill(replayed, store, catalogue);
    expect(await replayed.bookmark()).toEqual(await views.bookmark());
    expect(await compareViews(views, replayed)).toMatchObject({ different: 0 });
    await replayed.close();
    rmSync(folder, { recursive: true });
  };

  it('begins once, whoever starts first, and one of all leads', async () => {
    const database = await postgres.database();
    const all = await Promise.all(Array.from({ length: 8 }, () => open(database)));
    expect(await postgres.copies(database)).toEqual(['daicho_views_1']);
    for (let round = 0; round < 3; round++) {
      const leading = await Promise.all(all.map((views) => views.lead()));
      expect(leading.filter((leads) => leads)).toHaveLength(1);
    }
  });

  it('is led by another when the session of the leader ends, and refuses the former one', async () => {
    const database = await postgres.database();
    const [former, next] = [await open(database), await open(database)];
    await former.apply([projected(1)]);
    expect([await former.lead(), await next.lead()]).toEqual([true, false]);
    await expect(next.apply([projected(2)])).rejects.toMatchObject({ code: 'NOT_LEADING' });

    await endTheLeader(database);
    await until(() => next.lead(), TAKE_OVER_MS_MAX);
    await expect(former.apply([projected(2)])).rejects.toMatchObject({ code: 'NOT_LEADING' });
    expect(await former.lead()).toBe(false);
    await next.apply([projected(2)]);
    expect(await former.bookmark()).toMatchObject({ events: 2 });
  });

  it('takes nothing from a leader that loses its session in the middle of a batch', async () => {
    const database = await postgres.database();
    const [former, next] = [await open(database), await open(database)];
    await former.apply([projected(1)]);
    let release: () => void = () => undefined;
    const held = postgres.during(database, async (ask) => {
      await ask('BEGIN');
      await ask('SELECT FROM daicho_views_1.bookmark FOR UPDATE');
      await new Promise<void>((resolve) => (release = resolve));
    });
    await sleep(200);
    const refused = expect(former.apply([projected(2)])).rejects.toMatchObject({ code: 'VIEWS_UNREACHABLE' });
    await sleep(200);
    await endTheLeader(database);
    await refused;
    release();
    await held;
    await until(() => next.lead(), TAKE_OVER_MS_MAX);
    expect(await next.bookmark()).toMatchObject({ events: 1 });
    await next.apply([projected(2)]);
    await expect(next.apply([projected(2)])).rejects.toMatchObject({ code: 'OUT_OF_ORDER' });
    expect(await next.trail.count({ scope: 'toride-5', known: positionOf(9) })).toBe(2);
  });

  it('is led by another when the leader is frozen, and refuses it when it thaws', async () => {
    const database = await postgres.database();
    const frozen = spawn(process.execPath, [`--import=${LOADER}`, LEADING_PROCESS, database], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const told = createInterface({ input: frozen.stdout });
    expect(await once(told, 'line')).toEqual(['leads']);
    const next = await open(database);
    expect(await next.lead()).toBe(false);
    frozen.kill('SIGSTOP');
    await until(() => next.lead(), TAKE_OVER_MS_MAX);
    await next.apply([projected(1)]);
    frozen.kill('SIGCONT');
    frozen.stdin.end('apply\n');
    // It knows already, or learns it now.
    expect((await once(told, 'line'))[0]).toMatch(/^(NOT_LEADING|VIEWS_UNREACHABLE)$/);
    await once(frozen, 'exit');
    expect(await next.bookmark()).toMatchObject({ events: 1 });
  });

  it('is led by another when the leader is cut off, which both ends notice by themselves', async () => {
    const database = await postgres.database();
    const line = await SilentLine.to(postgres.port);
    const name = new URL(database).pathname.slice(1);
    const cutOff = await PostgresViews.open(postgres.connectionString(name, { port: line.port }));
    const next = await open(database);
    expect([await cutOff.lead(), await next.lead()]).toEqual([true, false]);
    line.cut();
    const [lost] = await Promise.all([
      until(
        () =>
          cutOff
            .lead()
            .catch(() => false)
            .then((leads) => !leads),
        TAKE_OVER_MS_MAX,
      ),
      until(() => next.lead(), TAKE_OVER_MS_MAX),
    ]);
    expect(lost).toBeUndefined();
    await expect(cutOff.apply([projected(1)])).rejects.toMatchObject({ code: 'VIEWS_UNREACHABLE' });
    await next.apply([projected(1)]);
    await line.close();
    await cutOff.close();
  });

  it('goes on by itself when PostgreSQL was restarted while events came, and nothing is there twice', async () => {
    const database = await postgres.database();
    const ledger = new MemoryLedger();
    const store = new MemoryEventStore(undefined, ledger);
    const projectors = await Promise.all(
      [1, 2].map(async () => new Projector(new MemoryEventStore(undefined, ledger), await open(database), catalogue)),
    );
    for (const projector of projectors) projector.start();
    const ROUNDS = 60;
    for (let n = 0; n < ROUNDS; n++) {
      await store.append(STREAM, n === 0 ? 'no-stream' : n * 20 - 1, events(`restart ${n}`, 20));
      if (n === 20) await postgres.shutDown();
      if (n === 35) await postgres.startAgain();
      await sleep(20);
    }
    const head = await store.head();
    await Promise.all(projectors.map((projector) => projector.waitFor(head, 30_000)));
    for (const projector of projectors) {
      expect(await projector.health()).toMatchObject({ caughtUp: true, position: head });
      await expectAsReplayed(projector.views, store);
    }
    for (const projector of projectors) await projector.stop();
  });

  it('stands still while the disk is full, says so, and goes on when there is room again', async () => {
    const database = await postgres.database();
    const store = new MemoryEventStore();
    const projector = new Projector(store, await open(database), catalogue);
    await store.append(STREAM, 'no-stream', events('before', 3));
    projector.start();
    await projector.waitFor(await store.head(), 5_000);
    await postgres.ask(
      database,
      `CREATE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;
       CREATE TRIGGER disk_full BEFORE INSERT ON daicho_views_1.assertion EXECUTE FUNCTION disk_full()`,
    );
    const { position } = await store.append(STREAM, 2, events('while full', 3));
    await until(async () => (await projector.health()).error !== undefined, 5_000);
    expect(await projector.health()).toMatchObject({
      caughtUp: false,
      head: position,
      error: {
        code: 'VIEWS_REFUSED',
        message: expect.stringMatching(/ディスクがいっぱい.* \/ .*is full, make room: .*No space left on device/),
      },
    });
    expect(await projector.views.bookmark()).toMatchObject({ events: 3 });
    await postgres.ask(database, 'DROP TRIGGER disk_full ON daicho_views_1.assertion');
    await projector.waitFor(position, 15_000);
    await expectAsReplayed(projector.views, store);
    await projector.stop();
  });

  it('wakes who listens, also after the connection for it was lost', async () => {
    const database = await postgres.database();
    const [one, other] = [await open(database), await open(database)];
    let woken = 0;
    const stop = other.onFed(() => woken++);
    await until(() => Promise.resolve(woken > 0), 5_000);
    for (const n of [1, 2]) {
      woken = 0;
      await one.apply([projected(n)]);
      await until(() => Promise.resolve(woken > 0), 5_000);
      await postgres.ask(database, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query ~ '^LISTEN'`);
      woken = 0;
      await until(() => Promise.resolve(woken > 0), 5_000);
    }
    stop();
  });

  it('is built again beside the one in use while that is read, and dropped only when it is not', async () => {
    const database = await postgres.database();
    const [live, other] = [await open(database), await open(database)];
    const store = new MemoryEventStore();
    for (let n = 0; n < 10; n++)
      await store.append(STREAM, n === 0 ? 'no-stream' : n * 500 - 1, events(`rebuild ${n}`, 500));
    await fill(live, store, catalogue);
    const head = await store.head();
    const before = await lines(live, head);

    const reader = live.dump(head)[Symbol.asyncIterator]();
    const read = [(await reader.next()).value as string];
    const copy = await other.newCopy();
    await fill(copy.views, store, catalogue);
    expect(await compareViews(copy.views, live)).toMatchObject({ different: 0, rows: before.length });
    await copy.use();
    await Promise.all([live.refresh(), other.refresh()]);
    expect(await live.bookmark()).toMatchObject({ position: head });
    expect(await lines(live, head)).toEqual(before);

    // Whoever opens later finds a copy that has had its time; it stays while it is read.
    await postgres.ask(database, `UPDATE daicho.views SET since = since - interval '1 hour'`);
    expect(await live.dropFormerCopies().catch(() => 'it is read')).toBe('it is read');
    expect(await postgres.copies(database)).toEqual(['daicho_views_1', 'daicho_views_2']);
    for (let next = await reader.next(); next.done !== true; next = await reader.next()) read.push(next.value);
    expect(read).toEqual(before);

    const filling = await other.newCopy();
    await live.dropFormerCopies();
    expect(await postgres.copies(database)).toEqual(['daicho_views_2', 'daicho_views_3']);

    // Who was filling it has died.
    await postgres.ask(
      database,
      `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = 1145260112 AND objid = 3`,
    );
    await expect(filling.use()).rejects.toMatchObject({ code: 'VIEWS_UNREACHABLE' });
    await live.dropFormerCopies();
    expect(await postgres.copies(database)).toEqual(['daicho_views_2']);
  });

  it('answers more questions at once than it has connections', async () => {
    const database = await postgres.database();
    const views = await open(database);
    await views.apply([projected(1)]);
    const question = {
      scope: 'toride-5',
      subject: 'measure/1-1-1',
      attribute: 'status',
      day: '2026-11-23',
      position: positionOf(1),
    };
    const answers = await Promise.all(Array.from({ length: 200 }, () => views.timeline.ask([question])));
    expect(answers.every(([fact]) => fact?.eventId === recorded(1).id)).toBe(true);
    const [used] = await postgres.ask(
      database,
      `SELECT count(*)::integer AS connections FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'daicho'`,
    );
    expect(used?.['connections']).toBeLessThanOrEqual(11);
  });

  it('holds positions to 2^63, and text as it is: keys in their order, U+0000, no language', async () => {
    const database = await postgres.database();
    const views = await open(database);
    const last = positionOf(2n ** 63n - 1n);
    const data = { planKey: 'toride-5', measureNo: '1-1-1', status: '\0', z: 1, a: '\ud83d\ude00', '10': 2 };
    const strange = projected(1);
    await views.apply([
      { ...strange, event: { ...strange.event, position: positionOf(2n ** 53n + 1n) } },
      { ...strange, event: { ...strange.event, position: last, revision: 1, data } },
    ]);
    expect((await views.bookmark()).position).toBe(last);
    const beyond = positionOf(10n ** 20n - 1n);
    const [entry] = await views.trail.page({ scope: 'toride-5', known: beyond }, { limit: 1, newestFirst: true });
    expect(entry?.event.position).toBe(last);
    expect(JSON.stringify(entry?.event.data)).toBe(JSON.stringify(data));
    expect((await views.trail.entries([positionOf(2n ** 53n + 1n)], beyond))[0]?.event.position).toBe(
      positionOf(2n ** 53n + 1n),
    );
    const nothing = { subject: 'measure/1-1-1', attribute: 'status', day: '2027-01-01', position: beyond };
    expect(await views.timeline.ask([{ scope: 'toride-5\0', ...nothing }])).toEqual([undefined]);
  });

  describe('says what is wrong, in one sentence without the password', () => {
    const SECRET = 'never-shown';
    let database: string;
    let name: string;
    beforeAll(async () => {
      database = await postgres.database();
      name = new URL(database).pathname.slice(1);
      await postgres.ask(database, `CREATE ROLE reader LOGIN PASSWORD '${SECRET}'`);
    });

    it.each<[string, string, () => string | Promise<string>]>([
      ['a wrong password', 'VIEWS_REFUSED', () => postgres.connectionString(name, { password: SECRET })],
      ['another user', 'VIEWS_REFUSED', () => postgres.connectionString(name, { user: 'nobody', password: SECRET })],
      ['no such database', 'VIEWS_REFUSED', () => postgres.connectionString('nothing')],
      ['no privilege', 'VIEWS_REFUSED', () => postgres.connectionString(name, { user: 'reader', password: SECRET })],
      [
        'nobody at the port',
        'VIEWS_UNREACHABLE',
        async () => postgres.connectionString(name, { port: await freePort() }),
      ],
      ['no such host', 'VIEWS_UNREACHABLE', () => `postgres://daicho:${SECRET}@nowhere.invalid/daicho`],
      ['no URL', 'VIEWS_UNREACHABLE', () => `daicho:${SECRET}@localhost/daicho`],
      ['a port that is none', 'VIEWS_UNREACHABLE', () => `postgres://daicho:${SECRET}@localhost:port/daicho`],
      ['a sign in the password', 'VIEWS_UNREACHABLE', () => `postgres://daicho:5432/${SECRET}@localhost/daicho`],
      ['another sign in it', 'VIEWS_UNREACHABLE', () => `postgres://daicho:5432#${SECRET}@localhost/daicho`],
      ['an option with a typo', 'VIEWS_UNREACHABLE', () => `${postgres.connectionString(name)}?ssmode=require`],
      ['a mode of TLS that is none', 'VIEWS_UNREACHABLE', () => `${postgres.connectionString(name)}?sslmode=reqiure`],
      ['a password as an option', 'VIEWS_UNREACHABLE', () => `${postgres.connectionString(name)}?password=${SECRET}`],
    ])('%s: %s', async (_, code, connectionString) => {
      const refused = await PostgresViews.open(await connectionString()).catch((error: unknown) => error);
      expect(refused).toMatchObject({ name: 'ViewsError', code });
      expect((refused as Error).message).toMatch(/^[^\n]+ \/ [^\n]+$/);
      expect(String((refused as Error).stack)).not.toContain(SECRET);
      expect(await postgres.copies(database)).toEqual([]);
    });

    it('a server that says nothing: VIEWS_UNREACHABLE, in time', async () => {
      const line = await SilentLine.to(postgres.port);
      line.cut();
      await expect(PostgresViews.open(postgres.connectionString(name, { port: line.port }))).rejects.toMatchObject({
        code: 'VIEWS_UNREACHABLE',
      });
      await line.close();
    });

    it('views of a newer version: VIEWS_TOO_NEW, and nothing is written; of an older one: built again', async () => {
      const shared = await postgres.database();
      const views = await open(shared);
      await views.apply([projected(1)]);
      await postgres.ask(shared, 'UPDATE daicho.views SET version = version + 1');
      await expect(PostgresViews.open(shared)).rejects.toMatchObject({ code: 'VIEWS_TOO_NEW' });
      expect(await postgres.copies(shared)).toEqual(['daicho_views_1']);
      // One that runs already lets go of the lead.
      await expect(views.refresh()).rejects.toMatchObject({ code: 'VIEWS_TOO_NEW' });
      await postgres.ask(shared, 'UPDATE daicho.views SET version = 0');
      const notices: string[] = [];
      const newer = await PostgresViews.open(shared, { onNotice: (notice) => notices.push(notice) });
      opened.push(newer);
      expect(notices).toHaveLength(1);
      expect(await newer.lead()).toBe(true);
      expect(await newer.bookmark()).toMatchObject({ events: 0 });
    });
  });
});
