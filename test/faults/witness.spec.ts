import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeLogKey, readLogKey } from '../../src/evidence/log-key.js';
import { cosignNote, generateSigningKey, parseNote, parseSigningKey } from '../../src/ledger/note.js';
import { ApiProcess } from '../support/api-process.js';
import { Daicho, type Answer } from '../support/daicho.js';
import { itemAt } from '../support/item-at.js';
import { until } from '../support/until.js';
import { witnessFile, WitnessServer, type Behaviour } from '../support/witness.js';

const ORIGIN = 'city.example.lg.jp/daicho';
const NOW = '2026-11-25T10:00:00+09:00';
const seconds = (): bigint => BigInt(Date.parse(NOW) / 1_000);
const STATUS = { planKey: 'toride-5', status: '継続', effectiveOn: '2026-11-01' };

const say =
  (status: number, body: string, headers: Record<string, string> = {}): Behaviour =>
  (answer) =>
    answer.writeHead(status, headers).end(body);
const size = { 'content-type': 'text/x.tlog.size' };
/** Begins an answer, and goes on for as long as anybody listens. */
const endless = (answer: ServerResponse): void => {
  answer.writeHead(200);
  const more = setInterval(() => answer.write('— w x\n'.repeat(10_000)), 10);
  answer.once('close', () => {
    clearInterval(more);
  });
};
const stranger = parseSigningKey(generateSigningKey('stranger.example', 'cosignature'));
const textIn = (checkpoint: string): string => parseNote(checkpoint).text;

