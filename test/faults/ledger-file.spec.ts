import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { CloudEvent } from 'cloudevents';
import { openLedger } from '../../src/stores.js';
import { compareLedgers } from '../../src/eventsourcing/moving.js';
import { json } from '../support/command-line.js';
import { Daicho, type Answer } from '../support/daicho.js';
import { ledgerFolder } from '../support/event-stores.js';
import { ledgerOn } from '../support/eventstoredb.js';
import { EventStoreDbDouble } from '../support/eventstoredb-double.js';
import { ONE_SENTENCE, run, type Outcome } from '../support/program.js';

const STATUS = { planKey: 'toride-5', measureNo: '1-2-1', effectiveOn: '2026-11-01' };

describe('A ledger as a file of CloudEvents', () => {
  const folder = ledgerFolder();
  const place = (name: string): string => join(folder.path, name);
  let town: Daicho;
  let head: { readonly size: number; readonly root: string };
  let lines: readonly string[];
  const daicho = (data: string, ...args: string[]): Promise<Outcome> => run(['cli', '--data', data, '--json', ...args]);
  beforeAll(async () => {
    town = await Daicho.withToride('2026-11-25T10:00:00+09:00', {});
    const { token } = await town.person({ role: 'REPORTER', division: '国保年金課' });
    const report = { planKey: 'toride-5', measureNo: '1-1-5', fiscalYear: 2025 };
    await town.recordWith(token, 'draftReport', { ...report, results: '下書き' });
    await town.record('changeMeasureStatus', { ...STATUS, status: '継続', reason: '仕様を検討中' });
    await daicho(town.folder, 'ledger', 'rotate-key', '--reason', '年次の交換');
    await town.record('changeMeasureStatus', { ...STATUS, measureNo: '1-2-2', status: '継続' });
    expect(await daicho(town.folder, 'ledger', 'export', '--out', place('all'), '--with-secrets')).toMatchObject({
      code: 0,
    });
    head = (await town.ask('{ ledger { checkpoint { size root } } }')).data.ledger.checkpoint;
    lines = readFileSync(place('all'), 'utf8').trimEnd().split('\n');
  });
  afterAll(async () => {
    await town.stop();
    folder.dispose();
  });

  const eventsOn = (all: readonly string[]): Answer[] => all.map((line) => JSON.parse(line));

  it('is one that the official package reads, when each fact holds and when it was recorded told apart', () => {
    expect(lines).toHaveLength(head.size);
    for (const event of eventsOn(lines)) expect(new CloudEvent(event, true).validate()).toBe(true);
    expect(eventsOn(lines).find(({ data }) => data.reason === '仕様を検討中')).toMatchObject({
      specversion: '1.0',
      type: 'MeasureStatusChanged',
      subject: 'measure/1-2-1',
      time: '2026-11-01T00:00:00+09:00',
      recordedtime: '2026-11-25T01:00:00.000Z',
      sequence: expect.stringMatching(/^\d{20}$/),
      actor: 'admin',
      dataschema: 'urn:daicho:event:MeasureStatusChanged:v3',
    });
  });

  it('for others holds no secrets; for everybody neither what is for those at work nor who recorded it', async () => {
    for (const flag of ['plain', 'public'])
      await daicho(town.folder, 'ledger', 'export', '--out', place(flag), ...(flag === 'public' ? ['--public'] : []));
    expect(readFileSync(place('plain'), 'utf8')).not.toMatch(/"secret"|"checkpoint"/);
    const text = readFileSync(place('public'), 'utf8');
    expect(text).not.toMatch(
      /"secret"|"checkpoint"|"actor"|"causationid"|"correlationid"|下書き|"type":"(Person|Role|Token)/,
    );
    const shown = eventsOn(text.trimEnd().split('\n'));
    expect(shown.length).toBeGreaterThan(200);
    expect(shown.length).toBeLessThan(head.size);
    for (const event of shown) expect(new CloudEvent(event, true).validate()).toBe(true);
    const refused = await run(['cli', '--data', place('of-public'), '--json', 'ledger', 'import', place('public')]);
    expect([refused.code, json(refused)]).toEqual([1, expect.objectContaining({ code: 'MALFORMED', line: 1 })]);
  });

  it('is taken into an empty ledger: the same root, and a server that goes on under the same name and key', async () => {
    const imported = await daicho(place('new'), 'ledger', 'import', place('all'));
    expect([imported.code, json(imported)]).toEqual([
      0,
      {
        ...{ imported: true, events: head.size, hasKey: false, head: { ...head, origin: expect.any(String) } },
        keys: [expect.any(String), expect.any(String)],
      },
    ]);
    copyFileSync(join(town.folder, 'log', 'key'), join(place('new'), 'log', 'key'));
    const [ours, theirs] = [
      await openLedger(`sqlite:${town.folder}/ledger.db`),
      await openLedger(`sqlite:${place('new')}/ledger.db`),
    ];
    expect(await compareLedgers(ours, theirs)).toEqual({ same: head.size, equal: true });
    await Promise.all([ours.close(), theirs.close()]);
    const keys = (await town.ask('{ ledger { keys } }')).data.ledger.keys;
    const again = await Daicho.over(place('new'), '2026-11-26T10:00:00+09:00');
    try {
      const { data } = await again.ask('{ ledger { keys checkpoint { size root } } }');
      expect(data.ledger).toEqual({ keys, checkpoint: head });
      await again.record('changeMeasureStatus', { ...STATUS, measureNo: '1-2-2', status: '継続', reason: '続行' });
    } finally {
      await again.server.close();
    }
    const onto = await daicho(place('new'), 'ledger', 'import', place('all'));
    expect([onto.code, onto.err]).toEqual([1, expect.stringMatching(ONE_SENTENCE)]);
    expect(readdirSync(place('new'))).not.toContain('importing');
  });

  it('goes through an EventStoreDB and comes back the same, byte for byte', async () => {
    const double = await EventStoreDbDouble.start();
    try {
      const there = ledgerOn(double.connectionString);
      const at = ['cli', '--data', place('served'), '--ledger', there, '--json', 'ledger'] as const;
      const imported = await run([...at, 'import', place('all')]);
      expect([imported.code, json(imported)['head']]).toEqual([0, expect.objectContaining(head)]);
      copyFileSync(join(town.folder, 'log', 'key'), join(place('served'), 'log', 'key'));
      expect(await run([...at, 'export', '--with-secrets', '--out', place('back')])).toMatchObject({ code: 0 });
      expect(readFileSync(place('back')).equals(readFileSync(place('all')))).toBe(true);
    } finally {
      await double.stop();
    }
  });

  const replaced = (n: number, from: RegExp | string, to: string): string[] =>
    lines.map((line, i) => (i === n - 1 ? line.replace(from, to) : line));
  it.each<[string, string, number, () => readonly string[]]>([
    ['a line that is no JSON', 'MALFORMED', 7, () => replaced(7, '{', '')],
    ['an attribute more', 'MALFORMED', 9, () => replaced(9, '{', '{"a":1,')],
    ['a day that does not exist', 'MALFORMED', 3, () => replaced(3, /"time":"\d{4}-\d\d-\d\d/, '"time":"2026-02-30')],
    ['data of another form', 'UNKNOWN_EVENT', 50, () => replaced(50, '"planKey"', '"planKay"')],
    ['a line missing', 'OUT_OF_ORDER', 20, () => lines.filter((_, i) => i !== 19)],
    ['a line of another ledger', 'OTHER_LEDGER', 30, () => replaced(30, '"source":"', '"source":"x')],
    ['a line without its secret', 'SECRET_MISSING', 40, () => replaced(40, /"secret":"[^"]+",/, '')],
    ['another actor', 'NOT_PROVEN', 10, () => replaced(10, '"actor":"admin"', '"actor":"other"')],
  ])('with %s is refused at that line, and nothing is written', async (_what, code, line, given) => {
    writeFileSync(place('wrong'), `${given().join('\n')}\n`);
    const refused = await daicho(place('untouched'), 'ledger', 'import', place('wrong'));
    const found = json(refused);
    expect([refused.code, found['code']]).toEqual([1, code]);
    if (code === 'NOT_PROVEN') expect(found['line']).toBeGreaterThanOrEqual(line);
    else expect(found['line']).toBe(line);
    expect(existsSync(place('untouched'))).toBe(false);
  });

  it('that ends within a line is refused there', async () => {
    writeFileSync(place('cut'), readFileSync(place('all')).subarray(0, -10));
    expect(json(await daicho(place('untouched'), 'ledger', 'import', place('cut')))).toMatchObject({
      code: 'CUT_OFF',
      line: head.size,
    });
  });

  it('that ends after a line which was never signed, or before a head that somebody holds, is refused', async () => {
    writeFileSync(place('short'), lines.slice(0, 100).join('\n') + '\n');
    expect(json(await daicho(place('untouched'), 'ledger', 'import', place('short')))).toMatchObject({
      ...{ code: 'CUT_OFF', line: 100 },
      message: expect.stringContaining('最後の行に署名がありません'),
    });
    const signed = lines.findIndex((line, i) => i < lines.length - 1 && line.includes('"checkpoint":')) + 1;
    writeFileSync(place('signed'), lines.slice(0, signed).join('\n') + '\n');
    const held = `${String(head.size)}:${head.root}`;
    const bring = async (file: string, ...flags: string[]): Promise<Record<string, unknown>> =>
      json(await daicho(place('untouched'), 'ledger', 'import', place(file), ...flags));
    expect(await bring('signed', '--head', held)).toMatchObject({ code: 'CUT_OFF', line: signed });
    const other = `${String(head.size)}:${Buffer.alloc(32).toString('base64')}`;
    expect(await bring('all', '--head', other)).toMatchObject({ code: 'NOT_PROVEN', line: head.size });
    expect(existsSync(place('untouched'))).toBe(false);
    expect(json(await daicho(place('held'), 'ledger', 'import', place('all'), '--head', held))['head']).toMatchObject(
      head,
    );
  });

  it.each(['importing', 'ledger.db', 'log/log.db'])(
    'whose import is killed at %s is taken by the next import, and no server starts between',
    async (file) => {
      const target = place(`killed ${file.replace('/', ' ')}`);
      mkdirSync(target);
      const env = { ...process.env, NODE_OPTIONS: '', NO_COLOR: '1' };
      const args = ['dist/cli.js', '--data', target, 'ledger', 'import', place('all')];
      const child = spawn(process.execPath, args, { env, stdio: 'ignore' });
      const ended = once(child, 'exit');
      while (!existsSync(join(target, file)) && child.exitCode === null) await setImmediate();
      child.kill('SIGKILL');
      expect((await ended)[1]).toBe('SIGKILL');
      expect(readdirSync(target)).toContain('importing');
      const { code, err } = await run(['main'], { DAICHO_DATA: target });
      expect([code, err]).toEqual([1, expect.stringMatching(/run daicho ledger import again/)]);
      expect(json(await daicho(target, 'ledger', 'import', place('all')))['head']).toMatchObject(head);
      rmSync(target, { recursive: true });
    },
  );
});
