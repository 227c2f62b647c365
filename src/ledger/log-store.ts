import type { Commitments } from './entry.js';
import type { WrittenTile } from './tiles.js';

/** What makes an entry of an event. */
export interface EntryKeeping {
  /** 32 random bytes; undefined where they come from a key that is kept elsewhere, and end with it. */
  readonly secret?: Uint8Array | undefined;
  /** Where no secret is kept: what the entry says of the event, for ever. */
  readonly commitments?: Commitments | undefined;
}

/** What is kept of an entry beside its leaf: where its event is, and what opens it. */
export interface LogRow extends EntryKeeping {
  /** Dense, 0-based. */
  readonly index: number;
  readonly eventId: string;
  /** The event's place in the store of events, in that store's own terms. */
  readonly position: string;
  /** Milliseconds since 1970, UTC. */
  readonly recordedAtMs: number;
}

/** What a witness has signed of a head. */
export interface Cosignature {
  /** Verifier key of the witness. */
  readonly vkey: string;
  /** Its signature line in the note, with its newline. */
  readonly line: string;
}

/** A head that was signed. */
export interface KeptCheckpoint {
  readonly size: number;
  /** A signed note, which ends with the cosignatures. */
  readonly note: string;
  /** What witnesses have signed of it so far. */
  readonly cosignatures: readonly Cosignature[];
  /** The verifier key of the log whose signature it carries. */
  readonly vkey: string;
  /** Milliseconds since 1970, UTC. */
  readonly signedAtMs: number;
}

/** Whose cosignatures make a head a witnessed one: so many of these verifier keys. */
export interface Quorum {
  readonly vkeys: readonly string[];
  readonly min: number;
}

export class LogStoreError extends Error {
  override readonly name = 'LogStoreError';
  constructor(
    readonly code: 'LOG_DAMAGED' | 'LOG_OF_ANOTHER_LEDGER' | 'LOG_OF_ANOTHER_KEY' | 'LOG_OLDER' | 'LOG_MISSING',
    message: string,
  ) {
    super(message);
  }
}

/** Where the evidence log is kept. What `append` and `keep` have answered is durable, all of it or nothing. */
export interface LogStore {
  /** Which log it is; undefined while it is empty. */
  origin(): Promise<string | undefined>;
  size(): Promise<number>;
  /**
   * Adds the entries from `size` on, with the tiles that change by them.
   *
   * @returns false, and nothing is written, when the log has another size: another process was first
   */
  append(origin: string, size: number, rows: readonly LogRow[], tiles: readonly WrittenTile[]): Promise<boolean>;
  /** From an index on, at most `limit`, in order. */
  rows(from: number, limit: number): Promise<LogRow[]>;
  /** The entry of an event. */
  rowOf(eventId: string): Promise<LogRow | undefined>;
  /** The hashes of a tile that are there; none when there is no such tile. */
  tile(level: number, n: number): Promise<Uint8Array>;
  /**
   * @param after size of the newest head; 0: there is none
   * @returns false, and nothing is written, when the newest head is another: somebody else has signed since
   */
  keep(checkpoint: KeptCheckpoint, after: number): Promise<boolean>;
  /** Adds a witness's signature line to a head that is kept; another by the same key stays as it is. */
  cosign(size: number, vkey: string, line: string): Promise<void>;
  /** The newest head; of those that have a quorum. */
  newest(quorum?: Quorum): Promise<KeptCheckpoint | undefined>;
  /** The smallest head of at least that size; of those that have a quorum. */
  over(size: number, quorum?: Quorum): Promise<KeptCheckpoint | undefined>;
  /** Verifier keys of the heads, in the order in which they came into use. */
  vkeys(): Promise<string[]>;
  /** Verifier keys of all who have ever cosigned. */
  witnesses(): Promise<string[]>;
  /** All heads up to a size, the smallest first. */
  checkpoints(sizeMax: number): Promise<KeptCheckpoint[]>;
  close(): Promise<void>;
}
