import { Command, InvalidArgumentError } from 'commander';
import pc from 'picocolors';
import { openFoundation, type Foundation } from '../app.module.js';
import { dayAt, type Day } from '../calendar/day.js';
import { catalogue } from '../catalogue.js';
import type { RecordedEvent } from '../eventsourcing/event.js';
import { publicIn } from '../evidence/cloud-events.js';
import { NO_LOG, type Evidence } from '../evidence/evidence.js';
import type { EvidenceLog, LogCheckpoint } from '../evidence/evidence-log.js';
import { base64 } from '../ledger/base64.js';
import { bundleLines } from '../ledger/bundle.js';
import type { OpenedEntry } from '../ledger/entry.js';
import { KEY_ROTATED } from '../ledger/log-keys.js';
import type { TreeHead } from '../ledger/merkle.js';
import { DATA_ERASED } from '../ledger/verify.js';
import { ledgerPlace, requireThere } from '../stores.js';
import { measureSubject } from '../plan/plan.events.js';
import { day, globalOptions, placesOf, progressBar, report } from './terminal.js';
import { heads } from './verify.js';
import { requireAbsent, writeWhole } from './whole-file.js';

interface Flags {
  readonly out: string;
  readonly plan?: string;
  readonly measure?: string;
  readonly review?: number;
  readonly from?: Day;
  readonly to?: Day;
  readonly head?: readonly TreeHead[];
  readonly withoutActors?: boolean;
  readonly public?: boolean;
}

export const evidenceCommand = (): Command =>
  new Command('evidence').description('証跡 / evidence of the history').addCommand(
    new Command('export')
      .description(
        '証跡を一つのファイルに書き出す（既定はすべて）。daicho verify で検証できる / write evidence to one file, by default all; daicho verify checks it',
      )
      .requiredOption('--out <file>', '書き出すファイル / the file to write')
      .option('--plan <key>', '計画 / only of a plan')
      .option('--measure <no>', '個別施策（--plan も） / only of a measure (with --plan)')
      .option(
        '--review <year>',
        'その年度の評価の確定までに知られていたこと（--plan も） / what was known when the review of a year was closed (with --plan)',
        year,
      )
      .option('--from <day>', 'この日から記録された / recorded from a day on', day)
      .option('--to <day>', 'この日までに記録された / recorded up to a day', day)
      .option(
        '--head <head>',
        '検証する人が控えている 件数:根、または署名のファイル / heads that whoever verifies holds: SIZE:ROOT, or a file of notes',
        heads,
      )
      .option(
        '--public',
        '誰でも読めるものだけ、記録した者を示さずに / only what everybody may read, without who recorded it',
      )
      .option('--without-actors', '記録した者を示さない / keep who recorded it out')
      .action((flags: Flags, command: Command) => exportEvidence(flags, command)),
  );

function year(text: string): number {
  if (!/^\d{4}$/.test(text)) throw new InvalidArgumentError('YYYY');
  return Number(text);
}

async function exportEvidence(flags: Flags, command: Command): Promise<void> {
  const options = globalOptions(command);
  requireAbsent(flags.out);
  if (flags.plan === undefined && (flags.measure ?? flags.review) !== undefined)
    throw new Error('--measure と --review には --plan が要ります / --measure and --review need --plan');
  const places = placesOf(options);
  requireThere(ledgerPlace(places));
  const foundation = await openFoundation(places);
  try {
    const { log } = foundation.evidence;
    if (!log) throw new Error(NO_LOG);
    await log.catchUp();
    const shown = await shownUpTo(log, flags, foundation);
    const head = await witnessed(log, shown, foundation.evidence);
    const entries = await write(log, { shown, head }, flags);
    const root = base64(shown.root);
    const witnesses = foundation.evidence.witnesses?.in(head.note) ?? [];
    report(options, { file: flags.out, entries, size: shown.size, root, keys: await log.vkeys(), witnesses }, [
      pc.green(`${flags.out} に書き出しました / written: ${String(entries)} / ${String(shown.size)} 件 / entries`),
      `  ${String(shown.size)}:${root}`,
      ...witnessLines(witnesses, foundation.evidence),
      `  daicho verify ${flags.out} --key ${(await log.vkeys()).at(0) ?? ''}`,
    ]);
  } finally {
    await foundation.close();
  }
}

function witnessLines(signers: readonly string[], { witnesses }: Evidence): string[] {
  if (!witnesses) return [];
  const { min } = witnesses.quorum;
  const line = `  立会人 / witnesses ${String(signers.length)} (≥ ${String(min)})${signers.length > 0 ? `: ${signers.join(', ')}` : ''}`;
  return [signers.length >= min ? line : pc.yellow(line)];
}

