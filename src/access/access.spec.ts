import { entryId, specification } from '../../test/support/specification.js';
import type { AccessEvent } from './access.events.js';
import { access, grantsOn, validToken, type AccessCommand, type Decided } from './access.js';

const { given } = specification(access);

const person = 'p0123456789ab';
const today = '2026-11-26';
const nowMs = Date.parse('2026-11-26T01:00:00Z');
const HASH = 'a'.repeat(64);
const asked = (decided: Decided): AccessCommand => ({ ...decided, person, today, nowMs });
const event = (type: AccessEvent['type'], data: object): AccessEvent =>
  ({ type, effectiveOn: today, data: { person, ...data } }) as AccessEvent;

const registered = event('PersonRegistered', {});
const reporter = { role: 'reporter', planKey: 'toride-5', division: '国保年金課', from: today, to: undefined };
const granted = event('RoleGranted', { ...reporter, reason: undefined });
const token = { token: 'k7m2p9qx', scope: 'write', expiresAt: '2027-01-01T00:00:00.000Z', label: undefined };
const issued = event('TokenIssued', { ...token, hash: HASH });
const link = event('SignInLinkIssued', { link: 'a2b3c4d5', hash: HASH, expiresAt: '2026-11-26T01:15:00.000Z' });

describe('A person', () => {
  it('is registered once, by a pseudonymous id', () => {
    given()
      .when(asked({ kind: 'register' }))
      .then(registered);
    given(registered)
      .when(asked({ kind: 'register' }))
      .thenNothing();
  });

  it('is given nothing before that', () => {
    given()
      .when(asked({ kind: 'grant', role: 'reader', planKey: 'toride-5' }))
      .thenRefused('PERSON_NOT_FOUND', ['input', 'personId']);
  });
});

describe('Who a person is', () => {
  const described = event('PersonDescribed', { sealed: 'c2VhbGVk' });

  it('is said when he is registered or later, sealed, and again in place of that', () => {
    given()
      .when(asked({ kind: 'register', sealed: 'c2VhbGVk' }))
      .then(registered, described);
    given(registered, described)
      .when(asked({ kind: 'describe', sealed: 'YWdhaW4=' }))
      .then(event('PersonDescribed', { sealed: 'YWdhaW4=' }));
    given(registered, described)
      .when(asked({ kind: 'describe' }))
      .thenNothing();
    given()
      .when(asked({ kind: 'describe', sealed: 'c2VhbGVk' }))
      .thenRefused('PERSON_NOT_FOUND', ['input', 'personId']);
  });

  it('is erased with all that was sealed, and ends what he may do and signs in with', () => {
    const past = event('TokenIssued', { ...token, token: 'past', hash: HASH, expiresAt: '2026-11-25T00:00:00.000Z' });
    given(registered, described, granted, issued, past, described, link)
      .when(asked({ kind: 'erase', ground: 'REQUESTED' }))
      .then(
        event('RoleRevoked', { ...reporter, grant: entryId(2), reason: '個人情報の消去 / personal data erased' }),
        event('TokenRevoked', { ...token, reason: '個人情報の消去 / personal data erased' }),
        event('PersonalDataErased', { ground: 'REQUESTED', events: [entryId(1), entryId(5)] }),
      );
  });

  it('stays erased: nothing more is recorded of him', () => {
    const erased = event('PersonalDataErased', { ground: 'REQUESTED', events: [entryId(1)] });
    given(registered, described, erased)
      .when(asked({ kind: 'erase', ground: 'WRONGLY_KEPT' }))
      .thenNothing();
    for (const order of [
      { kind: 'register' },
      { kind: 'describe', sealed: 'c2VhbGVk' },
      { kind: 'grant', role: 'reader', planKey: 'toride-5' },
    ] as const)
      given(registered, described, erased).when(asked(order)).thenRefused('PERSON_ERASED', ['input', 'personId']);
  });
});

