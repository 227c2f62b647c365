import type { Projected } from '../../eventsourcing/catalogue.js';
import type { Position } from '../../eventsourcing/position.js';
import { ViewsError } from '../../eventsourcing/views.js';
import type { Session } from './postgres-sessions.js';
import { columnsOf, positionIn } from './rows.js';

/** Told to every process when views have been fed. */
export const CHANNEL = 'daicho_views';

/** What a correction or withdrawal takes the place of. */
interface Replaced {
  readonly position: Position;
  readonly effectiveOn: string;
}

interface Correction {
  readonly by: Projected;
  readonly replaced: Replaced;
  readonly attribute: string;
}

/** Applies a batch to a copy in one transaction, each table in one statement. @throws ViewsError OUT_OF_ORDER */
export const feed = (session: Session, schema: string, batch: readonly Projected[]): Promise<void> =>
  session.transaction(() => new Feeding(session, schema).apply(batch));

class Feeding {
  constructor(
    private readonly session: Session,
    private readonly s: string,
  ) {}

  async apply(batch: readonly Projected[]): Promise<void> {
    const last = batch.at(-1);
    // Locked: what another process applies in the meantime waits, and is then out of order.
    const lock = { name: `${this.s}.lock`, text: `SELECT position FROM ${this.s}.bookmark FOR UPDATE` };
    const [{ position }] = (await this.session.query(lock)) as [{ position: string }];
    const before = positionIn(position);
    requireOrder(before, batch);
    if (!last) return;
    const corrections = await this.#corrections(batch);
    await this.#insertNames(batch);
    await this.#insertTrail(batch, corrections);
    await this.#insertAssertions(batch, corrections);
    await this.#supersede(corrections.filter(({ replaced }) => replaced.position <= before));
    await this.#disclose(batch, before);
    await this.session.query(
      {
        name: `${this.s}.set_bookmark`,
        text: `UPDATE ${this.s}.bookmark SET position = $1, events = events + $2, recorded_at = $3
          RETURNING pg_notify('${CHANNEL}', '')`,
      },
      [last.event.position, batch.length, last.event.recordedAtMs],
    );
  }

