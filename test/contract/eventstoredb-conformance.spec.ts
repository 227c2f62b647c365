import { REAL_EVENTSTOREDB } from '../support/eventstoredb.js';
import { EventStoreDbDouble } from '../support/eventstoredb-double.js';
import { eventStoreDbConformance } from './eventstoredb-conformance.js';

describe('the protocol double', () => {
  let double: EventStoreDbDouble;
  beforeAll(async () => {
    double = await EventStoreDbDouble.start();
  });
  afterAll(() => double.stop());

  eventStoreDbConformance('the protocol double', () => double.connectionString);
});

for (const real of REAL_EVENTSTOREDB) eventStoreDbConformance('a real server', () => real);
