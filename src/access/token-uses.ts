import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import DataLoader from 'dataloader';
import { Clock } from '../eventsourcing/clock.js';
import { LastUses } from '../eventsourcing/last-uses.js';

const MINUTE_MS = 60_000;
/** Uses of many tokens are written together. */
const GATHER_MS = 1_000;
const FAREWELL_MS_MAX = 3_000;

export interface TokenName {
  readonly person: string;
  readonly token: string;
}

const keyOf = ({ person, token }: TokenName): string => `token ${person} ${token}`;

interface Use {
  lastMs: number;
  /** The use that has been written last. */
  writtenMs: number;
}

/** When tokens were last used: noted at once, written once a minute for each, never in the way of a request. */
@Injectable()
export class TokenUses implements OnApplicationShutdown {
  readonly #logger = new Logger('TokenUses');
  /** Of the last minute. */
  readonly #uses = new Map<string, Use>();
  #gathering: NodeJS.Timeout | undefined;
  readonly #lastUses = new DataLoader<string, number | null>(
    async (keys) => {
      const found = await this.lastUses.of(keys);
      return keys.map((key) => found.get(key) ?? null);
    },
    { cache: false },
  );

  constructor(
    private readonly lastUses: LastUses,
    private readonly clock: Clock,
  ) {}

  used(name: TokenName): void {
    const key = keyOf(name);
    const use = this.#uses.get(key) ?? { lastMs: 0, writtenMs: -Infinity };
    use.lastMs = this.clock.nowMs();
    this.#uses.set(key, use);
    if (!isDue(use)) return;
    this.#gathering ??= setTimeout(() => void this.write(), GATHER_MS).unref();
  }

  /** ms since 1970 UTC; `null`: never. Up to a minute behind what other processes know. */
  async lastUse(name: TokenName): Promise<number | null> {
    const key = keyOf(name);
    const written = await this.#lastUses.load(key);
    const noted = this.#uses.get(key)?.lastMs;
    return noted === undefined ? written : Math.max(noted, written ?? 0);
  }

  /** Those that have not been written for a minute. What cannot be written now is tried again at the next use. */
  async write(which: (use: Use) => boolean = isDue): Promise<void> {
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
    const due = [...this.#uses].filter(([, use]) => which(use)).map(([key, { lastMs }]) => [key, lastMs] as const);
    if (due.length === 0) return;
    try {
      await this.lastUses.record(new Map(due));
    } catch (error) {
      this.#logger.warn(
        `トークンの最終利用を記録できません / the last uses of tokens cannot be written: ${error instanceof Error ? error.message : String(error)}`,
      );
      return;
    }
    for (const [key, lastMs] of due) Object.assign(this.#uses.get(key) ?? {}, { writtenMs: lastMs });
    const nowMs = this.clock.nowMs();
    for (const [key, use] of this.#uses) {
      if (!isUnwritten(use) && nowMs - use.lastMs >= MINUTE_MS) this.#uses.delete(key);
    }
  }

  /** After the last answer. A store that hangs holds up no stop for them. */
  async onApplicationShutdown(): Promise<void> {
    const patience = new AbortController();
    await Promise.race([
      this.write(isUnwritten),
      sleep(FAREWELL_MS_MAX, undefined, { signal: patience.signal }).catch(() => undefined),
    ]);
    patience.abort();
  }
}

const isUnwritten = ({ lastMs, writtenMs }: Use): boolean => lastMs > writtenMs;
const isDue = ({ lastMs, writtenMs }: Use): boolean => lastMs - writtenMs >= MINUTE_MS;
