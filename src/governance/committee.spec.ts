import { entryId, entryRef, factsAfter, PLAN, specification } from '../../test/support/specification.js';
import type { DomainEvent } from '../eventsourcing/event.js';
import { positionOf } from '../eventsourcing/position.js';
import { Directory } from '../directory/directory.view.js';
import { committee, type Circumstances, type CommitteeCommand, type CommitteeOrder } from './committee.js';
import type { CommitteeAttributes, CommitteeEvent, Decision, Presiding, Seat } from './committee.events.js';
import { Committee } from './committee.view.js';

const { given } = specification(committee);

const today = '2026-11-20';
const of = { planKey: PLAN.planKey };

const CHAIR: Seat = { post: '副市長', role: 'CHAIR', order: 1 };
const VICE: Seat = { post: '総務部長', role: 'VICE_CHAIR', order: 2 };
const FINANCE: Seat = { post: '財政部長', role: 'MEMBER', order: 3 };
const SCHOOLS: Seat = { post: '教育部長', role: 'MEMBER', order: 4 };
const ALL = [CHAIR, VICE, FINANCE, SCHOOLS];

const attributes: CommitteeAttributes = {
  name: '取手市情報化推進委員会',
  rules: null,
  secretariat: '総務部',
  subcommittees: [],
  seats: ALL,
};
const established: CommitteeEvent = {
  type: 'CommitteeEstablished',
  effectiveOn: '2023-04-01',
  data: { ...of, ...attributes },
};

/** Who asks: somebody by the posts he holds, or the secretariat. */
const by = (...posts: string[]): Circumstances['caller'] => ({ posts, isSecretariat: false });
const SECRETARIAT: Circumstances['caller'] = { posts: [], isSecretariat: true };

const asked = (order: CommitteeOrder, caller = SECRETARIAT): CommitteeCommand => ({
  ...order,
  plan: PLAN,
  today,
  caller,
  isDivision: (key) => key === '情報管理課',
  unknownSubjects: ['measure/9-9-9'],
});

const chaired: Presiding = { post: '副市長', role: 'CHAIR', actingReason: undefined };
const followUp = { text: '費用を見積もり直す', owner: '情報管理課', dueOn: '2026-12-28' };

describe('Membership', () => {
  const seat = (post: string, role: Seat['role'], effectiveOn?: string) =>
    asked({ kind: 'seat', post, role, effectiveOn });
  const unseat = (post: string, effectiveOn?: string) =>
    asked({ kind: 'unseat', post, reason: '機構改革', effectiveOn });
  const seated = (seat: Seat, effectiveOn: string): CommitteeEvent => ({
    type: 'MemberSeated',
    effectiveOn,
    data: { ...of, ...seat, reason: undefined, decidedBy: undefined },
  });
  const unseated = (post: string, effectiveOn: string): CommitteeEvent => ({
    type: 'MemberUnseated',
    effectiveOn,
    data: { ...of, post, reason: '機構改革', decidedBy: undefined },
  });

  it('is that of posts, from a day on, decided in advance perhaps', () => {
    const planner: Seat = { post: '企画部長', role: 'MEMBER', order: 5 };
    given(established).when(seat('企画部長', 'MEMBER')).then(seated(planner, today));
    given(established)
      .when(seat('企画部長', 'MEMBER', '2027-04-01'))
      .then(seated(planner, '2027-04-01'));
    given(established).when(unseat('財政部長', '2027-04-01')).then(unseated('財政部長', '2027-04-01'));
    given(established)
      .when(seat('企画部長', 'MEMBER', '2023-03-31'))
      .thenRefused('EFFECTIVE_BEFORE_PLAN', ['input', 'effectiveOn']);
  });

  it('keeps the place in the list when the role changes, and after a time away takes the last', () => {
    given(established)
      .when(seat('財政部長', 'VICE_CHAIR'))
      .then(seated({ ...FINANCE, role: 'VICE_CHAIR' }, today));
    given(established, unseated('財政部長', '2025-04-01'))
      .when(seat('財政部長', 'MEMBER'))
      .then(seated({ ...FINANCE, order: 5 }, today));
  });

  it('changes, or is refused', () => {
    given(established).when(seat('財政部長', 'MEMBER')).thenRefused('SEAT_UNCHANGED', ['input', 'role']);
    given(established).when(unseat('企画部長')).thenRefused('NOT_A_MEMBER', ['input', 'post']);
    given(established, unseated('財政部長', '2025-04-01'))
      .when(unseat('財政部長'))
      .thenRefused('NOT_A_MEMBER', ['input', 'post']);
  });

  it('has one chair at a time', () => {
    given(established).when(seat('市長', 'CHAIR')).thenRefused('CHAIR_SEATED', ['input', 'role']);
    const vacant = given(established, unseated('副市長', '2025-04-01'));
    vacant.when(seat('市長', 'CHAIR')).then(seated({ post: '市長', role: 'CHAIR', order: 5 }, today));
    vacant.when(seat('市長', 'CHAIR', '2025-03-31')).thenRefused('CHAIR_SEATED', ['input', 'role']);
    given(
      established,
      unseated('副市長', '2025-04-01'),
      seated({ post: '市長', role: 'CHAIR', order: 5 }, '2027-04-01'),
    )
      .when(seat('副市長', 'CHAIR'))
      .thenRefused('CHAIR_SEATED', ['input', 'role']);
  });

  it('is nothing where the plan has no committee', () => {
    given().when(seat('副市長', 'CHAIR')).thenRefused('COMMITTEE_NOT_FOUND', ['input', 'planKey']);
  });
});

