import { Command } from 'commander';
import pc from 'picocolors';
import { TOKEN_MS } from '../access/access.js';
import { makeCredential } from '../access/token-secrets.js';
import type { Day } from '../calendar/day.js';
import { changeAccess, personId } from './access.js';
import { day } from './terminal.js';

interface IssueFlags {
  readonly readOnly?: boolean;
  readonly expires?: Day;
  readonly label?: string;
}

export const tokenCommand = (): Command =>
  new Command('token')
    .description('API トークン / API tokens')
    .addCommand(
      new Command('issue')
        .description('トークンを発行し、一度だけ表示する / issue a token, shown once')
        .argument('<person>', 'p…', personId)
        .option('--read-only', '読むだけ / for reading only')
        .option(
          '--expires <YYYY-MM-DD>',
          '最後の日（既定は一年後、最長二年） / the last day (default: in a year, at most in two)',
          day,
        )
        .option('--label <text>', '何に使うか（氏名は書かない） / what it is for; no names of people')
        .action((person: string, flags: IssueFlags, command: Command) => issue(person, flags, command)),
    )
    .addCommand(
      new Command('revoke')
        .description('トークンを失効させる / revoke a token')
        .argument('<person>', 'p…', personId)
        .argument('<token>', 'トークンの ID（person list が示す） / the id of the token, as person list shows it')
        .requiredOption('--reason <text>', '理由 / why')
        .action((person: string, token: string, { reason }: { reason: string }, command: Command) =>
          changeAccess(
            command,
            person,
            () => ({ kind: 'revokeToken', token, reason }),
            () => ({ result: { token }, lines: [pc.green(`失効しました / revoked: ${token}`)] }),
          ),
        ),
    );

function issue(person: string, { readOnly = false, expires, label }: IssueFlags, command: Command): Promise<void> {
  const { text, name, hash } = makeCredential(person);
  return changeAccess(
    command,
    person,
    (nowMs) => ({
      kind: 'issueToken',
      scope: readOnly ? 'read' : 'write',
      label,
      secret: { name, hash, expiresAtMs: expires === undefined ? nowMs + TOKEN_MS : endOf(expires) },
    }),
    () => ({
      result: { id: name, token: text },
      lines: [
        'トークン（今回だけ表示します） / token (shown this once):',
        pc.bold(text),
        `  Authorization: Bearer ${text}`,
      ],
    }),
  );
}

/** In Japan, as everywhere where no plan says otherwise. */
const endOf = (last: Day): number => Date.parse(`${last}T24:00:00+09:00`);
