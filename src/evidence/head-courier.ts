import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../eventsourcing/clock.js';
import type { EvidenceLog } from './evidence-log.js';
import { HolderError, isAlarm, type HeadHolder } from './head-holder.js';

const LOOK_MS = 1_000;
const MINUTE_MS = 60_000;
/** Until the next attempt, after each that failed; then always as the last. */
const RETRY_MS = [5_000, MINUTE_MS, 5 * MINUTE_MS, 30 * MINUTE_MS, 60 * MINUTE_MS] as const;
const RETRY_MS_MAX = 60 * MINUTE_MS;

/** How it stands with one holder. */
interface Standing {
  /** Of the head that was brought last. */
  size: number;
  failures: number;
  /** Milliseconds since 1970: not before then. */
  dueMs: number;
  problem: HolderError | undefined;
}

/**
 * Brings the newest head to each holder, one beside the other, and tries again what failed. The log never waits for it: who
 * misses a head gets a later one, which stands for all before it.
 */
export class HeadCourier {
  readonly #stop = new AbortController();
  readonly #standings = new Map<HeadHolder, Standing>();
  #loops: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly holders: readonly HeadHolder[],
    private readonly log: EvidenceLog,
    private readonly clock: Clock,
    /** Something went wrong, or goes on again, that somebody should know of. */
    private readonly onNotice: (notice: string) => void,
  ) {
    for (const holder of holders)
      this.#standings.set(holder, { size: 0, failures: 0, dueMs: -Infinity, problem: undefined });
  }

  begin(): void {
    // Each holder waits for it.
    setMaxListeners(0, this.#stop.signal);
    this.#loops = Promise.all([...this.#standings].map(([holder, standing]) => this.#repeat(holder, standing)));
  }

  /** Gives up what is under way, which is done again by whoever begins next. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loops;
  }

  /** What stands in the way of a holder. */
  problemOf(holder: HeadHolder): HolderError | undefined {
    return this.#standings.get(holder)?.problem;
  }

  /** What stands in the way of any of them. */
  problems(): { readonly name: string; readonly code: string }[] {
    return this.holders.flatMap((holder) => {
      const problem = this.problemOf(holder);
      return problem ? [{ name: holder.name, code: problem.code }] : [];
    });
  }

  async #repeat(holder: HeadHolder, standing: Standing): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        await this.#bring(holder, standing);
      } catch (error) {
        if (!this.#stop.signal.aborted) this.#fail(holder, standing, error);
      }
      await sleep(LOOK_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  async #bring(holder: HeadHolder, standing: Standing): Promise<void> {
    if (this.clock.nowMs() < standing.dueMs) return;
    const head = await this.log.newest();
    if (!head || head.size === 0 || head.size === standing.size) return;
    await holder.take(head, this.#stop.signal);
    if (standing.problem)
      this.onNotice(`${holder.name}：署名を渡せるようになりました / heads can be brought to ${holder.name} again`);
    Object.assign(standing, { size: head.size, failures: 0, dueMs: -Infinity, problem: undefined });
  }

  #fail(holder: HeadHolder, standing: Standing, error: unknown): void {
    const problem =
      error instanceof HolderError
        ? error
        : new HolderError('FAILED', error instanceof Error ? error.message : String(error));
    standing.dueMs = this.clock.nowMs() + (RETRY_MS[standing.failures] ?? RETRY_MS_MAX);
    standing.failures++;
    if (standing.problem?.message !== problem.message)
      this.onNotice(
        isAlarm(problem.code)
          ? `${holder.name}：${problem.message}。原因が分かるまで、この台帳を証拠として使わないでください / do not rely on this ledger as evidence until it is known why`
          : `${holder.name} に署名を渡せません。あとでもう一度試します / a head cannot be brought to ${holder.name} now, it is tried again: ${problem.message}`,
      );
    standing.problem = problem;
  }
}
