import { PostgresUnderTest } from './postgres.js';
import { PostgresViews } from '../../src/adapters/postgres/postgres-views.js';
const p = await PostgresUnderTest.start();
const t = async (n: string, w: () => Promise<unknown>) => { const a = performance.now(); const r = await w(); console.log(n, (performance.now() - a).toFixed(1)); return r as any; };
for (let i = 0; i < 4; i++) {
  const db = await t('db', () => p.database());
  const v = await t('open', () => PostgresViews.open(db));
  await t('bookmark', () => v.bookmark());
  await t('bookmark', () => v.bookmark());
  await t('lead', () => v.lead());
  await t('apply0', () => v.apply([]));
  await t('close', () => v.close());
  await t('giveBack', () => p.giveBack(db));
}
await p.stop();
process.exit(0);
