import { CHANNEL } from './postgres-feeding.js';
import type { Limits, Sessions } from './postgres-sessions.js';

const LISTENING: Limits = { statementMs: 5_000, lockMs: 5_000, silentMs: 60_000, beatMs: 5_000 };
const RETRY_MS = 1_000;

/** Hears when another process has fed the views. What is not heard costs nothing but time. */
export class WakeUps {
  readonly #listeners = new Set<() => void>();
  #retry: NodeJS.Timeout | undefined;
  #isListening = false;
  #closed = false;

  constructor(
    private readonly sessions: Sessions,
    private readonly isOwn: (processId: number) => boolean,
  ) {}

  onFed(listener: () => void): () => void {
    this.#listeners.add(listener);
    void this.#listen();
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
  }

  async #listen(): Promise<void> {
    if (this.#isListening || this.#closed) return;
    this.#isListening = true;
    try {
      const session = await this.sessions.begin(LISTENING);
      session.onEnd(() => {
        this.#listenAgain();
      });
      session.onNotification((from) => {
        if (!this.isOwn(from)) this.#wake();
      });
      await session.query({ text: `LISTEN ${CHANNEL}` });
      // What was told before is not told again.
      this.#wake();
    } catch {
      this.#listenAgain();
    }
  }

  #listenAgain(): void {
    this.#isListening = false;
    clearTimeout(this.#retry);
    if (this.#closed) return;
    this.#retry = setTimeout(() => void this.#listen(), RETRY_MS).unref();
  }

  #wake(): void {
    for (const listener of this.#listeners) listener();
  }
}
