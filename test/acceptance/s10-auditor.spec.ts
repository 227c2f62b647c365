import { Daicho } from '../support/daicho.js';

const PRINTED = `
  asOf { effectiveOn position }
  summary { byStatus { status { code } count share } byGoal { goal { no } byStatus { status { code } count } } }
  measures(first: 100) { nodes { no status { code since } schedule { fiscalYear forecast } } }
  kpis { key readings { fiscalYear value } targets { fiscalYear value } }
`;

describe('S10 Auditor and citizen: the plan effective 2027-03-31 as known 2027-04-30', () => {
  let daicho: Daicho;
  let printed: { asOf: { position: string } };

  const plan = async (asOf: string): Promise<typeof printed> =>
    (await daicho.ask(`{ plan(key: "toride-5", asOf: { ${asOf} }) { ${PRINTED} } }`)).data.plan;
  const status = (measureNo: string, code: string, more: object = {}): Promise<unknown> =>
    daicho.record('changeMeasureStatus', { planKey: 'toride-5', measureNo, status: code, ...more });

  beforeAll(async () => {
    daicho = await Daicho.withToride('2026-11-23T09:00:00+09:00');
    await status('1-1-5', '継続');
    await status('1-1-1', '完了', { effectiveOn: '2026-03-31' });
    daicho.itIsNow('2027-04-20T09:00:00+09:00');
    await status('1-2-1', '調整', { effectiveOn: '2027-03-31', reason: '仕様の調整' });
    await daicho.record('recordReading', {
      planKey: 'toride-5',
      kpiKey: 'smartphone-classes',
      fiscalYear: 2026,
      value: '23',
    });
    daicho.itIsNow('2027-04-30T17:00:00+09:00');
    printed = await plan('effectiveOn: "2027-03-31"');

    daicho.itIsNow('2027-06-01T09:00:00+09:00');
    await daicho.record('correctReading', {
      planKey: 'toride-5',
      kpiKey: 'smartphone-classes',
      fiscalYear: 2026,
      value: '24',
      reason: '計上漏れ',
    });
    await status('1-1-5', '停滞', { effectiveOn: '2027-03-31', reason: '遅れて報告' });
    await daicho.record('shiftSchedule', {
      planKey: 'toride-5',
      measureNo: '1-2-1',
      phase: '構築',
      from: 2024,
      to: 2026,
      reason: '延期',
    });
  });
  afterAll(() => daicho.stop());

  it('gives the printed figures again, to the digit, by the instant and by the position', async () => {
    expect(await plan('effectiveOn: "2027-03-31", recordedAt: "2027-04-30T23:59:59+09:00"')).toEqual(printed);
    expect(await plan(`effectiveOn: "2027-03-31", position: "${printed.asOf.position}"`)).toEqual(printed);
    expect(await plan('effectiveOn: "2027-03-31"')).not.toEqual(printed);
  });

  it('says the same after the views were thrown away and built again', async () => {
    await daicho.restartWithoutViews();
    expect(await plan(`effectiveOn: "2027-03-31", position: "${printed.asOf.position}"`)).toEqual(printed);
  });

  it('shows an undo as a counter-entry', async () => {
    const { data } = await daicho.ask(
      '{ plan(key: "toride-5") { measure(no: "1-1-5") { status { code entryId event { summary } } } } }',
    );
    const { status: wrong } = data.plan.measure;
    expect(wrong.code).toBe('停滞');
    const { measure } = await daicho.record(
      'withdrawMeasureStatus',
      { planKey: 'toride-5', measureNo: '1-1-5', entryId: wrong.entryId, reason: '別の施策の報告だった' },
      'measure { status { code } auditTrail(last: 2) { nodes { id type corrects { id } correctedBy { reason } } } }',
    );
    expect(measure.status.code).toBe('継続');
    const [undone, undo] = measure.auditTrail.nodes;
    expect(undone).toMatchObject({ id: wrong.entryId, correctedBy: { reason: '別の施策の報告だった' } });
    expect(undo).toMatchObject({ type: 'MeasureStatusWithdrawn', corrects: { id: wrong.entryId } });
  });

  it('compares two moments with the events that made the difference', async () => {
    const { data } =
      await daicho.ask(`{ plan(key: "toride-5") { changes(since: { effectiveOn: "2027-03-31", position: "${printed.asOf.position}" }) {
      subject attribute before after events { type reason }
    } } }`);
    expect(data.plan.changes).toEqual(
      expect.arrayContaining([
        {
          subject: 'kpi/smartphone-classes',
          attribute: 'reading/2026',
          before: '23',
          after: '24',
          events: [{ type: 'ReadingCorrected', reason: '計上漏れ' }],
        },
        {
          subject: 'measure/1-2-1',
          attribute: 'forecast/2024',
          before: '構築',
          after: '⇒',
          events: [{ type: 'ScheduleShifted', reason: '延期' }],
        },
      ]),
    );
  });

  it('names every event behind a difference, also where an entry lay under another', async () => {
    const classes = { planKey: 'toride-5', kpiKey: 'training-courses', fiscalYear: 2025 };
    await daicho.record('recordReading', { ...classes, value: '4', effectiveOn: '2025-09-30' });
    await daicho.record('recordReading', { ...classes, value: '7' });
    const { data } = await daicho.ask('{ ledger { position } }');
    for (let n = 0; n < 2; n++) await daicho.record('withdrawReading', { ...classes, reason: '集計の誤り' });
    const changes = await daicho.ask(
      `{ plan(key: "toride-5") { changes(since: { position: "${data.ledger.position}" }) { attribute before after events { type } } } }`,
    );
    expect(changes.data.plan.changes).toEqual([
      {
        attribute: 'reading/2025',
        before: '7',
        after: null,
        events: [{ type: 'ReadingWithdrawn' }, { type: 'ReadingWithdrawn' }],
      },
    ]);
  });

  it('counts shares that add to 100, and shows the public no more than a label for who acted', async () => {
    const { data } = await daicho.ask(`{ plan(key: "toride-5") {
      summary { byStatus { count share } }
      auditTrail(first: 100) { totalCount nodes { actor { id label } } pageInfo { hasNextPage endCursor } }
    } }`);
    const { byStatus } = data.plan.summary;
    expect(byStatus.reduce((sum: number, { share }: { share: number }) => sum + share, 0)).toBe(100);
    expect(byStatus.reduce((sum: number, { count }: { count: number }) => sum + count, 0)).toBe(46);
    expect(new Set(data.plan.auditTrail.nodes.map(({ actor }: { actor: { label: string } }) => actor.label))).toEqual(
      new Set(['管理者']),
    );
  });
});
