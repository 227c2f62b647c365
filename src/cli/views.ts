import { Command } from 'commander';
import pc from 'picocolors';
import { catalogue } from '../catalogue.js';
import { compareViews, fill } from '../eventsourcing/rebuild.js';
import { ledgerPlace, openLedger, openViews, viewsPlace } from '../stores.js';
import { globalOptions, placesOf, progressBar, report } from './terminal.js';

export const viewsCommand = (): Command =>
  new Command('views').description('ビュー（台帳から作る読取りモデル） / views').addCommand(
    new Command('rebuild')
      .description('使用中のビューの横に作り直し、比べてから切り替える / build beside the live views, compare, switch')
      .option('--accept-differences', '違いがあっても切り替える / switch even when they differ')
      .action((flags: { acceptDifferences?: boolean }, command: Command) => rebuild(flags, command)),
  );

async function rebuild(
  { acceptDifferences = false }: { acceptDifferences?: boolean },
  command: Command,
): Promise<void> {
  const options = globalOptions(command);
  const store = await openLedger(ledgerPlace(placesOf(options)));
  const live = await openViews(viewsPlace(placesOf(options)), (notice) => void process.stderr.write(`${notice}\n`));
  const copy = await live.newCopy();
  const bar = progressBar('再構築');
  try {
    const total = (): Promise<number> => live.bookmark().then(({ events }) => events);
    const expected = await total();
    await fill(copy.views, store, catalogue, (events) => {
      bar.to(events, Math.max(events, expected));
    });
    bar.end();
    const comparison = await compareViews(copy.views, live);
    const same = comparison.different === 0;
    if (same || acceptDifferences) {
      await fill(copy.views, store, catalogue);
      await copy.use();
    } else await copy.discard();
    report(options, { ...comparison, switched: same || acceptDifferences }, [
      same
        ? pc.green(
            `一致しました。切り替えました / equal, switched: ${String(comparison.rows)} rows at ${comparison.known}`,
          )
        : pc.red(`${String(comparison.different)} / ${String(comparison.rows)} 行が違います / rows differ`),
      ...comparison.examples.flatMap(({ ours, theirs }) => [`  new  ${ours ?? '—'}`, `  live ${theirs ?? '—'}`]),
      ...(same || acceptDifferences ? [] : ['切り替えていません。--accept-differences で切り替えます / not switched']),
    ]);
    if (!same && !acceptDifferences) process.exitCode = 1;
  } finally {
    await live.close();
    await store.close();
  }
}
