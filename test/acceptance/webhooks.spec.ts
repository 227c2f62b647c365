import { Daicho, type Answer } from '../support/daicho.js';
import {
  isSigned,
  NEWER_SECRET,
  SECRET,
  webhooksOf,
  WebhookReceiver,
  type Received,
} from '../support/webhook-receiver.js';

const year = { planKey: 'toride-5', fiscalYear: 2026 };
const report = { results: '未公表の実績', rating: '継続', ratingReason: '計画どおり' };

describe('Webhooks: the secretariat lets the chat of the divisions know', () => {
  let all: WebhookReceiver;
  let zaisei: WebhookReceiver;
  let daicho: Daicho;
  let secretariat: string;
  const tokens = new Map<string, string>();
  const notices: string[] = [];

  beforeAll(async () => {
    [all, zaisei] = [await WebhookReceiver.start(), await WebhookReceiver.start()];
    const webhooks = webhooksOf({
      daysBefore: [7, 1],
      endpoints: [
        { name: 'all', url: all.url, secret: [NEWER_SECRET, SECRET] },
        { name: 'zaisei', url: zaisei.url, secret: SECRET, plan: 'toride-5', division: '財政課' },
        { name: 'other', url: zaisei.url, secret: SECRET, plan: 'another-plan' },
      ],
    });
    daicho = await Daicho.withToride('2027-04-05T09:00:00+09:00', undefined, {
      webhooks,
      onNotice: (notice) => notices.push(notice),
    });
    secretariat = (await daicho.person({ role: 'COORDINATOR', division: '情報管理課' })).token;
    for (const division of ['国保年金課', '財政課'])
      tokens.set(division, (await daicho.person({ role: 'REPORTER', division })).token);
  });
  afterAll(async () => {
    await daicho.stop();
    await all.end();
    await zaisei.end();
  });

  const submit = (division: string, measureNo: string): Promise<Answer> =>
    daicho.recordWith(tokens.get(division) ?? '', 'submitReport', { ...year, measureNo, ...report });
  const typesOf = (received: readonly Received[]): string[] => received.map(({ type }) => type);
  const toward = (received: readonly Received[], division: string, type: string): Received[] =>
    received.filter((one) => one.type === type && one.data.division.key === division);
  /** Divisions that a message of a type was about. */
  const divisionsIn = (received: readonly Received[], type: string): string[] =>
    received.filter((one) => one.type === type).map(({ data }) => data.division.key);

  it('tells of the opening with the deadlines, signed with each of its secrets', async () => {
    await daicho.recordWith(secretariat, 'openRound', {
      ...year,
      deadline: '2027-05-31',
      deadlines: [{ division: '財政課', deadline: '2027-04-30' }],
    });
    const opened = await all.first('round.opened');
    expect(opened.data).toEqual({
      plan: { key: 'toride-5', title: '第五次取手市情報化計画' },
      fiscalYear: 2026,
      period: 'ANNUAL',
      deadline: '2027-05-31',
      deadlines: [{ division: { key: '財政課', name: '財政課' }, deadline: '2027-04-30' }],
      text: {
        ja: '令和8年度の報告の取りまとめを開始（締切 2027-05-31）',
        en: 'Collection of reports for FY2026 opened, due 2027-05-31',
      },
    });
    expect(JSON.parse(opened.text).timestamp).toBe('2027-04-05T00:00:00.000Z');
    expect([isSigned(opened, SECRET), isSigned(opened, NEWER_SECRET)]).toEqual([true, true]);
    expect(opened.headers).toMatchObject({
      'content-type': 'application/json',
      'webhook-timestamp': String(Date.parse('2027-04-05T00:00:00Z') / 1_000),
    });
    expect((await zaisei.first('round.opened')).id).toBe(opened.id);
  });

  it('tells a division seven days before, by the day of the plan, what is still missing', async () => {
    daicho.itIsNow('2027-04-22T23:59:59+09:00');
    await submit('財政課', '1-1-4');
    daicho.itIsNow('2027-04-23T00:00:00+09:00');
    const { data } = await zaisei.first('deadline.approaching');
    expect(data).toMatchObject({
      ...{ division: { key: '財政課' }, fiscalYear: 2026, deadline: '2027-04-30', daysLeft: 7 },
      text: { ja: '令和8年度の報告（財政課）の締切は 2027-04-30 です（あと 7 日）' },
    });
    expect(data.missing).not.toContain('1-1-4');
    expect(data.missing.length).toBeGreaterThan(0);
    await all.first('deadline.approaching');
    expect(divisionsIn(all.received, 'deadline.approaching')).toEqual(['財政課']);
  });

  it('tells the division of a report that was returned, and nothing of what stands in it', async () => {
    const reason = '件数が分かる資料を付けてください';
    await daicho.recordWith(secretariat, 'returnReport', {
      ...{ ...year, measureNo: '1-1-4', division: '財政課', reason },
    });
    const returned = await zaisei.first('report.returned');
    expect(returned.data).toMatchObject({ measureNo: '1-1-4', division: { key: '財政課' }, fiscalYear: 2026 });
    expect(returned.text).not.toContain(reason);
    expect(returned.text).not.toContain(report.results);
  });

  it('tells that it has passed, and no more of the days before it', async () => {
    daicho.itIsNow('2027-05-01T00:00:00+09:00');
    const { data } = await zaisei.first('deadline.passed');
    expect(data).toMatchObject({ division: { key: '財政課' }, deadline: '2027-04-30', daysLeft: -1 });
    expect(data.missing).toContain('1-1-4');
    expect(toward(zaisei.received, '財政課', 'deadline.approaching')).toHaveLength(1);
    await all.first('deadline.passed');
    expect(divisionsIn(all.received, 'deadline.passed')).toEqual(['財政課']);
  });

  it('begins again with a deadline that was moved', async () => {
    await daicho.recordWith(secretariat, 'changeDeadline', {
      ...year,
      deadlines: [{ division: '財政課', deadline: '2027-05-02' }],
      reason: '人事異動のため',
    });
    const changed = await zaisei.first('deadline.changed');
    expect(changed.data.deadlines).toEqual([{ division: { key: '財政課', name: '財政課' }, deadline: '2027-05-02' }]);
    await zaisei.until((received) => toward(received, '財政課', 'deadline.approaching').length === 2);
    expect(toward(zaisei.received, '財政課', 'deadline.approaching').at(-1)?.data.daysLeft).toBe(1);
  });

  it('after a restart, and views built anew, tells each thing once; the closing comes last', async () => {
    const before = all.received.length;
    await daicho.restartWithoutViews();
    await daicho.recordWith(secretariat, 'closeRound', year);
    await all.first('round.closed');
    await zaisei.first('round.closed');
    expect(typesOf(all.received.slice(before))).toEqual(['round.closed']);
    for (const { received } of [all, zaisei]) {
      expect(new Set(received.map(({ id }) => id)).size).toBe(received.length);
      expect(received.every((one) => isSigned(one))).toBe(true);
    }
  });

  it('tells of a follow-up of the committee on the day it is due, by its number', async () => {
    const { meeting } = await daicho.record(
      'recordMeeting',
      {
        ...{ planKey: 'toride-5', effectiveOn: '2027-05-01', title: '令和9年度第1回' },
        ...{ chairedBy: '副市長', attending: ['副市長'], items: [{ title: '窓口システム' }] },
      },
      'meeting { id }',
    );
    const { decision } = await daicho.record(
      'decideAgendaItem',
      {
        ...{ planKey: 'toride-5', meetingId: meeting.id, itemNo: 1, outcome: 'APPROVED', text: '承認する' },
        ...{ effectiveOn: '2027-05-01' },
        followUps: [
          { text: '費用を見積もり直す', owner: '情報管理課', dueOn: '2027-06-25' },
          { text: '説明会を開く', owner: '国保年金課', dueOn: '2027-06-25' },
        ],
      },
      'decision { id no }',
    );
    await daicho.record('completeFollowUp', { planKey: 'toride-5', decisionId: decision.id, followUpNo: 2 });
    daicho.itIsNow('2027-06-25T08:00:00+09:00');
    const due = await all.first('followup.due');
    expect(due.data).toMatchObject({
      ...{ decision: decision.no, followUp: 1, dueOn: '2027-06-25', division: { key: '情報管理課' } },
      text: { ja: `決定 ${decision.no} の対応事項 1（情報管理課）の期限は 2027-06-25 です` },
    });
    expect(divisionsIn(all.received, 'followup.due')).toEqual(['情報管理課']);
  });

  it('named nobody, and no secret was ever said', () => {
    expect(notices.join('\n')).not.toMatch(/whsec_|in-the-address/);
    for (const { text } of [...all.received, ...zaisei.received]) {
      expect(text).not.toMatch(/\bp[0-9a-f]{12}\b/);
      expect(text).not.toContain(report.results);
    }
  });
});
