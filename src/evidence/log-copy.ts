import type { RecordedEvent } from '../eventsourcing/event.js';
import { checkpointText, parseCheckpoint, type Checkpoint } from '../ledger/checkpoint.js';
import { commitmentsOf, leafOf, type Commitments } from '../ledger/entry.js';
import {
  LogStoreError,
  type EntryKeeping,
  type KeptCheckpoint,
  type LogRow,
  type LogStore,
} from '../ledger/log-store.js';
import { EMPTY_ROOT, Frontier, HASH_BYTES, isSame, type Hash, type TreeHead } from '../ledger/merkle.js';
import { KEY_ROTATED, LogKeys } from '../ledger/log-keys.js';
import { NoteError, parseVerifierKey, signersOf, type VerifierKey } from '../ledger/note.js';
import { growTiles, TILE_WIDTH } from '../ledger/tiles.js';
import { entryFor, logged, type Sealed, type SealOf } from './evidence-log.js';

/** What a log keeps of an entry, wherever its event stands. */
export interface KeptEntry extends EntryKeeping {
  readonly eventId: string;
  /** What the log said of it; undefined where only heads tell. */
  readonly leaf?: Hash;
  /** The head that was signed when this was the last entry. */
  readonly head?: KeptCheckpoint;
}

/** A log that is to be proven, and written anew. */
export interface LogSource {
  readonly origin: string;
  readonly entries: AsyncIterable<KeptEntry>;
}

/** Entries read, and written, together: full tiles. */
const BATCH = 2 * TILE_WIDTH;

/** The first `size` entries of a log that is kept. */
export async function sourceIn(log: LogStore, size: number): Promise<LogSource | undefined> {
  const origin = await log.origin();
  if (origin === undefined) return undefined;
  return { origin, entries: entriesOf(log, size) };
}

async function* entriesOf(log: LogStore, size: number): AsyncGenerator<KeptEntry, void> {
  const heads = new Map((await log.checkpoints(size)).map((head) => [head.size, head]));
  for (let index = 0; index < size;) {
    const tile = await log.tile(0, index / TILE_WIDTH);
    const rows = await log.rows(index, Math.min(TILE_WIDTH, size - index));
    if (rows.length === 0) return;
    for (const [i, { eventId, secret, commitments }] of rows.entries()) {
      const head = heads.get(index + i + 1);
      yield {
        eventId,
        secret,
        commitments,
        leaf: tile.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES),
        ...(head && { head }),
      };
    }
    index += rows.length;
  }
}

/** What is proven of a log. */
export interface ProvenLog extends TreeHead {
  readonly origin: string;
  /** When its last event was recorded, in milliseconds since 1970; undefined when it is empty. */
  readonly recordedAtMs: number | undefined;
  /** The newest head that was signed. */
  readonly newest: KeptCheckpoint | undefined;
  /** Verifier keys of the heads, each after the first announced under a head by the one before it. */
  readonly keys: readonly string[];
  /** The roots at the sizes asked about, as far as it reaches. */
  readonly roots: ReadonlyMap<number, Hash>;
}

/**
 * Proves a log against the events that it is about, one by one: each leaf is made again from the event and the entry's
 * secret, and every signed head must have the root of these leaves and be by a key of the log: the first one's, or one that it
 * was exchanged for. Of an event that is sealed the secret comes from a key;
 * where that is destroyed, the entry's commitments stand for what nobody can read any longer.
 *
 * @param sealOf how an event is sealed
 * @param events of the ledger, from the first on; what follows the log's last is not read
 * @param to where it is written with the places of these events; what stands there already must be its beginning, so that a
 *   copy that was cut off goes on
 * @throws LogStoreError LOG_OF_ANOTHER_LEDGER: the first entry that is not that of the event; LOG_DAMAGED: a head that does not
 *   hold; LOG_OF_ANOTHER_KEY: one by a key that is not the log's, or was given up
 */
