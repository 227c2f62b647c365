import { ViewsError } from '../../eventsourcing/views.js';
import type { Session, Statement } from './postgres-sessions.js';

/** Raise it with every change of the tables, or of what events mean: views of another version are rebuilt, never migrated. */
export const VIEWS_VERSION = 3;

const SERVER_VERSION_MIN = 15;
/** A copy that is no longer in use may still answer a question that was under way. */
export const GRACE_MS = 10_000;

/** Advisory locks of this database: 'DCHO' and what it is for. */
const LOCKS = 0x4443484f;
const LOCK = { leading: 1, schema: 2 } as const;
/** And of a copy that is being filled: 'DCHP' and its number. */
const FILLING_LOCKS = 0x44434850;

/** The schema of a copy. */
export const copyName = (copy: number): string => `daicho_views_${String(copy)}`;

/**
 * As in SQLite: `public_from` of the trail is the position from which on everybody may read an entry; one that
 * `waits` has none until a later entry of its stream discloses it. `assertion` is found by the day in one seek, `horizon` tells the latest day that had been spoken of up
 * to a position. Positions may reach 2^63 and days are days. Values are `json`, which keeps the text as it came: `jsonb`
 * loses the order of keys and refuses U+0000. Text is compared byte by byte, whatever the database's language.
 */
const tables = (s: string): string => `
  CREATE SCHEMA ${s};
  CREATE TABLE ${s}.bookmark (
    one integer PRIMARY KEY CHECK (one = 1), position bigint NOT NULL, events bigint NOT NULL, recorded_at bigint NOT NULL
  );
  INSERT INTO ${s}.bookmark VALUES (1, 0, 0, 0);
  CREATE TABLE ${s}.scope (
    id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY, key text COLLATE "C" NOT NULL UNIQUE, first_position bigint NOT NULL
  );
  CREATE TABLE ${s}.attribute (
    id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY, scope integer NOT NULL,
    subject text COLLATE "C" NOT NULL, name text COLLATE "C" NOT NULL, UNIQUE (scope, subject, name)
  );
  CREATE TABLE ${s}.assertion (
    attribute integer NOT NULL, effective_from date NOT NULL, position bigint NOT NULL,
    superseded_at bigint, recorded_at bigint NOT NULL, event_id uuid NOT NULL, value json NOT NULL,
    PRIMARY KEY (attribute, effective_from, position)
  );
  CREATE TABLE ${s}.horizon (
    attribute integer NOT NULL, position bigint NOT NULL, latest_from date NOT NULL, PRIMARY KEY (attribute, position)
  );
  CREATE TABLE ${s}.stream (
    id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY, name text COLLATE "C" NOT NULL UNIQUE,
    scope integer NOT NULL, subject text COLLATE "C" NOT NULL
  );
  CREATE INDEX ON ${s}.stream (scope, subject);
  CREATE TABLE ${s}.trail (
    position bigint PRIMARY KEY, stream integer NOT NULL, revision integer NOT NULL, scope integer NOT NULL,
    type text COLLATE "C" NOT NULL, schema_version integer NOT NULL, effective_on date NOT NULL, recorded_at bigint NOT NULL,
    actor text COLLATE "C" NOT NULL, event_id uuid NOT NULL, data json NOT NULL, supersedes bigint, superseded_by bigint,
    public_from bigint, waits boolean NOT NULL,
    UNIQUE (stream, revision)
  );
  CREATE INDEX ON ${s}.trail (stream, position) INCLUDE (revision);
  CREATE INDEX ON ${s}.trail (scope, position);
  CREATE INDEX ON ${s}.trail (recorded_at, position);`;

/** The copy in use, for all processes. `since`: a former copy is dropped some time after. */
const POINTER = `
  CREATE SCHEMA IF NOT EXISTS daicho;
  CREATE TABLE daicho.views (
    one integer PRIMARY KEY CHECK (one = 1), version integer NOT NULL, copy integer NOT NULL, since timestamptz NOT NULL
  );`;

export const IN_USE: Statement = { name: 'daicho.in_use', text: 'SELECT version, copy FROM daicho.views' };

interface Pointer {
  readonly version: number;
  readonly copy: number;
}

