import { statSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { Projected } from '../../eventsourcing/catalogue.js';
import { assertionLine, entryLine } from '../../eventsourcing/dump.js';
import { positionOf, START, type Position } from '../../eventsourcing/position.js';
import {
  Facts,
  type Fact,
  type HistoricFact,
  type Point,
  type Question,
  type Timeline,
} from '../../eventsourcing/timeline.js';
import {
  ViewsError,
  type Bookmark,
  type Trail,
  type TrailEntry,
  type TrailEvent,
  type TrailFilter,
  type TrailPage,
  type Views,
} from '../../eventsourcing/views.js';

/** 'DCHV': the file is Daicho's views. */
const APPLICATION_ID = 0x44434856;
/** Raise it with every change of the tables, or of what events mean: views of another version are rebuilt, never migrated. */
export const VIEWS_VERSION = 3;

/**
 * `public_from` of the trail is the position from which on everybody may read an entry; one that `waits` has none until a
 * later entry of its stream discloses it.
 *
 * `assertion` is clustered so that the one in force on a day is found by one seek. `horizon` tells the latest day that
 * had been spoken of up to a position, a row whenever it grew: a question about a past state of knowledge begins there,
 * and need not walk over all that was said later of later days.
 */
const TABLES = `
  CREATE TABLE bookmark (
    one INTEGER PRIMARY KEY CHECK (one = 1), position INTEGER NOT NULL, events INTEGER NOT NULL, recorded_at INTEGER NOT NULL
  ) STRICT;
  INSERT INTO bookmark VALUES (1, 0, 0, 0);
  CREATE TABLE scope (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, first_position INTEGER NOT NULL) STRICT;
  CREATE TABLE attribute (
    id INTEGER PRIMARY KEY, scope INTEGER NOT NULL, subject TEXT NOT NULL, name TEXT NOT NULL, UNIQUE (scope, subject, name)
  ) STRICT;
  CREATE TABLE assertion (
    attribute INTEGER NOT NULL, effective_from INTEGER NOT NULL, position INTEGER NOT NULL,
    superseded_at INTEGER, recorded_at INTEGER NOT NULL, event_id TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (attribute, effective_from, position)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE horizon (
    attribute INTEGER NOT NULL, position INTEGER NOT NULL, latest_from INTEGER NOT NULL, PRIMARY KEY (attribute, position)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE stream (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, scope INTEGER NOT NULL, subject TEXT NOT NULL
  ) STRICT;
  CREATE INDEX by_subject ON stream (scope, subject);
  CREATE TABLE trail (
    position INTEGER PRIMARY KEY, stream INTEGER NOT NULL, revision INTEGER NOT NULL, scope INTEGER NOT NULL,
    type TEXT NOT NULL, schema_version INTEGER NOT NULL, effective_on TEXT NOT NULL, recorded_at INTEGER NOT NULL,
    actor TEXT NOT NULL, event_id TEXT NOT NULL, data TEXT NOT NULL, supersedes INTEGER, superseded_by INTEGER,
    public_from INTEGER, waits INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX by_stream ON trail (stream, revision);
  CREATE INDEX by_scope ON trail (scope, position);
`;

interface BookmarkRow {
  position: number;
  events: number;
  recorded_at: number;
}

interface FactRow {
  subject: string;
  name: string;
  effective_from: number;
  position: number;
  recorded_at: number;
  event_id: string;
  value: string;
  superseded_at: number | null;
}

interface TrailRow {
  position: number;
  stream: string;
  subject: string;
  revision: number;
  type: string;
  schema_version: number;
  effective_on: string;
  recorded_at: number;
  actor: string;
  event_id: string;
  data: string;
  supersedes: number | null;
  superseded_by: number | null;
  public_from: number | null;
}

interface DumpedTrailRow extends TrailRow {
  waits: number;
  scope_key: string;
  scope_from: number;
}

interface DumpedFactRow extends FactRow {
  scope: string;
  latest_from: number;
}

const ASSERTION_COLUMNS = 'a.effective_from, a.position, a.recorded_at, a.event_id, a.value, a.superseded_at';

/** The one assertion about an attribute in force on a day as known at a position: `?day`, `?known`. */
const IN_FORCE = `
  SELECT effective_from, position FROM assertion
  WHERE attribute = t.id AND effective_from <= $day AND position <= $known AND (superseded_at IS NULL OR superseded_at > $known)
  ORDER BY effective_from DESC, position DESC LIMIT 1`;

/** As `IN_FORCE`, for a past state of knowledge: begins at the latest day that anything known by then spoke of. */
const IN_FORCE_THEN = `
  SELECT effective_from, position FROM assertion
  WHERE attribute = t.id AND position <= $known AND (superseded_at IS NULL OR superseded_at > $known)
    AND effective_from <= min($day, (
      SELECT latest_from FROM horizon WHERE attribute = t.id AND position <= $known ORDER BY position DESC LIMIT 1))
  ORDER BY effective_from DESC, position DESC LIMIT 1`;

const factsQuery = (inForce: string): string => `
  SELECT t.subject, t.name, ${ASSERTION_COLUMNS}
  FROM attribute t JOIN assertion a ON a.attribute = t.id AND (a.effective_from, a.position) = (${inForce})
  WHERE t.scope = (SELECT id FROM scope WHERE key = $scope)`;

/** The read models in one SQLite file beside the ledger; it may be deleted at any time and is built again. */
export class SqliteViews implements Views {
  readonly #db: Database.Database;
  readonly #statements: ReturnType<typeof prepare>;
  readonly #scopes = new Map<string, number>();
  readonly #attributes = new Map<string, { readonly id: number; latestFrom: number }>();
  readonly #streams = new Map<string, number>();
  #appliedTo = 0;

  /**
   * @param options.alone nobody reads before it is complete, and a crash discards it: filled without a journal
   * @throws ViewsError VIEWS_DAMAGED: not views of this version; delete the file
   */
  static open(file: string, { alone = false }: { readonly alone?: boolean } = {}): SqliteViews {
    const db = new Database(file);
    try {
      db.pragma(alone ? 'journal_mode = OFF' : 'journal_mode = WAL');
      // Views can be built again from the ledger: the operating system's word is enough.
      db.pragma('synchronous = OFF');
      db.pragma(`cache_size = -${String(alone ? 262_144 : 16_384)}`);
      const id = db.pragma('application_id', { simple: true });
      const version = db.pragma('user_version', { simple: true });
      if (id === 0 && version === 0) create(db);
      else if (id === APPLICATION_ID && Number(version) > VIEWS_VERSION) {
        throw new ViewsError(
          'VIEWS_TOO_NEW',
          `${file}: ビューが新しい版（${String(version)}）です。新しい Daicho を使ってください / views of a newer version: use the newer Daicho`,
        );
      } else if (id !== APPLICATION_ID || version !== VIEWS_VERSION) {
        throw new ViewsError('VIEWS_DAMAGED', `${file} does not hold views of version ${String(VIEWS_VERSION)}`);
      }
      requireSound(db, file);
      return new SqliteViews(db);
    } catch (error) {
      db.close();
      if (error instanceof Database.SqliteError) throw new ViewsError('VIEWS_DAMAGED', `${file}: ${error.message}`);
      throw error;
    }
  }

  private constructor(db: Database.Database) {
    this.#db = db;
    this.#statements = prepare(db);
  }

  readonly timeline: Timeline = {
    facts: (scope, at, subject) =>
      this.#reading(() => {
        const queries = this.#isNow(at) ? this.#statements.now : this.#statements.then;
        const rows =
          subject === undefined
            ? queries.facts.all({ scope, ...bound(at) })
            : queries.factsOf.all({ scope, subject, ...bound(at) });
        return new Facts((rows as FactRow[]).map(factOf));
      }),
    ask: (questions) => this.#reading(() => questions.map((question) => this.#answer(question))),
    history: (scope, subject, attribute, known) => {
      const rows = this.#statements.history.all({ scope, subject, attribute, known: Number(known) }) as FactRow[];
      return Promise.resolve(rows.map((row) => historicFactOf(row, known)));
    },
  };

  readonly trail: Trail = {
    page: (filter, page) => {
      const { where, order, parameters } = trailQuery(filter, page);
      const rows = this.#db
        .prepare(`${TRAIL_SELECT} WHERE ${where} ORDER BY ${order} ${page.newestFirst ? 'DESC' : 'ASC'} LIMIT $limit`)
        .all({ ...parameters, limit: page.limit }) as TrailRow[];
      return Promise.resolve(rows.map((row) => entryOf(row, filter.known)));
    },
    count: (filter) => {
      const { where, parameters } = trailQuery(filter, {});
      const count = this.#db.prepare(`SELECT count(*) FROM trail r WHERE ${where}`).pluck().get(parameters);
      return Promise.resolve(count as number);
    },
    entries: (positions, known) =>
      Promise.resolve(
        positions.map((position) => {
          if (position > known) return undefined;
          const row = this.#statements.entry.get(Number(position)) as TrailRow | undefined;
          return row && entryOf(row, known);
        }),
      ),
    revisions: (streams, known) => Promise.resolve(streams.map((stream) => this.#revisionAt(stream, Number(known)))),
    scopes: (known) => Promise.resolve(this.#statements.scopes.all(Number(known)) as string[]),
    positionAt: (instantMs) => Promise.resolve(this.#positionAt(instantMs)),
  };

  bookmark(): Promise<Bookmark> {
    const row = this.#bookmark();
    return Promise.resolve({ position: positionOf(row.position), events: row.events, recordedAtMs: row.recorded_at });
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- what is thrown must reach the caller as a rejection
  async apply(batch: readonly Projected[]): Promise<void> {
    try {
      this.#statements.transaction.immediate(() => {
        this.#applyAll(batch);
      });
    } catch (error) {
      this.#forget();
      throw error;
    }
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- other adapters wait for their rows
  async *dump(known: Position): AsyncGenerator<string> {
    const p = Number(known);
    for (const row of this.#statements.dumpTrail.iterate(p) as IterableIterator<DumpedTrailRow>) {
      const waits = row.waits === 1 || (row.public_from ?? 0) > p;
      yield entryLine({ ...entryOf(row, known), scope: row.scope_key, scopeFrom: positionOf(row.scope_from), waits });
    }
    for (const row of this.#statements.dumpAssertions.iterate(p) as IterableIterator<DumpedFactRow>) {
      yield assertionLine({ ...historicFactOf(row, known), scope: row.scope, latestFrom: dayText(row.latest_from) });
    }
  }

  /** One file is one copy: going over to another is the folder's work. */
  refresh(): Promise<void> {
    return Promise.resolve();
  }

  /** Each process feeds: who comes second to a batch finds it OUT_OF_ORDER. */
  lead(): Promise<boolean> {
    return Promise.resolve(true);
  }

  onFed(): () => void {
    return () => undefined;
  }

  close(): Promise<void> {
    this.#db.close();
    return Promise.resolve();
  }

  #applyAll(batch: readonly Projected[]): void {
    const before = this.#bookmark();
    // Another process has written since: what is cached here may be old.
    if (before.position !== this.#appliedTo) this.#forget();
    let { position, events } = before;
    let recordedAt = 0;
    for (const projected of batch) {
      const { event } = projected;
      const next = Number(event.position);
      if (next <= position) throw new ViewsError('OUT_OF_ORDER', `${event.position} is not after the bookmark`);
      this.#applyOne(projected, next);
      position = next;
      events++;
      recordedAt = event.recordedAtMs;
    }
    if (batch.length > 0) this.#statements.setBookmark.run(position, events, recordedAt);
    this.#appliedTo = position;
  }

  #applyOne(
    { event, scope: key, subject, assertions, supersedes, audience, discloses }: Projected,
    position: number,
  ): void {
    const s = this.#statements;
    const scope = this.#scope(key, position);
    const stream = this.#stream(event.stream, scope, subject);

    let replaced: number | null = null;
    if (supersedes) {
      const entry = s.entryOfRevision.get(stream, supersedes.entry.revision) as
        { position: number; effective_on: string } | undefined;
      if (entry) {
        replaced = entry.position;
        const { id } = this.#attribute(scope, subject, supersedes.attribute);
        s.supersedeEntry.run(position, replaced);
        s.supersede.run(position, id, dayNumber(entry.effective_on), replaced);
      }
    }

    s.insertTrail.run(
      position,
      stream,
      event.revision,
      scope,
      event.type,
      event.schemaVersion,
      event.effectiveOn,
      event.recordedAtMs,
      event.actor,
      event.id,
      JSON.stringify(event.data),
      replaced,
      audience === 'public' ? position : null,
      Number(audience === 'disclosed'),
    );
    if (discloses) s.disclose.run(position, stream);
    for (const { subject: of, attribute: name, effectiveFrom, value } of assertions) {
      const attribute = this.#attribute(scope, of, name);
      const from = dayNumber(effectiveFrom);
      if (from > attribute.latestFrom) {
        attribute.latestFrom = from;
        s.insertHorizon.run(attribute.id, position, from);
      }
      s.insertAssertion.run(attribute.id, from, position, event.recordedAtMs, event.id, JSON.stringify(value));
    }
  }

  /** Reads that belong together: they see one state of the views, and take the file's lock once. */
  #reading<Result>(read: () => Result): Promise<Result> {
    return new Promise((resolve) => {
      this.#statements.transaction(() => {
        resolve(read());
      });
    });
  }

  #answer(question: Question): Fact | undefined {
    const { scope, subject, attribute } = question;
    const queries = this.#isNow(question) ? this.#statements.now : this.#statements.then;
    const row = queries.ask.get({ scope, subject, attribute, ...bound(question) }) as FactRow | undefined;
    return row && factOf(row);
  }

  /** Whether a question is about all that is known: nothing can lie after its position. */
  #isNow({ position }: Point): boolean {
    return Number(position) >= this.#bookmark().position;
  }

  #bookmark(): BookmarkRow {
    return this.#statements.bookmark.get() as BookmarkRow;
  }

  /** recordedAt never decreases in position order, so the trail is searched like a sorted list. */
  #positionAt(instantMs: number): Position {
    const s = this.#statements;
    let low = 0;
    let high = this.#bookmark().position;
    while (low < high) {
      const row = s.firstAfter.get(low + Math.floor((high - low) / 2)) as { position: number; recorded_at: number };
      if (row.recorded_at <= instantMs) low = row.position;
      else high = (s.lastBefore.get(row.position) as number | undefined) ?? 0;
    }
    return low === 0 ? START : positionOf(low);
  }

  /** Revisions grow with positions, so a stream too is searched like a sorted list. */
  #revisionAt(stream: string, known: number): number {
    const s = this.#statements;
    const last = s.lastOfStream.get(stream) as { revision: number; position: number } | undefined;
    if (!last || last.position <= known) return last?.revision ?? -1;
    let low = -1;
    let high = last.revision;
    while (high - low > 1) {
      const middle = low + Math.floor((high - low) / 2);
      if ((s.positionInStream.get(stream, middle) as number) <= known) low = middle;
      else high = middle;
    }
    return low;
  }

  #scope(key: string, position: number): number {
    return cached(this.#scopes, key, () => {
      const s = this.#statements;
      return (s.scopeId.get(key) as number | undefined) ?? Number(s.insertScope.run(key, position).lastInsertRowid);
    });
  }

  #stream(name: string, scope: number, subject: string): number {
    return cached(this.#streams, name, () => {
      const s = this.#statements;
      return (
        (s.streamId.get(name) as number | undefined) ?? Number(s.insertStream.run(name, scope, subject).lastInsertRowid)
      );
    });
  }

  #attribute(scope: number, subject: string, name: string): { readonly id: number; latestFrom: number } {
    return cached(this.#attributes, `${String(scope)} ${subject} ${name}`, () => {
      const s = this.#statements;
      const known = s.attributeId.get(scope, subject, name) as number | undefined;
      if (known === undefined)
        return { id: Number(s.insertAttribute.run(scope, subject, name).lastInsertRowid), latestFrom: 0 };
      return { id: known, latestFrom: (s.latestFrom.get(known) as number | undefined) ?? 0 };
    });
  }

  /** After a rollback, what was cached may never have been written. */
  #forget(): void {
    this.#scopes.clear();
    this.#streams.clear();
    this.#attributes.clear();
  }
}

