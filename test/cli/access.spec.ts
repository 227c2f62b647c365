import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { daicho, json, type Outcome } from '../support/command-line.js';
import { Daicho, type Answer } from '../support/daicho.js';

describe('people and their rights on the command line, beside a running server', () => {
  let server: Daicho;
  let person: string;
  beforeAll(async () => {
    server = await Daicho.withToride(new Date().toISOString(), {});
    person = String(json(run('person', 'add'))['person']);
  });
  beforeEach(() => {
    server.itIsNow(new Date().toISOString());
  });
  afterAll(() => server.stop());

  const run = (...args: string[]): Outcome => daicho(server.folder, '--json', ...args);
  const said = (...args: string[]): Answer => {
    const outcome = run(...args);
    if (outcome.code !== 0) throw new Error(outcome.out + outcome.err);
    return JSON.parse(outcome.out);
  };
  const refused = (...args: string[]): unknown[] => {
    const { code, out, err } = run(...args);
    return [code, err, out === '' ? null : JSON.parse(out).problem];
  };
  const reports = async (token: string): Promise<string> => {
    const status = { planKey: 'toride-5', measureNo: '1-1-5', status: '継続' };
    const { data, errors } = await server.mutateWith(token, 'changeMeasureStatus', status);
    return errors?.[0].extensions.code ?? data.changeMeasureStatus.problems[0]?.code ?? 'recorded';
  };

  it('a person is added, is given a role and a token, and may work at once', async () => {
    expect(person).toMatch(/^p[0-9a-f]{12}$/);
    const { grant } = said('role', 'grant', person, 'reporter', '--plan', 'toride-5', '--division', '国保年金課');
    const { id, token } = said('token', 'issue', person, '--label', '表計算');
    expect(await reports(token)).toBe('recorded');

    const listed = (): Answer => said('person', 'list', 'toride-5').find((one: Answer) => one.id === person);
    expect(listed()).toMatchObject({
      grants: [{ id: grant, role: 'reporter', planKey: 'toride-5', division: '国保年金課', to: null }],
      tokens: [{ id, label: '表計算', scope: 'write', isRevoked: false }],
    });

    expect(said('role', 'revoke', person, grant, '--reason', '異動')).toMatchObject({ grant, problem: null });
    expect(await reports(token)).toBe('FORBIDDEN');
    expect(refused('role', 'revoke', person, grant, '--reason', '異動')).toEqual([1, '', 'ENTRY_NOT_FOUND']);
    expect(said('token', 'revoke', person, id, '--reason', '紛失')).toMatchObject({ problem: null });
    expect(await reports(token)).toBe('UNAUTHENTICATED');
  });

  it('a token may be for reading only, and for a while', async () => {
    const year = new Date().getFullYear();
    const last = `${String(year + 1)}-03-31`;
    const { token } = said('token', 'issue', person, '--read-only', '--expires', last);
    const { data } = await server.askWith(token, '{ viewer { id permissions } }');
    expect(data.viewer).toEqual({ id: person, permissions: ['read'] });
    server.itIsNow(`${last}T23:59:59.999+09:00`);
    expect((await server.askWith(token, '{ ledger { size } }')).errors).toBeUndefined();
    server.itIsNow(new Date(Date.parse(`${last}T23:59:59.999+09:00`) + 1).toISOString());
    expect((await server.askWith(token, '{ ledger { size } }')).errors).toHaveLength(1);
    expect(refused('token', 'issue', person, '--expires', `${String(year + 3)}-03-31`)).toEqual([
      1,
      '',
      'EXPIRY_OUT_OF_RANGE',
    ]);
  });

  it('a link signs in once, where the page is', async () => {
    const { url, code } = said('sign-in-link', person, '--base', 'https://daicho.example/');
    expect(url).toBe(`https://daicho.example/sign-in?code=${code}`);
    const signIn = 'mutation ($code: String!) { signIn(input: { code: $code }) { token problems { code } } }';
    const { data } = await server.ask(signIn, { code });
    expect((await server.askWith(data.signIn.token, '{ viewer { id } }')).data.viewer).toEqual({ id: person });
    expect((await server.ask(signIn, { code })).data.signIn).toEqual({
      token: null,
      problems: [{ code: 'SIGN_IN_INVALID' }],
    });
  });

  it('a link says what to do with its code where there is no page', async () => {
    const { out } = daicho(server.folder, 'sign-in-link', person);
    const [mutation = ''] = /mutation \{ signIn.*$/m.exec(out) ?? [];
    const { data } = await server.ask(mutation);
    expect((await server.askWith(data.signIn.token, '{ viewer { id } }')).data.viewer).toEqual({ id: person });
  });

  it('tells people what to copy, in Japanese first', () => {
    const { code, out } = daicho(server.folder, 'token', 'issue', person);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^トークン（今回だけ表示します） \/ token \(shown this once\):\ndaicho\.p[^\n]+\n {2}Authorization: Bearer daicho\.p/,
    );
    expect(daicho(server.folder, 'person', 'list', 'toride-9').out).toContain('nobody has a role');
  });

  it('refuses what cannot be, with its code, and records nothing', async () => {
    const before = await server.server.foundation.ledger.store.head();
    const grant = (...flags: string[]): unknown[] => refused('role', 'grant', ...flags);
    expect(grant(person, 'reporter', '--plan', 'toride-5')).toEqual([1, '', 'DIVISION_REQUIRED']);
    expect(grant(person, 'reader', '--plan', 'toride-55')).toEqual([1, '', 'PLAN_NOT_FOUND']);
    expect(grant(person, 'reader', '--plan', 'toride-5', '--division', '国保年金科')).toEqual([
      1,
      '',
      'DIVISION_NOT_FOUND',
    ]);
    expect(grant('p000', 'reader', '--plan', 'toride-5')).toEqual([1, '', 'PERSON_NOT_FOUND']);
    for (const wrong of [
      ['role', 'grant', person, 'mayor', '--plan', 'toride-5'],
      ['role', 'grant', person, 'reader', '--plan', 'toride-5', '--from', '2026-02-30'],
      ['token', 'issue', '山田太郎'],
      ['sign-in-link', person, '--base', 'daicho.example'],
    ]) {
      const { code, out, err } = run(...wrong);
      expect([code, out, err === '']).toEqual([1, '', false]);
    }
    expect(await server.server.foundation.ledger.store.head()).toBe(before);
  });

  it('makes no ledger where there is none', () => {
    const nowhere = join(server.folder, 'nowhere');
    const { code, err } = daicho(nowhere, 'person', 'add');
    expect([code, existsSync(nowhere)]).toEqual([1, false]);
    expect(err).toContain('there is no ledger');
  });

  it('says what to do when another process does not let go of the ledger', () => {
    const other = new Database(join(server.folder, 'ledger.db'));
    other.exec('BEGIN IMMEDIATE');
    const { code, out, err } = daicho(server.folder, 'person', 'add');
    other.exec('ROLLBACK');
    other.close();
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain('send the mutation to the server that runs');
  });
});
