import { randomBytes } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../eventsourcing/clock.js';
import type { RecordedEvent } from '../eventsourcing/event.js';
import { BEGINNING, type EventStore, type Place } from '../eventsourcing/event-store.js';
import type { Position } from '../eventsourcing/position.js';
import type { Json } from '../ledger/canonical.js';
import { parseCheckpoint, signCheckpoint, type Checkpoint } from '../ledger/checkpoint.js';
import {
  commitmentsOf,
  entryOf,
  leafOf,
  openEntry,
  type Entry,
  type LoggedEvent,
  type OpenedEntry,
} from '../ledger/entry.js';
import type { EntryKeeping, KeptCheckpoint, LogRow, LogStore, Quorum } from '../ledger/log-store.js';
import { KEY_ROTATED } from '../ledger/log-keys.js';
import { LogStoreError } from '../ledger/log-store.js';
import {
  consistencyProof,
  EMPTY_ROOT,
  HASH_BYTES,
  inclusionProof,
  isSame,
  rootAt,
  type Hash,
} from '../ledger/merkle.js';
import type { SigningKey } from '../ledger/note.js';
import { growTiles, nodesIn, TILE_WIDTH } from '../ledger/tiles.js';
import { LEDGER_STREAM } from './evidence.events.js';

/** Events entered together. */
const BATCH = 500;
/** A lost wake-up costs at most this. */
const POLL_MS = 1_000;
/** After growth a head is signed at the latest then. */
const CHECKPOINT_MS = 60 * 60 * 1000;
const SECRET_BYTES = 32;

/** An event in whose data something is sealed for a person. */
export interface Sealed {
  /** Of its entry, from that person's key; undefined once that is destroyed. */
  readonly secret: Uint8Array | undefined;
}

/** How an event is sealed; undefined: it is not. */
export type SealOf = (event: RecordedEvent) => Sealed | undefined;

export interface EvidenceLogOptions {
  readonly clock: Clock;
  /** Read anew for each head: it may have been exchanged. */
  readonly key: () => SigningKey;
  /** After such an event a head is signed at once. */
  readonly isMilestone: (event: RecordedEvent) => boolean;
  readonly sealOf: SealOf;
  /** Told of each head, a signed note, once it is kept. */
  readonly onSigned: (note: string) => void;
  /** Told once of each reason why it stands still. */
  readonly onStopped: (error: Error) => void;
}

/** A head that was signed, read. */
export interface LogCheckpoint extends Checkpoint, KeptCheckpoint {}

/**
 * The evidence log over the ledger: every event becomes a leaf, in the order of the ledger, and heads of the tree are
 * signed. It follows the ledger as the views do, from where it stands; nothing that it has said is ever said otherwise.
 */
export class EvidenceLog {
  #stopListening: () => void = () => undefined;
  #timer: NodeJS.Timeout | undefined;
  #following: Promise<void> | undefined;
  #isStopped = true;
  #error: string | undefined;

  private constructor(
    readonly origin: string,
    private readonly log: LogStore,
    private readonly events: EventStore,
    private readonly options: EvidenceLogOptions,
  ) {}

  /**
   * @throws LogStoreError LOG_OF_ANOTHER_LEDGER: what the log holds is not what the ledger holds, or not under this name;
   *   LOG_OF_ANOTHER_KEY
   */
  static async over(log: LogStore, events: EventStore, options: EvidenceLogOptions): Promise<EvidenceLog> {
    const { name, vkey } = options.key().verifier;
    const origin = (await log.origin()) ?? name;
    if (origin !== name) throw new LogStoreError('LOG_OF_ANOTHER_LEDGER', ORIGIN_DIFFERS(origin, name));
    const evidence = new EvidenceLog(origin, log, events, options);
    await evidence.#requireOwnLedger();
    await requireKeyOf(log, events, vkey, await log.newest());
    return evidence;
  }

