import ical from 'ical.js';
import { Daicho, type Answer } from '../support/daicho.js';

const year = { planKey: 'toride-5', fiscalYear: 2026 };

describe('The calendar of a plan: a division subscribes to its deadlines', () => {
  let daicho: Daicho;
  beforeAll(async () => {
    daicho = await Daicho.withToride('2027-04-05T09:00:00+09:00');
  });
  afterAll(() => daicho.stop());

  const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${daicho.url}/calendar/${path}`, { headers });
  const events = async (query = ''): Promise<{ event: InstanceType<typeof ical.Event>; status: unknown }[]> =>
    new ical.Component(ical.parse(await (await get(`toride-5.ics${query}`)).text()))
      .getAllSubcomponents('vevent')
      .map((one) => ({ event: new ical.Event(one), status: one.getFirstPropertyValue('status') }));
  const of = async (division: string) => {
    const [only] = await events(`?division=${division}`);
    if (!only) throw new Error(division);
    const { event, status } = only;
    return {
      uid: event.uid,
      day: event.startDate.toString(),
      sequence: event.sequence,
      status,
      changedAt: event.component.getFirstPropertyValue('last-modified')?.toString(),
    };
  };

  it('is empty before any round is opened, and no less a calendar', async () => {
    const response = await get('toride-5.ics');
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/calendar; charset=utf-8']);
    expect(await events()).toEqual([]);
  });

  it('holds one day for each division of a round, with an alarm, in Japanese', async () => {
    await daicho.record('openRound', {
      ...year,
      deadline: '2027-05-31',
      deadlines: [{ division: '財政課', deadline: '2027-04-30' }],
    });
    const all = await events();
    const { data } = await daicho.askAsAdmin(
      '{ plan(key: "toride-5") { review(fiscalYear: 2026) { rounds { board { division { key } deadline } } } } }',
    );
    const board = data.plan.review.rounds[0].board;
    expect(all.map(({ event }) => event.startDate.toString()).toSorted()).toEqual(
      board.map((row: Answer) => row.deadline).toSorted(),
    );
    expect(new Set(all.map(({ event }) => event.uid)).size).toBe(board.length);
    const zaisei = all.find(({ event }) => event.summary.includes('財政課'))?.event;
    expect([zaisei?.summary, zaisei?.description, zaisei?.startDate.isDate]).toEqual([
      '締切：令和8年度の報告（財政課）',
      '第五次取手市情報化計画\n報告の締切は 2027-04-30 です。',
      true,
    ]);
    expect(zaisei?.component.getAllSubcomponents('valarm')).toHaveLength(2);
  });

  it('speaks English to whoever asks for it', async () => {
    const summary = async (query: string, acceptLanguage: string): Promise<unknown> => {
      const response = await get(`toride-5.ics?division=財政課${query}`, { 'accept-language': acceptLanguage });
      const text = await response.text();
      const [event] = new ical.Component(ical.parse(text)).getAllSubcomponents('vevent');
      return [response.headers.get('content-language'), event?.getFirstPropertyValue('summary')];
    };
    const english = ['en', 'Due: Reports for FY2026 (財政課)'];
    const japanese = ['ja', '締切：令和8年度の報告（財政課）'];
    expect(await summary('&lang=en', 'ja')).toEqual(english);
    expect(await summary('', 'en-GB,ja;q=0.5')).toEqual(english);
    expect(await summary('', 'ja,en;q=0.8')).toEqual(japanese);
    expect(await summary('', 'fr')).toEqual(japanese);
  });

  it('tells the same event when its deadline moves, and cancels it when the round is closed', async () => {
    const before = await of('財政課');
    expect(before).toMatchObject({ day: '2027-04-30', sequence: 0, status: 'CONFIRMED' });
    daicho.itIsNow('2027-04-06T09:00:00+09:00');
    await daicho.record('changeDeadline', {
      ...year,
      deadlines: [{ division: '財政課', deadline: '2027-05-07' }],
      reason: '人事異動のため',
    });
    const moved = await of('財政課');
    expect(moved).toEqual({
      uid: before.uid,
      day: '2027-05-07',
      sequence: 1,
      status: 'CONFIRMED',
      changedAt: '2027-04-06T00:00:00Z',
    });
    await daicho.record('closeRound', year);
    expect(await of('財政課')).toMatchObject({ uid: before.uid, sequence: 2, status: 'CANCELLED' });
    await daicho.record('reopenRound', { ...year, reason: '一課の報告を待つため' });
    expect(await of('財政課')).toMatchObject({ uid: before.uid, sequence: 3, status: 'CONFIRMED' });
  });

  it('says nothing of how far a division is', async () => {
    const { token } = await daicho.person({ role: 'REPORTER', division: '財政課' });
    const before = await (await get('toride-5.ics')).text();
    const report = { measureNo: '1-1-4', results: '未公表の実績', rating: '継続', ratingReason: '計画どおり' };
    await daicho.recordWith(token, 'submitReport', { ...year, ...report });
    expect(await (await get('toride-5.ics')).text()).toBe(before);
  });

  it('is not sent again to whoever has it', async () => {
    const first = await get('toride-5.ics');
    const etag = first.headers.get('etag') ?? '';
    const again = await get('toride-5.ics', { 'if-none-match': `"other", W/${etag}` });
    expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
    expect((await get('toride-5.ics?lang=en', { 'if-none-match': etag })).status).toBe(200);
  });

  it('holds the follow-ups of the committee until they are done', async () => {
    const { meeting } = await daicho.record(
      'recordMeeting',
      {
        ...{ planKey: 'toride-5', effectiveOn: '2027-04-06', title: '令和9年度第1回' },
        ...{ chairedBy: '副市長', attending: ['副市長'], items: [{ title: '窓口システム' }] },
      },
      'meeting { id }',
    );
    const { decision } = await daicho.record(
      'decideAgendaItem',
      {
        ...{ planKey: 'toride-5', meetingId: meeting.id, itemNo: 1, outcome: 'APPROVED', text: '承認する' },
        ...{ effectiveOn: '2027-04-06' },
        followUps: [{ text: '費用を見積もり直す', owner: '情報管理課', dueOn: '2027-06-25' }],
      },
      'decision { id no }',
    );
    const followUp = async () =>
      (await events('?division=情報管理課')).find(({ event }) => event.summary.includes('対応事項'));
    const open = await followUp();
    expect([open?.event.summary, open?.event.description, open?.event.startDate.toString(), open?.status]).toEqual([
      `締切：決定 ${decision.no} の対応事項 1（情報管理課）`,
      '第五次取手市情報化計画\n費用を見積もり直す\n期限は 2027-06-25 です。',
      '2027-06-25',
      'CONFIRMED',
    ]);
    await daicho.record('completeFollowUp', { planKey: 'toride-5', decisionId: decision.id, followUpNo: 1 });
    const done = await followUp();
    expect([done?.event.uid, done?.event.sequence, done?.status]).toEqual([open?.event.uid, 1, 'CANCELLED']);
    await daicho.record('reopenFollowUp', {
      planKey: 'toride-5',
      decisionId: decision.id,
      followUpNo: 1,
      reason: '見積りの誤り',
    });
    const again = await followUp();
    expect([again?.event.uid, again?.event.sequence, again?.status]).toEqual([open?.event.uid, 2, 'CONFIRMED']);
  });

  it.each([
    ['a plan that there is not', 'toride-9.ics', 404, 'PLAN_NOT_FOUND', ['planKey']],
    ['a division that there is not', 'toride-5.ics?division=国保年金科', 404, 'DIVISION_NOT_FOUND', ['division']],
    ['two divisions', 'toride-5.ics?division=財政課&division=市民課', 422, 'INVALID_INPUT', ['division']],
    ['another language', 'toride-5.ics?lang=fr', 422, 'INVALID_INPUT', ['lang']],
  ])('refuses %s', async (_what, path, status, code, where) => {
    const response = await get(path);
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ problems: [{ code, path: where, message: expect.any(String) }] });
  });
});
