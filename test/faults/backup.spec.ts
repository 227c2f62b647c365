import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { COLUMNS, digestOf, type EventRow } from '../../src/adapters/sqlite/event-row.js';
import { backUp } from '../../src/backup/backup.js';
import { digestOf as fileDigest, filesIn, readManifest, writeManifest } from '../../src/backup/manifest.js';
import { restore } from '../../src/backup/restore.js';
import { Clock } from '../../src/eventsourcing/clock.js';
import { compareLedgers } from '../../src/eventsourcing/moving.js';
import { parseCheckpoint, signCheckpoint } from '../../src/ledger/checkpoint.js';
import { generateSigningKey, parseSigningKey, type SigningKey } from '../../src/ledger/note.js';
import { openLedger } from '../../src/stores.js';
import { json } from '../support/command-line.js';
import { ADMIN_TOKEN, Daicho } from '../support/daicho.js';
import { events, ledgerFolder } from '../support/event-stores.js';
import { ledgerOn } from '../support/eventstoredb.js';
import { EventStoreDbDouble } from '../support/eventstoredb-double.js';
import { ONE_SENTENCE, run, type Outcome } from '../support/program.js';

const READING = { planKey: 'toride-5', kpiKey: 'smartphone-classes', fiscalYear: 2025 };
const STATUS = { planKey: 'toride-5', measureNo: '1-2-1', effectiveOn: '2026-11-01' };
const quiet = { clock: new Clock(), withKey: true, onStep: () => undefined };
const drill = { heads: [], keys: [], acceptRollback: false, checkOnly: true, onStep: () => undefined };

const daicho = (data: string, ...args: string[]): Promise<Outcome> => run(['cli', '--data', data, '--json', ...args]);

