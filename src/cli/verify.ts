import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import pc from 'picocolors';
import { base64, fromBase64 } from '../ledger/base64.js';
import { parseCheckpoints } from '../ledger/checkpoint.js';
import { HASH_BYTES, type TreeHead } from '../ledger/merkle.js';
import { parseVerifierKey, type VerifierKey } from '../ledger/note.js';
import { BundleVerifier, VERIFY_CODES, verifyProof, VerifyError, type Trust, type Verdict } from '../ledger/verify.js';
import { globalOptions, progressBar, report, type GlobalOptions } from './terminal.js';

interface Flags {
  readonly key?: readonly VerifierKey[];
  readonly head?: readonly TreeHead[];
  readonly witness?: readonly VerifierKey[];
  readonly witnesses?: number;
}

/** An option that may be given several times. */
export const collect =
  <Value>(read: (text: string) => Value) =>
  (text: string, before: readonly Value[] = []): readonly Value[] => [...before, read(text)];

const textOf = (argument: string): string => (existsSync(argument) ? readFileSync(argument, 'utf8').trim() : argument);

export function key(argument: string): VerifierKey {
  try {
    return parseVerifierKey(textOf(argument));
  } catch {
    throw new InvalidArgumentError(
      'NAME+ID+… の形の検証鍵、またはそのファイル / a verifier key NAME+ID+…, or a file of one',
    );
  }
}

/** `SIZE:ROOT`, as a report prints it, or a file with signed notes, one after another. */
export function heads(argument: string, before: readonly TreeHead[] = []): readonly TreeHead[] {
  const [, decimal, encoded] = /^(\d{1,15}):(\S+)$/.exec(argument) ?? [];
  const root = encoded === undefined ? undefined : fromBase64(encoded);
  if (root?.length === HASH_BYTES) return [...before, { size: Number(decimal), root }];
  try {
    const held = parseCheckpoints(readFileSync(argument, 'utf8'));
    if (held.length > 0) return [...before, ...held];
  } catch {
    // Told below.
  }
  throw new InvalidArgumentError(
    '件数:根（base 64）、または署名のファイル / SIZE:ROOT (base 64), or a file with signed notes',
  );
}

export const verifyCommand = (): Command =>
  new Command('verify')
    .description(
      '書き出した証跡を検証する（オフライン、データベース不要） / verify exported evidence: offline, without a database',
    )
    // A typing error is not tampering.
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .argument('<file>', '束、または .tlog-proof / a bundle, or a .tlog-proof')
    .option(
      '--key <vkey>',
      '台帳の検証鍵、またはそのファイル / verifier key of the ledger, or a file of it',
      collect(key),
    )
    .option(
      '--head <head>',
      '控えておいた 件数:根、または署名のファイル / heads that you hold: SIZE:ROOT, or a file of notes, each of which must be passed',
      heads,
    )
    .option('--witness <vkey>', '立会人の検証鍵 / verifier key of a witness', collect(key))
    .option(
      '--witnesses <n>',
      '必要な立会人の数。既定は挙げた全員 / how many of them must have signed; default: all that are named',
      count,
    )
    .addHelpText(
      'after',
      '\n終了コード / exit code: 0 検証できた / verified, 1 改ざんまたは不備 / not verified, 2 読めない / cannot be read\n' +
        '--key を付けないと、束に書かれた鍵を信じることになります / without --key the key in the bundle is believed',
    )
    .action((file: string, flags: Flags, command: Command) => verify(file, flags, command));

function count(text: string): number {
  if (!/^\d{1,3}$/.test(text)) throw new InvalidArgumentError('0–999');
  return Number(text);
}

async function verify(file: string, flags: Flags, command: Command): Promise<void> {
  const options = globalOptions(command);
  try {
    await verifyFile(file, flags, options);
  } catch (error) {
    if (error instanceof VerifyError) refuse(error, options);
    else if (isUnreadable(error)) unread(`${file} を読めません / cannot be read: ${(error as Error).message}`, options);
    else throw error;
  }
}

const PROOF = 'c2sp.org/tlog-proof';

/** What the system says of a file, which says nothing of what is in it. */
const isUnreadable = (error: unknown): boolean => (error as NodeJS.ErrnoException).syscall !== undefined;

/** Who names witnesses wants their signatures: all of them, unless he says how many. */
const trustIn = ({ key: keys, head: heads = [], witness: witnesses = [], witnesses: min }: Flags): Trust => ({
  ...(keys && { keys }),
  ...{ heads, witnesses, witnessesMin: min ?? witnesses.length },
});

