import { once } from 'node:events';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseCheckpoint, parseCheckpoints } from '../../src/ledger/checkpoint.js';
import { daicho as run, json, type Outcome } from '../support/command-line.js';
import { Daicho, type Answer } from '../support/daicho.js';
import { itemAt } from '../support/item-at.js';
import { ONE_SENTENCE } from '../support/program.js';
import { until } from '../support/until.js';

const NOW = '2026-11-25T10:00:00+09:00';

/** A town that nobody watches puts its heads where it cannot change them itself. */
describe('Heads that are kept elsewhere', () => {
  const folder = mkdtempSync(join(tmpdir(), 'daicho-anchored-'));
  const file = join(folder, 'heads');
  let daicho: Daicho;
  let key: string;

  beforeAll(async () => {
    daicho = await Daicho.withToride(NOW, {});
    [key] = (await daicho.ask('{ ledger { keys } }')).data.ledger.keys;
  });
  afterAll(async () => {
    await daicho.stop();
    rmSync(folder, { recursive: true });
  });

  const change = (measureNo: string): Promise<Answer> =>
    daicho.record('changeMeasureStatus', {
      planKey: 'toride-5',
      measureNo,
      status: '継続',
      effectiveOn: '2026-11-01',
    });
  const anchor = (to = file): Outcome => run(daicho.folder, '--json', 'ledger', 'anchor', '--out', to);
  const sizesIn = (of: string): number[] => parseCheckpoints(readFileSync(of, 'utf8')).map(({ size }) => size);
  const bundle = (name: string, data = daicho.folder): string => {
    const to = join(folder, name);
    expect(run(data, 'evidence', 'export', '--out', to)).toMatchObject({ code: 0 });
    return to;
  };
  const verified = (of: string, head = file): Outcome =>
    run('/nowhere', '--json', 'verify', of, '--key', key, '--head', head);

  it('stand in a file, one after another, each of which the history must pass', async () => {
    const { size } = json(anchor());
    expect(anchor().code).toBe(0);
    await change('1-1-1');
    expect(json(anchor())).toMatchObject({ size: Number(size) + 1 });
    expect(sizesIn(file)).toEqual([size, Number(size) + 1]);
    await change('1-1-2');
    expect(verified(bundle('whole')).code).toBe(0);
  });

  it('are missed by a history that was cut short, or is another', async () => {
    const copy = join(folder, 'copy');
    const before = readFileSync(file);
    await daicho.restart(() => {
      cpSync(daicho.folder, copy, { recursive: true });
    });
    await change('1-1-3');
    expect(anchor().code).toBe(0);
    const short = bundle('short', copy);
    expect(json(verified(short))).toMatchObject({ code: 'ROLLED_BACK' });

    const outcome = run(copy, 'ledger', 'anchor', '--out', file);
    expect(outcome).toMatchObject({ code: 1, err: expect.stringMatching(/古いバックアップ.*older copy/) });
    expect(outcome.err).toMatch(ONE_SENTENCE);
    expect(readFileSync(file).subarray(0, before.length)).toEqual(before);
    for (const division of ['課A', '課B', '課C'])
      expect(run(copy, 'person', 'add', `p-${Buffer.from(division).toString('hex').slice(0, 12)}`)).toMatchObject({
        code: 0,
      });
    expect(run(copy, 'ledger', 'anchor', '--out', file)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/別の歴史.*another history/),
    });
    expect(json(verified(bundle('other', copy)))).toMatchObject({ code: 'FORKED' });
  });

  it('are not added to a file that is damaged, or of another ledger, or where nothing can be written', async () => {
    const cut = join(folder, 'cut');
    writeFileSync(cut, readFileSync(file).subarray(0, -10));
    expect(anchor(cut)).toMatchObject({ code: 1, err: expect.stringContaining('cut off') });
    const altered = join(folder, 'altered');
    writeFileSync(altered, readFileSync(file, 'utf8').replace(/\n(\d+)\n(?!.*\n\d+\n)/s, '\n1\n'));
    expect(anchor(altered)).toMatchObject({ code: 1, err: expect.stringContaining('altered') });
    expect(anchor(join(folder, 'no', 'such'))).toMatchObject({ code: 1, err: expect.stringContaining('ENOENT') });

    const other = await Daicho.start(NOW, {});
    await other.record('registerPerson', {});
    const theirs = join(folder, 'theirs');
    expect(run(other.folder, 'ledger', 'anchor', '--out', theirs).code).toBe(0);
    await other.stop();
    expect(anchor(theirs)).toMatchObject({ code: 1, err: expect.stringContaining('another ledger') });
    expect(sizesIn(theirs)).toEqual([1]);
  });

  it('are added by the server itself to DAICHO_ANCHOR, a file', async () => {
    const own = join(folder, 'own');
    const other = await Daicho.start(NOW, { anchor: own });
    const at = async (): Promise<number> =>
      (await other.ask('{ ledger { checkpoint { size } } }')).data.ledger.checkpoint.size;
    await other.record('registerPerson', {});
    expect(await at()).toBe(1);
    await until(() => isThere(own, 1));
    await other.record('registerPerson', {});
    expect(await at()).toBe(2);
    await until(() => isThere(own, 2));
    expect(sizesIn(own)).toEqual([1, 2]);

    // Whoever damages it is told of, and it is not touched.
    appendFileSync(own, 'x');
    await other.record('registerPerson', {});
    expect(await at()).toBe(3);
    const health = async (): Promise<Answer> => (await fetch(`${other.url}/health/ready`)).json();
    await until(async () => (await health()).evidence !== undefined);
    expect((await health()).evidence).toEqual([{ name: 'anchor', code: 'ANCHOR_DAMAGED' }]);
    expect(readFileSync(own, 'utf8').endsWith('\nx')).toBe(true);
    await other.stop();
  });

  const isThere = (of: string, size: number): boolean => {
    try {
      return sizesIn(of).includes(size);
    } catch {
      return false;
    }
  };

  it('are sent to DAICHO_ANCHOR, an address, again when it did not take one', async () => {
    const received: string[] = [];
    const statuses = [500, 200];
    const server = createServer((request, answer) => {
      void text(request).then((body) => {
        received.push(body);
        answer.writeHead(statuses.shift() ?? 200).end();
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/heads?secret`;
    const notices: string[] = [];
    const other = await Daicho.start(NOW, { anchor: url }, { onNotice: (notice) => notices.push(notice) });
    await other.record('registerPerson', {});
    const { note } = (await other.ask('{ ledger { checkpoint { note } } }')).data.ledger.checkpoint;
    await until(() => notices.length > 0);
    expect(notices.at(-1)).toContain('HTTP 500');
    expect(notices.join()).not.toContain('secret');
    other.itIsNow('2026-11-25T10:00:10+09:00');
    await until(() => received.length === 2);
    expect(received).toEqual([note, note]);
    expect(parseCheckpoint(itemAt(received, 1)).size).toBe(1);
    await until(() => notices.some((notice) => notice.includes('can be brought')));
    await other.stop();
    server.close();
    server.closeAllConnections();
  });
});
