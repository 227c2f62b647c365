import { readFileSync } from 'node:fs';
import { Daicho, TORIDE_FILE, type Answer } from '../support/daicho.js';

const planKey = 'toride-5';
const REASON = '年内に契約しないと国の補助の対象から外れるため';
const ACTING = '委員長が入院中のため';
const CIRCULATION = `circulation {
  id isOpen presiding { post role actingReason } reasonForNotMeeting openedOn dueOn
  members { post role } answers { post answer comment answeredOn isOnPaper } missing { post }
  decision { id no outcome text reason decidedOn followUps { no text owner { name } dueOn isOpen } }
}`;

interface Person {
  readonly id: string;
  readonly token: string;
}

describe('S8 持ち回り: the committee decides without a meeting', () => {
  let daicho: Daicho;
  let secretary: Person;
  const people: Record<string, Person> = {};
  let circulationId: string;
  let decisionId: string;
  /** Positions to look back to. */
  const known: Record<string, string> = {};

  const tokenOf = (post: string): string => people[post]?.token ?? '';
  const plan = async (fields: string, asOf = '', token?: string): Promise<Answer> => {
    const query = `{ plan(key: "${planKey}"${asOf && `, asOf: { ${asOf} }`}) { ${fields} } }`;
    const { data, errors } = await daicho.askWith(token, query);
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data.plan;
  };
  const size = async (): Promise<number> => (await daicho.ask('{ ledger { size } }')).data.ledger.size;
  const member = async (post: string): Promise<Person> => {
    const person = await daicho.person({ role: 'COMMITTEE', from: '2025-04-01' });
    await daicho.record('fillPost', { planKey, post, personId: person.id, effectiveOn: '2025-04-01' });
    return person;
  };
  const answer = (post: string, more: object = {}): Promise<Answer> =>
    daicho.recordWith(
      tokenOf(post),
      'answerCirculation',
      { planKey, circulationId, answer: 'AGREE', ...more },
      CIRCULATION,
    );

  beforeAll(async () => {
    daicho = await Daicho.withToride('2026-05-20T09:00:00+09:00');
    for (const post of ['副市長', '総務部長', '財政部長', '教育部長', '企画部長']) people[post] = await member(post);
    secretary = await daicho.person({ role: 'COORDINATOR', from: '2025-04-01' });
    daicho.itIsNow('2026-11-20T10:00:00+09:00');
    known['before'] = (await plan('asOf { position }')).asOf.position;
  });
  afterAll(() => daicho.stop());

  it('knows the committee as the source prints it: a chair, a vice chair, 12 posts, who helps them', async () => {
    const { committee } = await plan(
      'committee { name secretariat members { post role } subcommittees { name leader } decisions { no } }',
    );
    expect(committee).toMatchObject({
      name: '取手市情報化推進委員会',
      secretariat: '総務部',
      subcommittees: [
        { name: '専門分科会', leader: null },
        { name: 'IT推進ワーキングチーム', leader: '情報管理課長' },
      ],
      decisions: [],
    });
    expect(committee.members).toHaveLength(14);
    expect(committee.members.slice(0, 3)).toEqual([
      { post: '副市長', role: 'CHAIR' },
      { post: '総務部長', role: 'VICE_CHAIR' },
      { post: '政策推進部長', role: 'MEMBER' },
    ]);
  });

  it('is opened by nobody but the chair, the vice chair who says why he acts, or the secretariat for them', async () => {
    const open = {
      ...{ planKey, title: '窓口システムの構築年度の変更', text: '構築を令和7年度に移し、以降も一年ずつ移す' },
      ...{ subjects: ['measure/1-2-1'], reasonForNotMeeting: REASON, dueOn: '2026-11-27' },
    };
    const before = await size();
    const refusals: [string, object, string, string][] = [
      [tokenOf('財政部長'), {}, 'NOT_THE_CHAIR', 'post'],
      [tokenOf('財政部長'), { post: '副市長' }, 'NOT_YOUR_POST', 'post'],
      [tokenOf('総務部長'), {}, 'ACTING_REASON_REQUIRED', 'actingReason'],
      [tokenOf('副市長'), { actingReason: ACTING }, 'NOT_ACTING', 'actingReason'],
      [tokenOf('副市長'), { reasonForNotMeeting: ' ' }, 'REASON_REQUIRED', 'reasonForNotMeeting'],
      [tokenOf('副市長'), { dueOn: '2026-11-19' }, 'DUE_TOO_EARLY', 'dueOn'],
      [tokenOf('副市長'), { effectiveOn: '2025-03-31' }, 'NOT_THE_CHAIR', 'post'],
      [secretary.token, {}, 'NOT_THE_CHAIR', 'post'],
      [secretary.token, { post: '財政部長' }, 'NOT_THE_CHAIR', 'post'],
    ];
    for (const [token, more, code, field] of refusals) {
      const problems = await daicho.refusedWith(token, 'openCirculation', { ...open, ...more });
      expect([more, ...problems]).toMatchObject([more, { code, path: ['input', field] }]);
    }
    const elsewhere = { ...open, subjects: ['plan', 'measure/9-9-9'] };
    expect(await daicho.refusedWith(tokenOf('副市長'), 'openCirculation', elsewhere)).toEqual([
      { code: 'SUBJECT_NOT_FOUND', path: ['input', 'subjects', '1'] },
    ]);
    const reader = await daicho.person({ role: 'READER', from: '2025-04-01' });
    const { errors } = await daicho.mutateWith(reader.token, 'openCirculation', open);
    expect(errors[0].extensions.code).toBe('FORBIDDEN');
    expect(await size()).toBe(before + 3);

    const { circulation } = await daicho.recordWith(
      tokenOf('総務部長'),
      'openCirculation',
      { ...open, actingReason: ACTING },
      CIRCULATION,
    );
    expect(circulation).toMatchObject({
      isOpen: true,
      presiding: { post: '総務部長', role: 'VICE_CHAIR', actingReason: ACTING },
      reasonForNotMeeting: REASON,
      openedOn: '2026-11-20',
      dueOn: '2026-11-27',
      answers: [],
      decision: null,
    });
    expect(circulation.members).toHaveLength(14);
    expect(circulation.missing).toHaveLength(14);
    circulationId = circulation.id;
  });

  it('is answered by the members of that day, each once, whatever has changed since', async () => {
    // From the 24th 財政部 and 企画部 are one: its head is no member any more, and another is.
    daicho.itIsNow('2026-11-24T10:00:00+09:00');
    const because = { reason: '機構改革', decidedBy: '令和8年訓令第5号' };
    await daicho.recordWith(secretary.token, 'unseatMember', { planKey, post: '財政部長', ...because });
    await daicho.recordWith(secretary.token, 'seatMember', { planKey, post: '企画部長', role: 'MEMBER', ...because });

    const finance = await answer('財政部長', { answer: 'DISAGREE', comment: '予算の裏付けがない' });
    expect(finance.circulation.answers).toEqual([
      {
        post: '財政部長',
        answer: 'DISAGREE',
        comment: '予算の裏付けがない',
        answeredOn: '2026-11-24',
        isOnPaper: false,
      },
    ]);
    await answer('総務部長');

    const before = await size();
    const ask = { planKey, circulationId, answer: 'AGREE' };
    const refusals: [string, object, string][] = [
      [tokenOf('企画部長'), {}, 'NOT_A_MEMBER'],
      [secretary.token, { post: '企画部長' }, 'NOT_A_MEMBER'],
      [secretary.token, {}, 'NOT_A_MEMBER'],
      [tokenOf('財政部長'), {}, 'ALREADY_ANSWERED'],
      [secretary.token, { post: '財政部長' }, 'ALREADY_ANSWERED'],
      [tokenOf('財政部長'), { post: '教育部長' }, 'NOT_YOUR_POST'],
    ];
    for (const [token, more, code] of refusals) {
      const problems = await daicho.refusedWith(token, 'answerCirculation', { ...ask, ...more });
      expect([more, ...problems]).toEqual([more, { code, path: ['input', 'post'] }]);
    }
    expect(await size()).toBe(before);
  });

  it('takes one of two answers that the same member sends at once', async () => {
    const once = { planKey, circulationId, answer: 'AGREE' };
    const outcomes = await Promise.all(
      ['AGREE', 'ABSTAIN'].map((answer) =>
        daicho.mutateWith(tokenOf('副市長'), 'answerCirculation', { ...once, answer }),
      ),
    );
    const payloads = outcomes.map(({ data }) => data.answerCirculation);
    expect(payloads.filter(({ receipt }) => receipt !== null)).toHaveLength(1);
    expect(payloads.flatMap(({ problems }) => problems)).toEqual([
      { code: 'ALREADY_ANSWERED', path: ['input', 'post'] },
    ]);
  });

  it('is answered for a post by who holds it then, not by who held it before', async () => {
    daicho.itIsNow('2026-11-25T10:00:00+09:00');
    const successor = await daicho.person({ role: 'COMMITTEE', from: '2026-11-25' });
    await daicho.record('fillPost', { planKey, post: '教育部長', personId: successor.id });
    const mine = { planKey, circulationId, answer: 'AGREE' };
    const nobody = [{ code: 'NOT_A_MEMBER', path: ['input', 'post'] }];
    expect(await daicho.refusedWith(tokenOf('教育部長'), 'answerCirculation', mine)).toEqual(nobody);
    const yesterday = { ...mine, effectiveOn: '2026-11-24' };
    expect(await daicho.refusedWith(tokenOf('教育部長'), 'answerCirculation', yesterday)).toEqual(nobody);
    expect(await daicho.refusedWith(successor.token, 'answerCirculation', yesterday)).toEqual(nobody);
    const { circulation } = await daicho.recordWith(successor.token, 'answerCirculation', mine, CIRCULATION);
    expect(circulation.answers.at(-1)).toMatchObject({ post: '教育部長', answeredOn: '2026-11-25' });
  });

  it('is answered on paper, which the secretariat enters, and takes back when it was misread', async () => {
    const paper = { planKey, circulationId, post: '消防長' };
    const wrong = { ...paper, answer: 'DISAGREE', effectiveOn: '2026-11-24' };
    await daicho.recordWith(secretary.token, 'answerCirculation', wrong);
    const misread = { ...paper, reason: '書面の読み違い' };
    await daicho.recordWith(secretary.token, 'withdrawCirculationAnswer', misread);
    const { circulation } = await daicho.recordWith(
      secretary.token,
      'answerCirculation',
      { ...wrong, answer: 'AGREE' },
      CIRCULATION,
    );
    expect(circulation.answers.at(-1)).toEqual({
      ...{ post: '消防長', answer: 'AGREE', comment: null, answeredOn: '2026-11-24', isOnPaper: true },
    });
    expect(
      await daicho.refusedWith(secretary.token, 'withdrawCirculationAnswer', { ...misread, post: '財政部長' }),
    ).toEqual([{ code: 'NOT_YOUR_POST', path: ['input', 'post'] }]);
    known['answered'] = (await plan('asOf { position }')).asOf.position;
  });

  it('ends with the outcome that the chair states, beside the answers and those that are missing', async () => {
    daicho.itIsNow('2026-11-30T10:00:00+09:00');
    const followUps = [
      { text: '費用を見積もり直し、委員会に報告する', owner: '情報管理課', dueOn: '2026-12-25' },
      { text: '市民に周知する', owner: '市民課', dueOn: '2027-03-31' },
    ];
    const close = {
      planKey,
      circulationId,
      outcome: 'APPROVED',
      text: '原案のとおり承認する',
      reason: '期日が迫るため',
    };
    expect(await daicho.refusedWith(tokenOf('財政部長'), 'closeCirculation', close)).toEqual([
      { code: 'NOT_THE_CHAIR', path: ['input', 'post'] },
    ]);
    expect(
      await daicho.refusedWith(tokenOf('副市長'), 'closeCirculation', {
        ...close,
        followUps: [followUps[0], { ...followUps[1], owner: '広報課' }],
      }),
    ).toEqual([{ code: 'DIVISION_NOT_FOUND', path: ['input', 'followUps', '1', 'owner'] }]);
    expect(
      await daicho.refusedWith(tokenOf('副市長'), 'closeCirculation', {
        ...close,
        followUps: [{ ...followUps[0], text: ' ' }],
      }),
    ).toEqual([{ code: 'INVALID_INPUT', path: ['input', 'followUps', '0', 'text'] }]);

    const { circulation } = await daicho.recordWith(
      tokenOf('副市長'),
      'closeCirculation',
      { ...close, followUps },
      CIRCULATION,
    );
    expect(circulation.isOpen).toBe(false);
    expect(circulation.answers.map(({ post }: Answer) => post)).toEqual([
      '副市長',
      '総務部長',
      '財政部長',
      '教育部長',
      '消防長',
    ]);
    expect(circulation.missing).toHaveLength(9);
    expect(circulation.decision).toMatchObject({
      no: 'R8-1',
      outcome: 'APPROVED',
      text: close.text,
      reason: close.reason,
      decidedOn: '2026-11-30',
      followUps: [
        { no: 1, owner: { name: '情報管理課' }, dueOn: '2026-12-25', isOpen: true },
        { no: 2, owner: { name: '市民課' }, dueOn: '2027-03-31', isOpen: true },
      ],
    });
    decisionId = circulation.decision.id;

    const late = { planKey, circulationId, answer: 'AGREE', post: '建設部長' };
    expect(await daicho.refusedWith(secretary.token, 'answerCirculation', late)).toEqual([
      { code: 'CIRCULATION_CLOSED', path: ['input', 'circulationId'] },
    ]);
  });

  const shift = {
    ...{ planKey, measureNo: '1-2-1', phase: '構築', from: 2024, to: 2025, cascade: true, reason: '仕様の調整' },
  };

  it('is cited by what it caused, and the trail says so in both languages', async () => {
    const before = await size();
    for (const unknown of ['00000000-0000-8000-8000-000000000000', circulationId, 'R8-1']) {
      expect(await daicho.refusedWith(secretary.token, 'shiftSchedule', { ...shift, decisionId: unknown })).toEqual([
        { code: 'DECISION_NOT_FOUND', path: ['input', 'decisionId'] },
      ]);
    }
    const another = [{ code: 'DECISION_OF_ANOTHER_BODY', path: ['input', 'decidedBy'] }];
    const mayor = { decisionId, decidedBy: '市長' };
    expect(await daicho.refusedWith(secretary.token, 'shiftSchedule', { ...shift, ...mayor })).toEqual(another);
    const stop = { planKey, measureNo: '2-2-7', ending: 'STOPPED', reason: '効果が費用に見合わないため' };
    expect(await daicho.refused('endMeasure', { ...stop, ...mayor })).toEqual(another);
    const system = { planKey, title: '改修', goal: '1', cause: 'LAW', owners: ['市民課'], reason: '法改正' };
    expect(await daicho.refused('enterInitiative', { ...system, ...mayor })).toEqual(another);
    expect(await size()).toBe(before);

    daicho.itIsNow('2026-12-01T10:00:00+09:00');
    await daicho.recordWith(secretary.token, 'shiftSchedule', { ...shift, decisionId });
    await daicho.record('changeMeasureStatus', { planKey, measureNo: '1-2-1', status: '調整', decisionId });
    const target = { planKey, kpiKey: 'training-attendees', fiscalYear: 2027, value: '2400', reason: '事業の見直し' };
    await daicho.recordWith(secretary.token, 'reviseTarget', { ...target, decisionId });

    const { measure, decision } = await plan(`
      measure(no: "1-2-1") { shifts { decisionId decidedBy } auditTrail(last: 2) { nodes { type summary en: summary(language: EN) decision {
        id no decidedBy title outcome decidedOn isWithdrawn summary en: summary(language: EN)
      } changes { subject attribute } } } }
      decision(id: "${decisionId}") { no citedBy { type summary en: summary(language: EN) } }
    `);
    const [shifted, reported] = measure.auditTrail.nodes;
    expect(shifted).toMatchObject({
      type: 'ScheduleShifted',
      summary: '個別施策 1-2-1 の「構築」を令和6年度から令和7年度へ変更（以降の段階も同じ年数だけ移動）',
      en: 'Measure 1-2-1: 構築 moved from FY2024 to FY2025, with all that begins after it',
      decision: {
        ...{ id: decisionId, no: 'R8-1', decidedBy: '取手市情報化推進委員会', title: '窓口システムの構築年度の変更' },
        ...{ outcome: 'APPROVED', decidedOn: '2026-11-30', isWithdrawn: false },
        summary: '取手市情報化推進委員会 決定 R8-1「窓口システムの構築年度の変更」（2026-11-30、承認）',
        en: 'Decision R8-1 “窓口システムの構築年度の変更” of 取手市情報化推進委員会 (2026-11-30, approved)',
      },
    });
    expect(shifted.changes.every(({ subject }: Answer) => subject === 'measure/1-2-1')).toBe(true);
    expect(measure.shifts).toEqual([{ decisionId, decidedBy: '取手市情報化推進委員会' }]);
    expect(reported).toMatchObject({ type: 'MeasureStatusChanged', decision: { no: 'R8-1' } });
    expect(decision.citedBy).toMatchObject([
      { type: 'ScheduleShifted', en: shifted.en },
      { type: 'MeasureStatusChanged' },
      {
        type: 'TargetRevised',
        summary:
          '指標「デジタル人材育成等研修の受講者総数（会計年度任用職員を含む延べ人数）」の令和9年度の目標値を 2400 に変更',
      },
    ]);

    const end = { planKey, measureNo: '2-2-7', ending: 'CONSIDERED_NOT_DONE', reason: '効果が費用に見合わないため' };
    await daicho.record('endMeasure', { ...end, decisionId });
    const entered = { planKey, title: '住民記録システムの改修', goal: '1', cause: 'LAW', owners: ['市民課'] };
    await daicho.recordWith(secretary.token, 'enterInitiative', { ...entered, reason: '法改正', decisionId });
    const evaluation = { planKey, measureNo: '1-1-5', fiscalYear: 2026, by: 'COMMITTEE', rating: '継続' };
    await daicho.record('evaluateMeasure', { ...evaluation, decisionId });
    const more = await plan(`decision(id: "${decisionId}") { citedBy { type subject decision { no } } }`);
    expect(more.decision.citedBy.slice(3)).toEqual([
      { type: 'MeasureEnded', subject: 'measure/2-2-7', decision: { no: 'R8-1' } },
      { type: 'InitiativeEntered', subject: 'measure/U1', decision: { no: 'R8-1' } },
      { type: 'MeasureEvaluated', subject: 'measure/1-1-5', decision: { no: 'R8-1' } },
    ]);
    known['cited'] = (await plan('asOf { position }')).asOf.position;
  });

  it('leaves an entry whose body is known only in words as it was', async () => {
    const words = { ...shift, measureNo: '1-4-3', phase: '運用', from: 2023, to: 2024, decidedBy: '庁議' };
    await daicho.record('shiftSchedule', words);
    const { measure } = await plan(
      'measure(no: "1-4-3") { auditTrail(last: 1) { nodes { decision { decidedBy id no title outcome decidedOn summary } } } }',
    );
    expect(measure.auditTrail.nodes[0].decision).toEqual({
      ...{ decidedBy: '庁議', id: null, no: null, title: null, outcome: null, decidedOn: null, summary: '庁議' },
    });
  });

  it('shows what was so on each day, as known then', async () => {
    const fields = `committee { members { post } circulations { isOpen answers { post } } decisions { no } followUps { isOpen } }`;
    expect((await plan(fields, `position: "${known['before'] ?? ''}"`)).committee).toMatchObject({
      circulations: [],
      decisions: [],
    });
    const asked = (await plan(fields, 'effectiveOn: "2026-11-23"')).committee;
    expect(asked).toMatchObject({ circulations: [{ isOpen: true, answers: [] }], decisions: [], followUps: [] });
    expect(asked.members.map(({ post }: Answer) => post)).toContain('財政部長');
    const then = (await plan(fields, `effectiveOn: "2026-12-31", position: "${known['answered'] ?? ''}"`)).committee;
    expect(then).toMatchObject({ circulations: [{ isOpen: true }], decisions: [] });
    expect(then.circulations[0].answers).toHaveLength(5);
    const now = (await plan(fields)).committee;
    expect(now).toMatchObject({ circulations: [{ isOpen: false }], decisions: [{ no: 'R8-1' }] });
    expect(now.members.map(({ post }: Answer) => post)).not.toContain('財政部長');
    expect(now.members.at(-1)).toEqual({ post: '企画部長' });
    const decision = `decision(id: "${decisionId}") { citedBy { type } }`;
    expect((await plan(decision, 'effectiveOn: "2026-11-30"')).decision).toEqual({ citedBy: [] });
    expect((await plan(decision, `position: "${known['answered'] ?? ''}"`)).decision).toBeNull();
  });

  it('stands in the comparison of two points in the words of the committee', async () => {
    const { changes } = await plan(
      `changes(since: { position: "${known['before'] ?? ''}" }) { subject attribute before after }`,
      `position: "${known['cited'] ?? ''}"`,
    );
    const told = changes
      .filter(({ subject }: Answer) => subject === 'committee')
      .map(({ attribute, before, after }: Answer) => `${attribute.split('/')[0]}: ${before ?? ''} → ${after ?? ''}`);
    expect(told.filter((line: string) => line.startsWith('answer'))).toHaveLength(5);
    expect(told).toEqual(
      expect.arrayContaining([
        'answer:  → 反対',
        'answer:  → 賛成',
        'circulation:  → 窓口システムの構築年度の変更',
        'decision:  → 承認',
        'seat:  → 委員',
        'seat: 委員 → なし',
      ]),
    );
    expect(told).toHaveLength(9);
  });

  it('shows the public posts and outcomes, and no person', async () => {
    const everything = `committee {
      auditTrail(first: 100) { nodes { type actor { id label person } summary en: summary(language: EN) changes { before after } } }
      circulations { presiding { post } members { post } answers { post answer comment } }
      decisions { no outcome presiding { post } citedBy { actor { id person } } }
    }`;
    const shown = await plan(everything);
    expect(shown.committee.auditTrail.nodes.map(({ type }: Answer) => type)).toEqual([
      'CommitteeEstablished',
      'CirculationOpened',
      'MemberUnseated',
      'MemberSeated',
      'CirculationAnswered',
      'CirculationAnswered',
      'CirculationAnswered',
      'CirculationAnswered',
      'CirculationAnswered',
      'CirculationAnswerWithdrawn',
      'CirculationAnswered',
      'DecisionMade',
    ]);
    expect(shown.committee.auditTrail.nodes[1]).toMatchObject({
      actor: { id: 'staff', person: null },
      summary: '委員長代理 総務部長が「窓口システムの構築年度の変更」を委員 14 の持ち回りに付議（期限 2026-11-27）',
      en: '“窓口システムの構築年度の変更” circulated to 14 members by 総務部長 acting as chair, due 2026-11-27',
    });
    const text = JSON.stringify(shown);
    for (const { id } of [secretary, ...Object.values(people)]) expect(text).not.toContain(id);
    const inside = await plan(everything, '', secretary.token);
    expect(inside.committee.auditTrail.nodes[1].actor.person).toBe(people['総務部長']?.id);
  });

  it('is followed up until all is done', async () => {
    daicho.itIsNow('2027-01-12T10:00:00+09:00');
    const open = 'committee { followUps(isOpen: true) { no text owner { key } dueOn isOverdue decision { no } } }';
    expect((await plan(open)).committee.followUps).toMatchObject([
      { no: 1, owner: { key: '情報管理課' }, isOverdue: true, decision: { no: 'R8-1' } },
      { no: 2, owner: { key: '市民課' }, isOverdue: false },
    ]);
    const done = { planKey, decisionId, followUpNo: 1, note: '増額なし。委員会に報告済み' };
    expect((await daicho.mutateWith(tokenOf('財政部長'), 'completeFollowUp', done)).errors[0].extensions.code).toBe(
      'FORBIDDEN',
    );
    const { decision } = await daicho.recordWith(
      secretary.token,
      'completeFollowUp',
      { ...done, effectiveOn: '2027-01-08' },
      'decision { followUps { no completedOn note isOpen } }',
    );
    expect(decision.followUps).toMatchObject([
      { no: 1, completedOn: '2027-01-08', note: done.note, isOpen: false },
      { no: 2, completedOn: null, isOpen: true },
    ]);
    expect(await daicho.refusedWith(secretary.token, 'completeFollowUp', done)).toEqual([
      { code: 'FOLLOW_UP_COMPLETED', path: ['input', 'followUpNo'] },
    ]);
    expect((await plan(open)).committee.followUps).toHaveLength(1);
    expect((await plan(open, 'effectiveOn: "2027-01-07"')).committee.followUps).toHaveLength(2);
  });

  it('is corrected and taken back with a reason; what cited it still does, and nothing new may', async () => {
    const correction = {
      ...{ planKey, decisionId, outcome: 'APPROVED_WITH_CHANGES', text: '費用の見直しを条件に承認する' },
      ...{ decisionReason: '期日が迫るため', reason: '転記の誤り' },
    };
    expect(await daicho.refusedWith(secretary.token, 'correctDecision', correction)).toEqual([
      { code: 'FOLLOW_UP_COMPLETED', path: ['input', 'followUps'] },
    ]);
    await daicho.recordWith(secretary.token, 'reopenFollowUp', {
      planKey,
      decisionId,
      followUpNo: 1,
      reason: '一部が未了',
    });
    const { decision } = await daicho.recordWith(
      secretary.token,
      'correctDecision',
      correction,
      'decision { id no outcome isCorrection citedBy { type } }',
    );
    expect(decision).toMatchObject({ id: decisionId, no: 'R8-1', isCorrection: true });
    expect(decision.citedBy).toHaveLength(6);
    const cites = async (asOf = ''): Promise<Answer> =>
      (
        await plan(
          'measure(no: "1-2-1") { auditTrail(last: 1) { nodes { decision { no outcome isWithdrawn } } } }',
          asOf,
        )
      ).measure.auditTrail.nodes[0].decision;
    expect(await cites()).toEqual({ no: 'R8-1', outcome: 'APPROVED_WITH_CHANGES', isWithdrawn: false });
    expect(await cites(`position: "${known['cited'] ?? ''}"`)).toMatchObject({ outcome: 'APPROVED' });

    const status = { planKey, measureNo: '1-2-1', status: '継続', decisionId, clientMutationId: 'status-1' };
    const first = await daicho.record('changeMeasureStatus', status);
    await daicho.recordWith(secretary.token, 'withdrawDecision', {
      planKey,
      decisionId,
      reason: '手続に誤りがあったため',
    });
    expect(await cites()).toMatchObject({ no: 'R8-1', isWithdrawn: true });
    expect(await daicho.refused('changeMeasureStatus', { ...status, clientMutationId: 'status-2' })).toEqual([
      { code: 'DECISION_NOT_FOUND', path: ['input', 'decisionId'] },
    ]);
    expect((await daicho.record('changeMeasureStatus', status)).receipt).toEqual(first.receipt);
    expect(
      await plan(`decision(id: "${decisionId}") { no } decisions { totalCount } committee { circulations { isOpen } }`),
    ).toEqual({
      decision: null,
      decisions: { totalCount: 0 },
      committee: { circulations: [{ isOpen: true }] },
    });
  });
});

