import { Client, DatabaseError, Pool, type ClientBase, type ClientConfig } from 'pg';
import { ViewsError } from '../../eventsourcing/views.js';

/** With a name it is parsed once for each connection. */
export interface Statement {
  readonly name?: string;
  readonly text: string;
}

type Row = Record<string, unknown>;

/** How long a session may take, in ms. */
export interface Limits {
  readonly statementMs: number;
  readonly lockMs: number;
  /** Between two statements: PostgreSQL ends a session that says nothing for longer, and gives back its locks. */
  readonly silentMs: number;
  /** Says something this often while it has nothing else to do. */
  readonly beatMs?: number;
}

const MINUTE_MS = 60_000;
const CONNECT_MS_MAX = 5_000;
/** For a connection of the pool to be free, or to be made. */
const WAIT_MS_MAX = 10_000;
const CONNECTIONS_MAX = 10;
/** How much later than PostgreSQL itself a session gives up: then the connection is cut, or the server hangs. */
const SLACK_MS = 2_000;
const BEAT_MS_MAX = 2_000;
const FAREWELL_MS_MAX = 2_000;

const ASKING: Limits = { statementMs: 10_000, lockMs: 5_000, silentMs: 10 * MINUTE_MS };

/**
 * The way through the tables is known beforehand: indices. Statistics, which after a rebuild are of yesterday, must not
 * talk the planner into reading a table from end to end, into compiling a question that takes a millisecond, or into
 * planning it anew each time. Views can be built again from the ledger: a commit need not wait for the disk.
 */
const SETTINGS = {
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
  jit: 'off',
  plan_cache_mode: 'force_generic_plan',
  synchronous_commit: 'off',
  datestyle: 'ISO',
  tcp_keepalives_idle: '5',
  tcp_keepalives_interval: '2',
  tcp_keepalives_count: '3',
};

/** The connections of one process to one database: a bounded pool for questions, and sessions with a task of their own. */
export class Sessions {
  /** `host:port/database`, for messages: never the password. */
  readonly #place: string;
  /** For the driver. */
  readonly #server: string;
  readonly #pool: Pool;
  readonly #open = new Set<Session>();
  #closed = false;

