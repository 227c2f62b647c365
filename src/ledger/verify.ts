import { isNewerHeader, parseBundleLine, type ReadEntry, type ReadRecord, type SubtreeRecord } from './bundle.js';
import { parseCheckpoint, type SignedCheckpoint } from './checkpoint.js';
import { falseOpeningIn, parseOpenedEntry, type Entry, type EntryTexts, type OpenedEntry } from './entry.js';
import { KEY_ROTATED, LogKeys, textsIn } from './log-keys.js';
import { Frontier, isSame, leafHash, ProofError, verifyInclusion, type TreeHead } from './merkle.js';
import { NoteError, parseVerifierKey, signersOf, type VerifierKey } from './note.js';
import { parseTlogProof, type TlogProof } from './tlog-proof.js';

/** Why something is not proven, in words. Closed: what is not in this list is a defect of the verifier. */
export const VERIFY_CODES = {
  /** A line that is not canonical JSON, a field too many, too few or of the wrong form, bytes that are not text. */
  MALFORMED: ['証跡の形式ではありません', 'not in the format of evidence'],
  NEWER_FORMAT: [
    'このプログラムより新しい形式です。新しい版の daicho で確かめてください',
    'in a format newer than this program: verify it with a newer daicho',
  ],
  OTHER_LEDGER: ['別の台帳のものが混じっています', 'something of another ledger is in it'],
  WRONG_INDEX: ['記録が抜けているか、加えられたか、順が入れ替わっています', 'an entry is missing, added or moved'],
  /** Its leaf stands beside it, and is another. */
  ENTRY_ALTERED: ['記録の見出し（種類、日時、順番など）が書き換えられています', 'the envelope of an entry was altered'],
  DATA_ALTERED: ['記録の内容が書き換えられています', 'the content of an entry was altered'],
  CALLER_ALTERED: ['記録した者が書き換えられています', 'who recorded an entry was altered'],
  TIME_WENT_BACK: [
    '記録の日時が前の記録より古くなっています',
    'an entry is recorded before the one that stands before it',
  ],
  ROOT_MISMATCH: [
    '署名された根と一致しません。前の署名からここまでのどこかが書き換えられています',
    'not the root that was signed: something since the signed head before was altered',
  ],
  OTHER_SIZE: [
    'この証明は控えとは別の件数の署名によるもので、比べられません。束（daicho evidence export）で検証してください',
    'the proof is under a head of another size than the one that you hold: verify a bundle (daicho evidence export)',
  ],
  WRONG_SIZE: ['署名された件数と合いません', 'not the size that was signed'],
  BAD_SIGNATURE: ['署名が正しくありません', 'a signature does not hold'],
  UNTRUSTED: ['信頼する鍵による署名がありません', 'not signed by a key that is trusted'],
  KEY_RETIRED: ['使用をやめた鍵で署名されています', 'signed by a key that had been given up'],
  TOO_FEW_WITNESSES: ['立会人の署名が足りません', 'fewer witnesses than asked for have signed'],
  TRUNCATED: ['途中で切れています', 'it is cut off'],
  FORKED: [
    '控えておいた署名とは別の歴史です。履歴が作り直されています',
    'another history than the head that you hold: it was written anew',
  ],
  ROLLED_BACK: [
    '控えておいた署名より古いものです。古い写しに戻されています',
    'older than the head that you hold: an old copy was put back',
  ],
  /** Nothing can be said of it. */
  HEAD_NOT_SHOWN: [
    '控えておいた署名の位置が示されていません。evidence export --head を付けて書き出し直してもらってください',
    'the place of the head that you hold is not shown: ask for an export with --head',
  ],
} as const satisfies Readonly<Record<string, readonly [ja: string, en: string]>>;

export type VerifyCode = keyof typeof VERIFY_CODES;

export class VerifyError extends Error {
  override readonly name = 'VerifyError';
  constructor(
    readonly code: VerifyCode,
    /** The entry at which, or the number of entries after which, it was found. */
    readonly index: number,
    /** 1-based; of a bundle. */
    readonly line?: number,
  ) {
    super(`${code} at index ${String(index)}${line === undefined ? '' : `, line ${String(line)}`}`);
  }
}

