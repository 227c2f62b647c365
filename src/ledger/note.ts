import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto';
import { base64, fromBase64 } from './base64.js';
import { hex, sha256 } from './merkle.js';

/** 0x01: the note's text as it is; 0x04: a witness's word that it saw this checkpoint at a time. */
const ED25519 = 0x01;
const COSIGNATURE = 0x04;

const KEY_ID_BYTES = 4;
const KEY_BYTES = 32;
const TIME_BYTES = 8;
/** A note may carry more, but nobody has to read them. */
const SIGNATURES_MAX = 64;

export class NoteError extends Error {
  override readonly name = 'NoteError';
  constructor(readonly code: 'BAD_KEY' | 'BAD_NOTE' | 'BAD_SIGNATURE' | 'UNSIGNED') {
    super(code);
  }
}

/** Who may have signed, as others know it: a C2SP verifier key, read. */
export interface VerifierKey {
  readonly name: string;
  /** 8 hex digits. */
  readonly id: string;
  readonly kind: 'signature' | 'cosignature';
  readonly publicKey: KeyObject;
  /** `name+id+base64(kind ‖ public key)` */
  readonly vkey: string;
}

export interface SigningKey {
  readonly verifier: VerifierKey;
  readonly privateKey: KeyObject;
}

export interface SignatureLine {
  readonly name: string;
  readonly id: string;
  /** What follows the key id: 64 bytes, after 8 of time in a cosignature. */
  readonly signature: Uint8Array;
}

/** C2SP signed-note v1.0.0, taken apart; nothing of it is believed yet. */
export interface Note {
  /** With its last newline. */
  readonly text: string;
  readonly signatures: readonly SignatureLine[];
}

/** @throws NoteError BAD_NOTE */
export function parseNote(note: string): Note {
  const end = note.lastIndexOf('\n\n');
  // eslint-disable-next-line no-control-regex -- the only one that a note may have is the newline
  if (end < 0 || !note.isWellFormed() || /[\u0000-\u0009\u000b-\u001f]/.test(note)) throw new NoteError('BAD_NOTE');
  const lines = note.slice(end + 2).split('\n');
  if (lines.pop() !== '' || lines.length === 0 || lines.length > SIGNATURES_MAX) throw new NoteError('BAD_NOTE');
  return { text: note.slice(0, end + 1), signatures: lines.map(parseSignature) };
}

function parseSignature(line: string): SignatureLine {
  const [, name, encoded] = /^— ([^\s+]+) (\S+)$/u.exec(line) ?? [];
  const bytes = encoded && fromBase64(encoded);
  if (!name || !bytes || bytes.length <= KEY_ID_BYTES) throw new NoteError('BAD_NOTE');
  return { name, id: hex(bytes.subarray(0, KEY_ID_BYTES)), signature: bytes.subarray(KEY_ID_BYTES) };
}

/** The line that `parseNote` reads as this signature. */
export const signatureLine = ({ name, id, signature }: SignatureLine): string =>
  `— ${name} ${base64(Buffer.concat([Buffer.from(id, 'hex'), signature]))}\n`;

/**
 * Who of these keys has signed: every signature by one of them must hold, others are passed over.
 *
 * @throws NoteError BAD_SIGNATURE; UNSIGNED: none of the keys has signed
 */
export function signersOf(note: Note, keys: readonly VerifierKey[]): VerifierKey[] {
  const signers: VerifierKey[] = [];
  for (const line of note.signatures) {
    const key = keys.find(({ name, id }) => name === line.name && id === line.id);
    if (!key) continue;
    const message = signedMessage(note.text, key, line.signature);
    if (!message || !verify(null, message, key.publicKey, line.signature.subarray(timeBytes(key))))
      throw new NoteError('BAD_SIGNATURE');
    signers.push(key);
  }
  if (signers.length === 0) throw new NoteError('UNSIGNED');
  return signers;
}

/** Undefined when no signature of this kind has such a time. */
function signedMessage(text: string, { kind }: VerifierKey, signature: Uint8Array): Buffer | undefined {
  if (kind === 'signature') return Buffer.from(text);
  const seconds = cosignedAt(signature);
  return seconds === undefined ? undefined : cosignedMessage(text, seconds);
}

const cosignedMessage = (text: string, seconds: bigint): Buffer =>
  Buffer.from(`cosignature/v1\ntime ${String(seconds)}\n${text}`);

