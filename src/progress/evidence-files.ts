import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { Refusal } from '../problems.js';

export const EVIDENCE_BYTES_MAX = 10 * 1024 * 1024;

const bytesOf = (...bytes: readonly (number | string)[]): Buffer =>
  Buffer.concat(bytes.map((one) => (typeof one === 'string' ? Buffer.from(one, 'latin1') : Buffer.from([one]))));
const startsWith = (file: Buffer, start: Buffer): boolean => file.subarray(0, start.length).equals(start);

const isPdf = (file: Buffer): boolean => startsWith(file, bytesOf('%PDF-')) && file.includes('%%EOF', 5, 'latin1');
/** The signature, then the first chunk, of 13 bytes. */
const isPng = (file: Buffer): boolean => startsWith(file, bytesOf(0x89, 'PNG\r\n', 0x1a, '\n', 0, 0, 0, 13, 'IHDR'));
/** From its first marker to its last; some devices fill up with zeros. */
const isJpeg = (file: Buffer): boolean => {
  if (!startsWith(file, bytesOf(0xff, 0xd8, 0xff))) return false;
  const end = file.findLastIndex((byte) => byte !== 0) + 1;
  return file.subarray(end - 2, end).equals(bytesOf(0xff, 0xd9));
};
/** By the folder that an Office file of a kind holds; one with macros is none. */
const isOffice =
  (folder: string) =>
  (file: Buffer): boolean => {
    const names = namesInZip(file);
    return (
      names.includes('[Content_Types].xml') &&
      names.some((name) => name.startsWith(`${folder}/`)) &&
      !names.some((name) => /vbaProject\.bin$/i.test(name))
    );
  };
const isText = (file: Buffer): boolean => !file.includes(0);

/** The names in the central directory of a ZIP archive (APPNOTE 4.3.12, 4.3.16); none when it is no sound one. */
function namesInZip(file: Buffer): string[] {
  const END = 22;
  const HEADER = 46;
  const end = file.lastIndexOf(bytesOf('PK', 5, 6));
  if (!startsWith(file, bytesOf('PK', 3, 4)) || end < 0 || end + END > file.length) return [];
  const names: string[] = [];
  let at = file.readUInt32LE(end + 16);
  for (let left = file.readUInt16LE(end + 10); left > 0; left--) {
    if (at + HEADER > end || !file.subarray(at, at + 4).equals(bytesOf('PK', 1, 2))) return [];
    const [name, extra, comment] = [28, 30, 32].map((place) => file.readUInt16LE(at + place)) as [
      number,
      number,
      number,
    ];
    names.push(file.toString('utf8', at + HEADER, at + HEADER + name));
    at += HEADER + name + extra + comment;
  }
  return names;
}

/** What a file may be, the ending of the name under which it is kept, and how its bytes show it. */
const TYPES: readonly {
  readonly mediaType: string;
  readonly extension: string;
  readonly isOne: (file: Buffer) => boolean;
}[] = [
  { mediaType: 'application/pdf', extension: 'pdf', isOne: isPdf },
  { mediaType: 'image/png', extension: 'png', isOne: isPng },
  { mediaType: 'image/jpeg', extension: 'jpg', isOne: isJpeg },
  {
    mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    extension: 'xlsx',
    isOne: isOffice('xl'),
  },
  {
    mediaType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    extension: 'docx',
    isOne: isOffice('word'),
  },
  { mediaType: 'text/csv', extension: 'csv', isOne: isText },
  { mediaType: 'text/plain', extension: 'txt', isOne: isText },
];

export const EVIDENCE_MEDIA_TYPES = TYPES.map(({ mediaType }) => mediaType);

export interface EvidenceFile {
  /** Hexadecimal. */
  readonly sha256: string;
  readonly mediaType: string;
  readonly bytes: number;
}

/** What a file was handed in for. */
export interface EvidenceOf {
  readonly planKey: string;
  readonly measureNo: string;
}

const SHA256 = /^[0-9a-f]{64}$/;

/**
 * Files that reports refer to, kept by the hash of their content: the same file is kept once, and nothing overwrites it.
 * Beside it stands for which measures it was handed in: the hash alone opens nothing.
 */
export class EvidenceFiles {
  constructor(private readonly folder: string) {}

  /** @throws Refusal EVIDENCE_TYPE: not allowed, or not what it says it is; EVIDENCE_TOO_LARGE; EVIDENCE_EMPTY */
  async keep(file: Buffer, mediaType: string, of: EvidenceOf): Promise<EvidenceFile> {
    const type = TYPES.find((one) => one.mediaType === mediaType);
    if (!type) throw new Refusal('EVIDENCE_TYPE', ['file'], `${mediaType}: ${EVIDENCE_MEDIA_TYPES.join(', ')}`);
    if (file.length === 0) throw new Refusal('EVIDENCE_EMPTY', ['file']);
    if (file.length > EVIDENCE_BYTES_MAX) throw new Refusal('EVIDENCE_TOO_LARGE', ['file'], String(file.length));
    if (!type.isOne(file)) throw new Refusal('EVIDENCE_TYPE', ['file'], mediaType);
    const sha256 = createHash('sha256').update(file).digest('hex');
    if (!(await this.find(sha256))) {
      await mkdir(this.#folderOf(sha256), { recursive: true });
      const place = this.#place(sha256, type.extension);
      const unfinished = `${place}.${randomUUID()}`;
      const handle = await open(unfinished, 'wx', 0o600);
      try {
        await handle.writeFile(file);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(unfinished, place);
    }
    await mkdir(this.#handedIn(sha256), { recursive: true });
    await writeFile(join(this.#handedIn(sha256), nameOf(of)), '', { mode: 0o600 });
    return { sha256, mediaType, bytes: file.length };
  }

  /** A file that was handed in for a measure. */
  async findFor(sha256: string, of: EvidenceOf): Promise<EvidenceFile | undefined> {
    const file = await this.find(sha256);
    const handedIn = file && (await stat(join(this.#handedIn(sha256), nameOf(of))).catch(() => undefined));
    return handedIn && file;
  }

  async find(sha256: string): Promise<EvidenceFile | undefined> {
    if (!SHA256.test(sha256)) return undefined;
    for (const { mediaType, extension } of TYPES) {
      const found = await stat(this.#place(sha256, extension)).catch(() => undefined);
      if (found) return { sha256, mediaType, bytes: found.size };
    }
    return undefined;
  }

  read({ sha256, mediaType }: EvidenceFile): Readable {
    const { extension } = TYPES.find((one) => one.mediaType === mediaType) ?? { extension: '' };
    return createReadStream(this.#place(sha256, extension));
  }

  #handedIn(sha256: string): string {
    return join(this.#folderOf(sha256), `${sha256}.for`);
  }

  #folderOf(sha256: string): string {
    return join(this.folder, sha256.slice(0, 2));
  }

  #place(sha256: string, extension: string): string {
    return join(this.#folderOf(sha256), `${sha256}.${extension}`);
  }
}

/** No part of a path, whatever stands in it. */
const nameOf = ({ planKey, measureNo }: EvidenceOf): string =>
  `${encodeURIComponent(planKey)}~${encodeURIComponent(measureNo)}`;
