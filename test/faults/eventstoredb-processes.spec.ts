import { setTimeout as sleep } from 'node:timers/promises';
import { EventStoreDbEventStore } from '../../src/adapters/eventstoredb/eventstoredb-event-store.js';
import { MemoryViews } from '../../src/adapters/memory/memory-views.js';
import { PostgresViews } from '../../src/adapters/postgres/postgres-views.js';
import { catalogue } from '../../src/catalogue.js';
import { compareViews, fill } from '../../src/eventsourcing/rebuild.js';
import { ApiProcess } from '../support/api-process.js';
import type { Answer } from '../support/daicho.js';
import { ledgerOn, REAL_EVENTSTOREDB } from '../support/eventstoredb.js';
import { EventStoreDbDouble } from '../support/eventstoredb-double.js';
import { PostgresUnderTest } from '../support/postgres.js';

const ROUNDS = Number(process.env['DAICHO_KILL_ROUNDS'] ?? 8);
const WRITERS = 6;
const TAKE_OVER_MS_MAX = 15_000;
const CHANGE = `mutation ($input: ChangeMeasureStatusInput!) {
  changeMeasureStatus(input: $input) { receipt { position eventIds } problems { code } measure { status { reason } } }
}`;
/** Does not ask for what becomes visible later. */
const UNSEEN = `mutation ($input: ChangeMeasureStatusInput!) {
  changeMeasureStatus(input: $input) { receipt { position } problems { code } }
}`;
const REASON = `query ($no: String!, $position: Position!) {
  plan(key: "toride-5", asOf: { position: $position }) { measure(no: $no) { status { reason } } }
}`;

