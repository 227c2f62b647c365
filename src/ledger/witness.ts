import { base64 } from './base64.js';
import { ProofError, type Hash } from './merkle.js';
import { cosignedAt, type NoteError, parseNote, signatureLine, signersOf, type VerifierKey } from './note.js';

/** More no tree needs that we can count. */
const PROOF_LINES_MAX = 63;
/** A cosignature later than this was not made now. */
const AHEAD_SECONDS_MAX = 86_400n;
const SIZE_TYPE = 'text/x.tlog.size';

/** C2SP tlog-witness v1.0.0, `POST <prefix>/add-checkpoint`: what a log asks a witness. */
export interface AddCheckpoint {
  /** Of the head that the witness cosigned last; 0: none. */
  readonly oldSize: number;
  /** That the tree of the old size is the beginning of the new one. */
  readonly proof: readonly Hash[];
  /** A signed note. */
  readonly checkpoint: string;
}

/** The body. @throws ProofError WRONG_LENGTH: more lines than may be sent, or some after an old size of 0 */
export function writeAddCheckpoint({ oldSize, proof, checkpoint }: AddCheckpoint): string {
  if (proof.length > (oldSize === 0 ? 0 : PROOF_LINES_MAX)) throw new ProofError('WRONG_LENGTH');
  return [`old ${String(oldSize)}`, ...proof.map(base64), '', checkpoint].join('\n');
}

/** Why a witness has not cosigned. Closed. */
export type WitnessRefusal =
  /** 400: it does not understand us. */
  | 'BAD_REQUEST'
  /** 403: no signature by a key that it trusts for this log. */
  | 'UNKNOWN_KEY'
  /** 404: it does not know the origin. */
  | 'UNKNOWN_LOG'
  /** 422: what it cosigned is not the beginning of what it was shown. */
  | 'FORKED'
  /** An answer of another kind. */
  | 'UNEXPECTED_ANSWER'
  /** A body that is not in the format of its kind. */
  | 'MALFORMED_ANSWER'
  /** None of the signatures is by the key that is expected. */
  | 'NOT_COSIGNED'
  /** One by that key does not hold: it is over something else, or was altered. */
  | 'BAD_COSIGNATURE';

export interface WitnessReply {
  readonly status: number;
  /** As it stands in the header; empty: none. */
  readonly contentType: string;
  readonly body: Uint8Array;
}

export type WitnessAnswer =
  /** One signature line by the key, with its newline. */
  | { readonly kind: 'cosigned'; readonly line: string }
  /** 409: the size of the head that it cosigned last, which is not the old size it was told. */
  | { readonly kind: 'other-size'; readonly size: number }
  | { readonly kind: 'refused'; readonly why: WitnessRefusal };

/**
 * What a witness has answered; nothing of it is believed that its key does not prove.
 *
 * @param text of the checkpoint that it was shown
 * @param nowSeconds since 1970
 */
export function readWitnessAnswer(
  { status, contentType, body }: WitnessReply,
  { text, key, nowSeconds }: { readonly text: string; readonly key: VerifierKey; readonly nowSeconds: bigint },
): WitnessAnswer {
  switch (status) {
    case 200:
      return cosignatureIn(body, text, key, nowSeconds);
    case 409:
      return sizeIn(body, contentType);
    case 400:
      return refused('BAD_REQUEST');
    case 403:
      return refused('UNKNOWN_KEY');
    case 404:
      return refused('UNKNOWN_LOG');
    case 422:
      return refused('FORKED');
    default:
      return refused('UNEXPECTED_ANSWER');
  }
}

const refused = (why: WitnessRefusal): WitnessAnswer => ({ kind: 'refused', why });

function cosignatureIn(body: Uint8Array, text: string, key: VerifierKey, nowSeconds: bigint): WitnessAnswer {
  const lines = textOf(body);
  if (lines === undefined) return refused('MALFORMED_ANSWER');
  try {
    const note = parseNote(`${text}\n${lines}`);
    // An empty line in the answer would move the end of the text.
    if (note.text !== text) return refused('MALFORMED_ANSWER');
    signersOf(note, [key]);
    const own = note.signatures.filter(({ name, id }) => name === key.name && id === key.id);
    const line = own.find(({ signature }) => isTime(cosignedAt(signature), nowSeconds));
    return line ? { kind: 'cosigned', line: signatureLine(line) } : refused('BAD_COSIGNATURE');
  } catch (error) {
    const code = (error as Partial<NoteError>).code;
    if (code === 'UNSIGNED') return refused('NOT_COSIGNED');
    return refused(code === 'BAD_SIGNATURE' ? 'BAD_COSIGNATURE' : 'MALFORMED_ANSWER');
  }
}

/** 0 says that it is no statement about a time. */
const isTime = (seconds: bigint | undefined, nowSeconds: bigint): boolean =>
  seconds !== undefined && seconds > 0n && seconds <= nowSeconds + AHEAD_SECONDS_MAX;

function sizeIn(body: Uint8Array, contentType: string): WitnessAnswer {
  const [, decimal] = /^(0|[1-9]\d{0,15})\n$/.exec(Buffer.from(body).toString('latin1')) ?? [];
  const size = Number(decimal);
  const isSize = contentType.split(';')[0]?.trim().toLowerCase() === SIZE_TYPE;
  return isSize && Number.isSafeInteger(size) ? { kind: 'other-size', size } : refused('MALFORMED_ANSWER');
}

/** Undefined: not UTF-8. */
function textOf(body: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return undefined;
  }
}