/** The number of the copy in use. @throws ViewsError VIEWS_TOO_NEW */
export function copyInUse([row]: readonly unknown[]): number {
  const { version, copy } = row as Pointer;
  if (version <= VIEWS_VERSION) return copy;
  throw new ViewsError(
    'VIEWS_TOO_NEW',
    `ビューは新しい版のものです（版 ${String(version)}、この版は ${String(VIEWS_VERSION)}）。新しい Daicho を使うか、DAICHO_VIEWS で別のデータベースを指定してください / ` +
      `the views are of a newer version (${String(version)}, this one knows ${String(VIEWS_VERSION)}): use the newer Daicho, or name another database with DAICHO_VIEWS`,
  );
}

/** That views are there, or can be made. @throws ViewsError VIEWS_TOO_OLD, VIEWS_TOO_NEW, VIEWS_REFUSED */
export async function checkSchema(session: Session): Promise<void> {
  await requireServer(session);
  const text = `SELECT to_regclass('daicho.views') IS NOT NULL AS exists, current_user AS role,
    current_database() AS database, has_database_privilege(current_database(), 'CREATE') AS may`;
  type Found = { exists: boolean; role: string; database: string; may: boolean };
  const [{ exists, role, database, may }] = (await session.query({ text })) as [Found];
  if (exists) copyInUse(await session.query(IN_USE));
  else if (!may) {
    const grant = `GRANT CREATE ON DATABASE "${database}" TO "${role}"`;
    throw new ViewsError(
      'VIEWS_REFUSED',
      `${role} はこのデータベースにスキーマを作れません / ${role} may not make a schema in this database: ${grant}`,
    );
  }
}

/** Whoever comes first makes the schema and the first copy; the others wait, and find it. @throws ViewsError VIEWS_TOO_OLD, VIEWS_TOO_NEW, VIEWS_REFUSED */
export async function openSchema(session: Session, onNotice: (notice: string) => void): Promise<number> {
  await requireServer(session);
  return alone(session, async () => {
    const [{ exists }] = (await session.query({
      text: `SELECT to_regclass('daicho.views') IS NOT NULL AS exists`,
    })) as [{ exists: boolean }];
    if (!exists) {
      await session.query({ text: POINTER });
      return beginCopy(session);
    }
    const rows = await session.query(IN_USE);
    const copy = copyInUse(rows);
    const { version } = rows[0] as Pointer;
    const copies = await copiesOf(session);
    if (version === VIEWS_VERSION && copies.includes(copy)) return copy;
    onNotice(
      version === VIEWS_VERSION
        ? `使用中のビュー ${copyName(copy)} がありません / ${copyName(copy)} is in use but does not exist`
        : `ビューの版が ${String(version)} です / the views are of version ${String(version)}`,
    );
    return beginCopy(session);
  });
}

/** Beside the copies, as it is of no event. */
export const makeLastUses = (session: Session): Promise<void> =>
  alone(session, async () => {
    await session.query({
      text: `CREATE SCHEMA IF NOT EXISTS daicho;
        CREATE TABLE IF NOT EXISTS daicho.last_use (key text COLLATE "C" PRIMARY KEY, used_at bigint NOT NULL)`,
    });
  });

/** Beside the copies, as it is of no event either. */
export const makeOutbox = (session: Session): Promise<void> =>
  alone(session, async () => {
    await session.query({
      text: `CREATE SCHEMA IF NOT EXISTS daicho;
        CREATE TABLE IF NOT EXISTS daicho.outbox_read_to (
          one integer PRIMARY KEY CHECK (one = 1), position text COLLATE "C" NOT NULL, recorded_at bigint NOT NULL
        );
        CREATE TABLE IF NOT EXISTS daicho.outbox (
          endpoint text COLLATE "C" NOT NULL, id text COLLATE "C" NOT NULL, type text NOT NULL, body text NOT NULL,
          standing text COLLATE "C" NOT NULL, attempts integer NOT NULL, due_at bigint NOT NULL, error text,
          PRIMARY KEY (endpoint, id)
        );
        CREATE INDEX IF NOT EXISTS outbox_by_due ON daicho.outbox (standing, endpoint, due_at)`,
    });
  });