describe('two API processes on one EventStoreDB and one PostgreSQL', () => {
  let double: EventStoreDbDouble;
  let postgres: PostgresUnderTest;
  let ledger: string;
  let views: string;
  let one: ApiProcess;
  let other: ApiProcess;
  const started: ApiProcess[] = [];
  let named = 0;

  beforeAll(async () => {
    double = await EventStoreDbDouble.start();
    postgres = await PostgresUnderTest.start();
    const [server = double.connectionString] = REAL_EVENTSTOREDB;
    ledger = ledgerOn(server);
    views = await postgres.database();
    // Both find the ledger empty, and load the plan: it is loaded once.
    [one, other] = [new ApiProcess(ledger, views), new ApiProcess(ledger, views)];
    started.push(one, other);
    await Promise.all(started.map((process) => process.start()));
  });
  afterAll(async () => {
    await Promise.all(started.map((process) => process.dispose()));
    await postgres.stop();
    await double.stop();
  });

  const change = (measureNo: string, reason: string): object => ({
    input: { planKey: 'toride-5', measureNo, status: '継続', reason, clientMutationId: `${reason} ${String(++named)}` },
  });
  const recorded = async (by: ApiProcess, measureNo: string, reason: string): Promise<Answer> => {
    const { data, errors } = await by.ask(CHANGE, change(measureNo, reason));
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    expect(data.changeMeasureStatus.measure.status.reason).toBe(reason);
    return data.changeMeasureStatus.receipt;
  };
  const until = async (holds: () => Promise<boolean>): Promise<void> => {
    const started = performance.now();
    while (!(await holds())) {
      if (performance.now() - started > TAKE_OVER_MS_MAX) throw new Error('not in time');
      await sleep(50);
    }
  };
  const leads = async (process: ApiProcess): Promise<boolean> => (await process.health()).role === 'leader';
  const inOrder = async (): Promise<readonly [leader: ApiProcess, follower: ApiProcess]> =>
    (await leads(one)) ? [one, other] : [other, one];

  it('both are ready, one of them leads, and the plan is there once', async () => {
    await until(async () => (await one.health()).status === 'ok' && (await other.health()).status === 'ok');
    const health = await Promise.all([one.health(), other.health()]);
    expect(health.map(({ role }: Answer) => role).toSorted()).toEqual(['follower', 'leader']);
    expect(health[0].head).toBe(health[1].head);
    expect((await one.ask('{ ledger { size } }')).data.ledger.size).toBe(208);
  });

  it('what is recorded through one is visible through the other, by the position of its receipt', async () => {
    for (let i = 0; i < 10; i++) {
      const [by, to] = i % 2 === 0 ? [one, other] : [other, one];
      const { position } = await recorded(by, '1-2-1', `visible ${String(i)}`);
      const { data } = await to.ask(REASON, { no: '1-2-1', position });
      expect(data.plan.measure.status.reason).toBe(`visible ${String(i)}`);
    }
  });

  it('many commands through both on one measure are all recorded, and none is told of a conflict', async () => {
    const answers = await Promise.all(
      Array.from({ length: 24 }, (_, i) =>
        (i % 2 === 0 ? one : other).ask(CHANGE, change('1-1-2', `many ${String(i)}`)),
      ),
    );
    expect(answers.flatMap(({ data }) => data.changeMeasureStatus.problems)).toEqual([]);
    const ids = answers.flatMap(({ data }) => data.changeMeasureStatus.receipt.eventIds);
    expect(new Set(ids).size).toBe(24);
  });

  it('when the leader is killed, the other leads within seconds', async () => {
    const [leader, follower] = await inOrder();
    await leader.end('SIGKILL');
    const { position } = await recorded(follower, '1-1-1', 'after the kill');
    await until(() => leads(follower));
    await leader.start();
    const { data } = await leader.ask(REASON, { no: '1-1-1', position });
    expect(data.plan.measure.status.reason).toBe('after the kill');
    expect(await leads(leader)).toBe(false);
  });

  it('when the leader is frozen, the other leads within seconds; when it goes on, it follows', async () => {
    const [leader, follower] = await inOrder();
    leader.signal('SIGSTOP');
    await until(() => leads(follower));
    const { position } = await recorded(follower, '1-1-1', 'while frozen');
    leader.signal('SIGCONT');
    await until(async () => (await leader.health()).role === 'follower');
    const { data } = await leader.ask(REASON, { no: '1-1-1', position });
    expect(data.plan.measure.status.reason).toBe('while frozen');
  });

  it('when the ledger is silent, health says so in time, a command is told, and all goes on when it speaks again', async () => {
    if (REAL_EVENTSTOREDB.length > 0) return;
    double.freeze();
    const response = await fetch(`${one.url}/health/ready`);
    expect([response.status, (await response.json()).status]).toEqual([503, 'unreachable']);
    const command = one.ask(CHANGE, change('1-1-3', 'through the silence'));
    double.thaw();
    expect((await command).data.changeMeasureStatus.problems).toEqual([]);
    await until(async () => (await one.health()).status === 'ok');
  });

  it('when the leader cannot feed the views, each says so, what to look at, and no place of a server', async () => {
    const [leader, follower] = await inOrder();
    await postgres.ask(
      views,
      `CREATE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = 'disk_full'; END $$;
       CREATE TRIGGER disk_full BEFORE INSERT ON daicho_views_1.assertion EXECUTE FUNCTION disk_full()`,
    );
    const { receipt } = (await follower.ask(UNSEEN, change('1-1-4', 'while the disk is full'))).data
      .changeMeasureStatus;
    await until(async () => (await follower.health()).status === 'behind');
    const [atLeader, atFollower] = [await leader.health(), await follower.health()];
    expect(atLeader).toMatchObject({
      status: 'behind',
      role: 'leader',
      reason: expect.stringMatching(/ \/ .*the log/),
    });
    expect(atFollower).toMatchObject({ role: 'follower', reason: expect.stringMatching(/ \/ another process feeds/) });
    expect(atFollower.lagMs).toBeGreaterThan(0);
    expect(JSON.stringify([atLeader, atFollower])).not.toContain(String(postgres.port));
    await postgres.ask(views, 'DROP TRIGGER disk_full ON daicho_views_1.assertion');
    await until(async () => (await follower.health()).status === 'ok');
    const { data } = await follower.ask(REASON, { no: '1-1-4', position: receipt.position });
    expect(data.plan.measure.status.reason).toBe('while the disk is full');
  });

  it('a graceful stop answers what was sent before it, though somebody listens, and ends with 0', async () => {
    const [leader, follower] = await inOrder();
    const listening = await fetch(`${leader.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: 'subscription { ledgerAppended { position } }' }),
    });
    double.faults.add({ kind: 'slow', ms: 500 }, 'append', 5);
    const sent = await Promise.all(
      Array.from({ length: 5 }, (_, i) => leader.send(CHANGE, change(`1-1-${String(i + 1)}`, 'stopping'))),
    );
    const ended = leader.end();
    const answers = await Promise.all(sent.map(({ answer }) => answer));
    expect(answers.map(({ data }) => data.changeMeasureStatus.problems)).toEqual(answers.map(() => []));
    expect(await ended).toBe(0);
    await listening.body?.cancel().catch(() => undefined);
    await until(() => leads(follower));
    await leader.start();
  });

  it(
    `${String(ROUNDS)} rounds of killing one of them under load: nothing acknowledged is lost, nothing twice, views equal a replay`,
    async () => {
      const acknowledged = new Map<string, { position: string; eventIds: string[] }>();
      let stopping = false;
      const before = (await one.ask('{ ledger { size } }')).data.ledger.size;
      /** Each command is sent again, to whichever process answers, until it is acknowledged. */
      const writer = async (n: number): Promise<void> => {
        for (let i = 0; !stopping; i++) {
          const reason = `writer ${String(n)} ${String(i)}`;
          const variables = change(`1-1-${String((n % 5) + 1)}`, reason);
          for (let attempt = n; !acknowledged.has(reason); attempt++) {
            const through = attempt % 2 === 0 ? one : other;
            const answer: Answer = await through.ask(CHANGE, variables).catch(() => undefined);
            const receipt = answer?.data?.changeMeasureStatus?.receipt;
            if (receipt) acknowledged.set(reason, receipt);
            else if (answer?.data?.changeMeasureStatus?.problems[0] !== undefined) {
              throw new Error(JSON.stringify(answer.data.changeMeasureStatus.problems));
            } else await sleep(20);
          }
        }
      };
      const writing = Promise.all(Array.from({ length: WRITERS }, (_, n) => writer(n)));
      for (let round = 0; round < ROUNDS; round++) {
        const enough = acknowledged.size + 5 + Math.floor(Math.random() * 20);
        while (acknowledged.size < enough) await sleep(1);
        const victim = round % 2 === 0 ? one : other;
        await victim.end('SIGKILL');
        await victim.start();
      }
      stopping = true;
      await writing;

      const store = await EventStoreDbEventStore.open(ledger);
      const live = await PostgresViews.open(views);
      try {
        expect(await store.verify()).toBe(before + acknowledged.size);
        const head = await store.head();
        await until(async () => (await live.bookmark()).position === head);
        const positions = new Map<string, string>();
        const replayed = new MemoryViews();
        await fill(replayed, store, catalogue);
        for (const { event } of await replayed.trail.page(
          { scope: 'toride-5', known: head },
          { limit: 1_000_000, newestFirst: false },
        )) {
          positions.set(event.id, event.position);
        }
        for (const { position, eventIds } of acknowledged.values()) {
          expect(positions.get(eventIds.at(-1) ?? '')).toBe(position);
        }
        expect(await compareViews(live, replayed)).toMatchObject({ different: 0 });
      } finally {
        await live.close();
        await store.close();
      }
    },
    120_000 + ROUNDS * 10_000,
  );
});
