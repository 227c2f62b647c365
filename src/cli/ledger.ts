import { existsSync } from 'node:fs';
import { Command } from 'commander';
import pc from 'picocolors';
import { saysSomething } from '../calendar/text.js';
import { catalogue } from '../catalogue.js';
import { CatalogueError } from '../eventsourcing/catalogue.js';
import { Clock } from '../eventsourcing/clock.js';
import { BEGINNING, pagesAfter, type EventStore } from '../eventsourcing/event-store.js';
import { compareLedgers, copyLedger, eventsOf } from '../eventsourcing/moving.js';
import { openFoundation, sealOfIn } from '../app.module.js';
import { FileAnchor } from '../evidence/anchor.js';
import { NO_LOG } from '../evidence/evidence.js';
import { requireKeyOf, type EvidenceLog } from '../evidence/evidence-log.js';
import { requireMarked } from '../evidence/head-mark.js';
import { HolderError } from '../evidence/head-holder.js';
import { rotateKey } from '../evidence/key-rotation.js';
import { proveLog, sourceIn, type ProvenLog } from '../evidence/log-copy.js';
import { makeLogKey, readLogKey } from '../evidence/log-key.js';
import { publishTiles } from '../evidence/tile-files.js';
import { base64 } from '../ledger/base64.js';
import type { TreeHead } from '../ledger/merkle.js';
import { isKeyName } from '../ledger/note.js';
import {
  ledgerPlace,
  logKeyFile,
  openExistingLedger,
  hasLog,
  headMarkFile,
  openExistingLog,
  openLedger,
  openLog,
  requireLogOfKey,
  requireThere,
  withoutSecrets,
  type Places,
} from '../stores.js';
import { exportCommand, importCommand } from './ledger-file.js';
import { globalOptions, placesOf, progressBar, report } from './terminal.js';

const PLACE = 'sqlite:FILE, esdb://…';

const POSITIONS =
  '記録の位置は SQLite と EventStoreDB では別です。控えておいた位置は、写した先では使えません。日時（recordedAt）はどちらでも同じです / ' +
  'a position is one of SQLite or of EventStoreDB: one that was cited is none of a copy in the other; instants (recordedAt) are the same in both';

export const ledgerCommand = (): Command =>
  new Command('ledger')
    .description('台帳 / the ledger')
    .addCommand(
      new Command('init')
        .description(
          '証跡ログの名前と署名鍵を作る。最初の記録の前に / name the evidence log and make its key, before the first event',
        )
        .requiredOption('--origin <name>', '台帳の名前：city.example.lg.jp/daicho / the name of the log')
        .action((flags: { origin: string }, command: Command) => init(flags, command)),
    )
    .addCommand(
      new Command('rotate-key')
        .description('証跡ログの署名鍵を交換する / give the evidence log another key')
        .requiredOption('--reason <text>', '理由 / why')
        .action((flags: { reason: string }, command: Command) => rotate(flags, command)),
    )
    .addCommand(
      new Command('anchor')
        .description(
          '最新の署名をファイルに書き足す。サーバーから変えられない場所に保管する / add the newest signed head to a file, to be kept where the server cannot change it',
        )
        .requiredOption('--out <file>', '書き足すファイル / the file to add to')
        .action((flags: { out: string }, command: Command) => anchor(flags, command)),
    )
    .addCommand(
      new Command('publish')
        .description(
          '証跡ログの署名とハッシュを、静的なファイルとしてフォルダーに書き出す（C2SP tlog-tiles）。二度目からは増えた分だけ / put the signed head and the hashes of the evidence log into a folder of static files; later only what has grown',
        )
        .requiredOption('--out <folder>', '公開するフォルダー / the folder to be served')
        .action((flags: { out: string }, command: Command) => publish(flags, command)),
    )
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
        .addHelpText('after', `\n${POSITIONS}`)
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
    )
    .addCommand(exportCommand())
    .addCommand(importCommand());

async function init({ origin }: { origin: string }, command: Command): Promise<void> {
  const options = globalOptions(command);
  const places = placesOf(options);
  const file = logKeyFile(places);
  if (!isKeyName(origin))
    throw new Error('--origin に空白と + は使えません / --origin may hold neither spaces nor a plus');
  const isThere = existsSync(file);
  if (isThere && hasLog(places)) throw new Error(`${file} はすでにあります / is there already`);
  if (isThere && readLogKey(file).verifier.name !== origin) {
    const { name } = readLogKey(file).verifier;
    throw new Error(`${file} は ${name} の鍵です / is the key of ${name}`);
  }
  const log = await openLog(places);
  if (!log) throw new Error(NO_LOG);
  await log.close();
  makeLogKey(file, origin);
  const { vkey } = readLogKey(file).verifier;
  report(options, { key: file, vkey }, [
    pc.green(
      isThere
        ? `証跡ログを始めます / the evidence log begins: ${origin}`
        : `署名鍵を作りました / the key is made: ${file}`,
    ),
    `  検証鍵。公表してください / the verifier key, to be published: ${vkey}`,
  ]);
}

async function rotate({ reason }: { reason: string }, command: Command): Promise<void> {
  const options = globalOptions(command);
  const places = placesOf(options);
  if (!saysSomething(reason)) throw new Error('--reason に理由を書いてください / --reason: say why');
  requireThere(ledgerPlace(places));
  const foundation = await openFoundation(places);
  try {
    const { ledger, clock, evidence } = foundation;
    if (!evidence.log) throw new Error(NO_LOG);
    const vkey = await rotateKey(logKeyFile(places), reason, { ledger, clock, log: evidence.log });
    report(options, { vkey }, [
      pc.green('署名鍵を交換しました / the key is exchanged'),
      `  新しい検証鍵。公表してください / the new verifier key, to be published: ${vkey}`,
      '  これまでの検証鍵を知っている人は、束から新しい鍵を確かめられます / who knows the former key proves the new one by a bundle',
    ]);
  } finally {
    await foundation.close();
  }
}

