import 'reflect-metadata';
import { fileURLToPath } from 'node:url';
import { CommandBus } from '@nestjs/cqrs';
import pc from 'picocolors';
import { readConfig } from './config.js';
import { START } from './eventsourcing/position.js';
import { loadPlanFile } from './plan/load-plan-file.js';
import { startServer, type Server } from './server.js';

const TORIDE = fileURLToPath(new URL('../plans/toride-5/plan.yaml', import.meta.url));

const SHORT_TOKEN = 16;

const say = (line = ''): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  const config = readConfig(process.env);
  if ((config.DAICHO_ADMIN_TOKEN?.length ?? SHORT_TOKEN) < SHORT_TOKEN) {
    say(
      pc.yellow(
        'DAICHO_ADMIN_TOKEN が短すぎて推測されるおそれがあります / DAICHO_ADMIN_TOKEN is short enough to be guessed',
      ),
    );
  }
  const server = await startServer({
    port: config.PORT,
    dataFolder: config.DAICHO_DATA,
    adminToken: config.DAICHO_ADMIN_TOKEN,
    onNotice: (notice) => {
      say(pc.yellow(notice));
    },
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      say('終了します / stopping');
      void server.close().then(() => process.exit(0));
    });
  }
  try {
    await loadIntoEmptyLedger(server);
  } catch (error) {
    await server.close();
    throw error;
  }
  greet(server, config.DAICHO_DATA);
}

async function loadIntoEmptyLedger({ app, foundation: { ledger, projector } }: Server): Promise<void> {
  if ((await ledger.store.head()) !== START) return;
  say('台帳が空なので、第五次取手市情報化計画を読み込みます / the ledger is empty: loading the Toride plan');
  const { receipt } = await loadPlanFile(app.get(CommandBus), TORIDE, {});
  if (receipt) await projector.waitFor(receipt.position, 60_000);
}

function greet({ url, newAdminToken }: Server, dataFolder: string): void {
  say();
  say(pc.bold('台帳 Daicho'));
  say(`  GraphQL   ${pc.cyan(`${url}/graphql`)}   （ブラウザーで開くと GraphiQL / GraphiQL in a browser）`);
  say(`  health    ${url}/health/ready`);
  say(`  data      ${dataFolder}`);
  if (newAdminToken !== undefined) {
    say();
    say(`  管理者トークン（今回だけ表示します） / admin token (shown this once):`);
    say(`  ${pc.bold(newAdminToken)}`);
    say(`  Authorization: Bearer ${newAdminToken}`);
  }
  say();
}

main().catch((error: unknown) => {
  process.stderr.write(`${pc.red(error instanceof Error ? error.message : String(error))}\n`);
  process.exitCode = 1;
});