/** Larger views are taken as they are: checking them would keep everybody waiting. */
const CHECKED_BYTES_MAX = 64 * 1024 * 1024;

function requireSound(db: Database.Database, file: string): void {
  if (statSync(file).size > CHECKED_BYTES_MAX) return;
  const found = db.pragma('quick_check(1)', { simple: true });
  if (found !== 'ok') throw new ViewsError('VIEWS_DAMAGED', `${file}: ${String(found)}`);
}

function create(db: Database.Database): void {
  db.transaction(() => {
    db.exec(TABLES);
    db.pragma(`application_id = ${String(APPLICATION_ID)}`);
    db.pragma(`user_version = ${String(VIEWS_VERSION)}`);
  })();
}

const TRAIL_SELECT = 'SELECT r.*, s.name AS stream, s.subject FROM trail r JOIN stream s ON s.id = r.stream';

function prepare(db: Database.Database) {
  return {
    transaction: db.transaction((work: () => void) => {
      work();
    }),
    bookmark: db.prepare('SELECT position, events, recorded_at FROM bookmark'),
    setBookmark: db.prepare('UPDATE bookmark SET position = ?, events = ?, recorded_at = ?'),
    now: prepareFacts(db, IN_FORCE),
    then: prepareFacts(db, IN_FORCE_THEN),
    history: db.prepare(`
      SELECT t.subject, t.name, ${ASSERTION_COLUMNS} FROM attribute t JOIN assertion a ON a.attribute = t.id
      WHERE t.scope = (SELECT id FROM scope WHERE key = $scope) AND t.subject = $subject AND t.name = $attribute
        AND a.position <= $known ORDER BY a.position`),
    scopes: db.prepare('SELECT key FROM scope WHERE first_position <= ? ORDER BY first_position').pluck(),
    scopeId: db.prepare('SELECT id FROM scope WHERE key = ?').pluck(),
    insertScope: db.prepare('INSERT INTO scope (key, first_position) VALUES (?, ?)'),
    streamId: db.prepare('SELECT id FROM stream WHERE name = ?').pluck(),
    insertStream: db.prepare('INSERT INTO stream (name, scope, subject) VALUES (?, ?, ?)'),
    attributeId: db.prepare('SELECT id FROM attribute WHERE scope = ? AND subject = ? AND name = ?').pluck(),
    insertAttribute: db.prepare('INSERT INTO attribute (scope, subject, name) VALUES (?, ?, ?)'),
    latestFrom: db
      .prepare('SELECT latest_from FROM horizon WHERE attribute = ? ORDER BY position DESC LIMIT 1')
      .pluck(),
    insertHorizon: db.prepare('INSERT INTO horizon VALUES (?, ?, ?)'),
    insertAssertion: db.prepare('INSERT INTO assertion VALUES (?, ?, ?, NULL, ?, ?, ?)'),
    supersede: db.prepare(
      'UPDATE assertion SET superseded_at = ? WHERE attribute = ? AND effective_from = ? AND position = ?',
    ),
    insertTrail: db.prepare('INSERT INTO trail VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, ?)'),
    disclose: db.prepare('UPDATE trail SET public_from = ?, waits = 0 WHERE stream = ? AND waits = 1'),
    supersedeEntry: db.prepare('UPDATE trail SET superseded_by = ? WHERE position = ?'),
    entryOfRevision: db.prepare('SELECT position, effective_on FROM trail WHERE stream = ? AND revision = ?'),
    entry: db.prepare(`${TRAIL_SELECT} WHERE r.position = ?`),
    lastOfStream: db.prepare(
      'SELECT revision, position FROM trail WHERE stream = (SELECT id FROM stream WHERE name = ?) ORDER BY revision DESC LIMIT 1',
    ),
    positionInStream: db
      .prepare('SELECT position FROM trail WHERE stream = (SELECT id FROM stream WHERE name = ?) AND revision = ?')
      .pluck(),
    dumpTrail: db.prepare(`
      SELECT r.*, s.name AS stream, s.subject, c.key AS scope_key, c.first_position AS scope_from
      FROM trail r JOIN stream s ON s.id = r.stream JOIN scope c ON c.id = r.scope WHERE r.position <= ? ORDER BY r.position`),
    dumpAssertions: db.prepare(`
      SELECT c.key AS scope, t.subject, t.name, ${ASSERTION_COLUMNS}, (
        SELECT latest_from FROM horizon h WHERE h.attribute = t.id AND h.position <= a.position
        ORDER BY h.position DESC LIMIT 1) AS latest_from
      FROM scope c JOIN attribute t ON t.scope = c.id JOIN assertion a ON a.attribute = t.id
      WHERE a.position <= ? ORDER BY c.key, t.subject, t.name, a.position`),
    firstAfter: db.prepare('SELECT position, recorded_at FROM trail WHERE position > ? ORDER BY position LIMIT 1'),
    lastBefore: db.prepare('SELECT position FROM trail WHERE position < ? ORDER BY position DESC LIMIT 1').pluck(),
  };
}

