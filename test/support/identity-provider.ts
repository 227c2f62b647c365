import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { Provider, type Adapter, type AsymmetricSigningAlgorithm } from 'oidc-provider';

export const AUDIENCE = 'https://daicho.example';
const SECRET = 'client-secret-for-tests-only';
const TOKEN_SECONDS = 300;

/** Tokens that carry all they say (JWT) need not be kept. */
class KeepsNothing implements Adapter {
  upsert = nothing;
  find = nothing;
  findByUserCode = nothing;
  findByUid = nothing;
  consume = nothing;
  destroy = nothing;
  revokeByGrantId = nothing;
}
const nothing = (): Promise<undefined> => Promise.resolve(undefined);

/** A key pair to sign with, private part included. */
export async function signingKey(kid: string, alg: AsymmetricSigningAlgorithm): Promise<JWK> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  return { ...(await exportJWK(privateKey)), kid, alg, use: 'sig' };
}

/** A real OpenID Connect provider on this machine, that can be away, and change its keys. */
export class IdentityProviderUnderTest {
  #server: Server | undefined;
  #answer: RequestListener = (_request, response) => response.destroy();
  #port = 0;
  /** How often its keys were asked for. */
  keysAsked = 0;

  static async start(keys: readonly JWK[]): Promise<IdentityProviderUnderTest> {
    const provider = new IdentityProviderUnderTest();
    await provider.listen();
    provider.signWith(keys);
    return provider;
  }

  get issuer(): string {
    return `http://127.0.0.1:${String(this.#port)}`;
  }

  /** On the port it had before, if it was there before. */
  async listen(): Promise<void> {
    this.#server = createServer((request, response) => {
      if (request.url === '/jwks') this.keysAsked++;
      this.#answer(request, response);
    });
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }

  /** With these keys from now on, and no others. */
  signWith(keys: readonly JWK[]): void {
    const provider = new Provider(this.issuer, {
      adapter: KeepsNothing,
      cookies: { keys: ['for-tests-only'] },
      ttl: { ClientCredentials: TOKEN_SECONDS },
      jwks: { keys: [...keys] as never },
      clients: [
        {
          client_id: 'clerk',
          client_secret: SECRET,
          grant_types: ['client_credentials'],
          redirect_uris: [],
          response_types: [],
        },
      ],
      features: {
        devInteractions: { enabled: false },
        clientCredentials: { enabled: true },
        resourceIndicators: {
          enabled: true,
          // `https://daicho.example?alg=ES256` asks for a token for `https://daicho.example` signed so.
          getResourceServerInfo: (_context, resource) => {
            const { origin, searchParams } = new URL(resource);
            const alg = (searchParams.get('alg') ?? 'RS256') as AsymmetricSigningAlgorithm;
            const format = { accessTokenFormat: 'jwt', jwt: { sign: { alg } } } as const;
            return { scope: 'daicho', audience: origin, accessTokenTTL: TOKEN_SECONDS, ...format };
          },
        },
      },
    });
    const answer = provider.callback();
    this.#answer = (request, response) => void answer(request, response);
  }

  /** An access token (JWT) for a service that signs in by itself. */
  async token(alg: AsymmetricSigningAlgorithm = 'RS256', audience = AUDIENCE): Promise<string> {
    const response = await fetch(`${this.issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`clerk:${SECRET}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', resource: `${audience}?alg=${alg}` }),
    });
    const answer = (await response.json()) as { access_token?: string };
    if (answer.access_token === undefined) throw new Error(JSON.stringify(answer));
    return answer.access_token;
  }
}
