import { Acts, type Act, type Field } from './act.js';
import type { Around } from './around.js';
import { dayText } from './dates.js';
import { Desk } from './desk.js';
import { graphql, type ResultOf } from './graphql.js';
import { say, type Language, type Word } from './words.js';

const COMMITTEE = graphql(`
  query CommitteeDesk($plan: String!) {
    plan(key: $plan) {
      divisions {
        key
        name
      }
      committee {
        name
        members {
          post
          role
        }
        meetings {
          id
          title
          heldOn
          items {
            no
            title
            text
            decision {
              id
              no
              outcome
              text
            }
          }
        }
        circulations {
          id
          title
          text
          isOpen
          openedOn
          dueOn
          answers {
            post
            answer
            comment
          }
          missing {
            post
          }
          decision {
            id
            no
            outcome
            text
          }
        }
        followUps(isOpen: true) {
          no
          text
          dueOn
          isOverdue
          owner {
            name
          }
          decision {
            id
            no
          }
        }
      }
    }
  }
`);

type Plan = NonNullable<ResultOf<typeof COMMITTEE>['plan']>;
type Committee = NonNullable<Plan['committee']>;
type Circulation = Committee['circulations'][number];
type Choices = readonly (readonly [value: string, label: string])[];

const OUTCOMES = {
  APPROVED: 'approved',
  APPROVED_WITH_CHANGES: 'approvedWithChanges',
  NOTED: 'noted',
  DEFERRED: 'deferred',
  REJECTED: 'rejected',
} as const satisfies Record<string, Word>;
const ANSWERS = { AGREE: 'agree', DISAGREE: 'disagree', ABSTAIN: 'abstain' } as const satisfies Record<string, Word>;

const choicesOf = (words: Readonly<Record<string, Word>>, language: Language): Choices =>
  Object.entries(words).map(([code, word]) => [code, say(language)(word)]);

const REASON: Field = { name: 'reason', word: 'reason', kind: 'lines', must: true };

/** Meetings and what they decided, circulations, and what is to be done about it. */
export function WorkCommittee({ around }: { readonly around: Around }) {
  const { place, plan } = around;
  const { language } = place;
  const t = say(language);
  return (
    <Desk
      around={around}
      title="workCommittee"
      query={COMMITTEE}
      mutations={[
        'recordMeeting',
        'addAgendaItem',
        'decideAgendaItem',
        'withdrawMeeting',
        'openCirculation',
        'answerCirculation',
        'closeCirculation',
        'withdrawCirculation',
        'correctDecision',
        'withdrawDecision',
        'completeFollowUp',
        'seatMember',
        'unseatMember',
      ]}
      sentence={({ plan: found }) => {
        const { circulations = [], followUps = [], name = '' } = found?.committee ?? {};
        if (!found?.committee) return t('noCommittee');
        const open = circulations.filter(({ isOpen }) => isOpen).length;
        return language === 'ja'
          ? `${name}：開いている持ち回り ${String(open)} 件、残っている対応事項 ${String(followUps.length)} 件。`
          : `${name}: ${String(open)} circulations open, ${String(followUps.length)} follow-ups left.`;
      }}
    >
      {({ plan: found }) =>
        found?.committee && (
          <Parts committee={found.committee} divisions={found.divisions} planKey={plan.key} language={language} />
        )
      }
    </Desk>
  );
}