function prepareFacts(db: Database.Database, inForce: string) {
  const facts = factsQuery(inForce);
  return {
    facts: db.prepare(facts),
    factsOf: db.prepare(`${facts} AND t.subject = $subject`),
    ask: db.prepare(`${facts} AND t.subject = $subject AND t.name = $attribute`),
  };
}

/** What is about one subject lies in few streams: the order is made of what is found there, not by walking over the ledger. */
function trailQuery(filter: TrailFilter, page: Pick<TrailPage, 'after' | 'before'>) {
  const { scope, known, withStaffOnly = false, subject, types, recordedFromMs, recordedToMs } = filter;
  const scopeId = '(SELECT id FROM scope WHERE key = $scope)';
  const conditions = ['r.position <= $known'];
  const parameters: Record<string, string | number> = { scope, known: Number(known) };
  const add = (condition: string, name: string, value: string | number | undefined): void => {
    if (value === undefined) return;
    conditions.push(condition);
    parameters[name] = value;
  };
  if (subject === undefined) conditions.push(`r.scope = ${scopeId}`);
  const isPublic = 'r.public_from <= $known';
  if (withStaffOnly === false) conditions.push(isPublic);
  else if (withStaffOnly !== true) {
    const ofStreams = 'r.stream IN (SELECT id FROM stream WHERE name IN (SELECT value FROM json_each($streams)))';
    add(`(${isPublic} OR ${ofStreams})`, 'streams', JSON.stringify(withStaffOnly));
  }
  add(`r.stream IN (SELECT id FROM stream WHERE scope = ${scopeId} AND subject = $subject)`, 'subject', subject);
  add('r.type IN (SELECT value FROM json_each($types))', 'types', types && JSON.stringify(types));
  add('r.recorded_at >= $fromMs', 'fromMs', recordedFromMs);
  add('r.recorded_at <= $toMs', 'toMs', recordedToMs);
  add('r.position > $after', 'after', page.after && Number(page.after));
  add('r.position < $before', 'before', page.before && Number(page.before));
  return { where: conditions.join(' AND '), order: subject === undefined ? 'r.position' : '+r.position', parameters };
}

