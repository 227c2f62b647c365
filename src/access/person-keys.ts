import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { isSealingKey, newSealingKey } from '../ledger/seal.js';
import { PERSON_ID } from './access.events.js';

const EXTENSION = '.key';

/**
 * A key for each person of whom something is sealed: a file of 32 bytes that only its owner reads. The processes of one ledger
 * share the folder. What a key has sealed can be read for as long as its file is there, and nowhere and never after that.
 */
export class PersonKeys {
  constructor(private readonly folder: string) {}

  /** Undefined: none was made, or it was destroyed. @throws Error: the file holds no key */
  of(person: string): Uint8Array | undefined {
    const file = this.#file(person);
    if (!existsSync(file)) return undefined;
    const key = readFileSync(file);
    if (isSealingKey(key)) return key;
    throw new Error(
      `${file} は個人情報の鍵ではありません。バックアップから戻してください / is no key of a person: restore it from a backup`,
    );
  }

  /** The key, made now if there is none. */
  make(person: string): Uint8Array {
    const file = this.#file(person);
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    if (!existsSync(file)) this.#write(file);
    return this.of(person) ?? this.make(person);
  }

  /** Written over, then taken away; nothing to do when there is none. */
  destroy(person: string): void {
    const file = this.#file(person);
    if (!existsSync(file)) return;
    const handle = openSync(file, 'r+');
    try {
      writeSync(handle, new Uint8Array(readFileSync(file).length), null, null, 0);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    unlinkSync(file);
    this.#sync();
  }

  /** Everybody who has a key. */
  people(): string[] {
    if (!existsSync(this.folder)) return [];
    return readdirSync(this.folder)
      .filter((name) => name.endsWith(EXTENSION))
      .map((name) => name.slice(0, -EXTENSION.length))
      .filter((person) => PERSON_ID.test(person))
      .sort();
  }

  #write(file: string): void {
    const draft = `${file}.new-${String(process.pid)}`;
    const handle = openSync(draft, 'w', 0o600);
    try {
      writeSync(handle, newSealingKey());
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    try {
      // Under its name only whole; another process may be first.
      linkSync(draft, file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      rmSync(draft);
    }
    this.#sync();
  }

  #sync(): void {
    // Windows has no such thing and needs none.
    if (process.platform === 'win32') return;
    const handle = openSync(this.folder, 'r');
    fsyncSync(handle);
    closeSync(handle);
  }

  #file(person: string): string {
    if (!PERSON_ID.test(person)) throw new RangeError(`${person} is no person`);
    return join(this.folder, person + EXTENSION);
  }
}
