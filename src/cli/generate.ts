import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { z } from 'zod';
import { ROLE_LABELS, ROLES } from '../access/access.events.js';
import {
  OPEN_MUTATIONS,
  PERMISSIONS,
  placeOf,
  roleOf,
  SEES_PEOPLE,
  SEES_WORK,
  type Allowance,
} from '../access/permissions.js';
import { catalogue } from '../catalogue.js';
import { planFileSchema } from '../plan/plan-file.js';
import { PROBLEMS } from '../problems.js';
import { apiSchema } from './api-schema.js';

/** Writes what is derived from the code and committed: a change of it shows in a review. */
export const generateCommand = (): Command =>
  new Command('generate').description('生成ファイルを書き出す / write the generated files').action(generate);

async function generate(): Promise<void> {
  await write('src/schema.graphql', await graphqlSchema());
  await write('schemas/plan-file.v1.json', jsonSchema(planFileSchema, 'Plan file'));
  for (const type of catalogue.types) {
    const { version, data } = catalogue.definition(type);
    await write(`schemas/events/${type}.v${String(version)}.json`, jsonSchema(data, type));
  }
  await write('docs/problems.md', problems());
  await write('docs/permissions.md', permissions());
}

const graphqlSchema = async (): Promise<string> => `${printSchema(lexicographicSortSchema(await apiSchema()))}\n`;

const jsonSchema = (schema: z.ZodType, title: string): string =>
  JSON.stringify({ title, ...z.toJSONSchema(schema, { io: 'input' }) });

const problems = (): string =>
  [
    '# Problem codes',
    '',
    'A refused mutation answers with `problems { code message path }` and records nothing. The list is closed.',
    '',
    '| code | 日本語 | English |',
    '| --- | --- | --- |',
    ...Object.entries(PROBLEMS).map(([code, [ja, en]]) => `| \`${code}\` | ${ja} | ${en} |`),
    '',
  ].join('\n');

const PLACES = { owner: '担当 owner', coordinating: '調整 coordinating', author: '自課 own' };

function permissions(): string {
  const row = (name: string, allowances: readonly Allowance[]): string => {
    const cells = ROLES.map((role) => {
      if (role === 'admin') return '●';
      const places = allowances.filter((allowance) => roleOf(allowance) === role).map(placeOf);
      return places.map((place) => (place === undefined ? '●' : PLACES[place])).join(', ');
    });
    return `| ${name} | | ${cells.join(' | ')} |`;
  };
  const openTo = (name: string): string => `| \`${name}\` |${' ● |'.repeat(1 + ROLES.length)}`;
  return [
    '# Who may do what',
    '',
    'A role is granted to a person for a plan, and for a division of it, for a period. ● for the whole plan; 担当 owner: for the',
    'measures that the division answers for; 調整 coordinating: for those it coordinates; 自課 own: for what it wrote itself. A',
    'person who has the role but not for this measure gets the problem `OUTSIDE_YOUR_DIVISION`; one without the role the error',
    '`FORBIDDEN`; who sends no token the error `UNAUTHENTICATED`. Who gives a person a role, a token or a link administers every',
    'plan that person ever had to do with.',
    '',
    `| | 公開 public | ${ROLES.map((role) => `${ROLE_LABELS[role][0]} ${role}`).join(' | ')} |`,
    `| --- | --- |${' --- |'.repeat(ROLES.length)}`,
    ...OPEN_MUTATIONS.map(openTo),
    ...Object.entries(PERMISSIONS).map(([name, allowances]) => row(`\`${name}\``, allowances)),
    row('読む：公開前のもの / reads what is not public', SEES_WORK),
    row('読む：人と権限 / reads people and roles', SEES_PEOPLE),
    '',
  ].join('\n');
}

async function write(file: string, text: string): Promise<void> {
  const { format } = await import('prettier'); // a development dependency, needed here only
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, await format(text, { filepath: file, printWidth: 120 }));
}