describe('A meeting of the committee', () => {
  let daicho: Daicho;
  beforeAll(async () => {
    daicho = await Daicho.withToride('2026-05-25T09:00:00+09:00');
  });
  afterAll(() => daicho.stop());

  it('is recorded with its agenda, and its items are decided, each once', async () => {
    const { meeting } = await daicho.record(
      'recordMeeting',
      {
        ...{ planKey, title: '令和8年度第1回', place: '大会議室', effectiveOn: '2026-05-20' },
        ...{ chairedBy: '副市長', attending: ['副市長', '財政部長'], heard: ['国保年金課'] },
        items: [{ title: '令和7年度の進捗', subjects: ['review/2025', 'kpi/e-approval'] }],
      },
      'meeting { id heldOn place presiding { post } attending { post } absent { post } heard items { no title subjects } }',
    );
    expect(meeting).toMatchObject({
      heldOn: '2026-05-20',
      place: '大会議室',
      attending: [{ post: '副市長' }, { post: '財政部長' }],
      heard: ['国保年金課'],
      items: [{ no: 1, subjects: ['review/2025', 'kpi/e-approval'] }],
    });
    expect(meeting.absent).toHaveLength(12);
    await daicho.record('addAgendaItem', {
      planKey,
      meetingId: meeting.id,
      title: '計画の変更の要否',
      subjects: ['plan'],
    });
    const decide = { planKey, meetingId: meeting.id, outcome: 'NOTED', text: '了承する' };
    const first = await daicho.record(
      'decideAgendaItem',
      { ...decide, itemNo: 2 },
      'decision { id no title decidedOn } meeting { title items { no decision { no } } }',
    );
    expect(first.meeting.items[1]).toEqual({ no: 2, decision: { no: 'R8-1' } });
    expect(first.decision).toMatchObject({ no: 'R8-1', title: '計画の変更の要否', decidedOn: '2026-05-20' });
    const { decision } = await daicho.record(
      'decideAgendaItem',
      { ...decide, itemNo: 1 },
      'decision { no meeting { title items { no decision { no } } } }',
    );
    expect(decision).toEqual({
      no: 'R8-2',
      meeting: {
        title: '令和8年度第1回',
        items: [
          { no: 1, decision: { no: 'R8-2' } },
          { no: 2, decision: { no: 'R8-1' } },
        ],
      },
    });
    expect(await daicho.refused('decideAgendaItem', { ...decide, itemNo: 1 })).toEqual([
      { code: 'ALREADY_DECIDED', path: ['input', 'itemNo'] },
    ]);
    const { data } = await daicho.ask(`{ plan(key: "${planKey}") {
      decisions(first: 1) { totalCount nodes { no } pageInfo { hasNextPage endCursor } } committee { revision }
    } }`);
    const { decisions, committee } = data.plan;
    expect(decisions).toMatchObject({ totalCount: 2, nodes: [{ no: 'R8-1' }], pageInfo: { hasNextPage: true } });
    const next = await daicho.ask(
      `{ plan(key: "${planKey}") { decisions(first: 1, after: "${decisions.pageInfo.endCursor}") { nodes { no } } } }`,
    );
    expect(next.data.plan.decisions.nodes).toEqual([{ no: 'R8-2' }]);
    expect(
      await daicho.refused('withdrawDecision', {
        ...{ planKey, decisionId: first.decision.id, reason: '誤り', expectedRevision: committee.revision - 1 },
      }),
    ).toEqual([{ code: 'CONFLICT', path: ['input', 'expectedRevision'] }]);
  });
});

