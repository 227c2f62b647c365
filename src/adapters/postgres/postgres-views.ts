import type { Projected } from '../../eventsourcing/catalogue.js';
import type { Position } from '../../eventsourcing/position.js';
import type { Timeline } from '../../eventsourcing/timeline.js';
import type { Bookmark, LiveViews, Trail, ViewsCopy } from '../../eventsourcing/views.js';
import { Leadership } from './leadership.js';
import { FillingCopy, PostgresCopy } from './postgres-copy.js';
import {
  addCopyToFill,
  checkSchema,
  copyInUse,
  dropCopy,
  dropFormerCopies,
  GRACE_MS,
  IN_USE,
  openSchema,
  useCopy,
} from './postgres-schema.js';
import { Sessions, type Limits, type Session } from './postgres-sessions.js';
import { WakeUps } from './wake-ups.js';

const MINUTE_MS = 60_000;
/** Making tables, or waiting for another process that does. */
const PREPARING: Limits = { statementMs: MINUTE_MS, lockMs: 30_000, silentMs: MINUTE_MS };
/** Large batches, at the pace of the ledger. */
const FILLING: Limits = { statementMs: 10 * MINUTE_MS, lockMs: 30_000, silentMs: 10 * MINUTE_MS, beatMs: 5_000 };
/** Who reads a former copy goes first. */
const SWEEPING: Limits = { statementMs: MINUTE_MS, lockMs: 200, silentMs: MINUTE_MS };

export interface PostgresViewsOptions {
  /** Views are begun anew, and why. */
  readonly onNotice?: ((notice: string) => void) | undefined;
}

const ignore = (): void => undefined;

/**
 * The read models in a PostgreSQL that several processes share. Each copy is a schema of its own; `daicho.views` names
 * the one in use. Any process answers, one of them feeds.
 */
export class PostgresViews implements LiveViews {
  readonly #leadership: Leadership;
  readonly #wakeUps: WakeUps;
  #copy: PostgresCopy;
  #sweep: NodeJS.Timeout | undefined;
  #closed = false;

  /** @throws ViewsError VIEWS_UNREACHABLE, VIEWS_REFUSED, VIEWS_TOO_OLD, VIEWS_TOO_NEW */
  static async open(
    connectionString: string,
    { onNotice = ignore }: PostgresViewsOptions = {},
  ): Promise<PostgresViews> {
    const sessions = new Sessions(connectionString);
    try {
      const copy = await during(sessions, PREPARING, (session) => openSchema(session, onNotice));
      return new PostgresViews(sessions, copy);
    } catch (error) {
      await sessions.close();
      throw error;
    }
  }

  /** Before anything is written. @throws ViewsError VIEWS_UNREACHABLE, VIEWS_REFUSED, VIEWS_TOO_OLD, VIEWS_TOO_NEW */
  static async check(connectionString: string): Promise<void> {
    const sessions = new Sessions(connectionString);
    try {
      await during(sessions, PREPARING, checkSchema);
    } finally {
      await sessions.close();
    }
  }

  private constructor(
    private readonly sessions: Sessions,
    copy: number,
  ) {
    this.#copy = new PostgresCopy(copy, sessions);
    this.#leadership = new Leadership(sessions);
    this.#wakeUps = new WakeUps(sessions, (processId) => this.#leadership.isFrom(processId));
    this.#sweepLater();
  }

  get timeline(): Timeline {
    return this.#copy.timeline;
  }

  get trail(): Trail {
    return this.#copy.trail;
  }

  bookmark(): Promise<Bookmark> {
    return this.#copy.bookmark();
  }

  async apply(batch: readonly Projected[]): Promise<void> {
    await this.#copy.feed(await this.#leadership.session(), batch);
  }

  dump(known: Position): AsyncIterable<string> {
    return this.#copy.dump(known);
  }

  lead(): Promise<boolean> {
    return this.#leadership.lead();
  }

  onFed(listener: () => void): () => void {
    return this.#wakeUps.onFed(listener);
  }

  /** @throws ViewsError VIEWS_TOO_NEW */
  async refresh(): Promise<void> {
    const rows = await this.sessions.query(IN_USE);
    try {
      this.#goOverTo(copyInUse(rows));
    } catch (error) {
      // Who cannot read them must not keep another from feeding them.
      await this.#leadership.giveUp();
      throw error;
    }
  }

  async newCopy(): Promise<ViewsCopy> {
    const session = await this.sessions.begin(FILLING);
    const copy = new PostgresCopy(await addCopyToFill(session), this.sessions);
    return {
      views: new FillingCopy(copy, session),
      use: async () => {
        await copy.analyze(session);
        await useCopy(session, copy.number);
        await session.close();
      },
      discard: async () => {
        await dropCopy(session, copy.number);
        await session.close();
      },
    };
  }

  /** Former copies are dropped when their time has come. @throws while somebody reads one, or another process drops it */
  dropFormerCopies(): Promise<void> {
    return during(this.sessions, SWEEPING, dropFormerCopies);
  }

  /** Finishes the batch at hand. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#sweep);
    this.#wakeUps.close();
    await this.sessions.close();
  }

  #goOverTo(copy: number): void {
    if (copy === this.#copy.number) return;
    this.#copy = new PostgresCopy(copy, this.sessions);
    this.#sweepLater();
  }

  #sweepLater(): void {
    clearTimeout(this.#sweep);
    if (this.#closed) return;
    this.#sweep = setTimeout(() => {
      this.dropFormerCopies().catch(() => {
        this.#sweepLater();
      });
    }, 2 * GRACE_MS).unref();
  }
}

/** Work on a connection of its own. */
async function during<Result>(
  sessions: Sessions,
  limits: Limits,
  work: (session: Session) => Promise<Result>,
): Promise<Result> {
  const session = await sessions.begin(limits);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}
