import type { Catalogue } from './catalogue.js';
import { pagesAfter, type EventStore } from './event-store.js';
import type { Position } from './position.js';
import type { Views } from './views.js';

/** Events in one transaction: large, as nobody reads the copy yet. */
const BATCH = 25_000;

/** Fills a copy of the views from where it is to the head of the ledger. `onProgress` is told how many events were done. */
export async function fill(
  views: Views,
  store: EventStore,
  catalogue: Catalogue,
  onProgress?: (events: number) => void,
): Promise<void> {
  const bookmark = await views.bookmark();
  let done = bookmark.events;
  for await (const events of pagesAfter(bookmark, store, BATCH)) {
    await views.apply(events.map((event) => catalogue.project(event)));
    onProgress?.((done += events.length));
  }
}

export interface ViewsComparison {
  /** Up to where both were compared. */
  readonly known: Position;
  readonly rows: number;
  readonly different: number;
  /** The first differences: what one copy holds and the other does not. */
  readonly examples: readonly { readonly ours: string | undefined; readonly theirs: string | undefined }[];
}

const EXAMPLES_MAX = 5;

/** Compares two copies row by row, as far as both have read. */
export async function compareViews(ours: Views, theirs: Views): Promise<ViewsComparison> {
  const [a, b] = await Promise.all([ours.bookmark(), theirs.bookmark()]);
  const known = a.position < b.position ? a.position : b.position;
  const [left, right] = [ours.dump(known)[Symbol.asyncIterator](), theirs.dump(known)[Symbol.asyncIterator]()];
  const examples: { ours: string | undefined; theirs: string | undefined }[] = [];
  let [rows, different] = [0, 0];
  for (;;) {
    const [l, r] = await Promise.all([left.next(), right.next()]);
    if (l.done === true && r.done === true) return { known, rows, different, examples };
    rows++;
    const [ourRow, theirRow] = [l.done === true ? undefined : l.value, r.done === true ? undefined : r.value];
    if (ourRow === theirRow) continue;
    different++;
    if (examples.length < EXAMPLES_MAX) examples.push({ ours: ourRow, theirs: theirRow });
  }
}