describe('A role', () => {
  const grant = (more: object) => asked({ kind: 'grant', role: 'reporter', planKey: 'toride-5', ...more });

  it('is granted for a plan and a division from today on, or for a period', () => {
    given(registered)
      .when(grant({ division: '国保年金課' }))
      .then(granted);
    given(registered)
      .when(grant({ division: '国保年金課', from: '2027-04-01', to: '2028-03-31' }))
      .then(event('RoleGranted', { ...reporter, from: '2027-04-01', to: '2028-03-31', reason: undefined }));
  });

  it('of a division names it; a period does not end before it begins', () => {
    given(registered).when(grant({})).thenRefused('DIVISION_REQUIRED', ['input', 'division']);
    given(registered)
      .when(grant({ division: '国保年金課', from: '2027-04-01', to: '2027-03-31' }))
      .thenRefused('PERIOD_REVERSED', ['input', 'to']);
  });

  it('for the whole plan takes no division that would limit nothing; who coordinates acts in the name of his', () => {
    for (const role of ['reader', 'committee', 'auditor'])
      given(registered)
        .when(grant({ role, division: '国保年金課' }))
        .thenRefused('DIVISION_NOT_TAKEN', ['input', 'division']);
    for (const role of ['coordinator', 'admin'])
      given(registered)
        .when(grant({ role, division: '国保年金課' }))
        .then(event('RoleGranted', { ...reporter, role, reason: undefined }));
  });

  it('is revoked with a reason, once', () => {
    const revoke = asked({ kind: 'revokeGrant', grant: entryId(1), reason: '異動' });
    const revoked = event('RoleRevoked', { ...reporter, grant: entryId(1), reason: '異動' });
    given(registered, granted).when(revoke).then(revoked);
    given(registered, granted, revoked).when(revoke).thenRefused('ENTRY_NOT_FOUND', ['input', 'grantId']);
    given(registered, granted)
      .when(asked({ kind: 'revokeGrant', grant: entryId(1), reason: ' ' }))
      .thenRefused('REASON_REQUIRED');
  });

  it('counts from its first to its last day', () => {
    const grants = [{ id: 'g', role: 'reader' as const, planKey: 'toride-5', from: '2026-04-01', to: '2027-03-31' }];
    expect(
      ['2026-03-31', '2026-04-01', '2027-03-31', '2027-04-01'].map((day) => grantsOn({ grants }, day).length),
    ).toEqual([0, 1, 1, 0]);
  });
});

describe('A token', () => {
  const secret = { name: 'k7m2p9qx', hash: HASH, expiresAtMs: Date.parse(token.expiresAt) };

  it('is kept by its hash, and expires within two years', () => {
    given(registered)
      .when(asked({ kind: 'issueToken', secret, scope: 'write' }))
      .then(issued);
    for (const expiresAtMs of [nowMs, nowMs + 3 * 366 * 86_400_000])
      given(registered)
        .when(asked({ kind: 'issueToken', secret: { ...secret, expiresAtMs }, scope: 'read' }))
        .thenRefused('EXPIRY_OUT_OF_RANGE', ['input', 'expiresAt']);
  });

  it('is valid until it expires or is revoked', () => {
    const state = {
      ...access.initial,
      tokens: [{ ...secret, scope: 'write' as const, label: undefined, isRevoked: false }],
    };
    expect(validToken(state, 'k7m2p9qx', secret.expiresAtMs - 1)?.hash).toBe(HASH);
    expect(validToken(state, 'k7m2p9qx', secret.expiresAtMs)).toBeUndefined();
    expect(validToken(state, 'another', nowMs)).toBeUndefined();
    const revoke = asked({ kind: 'revokeToken', token: 'k7m2p9qx', reason: '紛失' });
    const revoked = event('TokenRevoked', { ...token, reason: '紛失' });
    given(registered, issued).when(revoke).then(revoked);
    given(registered, issued, revoked).when(revoke).thenRefused('ENTRY_NOT_FOUND', ['input', 'tokenId']);
  });
});

describe('A sign-in link', () => {
  const session = { name: 'session1', hash: 'b'.repeat(64), expiresAtMs: nowMs + 1000 };
  const use = (more: object = {}) => asked({ kind: 'useLink', link: 'a2b3c4d5', hash: HASH, session, ...more });
  const used = event('SignInLinkUsed', { link: 'a2b3c4d5' });
  const opened = event('TokenIssued', {
    token: 'session1',
    hash: session.hash,
    scope: 'write',
    expiresAt: new Date(session.expiresAtMs).toISOString(),
    label: undefined,
  });

  it('signs in once, and gives a token for the session', () => {
    given(registered, link).when(use()).then(used, opened);
    given(registered, link, used, opened).when(use()).thenRefused('SIGN_IN_INVALID', ['input', 'code']);
  });

  it('does not with another secret, nor after its time', () => {
    given(registered, link)
      .when(use({ hash: 'c'.repeat(64) }))
      .thenRefused('SIGN_IN_INVALID');
    given(registered, link)
      .when({ ...use(), nowMs: nowMs + 15 * 60_000 })
      .thenRefused('SIGN_IN_INVALID');
  });
});