  start(): void {
    this.#isStopped = false;
    this.#stopListening = this.events.onAppended(() => {
      this.#wake();
    });
    this.#wake();
  }

  /** Finishes the batch at hand, and signs what has come since the last head. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#stopListening();
    clearTimeout(this.#timer);
    await this.#following;
    try {
      if (this.#error === undefined && (await this.log.size()) > 0) await this.checkpoint();
    } finally {
      await this.log.close();
    }
  }

  size(): Promise<number> {
    return this.log.size();
  }

  /** All that the ledger holds now is in the log, whoever has entered it. Returns its size. */
  async catchUp(): Promise<number> {
    while ((await this.#enterNext()) > 0) await setImmediate();
    return this.log.size();
  }

  /**
   * The newest head, signed now when the log has grown since the last one. Heads are kept in their order, each by a key that
   * the one before it allows, also where several processes sign.
   *
   * @param upTo how many entries are to be under it; default: all
   * @throws LogStoreError LOG_OF_ANOTHER_KEY
   */
  async checkpoint(upTo?: number): Promise<LogCheckpoint> {
    for (;;) {
      const newest = await this.log.newest();
      const size = upTo ?? (await this.log.size());
      if (newest && newest.size >= size) return read(newest);
      const key = this.options.key();
      const { vkey } = key.verifier;
      await requireKeyOf(this.log, this.events, vkey, newest);
      const note = signCheckpoint({ origin: this.origin, size, root: await rootAt(size, this.nodeAt) }, key);
      const head = { size, note, cosignatures: [], vkey, signedAtMs: this.options.clock.nowMs() };
      if (!(await this.log.keep(head, newest?.size ?? 0))) continue;
      this.options.onSigned(note);
      return read(head);
    }
  }

  /** The newest head that was signed; of those that have a quorum. */
  async newest(quorum?: Quorum): Promise<LogCheckpoint | undefined> {
    const kept = await this.log.newest(quorum);
    return kept && read(kept);
  }

  /** The first head over an entry; of those that have a quorum; undefined while there is none. */
  async checkpointOver(index: number, quorum?: Quorum): Promise<LogCheckpoint | undefined> {
    const kept = await this.log.over(index + 1, quorum);
    return kept && read(kept);
  }

  /** Keeps what a witness has signed of a head. */
  cosign(size: number, vkey: string, line: string): Promise<void> {
    return this.log.cosign(size, vkey, line);
  }

  /** Verifier keys of all who have ever cosigned. */
  witnesses(): Promise<string[]> {
    return this.log.witnesses();
  }

  /** Verifier keys, in the order in which they came into use. */
  async vkeys(): Promise<string[]> {
    return [...new Set([...(await this.log.vkeys()), this.options.key().verifier.vkey])];
  }

  checkpoints(sizeMax = Number.MAX_SAFE_INTEGER): Promise<KeptCheckpoint[]> {
    return this.log.checkpoints(sizeMax);
  }

  /** @throws ProofError OUT_OF_RANGE */
  inclusionProof(index: number, size: number): Promise<Hash[]> {
    return inclusionProof(index, size, this.nodeAt);
  }

  /** @throws ProofError OUT_OF_RANGE */
  consistencyProof(oldSize: number, newSize: number): Promise<Hash[]> {
    return consistencyProof(oldSize, newSize, this.nodeAt);
  }

  /** The root of the first `size` entries. */
  rootAt(size: number): Promise<Hash> {
    return rootAt(size, this.nodeAt);
  }

  readonly nodeAt = nodesIn((level, n) => this.log.tile(level, n));

  /** The hashes of a tile that are there. */
  tile(level: number, n: number): Promise<Uint8Array> {
    return this.log.tile(level, n);
  }

  /** The index of an event; undefined: it is not in the log yet, or not in the ledger. */
  async indexOf(eventId: string): Promise<number | undefined> {
    return (await this.log.rowOf(eventId))?.index;
  }

  /** Entries with their events, in order. @throws LogStoreError LOG_OF_ANOTHER_LEDGER: the first that is not what the log said of it */
  async *entries(from: number, to: number): AsyncGenerator<LoggedEntry, void> {
    for (let index = from; index < to;) {
      const rows = await this.log.rows(index, Math.min(BATCH, to - index));
      const [first] = rows;
      if (!first) return;
      const before = index === 0 ? BEGINNING : placeOf(await this.#rowAt(index - 1));
      const events = await this.events.readAll(before, rows.length);
      const leaves = await this.#leaves(index, rows.length);
      for (const [i, row] of rows.entries()) {
        const event = events[i];
        if (event?.id !== row.eventId) throw new LogStoreError('LOG_OF_ANOTHER_LEDGER', LEDGER_DIFFERS(row));
        const entry = entryFor(event, row.index, this.origin, row);
        if (!isSame(leafOf(entry), leaves[i] ?? EMPTY_ROOT))
          throw new LogStoreError('LOG_OF_ANOTHER_LEDGER', ALTERED(row));
        yield new LoggedEntry(entry, row, event, this.options.sealOf(event)?.secret);
      }
      index += rows.length;
    }
  }

  /** The entry at an index. @throws LogStoreError LOG_OF_ANOTHER_LEDGER */
  async entry(index: number): Promise<LoggedEntry | undefined> {
    for await (const entry of this.entries(index, index + 1)) return entry;
    return undefined;
  }

  /** What the log has said of entries. */
  async #leaves(from: number, count: number): Promise<Hash[]> {
    const leaves: Hash[] = [];
    while (leaves.length < count) {
      const at = from + leaves.length;
      const tile = await this.log.tile(0, Math.floor(at / TILE_WIDTH));
      const begin = at % TILE_WIDTH;
      const end = Math.min(begin + count - leaves.length, tile.length / HASH_BYTES);
      if (end <= begin) break;
      for (let i = begin; i < end; i++) leaves.push(tile.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES));
    }
    return leaves;
  }

  async #rowAt(index: number): Promise<LogRow> {
    const [row] = await this.log.rows(index, 1);
    if (!row) throw new RangeError(`no entry ${String(index)}`);
    return row;
  }

  /** The last entry must stand in this ledger: else one of the two is of another, or was put back from an older copy. */
  async #requireOwnLedger(): Promise<void> {
    const size = await this.log.size();
    if (size > 0) await this.entry(size - 1);
  }

  #wake(): void {
    if (this.#isStopped || this.#following) return;
    clearTimeout(this.#timer);
    this.#following = this.#follow().finally(() => {
      this.#following = undefined;
      if (this.#isStopped) return;
      this.#timer = setTimeout(() => {
        this.#wake();
      }, POLL_MS).unref();
    });
  }

  async #follow(): Promise<void> {
    try {
      // Other work of this process goes on between two batches.
      while (!this.#isStopped && (await this.#enterNext()) > 0) await setImmediate();
      await this.#signWhenDue();
      this.#error = undefined;
    } catch (error) {
      const reason = error instanceof Error ? error : new Error(String(error));
      if (reason.message !== this.#error) this.options.onStopped(reason);
      this.#error = reason.message;
    }
  }

  /** Returns how many events were there to be entered, by this process or another. */
  async #enterNext(): Promise<number> {
    const size = await this.log.size();
    const place = size === 0 ? BEGINNING : placeOf(await this.#rowAt(size - 1));
    const events = await this.events.readAll(place, BATCH);
    if (events.length === 0) return 0;
    const entered = events.map((event, i) => ({
      event,
      row: {
        index: size + i,
        eventId: event.id,
        position: event.position,
        recordedAtMs: event.recordedAtMs,
        ...newKeeping(event, this.options.sealOf(event)),
      },
    }));
    const leaves = entered.map(({ event, row }) => leafOf(entryFor(event, row.index, this.origin, row)));
    const tiles = await growTiles(size, leaves, (level, n) => this.log.tile(level, n));
    const rows = entered.map(({ row }) => row);
    const isOurs = await this.log.append(this.origin, size, rows, tiles);
    if (isOurs && events.some(this.options.isMilestone)) await this.checkpoint();
    return events.length;
  }

  async #signWhenDue(): Promise<void> {
    const newest = await this.log.newest();
    const isGrown = (newest?.size ?? 0) < (await this.log.size());
    if (isGrown && this.options.clock.nowMs() - (newest?.signedAtMs ?? -Infinity) >= CHECKPOINT_MS)
      await this.checkpoint();
  }
}

