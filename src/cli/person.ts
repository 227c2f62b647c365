import { randomUUID } from 'node:crypto';
import { isEmail } from 'class-validator';
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import pc from 'picocolors';
import type { Description } from '../access/access.js';
import { ERASURE_GROUND_LABELS, ROLE_LABELS, type ErasureGround } from '../access/access.events.js';
import type { AccessTokenView, RoleGrant } from '../access/access.types.js';
import { AccessReader, type PersonView } from '../access/access-reader.js';
import { TokenUses } from '../access/token-uses.js';
import { isName } from '../calendar/text.js';
import { Refusal } from '../problems.js';
import { ledgerPlace, requireThere } from '../stores.js';
import { changeAccess, personId } from './access.js';
import { globalOptions, placesOf, report, withApp } from './terminal.js';

const VISIBLE_MS_MAX = 60_000;

export const personCommand = (): Command =>
  new Command('person')
    .description(
      '職員（仮の ID。氏名と連絡先は封印し、消去できる） / people, by a pseudonymous id; names are sealed, and can be erased',
    )
    .addCommand(
      new Command('add')
        .description('職員を登録する / register a person')
        .addArgument(
          new Argument(
            '[person]',
            '認証基盤でサインインする職員に viewer が示した ID（既定は新しい ID） / the id that viewer tells who signs in by an identity provider (default: a new one)',
          ).argParser(personId),
        )
        .option('--name <name>', '氏名（封印して保管） / name, kept sealed', nameOf)
        .option('--mail <address>', 'メールアドレス（--name も） / address of electronic mail (with --name)', mailOf)
        .action((person: string | undefined, flags: Partial<Description>, command: Command) =>
          add(person, flags, command),
        ),
    )
    .addCommand(
      new Command('describe')
        .description('氏名と連絡先を入れ直す / say who a person is, in place of what was said before')
        .argument('<person>', 'p…', personId)
        .requiredOption('--name <name>', '氏名（封印して保管） / name, kept sealed', nameOf)
        .option('--mail <address>', 'メールアドレス / address of electronic mail', mailOf)
        .action((person: string, description: Description, command: Command) =>
          changeAccess(
            command,
            person,
            () => ({ kind: 'describe', description }),
            () => ({ lines: [pc.green(`登録しました / kept, sealed: ${person}`)] }),
          ),
        ),
    )
    .addCommand(
      new Command('erase')
        .description(
          '個人情報を消去する。元に戻せない。権限とトークンも終わる / erase for ever what is known of a person, and end its roles and tokens',
        )
        .argument('<person>', 'p…', personId)
        .addOption(
          new Option(
            '--ground <ground>',
            Object.entries(ERASURE_GROUND_LABELS)
              .map(([ground, [ja, en]]) => `${ground}: ${ja} / ${en}`)
              .join(', '),
          )
            .choices(Object.keys(ERASURE_GROUND_LABELS))
            .makeOptionMandatory(),
        )
        .action((person: string, { ground }: { ground: ErasureGround }, command: Command) =>
          changeAccess(
            command,
            person,
            () => ({ kind: 'erase', ground }),
            () => ({
              lines: [
                pc.green(`消去しました / erased: ${person}`),
                `  これより前のバックアップからも除いてください / take it out of earlier backups, too: rm BACKUP/people/${person}.key`,
              ],
            }),
          ),
        ),
    )
    .addCommand(
      new Command('list')
        .description('計画に権限のある職員 / those with a role in a plan')
        .argument('<plan>', 'toride-5')
        .action((plan: string, _flags, command: Command) => list(plan, command)),
    );

function nameOf(text: string): string {
  if (isName(text)) return text;
  throw new InvalidArgumentError('氏名を一行で入力してください / not a name in one line');
}

function mailOf(text: string): string {
  if (isEmail(text)) return text;
  throw new InvalidArgumentError('メールアドレスではありません / not an address of electronic mail');
}

function add(given: string | undefined, { name, mail }: Partial<Description>, command: Command): Promise<void> {
  if (mail !== undefined && name === undefined) throw new Error('--mail には --name が要ります / --mail needs --name');
  const person = given ?? `p${randomUUID().replaceAll('-', '').slice(0, 12)}`;
  return changeAccess(
    command,
    person,
    () => ({ kind: 'register', description: name === undefined ? undefined : { name, mail } }),
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
    const reader = app.get(AccessReader);
    return Promise.all(
      (await reader.withRoleIn(planKey)).map(async ({ id, isErased, description, grants, tokens }) => ({
        ...{ id, isErased, ...read(reader, { id, description }) },
        grants,
        tokens: await Promise.all(tokens.map((token) => withLastUse(token, uses))),
      })),
    );
  });
  report(options, people, [
    ...people.flatMap(({ id, name, isErased, hasKey, grants, tokens }) => [
      [pc.bold(id), isErased ? '消去済み / erased' : hasKey ? name : '鍵がありません / its key is missing']
        .join(' ')
        .trimEnd(),
      ...grants.map(grantLine),
      ...tokens.map(tokenLine),
    ]),
    ...(people.length === 0 ? [`${planKey} に権限のある職員はいません / nobody has a role in ${planKey}`] : []),
  ]);
}

/** Who a person is, as far as the key is there. */
function read(reader: AccessReader, person: Pick<PersonView, 'id' | 'description'>) {
  try {
    const { name = null, mail = null } = reader.describe(person) ?? {};
    return { name, mail, hasKey: true };
  } catch (error) {
    if (error instanceof Refusal) return { name: null, mail: null, hasKey: false };
    throw error;
  }
}

async function withLastUse({ person, ...token }: AccessTokenView, uses: TokenUses) {
  const lastMs = await uses.lastUse({ person, token: token.id });
  return { ...token, lastUsedAt: lastMs === null ? null : new Date(lastMs) };
}

const grantLine = ({ id, role, division, from, to }: RoleGrant): string =>
  `  ${ROLE_LABELS[role].join(' ')} ${division ?? ''}  ${from} – ${to ?? ''}  ${pc.dim(id)}`;

const tokenLine = ({ id, label, scope, expiresAt, isRevoked, lastUsedAt }: Awaited<ReturnType<typeof withLastUse>>) =>
  `  token ${id} ${label ?? ''} ${scope}  ${isRevoked ? '失効 revoked' : `– ${expiresAt.toISOString()}`}  ${lastUsedAt ? `最終利用 last used ${lastUsedAt.toISOString()}` : '未使用 not used'}`;
