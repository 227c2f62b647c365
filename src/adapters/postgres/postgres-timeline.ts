import {
  Facts,
  type Fact,
  type HistoricFact,
  type Point,
  type Question,
  type Timeline,
} from '../../eventsourcing/timeline.js';
import type { Position } from '../../eventsourcing/position.js';
import type { Statement } from './postgres-sessions.js';
import { asText, columnsOf, knownUpTo, positionIn, type Ask } from './rows.js';

export interface FactRow {
  readonly subject: string;
  readonly name: string;
  readonly effective_from: string;
  readonly position: string;
  readonly recorded_at: string;
  readonly event_id: string;
  readonly value: Fact['value'];
  readonly superseded_at: string | null;
}

interface AnswerRow extends FactRow {
  /** Which question it answers, from 1. */
  readonly n: string;
}

export const ASSERTION = 'a.effective_from::text, a.position, a.recorded_at, a.event_id, a.value, a.superseded_at';

/**
 * The assertions in force for rows `q (scope, day, known)`, joined with the attributes `t` that `of` picks. For each
 * attribute the primary key is read backwards from the day and left at the first row that counts. For a past state of
 * knowledge `horizon` tells, by one more seek, the latest day that anything known by then spoke of: what was said later
 * of later days is not walked over. `OFFSET 0` keeps each of these a step of its own, by index, whatever the planner
 * believes of the tables. EXPLAIN over 100,000 assertions about 100 attributes: for each one search in the primary key,
 * 1 row fetched, and one search in `horizon` for the past.
 */
const inForce = (s: string, q: string, of = ''): string => `
  FROM ${q}
  JOIN ${s}.scope c ON c.key = q.scope
  CROSS JOIN LATERAL (SELECT * FROM ${s}.attribute t WHERE t.scope = c.id ${of} OFFSET 0) t
  CROSS JOIN LATERAL (
    SELECT CASE WHEN q.known >= (SELECT position FROM ${s}.bookmark) THEN q.day ELSE (
      SELECT least(q.day, h.latest_from) FROM ${s}.horizon h
      WHERE h.attribute = t.id AND h.position <= q.known ORDER BY h.position DESC LIMIT 1) END AS day
    OFFSET 0
  ) latest
  CROSS JOIN LATERAL (
    SELECT * FROM ${s}.assertion a
    WHERE a.attribute = t.id AND a.effective_from <= latest.day
      AND a.position <= q.known AND (a.superseded_at IS NULL OR a.superseded_at > q.known)
    ORDER BY a.effective_from DESC, a.position DESC LIMIT 1
  ) a`;

/** The timeline of one copy. */
export class PostgresTimeline implements Timeline {
  readonly #facts: Statement;
  readonly #factsOf: Statement;
  readonly #answers: Statement;
  readonly #history: Statement;

  constructor(
    schema: string,
    private readonly query: Ask,
  ) {
    const point = '(SELECT $1::text AS scope, $2::date AS day, $3::bigint AS known) q';
    const questions = `unnest($1::text[], $2::text[], $3::text[], $4::date[], $5::bigint[])
      WITH ORDINALITY AS q (scope, subject, name, day, known, n)`;
    this.#facts = {
      name: `${schema}.facts`,
      text: `SELECT t.subject, t.name, ${ASSERTION} ${inForce(schema, point)}`,
    };
    this.#factsOf = {
      name: `${schema}.facts_of`,
      text: `SELECT t.subject, t.name, ${ASSERTION} ${inForce(schema, point, 'AND t.subject = $4')}`,
    };
    this.#answers = {
      name: `${schema}.answers`,
      text: `SELECT q.n, q.subject, q.name, ${ASSERTION} ${inForce(schema, questions, 'AND t.subject = q.subject AND t.name = q.name')}`,
    };
    this.#history = {
      name: `${schema}.history`,
      text: `SELECT t.subject, t.name, ${ASSERTION}
        FROM ${schema}.scope c JOIN ${schema}.attribute t ON t.scope = c.id JOIN ${schema}.assertion a ON a.attribute = t.id
        WHERE c.key = $1 AND t.subject = $2 AND t.name = $3 AND a.position <= $4 ORDER BY a.position`,
    };
  }

  async facts(scope: string, { day, position }: Point, subject?: string): Promise<Facts> {
    const values = [asText(scope), day, knownUpTo(position)];
    const rows =
      subject === undefined
        ? await this.query(this.#facts, values)
        : await this.query(this.#factsOf, [...values, asText(subject)]);
    return new Facts((rows as FactRow[]).map(factOf));
  }

  async ask(questions: readonly Question[]): Promise<(Fact | undefined)[]> {
    const asked = questions.map(({ scope, subject, attribute, day, position }) => [
      asText(scope),
      asText(subject),
      asText(attribute),
      day,
      knownUpTo(position),
    ]);
    const answers: (Fact | undefined)[] = questions.map(() => undefined);
    const rows = (await this.query(this.#answers, columnsOf(asked, 5))) as AnswerRow[];
    for (const row of rows) answers[Number(row.n) - 1] = factOf(row);
    return answers;
  }

  async history(scope: string, subject: string, attribute: string, known: Position): Promise<HistoricFact[]> {
    const values = [asText(scope), asText(subject), asText(attribute), knownUpTo(known)];
    const rows = (await this.query(this.#history, values)) as FactRow[];
    return rows.map((row) => historicFactOf(row, known));
  }
}

const factOf = (row: FactRow): Fact => ({
  subject: row.subject,
  attribute: row.name,
  effectiveFrom: row.effective_from,
  value: row.value,
  position: positionIn(row.position),
  recordedAtMs: Number(row.recorded_at),
  eventId: row.event_id,
});

export function historicFactOf(row: FactRow, known: Position): HistoricFact {
  const supersededAt = row.superseded_at === null ? undefined : positionIn(row.superseded_at);
  return { ...factOf(row), ...(supersededAt !== undefined && supersededAt <= known && { supersededAt }) };
}
