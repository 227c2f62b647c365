import { createHmac } from 'node:crypto';
import type { Endpoint } from './webhook-file.js';

/** What became of one attempt. `gone`: the endpoint wants to hear nothing more. */
export type Outcome =
  { readonly kind: 'delivered' } | { readonly kind: 'gone' } | { readonly kind: 'failed'; readonly why: string };

export interface Call {
  readonly id: string;
  readonly body: string;
}

/** From the first byte of the request to the head of the answer. */
const ANSWER_MS_MAX = 15_000;

/** `webhook-signature`: `v1,` and the HMAC of `id.timestamp.body`, for each secret (Standard Webhooks). */
export const signatureOf = ({ id, body }: Call, timestamp: number, secrets: readonly Buffer[]): string =>
  secrets
    .map(
      (key) =>
        `v1,${createHmac('sha256', key)
          .update(`${id}.${String(timestamp)}.${body}`)
          .digest('base64')}`,
    )
    .join(' ');

/**
 * One attempt, after the Standard Webhooks specification. Only 2xx is an answer to be glad of; nobody is sent on to another
 * address, and what the answer says beside its status is not read.
 *
 * @param stop gives the attempt up
 * @throws when it was given up
 */
export async function post(
  { url, secrets }: Endpoint,
  call: Call,
  nowMs: number,
  stop: AbortSignal = new AbortController().signal,
): Promise<Outcome> {
  const timestamp = Math.floor(nowMs / 1_000);
  const late = AbortSignal.timeout(ANSWER_MS_MAX);
  try {
    const { status, body } = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.any([late, stop]),
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Daicho',
        'webhook-id': call.id,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': signatureOf(call, timestamp, secrets),
      },
      body: call.body,
    });
    await body?.cancel();
    if (status >= 200 && status < 300) return { kind: 'delivered' };
    return status === 410 ? { kind: 'gone' } : { kind: 'failed', why: `HTTP ${String(status)}` };
  } catch (error) {
    if (stop.aborted) throw error;
    if (late.aborted) return { kind: 'failed', why: `no answer within ${String(ANSWER_MS_MAX / 1_000)} s` };
    return { kind: 'failed', why: reasonOf(error) };
  }
}

/** A code, as a message could hold the address, which may itself be a secret. */
function reasonOf(error: unknown): string {
  const { code } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
  return code ?? 'no connection';
}