const bound = ({ day, position }: Point) => ({ day: dayNumber(day), known: Number(position) });

const factOf = (row: FactRow): Fact => ({
  subject: row.subject,
  attribute: row.name,
  effectiveFrom: dayText(row.effective_from),
  value: JSON.parse(row.value) as Fact['value'],
  position: positionOf(row.position),
  recordedAtMs: row.recorded_at,
  eventId: row.event_id,
});

function historicFactOf(row: FactRow, known: Position): HistoricFact {
  const { superseded_at: at } = row;
  return at !== null && at <= Number(known) ? { ...factOf(row), supersededAt: positionOf(at) } : factOf(row);
}

function entryOf(row: TrailRow, known: Position): TrailEntry {
  const event: TrailEvent = {
    id: row.event_id,
    stream: row.stream,
    revision: row.revision,
    position: positionOf(row.position),
    type: row.type,
    schemaVersion: row.schema_version,
    effectiveOn: row.effective_on,
    recordedAtMs: row.recorded_at,
    actor: row.actor,
    data: JSON.parse(row.data) as unknown,
  };
  return {
    event,
    subject: row.subject,
    isPublic: row.public_from !== null && row.public_from <= Number(known),
    ...(row.supersedes !== null && { supersedes: positionOf(row.supersedes) }),
    ...(row.superseded_by !== null &&
      row.superseded_by <= Number(known) && { supersededBy: positionOf(row.superseded_by) }),
  };
}

/** A day as the number 20260331: ordered like the day, and read back without arithmetic. */
const dayNumber = (day: string): number => Number(day.replaceAll('-', ''));

function dayText(n: number): string {
  const text = String(n);
  return `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`;
}

function cached<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
