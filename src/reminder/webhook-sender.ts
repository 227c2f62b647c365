import { setTimeout as sleep } from 'node:timers/promises';
import type { Day } from '../calendar/day.js';
import type { Clock } from '../eventsourcing/clock.js';
import type { RecordedEvent } from '../eventsourcing/event.js';
import { StoreError, type Place } from '../eventsourcing/event-store.js';
import { uuidOf, type Ledger } from '../eventsourcing/handle.js';
import type { Delivery, Outbox, OutgoingMessage } from '../eventsourcing/outbox.js';
import type { Position } from '../eventsourcing/position.js';
import type { Projector } from '../eventsourcing/projector.js';
import { ViewsError } from '../eventsourcing/views.js';
import type { PlanReader } from '../plan/plan-reader.js';
import type { DueReader } from './due-reader.js';
import { isTold, messageOf, messagesOn, type Message } from './message.js';
import { post } from './webhook-call.js';
import type { Endpoint, Webhooks } from './webhook-file.js';

const LOOK_MS = 1_000;
/** Events read at once. */
const PAGE = 500;
/** Messages taken at once for an endpoint. */
const BATCH = 20;
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
/** Until the next attempt, after each that failed: as Standard Webhooks recommends, for about three days. */
const RETRY_MS = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
] as const;

/** What a sender stands on. */
export interface Surroundings {
  readonly ledger: Ledger;
  readonly projector: Projector;
  readonly plans: PlanReader;
  readonly dues: DueReader;
  readonly clock: Clock;
  readonly outbox: Outbox;
  /** Something went wrong, or goes on again, that somebody should know of. */
  readonly onNotice: (notice: string) => void;
}

/**
 * Tells endpoints what happens and what is due. What is to be told is written into the outbox first, with the place up to
 * which the ledger has been read, and sent from there until it is delivered: at least once, under one id. Of several
 * processes the one that feeds the views sends.
 */
export class WebhookSender {
  readonly #stop = new AbortController();
  /** Have answered 410: nothing is sent to them by this process any more. */
  readonly #gone = new Set<string>();
  /** What stands in the way, by whose way it is: told once. */
  readonly #troubles = new Map<string, string>();
  #loops: Promise<unknown> = Promise.resolve();
  /** Looked at last: the head of the ledger, and the day in each plan. */
  #looked: { readonly head: Position; readonly days: ReadonlyMap<string, Day> } | undefined;

  constructor(
    private readonly webhooks: Webhooks,
    private readonly on: Surroundings,
  ) {}

