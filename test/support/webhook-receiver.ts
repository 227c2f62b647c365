import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { readWebhooks, type Webhooks } from '../../src/reminder/webhook-file.js';
import type { Answer } from './daicho.js';

export const SECRET = `whsec_${Buffer.alloc(32, 'a').toString('base64')}`;
export const NEWER_SECRET = `whsec_${Buffer.alloc(24, 'b').toString('base64')}`;

export interface Received {
  readonly id: string;
  readonly headers: IncomingHttpHeaders;
  /** As it came. */
  readonly text: string;
  readonly type: string;
  readonly data: Answer;
}

/** How somebody answers. */
export type Reply = (answer: ServerResponse) => void;

/** Takes it. */
const OK: Reply = (answer) => answer.writeHead(204).end();

/** Somebody who wants to be told, over real HTTP. */
export class WebhookReceiver {
  readonly #server: Server;
  readonly received: Received[] = [];
  readonly #waiting = new Set<() => void>();
  #port = 0;
  /** How the next ones are answered, in turn; then all as `reply` says. */
  readonly replies: Reply[] = [];
  reply = OK;

  private constructor() {
    this.#server = createServer((request, answer) => {
      void text(request).then((body) => {
        const { type, data } = JSON.parse(body);
        this.received.push({
          id: String(request.headers['webhook-id']),
          headers: request.headers,
          text: body,
          type,
          data,
        });
        (this.replies.shift() ?? this.reply)(answer);
        for (const look of this.#waiting) look();
      });
    });
  }

  static async start(): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver();
    await receiver.begin();
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${String(this.#port)}/hook?token=in-the-address`;
  }

  /** Listens, again on the same port. */
  async begin(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Nobody is there any more. */
  async end(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  /** Those that were received, once it holds of them. */
  async until(holds: (received: readonly Received[]) => boolean): Promise<readonly Received[]> {
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (!holds(this.received)) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
    return this.received;
  }

  /** The first of a type, once it is there. */
  async first(type: string): Promise<Received> {
    const found = (await this.until((all) => all.some((one) => one.type === type))).find((one) => one.type === type);
    if (!found) throw new Error(type);
    return found;
  }
}

/** Settings as a file has them. */
export function webhooksOf(settings: object): Webhooks {
  const folder = mkdtempSync(join(tmpdir(), 'daicho-webhooks-'));
  writeFileSync(join(folder, 'webhooks.yaml'), JSON.stringify(settings));
  const webhooks = readWebhooks(join(folder, 'webhooks.yaml'));
  rmSync(folder, { recursive: true });
  return webhooks;
}

/** By the published package, whose own clock the sender's must agree with. */
export const verified = ({ headers, text }: Received, secret = SECRET): unknown =>
  new Webhook(secret).verify(text, headers as Record<string, string>);

/** Signed with the secret at the time it names, whatever the package's clock says. */
export function isSigned({ id, headers, text }: Received, secret = SECRET): boolean {
  const at = new Date(Number(headers['webhook-timestamp']) * 1_000);
  return String(headers['webhook-signature'])
    .split(' ')
    .includes(new Webhook(secret).sign(id, at, text));
}