describe('The committee of a plan file', () => {
  const enter = (more: Partial<CommitteeAttributes> = {}, reason?: string): CommitteeCommand => ({
    kind: 'enter',
    ...of,
    attributes: { ...attributes, ...more },
    adoptedOn: '2023-04-01',
    reason,
  });
  const revised = (changes: Partial<CommitteeAttributes>): CommitteeEvent => ({
    type: 'CommitteeRevised',
    effectiveOn: '2023-04-01',
    data: { ...of, changes, reason: '規程の改正' },
  });

  it('is entered once', () => {
    given().when(enter()).then(established);
    given(established).when(enter()).thenNothing();
  });

  it('differs for a reason, in what differs', () => {
    const planner: Seat = { post: '企画部長', role: 'MEMBER', order: 5 };
    const changed = enter({ secretariat: '企画部', seats: [...ALL, planner] }, '規程の改正');
    given(established)
      .when(enter({ secretariat: '企画部' }))
      .thenRefused('REASON_REQUIRED');
    given(established)
      .when(changed)
      .then(revised({ secretariat: '企画部', seats: [planner] }));
    given(established, revised({ secretariat: '企画部', seats: [planner] }))
      .when(changed)
      .thenNothing();
  });

  it('loses no member in silence', () => {
    given(established)
      .when(enter({ seats: [CHAIR, VICE, FINANCE] }, '規程の改正'))
      .thenRefused('PLAN_ENTRY_REMOVED', ['input', 'source']);
  });

  it('stays as the file says it when membership changes in the ledger', () => {
    const gone: CommitteeEvent = {
      type: 'MemberUnseated',
      effectiveOn: '2025-04-01',
      data: { ...of, post: '財政部長', reason: '機構改革' },
    };
    given(established, gone).when(enter()).thenNothing();
  });
});

const meeting = { title: '令和8年度第1回', chairedBy: '副市長', attending: ['副市長', '財政部長'] };
const item = { title: '令和7年度の進捗', subjects: ['review/2025'] };
const held = (effectiveOn = today, presiding = chaired, attending = meeting.attending): CommitteeEvent => ({
  type: 'MeetingRecorded',
  effectiveOn,
  data: {
    ...{ ...of, title: meeting.title, place: undefined, presiding, members: ALL, attending, heard: [] },
    items: [{ no: 1, title: item.title, text: undefined, subjects: item.subjects }],
  },
});

