import { randomUUID } from 'node:crypto';
import { EventStoreDbEventStore } from '../../src/adapters/eventstoredb/eventstoredb-event-store.js';
import type { LedgerUnderTest } from './event-stores.js';

/** The connection strings of the real server for tests: one, or none. */
export const REAL_EVENTSTOREDB = [process.env['DAICHO_TEST_EVENTSTOREDB']].filter((one) => one !== undefined);

/** A ledger of its own on a server that others use, too. */
export const ledgerOn = (connectionString: string): string =>
  `${connectionString}${connectionString.includes('?') ? '&' : '?'}ledger=test-${randomUUID().slice(0, 30)}`;

export function eventStoreDbLedger(connectionString: string): LedgerUnderTest {
  const place = ledgerOn(connectionString);
  return {
    open: (clock) => EventStoreDbEventStore.open(place, clock ? { clock } : {}),
    dispose: () => undefined,
  };
}
