import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { damaged } from './ledger-file.js';

/** SQLite file format §4.1: the header of a WAL, then frames of a header and a page. All numbers are big-endian. */
const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const MAGIC_LITTLE_ENDIAN_SUMS = 0x377f0682;
const MAGIC_BIG_ENDIAN_SUMS = 0x377f0683;
const SALTS = { at: 16, inFrame: 8, bytes: 8 } as const;

type Sums = readonly [number, number];

/**
 * SQLite takes the first frame of a WAL that does not fit for its end, in silence: what was committed behind it would be
 * gone. A commit that was never acknowledged may end in such a frame, but only the last one, as each is on the disk before
 * the next begins. So a frame that does not fit with two commits behind it is damage.
 *
 * @throws StoreError LEDGER_DAMAGED
 */
export function requireSoundWal(file: string): void {
  const wal = `${file}-wal`;
  if (!existsSync(wal)) return;
  const fd = openSync(wal, 'r');
  try {
    checkFrames(wal, fd);
  } finally {
    closeSync(fd);
  }
}

function checkFrames(wal: string, fd: number): void {
  const header = Buffer.alloc(HEADER_BYTES);
  if (readSync(fd, header, 0, HEADER_BYTES, 0) < HEADER_BYTES) return;
  const magic = header.readUInt32BE(0);
  if (magic !== MAGIC_LITTLE_ENDIAN_SUMS && magic !== MAGIC_BIG_ENDIAN_SUMS)
    throw damaged(wal, 'its header is not one');
  const bigEndian = magic === MAGIC_BIG_ENDIAN_SUMS;
  const salts = header.subarray(SALTS.at, SALTS.at + SALTS.bytes);
  const frame = Buffer.alloc(FRAME_HEADER_BYTES + header.readUInt32BE(8));

  let before = sumsAt(header, 24);
  if (!equal(sumsOf(header.subarray(0, 24), [0, 0], bigEndian), before)) throw damaged(wal, 'its header is damaged');
  let firstBad: number | undefined;
  let commitsBehind = 0;
  for (let n = 0; ; n++) {
    const at = HEADER_BYTES + n * frame.length;
    const isThere = (): boolean => readSync(fd, frame, 0, frame.length, at) === frame.length;
    // Frames of an earlier time, behind the last one, have other salts.
    const fits = (): boolean =>
      frame.subarray(SALTS.inFrame, SALTS.inFrame + SALTS.bytes).equals(salts) &&
      equal(frameSums(frame, before, bigEndian), sumsAt(frame, 16));
    if (!isThere()) return;
    // Read again, it may be complete: another process was writing it.
    if (!fits() && !(isThere() && fits())) firstBad ??= n;
    else if (firstBad !== undefined && frame.readUInt32BE(4) > 0 && ++commitsBehind === 2) {
      throw damaged(wal, `frame ${String(firstBad)} of its pages is damaged, and commits follow it`);
    }
    before = sumsAt(frame, 16);
  }
}

const sumsAt = (bytes: Buffer, at: number): Sums => [bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4)];
const equal = (a: Sums, b: Sums): boolean => a[0] === b[0] && a[1] === b[1];

/** A frame's sums go on from those of the frame before it, over the first 8 bytes of its header and its page. */
const frameSums = (frame: Buffer, before: Sums, bigEndian: boolean): Sums =>
  sumsOf(frame.subarray(FRAME_HEADER_BYTES), sumsOf(frame.subarray(0, 8), before, bigEndian), bigEndian);

function sumsOf(bytes: Buffer, [s0, s1]: Sums, bigEndian: boolean): Sums {
  for (let at = 0; at < bytes.length; at += 8) {
    const [x, y] = bigEndian
      ? [bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4)]
      : [bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4)];
    s0 = (s0 + x + s1) >>> 0;
    s1 = (s1 + y + s0) >>> 0;
  }
  return [s0, s1];
}