describe('A meeting', () => {
  const record = (more: object = {}) => asked({ kind: 'recordMeeting', ...meeting, items: [item], ...more });

  it('is recorded with who attended and what was on the agenda', () => {
    given(established).when(record()).then(held());
    given(established)
      .when(record({ effectiveOn: '2026-05-20' }))
      .then(held('2026-05-20'));
    given(established)
      .when(record({ effectiveOn: '2026-11-21' }))
      .thenRefused('EFFECTIVE_IN_FUTURE', ['input', 'effectiveOn']);
  });

  it('is chaired by the chair, or by the vice chair for a reason, and nobody else', () => {
    const vice = { chairedBy: '総務部長', attending: ['総務部長'] };
    given(established)
      .when(record({ ...vice, actingReason: '出張' }))
      .then(held(today, { post: '総務部長', role: 'VICE_CHAIR', actingReason: '出張' }, ['総務部長']));
    given(established).when(record(vice)).thenRefused('ACTING_REASON_REQUIRED', ['input', 'actingReason']);
    given(established)
      .when(record({ actingReason: '出張' }))
      .thenRefused('NOT_ACTING', ['input', 'actingReason']);
    given(established)
      .when(record({ chairedBy: '財政部長' }))
      .thenRefused('NOT_THE_CHAIR', ['input', 'chairedBy']);
    given(established)
      .when(record({ attending: ['財政部長'] }))
      .thenRefused('CHAIR_ABSENT', ['input', 'attending']);
  });

  it('is attended by members of that day', () => {
    given(established)
      .when(record({ attending: ['副市長', '企画部長'] }))
      .thenRefused('NOT_A_MEMBER', ['input', 'attending', '1']);
  });

  it('deals with what the plan has', () => {
    given(established)
      .when(record({ items: [item, { title: '別件', subjects: ['plan', 'measure/9-9-9'] }] }))
      .thenRefused('SUBJECT_NOT_FOUND', ['input', 'items', '1', 'subjects', '1']);
  });

  it('takes further items, on its day', () => {
    const add = (more: object = {}) => asked({ kind: 'addItem', meetingId: entryId(1), title: 'その他', ...more });
    given(established, held('2026-05-20'))
      .when(add())
      .then({
        type: 'AgendaItemAdded',
        effectiveOn: '2026-05-20',
        data: { ...of, meeting: entryId(1), no: 2, title: 'その他', text: undefined, subjects: [] },
      });
    given(established, held('2026-05-20'))
      .when(add({ effectiveOn: today }))
      .thenRefused('NOT_ON_MEETING_DAY', ['input', 'effectiveOn']);
    given(established, held())
      .when(add({ meetingId: entryId(0) }))
      .thenRefused('MEETING_NOT_FOUND', ['input', 'meetingId']);
  });

  it('is withdrawn unless something was decided in it', () => {
    const withdraw = asked({ kind: 'withdrawMeeting', meetingId: entryId(1), reason: '別の会議' });
    const withdrawn: CommitteeEvent = {
      type: 'MeetingWithdrawn',
      effectiveOn: today,
      data: { ...of, withdraws: entryRef(1), reason: '別の会議' },
    };
    given(established, held()).when(withdraw).then(withdrawn);
    given(established, held(), withdrawn).when(withdraw).thenRefused('MEETING_NOT_FOUND');
    given(established, held(), decidedItem('R8-1'))
      .when(withdraw)
      .thenRefused('ALREADY_DECIDED', ['input', 'meetingId']);
  });
});

const words = { outcome: 'APPROVED' as const, text: '原案のとおり承認する' };
const ruled = { ...words, reason: undefined, followUps: [], onPaper: false };

function decidedItem(no: string, effectiveOn = today, more: object = {}): CommitteeEvent {
  const onItem = { meeting: entryId(1), item: 1, presiding: chaired, title: item.title, subjects: item.subjects };
  return {
    type: 'DecisionMade',
    effectiveOn,
    data: { ...of, no, body: attributes.name, ...onItem, ...ruled, ...more },
  };
}

describe('An item of a meeting is decided', () => {
  const decide = (more: object = {}) =>
    asked({ kind: 'decideItem', meetingId: entryId(1), itemNo: 1, ...words, ...more });

  it('on the day of the meeting', () => {
    given(established, held('2026-05-20')).when(decide()).then(decidedItem('R8-1', '2026-05-20'));
    given(established, held('2026-05-20'))
      .when(decide({ effectiveOn: today }))
      .thenRefused('NOT_ON_MEETING_DAY', ['input', 'effectiveOn']);
  });

  it('with follow-ups, each with its owner and the day on which it is due', () => {
    given(established, held())
      .when(decide({ followUps: [followUp] }))
      .then(decidedItem('R8-1', today, { followUps: [{ no: 1, ...followUp }] }));
    given(established, held())
      .when(decide({ followUps: [followUp, { ...followUp, owner: '企画課' }] }))
      .thenRefused('DIVISION_NOT_FOUND', ['input', 'followUps', '1', 'owner']);
    given(established, held())
      .when(decide({ followUps: [{ ...followUp, dueOn: '2026-11-19' }] }))
      .thenRefused('DUE_TOO_EARLY', ['input', 'followUps', '0', 'dueOn']);
  });

  it('once, as long as that decision stands', () => {
    given(established, held(), decidedItem('R8-1')).when(decide()).thenRefused('ALREADY_DECIDED', ['input', 'itemNo']);
    given(established, held(), decidedItem('R8-1'), withdrawnDecision(2)).when(decide()).then(decidedItem('R8-2'));
  });

  it('by a number of its fiscal year', () => {
    const before = { type: 'AgendaItemAdded' as const, effectiveOn: '2026-03-20' };
    const second = { ...before, data: { ...of, meeting: entryId(1), no: 2, title: 'その他', subjects: [] } };
    given(established, held('2026-03-20'), second, decidedItem('R7-1', '2026-03-20'))
      .when(decide({ itemNo: 2 }))
      .then(decidedItem('R7-2', '2026-03-20', { item: 2, title: 'その他', subjects: [] }));
  });

  it('when there is one', () => {
    given(established, held())
      .when(decide({ itemNo: 2 }))
      .thenRefused('AGENDA_ITEM_NOT_FOUND', ['input', 'itemNo']);
  });
});

