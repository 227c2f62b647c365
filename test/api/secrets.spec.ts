import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ApiProcess } from '../support/api-process.js';
import { ADMIN_TOKEN } from '../support/daicho.js';

/** What of a token or code must be known to use it. */
const secretIn = (credential: string): string => credential.split('.').at(-1) ?? '';

const ISSUE = 'mutation ($input: IssueTokenInput!) { issueToken(input: $input) { token } }';
const LINK = 'mutation ($input: IssueSignInLinkInput!) { issueSignInLink(input: $input) { code } }';
const SIGN_IN = 'mutation ($input: SignInInput!) { signIn(input: $input) { token problems { code } } }';
const GRANT = 'mutation ($input: GrantRoleInput!) { grantRole(input: $input) { problems { code } } }';

describe('A secret', () => {
  const daicho = new ApiProcess();
  const secrets = new Map([['admin token', ADMIN_TOKEN]]);
  /** Said here and nowhere kept, so it is found if anything that was sent is. */
  const LABEL = 'だれにも読まれる';

  beforeAll(async () => {
    await daicho.start();
    const registered = await daicho.ask('mutation { registerPerson(input: {}) { person { id } } }');
    const personId: string = registered.data.registerPerson.person.id;
    await daicho.ask(GRANT, { input: { personId, role: 'READER', planKey: 'toride-5' } });
    const { data: issued } = await daicho.ask(ISSUE, { input: { personId, label: LABEL } });
    const { data: linked } = await daicho.ask(LINK, { input: { personId } });
    const { code } = linked.issueSignInLink;
    const { data: signedIn } = await daicho.ask(SIGN_IN, { input: { code } }, '');
    const { token } = issued.issueToken;
    for (const [name, credential] of [
      ['token', token],
      ['link', code],
      ['session', signedIn.signIn.token],
    ]) {
      secrets.set(name, secretIn(credential));
    }

    // Whatever may go wrong with them, and be complained of.
    const authorization = `Bearer ${token}`;
    for (const query of ['{ ledger { size } }', '{ nothing }', '{', `{ node(id: "${token}") { id } }`]) {
      await daicho.ask(query, {}, authorization);
    }
    await daicho.ask(SIGN_IN, { input: { code } }, '');
    await daicho.ask(SIGN_IN, { input: { code: [code] } }, '');
    await daicho.ask(GRANT, { input: { personId: token, role: 'READER', planKey: token } });
    await daicho.ask(ISSUE, { input: { personId: code } }, authorization);
    for (const wrong of [`Basic ${token}`, `Bearer ${token} `, `Bearer x${token}`, `bearer ${ADMIN_TOKEN}x`]) {
      await daicho.ask('{ ledger { size } }', {}, wrong);
    }
    await fetch(`${daicho.url}/${token}?code=${code}`, { headers: { authorization } });
  });
  afterAll(() => daicho.dispose());

  const filesIn = (): Map<string, Buffer> => {
    const all = readdirSync(daicho.folder, { recursive: true, encoding: 'utf8' });
    const files = all.filter((file) => statSync(join(daicho.folder, file)).isFile());
    return new Map(files.map((file) => [file, readFileSync(join(daicho.folder, file))]));
  };
  const foundIn = (text: Buffer): string[] =>
    [...secrets]
      .filter(([, secret]) =>
        [secret, Buffer.from(secret, 'base64url').toString('hex')].some((form) => text.includes(form)),
      )
      .map(([name]) => name);

  it('is 32 random bytes, each another', () => {
    expect([...secrets.keys()]).toEqual(['admin token', 'token', 'link', 'session']);
    for (const name of ['token', 'link', 'session']) expect(secrets.get(name)).toMatch(/^[\w-]{43}$/);
    expect(new Set(secrets.values()).size).toBe(4);
  });

  it('is in no file, not even in a write-ahead log: while the server runs, and after it was killed', async () => {
    const check = (): void => {
      const files = filesIn();
      expect([...files.keys()]).toEqual(expect.arrayContaining(['ledger.db', 'ledger.db-wal', 'access.db']));
      const withLabel = [...files].filter(([, bytes]) => bytes.includes(LABEL)).map(([file]) => file);
      expect(withLabel.some((file) => file.startsWith('ledger.db'))).toBe(true);
      expect(withLabel.some((file) => file.startsWith('views'))).toBe(true);
      expect([...files].flatMap(([file, bytes]) => foundIn(bytes).map((secret) => `${secret} in ${file}`))).toEqual([]);
    };
    check();
    await daicho.end('SIGKILL');
    check();
  });

  it('is in nothing that the server has printed', () => {
    expect(daicho.printed).toContain('/health/ready');
    expect(foundIn(Buffer.from(daicho.printed))).toEqual([]);
  });
});
