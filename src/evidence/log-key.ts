import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { generateSigningKey, NoteError, parseSigningKey, type SigningKey } from '../ledger/note.js';

/** What a log is called for which nobody gave a name: nobody else's is called so. */
const unnamed = (): string => `daicho.local/${randomBytes(8).toString('hex')}`;

/** The key in a file. @throws Error: there is none, or it cannot be read */
export function readLogKey(file: string): SigningKey {
  try {
    const key = parseSigningKey(readFileSync(file, 'utf8').trim());
    // That of a witness signs in another way.
    if (key.verifier.kind !== 'signature') throw new NoteError('BAD_KEY');
    return key;
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const why = error instanceof NoteError ? 'PRIVATE+KEY+… ではありません / it is no PRIVATE+KEY+…' : String(error);
    throw new Error(
      isMissing
        ? `証跡ログの署名鍵 ${file} がありません。バックアップから戻してください / the key of the evidence log is missing: restore ${file} from a backup`
        : `証跡ログの署名鍵 ${file} を読めません / the key of the evidence log cannot be read from ${file}: ${why}`,
      { cause: error },
    );
  }
}

/**
 * A new key in a file that only its owner reads; one that is there stays.
 *
 * @param origin the log's name, a URL without its scheme: `city.example.lg.jp/daicho`
 * @returns whether it was made
 * @throws NoteError BAD_KEY: a name with spaces or a plus
 */
export function makeLogKey(file: string, origin = unnamed()): boolean {
  if (existsSync(file)) return false;
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.new-${String(process.pid)}`;
  writeFileSync(draft, `${generateSigningKey(origin)}\n`, { mode: 0o600 });
  try {
    // Under its name only whole; another process may be first.
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft);
  }
}
