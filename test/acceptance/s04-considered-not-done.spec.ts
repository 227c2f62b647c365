import { Daicho, type Answer } from '../support/daicho.js';

const measure = { planKey: 'toride-5', measureNo: '2-2-7' };
const decision = {
  ...measure,
  ending: 'CONSIDERED_NOT_DONE',
  reason: '既存のグループウェアで足り、導入の費用に見合う効果がないため',
  decidedBy: '令和6年度第3回情報化推進委員会',
  effectiveOn: '2025-02-14',
};
const ENDING = 'ending { kind label labelEn since reason decidedBy }';
const COUNTS = 'byStatus { status { code } count share } endings { ending label labelEn count share }';

describe('S4 Considered, not done: 2-2-7 ends its 検討 with "do not implement"', () => {
  let daicho: Daicho;
  let before: { position: string };

  beforeAll(async () => {
    daicho = await Daicho.withToride('2025-02-20T09:00:00+09:00');
    await daicho.record('changeMeasureStatus', { ...measure, status: '継続', effectiveOn: '2024-06-01' });
    await daicho.record('changeMeasureStatus', { planKey: 'toride-5', measureNo: '1-1-5', status: '完了' });
    before = (await daicho.ask('{ ledger { position } }')).data.ledger;
  });
  afterAll(() => daicho.stop());

  const ask = async (fields: string, asOf = ''): Promise<Answer> =>
    (await daicho.ask(`{ plan(key: "toride-5"${asOf}) { ${fields} } }`)).data.plan;
  const size = async (): Promise<number> => (await daicho.ask('{ ledger { size } }')).data.ledger.size;
  const sumOf = (counts: { count: number }[]): number => counts.reduce((sum, { count }) => sum + count, 0);
  const shareOf = (counts: { share: number }[]): number => counts.reduce((sum, { share }) => sum + share, 0);

  it('is planned to be considered in R6, and to be built in R7', async () => {
    const { measure: planned } = await ask(`measure(no: "2-2-7") { title ${ENDING} schedule { fiscalYear adopted } }`);
    expect(planned).toEqual({
      title: 'ビジネスチャットツールの導入の検討',
      ending: null,
      schedule: [
        { fiscalYear: 2023, adopted: ['計画'] },
        { fiscalYear: 2024, adopted: ['検討'] },
        { fiscalYear: 2025, adopted: ['構築', '運用'] },
        { fiscalYear: 2026, adopted: ['⇒'] },
        { fiscalYear: 2027, adopted: ['⇒'] },
      ],
    });
  });

  it('ends, citing the decision, and the public reads the reason', async () => {
    await daicho.record('endMeasure', decision);
    const { measure: ended } = await ask(`measure(no: "2-2-7") {
      status { code } ending { kind label labelEn since reason decidedBy event { type actor { label } } } }`);
    expect(ended).toEqual({
      status: { code: '継続' },
      ending: {
        kind: 'CONSIDERED_NOT_DONE',
        label: '検討の結果実施しない',
        labelEn: 'considered, not to be done',
        since: '2025-02-14',
        reason: decision.reason,
        decidedBy: decision.decidedBy,
        event: { type: 'MeasureEnded', actor: { label: '管理者' } },
      },
    });
  });

  it('counts as ended, neither as 継続 nor as 停滞: all counts together are 46, all shares 100', async () => {
    const { summary, ended, open } = await ask(`summary { measures ${COUNTS} byGoal { goal { no } measures ${COUNTS} } }
      ended: measures(filter: { isEnded: true }) { nodes { no } } open: measures(filter: { isEnded: false }) { totalCount }`);
    expect(summary.measures).toBe(46);
    expect(summary.endings).toEqual([
      {
        ...{ ending: 'CONSIDERED_NOT_DONE', label: '検討の結果実施しない', labelEn: 'considered, not to be done' },
        ...{ count: 1, share: 2 },
      },
      { ending: 'STOPPED', label: '中止', labelEn: 'stopped', count: 0, share: 0 },
      { ending: 'NOT_ASSESSABLE', label: '評価困難', labelEn: 'cannot be assessed', count: 0, share: 0 },
    ]);
    expect(summary.byStatus.map(({ status, count }: Answer) => [status?.code ?? null, count])).toEqual([
      ['完了', 1],
      ['継続', 0],
      ['調整', 0],
      ['停滞', 0],
      [null, 44],
    ]);
    for (const group of [summary, ...summary.byGoal]) {
      const all = [...group.byStatus, ...group.endings];
      expect([sumOf(all), shareOf(all)]).toEqual([group.measures, 100]);
    }
    expect(sumOf(summary.byGoal.find(({ goal }: Answer) => goal.no === '2').endings)).toBe(1);
    expect([ended.nodes, open.totalCount]).toEqual([[{ no: '2-2-7' }], 45]);
  });

  it('has not ended the day before, nor for those who did not know', async () => {
    const fields = `measure(no: "2-2-7") { ${ENDING} } summary { endings { count } }`;
    const open = { measure: { ending: null }, summary: { endings: [{ count: 0 }, { count: 0 }, { count: 0 }] } };
    expect(await ask(fields, ', asOf: { effectiveOn: "2025-02-13" }')).toEqual(open);
    expect(await ask(fields, `, asOf: { position: "${before.position}" }`)).toEqual(open);
    expect((await ask(fields, ', asOf: { effectiveOn: "2025-02-14" }')).measure.ending.since).toBe('2025-02-14');
  });

  it("stands in the trail in both languages with the decision's words, and in 新旧対照", async () => {
    const { measure: audited, changes } = await ask(`measure(no: "2-2-7") { auditTrail(last: 1) { nodes {
        type summary en: summary(language: EN) effectiveOn reason decision { decidedBy } changes { attribute before after } } } }
      changes(since: { position: "${before.position}" }) { subject attribute before after events { type reason decision { decidedBy } } }`);
    const { reason, decidedBy } = decision;
    expect(audited.auditTrail.nodes[0]).toEqual({
      type: 'MeasureEnded',
      summary: '個別施策 2-2-7 を終了：「検討の結果実施しない」（決定：令和6年度第3回情報化推進委員会）',
      en: 'Measure 2-2-7 ended: considered, not to be done (decided by 令和6年度第3回情報化推進委員会)',
      effectiveOn: '2025-02-14',
      reason,
      decision: { decidedBy },
      changes: [{ attribute: 'ending', before: null, after: '検討の結果実施しない' }],
    });
    expect(changes).toEqual([
      {
        ...{ subject: 'measure/2-2-7', attribute: 'ending', before: null, after: '検討の結果実施しない' },
        events: [{ type: 'MeasureEnded', reason, decision: { decidedBy } }],
      },
    ]);
  });

  it('takes no status and no shift from its end on, and no second end', async () => {
    const held = await size();
    const status = { ...measure, status: '停滞' };
    const shift = { ...measure, phase: '構築', from: 2025, to: 2026, reason: '延期' };
    for (const [mutation, input] of [
      ['changeMeasureStatus', status],
      ['changeMeasureStatus', { ...status, effectiveOn: '2025-02-14' }],
      ['shiftSchedule', shift],
      ['endMeasure', { ...decision, ending: 'STOPPED' }],
    ] as const) {
      expect(await daicho.refused(mutation, input)).toEqual([{ code: 'MEASURE_ENDED', path: ['input', 'measureNo'] }]);
    }
    expect(await daicho.refused('endMeasure', { ...decision, measureNo: '1-1-1', reason: ' ' })).toEqual([
      { code: 'REASON_REQUIRED', path: ['input', 'reason'] },
    ]);
    expect(await daicho.refused('endMeasure', { ...decision, measureNo: '1-1-1', effectiveOn: '2023-03-31' })).toEqual([
      { code: 'EFFECTIVE_BEFORE_PLAN', path: ['input', 'effectiveOn'] },
    ]);
    expect(await size()).toBe(held);
    await daicho.record('changeMeasureStatus', { ...measure, status: '調整', effectiveOn: '2025-01-31' });
  });

  it('is corrected without losing the reason of the end, then withdrawn, which opens it again', async () => {
    const entryId = async (): Promise<string> =>
      (await ask('measure(no: "2-2-7") { ending { entryId } }')).measure.ending.entryId;
    const known = (await daicho.ask('{ ledger { position } }')).data.ledger.position;
    const { measure: corrected } = await daicho.record(
      'correctMeasureEnding',
      { ...measure, entryId: await entryId(), ending: 'STOPPED', effectiveOn: '2025-02-10', reason: '決定日の誤り' },
      `measure { ${ENDING} }`,
    );
    expect(corrected.ending).toMatchObject({
      ...{ kind: 'STOPPED', since: '2025-02-10', reason: decision.reason, decidedBy: decision.decidedBy },
    });
    expect(
      (await ask(`measure(no: "2-2-7") { ${ENDING} }`, `, asOf: { position: "${known}" }`)).measure.ending,
    ).toMatchObject({ kind: 'CONSIDERED_NOT_DONE', since: '2025-02-14' });
    const { measure: opened } = await daicho.record(
      'withdrawMeasureEnding',
      { ...measure, entryId: await entryId(), reason: '再検討のため' },
      `measure { ${ENDING} status { code } }`,
    );
    expect(opened).toEqual({ ending: null, status: { code: '調整' } });
    await daicho.record('changeMeasureStatus', { ...measure, status: '継続' });
  });

  it('may end from a day to come, as decided in advance; it is open until then', async () => {
    const { measure: open } = await daicho.record(
      'endMeasure',
      { ...decision, effectiveOn: '2025-04-01' },
      `measure { ${ENDING} }`,
    );
    expect(open.ending).toBeNull();
    await daicho.record('changeMeasureStatus', { ...measure, status: '調整' });
    const { measure: ended } = await ask(`measure(no: "2-2-7") { ${ENDING} }`, ', asOf: { effectiveOn: "2025-04-01" }');
    expect(ended.ending.since).toBe('2025-04-01');
  });
});
