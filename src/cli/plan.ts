import { readFile, writeFile } from 'node:fs/promises';
import { CommandBus } from '@nestjs/cqrs';
import { Command, InvalidArgumentError } from 'commander';
import pc from 'picocolors';
import type { Day } from '../calendar/day.js';
import { loadPlanFile, PlanFileError } from '../plan/load-plan-file.js';
import type { Difference } from '../plan/load-plan.handler.js';
import { readPlanSource } from '../plan/plan-source.js';
import type { Kept } from '../plan/revision.js';
import { textOf as wordsOf } from '../trail/changes.view.js';
import { problemOf } from '../api/problem.types.js';
import { Refusal } from '../problems.js';
import type { SheetIssue } from '../sheet/plan-sheet.js';
import { requireAbsent } from './whole-file.js';
import { day, globalOptions, progressBar, report, withApp } from './terminal.js';

interface SheetFlags {
  readonly base?: string;
}

interface LoadFlags extends SheetFlags {
  readonly dryRun?: boolean;
  readonly reason?: string;
  readonly effectiveOn?: Day;
}

export const planCommand = (): Command =>
  new Command('plan')
    .description('計画ファイル / plan files')
    .addCommand(
      new Command('check')
        .description('計画ファイルを検査する / check a plan file')
        .argument('<file>', FILE)
        .option('--base <file>', BASE)
        .action((file: string, flags: SheetFlags, command: Command) => check(file, flags, command)),
    )
    .addCommand(
      new Command('template')
        .description('計画を書き込む Excel ファイルを作る / make the workbook that a plan is written into')
        .requiredOption('--out <file>', '書き出すファイル / the file to write')
        .option('--from <file>', 'この計画ファイルの内容を入れる / filled from this plan file')
        .option('--years <from-to>', '期間（西暦） / the period: 2028-2032', period)
        .action((flags: TemplateFlags, command: Command) => makeTemplate(flags, command)),
    )
    .addCommand(
      new Command('load')
        .description('計画ファイルを台帳に読み込む / load a plan file into the ledger')
        .argument('<file>', FILE)
        .option('--base <file>', BASE)
        .option('--dry-run', '違いを示すだけで記録しない / only show what differs')
        .option('--reason <text>', '台帳の内容を変える理由 / why the ledger changes')
        .option(
          '--effective-on <YYYY-MM-DD>',
          'いつから有効か（既定は策定日） / from when (default: the adoption)',
          day,
        )
        .action((file: string, flags: LoadFlags, command: Command) => load(file, flags, command)),
    );

const FILE = 'YAML、JSON、または daicho plan template の .xlsx / YAML, JSON, or a workbook of daicho plan template';
const BASE =
  'シートに書く所のないもの（委員会、出典への注意など）を、この計画ファイルから取る / what no sheet says is taken from this plan file';

interface TemplateFlags {
  readonly out: string;
  readonly from?: string;
  readonly years?: readonly [from: number, to: number];
}

function period(text: string): readonly [number, number] {
  const [, from, to] = /^(\d{4})-(\d{4})$/.exec(text) ?? [];
  const years = [Number(from), Number(to)] as const;
  if (from === undefined || years[1] < years[0] || years[1] - years[0] > YEARS_MAX)
    throw new InvalidArgumentError('YYYY-YYYY');
  return years;
}
const YEARS_MAX = 20;

async function makeTemplate({ out, from, years }: TemplateFlags, command: Command): Promise<void> {
  requireAbsent(out);
  const file = from === undefined ? undefined : await textOf(from);
  const first = new Date().getFullYear() + 1;
  const [begin, end] = years ?? [first, first + 4];
  const { planWorkbook } = await import('../sheet/plan-sheet.js');
  const book = await planWorkbook(
    Array.from({ length: end - begin + 1 }, (_, i) => begin + i),
    file,
  );
  await writeFile(out, book, { flag: 'wx' });
  report(globalOptions(command), { file: out, bytes: book.length }, [
    pc.green(`${out} に書き出しました / written: ${String(book.length)} bytes`),
  ]);
}