/** Until something is so, without waiting longer than that takes. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await setImmediate();
}

describe('A backup of a ledger that is in use', () => {
  let town: Daicho;
  const folder = ledgerFolder();
  const place = (name: string): string => join(folder.path, name);
  beforeAll(async () => {
    town = await Daicho.withToride('2026-11-25T10:00:00+09:00', {});
    const { token } = await town.person({ role: 'REPORTER', division: '国保年金課' });
    await town.handIn(token, { planKey: 'toride-5', measureNo: '1-1-5' }, Buffer.from('窓口の件数\n'), 'text/plain');
  });
  afterAll(async () => {
    await town.stop();
    folder.dispose();
  });

  const head = async (): Promise<string> => {
    const { data } = await town.ask('{ ledger { checkpoint { size root } } }');
    return `${String(data.ledger.checkpoint.size)}:${data.ledger.checkpoint.root as string}`;
  };

  it('is made while records are added, and holds a history that the ledger has had', async () => {
    const at = { isDone: false };
    const backup = daicho(town.folder, 'backup', '--out', place('busy'), '--with-key').finally(
      () => (at.isDone = true),
    );
    let value = 0;
    while (!at.isDone) {
      const mutation = value === 0 ? 'recordReading' : 'correctReading';
      await town.record(mutation, { ...READING, value: String(++value), reason: '転記誤り' });
    }
    expect(value).toBeGreaterThan(3);
    const made = await backup;
    expect([made.code, made.err]).toEqual([0, '']);
    const checked = await daicho(
      place('nowhere'),
      'restore',
      place('busy'),
      '--check',
      '--head',
      String(json(made)['head']),
    );
    expect([checked.code, json(checked)]).toEqual([
      0,
      expect.objectContaining({ proven: true, restored: false, rollback: null }),
    ]);
    expect(existsSync(place('nowhere'))).toBe(false);

    const [live, copy] = [
      await openLedger(`sqlite:${town.folder}/ledger.db`),
      await openLedger(`sqlite:${place('busy')}/ledger.db`),
    ];
    const { events: count } = await readManifest(place('busy'));
    expect(count).toBeGreaterThan(208);
    expect((await compareLedgers(copy, live)).same).toBe(count);
    await Promise.all([live.close(), copy.close()]);
  });

  it('holds everything but the views, the key only when asked to, and never takes the place of another', async () => {
    expect(await daicho(town.folder, 'backup', '--out', place('keyless'))).toMatchObject({ code: 0 });
    const names = await filesIn(place('keyless'));
    expect(names).toEqual(
      expect.arrayContaining([
        'access.db',
        'ledger.db',
        'log/log.db',
        'manifest.json',
        expect.stringMatching(/^evidence\/../),
      ]),
    );
    expect(names.filter((name) => /key|views/.test(name))).toEqual([]);
    expect(await filesIn(place('busy'))).toContain('log/key');
    const before = readFileSync(join(place('keyless'), 'manifest.json'));
    expect(await run(['cli', '--data', town.folder, 'backup', '--out', place('keyless')])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/is there already/),
    });
    expect(readFileSync(join(place('keyless'), 'manifest.json'))).toEqual(before);
    expect(readdirSync(folder.path).sort()).toEqual(['busy', 'keyless']);
  });

  it('is put back into an empty folder, where a server goes on with the same history', async () => {
    await backUp({ dataFolder: town.folder }, place('whole'), quiet);
    const known = await head();
    const restored = await daicho(place('restored'), 'restore', place('whole'), '--head', known);
    expect([restored.code, json(restored)]).toEqual([
      0,
      expect.objectContaining({ proven: true, restored: true, rollback: null, hasKey: true }),
    ]);
    expect(readdirSync(place('restored'))).not.toContain('restoring');
    const again = await Daicho.over(place('restored'), '2026-11-26T10:00:00+09:00');
    try {
      const { data } = await again.ask('{ ledger { checkpoint { size root } } }');
      expect(`${String(data.ledger.checkpoint.size)}:${data.ledger.checkpoint.root as string}`).toBe(known);
      await again.record('changeMeasureStatus', { ...STATUS, status: '継続' });
      const later = await again.ask('{ ledger { checkpoint { size } } }');
      expect(later.data.ledger.checkpoint.size).toBe(data.ledger.checkpoint.size + 1);
    } finally {
      await again.server.close();
    }
    const onto = await run(['cli', '--data', place('restored'), 'restore', place('whole')]);
    expect([onto.code, onto.err]).toEqual([2, expect.stringMatching(ONE_SENTENCE)]);
    expect(onto.err).toContain('empty folder only');
  });

  it('is told to be a rollback when a later head is known, by how many and since when, and is put back only when that is accepted', async () => {
    await backUp({ dataFolder: town.folder }, place('older'), quiet);
    const then = await head();
    await town.record('changeMeasureStatus', { ...STATUS, status: '継続', reason: '仕様を検討中' });
    await town.record('changeMeasureStatus', { ...STATUS, measureNo: '1-2-2', status: '継続' });
    const now = await head();
    const refused = await daicho(place('rolled'), 'restore', place('older'), '--head', then, '--head', now);
    expect([refused.code, json(refused)]).toEqual([
      3,
      expect.objectContaining({
        proven: true,
        restored: false,
        rollback: { entries: 2, since: expect.stringMatching(/^2026-11-25T01:00:00/) },
      }),
    ]);
    expect(readdirSync(place('rolled'))).toEqual([]);
    const checked = await run(['cli', 'restore', place('older'), '--check', '--head', now]);
    expect([checked.code, checked.out]).toEqual([3, expect.stringContaining('at least 2 events')]);
    const accepted = await daicho(place('rolled'), 'restore', place('older'), '--head', now, '--accept-rollback');
    expect([accepted.code, json(accepted)['restored']]).toEqual([0, true]);
  });

  it('of another history than a head that is known is refused, whatever is accepted', async () => {
    const [size] = (await head()).split(':');
    const forked = await daicho(
      ...[place('forked'), 'restore', place('older'), '--accept-rollback', '--head'],
      `10:${Buffer.alloc(32).toString('base64')}`,
    );
    expect([forked.code, json(forked)['code'], size]).toEqual([1, 'FORKED', expect.any(String)]);
    expect(readdirSync(place('forked'))).toEqual([]);
  });

  it('is found damaged by one byte in any of its files, and by a file more or less', async () => {
    const files = await filesIn(place('whole'));
    expect(files.length).toBeGreaterThan(5);
    for (const name of files) {
      const sound = readFileSync(join(place('whole'), name));
      for (const at of [0, Math.floor(sound.length / 2), sound.length - 1]) {
        const bytes = Buffer.from(sound);
        bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
        writeFileSync(join(place('whole'), name), bytes);
        await expect(restore(place('whole'), { dataFolder: place('none') }, drill)).rejects.toMatchObject({
          code: 'BACKUP_DAMAGED',
          message: expect.stringContaining(name),
        });
      }
      rmSync(join(place('whole'), name));
      await expect(restore(place('whole'), { dataFolder: place('none') }, drill)).rejects.toMatchObject({
        code: name === 'manifest.json' ? 'NO_BACKUP' : 'BACKUP_DAMAGED',
      });
      writeFileSync(join(place('whole'), name), sound);
    }
    writeFileSync(join(place('whole'), 'ledger.db-journal'), '');
    await expect(restore(place('whole'), { dataFolder: place('none') }, drill)).rejects.toMatchObject({
      code: 'BACKUP_DAMAGED',
    });
    rmSync(join(place('whole'), 'ledger.db-journal'));
    expect(await restore(place('whole'), { dataFolder: place('none') }, drill)).toMatchObject({ rollback: undefined });
  });

  it('that was altered with digest and manifest set right is found by the leaf of the event', async () => {
    cpSync(place('whole'), place('altered'), { recursive: true });
    alterEvent(join(place('altered'), 'ledger.db'), 100);
    await manifestOf('altered');
    const refused = await daicho(place('none'), 'restore', place('altered'));
    expect([refused.code, json(refused)]).toEqual([
      1,
      expect.objectContaining({
        code: 'LOG_OF_ANOTHER_LEDGER',
        message: expect.stringContaining('entry 99 of the evidence log'),
      }),
    ]);
    expect(readdirSync(place('none'))).toEqual([]);
  });

  it('that was signed anew by a stranger is told by the key that one knows, and by the log’s own where only a part was', async () => {
    const log = new Database(join(place('whole'), 'log/log.db'), { readonly: true });
    const genuine = log.prepare<[], string>('SELECT vkey FROM checkpoint').pluck().get();
    log.close();
    await signedAnew('stranger', () => true);
    const at = (name: string, ...known: string[]): Promise<object> =>
      restore(place(name), { dataFolder: place('none') }, { ...drill, keys: known });
    const { keys } = await restore(place('stranger'), { dataFolder: place('none') }, drill);
    expect(keys).toHaveLength(1);
    expect(keys).not.toEqual([genuine]);
    await expect(at('stranger', String(genuine))).rejects.toMatchObject({ code: 'UNTRUSTED' });
    await expect(at('whole', String(genuine))).resolves.toMatchObject({ keys: [genuine], unsigned: 0 });
    await signedAnew('partly', (size, newest) => size < newest);
    await expect(at('partly')).rejects.toMatchObject({ code: 'LOG_OF_ANOTHER_KEY' });
    const told = await run(['cli', 'restore', place('stranger'), '--check']);
    expect([told.code, told.out]).toEqual([0, expect.stringContaining(`--key: ${String(keys[0])}`)]);
  });

  it('says how much of it is under no signed head', async () => {
    cpSync(place('whole'), place('unsigned'), { recursive: true });
    const log = new Database(join(place('unsigned'), 'log/log.db'));
    log.exec('DELETE FROM checkpoint WHERE size = (SELECT max(size) FROM checkpoint)');
    const size = log.prepare<[], number>('SELECT max(size) FROM checkpoint').pluck().get() ?? 0;
    log.pragma('journal_mode = DELETE');
    log.close();
    await manifestOf('unsigned', noteOf('unsigned'));
    const { unsigned, manifest } = await restore(place('unsigned'), { dataFolder: place('none') }, drill);
    expect([size > 0, unsigned]).toEqual([true, manifest.events - size]);
  });

  it('is not made of a ledger that was altered', async () => {
    cpSync(place('restored'), place('tampered'), { recursive: true });
    alterEvent(join(place('tampered'), 'ledger.db'), 100);
    const { code, err } = await daicho(place('tampered'), 'backup', '--out', place('of-tampered'));
    expect([code, err]).toEqual([1, expect.stringContaining('entry 99 of the evidence log')]);
    expect(readdirSync(folder.path).filter((name) => name.startsWith('of-tampered'))).toEqual([]);
  });

  it('is not missed where the ledger alone is put back: the server says what to do', async () => {
    cpSync(place('restored'), place('half'), { recursive: true });
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(place('half'), `ledger.db${suffix}`), { force: true });
    rmSync(join(place('half'), 'views'), { recursive: true });
    copyFileSync(join(place('keyless'), 'ledger.db'), join(place('half'), 'ledger.db'));
    const { code, err } = await run(['main'], { DAICHO_DATA: place('half'), DAICHO_ADMIN_TOKEN: ADMIN_TOKEN });
    expect([code, err]).toEqual([1, expect.stringMatching(ONE_SENTENCE)]);
    expect(err).toContain('daicho restore');
  });

  /** The manifest of a copy of `whole` that was changed by somebody who knows how it is made. */
  const manifestOf = async (name: string, head?: { readonly size: number; readonly note: string }): Promise<void> => {
    const { files, log, ...manifest } = await readManifest(place('whole'));
    rmSync(join(place(name), 'manifest.json'));
    await writeManifest(place(name), {
      ...manifest,
      log: log && { ...log, head: head ?? log.head },
      files: await Promise.all(
        files.map(async (file) => ({ name: file.name, ...(await fileDigest(join(place(name), file.name))) })),
      ),
    });
  };
  const noteOf = (name: string): { readonly size: number; readonly note: string } | undefined => {
    const log = new Database(join(place(name), 'log/log.db'), { readonly: true });
    const newest = log
      .prepare<[], { size: number; note: string }>('SELECT size, note FROM checkpoint ORDER BY size DESC')
      .get();
    log.close();
    return newest && { ...newest };
  };
  /** A copy of `whole` in which some heads are by another key of the same name. */
  const signedAnew = async (name: string, which: (size: number, newest: number) => boolean): Promise<void> => {
    cpSync(place('whole'), place(name), { recursive: true });
    const log = new Database(join(place(name), 'log/log.db'));
    const heads = log.prepare<[], { size: number; note: string }>('SELECT size, note FROM checkpoint').all();
    const newest = Math.max(...heads.map(({ size }) => size));
    let stranger: SigningKey | undefined;
    for (const { size, note } of heads.filter((head) => which(head.size, newest))) {
      const checkpoint = parseCheckpoint(note);
      stranger ??= parseSigningKey(generateSigningKey(checkpoint.origin));
      log
        .prepare('UPDATE checkpoint SET note = ?, vkey = ? WHERE size = ?')
        .run(signCheckpoint(checkpoint, stranger), stranger.verifier.vkey, size);
    }
    log.pragma('journal_mode = DELETE');
    log.close();
    await manifestOf(name, noteOf(name));
  };

  const alterEvent = (file: string, position: number): void => {
    const db = new Database(file);
    db.exec('DROP TRIGGER event_is_never_changed');
    const row = db.prepare<[number], EventRow>(`SELECT ${COLUMNS} FROM event WHERE position = ?`).raw().get(position);
    if (!row?.[6].includes('"planKey":"')) throw new Error('no event of a plan at that position');
    const altered = [...row.slice(0, 6), row[6].replace('"planKey":"', '"planKey":"x')] as unknown as EventRow;
    db.prepare('UPDATE event SET body = ?, digest = ? WHERE position = ?').run(altered[6], digestOf(altered), position);
    db.close();
  };
});

