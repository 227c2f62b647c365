import { errors, jwtVerify } from 'jose';
import type { Clock } from '../eventsourcing/clock.js';
import { uuidOf } from '../eventsourcing/handle.js';
import { ProviderKeys } from './provider-keys.js';
import type { IdentityProvider } from './token-authenticator.js';

export interface OpenIdSettings {
  /** As it stands in the tokens, character for character. */
  readonly issuer: string;
  /** What its tokens for Daicho are made out to. */
  readonly audience: string;
}

/** Signed with a key that only the provider has: what is published can verify, never sign. */
const ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];
/** Between the clocks of two servers. */
const TOLERANCE_S = 30;
const TOKEN_CHARACTERS_MAX = 8_192;
const SUBJECT_CHARACTERS_MAX = 255;
const JWT = /^eyJ[\w-]*\.[\w-]+\.[\w-]*$/;

/** The pseudonymous id of who is `subject` to a provider: nobody is found by it who is not known already. */
export const personOfSubject = (issuer: string, subject: string): string =>
  `p${uuidOf('openid', issuer, subject).replaceAll('-', '')}`;

/** Access tokens (JWT) of an OpenID Connect provider. */
export class OpenIdProvider implements IdentityProvider {
  readonly #keys: ProviderKeys;

  constructor(
    private readonly settings: OpenIdSettings,
    private readonly clock: Clock,
    onNotice: (notice: string) => void,
  ) {
    this.#keys = new ProviderKeys(settings.issuer, clock, onNotice);
  }

  /** Asks the provider for the first time, so that what is wrong is told before anybody signs in. */
  begin(): Promise<void> {
    return this.#keys.read();
  }

  issued(token: string): boolean {
    return token.length <= TOKEN_CHARACTERS_MAX && JWT.test(token);
  }

  async personOf(token: string): Promise<string | undefined> {
    try {
      const { payload } = await jwtVerify(token, this.#keys.keyFor, {
        ...this.settings,
        algorithms: ALGORITHMS,
        requiredClaims: ['exp', 'sub'],
        clockTolerance: TOLERANCE_S,
        currentDate: new Date(this.clock.nowMs()),
      });
      const { sub = '' } = payload;
      if (sub === '' || sub.length > SUBJECT_CHARACTERS_MAX) return undefined;
      return personOfSubject(this.settings.issuer, sub);
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }
}
