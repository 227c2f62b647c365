import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { hashOf } from './token-secrets.js';

export interface AdminToken {
  /** SHA-256 of the token: all that is kept of it. */
  readonly hash: Buffer;
  /** The token itself, when it was made just now: to be shown once. */
  readonly made?: string;
  /** Puts the hash where it is found again. Called when the token is about to be shown, not before. */
  keep(): void;
}

/** The given token, or the one whose hash is in the file, or a new one whose hash `keep` puts there. */
export function adminToken(file: string, given: string | undefined): AdminToken {
  const nothing = (): void => undefined;
  if (given !== undefined) return { hash: hashOf(given), keep: nothing };
  if (existsSync(file)) {
    const text = readFileSync(file, 'utf8').trim();
    if (!/^[0-9a-f]{64}$/.test(text)) {
      throw new Error(
        `${file}: トークンの記録が壊れています。削除すると新しいトークンを発行します / not a token hash; delete it to get a new token`,
      );
    }
    return { hash: Buffer.from(text, 'hex'), keep: nothing };
  }
  const made = `daicho_${randomBytes(32).toString('base64url')}`;
  const hash = hashOf(made);
  const keep = (): void => {
    writeFileSync(file, `${hash.toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
  };
  return { hash, made, keep };
}
