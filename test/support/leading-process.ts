// Leads views until it is told to apply an event, and prints what becomes of it:
// `node --import ./scripts/typescript.mjs test/support/leading-process.ts CONNECTION_STRING`
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { PostgresViews } from '../../src/adapters/postgres/postgres-views.js';
import { catalogue } from '../../src/catalogue.js';
import { ViewsError } from '../../src/eventsourcing/views.js';
import { recorded } from './event-stores.js';

const [connectionString = ''] = process.argv.slice(2);
const views = await PostgresViews.open(connectionString);
console.log((await views.lead()) ? 'leads' : 'follows');
await once(createInterface({ input: process.stdin }), 'line');
try {
  await views.apply([catalogue.project(recorded(1))]);
  console.log('applied');
} catch (error) {
  console.log(error instanceof ViewsError ? error.code : String(error));
}
await views.close();