export async function proveLog(
  { origin, entries }: LogSource,
  events: AsyncIterable<RecordedEvent>,
  {
    sealOf,
    to,
    sizes = [],
    onProgress = () => undefined,
  }: {
    readonly sealOf: SealOf;
    readonly to?: LogStore;
    /** At which the root is asked for. */
    readonly sizes?: readonly number[];
    readonly onProgress?: (entries: number) => void;
  },
): Promise<ProvenLog> {
  const frontier = new Frontier();
  const wanted = new Set(sizes);
  const roots = new Map<number, Hash>(wanted.has(0) ? [[0, EMPTY_ROOT]] : []);
  let batch: PlacedEntry[] = [];
  let last: PlacedEntry | undefined;
  let newest: KeptCheckpoint | undefined;
  let chain: LogKeys | undefined;
  const keys = new Set<string>();
  const announced: unknown[] = [];
  const flush = async (): Promise<void> => {
    if (to) await write(to, origin, batch);
    onProgress(frontier.size);
    batch = [];
  };
  for await (const placed of placedEntries({ origin, entries }, events, sealOf)) {
    frontier.push(placed.leaf);
    last = placed;
    if (wanted.has(frontier.size)) roots.set(frontier.size, frontier.root());
    if (placed.rotation !== undefined) announced.push(placed.rotation);
    if (placed.head) {
      const signers = signersOfHead(placed.head, { origin, size: frontier.size, root: frontier.root() });
      chain ??= new LogKeys(signers);
      for (const data of announced.splice(0)) chain.announce(data);
      if (chain.gaveUp(signers) || !chain.believe(signers)) throw notByItsKey(placed.head);
      for (const { vkey } of signers) keys.add(vkey);
      newest = placed.head;
    }
    if (batch.push(placed) === BATCH) await flush();
  }
  await flush();
  const { size } = frontier;
  if (to && (await to.size()) > size)
    throw new LogStoreError(
      'LOG_OF_ANOTHER_LEDGER',
      `証跡ログがすでにあり、${String(size)} 件より長くなっています / an evidence log is there already, longer than ${String(size)} entries`,
    );
  const recordedAtMs = last?.row.recordedAtMs;
  return { origin, size, root: frontier.root(), recordedAtMs, newest, keys: [...keys], roots };
}

interface PlacedEntry extends Pick<KeptEntry, 'head'> {
  readonly row: LogRow;
  /** Of an exchange of keys what it says. */
  readonly rotation?: unknown;
  readonly leaf: Hash;
}

async function* placedEntries(
  { origin, entries }: LogSource,
  events: AsyncIterable<RecordedEvent>,
  sealOf: SealOf,
): AsyncGenerator<PlacedEntry, void> {
  const there = events[Symbol.asyncIterator]();
  let index = 0;
  for await (const { eventId, leaf: said, head, ...keeping } of entries) {
    const next = await there.next();
    if (next.done === true || next.value.id !== eventId)
      throw differs(index, eventId, 'に当たる記録が台帳にありません', 'is not in the ledger at its place');
    const event = next.value;
    const leaf = leafOf(entryFor(event, index, origin, keeping));
    if ((said && !isSame(leaf, said)) || !isKeptRightly(keeping, event, sealOf(event)))
      throw differs(index, eventId, 'の記録が書き換えられています', 'is not that of the event, which was altered');
    const { position, recordedAtMs } = event;
    yield {
      row: { index, eventId, position, recordedAtMs, ...keeping },
      leaf,
      ...(head && { head }),
      ...(event.type === KEY_ROTATED && { rotation: event.data }),
    };
    index++;
  }
}

/** Commitments alone stand for what is sealed, and for nothing else; while the key is there they are those of the event. */
function isKeptRightly({ commitments }: EntryKeeping, event: RecordedEvent, sealed: Sealed | undefined): boolean {
  if (!commitments || !sealed) return !commitments && !sealed;
  return !sealed.secret || isSameCommitment(commitments, commitmentsOf(logged(event), sealed.secret));
}

