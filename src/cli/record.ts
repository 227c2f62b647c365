import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import pc from 'picocolors';
import { apiSchema } from './api-schema.js';
import { documentOf, optionsOf, type InputOption, type Mutation } from './mutation.js';
import { withServed } from './served.js';
import { globalOptions, report, type GlobalOptions } from './terminal.js';

/** Where to, and in whose name: here as the administrator, or with `DAICHO_TOKEN` as its holder; or at a server that runs. */
interface Target {
  readonly url?: string;
}

const TARGET = [
  '--url <address>',
  '動いているサーバーへ送る（既定はこの機械の台帳） / send it to a server that runs (default: the ledger of this machine)',
] as const;
const IN_WHOSE_NAME = `
DAICHO_TOKEN にトークンを入れると、その人の権限で行います。なければ、この機械の管理者として行います。
With a token in DAICHO_TOKEN it is done with the rights of its holder; else, here, as the administrator.`;
const FROM_FILES = `
文字の値は @ファイル、または - で標準入力から読みます（@ で始まる文字は @@）。入れ子の値は JSON で。
A text may come from @FILE, or from standard input as - (@@ for a text that begins with @). What has parts is given as JSON.`;

/** One command for everything that is recorded: its options are the fields of the mutation's input. */
export const recordCommand = (): Command =>
  new Command('record')
    .description(
      '報告・実績値・とりまとめ・会議など、GraphQL のミューテーションを一つ行う / do one mutation: reports, readings, rounds, meetings and all else',
    )
    .usage('[mutation] [options]')
    .argument('[mutation]', 'openRound, submitReport, recordReading, …')
    .argument('[options...]')
    .helpOption(false)
    .allowUnknownOption()
    .action(async (_mutation: unknown, _options: unknown, _flags: unknown, command: Command) => {
      await mutations(await apiSchema(), globalOptions(command)).parseAsync(command.args, { from: 'user' });
    });

function mutations(schema: Awaited<ReturnType<typeof apiSchema>>, outer: GlobalOptions): Command {
  const all = Object.values(schema.getMutationType()?.getFields() ?? {});
  const record = new Command('daicho record')
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .helpCommand(false)
    .addHelpText('after', IN_WHOSE_NAME);
  for (const mutation of all.toSorted((a, b) => a.name.localeCompare(b.name)))
    record.addCommand(mutationCommand(mutation, outer));
  return record;
}