/** What the one who verifies knows from elsewhere. */
export interface Trust {
  /** Keys of the log. None: those that the bundle names are believed, and the verdict says so. */
  readonly keys?: readonly VerifierKey[];
  /** Heads seen earlier: printed in a report, or of another bundle. The history must lead through each. */
  readonly heads?: readonly TreeHead[];
  readonly witnesses?: readonly VerifierKey[];
  /** How many of them must have signed the last checkpoint. */
  readonly witnessesMin?: number;
}

/** What is proven. */
export interface Verdict extends TreeHead {
  readonly origin: string;
  /** Entries shown, of `size`. */
  readonly entries: number;
  /** Of these: payload shown and proven; destroyed with a person's data, as an entry says; not shown. */
  readonly opened: number;
  readonly erased: number;
  readonly withheld: number;
  /** Entries of which it is not shown who recorded them. */
  readonly withoutCaller: number;
  /** Heads by trusted keys that the history leads through, the last included. */
  readonly checkpoints: number;
  /** Who has signed the last one. */
  readonly signers: readonly string[];
  readonly witnesses: readonly string[];
  /** Whether the log's key was known from elsewhere, not from the bundle alone. */
  readonly isKeyKnown: boolean;
}

/** The event that says whose payloads are destroyed: `data.events` are the ids, of events of this type only. */
export const DATA_ERASED = 'PersonalDataErased';
const DATA_SEALED = 'PersonDescribed';

const LINE_BYTES_MAX = 1024 * 1024;
const NEWLINE = 0x0a;

/** Verifies a bundle in one pass, in memory that does not grow with it: `write` its bytes, then `end`. */
export class BundleVerifier {
  readonly #frontier = new Frontier();
  readonly #text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  #rest: Uint8Array = new Uint8Array();
  #line = 0;
  /** Once the header is read. */
  #bundle: Bundle | undefined;
  readonly #heads: TreeHead[];
  #before: Entry | undefined;
  /** Ids of entries shown without their payload: those that an erasure names are taken out. */
  readonly #closed = new Map<string, string>();
  /** The checkpoint that was read last, as long as nothing stands after it. */
  #end: End | undefined;
  #failure: VerifyError | undefined;
  readonly #counts = { entries: 0, opened: 0, erased: 0, withoutCaller: 0, checkpoints: 0 };

  constructor(private readonly trust: Trust = {}) {
    this.#heads = [...(trust.heads ?? [])].sort((a, b) => a.size - b.size);
  }

  /** Entries passed so far, shown or not. */
  get size(): number {
    return this.#frontier.size;
  }

