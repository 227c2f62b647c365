import 'reflect-metadata';
import { fileURLToPath } from 'node:url';
import type { INestApplicationContext } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import pc from 'picocolors';
import type { Foundation } from './app.module.js';
import { identityProviderIn, placesIn, readConfig } from './config.js';
import { endBecauseOf } from './console.js';
import { BEGINNING } from './eventsourcing/event-store.js';
import { loadPlanFile } from './plan/load-plan-file.js';
import { planStream } from './plan/plan.events.js';
import { readWebhooks } from './reminder/webhook-file.js';
import { withoutSecrets, type Places } from './stores.js';
import { startServer, type Server } from './server.js';

// What Node will no longer do one day is for developers, whom the tests tell.
process.noDeprecation = true;

const TORIDE = fileURLToPath(new URL('../plans/toride-5/plan.yaml', import.meta.url));

const TORIDE_KEY = 'toride-5';

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
    ...placesIn(config),
    adminToken: config.DAICHO_ADMIN_TOKEN,
    identityProvider: identityProviderIn(config),
    webhooks: config.DAICHO_WEBHOOKS === undefined ? undefined : readWebhooks(config.DAICHO_WEBHOOKS),
    reporting: config.DAICHO_REPORTING,
    onNotice: (notice) => {
      say(pc.yellow(notice));
    },
    onDamage: endBecauseOf,
    prepare: loadIntoEmptyLedger,
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      say('終了します / stopping');
      void server.close().then(() => process.exit(0));
    });
  }
  greet(server, placesIn(config));
}

/** A load that was cut off left measures and KPIs without their plan, which is recorded last: it is finished. */
async function loadIntoEmptyLedger(app: INestApplicationContext, { ledger, projector }: Foundation): Promise<void> {
  const [first] = await ledger.store.readAll(BEGINNING, 1);
  if (!first)
    say('台帳が空なので、第五次取手市情報化計画を読み込みます / the ledger is empty: loading the Toride plan');
  else {
    const { scope } = ledger.catalogue.meaning(first);
    if (scope !== TORIDE_KEY || (await ledger.history(planStream(scope))).length > 0) return;
    say('途中で終わった計画の読み込みを続けます / the loading of the plan was cut off: going on with it');
  }
  const { receipt } = await loadPlanFile(app.get(CommandBus), TORIDE, {});
  if (receipt) await projector.waitFor(receipt.position, 60_000);
}

function greet({ url, newAdminToken }: Server, places: Places): void {
  say();
  say(pc.bold('台帳 Daicho'));
  say(`  page      ${pc.cyan(`${url}/`)}`);
  say(`  GraphQL   ${pc.cyan(`${url}/graphql`)}   （ブラウザーで開くと GraphiQL / GraphiQL in a browser）`);
  say(`  health    ${url}/health/ready`);
  say(`  data      ${places.dataFolder}`);
  if (places.ledger !== undefined) say(`  ledger    ${withoutSecrets(places.ledger)}`);
  if (places.views !== undefined) say(`  views     ${withoutSecrets(places.views)}`);
  if (newAdminToken !== undefined) {
    say();
    say(`  管理者トークン（今回だけ表示します） / admin token (shown this once):`);
    say(`  ${pc.bold(newAdminToken)}`);
    say(`  Authorization: Bearer ${newAdminToken}`);
  }
  say();
}

main().catch(endBecauseOf);
