import { base64, fromBase64 } from '../../src/ledger/base64.js';
import { HASH_BYTES, type TreeHead } from '../../src/ledger/merkle.js';
import { NoteError, parseVerifierKey, type VerifierKey } from '../../src/ledger/note.js';
import { BundleVerifier, VERIFY_CODES, verifyProof, VerifyError, type Trust } from '../../src/ledger/verify.js';

/** What whoever checks knows from elsewhere. */
export interface Held {
  /** Verifier keys. */
  readonly keys: readonly string[];
  /** `SIZE:ROOT`; empty: none. */
  readonly head: string;
}

/** What came of a check. */
export type Finding =
  | {
      readonly isSound: true;
      readonly origin: string;
      readonly head: string;
      readonly entries: number;
      readonly opened: number;
      readonly erased: number;
      readonly withheld: number;
      readonly checkpoints: number;
      readonly signers: readonly string[];
      /** Of a proof of one entry. */
      readonly entry?: { readonly index: number; readonly type: string; readonly recordedAt: string };
      readonly data?: unknown;
    }
  | {
      readonly isSound: false;
      readonly code: string;
      readonly meaning: readonly [ja: string, en: string];
      readonly index?: number;
      readonly line?: number | undefined;
    };

/** Bytes read between two words on how far it is. */
const STEP_BYTES = 256 * 1024;
const PROOF = 'c2sp.org/tlog-proof';

/** Checks a file of evidence here, in the browser, with the very code that `daicho verify` runs. */
export async function check(file: Blob, held: Held, tell: (share: number) => void): Promise<Finding> {
  try {
    const keys = held.keys.filter((key) => key.trim() !== '').map((key) => parseVerifierKey(key.trim()));
    const heads = held.head.trim() === '' ? [] : [headIn(held.head.trim())];
    const isProof = (await file.slice(0, PROOF.length).text()) === PROOF;
    return isProof ? proven(await file.text(), { keys, heads }) : await verified(file, { keys, heads }, tell);
  } catch (error) {
    if (error instanceof VerifyError)
      return {
        isSound: false,
        code: error.code,
        meaning: VERIFY_CODES[error.code],
        index: error.index,
        line: error.line,
      };
    if (error instanceof NoteError) return { isSound: false, code: 'BAD_KEY', meaning: BAD_KEY };
    if (error instanceof HeadError) return { isSound: false, code: 'BAD_HEAD', meaning: BAD_HEAD };
    if (error instanceof DOMException) return { isSound: false, code: 'UNREADABLE', meaning: UNREADABLE };
    throw error;
  }
}

const BAD_KEY = ['検証鍵は 名前+ID+… の形です', 'a verifier key reads NAME+ID+…'] as const;
const BAD_HEAD = ['控えは 件数:根（base 64）の形です', 'a head reads SIZE:ROOT, base 64'] as const;

const UNREADABLE = ['ファイルを読めません', 'the file cannot be read'] as const;

class HeadError extends Error {}

/** @throws HeadError not `SIZE:ROOT` */
function headIn(text: string): TreeHead {
  const [, decimal, encoded = ''] = /^(\d{1,15}):(\S+)$/.exec(text) ?? [];
  const root = fromBase64(encoded);
  if (root?.length !== HASH_BYTES) throw new HeadError();
  return { size: Number(decimal), root };
}

async function verified(file: Blob, trust: Trust, tell: (share: number) => void): Promise<Finding> {
  const verifier = new BundleVerifier(trust);
  for (let at = 0; at < file.size; at += STEP_BYTES) {
    verifier.write(Buffer.from(await file.slice(at, at + STEP_BYTES).arrayBuffer()));
    tell(Math.min(1, (at + STEP_BYTES) / file.size));
  }
  const { origin, size, root, entries, opened, erased, withheld, checkpoints, signers } = verifier.end();
  const head64 = `${String(size)}:${base64(root)}`;
  return { isSound: true, origin, head: head64, entries, opened, erased, withheld, checkpoints, signers };
}

function proven(
  text: string,
  { keys, heads }: { readonly keys: readonly VerifierKey[]; readonly heads: readonly TreeHead[] },
): Finding {
  const { entry, data, head, signers } = verifyProof(text, keys, { heads });
  const head64 = `${String(head.size)}:${base64(head.root)}`;
  const counts = { entries: 1, opened: data ? 1 : 0, erased: 0, withheld: data ? 0 : 1, checkpoints: 1 };
  return { isSound: true, origin: entry.ledger, head: head64, ...counts, signers, entry, data: data?.value };
}
