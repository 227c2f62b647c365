import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandBus } from '@nestjs/cqrs';
import { SqliteEventStore } from '../../src/adapters/sqlite/sqlite-event-store.js';
import { BEGINNING } from '../../src/eventsourcing/event-store.js';
import { loadPlanFile } from '../../src/plan/load-plan-file.js';
import { startServer, type Server } from '../../src/server.js';
import { TORIDE_FILE } from '../support/daicho.js';

describe('starting', () => {
  let folder: string;
  const start = (port = 0): Promise<Server> => startServer({ port, dataFolder: folder });
  const file = (name: string): string => join(folder, name);
  const removeLedger = (): void => {
    for (const suffix of ['', '-wal', '-shm']) rmSync(file(`ledger.db${suffix}`), { force: true });
  };
  const withToride = async (dataFolder = folder): Promise<void> => {
    const server = await startServer({ port: 0, dataFolder });
    await loadPlanFile(server.app.get(CommandBus), TORIDE_FILE, {});
    await server.foundation.projector.waitFor(await server.foundation.ledger.store.head(), 30_000);
    await server.close();
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'daicho-start-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('refuses a ledger with one changed bit, says where, and leaves the file as it is', async () => {
    await withToride();
    const ledger = readFileSync(file('ledger.db'));
    const title = ledger.indexOf('書かない窓口');
    expect(title).toBeGreaterThan(0);
    ledger.writeUInt8(ledger.readUInt8(title + 2) ^ 1, title + 2);
    writeFileSync(file('ledger.db'), ledger);
    await expect(start()).rejects.toMatchObject({
      code: 'LEDGER_DAMAGED',
      message: expect.stringMatching(/ledger\.db: position \d+, measure-toride-5-1-2-1 0/),
    });
    expect(readFileSync(file('ledger.db')).equals(ledger)).toBe(true);
  });

  it('refuses a ledger that lacks what its views have seen, says what to do, and changes nothing', async () => {
    await withToride();
    const [ledger, elsewhere] = [file('ledger.db'), file('elsewhere.db')];
    renameSync(ledger, elsewhere);
    await expect(start()).rejects.toMatchObject({
      code: 'LEDGER_DAMAGED',
      message: expect.stringMatching(/00000000000000000208 plan-toride-5 0/),
    });
    removeLedger();
    renameSync(elsewhere, ledger);
    const server = await start();
    expect(await server.foundation.projector.health()).toMatchObject({ caughtUp: true });
    await server.close();

    // Without its views, the evidence log knows.
    removeLedger();
    rmSync(file('views'), { recursive: true });
    await expect(start()).rejects.toMatchObject({ code: 'LOG_OF_ANOTHER_LEDGER' });

    removeLedger();
    rmSync(file('views'), { recursive: true });
    rmSync(file('log'), { recursive: true });
    const anew = await start();
    expect(await anew.foundation.projector.views.bookmark()).toMatchObject({ events: 0 });
    await anew.close();
  });

  it('refuses the views of another ledger into which the same was loaded, and a rebuild finds them different', async () => {
    const [one, other] = [file('one'), file('other')];
    await withToride(one);
    await withToride(other);
    rmSync(join(other, 'views'), { recursive: true });
    renameSync(join(one, 'views'), join(other, 'views'));
    await expect(startServer({ port: 0, dataFolder: other })).rejects.toMatchObject({
      code: 'LEDGER_DAMAGED',
      message: expect.stringMatching(/00000000000000000208 plan-toride-5 0/),
    });
    const env = { ...process.env, NODE_OPTIONS: '' };
    const rebuilt = spawnSync(process.execPath, ['dist/cli.js', '--json', '--data', other, 'views', 'rebuild'], {
      env,
    });
    const { rows, different } = JSON.parse(rebuilt.stdout.toString());
    expect(different).toBe(rows);
  });

  it('finishes the loading of the plan that a kill has cut off', async () => {
    const env = { ...process.env, DAICHO_DATA: folder, PORT: '0', NODE_OPTIONS: '' };
    const cutOff = await SqliteEventStore.open(file('ledger.db'));
    await withToride(file('whole'));
    const whole = await SqliteEventStore.open(file('whole/ledger.db'));
    for (const { stream, revision, position: _, ...event } of await whole.readStream('measure-toride-5-1-1-1')) {
      await cutOff.append(stream, revision === 0 ? 'no-stream' : revision - 1, [event]);
    }
    const { length } = await whole.readAll(BEGINNING, 1_000);
    await Promise.all([whole.close(), cutOff.close()]);

    const child = spawn(process.execPath, ['dist/main.js'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    let printed = '';
    await new Promise<void>((resolve) => {
      child.stdout.on('data', (text: Buffer) => {
        printed += text.toString();
        if (printed.includes('/health/ready')) resolve();
      });
    });
    child.kill('SIGTERM');
    await once(child, 'exit');
    expect(printed).toContain('going on with it');
    const ledger = await SqliteEventStore.open(file('ledger.db'));
    expect(await ledger.readAll(BEGINNING, 1_000)).toHaveLength(length);
    await ledger.close();
  });

  it('begins views again that are damaged', async () => {
    await withToride();
    const views = file(join('views', readFileSync(file(join('views', 'current')), 'utf8').trim()));
    const bytes = readFileSync(views);
    bytes.fill(0xa5, 8_192, bytes.length - 4_096);
    writeFileSync(views, bytes);
    const server = await start();
    const { projector, ledger } = server.foundation;
    await projector.waitFor(await ledger.store.head(), 30_000);
    expect(await projector.views.bookmark()).toMatchObject({ events: 208 });
    await server.close();
  });

  it('shows a new admin token at the first start that succeeds, and never again', async () => {
    const other = createServer();
    const port = await new Promise<number>((resolve) => {
      other.listen(0, '0.0.0.0', () => {
        resolve((other.address() as { port: number }).port);
      });
    });
    await expect(start(port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    expect(existsSync(file('admin-token.sha256'))).toBe(false);
    await new Promise((resolve) => other.close(resolve));

    const first = await start();
    expect(first.newAdminToken).toMatch(/^daicho_/);
    expect(readFileSync(file('admin-token.sha256'), 'utf8')).not.toContain(first.newAdminToken);
    await first.close();
    const second = await start();
    expect(second.newAdminToken).toBeUndefined();
    await second.close();
  });
});
