import DataLoader from 'dataloader';
import type { Position } from '../eventsourcing/position.js';
import type { Trail, TrailEntry } from '../eventsourcing/views.js';
import type { Actor } from './actor.js';

interface Known<Key> {
  readonly key: Key;
  readonly known: Position;
}

/** What was asked for one by one is read together, once for each request. */
export class Loaders {
  readonly entry: DataLoader<Known<Position>, TrailEntry | undefined, string>;
  /** Of a stream, as known at a position. */
  readonly revision: DataLoader<Known<string>, number, string>;

  constructor(trail: Trail) {
    this.entry = grouped((positions: readonly Position[], known) => trail.entries(positions, known));
    this.revision = grouped((streams: readonly string[], known) => trail.revisions(streams, known));
  }
}

/** What every resolver of one request shares. */
export interface RequestContext {
  readonly actor: Actor;
  readonly loaders: Loaders;
}

/** One read for all keys that are asked about as known at the same position. */
function grouped<Key extends string, Value>(
  read: (keys: readonly Key[], known: Position) => Promise<readonly Value[]>,
): DataLoader<Known<Key>, Value, string> {
  return new DataLoader(
    async (asked) => {
      const answers = new Map<string, Value>();
      for (const known of new Set(asked.map((one) => one.known))) {
        const keys = asked.filter((one) => one.known === known).map(({ key }) => key);
        const values = await read(keys, known);
        keys.forEach((key, i) => answers.set(`${known} ${key}`, values[i] as Value));
      }
      return asked.map(({ key, known }) => answers.get(`${known} ${key}`) as Value);
    },
    { cacheKeyFn: ({ key, known }) => `${known} ${key}` },
  );
}
