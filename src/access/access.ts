import type { Day } from '../calendar/day.js';
import type { Decider } from '../eventsourcing/decider.js';
import { reasonFor } from '../plan/plan.js';
import { Refusal } from '../problems.js';
import type { AccessEvent, ErasureGround, GrantValue, Role, TokenScope } from './access.events.js';

/** A secret as it is kept: by its hash only, under a name. */
interface NewSecret {
  readonly name: string;
  readonly hash: string;
  /** ms since 1970 UTC */
  readonly expiresAtMs: number;
}

/** Who a person is. */
export interface Description {
  readonly name: string;
  /** Address of electronic mail. */
  readonly mail?: string | undefined;
}

/** What is to be recorded. `sealed`: who it is, as only his key can read it; undefined: nothing new is said of that. */
export type Decided =
  | { readonly kind: 'register'; readonly sealed?: string | undefined }
  | { readonly kind: 'describe'; readonly sealed?: string | undefined }
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
  | { readonly kind: 'useLink'; readonly link: string; readonly hash: string; readonly session: NewSecret }
  | { readonly kind: 'erase'; readonly ground: ErasureGround };

/** What is asked for: as it is decided on, but for who the person is, which is not sealed yet. */
export type AccessOrder =
  | Exclude<Decided, { readonly kind: 'register' | 'describe' }>
  | { readonly kind: 'register'; readonly description?: Description | undefined }
  | { readonly kind: 'describe'; readonly description: Description };

export type AccessCommand = Decided & {
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

/** Who it is, sealed by a command. */
export interface SealedDescription {
  readonly sealed: string;
  readonly commandId: string;
}

export interface AccessState {
  readonly exists: boolean;
  readonly isErased: boolean;
  readonly description: SealedDescription | undefined;
  /** Ids of the events in which something is sealed. */
  readonly sealedEvents: readonly string[];
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

/** Why roles and tokens end with the data of their person. */
const ERASED = '個人情報の消去 / personal data erased';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
export const TOKEN_DAYS_MAX = 2 * 366;
/** If nothing else is said. */
export const TOKEN_MS = 365 * DAY_MS;
export const LINK_MS = 15 * MINUTE_MS;
export const SESSION_MS = 12 * 60 * MINUTE_MS;

/** A person, by a pseudonymous id: what it may do, and what it signs in with. */
export const access: Decider<AccessCommand, AccessState, AccessEvent> = {
  initial: {
    exists: false,
    isErased: false,
    description: undefined,
    sealedEvents: [],
    plans: [],
    grants: [],
    tokens: [],
    links: [],
  },

  evolve(state, event) {
    switch (event.type) {
      case 'PersonRegistered':
        return { ...state, exists: true };
      case 'PersonDescribed': {
        const description = { sealed: event.data.sealed, commandId: event.correlationId };
        return { ...state, description, sealedEvents: [...state.sealedEvents, event.id] };
      }
      case 'PersonalDataErased':
        return { ...state, isErased: true, description: undefined, links: [] };
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
    if (state.isErased) {
      if (command.kind === 'erase') return [];
      throw new Refusal('PERSON_ERASED', ['input', 'personId'], person);
    }
    if (!state.exists && command.kind !== 'register')
      throw new Refusal('PERSON_NOT_FOUND', ['input', 'personId'], person);

    switch (command.kind) {
      case 'register':
        return [
          ...(state.exists ? [] : [{ type: 'PersonRegistered', ...recorded, data: { person } } as const]),
          ...described(person, command.sealed, recorded),
        ];
      case 'describe':
        return described(person, command.sealed, recorded);
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
        return [roleRevoked(person, granted, reasonFor(command.reason), recorded)];
      }
      case 'issueToken': {
        const { secret, scope, label } = command;
        return [{ type: 'TokenIssued', ...recorded, data: issued(person, secret, scope, nowMs, label) }];
      }
      case 'revokeToken': {
        const token = state.tokens.find(({ name, isRevoked }) => name === command.token && !isRevoked);
        if (!token) throw new Refusal('ENTRY_NOT_FOUND', ['input', 'tokenId'], command.token);
        return [tokenRevoked(person, token, reasonFor(command.reason), recorded)];
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
      case 'erase':
        return [
          ...state.grants.map((grant) => roleRevoked(person, grant, ERASED, recorded)),
          ...state.tokens
            .filter(({ isRevoked, expiresAtMs }) => !isRevoked && nowMs < expiresAtMs)
            .map((token) => tokenRevoked(person, token, ERASED, recorded)),
          {
            type: 'PersonalDataErased',
            ...recorded,
            data: { person, ground: command.ground, events: [...state.sealedEvents] },
          },
        ];
    }
  },
};

/** The grants in force on a day. */
export const grantsOn = ({ grants }: Pick<AccessState, 'grants'>, day: Day): Grant[] =>
  grants.filter(({ from, to }) => from <= day && (to === undefined || day <= to));

/** The token of a name that is valid at an instant. */
export const validToken = ({ tokens }: AccessState, name: string, nowMs: number): Token | undefined =>
  tokens.find((token) => token.name === name && !token.isRevoked && nowMs < token.expiresAtMs);

interface Dated {
  readonly effectiveOn: Day;
}

const described = (person: string, sealed: string | undefined, recorded: Dated): AccessEvent[] =>
  sealed === undefined ? [] : [{ type: 'PersonDescribed', ...recorded, data: { person, sealed } }];

function roleRevoked(person: string, granted: Grant, reason: string, recorded: Dated): AccessEvent {
  const { id: grant, role, planKey, division, from, to } = granted;
  return { type: 'RoleRevoked', ...recorded, data: { person, grant, role, planKey, division, from, to, reason } };
}

function tokenRevoked(person: string, token: Token, reason: string, recorded: Dated): AccessEvent {
  const { name, scope, label } = token;
  const data = { person, token: name, scope, expiresAt: instantOf(token.expiresAtMs), label, reason };
  return { type: 'TokenRevoked', ...recorded, data };
}

function issued(person: string, secret: NewSecret, scope: TokenScope, nowMs: number, label?: string) {
  const { name: token, hash, expiresAtMs } = secret;
  if (expiresAtMs <= nowMs || expiresAtMs > nowMs + TOKEN_DAYS_MAX * DAY_MS)
    throw new Refusal('EXPIRY_OUT_OF_RANGE', ['input', 'expiresAt'], instantOf(expiresAtMs));
  return { person, token, hash, scope, expiresAt: instantOf(expiresAtMs), label };
}

const instantOf = (ms: number): string => new Date(ms).toISOString();
