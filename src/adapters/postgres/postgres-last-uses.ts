import type { LastUses } from '../../eventsourcing/last-uses.js';
import { makeLastUses } from './postgres-schema.js';
import { Sessions, type Limits, type Statement } from './postgres-sessions.js';

const MAKING: Limits = { statementMs: 30_000, lockMs: 30_000, silentMs: 60_000 };

const RECORD: Statement = {
  name: 'daicho.record_last_use',
  text: `INSERT INTO daicho.last_use (key, used_at) SELECT * FROM unnest($1::text[], $2::bigint[])
    ON CONFLICT (key) DO UPDATE SET used_at = greatest(last_use.used_at, excluded.used_at)`,
};
const OF: Statement = {
  name: 'daicho.last_use',
  text: 'SELECT key, used_at FROM daicho.last_use WHERE key = ANY ($1::text[])',
};

/** In a table beside the copies of the views: it outlives them. */
export class PostgresLastUses implements LastUses {
  /** @throws ViewsError VIEWS_UNREACHABLE, VIEWS_REFUSED */
  static async open(connectionString: string): Promise<PostgresLastUses> {
    const sessions = new Sessions(connectionString);
    try {
      const session = await sessions.begin(MAKING);
      await makeLastUses(session);
      await session.close();
      return new PostgresLastUses(sessions);
    } catch (error) {
      await sessions.close();
      throw error;
    }
  }

  private constructor(private readonly sessions: Sessions) {}

  async record(uses: ReadonlyMap<string, number>): Promise<void> {
    // In one order: two processes never wait for each other.
    const keys = [...uses.keys()].sort();
    await this.sessions.query(RECORD, [keys, keys.map((key) => uses.get(key))]);
  }

  async of(keys: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const rows = (await this.sessions.query(OF, [[...keys]])) as { readonly key: string; readonly used_at: string }[];
    return new Map(rows.map(({ key, used_at }) => [key, Number(used_at)]));
  }

  close(): Promise<void> {
    return this.sessions.close();
  }
}