const timeBytes = ({ kind }: VerifierKey): number => (kind === 'cosignature' ? TIME_BYTES : 0);

/** When a witness signed, in seconds since 1970. */
export function cosignedAt(signature: Uint8Array): bigint | undefined {
  return signature.length > TIME_BYTES ? Buffer.from(signature).readBigUInt64BE() : undefined;
}

/** The signature line for a note's text. */
export function signNote(text: string, { verifier, privateKey }: SigningKey): string {
  return signatureLine({ ...verifier, signature: sign(null, Buffer.from(text), privateKey) });
}

/** A witness's line for a checkpoint: C2SP tlog-cosignature, Ed25519. */
export function cosignNote(text: string, { verifier, privateKey }: SigningKey, seconds: bigint): string {
  const time = Buffer.alloc(TIME_BYTES);
  time.writeBigUInt64BE(seconds);
  const signature = Buffer.concat([time, sign(null, cosignedMessage(text, seconds), privateKey)]);
  return signatureLine({ ...verifier, signature });
}

/** Neither spaces nor a plus: these part names from what follows them. */
export const isKeyName = (name: string): boolean => /^[^\s+\p{Cc}]+$/u.test(name) && name.isWellFormed();

/** @throws NoteError BAD_KEY */
export function parseVerifierKey(vkey: string): VerifierKey {
  const [, name, id, encoded] = /^([^+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(vkey) ?? [];
  const material = fromBase64(encoded ?? '');
  if (!name || !isKeyName(name) || !material || !isKeyMaterial(material)) throw new NoteError('BAD_KEY');
  const key = verifierKey(name, material);
  if (key.id !== id) throw new NoteError('BAD_KEY');
  return key;
}

/** Its kind, then 32 bytes. */
const isKeyMaterial = (material: Uint8Array): boolean =>
  material.length === 1 + KEY_BYTES && (material[0] === ED25519 || material[0] === COSIGNATURE);

function verifierKey(name: string, material: Uint8Array): VerifierKey {
  const id = hex(sha256(Buffer.from(`${name}\n`), material).subarray(0, KEY_ID_BYTES));
  return {
    name,
    id,
    kind: material[0] === ED25519 ? 'signature' : 'cosignature',
    publicKey: publicKeyOf(material.subarray(1)),
    vkey: `${name}+${id}+${base64(material)}`,
  };
}

/** RFC 8410: what stands before the 32 bytes of a public key in SPKI, and of a private one in PKCS #8. */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

const publicKeyOf = (bytes: Uint8Array): KeyObject =>
  createPublicKey({ key: Buffer.concat([SPKI, bytes]), format: 'der', type: 'spki' });

/**
 * Reads `PRIVATE+KEY+name+id+base64(kind ‖ seed)`, the form in which the tools of transparency logs keep such keys.
 *
 * @throws NoteError BAD_KEY
 */
export function parseSigningKey(skey: string): SigningKey {
  const [, name, id, encoded] = /^PRIVATE\+KEY\+([^+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(skey) ?? [];
  const material = fromBase64(encoded ?? '');
  if (!name || !isKeyName(name) || !material || !isKeyMaterial(material)) throw new NoteError('BAD_KEY');
  const privateKey = privateKeyOf(material.subarray(1));
  const verifier = verifierKey(name, Buffer.concat([material.subarray(0, 1), publicBytes(privateKey)]));
  if (verifier.id !== id) throw new NoteError('BAD_KEY');
  return { verifier, privateKey };
}

const privateKeyOf = (seed: Uint8Array): KeyObject =>
  createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });

const publicBytes = (privateKey: KeyObject): Uint8Array =>
  createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-KEY_BYTES);

/** A new key, in the text that `parseSigningKey` reads. @throws NoteError BAD_KEY: no such name */
export function generateSigningKey(name: string, kind: VerifierKey['kind'] = 'signature'): string {
  if (!isKeyName(name)) throw new NoteError('BAD_KEY');
  const { privateKey } = generateKeyPairSync('ed25519');
  const seed = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-KEY_BYTES);
  const type = Buffer.of(kind === 'signature' ? ED25519 : COSIGNATURE);
  const { id } = verifierKey(name, Buffer.concat([type, publicBytes(privateKey)]));
  return `PRIVATE+KEY+${name}+${id}+${base64(Buffer.concat([type, seed]))}`;
}