function Parts({
  committee,
  divisions,
  planKey,
  language,
}: {
  readonly committee: Committee;
  readonly divisions: Plan['divisions'];
  readonly planKey: string;
  readonly language: Language;
}) {
  const t = say(language);
  const of = { planKey };
  const posts: Choices = committee.members.map(({ post, role }) => [post, `${post}（${t(ROLES[role])}）`]);
  const owners: Choices = divisions.map(({ key, name }) => [key, name]);
  return (
    <>
      <h2>{t('circulations')}</h2>
      <Acts acts={[openCirculation(of, posts)]} />
      {committee.circulations.toReversed().map((one) => (
        <section key={one.id} className="report">
          <h3>
            {one.title}（{t(one.isOpen ? 'isOpen' : 'isClosed')}・{t('deadline')} {dayText(one.dueOn, language)}）
          </h3>
          <p>{one.text}</p>
          <ul>
            {one.answers.map(({ post, answer, comment }) => (
              <li key={post}>
                {post}：{t(ANSWERS[answer])} {comment}
              </li>
            ))}
            {one.missing.map(({ post }) => (
              <li key={post} className="faint">
                {post}：{t('notAnswered')}
              </li>
            ))}
          </ul>
          {one.decision && <Decided decision={one.decision} of={of} language={language} />}
          <Acts acts={circulationActs(of, one, posts, owners, language)} />
        </section>
      ))}
      <h2>{t('meetings')}</h2>
      <Acts acts={[recordMeeting(of, posts)]} />
      {committee.meetings.toReversed().map((meeting) => (
        <section key={meeting.id} className="report">
          <h3>
            {meeting.title}（{dayText(meeting.heldOn, language)}）
          </h3>
          {meeting.items.map(({ no, title, text, decision }) => (
            <div key={no}>
              <p>
                {t('agendaItem')} {no}　{title}　{text}
              </p>
              {decision ? (
                <Decided decision={decision} of={of} language={language} />
              ) : (
                <Acts
                  acts={[
                    {
                      mutation: 'decideAgendaItem',
                      word: 'decide',
                      hint: 'decideHint',
                      of: { ...of, meetingId: meeting.id, itemNo: no },
                      fields: deciding(owners, language),
                      shape: withFollowUp,
                    },
                  ]}
                />
              )}
            </div>
          ))}
          <Acts
            acts={[
              {
                mutation: 'addAgendaItem',
                word: 'addAgendaItem',
                of: { ...of, meetingId: meeting.id },
                fields: [
                  { name: 'title', word: 'name', must: true },
                  { name: 'text', word: 'contents', kind: 'lines' },
                ],
              },
              {
                mutation: 'withdrawMeeting',
                word: 'withdrawMeeting',
                hint: 'withdrawHint',
                of: { ...of, meetingId: meeting.id },
                fields: [REASON],
              },
            ]}
          />
        </section>
      ))}
      <h2>{t('followUps')}</h2>
      {committee.followUps.length === 0 && <p className="faint">{t('noFollowUps')}</p>}
      {committee.followUps.map(({ no, text, dueOn, isOverdue, owner, decision }) => (
        <section key={`${decision.id} ${String(no)}`} className="report">
          <p>
            {decision.no}：{text}（{owner.name}・{dayText(dueOn, language)}
            {isOverdue && `・▲ ${t('overdue')}`}）
          </p>
          <Acts
            acts={[
              {
                mutation: 'completeFollowUp',
                word: 'completeFollowUp',
                of: { ...of, decisionId: decision.id, followUpNo: no },
                fields: [{ name: 'note', word: 'followUpNote', kind: 'lines' }],
              },
            ]}
          />
        </section>
      ))}
      <h2>{t('members')}</h2>
      <ul>
        {posts.map(([post, label]) => (
          <li key={post}>{label}</li>
        ))}
      </ul>
      <Acts
        acts={[
          {
            mutation: 'seatMember',
            word: 'seatMember',
            of,
            fields: [
              { name: 'post', word: 'post', must: true },
              { name: 'role', word: 'role', kind: 'choice', must: true, choices: choicesOf(ROLES, language) },
              { name: 'effectiveOn', word: 'holdsFrom', kind: 'day', hint: 'holdsFromHint' },
            ],
          },
          {
            mutation: 'unseatMember',
            word: 'unseatMember',
            of,
            fields: [
              { name: 'post', word: 'post', kind: 'choice', must: true, choices: posts },
              REASON,
              { name: 'effectiveOn', word: 'holdsFrom', kind: 'day', hint: 'holdsFromHint' },
            ],
          },
        ]}
      />
    </>
  );
}

const ROLES = {
  CHAIR: 'roleChair',
  VICE_CHAIR: 'roleViceChair',
  MEMBER: 'roleMember',
} as const satisfies Record<string, Word>;

function Decided({
  decision: { id, no, outcome, text },
  of,
  language,
}: {
  readonly decision: NonNullable<Circulation['decision']>;
  readonly of: object;
  readonly language: Language;
}) {
  const t = say(language);
  return (
    <>
      <p>
        <b>
          {no} {t(OUTCOMES[outcome])}
        </b>
        　{text}
      </p>
      <Acts
        acts={[
          {
            mutation: 'correctDecision',
            word: 'correctDecision',
            hint: 'correctHint',
            of: { ...of, decisionId: id },
            fields: [
              {
                name: 'outcome',
                word: 'outcome',
                kind: 'choice',
                must: true,
                choices: choicesOf(OUTCOMES, language),
                initial: outcome,
              },
              { name: 'text', word: 'decisionText', kind: 'lines', must: true, initial: text },
              REASON,
            ],
          },
          {
            mutation: 'withdrawDecision',
            word: 'withdrawDecision',
            hint: 'withdrawHint',
            of: { ...of, decisionId: id },
            fields: [REASON],
          },
        ]}
      />
    </>
  );
}

