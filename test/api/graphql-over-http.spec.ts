import { serverAudits } from 'graphql-http';
import { Daicho } from '../support/daicho.js';

describe('GraphQL over HTTP: the audits of the specification', () => {
  let daicho: Daicho;
  beforeAll(async () => {
    daicho = await Daicho.start('2026-11-23T09:00:00+09:00');
  });
  afterAll(() => daicho.stop());

  for (const audit of serverAudits({ url: () => `${daicho.url}/graphql`, fetchFn: fetch })) {
    it(`${audit.id} ${audit.name}`, async () => {
      const result = await audit.fn();
      expect(result).toMatchObject({ status: 'ok' });
    });
  }
});
