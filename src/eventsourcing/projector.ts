import type { Catalogue } from './catalogue.js';
import type { RecordedEvent } from './event.js';
import type { EventStore, Place } from './event-store.js';
import type { Position } from './position.js';
import { ViewsError, type Views } from './views.js';

export interface ProjectorHealth {
  /** Whether this process feeds the views, or another one. */
  readonly role: 'leader' | 'follower';
  readonly position: Position;
  /** The real head of the ledger, asked now: never the projector's own idea of it. */
  readonly head: Position;
  readonly caughtUp: boolean;
  /** For how long the views have lacked an event that the ledger was seen to hold, in ms. */
  readonly behindMs: number;
  /** Why it stands still, if it does. */
  readonly error?: Error;
}

/** Events in one transaction of the views. */
const BATCH = 500;
/** A lost wake-up costs at most this. */
const POLL_MS = 1_000;
/** After a failure: soon, then rarer. */
const RETRY_MS = [100, 500, 2_000, 10_000] as const;

/**
 * Feeds the views: pulls from their bookmark, in position order, in batches. An append only wakes it. A failure stops
 * it where it is, is shown by `health`, and is tried again; nothing is skipped.
 */
export class Projector {
  readonly #waiters = new Set<{ readonly position: Position; readonly resolve: () => void }>();
  readonly #listeners = new Set<(events: readonly RecordedEvent[]) => void>();
  #stopListening: readonly (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #woken = false;
  /** Up to here waiters and listeners have been told. */
  #told: Place | undefined;
  #stopped = true;
  #failures = 0;
  #error: Error | undefined;
  #leads = false;
  #caughtUpOnce = false;
  /** A head that the views had not reached, and when it was seen. */
  #awaited: { readonly head: Position; readonly seenMs: number } | undefined;

  constructor(
    readonly store: EventStore,
    readonly views: Views,
    readonly catalogue: Catalogue,
    /** Told once of each reason why it stands still. */
    private readonly onStopped: (error: Error) => void = () => undefined,
  ) {}

  start(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    const wake = (): void => {
      this.wake();
    };
    this.#stopListening = [this.store.onAppended(wake), this.views.onFed(wake)];
    this.wake();
  }

  /** Finishes the batch at hand. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const stop of this.#stopListening) stop();
    clearTimeout(this.#timer);
    await this.#running;
  }

  wake(): void {
    if (this.#stopped) return;
    this.#woken = true;
    if (this.#running) return;
    clearTimeout(this.#timer);
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
      if (this.#stopped) return;
      if (this.#woken && !this.#error) {
        this.wake();
        return;
      }
      const delay = this.#error ? RETRY_MS[Math.min(this.#failures, RETRY_MS.length) - 1] : POLL_MS;
      this.#timer = setTimeout(() => {
        this.wake();
      }, delay).unref();
    });
  }

  /** Called after events have become visible. */
  onVisible(listener: (events: readonly RecordedEvent[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves when the views contain a position: how a client reads its own write. @throws ViewsError NOT_VISIBLE_YET */
  async waitFor(position: Position, timeoutMs: number): Promise<void> {
    if ((await this.views.bookmark()).position >= position) return;
    await new Promise<void>((resolve, reject) => {
      const waiter = {
        position,
        resolve: () => {
          clearTimeout(timer);
          this.#waiters.delete(waiter);
          resolve();
        },
      };
      const timer = setTimeout(() => {
        this.#waiters.delete(waiter);
        reject(
          new ViewsError(
            'NOT_VISIBLE_YET',
            `ビューはまだ位置 ${position} に達していません（${String(timeoutMs)} ms 待ちました） / ` +
              `the views have not reached position ${position} within ${String(timeoutMs)} ms`,
          ),
        );
      }, timeoutMs);
      this.#waiters.add(waiter);
      this.wake();
    });
  }

  /** Whether this process feeds the views, as of the last batch. */
  get leads(): boolean {
    return this.#leads;
  }

  async health(): Promise<ProjectorHealth> {
    const role = this.#leads ? 'leader' : 'follower';
    return { role, ...(await this.#measure()), ...(this.#error && { error: this.#error }) };
  }

  async #measure(): Promise<Pick<ProjectorHealth, 'position' | 'head' | 'caughtUp' | 'behindMs'>> {
    const { position } = await this.views.bookmark();
    const head = await this.store.head();
    const caughtUp = position === head;
    const nowMs = performance.now();
    // While events keep coming the views are always a little behind: by as long as a head that was seen is not reached.
    const isReached = caughtUp || (this.#awaited !== undefined && position >= this.#awaited.head);
    if (isReached) {
      this.#awaited = undefined;
      this.#caughtUpOnce = true;
    }
    if (!caughtUp) this.#awaited ??= { head, seenMs: this.#caughtUpOnce ? nowMs : -Infinity };
    return { position, head, caughtUp, behindMs: this.#awaited ? nowMs - this.#awaited.seenMs : 0 };
  }

  async #run(): Promise<void> {
    try {
      while (this.#takeWakeUp()) while ((await this.#pull()) === BATCH);
      this.#error = undefined;
      this.#failures = 0;
    } catch (error) {
      if (error instanceof ViewsError && error.code === 'OUT_OF_ORDER') {
        // Another process has applied these events first: go on where it stands.
        this.#woken = true;
        return;
      }
      const before = this.#error?.message;
      this.#error = error instanceof Error ? error : new Error(String(error));
      if (this.#error.message !== before) this.onStopped(this.#error);
      this.#failures++;
    }
  }

  #takeWakeUp(): boolean {
    const woken = this.#woken && !this.#stopped;
    this.#woken = false;
    return woken;
  }

  async #pull(): Promise<number> {
    if (this.#stopped) return 0;
    this.#leads = await this.#takeTheLead();
    const bookmark = await this.views.bookmark();
    await this.#announce(bookmark);
    if (!this.#caughtUpOnce) await this.#measure();
    if (!this.#leads) return 0;
    const events = await this.store.readAll(bookmark, BATCH);
    const last = events.at(-1);
    if (!last) return 0;
    await this.views.apply(events.map((event) => this.catalogue.project(event)));
    this.#tell(events, last);
    // Other work of this process goes on between two batches.
    if (events.length === BATCH) await new Promise((resolve) => setImmediate(resolve));
    return events.length;
  }

  /** Who cannot even ask does not lead. */
  async #takeTheLead(): Promise<boolean> {
    try {
      await this.views.refresh();
      return await this.views.lead();
    } catch (error) {
      this.#leads = false;
      throw error;
    }
  }

  /** What another process has applied to the same views is visible too. */
  async #announce(bookmark: Place): Promise<void> {
    this.#told ??= bookmark;
    while (this.#told.position < bookmark.position) {
      const events = await this.store.readAll(this.#told, BATCH);
      const visible = events.filter((event) => event.position <= bookmark.position);
      this.#tell(visible, visible.at(-1) ?? bookmark);
    }
    this.#tell([], bookmark);
  }

  #tell(events: readonly RecordedEvent[], upTo: Place): void {
    this.#told = upTo;
    for (const waiter of this.#waiters) if (waiter.position <= upTo.position) waiter.resolve();
    if (events.length > 0) for (const listener of this.#listeners) listener(events);
  }
}
