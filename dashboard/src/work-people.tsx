import { Acts, type Act, type Field } from './act.js';
import type { Around } from './around.js';
import { dayOf, dayText } from './dates.js';
import { Desk } from './desk.js';
import { graphql, type FragmentOf, type ResultOf } from './graphql.js';
import { href } from './place.js';
import { say, type Language, type Word } from './words.js';

const PERSON = graphql(`
  fragment PersonOnDesk on Person {
    id
    name
    mail
    isErased
    grants {
      id
      role
      division
      from
      to
      isRevoked
    }
    tokens {
      id
      label
      scope
      expiresAt
      isRevoked
      lastUsedAt
    }
  }
`);

const PEOPLE = graphql(
  `
    query People($plan: String!, $person: ID!, $isAsked: Boolean!) {
      people(planKey: $plan) {
        ...PersonOnDesk
      }
      person(id: $person) @include(if: $isAsked) {
        ...PersonOnDesk
      }
      plan(key: $plan) {
        divisions {
          key
          name
        }
      }
    }
  `,
  [PERSON],
);

type Divisions = readonly { readonly key: string; readonly name: string }[];
type Person = FragmentOf<typeof PERSON>;
type Answer = ResultOf<typeof PEOPLE>;
type Choices = readonly (readonly [value: string, label: string])[];

const ROLES = {
  READER: 'roleReader',
  REPORTER: 'roleReporter',
  APPROVER: 'roleApprover',
  COORDINATOR: 'roleCoordinator',
  COMMITTEE: 'roleCommittee',
  AUDITOR: 'roleAuditor',
  ADMIN: 'roleAdmin',
} as const satisfies Record<string, Word>;
const GROUNDS = {
  REQUESTED: 'groundRequested',
  NO_LONGER_NEEDED: 'groundNoLongerNeeded',
  WRONGLY_KEPT: 'groundWronglyKept',
} as const satisfies Record<string, Word>;

const choicesOf = (words: Readonly<Record<string, Word>>, language: Language): Choices =>
  Object.entries(words).map(([code, word]) => [code, say(language)(word)]);

const REASON: Field = { name: 'reason', word: 'reason', kind: 'lines', must: true };

/** Who may do what in the plan: people, their roles, their tokens. */
export function WorkPeople({ around }: { readonly around: Around }) {
  const { place, plan } = around;
  const { language } = place;
  const t = say(language);
  const asked = place.asked['person'];
  return (
    <Desk
      around={around}
      title="workPeople"
      query={PEOPLE}
      variables={{ person: asked ?? '', isAsked: asked !== undefined }}
      mutations={[
        'registerPerson',
        'describePerson',
        'grantRole',
        'revokeRole',
        'issueToken',
        'revokeToken',
        'issueSignInLink',
        'erasePerson',
        'establishDivision',
        'renameDivision',
        'abolishDivision',
      ]}
      sentence={({ people }) => {
        const count = String(people.filter(({ grants }) => grants.length > 0).length);
        if (people.length === 0) return t('noPeople');
        return language === 'ja'
          ? `この計画に ${count} 人が役割を持っています。`
          : `${count} people have a role in this plan.`;
      }}
    >
      {({ people, person, plan: found }) => (
        <>
          <Organisation planKey={plan.key} divisions={found?.divisions ?? []} language={language} />
          <h2>{t('people')}</h2>
          <Acts acts={[register(around)]} />
          {shown(people, person).map((one) => (
            <section key={one.id} className="report">
              <h3>
                {one.isErased ? t('personErased') : (one.name ?? t('noName'))} <code className="faint">{one.id}</code>
              </h3>
              {one.mail !== null && <p>{one.mail}</p>}
              <Roles person={one} planKey={plan.key} divisions={found?.divisions ?? []} language={language} />
              <Tokens person={one} language={language} />
              {!one.isErased && <Acts acts={personActs(one, around)} />}
            </section>
          ))}
        </>
      )}
    </Desk>
  );
}

const shown = (people: readonly Person[], person: Answer['person']): readonly Person[] =>
  person && !people.some(({ id }) => id === person.id) ? [person, ...people] : people;

const register = ({ place }: Around): Act => ({
  mutation: 'registerPerson',
  word: 'registerPerson',
  hint: 'registerHint',
  of: {},
  fields: [
    { name: 'name', word: 'personName', must: true },
    { name: 'mail', word: 'mail' },
  ],
  payload: 'person { id }',
  tell: ({ person }) => (
    <p className="finding sound">
      <a href={href(place, '/work/people', { asked: { person: (person as { readonly id: string }).id } })}>
        {say(place.language)('registered')}
      </a>
    </p>
  ),
});

