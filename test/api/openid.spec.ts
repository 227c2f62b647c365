import { createPublicKey } from 'node:crypto';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { decodeJwt, importJWK, SignJWT, UnsecuredJWT, type JWK } from 'jose';
import { readConfig } from '../../src/config.js';
import { personOfSubject } from '../../src/access/openid-provider.js';
import { Daicho, type Answer } from '../support/daicho.js';
import { AUDIENCE, IdentityProviderUnderTest, signingKey } from '../support/identity-provider.js';

const viewer = '{ viewer { id isAuthenticated permissions grants { role } } }';
const report = { planKey: 'toride-5', measureNo: '1-1-5', status: '継続' };
const codeOf = ({ data, errors }: Answer): string | null => (data ? null : errors[0].extensions.code);

const ALGORITHMS = [
  ...(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const),
  ...(['ES256', 'ES384', 'ES512', 'EdDSA'] as const),
];

describe('signing in by an OpenID Connect provider', () => {
  let provider: IdentityProviderUnderTest;
  let daicho: Daicho;
  let keys: JWK[];
  const notices: string[] = [];
  /** The provider's clock is the machine's. */
  const itIsSecondsLater = (seconds: number): void => {
    daicho.itIsNow(new Date(Date.now() + seconds * 1000).toISOString());
  };
  const serve = (issuer: string): Promise<Daicho> =>
    Daicho.withToride(new Date().toISOString(), undefined, {
      identityProvider: { issuer, audience: AUDIENCE },
      onNotice: (notice) => notices.push(notice),
    });

  beforeAll(async () => {
    keys = await Promise.all(ALGORITHMS.map((alg) => signingKey(`key-${alg}`, alg)));
    provider = await IdentityProviderUnderTest.start(keys);
    daicho = await serve(provider.issuer);
  });
  beforeEach(() => {
    itIsSecondsLater(0);
  });
  afterAll(async () => {
    await daicho.stop();
    await provider.stop();
  });

  const signsIn = async (token: string): Promise<string | null> => codeOf(await daicho.askWith(token, viewer));

  describe('a person', () => {
    it('signs in under a pseudonymous id, with no roles before an administrator gives him some', async () => {
      const token = await provider.token();
      const { data } = await daicho.askWith(token, viewer);
      expect(data.viewer).toMatchObject({ isAuthenticated: true, permissions: ['read', 'write'], grants: [] });
      const { id: personId } = data.viewer;
      expect(personId).toMatch(/^p[0-9a-f]{32}$/);
      expect(personId).not.toContain('clerk');
      expect(codeOf(await daicho.mutateWith(token, 'changeMeasureStatus', report))).toBe('FORBIDDEN');

      await daicho.record('registerPerson', { personId });
      await daicho.record('grantRole', { personId, planKey: 'toride-5', role: 'REPORTER', division: '国保年金課' });
      const answer = await daicho.mutateWith(token, 'changeMeasureStatus', report);
      expect(answer.data.changeMeasureStatus.problems).toEqual([]);
      expect((await daicho.askWith(await provider.token(), viewer)).data.viewer).toMatchObject({
        id: personId,
        grants: [{ role: 'REPORTER' }],
      });
    });

    it('is another one to another provider', () => {
      const [ours, theirs] = [
        personOfSubject('https://a.example', 'clerk'),
        personOfSubject('https://b.example', 'clerk'),
      ];
      expect(ours).not.toBe(theirs);
      expect(personOfSubject('https://a.example/c', 'lerk')).not.toBe(personOfSubject('https://a.example/', 'clerk'));
    });
  });

  describe('a token', () => {
    it.each(ALGORITHMS)('signed with %s is taken', async (alg) => {
      expect(await signsIn(await provider.token(alg))).toBeNull();
    });

    it('made out to another service is not', async () => {
      expect(await signsIn(await provider.token('RS256', 'https://another.example'))).toBe('UNAUTHENTICATED');
    });

    it('counts to its end, and as long as the clocks of two servers may differ', async () => {
      const token = await provider.token();
      const { exp = 0 } = decodeJwt(token);
      const outcomes: (string | null)[] = [];
      for (const seconds of [29, 31]) {
        daicho.itIsNow(new Date((exp + seconds) * 1000).toISOString());
        outcomes.push(await signsIn(token));
      }
      expect(outcomes).toEqual([null, 'UNAUTHENTICATED']);
    });

    it('of another provider is not taken, though signed with the same key', async () => {
      const other = await IdentityProviderUnderTest.start(keys);
      expect(await signsIn(await other.token())).toBe('UNAUTHENTICATED');
      await other.stop();
    });

    it('that is refused refuses the whole request, reading too', async () => {
      const token = await provider.token('RS256', 'https://another.example');
      const response = await fetch(`${daicho.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query: '{ ledger { size } }' }),
      });
      expect(response.status).toBe(401);
      expect(codeOf(await response.json())).toBe('UNAUTHENTICATED');
    });
  });

  describe('a forgery', () => {
    const claims = (more: object = {}): Record<string, unknown> => {
      const iat = Math.floor(Date.now() / 1000);
      return { iss: provider.issuer, aud: AUDIENCE, sub: 'clerk', iat, exp: iat + 60, ...more };
    };
    const signed = async (key: JWK, header: object, more: object = {}): Promise<string> =>
      new SignJWT(claims(more)).setProtectedHeader({ alg: 'RS256', ...header }).sign(await importJWK(key, 'RS256'));

    it('would be taken were it made with the right key: what follows differs in one thing only', async () => {
      const [key] = keys as [JWK];
      expect(await signsIn(await signed(key, { kid: key.kid }))).toBeNull();
    });

    it('without exp, without sub, or with an empty one', async () => {
      const [key] = keys as [JWK];
      for (const more of [{ exp: undefined }, { sub: undefined }, { sub: '' }, { sub: 'x'.repeat(256) }]) {
        expect(await signsIn(await signed(key, { kid: key.kid }, more))).toBe('UNAUTHENTICATED');
      }
    });

    it('of another key, by an unknown name, by the name of a known one, or that brings itself along', async () => {
      const another = await signingKey('another', 'RS256');
      const { kty, n, e } = another;
      for (const header of [{ kid: 'another' }, { kid: 'key-RS256' }, {}, { jwk: { kty, n, e } }]) {
        expect(await signsIn(await signed(another, header))).toBe('UNAUTHENTICATED');
      }
    });

    it('signed with a public key as if it were a secret', async () => {
      const { kty, n, e } = keys[0] as JWK;
      const publicKey = createPublicKey({ key: { kty, n, e } as never, format: 'jwk' });
      for (const secret of [publicKey.export({ type: 'spki', format: 'pem' }), JSON.stringify({ kty, n, e })]) {
        for (const alg of ['HS256', 'HS384', 'HS512']) {
          const bytes = new TextEncoder().encode(secret.toString());
          const token = await new SignJWT(claims()).setProtectedHeader({ alg, kid: 'key-RS256' }).sign(bytes);
          expect(await signsIn(token)).toBe('UNAUTHENTICATED');
        }
      }
    });

    it('not signed at all', async () => {
      const unsigned = new UnsecuredJWT(claims()).encode();
      const [, body = '', signature = ''] = (await provider.token()).split('.');
      const none = Buffer.from('{"alg":"none"}').toString('base64url');
      for (const token of [unsigned, `${none}.${body}.`, `${none}.${body}.${signature}`]) {
        expect(await signsIn(token)).toBe('UNAUTHENTICATED');
      }
    });

    it('with other claims than were signed, or larger than any token', async () => {
      const [header = '', , signature = ''] = (await provider.token()).split('.');
      const body = Buffer.from(JSON.stringify(claims({ sub: 'admin' }))).toString('base64url');
      expect(await signsIn(`${header}.${body}.${signature}`)).toBe('UNAUTHENTICATED');
      const [key] = keys as [JWK];
      expect(await signsIn(await signed(key, { kid: key.kid }, { pad: 'x'.repeat(8_000) }))).toBe('UNAUTHENTICATED');
    });
  });

  describe('its keys', () => {
    it('are asked for once for many, and not for each stranger', async () => {
      const before = provider.keysAsked;
      const stranger = await new SignJWT({})
        .setProtectedHeader({ alg: 'RS256', kid: 'x' })
        .sign(await importJWK(await signingKey('x', 'RS256'), 'RS256'));
      itIsSecondsLater(60);
      await Promise.all(Array.from({ length: 50 }, () => signsIn(stranger)));
      for (let i = 0; i < 20; i++) await signsIn(stranger);
      expect(provider.keysAsked - before).toBe(1);
    });

    it('may change: the new one is found, and the one that is withdrawn counts no longer', async () => {
      itIsSecondsLater(120);
      const former = await provider.token();
      expect(await signsIn(former)).toBeNull();
      const next = await signingKey('next', 'RS256');
      provider.signWith([next]);
      const token = await provider.token();
      itIsSecondsLater(155);
      expect(await signsIn(token)).toBeNull();
      expect(await signsIn(former)).toBe('UNAUTHENTICATED');
      provider.signWith(keys);
      itIsSecondsLater(190);
      expect(await signsIn(await provider.token())).toBeNull();
    });

    it('count on while the provider is away, but not for ever; it is said, and goes on by itself', async () => {
      const signed = async (minutes: number): Promise<string> => {
        const [key] = keys as [JWK];
        const exp = Math.floor(Date.now() / 1000) + (minutes + 1) * 60;
        return new SignJWT({ iss: provider.issuer, aud: AUDIENCE, sub: 'clerk', exp })
          .setProtectedHeader({ alg: 'RS256', kid: 'key-RS256' })
          .sign(await importJWK(key, 'RS256'));
      };
      itIsSecondsLater(300);
      expect(await signsIn(await signed(10))).toBeNull();
      await provider.stop();
      notices.length = 0;
      const outcomes: (string | null)[] = [];
      for (const minutes of [20, 40, 70]) {
        itIsSecondsLater(minutes * 60);
        outcomes.push(await signsIn(await signed(minutes)));
      }
      expect(outcomes).toEqual([null, null, 'IDENTITY_PROVIDER_UNREACHABLE']);
      // The public, and who has a token of Daicho's own, notice nothing.
      expect(codeOf(await daicho.ask(viewer))).toBeNull();
      expect(codeOf(await daicho.askAsAdmin(viewer))).toBeNull();
      expect(notices).toEqual([expect.stringMatching(/ECONNREFUSED/)]);

      await provider.listen();
      itIsSecondsLater(71 * 60);
      expect(await signsIn(await signed(71))).toBeNull();
      expect(notices).toEqual([expect.any(String), expect.stringContaining('answers')]);
    });
  });
});

describe('a provider that comes up later than the server', () => {
  it('keeps nobody from starting: it is said, and people sign in once it is there', async () => {
    const provider = await IdentityProviderUnderTest.start([await signingKey('only', 'RS256')]);
    const token = await provider.token();
    await provider.stop();
    const told: string[] = [];
    let tell: () => void = () => undefined;
    const isTold = new Promise<void>((resolve) => (tell = resolve));
    const nowMs = Date.now();
    const daicho = await Daicho.start(new Date(nowMs).toISOString(), undefined, {
      identityProvider: { issuer: provider.issuer, audience: AUDIENCE },
      onNotice: (notice) => {
        told.push(notice);
        tell();
      },
    });
    await isTold;
    expect(told).toEqual([expect.stringMatching(/^[^\n]+ \/ [^\n]+$/)]);
    expect(codeOf(await daicho.askWith(token, viewer))).toBe('IDENTITY_PROVIDER_UNREACHABLE');
    const response = await fetch(`${daicho.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: viewer }),
    });
    expect(response.status).toBe(503);

    await provider.listen();
    daicho.itIsNow(new Date(nowMs + 31_000).toISOString());
    expect(codeOf(await daicho.askWith(token, viewer))).toBeNull();
    await daicho.stop();
    await provider.stop();
  });

  it('that does not answer, or answers something else, is the same', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => sockets.push(socket.resume()));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const other = await IdentityProviderUnderTest.start([await signingKey('only', 'RS256')]);
    const token = await other.token();
    const silentPort = (silent.address() as AddressInfo).port;
    for (const issuer of [
      `http://127.0.0.1:${String(silentPort)}`,
      `${other.issuer}/`,
      `${other.issuer}/realms/city`,
    ]) {
      const daicho = await Daicho.start(new Date().toISOString(), undefined, {
        identityProvider: { issuer, audience: AUDIENCE },
      });
      expect(codeOf(await daicho.askWith(token, viewer))).toBe('IDENTITY_PROVIDER_UNREACHABLE');
      await daicho.stop();
    }
    silent.close();
    for (const socket of sockets) socket.destroy();
    await other.stop();
  });
});

describe('the provider in the environment', () => {
  const issuer = 'https://login.example/realms/city';

  it('is an https address with an audience, both or neither', () => {
    expect(readConfig({ DAICHO_OIDC_ISSUER: issuer, DAICHO_OIDC_AUDIENCE: AUDIENCE })).toMatchObject({
      DAICHO_OIDC_ISSUER: issuer,
      DAICHO_OIDC_AUDIENCE: AUDIENCE,
    });
    expect(readConfig({}).DAICHO_OIDC_ISSUER).toBeUndefined();
    for (const environment of [
      { DAICHO_OIDC_ISSUER: issuer },
      { DAICHO_OIDC_AUDIENCE: AUDIENCE },
      ...['http://login.example', 'login.example', 'file:///etc/passwd', 'https://login.example/?tenant=1'].map(
        (wrong) => ({
          DAICHO_OIDC_ISSUER: wrong,
          DAICHO_OIDC_AUDIENCE: AUDIENCE,
        }),
      ),
    ]) {
      expect(() => readConfig(environment)).toThrow('DAICHO_OIDC_');
    }
  });
});
