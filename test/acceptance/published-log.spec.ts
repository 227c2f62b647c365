import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseCheckpoint } from '../../src/ledger/checkpoint.js';
import { inclusionProof, isSame, rootAt, verifyInclusion } from '../../src/ledger/merkle.js';
import { parseVerifierKey, signersOf } from '../../src/ledger/note.js';
import { nodesIn, tilePath, tilesOf } from '../../src/ledger/tiles.js';
import { leafOf } from '../../src/ledger/entry.js';
import { daicho as run, json, type Outcome } from '../support/command-line.js';
import { Daicho } from '../support/daicho.js';
import { ONE_SENTENCE } from '../support/program.js';

/** A town puts its log on a web server that knows nothing of Daicho. */
describe('A log as static files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'daicho-published-'));
  const site = join(folder, 'site');
  let daicho: Daicho;
  beforeAll(async () => {
    daicho = await Daicho.withToride('2026-11-25T10:00:00+09:00', {});
  });
  afterAll(async () => {
    await daicho.stop();
    rmSync(folder, { recursive: true });
  });

  const publish = (data = daicho.folder, to = site): Outcome => run(data, '--json', 'ledger', 'publish', '--out', to);
  const files = (): string[] =>
    readdirSync(site, { recursive: true, withFileTypes: true })
      .filter((one) => one.isFile())
      .map((one) => join(one.parentPath, one.name).slice(site.length + 1))
      .sort();
  const grow = (measureNo: string) =>
    daicho.record('changeMeasureStatus', { planKey: 'toride-5', measureNo, status: '継続', effectiveOn: '2026-11-01' });

  it('holds the signed head and the hashes that make it, and no entry', async () => {
    const { size, root } = json(publish());
    expect(files()).toEqual(
      ['checkpoint', ...tilesOf(Number(size)).map((t) => tilePath(t.level, t.n, t.width))].sort(),
    );

    const [vkey] = (await daicho.ask('{ ledger { keys } }')).data.ledger.keys;
    const head = parseCheckpoint(readFileSync(join(site, 'checkpoint'), 'utf8'));
    expect(signersOf(head.note, [parseVerifierKey(vkey)])).toHaveLength(1);
    const nodeAt = nodesIn((level, n) => {
      const tile = tilesOf(head.size).find((one) => one.level === level && one.n === n);
      return Promise.resolve(tile ? readFileSync(join(site, tilePath(level, n, tile.width))) : new Uint8Array());
    });
    expect(isSame(await rootAt(head.size, nodeAt), head.root)).toBe(true);
    expect(Buffer.from(head.root).toString('base64')).toBe(root);
    const logged = await daicho.server.foundation.evidence.log?.entry(17);
    if (!logged) throw new Error('there are more entries than that');
    verifyInclusion(leafOf(logged.entry), 17, head, await inclusionProof(17, head.size, nodeAt));
  });

  it('grows by what has changed: full tiles stay as they are', async () => {
    const before = new Map(files().map((file) => [file, readFileSync(join(site, file))]));
    await grow('1-1-1');
    const { size } = json(publish());
    const { width = 0 } = tilesOf(Number(size)).at(0) ?? {};
    expect(files().filter((file) => !before.has(file))).toEqual([tilePath(0, 0, width)]);
    for (const [file, bytes] of before)
      if (file !== 'checkpoint') expect(readFileSync(join(site, file))).toEqual(bytes);
    expect(parseCheckpoint(readFileSync(join(site, 'checkpoint'), 'utf8')).size).toBe(size);
    expect(json(publish())).toMatchObject({ size });
  });

  it('is not written over by a log that was cut short, or another, or where its head was altered', async () => {
    const copy = join(folder, 'copy');
    await daicho.restart(() => {
      cpSync(daicho.folder, copy, { recursive: true });
    });
    await grow('1-1-2');
    publish();
    const there = readFileSync(join(site, 'checkpoint'));
    for (const [outcome, told] of [
      [run(copy, 'ledger', 'publish', '--out', site), 'older copy'],
      [otherLog(), 'another ledger'],
    ] as const) {
      expect(outcome).toMatchObject({ code: 1, err: expect.stringMatching(ONE_SENTENCE) });
      expect(outcome.err).toContain(told);
    }
    expect(readFileSync(join(site, 'checkpoint'))).toEqual(there);
    writeFileSync(join(site, 'checkpoint'), there.subarray(0, -10));
    expect(publish()).toMatchObject({ code: 1, err: expect.stringContaining('altered') });
    expect(existsSync(join(site, 'checkpoint.part'))).toBe(false);
  });

  function otherLog(): Outcome {
    const data = join(folder, 'other');
    expect(run(data, 'plan', 'load', 'plans/toride-5/plan.yaml').code).toBe(0);
    return run(data, 'ledger', 'publish', '--out', site);
  }
});