function personActs({ id, name, mail }: Person, { place: { language } }: Around): readonly Act[] {
  const of = { personId: id };
  const t = say(language);
  return [
    {
      mutation: 'describePerson',
      word: 'describePerson',
      of,
      fields: [
        { name: 'name', word: 'personName', must: true, initial: name ?? '' },
        { name: 'mail', word: 'mail', initial: mail ?? '' },
      ],
    },
    {
      mutation: 'issueSignInLink',
      word: 'issueSignInLink',
      hint: 'signInLinkUses',
      of,
      payload: 'code expiresAt',
      tell: ({ code }) => (
        <p className="finding sound">
          {t('shownOnce')} <code>{`${location.origin}/sign-in?code=${encodeURIComponent(String(code))}`}</code>
        </p>
      ),
    },
    {
      mutation: 'issueToken',
      word: 'issueToken',
      of,
      fields: [
        { name: 'label', word: 'tokenLabel', hint: 'tokenLabelHint' },
        {
          name: 'scope',
          word: 'tokenScope',
          kind: 'choice',
          choices: [
            ['WRITE', t('scopeWrite')],
            ['READ', t('scopeRead')],
          ],
        },
      ],
      payload: 'token',
      tell: ({ token }) => (
        <p className="finding sound">
          {t('shownOnce')} <code>{String(token)}</code>
        </p>
      ),
    },
    {
      mutation: 'erasePerson',
      word: 'erasePerson',
      hint: 'eraseHint',
      of,
      fields: [
        { name: 'ground', word: 'ground', kind: 'choice', must: true, choices: choicesOf(GROUNDS, language) },
        { name: 'isSure', word: 'eraseSure', kind: 'check', must: true },
      ],
      shape: ({ ground }) => ({ ground }),
    },
  ];
}

function Roles({
  person: { id, grants, isErased },
  planKey,
  divisions,
  language,
}: {
  readonly person: Person;
  readonly planKey: string;
  readonly divisions: Divisions;
  readonly language: Language;
}) {
  const t = say(language);
  const nameOf = (key: string): string => divisions.find((division) => division.key === key)?.name ?? key;
  const inForce = grants.filter(({ isRevoked }) => !isRevoked);
  return (
    <>
      <ul>
        {inForce.map((grant) => (
          <li key={grant.id}>
            <b>{t(ROLES[grant.role])}</b> {grant.division !== null && nameOf(grant.division)}（
            {dayText(grant.from, language)}～{grant.to !== null && dayText(grant.to, language)}）
            <Acts
              acts={[
                {
                  mutation: 'revokeRole',
                  word: 'revokeRole',
                  of: { personId: id, grantId: grant.id },
                  fields: [REASON],
                },
              ]}
            />
          </li>
        ))}
      </ul>
      {!isErased && (
        <Acts
          acts={[
            {
              mutation: 'grantRole',
              word: 'grantRole',
              hint: 'grantHint',
              of: { planKey, personId: id },
              fields: [
                { name: 'role', word: 'role', kind: 'choice', must: true, choices: choicesOf(ROLES, language) },
                {
                  name: 'division',
                  word: 'division',
                  kind: 'choice',
                  hint: 'grantDivisionHint',
                  choices: divisions.map(({ key, name }) => [key, name]),
                },
                { name: 'from', word: 'fromDay', kind: 'day', hint: 'holdsFromHint' },
                { name: 'to', word: 'toDay', kind: 'day' },
                { name: 'reason', word: 'reason' },
              ],
            },
          ]}
        />
      )}
    </>
  );
}

function Tokens({ person: { id, tokens }, language }: { readonly person: Person; readonly language: Language }) {
  const t = say(language);
  const inForce = tokens.filter(({ isRevoked }) => !isRevoked);
  return (
    <ul>
      {inForce.map(({ id: tokenId, label, scope, expiresAt, lastUsedAt }) => (
        <li key={tokenId}>
          {t('token')} {label} {t(scope === 'READ' ? 'scopeRead' : 'scopeWrite')}・{t('expires')}{' '}
          {dayText(dayOf(expiresAt), language)}・{t('lastUsed')}{' '}
          {lastUsedAt === null ? '—' : dayText(dayOf(lastUsedAt), language)}
          <Acts
            acts={[{ mutation: 'revokeToken', word: 'revokeToken', of: { personId: id, tokenId }, fields: [REASON] }]}
          />
        </li>
      ))}
    </ul>
  );
}

/** 機構改革: what a division is called, and which there are. */
function Organisation({
  planKey,
  divisions,
  language,
}: {
  readonly planKey: string;
  readonly divisions: Divisions;
  readonly language: Language;
}) {
  const t = say(language);
  const choices: Choices = divisions.map(({ key, name }) => [key, name]);
  const holds: Field = { name: 'effectiveOn', word: 'holdsFrom', kind: 'day', hint: 'holdsFromHint' };
  const reason: Field = { ...REASON, must: false };
  return (
    <>
      <h2>{t('organisation')}</h2>
      <p>{divisions.map(({ name }) => name).join('、')}</p>
      <Acts
        acts={[
          {
            mutation: 'renameDivision',
            word: 'renameDivision',
            hint: 'organisationHint',
            of: { planKey },
            fields: [
              { name: 'division', word: 'division', kind: 'choice', must: true, choices },
              { name: 'name', word: 'newName', must: true },
              reason,
              holds,
            ],
          },
          {
            mutation: 'establishDivision',
            word: 'establishDivision',
            hint: 'organisationHint',
            of: { planKey },
            fields: [{ name: 'division', word: 'newName', must: true }, reason, holds],
          },
          {
            mutation: 'abolishDivision',
            word: 'abolishDivision',
            hint: 'organisationHint',
            of: { planKey },
            fields: [
              { name: 'division', word: 'division', kind: 'choice', must: true, choices },
              { name: 'successors', word: 'successors', kind: 'many', choices },
              reason,
              holds,
            ],
          },
        ]}
      />
    </>
  );
}
