import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { SqliteLogStore } from '../../src/adapters/sqlite/sqlite-log-store.js';
import { openEvidenceLog } from '../../src/app.module.js';
import { catalogue } from '../../src/catalogue.js';
import { Clock } from '../../src/eventsourcing/clock.js';
import type { EventStore } from '../../src/eventsourcing/event-store.js';
import { BEGINNING } from '../../src/eventsourcing/event-store.js';
import { Ledger } from '../../src/eventsourcing/handle.js';
import { EvidenceLog } from '../../src/evidence/evidence-log.js';
import { rotateKey } from '../../src/evidence/key-rotation.js';
import { makeLogKey, readLogKey } from '../../src/evidence/log-key.js';
import type { LogStore } from '../../src/ledger/log-store.js';
import { generateSigningKey } from '../../src/ledger/note.js';
import { openLedger } from '../../src/stores.js';
import { events, ledgerFolder } from '../support/event-stores.js';

const ORIGIN = 'city.example.lg.jp/daicho';

/** Whoever knows the key that a city published believes what follows from it, and nothing else. */
describe('The key of the evidence log', () => {
  const clock = new Clock();
  let folder: ReturnType<typeof ledgerFolder>;
  let store: EventStore;
  let keyFile: string;
  let count = 0;

  beforeEach(async () => {
    folder = ledgerFolder();
    keyFile = join(folder.path, 'log', 'key');
    makeLogKey(keyFile, ORIGIN);
    store = await openLedger(`sqlite:${join(folder.path, 'ledger.db')}`);
  });
  afterEach(async () => {
    await store.close();
    folder.dispose();
  });

  const opened = async (): Promise<EvidenceLog> => {
    const log = await openEvidenceLog({ dataFolder: folder.path }, store, clock, () => undefined);
    if (!log) throw new Error('no log');
    return log;
  };
  const append = (): Promise<unknown> =>
    store.append(`measure/${String(++count)}`, 'no-stream', events(String(count), 1));
  const signed = async (log: EvidenceLog): Promise<string> => {
    await append();
    await log.catchUp();
    return (await log.checkpoint()).vkey;
  };
  const rotated = (log: EvidenceLog): Promise<string> =>
    rotateKey(keyFile, '年次の交換', { ledger: new Ledger(store, catalogue), log, clock });

  it('is not put back to the former one once the new one has signed', async () => {
    const log = await opened();
    const [former, before] = [await signed(log), readFileSync(keyFile)];
    const next = await rotated(log);
    // Nobody has seen a head by the new one: a process that still has the former may go on.
    writeFileSync(join(folder.path, 'next'), readFileSync(keyFile));
    writeFileSync(keyFile, before);
    expect(await signed(log)).toBe(former);
    copyFileSync(join(folder.path, 'next'), keyFile);
    expect(await signed(log)).toBe(next);

    writeFileSync(keyFile, before);
    await append();
    await log.catchUp();
    await expect(log.checkpoint()).rejects.toMatchObject({ code: 'LOG_OF_ANOTHER_KEY' });
    await expect(log.stop()).rejects.toMatchObject({ code: 'LOG_OF_ANOTHER_KEY' });
    await expect(opened()).rejects.toMatchObject({ code: 'LOG_OF_ANOTHER_KEY' });
  });

  it('is no other of the same name', async () => {
    const log = await opened();
    await signed(log);
    await log.stop();
    rmSync(keyFile);
    makeLogKey(keyFile, ORIGIN);
    await expect(opened()).rejects.toMatchObject({
      code: 'LOG_OF_ANOTHER_KEY',
      message: expect.stringContaining(readLogKey(keyFile).verifier.vkey),
    });
  });

  it('is none of a witness, who signs in another way', async () => {
    rmSync(keyFile);
    writeFileSync(keyFile, generateSigningKey(ORIGIN, 'cosignature'));
    await expect(opened()).rejects.toThrow('PRIVATE+KEY');
  });

  it('vouches for no entry that is not what it said of it: the first is named', async () => {
    const log = await opened();
    for (let i = 0; i < 3; i++) await signed(log);
    const read = async (): Promise<number> => {
      let count = 0;
      for await (const _ of log.entries(0, 3)) count++;
      return count;
    };
    expect(await read()).toBe(3);
    const db = new Database(join(folder.path, 'log', 'log.db'));
    db.exec('UPDATE entry SET secret = zeroblob(32) WHERE idx = 1');
    db.close();
    await expect(read()).rejects.toMatchObject({ message: expect.stringContaining('entry 1 of the evidence log') });
    await log.stop();
  });

  it('signs no log that begins anew over events: the one before it was lost', async () => {
    const log = await opened();
    await signed(log);
    await log.stop();
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(folder.path, `log/log.db${suffix}`), { force: true });
    await expect(opened()).rejects.toMatchObject({ code: 'LOG_MISSING', message: expect.stringContaining('restore') });
  });

  it('signs for no older log that is put in place of its own: what follows would be entered anew', async () => {
    const log = await opened();
    await signed(log);
    await log.stop();
    const copy = join(folder.path, 'older');
    copyFileSync(join(folder.path, 'log/log.db'), copy);
    const again = await opened();
    await signed(again);
    await again.stop();
    for (const suffix of ['-wal', '-shm']) rmSync(join(folder.path, `log/log.db${suffix}`), { force: true });
    copyFileSync(copy, join(folder.path, 'log/log.db'));
    await expect(opened()).rejects.toMatchObject({
      code: 'LOG_OLDER',
      message: expect.stringContaining('(1 entries)'),
    });
  });

  it('is exchanged only when the former has signed the exchange, whoever enters it meanwhile', async () => {
    await append();
    const real = await SqliteLogStore.open(join(folder.path, 'log', 'log.db'));
    const options = {
      clock,
      key: () => readLogKey(keyFile),
      isMilestone: () => false,
      sealOf: () => undefined,
      onSigned: () => undefined,
    };
    const others = await EvidenceLog.over(real, onlyFirst(store), { ...options, onStopped: () => undefined });
    // Another process enters the event before the exchange just when this one wants to enter both.
    const late = overtaken(real, () => others.catchUp());
    const log = await EvidenceLog.over(late, store, { ...options, onStopped: () => undefined });
    const former = readLogKey(keyFile).verifier.vkey;
    const next = await rotated(log);
    expect(await log.newest()).toMatchObject({ size: 2, vkey: former });
    expect(await signed(log)).toBe(next);
    await log.stop();
  });

  it('signs heads in their order: who was overtaken looks again', async () => {
    const log = await opened();
    await signed(log);
    const newest = await log.newest();
    if (!newest) throw new Error('no head');
    await log.stop();
    const real = await SqliteLogStore.open(join(folder.path, 'log', 'log.db'));
    expect(await real.keep({ ...newest, size: newest.size + 2 }, 0)).toBe(false);
    expect(await real.keep({ ...newest, size: newest.size + 2 }, newest.size)).toBe(true);
    expect(await real.keep({ ...newest, size: newest.size + 1 }, newest.size)).toBe(false);
    expect((await real.checkpoints(Number.MAX_SAFE_INTEGER)).map(({ size }) => size)).toEqual([
      newest.size,
      newest.size + 2,
    ]);
    await real.close();
  });
});

/** A ledger of which only the first event is seen. */
const onlyFirst = (store: EventStore): EventStore =>
  new Proxy(store, {
    get: (target, name) =>
      name === 'readAll'
        ? async (after: typeof BEGINNING) => (after === BEGINNING ? target.readAll(BEGINNING, 1) : [])
        : bound(target, name),
  });

/** A log into which somebody else writes just before the first append. */
const overtaken = (log: LogStore, others: () => Promise<unknown>): LogStore => {
  let isFirst = true;
  return new Proxy(log, {
    get: (target, name) =>
      name === 'append'
        ? async (...all: Parameters<LogStore['append']>) => {
            if (isFirst) await others();
            isFirst = false;
            return target.append(...all);
          }
        : bound(target, name),
  });
};

function bound(target: object, name: string | symbol): unknown {
  const value = Reflect.get(target, name, target) as unknown;
  return typeof value === 'function' ? (value.bind(target) as unknown) : value;
}
