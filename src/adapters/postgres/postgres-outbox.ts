import type { Place } from '../../eventsourcing/event-store.js';
import type { Delivery, Outbox, OutgoingMessage, Progress, Standing } from '../../eventsourcing/outbox.js';
import { makeOutbox } from './postgres-schema.js';
import { Sessions, type Limits, type Statement } from './postgres-sessions.js';

const MAKING: Limits = { statementMs: 30_000, lockMs: 30_000, silentMs: 60_000 };

const READ_TO: Statement = {
  name: 'daicho.outbox_read_to',
  text: 'SELECT position, recorded_at FROM daicho.outbox_read_to',
};
/** One statement, so both or neither. */
const ADD: Statement = {
  name: 'daicho.outbox_add',
  text: `WITH added AS (
      INSERT INTO daicho.outbox (endpoint, id, type, body, standing, attempts, due_at)
      SELECT endpoint, id, type, body, 'pending', 0, $7
      FROM unnest($3::text[], $4::text[], $5::text[], $6::text[]) AS m (endpoint, id, type, body)
      ON CONFLICT (endpoint, id) DO NOTHING)
    INSERT INTO daicho.outbox_read_to VALUES (1, $1, $2)
    ON CONFLICT (one) DO UPDATE SET position = excluded.position, recorded_at = excluded.recorded_at`,
};
const DUE: Statement = {
  name: 'daicho.outbox_due',
  text: `SELECT * FROM daicho.outbox WHERE standing = 'pending' AND endpoint = $1 AND due_at <= $2
    ORDER BY due_at, id LIMIT $3`,
};
const SETTLE: Statement = {
  name: 'daicho.outbox_settle',
  text: `UPDATE daicho.outbox SET standing = $3, attempts = $4, due_at = $5, error = $6,
    body = CASE $3 WHEN 'delivered' THEN '' ELSE body END WHERE endpoint = $1 AND id = $2`,
};
const RETRY: Statement = {
  name: 'daicho.outbox_retry',
  text: `UPDATE daicho.outbox SET standing = 'pending', attempts = 0, due_at = $2
    WHERE standing = 'failed' AND endpoint = $1 RETURNING id`,
};
const COUNTS: Statement = {
  name: 'daicho.outbox_counts',
  text: 'SELECT endpoint, standing, count(*)::integer AS count FROM daicho.outbox GROUP BY 1, 2 ORDER BY 1, 2',
};
const TROUBLED: Statement = {
  name: 'daicho.outbox_troubled',
  text: `SELECT * FROM daicho.outbox WHERE standing = 'failed' OR (standing = 'pending' AND attempts > 0)
    ORDER BY endpoint, due_at, id LIMIT $1`,
};

interface Row {
  readonly endpoint: string;
  readonly id: string;
  readonly type: string;
  readonly body: string;
  readonly standing: Standing;
  readonly attempts: number;
  readonly due_at: string;
  readonly error: string | null;
}

const deliveryOf = ({ due_at, error, ...row }: Row): Delivery => ({
  ...row,
  dueMs: Number(due_at),
  error: error ?? undefined,
});

/** In tables beside the copies of the views: they outlive them, and whichever process leads finds them. */
export class PostgresOutbox implements Outbox {
  /** @throws ViewsError VIEWS_UNREACHABLE, VIEWS_REFUSED */
  static async open(connectionString: string): Promise<PostgresOutbox> {
    const sessions = new Sessions(connectionString);
    try {
      const session = await sessions.begin(MAKING);
      await makeOutbox(session);
      await session.close();
      return new PostgresOutbox(sessions);
    } catch (error) {
      await sessions.close();
      throw error;
    }
  }

  private constructor(private readonly sessions: Sessions) {}

  async readTo(): Promise<Place | undefined> {
    const [row] = (await this.sessions.query(READ_TO)) as { position: Place['position']; recorded_at: string }[];
    return row && { position: row.position, recordedAtMs: Number(row.recorded_at) };
  }

  async add(messages: readonly OutgoingMessage[], readTo: Place, nowMs: number): Promise<void> {
    const columns = (['endpoint', 'id', 'type', 'body'] as const).map((name) => messages.map((one) => one[name]));
    await this.sessions.query(ADD, [readTo.position, readTo.recordedAtMs, ...columns, nowMs]);
  }

  async due(endpoint: string, nowMs: number, limit: number): Promise<Delivery[]> {
    return ((await this.sessions.query(DUE, [endpoint, nowMs, limit])) as Row[]).map(deliveryOf);
  }

  async settle(
    { endpoint, id }: Pick<Delivery, 'endpoint' | 'id'>,
    { standing, attempts, dueMs, error }: Progress,
  ): Promise<void> {
    await this.sessions.query(SETTLE, [endpoint, id, standing, attempts, dueMs, error ?? null]);
  }

  async retry(endpoint: string, nowMs: number): Promise<number> {
    return (await this.sessions.query(RETRY, [endpoint, nowMs])).length;
  }

  async counts(): Promise<{ endpoint: string; standing: Standing; count: number }[]> {
    return (await this.sessions.query(COUNTS)) as { endpoint: string; standing: Standing; count: number }[];
  }

  async troubled(limit: number): Promise<Delivery[]> {
    return ((await this.sessions.query(TROUBLED, [limit])) as Row[]).map(deliveryOf);
  }

  close(): Promise<void> {
    return this.sessions.close();
  }
}
