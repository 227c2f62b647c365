import type { WitnessRefusal } from '../ledger/witness.js';
import type { LogCheckpoint } from './evidence-log.js';

/** Somebody who is to hold heads of the log, so that nobody can show him another history later. */
export interface HeadHolder {
  readonly name: string;
  /**
   * Brings him a head, unless he has it, or a later one.
   *
   * @param stop gives it up
   * @throws HolderError
   */
  take(head: LogCheckpoint, stop: AbortSignal): Promise<void>;
}

/** Why somebody does not hold a head. Closed. */
export type HolderCode =
  WitnessRefusal | 'UNREACHABLE' | 'ROLLED_BACK' | 'OTHER_LEDGER' | 'ANCHOR_DAMAGED' | 'ANCHOR_UNWRITABLE' | 'FAILED';

const MEANING: Readonly<Record<HolderCode, readonly [ja: string, en: string]>> = {
  UNREACHABLE: ['応答がありません', 'no answer'],
  BAD_REQUEST: ['依頼が通じません', 'the request is not understood'],
  UNKNOWN_KEY: [
    '台帳の署名鍵が登録されていません。検証鍵を伝えてください',
    'the key of this ledger is not known there: tell them its verifier key',
  ],
  UNKNOWN_LOG: [
    'この台帳は登録されていません。名前と検証鍵を伝えてください',
    'this ledger is not known there: tell them its name and verifier key',
  ],
  FORKED: [
    '先に示した署名とは別の歴史です。履歴が作り直されたか、古いバックアップから戻したあとに記録が加わったおそれがあります',
    'another history than the head that is held there: this ledger may have been written anew, or put back from an older copy and gone on',
  ],
  ROLLED_BACK: [
    '先に示した署名より記録が少なくなっています。古いバックアップから戻されたおそれがあります',
    'fewer events than the head that is held there: this ledger may have been put back from an older copy',
  ],
  UNEXPECTED_ANSWER: ['想定外の応答です', 'an answer that is not expected'],
  MALFORMED_ANSWER: ['応答の形式が違います', 'the answer is not in its format'],
  NOT_COSIGNED: ['設定した検証鍵による署名がありません', 'the answer is not signed with the key that is configured'],
  BAD_COSIGNATURE: ['署名が正しくありません', 'the signature in the answer does not hold'],
  OTHER_LEDGER: ['別の台帳の署名が入っています', 'it holds heads of another ledger'],
  ANCHOR_DAMAGED: ['最後の署名が途中で切れているか、書き換えられています', 'its last head is cut off, or was altered'],
  ANCHOR_UNWRITABLE: ['書き込めません', 'it cannot be written'],
  FAILED: ['処理できません', 'it cannot be done'],
};

/** Those that say something of the history itself: nothing that is tried again puts them right. */
export const isAlarm = (code: HolderCode): boolean => code === 'FORKED' || code === 'ROLLED_BACK';

export class HolderError extends Error {
  override readonly name = 'HolderError';
  /** @param detail in no language: a status, a code of the operating system; never an address, which may be a secret */
  constructor(
    readonly code: HolderCode,
    detail?: string,
  ) {
    const [ja, en] = MEANING[code];
    super(`${ja} / ${en}${detail === undefined ? '' : ` (${detail})`}`);
  }
}

/** From the first byte of the request to the last of the answer. */
const ANSWER_MS_MAX = 5_000;
const ANSWER_BYTES_MAX = 64 * 1024;

export interface HttpAnswer {
  readonly status: number;
  /** Empty: none. */
  readonly contentType: string;
  readonly body: Uint8Array;
}

/**
 * One request, bounded in time and bytes. Nobody is sent on to another address.
 *
 * @throws HolderError UNREACHABLE, MALFORMED_ANSWER; what `stop` was given when it was given up
 */
export async function postText(url: string, text: string, stop: AbortSignal): Promise<HttpAnswer> {
  const late = AbortSignal.timeout(ANSWER_MS_MAX);
  try {
    const { status, headers, body } = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.any([late, stop]),
      headers: { 'content-type': 'text/plain; charset=utf-8', 'user-agent': 'Daicho' },
      body: text,
    });
    return { status, contentType: headers.get('content-type') ?? '', body: await bytesOf(body) };
  } catch (error) {
    if (stop.aborted || error instanceof HolderError) throw error;
    const { code } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
    throw new HolderError('UNREACHABLE', late.aborted ? `${String(ANSWER_MS_MAX / 1_000)} s` : code);
  }
}

async function bytesOf(body: ReadableStream<Uint8Array> | null): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) throw new HolderError('MALFORMED_ANSWER', `> ${String(ANSWER_BYTES_MAX)} B`);
  }
  return Buffer.concat(chunks);
}
