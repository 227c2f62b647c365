import { Command } from 'commander';
import pc from 'picocolors';
import { backUp, type BackupStep } from '../backup/backup.js';
import type { Manifest } from '../backup/manifest.js';
import { Clock } from '../eventsourcing/clock.js';
import { parseCheckpoint } from '../ledger/checkpoint.js';
import { base64 } from '../ledger/base64.js';
import { globalOptions, placesOf, report, stepBars, type GlobalOptions } from './terminal.js';

export const backupCommand = (): Command =>
  new Command('backup')
    .description(
      '動いている台帳の写しを作る：記録、証跡ログ、証拠のファイル、設定 / copy the ledger while it is in use: events, evidence log, files',
    )
    .requiredOption('--out <folder>', '作るフォルダー / the folder to make')
    .option('--with-key', '証跡ログの署名鍵も入れる / the key that signs the evidence log, too')
    .addHelpText(
      'after',
      '\nビューは入りません（台帳から作り直します）。署名鍵は別に保管してください。EventStoreDB の記録は daicho ledger copy で写します /\n' +
        'views are left out, as they are made again; keep the signing key apart; the events of an EventStoreDB are copied by daicho ledger copy',
    )
    .action((flags: { out: string; withKey?: boolean }, command: Command) => backup(flags, command));

async function backup({ out, withKey = false }: { out: string; withKey?: boolean }, command: Command): Promise<void> {
  const options = globalOptions(command);
  const bar = stepBars(STEPS);
  const manifest = await backUp(placesOf(options), out, { clock: new Clock(), withKey, onStep: bar.to }).finally(
    bar.end,
  );
  tell(out, manifest, options);
}

export const STEPS: Readonly<Record<BackupStep, string>> = { ledger: '台帳', log: '証跡ログ', files: 'ファイル' };

/** The newest signed head of a backup, as a report prints one. */
export const headOf = ({ log }: Manifest): string | undefined => {
  if (!log) return undefined;
  const { size, root } = parseCheckpoint(log.head.note);
  return `${String(size)}:${base64(root)}`;
};

function tell(out: string, manifest: Manifest, options: GlobalOptions): void {
  const { events, files, elsewhere } = manifest;
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const head = headOf(manifest);
  report(options, { folder: out, bytes, head: head ?? null, ...manifest }, [
    pc.green(
      `${out} に写しを作りました / backed up: ${String(events)} 件 / events, ${String(files.length)} files, ${String(bytes)} bytes`,
    ),
    ...(head === undefined
      ? ['  証跡ログはありません / without an evidence log']
      : [`  ${head}`, '  この行を別の場所に控えてください / keep this line elsewhere: daicho restore --head']),
    ...(elsewhere.includes('ledger')
      ? [
          pc.yellow(
            '  記録は EventStoreDB にあり、この写しには入っていません / the events are on EventStoreDB and not in this copy: daicho ledger copy --from esdb://… --to sqlite:FILE',
          ),
        ]
      : []),
    ...(elsewhere.includes('outbox and last uses')
      ? [
          pc.yellow(
            '  未送信の通知とトークンの最終利用は PostgreSQL にあります / the outbox and the last uses are in PostgreSQL: back up daicho.outbox and daicho.last_use there',
          ),
        ]
      : []),
    ...(files.some(({ name }) => name === 'log/key')
      ? [
          pc.yellow(
            '  署名鍵が入っています。人目に触れない場所に置いてください / it holds the signing key: keep it where nobody reads it',
          ),
        ]
      : []),
  ]);
}
