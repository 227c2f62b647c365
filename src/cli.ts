import 'reflect-metadata';
import { createRequire } from 'node:module';
import { Command } from 'commander';
import { backupCommand } from './cli/backup.js';
import { evidenceCommand } from './cli/evidence.js';
import { generateCommand } from './cli/generate.js';
import { ledgerCommand } from './cli/ledger.js';
import { personCommand } from './cli/person.js';
import { planCommand } from './cli/plan.js';
import { askCommand, recordCommand } from './cli/record.js';
import { restoreCommand } from './cli/restore.js';
import { roleCommand } from './cli/role.js';
import { sheetCommand } from './cli/sheet.js';
import { signInLinkCommand } from './cli/sign-in-link.js';
import { tokenCommand } from './cli/token.js';
import { verifyCommand } from './cli/verify.js';
import { viewsCommand } from './cli/views.js';
import { webhookCommand } from './cli/webhook.js';
import { dataCommand, reportCommand, reportingCommand } from './cli/public-file.js';
import { endBecauseOf } from './console.js';

const { version } = createRequire(import.meta.url)('../package.json') as { readonly version: string };

// What Node will no longer do one day is for developers, whom the tests tell.
process.noDeprecation = true;

const program = new Command('daicho')
  .description('台帳：計画の進捗を記録する / a ledger for the progress of public plans')
  .version(version)
  .option('--data <folder>', '台帳のフォルダー / folder of the ledger (DAICHO_DATA, ./data)')
  .option('--ledger <place>', '台帳：sqlite:ファイル、esdb://… / the ledger: sqlite:FILE, esdb://… (DAICHO_LEDGER)')
  .option(
    '--views <place>',
    'ビュー：sqlite:フォルダー、postgres://… / the views: sqlite:FOLDER, postgres://… (DAICHO_VIEWS)',
  )
  .option('--json', '結果を JSON で標準出力へ / result as JSON on standard output')
  .showHelpAfterError()
  .addCommand(planCommand())
  .addCommand(recordCommand())
  .addCommand(askCommand())
  .addCommand(personCommand())
  .addCommand(roleCommand())
  .addCommand(tokenCommand())
  .addCommand(signInLinkCommand())
  .addCommand(webhookCommand())
  .addCommand(viewsCommand())
  .addCommand(ledgerCommand())
  .addCommand(evidenceCommand())
  .addCommand(verifyCommand())
  .addCommand(sheetCommand())
  .addCommand(reportCommand())
  .addCommand(dataCommand())
  .addCommand(reportingCommand())
  .addCommand(backupCommand())
  .addCommand(restoreCommand())
  .addCommand(generateCommand(), { hidden: true });

// Whoever reads has read enough; anything else, as a full disk, is told.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  endBecauseOf(error);
});

program.parseAsync().catch((error: unknown) => {
  if (program.opts<{ json?: boolean }>().json === true) {
    const { code, message } = error as { code?: unknown; message?: unknown };
    const told = { message: String(message), ...(typeof code === 'string' && { code }) };
    process.stdout.write(`${JSON.stringify({ error: told }, null, 2)}\n`);
  }
  endBecauseOf(error);
});