const matter = { title: '構築年度の変更', text: '構築を令和7年度に移す', subjects: ['measure/1-2-1'] };
const reason = '年内の契約に間に合わせるため';
const opened = (more: object = {}, effectiveOn = today): CommitteeEvent => ({
  type: 'CirculationOpened',
  effectiveOn,
  data: { ...of, ...matter, reason, presiding: chaired, dueOn: '2026-11-27', members: ALL, onPaper: false, ...more },
});
const answered = (post: string, more: object = {}, effectiveOn = today): CommitteeEvent => ({
  type: 'CirculationAnswered',
  effectiveOn,
  data: { ...of, circulation: entryId(1), post, answer: 'AGREE', comment: undefined, onPaper: false, ...more },
});
const closed = (more: object = {}, effectiveOn = today): CommitteeEvent => ({
  type: 'DecisionMade',
  effectiveOn,
  data: {
    ...{ ...of, no: 'R8-1', body: attributes.name, circulation: entryId(1), presiding: chaired },
    ...{ title: matter.title, subjects: matter.subjects, ...ruled, ...more },
  },
});
const withdrawnDecision = (revision: number): CommitteeEvent => ({
  type: 'DecisionWithdrawn',
  effectiveOn: today,
  data: { ...of, decisionId: entryId(revision), no: 'R8-1', withdraws: entryRef(revision), reason: '手続の誤り' },
});

describe('An item is circulated instead of a meeting', () => {
  const open = (caller: Circumstances['caller'], more: object = {}) =>
    asked({ kind: 'openCirculation', ...matter, reasonForNotMeeting: reason, dueOn: '2026-11-27', ...more }, caller);
  const acting: Presiding = { post: '総務部長', role: 'VICE_CHAIR', actingReason: '委員長が入院中のため' };
  const { actingReason } = acting;

  it('by the chair, to the members of that day', () => {
    given(established)
      .when(open(by('副市長')))
      .then(opened());
    const gone: CommitteeEvent = {
      type: 'MemberUnseated',
      effectiveOn: '2026-04-01',
      data: { ...of, post: '教育部長', reason: '機構改革' },
    };
    given(established, gone)
      .when(open(by('副市長')))
      .then(opened({ members: [CHAIR, VICE, FINANCE] }));
    given(established, gone)
      .when(open(by('副市長'), { effectiveOn: '2026-03-31' }))
      .then(opened({}, '2026-03-31'));
  });

  it('by the vice chair who acts for the chair, and says why', () => {
    given(established)
      .when(open(by('総務部長'), { actingReason }))
      .then(opened({ presiding: acting }));
    given(established)
      .when(open(by('総務部長')))
      .thenRefused('ACTING_REASON_REQUIRED', ['input', 'actingReason']);
    given(established)
      .when(open(by('副市長'), { actingReason }))
      .thenRefused('NOT_ACTING', ['input', 'actingReason']);
  });

  it('by who is both as the chair', () => {
    given(established)
      .when(open(by('総務部長', '副市長')))
      .then(opened());
  });

  it('by the secretariat for one of them, as it stands on paper', () => {
    given(established)
      .when(open(SECRETARIAT, { post: '副市長' }))
      .then(opened({ onPaper: true }));
    given(established)
      .when(open(SECRETARIAT, { post: '総務部長', actingReason }))
      .then(opened({ onPaper: true, presiding: acting }));
    given(established).when(open(SECRETARIAT)).thenRefused('NOT_THE_CHAIR', ['input', 'post']);
    given(established)
      .when(open(SECRETARIAT, { post: '財政部長' }))
      .thenRefused('NOT_THE_CHAIR', ['input', 'post']);
  });

  it('by no other member', () => {
    given(established)
      .when(open(by('財政部長')))
      .thenRefused('NOT_THE_CHAIR', ['input', 'post']);
    given(established)
      .when(open(by('財政部長'), { post: '副市長' }))
      .thenRefused('NOT_YOUR_POST', ['input', 'post']);
  });

  it('with the reason why no meeting is called, a day on which it is due, and what it is about', () => {
    given(established)
      .when(open(by('副市長'), { reasonForNotMeeting: '　' }))
      .thenRefused('REASON_REQUIRED', ['input', 'reasonForNotMeeting']);
    given(established)
      .when(open(by('副市長'), { dueOn: '2026-11-19' }))
      .thenRefused('DUE_TOO_EARLY', ['input', 'dueOn']);
    given(established)
      .when(open(by('副市長'), { subjects: ['measure/9-9-9'] }))
      .thenRefused('SUBJECT_NOT_FOUND', ['input', 'subjects', '0']);
  });
});