const deciding = (owners: Choices, language: Language): readonly Field[] => [
  { name: 'outcome', word: 'outcome', kind: 'choice', must: true, choices: choicesOf(OUTCOMES, language) },
  { name: 'text', word: 'decisionText', kind: 'lines', must: true },
  { name: 'reason', word: 'reason', kind: 'lines' },
  { name: 'followUpText', word: 'followUp', hint: 'followUpHint' },
  { name: 'followUpOwner', word: 'followUpOwner', kind: 'choice', choices: owners },
  { name: 'followUpDueOn', word: 'followUpDueOn', kind: 'day' },
];

/** One follow-up, when anything is said of one. */
const withFollowUp: NonNullable<Act['shape']> = ({ followUpText: text, followUpOwner, followUpDueOn, ...more }) => {
  const followUp = { text, owner: followUpOwner, dueOn: followUpDueOn };
  return Object.values(followUp).every((part) => part === undefined) ? more : { ...more, followUps: [followUp] };
};

const recordMeeting = (of: object, posts: Choices): Act => ({
  mutation: 'recordMeeting',
  word: 'recordMeeting',
  of,
  fields: [
    { name: 'title', word: 'name', must: true, hint: 'meetingNameHint' },
    { name: 'effectiveOn', word: 'heldOn', kind: 'day', must: true },
    { name: 'place', word: 'heldAt' },
    { name: 'chairedBy', word: 'chairedBy', kind: 'choice', must: true, choices: posts },
    { name: 'actingReason', word: 'actingReason', hint: 'actingReasonHint' },
    { name: 'attending', word: 'attending', kind: 'many', must: true, choices: posts },
    { name: 'items', word: 'agenda', kind: 'lines', hint: 'agendaHint' },
  ],
  shape: ({ items, ...more }) => ({
    ...more,
    ...(typeof items === 'string' && {
      items: items.split('\n').flatMap((line) => (line.trim() === '' ? [] : [{ title: line.trim() }])),
    }),
  }),
});

const openCirculation = (of: object, posts: Choices): Act => ({
  mutation: 'openCirculation',
  word: 'openCirculation',
  hint: 'openCirculationHint',
  of,
  fields: [
    { name: 'title', word: 'name', must: true },
    { name: 'text', word: 'toBeDecided', kind: 'lines', must: true },
    { name: 'reasonForNotMeeting', word: 'reasonForNotMeeting', kind: 'lines', must: true },
    { name: 'dueOn', word: 'deadline', kind: 'day', must: true },
    ...onPaper(posts),
    { name: 'actingReason', word: 'actingReason', hint: 'actingReasonHint' },
  ],
});

const onPaper = (posts: Choices): readonly Field[] => [
  { name: 'post', word: 'inNameOf', kind: 'choice', choices: posts, hint: 'inNameOfHint' },
];

function circulationActs(
  of: object,
  one: Circulation,
  posts: Choices,
  owners: Choices,
  language: Language,
): readonly Act[] {
  if (!one.isOpen) return [];
  const ofThis = { ...of, circulationId: one.id };
  return [
    {
      mutation: 'answerCirculation',
      word: 'answerCirculation',
      hint: 'answerHint',
      of: ofThis,
      fields: [
        { name: 'answer', word: 'answer', kind: 'choice', must: true, choices: choicesOf(ANSWERS, language) },
        { name: 'comment', word: 'comment', kind: 'lines' },
        ...onPaper(posts),
        { name: 'effectiveOn', word: 'answeredOn', kind: 'day', hint: 'holdsFromHint' },
      ],
    },
    {
      mutation: 'closeCirculation',
      word: 'closeCirculation',
      hint: 'decideHint',
      of: ofThis,
      fields: [
        ...deciding(owners, language),
        ...onPaper(posts),
        { name: 'actingReason', word: 'actingReason', hint: 'actingReasonHint' },
      ],
      shape: withFollowUp,
    },
    {
      mutation: 'withdrawCirculation',
      word: 'withdrawCirculation',
      of: ofThis,
      fields: [REASON, ...onPaper(posts)],
    },
  ];
}
