import { ViewsError } from '../../eventsourcing/views.js';
import { takeTheLead } from './postgres-schema.js';
import type { Limits, Session, Sessions } from './postgres-sessions.js';

/** A process that hangs, or is cut off, says nothing: PostgreSQL ends its session, and another may lead. */
const LEADING: Limits = { statementMs: 30_000, lockMs: 5_000, silentMs: 5_000, beatMs: 1_000 };

/**
 * Of all processes one feeds the views: the one whose session holds the lock. It feeds them on that very session, so
 * what has lost the lock has lost its transaction with it, and can commit nothing.
 */
export class Leadership {
  #session: Session | undefined;
  /** The process of PostgreSQL that serves the session, while it leads. */
  #processId: number | undefined;
  #asking: Promise<boolean> | undefined;

  constructor(private readonly sessions: Sessions) {}

  /** Whether this process leads, or now begins to. */
  lead(): Promise<boolean> {
    if (this.#processId !== undefined && this.#session?.isOpen === true) return Promise.resolve(true);
    this.#asking ??= this.#take().finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  /** The session that leads. @throws ViewsError NOT_LEADING */
  async session(): Promise<Session> {
    if ((await this.lead()) && this.#session) return this.#session;
    throw new ViewsError('NOT_LEADING', 'ほかのプロセスがビューを更新しています / another process feeds the views');
  }

  isFrom(processId: number): boolean {
    return processId === this.#processId;
  }

  /** Lets another process lead. */
  async giveUp(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    this.#processId = undefined;
    await session?.close();
  }

  async #take(): Promise<boolean> {
    this.#processId = undefined;
    if (this.#session?.isOpen !== true) this.#session = await this.sessions.begin(LEADING);
    this.#processId = await takeTheLead(this.#session);
    return this.#processId !== undefined;
  }
}
