import type { Day } from '../calendar/day.js';
import type { Decider } from '../eventsourcing/decider.js';
import { reasonFor } from '../plan/plan.js';
import { Refusal } from '../problems.js';
import type { AccessEvent, GrantValue, Role, TokenScope } from './access.events.js';

/** A secret as it is kept: by its hash only, under a name. */
interface NewSecret {
  readonly name: string;
  readonly hash: string;
  /** ms since 1970 UTC */
  readonly expiresAtMs: number;
}

/** What is to be recorded. */
export type AccessOrder =
  | { readonly kind: 'register' }
  | {
      readonly kind: 'grant';
      readonly role: Role;
      readonly planKey: string;
      readonly division?: string | undefined;
      readonly from?: Day | undefined;
      readonly to?: Day | undefined;
      readonly reason?: string | undefined;
    }
  | { readonly kind: 'revokeGrant'; readonly grant: string; readonly reason: string }
  | {
      readonly kind: 'issueToken';
      readonly secret: NewSecret;
      readonly scope: TokenScope;
      readonly label?: string | undefined;
    }
  | { readonly kind: 'revokeToken'; readonly token: string; readonly reason: string }
  | { readonly kind: 'issueLink'; readonly secret: NewSecret }
  /** `hash` is that of the secret presented. */
  | { readonly kind: 'useLink'; readonly link: string; readonly hash: string; readonly session: NewSecret };

export type AccessCommand = AccessOrder & {
  readonly person: string;
  readonly today: Day;
  readonly nowMs: number;
};

export interface Grant extends GrantValue {
  readonly id: string;
}

export interface Token extends NewSecret {
  readonly scope: TokenScope;
  readonly label: string | undefined;
  readonly isRevoked: boolean;
}

interface Link extends NewSecret {
  readonly isUsed: boolean;
}

export interface AccessState {
  readonly exists: boolean;
  /** Every plan that it ever had a role in. */
  readonly plans: readonly string[];
  readonly grants: readonly Grant[];
  readonly tokens: readonly Token[];
  readonly links: readonly Link[];
}

/** Work for a single division: a grant names it. */
const OF_A_DIVISION: readonly Role[] = ['reporter', 'approver'];
/** For the whole plan, and nobody acts by them in the name of a division: one that a grant named would look like a limit. */
const OF_NO_DIVISION: readonly Role[] = ['reader', 'committee', 'auditor'];

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
export const TOKEN_DAYS_MAX = 2 * 366;
/** If nothing else is said. */
export const TOKEN_MS = 365 * DAY_MS;
export const LINK_MS = 15 * MINUTE_MS;
export const SESSION_MS = 12 * 60 * MINUTE_MS;