function anchor({ out }: { out: string }, command: Command): Promise<void> {
  return bring(out, command, async (log) => {
    const head = await log.checkpoint();
    await new FileAnchor(out, log).take(head);
    return {
      head,
      lines: [pc.green(`${out} にあります / is in ${out}`)],
      hint: `daicho verify BUNDLE --key … --head ${out}`,
    };
  });
}

function publish({ out }: { out: string }, command: Command): Promise<void> {
  const bar = progressBar('書き出し');
  return bring(out, command, async (log) => {
    const { head, tiles } = await publishTiles(log, out, (done, total) => {
      bar.to(done, total);
    }).finally(() => {
      bar.end();
    });
    return {
      head,
      lines: [pc.green(`${out} に書き出しました / written: ${String(tiles)} tiles`)],
      hint: `${out}/checkpoint, ${out}/tile/…`,
    };
  });
}

/** Brings the newest head to a place of somebody's. @throws Error that names the place */
async function bring(
  out: string,
  command: Command,
  to: (
    log: EvidenceLog,
  ) => Promise<{ readonly head: TreeHead; readonly lines: readonly string[]; readonly hint: string }>,
): Promise<void> {
  const options = globalOptions(command);
  const places = placesOf(options);
  requireThere(ledgerPlace(places));
  const foundation = await openFoundation(places);
  try {
    const { log } = foundation.evidence;
    if (!log) throw new Error(NO_LOG);
    await log.catchUp();
    const { head, lines, hint } = await to(log);
    const { size } = head;
    const root = base64(head.root);
    report(options, { file: out, size, root }, [...lines, `  ${String(size)}:${root}`, `  ${hint}`]);
  } catch (error) {
    throw error instanceof HolderError ? new Error(`${out}：${error.message}`, { cause: error }) : error;
  } finally {
    await foundation.close();
  }
}

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
    const unreadable = await firstUnreadable(store);
    const log = await provenLog(placesOf(options), store, events);
    const said = {
      events,
      head: await store.head(),
      log: log ? { size: log.size, root: base64(log.root), keys: log.keys } : null,
    };
    report(options, { ...said, ...(unreadable !== undefined && { unreadable }) }, [
      pc.green(`正常です / sound: ${String(events)} events`),
      ...logLines(log, events),
      ...(unreadable === undefined ? [] : [pc.red(unreadable)]),
    ]);
    if (unreadable !== undefined) process.exitCode = 1;
  });
}

/** The evidence log, proven entry by entry by the events; undefined: none is there. @throws LogStoreError */
async function provenLog(places: Places, store: EventStore, events: number): Promise<ProvenLog | undefined> {
  await requireLogOfKey(places, store);
  const log = await openExistingLog(places);
  const key = logKeyFile(places);
  try {
    if (log) await requireMarked(headMarkFile(places), log);
    if (log && existsSync(key)) await requireKeyOf(log, store, readLogKey(key).verifier.vkey, await log.newest());
    const source = log && (await sourceIn(log, await log.size()));
    if (!source) return undefined;
    const bar = progressBar('証跡ログ');
    const onProgress = (entries: number): void => {
      bar.to(entries, events);
    };
    return await proveLog(source, eventsOf(store), { sealOf: sealOfIn(places), onProgress }).finally(() => {
      bar.end();
    });
  } finally {
    await log?.close();
  }
}

function logLines(log: ProvenLog | undefined, events: number): readonly string[] {
  if (!log) return [pc.yellow('  証跡ログがありません / there is no evidence log')];
  const missing = events - log.size;
  return [
    `  証跡ログも一致します / the evidence log agrees: ${String(log.size)}:${base64(log.root)}`,
    ...log.keys.map((vkey) => `  ${vkey}`),
    ...(missing === 0
      ? []
      : [
          pc.yellow(
            `  うち ${String(missing)} 件はまだ証跡ログにありません。止めた直後でなければ、古い証跡ログが置かれています / ${String(missing)} events are not in it yet: unless the server was just killed, an older log was put in its place`,
          ),
        ]),
  ];
}

/** What is sound may still be of a kind that this version of Daicho does not know: why, for the first such event. */
async function firstUnreadable(store: EventStore): Promise<string | undefined> {
  for await (const page of pagesAfter(BEGINNING, store, 5_000)) {
    try {
      for (const event of page) catalogue.project(event);
    } catch (error) {
      if (error instanceof CatalogueError) return error.message;
      throw error;
    }
  }
  return undefined;
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
        ...(kindOf(from) === kindOf(to) ? [] : [`  ${POSITIONS}`]),
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
    const { same, difference } = comparison;
    const nth = String(same + 1);
    report(
      globalOptions(command),
      comparison,
      difference
        ? [
            pc.red(`${nth} 件目の ${difference.field} が違います / ${difference.field} of event ${nth} differs`),
            `  ${withoutSecrets(a)}  ${difference.ours}`,
            `  ${withoutSecrets(b)}  ${difference.theirs}`,
          ]
        : [pc.green(`同じ台帳です / the same ledger: ${String(same)} events`)],
    );
    if (difference) process.exitCode = 1;
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
      stores.push(place === made ? await openLedger(place, clock) : await openExistingLedger(place, clock));
    }
    await work(stores as { [Index in keyof Places]: EventStore });
  } finally {
    for (const store of stores) await store.close();
  }
}

const kindOf = (place: string): string => (place.startsWith('sqlite:') ? 'sqlite' : 'eventstoredb');
