import { readFileSync } from 'node:fs';
import { Daicho, TORIDE_FILE, type Answer } from '../support/daicho.js';

const plan = { planKey: 'toride-5' };
const R9 = '2027-04-01';
const split = {
  ...{ ...plan, measureNo: '1-2-1', effectiveOn: R9, reason: '窓口と予約を分けて進めるため' },
  into: [
    {
      ...{ no: '1-2-3', title: '書かない窓口', owners: ['窓口各課'], coordinators: ['情報管理課'] },
      schedule: [{ fiscalYear: 2027, phases: ['運用'] }],
    },
    {
      ...{ no: '1-2-4', title: '来庁予約', owners: ['市民課'] },
      schedule: [{ fiscalYear: 2027, phases: ['検討', '構築'] }],
    },
  ],
};
const MEASURE = 'no title owners { name } coordinators { name } schedule { fiscalYear adopted forecast } slipYears';
const TOTALS = 'summary { measures new succeeded unplanned byStatus { count } byGoal { goal { no } measures } }';
const YEAR_BOOK = `goals { no title } measure(no: "3-1-2") { title owners { key name } }
  kpis { key title unit baseline { value numerator denominator } targets { fiscalYear value } } ${TOTALS}
  measures(first: 100) { totalCount }`;

describe('S9 Revision and reorganisation: what the plan says from R9 on', () => {
  let daicho: Daicho;
  let secretariat: string;
  let reporter: string;
  let approver: string;
  let decisionId: string;
  let former: Answer;

  const ask = async (fields: string, asOf = ''): Promise<Answer> => {
    const { data, errors } = await daicho.ask(`{ plan(key: "toride-5"${asOf}) { ${fields} } }`);
    if (errors) throw new Error(JSON.stringify(errors));
    return data.plan;
  };
  const asOf = (day: string): string => `, asOf: { effectiveOn: "${day}" }`;
  const size = async (): Promise<number> => (await daicho.ask('{ ledger { size } }')).data.ledger.size;
  const revise = (mutation: string, input: object, fields = ''): Promise<Answer> =>
    daicho.recordWith(secretariat, mutation, { ...plan, effectiveOn: R9, decisionId, ...input }, fields);
  const refused = (mutation: string, input: object): Promise<{ code: string; path: string[] }[]> =>
    daicho.refusedWith(secretariat, mutation, { ...plan, ...input });
  const lastEntry = async (no: string): Promise<string> =>
    (await ask(`measure(no: "${no}") { auditTrail(last: 1) { nodes { id } } }`)).measure.auditTrail.nodes[0].id;

  beforeAll(async () => {
    daicho = await Daicho.withToride('2026-06-01T09:00:00+09:00');
    secretariat = (await daicho.person({ role: 'COORDINATOR', division: '情報管理課' })).token;
    reporter = (await daicho.person({ role: 'REPORTER', division: '魅力とりで発信課' })).token;
    approver = (await daicho.person({ role: 'APPROVER', division: '魅力とりで発信課' })).token;
    const report = { ...plan, measureNo: '3-1-2', fiscalYear: 2025 };
    const content = { results: '動画を12本配信', rating: '継続', ratingReason: '計画どおり' };
    await daicho.recordWith(reporter, 'submitReport', { ...report, ...content });
    await daicho.recordWith(approver, 'approveReport', report);
    await daicho.recordWith(secretariat, 'evaluateMeasure', { ...report, by: 'CONFIRMED', rating: '継続' });
    await daicho.recordWith(secretariat, 'closeReview', { ...plan, fiscalYear: 2025 });
    former = await ask(YEAR_BOOK, asOf('2026-03-31'));

    daicho.itIsNow('2027-02-10T15:00:00+09:00');
    const { meeting } = await daicho.recordWith(
      secretariat,
      'recordMeeting',
      {
        ...{ ...plan, title: '令和8年度第2回', chairedBy: '副市長', attending: ['副市長', '総務部長'] },
        items: [{ title: '計画の見直し', subjects: ['plan'] }],
      },
      'meeting { id }',
    );
    const { decision } = await daicho.recordWith(
      secretariat,
      'decideAgendaItem',
      { ...plan, meetingId: meeting.id, itemNo: 1, outcome: 'APPROVED', text: '案のとおり' },
      'decision { id }',
    );
    decisionId = decision.id;
  });
  afterAll(() => daicho.stop());

  it('is for the secretariat to enter, not for a division nor the public', async () => {
    const held = await size();
    const tries: [string, object][] = [
      ['reviseMeasure', { measureNo: '3-1-2', title: '動画', reason: '改題' }],
      ['splitMeasure', split],
      ['retireMeasure', { measureNo: '3-1-2', reason: '廃止' }],
      ['reviseTitle', { subject: 'goal/1', title: '行政サービス', reason: '改題' }],
      ['reviseKpi', { kpiKey: 'training-attendees', title: '受講者数', reason: '改題' }],
    ];
    for (const [mutation, input] of tries) {
      for (const [token, code] of [
        [reporter, 'FORBIDDEN'],
        [approver, 'FORBIDDEN'],
        [undefined, 'UNAUTHENTICATED'],
      ] as const) {
        const { errors } = await daicho.mutateWith(token, mutation, { ...plan, ...input });
        expect([mutation, errors?.[0].extensions.code]).toEqual([mutation, code]);
      }
    }
    expect(await size()).toBe(held);
  });

  it('holds from R9, decided in advance: a target, a split, a title, owners, a unit, and a division renamed', async () => {
    await revise('reviseTarget', {
      ...{ kpiKey: 'training-attendees', fiscalYear: 2027, value: '2400', reason: '受講希望の増加' },
    });
    const { measure } = await revise(
      'splitMeasure',
      { ...split, clientMutationId: 'split-1-2-1' },
      'measure { no succession { kind } }',
    );
    expect(measure).toEqual({ no: '1-2-1', succession: null });
    const { receipt } = await revise('reviseMeasure', {
      ...{ measureNo: '3-1-2', title: '動画とSNSによる魅力発信', owners: ['魅力とりで発信課', '市民協働課'] },
      ...{ reason: '発信手段の見直し' },
    });
    expect(receipt.eventIds).toHaveLength(2);
    await revise('reviseTitle', {
      ...{ subject: 'goal/1', title: 'デジタル技術の恩恵を感じられる行政サービスの推進', reason: '本文との統一' },
    });
    await revise('reviseKpi', {
      ...{ kpiKey: 'online-procedures', baseline: { numerator: '45', denominator: '55' } },
      ...{ reason: '対象手続の見直し' },
    });
    await daicho.recordWith(secretariat, 'renameDivision', {
      ...{ ...plan, division: '魅力とりで発信課', name: '広報戦略課', effectiveOn: R9, reason: '機構改革' },
    });

    expect(await ask(YEAR_BOOK)).toEqual({ ...former, ...(await ask(TOTALS)) });
    const next = await ask(`${YEAR_BOOK} measure4: measure(no: "1-2-4") { ${MEASURE} }`, asOf(R9));
    const { measure: gone } = await ask('measure(no: "1-2-1") { rollUp(fiscalYear: 2027) { expected } }', asOf(R9));
    expect(gone.rollUp.expected).toBe(0);
    expect(next.goals[0].title).toBe('デジタル技術の恩恵を感じられる行政サービスの推進');
    expect(next.measure).toEqual({
      title: '動画とSNSによる魅力発信',
      owners: [
        { key: '魅力とりで発信課', name: '広報戦略課' },
        { key: '市民協働課', name: '市民協働課' },
      ],
    });
    expect(next.kpis.find(({ key }: Answer) => key === 'training-attendees').targets).toEqual([
      { fiscalYear: 2027, value: '2400' },
    ]);
    expect(next.kpis[0].baseline).toEqual({ value: '81.8', numerator: '45', denominator: '55' });
    expect(next.measure4).toMatchObject({ title: '来庁予約', owners: [{ name: '市民課' }], slipYears: 0 });
    expect(next.measure4.schedule.map(({ adopted }: Answer) => adopted)).toEqual([[], [], [], [], ['検討', '構築']]);
  });

  it('is told as 新旧対照, in the order of the plan, in words, with reasons and what did it', async () => {
    const since = '{ effectiveOn: "2027-03-31" }';
    const ROWS = 'subject subjectLabel attributeLabel before after reasons events { type decision { no decidedBy } }';
    const { comparison, en } = await ask(
      `comparison(since: ${since}) { ${ROWS} } en: comparison(since: ${since}, language: EN) { ${ROWS} }`,
      asOf(R9),
    );
    const line = ({ subject, attributeLabel, before, after, reasons }: Answer) =>
      [subject, attributeLabel, before, after, ...reasons] as string[];
    const why = split.reason;
    const of = '1-2-1 の分割';
    const expected: (string | null)[][] = [
      [
        ...['goal/1', '名称', 'デジタル技術の便利さを実感できる行政サービスの推進'],
        ...['デジタル技術の恩恵を感じられる行政サービスの推進', '本文との統一'],
      ],
      ['measure/1-2-1', '分割・統合・廃止', null, '1-2-3、1-2-4 に分割', why],
      ['measure/1-2-3', '名称', null, '書かない窓口', why],
      ['measure/1-2-3', '施策', null, '1-2', why],
      ['measure/1-2-3', '業務担当課', null, '窓口各課', why],
      ['measure/1-2-3', '調整', null, '情報管理課', why],
      ...[5, 6, 7, 8].map((year) => ['measure/1-2-3', `日程（令和${String(year)}年度）`, null, '（空欄）', why]),
      ['measure/1-2-3', '日程（令和9年度）', null, '運用', why],
      ['measure/1-2-3', '前身', null, of, why],
      ['measure/1-2-4', '名称', null, '来庁予約', why],
      ['measure/1-2-4', '施策', null, '1-2', why],
      ['measure/1-2-4', '業務担当課', null, '市民課', why],
      ...[5, 6, 7, 8].map((year) => ['measure/1-2-4', `日程（令和${String(year)}年度）`, null, '（空欄）', why]),
      ['measure/1-2-4', '日程（令和9年度）', null, '検討 構築', why],
      ['measure/1-2-4', '前身', null, of, why],
      ['measure/3-1-1', '業務担当課', '魅力とりで発信課', '広報戦略課', '機構改革'],
      ['measure/3-1-2', '名称', '動画による魅力発信', '動画とSNSによる魅力発信', '発信手段の見直し'],
      [
        ...['measure/3-1-2', '業務担当課', '魅力とりで発信課', '広報戦略課、市民協働課'],
        ...['発信手段の見直し', '機構改革'],
      ],
      ['measure/3-2-3', '業務担当課', '魅力とりで発信課', '広報戦略課', '機構改革'],
      ['measure/3-2-4', '業務担当課', '魅力とりで発信課', '広報戦略課', '機構改革'],
      [
        ...['kpi/online-procedures', '基準値', '令和4年度 81％（39／49） ※49手続中39手続'],
        ...['令和4年度 81.8％（45／55）', '対象手続の見直し'],
      ],
      [...['kpi/training-attendees', '目標値（令和9年度）', '2000人 ②受講者総数：2,000人', '2400人'], '受講希望の増加'],
      ['division/魅力とりで発信課', '名称', '魅力とりで発信課', '広報戦略課', '機構改革'],
    ];
    expect(comparison.map(line)).toEqual(expected);
    const [goal, succession] = comparison;
    expect(goal).toMatchObject({
      subjectLabel: '基本目標 1 デジタル技術の恩恵を感じられる行政サービスの推進',
      events: [{ type: 'TitleRevised', decision: { no: 'R8-1' } }],
    });
    expect(succession.events).toMatchObject([{ type: 'MeasureSucceeded', decision: { no: 'R8-1' } }]);
    const labels = en.map(({ attributeLabel, after }: Answer) => [attributeLabel, after]);
    expect(labels).toContainEqual(['target (FY2027 (R9))', '2400人']);
    expect(labels).toContainEqual(['split, merged or retired', 'split into 1-2-3, 1-2-4']);
  });

  it('is told backwards as well, by the same events', async () => {
    const { comparison } = await ask(
      `comparison(since: { effectiveOn: "${R9}" }) { subject attribute before after events { type } }`,
      asOf('2027-03-31'),
    );
    expect(comparison).toContainEqual({
      ...{ subject: 'kpi/training-attendees', attribute: 'target/2027', before: '2400人' },
      ...{ after: '2000人 ②受講者総数：2,000人', events: [{ type: 'TargetRevised' }] },
    });
    expect(comparison).toContainEqual({
      ...{ subject: 'measure/3-1-1', attribute: 'owners', before: '広報戦略課', after: '魅力とりで発信課' },
      events: [{ type: 'DivisionRenamed' }],
    });
  });

  it('keeps 新旧対照 to the plan: what is reported is no part of it, and stays in changes', async () => {
    const { position } = (await daicho.ask('{ ledger { position } }')).data.ledger;
    await daicho.record('changeMeasureStatus', { ...plan, measureNo: '3-1-2', status: '継続' });
    const since = `since: { position: "${position}" }`;
    const { comparison, changes } = await ask(
      `comparison(${since}) { subject } changes(${since}) { subject attribute }`,
    );
    expect(comparison).toEqual([]);
    const { comparison: all } = await ask(
      `comparison(${since}, withProgress: true) { subjectLabel attributeLabel before after }`,
    );
    expect(all).toEqual([
      {
        ...{ subjectLabel: '個別施策 3-1-2 動画による魅力発信', attributeLabel: '状況' },
        ...{ before: null, after: '継続' },
      },
    ]);
    expect(changes).toEqual([{ subject: 'measure/3-1-2', attribute: 'status' }]);
  });

  it('leaves the reports of R5–R8 with the old names, targets and denominators, also in R9', async () => {
    daicho.itIsNow('2027-05-20T09:00:00+09:00');
    for (const day of ['2024-03-31', '2025-03-31', '2026-03-31', '2027-03-31']) {
      expect(await ask(YEAR_BOOK, asOf(day))).toEqual({ ...former, ...(await ask(TOTALS, asOf(day))) });
    }
    const { review, measure } = await ask(`
      review(fiscalYear: 2025) { plan { ${YEAR_BOOK} } ratings { by counts { rating { code } count } } errata { subject } }
      measure(no: "3-1-2") { owners { name } reports(fiscalYear: 2025) { division { key name } rating { code } } }`);
    expect(review.plan).toEqual(former);
    expect(review.errata).toEqual([]);
    expect(review.ratings.map(({ by, counts }: Answer) => [by, counts.map(({ count }: Answer) => count)])).toEqual([
      ['SELF', [1, 45]],
      ['CONFIRMED', [1, 45]],
      ['COMMITTEE', [46]],
    ]);
    expect(measure.owners[0]).toEqual({ name: '広報戦略課' });
    expect(measure.reports).toEqual([
      { division: { key: '魅力とりで発信課', name: '魅力とりで発信課' }, rating: { code: '継続' } },
    ]);
  });

  it('counts those that are there on the day, and tells the others apart', async () => {
    const before = await ask(`${TOTALS} measures(first: 100) { totalCount }`, asOf('2027-03-31'));
    expect(before.summary).toMatchObject({ measures: 46, succeeded: 0 });
    const now = await ask(`${TOTALS} measures(first: 100) { totalCount nodes { no } } succeeded { no }
      goals { policies { no measures { no } } }`);
    expect(now.summary).toMatchObject({ measures: 47, new: 21, succeeded: 1, unplanned: 0 });
    expect(now.summary.byGoal.reduce((sum: number, { measures }: Answer) => sum + measures, 0)).toBe(47);
    expect(now.measures.totalCount).toBe(47);
    expect(now.succeeded).toEqual([{ no: '1-2-1' }]);
    expect(now.goals[0].policies[1].measures).toEqual([{ no: '1-2-2' }, { no: '1-2-3' }, { no: '1-2-4' }]);
  });

  it('is read both ways, with why, and by id', async () => {
    const WHY = 'kind label since reason entryId event { type summary en: summary(language: EN) }';
    const { one, other } = await ask(`
      one: measure(no: "1-2-1") { id successors { no } predecessors { no } origin { kind } succession { ${WHY} } }
      other: measure(no: "1-2-3") { predecessors { no title } succession { kind } origin { ${WHY} } revision
        auditTrail { totalCount } }`);
    expect(one).toMatchObject({
      ...{ successors: [{ no: '1-2-3' }, { no: '1-2-4' }], predecessors: [], origin: null },
      succession: {
        ...{ kind: 'SPLIT', label: '分割', since: R9, reason: split.reason },
        event: {
          type: 'MeasureSucceeded',
          summary: '個別施策 1-2-1 を 1-2-3、1-2-4 に分割',
          en: 'Measure 1-2-1 split into 1-2-3, 1-2-4',
        },
      },
    });
    expect(other).toMatchObject({
      ...{ predecessors: [{ no: '1-2-1', title: '「書かない窓口サービス」の実現' }], succession: null, revision: 0 },
      origin: {
        ...{ kind: 'SPLIT', since: R9 },
        event: {
          type: 'SuccessorEntered',
          summary: '個別施策 1-2-3「書かない窓口」を 1-2-1 の分割により掲載',
          en: 'Measure 1-2-3 “書かない窓口” entered, as 1-2-1 was split',
        },
      },
      auditTrail: { totalCount: 1 },
    });
    const { data } = await daicho.ask(`{ node(id: "${one.id}") { ... on Measure { no } } }`);
    expect(data.node).toEqual({ no: '1-2-1' });
  });

  it('refuses what is said of a measure after it gave way, with the place', async () => {
    const measure = { measureNo: '1-2-1' };
    const shift = { phase: '運用', from: 2025, to: 2026, reason: '遅れ' };
    const content = { results: '済', rating: '継続', ratingReason: '順調' };
    const held = await size();
    const ofMeasure = [{ code: 'MEASURE_SUCCEEDED', path: ['input', 'measureNo'] }];
    const ofYear = [{ code: 'MEASURE_SUCCEEDED', path: ['input', 'fiscalYear'] }];
    const admin = (mutation: string, input: object) => daicho.refused(mutation, { ...plan, ...measure, ...input });
    expect(await admin('changeMeasureStatus', { status: '継続' })).toEqual(ofMeasure);
    expect(await admin('shiftSchedule', shift)).toEqual(ofMeasure);
    expect(await admin('endMeasure', { ending: 'STOPPED', reason: '中止' })).toEqual(ofMeasure);
    expect(await admin('reviseMeasure', { title: '窓口', reason: '改題' })).toEqual(ofMeasure);
    expect(await admin('splitMeasure', { into: split.into, reason: 'もう一度' })).toEqual([
      { code: 'MEASURE_EXISTS', path: ['input', 'into', '0', 'no'] },
    ]);
    expect(await admin('submitReport', { ...content, fiscalYear: 2027, division: '窓口各課' })).toEqual(ofYear);
    expect(await admin('evaluateMeasure', { fiscalYear: 2027, by: 'CONFIRMED', rating: '継続' })).toEqual(ofYear);
    expect(await daicho.refused('submitReport', { ...plan, ...content, measureNo: '1-2-4', fiscalYear: 2026 })).toEqual(
      [{ code: 'EFFECTIVE_BEFORE_MEASURE', path: ['input', 'fiscalYear'] }],
    );
    expect(await size()).toBe(held);
  });

  it('takes what was before that day still, and all of it of those in its place', async () => {
    await daicho.record('changeMeasureStatus', {
      ...plan,
      measureNo: '1-2-1',
      status: '継続',
      effectiveOn: '2027-03-31',
    });
    const content = { results: '試行を実施', rating: '継続', ratingReason: '順調' };
    await daicho.record('submitReport', {
      ...plan,
      measureNo: '1-2-1',
      fiscalYear: 2026,
      division: '窓口各課',
      ...content,
    });
    const { measure } = await daicho.record(
      'shiftSchedule',
      { ...plan, measureNo: '1-2-4', phase: '構築', from: 2027, to: 2028, reason: '仕様の調整' },
      `measure { ${MEASURE} }`,
    );
    expect(measure.slipYears).toBe(1);
    expect(measure.schedule.at(-1)).toEqual({ fiscalYear: 2028, adopted: [], forecast: ['構築'] });
    const owner = (await daicho.person({ role: 'REPORTER', division: '市民課' })).token;
    await daicho.recordWith(owner, 'submitReport', { ...plan, measureNo: '1-2-4', fiscalYear: 2027, ...content });
  });

  it('is not taken back once one in its place was reported on, and the number of another is not used again', async () => {
    const { measure } = await ask('measure(no: "1-2-1") { succession { entryId } }');
    const withdrawal = { measureNo: '1-2-1', entryId: measure.succession.entryId, reason: '再考' };
    expect(await refused('withdrawSuccession', withdrawal)).toEqual([
      { code: 'SUCCESSION_IN_USE', path: ['input', 'measureNo'] },
    ]);
    expect(await refused('withdrawSuccession', { ...withdrawal, measureNo: '3-1-1' })).toEqual([
      { code: 'SUCCESSION_NOT_FOUND', path: ['input', 'measureNo'] },
    ]);
  });

  it('merges several into one, and takes that back: each is there again, the number stays used', async () => {
    const into = { no: '3-2-9', title: '市公式ウェブサイトの改善', owners: ['広報戦略課'] };
    const merger = { ...plan, measureNos: ['3-2-3', '3-2-4'], into, reason: '一体で進めるため' };
    const { measure } = await daicho.recordWith(
      secretariat,
      'mergeMeasures',
      merger,
      `measure { ${MEASURE} predecessors { no } }`,
    );
    expect(measure).toMatchObject({
      ...{ no: '3-2-9', owners: [{ name: '広報戦略課' }], predecessors: [{ no: '3-2-3' }, { no: '3-2-4' }] },
    });
    expect((await ask(TOTALS)).summary).toMatchObject({ measures: 46, succeeded: 3 });
    await daicho.record('changeMeasureStatus', { ...plan, measureNo: '3-2-9', status: '継続' });
    const { one } = await ask('one: measure(no: "3-2-3") { succession { entryId } }');
    const withdrawal = { ...plan, measureNo: '3-2-3', entryId: one.succession.entryId, reason: '再考' };
    expect(await refused('withdrawSuccession', withdrawal)).toMatchObject([{ code: 'SUCCESSION_IN_USE' }]);
    const entryId = await lastEntry('3-2-9');
    await daicho.record('withdrawMeasureStatus', { ...plan, measureNo: '3-2-9', entryId, reason: '誤記' });
    const back = await daicho.recordWith(
      secretariat,
      'withdrawSuccession',
      { ...withdrawal, clientMutationId: 'back' },
      'measure { no succession { kind } successors { no } }',
    );
    expect(back.measure).toEqual({ no: '3-2-3', succession: null, successors: [] });
    const again = await daicho.recordWith(secretariat, 'withdrawSuccession', {
      ...withdrawal,
      clientMutationId: 'back',
    });
    expect(again.receipt).toEqual(back.receipt);
    const { summary, gone } = await ask(`${TOTALS} gone: measure(no: "3-2-9") { no }`);
    expect(summary).toMatchObject({ measures: 47, succeeded: 1 });
    expect(gone).toBeNull();
    expect(await refused('mergeMeasures', merger)).toEqual([{ code: 'MEASURE_EXISTS', path: ['input', 'into', 'no'] }]);
    expect(await daicho.refused('changeMeasureStatus', { ...plan, measureNo: '3-2-9', status: '継続' })).toEqual([
      { code: 'MEASURE_NOT_FOUND', path: ['input', 'measureNo'] },
    ]);
  });

  it('retires a measure, and is answered with the first receipt when it is sent again', async () => {
    const retire = { ...plan, measureNo: '3-1-4', reason: '中心市街地の計画に移すため', clientMutationId: 'retire' };
    const first = await daicho.recordWith(
      secretariat,
      'retireMeasure',
      retire,
      'measure { succession { kind label } successors { no } }',
    );
    expect(first.measure).toEqual({ succession: { kind: 'RETIREMENT', label: '廃止' }, successors: [] });
    expect((await daicho.recordWith(secretariat, 'retireMeasure', retire)).receipt).toEqual(first.receipt);
    expect(await refused('retireMeasure', { ...retire, reason: '別の理由' })).toEqual([
      { code: 'IDEMPOTENCY_MISMATCH', path: ['input', 'clientMutationId'] },
    ]);
    expect(await refused('retireMeasure', { measureNo: '3-1-4', reason: '再度' })).toEqual([
      { code: 'MEASURE_SUCCEEDED', path: ['input', 'measureNo'] },
    ]);
    expect(await refused('retireMeasure', { measureNo: '3-1-3', reason: '廃止', expectedRevision: 7 })).toEqual([
      { code: 'CONFLICT', path: ['input', 'expectedRevision'] },
    ]);
    const { summary } = await ask(TOTALS);
    expect(summary).toMatchObject({ measures: 46, succeeded: 2 });
  });

  it('corrects and withdraws a revision, and shows what was before', async () => {
    const { comparison } = await ask(
      'comparison(since: { effectiveOn: "2027-03-31" }) { subject attribute events { id } }',
    );
    const entryOf = (subject: string, attribute: string): string =>
      comparison.find((row: Answer) => row.subject === subject && row.attribute === attribute).events[0].id;
    const measure = { ...plan, measureNo: '3-1-2' };
    const title = entryOf('measure/3-1-2', 'title');
    const corrected = await daicho.recordWith(
      secretariat,
      'correctMeasureRevision',
      { ...measure, entryId: title, title: '動画と SNS による発信', reason: '議決書の表記' },
      'measure { title }',
    );
    expect(corrected.measure.title).toBe('動画と SNS による発信');
    const withdrawn = await daicho.recordWith(
      secretariat,
      'withdrawMeasureRevision',
      { ...measure, entryId: entryOf('measure/3-1-2', 'owners'), reason: '所管は変わらない' },
      'measure { owners { name } }',
    );
    expect(withdrawn.measure.owners).toEqual([{ name: '広報戦略課' }]);
    const goal = await daicho.recordWith(
      secretariat,
      'withdrawTitleRevision',
      { ...plan, subject: 'goal/1', entryId: entryOf('goal/1', 'title'), reason: '再考' },
      'plan { goals { title } }',
    );
    expect(goal.plan.goals[0].title).toBe('デジタル技術の便利さを実感できる行政サービスの推進');
    const { kpi } = await daicho.recordWith(
      secretariat,
      'correctKpiRevision',
      {
        ...{ ...plan, kpiKey: 'online-procedures', entryId: entryOf('kpi/online-procedures', 'baseline') },
        ...{ baseline: { numerator: '44', denominator: '55' }, reason: '数え直し' },
      },
      'kpi { baseline { value } }',
    );
    expect(kpi.baseline.value).toBe('80.0');
    expect(await refused('withdrawMeasureRevision', { ...measure, entryId: title, reason: '再度' })).toEqual([
      { code: 'ENTRY_SUPERSEDED', path: ['input', 'entryId'] },
    ]);
  });

  it('names the owner that is not there, the word and the year that the plan does not have', async () => {
    const measure = { measureNo: '3-1-2', reason: '見直し' };
    const refusals: [object, string, string[]][] = [
      [{ owners: ['広報戦略課', '未知課'] }, 'DIVISION_NOT_FOUND', ['owners', '1']],
      [{ schedule: [{ fiscalYear: 2027, phases: ['実装'] }] }, 'UNKNOWN_PHASE', ['schedule']],
      [{ schedule: [{ fiscalYear: 2030, phases: ['運用'] }] }, 'FISCAL_YEAR_OUTSIDE_PLAN', ['schedule']],
      [{ title: ' ' }, 'INVALID_INPUT', ['title']],
      [{ title: '動画', reason: '' }, 'REASON_REQUIRED', ['reason']],
      [{ title: '動画', decisionId: '00000000-0000-4000-8000-000000000000' }, 'DECISION_NOT_FOUND', ['decisionId']],
      [{}, 'NOTHING_TO_REVISE', []],
    ];
    for (const [change, code, path] of refusals) {
      expect(await refused('reviseMeasure', { ...measure, ...change })).toEqual([{ code, path: ['input', ...path] }]);
    }
  });

  it('stays when the plan file is loaded again, which is told; a file that says a third thing is refused', async () => {
    const held = await size();
    const source = readFileSync(TORIDE_FILE, 'utf8');
    const KEPT = 'differences { subject } kept { subject attribute revised inFile }';
    const { receipt, differences, kept } = await daicho.recordWith(secretariat, 'loadPlan', { source }, KEPT);
    expect([receipt.eventIds, differences]).toEqual([[], []]);
    expect(kept).toEqual([
      ...[
        {
          subject: 'measure/3-1-2',
          attribute: 'title',
          revised: '動画と SNS による発信',
          inFile: '動画による魅力発信',
        },
      ],
      { subject: 'kpi/online-procedures', attribute: 'baseline', revised: '80.0', inFile: '81' },
      { subject: 'kpi/training-attendees', attribute: 'target/2027', revised: '2400', inFile: '2000' },
    ]);
    const third = source.replace('title: 動画による魅力発信', 'title: 動画配信');
    expect(await daicho.refusedWith(secretariat, 'loadPlan', { source: third, reason: '改訂版' })).toEqual([
      { code: 'REVISED_SINCE', path: ['input', 'source'] },
    ]);
    expect(await size()).toBe(held);
    const other = source.replace('title: 市民へのデジタル支援体制の充実', 'title: デジタル支援体制の充実');
    await daicho.recordWith(secretariat, 'loadPlan', { source: other, reason: '改訂版', effectiveOn: R9 });
    const now = await ask('goals { policies { no title } } measure(no: "3-1-2") { title }');
    expect(now.goals[2].policies[1].title).toBe('デジタル支援体制の充実');
    expect(now.measure.title).toBe('動画と SNS による発信');
  });

  it('is the same when the views are built again', async () => {
    const fields = `${YEAR_BOOK} comparison(since: { effectiveOn: "2027-03-31" }) { subject attribute before after reasons }`;
    const before = await ask(fields, asOf(R9));
    await daicho.restartWithoutViews();
    expect(await ask(fields, asOf(R9))).toEqual(before);
  });
});
