import { base64, fromBase64 } from './base64.js';
import { HASH_BYTES, type Hash } from './merkle.js';
import { NoteError } from './note.js';

/** C2SP tlog-proof v1: that an entry is in the log, in one file that is checked offline. */
export interface TlogProof {
  /** What the entry is made of, which the proof itself does not vouch for. */
  readonly extra?: Uint8Array;
  readonly index: number;
  /** From the leaf's neighbour up. */
  readonly hashes: readonly Hash[];
  /** A signed note. */
  readonly checkpoint: string;
}

const HEADER = 'c2sp.org/tlog-proof@v1';
const EXTRA = 'extra ';
/** No tree that we can count has more levels. */
const HASHES_MAX = 63;

export const writeTlogProof = ({ extra, index, hashes, checkpoint }: TlogProof): string =>
  [
    HEADER,
    ...(extra ? [EXTRA + base64(extra)] : []),
    `index ${String(index)}`,
    ...hashes.map(base64),
    '',
    checkpoint,
  ].join('\n');

/** @throws NoteError BAD_NOTE: not such a file */
export function parseTlogProof(text: string): TlogProof {
  const end = text.indexOf('\n\n');
  const [header, first = '', ...rest] = text.slice(0, Math.max(end, 0)).split('\n');
  const hasExtra = first.startsWith(EXTRA);
  const extra = hasExtra ? fromBase64(first.slice(EXTRA.length)) : null;
  const [place = '', ...lines] = hasExtra ? rest : [first, ...rest];
  const [, decimal] = /^index (0|[1-9]\d*)$/.exec(place) ?? [];
  const index = Number(decimal);
  const hashes = lines.map(fromBase64);
  if (header !== HEADER || extra === undefined || !Number.isSafeInteger(index) || hashes.length > HASHES_MAX)
    throw new NoteError('BAD_NOTE');
  if (!hashes.every((hash) => hash?.length === HASH_BYTES)) throw new NoteError('BAD_NOTE');
  return { ...(extra && { extra }), index, hashes: hashes as Hash[], checkpoint: text.slice(end + 2) };
}
