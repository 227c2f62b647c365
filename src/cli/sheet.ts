import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import pc from 'picocolors';
import { XLSX, type SheetAnswer } from '../sheet/sheet.controller.js';
import { problemsIn, withServed } from './served.js';
import { globalOptions, progressBar, report } from './terminal.js';

interface ExportFlags {
  readonly plan: string;
  readonly year: string;
  readonly division?: string;
  readonly out: string;
}

interface ImportFlags {
  readonly as: 'draft' | 'submit';
  readonly commit?: true;
}

export const sheetCommand = (): Command =>
  new Command('sheet')
    .description('様式（Excel） / progress sheets (Excel)')
    .addCommand(
      new Command('export')
        .description('課ごとの様式を書き出す / write the form of each division, or of one')
        .requiredOption('--plan <key>', '計画 / the plan')
        .requiredOption('--year <year>', '年度 / the fiscal year', year)
        .option('--division <key>', '課（既定はすべて） / only of one division')
        .requiredOption('--out <folder>', '書き出すフォルダー / the folder to write to')
        .action((flags: ExportFlags, command: Command) => exportForms(flags, command)),
    )
    .addCommand(
      new Command('import')
        .description('記入した様式を調べる。--commit で記録する / look at a filled form; --commit records it')
        .argument('<file>')
        .addOption(
          new Option('--as <purpose>', '提出か下書きか / hand in, or save')
            .choices(['submit', 'draft'])
            .default('submit'),
        )
        .option('--commit', '記録する / record it')
        .action((file: string, flags: ImportFlags, command: Command) => importForm(file, flags, command)),
    );

function year(text: string): string {
  if (!/^\d{4}$/.test(text)) throw new InvalidArgumentError('YYYY');
  return text;
}

const addressOf = (plan: string, fiscalYear: string, division: string): string =>
  `/sheets/${encodeURIComponent(plan)}/${fiscalYear}/${encodeURIComponent(division)}.xlsx`;

const DIVISIONS = 'query ($plan: String!) { plan(key: $plan) { divisions { key } } }';

interface Divisions {
  readonly data: { readonly plan: { readonly divisions: readonly { readonly key: string }[] } | null };
}

async function exportForms({ plan, year: fiscalYear, division, out }: ExportFlags, command: Command): Promise<void> {
  const options = globalOptions(command);
  await withServed(options, async (app, authorization) => {
    const answer = await app.inject({
      method: 'POST',
      url: '/graphql',
      payload: { query: DIVISIONS, variables: { plan } },
    });
    const all = answer.json<Divisions>().data.plan?.divisions.map(({ key }) => key) ?? [];
    const wanted = division === undefined && all.length > 0 ? all : [division ?? ''];
    await mkdir(out, { recursive: true });
    const bar = progressBar('様式');
    const files: string[] = [];
    for (const [i, key] of wanted.entries()) {
      const form = await app.inject({ url: addressOf(plan, fiscalYear, key), headers: { authorization } });
      if (form.statusCode === 200) {
        const file = join(out, `${fiscalYear}-${key.replaceAll(/[/\\]/g, '_')}.xlsx`);
        await writeFile(file, form.rawPayload, { flag: 'wx' });
        files.push(file);
      } else if (wanted.length === 1 || !form.body.includes('SHEET_NOT_FOUND')) {
        bar.end();
        throw new Error(problemsIn(form.body).join('\n'));
      }
      bar.to(i + 1, wanted.length);
    }
    bar.end();
    report(options, { files }, [
      pc.green(`${String(files.length)} 件の様式を書き出しました / forms written`),
      ...files.map((file) => `  ${file}`),
    ]);
  });
}

async function importForm(file: string, { as, commit }: ImportFlags, command: Command): Promise<void> {
  const options = globalOptions(command);
  const bytes = await readFile(file);
  const { readWorkbook } = await import('../sheet/workbook.js');
  const { plan, fiscalYear, division } = await readWorkbook(bytes, 1);
  await withServed(options, async (app, authorization) => {
    const url = `${addressOf(plan, fiscalYear, division)}?as=${as}${commit ? '&commit=true' : ''}`;
    const headers = { authorization, 'content-type': XLSX };
    const sent = await app.inject({ method: 'POST', url, headers, payload: bytes });
    const answer = sent.json<Partial<SheetAnswer>>();
    if (sent.statusCode !== 200) process.exitCode = 1;
    report(options, answer, [
      ...(answer.differences ?? []).map(
        ({ cell, no, title, before, after }) => `  ${cell} ${no} ${title}：${before || '—'} → ${after || '—'}`,
      ),
      ...(answer.warnings ?? []).map(({ path, message }) => pc.yellow(`  ${path.join(' ')} ${message}`)),
      ...(sent.statusCode === 200 && answer.problems?.length === 0
        ? [
            answer.isWritten === true || answer.differences?.length === 0
              ? pc.green(`記録しました / recorded: ${String(answer.receipts?.length ?? 0)}`)
              : pc.green('誤りはありません。--commit で記録します / nothing is wrong: --commit records it'),
          ]
        : problemsIn(sent.body).map((line) => pc.red(`  ${line}`))),
    ]);
  });
}
