import { Argument, Command } from 'commander';
import pc from 'picocolors';
import { ROLES, type Role } from '../access/access.events.js';
import type { Day } from '../calendar/day.js';
import { changeAccess, personId } from './access.js';
import { day } from './terminal.js';

interface GrantFlags {
  readonly plan: string;
  readonly division?: string;
  readonly from?: Day;
  readonly to?: Day;
  readonly reason?: string;
}

export const roleCommand = (): Command =>
  new Command('role')
    .description('権限（docs/permissions.md） / roles (docs/permissions.md)')
    .addCommand(
      new Command('grant')
        .description('権限を付与する / grant a role')
        .argument('<person>', 'p…', personId)
        .addArgument(new Argument('<role>').choices(ROLES))
        .requiredOption('--plan <plan>', 'toride-5')
        .option('--division <division>', '課（台帳での名） / a division, by its key')
        .option('--from <YYYY-MM-DD>', '最初の日（既定は今日） / the first day (default: today)', day)
        .option('--to <YYYY-MM-DD>', '最後の日 / the last day', day)
        .option('--reason <text>', '理由 / why')
        .action((person: string, role: Role, flags: GrantFlags, command: Command) =>
          grant(person, role, flags, command),
        ),
    )
    .addCommand(
      new Command('revoke')
        .description('権限を取り消す / revoke a role')
        .argument('<person>', 'p…', personId)
        .argument('<grant>', '権限の ID（person list が示す） / the id of the grant, as person list shows it')
        .requiredOption('--reason <text>', '理由 / why')
        .action((person: string, id: string, { reason }: { reason: string }, command: Command) =>
          changeAccess(
            command,
            person,
            () => ({ kind: 'revokeGrant', grant: id, reason }),
            () => ({ result: { grant: id }, lines: [pc.green(`取り消しました / revoked: ${id}`)] }),
          ),
        ),
    );

const grant = (person: string, role: Role, { plan, ...flags }: GrantFlags, command: Command): Promise<void> =>
  changeAccess(
    command,
    person,
    () => ({ kind: 'grant', role, planKey: plan, ...flags }),
    ({ eventIds: [id = ''] }) => ({
      result: { grant: id },
      lines: [pc.green(`付与しました / granted: ${person} ${role} ${plan} ${flags.division ?? ''}`), `  ${pc.dim(id)}`],
    }),
  );
