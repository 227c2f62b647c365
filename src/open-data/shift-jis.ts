import encoding from 'encoding-japanese';
import { Refusal } from '../problems.js';

/** One mark of Shift_JIS, two of Unicode: which of them it is read as differs from program to program. */
const TWINS: Readonly<Record<string, string>> = { '〜': '～', '−': '－', '‖': '∥', '—': '―' };

/**
 * A text for programs that know only Shift_JIS, as Windows writes it (code page 932).
 *
 * @throws Refusal NOT_IN_SHIFT_JIS, with the characters: none is replaced in silence
 */
export function shiftJisOf(text: string): Buffer {
  const meant = text.replace(/[〜−‖—]/g, (mark) => TWINS[mark] ?? mark);
  const bytes = Buffer.from(encoding.convert(encoding.stringToCode(meant), { from: 'UNICODE', to: 'SJIS' }));
  const read = new TextDecoder('shift_jis').decode(bytes);
  if (read === meant) return bytes;
  const known = new Set(read);
  const missing = [...new Set(Array.from(meant))].filter((character) => !known.has(character));
  throw new Refusal('NOT_IN_SHIFT_JIS', ['encoding'], missing.join(' '));
}
