import type { FlatTable, FlatType, Reporting } from '../../eventsourcing/reporting.js';
import { Sessions, type Limits, type Session } from './postgres-sessions.js';

const PUBLISHING: Limits = { statementMs: 60_000, lockMs: 30_000, silentMs: 60_000 };

const TYPES: Readonly<Record<FlatType, string>> = {
  text: 'text',
  integer: 'integer',
  decimal: 'numeric',
  boolean: 'boolean',
  day: 'date',
  instant: 'timestamptz',
};

const name = (text: string): string => `"${text.replaceAll('"', '""')}"`;
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Rows as they are said, in a table that only we look at; views over it, with types, for everybody who may. */
const ROWS = `CREATE SCHEMA IF NOT EXISTS reporting;
  CREATE TABLE IF NOT EXISTS reporting.published (
    view text COLLATE "C" NOT NULL, no integer NOT NULL, said jsonb NOT NULL, PRIMARY KEY (view, no)
  );`;

/** A schema `reporting` of flat views. Rights on them are kept: a view is replaced, never dropped, unless its columns are others. */
export class PostgresReporting implements Reporting {
  readonly #sessions: Sessions;

  /** @throws ViewsError VIEWS_UNREACHABLE: not a connection string */
  constructor(connectionString: string) {
    this.#sessions = new Sessions(connectionString);
  }

  async publish(tables: readonly FlatTable[]): Promise<void> {
    const session = await this.#sessions.begin(PUBLISHING);
    try {
      await session.transaction(async () => {
        await session.query({ text: `SELECT pg_advisory_xact_lock(hashtext('daicho.reporting'))` });
        await session.query({ text: ROWS });
        for (const table of tables) await publishOne(session, table);
      });
    } finally {
      await session.close();
    }
  }

  close(): Promise<void> {
    return this.#sessions.close();
  }
}

async function publishOne(session: Session, table: FlatTable): Promise<void> {
  await session.query({ text: 'DELETE FROM reporting.published WHERE view = $1' }, [table.name]);
  await session.query(
    {
      text: `INSERT INTO reporting.published
        SELECT $1, no, said FROM jsonb_array_elements($2::jsonb) WITH ORDINALITY AS rows (said, no)`,
    },
    [table.name, JSON.stringify(table.rows)],
  );
  const defined = await session.query({ text: `SELECT obj_description(to_regclass($1), 'pg_class') AS said` }, [
    `reporting.${name(table.name)}`,
  ]);
  const definition = viewOf(table);
  const [{ said } = { said: null }] = defined as { said: string | null }[];
  if (said !== null && said === commentOf(table)) return;
  if (said !== null) await session.query({ text: `DROP VIEW reporting.${name(table.name)}` });
  await session.query({ text: definition });
}

function viewOf(table: FlatTable): string {
  const view = `reporting.${name(table.name)}`;
  const columns = table.columns.map(
    (column) => `(said->>${literal(column.name)})::${TYPES[column.type]} AS ${name(column.name)}`,
  );
  const comments = table.columns.map(
    (column) => `COMMENT ON COLUMN ${view}.${name(column.name)} IS ${literal(column.title)};`,
  );
  return `CREATE VIEW ${view} AS SELECT ${columns.join(', ')} FROM reporting.published
    WHERE view = ${literal(table.name)};
    COMMENT ON VIEW ${view} IS ${literal(commentOf(table))}; ${comments.join(' ')}`;
}

/** What it is, and of which columns: another comment is another view. */
const commentOf = ({ title, columns }: FlatTable): string =>
  `${title}：${columns.map((column) => `${column.name} ${TYPES[column.type]}`).join(', ')}`;
