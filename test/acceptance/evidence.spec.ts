import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { COLUMNS, digestOf, type EventRow } from '../../src/adapters/sqlite/event-row.js';
import { parseVerifierKey } from '../../src/ledger/note.js';
import { verifyProof } from '../../src/ledger/verify.js';
import { run as runProgram, type Outcome } from '../support/program.js';
import { ADMIN_TOKEN, Daicho, type Answer } from '../support/daicho.js';

/** The server of the test goes on answering meanwhile. */
const run = (data: string, ...args: string[]): Promise<Outcome> => runProgram(['cli', '--data', data, ...args]);

/** An auditor with a bundle and the published key, on a machine that has never seen the database. */
describe('A history that an outsider can check', () => {
  let daicho: Daicho;
  let key: string;
  let elsewhere: string;
  beforeAll(async () => {
    daicho = await Daicho.withToride('2026-11-25T10:00:00+09:00', {});
    const change = { planKey: 'toride-5', measureNo: '1-2-1', effectiveOn: '2026-11-01' };
    await daicho.record('changeMeasureStatus', { ...change, status: '継続', reason: '仕様を検討中' });
    await daicho.record('recordReading', {
      planKey: 'toride-5',
      kpiKey: 'smartphone-classes',
      fiscalYear: 2025,
      value: '20',
    });
    const { data } = await daicho.ask('{ ledger { keys } }');
    [key] = data.ledger.keys;
    elsewhere = join(daicho.folder, 'elsewhere');
  });
  afterAll(() => daicho.stop());

  const bundle = async (...flags: string[]): Promise<string> => {
    const file = join(daicho.folder, `bundle-${String(flags.length)}-${String(Math.random()).slice(2)}`);
    expect(await run(daicho.folder, 'evidence', 'export', '--out', file, ...flags)).toMatchObject({ code: 0 });
    return file;
  };
  const verified = async (file: string, ...flags: string[]): Promise<Record<string, unknown>> => {
    const outcome = await run(elsewhere, '--json', 'verify', file, ...flags);
    return { ...(JSON.parse(outcome.out) as object), exit: outcome.code };
  };

  it('is exported whole, and proven without a database', async () => {
    const { data } = await daicho.ask('{ ledger { size checkpoint { size root note } } }');
    const { size, root, note } = data.ledger.checkpoint;
    expect(size).toBe(data.ledger.size);
    const file = await bundle();
    const head = join(daicho.folder, 'held.note');
    writeFileSync(head, note);
    expect(await verified(file, '--key', key, '--head', head)).toMatchObject({
      exit: 0,
      verified: true,
      size,
      root,
      opened: size,
    });
    expect(await verified(file, '--key', key, '--head', `${String(size)}:${root}`)).toMatchObject({ exit: 0 });
  });

  it('of one measure is small, and leads to the same head', async () => {
    const { data } = await daicho.ask('{ ledger { checkpoint { root } } }');
    const file = await bundle('--plan', 'toride-5', '--measure', '1-2-1');
    expect(await verified(file, '--key', key)).toMatchObject({
      exit: 0,
      root: data.ledger.checkpoint.root,
      entries: 2,
    });
    expect(readFileSync(file, 'utf8')).toContain('仕様を検討中');
    expect(readFileSync(file).length).toBeLessThan(8_000);
  });

  it('shows one payload byte that was changed: where, and what', async () => {
    const file = await bundle();
    const text = readFileSync(file, 'utf8');
    const line = text.split('\n').findIndex((one) => one.includes('仕様を検討中')) + 1;
    writeFileSync(file, text.replace('仕様を検討中', '仕様を検証中'));
    expect(await verified(file, '--key', key)).toMatchObject({
      exit: 1,
      verified: false,
      code: 'DATA_ALTERED',
      index: entriesBefore(text, line),
      line,
    });
    expect((await run(elsewhere, 'verify', file, '--key', key)).out).toContain('記録の内容が書き換えられています');
  });

  const entriesBefore = (text: string, line: number): number =>
    text
      .split('\n')
      .slice(0, line - 1)
      .filter((one) => one.includes('"entry"')).length;

  it('is checked by a program of the auditor: the verifier is a library', async () => {
    const program = `
      import { readFileSync } from 'node:fs';
      import { parseVerifierKey } from 'daicho/note';
      import { BundleVerifier } from 'daicho/verify';
      const verifier = new BundleVerifier({ keys: [parseVerifierKey(process.argv[2])] });
      verifier.write(readFileSync(process.argv[1]));
      console.log(JSON.stringify(verifier.end()));`;
    const args = ['--input-type=module', '--eval', program, await bundle(), key];
    const { stdout } = spawnSync(process.execPath, args, {
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    expect(JSON.parse(stdout)).toMatchObject({ size: 210, opened: 210, isKeyKnown: true });
  });

  it('cannot be checked with the key of another, and says when it was given none', async () => {
    const file = await bundle();
    const other = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
    expect(await run(elsewhere, 'verify', file, '--key', other)).toMatchObject({
      code: 1,
      out: expect.stringContaining('UNTRUSTED'),
    });
    expect(await run(elsewhere, 'verify', file)).toMatchObject({ code: 0, out: expect.stringContaining('--key') });
    expect(await run(elsewhere, 'verify', join(daicho.folder, 'nothing'))).toMatchObject({ code: 2 });
    for (const wrong of [
      ['--key', '/nowhere'],
      ['--head', 'x'],
      ['--witnesses', 'many'],
    ])
      expect([wrong, (await run(elsewhere, 'verify', file, ...wrong)).code]).toEqual([wrong, 2]);
  });

  it('gives every entry of the trail a proof in one file; who recorded it is for those who may know', async () => {
    const ask = `{ plan(key: "toride-5") { measure(no: "1-2-1") { auditTrail(first: 2) { nodes { type proof { index text } } } } } }`;
    const of = ({ data }: Answer): { type: string; proof: { index: number; text: string } } =>
      data.plan.measure.auditTrail.nodes.at(-1);
    const entry = of(await daicho.ask(ask));
    const proven = verifyProof(entry.proof.text, [parseVerifierKey(key)]);
    expect(proven.entry).toMatchObject({ type: 'MeasureStatusChanged', index: entry.proof.index });
    expect(proven.data?.value).toMatchObject({ measureNo: '1-2-1', reason: '仕様を検討中' });
    expect(proven.caller).toBeUndefined();
    const forAdmin = verifyProof(of(await daicho.askAsAdmin(ask)).proof.text, [parseVerifierKey(key)]);
    expect(forAdmin.caller?.value).toMatchObject({ actor: 'admin' });

    const file = join(daicho.folder, 'status.tlog-proof');
    writeFileSync(file, entry.proof.text);
    expect(await verified(file, '--key', key)).toMatchObject({ exit: 0, data: { reason: '仕様を検討中' } });
  });

  it('serves its heads and hashes to everybody, its entries to those who may know people', async () => {
    const { data } = await daicho.ask('{ ledger { checkpoint { note size } } }');
    const { note, size } = data.ledger.checkpoint;
    const get = (path: string, token?: string): Promise<Response> =>
      fetch(`${daicho.url}/log/${path}`, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });
    const head = await get('checkpoint');
    expect([await head.text(), head.headers.get('content-type')]).toEqual([note, 'text/plain; charset=utf-8']);
    const tile = await get(`tile/0/000.p/${String(size)}`);
    expect((await tile.arrayBuffer()).byteLength).toBe(size * 32);
    expect(tile.headers.get('cache-control')).toContain('immutable');
    for (const path of [
      'tile/0/000',
      `tile/0/000.p/${String(size + 1)}`,
      'tile/1/000.p/1',
      'tile/0/0',
      'tile/x',
      'other',
    ])
      expect((await get(path)).status).toBe(404);

    const entries = `tile/entries/000.p/${String(size)}`;
    const { token: auditor } = await daicho.person({ role: 'AUDITOR' });
    const { token: reporter } = await daicho.person({ role: 'REPORTER', division: '財政課' });
    expect((await get(entries)).status).toBe(404);
    expect((await get(entries, reporter)).status).toBe(404);
    const bytes = Buffer.from(await (await get(entries, auditor)).arrayBuffer());
    const length = bytes.readUInt16BE();
    expect(JSON.parse(bytes.subarray(2, 2 + length).toString())).toMatchObject({ v: 1, index: 0 });
  });

  it('answers for proofs between any two sizes, and says what is outside', async () => {
    const { data } = await daicho.ask(
      '{ ledger { inclusionProof(index: 7, size: 100) { index size hashes } consistencyProof(from: 100, to: 200) { hashes } } }',
    );
    expect(data.ledger.inclusionProof).toMatchObject({ index: 7, size: 100, hashes: expect.any(Array) });
    expect(data.ledger.consistencyProof.hashes.length).toBeGreaterThan(3);
    for (const question of [
      'inclusionProof(index: 100, size: 100)',
      'inclusionProof(index: 0, size: 1000000)',
      'consistencyProof(from: 2, to: 1)',
    ]) {
      const { errors } = await daicho.ask(`{ ledger { ${question} { hashes } } }`);
      expect(errors[0].extensions.code).toBe('OUTSIDE_LOG');
    }
  });

  it('has a head signed with each closed review, for the printed report', async () => {
    const ask =
      '{ ledger { size } plan(key: "toride-5") { review(fiscalYear: 2025) { checkpoint { size root note } } } }';
    await daicho.record('closeReview', { planKey: 'toride-5', fiscalYear: 2025, effectiveOn: '2026-03-31' });
    const { ledger, plan } = (await daicho.ask(ask)).data;
    expect(plan.review.checkpoint.size).toBe(ledger.size);
    await daicho.record('changeMeasureStatus', {
      planKey: 'toride-5',
      measureNo: '1-3-1',
      status: '継続',
      effectiveOn: '2026-11-01',
    });
    expect((await daicho.ask(ask)).data.plan.review).toEqual(plan.review);

    const file = await bundle('--plan', 'toride-5', '--review', '2025');
    const { size, root } = plan.review.checkpoint;
    expect(await verified(file, '--key', key)).toMatchObject({ exit: 0, size, root });
    expect(
      await run(daicho.folder, 'evidence', 'export', '--out', `${file}x`, '--plan', 'toride-5', '--review', '2023'),
    ).toMatchObject({
      code: 1,
      err: expect.stringContaining('not closed'),
    });
  });

  it('gives an entry by its id, to whom it is shown, where it is known', async () => {
    const entryAt = async (id: string, asOf: object, token?: string): Promise<unknown> => {
      const query = `query ($id: ID!, $asOf: AsOf) { plan(key: "toride-5", asOf: $asOf) { auditEntry(id: $id) { type proof { index } } } }`;
      const { data } = await daicho.askWith(token, query, { id, asOf });
      return data.plan.auditEntry;
    };
    const newest = await daicho.ask('{ plan(key: "toride-5") { auditTrail(last: 1) { nodes { id position } } } }');
    const [{ id, position }] = newest.data.plan.auditTrail.nodes;
    const before = { position: String(BigInt(position) - 1n).padStart(20, '0') };
    expect(await entryAt(id, {})).toMatchObject({ type: 'MeasureStatusChanged' });
    expect(await entryAt(id, before)).toBeNull();
    expect(await entryAt('nothing', {})).toBeNull();
    const { receipt } = await daicho.record('draftReport', {
      ...{ planKey: 'toride-5', measureNo: '1-2-1', fiscalYear: 2024, results: '下書き' },
    });
    expect(await entryAt(receipt.eventIds[0], {})).toBeNull();
    expect(await entryAt(receipt.eventIds[0], {}, ADMIN_TOKEN)).toMatchObject({ type: 'ReportDrafted' });
  });

  it('goes on under another key, which who knows the first believes', async () => {
    const { code, out } = await run(daicho.folder, '--json', 'ledger', 'rotate-key', '--reason', '年次の交換');
    expect(code).toBe(0);
    const { vkey } = JSON.parse(out) as { vkey: string };
    await daicho.record('changeMeasureStatus', {
      planKey: 'toride-5',
      measureNo: '1-3-2',
      status: '継続',
      effectiveOn: '2026-11-01',
    });
    const { data } = await daicho.ask('{ ledger { keys checkpoint { note } } }');
    expect(data.ledger.keys).toEqual([key, vkey]);
    const file = await bundle('--plan', 'toride-5', '--measure', '1-3-2');
    expect(await verified(file, '--key', key)).toMatchObject({ exit: 0, signers: [vkey] });
    expect(await verified(file, '--key', vkey)).toMatchObject({ exit: 0, signers: [vkey] });
  });

  it('is handed to everybody without what is not for everybody', async () => {
    const whole = await bundle();
    expect(readFileSync(whole, 'utf8')).toContain('下書き');
    const file = await bundle('--public');
    const text = readFileSync(file, 'utf8');
    expect(text).toContain('"type":"MeasureStatusChanged"');
    expect(text).not.toMatch(/下書き|"type":"ReportDrafted"|"caller":\{|"type":"Person/);
    const verdict = await verified(file, '--key', key);
    expect(verdict).toMatchObject({ exit: 0, withheld: 0, withoutCaller: verdict['entries'] });
  });

  it('is the same after a restart, and goes on where it stood', async () => {
    const before = (await daicho.ask('{ ledger { checkpoint { size root note } } }')).data.ledger.checkpoint;
    await daicho.restartWithoutViews();
    await daicho.record('changeMeasureStatus', {
      planKey: 'toride-5',
      measureNo: '1-2-2',
      status: '継続',
      effectiveOn: '2026-11-01',
    });
    const { data } = await daicho.ask('{ ledger { keys checkpoint { size } } }');
    expect(data.ledger).toMatchObject({ keys: [key, expect.any(String)], checkpoint: { size: before.size + 1 } });
    const file = await bundle('--head', `${String(before.size)}:${before.root as string}`);
    expect(
      await verified(file, '--key', key, '--head', `${String(before.size)}:${before.root as string}`),
    ).toMatchObject({
      exit: 0,
    });
  });
});

describe('An evidence log that is not there any longer', () => {
  it('or is an older one is told by the check; that another begins, by whoever begins it', async () => {
    const daicho = await Daicho.withToride('2026-11-25T10:00:00+09:00', {});
    const { data } = await daicho.ask('{ ledger { checkpoint { size root } } }');
    await daicho.server.close();
    const check = async (): Promise<Record<string, unknown>> =>
      JSON.parse((await run(daicho.folder, '--json', 'ledger', 'check')).out);
    expect(await check()).toMatchObject({ events: 208, log: data.ledger.checkpoint });

    const log = new Database(join(daicho.folder, 'log', 'log.db'));
    const later = log.prepare('SELECT event_id FROM entry WHERE idx = 205').pluck().get();
    log.exec('DELETE FROM checkpoint WHERE size > 200; DELETE FROM entry WHERE idx >= 200');
    const older = await run(daicho.folder, 'ledger', 'check');
    expect([older.code, older.err]).toEqual([1, expect.stringMatching(/200 entries\) is older/)]);
    rmSync(join(daicho.folder, 'log', 'log.db.head'));
    expect((await run(daicho.folder, 'ledger', 'check')).out).toContain('うち 8 件はまだ証跡ログにありません');
    log.prepare('UPDATE entry SET event_id = ? WHERE idx = 150').run(later);
    log.close();
    const left = await run(daicho.folder, 'evidence', 'export', '--out', join(daicho.folder, 'bundle'));
    expect([left.code, left.err]).toEqual([1, expect.stringMatching(/^(?!.*\n\s+at ).*証跡ログが壊れています/)]);

    rmSync(join(daicho.folder, 'log'), { recursive: true });
    expect(await check()).toMatchObject({ events: 208, log: null });
    const exported = await run(daicho.folder, 'ledger', 'export', '--out', join(daicho.folder, 'all'));
    expect(exported.err).toContain('証跡ログを新しく始めます');
    rmSync(daicho.folder, { recursive: true });
  });
});

describe('A ledger that its own keeper alters', () => {
  it('with the digest of the altered event set right: the log tells which it is', async () => {
    const daicho = await Daicho.withToride('2026-11-25T10:00:00+09:00', {});
    await daicho.ask('{ ledger { checkpoint { size } } }');
    await daicho.server.close();
    const db = new Database(join(daicho.folder, 'ledger.db'));
    db.exec('DROP TRIGGER event_is_never_changed');
    const sql = `SELECT ${COLUMNS} FROM event WHERE stream = 'measure-toride-5-1-2-1'`;
    const row = db.prepare<[], EventRow>(sql).raw().get();
    if (!row) throw new Error('the measure is there');
    const altered = [...row.slice(0, 6), row[6].replace('"title":"', '"title":"別の')] as unknown as EventRow;
    db.prepare('UPDATE event SET body = ?, digest = ? WHERE position = ?').run(altered[6], digestOf(altered), row[0]);
    db.close();
    const checked = await run(daicho.folder, 'ledger', 'check');
    expect([checked.code, checked.err]).toEqual([1, expect.stringMatching(/の記録が書き換えられています/)]);
    const file = join(daicho.folder, 'bundle');
    const exported = await run(daicho.folder, 'evidence', 'export', '--out', file);
    expect([exported.code, exported.err]).toEqual([
      1,
      expect.stringMatching(/entry \d+ of the evidence log .* was altered/),
    ]);
    expect(existsSync(file)).toBe(false);
    rmSync(daicho.folder, { recursive: true });
  });
});
