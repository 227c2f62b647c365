import Database from 'better-sqlite3';

/** How long a copy waits for another process that writes. */
const BUSY_MS_MAX = 10_000;
/** Copied in one step, before others have their turn. */
const PAGES = 4_096;

/**
 * Copies a database that is in use, as it is at one moment, into one file without a WAL.
 *
 * The transaction that is open meanwhile holds that moment: without it SQLite would begin again with every commit of
 * another process, and under a steady load never end.
 *
 * @param onProgress told how many pages are copied, of how many
 */
export async function copyDatabase(
  from: string,
  to: string,
  onProgress: (done: number, total: number) => void = () => undefined,
): Promise<void> {
  const db = new Database(from, { readonly: true, fileMustExist: true, timeout: BUSY_MS_MAX });
  try {
    db.exec('BEGIN');
    db.pragma('schema_version');
    await db.backup(to, {
      progress: ({ totalPages, remainingPages }) => {
        onProgress(totalPages - remainingPages, totalPages);
        return PAGES;
      },
    });
  } finally {
    db.close();
  }
  withoutWal(to);
}

/** One file that can be read where nothing can be written. */
export function withoutWal(file: string): void {
  const db = new Database(file, { fileMustExist: true });
  try {
    db.pragma('journal_mode = DELETE');
  } finally {
    db.close();
  }
}
