import { Command } from 'commander';
import pc from 'picocolors';
import { BackupError } from '../backup/manifest.js';
import { restore, type Restored } from '../backup/restore.js';
import { StoreError } from '../eventsourcing/event-store.js';
import type { TreeHead } from '../ledger/merkle.js';
import type { VerifierKey } from '../ledger/note.js';
import { LogStoreError } from '../ledger/log-store.js';
import { logKeyFile } from '../stores.js';
import { headOf, STEPS } from './backup.js';
import { globalOptions, placesOf, report, stepBars, type GlobalOptions } from './terminal.js';
import { collect, heads, key } from './verify.js';

interface Flags {
  readonly head?: readonly TreeHead[];
  readonly key?: readonly VerifierKey[];
  readonly acceptRollback?: boolean;
  readonly check?: boolean;
}

export const restoreCommand = (): Command =>
  new Command('restore')
    .description(
      'バックアップを検証し、空のフォルダー（--data）に戻す / prove a backup, and put it into an empty folder (--data)',
    )
    // A typing error says nothing of the backup.
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .argument('<backup>', 'daicho backup が作ったフォルダー / a folder made by daicho backup')
    .option(
      '--head <head>',
      '控えておいた 件数:根、または署名のファイル / a head that you hold: SIZE:ROOT, or a note',
      heads,
    )
    .option(
      '--key <vkey>',
      '台帳の検証鍵、またはそのファイル / verifier key of the ledger, or a file of it',
      collect(key),
    )
    .option('--accept-rollback', '控えより古くても戻す / restore even what is older than a head that you hold')
    .option('--check', '検証だけ行い、何も書かない / prove it only, and write nothing')
    .addHelpText(
      'after',
      '\n終了コード / exit code: 0 検証できた / proven, 1 壊れているか、別の歴史 / damaged, or another history, 2 バックアップではない、または戻せない場所 / no backup, or no place for it, 3 控えより古い / older than a head that you hold',
    )
    .action((backup: string, flags: Flags, command: Command) => run(backup, flags, command));

async function run(
  backup: string,
  { head: held = [], key: known = [], acceptRollback = false, check: checkOnly = false }: Flags,
  command: Command,
): Promise<void> {
  const options = globalOptions(command);
  const places = placesOf(options);
  const bar = stepBars(STEPS);
  try {
    const keys = known.map(({ vkey }) => vkey);
    const restored = await restore(backup, places, { heads: held, keys, acceptRollback, checkOnly, onStep: bar.to });
    bar.end();
    tell(restored, { hasHeads: held.length > 0, hasKeys: keys.length > 0 }, checkOnly, places, options);
    if (restored.rollback && !acceptRollback) process.exitCode = 3;
  } catch (error) {
    bar.end();
    // What has nothing to do with the backup.
    process.exitCode = 2;
    if (!isRefusal(error)) throw error;
    process.exitCode = error instanceof BackupError && error.code === 'NO_BACKUP' ? 2 : 1;
    report(options, { proven: false, restored: false, code: error.code, message: error.message }, [
      pc.red(`戻せません / not restored: ${error.code}`),
      `  ${error.message}`,
    ]);
  }
}

const isRefusal = (error: unknown): error is BackupError | StoreError | LogStoreError =>
  error instanceof BackupError ||
  error instanceof LogStoreError ||
  (error instanceof StoreError && error.code === 'LEDGER_DAMAGED');

function tell(
  { manifest, isRestored, rollback, unsigned, keys, hasKey, personKeysGone }: Restored,
  { hasHeads, hasKeys }: { readonly hasHeads: boolean; readonly hasKeys: boolean },
  checkOnly: boolean,
  places: ReturnType<typeof placesOf>,
  options: GlobalOptions,
): void {
  const { events, madeAt, log } = manifest;
  const head = headOf(manifest);
  const count = `${String(events)} 件 / events, ${madeAt}`;
  const lacksKey = log !== null && !hasKey;
  report(
    options,
    {
      ...{ proven: true, restored: isRestored, events, madeAt, head: head ?? null, rollback: rollback ?? null },
      ...{ unsigned, keys, isKeyKnown: hasKeys, hasKey, personKeysGone },
    },
    [
      isRestored
        ? pc.green(`${places.dataFolder} に戻しました / restored: ${count}`)
        : pc.green(`検証できました / proven: ${count}`),
      ...(head === undefined ? [] : [`  ${head}`]),
      ...(rollback ? [pc.red(`  ${ROLLBACK(rollback.entries, rollback.since)}`)] : []),
      ...(rollback && !isRestored && !checkOnly
        ? ['  戻していません。--accept-rollback で戻します / not restored: --accept-rollback does']
        : []),
      ...(hasHeads
        ? []
        : [
            pc.yellow(
              '  控えの署名がないので、これが最新の写しかどうかは分かりません（--head） / without a head that you hold nobody can tell whether newer backups exist (--head)',
            ),
          ]),
      ...(hasKeys || keys.length === 0 ? [] : [pc.yellow(`  ${KEY_UNKNOWN(keys)}`)]),
      ...(unsigned > 0 ? [pc.yellow(`  ${UNSIGNED(unsigned)}`)] : []),
      ...(personKeysGone > 0
        ? [
            pc.yellow(
              `  ${String(personKeysGone)} 人の個人情報の鍵が除かれています。その氏名・連絡先は読めません / keys of ${String(personKeysGone)} people were taken out of it: their names and addresses cannot be read`,
            ),
          ]
        : []),
      ...(isRestored && lacksKey
        ? [
            pc.yellow(
              `  署名鍵は入っていません。起動の前に ${logKeyFile(places)} に置いてください / the signing key is not in it: put it into ${logKeyFile(places)} before the start`,
            ),
          ]
        : []),
    ],
  );
}

const ROLLBACK = (entries: number, since: string): string =>
  `控えより古い写しです。${since} より後の少なくとも ${String(entries)} 件が失われます。控えと同じ歴史かどうかは、控えより前の署名（--head）か検証鍵（--key）でしか分かりません / ` +
  `a rollback: at least ${String(entries)} events recorded after ${since} are lost; whether it is of the same history only an earlier head (--head) or the verifier key (--key) tells`;
const UNSIGNED = (entries: number): string =>
  `最後の ${String(entries)} 件は、どの署名にも含まれていません / the last ${String(entries)} events are under no signed head`;
export const KEY_UNKNOWN = (keys: readonly string[]): string =>
  `署名は、この写し自身が示す鍵で確かめただけです。公表された検証鍵と比べるか、--key で渡してください / ` +
  `proven by the key that it brings itself only: compare it with the published one, or give that as --key: ${keys.join(', ')}`;
