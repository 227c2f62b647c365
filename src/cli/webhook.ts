import { randomUUID } from 'node:crypto';
import { Command } from 'commander';
import pc from 'picocolors';
import type { Standing } from '../eventsourcing/outbox.js';
import { MESSAGE_TYPES } from '../reminder/message.js';
import { post, type Outcome } from '../reminder/webhook-call.js';
import { readWebhooks, type Endpoint } from '../reminder/webhook-file.js';
import { openExistingOutbox } from '../stores.js';
import { globalOptions, placesOf, progressBar, report } from './terminal.js';

/** Messages shown one by one. */
const SHOWN_MAX = 100;

export const webhookCommand = (): Command =>
  new Command('webhook')
    .description('締切などの通知（Webhook） / webhooks about rounds and deadlines')
    .addCommand(
      new Command('check')
        .description(
          '設定ファイルを検査し、何がどこへ送られるかを示す / check the file, and show what would be sent where',
        )
        .argument('<file>')
        .action((file: string, _flags, command: Command) => {
          check(file, command);
        }),
    )
    .addCommand(
      new Command('test')
        .description('署名した test.ping を各通知先へ一つ送る / send each one signed test.ping')
        .argument('<file>')
        .action((file: string, _flags, command: Command) => test(file, command)),
    )
    .addCommand(
      new Command('status')
        .description('未送信と、送れなかった通知 / what is still to be sent, and what could not be')
        .action((_flags, command: Command) => status(command)),
    )
    .addCommand(
      new Command('retry')
        .description('あきらめた通知をもう一度送る / send again what was given up')
        .argument('<name>', '通知先の名前 / name of the endpoint')
        .action((name: string, _flags, command: Command) => retry(name, command)),
    );

/** No secret, and of the address only where it is: the rest of it may be one. */
const shown = ({ name, url, secrets, events, plan, division }: Endpoint) => ({
  name,
  origin: new URL(url).origin,
  signatures: secrets.length,
  events,
  plan: plan ?? null,
  division: division ?? null,
});

function check(file: string, command: Command): void {
  const { endpoints, daysBefore } = readWebhooks(file);
  const all = endpoints.map(shown);
  report(globalOptions(command), { file, daysBefore, endpoints: all }, [
    pc.green(`正しい設定です / a valid file of webhooks: ${String(all.length)}`),
    `  締切の ${daysBefore.join('・')} 日前 / days before a deadline: ${daysBefore.join(', ')}`,
    ...all.flatMap(({ name, origin, signatures, events, plan, division }) => [
      `  ${pc.bold(name)} ${origin} 署名 / signatures: ${String(signatures)}`,
      `    ${plan ?? 'すべての計画 / all plans'}・${division ?? 'すべての課 / all divisions'}`,
      `    ${events.length === MESSAGE_TYPES.length ? 'すべて / all' : events.join(' ')}`,
    ]),
  ]);
}

async function test(file: string, command: Command): Promise<void> {
  const { endpoints } = readWebhooks(file);
  const bar = progressBar('送信');
  const answers: { name: string; outcome: Outcome }[] = [];
  for (const endpoint of endpoints) {
    bar.to(answers.length, endpoints.length);
    const timestamp = new Date();
    const body = JSON.stringify({ type: 'test.ping', timestamp: timestamp.toISOString(), data: {} });
    const outcome = await post(endpoint, { id: randomUUID(), body }, timestamp.getTime());
    answers.push({ name: endpoint.name, outcome });
  }
  bar.to(answers.length, endpoints.length);
  bar.end();
  const result = answers.map(({ name, outcome }) => ({
    name,
    delivered: outcome.kind === 'delivered',
    answer: said(outcome),
  }));
  report(
    globalOptions(command),
    { file, endpoints: result },
    result.map(({ name, delivered, answer }) => `${delivered ? pc.green('✓') : pc.red('✗')} ${name} ${answer}`),
  );
  if (result.some(({ delivered }) => !delivered)) process.exitCode = 1;
}

function said(outcome: Outcome): string {
  if (outcome.kind === 'failed') return outcome.why;
  return outcome.kind === 'gone' ? 'HTTP 410' : '届きました / delivered';
}

async function status(command: Command): Promise<void> {
  const options = globalOptions(command);
  const outbox = await openExistingOutbox(placesOf(options));
  if (!outbox) {
    report(options, { counts: [], troubled: [] }, [NOTHING]);
    return;
  }
  try {
    const counts = await outbox.counts();
    const troubled = (await outbox.troubled(SHOWN_MAX)).map(
      ({ endpoint, id, type, standing, attempts, dueMs, error }) => ({
        ...{ endpoint, id, type, standing, attempts },
        ...(standing === 'pending' && { nextAttempt: new Date(dueMs).toISOString() }),
        error: error ?? null,
      }),
    );
    report(options, { counts, troubled }, [
      ...(counts.length === 0 ? [NOTHING] : []),
      ...counts.map(({ endpoint, standing, count }) => `${endpoint} ${STANDINGS[standing]}: ${String(count)}`),
      ...troubled.map(
        ({ endpoint, id, type, standing, attempts, nextAttempt, error }) =>
          `  ${standing === 'failed' ? pc.red('✗') : pc.yellow('…')} ${endpoint} ${type} ${id} ${String(attempts)} × ${error ?? ''} ${nextAttempt ?? ''}`,
      ),
    ]);
  } finally {
    await outbox.close();
  }
}

async function retry(name: string, command: Command): Promise<void> {
  const options = globalOptions(command);
  const outbox = await openExistingOutbox(placesOf(options));
  const again = (await outbox?.retry(name, Date.now())) ?? 0;
  await outbox?.close();
  report(options, { endpoint: name, again }, [
    `もう一度送る通知 / to be sent again: ${String(again)}（動いているサーバーが送ります / by the server that runs）`,
  ]);
}

const NOTHING = '送った通知も、送る通知もありません / nothing has been sent, and nothing is to be';

const STANDINGS: Readonly<Record<Standing, string>> = {
  pending: '未送信 / pending',
  delivered: '送信済み / delivered',
  failed: '断念 / given up',
};