/** An empty copy that nobody reads yet, and nobody drops as long as this session lives. */
export const addCopyToFill = (session: Session): Promise<number> =>
  alone(session, async () => {
    const copy = await addCopy(session);
    await session.query({ text: 'SELECT pg_advisory_lock($1, $2)' }, [FILLING_LOCKS, copy]);
    return copy;
  });

export const useCopy = (session: Session, copy: number): Promise<void> => alone(session, () => pointTo(session, copy));

export const dropCopy = (session: Session, copy: number): Promise<void> =>
  alone(session, async () => {
    await session.query({ text: `DROP SCHEMA IF EXISTS ${copyName(copy)} CASCADE` });
  });

/** Copies that nobody uses, fills or still reads. One that is read keeps its lock: it stays until the next time. */
export async function dropFormerCopies(session: Session): Promise<void> {
  const isFormer = { text: `SELECT FROM daicho.views WHERE since < now() - $1 * interval '1 ms'` };
  if ((await session.query(isFormer, [GRACE_MS])).length === 0) return;
  const inUse = copyInUse(await session.query(IN_USE));
  for (const copy of await copiesOf(session)) {
    if (copy === inUse) continue;
    const free = { text: 'SELECT WHERE pg_try_advisory_xact_lock($1, $2)' };
    await alone(session, async () => {
      if ((await session.query(free, [FILLING_LOCKS, copy])).length === 0) return;
      await session.query({ text: `DROP SCHEMA IF EXISTS ${copyName(copy)} CASCADE` });
    });
  }
}

/** Of all processes one has it, as long as its session lives. @returns the session's own process in PostgreSQL, if it is this one */
export async function takeTheLead(session: Session): Promise<number | undefined> {
  const text = 'SELECT pg_backend_pid() AS pid WHERE pg_try_advisory_lock($1, $2)';
  const [row] = (await session.query({ text }, [LOCKS, LOCK.leading])) as { pid: number }[];
  return row?.pid;
}

/** In a transaction, one process after the other. */
const alone = <Result>(session: Session, work: () => Promise<Result>): Promise<Result> =>
  session.transaction(async () => {
    await session.query({ text: 'SELECT pg_advisory_xact_lock($1, $2)' }, [LOCKS, LOCK.schema]);
    return work();
  });

async function requireServer(session: Session): Promise<void> {
  const text = `SELECT current_setting('server_version_num')::integer AS version, current_setting('server_encoding') AS encoding`;
  const [{ version, encoding }] = (await session.query({ text })) as [{ version: number; encoding: string }];
  if (version < SERVER_VERSION_MIN * 10_000) {
    const [found, needed] = [String(Math.floor(version / 10_000)), String(SERVER_VERSION_MIN)];
    throw new ViewsError(
      'VIEWS_TOO_OLD',
      `PostgreSQL ${needed} 以上が必要です（${found} でした） / PostgreSQL ${needed} or newer is needed, this is ${found}`,
    );
  }
  if (encoding !== 'UTF8') {
    throw new ViewsError(
      'VIEWS_REFUSED',
      `データベースの文字コードは UTF8 にしてください（${encoding} でした） / the database must be encoded in UTF8, not ${encoding}`,
    );
  }
}

async function copiesOf(session: Session): Promise<number[]> {
  const rows = await session.query({
    text: `SELECT substring(nspname FROM '^daicho_views_(\\d+)$')::integer AS copy FROM pg_namespace
      WHERE nspname ~ '^daicho_views_\\d+$' ORDER BY 1`,
  });
  return (rows as { copy: number }[]).map(({ copy }) => copy);
}

/** An empty copy. */
async function addCopy(session: Session): Promise<number> {
  const copy = Math.max(0, ...(await copiesOf(session))) + 1;
  await session.query({ text: tables(copyName(copy)) });
  return copy;
}

/** An empty copy, in use at once. */
async function beginCopy(session: Session): Promise<number> {
  const copy = await addCopy(session);
  await pointTo(session, copy);
  return copy;
}

async function pointTo(session: Session, copy: number): Promise<void> {
  await session.query(
    {
      text: `INSERT INTO daicho.views (one, version, copy, since) VALUES (1, $1, $2, clock_timestamp())
        ON CONFLICT (one) DO UPDATE SET (version, copy, since) = (excluded.version, excluded.copy, excluded.since)`,
    },
    [VIEWS_VERSION, copy],
  );
}
