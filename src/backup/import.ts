import { createReadStream, existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sealOfIn } from '../app.module.js';
import { CatalogueError, type Catalogue } from '../eventsourcing/catalogue.js';
import { Clock } from '../eventsourcing/clock.js';
import type { RecordedEvent } from '../eventsourcing/event.js';
import { copyEvents, eventsOf, MovingError } from '../eventsourcing/moving.js';
import { parseCloudEventLine, type ExportedEvent } from '../evidence/cloud-event.js';
import { NO_LOG } from '../evidence/evidence.js';
import { proveLog, unknownKeysIn, type KeptEntry, type ProvenLog } from '../evidence/log-copy.js';
import type { SealOf } from '../evidence/evidence-log.js';
import { readLogKey } from '../evidence/log-key.js';
import { base64 } from '../ledger/base64.js';
import { LogStoreError } from '../ledger/log-store.js';
import { isSame, type TreeHead } from '../ledger/merkle.js';
import { ledgerPlace, logKeyFile, openLedger, openLog, requireWhole, UNFINISHED, type Places } from '../stores.js';

export type ImportCode =
  | 'CUT_OFF'
  | 'MALFORMED'
  | 'OTHER_LEDGER'
  | 'OUT_OF_ORDER'
  | 'UNKNOWN_EVENT'
  | 'SECRET_MISSING'
  | 'NOT_PROVEN'
  | 'OTHER_KEY'
  | 'UNTRUSTED';

/** A file that is not taken: nothing of it is. */
export class ImportError extends Error {
  override readonly name = 'ImportError';
  constructor(
    readonly code: ImportCode,
    /** 1-based. */
    readonly line: number,
    message: string,
  ) {
    super(message);
  }
}

export interface Imported {
  readonly events: number;
  /** Of the evidence log; undefined: the file does not hold its secrets, and another log will be begun. */
  readonly log: ProvenLog | undefined;
  /** Whether the key that signs is there. */
  readonly hasKey: boolean;
}

/** What is known from elsewhere. */
export interface Known {
  /** Each must be passed: a file that was cut off after a line says nothing of it. */
  readonly heads?: readonly TreeHead[];
  /** Verifier keys of the log: without them it is the file's own that is believed. */
  readonly keys?: readonly string[];
}

export type OnImportStep = (step: 'file' | 'ledger' | 'log', done: number, total: number) => void;

/**
 * Takes the events of a file that was exported into an empty ledger: ids, streams, revisions and times of recording as they
 * are, and with the secrets the same log. The whole file is proven before anything is written. One that was cut off goes on
 * where it stood; until then no server starts there.
 *
 * @throws ImportError the first line that is not right, or the first signed head that does not hold; MovingError, LogStoreError: the ledger, or the log, holds something else
 */
export async function importLedger(
  file: string,
  places: Places,
  catalogue: Catalogue,
  onStep: OnImportStep,
  { heads = [], keys = [] }: Known = {},
): Promise<Imported> {
  requireWhole(places, 'import');
  const { origin, events, hasSecrets } = await requireSound(file, catalogue, sealOfIn(places), { heads, keys }, onStep);
  if (!hasSecrets && heads.length + keys.length > 0)
    throw new ImportError(
      'SECRET_MISSING',
      1,
      '--head と --key には --with-secrets で書き出したファイルが要ります / --head and --key need a file exported --with-secrets',
    );
  const keyFile = logKeyFile(places);
  const hasKey = existsSync(keyFile);
  if (hasSecrets && hasKey) requireKeyOf(origin, keyFile);
  const mark = join(places.dataFolder, UNFINISHED.import);
  await mkdir(places.dataFolder, { recursive: true, mode: 0o700 });
  await writeFile(mark, '');
  try {
    const log = await write(file, places, { origin, events, hasSecrets }, onStep);
    await rm(mark);
    return { events, log, hasKey };
  } catch (error) {
    if (error instanceof MovingError || error instanceof LogStoreError) await rm(mark);
    throw error;
  }
}

interface Sound {
  readonly origin: string;
  readonly events: number;
  readonly hasSecrets: boolean;
}

