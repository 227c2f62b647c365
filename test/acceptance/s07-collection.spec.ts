import { Daicho, type Answer } from '../support/daicho.js';

const year = { planKey: 'toride-5', fiscalYear: 2026 };
const content = { results: '計画どおり実施', rating: '継続', ratingReason: '計画どおり' };
const BOARD = 'rounds { period deadline isOpen board { division { key } deadline cells { measure { no } state } } }';
const REVIEW = `review(fiscalYear: 2026) { isClosed ${BOARD} }`;
const SUMMARY =
  'kpis { key reading(fiscalYear: 2026) { value } } measure(no: "1-1-5") { reports(fiscalYear: 2026) { results } }';
const MARCH = `plan { asOf { effectiveOn position } ${SUMMARY} }`;
const ERRATA = 'errata { subject attribute before after events { type reason } }';

describe('S7 Annual collection: the secretariat opens the R8 review', () => {
  let daicho: Daicho;
  let secretariat: string;
  const tokens = new Map<string, { reporter: string; approver: string }>();
  const reviewAs = async (token: string | undefined, fields = REVIEW): Promise<Answer> =>
    (await daicho.askWith(token, `{ plan(key: "toride-5") { ${fields} } }`)).data.plan.review;
  const stateOf = (review: Answer, division: string, no: string): string | undefined =>
    review.rounds[0].board
      .find((row: Answer) => row.division.key === division)
      ?.cells.find(({ measure }: Answer) => measure.no === no)?.state;
  const staff = (division: string): { reporter: string; approver: string } => {
    const found = tokens.get(division);
    if (!found) throw new Error(division);
    return found;
  };
  const answer = async (division: string, measureNo: string, results = content.results): Promise<void> => {
    await daicho.recordWith(staff(division).reporter, 'submitReport', { ...year, measureNo, ...content, results });
  };
  const approve = (division: string, measureNo: string): Promise<Answer> =>
    daicho.recordWith(staff(division).approver, 'approveReport', { ...year, measureNo, division });

  beforeAll(async () => {
    daicho = await Daicho.withToride('2027-04-05T09:00:00+09:00');
    secretariat = (await daicho.person({ role: 'COORDINATOR', division: '情報管理課' })).token;
    for (const division of ['国保年金課', '財政課', '市民課']) {
      tokens.set(division, {
        reporter: (await daicho.person({ role: 'REPORTER', division })).token,
        approver: (await daicho.person({ role: 'APPROVER', division })).token,
      });
    }
  });
  afterAll(() => daicho.stop());

  it('opens the round with a deadline for each division', async () => {
    const { review } = await daicho.recordWith(
      secretariat,
      'openRound',
      { ...year, deadline: '2027-05-31', deadlines: [{ division: '財政課', deadline: '2027-04-30' }] },
      `review { isClosed ${BOARD} revision }`,
    );
    expect(review).toMatchObject({ isClosed: false, revision: 0, rounds: [{ period: 'ANNUAL', isOpen: true }] });
    const rows = review.rounds[0].board;
    expect(rows.find((row: Answer) => row.division.key === '財政課').deadline).toBe('2027-04-30');
    expect(rows.find((row: Answer) => row.division.key === '国保年金課')).toMatchObject({
      deadline: '2027-05-31',
      cells: expect.arrayContaining([
        { measure: { no: '1-1-5' }, state: 'DUE' },
        { measure: { no: '1-1-6' }, state: 'DUE' },
        { measure: { no: '1-1-1' }, state: 'DUE' },
      ]),
    });
  });

  it('shows on the board what is in, late, returned and approved', async () => {
    await answer('国保年金課', '1-1-5');
    await answer('国保年金課', '1-1-6');
    await daicho.recordWith(secretariat, 'returnReport', {
      ...year,
      measureNo: '1-1-6',
      division: '国保年金課',
      reason: '件数を示してください',
    });
    await answer('国保年金課', '1-1-2');
    await approve('国保年金課', '1-1-2');
    daicho.itIsNow('2027-05-10T09:00:00+09:00');
    const review = await reviewAs(secretariat);
    expect(
      [
        ['国保年金課', '1-1-5'],
        ['国保年金課', '1-1-6'],
        ['国保年金課', '1-1-2'],
        ['国保年金課', '1-1-1'],
        ['財政課', '1-1-4'],
      ].map(([division = '', no = '']) => stateOf(review, division, no)),
    ).toEqual(['SUBMITTED', 'RETURNED', 'APPROVED', 'DUE', 'LATE']);
  });

  it('tells what was handed in late from what was in time', async () => {
    await answer('財政課', '1-1-4');
    const { rounds } = await reviewAs(
      secretariat,
      'review(fiscalYear: 2026) { rounds { board { division { key } cells { measure { no } state handedInOn isLate } } } }',
    );
    const cellOf = (division: string, no: string): Answer =>
      rounds[0].board
        .find((row: Answer) => row.division.key === division)
        .cells.find(({ measure }: Answer) => measure.no === no);
    expect([cellOf('国保年金課', '1-1-5'), cellOf('財政課', '1-1-4'), cellOf('財政課', '1-1-2')]).toEqual([
      { measure: { no: '1-1-5' }, state: 'SUBMITTED', handedInOn: '2027-04-05', isLate: false },
      { measure: { no: '1-1-4' }, state: 'SUBMITTED', handedInOn: '2027-05-10', isLate: true },
      { measure: { no: '1-1-2' }, state: 'LATE', handedInOn: null, isLate: true },
    ]);
  });

  it('refuses a year outside the plan, a period to come, a deadline years away and a division named twice', async () => {
    const round = { planKey: 'toride-5', fiscalYear: 2027, deadline: '2027-12-31' };
    const twice = [1, 2].map(() => ({ division: '財政課', deadline: '2027-12-01' }));
    const report = { planKey: 'toride-5', measureNo: '1-1-5', ...content };
    const evaluation = { planKey: 'toride-5', measureNo: '1-1-5', by: 'CONFIRMED', rating: '継続' };
    const refusals: [string, object, string, string][] = [
      ['openRound', { ...round, fiscalYear: 2022 }, 'FISCAL_YEAR_OUTSIDE_PLAN', 'fiscalYear'],
      ['submitReport', { ...report, fiscalYear: 2022 }, 'FISCAL_YEAR_OUTSIDE_PLAN', 'fiscalYear'],
      ['submitReport', { ...report, fiscalYear: 2028 }, 'FISCAL_YEAR_OUTSIDE_PLAN', 'fiscalYear'],
      ['evaluateMeasure', { ...evaluation, fiscalYear: 2022 }, 'FISCAL_YEAR_OUTSIDE_PLAN', 'fiscalYear'],
      ['closeReview', { planKey: 'toride-5', fiscalYear: 2028 }, 'FISCAL_YEAR_OUTSIDE_PLAN', 'fiscalYear'],
      ['submitReport', { ...report, fiscalYear: 2027, period: 'Q2' }, 'EFFECTIVE_IN_FUTURE', 'period'],
      ['openRound', { ...round, period: 'HALF2' }, 'EFFECTIVE_IN_FUTURE', 'period'],
      ['openRound', { ...round, deadline: '2030-04-01' }, 'DEADLINE_TOO_FAR', 'deadline'],
      ['openRound', { ...round, deadlines: twice }, 'INVALID_INPUT', 'deadlines.1.division'],
    ];
    for (const [mutation, input, code, field] of refusals)
      expect([mutation, await daicho.refused(mutation, input)]).toEqual([
        mutation,
        [{ code, path: ['input', ...field.split('.')] }],
      ]);
  });

  it('shows a division its own row, and the public none', async () => {
    const own = await reviewAs(staff('財政課').reporter);
    expect(own.rounds[0].board.map((row: Answer) => row.division.key)).toEqual(['財政課']);
    expect((await reviewAs(undefined)).rounds[0].board).toEqual([]);
  });

  it('takes one answer per division for a measure of 各課, and rolls them up', async () => {
    await answer('市民課', '1-1-2', '手続を二つ追加');
    await approve('市民課', '1-1-2');
    expect(
      await daicho.refusedWith(staff('市民課').reporter, 'submitReport', { ...year, measureNo: '1-1-2', ...content }),
    ).toEqual([{ code: 'REASON_REQUIRED', path: ['input', 'reason'] }]);
    const { data } = await daicho.ask(
      `{ plan(key: "toride-5") { measure(no: "1-1-2") { answering { key } rollUp(fiscalYear: 2026) {
        expected approved missing { key } ratings { rating { code } count } } } } }`,
    );
    const { answering, rollUp } = data.plan.measure;
    expect(rollUp).toMatchObject({
      expected: answering.length,
      approved: 2,
      ratings: [{ rating: { code: '継続' }, count: 2 }],
    });
    expect(rollUp.missing.map(({ key }: Answer) => key)).not.toContain('市民課');
    expect(rollUp.missing).toHaveLength(answering.length - 2);
  });

  it('keeps what the secretariat confirms and the committee finds as facts of their own', async () => {
    await approve('国保年金課', '1-1-5');
    const of = { ...year, measureNo: '1-1-5' };
    await daicho.recordWith(secretariat, 'evaluateMeasure', { ...of, by: 'CONFIRMED', rating: '継続' });
    const { measure } = await daicho.recordWith(
      secretariat,
      'evaluateMeasure',
      { ...of, by: 'COMMITTEE', rating: '調整', comment: '利用者の声を確かめること' },
      'measure { reports { rating { code } } evaluations { fiscalYear by rating { code } comment } }',
    );
    expect(measure).toEqual({
      reports: [{ rating: { code: '継続' } }],
      evaluations: [
        { fiscalYear: 2026, by: 'COMMITTEE', rating: { code: '調整' }, comment: '利用者の声を確かめること' },
        { fiscalYear: 2026, by: 'CONFIRMED', rating: { code: '継続' }, comment: null },
      ],
    });
    const { ratings } = await reviewAs(
      undefined,
      'review(fiscalYear: 2026) { ratings { by counts { rating { code } count } } }',
    );
    expect(ratings).toEqual([
      {
        by: 'SELF',
        counts: [
          { rating: { code: '継続' }, count: 1 },
          { rating: null, count: 45 },
        ],
      },
      {
        by: 'CONFIRMED',
        counts: [
          { rating: { code: '継続' }, count: 1 },
          { rating: null, count: 45 },
        ],
      },
      {
        by: 'COMMITTEE',
        counts: [
          { rating: { code: '調整' }, count: 1 },
          { rating: null, count: 45 },
        ],
      },
    ]);
  });

  it('closes, and pins the figures of 31 March as they are known now', async () => {
    await daicho.record('recordReading', {
      planKey: 'toride-5',
      kpiKey: 'smartphone-classes',
      fiscalYear: 2026,
      value: '20',
    });
    daicho.itIsNow('2027-06-10T09:00:00+09:00');
    const { review } = await daicho.recordWith(
      secretariat,
      'closeReview',
      year,
      `review { isClosed rounds { isOpen } ${MARCH} ${ERRATA} }`,
    );
    expect(review).toMatchObject({ isClosed: true, rounds: [{ isOpen: false }], errata: [] });
    expect(review.plan.asOf.effectiveOn).toBe('2027-03-31');
    expect(review.plan.kpis.find(({ key }: Answer) => key === 'smartphone-classes').reading.value).toBe('20');
  });

  it('takes no report after that; a late fix enters as a correction, and is an erratum of the review', async () => {
    const before = (await daicho.ask('{ ledger { size } }')).data.ledger.size;
    expect(
      await daicho.refusedWith(staff('財政課').reporter, 'submitReport', { ...year, measureNo: '1-1-4', ...content }),
    ).toEqual([{ code: 'COLLECTION_CLOSED', path: ['input', 'fiscalYear'] }]);
    expect((await daicho.ask('{ ledger { size } }')).data.ledger.size).toBe(before);

    daicho.itIsNow('2027-07-01T09:00:00+09:00');
    await daicho.recordWith(staff('国保年金課').approver, 'correctReport', {
      ...year,
      measureNo: '1-1-5',
      ...content,
      results: '予約の 61％ が電子',
      reason: '集計漏れ',
    });
    await daicho.record('correctReading', {
      planKey: 'toride-5',
      kpiKey: 'smartphone-classes',
      fiscalYear: 2026,
      value: '22',
      reason: '転記誤り',
    });
    await daicho.record('changeMeasureStatus', { planKey: 'toride-5', measureNo: '1-1-5', status: '完了' });
    const RATINGS = 'review(fiscalYear: 2026) { ratings { by counts { rating { code } count } } }';
    const printed = await reviewAs(undefined, RATINGS);
    const late = { ...year, measureNo: '1-1-6', by: 'CONFIRMED', rating: '完了', reason: '確定後の確認' };
    await daicho.recordWith(secretariat, 'evaluateMeasure', late);
    expect(await reviewAs(undefined, RATINGS)).toEqual(printed);
    await daicho.recordWith(secretariat, 'withdrawEvaluation', { ...late, rating: undefined });
    const review = await reviewAs(undefined, `review(fiscalYear: 2026) { ${ERRATA} ${MARCH} }`);
    expect(review.errata).toEqual([
      {
        subject: 'kpi/smartphone-classes',
        attribute: 'reading/2026',
        before: '20',
        after: '22',
        events: [{ type: 'ReadingCorrected', reason: '転記誤り' }],
      },
      {
        subject: 'measure/1-1-5',
        attribute: 'report/2026/ANNUAL/国保年金課',
        before: '継続：計画どおり実施',
        after: '継続：予約の 61％ が電子',
        events: [{ type: 'ReportCorrected', reason: '集計漏れ' }],
      },
    ]);
    expect(review.plan.kpis.find(({ key }: Answer) => key === 'smartphone-classes').reading.value).toBe('20');
    expect(review.plan.measure.reports).toEqual([{ results: '計画どおり実施' }]);
  });

  it('is reopened only with a reason, which the trail keeps', async () => {
    expect(await daicho.refusedWith(secretariat, 'reopenReview', { ...year, reason: ' ' })).toEqual([
      { code: 'REASON_REQUIRED', path: ['input', 'reason'] },
    ]);
    await daicho.recordWith(secretariat, 'reopenReview', { ...year, reason: '二課の報告を加えるため' });
    const { data } = await daicho.ask(
      `{ plan(key: "toride-5") { auditTrail(last: 1, filter: { subject: "review/2026" }) {
        nodes { summary reason actor { label } } } } }`,
    );
    expect(data.plan.auditTrail.nodes).toEqual([
      { summary: '令和8年度の年度評価の確定を解除', reason: '二課の報告を加えるため', actor: { label: '情報管理課' } },
    ]);
  });

  it('closed as of the very day, has no errata of its own making, and changes are told in words', async () => {
    daicho.itIsNow('2027-07-02T09:00:00+09:00');
    const before = (await daicho.ask('{ ledger { position } }')).data.ledger.position;
    const next = { planKey: 'toride-5', fiscalYear: 2027 };
    const deadlines = [{ division: '財政課', deadline: '2027-10-10' }];
    await daicho.recordWith(secretariat, 'openRound', { ...next, period: 'Q1', deadline: '2027-10-31', deadlines });
    const rated = { measureNo: '1-1-6', by: 'CONFIRMED', rating: '継続', comment: '件数を確認した' };
    await daicho.recordWith(secretariat, 'evaluateMeasure', { ...next, ...rated });
    const { review } = await daicho.recordWith(
      secretariat,
      'closeReview',
      { ...next, effectiveOn: '2027-07-02' },
      `review { isClosed ${ERRATA} }`,
    );
    expect(review).toEqual({ isClosed: true, errata: [] });
    const { data } = await daicho.ask(
      `{ plan(key: "toride-5") { changes(since: { position: "${before}" }) { subject attribute before after } } }`,
    );
    expect(data.plan.changes).toEqual([
      { subject: 'measure/1-1-6', attribute: 'evaluation/2027/CONFIRMED', before: null, after: '継続：件数を確認した' },
      { subject: 'review/2027', attribute: 'closing', before: null, after: '2027-07-02 現在で確定' },
      {
        ...{ subject: 'review/2027', attribute: 'round/Q1', before: null },
        after: '締切 2027-10-31（財政課 2027-10-10）、締切り済',
      },
    ]);
  });

  it('shows in a report all that was changed of it', async () => {
    const of = { ...year, measureNo: '1-1-2' };
    const written = {
      ...content,
      rating: '停滞',
      ratingReason: '遅れている',
      issues: '人手',
      cause: '退職',
      action: '委託',
    };
    await daicho.recordWith(staff('国保年金課').approver, 'correctReport', {
      ...{ ...of, ...written, results: '手続を三つ追加', nextSteps: '委託先の選定', reason: '再集計' },
    });
    const { data } = await daicho.ask(`{ plan(key: "toride-5") { measure(no: "1-1-2") {
      auditTrail(last: 1) { nodes { changes { attribute before after } } } } } }`);
    const report = 'report/2026/ANNUAL/国保年金課';
    expect(data.plan.measure.auditTrail.nodes[0].changes).toEqual([
      { attribute: report, before: '継続：計画どおり実施', after: '停滞：手続を三つ追加' },
      { attribute: `${report}/action`, before: null, after: '委託' },
      { attribute: `${report}/cause`, before: null, after: '退職' },
      { attribute: `${report}/issues`, before: null, after: '人手' },
      { attribute: `${report}/nextSteps`, before: null, after: '委託先の選定' },
      { attribute: `${report}/ratingReason`, before: '計画どおり', after: '遅れている' },
    ]);
  });
});