const isSameCommitment = (a: Commitments, b: Commitments): boolean =>
  a.caller === b.caller && a.data.commitment === b.data.commitment && a.data.length === b.data.length;

/** The rows that are not there yet; those that are must be the same. */
async function write(to: LogStore, origin: string, batch: readonly PlacedEntry[]): Promise<void> {
  const [first] = batch;
  if (!first) return;
  const size = await to.size();
  const there = await to.rows(first.row.index, batch.length);
  for (const [i, found] of there.entries()) {
    const { index, eventId } = found;
    const row = batch[i]?.row;
    if (row?.eventId !== eventId || !isSameKeeping(row, found))
      throw differs(index, eventId, 'は別の証跡ログのものです', 'is that of another log, which is there already');
  }
  const missing = batch.slice(there.length);
  const heads = batch.flatMap(({ head }) => head ?? []);
  if (missing.length > 0) await append(to, origin, size, missing);
  for (const head of heads) {
    const newest = (await to.newest())?.size ?? 0;
    if (head.size > newest) await to.keep(head, newest);
  }
}

function isSameKeeping(a: EntryKeeping, b: EntryKeeping): boolean {
  if (a.commitments && b.commitments) return isSameCommitment(a.commitments, b.commitments);
  return a.secret !== undefined && b.secret !== undefined && isSame(a.secret, b.secret);
}

async function append(to: LogStore, origin: string, size: number, missing: readonly PlacedEntry[]): Promise<void> {
  const rows = missing.map(({ row }) => row);
  const leaves = missing.map(({ leaf }) => leaf);
  const tiles = await growTiles(size, leaves, (level, n) => to.tile(level, n));
  if (!(await to.append(origin, size, rows, tiles)))
    throw new LogStoreError(
      'LOG_OF_ANOTHER_LEDGER',
      'ほかのプロセスが書き込んでいます / another process is writing the log',
    );
}

/** By whom a head is that holds, and whose cosignatures hold. @throws LogStoreError LOG_DAMAGED */
function signersOfHead({ size, note, cosignatures, vkey }: KeptCheckpoint, tree: Checkpoint): VerifierKey[] {
  try {
    const { note: signed } = parseCheckpoint(note);
    for (const witness of cosignatures) signersOf(signed, [parseVerifierKey(witness.vkey)]);
    const signers = signersOf(signed, [parseVerifierKey(vkey)]);
    if (size === tree.size && signed.text === checkpointText(tree)) return signers;
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
  }
  throw new LogStoreError(
    'LOG_DAMAGED',
    `${String(size)} 件の時点の署名が、記録と一致しません / the head that was signed over ${String(size)} entries is not that of the events`,
  );
}

/** Why a log is not believed: its keys follow from one another, and one that is known vouches for those after it, but none is. */
export const unknownKeysIn = ({ keys }: ProvenLog, known: readonly string[]): string | undefined =>
  known.length === 0 || keys.some((key) => known.includes(key))
    ? undefined
    : `控えの検証鍵で署名されていません / not signed by the key that you hold: ${keys.join(', ')}`;

const notByItsKey = ({ size, vkey }: KeptCheckpoint): LogStoreError =>
  new LogStoreError(
    'LOG_OF_ANOTHER_KEY',
    `${String(size)} 件の時点の署名は ${vkey} のもので、この証跡ログの鍵ではないか、交換で使われなくなった鍵です / ` +
      `the head over ${String(size)} entries is by ${vkey}, which is no key of this log, or one that it has given up`,
  );

const differs = (index: number, eventId: string, ja: string, en: string): LogStoreError =>
  new LogStoreError(
    'LOG_OF_ANOTHER_LEDGER',
    `証跡ログの ${String(index)} 番（${eventId}）${ja} / entry ${String(index)} of the evidence log (${eventId}) ${en}`,
  );
