import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789';

/** A short name without meaning: not a secret. */
const randomName = (length: number): string =>
  [...randomBytes(length)].map((byte) => ALPHABET.charAt(byte % ALPHABET.length)).join('');

/** 32 random bytes. */
const newSecret = (): string => randomBytes(32).toString('base64url');

export const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();

export const hashText = (secret: string): string => hashOf(secret).toString('hex');

export const isSecret = (presented: string, hash: string): boolean =>
  timingSafeEqual(hashOf(presented), Buffer.from(hash, 'hex'));

/** What a person presents: whose it is, which one, and the secret. */
export interface Credential {
  readonly person: string;
  readonly name: string;
  readonly secret: string;
}

const CREDENTIAL = /^daicho\.(p[a-z0-9-]{1,60})\.([a-z0-9]{1,20})\.([\w-]{43})$/;

const credentialText = ({ person, name, secret }: Credential): string => `daicho.${person}.${name}.${secret}`;

/** A new one for a person: the text to be shown once, and what is kept of it. */
export function makeCredential(person: string): {
  readonly text: string;
  readonly name: string;
  readonly hash: string;
} {
  const [name, secret] = [randomName(8), newSecret()];
  return { text: credentialText({ person, name, secret }), name, hash: hashText(secret) };
}

export function credentialIn(text: string): Credential | undefined {
  const [, person, name, secret] = CREDENTIAL.exec(text) ?? [];
  return person !== undefined && name !== undefined && secret !== undefined ? { person, name, secret } : undefined;
}
