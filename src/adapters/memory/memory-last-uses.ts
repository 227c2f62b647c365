import { LastUses } from '../../eventsourcing/last-uses.js';

/** Last uses that are forgotten with the process. */
export class MemoryLastUses extends LastUses {
  readonly #uses = new Map<string, number>();

  record(uses: ReadonlyMap<string, number>): Promise<void> {
    for (const [key, at] of uses) this.#uses.set(key, Math.max(at, this.#uses.get(key) ?? at));
    return Promise.resolve();
  }

  of(keys: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return Promise.resolve(new Map([...this.#uses].filter(([key]) => keys.includes(key))));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
