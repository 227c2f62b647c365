import pc from 'picocolors';

/** What the operating system says, in words that tell what to do. */
const ADVICE: Readonly<Record<string, string>> = {
  EADDRINUSE: 'ポートは使用中です。PORT で別の番号を指定してください / the port is in use: choose another with PORT',
  EACCES: '権限がありません / no permission',
  EROFS: '書き込めないフォルダーです / a folder that cannot be written',
  EEXIST: 'DAICHO_DATA はフォルダーでなければなりません / DAICHO_DATA must be a folder',
  ENOTDIR: 'DAICHO_DATA はフォルダーでなければなりません / DAICHO_DATA must be a folder',
  SQLITE_READONLY: 'DAICHO_DATA に書き込めません / DAICHO_DATA cannot be written',
  SQLITE_CANTOPEN: 'DAICHO_DATA を開けません / DAICHO_DATA cannot be opened',
};

/** Says why, and ends the process, whatever a server that does not answer still holds open. */
export function endBecauseOf(error: unknown): void {
  const { message, code }: NodeJS.ErrnoException = error instanceof Error ? error : new Error(String(error));
  const advice = Object.entries(ADVICE).find(([prefix]) => code?.startsWith(prefix))?.[1];
  process.stderr.write(`${pc.red(advice === undefined ? message : `${advice} (${message})`)}\n`, () => process.exit(1));
}
