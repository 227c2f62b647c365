import { Command, InvalidArgumentError, Option } from 'commander';
import pc from 'picocolors';
import { LINK_MS } from '../access/access.js';
import { makeCredential } from '../access/token-secrets.js';
import { changeAccess, personId } from './access.js';

export const signInLinkCommand = (): Command =>
  new Command('sign-in-link')
    .description(
      '一度だけ使えるサインイン用リンク（15 分間有効） / a link that signs in once, for a quarter of an hour',
    )
    .argument('<person>', 'p…', personId)
    .addOption(
      new Option('--base <url>', '台帳の画面の URL / where the page is served')
        .argParser(address)
        .default(`http://localhost:${process.env['PORT'] ?? '3000'}`),
    )
    .action((person: string, { base }: { base: string }, command: Command) => issue(person, base, command));

function address(text: string): string {
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return text;
  throw new InvalidArgumentError('http:// または https:// で始まる URL を入力してください / not a URL (https://…)');
}

function issue(person: string, base: string, command: Command): Promise<void> {
  const { text, name, hash } = makeCredential(person);
  const url = `${base.replace(/\/$/, '')}/sign-in?code=${text}`;
  let expiresAtMs = 0;
  return changeAccess(
    command,
    person,
    (nowMs) => {
      expiresAtMs = nowMs + LINK_MS;
      return { kind: 'issueLink', secret: { name, hash, expiresAtMs } };
    },
    () => ({
      result: { url, code: text, expiresAt: new Date(expiresAtMs) },
      lines: [
        '一度だけ使えます（15 分間有効） / signs in once, within a quarter of an hour:',
        pc.bold(url),
        '画面がまだないときは、コードを GraphQL に送るとトークンになります / where there is no page yet, GraphQL gives a token for the code:',
        `  mutation { signIn(input: { code: "${text}" }) { token expiresAt problems { message } } }`,
      ],
    }),
  );
}
