import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, type Outcome } from '../support/program.js';
import { NEWER_SECRET, SECRET, verified, WebhookReceiver } from '../support/webhook-receiver.js';

describe('webhooks on the command line', () => {
  let folder: string;
  let receiver: WebhookReceiver;
  let nobodysUrl: string;
  let file: string;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'daicho-webhook-'));
    receiver = await WebhookReceiver.start();
    const nobody = await WebhookReceiver.start();
    await nobody.end();
    nobodysUrl = nobody.url;
    file = join(folder, 'webhooks.yaml');
    writeFileSync(
      file,
      JSON.stringify({
        endpoints: [
          { name: 'chat', url: receiver.url, secret: [NEWER_SECRET, SECRET], division: '財政課' },
          { name: 'nobody', url: nobodysUrl, secret: SECRET, events: ['round.opened'] },
        ],
      }),
    );
  });
  afterEach(async () => {
    await receiver.end();
    rmSync(folder, { recursive: true });
  });
  const webhook = (...args: string[]): Promise<Outcome> =>
    run(['cli', '--data', join(folder, 'data'), '--json', 'webhook', ...args]);

  it('check shows what would be sent where, and no secret, nor the whole address', async () => {
    const { code, out } = await webhook('check', file);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      daysBefore: [7, 1],
      endpoints: [
        { name: 'chat', origin: new URL(receiver.url).origin, signatures: 2, plan: null, division: '財政課' },
        { name: 'nobody', origin: new URL(nobodysUrl).origin, signatures: 1, events: ['round.opened'] },
      ],
    });
    const { out: forPeople } = await run(['cli', 'webhook', 'check', file]);
    expect(forPeople).toContain('正しい設定です');
    expect(out + forPeople).not.toMatch(/whsec_|in-the-address/);
    expect(receiver.received).toEqual([]);
  });

  it('check tells where the file is wrong', async () => {
    writeFileSync(file, JSON.stringify({ endpoints: [{ name: 'chat', url: 'http://hooks.example', secret: SECRET }] }));
    const { code, out, err } = await webhook('check', file);
    expect(code).toBe(1);
    expect(JSON.parse(out).error.message).toContain('endpoints[0].url: https://');
    expect(err).toContain('endpoints[0].url: https://');
    expect(out + err).not.toContain(SECRET);
  });

  it('test sends each a signed ping, and fails when one is not there', async () => {
    const { code, out, err } = await webhook('test', file);
    expect(code).toBe(1);
    expect(JSON.parse(out).endpoints).toEqual([
      { name: 'chat', delivered: true, answer: expect.stringContaining('delivered') },
      { name: 'nobody', delivered: false, answer: 'ECONNREFUSED' },
    ]);
    const [ping] = receiver.received;
    if (!ping) throw new Error(err);
    for (const secret of [SECRET, NEWER_SECRET]) {
      expect(verified(ping, secret)).toEqual({ type: 'test.ping', timestamp: expect.any(String), data: {} });
    }
    expect(out + err).not.toMatch(/whsec_|in-the-address/);
  });

  it('status and retry make nothing where nothing has been sent', async () => {
    expect(JSON.parse((await webhook('status')).out)).toEqual({ counts: [], troubled: [] });
    expect(JSON.parse((await webhook('retry', 'chat')).out)).toEqual({ endpoint: 'chat', again: 0 });
    expect(readdirSync(folder)).toEqual(['webhooks.yaml']);
  });
});