  /** The next bytes, cut anywhere. @throws VerifyError the first thing that is wrong */
  write(chunk: Uint8Array): void {
    this.#requireSound();
    const bytes = Buffer.concat([this.#rest, chunk]);
    let begin = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, begin)) {
      this.#read(bytes.subarray(begin, end));
      begin = end + 1;
    }
    this.#rest = bytes.subarray(begin);
    if (this.#rest.length > LINE_BYTES_MAX) this.#fail('MALFORMED');
  }

  /** @throws VerifyError */
  end(): Verdict {
    this.#requireSound();
    if (this.#rest.length > 0 || !this.#end) return this.#fail('TRUNCATED');
    const { checkpoint, signers, isTrusted } = this.#end;
    if (!isTrusted) this.#fail('UNTRUSTED');
    if (this.#heads.length > 0) this.#fail('ROLLED_BACK');
    const { witnesses: trusted = [], witnessesMin = 0 } = this.trust;
    const believed = signers.filter(({ vkey }) => trusted.some((witness) => witness.vkey === vkey));
    if (witnessesAmong(believed).length < witnessesMin) this.#fail('TOO_FEW_WITNESSES');
    return {
      origin: checkpoint.origin,
      size: checkpoint.size,
      root: checkpoint.root,
      ...this.#counts,
      withheld: this.#closed.size,
      signers: signers.filter(({ kind }) => kind === 'signature').map(({ vkey }) => vkey),
      witnesses: witnessesAmong(signers).map(({ name }) => name),
      isKeyKnown: this.trust.keys !== undefined,
    };
  }

  #read(bytes: Uint8Array): void {
    this.#line++;
    const text = bytes.length > LINE_BYTES_MAX ? this.#fail('MALFORMED') : this.#decode(bytes);
    const record = parseBundleLine(text);
    if (!record) return this.#fail(this.#line === 1 && isNewerHeader(text) ? 'NEWER_FORMAT' : 'MALFORMED');
    this.#end = undefined;
    if (!this.#bundle) this.#bundle = this.#begin(record);
    else if ('subtree' in record) this.#passOver(record);
    else if ('checkpoint' in record) this.#end = this.#reach(record.checkpoint, this.#bundle);
    else if ('entry' in record) this.#enter(record, this.#bundle);
    else this.#fail('MALFORMED');
    this.#passHeads();
  }

  #decode(bytes: Uint8Array): string {
    try {
      return this.#text.decode(bytes);
    } catch {
      return this.#fail('MALFORMED');
    }
  }

  #begin(record: ReadRecord): Bundle {
    if (!('daichoEvidence' in record)) return this.#fail('MALFORMED');
    const keys = record.keys.map((vkey) => this.#key(vkey));
    return {
      origin: record.origin,
      keys: new LogKeys(this.trust.keys ?? keys.slice(0, 1)),
      named: [...keys, ...record.witnesses.map((vkey) => this.#key(vkey))],
    };
  }

  #key(vkey: string): VerifierKey {
    try {
      return parseVerifierKey(vkey);
    } catch {
      return this.#fail('MALFORMED');
    }
  }

  #passOver({ subtree: { level, hash } }: SubtreeRecord): void {
    try {
      this.#frontier.push(Buffer.from(hash, 'hex'), level);
    } catch {
      this.#fail('WRONG_INDEX');
    }
  }

  #enter(record: ReadEntry, { origin, keys }: Bundle): void {
    const { entry, texts, data } = record;
    if (entry.ledger !== origin) this.#fail('OTHER_LEDGER');
    if (entry.index !== this.size) this.#fail('WRONG_INDEX');
    const leaf = leafHash(Buffer.from(texts.entry));
    if (!isSame(leaf, Buffer.from(record.leaf, 'hex'))) this.#fail('ENTRY_ALTERED');
    const altered = falseOpeningIn(record, texts);
    if (altered) this.#fail(altered === 'data' ? 'DATA_ALTERED' : 'CALLER_ALTERED');
    if (this.#before && entry.recordedAt < this.#before.recordedAt) this.#fail('TIME_WENT_BACK');
    this.#before = entry;
    this.#count(record);
    if (data && entry.type === KEY_ROTATED) keys.announce(data.value);
    this.#frontier.push(leaf);
  }

  #count({ entry, caller, data }: OpenedEntry): void {
    this.#counts.entries++;
    if (!caller) this.#counts.withoutCaller++;
    if (!data) {
      this.#closed.set(entry.id, entry.type);
      return;
    }
    this.#counts.opened++;
    if (entry.type !== DATA_ERASED) return;
    for (const id of textsIn(data.value, 'events')) {
      if (this.#closed.get(id) !== DATA_SEALED) continue;
      this.#closed.delete(id);
      this.#counts.erased++;
    }
  }

  #reach(note: string, { origin, keys, named }: Bundle): End {
    const checkpoint = this.#checkpoint(note);
    if (checkpoint.origin !== origin) this.#fail('OTHER_LEDGER');
    if (checkpoint.size !== this.size) this.#fail('WRONG_SIZE');
    const signers = this.#signers(checkpoint, named);
    if (!isSame(checkpoint.root, this.#frontier.root())) this.#fail('ROOT_MISMATCH');
    // One by a key that is not known here says nothing; the last one, which is over all entries, must say something.
    const isTrusted = keys.believe(signers);
    if (isTrusted) this.#counts.checkpoints++;
    else if (keys.gaveUp(signers)) this.#fail('KEY_RETIRED');
    return { checkpoint, signers, isTrusted };
  }

  #checkpoint(note: string): SignedCheckpoint {
    try {
      return parseCheckpoint(note);
    } catch {
      return this.#fail('MALFORMED');
    }
  }

  /** Every line of a checkpoint in a bundle is by a key that the bundle names: no byte of it is idle. */
  #signers(checkpoint: SignedCheckpoint, named: readonly VerifierKey[]): VerifierKey[] {
    const signers = this.#signedBy(checkpoint, named);
    if (signers.length !== checkpoint.note.signatures.length) this.#fail('MALFORMED');
    return signers;
  }

  #signedBy({ note }: SignedCheckpoint, keys: readonly VerifierKey[]): VerifierKey[] {
    try {
      return signersOf(note, keys);
    } catch (error) {
      return this.#fail(unsignedOrBad(error));
    }
  }

