import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { base64, fromBase64 } from './base64.js';
import { canonicalJson, type Json } from './canonical.js';

/** AES-256-GCM (NIST SP 800-38D). */
const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** A sealed value is as long as the next multiple: its length tells nothing of a name. */
const BLOCK_BYTES = 256;

/** What a key is used for: nothing made for one use serves another. */
type Purpose = 'seal' | 'nonce' | 'fingerprint' | 'entry';

export const newSealingKey = (): Uint8Array => randomBytes(KEY_BYTES);

export const isSealingKey = (bytes: Uint8Array): boolean => bytes.length === KEY_BYTES;

const derived = (key: Uint8Array, purpose: Purpose, ...parts: readonly string[]): Buffer => {
  const mac = createHmac('sha256', createHmac('sha256', key).update(`daicho/${purpose}/v1`).digest());
  for (const part of parts) mac.update(`${String(Buffer.byteLength(part))}:${part}`);
  return mac.digest();
};

/** What was sealed with another key or in another place, or was altered. */
export class SealError extends Error {
  override readonly name = 'SealError';
  constructor() {
    super('封印を開けません。鍵か場所が違うか、書き換えられています / not sealed with this key in this place');
  }
}

/**
 * A value that only the key opens: base64 of nonce (12 bytes), ciphertext and tag (16 bytes). The same value sealed again in
 * the same place is the same text, so that a repeated request is seen to be one; elsewhere it is another.
 *
 * @param place where it stands; it opens nowhere else
 */
export function seal(value: Json, place: string, key: Uint8Array): string {
  const text = canonicalJson(value);
  const padded = text.padEnd(text.length + BLOCK_BYTES - (Buffer.byteLength(text) % BLOCK_BYTES), ' ');
  const nonce = derived(key, 'nonce', place, padded).subarray(0, NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, derived(key, 'seal'), nonce).setAAD(Buffer.from(place));
  return base64(Buffer.concat([nonce, cipher.update(padded, 'utf8'), cipher.final(), cipher.getAuthTag()]));
}

/** @throws SealError */
export function unseal(sealed: string, place: string, key: Uint8Array): Json {
  const bytes = fromBase64(sealed);
  if (!bytes || bytes.length < NONCE_BYTES + TAG_BYTES) throw new SealError();
  const [nonce, body, tag] = [
    bytes.subarray(0, NONCE_BYTES),
    bytes.subarray(NONCE_BYTES, -TAG_BYTES),
    bytes.subarray(-TAG_BYTES),
  ];
  const decipher = createDecipheriv(ALGORITHM, derived(key, 'seal'), nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(place)).setAuthTag(tag);
  try {
    return JSON.parse(Buffer.concat([decipher.update(body), decipher.final()]).toString()) as Json;
  } catch {
    throw new SealError();
  }
}

/** Equal for equal values; who lacks the key cannot try values out on it. 64 hex digits. */
export const keyedFingerprint = (value: Json, key: Uint8Array): string =>
  derived(key, 'fingerprint', canonicalJson(value)).toString('hex');

/** The secret of the log's entry about an event that holds something sealed: it ends with the key. */
export const entrySecret = (eventId: string, key: Uint8Array): Uint8Array => derived(key, 'entry', eventId);
