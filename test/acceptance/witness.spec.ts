import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeLogKey, readLogKey } from '../../src/evidence/log-key.js';
import { parseVerifierKey } from '../../src/ledger/note.js';
import { verifyProof } from '../../src/ledger/verify.js';
import { Daicho, type Answer } from '../support/daicho.js';
import { itemAt } from '../support/item-at.js';
import { run, type Outcome } from '../support/program.js';
import { until } from '../support/until.js';
import { witnessFile, WitnessServer } from '../support/witness.js';

const ORIGIN = 'city.example.lg.jp/daicho';

/** Three offices of the prefecture watch the city's log; two of them are enough. */
describe('A history that others have seen', () => {
  const folder = mkdtempSync(join(tmpdir(), 'daicho-witnessed-'));
  const logKey = join(folder, 'key');
  let nowMs = Date.parse('2026-11-25T01:00:00Z');
  let offices: WitnessServer[];
  let daicho: Daicho;
  let key: string;
  const environment = { DAICHO_WITNESSES: join(folder, 'witnesses.yaml'), DAICHO_LOG_KEY: logKey };

  beforeAll(async () => {
    makeLogKey(logKey, ORIGIN);
    key = readLogKey(logKey).verifier.vkey;
    const seconds = (): bigint => BigInt(Math.floor(nowMs / 1_000));
    const names = ['a', 'b', 'c'].map((name) => `witness.example/${name}`);
    offices = await Promise.all(names.map((name) => WitnessServer.start(name, [key], seconds)));
    const witnesses = witnessFile(environment.DAICHO_WITNESSES, 2, offices);
    await itemAt(offices, 2).end();
    daicho = await Daicho.withToride('2026-11-25T10:00:00+09:00', { logKey, witnesses });
  });
  afterAll(async () => {
    await daicho.stop();
    for (const office of offices) await office.dispose();
    rmSync(folder, { recursive: true });
  });

  const HEAD = 'size note witnesses isWitnessed';
  const ledger = async (fields: string): Promise<Answer> => (await daicho.ask(`{ ledger { ${fields} } }`)).data.ledger;
  const change = (measureNo: string): Promise<Answer> =>
    daicho.record('changeMeasureStatus', {
      planKey: 'toride-5',
      measureNo,
      status: '継続',
      effectiveOn: '2026-11-01',
    });
  /** The newest head that two have signed, once it is over all. */
  const witnessed = async (): Promise<Answer> => {
    const { size } = (await ledger('checkpoint { size }')).checkpoint;
    await until(async () => (await ledger('witnessedCheckpoint { size }')).witnessedCheckpoint?.size === size);
    return (await ledger(`witnessedCheckpoint { ${HEAD} }`)).witnessedCheckpoint;
  };
  const cli = (...args: string[]): Promise<Outcome> => run(['cli', '--data', daicho.folder, ...args], environment);
  const trust = (n: number): string[] => [
    ...['--key', key, '--witnesses', String(n)],
    ...offices.flatMap(({ settings }) => ['--witness', settings.vkey]),
  ];

  it('two of three sign, one is not there, and everybody is told', async () => {
    const head = await witnessed();
    expect(head).toMatchObject({ witnesses: ['witness.example/a', 'witness.example/b'], isWitnessed: true });
    await until(async () => (await ledger('witnesses { problem { code } }')).witnesses[2].problem !== null);
    const { witnesses } = await ledger('witnesses { name lastCosignedSize lastCosignedAt problem { code message } }');
    expect(witnesses).toEqual([
      {
        name: 'witness.example/a',
        lastCosignedSize: head.size,
        lastCosignedAt: '2026-11-25T01:00:00.000Z',
        problem: null,
      },
      expect.objectContaining({ name: 'witness.example/b', lastCosignedSize: head.size, problem: null }),
      {
        name: 'witness.example/c',
        lastCosignedSize: null,
        lastCosignedAt: null,
        problem: { code: 'UNREACHABLE', message: expect.stringContaining('no answer') },
      },
    ]);
    const health = await fetch(`${daicho.url}/health/ready`);
    expect([health.status, await health.json()]).toEqual([
      200,
      expect.objectContaining({ status: 'ok', evidence: [{ name: 'witness.example/c', code: 'UNREACHABLE' }] }),
    ]);
    expect(await (await fetch(`${daicho.url}/log/checkpoint`)).text()).toBe(head.note);
  });

  it('is exported with what they signed, which the auditor counts', async () => {
    await change('1-1-1');
    const file = join(folder, 'bundle');
    const exported = await cli('evidence', 'export', '--out', file);
    // The head was signed just now, and the witnesses were asked for it.
    expect(exported).toMatchObject({ code: 0, out: expect.stringContaining('witnesses 2 (≥ 2)') });
    expect(exported.err).toContain('witness.example/c');
    expect((await cli('verify', file, ...trust(2))).out).toContain('witness.example/a, witness.example/b');
    expect(await cli('verify', file, ...trust(3))).toMatchObject({
      code: 1,
      out: expect.stringContaining('TOO_FEW_WITNESSES'),
    });
  });

  it('keeps what they signed in a backup and in an export', async () => {
    const at = (name: string, ...args: string[]): Promise<Outcome> =>
      run(['cli', '--data', join(folder, name), ...args], environment);
    const steps: [string, ...string[]][] = [
      [daicho.folder, 'backup', '--out', join(folder, 'backup')],
      [join(folder, 'restored'), 'restore', join(folder, 'backup'), '--key', key],
      [daicho.folder, 'ledger', 'export', '--with-secrets', '--out', join(folder, 'events')],
      [join(folder, 'imported'), 'ledger', 'import', join(folder, 'events'), '--key', key],
    ];
    for (const [data, ...args] of steps)
      expect(await run(['cli', '--data', data, ...args], environment)).toMatchObject({ code: 0 });
    for (const name of ['restored', 'imported']) {
      const file = join(folder, `${name}.evidence`);
      expect(await at(name, 'evidence', 'export', '--out', file)).toMatchObject({ code: 0 });
      expect(await cli('verify', file, ...trust(2))).toMatchObject({ code: 0 });
    }
  });

  it('an entry is proven below a head that they signed', async () => {
    await change('1-1-2');
    await witnessed();
    const { data } = await daicho.ask(
      '{ plan(key: "toride-5") { measure(no: "1-1-2") { auditTrail(last: 1) { nodes { proof { text checkpoint { isWitnessed } } } } } } }',
    );
    const [{ proof }] = data.plan.measure.auditTrail.nodes;
    expect(proof.checkpoint).toEqual({ isWitnessed: true });
    const { witnesses } = verifyProof(proof.text, [parseVerifierKey(key)], {
      witnesses: offices.map(({ key: { verifier } }) => verifier),
      witnessesMin: 2,
    });
    expect(witnesses).toHaveLength(2);
    const file = join(folder, 'one.tlog-proof');
    writeFileSync(file, proof.text);
    expect((await cli('verify', file, ...trust(2))).code).toBe(0);
    expect((await cli('verify', file, ...trust(3))).code).toBe(1);
  });

  it('who was not there signs when he is back, without being told all that he missed', async () => {
    await itemAt(offices, 2).begin();
    nowMs += 2 * 3_600_000;
    daicho.itIsNow(new Date(nowMs).toISOString());
    const { size } = await witnessed();
    await until(async () => (await ledger('witnesses { lastCosignedSize }')).witnesses[2].lastCosignedSize === size);
    expect(itemAt(offices, 2).requests).toEqual([[0, 200]]);
    const { witnesses, checkpoint } = await ledger('witnesses { problem { code } } checkpoint { witnesses }');
    expect(witnesses).toEqual([{ problem: null }, { problem: null }, { problem: null }]);
    expect(checkpoint.witnesses).toHaveLength(3);
    expect(await (await fetch(`${daicho.url}/health/ready`)).json()).not.toHaveProperty('evidence');
  });

  it('a review whose own head they missed is exported up to the next that they saw', async () => {
    for (const office of offices) await office.end();
    await daicho.record('closeReview', { planKey: 'toride-5', fiscalYear: 2025, effectiveOn: '2026-03-31' });
    const ask = '{ plan(key: "toride-5") { review(fiscalYear: 2025) { checkpoint { size root isWitnessed } } } }';
    const { checkpoint } = (await daicho.ask(ask)).data.plan.review;
    expect(checkpoint.isWitnessed).toBe(false);
    await until(async () => (await ledger('witnesses { problem { code } }')).witnesses.every(isTroubled));
    await change('1-1-3');
    for (const office of offices) await office.begin();
    nowMs += 2 * 3_600_000;
    daicho.itIsNow(new Date(nowMs).toISOString());
    const { size } = await witnessed();
    expect(size).toBe(checkpoint.size + 1);

    const file = join(folder, 'review');
    const exported = await cli('evidence', 'export', '--out', file, '--plan', 'toride-5', '--review', '2025');
    expect(exported.out).toContain(`${String(checkpoint.size)}:${String(checkpoint.root)}`);
    const head = `${String(checkpoint.size)}:${String(checkpoint.root)}`;
    expect((await cli('verify', file, ...trust(2), '--head', head)).code).toBe(0);
    const indices = [...readFileSync(file, 'utf8').matchAll(/"index":(\d+),/g)].map(([, index]) => Number(index));
    expect(Math.max(...indices)).toBe(checkpoint.size - 1);
  });

  const isTroubled = ({ problem }: Answer): boolean => problem !== null;
});
