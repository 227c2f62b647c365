import type { Projected } from './catalogue.js';
import type { RecordedEvent } from './event.js';
import type { Place } from './event-store.js';
import type { Position } from './position.js';
import type { Timeline } from './timeline.js';

/** An event without the identity of its command, which is the ledger's own affair. */
export type TrailEvent = Omit<RecordedEvent, 'correlationId' | 'causationId'>;

/** An event in the audit trail, with what became of it. */
export interface TrailEntry {
  readonly event: TrailEvent;
  readonly subject: string;
  /** The entry this one corrected or withdrew. */
  readonly supersedes?: Position;
  /** The entry that corrected or withdrew this one. */
  readonly supersededBy?: Position;
  /** Everybody may read it, as known at the position asked about. */
  readonly isPublic: boolean;
}

export interface TrailFilter {
  readonly scope: string;
  /** Only what was recorded up to here. */
  readonly known: Position;
  /** Also what only those at work may read: all of it, or what is of these streams. */
  readonly withStaffOnly?: boolean | readonly string[] | undefined;
  readonly subject?: string | undefined;
  readonly types?: readonly string[] | undefined;
  readonly recordedFromMs?: number | undefined;
  readonly recordedToMs?: number | undefined;
}

export interface TrailPage {
  readonly after?: Position | undefined;
  readonly before?: Position | undefined;
  readonly limit: number;
  /** From the end backwards. */
  readonly newestFirst: boolean;
}

/** The audit history: every event of a plan, in the order of the ledger. */
export interface Trail {
  /** In the page's direction. */
  page(filter: TrailFilter, page: TrailPage): Promise<TrailEntry[]>;
  count(filter: TrailFilter): Promise<number>;
  /** In the order asked for, as known at a position. */
  entries(positions: readonly Position[], known: Position): Promise<(TrailEntry | undefined)[]>;
  /** Revision of each stream as known at a position; -1 before its first event. */
  revisions(streams: readonly string[], known: Position): Promise<number[]>;
  /** Keys of the plans that the ledger knows at a position, oldest first. */
  scopes(known: Position): Promise<string[]>;
  /** The last position recorded at or before an instant; `START` when there is none. */
  positionAt(instantMs: number): Promise<Position>;
}

/** The last event that the views contain. */
export interface Bookmark extends Place {
  /** How many events they contain. */
  readonly events: number;
}

/**
 * The read models. Rows and bookmark are written in one transaction, so every event has its effect exactly once, in
 * position order; whatever is read is the state at one bookmark.
 */
export interface Views {
  readonly timeline: Timeline;
  readonly trail: Trail;
  bookmark(): Promise<Bookmark>;
  /** The events that follow the bookmark, in position order. @throws ViewsError OUT_OF_ORDER, NOT_LEADING */
  apply(batch: readonly Projected[]): Promise<void>;
  /** Everything known at a position as lines in one order (of UTF-8 bytes), for comparing two copies. */
  dump(known: Position): AsyncIterable<string>;
  /** Called before each batch: when another copy was made the one in use, it is read from here on. */
  refresh(): Promise<void>;
  /** Asked before each batch. Of several processes that share views one at a time is to feed them: whether it is this. */
  lead(): Promise<boolean>;
  /** A wake-up when another process has fed the views, where the adapter can tell. Returns the way to stop. */
  onFed(listener: () => void): () => void;
  close(): Promise<void>;
}

/** Views with copies, one of them in use: how they are built again while they answer. */
export interface LiveViews extends Views {
  /** An empty copy beside the one in use. */
  newCopy(): Promise<ViewsCopy>;
}

/** A copy that nobody else reads yet. Either call closes it. */
export interface ViewsCopy {
  readonly views: Views;
  /** Makes it the one in use: every process goes over to it before its next batch. */
  use(): Promise<void>;
  discard(): Promise<void>;
}

export type ViewsErrorCode =
  | 'OUT_OF_ORDER'
  | 'NOT_LEADING'
  | 'VIEWS_DAMAGED'
  | 'VIEWS_CLOSED'
  | 'VIEWS_UNREACHABLE'
  | 'VIEWS_REFUSED'
  | 'VIEWS_TOO_OLD'
  | 'VIEWS_TOO_NEW'
  | 'NOT_VISIBLE_YET';

export class ViewsError extends Error {
  override readonly name = 'ViewsError';
  constructor(
    readonly code: ViewsErrorCode,
    message: string,
  ) {
    super(message);
  }
}
