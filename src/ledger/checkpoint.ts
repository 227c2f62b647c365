import { base64, fromBase64 } from './base64.js';
import { HASH_BYTES, type TreeHead } from './merkle.js';
import { NoteError, parseNote, signNote, type Note, type SigningKey } from './note.js';

/** C2SP tlog-checkpoint v1.0.0: what a log says of itself; who has signed it is the note's to tell. */
export interface Checkpoint extends TreeHead {
  /** Which log. */
  readonly origin: string;
}

/** The three lines that are signed. */
export const checkpointText = ({ origin, size, root }: Checkpoint): string =>
  `${origin}\n${String(size)}\n${base64(root)}\n`;

/** A signed note. */
export function signCheckpoint(checkpoint: Checkpoint, key: SigningKey): string {
  const text = checkpointText(checkpoint);
  return `${text}\n${signNote(text, key)}`;
}

/** A checkpoint with its signatures, taken apart; nothing of it is believed yet. */
export interface SignedCheckpoint extends Checkpoint {
  readonly note: Note;
}

/**
 * Extension lines are not taken: nobody could audit them.
 *
 * @throws NoteError BAD_NOTE
 */
export function parseCheckpoint(text: string): SignedCheckpoint {
  const note = parseNote(text);
  const [origin, decimal, encoded, ...more] = note.text.split('\n');
  const size = Number(decimal);
  const root = encoded && fromBase64(encoded);
  const isOne = origin && more.length === 1 && String(size) === decimal && Number.isSafeInteger(size) && size >= 0;
  if (!isOne || !root || root.length !== HASH_BYTES) throw new NoteError('BAD_NOTE');
  return { origin, size, root, note };
}

/**
 * Reads signed checkpoints that stand one after another: each ends with its last signature line.
 *
 * @throws NoteError BAD_NOTE: also when the last one is cut off
 */
export function parseCheckpoints(text: string): SignedCheckpoint[] {
  const one = /(?:(?!— ).*\n)+(?:— .*\n)+/uy;
  const checkpoints: SignedCheckpoint[] = [];
  while (one.lastIndex < text.length) {
    const [note] = one.exec(text) ?? [];
    if (note === undefined) throw new NoteError('BAD_NOTE');
    checkpoints.push(parseCheckpoint(note));
  }
  return checkpoints;
}
