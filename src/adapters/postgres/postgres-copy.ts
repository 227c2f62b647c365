import type { Projected } from '../../eventsourcing/catalogue.js';
import type { Position } from '../../eventsourcing/position.js';
import type { Bookmark, Views } from '../../eventsourcing/views.js';
import { feed } from './postgres-feeding.js';
import { copyName } from './postgres-schema.js';
import type { Limits, Session, Sessions, Statement } from './postgres-sessions.js';
import { PostgresTimeline } from './postgres-timeline.js';
import { PostgresTrail } from './postgres-trail.js';
import { knownUpTo, positionIn, type Ask } from './rows.js';

/** Whole tables are read, as fast as whoever reads them takes the rows. */
const DUMPING: Limits = { statementMs: 60_000, lockMs: 5_000, silentMs: 10 * 60_000 };
const ROWS_FETCHED = 2_000;

interface DumpedEntry {
  readonly position: string;
  readonly scope: string;
  readonly subject: string;
  readonly type: string;
  readonly event_id: string;
  readonly supersedes: string | null;
  readonly superseded_by: string | null;
  readonly public_from: string | null;
  readonly data: unknown;
}

interface DumpedAssertion {
  readonly scope: string;
  readonly subject: string;
  readonly name: string;
  readonly position: string;
  readonly effective_from: string;
  readonly superseded_at: string | null;
  readonly value: unknown;
}

/** The tables of one copy, whoever feeds them. */
export class PostgresCopy {
  readonly timeline: PostgresTimeline;
  readonly trail: PostgresTrail;
  readonly #schema: string;
  readonly #bookmark: Statement;

  constructor(
    readonly number: number,
    private readonly sessions: Sessions,
  ) {
    this.#schema = copyName(number);
    const ask: Ask = (statement, values) => sessions.query(statement, values);
    this.timeline = new PostgresTimeline(this.#schema, ask);
    this.trail = new PostgresTrail(this.#schema, ask);
    this.#bookmark = {
      name: `${this.#schema}.bookmark`,
      text: `SELECT position, events, recorded_at FROM ${this.#schema}.bookmark`,
    };
  }

  async bookmark(): Promise<Bookmark> {
    const [row] = (await this.sessions.query(this.#bookmark)) as [
      { position: string; events: string; recorded_at: string },
    ];
    return { position: positionIn(row.position), events: Number(row.events), recordedAtMs: Number(row.recorded_at) };
  }

  feed(session: Session, batch: readonly Projected[]): Promise<void> {
    return feed(session, this.#schema, batch);
  }

  /** Tells the planner, and whoever looks at the database, how much there is. */
  async analyze(session: Session): Promise<void> {
    const s = this.#schema;
    await session.query({
      text: `ANALYZE ${s}.trail, ${s}.assertion, ${s}.horizon, ${s}.attribute, ${s}.stream, ${s}.scope`,
    });
  }

  /** With a connection of its own: while it reads, the copy is not dropped. */
  async *dump(known: Position): AsyncGenerator<string> {
    const s = this.#schema;
    const upTo = knownUpTo(known);
    const atMost = (position: string | null): Position | null =>
      position !== null && positionIn(position) <= upTo ? positionIn(position) : null;
    const session = await this.sessions.begin(DUMPING);
    try {
      await session.query({ text: 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY' });
      const entries = rowsOf(
        session,
        `SELECT r.position, c.key AS scope, s.subject, r.type, r.event_id, r.supersedes, r.superseded_by, r.public_from, r.data
        FROM ${s}.trail r JOIN ${s}.stream s ON s.id = r.stream JOIN ${s}.scope c ON c.id = r.scope
        WHERE r.position <= ${upTo} ORDER BY r.position`,
      );
      for await (const row of entries) {
        const { position, scope, subject, type, event_id, supersedes, superseded_by, public_from, data } =
          row as DumpedEntry;
        const entry = [positionIn(position), scope, subject, type, event_id, atMost(supersedes), atMost(superseded_by)];
        yield JSON.stringify([...entry, atMost(public_from) !== null, data]);
      }
      const assertions = rowsOf(
        session,
        `SELECT c.key AS scope, t.subject, t.name, a.position, a.effective_from::text, a.superseded_at, a.value
        FROM ${s}.scope c JOIN ${s}.attribute t ON t.scope = c.id JOIN ${s}.assertion a ON a.attribute = t.id
        WHERE a.position <= ${upTo} ORDER BY c.key, t.subject, t.name, a.position`,
      );
      for await (const row of assertions) {
        const { scope, subject, name, position, effective_from, superseded_at, value } = row as DumpedAssertion;
        const said = [scope, subject, name, positionIn(position), effective_from, atMost(superseded_at)];
        yield JSON.stringify([...said, value]);
      }
    } finally {
      await session.close();
    }
  }
}

/** A copy while it is filled, on a session of its own. */
export class FillingCopy implements Views {
  constructor(
    private readonly copy: PostgresCopy,
    private readonly session: Session,
  ) {}

  get timeline(): PostgresTimeline {
    return this.copy.timeline;
  }

  get trail(): PostgresTrail {
    return this.copy.trail;
  }

  bookmark(): Promise<Bookmark> {
    return this.copy.bookmark();
  }

  apply(batch: readonly Projected[]): Promise<void> {
    return this.copy.feed(this.session, batch);
  }

  dump(known: Position): AsyncIterable<string> {
    return this.copy.dump(known);
  }

  refresh(): Promise<void> {
    return Promise.resolve();
  }

  /** Nobody else knows of it. */
  lead(): Promise<boolean> {
    return Promise.resolve(true);
  }

  onFed(): () => void {
    return () => undefined;
  }

  close(): Promise<void> {
    return this.session.close();
  }
}

/** The rows of a query by a cursor, in the transaction that the session is in. */
async function* rowsOf(session: Session, query: string): AsyncGenerator {
  await session.query({ text: `DECLARE rows NO SCROLL CURSOR FOR ${query}` });
  for (;;) {
    const rows = await session.query({ text: `FETCH ${String(ROWS_FETCHED)} FROM rows` });
    yield* rows;
    if (rows.length < ROWS_FETCHED) break;
  }
  await session.query({ text: 'CLOSE rows' });
}
