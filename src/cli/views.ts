import { Command } from 'commander';
import pc from 'picocolors';
import { catalogue } from '../catalogue.js';
import type { EventStore } from '../eventsourcing/event-store.js';
import { compareViews, fill } from '../eventsourcing/rebuild.js';
import type { Views, ViewsCopy } from '../eventsourcing/views.js';
import { ledgerPlace, openExistingLedger, openViews, viewsPlace } from '../stores.js';
import { globalOptions, placesOf, progressBar, report, type GlobalOptions } from './terminal.js';

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
  const store = await openExistingLedger(ledgerPlace(placesOf(options)));
  const live = await openViews(viewsPlace(placesOf(options)), (notice) => void process.stderr.write(`${notice}\n`));
  try {
    const copy = await live.newCopy();
    try {
      await fillAndUse(copy, live, store, acceptDifferences, options);
    } catch (error) {
      await copy.discard();
      throw error;
    }
  } finally {
    await live.close();
    await store.close();
  }
}

async function fillAndUse(
  copy: ViewsCopy,
  live: Views,
  store: EventStore,
  acceptDifferences: boolean,
  options: GlobalOptions,
): Promise<void> {
  const bar = progressBar('再構築');
  const { events: expected } = await live.bookmark();
  await fill(copy.views, store, catalogue, (events) => {
    bar.to(events, Math.max(events, expected));
  }).finally(() => {
    bar.end();
  });
  const comparison = await compareViews(copy.views, live);
  const same = comparison.different === 0;
  const switched = same || acceptDifferences;
  if (switched) {
    await fill(copy.views, store, catalogue);
    await copy.use();
  } else await copy.discard();
  report(options, { ...comparison, switched }, [
    same
      ? pc.green(
          `一致しました。切り替えました / equal, switched: ${String(comparison.rows)} rows at ${comparison.known}`,
        )
      : pc.red(`${String(comparison.different)} / ${String(comparison.rows)} 行が違います / rows differ`),
    ...comparison.examples.flatMap(({ ours, theirs }) => [`  new  ${ours ?? '—'}`, `  live ${theirs ?? '—'}`]),
    ...(switched ? [] : ['切り替えていません。--accept-differences で切り替えます / not switched']),
  ]);
  if (!switched) process.exitCode = 1;
}