  /** Connects when first asked. @throws ViewsError VIEWS_UNREACHABLE: not a connection string */
  constructor(connectionString: string) {
    this.#place = placeOf(connectionString);
    this.#server = named(connectionString);
    this.#pool = new Pool({
      ...configOf(this.#server, ASKING),
      max: CONNECTIONS_MAX,
      connectionTimeoutMillis: WAIT_MS_MAX,
      // eslint-disable-next-line @typescript-eslint/no-misused-promises -- the pool waits for it, its types do not say so
      onConnect: (client) => limit(client, ASKING),
    });
    // A connection that breaks while nobody uses it is replaced when the next one is needed.
    this.#pool.on('error', () => undefined);
  }

  /** One statement on any connection. @throws ViewsError VIEWS_UNREACHABLE, VIEWS_REFUSED, VIEWS_CLOSED */
  async query(statement: Statement, values: readonly unknown[] = []): Promise<unknown[]> {
    if (this.#closed) throw closed();
    try {
      return (await this.#pool.query<Row>({ ...statement, values: [...values] })).rows;
    } catch (error) {
      throw viewsErrorOf(error, this.#place);
    }
  }

  /** A connection of its own. @throws ViewsError VIEWS_UNREACHABLE, VIEWS_REFUSED, VIEWS_CLOSED */
  async begin(limits: Limits): Promise<Session> {
    if (this.#closed) throw closed();
    const client = new Client({
      ...configOf(this.#server, limits),
      connectionTimeoutMillis: CONNECT_MS_MAX,
    });
    const session = new Session(client, limits, this.#place);
    this.#open.add(session);
    session.onEnd(() => this.#open.delete(session));
    await session.connect();
    return session;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.all([...this.#open].map((session) => session.close()));
    await this.#pool.end();
  }
}

/** One connection with a task of its own. Whatever breaks it ends it: who needs another begins another. */
export class Session {
  readonly #ended: (() => void)[] = [];
  #beat: NodeJS.Timeout | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #isOpen = true;

  constructor(
    private readonly client: Client,
    private readonly limits: Limits,
    private readonly place: string,
  ) {
    // PostgreSQL has ended the session, or the connection is broken.
    client.on('error', () => {
      this.#end();
    });
    client.on('end', () => {
      this.#end();
    });
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  async connect(): Promise<void> {
    try {
      await this.client.connect();
      await limit(this.client, this.limits);
    } catch (error) {
      this.#end();
      throw viewsErrorOf(error, this.place);
    }
    const { beatMs } = this.limits;
    if (beatMs === undefined) return;
    let waiting = false;
    this.#beat = setInterval(() => {
      if (waiting) return;
      waiting = true;
      void this.#inTurn(() => this.#sayThatItLives()).finally(() => (waiting = false));
    }, beatMs).unref();
  }

  async query(statement: Statement, values: readonly unknown[] = []): Promise<unknown[]> {
    if (!this.#isOpen) throw unreachable(this.place, 'the connection is broken');
    try {
      return (await this.client.query<Row>({ ...statement, values: [...values] })).rows;
    } catch (error) {
      // No answer of the server: nobody knows what it still does on this connection.
      if (!(error instanceof DatabaseError)) this.#end();
      throw viewsErrorOf(error, this.place);
    }
  }

  /** All of it or nothing; one after the other. */
  transaction<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    return this.#inTurn(async () => {
      await this.query({ text: 'BEGIN' });
      try {
        const result = await work(this);
        await this.query({ text: 'COMMIT' });
        return result;
      } catch (error) {
        if (this.#isOpen) await this.query({ text: 'ROLLBACK' });
        throw error;
      }
    });
  }

  /** `from`: the process of PostgreSQL whose session tells it. */
  onNotification(listener: (from: number) => void): void {
    this.client.on('notification', ({ processId }) => {
      listener(processId);
    });
  }

  onEnd(listener: () => void): void {
    this.#ended.push(listener);
  }

  /** After the transaction at hand. */
  close(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#isOpen) await within(FAREWELL_MS_MAX, this.client.end());
      this.#end();
    });
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #sayThatItLives(): Promise<void> {
    if (!this.#isOpen) return;
    const isAnswered = await within(
      BEAT_MS_MAX,
      this.query({ text: 'SELECT' }).catch(() => undefined),
    );
    if (!isAnswered) this.#end();
  }

  #end(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    clearInterval(this.#beat);
    // A connection that is cut takes no farewell.
    this.client.connection.stream.destroy();
    for (const listener of this.#ended) listener();
  }
}

const configOf = (connectionString: string, { statementMs }: Limits): ClientConfig => ({
  connectionString,
  query_timeout: statementMs + SLACK_MS,
  keepAlive: true,
  fallback_application_name: 'daicho',
});

async function limit(client: ClientBase, { statementMs, lockMs, silentMs }: Limits): Promise<void> {
  const settings = {
    ...SETTINGS,
    statement_timeout: String(statementMs),
    lock_timeout: String(lockMs),
    idle_session_timeout: String(silentMs),
    idle_in_transaction_session_timeout: String(silentMs),
  };
  await client.query('SELECT set_config(name, value, false) FROM unnest($1::text[], $2::text[]) AS s (name, value)', [
    Object.keys(settings),
    Object.values(settings),
  ]);
}

/** What the driver would pass over in silence when it is misspelt, and then do without TLS. */
const OPTIONS = new Set([
  'application_name',
  'options',
  'sslcert',
  'sslkey',
  'sslmode',
  'sslrootcert',
  'uselibpqcompat',
]);
/** What the driver takes for `verify-full`, and says so at length each time. */
const named = (connectionString: string): string =>
  connectionString.includes('uselibpqcompat=true')
    ? connectionString
    : connectionString.replace(/([?&]sslmode=)(prefer|require|verify-ca)(?=&|$)/, '$1verify-full');

const SSL_MODES = new Set(['disable', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify']);

/** `host:port/database`. What is no connection string is refused before a piece of a password is taken for a host and shown. */
function placeOf(connectionString: string): string {
  const isUrl = /^postgres(ql)?:\/\//.test(connectionString) && URL.canParse(connectionString);
  const { pathname = '', hash = '' } = isUrl ? new URL(connectionString) : {};
  if (!isUrl || hash !== '' || pathname.includes('@')) {
    throw new ViewsError(
      'VIEWS_UNREACHABLE',
      'ビューの接続文字列は postgres://user:password@host:port/database の形で書いてください（記号は % で符号化） / ' +
        'the connection string of the views must read postgres://user:password@host:port/database (signs percent-encoded)',
    );
  }
  for (const [name, value] of new URL(connectionString).searchParams) {
    if (!OPTIONS.has(name) || (name === 'sslmode' && !SSL_MODES.has(value))) {
      throw new ViewsError(
        'VIEWS_UNREACHABLE',
        `ビューの接続文字列の ${name} に誤りがあります / the connection string of the views is not right at ${name}: ${[...(name === 'sslmode' ? SSL_MODES : OPTIONS)].join(', ')}`,
      );
    }
  }
  try {
    const { host, port, database = '' } = new Client(named(connectionString));
    return `${host}:${String(port)}/${database}`;
  } catch (error) {
    // A certificate that is not there.
    const why = error instanceof Error ? error.message : String(error);
    throw new ViewsError(
      'VIEWS_UNREACHABLE',
      `ビューの接続文字列に誤りがあります / the connection string of the views is not right: ${why}`,
    );
  }
}

/** Whether it was done in time. */
async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    // After this process itself was busy for long, an answer may have come that nobody has looked at.
    timer = setTimeout(() => {
      setImmediate(resolve, false);
    }, ms);
  });
  const inTime = await Promise.race([work.then(() => true), late]);
  clearTimeout(timer);
  return inTime;
}

const closed = (): ViewsError => new ViewsError('VIEWS_CLOSED', 'ビューは閉じられました / the views are closed');

/** SQLSTATE: wrong password or role, no such database, no privilege, a server that only reads. */
const REFUSED = /^(28...|3D000|42501|25006)$/;
/** SQLSTATE: the connection failed, too many of them, the server goes or comes. */
const UNREACHABLE = /^(08...|53300|57P..)$/;

const DISK_FULL = '53100';

/** What somebody can do something about gets its code; what else the server says stays as it is. */
function viewsErrorOf(error: unknown, place: string): unknown {
  if (error instanceof ViewsError) return error;
  if (!(error instanceof DatabaseError)) {
    // When several addresses were tried there is no message, only a code.
    const { message, code } = error as { readonly message?: string; readonly code?: string };
    if (message?.includes('client password must be') === true) {
      return new ViewsError(
        'VIEWS_REFUSED',
        `PostgreSQL（${place}）がパスワードを求めています。DAICHO_VIEWS か PGPASSWORD で指定してください / PostgreSQL at ${place} asks for a password: give it in DAICHO_VIEWS or PGPASSWORD`,
      );
    }
    return unreachable(place, message || String(code));
  }
  const { code: sqlState = '', message } = error;
  if (UNREACHABLE.test(sqlState)) return unreachable(place, message);
  if (sqlState === DISK_FULL) {
    return new ViewsError(
      'VIEWS_REFUSED',
      `PostgreSQL（${place}）のディスクがいっぱいです。空きができれば続けます / the disk of PostgreSQL at ${place} is full, make room: ${message}`,
    );
  }
  return REFUSED.test(sqlState) ? refused(place, message) : error;
}

const refused = (place: string, why: string): ViewsError =>
  new ViewsError('VIEWS_REFUSED', `PostgreSQL（${place}）に拒まれました / PostgreSQL at ${place} refuses: ${why}`);

const unreachable = (place: string, reason: string): ViewsError =>
  new ViewsError(
    'VIEWS_UNREACHABLE',
    `PostgreSQL（${place}）に接続できません / PostgreSQL at ${place} cannot be reached: ${reason}`,
  );
