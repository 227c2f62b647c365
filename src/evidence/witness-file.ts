import { z } from 'zod';
import { parseVerifierKey, type VerifierKey } from '../ledger/note.js';
import { address, isAllowed, NEEDS_HTTPS, readSettings } from '../settings-file.js';

/** More would not fit into a note beside the log's own signature. */
const WITNESSES_MAX = 16;

/** One who is asked to cosign heads. */
export interface WitnessSettings {
  /** Submission prefix, without the last slash. */
  readonly url: string;
  readonly key: VerifierKey;
}

export interface WitnessPolicy {
  readonly witnesses: readonly WitnessSettings[];
  /** How many of them must have signed a head for it to count as witnessed. */
  readonly min: number;
}

const vkey = z.string().transform((text, context) => {
  try {
    const key = parseVerifierKey(text);
    if (key.kind === 'cosignature') return key;
  } catch {
    // Told below.
  }
  const message =
    '立会人の検証鍵（名前+ID+… の形、Ed25519 の連署用）ではありません / not the verifier key of a witness: NAME+ID+…, of the kind for Ed25519 cosignatures';
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

const witness = z
  .strictObject({
    url: address.refine((text) => new URL(text).search === '' && new URL(text).hash === '', {
      message: '? と # は書けません / without ? and #',
    }),
    vkey,
    /** Plain http to another machine. */
    allowHttp: z.boolean().default(false),
  })
  .superRefine(({ url, allowHttp }, context) => {
    if (!isAllowed(url, allowHttp)) context.addIssue({ code: 'custom', path: ['url'], message: NEEDS_HTTPS });
  });

const file = z
  .strictObject({ min: z.int().min(1), witnesses: z.array(witness).min(1).max(WITNESSES_MAX) })
  .superRefine(({ min, witnesses }, context) => {
    if (min > witnesses.length) {
      const message = '立会人より多くの署名は得られません / there are not so many witnesses';
      context.addIssue({ code: 'custom', path: ['min'], message });
    }
    for (const [i, { vkey }] of witnesses.entries()) {
      // A cosignature does not say whose name it is under: one public key under two names would count twice.
      if (witnesses.findIndex((one) => one.vkey.name === vkey.name || isSameKey(one.vkey, vkey)) === i) continue;
      const message = '同じ名前または同じ鍵の立会人があります / another witness has this name, or this public key';
      context.addIssue({ code: 'custom', path: ['witnesses', i, 'vkey'], message });
    }
  });

const isSameKey = (a: VerifierKey, b: VerifierKey): boolean => a.publicKey.equals(b.publicKey);

/** Reads who is to cosign heads. @throws Error */
export function readWitnesses(path: string): WitnessPolicy {
  const { min, witnesses } = readSettings(
    path,
    file,
    (what) => new Error(`立会人の設定に誤りがあります / the file of witnesses is not valid: ${path}${what}`),
  );
  return { min, witnesses: witnesses.map(({ url, vkey: key }) => ({ url: url.replace(/\/+$/, ''), key })) };
}
