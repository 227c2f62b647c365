import { timingSafeEqual } from 'node:crypto';
import { GraphQLError } from 'graphql';
import type { Clock } from '../eventsourcing/clock.js';
import type { Ledger } from '../eventsourcing/handle.js';
import { access, validToken, type AccessState } from './access.js';
import { personStream } from './access.events.js';
import { ADMIN, ANONYMOUS, type Actor } from './actor.js';
import { ProviderUnreachable } from './provider-keys.js';
import { credentialIn, hashOf, isSecret } from './token-secrets.js';
import type { TokenUses } from './token-uses.js';

/** Verifies what an identity provider has signed. */
export interface IdentityProvider {
  /** Whether a token may be one of its own. */
  issued(token: string): boolean;
  /** The pseudonymous id of the person; `undefined`: not valid, or no longer. @throws ProviderUnreachable */
  personOf(token: string): Promise<string | undefined>;
}

/** Tells who a caller is, from `Authorization: Bearer …`. Secrets are known by their SHA-256 only. */
export class Authenticator {
  constructor(
    private readonly ledger: Ledger,
    private readonly clock: Clock,
    private readonly uses: TokenUses,
    private readonly adminTokenHash: Buffer,
    private readonly provider?: IdentityProvider,
  ) {}

  /**
   * @throws GraphQLError UNAUTHENTICATED when a token was sent that is not valid: never taken for anonymous;
   * IDENTITY_PROVIDER_UNREACHABLE when that cannot be told now
   */
  async actorOf(authorization: string | null | undefined): Promise<Actor> {
    if (authorization === undefined || authorization === null || authorization === '') return ANONYMOUS;
    const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
    const actor = token === undefined ? undefined : await this.#holderOf(token);
    if (!actor) throw unauthenticated('トークンが正しくないか、失効しています / the token is not valid, or no longer');
    return actor;
  }

  /** What a person may do, from the ledger itself: what was revoked anywhere counts at once. */
  person(id: string): Promise<AccessState> {
    return this.ledger.state(access, personStream(id));
  }

  async #holderOf(token: string): Promise<Actor | undefined> {
    if (timingSafeEqual(hashOf(token), this.adminTokenHash)) return ADMIN;
    const credential = credentialIn(token);
    if (credential) {
      const state = await this.person(credential.person);
      const valid = validToken(state, credential.name, this.clock.nowMs());
      if (!valid || !isSecret(credential.secret, valid.hash)) return undefined;
      this.uses.used({ person: credential.person, token: credential.name });
      return signedIn(credential.person, state, valid.scope === 'write');
    }
    if (!this.provider?.issued(token)) return undefined;
    const person = await this.provider.personOf(token).catch(refuseForNow);
    return person === undefined ? undefined : signedIn(person, await this.person(person), true);
  }
}

const signedIn = (id: string, { grants }: AccessState, mayWrite: boolean): Actor => ({
  id,
  isAuthenticated: true,
  isAdmin: false,
  mayWrite,
  grants,
});

function refuseForNow(error: unknown): never {
  if (!(error instanceof ProviderUnreachable)) throw error;
  throw new GraphQLError(error.message, {
    extensions: { code: 'IDENTITY_PROVIDER_UNREACHABLE', http: { status: 503 } },
  });
}

export const unauthenticated = (message: string, status = 401): GraphQLError =>
  new GraphQLError(message, {
    extensions: { code: 'UNAUTHENTICATED', http: { status, headers: { 'www-authenticate': 'Bearer realm="daicho"' } } },
  });
