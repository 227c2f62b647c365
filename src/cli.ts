import 'reflect-metadata';
import { createRequire } from 'node:module';
import { Command, Option } from 'commander';
import pc from 'picocolors';
import { generateCommand } from './cli/generate.js';
import { ledgerCommand } from './cli/ledger.js';
import { personCommand } from './cli/person.js';
import { planCommand } from './cli/plan.js';
import { roleCommand } from './cli/role.js';
import { signInLinkCommand } from './cli/sign-in-link.js';
import { tokenCommand } from './cli/token.js';
import { viewsCommand } from './cli/views.js';

const { version } = createRequire(import.meta.url)('../package.json') as { readonly version: string };

const program = new Command('daicho')
  .description('台帳：計画の進捗を記録する / a ledger for the progress of public plans')
  .version(version)
  .option('--data <folder>', '台帳のフォルダー / folder of the ledger', process.env['DAICHO_DATA'] ?? './data')
  .addOption(
    new Option('--ledger <place>', '台帳：sqlite:ファイル、esdb://… / the ledger: sqlite:FILE, esdb://…').env(
      'DAICHO_LEDGER',
    ),
  )
  .addOption(
    new Option(
      '--views <place>',
      'ビュー：sqlite:フォルダー、postgres://… / the views: sqlite:FOLDER, postgres://…',
    ).env('DAICHO_VIEWS'),
  )
  .option('--json', '結果を JSON で標準出力へ / result as JSON on standard output')
  .showHelpAfterError()
  .addCommand(planCommand())
  .addCommand(personCommand())
  .addCommand(roleCommand())
  .addCommand(tokenCommand())
  .addCommand(signInLinkCommand())
  .addCommand(viewsCommand())
  .addCommand(ledgerCommand())
  .addCommand(generateCommand(), { hidden: true });

/** What to do about it here. */
const ADVICE: Readonly<Record<string, string>> = {
  LEDGER_LOCKED:
    'ほかのプロセスが台帳に書き込んでいます。少し待ってもう一度実行するか、動いているサーバーに GraphQL のミューテーションを送ってください / another process is writing the ledger: try again in a moment, or send the mutation to the server that runs',
};

program.parseAsync().catch((error: unknown) => {
  const { message, code = '' } = (error instanceof Error ? error : new Error(String(error))) as NodeJS.ErrnoException;
  const advice = ADVICE[code];
  process.stderr.write(`${pc.red(advice === undefined ? message : `${advice} (${message})`)}\n`);
  process.exitCode = 1;
});
