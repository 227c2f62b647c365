import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { parseCheckpoint } from '../ledger/checkpoint.js';
import { LogStoreError, type LogStore } from '../ledger/log-store.js';
import { isSame, rootAt } from '../ledger/merkle.js';
import { nodesIn } from '../ledger/tiles.js';

/**
 * The newest head that was signed stands in a file of its own, too: so a log that is put back alone, from an older copy, is told.
 *
 * @param note a signed note
 */
export function markHead(file: string, note: string): void {
  const draft = `${file}.new-${String(process.pid)}`;
  writeFileSync(draft, note, { mode: 0o600 });
  renameSync(draft, file);
}

/**
 * What a log held when its newest head was signed, it holds.
 *
 * @throws LogStoreError LOG_OLDER: it has fewer entries, or others, and would enter the rest anew, under other leaves; NoteError: the file is none of ours
 */
export async function requireMarked(file: string, log: LogStore): Promise<void> {
  if (!existsSync(file)) return;
  const { size, root } = parseCheckpoint(readFileSync(file, 'utf8'));
  const held = await log.size();
  if (
    size <= held &&
    isSame(
      root,
      await rootAt(
        size,
        nodesIn((level, n) => log.tile(level, n)),
      ),
    )
  )
    return;
  throw new LogStoreError(
    'LOG_OLDER',
    `証跡ログが、署名した時のもの（${String(size)} 件）より古いか、別のものです（${String(held)} 件）。そのときのログを戻すか、daicho restore で台帳とログを同じバックアップから戻してください / ` +
      `the evidence log (${String(held)} entries) is older than when its newest head was signed (${String(size)}), or another: put that one back, or restore ledger and log from one backup: daicho restore`,
  );
}