  /** With the entries they name, which were applied earlier or stand before them in the batch. */
  async #corrections(batch: readonly Projected[]): Promise<Correction[]> {
    const corrections = batch.filter(({ supersedes }) => supersedes !== undefined);
    if (corrections.length === 0) return [];
    const key = (stream: string, revision: number | undefined): string => `${stream} ${String(revision)}`;
    const entries = new Map<string, Replaced>();
    const named = corrections.map(({ event, supersedes }) => [event.stream, supersedes?.entry.revision]);
    const earlier = await this.session.query(
      {
        name: `${this.s}.entries_of_revisions`,
        text: `SELECT u.stream, u.revision, r.position, r.effective_on::text
          FROM unnest($1::text[], $2::integer[]) AS u (stream, revision)
          CROSS JOIN LATERAL (
            SELECT * FROM ${this.s}.trail r
            WHERE r.stream = ${streamId(this.s)} AND r.revision = u.revision OFFSET 0) r`,
      },
      columnsOf(named, 2),
    );
    for (const row of earlier as { stream: string; revision: number; position: string; effective_on: string }[])
      entries.set(key(row.stream, row.revision), { position: positionIn(row.position), effectiveOn: row.effective_on });
    const found: Correction[] = [];
    for (const by of batch) {
      const { event, supersedes } = by;
      const replaced = supersedes && entries.get(key(event.stream, supersedes.entry.revision));
      if (replaced) found.push({ by, replaced, attribute: supersedes.attribute });
      entries.set(key(event.stream, event.revision), event);
    }
    return found;
  }

  /** Scopes, streams and attributes that are new. */
  async #insertNames(batch: readonly Projected[]): Promise<void> {
    const scopes = new Map<string, unknown[]>();
    const streams = new Map<string, unknown[]>();
    const attributes = new Map<string, unknown[]>();
    for (const { event, scope, subject, assertions } of batch) {
      if (!scopes.has(scope)) scopes.set(scope, [scope, event.position]);
      if (!streams.has(event.stream)) streams.set(event.stream, [event.stream, scope, subject]);
      for (const { subject: of, attribute } of assertions)
        attributes.set(`${scope} ${of} ${attribute}`, [scope, of, attribute]);
    }
    await this.session.query(
      {
        name: `${this.s}.insert_names`,
        text: `
          WITH new_scope AS (
            INSERT INTO ${this.s}.scope (key, first_position)
            SELECT u.key, u.position FROM unnest($1::text[], $2::bigint[]) AS u (key, position)
            WHERE NOT EXISTS (SELECT FROM ${this.s}.scope c WHERE c.key = u.key)
            RETURNING id, key
          ), named AS (
            SELECT id, key FROM new_scope UNION ALL SELECT id, key FROM ${this.s}.scope WHERE key = ANY ($1::text[])
          ), new_stream AS (
            INSERT INTO ${this.s}.stream (name, scope, subject)
            SELECT u.name, c.id, u.subject FROM unnest($3::text[], $4::text[], $5::text[]) AS u (name, scope, subject)
            JOIN named c ON c.key = u.scope
            WHERE NOT EXISTS (SELECT FROM ${this.s}.stream t WHERE t.name = u.name)
          )
          INSERT INTO ${this.s}.attribute (scope, subject, name)
          SELECT c.id, u.subject, u.name FROM unnest($6::text[], $7::text[], $8::text[]) AS u (scope, subject, name)
          JOIN named c ON c.key = u.scope
          WHERE NOT EXISTS (
            SELECT FROM ${this.s}.attribute t WHERE t.scope = c.id AND t.subject = u.subject AND t.name = u.name)`,
      },
      [
        ...columnsOf([...scopes.values()], 2),
        ...columnsOf([...streams.values()], 3),
        ...columnsOf([...attributes.values()], 3),
      ],
    );
  }

  async #insertTrail(batch: readonly Projected[], corrections: readonly Correction[]): Promise<void> {
    const supersedes = new Map(corrections.map(({ by, replaced }) => [by.event.position, replaced.position]));
    const supersededBy = new Map(corrections.map(({ by, replaced }) => [replaced.position, by.event.position]));
    const disclosing = new Map<string, Position>();
    const publicFrom = new Map<Position, Position>();
    for (const { event, audience, discloses } of batch.toReversed()) {
      if (discloses) disclosing.set(event.stream, event.position);
      const from = audience === 'public' ? event.position : audience === 'disclosed' && disclosing.get(event.stream);
      if (from) publicFrom.set(event.position, from);
    }
    const [streams, scopes] = [new Numbered(1), new Numbered(1)];
    const rows = batch.map(({ event, scope, audience }) => [
      event.position,
      streams.of(event.stream),
      event.revision,
      scopes.of(scope),
      event.type,
      event.schemaVersion,
      event.effectiveOn,
      event.recordedAtMs,
      event.actor,
      event.id,
      supersedes.get(event.position),
      supersededBy.get(event.position),
      publicFrom.get(event.position),
      audience === 'disclosed' && !publicFrom.has(event.position),
    ]);
    await this.session.query(
      {
        name: `${this.s}.insert_trail`,
        text: `
          INSERT INTO ${this.s}.trail (position, stream, revision, scope, type, schema_version, effective_on, recorded_at,
            actor, event_id, supersedes, superseded_by, public_from, waits, data)
          SELECT u.position, ${idsOf(streamId(this.s), '$16::text[]', 'stream')}[u.stream], u.revision,
            ${idsOf(scopeId(this.s), '$17::text[]', 'scope')}[u.scope], u.type, u.schema_version,
            u.effective_on, u.recorded_at, u.actor, u.event_id, u.supersedes, u.superseded_by,
            u.public_from, u.waits, u.data
          FROM ROWS FROM (
            unnest($1::bigint[], $2::integer[], $3::integer[], $4::integer[], $5::text[], $6::integer[], $7::date[],
              $8::bigint[], $9::text[], $10::uuid[], $11::bigint[], $12::bigint[], $13::bigint[], $14::boolean[]),
            json_array_elements($15::json)
          ) AS u (position, stream, revision, scope, type, schema_version, effective_on, recorded_at,
            actor, event_id, supersedes, superseded_by, public_from, waits, data)`,
      },
      [...columnsOf(rows, 14), jsonOf(batch.map(({ event }) => event.data)), ...streams.columns, ...scopes.columns],
    );
  }

  /** And the horizon of each attribute, where it grows. */
  async #insertAssertions(batch: readonly Projected[], corrections: readonly Correction[]): Promise<void> {
    const key = (position: Position, subject: string, attribute: string): string =>
      `${position} ${subject} ${attribute}`;
    const supersededAt = new Map(
      corrections.map(({ by, replaced, attribute }) => [
        key(replaced.position, by.subject, attribute),
        by.event.position,
      ]),
    );
    const attributes = new Numbered(3);
    const rows = batch.flatMap(({ event: { position, recordedAtMs, id }, assertions }) =>
      assertions.map(({ scope, subject, attribute, effectiveFrom }) => [
        attributes.of(scope, subject, attribute),
        effectiveFrom,
        position,
        supersededAt.get(key(position, subject, attribute)),
        recordedAtMs,
        id,
      ]),
    );
    const values = batch.flatMap(({ assertions }) => assertions.map(({ value }) => value));
    await this.session.query(
      {
        name: `${this.s}.insert_assertions`,
        text: `
          WITH said AS (
            INSERT INTO ${this.s}.assertion (attribute, effective_from, position, superseded_at, recorded_at, event_id, value)
            SELECT ${idsOf(attributeId(this.s), '$8::text[], $9::text[], $10::text[]', 'scope, subject, name')}[u.attribute],
              u.effective_from, u.position, u.superseded_at, u.recorded_at, u.event_id, u.value
            FROM ROWS FROM (
              unnest($1::integer[], $2::date[], $3::bigint[], $4::bigint[], $5::bigint[], $6::uuid[]),
              json_array_elements($7::json)
            ) AS u (attribute, effective_from, position, superseded_at, recorded_at, event_id, value)
            RETURNING attribute, effective_from, position
          ), spoken AS (
            SELECT attribute, effective_from, position, max(effective_from) OVER (
              PARTITION BY attribute ORDER BY position ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
            FROM said
          )
          INSERT INTO ${this.s}.horizon (attribute, position, latest_from)
          SELECT attribute, position, effective_from FROM spoken
          WHERE effective_from > coalesce(before, '-infinity') AND effective_from > coalesce((
            SELECT h.latest_from FROM ${this.s}.horizon h WHERE h.attribute = spoken.attribute
            ORDER BY h.position DESC LIMIT 1), '-infinity')`,
      },
      [...columnsOf(rows, 6), jsonOf(values), ...attributes.columns],
    );
  }

  /** Entries of earlier batches: the first that discloses in a stream makes public what waits there. */
  async #disclose(batch: readonly Projected[], before: Position): Promise<void> {
    const first = new Map<string, Position>();
    for (const { event, discloses } of batch) {
      if (discloses && !first.has(event.stream)) first.set(event.stream, event.position);
    }
    if (first.size === 0) return;
    await this.session.query(
      {
        name: `${this.s}.disclose`,
        text: `UPDATE ${this.s}.trail r SET public_from = u.by, waits = false
          FROM (
            SELECT ${streamId(this.s)} AS stream, u.by FROM unnest($1::text[], $2::bigint[]) AS u (stream, by) OFFSET 0) u
          WHERE r.stream = u.stream AND r.waits AND r.position <= $3`,
      },
      [...columnsOf([...first], 2), before],
    );
  }

  /** Entries of earlier batches. */
  async #supersede(corrections: readonly Correction[]): Promise<void> {
    if (corrections.length === 0) return;
    const entries = new Map(corrections.map(({ by, replaced }) => [replaced.position, by.event.position]));
    await this.session.query(
      {
        name: `${this.s}.supersede_entries`,
        text: `UPDATE ${this.s}.trail r SET superseded_by = u.by
          FROM unnest($1::bigint[], $2::bigint[]) AS u (position, by) WHERE r.position = u.position`,
      },
      columnsOf([...entries], 2),
    );
    const assertions = new Map(
      corrections.map(({ by, replaced, attribute }) => [
        `${replaced.position} ${attribute}`,
        [by.scope, by.subject, attribute, replaced.effectiveOn, replaced.position, by.event.position],
      ]),
    );
    await this.session.query(
      {
        name: `${this.s}.supersede_assertions`,
        text: `UPDATE ${this.s}.assertion a SET superseded_at = u.by
          FROM (
            SELECT ${attributeId(this.s)} AS attribute, u.effective_from, u.position, u.by
            FROM unnest($1::text[], $2::text[], $3::text[], $4::date[], $5::bigint[], $6::bigint[])
              AS u (scope, subject, name, effective_from, position, by)
            OFFSET 0) u
          WHERE a.attribute = u.attribute AND a.effective_from = u.effective_from AND a.position = u.position`,
      },
      columnsOf([...assertions.values()], 6),
    );
  }
}