describe('Members answer', () => {
  const answer = (caller: Circumstances['caller'], more: object = {}) =>
    asked({ kind: 'answer', circulationId: entryId(1), answer: 'AGREE', ...more }, caller);
  const story = given(established, opened({}, '2026-11-16'));

  it('each for the post he holds', () => {
    story.when(answer(by('財政部長'))).then(answered('財政部長'));
    story
      .when(answer(by('財政部長'), { answer: 'DISAGREE', comment: '予算の裏付けがない' }))
      .then(answered('財政部長', { answer: 'DISAGREE', comment: '予算の裏付けがない' }));
    story.when(answer(by('副市長'))).then(answered('副市長'));
  });

  it('on paper, which the secretariat enters by the post', () => {
    story
      .when(answer(SECRETARIAT, { post: '教育部長', effectiveOn: '2026-11-18' }))
      .then(answered('教育部長', { onPaper: true }, '2026-11-18'));
    story.when(answer(SECRETARIAT)).thenRefused('NOT_A_MEMBER', ['input', 'post']);
    story.when(answer(by('財政部長'), { post: '教育部長' })).thenRefused('NOT_YOUR_POST', ['input', 'post']);
  });

  it('by the post they name when they hold several', () => {
    const both = by('総務部長', '財政部長');
    story.when(answer(both)).thenRefused('POST_REQUIRED', ['input', 'post']);
    story.when(answer(both, { post: '財政部長' })).then(answered('財政部長'));
  });

  it('once', () => {
    const twice = given(established, opened(), answered('財政部長'));
    twice.when(answer(by('財政部長'))).thenRefused('ALREADY_ANSWERED', ['input', 'post']);
    twice.when(answer(SECRETARIAT, { post: '財政部長' })).thenRefused('ALREADY_ANSWERED', ['input', 'post']);
    twice.when(answer(by('教育部長'))).then(answered('教育部長'));
  });

  it('who were members on the day it was opened, whatever has changed since', () => {
    const seated: CommitteeEvent = {
      type: 'MemberSeated',
      effectiveOn: '2026-11-17',
      data: { ...of, post: '企画部長', role: 'MEMBER', order: 5 },
    };
    const unseated: CommitteeEvent = {
      type: 'MemberUnseated',
      effectiveOn: '2026-11-17',
      data: { ...of, post: '財政部長', reason: '機構改革' },
    };
    const changed = given(established, opened({}, '2026-11-16'), seated, unseated);
    changed.when(answer(by('企画部長'))).thenRefused('NOT_A_MEMBER', ['input', 'post']);
    changed.when(answer(SECRETARIAT, { post: '企画部長' })).thenRefused('NOT_A_MEMBER', ['input', 'post']);
    changed.when(answer(by('財政部長'))).then(answered('財政部長'));
  });

  it('between the day it was opened and today', () => {
    story
      .when(answer(SECRETARIAT, { post: '教育部長', effectiveOn: '2026-11-15' }))
      .thenRefused('EFFECTIVE_BEFORE_CIRCULATION', ['input', 'effectiveOn']);
    story
      .when(answer(SECRETARIAT, { post: '教育部長', effectiveOn: '2026-11-21' }))
      .thenRefused('EFFECTIVE_IN_FUTURE', ['input', 'effectiveOn']);
  });

  it('also after it was due, until it is closed', () => {
    given(established, opened({ dueOn: '2026-11-18' }, '2026-11-16'))
      .when(answer(by('財政部長')))
      .then(answered('財政部長'));
    given(established, opened(), closed())
      .when(answer(by('財政部長')))
      .thenRefused('CIRCULATION_CLOSED', ['input', 'circulationId']);
  });

  it('what is circulated', () => {
    story
      .when(answer(by('財政部長'), { circulationId: entryId(0) }))
      .thenRefused('CIRCULATION_NOT_FOUND', ['input', 'circulationId']);
  });
});

