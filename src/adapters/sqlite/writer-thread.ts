import { Worker } from 'node:worker_threads';
import { StoreError } from '../../eventsourcing/event-store.js';
import type { AppendAnswer, AppendRefusal, AppendRequest } from './ledger-writer.js';
import type { WriterAnswers, WriterMessage } from './writer.js';

/** Appends that travel together; the first can be on its way to the disk while the next are still being made. */
const BATCH_MAX = 16;

interface Caller {
  readonly resolve: (answer: readonly [revision: number, position: number]) => void;
  readonly reject: (error: Error) => void;
}

/** The writer's thread, as its callers see it. */
export class WriterThread {
  readonly #worker: Worker;
  readonly #exited: Promise<void>;
  /** In the order of their requests, sent or not. */
  #callers: Caller[] = [];
  #unsent: AppendRequest[] = [];
  #failure: Error | undefined;
  #idle: (() => void) | undefined;

  /**
   * @param clock ms since 1970 UTC, asked when appends are sent
   * @param onAnswered called after each group of answers
   */
  constructor(
    file: string,
    private readonly clock: () => number,
    private readonly onAnswered: () => void,
  ) {
    this.#worker = new Worker(new URL('./writer.js', import.meta.url), { workerData: { file } });
    // Only work under way keeps the process alive.
    this.#worker.unref();
    this.#worker.on('message', (answers: WriterAnswers) => {
      this.#settle(answers);
    });
    this.#worker.on('error', (error) => {
      this.#fail(error);
    });
    this.#exited = new Promise((resolve) =>
      this.#worker.once('exit', () => {
        this.#fail(new StoreError('STORE_CLOSED', 'the writer has ended'));
        resolve();
      }),
    );
  }

  append(request: AppendRequest): Promise<readonly [revision: number, position: number]> {
    return new Promise((resolve, reject) => {
      if (this.#failure) {
        reject(this.#failure);
        return;
      }
      if (this.#callers.length === 0) this.#worker.ref();
      this.#callers.push({ resolve, reject });
      this.#unsent.push(request);
      if (this.#unsent.length === BATCH_MAX) this.#send();
      else if (this.#unsent.length === 1) {
        process.nextTick(() => {
          this.#send();
        });
      }
    });
  }

  /** When all appends are answered. */
  async close(): Promise<void> {
    if (this.#callers.length > 0) await new Promise<void>((resolve) => (this.#idle = resolve));
    this.#post('close');
    this.#worker.ref();
    await this.#exited;
  }

  #send(): void {
    if (this.#unsent.length === 0) return;
    this.#post({ requests: this.#unsent, nowMs: this.clock() });
    this.#unsent = [];
  }

  #post(message: WriterMessage): void {
    this.#worker.postMessage(message);
  }

  #settle(answers: WriterAnswers): void {
    this.#callers.splice(0, answers.length).forEach(({ resolve, reject }, i) => {
      const answer = answers[i] as AppendAnswer;
      if ('code' in answer) reject(errorOf(answer));
      else resolve(answer);
    });
    if (this.#callers.length === 0) {
      this.#worker.unref();
      this.#idle?.();
    }
    this.onAnswered();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#callers.splice(0)) reject(this.#failure);
    this.#idle?.();
  }
}

const errorOf = ({ code, message, actual }: AppendRefusal): Error =>
  code ? new StoreError(code, message, actual) : new Error(message);
