import type { Readable } from 'node:stream';
import { fromBuffer, type Entry, type ZipFile } from 'yauzl';
import { Refusal } from '../problems.js';

const ENTRIES_MAX = 500;
const INFLATED_BYTES_MAX = 64 * 1024 * 1024;
const RATIO_MAX = 120;
/** Small parts may be compressed as well as they like. */
const RATIO_FROM_BYTES = 1024 * 1024;

/** @param detail what it is about: an address, the name of a part */
export const notAWorkbook = (detail?: string): Refusal => new Refusal('SHEET_NOT_A_WORKBOOK', ['file'], detail);
export const tooLarge = (detail: string): Refusal => new Refusal('SHEET_TOO_LARGE', ['file'], detail);

/**
 * The parts of a ZIP file, whose directory is looked through before any of them is read: a file of some hundred kilobytes can hold
 * gigabytes. A part that has more bytes than the directory says is an error of the reader.
 */
export class Zip {
  private constructor(
    private readonly file: ZipFile,
    private readonly entries: ReadonlyMap<string, Entry>,
  ) {}

  /** @throws Refusal SHEET_NOT_A_WORKBOOK, SHEET_TOO_LARGE */
  static async in(bytes: Buffer): Promise<Zip> {
    const file = await opened(bytes);
    try {
      if (file.entryCount > ENTRIES_MAX) throw tooLarge(`${String(file.entryCount)} > ${String(ENTRIES_MAX)}`);
      const entries = await entriesOf(file);
      const names = new Set(entries.map(({ fileName }) => fileName.toLowerCase()));
      if (names.size < entries.length) throw notAWorkbook();
      let inflated = 0;
      for (const { fileName, uncompressedSize, compressedSize } of entries) {
        inflated += uncompressedSize;
        const isDense = uncompressedSize > RATIO_FROM_BYTES && uncompressedSize > compressedSize * RATIO_MAX;
        if (inflated > INFLATED_BYTES_MAX || isDense) throw tooLarge(fileName);
      }
      return new Zip(file, new Map(entries.map((entry) => [entry.fileName.toLowerCase(), entry])));
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** The bytes of a part; undefined: there is none of that name. @throws Refusal SHEET_NOT_A_WORKBOOK */
  async part(name: string): Promise<Readable | undefined> {
    const entry = this.entries.get(name.toLowerCase());
    return (
      entry &&
      new Promise((resolve, reject) => {
        this.file.openReadStream(entry, (error, stream) => {
          if (error) reject(notAWorkbook(name));
          else resolve(stream);
        });
      })
    );
  }

  close(): void {
    this.file.close();
  }
}

const opened = (bytes: Buffer): Promise<ZipFile> =>
  new Promise((resolve, reject) => {
    fromBuffer(bytes, { lazyEntries: true, autoClose: false, validateEntrySizes: true }, (error, zip) => {
      if (error) reject(notAWorkbook());
      else resolve(zip);
    });
  });

const entriesOf = (zip: ZipFile): Promise<Entry[]> =>
  new Promise((resolve, reject) => {
    const entries: Entry[] = [];
    zip.on('entry', (entry: Entry) => {
      entries.push(entry);
      zip.readEntry();
    });
    zip.on('end', () => {
      resolve(entries);
    });
    zip.on('error', () => {
      reject(notAWorkbook());
    });
    zip.readEntry();
  });