describe('An answer is taken back', () => {
  const withdraw = (caller: Circumstances['caller'], more: object = {}) =>
    asked({ kind: 'withdrawAnswer', circulationId: entryId(1), reason: '転記誤り', ...more }, caller);
  const withdrawn = (onPaper: boolean): CommitteeEvent => ({
    type: 'CirculationAnswerWithdrawn',
    effectiveOn: today,
    data: { ...of, circulation: entryId(1), post: '財政部長', withdraws: entryRef(2), onPaper, reason: '転記誤り' },
  });

  it('by the member, or by the secretariat what it has entered', () => {
    given(established, opened(), answered('財政部長'))
      .when(withdraw(by('財政部長')))
      .then(withdrawn(false));
    given(established, opened(), answered('財政部長', { onPaper: true }))
      .when(withdraw(SECRETARIAT, { post: '財政部長' }))
      .then(withdrawn(true));
    given(established, opened(), answered('財政部長', { onPaper: true }))
      .when(withdraw(by('財政部長')))
      .then(withdrawn(true));
  });

  it('by nobody else, and not after it is closed', () => {
    given(established, opened(), answered('財政部長'))
      .when(withdraw(SECRETARIAT, { post: '財政部長' }))
      .thenRefused('NOT_YOUR_POST', ['input', 'post']);
    given(established, opened(), answered('財政部長'), closed())
      .when(withdraw(by('財政部長')))
      .thenRefused('CIRCULATION_CLOSED', ['input', 'circulationId']);
    given(established, opened())
      .when(withdraw(by('財政部長')))
      .thenRefused('ENTRY_NOT_FOUND', ['input', 'post']);
  });

  it('for another', () => {
    given(established, opened(), answered('財政部長'), withdrawn(false))
      .when(asked({ kind: 'answer', circulationId: entryId(1), answer: 'AGREE' }, by('財政部長')))
      .then(answered('財政部長'));
  });
});

describe('A circulation ends', () => {
  const close = (caller: Circumstances['caller'], more: object = {}) =>
    asked({ kind: 'closeCirculation', circulationId: entryId(1), ...words, ...more }, caller);

  it('with what the chair states, whatever was answered and whoever did not', () => {
    given(established, opened())
      .when(close(by('副市長')))
      .then(closed());
    given(established, opened(), answered('財政部長', { answer: 'DISAGREE' }))
      .when(close(by('副市長'), { reason: '期日が迫るため', followUps: [followUp] }))
      .then(closed({ reason: '期日が迫るため', followUps: [{ no: 1, ...followUp }] }));
  });

  it('by the vice chair acting, or on paper', () => {
    const presiding: Presiding = { post: '総務部長', role: 'VICE_CHAIR', actingReason: '出張' };
    given(established, opened())
      .when(close(by('総務部長'), { actingReason: '出張' }))
      .then(closed({ presiding }));
    given(established, opened())
      .when(close(SECRETARIAT, { post: '副市長' }))
      .then(closed({ onPaper: true }));
    given(established, opened())
      .when(close(by('財政部長')))
      .thenRefused('NOT_THE_CHAIR', ['input', 'post']);
  });

  it('once, and not before it was last answered', () => {
    given(established, opened(), closed())
      .when(close(by('副市長')))
      .thenRefused('CIRCULATION_CLOSED', ['input', 'circulationId']);
    given(established, opened({}, '2026-11-16'), answered('財政部長', {}, '2026-11-18'))
      .when(close(by('副市長'), { effectiveOn: '2026-11-17' }))
      .thenRefused('EFFECTIVE_BEFORE_CIRCULATION', ['input', 'effectiveOn']);
  });

  it('or is called off', () => {
    const callOff = asked(
      { kind: 'withdrawCirculation', circulationId: entryId(1), reason: '会議を開く' },
      by('副市長'),
    );
    const calledOff: CommitteeEvent = {
      type: 'CirculationWithdrawn',
      effectiveOn: today,
      data: { ...of, withdraws: entryRef(1), presiding: chaired, onPaper: false, reason: '会議を開く' },
    };
    given(established, opened()).when(callOff).then(calledOff);
    given(established, opened(), calledOff)
      .when(close(by('副市長')))
      .thenRefused('CIRCULATION_NOT_FOUND');
    given(established, opened(), closed()).when(callOff).thenRefused('CIRCULATION_CLOSED');
  });

  it('is open again when its decision is withdrawn; the number is not given again', () => {
    given(established, opened(), closed(), withdrawnDecision(2))
      .when(close(by('副市長')))
      .then(closed({ no: 'R8-2' }));
  });
});

