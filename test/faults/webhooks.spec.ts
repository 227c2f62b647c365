import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiProcess } from '../support/api-process.js';
import { Daicho, type Answer } from '../support/daicho.js';
import { ledgerOn } from '../support/eventstoredb.js';
import { EventStoreDbDouble } from '../support/eventstoredb-double.js';
import { PostgresUnderTest } from '../support/postgres.js';
import { run } from '../support/program.js';
import { until } from '../support/until.js';
import { SECRET, verified, WebhookReceiver, webhooksOf, type Reply } from '../support/webhook-receiver.js';

const DAY_MS = 24 * 3_600_000;

const status =
  (code: number, headers: Record<string, string> = {}): Reply =>
  (answer) =>
    answer.writeHead(code, headers).end();
const silence: Reply = () => undefined;
/** Begins an answer, and goes on for as long as anybody listens. */
const endless: Reply = (answer) => {
  answer.writeHead(200);
  const more = setInterval(() => answer.write('x'.repeat(65_536)), 10);
  answer.once('close', () => {
    clearInterval(more);
  });
};

describe('whoever wants to be told and is out of order', () => {
  const NAMES = ['fine', 'down', 'gone', 'moved', 'slow', 'endless', 'never'] as const;
  type Name = (typeof NAMES)[number];
  const receivers = new Map<Name, WebhookReceiver>();
  const notices: string[] = [];
  let daicho: Daicho;
  let nowMs = Date.parse('2027-04-05T00:00:00Z');
  const the = (name: Name): WebhookReceiver => {
    const receiver = receivers.get(name);
    if (!receiver) throw new Error(name);
    return receiver;
  };
  const typesAt = (name: Name): string[] => the(name).received.map(({ type }) => type);
  const later = (ms: number): void => {
    nowMs += ms;
    daicho.itIsNow(new Date(nowMs).toISOString());
  };
  const noticed = (pattern: RegExp): Promise<void> => until(() => notices.some((notice) => pattern.test(notice)));
  const command = async (...args: string[]): Promise<Answer> =>
    JSON.parse((await run(['cli', '--data', daicho.folder, '--json', 'webhook', ...args])).out);
  const troubled = async (): Promise<Answer[]> => (await command('status')).troubled;

  beforeAll(async () => {
    for (const name of NAMES) receivers.set(name, await WebhookReceiver.start());
    const endpoints = NAMES.map((name) => ({
      ...{ name, url: the(name).url, secret: SECRET, events: ['round.opened', 'round.closed'] },
    }));
    daicho = await Daicho.withToride(new Date(nowMs).toISOString(), undefined, {
      webhooks: webhooksOf({ endpoints }),
      onNotice: (notice) => notices.push(notice),
    });
  });
  afterAll(async () => {
    await daicho.stop();
    for (const receiver of receivers.values()) await receiver.end();
  });

  it('holds up nobody else', async () => {
    await the('down').end();
    the('gone').replies.push(status(410));
    the('moved').replies.push(status(307, { location: `${the('fine').url}&moved` }));
    the('slow').replies.push(silence);
    the('endless').reply = endless;
    the('never').reply = status(500);
    await daicho.record('openRound', { planKey: 'toride-5', fiscalYear: 2026, deadline: '2027-05-31' });
    await Promise.all(NAMES.filter((name) => name !== 'down').map((name) => the(name).first('round.opened')));
    await noticed(/webhook down:.*ECONNREFUSED/);
  });

  it('is told again after five seconds of Daicho’s clock, with the same id and the same bytes', async () => {
    await noticed(/webhook moved:.*HTTP 307/);
    await noticed(/webhook slow:.*no answer/);
    await the('down').begin();
    later(5_000);
    for (const name of ['moved', 'slow'] as const) {
      const [first, second] = await the(name).until((received) => received.length === 2);
      expect([second?.id, second?.text]).toEqual([first?.id, first?.text]);
      await noticed(new RegExp(`webhook ${name} can be told again`));
    }
    await the('down').first('round.opened');
    expect(typesAt('down')).toEqual(['round.opened']);
  });

  it('is not followed to another address, and of an endless answer only the beginning is read', async () => {
    expect(typesAt('fine')).toEqual(['round.opened']);
    await until(async () =>
      (await command('status')).counts.some(
        (one: Answer) => one.endpoint === 'endless' && one.standing === 'delivered',
      ),
    );
    expect(typesAt('endless')).toEqual(['round.opened']);
  });

  it('is given up after ten attempts in three days, is shown, and is told again on demand', async () => {
    // The second was made above, after five seconds.
    for (let attempts = 3; attempts <= 10; attempts++) {
      await until(async () =>
        (await troubled()).some((one) => one.endpoint === 'never' && one.attempts === attempts - 1),
      );
      later(DAY_MS);
      await the('never').until((received) => received.length === attempts);
    }
    await noticed(/given up: round\.opened to webhook never/);
    expect(await troubled()).toEqual([
      {
        ...{ endpoint: 'never', id: the('fine').received[0]?.id, type: 'round.opened' },
        ...{ standing: 'failed', attempts: 10, error: 'HTTP 500' },
      },
    ]);
    the('never').reply = status(200);
    // The command goes by the real clock, which is behind the story's.
    expect(await command('retry', 'never')).toMatchObject({ again: 1 });
    await until(async () => (await troubled()).length === 0);
    expect(typesAt('never')).toHaveLength(11);
  });

  it('is left alone after 410 Gone until the next start, and then told all of it', async () => {
    await daicho.record('closeRound', { planKey: 'toride-5', fiscalYear: 2026 });
    await the('fine').first('round.closed');
    await daicho.restartWithoutViews();
    await the('gone').first('round.closed');
    expect(typesAt('gone')).toEqual(['round.opened', 'round.opened', 'round.closed']);
    expect(typesAt('fine')).toEqual(['round.opened', 'round.closed']);
  });
});

