import { eventStoreContract } from './event-store.contract.js';
import { eventStoreDbLedger, REAL_EVENTSTOREDB } from '../support/eventstoredb.js';
import { EventStoreDbDouble } from '../support/eventstoredb-double.js';

describe('over the protocol', () => {
  let double: EventStoreDbDouble;
  beforeAll(async () => {
    double = await EventStoreDbDouble.start();
  });
  afterAll(() => double.stop());

  eventStoreContract('eventstoredb, on the protocol double', () => eventStoreDbLedger(double.connectionString));
});

for (const real of REAL_EVENTSTOREDB) {
  eventStoreContract('eventstoredb, on a real server', () => eventStoreDbLedger(real));
}