describe('A decision is corrected', () => {
  const correct = (more: object = {}) =>
    asked({
      ...{ kind: 'correctDecision', decisionId: entryId(2), outcome: 'REJECTED', text: '否決する', reason: '転記誤り' },
      ...more,
    });
  const corrected = (revision: number, more: object = {}, effectiveOn = today): CommitteeEvent => {
    const { planKey: _, ...value } = closed({ outcome: 'REJECTED', text: '否決する', ...more }).data as Decision &
      typeof of;
    return {
      type: 'DecisionCorrected',
      effectiveOn,
      data: { ...of, decisionId: entryId(2), corrects: entryRef(revision), value, reason: '転記誤り' },
    };
  };

  it('as often as needed, by the id it was made under, and keeps its number', () => {
    given(established, opened(), closed()).when(correct()).then(corrected(2));
    given(established, opened(), closed(), corrected(2)).when(correct()).then(corrected(3));
    given(established, opened({}, '2026-11-16'), closed())
      .when(correct({ effectiveOn: '2026-11-18', decisionReason: '予算の裏付けがない' }))
      .then(corrected(2, { reason: '予算の裏付けがない' }, '2026-11-18'));
  });

  it('within its circulation, or on the day of its meeting', () => {
    given(established, opened({}, '2026-11-16'), closed())
      .when(correct({ effectiveOn: '2026-11-15' }))
      .thenRefused('EFFECTIVE_BEFORE_CIRCULATION', ['input', 'effectiveOn']);
    given(established, held(), decidedItem('R8-1'))
      .when(correct({ effectiveOn: '2026-11-15' }))
      .thenRefused('NOT_ON_MEETING_DAY', ['input', 'effectiveOn']);
  });

  it('leaves what was completed', () => {
    const completed: CommitteeEvent = {
      type: 'FollowUpCompleted',
      effectiveOn: today,
      data: { ...of, decisionId: entryId(2), no: 'R8-1', followUp: 1 },
    };
    const story = given(established, opened(), closed({ followUps: [{ no: 1, ...followUp }] }), completed);
    story.when(correct()).thenRefused('FOLLOW_UP_COMPLETED', ['input', 'followUps']);
    story
      .when(correct({ followUps: [{ ...followUp, dueOn: '2026-12-01' }] }))
      .thenRefused('FOLLOW_UP_COMPLETED', ['input', 'followUps']);
    story.when(correct({ followUps: [followUp, { ...followUp, text: '契約' }] })).then(
      corrected(2, {
        followUps: [
          { no: 1, ...followUp },
          { no: 2, ...followUp, text: '契約' },
        ],
      }),
    );
  });

  it('for a reason, and while it stands', () => {
    given(established, opened(), closed())
      .when(correct({ reason: ' ' }))
      .thenRefused('REASON_REQUIRED', ['input', 'reason']);
    given(established, opened(), closed(), withdrawnDecision(2))
      .when(correct())
      .thenRefused('DECISION_NOT_FOUND', ['input', 'decisionId']);
  });
});

describe('A decision is withdrawn', () => {
  const withdraw = asked({ kind: 'withdrawDecision', decisionId: entryId(2), reason: '手続の誤り' });

  it('once', () => {
    given(established, opened(), closed()).when(withdraw).then(withdrawnDecision(2));
    given(established, opened(), closed(), withdrawnDecision(2))
      .when(withdraw)
      .thenRefused('DECISION_NOT_FOUND', ['input', 'decisionId']);
  });
});