/** A person, by a pseudonymous id: what it may do, and what it signs in with. */
export const access: Decider<AccessCommand, AccessState, AccessEvent> = {
  initial: { exists: false, plans: [], grants: [], tokens: [], links: [] },

  evolve(state, event) {
    switch (event.type) {
      case 'PersonRegistered':
        return { ...state, exists: true };
      case 'RoleGranted': {
        const { person: _, reason: __, ...grant } = event.data;
        const plans = [...new Set([...state.plans, grant.planKey])];
        return { ...state, plans, grants: [...state.grants, { id: event.id, ...grant }] };
      }
      case 'RoleRevoked':
        return { ...state, grants: state.grants.filter(({ id }) => id !== event.data.grant) };
      case 'TokenIssued': {
        const { token: name, hash, scope, expiresAt, label } = event.data;
        const issued = { name, hash, scope, expiresAtMs: Date.parse(expiresAt), label, isRevoked: false };
        return { ...state, tokens: [...state.tokens, issued] };
      }
      case 'TokenRevoked': {
        const revoked = (token: Token): Token =>
          token.name === event.data.token ? { ...token, isRevoked: true } : token;
        return { ...state, tokens: state.tokens.map(revoked) };
      }
      case 'SignInLinkIssued': {
        const { link: name, hash, expiresAt } = event.data;
        return { ...state, links: [...state.links, { name, hash, expiresAtMs: Date.parse(expiresAt), isUsed: false }] };
      }
      case 'SignInLinkUsed': {
        const used = (link: Link): Link => (link.name === event.data.link ? { ...link, isUsed: true } : link);
        return { ...state, links: state.links.map(used) };
      }
    }
  },

  decide(command, state) {
    const { person, today, nowMs } = command;
    const recorded = { effectiveOn: today };
    if (command.kind === 'register') {
      return state.exists ? [] : [{ type: 'PersonRegistered', ...recorded, data: { person } }];
    }
    if (!state.exists) throw new Refusal('PERSON_NOT_FOUND', ['input', 'personId'], person);

    switch (command.kind) {
      case 'grant': {
        const { role, planKey, division, from = today, to, reason } = command;
        if (division === undefined && OF_A_DIVISION.includes(role))
          throw new Refusal('DIVISION_REQUIRED', ['input', 'division'], role);
        if (division !== undefined && OF_NO_DIVISION.includes(role))
          throw new Refusal('DIVISION_NOT_TAKEN', ['input', 'division'], role);
        if (to !== undefined && to < from) throw new Refusal('PERIOD_REVERSED', ['input', 'to'], `${to} < ${from}`);
        return [{ type: 'RoleGranted', ...recorded, data: { person, role, planKey, division, from, to, reason } }];
      }
      case 'revokeGrant': {
        const granted = state.grants.find(({ id }) => id === command.grant);
        if (!granted) throw new Refusal('ENTRY_NOT_FOUND', ['input', 'grantId'], command.grant);
        const { id: grant, role, planKey, division, from, to } = granted;
        const data = { person, grant, role, planKey, division, from, to, reason: reasonFor(command.reason) };
        return [{ type: 'RoleRevoked', ...recorded, data }];
      }
      case 'issueToken': {
        const { secret, scope, label } = command;
        return [{ type: 'TokenIssued', ...recorded, data: issued(person, secret, scope, nowMs, label) }];
      }
      case 'revokeToken': {
        const token = state.tokens.find(({ name, isRevoked }) => name === command.token && !isRevoked);
        if (!token) throw new Refusal('ENTRY_NOT_FOUND', ['input', 'tokenId'], command.token);
        const { name, scope, label } = token;
        const expiresAt = instantOf(token.expiresAtMs);
        const data = { person, token: name, scope, expiresAt, label, reason: reasonFor(command.reason) };
        return [{ type: 'TokenRevoked', ...recorded, data }];
      }
      case 'issueLink': {
        const { name: link, hash, expiresAtMs } = command.secret;
        const data = { person, link, hash, expiresAt: instantOf(expiresAtMs) };
        return [{ type: 'SignInLinkIssued', ...recorded, data }];
      }
      case 'useLink': {
        const link = state.links.find(({ name, hash }) => name === command.link && hash === command.hash);
        if (!link || link.isUsed || link.expiresAtMs <= nowMs) throw new Refusal('SIGN_IN_INVALID', ['input', 'code']);
        return [
          { type: 'SignInLinkUsed', ...recorded, data: { person, link: link.name } },
          { type: 'TokenIssued', ...recorded, data: issued(person, command.session, 'write', nowMs) },
        ];
      }
    }
  },
};

/** The grants in force on a day. */
export const grantsOn = ({ grants }: Pick<AccessState, 'grants'>, day: Day): Grant[] =>
  grants.filter(({ from, to }) => from <= day && (to === undefined || day <= to));

/** The token of a name that is valid at an instant. */
export const validToken = ({ tokens }: AccessState, name: string, nowMs: number): Token | undefined =>
  tokens.find((token) => token.name === name && !token.isRevoked && nowMs < token.expiresAtMs);

function issued(person: string, secret: NewSecret, scope: TokenScope, nowMs: number, label?: string) {
  const { name: token, hash, expiresAtMs } = secret;
  if (expiresAtMs <= nowMs || expiresAtMs > nowMs + TOKEN_DAYS_MAX * DAY_MS)
    throw new Refusal('EXPIRY_OUT_OF_RANGE', ['input', 'expiresAt'], instantOf(expiresAtMs));
  return { person, token, hash, scope, expiresAt: instantOf(expiresAtMs), label };
}

const instantOf = (ms: number): string => new Date(ms).toISOString();
