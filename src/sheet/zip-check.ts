import { fromBuffer, type Entry, type ZipFile } from 'yauzl';
import { Refusal } from '../problems.js';

const ENTRIES_MAX = 500;
const INFLATED_BYTES_MAX = 64 * 1024 * 1024;
const RATIO_MAX = 120;
/** Small parts may be compressed as well as they like. */
const RATIO_FROM_BYTES = 1024 * 1024;

/**
 * Reads the directory of a ZIP file, and each part once without keeping it, before anything opens the whole: a file of some hundred
 * kilobytes can hold gigabytes.
 *
 * @throws Refusal SHEET_NOT_A_WORKBOOK, SHEET_TOO_LARGE
 */
export async function requireModestZip(file: Buffer): Promise<void> {
  const zip = await opened(file);
  try {
    if (zip.entryCount > ENTRIES_MAX) throw tooLarge(`${String(zip.entryCount)} > ${String(ENTRIES_MAX)}`);
    let inflated = 0;
    for (const entry of await entriesOf(zip)) {
      inflated += entry.uncompressedSize;
      const isDense =
        entry.uncompressedSize > RATIO_FROM_BYTES && entry.uncompressedSize > entry.compressedSize * RATIO_MAX;
      if (inflated > INFLATED_BYTES_MAX || isDense) throw tooLarge(entry.fileName);
      await readThrough(zip, entry);
    }
  } finally {
    zip.close();
  }
}

const tooLarge = (detail: string): Refusal => new Refusal('SHEET_TOO_LARGE', ['file'], detail);
const notOne = (error: Error): Refusal => new Refusal('SHEET_NOT_A_WORKBOOK', ['file'], error.message);

const opened = (file: Buffer): Promise<ZipFile> =>
  new Promise((resolve, reject) => {
    fromBuffer(file, { lazyEntries: true, validateEntrySizes: true }, (error, zip) => {
      if (error) reject(notOne(error));
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
    zip.on('error', (error: Error) => {
      reject(notOne(error));
    });
    zip.readEntry();
  });

/** More bytes than the directory says are an error of the reader. */
const readThrough = (zip: ZipFile, entry: Entry): Promise<void> =>
  new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => {
      if (error) {
        reject(notOne(error));
        return;
      }
      stream.on('end', resolve);
      stream.on('error', (fault: Error) => {
        reject(notOne(fault));
      });
      stream.resume();
    });
  });