/**
 * Whether a key may sign what follows the newest head: the one that has signed it, or one that it was exchanged for under that
 * head. Any other would be a fork in the eyes of all who know the key.
 *
 * @param newest undefined: no head was signed yet, and any key may be the first
 * @throws LogStoreError LOG_OF_ANOTHER_KEY
 */
export async function requireKeyOf(
  log: LogStore,
  events: EventStore,
  vkey: string,
  newest: KeptCheckpoint | undefined,
): Promise<void> {
  if (!newest || newest.vkey === vkey) return;
  for (const { id, type, data } of await events.readStream(LEDGER_STREAM)) {
    const { from, to } = data as { readonly from?: string; readonly to?: string };
    if (type !== KEY_ROTATED || from !== newest.vkey || to !== vkey) continue;
    const row = await log.rowOf(id);
    if (row && row.index < newest.size) return;
  }
  throw new LogStoreError('LOG_OF_ANOTHER_KEY', KEY_DIFFERS(newest.vkey, vkey));
}

/** An entry of the log together with its event. */
export class LoggedEntry {
  constructor(
    readonly entry: Entry,
    private readonly row: LogRow,
    readonly event: RecordedEvent,
    /** From the key of whom the event is sealed for. */
    private readonly sealed?: Uint8Array,
  ) {}

