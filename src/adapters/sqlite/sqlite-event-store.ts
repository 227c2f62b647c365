import Database from 'better-sqlite3';
import type { NewEvent, RecordedEvent } from '../../eventsourcing/event.js';
import { bodiesWithinLimits, StoreError, type EventStore, type ExpectedRevision, type Receipt } from '../../eventsourcing/event-store.js';
import { positionOf, type Position } from '../../eventsourcing/position.js';

/** PLACEHOLDER: replaced by the group-commit store. */
export class SqliteEventStore implements EventStore {
  readonly #listeners = new Set<() => void>();
  private constructor(private readonly db: Database.Database, private readonly clock: () => number) {}
  static open(file: string, { clock = Date.now }: { clock?: () => number } = {}): Promise<SqliteEventStore> {
    const db = new Database(file);
    db.pragma('journal_mode=WAL'); db.pragma('synchronous=FULL');
    db.exec('create table if not exists event(position integer primary key, stream text, revision int, id text unique, recorded_at int, body text, json text, unique(stream, revision))');
    return Promise.resolve(new SqliteEventStore(db, clock));
  }
  append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<Receipt> {
    const bodies = bodiesWithinLimits(events);
    return Promise.resolve().then(() => this.db.transaction(() => {
      const known = events.map((e) => this.db.prepare('select * from event where id=?').get(e.id) as any);
      if (known.some(Boolean)) {
        if (!known.every((k, i) => k && k.body === bodies[i] && k.stream === stream)) throw new StoreError('EVENT_ID_REUSED', 'x');
        const last = known.at(-1);
        return { stream, revision: last.revision, position: positionOf(last.position), eventIds: events.map((e) => e.id) };
      }
      const rev = (this.db.prepare('select max(revision) r from event where stream=?').get(stream) as any).r ?? -1;
      if ((expected === 'no-stream' ? -1 : expected) !== rev) throw new StoreError('REVISION_CONFLICT', 'x', rev < 0 ? 'no-stream' : rev);
      const head = this.db.prepare('select position p, recorded_at r from event order by position desc limit 1').get() as any ?? { p: 0, r: 0 };
      const at = Math.max(head.r, this.clock());
      events.forEach((e, i) => this.db.prepare('insert into event values(?,?,?,?,?,?,?)').run(head.p + 1 + i, stream, rev + 1 + i, e.id, at, bodies[i], JSON.stringify(e)));
      return { stream, revision: rev + events.length, position: positionOf(head.p + events.length), eventIds: events.map((e) => e.id) };
    }).immediate()).then((r) => { for (const l of this.#listeners) l(); return r; });
  }
  #event(row: any): RecordedEvent { return { ...JSON.parse(row.json), stream: row.stream, revision: row.revision, position: positionOf(row.position), recordedAtMs: row.recorded_at }; }
  readStream(stream: string, from = 0) { return Promise.resolve(this.db.prepare('select * from event where stream=? and revision>=? order by revision').all(stream, from).map((r) => this.#event(r))); }
  readAll(after: Position, limit: number) { return Promise.resolve(this.db.prepare('select * from event where position>? order by position limit ?').all(Number(after), limit).map((r) => this.#event(r))); }
  head() { return Promise.resolve(positionOf((this.db.prepare('select max(position) p from event').get() as any).p ?? 0)); }
  onAppended(l: () => void) { this.#listeners.add(l); return () => void this.#listeners.delete(l); }
  verify(_p?: (a: number, b: number) => void) { return Promise.resolve(0); }
  close() { this.db.close(); return Promise.resolve(); }
}
