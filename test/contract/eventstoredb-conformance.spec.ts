import { EventStoreDbDouble } from '../support/eventstoredb-double.js';
import { eventStoreDbConformance } from './eventstoredb-conformance.js';

const real = process.env['DAICHO_TEST_EVENTSTOREDB'];

describe('the protocol double', () => {
  let double: EventStoreDbDouble;
  beforeAll(async () => {
    double = await EventStoreDbDouble.start();
  });
  afterAll(() => double.stop());

  eventStoreDbConformance('the protocol double', () => double.connectionString);
});

if (real !== undefined) eventStoreDbConformance('a real server', () => real);
