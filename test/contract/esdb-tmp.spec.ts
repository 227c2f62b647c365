import { randomUUID } from 'node:crypto';
import { EventStoreDbEventStore } from '../../src/adapters/eventstoredb/eventstoredb-event-store.js';
import { eventStoreContract } from './event-store.contract.js';
const url = process.env['DAICHO_TEST_EVENTSTOREDB'];
eventStoreContract('eventstoredb', () => {
  const ledger = `test-${randomUUID().slice(0, 30)}`;
  return {
    open: (clock) => EventStoreDbEventStore.open(`${url}&ledger=${ledger}`, clock ? { clock } : {}),
    dispose: () => undefined,
  };
});
