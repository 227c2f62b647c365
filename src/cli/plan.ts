import { readFile } from 'node:fs/promises';
import { CommandBus } from '@nestjs/cqrs';
import { Command } from 'commander';
import pc from 'picocolors';
import type { Day } from '../calendar/day.js';
import { loadPlanFile, PlanFileError } from '../plan/load-plan-file.js';
import type { Difference } from '../plan/load-plan.handler.js';
import { readPlanSource } from '../plan/plan-source.js';
import type { Kept } from '../plan/revision.js';
import { textOf } from '../trail/changes.view.js';
import { day, globalOptions, progressBar, report, withApp } from './terminal.js';

interface LoadFlags {
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
        .argument('<file>')
        .action((file: string, _flags, command: Command) => check(file, command)),
    )
    .addCommand(
      new Command('load')
        .description('計画ファイルを台帳に読み込む / load a plan file into the ledger')
        .argument('<file>')
        .option('--dry-run', '違いを示すだけで記録しない / only show what differs')
        .option('--reason <text>', '台帳の内容を変える理由 / why the ledger changes')
        .option(
          '--effective-on <YYYY-MM-DD>',
          'いつから有効か（既定は策定日） / from when (default: the adoption)',
          day,
        )
        .action((file: string, flags: LoadFlags, command: Command) => load(file, flags, command)),
    );

async function check(file: string, command: Command): Promise<void> {
  const source = readPlanSource(await readFile(file, 'utf8'));
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

async function load(file: string, { dryRun = false, reason, effectiveOn }: LoadFlags, command: Command): Promise<void> {
  const options = globalOptions(command);
  const bar = progressBar('読み込み');
  const { receipt, differences, kept, refusal } = await withApp({ ...options, dryRun }, (app) =>
    loadPlanFile(app.get(CommandBus), file, {
      dryRun,
      reason,
      effectiveOn,
      onProgress: (done, total) => {
        bar.to(done, total);
      },
    }),
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
  `  ${subject} ${attribute}: ${pc.red(before === null ? '—' : textOf(before))} → ${pc.green(after === null ? '—' : textOf(after))}`;

const keptLine = ({ subject, attribute, revised, inFile }: Kept): string =>
  `  ${subject} ${attribute}: 改定のまま / as revised: ${textOf(revised)}（計画ファイル / plan file: ${textOf(inFile)}）`;
