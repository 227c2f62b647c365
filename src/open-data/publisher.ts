import { setTimeout as sleep } from 'node:timers/promises';
import type { OwnApi } from '../api/own-api.js';
import type { Ledger } from '../eventsourcing/handle.js';
import type { Projector } from '../eventsourcing/projector.js';
import type { FlatTable, Reporting } from '../eventsourcing/reporting.js';
import { ViewsError } from '../eventsourcing/views.js';
import { ORIGIN, rowsOf } from './rows.js';
import { TABLES, type Table } from './tables.js';

const PLAN_KEY: Table['columns'] = { planKey: { title: '計画キー' } };

/** `fiscalYear` → `fiscal_year` */
const sqlName = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The open data of all plans, flat, as of today: what everybody may read, in types that SQL knows. */
export async function flatTables(api: OwnApi): Promise<FlatTable[]> {
  const { plans } = (await api.ask('{ plans { key } }', {})) as { readonly plans: readonly { readonly key: string }[] };
  const tables: FlatTable[] = [];
  for (const [name, table] of Object.entries(TABLES)) {
    const columns = Object.entries({ ...PLAN_KEY, ...ORIGIN, ...table.columns });
    const rows = [];
    for (const { key } of plans)
      for (const row of await rowsOf(api, key, {}, table)) {
        const of = { planKey: key, ...row };
        rows.push(Object.fromEntries(Object.entries(of).map(([column, value]) => [sqlName(column), value])));
      }
    tables.push({
      name: sqlName(name),
      title: table.title,
      columns: columns.map(([column, { title, type = 'text' }]) => ({ name: sqlName(column), title, type })),
      rows,
    });
  }
  return tables;
}

interface Surroundings {
  readonly api: OwnApi;
  readonly ledger: Ledger;
  readonly projector: Projector;
  readonly onNotice: (notice: string) => void;
}

const LOOK_MS = 1_000;
/** Nothing may have been recorded, and yet today is another day. */
const AGAIN_MS = 3_600_000;

/** Keeps them as the ledger is, in one process of several: a second after it has grown, and each hour. */
export class Publisher {
  readonly #stop = new AbortController();
  #loop: Promise<void> = Promise.resolve();
  #published: { readonly head: string; readonly atMs: number } | undefined;
  #trouble: string | undefined;

  constructor(
    private readonly reporting: Reporting,
    private readonly on: Surroundings,
  ) {}

  begin(): void {
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
    await this.reporting.close();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        if (this.on.projector.leads) await this.#publish();
        this.#trouble = undefined;
      } catch (error) {
        // The views are on their way.
        if (!(error instanceof ViewsError && error.code === 'NOT_VISIBLE_YET'))
          this.#tell(error instanceof Error ? error.message : String(error));
      }
      await sleep(LOOK_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  async #publish(): Promise<void> {
    const head = await this.on.ledger.store.head();
    const now = performance.now();
    if (this.#published?.head === head && now - this.#published.atMs < AGAIN_MS) return;
    await this.on.projector.waitFor(head, LOOK_MS);
    await this.reporting.publish(await flatTables(this.on.api));
    this.#published = { head, atMs: now };
  }

  /** Once, however often it is tried again. */
  #tell(trouble: string): void {
    if (this.#trouble === trouble || this.#stop.signal.aborted) return;
    this.#trouble = trouble;
    this.on.onNotice(`DAICHO_REPORTING：書き出せません。続けて試みます / not published, tried again: ${trouble}`);
  }
}