describe('The committee in the plan file', () => {
  const source = readFileSync(TORIDE_FILE, 'utf8');
  const without = source.replace(/^committee:\n(?: .*\n)+/m, '');
  let daicho: Daicho;
  beforeAll(async () => {
    daicho = await Daicho.start('2026-11-20T10:00:00+09:00');
    await daicho.record('loadPlan', { source: without });
  });
  afterAll(() => daicho.stop());

  const members = async (): Promise<Answer> =>
    (await daicho.ask(`{ plan(key: "${planKey}") { committee { members { post } } } }`)).data.plan.committee;

  it('may be missing: there is none then, and nothing is decided', async () => {
    expect(await members()).toBeNull();
    expect(await daicho.refused('seatMember', { planKey, post: '副市長', role: 'CHAIR' })).toEqual([
      { code: 'COMMITTEE_NOT_FOUND', path: ['input', 'planKey'] },
    ]);
  });

  it('may be entered later for a reason, and is then not lost in silence', async () => {
    expect(await daicho.refused('loadPlan', { source })).toEqual([
      { code: 'REASON_REQUIRED', path: ['input', 'reason'] },
    ]);
    await daicho.record('loadPlan', { source, reason: '規程を追加' });
    expect((await members()).members).toHaveLength(14);
    expect(await daicho.refused('loadPlan', { source: without, reason: '規程を除く' })).toEqual([
      { code: 'PLAN_ENTRY_REMOVED', path: ['input', 'source'] },
    ]);
  });

  it('is not what members are today: loaded again, it changes nothing', async () => {
    await daicho.record('unseatMember', { planKey, post: '財政部長', reason: '機構改革' });
    const { receipt } = await daicho.record('loadPlan', { source });
    expect(receipt.eventIds).toEqual([]);
    expect((await members()).members).toHaveLength(13);
    const renamed = source.replace('- 建設部長', '- 都市建設部長');
    expect(await daicho.refused('loadPlan', { source: renamed, reason: '改称' })).toEqual([
      { code: 'PLAN_ENTRY_REMOVED', path: ['input', 'source'] },
    ]);
  });
});
