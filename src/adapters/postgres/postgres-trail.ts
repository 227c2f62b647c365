import { START, type Position } from '../../eventsourcing/position.js';
import type { Trail, TrailEntry, TrailFilter, TrailPage } from '../../eventsourcing/views.js';
import type { Statement } from './postgres-sessions.js';
import { asText, knownUpTo, positionIn, type Ask } from './rows.js';

export interface TrailRow {
  readonly position: string;
  readonly stream: string;
  readonly subject: string;
  readonly revision: number;
  readonly type: string;
  readonly schema_version: number;
  readonly effective_on: string;
  readonly recorded_at: string;
  readonly actor: string;
  readonly event_id: string;
  readonly data: unknown;
  readonly supersedes: string | null;
  readonly superseded_by: string | null;
  readonly public_from: string | null;
}

/** Of the trail `r` and its stream `s`. */
export const ENTRY = `r.position, s.name AS stream, s.subject, r.revision, r.type, r.schema_version, r.effective_on::text,
  r.recorded_at, r.actor, r.event_id, r.data, r.supersedes, r.superseded_by, r.public_from`;

/** The audit history of one copy. */
export class PostgresTrail implements Trail {
  readonly #entries: Statement;
  readonly #revisions: Statement;
  readonly #scopes: Statement;
  readonly #positionAt: Statement;
  readonly #select: string;

  constructor(
    private readonly schema: string,
    private readonly query: Ask,
  ) {
    this.#select = `SELECT ${ENTRY} FROM ${schema}.trail r JOIN ${schema}.stream s ON s.id = r.stream`;
    this.#entries = { name: `${schema}.entries`, text: `${this.#select} WHERE r.position = ANY ($1::bigint[])` };
    this.#revisions = {
      name: `${schema}.revisions`,
      text: `SELECT coalesce((
          SELECT r.revision FROM ${schema}.trail r
          WHERE r.stream = (SELECT id FROM ${schema}.stream s WHERE s.name = u.name) AND r.position <= $2
          ORDER BY r.position DESC LIMIT 1), -1) AS revision
        FROM unnest($1::text[]) WITH ORDINALITY AS u (name, n) ORDER BY u.n`,
    };
    this.#scopes = {
      name: `${schema}.scopes`,
      text: `SELECT key FROM ${schema}.scope WHERE first_position <= $1 ORDER BY first_position`,
    };
    this.#positionAt = {
      name: `${schema}.position_at`,
      text: lastRecorded(schema, '<= $1'),
    };
  }

  async page(filter: TrailFilter, page: TrailPage): Promise<TrailEntry[]> {
    const { where, values } = this.#conditions(filter, page);
    const order = `r.position ${page.newestFirst ? 'DESC' : 'ASC'}`;
    const text = `${this.#select} WHERE ${where} ORDER BY ${order} LIMIT ${String(page.limit)}`;
    const rows = (await this.query({ text }, values)) as TrailRow[];
    return rows.map((row) => entryOf(row, filter.known));
  }

  async count(filter: TrailFilter): Promise<number> {
    const { where, values } = this.#conditions(filter, {});
    const text = `SELECT count(*) FROM ${this.schema}.trail r WHERE ${where}`;
    const [{ count }] = (await this.query({ text }, values)) as [{ count: string }];
    return Number(count);
  }

  async entries(positions: readonly Position[], known: Position): Promise<(TrailEntry | undefined)[]> {
    const rows = (await this.query(this.#entries, [
      positions.filter((position) => position <= knownUpTo(known)),
    ])) as TrailRow[];
    const found = new Map(rows.map((row) => [positionIn(row.position), entryOf(row, known)]));
    return positions.map((position) => found.get(position));
  }

  async revisions(streams: readonly string[], known: Position): Promise<number[]> {
    const rows = await this.query(this.#revisions, [streams.map(asText), knownUpTo(known)]);
    return (rows as { revision: number }[]).map(({ revision }) => revision);
  }

  async scopes(known: Position): Promise<string[]> {
    const rows = (await this.query(this.#scopes, [knownUpTo(known)])) as { key: string }[];
    return rows.map(({ key }) => key);
  }

  async positionAt(instantMs: number): Promise<Position> {
    const [row] = (await this.query(this.#positionAt, [instantMs])) as { position: string }[];
    return row ? positionIn(row.position) : START;
  }

  /** recordedAt never decreases in position order: between two instants is between two positions. */
  #conditions(filter: TrailFilter, page: Pick<TrailPage, 'after' | 'before'>) {
    const { scope, known, withStaffOnly = false, subject, types, recordedFromMs, recordedToMs } = filter;
    const s = this.schema;
    const values: unknown[] = [];
    const value = (of: unknown): string => `$${String(values.push(of))}`;
    const scopeId = `(SELECT id FROM ${s}.scope WHERE key = ${value(asText(scope))})`;
    const upTo = value(knownUpTo(known));
    const conditions = [`r.position <= ${upTo}`];
    const isPublic = `r.public_from <= ${upTo}`;
    if (withStaffOnly === false) conditions.push(isPublic);
    else if (withStaffOnly !== true) {
      const named = `name = ANY (${value(withStaffOnly.map(asText))}::text[])`;
      conditions.push(`(${isPublic} OR r.stream IN (SELECT id FROM ${s}.stream WHERE ${named}))`);
    }
    if (subject === undefined) conditions.push(`r.scope = ${scopeId}`);
    else {
      // What is about one subject lies in few streams.
      const isSubject = `scope = ${scopeId} AND subject = ${value(asText(subject))}`;
      conditions.push(`r.stream IN (SELECT id FROM ${s}.stream WHERE ${isSubject})`);
    }
    if (types) conditions.push(`r.type = ANY (${value(types.map(asText))}::text[])`);
    if (recordedFromMs !== undefined)
      conditions.push(`r.position > coalesce((${lastRecorded(s, `< ${value(recordedFromMs)}`)}), 0)`);
    if (recordedToMs !== undefined) conditions.push(`r.position <= (${lastRecorded(s, `<= ${value(recordedToMs)}`)})`);
    if (page.after !== undefined) conditions.push(`r.position > ${value(knownUpTo(page.after))}`);
    if (page.before !== undefined) conditions.push(`r.position < ${value(knownUpTo(page.before))}`);
    return { where: conditions.join(' AND '), values };
  }
}

const lastRecorded = (schema: string, when: string): string =>
  `SELECT position FROM ${schema}.trail WHERE recorded_at ${when} ORDER BY recorded_at DESC, position DESC LIMIT 1`;

export function entryOf(row: TrailRow, known: Position): TrailEntry {
  const at = (position: string | null): Position | undefined => (position === null ? undefined : positionIn(position));
  const [supersededBy, publicFrom] = [at(row.superseded_by), at(row.public_from)];
  return {
    event: {
      id: row.event_id,
      stream: row.stream,
      revision: row.revision,
      position: positionIn(row.position),
      type: row.type,
      schemaVersion: row.schema_version,
      effectiveOn: row.effective_on,
      recordedAtMs: Number(row.recorded_at),
      actor: row.actor,
      data: row.data,
    },
    subject: row.subject,
    isPublic: publicFrom !== undefined && publicFrom <= known,
    ...(row.supersedes !== null && { supersedes: positionIn(row.supersedes) }),
    ...(supersededBy !== undefined && supersededBy <= known && { supersededBy }),
  };
}
