import { writeFile } from 'node:fs/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import pc from 'picocolors';
import type { Day } from '../calendar/day.js';
import { OwnApi } from '../api/own-api.js';
import { flatTables } from '../open-data/publisher.js';
import { openReporting, REPORTING_PLACE } from '../stores.js';
import { problemsIn, withServed } from './served.js';
import { day, globalOptions, report } from './terminal.js';
import { requireAbsent } from './whole-file.js';

interface Flags {
  readonly plan: string;
  readonly out: string;
  readonly on?: Day;
  readonly known?: Day;
}

const moment = (command: Command): Command =>
  command
    .requiredOption('--plan <key>', '計画 / the plan')
    .requiredOption('--out <file>', '書き出すファイル / the file to write')
    .option('--on <day>', 'いつの姿か / as of a day', day)
    .option('--known <day>', 'いつまでの記録か / as known on a day', day);

export const reportCommand = (): Command =>
  moment(new Command('report'))
    .description('年度の進捗状況報告書を書き出す / write the annual report of a review')
    .requiredOption('--year <year>', '年度 / the fiscal year', fiscalYear)
    .addOption(new Option('--format <format>').choices(['html', 'pdf', 'docx']).default('pdf'))
    .addOption(new Option('--lang <language>').choices(['ja', 'en']).default('ja'))
    .action(
      ({ plan, year, format, lang, ...flags }: Flags & Record<'year' | 'format' | 'lang', string>, command: Command) =>
        write(`/reports/${encodeURIComponent(plan)}/${year}.${format}`, { ...flags, lang }, command),
    );

export const dataCommand = (): Command =>
  moment(new Command('data'))
    .description('だれでも読める表を書き出す / write a table that everybody may read')
    .requiredOption('--table <name>', 'measures, schedule, kpis, reports, history、all.xlsx, catalog.jsonld')
    .addOption(new Option('--format <format>').choices(['csv', 'json']).default('csv'))
    .action(({ plan, table, format, ...flags }: Flags & Record<'table' | 'format', string>, command: Command) =>
      write(`/data/${encodeURIComponent(plan)}/${encodeURIComponent(fileOf(table, format))}`, flags, command),
    );

export const reportingCommand = (): Command =>
  new Command('reporting')
    .description(
      'だれでも読める表を、BI のために PostgreSQL のスキーマ reporting に書く（一度だけ。サーバーは DAICHO_REPORTING で続けて書く） / write the tables that everybody may read to the schema reporting of a PostgreSQL, once; a server does so all the time with DAICHO_REPORTING',
    )
    .argument('<address>', 'postgres://user@host:5432/database（パスワードは PGPASSWORD / the password in PGPASSWORD）')
    .action(async (address: string, _flags, command: Command) => {
      if (!REPORTING_PLACE.test(address)) throw new Error('postgres://…');
      const options = globalOptions(command);
      const reporting = openReporting(address);
      try {
        await withServed(options, async (app) => {
          const tables = await flatTables(app.get(OwnApi, { strict: false }));
          await reporting.publish(tables);
          const counts = Object.fromEntries(tables.map(({ name, rows }) => [name, rows.length]));
          report(options, { views: counts }, [
            pc.green('reporting に書き出しました / published'),
            ...Object.entries(counts).map(([name, rows]) => `  reporting.${name} ${String(rows)}`),
          ]);
        });
      } finally {
        await reporting.close();
      }
    });

/** Some are named whole: there is one of them. */
const fileOf = (table: string, format: string): string => (table.includes('.') ? table : `${table}.${format}`);

function fiscalYear(text: string): string {
  if (!/^\d{4}$/.test(text)) throw new InvalidArgumentError('YYYY');
  return text;
}

/** What the server would answer under an address, in a file. */
async function write(
  path: string,
  { out, on, known, lang }: Omit<Flags, 'plan'> & { readonly lang?: string },
  command: Command,
): Promise<void> {
  requireAbsent(out);
  const options = globalOptions(command);
  const query = new URLSearchParams(Object.entries({ on, known, lang }).filter(isGiven)).toString();
  const asked = query === '' ? path : `${path}?${query}`;
  await withServed(options, async (app) => {
    const first = await app.inject({ url: asked });
    const { location } = first.headers;
    const answer = location === undefined ? first : await app.inject({ url: location });
    if (answer.statusCode !== 200) throw new Error(problemsIn(answer.body).join('\n'));
    await writeFile(out, answer.rawPayload, { flag: 'wx' });
    const address = location ?? asked;
    report(options, { file: out, address, bytes: answer.rawPayload.length }, [
      pc.green(`${out} に書き出しました / written: ${String(answer.rawPayload.length)} bytes`),
      `  ${address}`,
    ]);
  });
}

const isGiven = (pair: [string, string | undefined]): pair is [string, string] => pair[1] !== undefined;