  #passHeads(): void {
    for (let head = this.#heads[0]; head && head.size <= this.size; head = this.#heads[0]) {
      if (head.size < this.size) this.#fail('HEAD_NOT_SHOWN');
      if (!isSame(head.root, this.#frontier.root())) this.#fail('FORKED');
      this.#heads.shift();
    }
  }

  #fail(code: VerifyCode): never {
    this.#failure = new VerifyError(code, this.size, this.#line);
    throw this.#failure;
  }

  /** What was found once is so for ever, whoever goes on. */
  #requireSound(): void {
    if (this.#failure) throw this.#failure;
  }
}

/** What the header says, read. */
interface Bundle {
  readonly origin: string;
  readonly keys: LogKeys;
  /** Of the log and of its witnesses. */
  readonly named: readonly VerifierKey[];
}

interface End {
  readonly checkpoint: SignedCheckpoint;
  readonly signers: readonly VerifierKey[];
  readonly isTrusted: boolean;
}

/** Each public key once, however often it has signed: a cosignature does not say in whose name it is. */
const witnessesAmong = (signers: readonly VerifierKey[]): VerifierKey[] => [
  ...new Map(signers.filter(({ kind }) => kind === 'cosignature').map((key) => [publicKeyIn(key), key])).values(),
];

const publicKeyIn = ({ name, id, vkey }: VerifierKey): string => vkey.slice(`${name}+${id}+`.length);

/** What a `.tlog-proof` proves. */
export interface ProvenEntry extends OpenedEntry {
  readonly head: SignedCheckpoint;
  readonly signers: readonly string[];
  /** Names of the trusted witnesses who have signed. */
  readonly witnesses: readonly string[];
}

/**
 * Verifies one entry by its `.tlog-proof`, whose `extra` is the opened entry in canonical JSON.
 *
 * @param keys of the log
 * @throws VerifyError
 */
export function verifyProof(
  text: string,
  keys: readonly VerifierKey[],
  { witnesses: trusted = [], witnessesMin = 0, heads = [] }: Omit<Trust, 'keys'> = {},
): ProvenEntry {
  const { index, hashes, head, opened, texts } = readProof(text);
  const fail = (code: VerifyCode): never => {
    throw new VerifyError(code, index);
  };
  if (opened.entry.ledger !== head.origin) fail('OTHER_LEDGER');
  if (opened.entry.index !== index) fail('WRONG_INDEX');
  const altered = falseOpeningIn(opened, texts);
  if (altered) fail(altered === 'data' ? 'DATA_ALTERED' : 'CALLER_ALTERED');
  for (const held of heads) {
    if (held.size !== head.size) fail('OTHER_SIZE');
    if (!isSame(held.root, head.root)) fail('FORKED');
  }
  try {
    const signers = signersOf(head.note, [...keys, ...trusted]);
    const own = signers.filter(({ kind }) => kind === 'signature').map(({ vkey }) => vkey);
    if (own.length === 0) fail('UNTRUSTED');
    verifyInclusion(leafHash(Buffer.from(texts.entry)), index, head, hashes);
    const witnesses = witnessesAmong(signers);
    if (witnesses.length < witnessesMin) fail('TOO_FEW_WITNESSES');
    return { ...opened, head, signers: own, witnesses: witnesses.map(({ name }) => name) };
  } catch (error) {
    if (error instanceof ProofError) return fail('ROOT_MISMATCH');
    return fail(unsignedOrBad(error));
  }
}

interface ReadProof extends TlogProof {
  readonly head: SignedCheckpoint;
  readonly opened: OpenedEntry;
  readonly texts: EntryTexts;
}

function readProof(text: string): ReadProof {
  try {
    const proof = parseTlogProof(text);
    const read = parseOpenedEntry(new TextDecoder('utf-8', { fatal: true }).decode(proof.extra));
    const { texts, ...opened } = read ?? malformed();
    return { ...proof, opened, texts, head: parseCheckpoint(proof.checkpoint) };
  } catch {
    return malformed();
  }
}

function malformed(): never {
  throw new VerifyError('MALFORMED', 0);
}

const unsignedOrBad = (error: unknown): VerifyCode => {
  if (!(error instanceof NoteError)) throw error;
  return error.code === 'UNSIGNED' ? 'UNTRUSTED' : 'BAD_SIGNATURE';
};
