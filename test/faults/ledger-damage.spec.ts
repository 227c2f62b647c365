import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { COLUMNS, digestOf, type EventRow } from '../../src/adapters/sqlite/event-row.js';
import { SqliteEventStore } from '../../src/adapters/sqlite/sqlite-event-store.js';
import type { RecordedEvent } from '../../src/eventsourcing/event.js';
import { BEGINNING, StoreError } from '../../src/eventsourcing/event-store.js';
import { events, ledgerFolder } from '../support/event-stores.js';

describe('a damaged ledger', () => {
  const folder = ledgerFolder();
  const file = join(folder.path, 'ledger.db');
  const sound = join(folder.path, 'sound.db');
  let recorded: RecordedEvent[];
  afterAll(folder.dispose);

  /** 300 events in 30 streams, the streams in turn. */
  beforeAll(async () => {
    const store = await SqliteEventStore.open(sound);
    for (let i = 0; i < 150; i++) {
      const revision = Math.floor(i / 30) * 2 - 1;
      await store.append(`measure/${String(i % 30)}`, revision < 0 ? 'no-stream' : revision, events(String(i), 2));
    }
    recorded = await store.readAll(BEGINNING, 1_000);
    await store.close();
  });

  const given = (change: (bytes: Buffer) => Buffer | undefined): Buffer => {
    const bytes = readFileSync(sound);
    const changed = change(bytes) ?? bytes;
    for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
    writeFileSync(file, changed);
    return changed;
  };

  /** The damage that opening, reading or checking tells of; `undefined` when there is none. */
  const found = async (): Promise<StoreError | undefined> => {
    let store: SqliteEventStore | undefined;
    try {
      store = await SqliteEventStore.open(file);
      await store.readAll(BEGINNING, 1_000);
      for (let i = 0; i < 30; i++) await store.readStream(`measure/${String(i)}`);
      await store.verify();
      expect(await store.readAll(BEGINNING, 1_000)).toEqual(recorded);
      return undefined;
    } catch (error) {
      if (error instanceof StoreError) return error;
      throw error;
    } finally {
      await store?.close();
    }
  };

  describe('in its WAL', () => {
    const APPENDS = 40;
    let wal: Buffer;
    let base: Buffer;
    beforeAll(async () => {
      const live = join(folder.path, 'live.db');
      const store = await SqliteEventStore.open(live);
      for (let i = 0; i < APPENDS; i++) await store.append(`measure/${String(i)}`, 'no-stream', events(String(i), 1));
      [base, wal] = [readFileSync(live), readFileSync(`${live}-wal`)];
      await store.close();
    });
    const givenWal = (change: (bytes: Buffer) => void): Buffer => {
      const bytes = Buffer.from(wal);
      change(bytes);
      for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
      writeFileSync(file, base);
      writeFileSync(`${file}-wal`, bytes);
      return bytes;
    };
    const pageBytes = 4_096 + 24;
    const count = async (): Promise<number> => {
      const store = await SqliteEventStore.open(file);
      const { length } = await store.readAll(BEGINNING, 1_000);
      await store.close();
      return length;
    };

    it('reads what only stands there', async () => {
      givenWal(() => undefined);
      expect(await count()).toBe(APPENDS);
    });

    it.each([
      ['in the header', 20],
      ['in the first frame', 32 + 100],
      ['in the middle', 32 + 17 * pageBytes + 2_000],
      ['in the salt of a frame', 32 + 5 * pageBytes + 9],
      ['in the checksum of a frame', 32 + 9 * pageBytes + 16],
    ])('has a bit flipped %s: it is told, and the files stay as they are', async (_where, at) => {
      const bytes = givenWal((changed) => changed.writeUInt8(changed.readUInt8(at) ^ 4, at));
      await expect(SqliteEventStore.open(file)).rejects.toMatchObject({
        code: 'LEDGER_DAMAGED',
        message: expect.stringContaining(`${file}-wal`),
      });
      expect(readFileSync(`${file}-wal`).equals(bytes)).toBe(true);
      expect(readFileSync(file).equals(base)).toBe(true);
    });

    it('ends in a commit that was cut off, and was never acknowledged: all before it are there', async () => {
      givenWal(() => undefined);
      writeFileSync(`${file}-wal`, wal.subarray(0, wal.length - 1_000));
      const found = await count();
      expect(found).toBeGreaterThanOrEqual(APPENDS - 2);
      expect(found).toBeLessThan(APPENDS + 1);
    });

    it('stands beside a file that has been emptied: neither is touched', async () => {
      const bytes = givenWal(() => undefined);
      writeFileSync(file, '');
      await expect(SqliteEventStore.open(file)).rejects.toMatchObject({ code: 'LEDGER_DAMAGED' });
      expect(readFileSync(`${file}-wal`).equals(bytes)).toBe(true);
    });
  });

  const expectDamage = async (bytes: Buffer): Promise<void> => {
    expect(await found()).toMatchObject({ code: 'LEDGER_DAMAGED', message: expect.stringContaining(file) });
    expect(readFileSync(file).equals(bytes)).toBe(true);
  };

  /** Changes the tables behind the ledger's back. */
  const givenSql = (sql: string): Buffer => {
    given(() => undefined);
    const db = new Database(file);
    db.exec(`DROP TRIGGER event_is_never_changed; DROP TRIGGER event_is_never_deleted; ${sql}`);
    db.close();
    return readFileSync(file);
  };

  it('is not what this is: a sound one', async () => {
    given(() => undefined);
    expect(await found()).toBeUndefined();
  });

  it.each<[what: string, Buffer]>([
    ['nothing', Buffer.alloc(0)],
    ['a text', Buffer.from('a text, longer than the header of a database, '.repeat(9))],
    ['zeros', Buffer.alloc(65_536)],
  ])('is a file with %s', async (_what, bytes) => {
    await expectDamage(given(() => bytes));
  });

  it('is a database of something else', async () => {
    rmSync(file, { force: true });
    const other = new Database(file);
    other.exec('CREATE TABLE event (position INTEGER PRIMARY KEY)');
    other.close();
    await expectDamage(readFileSync(file));
  });

  it.each([
    ['application_id', 68],
    ['user_version', 60],
  ])('has another %s', async (_what, offset) => {
    await expectDamage(
      given((bytes) => {
        bytes.writeUInt32BE(7, offset);
        return bytes;
      }),
    );
  });

  it('is gone and has left its WAL', async () => {
    for (const suffix of ['', '-shm']) rmSync(file + suffix, { force: true });
    writeFileSync(`${file}-wal`, 'events');
    expect(await found()).toMatchObject({ code: 'LEDGER_DAMAGED' });
    expect(existsSync(file)).toBe(false);
    expect(readFileSync(`${file}-wal`, 'utf8')).toBe('events');
  });

  it('is cut off anywhere', async () => {
    const { length } = readFileSync(sound);
    for (let end = 1; end < length; end += 4_001) await expectDamage(given((bytes) => bytes.subarray(0, end)));
    await expectDamage(given((bytes) => bytes.subarray(0, length - 1)));
  });

  it('has a bit flipped anywhere: it is told, or nothing that was recorded is touched', async () => {
    const { length } = readFileSync(sound);
    let told = 0;
    for (let offset = 0, n = 0; offset < length; offset += 211, n++) {
      const bytes = given((sound) => {
        sound.writeUInt8(sound.readUInt8(offset) ^ (1 << (n % 8)), offset);
        return sound;
      });
      const damage = await found();
      if (damage) {
        expect(damage.code).toBe('LEDGER_DAMAGED');
        told++;
      }
      expect(readFileSync(file).equals(bytes)).toBe(true);
    }
    expect(told).toBeGreaterThan(length / 211 / 2);
  });

  it.each([
    ['an event is missing', 'DELETE FROM event WHERE position = 123'],
    ['the first event is missing', 'DELETE FROM event WHERE position = 1'],
    ['the last events are missing', 'DELETE FROM event WHERE position > 290'],
    ['all events are missing', 'DELETE FROM event'],
    ['an event says something else', "UPDATE event SET body = replace(body, '100/0', '999/9') WHERE position = 201"],
    ['an event was recorded earlier', 'UPDATE event SET recorded_at = recorded_at - 1 WHERE position = 100'],
    ['an event is in another stream', "UPDATE event SET stream = 'measure/7' WHERE position = 100"],
    ['an event has another id', "UPDATE event SET id = 'x' WHERE position = 100"],
    [
      'an event is there twice',
      'INSERT INTO event SELECT 301, previous, revision, recorded_at, stream, id, digest, body FROM event WHERE position = 300',
    ],
    [
      'two events have changed places',
      'UPDATE event SET position = 0 WHERE position = 9; UPDATE event SET position = 9 WHERE position = 10; UPDATE event SET position = 10 WHERE position = 0',
    ],
    ['the end of a stream is not known', "DELETE FROM stream_head WHERE stream = 'measure/3'"],
    ['the end of a stream is an earlier event', "UPDATE stream_head SET position = 7 WHERE stream = 'measure/3'"],
    ['the end of a stream is in another stream', "UPDATE stream_head SET position = 300 WHERE stream = 'measure/3'"],
    ['an id is not found', 'DELETE FROM event_id WHERE position = 55'],
  ])('is one in which %s', async (_what, sql) => {
    await expectDamage(givenSql(sql));
  });

  it.each<[what: string, (row: EventRow) => EventRow]>([
    ['was recorded before the one before it', ([p, q, r, at, ...rest]) => [p, q, r, at - 3_600_000, ...rest]],
    ['leaves out a revision', ([p, q, r, ...rest]) => [p, q, r + 1, ...rest]],
    ['has the revision of the one before it', ([p, q, r, ...rest]) => [p, q, r - 1, ...rest]],
    ['follows another than the last of its stream', ([p, q, ...rest]) => [p, q - 1, ...rest]],
    ['has the id of another', ([p, q, r, at, stream, , body]) => [p, q, r, at, stream, recorded[7]?.id ?? '', body]],
    ['has no body', ([p, q, r, at, stream, id]) => [p, q, r, at, stream, id, 'null']],
  ])('is one in which an event with a digest that fits %s', async (_what, change) => {
    given(() => undefined);
    const db = new Database(file);
    const row = db.prepare(`SELECT ${COLUMNS} FROM event WHERE position = 150`).raw().get() as EventRow;
    const changed = change(row);
    db.exec('DROP TRIGGER event_is_never_changed');
    db.prepare(`UPDATE event SET (${COLUMNS}, digest) = (?, ?, ?, ?, ?, ?, ?, ?) WHERE position = 150`).run(
      ...changed,
      digestOf(changed),
    );
    db.close();
    await expectDamage(readFileSync(file));
  });

  it('names the place', async () => {
    givenSql("UPDATE event SET body = '[' WHERE position = 100");
    const store = await SqliteEventStore.open(file);
    const place = { code: 'LEDGER_DAMAGED', message: expect.stringMatching(/position 100, measure\/19 3:/) };
    await expect(store.readAll(BEGINNING, 1_000)).rejects.toMatchObject(place);
    await expect(store.readStream('measure/19')).rejects.toMatchObject(place);
    await expect(store.verify()).rejects.toMatchObject(place);
    expect(await store.readStream('measure/1')).toHaveLength(10);
    await store.close();
  });

  it('cannot be made by a statement: the tables forbid it', () => {
    copyFileSync(sound, file);
    const db = new Database(file);
    expect(() => db.exec("UPDATE event SET body = '[]'")).toThrow();
    expect(() => db.exec('DELETE FROM event')).toThrow();
    db.close();
  });
});