const OPEN = `mutation ($input: OpenRoundInput!) { openRound(input: $input) { receipt { position } problems { code } } }`;
const CLOSE = `mutation ($input: CloseRoundInput!) { closeRound(input: $input) { receipt { position } problems { code } } }`;

/** By the real clock. */
const inAMonth = (): string => new Date(Date.now() + 30 * DAY_MS).toISOString().slice(0, 10);

describe('a process that tells others', () => {
  let receiver: WebhookReceiver;
  let folder: string;
  let environment: Record<string, string>;
  const year = { planKey: 'toride-5', fiscalYear: 2025 };
  beforeEach(async () => {
    receiver = await WebhookReceiver.start();
    folder = mkdtempSync(join(tmpdir(), 'daicho-webhooks-'));
    const file = join(folder, 'webhooks.yaml');
    const events = ['round.opened', 'round.closed'];
    writeFileSync(file, JSON.stringify({ endpoints: [{ name: 'chat', url: receiver.url, secret: SECRET, events }] }));
    environment = { DAICHO_WEBHOOKS: file };
  });
  afterEach(async () => {
    await receiver.end();
    rmSync(folder, { recursive: true });
  });
  const open = async (process: ApiProcess, period: string): Promise<void> => {
    const { data, errors } = await process.ask(OPEN, { input: { ...year, period, deadline: inAMonth() } });
    if (errors !== undefined || data.openRound.receipt === null) throw new Error(JSON.stringify({ data, errors }));
  };
  const periodsTold = (): string[] => [...new Set(receiver.received.map(({ data }) => data.period))];

  it('loses nothing when it is killed: what was under way, and what had only just been recorded, is told by the next', async () => {
    const process = new ApiProcess(undefined, undefined, environment);
    await process.start();
    receiver.replies.push(silence);
    await open(process, 'HALF1');
    await receiver.until((received) => received.length === 1);
    await process.end('SIGKILL');
    await process.start();
    const [first, second] = await receiver.until((received) => received.length === 2);
    expect([second?.id, second?.text]).toEqual([first?.id, first?.text]);
    for (const period of ['HALF2', 'Q1', 'Q2']) {
      await open(process, period);
      await process.end('SIGKILL');
      await process.start();
    }
    await receiver.until(() => periodsTold().length === 4);
    await process.ask(CLOSE, { input: { ...year, period: 'Q2' } });
    await receiver.first('round.closed');
    expect(periodsTold()).toEqual(['HALF1', 'HALF2', 'Q1', 'Q2']);
    for (const one of receiver.received) expect(verified(one)).toEqual(JSON.parse(one.text));
    expect(process.printed).not.toContain('whsec_');
    await process.dispose();
  });

  it('is one of two on the same stores, and when it is killed the other goes on', async () => {
    const double = await EventStoreDbDouble.start();
    const postgres = await PostgresUnderTest.start();
    const stores = [ledgerOn(double.connectionString), await postgres.database()] as const;
    const [one, other] = [new ApiProcess(...stores, environment), new ApiProcess(...stores, environment)];
    await one.start();
    await other.start();
    await open(other, 'HALF1');
    await receiver.until((received) => received.length === 1);
    await open(one, 'HALF2');
    await receiver.until((received) => received.length === 2);
    const [leader, follower] = (await one.health()).role === 'leader' ? [one, other] : [other, one];
    await leader.end('SIGKILL');
    await open(follower, 'Q1');
    await receiver.until((received) => received.length === 3);
    await follower.ask(CLOSE, { input: { ...year, period: 'Q1' } });
    await receiver.first('round.closed');
    expect(receiver.received.map(({ type, data }) => `${type} ${data.period}`)).toEqual([
      'round.opened HALF1',
      'round.opened HALF2',
      'round.opened Q1',
      'round.closed Q1',
    ]);
    await one.dispose();
    await other.dispose();
    await postgres.stop();
    await double.stop();
  });
});