  begin(): void {
    this.#loops = Promise.all([
      this.#repeat('outbox', () => this.#gather()),
      ...this.webhooks.endpoints.map((endpoint) => this.#repeat(endpoint.name, () => this.#deliver(endpoint))),
    ]);
  }

  /** Gives up the attempts under way, which are made again by whoever sends next. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loops;
  }

  /** Each second, while this process leads. */
  async #repeat(name: string, work: () => Promise<void>): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        if (this.on.projector.leads) await work();
      } catch (error) {
        if (!this.#stop.signal.aborted) this.#trouble(name, error instanceof Error ? error.message : String(error));
      }
      await sleep(LOOK_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  async #gather(): Promise<void> {
    const head = await this.on.ledger.store.head();
    if (!(await this.#isVisible(head))) return;
    if (await this.#isLookedAt(head)) return;
    const place = await this.#begun(head);
    const end = await this.#gatherFromEvents(place, head);
    const days = await this.#gatherFromDays(end, head);
    this.#looked = { head, days };
    this.#fine('outbox');
  }

  async #isVisible(head: Position): Promise<boolean> {
    try {
      await this.on.projector.waitFor(head, LOOK_MS);
      return true;
    } catch (error) {
      if (error instanceof ViewsError && error.code === 'NOT_VISIBLE_YET') return false;
      throw error;
    }
  }

  async #isLookedAt(head: Position): Promise<boolean> {
    if (this.#looked?.head !== head) return false;
    for (const [planKey, day] of this.#looked.days) if ((await this.on.plans.today(planKey)) !== day) return false;
    return true;
  }

  /** Whoever begins is told nothing of what was before. So is he whose ledger is another than the one read so far. */
  async #begun(head: Position): Promise<Place> {
    const place = await this.on.outbox.readTo();
    if (place && (await this.#isOfThisLedger(place, head))) return place;
    const now: Place = { position: head, recordedAtMs: 0 };
    if (place) {
      this.on.onNotice(
        `通知は別の台帳の位置 ${place.position} まで読んでいました。この台帳の ${head} から続けます / webhooks had read up to ${place.position} of another ledger: they go on from ${head} of this one`,
      );
    }
    await this.on.outbox.add([], now, this.on.clock.nowMs());
    return now;
  }

  async #isOfThisLedger(place: Place, head: Position): Promise<boolean> {
    if (place.position > head) return false;
    try {
      await this.on.ledger.store.readAll(place, 1);
      return true;
    } catch (error) {
      if (error instanceof StoreError && error.code === 'POSITION_UNKNOWN') return false;
      throw error;
    }
  }

  async #gatherFromEvents(from: Place, head: Position): Promise<Place> {
    let place = from;
    while (place.position < head) {
      const events = (await this.on.ledger.store.readAll(place, PAGE)).filter(({ position }) => position <= head);
      const last = events.at(-1);
      if (!last) break;
      const messages: OutgoingMessage[] = [];
      for (const event of events) {
        if (isTold(event.type)) messages.push(...(await this.#messagesOf(event, head)));
      }
      place = { position: last.position, recordedAtMs: last.recordedAtMs };
      await this.on.outbox.add(messages, place, this.on.clock.nowMs());
    }
    return place;
  }

  async #messagesOf(recorded: RecordedEvent, head: Position): Promise<OutgoingMessage[]> {
    const { event, scope } = this.on.ledger.catalogue.project(recorded);
    const plan = await this.on.plans.planAt(scope, { position: head });
    const { catalogue } = this.on.ledger;
    const text = { ja: catalogue.sentence(event, 'ja'), en: catalogue.sentence(event, 'en') };
    const message = plan && messageOf(event, text, plan);
    return message ? this.#addressed(message, event.recordedAtMs) : [];
  }

  async #gatherFromDays(place: Place, head: Position): Promise<ReadonlyMap<string, Day>> {
    const { plans, dues, outbox, clock } = this.on;
    const days = new Map<string, Day>();
    for (const planKey of await plans.keys()) {
      const found = await dues.of(planKey, head);
      if (!found) continue;
      const today = found.plan.asOf.effectiveOn;
      days.set(planKey, today);
      const messages = messagesOn(today, found.dues, found.plan, this.webhooks.daysBefore);
      const addressed = messages.flatMap((message) => this.#addressed(message, clock.nowMs()));
      if (addressed.length > 0) await outbox.add(addressed, place, clock.nowMs());
    }
    return days;
  }

  #addressed({ name, type, planKey, division, data }: Message, atMs: number): OutgoingMessage[] {
    const id = uuidOf('webhook', ...name);
    const body = JSON.stringify({ type, timestamp: new Date(atMs).toISOString(), data });
    return this.webhooks.endpoints
      .filter(
        (one) =>
          one.events.includes(type) &&
          (one.plan ?? planKey) === planKey &&
          (division === undefined || (one.division ?? division) === division),
      )
      .map((one) => ({ endpoint: one.name, id, type, body }));
  }

  async #deliver(endpoint: Endpoint): Promise<void> {
    while (!this.#gone.has(endpoint.name)) {
      const messages = await this.on.outbox.due(endpoint.name, this.on.clock.nowMs(), BATCH);
      for (const message of messages) {
        if (!this.#gone.has(endpoint.name)) await this.#attempt(endpoint, message);
      }
      if (messages.length < BATCH) return;
    }
  }

  async #attempt(endpoint: Endpoint, message: Delivery): Promise<void> {
    const { outbox, clock, onNotice } = this.on;
    const { name } = endpoint;
    const outcome = await post(endpoint, message, clock.nowMs(), this.#stop.signal);
    const attempts = message.attempts + 1;
    switch (outcome.kind) {
      case 'delivered':
        await outbox.settle(message, { standing: 'delivered', attempts, dueMs: message.dueMs });
        this.#fine(name);
        return;
      case 'gone':
        this.#gone.add(name);
        onNotice(
          `通知先 ${name} は 410 Gone を返しました。再起動するまで送りません / webhook ${name} has answered 410 Gone: nothing is sent to it until the next start`,
        );
        return;
      case 'failed': {
        const wait = RETRY_MS[attempts - 1];
        const standing = wait === undefined ? 'failed' : 'pending';
        const dueMs = clock.nowMs() + (wait ?? 0);
        await outbox.settle(message, { standing, attempts, dueMs, error: outcome.why });
        this.#trouble(name, outcome.why);
        if (wait === undefined) {
          onNotice(
            `通知先 ${name} への ${message.type} をあきらめました。daicho webhook retry ${name} でもう一度送ります / given up: ${message.type} to webhook ${name}; daicho webhook retry ${name} sends it again`,
          );
        }
      }
    }
  }

  #trouble(name: string, why: string): void {
    if (this.#troubles.get(name) === why) return;
    this.#troubles.set(name, why);
    this.on.onNotice(
      `通知を送れません（${name}）。あとでもう一度試します / webhook ${name}: cannot be told now, it is tried again: ${why}`,
    );
  }

  #fine(name: string): void {
    if (!this.#troubles.delete(name)) return;
    this.on.onNotice(`通知を送れるようになりました（${name}） / webhook ${name} can be told again`);
  }
}
