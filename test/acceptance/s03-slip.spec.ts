import { Daicho } from '../support/daicho.js';

const measure = { planKey: 'toride-5', measureNo: '1-2-1' };
const slip = {
  ...measure,
  phase: '構築',
  from: 2024,
  to: 2025,
  cascade: true,
  reason: '仕様の調整に時間を要したため',
  decidedBy: '情報化推進委員会',
};
const GRID = `measure(no: "1-2-1") {
  slipYears
  schedule { fiscalYear adopted forecast isAfterPeriod }
  shifts { phase from to years reason decidedBy entryId }
}`;

describe('S3 Slip: 構築 of 1-2-1 moves from R6 to R7', () => {
  let daicho: Daicho;
  let reviewed: { position: string };
  const forecast = (grid: { schedule: { fiscalYear: number; forecast: string[] }[] }): string[][] =>
    grid.schedule.map((cell) => cell.forecast);

  beforeAll(async () => {
    daicho = await Daicho.withToride('2025-05-20T09:00:00+09:00');
    const { data } = await daicho.ask('{ plan(key: "toride-5") { asOf { position } } }');
    reviewed = data.plan.asOf;
    daicho.itIsNow('2025-11-20T14:02:00+09:00');
  });
  afterAll(() => daicho.stop());

  it('shows the adopted plan and the forecast side by side, +1 year, moved once', async () => {
    const { measure: moved } = await daicho.record('shiftSchedule', slip, GRID.replace('(no: "1-2-1")', ''));
    expect(moved.schedule.map(({ adopted }: { adopted: string[] }) => adopted)).toEqual([
      ['検討'],
      ['構築'],
      ['運用'],
      ['⇒'],
      ['⇒'],
    ]);
    expect(forecast(moved)).toEqual([['検討'], ['⇒'], ['構築'], ['運用'], ['⇒']]);
    expect(moved.slipYears).toBe(1);
    expect(moved.shifts).toMatchObject([
      { phase: '構築', from: 2024, to: 2025, years: 1, reason: slip.reason, decidedBy: slip.decidedBy },
    ]);
  });

  it('leaves the review of R6 as it was printed', async () => {
    const { data } = await daicho.ask(
      `query ($position: Position!) {
      printed: plan(key: "toride-5", asOf: { effectiveOn: "2025-03-31", position: $position }) { ${GRID} }
      asOfThatDay: plan(key: "toride-5", asOf: { effectiveOn: "2025-03-31" }) { ${GRID} }
    }`,
      reviewed,
    );
    for (const answer of [data.printed, data.asOfThatDay]) {
      expect(forecast(answer.measure)).toEqual([['検討'], ['構築'], ['運用'], ['⇒'], ['⇒']]);
      expect(answer.measure.shifts).toEqual([]);
    }
  });

  it('tells in the audit trail who moved what, when and why, citing the deciding body', async () => {
    const { data } = await daicho.ask(`{ plan(key: "toride-5") { measure(no: "1-2-1") { auditTrail(last: 1) { nodes {
      type subject summary en: summary(language: EN) recordedAt effectiveOn reason decision { decidedBy } actor { label }
      changes { attribute before after }
    } } } } }`);
    expect(data.plan.measure.auditTrail.nodes[0]).toEqual({
      type: 'ScheduleShifted',
      subject: 'measure/1-2-1',
      summary: '個別施策 1-2-1 の「構築」を令和6年度から令和7年度へ変更（以降の段階も同じ年数だけ移動）',
      en: 'Measure 1-2-1: 構築 moved from FY2024 to FY2025, with all that begins after it',
      recordedAt: '2025-11-20T05:02:00.000Z',
      effectiveOn: '2025-11-20',
      reason: slip.reason,
      decision: { decidedBy: slip.decidedBy },
      actor: { label: '管理者' },
      changes: [
        { attribute: 'forecast/2024', before: '構築', after: '⇒' },
        { attribute: 'forecast/2025', before: '運用', after: '構築' },
        { attribute: 'forecast/2026', before: '⇒', after: '運用' },
      ],
    });
  });

  it('refuses a move that makes no sense, with the field, and writes nothing', async () => {
    const refusals: [object, string, string][] = [
      [{ from: 2024, to: 2026 }, 'PHASE_NOT_IN_YEAR', 'from'],
      [{ phase: '実装' }, 'UNKNOWN_PHASE', 'phase'],
      [{ from: 2025, to: 2022 }, 'FISCAL_YEAR_OUTSIDE_PLAN', 'to'],
      [{ from: 2025, to: 2025 }, 'NOTHING_TO_SHIFT', 'to'],
      [{ from: 2025, to: 2026, reason: ' ' }, 'REASON_REQUIRED', 'reason'],
      [{ from: 2025, to: 2026, effectiveOn: '2025-11-19' }, 'EFFECTIVE_BEFORE_LAST_SHIFT', 'effectiveOn'],
      [{ from: 2025, to: 2026, expectedRevision: 0 }, 'CONFLICT', 'expectedRevision'],
    ];
    const before = (await daicho.ask('{ ledger { size } }')).data.ledger.size;
    for (const [change, code, field] of refusals) {
      expect(await daicho.refused('shiftSchedule', { ...slip, ...change })).toEqual([{ code, path: ['input', field] }]);
    }
    expect((await daicho.ask('{ ledger { size } }')).data.ledger.size).toBe(before);
  });

  it('moves again, past the period, and takes the last move back first', async () => {
    const second = await daicho.record(
      'shiftSchedule',
      { ...slip, from: 2025, to: 2027 },
      'measure { slipYears schedule { fiscalYear forecast isAfterPeriod } shifts { entryId } }',
    );
    expect(second.measure.slipYears).toBe(3);
    expect(second.measure.schedule.at(-1)).toEqual({ fiscalYear: 2028, forecast: ['運用'], isAfterPeriod: true });
    const [first, last] = second.measure.shifts;
    const withdrawal = { ...measure, reason: '誤って入力' };
    expect(await daicho.refused('withdrawScheduleShift', { ...withdrawal, entryId: first.entryId })).toEqual([
      { code: 'NOT_LAST_SHIFT', path: ['input', 'entryId'] },
    ]);
    const withdrawn = await daicho.record(
      'withdrawScheduleShift',
      { ...withdrawal, entryId: last.entryId },
      GRID.replace('(no: "1-2-1")', ''),
    );
    expect(forecast(withdrawn.measure)).toEqual([['検討'], ['⇒'], ['構築'], ['運用'], ['⇒']]);
    expect(withdrawn.measure.slipYears).toBe(1);
  });
});