async function write(
  file: string,
  places: Places,
  { origin, events, hasSecrets }: Sound,
  onStep: OnImportStep,
): Promise<ProvenLog | undefined> {
  let nowMs = 0;
  const store = await openLedger(ledgerPlace(places), new Clock(() => nowMs));
  try {
    async function* read(): AsyncGenerator<RecordedEvent, void> {
      for await (const { event } of exportedIn(file)) yield event;
    }
    await copyEvents(read(), { store, setTime: (ms) => void (nowMs = ms) }, (done) => {
      onStep('ledger', done, events);
    });
    const to = await openLog(places);
    if (!hasSecrets) {
      await to?.close();
      return undefined;
    }
    if (!to) throw new Error(NO_LOG);
    try {
      return await proveLog({ origin, entries: entriesIn(exportedIn(file)) }, eventsOf(store), {
        sealOf: sealOfIn(places),
        to,
        onProgress: (done) => {
          onStep('log', done, events);
        },
      });
    } finally {
      await to.close();
    }
  } finally {
    await store.close();
  }
}

async function* entriesIn(lines: AsyncIterable<ExportedEvent>): AsyncGenerator<KeptEntry, void> {
  for await (const { event, keeping, head } of lines)
    if (keeping) yield { eventId: event.id, ...keeping, ...(head && { head }) };
}

/** Every line by itself and after the one before it, and all of them by the heads that were signed. @throws ImportError */
async function requireSound(
  file: string,
  catalogue: Catalogue,
  sealOf: SealOf,
  { heads, keys }: Required<Known>,
  onStep: OnImportStep,
): Promise<Sound> {
  const check = new LineCheck(catalogue);
  let at: ExportedEvent | undefined;
  async function* lines(): AsyncGenerator<ExportedEvent, void> {
    for await (at of exportedIn(file)) {
      check.next(at);
      onStep('file', at.index + 1, at.index + 1);
      yield at;
    }
  }
  /** Those of the lines just read. */
  // eslint-disable-next-line @typescript-eslint/require-await -- they have been read
  async function* events(): AsyncGenerator<RecordedEvent, void> {
    while (at) yield at.event;
  }
  const [first, rest] = await firstOf(lines());
  if (!first) throw new ImportError('CUT_OFF', 1, '記録がありません / there is no event in it');
  const { origin, keeping } = first;
  try {
    if (keeping) {
      const sizes = heads.map(({ size }) => size);
      const proven = await proveLog({ origin, entries: entriesIn(rest) }, events(), { sealOf, sizes });
      requireHeads(heads, proven, at);
      const untrusted = unknownKeysIn(proven, keys);
      if (untrusted !== undefined) throw new ImportError('UNTRUSTED', 1, untrusted);
    } else for await (const _ of rest);
  } catch (error) {
    if (error instanceof LogStoreError)
      throw new ImportError(
        'NOT_PROVEN',
        (at?.index ?? 0) + 1,
        `${error.message}（誤りはこの行か、それより前にあります / what is wrong stands in this line or before it）`,
      );
    throw error;
  }
  return { origin, events: check.count, hasSecrets: keeping !== undefined };
}

/** An export ends with a signed head; and heads that others hold must be passed. @throws ImportError CUT_OFF, NOT_PROVEN */
function requireHeads(
  heads: readonly TreeHead[],
  { size, newest, roots }: ProvenLog,
  last: ExportedEvent | undefined,
): void {
  const line = (last?.index ?? 0) + 1;
  if (newest?.size !== size)
    throw new ImportError(
      'CUT_OFF',
      line,
      '最後の行に署名がありません。ここで切れています / the last line has no signed head: the file was cut off here',
    );
  for (const head of heads) {
    const root = roots.get(head.size);
    if (root && isSame(root, head.root)) continue;
    const name = `${String(head.size)}:${base64(head.root)}`;
    throw root
      ? new ImportError('NOT_PROVEN', head.size, `控えの根 ${name} と違います / not the root that you hold: ${name}`)
      : new ImportError(
          'CUT_OFF',
          line,
          `控え ${name} より前で終わっています / it ends before the head that you hold: ${name}`,
        );
  }
}

/** The first, and all. */
async function firstOf<Item>(items: AsyncGenerator<Item, void>): Promise<[Item | undefined, AsyncIterable<Item>]> {
  const first = await items.next();
  async function* all(): AsyncGenerator<Item, void> {
    if (first.done !== true) yield first.value;
    yield* items;
  }
  return [first.done === true ? undefined : first.value, all()];
}

