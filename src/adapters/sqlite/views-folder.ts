import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Projected } from '../../eventsourcing/catalogue.js';
import type { Position } from '../../eventsourcing/position.js';
import type { Timeline } from '../../eventsourcing/timeline.js';
import { ViewsError, type Bookmark, type LiveViews, type Trail, type ViewsCopy } from '../../eventsourcing/views.js';
import { SqliteViews } from './sqlite-views.js';

/** Names the copy in use. Replaced by renaming, so it always names one that is complete. */
const POINTER = 'current';
const COPY = /^views-(\d+)\.db$/;
/** A copy that is no longer in use may still answer a question that was under way. */
const GRACE_MS = 10_000;

/**
 * A folder with copies of the views, one of which is in use. A rebuild writes another copy beside it and switches; every
 * process notices at its next batch.
 */
export class ViewsFolder implements LiveViews {
  #name: string;
  #views: SqliteViews;

  /** Opens the copy in use, or makes the first. A copy of another version, or damaged, is left and a new one begun. */
  static open(folder: string, onRestart: (reason: string) => void = () => undefined): ViewsFolder {
    mkdirSync(folder, { recursive: true });
    const name = pointedTo(folder);
    if (name !== undefined) {
      try {
        return new ViewsFolder(folder, name, SqliteViews.open(join(folder, name)));
      } catch (error) {
        if (!(error instanceof ViewsError && error.code === 'VIEWS_DAMAGED')) throw error;
        onRestart(error.message);
      }
    }
    const first = beginIn(folder);
    return new ViewsFolder(folder, first.name, first.views);
  }

  private constructor(
    private readonly folder: string,
    name: string,
    views: SqliteViews,
  ) {
    this.#name = name;
    this.#views = views;
  }

  get timeline(): Timeline {
    return this.#views.timeline;
  }

  get trail(): Trail {
    return this.#views.trail;
  }

  bookmark(): Promise<Bookmark> {
    return this.#views.bookmark();
  }

  apply(batch: readonly Projected[]): Promise<void> {
    return this.#views.apply(batch);
  }

  dump(known: Position): AsyncIterable<string> {
    return this.#views.dump(known);
  }

  lead(): Promise<boolean> {
    return this.#views.lead();
  }

  onFed(): () => void {
    return this.#views.onFed();
  }

  refresh(): Promise<void> {
    const name = pointedTo(this.folder);
    if (name === undefined || name === this.#name) return Promise.resolve();
    const [formerName, former] = [this.#name, this.#views];
    this.#views = SqliteViews.open(join(this.folder, name));
    this.#name = name;
    setTimeout(
      () =>
        void former.close().then(() => {
          remove(this.folder, formerName);
        }),
      GRACE_MS,
    ).unref();
    return Promise.resolve();
  }

  newCopy(): Promise<ViewsCopy> {
    const name = freeName(this.folder);
    const views = SqliteViews.open(join(this.folder, name), { alone: true });
    return Promise.resolve({
      views,
      use: async () => {
        await views.close();
        pointTo(this.folder, name);
      },
      discard: async () => {
        await views.close();
        remove(this.folder, name);
      },
    });
  }

  close(): Promise<void> {
    return this.#views.close();
  }
}

function pointedTo(folder: string): string | undefined {
  const file = join(folder, POINTER);
  if (!existsSync(file)) return undefined;
  const name = readFileSync(file, 'utf8').trim();
  return COPY.test(name) && existsSync(join(folder, name)) ? name : undefined;
}

/** The name of a copy that does not exist yet. */
function freeName(folder: string): string {
  const used = readdirSync(folder).map((file) => Number(COPY.exec(file)?.[1] ?? 0));
  return `views-${String(Math.max(0, ...used) + 1)}.db`;
}

/** An empty copy, in use at once. */
function beginIn(folder: string): { readonly name: string; readonly views: SqliteViews } {
  const name = freeName(folder);
  const views = SqliteViews.open(join(folder, name));
  pointTo(folder, name);
  return { name, views };
}

function pointTo(folder: string, name: string): void {
  const next = join(folder, `${POINTER}.next`);
  writeFileSync(next, `${name}\n`);
  renameSync(next, join(folder, POINTER));
}

function remove(folder: string, name: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(folder, name + suffix), { force: true });
}
