import { createLocalJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import type { Clock } from '../eventsourcing/clock.js';

/** The identity provider does not answer, or not as it should: whether a token is good cannot be told now. */
export class ProviderUnreachable extends Error {
  override readonly name = 'ProviderUnreachable';
  constructor(issuer: string, reason: string) {
    super(
      `認証基盤（${issuer}）を利用できません。応答があれば自動で続けます / the identity provider (${issuer}) cannot be used, sign-in goes on by itself once it answers: ${reason}`,
    );
  }
}

const ANSWER_MS_MAX = 3_000;
const ANSWER_BYTES_MAX = 256 * 1024;
/** Read again after this long: a key that was withdrawn counts no longer. */
const FRESH_MS = 10 * 60_000;
/** While the provider does not answer, what it said before counts on for this long. */
const KEPT_MS = 60 * 60_000;
/** Between two attempts: a stranger's tokens do not make us ask all the time. */
const COOLDOWN_MS = 30_000;

const discovered = z.object({ issuer: z.string(), jwks_uri: z.url() });
const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).max(100) });

type Keys = ReturnType<typeof createLocalJWKSet>;

/** TLS tells who answers; on this machine it need not. */
export function isTrustworthy(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || (protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname));
}

/** The public keys of an OpenID Connect provider, found by discovery, read when they are needed and kept for a while. */
export class ProviderKeys {
  #keys: { readonly keys: Keys; readonly readAtMs: number } | undefined;
  #triedAtMs: number | undefined;
  #reading: Promise<void> | undefined;
  #failure: ProviderUnreachable | undefined;

  /** @param onNotice told once when the provider stops answering, and once when it answers again */
  constructor(
    private readonly issuer: string,
    private readonly clock: Clock,
    private readonly onNotice: (notice: string) => void,
  ) {}

  /** @throws ProviderUnreachable; JOSEError when no key fits */
  readonly keyFor: JWTVerifyGetKey = async (header, token) => {
    if (!this.#isYoungerThan(FRESH_MS)) await this.read();
    try {
      return await this.#known()(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      await this.read();
      if (this.#failure) throw this.#failure;
      return this.#known()(header, token);
    }
  };

  /** Reads them, unless that was tried a moment ago. What goes wrong is told where a key is asked for. */
  read(): Promise<void> {
    if (this.#reading) return this.#reading;
    if (this.#triedAtMs !== undefined && Math.abs(this.clock.nowMs() - this.#triedAtMs) < COOLDOWN_MS)
      return Promise.resolve();
    this.#reading = this.#read().finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  async #read(): Promise<void> {
    this.#triedAtMs = this.clock.nowMs();
    try {
      const { issuer, jwks_uri } = discovered.parse(
        await jsonAt(`${this.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`),
      );
      if (issuer !== this.issuer) throw new Error(`it calls itself ${issuer}`);
      if (!isTrustworthy(jwks_uri)) throw new Error(`its keys are not at an https address: ${jwks_uri}`);
      const keys = createLocalJWKSet(keySet.parse(await jsonAt(jwks_uri)));
      this.#keys = { keys, readAtMs: this.clock.nowMs() };
      if (this.#failure) this.onNotice(`認証基盤が応答しています / the identity provider answers: ${this.issuer}`);
      this.#failure = undefined;
    } catch (error) {
      const isNews = !this.#failure;
      this.#failure = new ProviderUnreachable(this.issuer, reasonOf(error));
      if (isNews) this.onNotice(this.#failure.message);
    }
  }

  #known(): Keys {
    if (this.#keys && this.#isYoungerThan(KEPT_MS)) return this.#keys.keys;
    throw this.#failure ?? new ProviderUnreachable(this.issuer, 'its keys have not been read');
  }

  #isYoungerThan(ms: number): boolean {
    return this.#keys !== undefined && Math.abs(this.clock.nowMs() - this.#keys.readAtMs) < ms;
  }
}

/** @throws Error when it does not come in time, is too large, redirects elsewhere or is no JSON */
async function jsonAt(url: string): Promise<unknown> {
  const headers = { accept: 'application/json' };
  const response = await fetch(url, { headers, redirect: 'error', signal: AbortSignal.timeout(ANSWER_MS_MAX) });
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    throw new Error(`${url} answers ${String(response.status)}`);
  }
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body as AsyncIterable<Uint8Array>) {
    bytes += part.length;
    if (bytes > ANSWER_BYTES_MAX) throw new Error(`${url} answers more than ${String(ANSWER_BYTES_MAX)} bytes`);
    parts.push(part);
  }
  return JSON.parse(Buffer.concat(parts).toString()) as unknown;
}

function reasonOf(error: unknown): string {
  if (error instanceof z.ZodError) return z.prettifyError(error).replaceAll('\n', ' ');
  // `fetch failed` says why in its cause.
  const { message, cause = {} } = error as {
    readonly message: string;
    readonly cause?: Partial<NodeJS.ErrnoException>;
  };
  return [message, cause.message || cause.code].filter(Boolean).join(': ');
}
