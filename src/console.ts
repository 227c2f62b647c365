import pc from 'picocolors';

/** What the operating system or a store says, in words that tell what to do. */
const ADVICE: Readonly<Record<string, string>> = {
  EADDRINUSE: 'ポートは使用中です。PORT で別の番号を指定してください / the port is in use: choose another with PORT',
  EACCES: '権限がありません / no permission',
  ENOENT: 'ファイルまたはフォルダーがありません / no such file or folder',
  EISDIR: 'ファイルではなくフォルダーです / a folder, not a file',
  ENOSPC: '空き容量がありません / no space left',
  EROFS: '書き込めないフォルダーです / a folder that cannot be written',
  ENOTDIR: 'DAICHO_DATA はフォルダーでなければなりません / DAICHO_DATA must be a folder',
  LEDGER_LOCKED:
    'ほかのプロセスが台帳に書き込んでいます。少し待ってもう一度実行するか、動いているサーバーに GraphQL のミューテーションを送ってください / another process is writing the ledger: try again in a moment, or send the mutation to the server that runs',
  SQLITE_READONLY: 'DAICHO_DATA に書き込めません / DAICHO_DATA cannot be written',
  SQLITE_CANTOPEN: 'DAICHO_DATA を開けません / DAICHO_DATA cannot be opened',
};

const NO_FOLDER =
  'このフォルダーには書き込めません。書き込める場所を DAICHO_DATA で指定してください。台帳とビューが別の場所にあっても、証拠のファイルなどのために必要です / ' +
  'the folder cannot be written: name another with DAICHO_DATA; it is needed for evidence files even when ledger and views are elsewhere';
/** Of the operating system, made only for that folder. */
const FOLDER_CALLS: readonly (string | undefined)[] = ['mkdir', 'access'];

/** Says why, and ends the process, whatever a server that does not answer still holds open. */
export function endBecauseOf(error: unknown): void {
  const { message, code, syscall }: NodeJS.ErrnoException = error instanceof Error ? error : new Error(String(error));
  const advice = FOLDER_CALLS.includes(syscall)
    ? NO_FOLDER
    : Object.entries(ADVICE).find(([prefix]) => code?.startsWith(prefix))?.[1];
  process.stderr.write(`${pc.red(advice === undefined ? message : `${advice} (${message})`)}\n`, () =>
    process.exit(process.exitCode ?? 1),
  );
}
