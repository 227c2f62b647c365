import { z } from 'zod';
import { defineEvent, type EventsOf } from '../eventsourcing/catalogue.js';

/** Who may do what. */
export const ROLES = ['reader', 'reporter', 'approver', 'coordinator', 'committee', 'auditor', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export const ROLE_LABELS: Readonly<Record<Role, readonly [ja: string, en: string]>> = {
  reader: ['閲覧者', 'reader'],
  reporter: ['報告担当', 'reporter'],
  approver: ['承認者', 'approver'],
  coordinator: ['とりまとめ担当', 'coordinator'],
  committee: ['委員', 'committee member'],
  auditor: ['監査', 'auditor'],
  admin: ['管理者', 'administrator'],
};

/** People are of no plan: their trail is for administrators and auditors. */
export const ACCESS_SCOPE = 'access';
/** A pseudonym: it says nothing of whose it is. */
export const PERSON_ID = /^p[a-z0-9-]{1,60}$/;
export const personStream = (person: string): string => `person-${person}`;
export const personSubject = (person: string): string => `person/${person}`;
export const GRANT = 'grant/';
export const TOKEN = 'token/';

/** Why a person's data is erased: no text, in which he might be named. */
const erasureGround = z.enum(['REQUESTED', 'NO_LONGER_NEEDED', 'WRONGLY_KEPT']);
export type ErasureGround = z.output<typeof erasureGround>;
export const ERASURE_GROUND_LABELS: Readonly<Record<ErasureGround, readonly [ja: string, en: string]>> = {
  REQUESTED: ['本人の請求', 'asked for by the person'],
  NO_LONGER_NEEDED: ['利用目的の終了', 'no longer needed'],
  WRONGLY_KEPT: ['誤った保有', 'wrongly kept'],
};

const role = z.enum(ROLES);

const grant = {
  role,
  planKey: z.string(),
  /** `undefined`: not bound to one. */
  division: z.string().optional(),
  /** First and last day. */
  from: z.string(),
  to: z.string().optional(),
};

export interface GrantValue {
  readonly role: Role;
  readonly planKey: string;
  readonly division?: string | undefined;
  readonly from: string;
  readonly to?: string | undefined;
  readonly isRevoked?: boolean | undefined;
}

const TOKEN_SCOPES = ['read', 'write'] as const;
export type TokenScope = (typeof TOKEN_SCOPES)[number];

const token = {
  token: z.string(),
  /** SHA-256 of the secret, which is 32 random bytes and kept nowhere. */
  hash: z.string(),
  scope: z.enum(TOKEN_SCOPES),
  expiresAt: z.string(),
};

const of = { person: z.string() };
const common = {
  scope: () => ACCESS_SCOPE,
  subject: (data: { person: string }) => personSubject(data.person),
  audience: 'staff' as const,
};

/**
 * People, what they may do, and what they sign in with. A person is a pseudonymous id, here and everywhere; what is known of
 * him beside it is sealed with a key of his own, which is kept elsewhere and can be destroyed.
 */
export const accessEvents = {
  PersonRegistered: defineEvent({
    ...common,
    version: 1,
    data: z.strictObject({ ...of }),
    asserts: () => ({ isRegistered: true }),
    sentence: {
      ja: ({ data }) => `${data.person} を登録`,
      en: ({ data }) => `${data.person} registered`,
    },
  }),
  /** Who it is: all of it, in place of what was said before. */
  PersonDescribed: defineEvent({
    ...common,
    version: 1,
    /** A `Description`, sealed in the place `descriptionPlace`. */
    data: z.strictObject({ ...of, sealed: z.base64() }),
    asserts: () => ({}),
    sealedFor: ({ person }) => person,
    sentence: {
      ja: ({ data }) => `${data.person} の氏名・連絡先を登録（封印）`,
      en: ({ data }) => `Name and address of ${data.person} kept, sealed`,
    },
  }),
  /** `events`: ids of all that were sealed with the key, which is destroyed with this. */
  PersonalDataErased: defineEvent({
    ...common,
    version: 1,
    data: z.strictObject({ ...of, ground: erasureGround, events: z.array(z.uuid()) }),
    asserts: () => ({}),
    sentence: {
      ja: ({ data }) => `${data.person} の個人情報を消去（${ERASURE_GROUND_LABELS[data.ground][0]}）`,
      en: ({ data }) => `Personal data of ${data.person} erased: ${ERASURE_GROUND_LABELS[data.ground][1]}`,
    },
  }),
  RoleGranted: defineEvent({
    ...common,
    version: 1,
    data: z.strictObject({ ...of, ...grant, reason: z.string().optional() }),
    asserts: ({ id, data: { person: _, reason: __, ...value } }) => ({ [GRANT + id]: value }),
    sentence: {
      ja: ({ data: { person, role, planKey, division } }, nameOf) =>
        `${person} に ${planKey} の${division === undefined ? '' : `「${nameOf(division)}」の`}${ROLE_LABELS[role][0]}の権限を付与`,
      en: ({ data: { person, role, planKey, division } }, nameOf) =>
        `${person} made ${ROLE_LABELS[role][1]} of ${planKey}${division === undefined ? '' : ` for “${nameOf(division)}”`}`,
    },
  }),
  RoleRevoked: defineEvent({
    ...common,
    version: 1,
    data: z.strictObject({ ...of, ...grant, grant: z.string(), reason: z.string() }),
    asserts: ({ data: { person: _, reason: __, grant: id, ...value } }) => ({
      [GRANT + id]: { ...value, isRevoked: true },
    }),
    sentence: {
      ja: ({ data: { person, role, planKey } }) => `${person} の ${planKey} の${ROLE_LABELS[role][0]}の権限を取消し`,
      en: ({ data: { person, role, planKey } }) => `${person} is no longer ${ROLE_LABELS[role][1]} of ${planKey}`,
    },
  }),
  TokenIssued: defineEvent({
    ...common,
    version: 1,
    data: z.strictObject({ ...of, ...token, label: z.string().optional() }),
    asserts: ({ data: { token, scope, expiresAt, label } }) => ({ [TOKEN + token]: { scope, expiresAt, label } }),
    sentence: {
      ja: ({ data }) => `${data.person} にトークン ${data.token} を発行`,
      en: ({ data }) => `Token ${data.token} issued to ${data.person}`,
    },
  }),
  TokenRevoked: defineEvent({
    ...common,
    version: 1,
    data: z.strictObject({
      ...of,
      token: z.string(),
      scope: token.scope,
      expiresAt: z.string(),
      label: z.string().optional(),
      reason: z.string(),
    }),
    asserts: ({ data: { token, scope, expiresAt, label } }) => ({
      [TOKEN + token]: { scope, expiresAt, label, isRevoked: true },
    }),
    sentence: {
      ja: ({ data }) => `${data.person} のトークン ${data.token} を失効`,
      en: ({ data }) => `Token ${data.token} of ${data.person} revoked`,
    },
  }),
  /** A link that signs in once. */
  SignInLinkIssued: defineEvent({
    ...common,
    version: 1,
    data: z.strictObject({ ...of, link: z.string(), hash: z.string(), expiresAt: z.string() }),
    asserts: () => ({}),
    sentence: {
      ja: ({ data }) => `${data.person} にサインイン用リンクを発行`,
      en: ({ data }) => `Sign-in link issued to ${data.person}`,
    },
  }),
  SignInLinkUsed: defineEvent({
    ...common,
    version: 1,
    data: z.strictObject({ ...of, link: z.string() }),
    asserts: () => ({}),
    sentence: {
      ja: ({ data }) => `${data.person} がリンクからサインイン`,
      en: ({ data }) => `${data.person} signed in by link`,
    },
  }),
};

export type AccessEvent = EventsOf<typeof accessEvents>;
