import { randomUUID } from 'node:crypto';
import { Argument, Command } from 'commander';
import pc from 'picocolors';
import { ROLE_LABELS } from '../access/access.events.js';
import type { AccessTokenView, RoleGrant } from '../access/access.types.js';
import { AccessReader } from '../access/access-reader.js';
import { TokenUses } from '../access/token-uses.js';
import { ledgerPlace, requireThere } from '../stores.js';
import { changeAccess, personId } from './access.js';
import { globalOptions, placesOf, report, withApp } from './terminal.js';

const VISIBLE_MS_MAX = 60_000;

export const personCommand = (): Command =>
  new Command('person')
    .description('職員（仮の ID だけで、氏名は記録しない） / people, by a pseudonymous id: no names')
    .addCommand(
      new Command('add')
        .description('職員を登録する / register a person')
        .addArgument(
          new Argument(
            '[person]',
            '認証基盤でサインインする職員に viewer が示した ID（既定は新しい ID） / the id that viewer tells who signs in by an identity provider (default: a new one)',
          ).argParser(personId),
        )
        .action((person: string | undefined, _flags, command: Command) => add(person, command)),
    )
    .addCommand(
      new Command('list')
        .description('計画に権限のある職員 / those with a role in a plan')
        .argument('<plan>', 'toride-5')
        .action((plan: string, _flags, command: Command) => list(plan, command)),
    );

function add(given: string | undefined, command: Command): Promise<void> {
  const person = given ?? `p${randomUUID().replaceAll('-', '').slice(0, 12)}`;
  return changeAccess(
    command,
    person,
    () => ({ kind: 'register' }),
    ({ eventIds }) => ({
      lines: [
        eventIds.length === 0
          ? `登録済みです / registered already: ${person}`
          : pc.green(`登録しました / registered: ${person}`),
        `  daicho role grant ${person} reporter --plan PLAN --division DIVISION`,
      ],
    }),
  );
}

async function list(planKey: string, command: Command): Promise<void> {
  const options = globalOptions(command);
  requireThere(ledgerPlace(placesOf(options)));
  const people = await withApp(options, async (app, { ledger, projector }) => {
    await projector.waitFor(await ledger.store.head(), VISIBLE_MS_MAX);
    const uses = app.get(TokenUses);
    return Promise.all(
      (await app.get(AccessReader).withRoleIn(planKey)).map(async ({ id, grants, tokens }) => ({
        id,
        grants,
        tokens: await Promise.all(tokens.map((token) => withLastUse(token, uses))),
      })),
    );
  });
  report(options, people, [
    ...people.flatMap(({ id, grants, tokens }) => [pc.bold(id), ...grants.map(grantLine), ...tokens.map(tokenLine)]),
    ...(people.length === 0 ? [`${planKey} に権限のある職員はいません / nobody has a role in ${planKey}`] : []),
  ]);
}

async function withLastUse({ person, ...token }: AccessTokenView, uses: TokenUses) {
  const lastMs = await uses.lastUse({ person, token: token.id });
  return { ...token, lastUsedAt: lastMs === null ? null : new Date(lastMs) };
}

const grantLine = ({ id, role, division, from, to }: RoleGrant): string =>
  `  ${ROLE_LABELS[role].join(' ')} ${division ?? ''}  ${from} – ${to ?? ''}  ${pc.dim(id)}`;

const tokenLine = ({ id, label, scope, expiresAt, isRevoked, lastUsedAt }: Awaited<ReturnType<typeof withLastUse>>) =>
  `  token ${id} ${label ?? ''} ${scope}  ${isRevoked ? '失効 revoked' : `– ${expiresAt.toISOString()}`}  ${lastUsedAt ? `最終利用 last used ${lastUsedAt.toISOString()}` : '未使用 not used'}`;
