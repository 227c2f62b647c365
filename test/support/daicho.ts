import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandBus } from '@nestjs/cqrs';
import { Clock } from '../../src/eventsourcing/clock.js';

import { loadPlanFile } from '../../src/plan/load-plan-file.js';
import { startServer, type Server, type ServerOptions } from '../../src/server.js';
import type { Places } from '../../src/stores.js';
import { ledgerOn, REAL_EVENTSTOREDB } from './eventstoredb.js';

export const ADMIN_TOKEN = 'admin-token-for-tests-only';
export const TORIDE_FILE = 'plans/toride-5/plan.yaml';

/** What a GraphQL answer holds, read loosely: the schema is checked elsewhere. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers are compared as they come
export type Answer = any;

/** Where its ledger and views are, if not in its own folder. */
export type Stores = Omit<Places, 'dataFolder'>;

/** A role in `toride-5`, or in the plan that it names. */
export interface Role {
  readonly role: string;
  readonly planKey?: string;
  readonly division?: string;
  readonly from?: string;
  readonly to?: string;
  readonly reason?: string;
}

/**
 * A real server on a real SQLite file in a folder of its own, with a clock that the story sets; on the EventStoreDB for tests
 * when there is one.
 */
export class Daicho {
  #nowMs: number;
  #server: Server | undefined;

  private constructor(
    now: string,
    private readonly stores: Stores,
    private readonly more: Partial<ServerOptions>,
    readonly folder = mkdtempSync(join(tmpdir(), 'daicho-test-')),
  ) {
    this.#nowMs = Date.parse(now);
  }

  static async start(
    now: string,
    stores: Stores = { ledger: REAL_EVENTSTOREDB.map(ledgerOn)[0] },
    more: Partial<ServerOptions> = {},
  ): Promise<Daicho> {
    const daicho = new Daicho(now, stores, more);
    await daicho.#open();
    return daicho;
  }

  /** On a data folder that is there, which stays the story's own. */
  static async over(folder: string, now: string): Promise<Daicho> {
    const daicho = new Daicho(now, {}, {}, folder);
    await daicho.#open();
    return daicho;
  }

  /** With the Toride plan in the ledger. */
  static async withToride(now: string, stores?: Stores, more?: Partial<ServerOptions>): Promise<Daicho> {
    const daicho = await Daicho.start(now, stores, more);
    const { receipt } = await loadPlanFile(daicho.server.app.get(CommandBus), TORIDE_FILE, {});
    if (!receipt) throw new Error('the Toride plan was refused');
    await daicho.server.foundation.projector.waitFor(receipt.position, 30_000);
    return daicho;
  }

  get server(): Server {
    if (!this.#server) throw new Error('not started');
    return this.#server;
  }

  get url(): string {
    return this.server.url;
  }

  /** `2026-11-25T10:00:00+09:00` */
  itIsNow(instant: string): void {
    this.#nowMs = Date.parse(instant);
  }

  /** Over HTTP, as the public. */
  ask(query: string, variables: object = {}): Promise<Answer> {
    return this.#post(query, variables, {});
  }

  /** Over HTTP, with the admin token. */
  askAsAdmin(query: string, variables: object = {}): Promise<Answer> {
    return this.askWith(ADMIN_TOKEN, query, variables);
  }

  /** Over HTTP, with a token of somebody's; `undefined`: as the public. */
  askWith(token: string | undefined, query: string, variables: object = {}): Promise<Answer> {
    return this.#post(query, variables, token === undefined ? {} : { authorization: `Bearer ${token}` });
  }

  /** Somebody with these roles, and the token he signs in with. */
  async person(...roles: Role[]): Promise<{ readonly id: string; readonly token: string }> {
    const { person } = await this.record('registerPerson', {}, 'person { id }');
    for (const role of roles) await this.record('grantRole', { personId: person.id, planKey: 'toride-5', ...role });
    const { token } = await this.record('issueToken', { personId: person.id }, 'token');
    return { id: person.id, token };
  }

  /** A mutation that must be accepted: its payload. */
  record(mutation: string, input: object, fields = ''): Promise<Answer> {
    return this.recordWith(ADMIN_TOKEN, mutation, input, fields);
  }

  async recordWith(token: string, mutation: string, input: object, fields = ''): Promise<Answer> {
    const { data, errors } = await this.mutateWith(token, mutation, input, fields);
    const payload = data?.[mutation];
    if (errors !== undefined || payload.receipt === null) throw new Error(JSON.stringify({ errors, payload }));
    return payload;
  }

  /** A mutation that must be refused as data: its problems. */
  refused(mutation: string, input: object): Promise<{ code: string; path: string[] }[]> {
    return this.refusedWith(ADMIN_TOKEN, mutation, input);
  }

  async refusedWith(token: string, mutation: string, input: object): Promise<{ code: string; path: string[] }[]> {
    const { data, errors } = await this.mutateWith(token, mutation, input);
    const payload = data?.[mutation];
    if (errors !== undefined || payload.receipt !== null)
      throw new Error(`accepted: ${JSON.stringify({ errors, payload })}`);
    return payload.problems;
  }

  /** A file that a report is to refer to. */
  handIn(
    token: string | undefined,
    { planKey, measureNo }: { readonly planKey: string; readonly measureNo: string },
    file: Buffer,
    mediaType: string,
  ): Promise<Response> {
    return fetch(`${this.url}/evidence?${new URLSearchParams({ planKey, measureNo }).toString()}`, {
      method: 'POST',
      headers: { 'content-type': mediaType, ...(token !== undefined && { authorization: `Bearer ${token}` }) },
      body: new Uint8Array(file),
    });
  }

  mutate(mutation: string, input: object, fields = ''): Promise<Answer> {
    return this.mutateWith(ADMIN_TOKEN, mutation, input, fields);
  }

  mutateWith(token: string | undefined, mutation: string, input: object, fields = ''): Promise<Answer> {
    const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
    return this.askWith(
      token,
      `mutation ($input: ${type}!) { ${mutation}(input: $input) { receipt { position revision eventIds } problems { code path } ${fields} } }`,
      { input },
    );
  }

  /** The views may be thrown away at any time: they are built again from the ledger. */
  restartWithoutViews(): Promise<void> {
    return this.restart(() => {
      rmSync(join(this.folder, 'views'), { recursive: true });
    });
  }

  /** @param meanwhile done to its folder while nobody uses it */
  async restart(meanwhile: () => void): Promise<void> {
    await this.server.close();
    meanwhile();
    await this.#open();
    const { ledger, projector } = this.server.foundation;
    await projector.waitFor(await ledger.store.head(), 30_000);
  }

  async stop(): Promise<void> {
    await this.server.close();
    rmSync(this.folder, { recursive: true });
  }

  async #open(): Promise<void> {
    const clock = new Clock(() => this.#nowMs);
    this.#server = await startServer({
      port: 0,
      dataFolder: this.folder,
      ...this.stores,
      adminToken: ADMIN_TOKEN,
      clock,
      ...this.more,
    });
  }

  async #post(query: string, variables: object, headers: Record<string, string>): Promise<Answer> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query, variables }),
    });
    return response.json();
  }
}
