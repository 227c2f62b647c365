import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { Refusal } from '../problems.js';

export const EVIDENCE_BYTES_MAX = 10 * 1024 * 1024;

const startsWith =
  (...bytes: readonly number[]) =>
  (file: Buffer): boolean =>
    file.subarray(0, bytes.length).equals(Buffer.from(bytes));
const isZip = startsWith(0x50, 0x4b, 0x03, 0x04);
/** By the folder that an Office file of a kind holds. */
const isOffice =
  (folder: string) =>
  (file: Buffer): boolean =>
    isZip(file) && file.includes(`${folder}/`, 0, 'latin1');
const isText = (file: Buffer): boolean => !file.includes(0);

/** What a file may be, the ending of the name under which it is kept, and how its bytes show it. */
const TYPES: readonly {
  readonly mediaType: string;
  readonly extension: string;
  readonly isOne: (file: Buffer) => boolean;
}[] = [
  { mediaType: 'application/pdf', extension: 'pdf', isOne: startsWith(0x25, 0x50, 0x44, 0x46, 0x2d) },
  {
    mediaType: 'image/png',
    extension: 'png',
    isOne: startsWith(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
  },
  { mediaType: 'image/jpeg', extension: 'jpg', isOne: startsWith(0xff, 0xd8, 0xff) },
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
