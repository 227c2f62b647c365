import type { Grant } from './access.js';

/** Who acts. */
export interface Actor {
  /** A pseudonymous id, never a name. */
  readonly id: string;
  readonly isAuthenticated: boolean;
  /** Of the whole installation: may do everything. */
  readonly isAdmin: boolean;
  /** What it signed in with allows writing. */
  readonly mayWrite: boolean;
  readonly grants: readonly Grant[];
}

export const ANONYMOUS: Actor = {
  id: 'anonymous',
  isAuthenticated: false,
  isAdmin: false,
  mayWrite: false,
  grants: [],
};
export const ADMIN: Actor = { id: 'admin', isAuthenticated: true, isAdmin: true, mayWrite: true, grants: [] };

/** As it stands in an event: the person, and the division for which it acted. */
export const recordedActor = (person: string, division: string | undefined): string =>
  division === undefined ? person : `${person}@${division}`;

export function actorIn(recorded: string): { readonly person: string; readonly division: string | undefined } {
  const at = recorded.indexOf('@');
  return at < 0
    ? { person: recorded, division: undefined }
    : { person: recorded.slice(0, at), division: recorded.slice(at + 1) };
}
