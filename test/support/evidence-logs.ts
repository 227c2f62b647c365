import { dirname, join } from 'node:path';
import { SqliteLogStore } from '../../src/adapters/sqlite/sqlite-log-store.js';
import { Clock } from '../../src/eventsourcing/clock.js';
import type { EventStore } from '../../src/eventsourcing/event-store.js';
import { EvidenceLog } from '../../src/evidence/evidence-log.js';
import { makeLogKey, readLogKey } from '../../src/evidence/log-key.js';

/** The log over a ledger in a file, kept in the same folder. */
export async function evidenceLogBeside(file: string, store: EventStore): Promise<EvidenceLog> {
  const keyFile = join(dirname(file), 'key');
  makeLogKey(keyFile, 'city.example/daicho');
  return EvidenceLog.over(await SqliteLogStore.open(join(dirname(file), 'log.db')), store, {
    clock: new Clock(),
    key: () => readLogKey(keyFile),
    isMilestone: () => false,
    sealOf: () => undefined,
    onSigned: () => undefined,
    onStopped: (error) => {
      throw error;
    },
  });
}