describe('A follow-up', () => {
  const decided = closed({ followUps: [{ no: 1, ...followUp }] }, '2026-11-18');
  const complete = (more: object = {}) =>
    asked({ kind: 'completeFollowUp', decisionId: entryId(2), followUpNo: 1, ...more });
  const completed: CommitteeEvent = {
    type: 'FollowUpCompleted',
    effectiveOn: today,
    data: { ...of, decisionId: entryId(2), no: 'R8-1', followUp: 1, note: undefined },
  };
  const reopen = asked({ kind: 'reopenFollowUp', decisionId: entryId(2), followUpNo: 1, reason: '一部が未了' });
  const reopened: CommitteeEvent = {
    type: 'FollowUpReopened',
    effectiveOn: today,
    data: { ...of, decisionId: entryId(2), no: 'R8-1', followUp: 1, withdraws: entryRef(3), reason: '一部が未了' },
  };
  const story = given(established, opened({}, '2026-11-16'), decided);

  it('is completed once', () => {
    story.when(complete()).then(completed);
    given(established, opened({}, '2026-11-16'), decided, completed)
      .when(complete())
      .thenRefused('FOLLOW_UP_COMPLETED', ['input', 'followUpNo']);
  });

  it('is completed after the decision, when there is one', () => {
    story
      .when(complete({ effectiveOn: '2026-11-17' }))
      .thenRefused('EFFECTIVE_BEFORE_DECISION', ['input', 'effectiveOn']);
    story.when(complete({ followUpNo: 2 })).thenRefused('FOLLOW_UP_NOT_FOUND', ['input', 'followUpNo']);
    story.when(complete({ decisionId: entryId(1) })).thenRefused('DECISION_NOT_FOUND', ['input', 'decisionId']);
  });

  it('is opened again for a reason, and completed again', () => {
    const done = [established, opened({}, '2026-11-16'), decided, completed];
    given(...done)
      .when(reopen)
      .then(reopened);
    given(...done, reopened)
      .when(complete())
      .then(completed);
    given(...done, reopened)
      .when(reopen)
      .thenRefused('ENTRY_NOT_FOUND', ['input', 'followUpNo']);
  });
});

describe('The committee as it is read', () => {
  const read = async (day: string, ...events: DomainEvent[]) => {
    const facts = await factsAfter(events, day);
    const at = { planKey: PLAN.planKey, known: positionOf(events.length), day };
    return new Committee(facts, new Directory(facts), at).view;
  };
  const story = [
    established,
    opened({}, '2026-11-16'),
    answered('総務部長', {}, '2026-11-17'),
    answered('副市長', { onPaper: true, comment: '異議なし' }, '2026-11-18'),
    closed({ followUps: [{ no: 1, ...followUp }] }, '2026-11-19'),
  ];

  it('is nothing without one', async () => {
    expect(await read(today)).toBeNull();
  });

  it('shows of a circulation what there was on that day', async () => {
    const answers = async (day: string) => (await read(day, ...story))?.circulations[0];
    expect(await answers('2026-11-15')).toBeUndefined();
    expect(await answers('2026-11-17')).toMatchObject({
      answers: [{ post: '総務部長', answer: 'AGREE', isOnPaper: false }],
      missing: [{ post: '副市長' }, { post: '財政部長' }, { post: '教育部長' }],
      isOpen: true,
      decision: null,
    });
    expect(await answers('2026-11-19')).toMatchObject({
      answers: [
        { post: '副市長', role: 'CHAIR', comment: '異議なし', answeredOn: '2026-11-18', isOnPaper: true },
        { post: '総務部長' },
      ],
      isOpen: false,
      decision: { no: 'R8-1', decidedOn: '2026-11-19', outcome: 'APPROVED', presiding: { post: '副市長' } },
    });
  });

  it('shows follow-ups, overdue the day after they were due', async () => {
    const followUps = async (day: string) => (await read(day, ...story))?.followUps;
    expect(await followUps('2026-12-28')).toMatchObject([
      { text: followUp.text, owner: { key: '情報管理課' }, isOpen: true, isOverdue: false, decision: { no: 'R8-1' } },
    ]);
    expect(await followUps('2026-12-29')).toMatchObject([{ isOpen: true, isOverdue: true }]);
  });

  it('shows of a meeting who was there, who was not, and what was decided', async () => {
    const view = await read(today, established, held(), decidedItem('R8-1'));
    expect(view?.meetings).toMatchObject([
      {
        title: meeting.title,
        attending: [{ post: '副市長' }, { post: '財政部長' }],
        absent: [{ post: '総務部長' }, { post: '教育部長' }],
        items: [{ no: 1, title: item.title, decision: { no: 'R8-1', meeting: { title: meeting.title } } }],
      },
    ]);
  });

  it('puts the chair first, though seated last', async () => {
    const unseated: CommitteeEvent = {
      type: 'MemberUnseated',
      effectiveOn: '2025-04-01',
      data: { ...of, post: '副市長', reason: '欠員' },
    };
    const seated: CommitteeEvent = {
      type: 'MemberSeated',
      effectiveOn: '2025-04-01',
      data: { ...of, post: '市長', role: 'CHAIR', order: 5 },
    };
    const posts = async (day: string) =>
      (await read(day, established, unseated, seated))?.members.map(({ post }) => post);
    expect(await posts('2025-03-31')).toEqual(['副市長', '総務部長', '財政部長', '教育部長']);
    expect(await posts('2025-04-01')).toEqual(['市長', '総務部長', '財政部長', '教育部長']);
  });
});
