import { Daicho } from '../support/daicho.js';

describe('When a token was last used', () => {
  let daicho: Daicho;
  beforeAll(async () => {
    daicho = await Daicho.withToride('2026-11-25T10:00:00+09:00');
  });
  afterAll(() => daicho.stop());

  const lastUses = async (id: string): Promise<Record<string, string | null>> => {
    const { data } = await daicho.askAsAdmin('query ($id: ID!) { person(id: $id) { tokens { label lastUsedAt } } }', {
      id,
    });
    const tokens = data.person.tokens as { label: string | null; lastUsedAt: string | null }[];
    return Object.fromEntries(tokens.map(({ label, lastUsedAt }) => [label ?? '', lastUsedAt]));
  };

  it('is told to those who know people, writes nothing into the ledger, and outlives the views', async () => {
    const { id: personId, token } = await daicho.person({ role: 'READER' });
    await daicho.record('issueToken', { personId, label: '表計算' });
    const head = await daicho.server.foundation.ledger.store.head();
    expect(await lastUses(personId)).toEqual({ '': null, 表計算: null });

    daicho.itIsNow('2026-11-25T11:00:00+09:00');
    await daicho.askWith(token, '{ ledger { size } }');
    expect(await lastUses(personId)).toEqual({ '': '2026-11-25T02:00:00.000Z', 表計算: null });
    daicho.itIsNow('2026-11-25T11:00:30+09:00');
    await daicho.askWith(token, '{ ledger { size } }');

    await daicho.restartWithoutViews();
    expect(await lastUses(personId)).toEqual({ '': '2026-11-25T02:00:30.000Z', 表計算: null });
    expect(await daicho.server.foundation.ledger.store.head()).toBe(head);
  });

  it('is not the time at which somebody tried with a token that is no longer valid', async () => {
    const { id: personId, token } = await daicho.person({ role: 'READER' });
    await daicho.record('revokeToken', { personId, tokenId: token.split('.')[2], reason: '紛失' });
    await daicho.askWith(token, '{ ledger { size } }');
    await daicho.askWith(`${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`, '{ ledger { size } }');
    expect(await lastUses(personId)).toEqual({ '': null });
  });
});