describe('A witness that is not to be believed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'daicho-lying-'));
  const logKey = join(folder, 'key');
  const witnesses: WitnessServer[] = [];
  const notices: string[] = [];
  let daicho: Daicho;

  /** What it does, and what is told of it. */
  const LIES: [name: string, code: string, behave: Behaviour][] = [
    ['wrong-key', 'NOT_COSIGNED', (answer, { checkpoint }) => answer.end(cosignNote(textIn(checkpoint), stranger, 1n))],
    [
      'name-of-another',
      'BAD_COSIGNATURE',
      (answer, { checkpoint }, { key: { verifier } }) =>
        answer.end(cosignNote(textIn(checkpoint), { verifier, privateKey: stranger.privateKey }, seconds())),
    ],
    [
      'another-head',
      'BAD_COSIGNATURE',
      (answer, { checkpoint }, witness) => answer.end(witness.cosign(textIn(checkpoint).replace(/\n\d+\n/, '\n1\n'))),
    ],
    [
      'longer-text',
      'MALFORMED_ANSWER',
      (answer, { checkpoint }, witness) => answer.end(`more\n\n${witness.cosign(`${textIn(checkpoint)}\nmore\n`)}`),
    ],
    ['garbage', 'MALFORMED_ANSWER', say(200, '<!doctype html>')],
    ['endless', 'MALFORMED_ANSWER', endless],
    ['broken-off', 'UNREACHABLE', (answer) => answer.writeHead(200, { 'content-length': '100' }).destroy()],
    ['silent', 'UNREACHABLE', () => undefined],
    [
      'redirect',
      'UNEXPECTED_ANSWER',
      (answer) => answer.writeHead(307, { location: `${itemAt(witnesses, 0).url}/add-checkpoint` }).end(),
    ],
    ['overloaded', 'UNEXPECTED_ANSWER', say(503, '')],
    [
      'same-size',
      'UNEXPECTED_ANSWER',
      (answer, { oldSize }) => answer.writeHead(409, size).end(`${String(oldSize)}\n`),
    ],
    ['size-of-no-type', 'MALFORMED_ANSWER', say(409, '7\n')],
    ['far-ahead', 'ROLLED_BACK', say(409, '9007199254740991\n', size)],
    ['stranger', 'UNKNOWN_LOG', say(404, '')],
    ['old-key', 'UNKNOWN_KEY', say(403, '')],
    ['other-history', 'FORKED', say(422, '')],
    ['deaf', 'BAD_REQUEST', say(400, '')],
  ];

  beforeAll(() => {
    makeLogKey(logKey, ORIGIN);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  afterEach(async () => {
    await daicho.stop();
    for (const witness of witnesses.splice(0)) await witness.dispose();
  });

  const asked = async (lies: typeof LIES): Promise<void> => {
    const key = readLogKey(logKey).verifier.vkey;
    for (const [name, , behave] of [['honest', '', undefined] as const, ...lies]) {
      const witness = await WitnessServer.start(name, [key], seconds);
      witness.behave = behave;
      witnesses.push(witness);
    }
    const file = witnessFile(join(folder, 'witnesses.yaml'), 1, witnesses);
    const onNotice = (notice: string): number => notices.push(notice);
    daicho = await Daicho.withToride(NOW, { logKey, witnesses: file }, { onNotice });
    const ask = '{ ledger { checkpoint { size } witnesses { name lastCosignedSize problem { code } } } }';
    // Nobody waits for those who are silent.
    await daicho.record('changeMeasureStatus', { ...STATUS, measureNo: '1-1-1' });
    const first = (await daicho.ask(ask)).data.ledger;
    expect(first.checkpoint.size).toBeGreaterThan(200);
    const isSettled = ({ name, lastCosignedSize, problem }: Answer): boolean =>
      name === 'honest' ? lastCosignedSize === first.checkpoint.size : problem !== null;
    await until(async () => (await daicho.ask(ask)).data.ledger.witnesses.every(isSettled));
    const { ledger } = (await daicho.ask(ask)).data;
    expect(ledger.witnesses).toEqual([
      { name: 'honest', lastCosignedSize: first.checkpoint.size, problem: null },
      ...lies.map(([name, code]) => ({ name, lastCosignedSize: null, problem: { code } })),
    ]);
    const head = (await daicho.ask('{ ledger { witnessedCheckpoint { note witnesses } } }')).data.ledger;
    expect(head.witnessedCheckpoint.witnesses).toEqual(['honest']);
    expect(parseNote(head.witnessedCheckpoint.note).signatures.map(({ name }) => name)).toEqual([ORIGIN, 'honest']);
  };

  it('is not, whatever it answers', () => asked(LIES.slice(0, 8)));

  it('is not, whatever it refuses; what may be a rollback or a fork is said in plain words', async () => {
    await asked(LIES.slice(8));
    const told = (name: string): string => notices.filter((notice) => notice.startsWith(name)).join('\n');
    expect(told('far-ahead')).toMatch(/古いバックアップから戻されたおそれ.*put back from an older copy/);
    expect(told('other-history')).toMatch(/別の歴史.*written anew/);
    // Who was redirected to has not been asked in the name of the other.
    expect(itemAt(witnesses, 0).requests.every(([, status]) => status === 200)).toBe(true);
  });
});

describe('A ledger that is put back from an older copy', () => {
  const folder = mkdtempSync(join(tmpdir(), 'daicho-restored-'));
  const logKey = join(folder, 'key');
  let witness: WitnessServer;
  let daicho: Daicho;
  const notices: string[] = [];

  beforeAll(async () => {
    makeLogKey(logKey, ORIGIN);
    witness = await WitnessServer.start('witness.example', [readLogKey(logKey).verifier.vkey], seconds);
    const witnesses = witnessFile(join(folder, 'witnesses.yaml'), 1, [witness]);
    const onNotice = (notice: string): number => notices.push(notice);
    daicho = await Daicho.withToride(NOW, { logKey, witnesses, ledger: undefined }, { onNotice });
  });
  afterAll(async () => {
    await daicho.stop();
    await witness.dispose();
    rmSync(folder, { recursive: true });
  });

  const cosigned = async (): Promise<number> => {
    const { size } = (await daicho.ask('{ ledger { checkpoint { size } } }')).data.ledger.checkpoint;
    await until(async () => (await standing()).lastCosignedSize === size);
    return size;
  };
  const standing = async (): Promise<Answer> =>
    (await daicho.ask('{ ledger { witnesses { lastCosignedSize problem { code message } } } }')).data.ledger
      .witnesses[0];
  const change = (measureNo: string): Promise<Answer> => daicho.record('changeMeasureStatus', { ...STATUS, measureNo });

  it('is told by the witness at once, and when it goes on, whatever is entered', async () => {
    const before = await cosigned();
    const copy = join(folder, 'copy');
    await daicho.restart(() => {
      cpSync(daicho.folder, copy, { recursive: true });
    });
    for (const measureNo of ['1-1-1', '1-1-2']) await change(measureNo);
    expect(await cosigned()).toBe(before + 2);

    await daicho.restart(() => {
      rmSync(daicho.folder, { recursive: true });
      cpSync(copy, daicho.folder, { recursive: true });
    });
    await until(async () => (await standing()).problem?.code === 'ROLLED_BACK');
    expect(notices.at(-1)).toContain('do not rely on this ledger as evidence');
    // Asked again, it says the same: what it signed of the older copy does not speak against that.
    const requests = witness.requests.length;
    daicho.itIsNow('2026-11-25T10:01:00+09:00');
    await until(() => witness.requests.length > requests);
    await until(async () => (await standing()).problem !== null);
    expect((await standing()).problem.code).toBe('ROLLED_BACK');
    expect(notices.filter((notice) => notice.includes('can be brought to'))).toEqual([]);

    // It has grown past what the witness saw, with other events.
    for (const measureNo of ['1-2-1', '1-2-2', '1-3-1']) await change(measureNo);
    daicho.itIsNow('2026-11-25T12:00:00+09:00');
    await daicho.ask('{ ledger { checkpoint { size } } }');
    await until(async () => (await standing()).problem?.code === 'FORKED');
    expect((await standing()).problem.message).toContain('古いバックアップ');
    expect((await standing()).lastCosignedSize).toBe(before);
  });
});

describe('A process that is killed when the witness has signed and nobody knows', () => {
  it('asks again, and has the signature', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'daicho-killed-'));
    const logKey = join(folder, 'key');
    makeLogKey(logKey, ORIGIN);
    const witness = await WitnessServer.start('witness.example', [readLogKey(logKey).verifier.vkey]);
    const daicho = new ApiProcess(undefined, undefined, {
      DAICHO_LOG_KEY: logKey,
      DAICHO_WITNESSES: witnessFile(join(folder, 'witnesses.yaml'), 1, [witness]),
    });
    witness.onKept = () => {
      daicho.signal('SIGKILL');
    };
    await daicho.start();
    await until(() => !daicho.isRunning);
    witness.onKept = () => undefined;
    const ask = '{ ledger { checkpoint { size } witnesses { lastCosignedSize problem { code } } } }';
    let ledger: Answer;
    await daicho.start();
    await until(async () => {
      ({ ledger } = (await daicho.ask(ask)).data);
      return ledger.witnesses[0].lastCosignedSize === ledger.checkpoint.size;
    });
    expect(ledger.witnesses[0].problem).toBeNull();
    // What it had signed was kept by nobody; it names it, and goes on from there.
    const [first, second, third] = witness.requests;
    expect([first, second, third]).toEqual([
      [0, 200],
      [0, 409],
      [expect.any(Number), 200],
    ]);

    await daicho.dispose();
    await witness.dispose();
    rmSync(folder, { recursive: true });
  });
});