/** The text of a plan file; of a workbook, the plan file that it comes to. @throws Error naming each wrong cell */
async function textOf(file: string, { base }: SheetFlags = {}): Promise<string> {
  if (!file.endsWith('.xlsx')) return readFile(file, 'utf8');
  const { readPlanSheet } = await import('../sheet/plan-sheet.js');
  const bytes = await readFile(file);
  const { text, issues, warnings } = await readPlanSheet(bytes, base === undefined ? '' : await readFile(base, 'utf8'));
  const line = ({ sheet, cell, code, message }: SheetIssue): string =>
    `${file} ${sheet} ${cell} ${code === 'PLAN_FILE_INVALID' ? (message ?? '') : problemOf(new Refusal(code, [], message)).message}`;
  for (const warning of warnings) process.stderr.write(`${pc.yellow(line(warning))}\n`);
  if (issues.length > 0) throw new Error(issues.map(line).join('\n'));
  return text;
}

async function check(file: string, flags: SheetFlags, command: Command): Promise<void> {
  const source = readPlanSource(await textOf(file, flags));
  if ('issues' in source) {
    report(
      globalOptions(command),
      { file, issues: source.issues },
      new PlanFileError(file, source.issues).message.split('\n'),
    );
    process.exitCode = 1;
    return;
  }
  const { key, attributes, measures, kpis, indicators } = source.entries;
  const counts = {
    goals: attributes.goals.length,
    policies: attributes.policies.length,
    measures: measures.length,
    new: measures.filter((measure) => measure.attributes.isNew).length,
    coordinated: measures.filter((measure) => measure.attributes.coordinators.length > 0).length,
    kpiSeries: kpis.length,
    indicators: indicators.length,
    initiatives: attributes.initiatives?.length ?? 0,
    warnings: attributes.warnings.length,
  };
  report(globalOptions(command), { file, key, ...counts }, [
    pc.green(`正しい計画ファイルです / a valid plan file: ${key} ${attributes.title}`),
    `  基本目標 ${String(counts.goals)}・施策 ${String(counts.policies)}・個別施策 ${String(counts.measures)}（新規 ${String(counts.new)}、調整 ${String(counts.coordinated)}）・指標系列 ${String(counts.kpiSeries)}`,
    `  背景指標 ${String(counts.indicators)}・過去の取組 ${String(counts.initiatives)}・出典への注意 ${String(counts.warnings)}`,
  ]);
}

async function load(
  file: string,
  { dryRun = false, reason, effectiveOn, base }: LoadFlags,
  command: Command,
): Promise<void> {
  const options = globalOptions(command);
  const text = await textOf(file, base === undefined ? {} : { base });
  const bar = progressBar('読み込み');
  const { receipt, differences, kept, refusal } = await withApp({ ...options, dryRun }, (app) =>
    loadPlanFile(
      app.get(CommandBus),
      file,
      {
        dryRun,
        reason,
        effectiveOn,
        onProgress: (done, total) => {
          bar.to(done, total);
        },
      },
      text,
    ),
  ).finally(() => {
    bar.end();
  });

  const isNew = differences.every(({ before }) => before === null);
  const shown = [...(isNew ? [] : differences.map(differenceLine)), ...kept.map(keptLine)];
  const result = refusal
    ? [pc.red(refusal.message)]
    : dryRun
      ? [
          `記録していません（--dry-run）。違い ${String(differences.length)} 件 / nothing recorded; ${String(differences.length)} differences`,
        ]
      : differences.length === 0
        ? ['台帳と同じ内容です。何も記録していません / the ledger holds all of this: nothing recorded']
        : [pc.green(`読み込みました / loaded: ${String(differences.length)} 件、位置 ${receipt?.position ?? ''}`)];
  report(options, { receipt: receipt ?? null, differences, kept, problem: refusal?.code ?? null }, [
    ...shown,
    ...result,
  ]);
  if (refusal) process.exitCode = 1;
}

const differenceLine = ({ subject, attribute, before, after }: Difference): string =>
  `  ${subject} ${attribute}: ${pc.red(before === null ? '—' : wordsOf(before))} → ${pc.green(after === null ? '—' : wordsOf(after))}`;

const keptLine = ({ subject, attribute, revised, inFile }: Kept): string =>
  `  ${subject} ${attribute}: 改定のまま / as revised: ${wordsOf(revised)}（計画ファイル / plan file: ${wordsOf(inFile)}）`;
