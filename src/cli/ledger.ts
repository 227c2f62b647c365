import { Command } from 'commander';
import pc from 'picocolors';
import { Clock } from '../eventsourcing/clock.js';
import { BEGINNING, pagesAfter, type EventStore } from '../eventsourcing/event-store.js';
import { compareLedgers, copyLedger } from '../eventsourcing/moving.js';
import { ledgerPlace, openLedger, requireThere, withoutSecrets } from '../stores.js';
import { globalOptions, placesOf, progressBar, report } from './terminal.js';

const PLACE = 'sqlite:FILE, esdb://…';

export const ledgerCommand = (): Command =>
  new Command('ledger')
    .description('台帳 / the ledger')
    .addCommand(
      new Command('check')
        .description('すべての記録を検査する / check every event')
        .action((_flags, command: Command) => check(command)),
    )
    .addCommand(
      new Command('copy')
        .description(
          '台帳を別の置き場所へ写す。途中で終わった写しは続きから / copy the ledger to another place; a copy that was cut off goes on',
        )
        .requiredOption('--from <place>', PLACE)
        .requiredOption('--to <place>', PLACE)
        .action((flags: { from: string; to: string }, command: Command) => copy(flags, command)),
    )
    .addCommand(
      new Command('compare')
        .description('二つの台帳を一件ずつ比べる / compare two ledgers event by event')
        .argument('<a>', PLACE)
        .argument('<b>', PLACE)
        .action((a: string, b: string, _flags, command: Command) => compare(a, b, command)),
    );

async function check(command: Command): Promise<void> {
  const options = globalOptions(command);
  await withLedgers([ledgerPlace(placesOf(options))], async ([store]) => {
    const bar = progressBar('検査');
    const events = await store
      .verify((done, total) => {
        bar.to(done, total);
      })
      .finally(() => {
        bar.end();
      });
    report(options, { events, head: await store.head() }, [pc.green(`正常です / sound: ${String(events)} events`)]);
  });
}

async function copy({ from, to }: { from: string; to: string }, command: Command): Promise<void> {
  let nowMs = 0;
  await withLedgers(
    [from, to],
    async ([source, store]) => {
      const bar = progressBar('写し');
      const total = await count(source);
      const destination = { store, setTime: (ms: number) => void (nowMs = ms) };
      const events = await copyLedger(source, destination, (done) => {
        bar.to(done, Math.max(done, total));
      }).finally(() => {
        bar.end();
      });
      report(globalOptions(command), { events, from: withoutSecrets(from), to: withoutSecrets(to) }, [
        pc.green(`${String(events)} 件が ${withoutSecrets(to)} にあります / events are in ${withoutSecrets(to)}`),
        '  daicho ledger compare で一件ずつ確かめられます / daicho ledger compare proves it event by event',
      ]);
    },
    { made: to, clock: new Clock(() => nowMs) },
  );
}

async function compare(a: string, b: string, command: Command): Promise<void> {
  await withLedgers([a, b], async ([ours, theirs]) => {
    const bar = progressBar('比較');
    const total = await count(ours);
    const comparison = await compareLedgers(ours, theirs, (done) => {
      bar.to(done, Math.max(done, total));
    }).finally(() => {
      bar.end();
    });
    const { same, equal, ours: first, theirs: second } = comparison;
    report(
      globalOptions(command),
      comparison,
      equal
        ? [pc.green(`同じ台帳です / the same ledger: ${String(same)} events`)]
        : [
            pc.red(`${String(same + 1)} 件目から違います / they differ from event ${String(same + 1)} on`),
            `  ${withoutSecrets(a)}  ${first ?? ''}`,
            `  ${withoutSecrets(b)}  ${second ?? ''}`,
          ],
    );
    if (!equal) process.exitCode = 1;
  });
}

/** For a progress bar. */
async function count(store: EventStore): Promise<number> {
  let events = 0;
  for await (const page of pagesAfter(BEGINNING, store, 5_000)) events += page.length;
  return events;
}

/** @param made a place that is made when there is nothing: of the others a typo would give an empty ledger */
async function withLedgers<Places extends readonly string[]>(
  places: readonly [...Places],
  work: (stores: { [Index in keyof Places]: EventStore }) => Promise<void>,
  { made, clock }: { readonly made?: string; readonly clock?: Clock } = {},
): Promise<void> {
  const stores: EventStore[] = [];
  try {
    for (const place of places) {
      if (place !== made) requireThere(place);
      stores.push(await openLedger(place, clock));
    }
    await work(stores as { [Index in keyof Places]: EventStore });
  } finally {
    for (const store of stores) await store.close();
  }
}
