import { Daicho, type Answer } from '../support/daicho.js';

const planKey = 'toride-5';
const content = { results: '計画どおり実施', rating: '継続', ratingReason: '計画どおり' };
const ROLL_UP = 'expected approved missing { key }';

describe('The town is reorganised while its plan goes on', () => {
  let daicho: Daicho;
  beforeEach(async () => {
    daicho = await Daicho.withToride('2026-11-26T09:00:00+09:00');
  });
  afterEach(() => daicho.stop());

  const ask = async (fields: string, token?: string): Promise<Answer> =>
    (await daicho.askWith(token, `{ plan(key: "toride-5") { ${fields} } }`)).data.plan;
  const staffOf = async (division: string): Promise<{ reporter: string; approver: string }> => ({
    reporter: (await daicho.person({ role: 'REPORTER', division })).token,
    approver: (await daicho.person({ role: 'APPROVER', division })).token,
  });
  const report = async (of: { measureNo: string; fiscalYear: number; division: string }): Promise<void> => {
    const { reporter, approver } = await staffOf(of.division);
    await daicho.recordWith(reporter, 'submitReport', { planKey, ...of, ...content });
    await daicho.recordWith(approver, 'approveReport', { planKey, ...of });
  };
  const boardOf = async (fiscalYear: number): Promise<Record<string, Record<string, string>>> => {
    const { review } = await daicho.record(
      'openRound',
      { planKey, fiscalYear, deadline: '2026-12-25' },
      'review { rounds { board { division { key } cells { measure { no } state } } } }',
    );
    return Object.fromEntries(
      review.rounds[0].board.map(({ division, cells }: Answer) => [
        division.key,
        Object.fromEntries(cells.map(({ measure, state }: Answer) => [measure.no, state])),
      ]),
    );
  };

  it('a merger takes nothing from the years before: they are asked of those who answered then', async () => {
    await report({ measureNo: '1-1-4', fiscalYear: 2023, division: '財政課' });
    await daicho.record('establishDivision', { planKey, division: '経営課' });
    await daicho.record('abolishDivision', { planKey, division: '財政課', successors: ['経営課'], reason: '統合' });
    const { measure } = await ask(`measure(no: "1-1-4") { answering { key } then: answering(fiscalYear: 2023) { key }
      of2023: rollUp(fiscalYear: 2023) { ${ROLL_UP} } of2026: rollUp(fiscalYear: 2026) { ${ROLL_UP} } }`);
    expect(measure).toEqual({
      answering: [{ key: '経営課' }],
      then: [{ key: '財政課' }],
      of2023: { expected: 1, approved: 1, missing: [] },
      of2026: { expected: 1, approved: 0, missing: [{ key: '経営課' }] },
    });
    expect((await boardOf(2023))['財政課']?.['1-1-4']).toBe('APPROVED');
  });

  it('members of a collective owner, known from today on, do not undo what it answered as one', async () => {
    await report({ measureNo: '1-2-1', fiscalYear: 2025, division: '窓口各課' });
    await report({ measureNo: '1-2-1', fiscalYear: 2026, division: '窓口各課' });
    const members = ['市民課', '国保年金課'];
    await daicho.record('defineCollective', { planKey, division: '窓口各課', members, reason: '窓口のある課' });
    const rolledUp = async (fiscalYear: number): Promise<Answer> =>
      (await ask(`measure(no: "1-2-1") { rollUp(fiscalYear: ${String(fiscalYear)}) { ${ROLL_UP} } }`)).measure.rollUp;
    const whole = { expected: 1, approved: 1, missing: [] };
    expect([await rolledUp(2025), await rolledUp(2026)]).toEqual([whole, whole]);
    const board = await boardOf(2026);
    expect([board['窓口各課']?.['1-2-1'], board['市民課']?.['1-2-1']]).toEqual(['APPROVED', undefined]);

    // Who is behind it may correct it, and whoever answers all the same is counted beside it.
    const { approver } = await staffOf('市民課');
    const of = { planKey, measureNo: '1-2-1', fiscalYear: 2026, division: '窓口各課' };
    await daicho.recordWith(approver, 'correctReport', { ...of, ...content, results: '訂正', reason: '誤記' });
    await report({ measureNo: '1-2-1', fiscalYear: 2026, division: '国保年金課' });
    expect(await rolledUp(2026)).toEqual({ expected: 2, approved: 2, missing: [] });
  });

  it('a comment after the year does not move the report out of it', async () => {
    const { reporter, approver } = await staffOf('国保年金課');
    const of = { planKey, measureNo: '1-1-5', fiscalYear: 2025 };
    await daicho.recordWith(reporter, 'submitReport', { ...of, ...content });
    await daicho.recordWith(approver, 'commentOnReport', { ...of, text: '確認した' });
    await daicho.recordWith(approver, 'approveReport', of);
    expect((await boardOf(2025))['国保年金課']?.['1-1-5']).toBe('APPROVED');
    const { measure } = await ask('measure(no: "1-1-5") { reports { effectiveOn } }');
    expect(measure.reports).toEqual([{ effectiveOn: '2026-03-31' }]);
  });

  it('a division for disasters is asked on the days on which it is set up, and its people may act on all', async () => {
    const division = '災害対策本部情報班';
    const of = { planKey, measureNo: '2-2-3' };
    const { reporter } = await staffOf(division);
    const fields = `measure(no: "2-2-3") { answering { key } owners { key exists isOnlyInDisaster } rollUp(fiscalYear: 2026) { expected } }`;
    const there = { key: division, exists: true, isOnlyInDisaster: true };
    const asked = { answering: [{ key: division }], owners: [there], rollUp: { expected: 1 } };
    const notAsked = { answering: [], owners: [{ ...there, exists: false }], rollUp: { expected: 0 } };
    expect((await ask(fields)).measure).toEqual(notAsked);
    expect((await boardOf(2026))[division]).toBeUndefined();
    await daicho.recordWith(reporter, 'changeMeasureStatus', { ...of, status: '継続' });

    await daicho.record('setUpDivision', { planKey, division, reason: '台風14号' });
    expect((await ask(fields)).measure).toEqual(asked);
    expect(await daicho.refused('setUpDivision', { planKey, division })).toEqual([
      { code: 'DIVISION_EXISTS', path: ['input', 'division'] },
    ]);
    daicho.itIsNow('2026-12-03T09:00:00+09:00');
    await daicho.record('abolishDivision', { planKey, division, reason: '災害対策本部の廃止' });
    expect((await ask(fields)).measure).toEqual(notAsked);
    const { plan } = (await daicho.ask(`{ plan(key: "toride-5", asOf: { effectiveOn: "2026-12-02" }) { ${fields} } }`))
      .data;
    expect(plan.measure).toEqual(asked);
  });

  it('a report and its entries in the trail go by the name that the division had then', async () => {
    const of = { planKey, measureNo: '1-1-5' };
    await report({ ...of, fiscalYear: 2025, division: '国保年金課' });
    await daicho.record('renameDivision', { planKey, division: '国保年金課', name: '保険年金課', reason: '機構改革' });
    await report({ ...of, fiscalYear: 2026, division: '国保年金課' });
    daicho.itIsNow('2026-12-03T09:00:00+09:00');
    const { measure } = await ask(`measure(no: "1-1-5") { owners { name } reports { fiscalYear division { key name } }
      auditTrail(last: 4) { nodes { type summary en: summary(language: EN) actor { label } } } }`);
    expect(measure.owners).toEqual([{ name: '保険年金課' }]);
    expect(measure.reports).toEqual([
      { fiscalYear: 2025, division: { key: '国保年金課', name: '国保年金課' } },
      { fiscalYear: 2026, division: { key: '国保年金課', name: '保険年金課' } },
    ]);
    expect(measure.auditTrail.nodes.map(({ summary, actor }: Answer) => [summary, actor.label])).toEqual([
      ['個別施策 1-1-5 の令和7年度報告（国保年金課）を提出', '国保年金課'],
      ['個別施策 1-1-5 の令和7年度報告（国保年金課）を承認', '国保年金課'],
      ['個別施策 1-1-5 の令和8年度報告（保険年金課）を提出', '保険年金課'],
      ['個別施策 1-1-5 の令和8年度報告（保険年金課）を承認', '保険年金課'],
    ]);
    expect(measure.auditTrail.nodes.at(-1).en).toBe('Measure 1-1-5, report for FY2026 by 保険年金課: approved');
  });

  it('what was reorganised stands in the trail with its reason, and posts without people', async () => {
    const { id: personId } = await daicho.person({ role: 'COMMITTEE' });
    const auditor = await daicho.person({ role: 'AUDITOR' });
    const reader = await daicho.person({ role: 'READER' });
    const before = (await daicho.ask('{ ledger { position } }')).data.ledger.position;
    const because = { reason: '機構改革', decidedBy: '令和8年訓令第5号' };
    await daicho.record('renameDivision', { planKey, division: '国保年金課', name: '保険年金課', ...because });
    await daicho.record('defineCollective', {
      planKey,
      division: '窓口各課',
      members: ['市民課', '国保年金課'],
      ...because,
    });
    await daicho.record('abolishDivision', { planKey, division: '学務課', successors: ['国保年金課'], ...because });
    await daicho.record('fillPost', { planKey, post: '副市長', personId, ...because });
    const trailFor = async (token: string | undefined): Promise<Answer> =>
      ask(
        `auditTrail(last: 4) { totalCount nodes { type summary en: summary(language: EN) reason decision { decidedBy }
          changes { subject attribute before after } } }
         changes(since: { position: "${before}" }) { subject attribute before after events { summary reason } }`,
        token,
      );
    const { auditTrail, changes } = await trailFor(undefined);
    expect(auditTrail.nodes.map(({ summary, en }: Answer) => [summary, en])).toEqual([
      ['「国保年金課」を「保険年金課」に改称', 'Division “国保年金課” renamed “保険年金課”'],
      ['「窓口各課」に含まれる課を「市民課、保険年金課」と定義', '“窓口各課” defined as “市民課、保険年金課”'],
      ['「学務課」を廃止し、「保険年金課」が引継ぎ', 'Division “学務課” abolished, succeeded by “保険年金課”'],
      ['副市長の職に就任', '副市長: held by another'],
    ]);
    for (const { reason, decision } of auditTrail.nodes)
      expect([reason, decision]).toEqual([because.reason, { decidedBy: because.decidedBy }]);
    expect(auditTrail.nodes.at(-1).changes).toEqual([]);
    expect(changes.map(({ events, ...change }: Answer) => ({ ...change, event: events.at(-1) }))).toEqual([
      {
        ...{ subject: 'division/学務課', attribute: 'existence', before: 'あり', after: 'なし（引継ぎ 国保年金課）' },
        event: { summary: '「学務課」を廃止し、「保険年金課」が引継ぎ', reason: '機構改革' },
      },
      {
        ...{ subject: 'division/国保年金課', attribute: 'name', before: '国保年金課', after: '保険年金課' },
        event: { summary: '「国保年金課」を「保険年金課」に改称', reason: '機構改革' },
      },
      {
        ...{ subject: 'division/窓口各課', attribute: 'members', before: null, after: '市民課、国保年金課' },
        event: { summary: '「窓口各課」に含まれる課を「市民課、保険年金課」と定義', reason: '機構改革' },
      },
    ]);
    for (const token of [undefined, reader.token])
      expect(JSON.stringify(await trailFor(token))).not.toContain(personId);
    expect((await trailFor(auditor.token)).auditTrail.nodes.at(-1).changes).toEqual([
      { subject: 'post/副市長', attribute: 'desk/holder', before: null, after: personId },
    ]);
    const pages = await ask(`all: auditTrail(filter: { subject: "directory" }, last: 4) { totalCount nodes { type } }
      first: auditTrail(first: 1) { totalCount nodes { type } pageInfo { hasNextPage } }`);
    expect(pages.all.nodes.at(-1)).toEqual({ type: 'PostFilled' });
    expect(pages.first).toMatchObject({ totalCount: auditTrail.totalCount, pageInfo: { hasNextPage: true } });
  });

  it('no division goes that would leave a measure to nobody', async () => {
    const messageFor = async (input: object): Promise<string | undefined> => {
      const { data } = await daicho.askAsAdmin(
        'mutation ($input: AbolishDivisionInput!) { abolishDivision(input: $input) { problems { code message path } } }',
        { input: { planKey, reason: '廃止', ...input } },
      );
      const [problem] = data.abolishDivision.problems;
      if (problem) expect([problem.code, problem.path]).toEqual(['DIVISION_ANSWERS', ['input', 'successors']]);
      return problem?.message;
    };
    const initiative = { planKey, title: '改修', goal: '1', cause: 'LAW', reason: '法改正', owners: ['財政課'] };
    await daicho.record('enterInitiative', initiative);
    expect(await messageFor({ division: '財政課' })).toContain('1-1-4, U1');
    await daicho.record('establishDivision', { planKey, division: '広聴課' });
    await daicho.record('defineCollective', { planKey, division: '窓口各課', members: ['広聴課'], reason: '窓口' });
    expect(await messageFor({ division: '広聴課' })).toContain('1-2-1');
    await daicho.record('defineCollective', { planKey, division: '窓口各課', members: ['市民課'], reason: '窓口' });
    expect(await messageFor({ division: '広聴課' })).toBeUndefined();
    expect(await messageFor({ division: '財政課', successors: ['市民課'] })).toBeUndefined();
    // What it has taken over is its own, too.
    expect(await messageFor({ division: '市民課' })).toContain('1-1-4');
  });

  it('refuses what names nothing, or not what is meant, with the field, and writes nothing', async () => {
    await daicho.record('abolishDivision', { planKey, division: '学務課', successors: ['市民課'], reason: '統合' });
    const size = async (): Promise<number> => (await daicho.ask('{ ledger { size } }')).data.ledger.size;
    const held = await size();
    const define = { division: '窓口各課', reason: '窓口のある課' };
    const initiative = { title: '改修', goal: '1', cause: 'LAW', reason: '法改正' };
    const refusals: [string, object, string, string][] = [
      ['renameDivision', { division: '市民課', name: '　', reason: '改称' }, 'INVALID_INPUT', 'name'],
      ['renameDivision', { division: '市民課', name: '市民\n課', reason: '改称' }, 'INVALID_INPUT', 'name'],
      ['renameDivision', { division: '市民課', name: '市民サービス課', reason: '\u200b' }, 'REASON_REQUIRED', 'reason'],
      ['establishDivision', { division: '　' }, 'INVALID_INPUT', 'division'],
      ['establishDivision', { division: '窓口課', members: ['市民課'] }, 'DIVISION_NOT_COLLECTIVE', 'members'],
      ['fillPost', { post: '　' }, 'INVALID_INPUT', 'post'],
      ['fillPost', { post: '副市長', personId: 'p000000000000' }, 'PERSON_NOT_FOUND', 'personId'],
      ['defineCollective', { ...define, members: ['市民課', '市民課'] }, 'INVALID_INPUT', 'members'],
      ['defineCollective', { ...define, members: ['市民課'], all: true }, 'INVALID_INPUT', 'all'],
      ['defineCollective', define, 'INVALID_INPUT', 'members'],
      ['defineCollective', { ...define, members: [] }, 'INVALID_INPUT', 'members'],
      ['enterInitiative', { ...initiative, owners: ['学務課'] }, 'DIVISION_NOT_FOUND', 'owners.0'],
    ];
    for (const [mutation, input, code, field] of refusals) {
      expect([mutation, await daicho.refused(mutation, { planKey, ...input })]).toEqual([
        mutation,
        [{ code, path: ['input', ...field.split('.')] }],
      ]);
    }
    expect(await size()).toBe(held);
    await daicho.record('fillPost', { planKey, post: '計画にない職' });
  });
});
