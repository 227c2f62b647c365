import type { Projected } from '../../eventsourcing/catalogue.js';
import { assertionLine, entryLine } from '../../eventsourcing/dump.js';
import type { Position } from '../../eventsourcing/position.js';
import type { Bookmark, Views } from '../../eventsourcing/views.js';
import { feed } from './postgres-feeding.js';
import { copyName } from './postgres-schema.js';
import type { Limits, Session, Sessions, Statement } from './postgres-sessions.js';
import { ASSERTION, historicFactOf, PostgresTimeline, type FactRow } from './postgres-timeline.js';
import { ENTRY, entryOf, PostgresTrail, type TrailRow } from './postgres-trail.js';
import { knownUpTo, positionIn, type Ask } from './rows.js';

/** Whole tables are read, as fast as whoever reads them takes the rows. */
const DUMPING: Limits = { statementMs: 60_000, lockMs: 5_000, silentMs: 10 * 60_000 };
const ROWS_FETCHED = 2_000;

interface DumpedTrailRow extends TrailRow {
  readonly scope: string;
  readonly scope_from: string;
  readonly waits: boolean;
}

interface DumpedFactRow extends FactRow {
  readonly scope: string;
  readonly latest_from: string;
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
    const session = await this.sessions.begin(DUMPING);
    try {
      await session.query({ text: 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY' });
      const entries = rowsOf(
        session,
        `SELECT ${ENTRY}, r.waits, c.key AS scope, c.first_position AS scope_from
        FROM ${s}.trail r JOIN ${s}.stream s ON s.id = r.stream JOIN ${s}.scope c ON c.id = r.scope
        WHERE r.position <= ${upTo} ORDER BY r.position`,
      ) as AsyncGenerator<DumpedTrailRow>;
      for await (const row of entries) {
        const { scope, scope_from, public_from } = row;
        const waits = row.waits || (public_from !== null && positionIn(public_from) > known);
        yield entryLine({ ...entryOf(row, known), scope, scopeFrom: positionIn(scope_from), waits });
      }
      const assertions = rowsOf(
        session,
        `SELECT c.key AS scope, t.subject, t.name, ${ASSERTION}, (
          SELECT h.latest_from::text FROM ${s}.horizon h WHERE h.attribute = t.id AND h.position <= a.position
          ORDER BY h.position DESC LIMIT 1) AS latest_from
        FROM ${s}.scope c JOIN ${s}.attribute t ON t.scope = c.id JOIN ${s}.assertion a ON a.attribute = t.id
        WHERE a.position <= ${upTo} ORDER BY c.key, t.subject, t.name, a.position`,
      ) as AsyncGenerator<DumpedFactRow>;
      for await (const row of assertions) {
        yield assertionLine({ ...historicFactOf(row, known), scope: row.scope, latestFrom: row.latest_from });
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
