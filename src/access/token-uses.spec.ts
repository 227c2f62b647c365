import { Clock } from '../eventsourcing/clock.js';
import { LastUses } from '../eventsourcing/last-uses.js';
import { TokenUses } from './token-uses.js';

/** A store that tells what was written into it, and can be away. */
class Written extends LastUses {
  readonly all: number[][] = [];
  readonly #known = new Map<string, number>();
  isAway = false;
  hangs = false;

  record(uses: ReadonlyMap<string, number>): Promise<void> {
    if (this.hangs) return new Promise(() => undefined);
    if (this.isAway) return Promise.reject(new Error('away'));
    this.all.push([...uses.values()]);
    for (const [key, ms] of uses) this.#known.set(key, ms);
    return Promise.resolve();
  }

  of(keys: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return Promise.resolve(new Map([...this.#known].filter(([key]) => keys.includes(key))));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

const MINUTE_MS = 60_000;
const one = { person: 'p0123456789ab', token: 'k7m2p9qx' };
const other = { person: 'p0123456789ab', token: 'a2b3c4d5' };

describe('The last use of a token', () => {
  let nowMs = 0;
  let store: Written;
  let uses: TokenUses;
  beforeEach(() => {
    nowMs = Date.parse('2026-11-25T01:00:00Z');
    store = new Written();
    uses = new TokenUses(store, new Clock(() => nowMs));
  });
  const usedAgain = async (laterMs: number): Promise<void> => {
    nowMs += laterMs;
    uses.used(one);
    await uses.write();
  };

  it('is known at once, and written once a minute for each token', async () => {
    const beginMs = nowMs;
    expect(await uses.lastUse(one)).toBeNull();
    for (let i = 0; i < 100; i++) uses.used(one);
    expect(await uses.lastUse(one)).toBe(beginMs);
    await uses.write();
    await usedAgain(1);
    await usedAgain(MINUTE_MS - 2);
    expect(await uses.lastUse(one)).toBe(beginMs + MINUTE_MS - 1);
    expect(store.all).toEqual([[beginMs]]);
    await usedAgain(1);
    expect(store.all).toEqual([[beginMs], [beginMs + MINUTE_MS]]);
    expect(await uses.lastUse(other)).toBeNull();
  });

  it('is written together with those of others', async () => {
    uses.used(one);
    nowMs += 10;
    uses.used(other);
    await uses.write();
    expect(store.all).toEqual([[nowMs - 10, nowMs]]);
  });

  it('is written at the stop, to the millisecond, if there is something to write', async () => {
    await usedAgain(0);
    nowMs += 5;
    uses.used(one);
    await uses.onApplicationShutdown();
    await uses.onApplicationShutdown();
    expect(store.all).toEqual([[nowMs - 5], [nowMs]]);
  });

  it('is in nobody’s way while it cannot be written, and is written later', async () => {
    store.isAway = true;
    await usedAgain(0);
    expect(await uses.lastUse(one)).toBe(nowMs);
    store.isAway = false;
    await usedAgain(10);
    expect(store.all).toEqual([[nowMs]]);
  });

  it('holds up no stop when the store does not answer', async () => {
    store.hangs = true;
    uses.used(one);
    await uses.onApplicationShutdown();
    expect(store.all).toEqual([]);
  });
});