/** Ids for the names in `u`. What has none is refused by the table, where a join would lose it without a word. */
const scopeId = (s: string): string => `(SELECT c.id FROM ${s}.scope c WHERE c.key = u.scope)`;
const streamId = (s: string): string => `(SELECT t.id FROM ${s}.stream t WHERE t.name = u.stream)`;
const attributeId = (s: string): string =>
  `(SELECT t.id FROM ${s}.attribute t WHERE t.scope = ${scopeId(s)} AND t.subject = u.subject AND t.name = u.name)`;
/** The ids of all different names that rows refer to by their number: each is looked up once. */
const idsOf = (id: string, names: string, columns: string): string =>
  `(ARRAY (SELECT ${id} FROM unnest(${names}) WITH ORDINALITY AS u (${columns}, n) ORDER BY u.n))`;

/** Many values in one: PostgreSQL takes it apart faster than an array, each of whose quotes is quoted. */
const jsonOf = (values: readonly unknown[]): string => `[${values.map((value) => JSON.stringify(value)).join(',')}]`;

/** Names of some parts each, numbered from 1 in the order in which they were met. */
class Numbered {
  readonly #numbers = new Map<string, number>();
  readonly #names: (readonly string[])[] = [];

  constructor(private readonly parts: number) {}

  of(...name: readonly string[]): number {
    const key = name.join(' ');
    let number = this.#numbers.get(key);
    if (number === undefined) this.#numbers.set(key, (number = this.#names.push(name)));
    return number;
  }

  get columns(): unknown[][] {
    return columnsOf(this.#names, this.parts);
  }
}

function requireOrder(before: Position, batch: readonly Projected[]): void {
  let last = before;
  for (const { event } of batch) {
    if (event.position <= last) throw new ViewsError('OUT_OF_ORDER', `${event.position} is not after ${last}`);
    last = event.position;
  }
}
