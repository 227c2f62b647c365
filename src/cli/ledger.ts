import { Command } from 'commander';
import pc from 'picocolors';
import { SqliteEventStore } from '../adapters/sqlite/sqlite-event-store.js';
import { ledgerFile } from '../app.module.js';
import { globalOptions, progressBar, report } from './terminal.js';

export const ledgerCommand = (): Command =>
  new Command('ledger')
    .description('台帳 / the ledger')
    .addCommand(
      new Command('check')
        .description('すべての記録を検査する / check every event')
        .action((_flags, command: Command) => check(command)),
    );

async function check(command: Command): Promise<void> {
  const options = globalOptions(command);
  const store = await SqliteEventStore.open(ledgerFile(options.data));
  const bar = progressBar('検査');
  try {
    const events = await store
      .verify((done, total) => {
        bar.to(done, total);
      })
      .finally(() => {
        bar.end();
      });
    report(options, { events, head: await store.head() }, [pc.green(`正常です / sound: ${String(events)} events`)]);
  } finally {
    await store.close();
  }
}