/** The head up to which entries are shown: the newest, or the first after the closing of the review. */
async function shownUpTo(log: EvidenceLog, { plan, review }: Flags, { projector }: Foundation): Promise<LogCheckpoint> {
  if (plan === undefined || review === undefined) return log.checkpoint();
  const { trail } = projector.views;
  await projector.waitFor(await projector.store.head(), 60_000);
  const { position } = await projector.views.bookmark();
  const filter = {
    scope: plan,
    known: position,
    subject: `review/${String(review)}`,
    types: ['ReviewClosed'],
    withStaffOnly: true,
  };
  const [closing] = await trail.page(filter, { limit: 1, newestFirst: true });
  if (!closing)
    throw new Error(
      `${plan} の ${String(review)} 年度の評価は確定していません / the review of ${String(review)} of ${plan} is not closed`,
    );
  const index = await log.indexOf(closing.event.id);
  const over = index === undefined ? undefined : await log.checkpointOver(index);
  return over ?? log.checkpoint();
}

/**
 * The head that the bundle leads to: the first from there on that enough witnesses have cosigned. They are asked now, as it may
 * just have been signed; without them it is the head itself.
 */
async function witnessed(log: EvidenceLog, shown: LogCheckpoint, { witnesses }: Evidence): Promise<LogCheckpoint> {
  if (!witnesses) return shown;
  const over = (): Promise<LogCheckpoint | undefined> => log.checkpointOver(shown.size - 1, witnesses.quorum);
  const before = await over();
  if (before) return before;
  const newest = await log.checkpoint();
  await witnesses.ask(newest, (name, problem) => {
    process.stderr.write(`${name}：${problem}\n`);
  });
  return (await over()) ?? (await log.checkpointOver(shown.size - 1)) ?? shown;
}

/** Returns how many entries are shown. */
async function write(
  log: EvidenceLog,
  { shown: end, head }: { readonly shown: TreeHead; readonly head: TreeHead },
  flags: Flags,
): Promise<number> {
  const bar = progressBar('書き出し');
  let shown = 0;
  let wanted = 0;
  try {
    const isForAll = flags.public === true ? await publicIn(log, end.size, catalogue) : undefined;
    async function* entries(): AsyncGenerator<OpenedEntry, void> {
      for await (const logged of log.entries(0, end.size)) {
        const opened = logged.opened(flags.withoutActors !== true && !isForAll);
        bar.to(opened.entry.index + 1, end.size);
        if (isForAll && !isForAll(logged.event)) continue;
        const isAskedFor = isWanted(logged.event, flags);
        if (!isAskedFor && !isNeeded(logged.event)) continue;
        shown++;
        wanted += Number(isAskedFor);
        yield isForAll && catalogue.holdsBack(logged.event) ? { entry: opened.entry } : opened;
      }
      if (wanted === 0) throw new Error(NOTHING);
    }
    // The keys after the heads: who signs meanwhile is named, and not the other way round.
    const checkpoints = await log.checkpoints(head.size);
    const header = { origin: log.origin, keys: await log.vkeys(), witnesses: await log.witnesses() };
    const heads = (flags.head ?? []).map(({ size }) => size).filter((size) => size <= head.size);
    const source = { header, checkpoints, entries: entries(), nodeAt: log.nodeAt, heads };
    await writeWhole(flags.out, bundleLines(source));
    return shown;
  } finally {
    bar.end();
  }
}

const TIME_ZONE = 'Asia/Tokyo';

const NOTHING =
  '当てはまる記録がありません。--plan、--measure、--from、--to を確かめてください / nothing was recorded of that: check --plan, --measure, --from and --to';

/** Without these the rest could not be judged. */
const isNeeded = ({ type }: RecordedEvent): boolean => type === KEY_ROTATED || type === DATA_ERASED;

function isWanted(event: RecordedEvent, { plan, measure, from, to }: Flags): boolean {
  const recordedOn = dayAt(event.recordedAtMs, TIME_ZONE);
  if (recordedOn < (from ?? '') || recordedOn > (to ?? '9999')) return false;
  if (plan === undefined) return true;
  const { scope, subject, assertions } = catalogue.meaning(event);
  if (scope !== plan) return false;
  if (measure === undefined) return true;
  const wanted = measureSubject(measure);
  return subject === wanted || assertions.some((assertion) => assertion.subject === wanted);
}