function mutationCommand(mutation: Mutation, outer: GlobalOptions): Command {
  const options = optionsOf(mutation);
  const command = new Command(mutation.name)
    .alias(mutation.name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`))
    .description(mutation.description ?? '')
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .showHelpAfterError('--help: 項目の一覧 / all fields')
    .addHelpText('after', FROM_FILES + IN_WHOSE_NAME);
  for (const option of options) command.addOption(commandOption(option));
  command
    .option('--input <file>', '入力を JSON で（- は標準入力） / the input as JSON (- is standard input)')
    .option(...TARGET)
    .option('--json', '結果を JSON で / result as JSON');
  return command.action(async (flags: Readonly<Record<string, unknown>>) => {
    const input = inputOf(options, flags, command);
    await send(mutation, options, input, { ...outer, ...(flags['json'] === true && { json: true }) }, flags);
  });
}

function commandOption({ flag, type, isRequired, isList, isSwitch, choices, description }: InputOption): Option {
  const must = isRequired ? '必須 / required ' : '';
  const value = isSwitch ? '[true|false]' : isList ? '<value...>' : '<value>';
  const option = new Option(`${flag} ${value}`, `${must}${type}  ${description}`.trimEnd());
  return choices ? option.choices(choices) : option;
}

/** Of a file, and of what is typed, which comes before it. */
function inputOf(options: readonly InputOption[], flags: Readonly<Record<string, unknown>>, command: Command): object {
  const input: Record<string, unknown> = {};
  if (typeof flags['input'] === 'string') {
    try {
      Object.assign(input, JSON.parse(textOf(flags['input'] === '-' ? '-' : `@${flags['input']}`)));
    } catch (error) {
      command.error(`--input: ${(error as Error).message}`);
    }
  }
  for (const { field, flag, isList, valueOf } of options) {
    const typed = flags[camel(flag)];
    if (typed === undefined) continue;
    try {
      const read = (one: unknown): unknown => (one === true ? true : valueOf(textOf(String(one))));
      input[field] = isList ? (typed as unknown[]).map(read) : read(typed);
    } catch (error) {
      command.error(`${flag}: ${(error as Error).message}`);
    }
  }
  const missing = options.filter(({ field, isRequired }) => isRequired && input[field] === undefined);
  if (missing.length > 0)
    command.error(`要ります / required: ${missing.map(({ flag, type }) => `${flag} <${type}>`).join(', ')}`);
  return input;
}

/** As the parser of options calls it. */
const camel = (flag: string): string =>
  flag.slice(2).replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** A text, that of a file, or of standard input. */
function textOf(typed: string): string {
  if (typed === '-') return readFileSync(0, 'utf8').replace(/\n$/, '');
  if (typed.startsWith('@@')) return typed.slice(1);
  return typed.startsWith('@') ? readFileSync(typed.slice(1), 'utf8').replace(/\n$/, '') : typed;
}

interface Payload {
  readonly receipt?: { readonly position: string } | null;
  readonly problems: readonly { readonly code: string; readonly message: string; readonly path: readonly string[] }[];
  readonly [name: string]: unknown;
}

async function send(
  mutation: Mutation,
  options: readonly InputOption[],
  given: object,
  outer: GlobalOptions,
  target: Target,
): Promise<void> {
  const takesId = options.some(({ field }) => field === 'clientMutationId');
  const input = { ...(takesId && { clientMutationId: `cli ${randomUUID()}` }), ...given };
  const data = await askApi(documentOf(mutation), { input }, outer, target);
  const payload = data[mutation.name] as Payload;
  const flagOf = (path: readonly string[]): string => {
    const option = options.find(({ field }) => field === path[1]);
    return [option?.flag ?? path[1] ?? '', ...path.slice(2)].join(' ').trim();
  };
  const { problems, receipt, ...rest } = payload;
  if (problems.length > 0) process.exitCode = 1;
  report(outer, { input, ...payload }, [
    ...problems.map(({ code, message, path }) => pc.red(`${flagOf(path)} ${code}: ${message}`.trim())),
    ...(problems.length > 0 ? [] : [pc.green(`記録しました / recorded: ${receipt?.position ?? '—'}`)]),
    ...linesOf(rest),
    ...(takesId
      ? [pc.dim(`--client-mutation-id '${String((input as Record<string, unknown>)['clientMutationId'])}'`)]
      : []),
  ]);
}

/** `meeting.id 01a…`, a line for each plain value. */
const linesOf = (said: object, prefix = '  '): string[] =>
  Object.entries(said).flatMap(([name, value]: [string, unknown]) => {
    if (value === null || value === undefined || (Array.isArray(value) && value.length === 0)) return [];
    if (typeof value === 'object' && !Array.isArray(value)) return linesOf(value, `${prefix}${name}.`);
    return [`${prefix}${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`];
  });

export const askCommand = (): Command =>
  new Command('ask')
    .description('GraphQL で質問する。答えは JSON / ask a question in GraphQL; the answer is JSON')
    .argument('<query>', "'{ plans { key title } }'、@ファイル、-")
    .option('--variables <json>', '変数を JSON で、または @ファイル / variables as JSON, or @FILE')
    .option(...TARGET)
    .addHelpText('after', IN_WHOSE_NAME)
    .action(
      async (query: string, { variables = '{}', ...target }: Target & { variables?: string }, command: Command) => {
        let values: object;
        try {
          values = JSON.parse(textOf(variables)) as object;
        } catch (error) {
          throw new Error(`--variables: ${(error as Error).message}`, { cause: error });
        }
        const data = await askApi(textOf(query), values, globalOptions(command), target);
        process.stdout.write(`${JSON.stringify(data, null, 2)}\n`);
      },
    );

interface Answer {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

/** @throws Error what the API refuses, a line each; a server that does not answer */
async function askApi(
  query: string,
  variables: object,
  outer: GlobalOptions,
  { url }: Target,
): Promise<Readonly<Record<string, unknown>>> {
  const token = process.env['DAICHO_TOKEN'];
  const given = token === undefined ? undefined : `Bearer ${token}`;
  const body = JSON.stringify({ query, variables });
  const headers = (authorization: string | undefined) => ({
    'content-type': 'application/json',
    ...(authorization !== undefined && { authorization }),
  });
  const text =
    url === undefined
      ? await withServed(outer, async (app, asAdministrator) => {
          const asked = {
            method: 'POST',
            url: '/graphql',
            headers: headers(given ?? asAdministrator),
            payload: body,
          } as const;
          return (await app.inject(asked)).body;
        })
      : await sentTo(url, { method: 'POST', headers: headers(given), body });
  const { data, errors = [] } = JSON.parse(text) as Answer;
  if (errors.length > 0 || !data)
    throw new Error(errors.map(({ message, extensions }) => `${extensions?.code ?? ''} ${message}`.trim()).join('\n'));
  return data;
}

async function sentTo(url: string, request: RequestInit): Promise<string> {
  try {
    return await (await fetch(new URL('/graphql', url), request)).text();
  } catch (error) {
    const why = (error as Error & { cause?: Error }).cause?.message ?? (error as Error).message;
    throw new Error(`${url}: サーバーに届きません / the server cannot be reached: ${why}`, { cause: error });
  }
}