/** A file is read once, from its beginning: it may be a pipe. */
async function verifyFile(file: string, flags: Flags, options: GlobalOptions): Promise<void> {
  const bytes = statSync(file).size;
  const verifier = new BundleVerifier(trustIn(flags));
  const bar = progressBar('検証');
  let begin = Buffer.alloc(0);
  let isBundle = false;
  let done = 0;
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>) {
      bar.to((done += chunk.length), Math.max(done, bytes));
      if (isBundle) verifier.write(chunk);
      else {
        begin = Buffer.concat([begin, chunk]);
        isBundle = begin.length >= PROOF.length && !isProof(begin);
        if (isBundle) verifier.write(begin);
      }
    }
  } finally {
    bar.end();
  }
  if (isProof(begin)) verifyOne(begin.toString(), flags, options);
  else {
    if (!isBundle) verifier.write(begin);
    reportVerdict(verifier.end(), flags, options);
  }
}

const isProof = (begin: Buffer): boolean => begin.subarray(0, PROOF.length).toString() === PROOF;

function reportVerdict(verdict: Verdict, { head: heads = [] }: Flags, options: GlobalOptions): void {
  const {
    origin,
    size,
    root,
    entries,
    opened,
    erased,
    withheld,
    withoutCaller,
    checkpoints,
    signers,
    witnesses,
    isKeyKnown,
  } = verdict;
  report(options, { verified: true, ...verdict, root: base64(root) }, [
    pc.green(`検証できました / verified: ${origin}`),
    `  ${String(size)} 件 / entries, ${base64(root)}`,
    `  示された記録 / shown ${String(entries)}：内容も検証 / with content ${String(opened)}、消去済み / erased ${String(erased)}、内容は非開示 / withheld ${String(withheld)}、記録した者は非開示 / without who recorded it ${String(withoutCaller)}`,
    `  署名 / signed heads ${String(checkpoints)}${heads.length > 0 ? `、控えとの一致 / heads you hold ${String(heads.length)}` : ''}${
      witnesses.length > 0 ? `、立会人 / witnesses ${witnesses.join(', ')}` : ''
    }`,
    ...signers.map((vkey) => `  ${vkey}`),
    ...(isKeyKnown
      ? []
      : [
          pc.yellow(
            '  鍵は束の中のものです。公表されている検証鍵と同じか確かめてください（--key） / the key is the bundle’s own: compare it with the one published (--key)',
          ),
        ]),
  ]);
}

function verifyOne(text: string, flags: Flags, options: GlobalOptions): void {
  const { keys, ...trust } = trustIn(flags);
  if (!keys) {
    unread('--key が必要です / --key is needed: a proof does not carry the key of its ledger', options);
    return;
  }
  const { entry, data, head: of, signers, witnesses } = verifyProof(text, keys, trust);
  const proven = { entry, data: data?.value ?? null, size: of.size, root: base64(of.root), signers, witnesses };
  report(options, { verified: true, ...proven }, [
    pc.green(`検証できました / verified: ${entry.ledger}`),
    `  ${String(entry.index)} 番 / entry ${String(entry.index)} of ${String(of.size)}: ${entry.type}, ${entry.stream}, ${entry.recordedAt}`,
    data ? `  ${JSON.stringify(data.value)}` : '  内容は非開示 / its content is withheld',
    ...(witnesses.length > 0 ? [`  立会人 / witnesses ${witnesses.join(', ')}`] : []),
  ]);
}

/** Nothing is said of the evidence. */
function unread(message: string, options: GlobalOptions): void {
  process.exitCode = 2;
  if (options.json === true) report(options, { verified: false, error: { message } }, []);
  else process.stderr.write(`${message}\n`);
}

function refuse({ code, index, line }: VerifyError, options: GlobalOptions): void {
  const [ja, en] = VERIFY_CODES[code];
  const at = `${String(index)} 番${line === undefined ? '' : `（${String(line)} 行目）`} / at index ${String(index)}${line === undefined ? '' : `, line ${String(line)}`}`;
  report(options, { verified: false, code, index, line: line ?? null, message: `${ja} / ${en}` }, [
    pc.red(`検証できません / not verified: ${code}`),
    `  ${ja} / ${en}`,
    `  ${at}`,
  ]);
  process.exitCode = code === 'NEWER_FORMAT' ? 2 : 1;
}
