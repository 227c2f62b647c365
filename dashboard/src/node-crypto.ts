import { ed25519 } from '@noble/curves/ed25519.js';
import { sha256 } from '@noble/hashes/sha2.js';

/**
 * Of `node:crypto` what the verifier needs, in the browser. Not WebCrypto: that is there only where a page comes by HTTPS,
 * and a town's own network may have none.
 */
export const hash = (_algorithm: 'sha256', bytes: Uint8Array, encoding: 'hex' | 'binary'): string =>
  Buffer.from(sha256(bytes)).toString(encoding);

const KEY_BYTES = 32;

/** The key stands last in SPKI (RFC 8410). */
export const createPublicKey = ({ key }: { readonly key: Uint8Array }): Uint8Array => key.subarray(-KEY_BYTES);

export const verify = (_algorithm: null, message: Uint8Array, key: Uint8Array, signature: Uint8Array): boolean =>
  signature.length === 64 && ed25519.verify(signature, message, key, { zip215: false });

const isMissing = (): never => {
  throw new Error('the page only verifies');
};
export const createHmac = isMissing;
export const createPrivateKey = isMissing;
export const generateKeyPairSync = isMissing;
export const sign = isMissing;