  get index(): number {
    return this.entry.index;
  }

  /** What makes the entry of the event: never shown but to who keeps the log. */
  get keeping(): EntryKeeping {
    const { secret, commitments } = this.row;
    return { secret, commitments };
  }

  /** @param withCaller for those who may know whose command it was */
  opened(withCaller: boolean): OpenedEntry {
    const secret = this.row.secret ?? this.sealed;
    return secret ? openEntry(this.entry, logged(this.event), secret, withCaller) : { entry: this.entry };
  }
}

export const logged = (event: RecordedEvent): LoggedEvent => ({ ...event, data: event.data as Json });

/** Where the key is destroyed before its event is entered, nobody will ever open the entry. */
function newKeeping(event: RecordedEvent, sealed: Sealed | undefined): EntryKeeping {
  const secret = sealed?.secret ?? randomBytes(SECRET_BYTES);
  return sealed ? { commitments: commitmentsOf(logged(event), secret) } : { secret };
}

/** The entry of an event by what is kept of it. */
export function entryFor(
  event: RecordedEvent,
  index: number,
  origin: string,
  { secret, commitments }: EntryKeeping,
): Entry {
  if (commitments) return entryOf(logged(event), index, origin, commitments);
  if (!secret) throw new RangeError(`entry ${String(index)} has neither a secret nor commitments`);
  return entryOf(logged(event), index, origin, commitmentsOf(logged(event), secret));
}

const placeOf = ({ position, recordedAtMs }: LogRow): Place => ({ position: position as Position, recordedAtMs });

const read = (kept: KeptCheckpoint): LogCheckpoint => ({ ...parseCheckpoint(kept.note), ...kept });

const ORIGIN_DIFFERS = (origin: string, name: string): string =>
  `証跡ログは ${origin} のものですが、署名鍵は ${name} のものです。鍵を確かめてください / the evidence log is that of ${origin}, and the key is that of ${name}: check the key`;

const KEY_DIFFERS = (signed: string, vkey: string): string =>
  `証跡ログの最新の署名は ${signed} のもので、いまの署名鍵は ${vkey} のものです。交換の前の鍵か、別の鍵が置かれています。正しい鍵に戻してください / ` +
  `the newest head of the evidence log is by ${signed}, and the key is that of ${vkey}: one from before an exchange, or another. Put the right key back`;

const ALTERED = ({ index, eventId }: LogRow): string =>
  `証跡ログの ${String(index)} 番（${eventId}）の記録が書き換えられています。バックアップから戻してください / ` +
  `entry ${String(index)} of the evidence log (${eventId}) was altered in the ledger: restore it from a backup`;

const LEDGER_DIFFERS = ({ index, eventId, position }: LogRow): string =>
  `証跡ログの ${String(index)} 番（位置 ${position}、${eventId}）が台帳にありません。台帳だけが古いバックアップから戻されたか、別の台帳の証跡ログです。` +
  `新しい台帳を戻すか、daicho restore で台帳と証跡ログを同じバックアップから戻してください / ` +
  `entry ${String(index)} of the evidence log (position ${position}, ${eventId}) is not in the ledger: the ledger alone was put back from ` +
  `an older copy, or the log is that of another ledger. Put the newer ledger back, or restore both from one backup: daicho restore`;
