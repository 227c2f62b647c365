import { Command } from 'commander';
import pc from 'picocolors';
import { openEvidenceLog } from '../app.module.js';
import { importLedger, ImportError } from '../backup/import.js';
import { catalogue } from '../catalogue.js';
import { Clock } from '../eventsourcing/clock.js';
import { cloudEventLines } from '../evidence/cloud-events.js';
import { NO_LOG } from '../evidence/evidence.js';
import type { EvidenceLog } from '../evidence/evidence-log.js';
import { base64 } from '../ledger/base64.js';
import type { TreeHead } from '../ledger/merkle.js';
import type { VerifierKey } from '../ledger/note.js';
import { ledgerPlace, logKeyFile, openExistingLedger, requireWhole } from '../stores.js';
import { KEY_UNKNOWN } from './restore.js';
import { collect, heads, key } from './verify.js';
import { globalOptions, placesOf, progressBar, report, stepBars } from './terminal.js';
import { requireAbsent, writeWhole } from './whole-file.js';

interface ExportFlags {
  readonly out: string;
  readonly withSecrets?: boolean;
  readonly public?: boolean;
}

interface ImportFlags {
  readonly head?: readonly TreeHead[];
  readonly key?: readonly VerifierKey[];
}

export const exportCommand = (): Command =>
  new Command('export')
    .description('すべての記録を CloudEvents（NDJSON）で書き出す / write all events as CloudEvents, a line each')
    .requiredOption('--out <file>', '書き出すファイル / the file to write')
    .option(
      '--with-secrets',
      '証跡ログの秘密も。取り込んだ台帳が同じ根になる / the secrets of the evidence log, too: an import has the same root',
    )
    .option(
      '--public',
      '誰でも読めるものだけ、記録した者を除いて / only what everybody may read, without who recorded it',
    )
    .action((flags: ExportFlags, command: Command) => exportLedger(flags, command));

export const importCommand = (): Command =>
  new Command('import')
    .description(
      'daicho ledger export のファイルを空の台帳に取り込む。途中で終わったら続きから / take a file of daicho ledger export into an empty ledger; one that was cut off goes on',
    )
    .argument('<file>', 'NDJSON')
    .option(
      '--head <head>',
      '控えておいた 件数:根、または署名のファイル。--with-secrets のファイルに / heads that you hold, each of which must be passed: SIZE:ROOT, or a file of notes; for a file --with-secrets',
      heads,
    )
    .option(
      '--key <vkey>',
      '台帳の検証鍵、またはそのファイル。--with-secrets のファイルに / verifier key of the ledger, or a file of it; for a file --with-secrets',
      collect(key),
    )
    .action((file: string, flags: ImportFlags, command: Command) => importFile(file, flags, command));

async function exportLedger(
  { out, withSecrets = false, public: isPublic = false }: ExportFlags,
  command: Command,
): Promise<void> {
  const options = globalOptions(command);
  requireAbsent(out);
  if (withSecrets && isPublic)
    throw new Error('--with-secrets と --public は一緒に使えません / --with-secrets and --public exclude each other');
  await withLog(placesOf(options), async (log) => {
    await log.catchUp();
    const end = await log.checkpoint();
    const bar = progressBar('書き出し');
    const onProgress = (done: number, total: number): void => {
      bar.to(done, total);
    };
    let lines = 0;
    async function* counted(): AsyncGenerator<string, void> {
      const all = cloudEventLines(log, end.size, catalogue, { withSecrets, isPublic, onProgress });
      for await (const line of all) {
        lines++;
        yield line;
      }
    }
    await writeWhole(out, counted(), withSecrets ? 0o600 : 0o666).finally(() => {
      bar.end();
    });
    report(
      options,
      { file: out, events: lines, size: end.size, root: base64(end.root), withSecrets, public: isPublic },
      [
        pc.green(`${out} に書き出しました / written: ${String(lines)} / ${String(end.size)} 件 / events`),
        `  ${headLine(end)}`,
        ...(withSecrets
          ? [
              pc.yellow(
                '  証跡ログの秘密が入っています。公開しないでください / it holds the secrets of the evidence log: do not publish it',
              ),
            ]
          : []),
      ],
    );
  });
}

async function withLog(places: ReturnType<typeof placesOf>, work: (log: EvidenceLog) => Promise<void>): Promise<void> {
  requireWhole(places);
  const store = await openExistingLedger(ledgerPlace(places));
  try {
    const log = await openEvidenceLog(
      places,
      store,
      new Clock(),
      (notice) => void process.stderr.write(`${pc.yellow(notice)}\n`),
    );
    if (!log) throw new Error(NO_LOG);
    try {
      await work(log);
    } finally {
      await log.stop();
    }
  } finally {
    await store.close();
  }
}

async function importFile(
  file: string,
  { head: held = [], key: known = [] }: ImportFlags,
  command: Command,
): Promise<void> {
  const options = globalOptions(command);
  const places = placesOf(options);
  const bars = stepBars({ file: '検査', ledger: '台帳', log: '証跡ログ' });
  try {
    const keys = known.map(({ vkey }) => vkey);
    const elsewhere = { heads: held, keys };
    const { events, log, hasKey } = await importLedger(file, places, catalogue, bars.to, elsewhere).finally(bars.end);
    const head = log && { origin: log.origin, size: log.size, root: base64(log.root) };
    report(options, { imported: true, events, head: head ?? null, keys: log?.keys ?? [], hasKey }, [
      pc.green(`${String(events)} 件を取り込みました / events imported`),
      ...(log
        ? [`  ${headLine(log)}`]
        : [
            pc.yellow(
              `  このファイルは自分が何件かを言いません。書き出しの時の件数（events）と比べてください / the file does not say how many it holds: compare with what the export said`,
            ),
            pc.yellow(
              '  証跡ログの秘密がないファイルなので、次の起動で別の証跡ログが始まります / the file holds no secrets: another evidence log begins with the next start',
            ),
          ]),
      ...(log && keys.length === 0 ? [pc.yellow(`  ${KEY_UNKNOWN(log.keys)}`)] : []),
      ...(log && !hasKey
        ? [
            pc.yellow(
              `  署名鍵がありません。起動の前に ${log.origin} の鍵を ${logKeyFile(places)} に置いてください / the key is missing: put that of ${log.origin} into ${logKeyFile(places)} before the start`,
            ),
          ]
        : []),
    ]);
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    const { code, line, message } = error;
    report(options, { imported: false, code, line, message }, [
      pc.red(`取り込めません / not imported: ${code}`),
      `  ${file}:${String(line)} ${message}`,
    ]);
    process.exitCode = 1;
  }
}

const headLine = ({ size, root }: TreeHead): string => `${String(size)}:${base64(root)}`;