/** What must hold from line to line. */
class LineCheck {
  #count = 0;
  #first: ExportedEvent | undefined;
  #recordedAtMs = 0;
  readonly #revisions = new Map<string, number>();
  readonly #ids = new Set<string>();

  constructor(private readonly catalogue: Catalogue) {}

  get count(): number {
    return this.#count;
  }

  /** @throws ImportError */
  next(line: ExportedEvent): void {
    const { origin, index, event, subject, keeping } = line;
    this.#first ??= line;
    const refuse = (code: ImportCode, ja: string, en: string): never => {
      throw new ImportError(code, this.#count + 1, `${ja} / ${en}`);
    };
    if (origin !== this.#first.origin)
      refuse('OTHER_LEDGER', 'source が 1 行目と違います', 'source is not that of the first line');
    if (index !== this.#count)
      refuse(
        'OUT_OF_ORDER',
        `sequence は ${String(this.#count)} のはずです`,
        `sequence should be ${String(this.#count)}`,
      );
    const revision = (this.#revisions.get(event.stream) ?? -1) + 1;
    if (event.revision !== revision)
      refuse('OUT_OF_ORDER', `revision は ${String(revision)} のはずです`, `revision should be ${String(revision)}`);
    if (event.recordedAtMs < this.#recordedAtMs)
      refuse('OUT_OF_ORDER', 'recordedtime が前の行より前です', 'recordedtime is before that of the line before');
    if (this.#ids.has(event.id))
      refuse('OUT_OF_ORDER', 'id が前の行にもあります', 'id is that of an earlier line, too');
    if ((keeping === undefined) !== (this.#first.keeping === undefined))
      refuse('SECRET_MISSING', 'secret のある行とない行があります', 'some lines have a secret and some have none');
    this.#requireKnown(event, subject, refuse);
    this.#revisions.set(event.stream, revision);
    this.#ids.add(event.id);
    this.#recordedAtMs = event.recordedAtMs;
    this.#count++;
  }

  #requireKnown(
    event: RecordedEvent,
    subject: string,
    refuse: (code: ImportCode, ja: string, en: string) => never,
  ): void {
    try {
      this.catalogue.check(this.catalogue.upcast(event));
      if (this.catalogue.meaning(event).subject === subject) return;
    } catch (error) {
      if (!(error instanceof CatalogueError)) throw error;
      const why = error.message.replaceAll('\n', ' ');
      refuse('UNKNOWN_EVENT', 'この版の Daicho の知らない記録です', `not an event that this Daicho knows: ${why}`);
    }
    refuse('MALFORMED', 'subject が記録と合いません', 'subject is not what the event is about');
  }
}

function requireKeyOf(origin: string, keyFile: string): void {
  const { name } = readLogKey(keyFile).verifier;
  if (name !== origin)
    throw new ImportError(
      'OTHER_KEY',
      1,
      `証跡ログは ${origin} のものですが、${keyFile} は ${name} の鍵です / the log is that of ${origin}, and the key in ${keyFile} is that of ${name}`,
    );
}

const NEWLINE = 0x0a;

/** @throws ImportError MALFORMED, CUT_OFF */
async function* exportedIn(file: string): AsyncGenerator<ExportedEvent, void> {
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let line = 0;
  let rest: Uint8Array = new Uint8Array();
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 })) {
    const bytes = Buffer.concat([rest, chunk as Buffer]);
    let begin = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, begin)) {
      yield exportedOn(bytes.subarray(begin, end), text, ++line);
      begin = end + 1;
    }
    rest = bytes.subarray(begin);
  }
  if (rest.length > 0) throw new ImportError('CUT_OFF', line + 1, '行が途中で切れています / the line is cut off');
}

function exportedOn(bytes: Uint8Array, text: TextDecoder, line: number): ExportedEvent {
  const read = parseCloudEventLine(decoded(bytes, text));
  if (!('fault' in read)) return read;
  throw new ImportError(
    'MALFORMED',
    line,
    `${read.fault} が、daicho ledger export の書いたものではありません / ${read.fault} is not as daicho ledger export writes it`,
  );
}

/** Bytes that are no text are no line. */
function decoded(bytes: Uint8Array, text: TextDecoder): string {
  try {
    return text.decode(bytes);
  } catch {
    return '';
  }
}
