import { createHash, timingSafeEqual } from 'node:crypto';
import { GraphQLError } from 'graphql';

/** What somebody wants to do. Roles by division come with the directory. */
export type Action = 'read' | 'write';

/** Who acts. The id is pseudonymous: it is recorded in events and never a name. */
export interface Actor {
  readonly id: string;
  readonly isAuthenticated: boolean;
  may(action: Action): boolean;
}

const anonymous: Actor = { id: 'anonymous', isAuthenticated: false, may: (action) => action === 'read' };
const admin: Actor = { id: 'admin', isAuthenticated: true, may: () => true };

export const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();

/** Knows the admin token by its SHA-256 only. */
export class Authenticator {
  constructor(private readonly adminTokenHash: Buffer) {}

  /** @throws GraphQLError UNAUTHENTICATED when a token was sent that is not valid: never taken for anonymous */
  actorOf(authorization: string | null | undefined): Actor {
    if (authorization === undefined || authorization === null || authorization === '') return anonymous;
    const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
    if (token === undefined || !timingSafeEqual(hashOf(token), this.adminTokenHash)) {
      throw unauthenticated('トークンが正しくありません / the token is not valid');
    }
    return admin;
  }
}

/** @throws GraphQLError UNAUTHENTICATED for a caller without a token, FORBIDDEN for one without the right */
export function assertMay(actor: Actor, action: Action): void {
  if (actor.may(action)) return;
  if (!actor.isAuthenticated) {
    throw unauthenticated(
      '書き込みには Authorization: Bearer <トークン> が必要です / writing needs a token: Authorization: Bearer <token>',
      200,
    );
  }
  throw new GraphQLError('この操作の権限がありません / you have no right to do this', {
    extensions: { code: 'FORBIDDEN' },
  });
}

const unauthenticated = (message: string, status = 401): GraphQLError =>
  new GraphQLError(message, {
    extensions: { code: 'UNAUTHENTICATED', http: { status, headers: { 'www-authenticate': 'Bearer realm="daicho"' } } },
  });