describe('When the machine falls over', () => {
  const folder = ledgerFolder();
  const place = (name: string): string => join(folder.path, name);
  const EVENTS = 6_000;
  beforeAll(async () => {
    mkdirSync(place('data'));
    const store = await openLedger(`sqlite:${place('data')}/ledger.db`);
    for (let i = 0; i < EVENTS / 100; i++)
      await store.append(`measure/${String(i)}`, 'no-stream', events(String(i), 100));
    await store.close();
  });
  afterAll(folder.dispose);

  /** Kills the command as soon as something is so. Returns whether it had not ended before. */
  async function killedWhen(isSo: () => boolean, ...args: string[]): Promise<boolean> {
    const env = { ...process.env, NODE_OPTIONS: '', NO_COLOR: '1' };
    const child = spawn(process.execPath, ['dist/cli.js', ...args], { env, stdio: 'ignore' });
    const ended = once(child, 'exit');
    await until(() => isSo() || child.exitCode !== null);
    child.kill('SIGKILL');
    const [, signal] = await ended;
    return signal === 'SIGKILL';
  }

  const drafts = (name: string): string[] => readdirSync(folder.path).filter((one) => one.startsWith(`${name}.part-`));
  const inDraft = (name: string, file: string): boolean =>
    drafts(name).some((draft) => existsSync(join(place(draft), file)));

  it.each(['ledger.db', 'log/log.db', 'manifest.json'])(
    'while a backup is made, at %s, there is none under its name, or a whole one; and the next one is made',
    async (file) => {
      const name = `killed at ${file.replace('/', ' ')}`;
      await killedWhen(() => inDraft(name, file), '--data', place('data'), 'backup', '--out', place(name));
      const isThere = existsSync(place(name));
      if (!isThere) {
        expect(drafts(name)).toHaveLength(1);
        expect(await daicho(place('data'), 'backup', '--out', place(name))).toMatchObject({ code: 0 });
      }
      const { manifest } = await restore(place(name), { dataFolder: place('none') }, drill);
      expect(manifest.events).toBe(EVENTS);
    },
  );

  it.each(['restoring', 'ledger.db', 'log/log.db'])(
    'while a backup is put back, at %s, no server starts there, and the next restore does it',
    async (file) => {
      const backup = place('killed at ledger.db');
      const target = place(`target ${file.replace('/', ' ')}`);
      const wasUnderWay = await killedWhen(() => existsSync(join(target, file)), '--data', target, 'restore', backup);
      expect(wasUnderWay).toBe(true);
      expect(readdirSync(target)).toContain('restoring');
      const { code, err } = await run(['main'], { DAICHO_DATA: target, DAICHO_ADMIN_TOKEN: ADMIN_TOKEN });
      expect([code, err]).toEqual([1, expect.stringMatching(ONE_SENTENCE)]);
      expect(err).toContain('not whole: run daicho restore again');
      expect(await daicho(target, 'restore', backup)).toMatchObject({ code: 0 });
      expect(readdirSync(target).sort()).toEqual(['ledger.db', 'log']);
    },
  );
});

