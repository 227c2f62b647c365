import { existsSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';

/** Written at once. */
const WRITE_CHARS = 2 ** 20;

/** @throws Error */
export function requireAbsent(file: string): void {
  if (existsSync(file)) throw new Error(`${file} はすでにあります / is there already`);
}

/**
 * Writes a file that appears under its name only when it is complete.
 *
 * @param lines each with its newline
 */
export async function writeWhole(file: string, lines: AsyncIterable<string>, mode = 0o666): Promise<void> {
  const draft = `${file}.part`;
  const handle = await open(draft, 'wx', mode).catch((error: unknown) => {
    throw new Error(
      `${draft} に書き込めません / cannot be written: ${error instanceof Error ? error.message : String(error)}`,
    );
  });
  let waiting = '';
  try {
    for await (const line of lines) {
      waiting += line;
      if (waiting.length < WRITE_CHARS) continue;
      await handle.write(waiting);
      waiting = '';
    }
    await handle.write(waiting);
    await handle.sync();
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}