describe('A backup where the events are on a server', () => {
  it('holds the log, says where the events are, and is proven by a copy of them in another kind of store', async () => {
    const double = await EventStoreDbDouble.start();
    const folder = ledgerFolder();
    const place = (name: string): string => join(folder.path, name);
    const there = ledgerOn(double.connectionString);
    try {
      const store = await openLedger(there);
      for (const stream of ['measure/1', 'measure/2']) await store.append(stream, 'no-stream', events(stream, 300));
      await store.close();
      const made = await run([
        'cli',
        '--data',
        place('data'),
        '--ledger',
        there,
        'backup',
        '--out',
        place('b'),
        '--with-key',
      ]);
      expect([made.code, made.out]).toEqual([0, expect.stringContaining('daicho ledger copy')]);
      expect(await filesIn(place('b'))).toEqual(['log/key', 'log/log.db', 'manifest.json']);
      const { log } = await readManifest(place('b'));
      const { size, root } = parseCheckpoint(log?.head.note ?? '');
      expect(size).toBe(600);

      const file = `sqlite:${place('copy.db')}`;
      expect(await daicho(place('x'), 'ledger', 'copy', '--from', there, '--to', file)).toMatchObject({ code: 0 });
      for (const [name, ledger] of [
        ['here', file],
        ['there', there],
      ] as const) {
        const restored = await run(['cli', '--data', place(name), '--ledger', ledger, '--json', 'restore', place('b')]);
        expect([restored.code, json(restored)['restored']]).toEqual([0, true]);
        const bundle = await run([
          'cli',
          '--data',
          place(name),
          '--ledger',
          ledger,
          '--json',
          'evidence',
          'export',
          '--out',
          place(`${name}.bundle`),
        ]);
        expect([bundle.code, json(bundle)]).toEqual([
          0,
          expect.objectContaining({ size, root: Buffer.from(root).toString('base64') }),
        ]);
      }
      const without = await run(['cli', '--data', place('y'), 'restore', place('b')]);
      expect([without.code, without.err]).toEqual([2, expect.stringContaining('check the name')]);
    } finally {
      await double.stop();
      folder.dispose();
    }
  });
});
