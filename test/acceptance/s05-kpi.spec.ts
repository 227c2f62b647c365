import { Daicho } from '../support/daicho.js';

const classes = { planKey: 'toride-5', kpiKey: 'smartphone-classes' };
const R5 = 2023;
const R6 = 2024;
const R7 = 2025;

describe('S5 KPI, correction, late entry: the smartphone classes', () => {
  let daicho: Daicho;

  beforeAll(async () => {
    daicho = await Daicho.withToride('2026-10-01T09:00:00+09:00');
  });
  afterAll(() => daicho.stop());

  const reading = async (recordedAt?: string): Promise<unknown> => {
    const asOf = recordedAt === undefined ? '' : `, asOf: { recordedAt: "${recordedAt}" }`;
    const { data } = await daicho.ask(
      `{ plan(key: "toride-5"${asOf}) { kpis { key reading(fiscalYear: ${String(R7)}) { value isCorrection reason } } } }`,
    );
    return data.plan.kpis.find((kpi: { key: string }) => kpi.key === classes.kpiKey).reading;
  };

  it('R5–R7 are entered late, on 2026-11-25', async () => {
    daicho.itIsNow('2026-11-25T10:00:00+09:00');
    for (const [fiscalYear, value] of [
      [R5, '8'],
      [R6, '16'],
      [R7, '20'],
    ] as const) {
      const { kpi } = await daicho.record(
        'recordReading',
        { ...classes, fiscalYear, value },
        `kpi { reading(fiscalYear: ${String(fiscalYear)}) { value effectiveOn recordedAt } }`,
      );
      expect(kpi.reading).toEqual({
        value,
        effectiveOn: `${String(fiscalYear + 1)}-03-31`,
        recordedAt: '2026-11-25T01:00:00.000Z',
      });
    }
  });

  it('R7 is corrected to 22 on 2026-12-10, with a reason', async () => {
    daicho.itIsNow('2026-12-10T10:00:00+09:00');
    const correction = { ...classes, fiscalYear: R7, value: '22' };
    expect(await daicho.refused('correctReading', { ...correction, reason: '' })).toEqual([
      { code: 'REASON_REQUIRED', path: ['input', 'reason'] },
    ]);
    await daicho.record('correctReading', { ...correction, reason: '報告書の転記誤り' });
  });

  it('answers the same question at three points of knowledge: no data, 20, 22', async () => {
    expect(await reading('2026-11-01T00:00:00+09:00')).toBeNull();
    expect(await reading('2026-12-01T00:00:00+09:00')).toEqual({ value: '20', isCorrection: false, reason: null });
    expect(await reading()).toEqual({ value: '22', isCorrection: true, reason: '報告書の転記誤り' });
  });

  it('shows in the trail what was corrected by what', async () => {
    const { data } = await daicho.ask(`{ plan(key: "toride-5") { kpis { key auditTrail(last: 1) { nodes {
      summary reason changes { attribute before after } corrects { summary correctedBy { reason } }
    } } } } }`);
    const { auditTrail } = data.plan.kpis.find((kpi: { key: string }) => kpi.key === classes.kpiKey);
    expect(auditTrail.nodes).toEqual([
      {
        summary: '指標「スマートフォン教室の開催数」の令和7年度の実績値を 22 に訂正',
        reason: '報告書の転記誤り',
        changes: [{ attribute: 'reading/2025', before: '20', after: '22' }],
        corrects: {
          summary: '指標「スマートフォン教室の開催数」の令和7年度の実績値を 20 と記録',
          correctedBy: { reason: '報告書の転記誤り' },
        },
      },
    ]);
  });

  it('can correct a correction, withdraw it, and then there is no data again: not 0', async () => {
    const { kpi } = await daicho.record(
      'correctReading',
      { ...classes, fiscalYear: R7, value: '21', reason: '再集計' },
      `kpi { reading(fiscalYear: ${String(R7)}) { value } }`,
    );
    expect(kpi.reading).toEqual({ value: '21' });
    const withdrawal = { ...classes, fiscalYear: R7, reason: '集計をやり直す' };
    const withdrawn = await daicho.record(
      'withdrawReading',
      withdrawal,
      `kpi { reading(fiscalYear: ${String(R7)}) { value } readings { fiscalYear } }`,
    );
    expect(withdrawn.kpi).toEqual({ reading: null, readings: [{ fiscalYear: R5 }, { fiscalYear: R6 }] });
    expect(await daicho.refused('withdrawReading', withdrawal)).toEqual([
      { code: 'ENTRY_SUPERSEDED', path: ['input', 'fiscalYear'] },
    ]);
    expect(await daicho.refused('correctReading', { ...classes, fiscalYear: 2026, value: '1', reason: 'x' })).toEqual([
      { code: 'ENTRY_NOT_FOUND', path: ['input', 'fiscalYear'] },
    ]);
  });

  it('computes a ratio from numerator and denominator, and refuses a value that contradicts it', async () => {
    const online = {
      planKey: 'toride-5',
      kpiKey: 'online-procedures',
      fiscalYear: R7,
      numerator: '42',
      denominator: '49',
    };
    expect(await daicho.refused('recordReading', { ...online, value: '86' })).toEqual([
      { code: 'VALUE_RATIO_MISMATCH', path: ['input', 'value'] },
    ]);
    const { kpi } = await daicho.record(
      'recordReading',
      online,
      `kpi { reading(fiscalYear: ${String(R7)}) { value numerator denominator } }`,
    );
    expect(kpi.reading).toEqual({ value: '85.7', numerator: '42', denominator: '49' });
  });

  it('keeps a value as printed against its ratio, with its note and a warning', async () => {
    const printed = {
      ...{ planKey: 'toride-5', kpiKey: 'online-procedures', fiscalYear: R6 },
      ...{ value: '81', numerator: '39', denominator: '49' },
    };
    expect(await daicho.refused('recordReading', { ...printed, asPrinted: true })).toEqual([
      { code: 'NOTE_REQUIRED', path: ['input', 'note'] },
    ]);
    const { kpi } = await daicho.record(
      'recordReading',
      { ...printed, asPrinted: true, note: '※49手続中39手続' },
      `kpi { reading(fiscalYear: ${String(R6)}) { value isAsPrinted computed } }`,
    );
    expect(kpi.reading).toEqual({ value: '81', isAsPrinted: true, computed: '79.6' });
    const { plan } = (await daicho.ask('{ plan(key: "toride-5") { warnings { code subject printed read } } }')).data;
    expect(plan.warnings.filter(({ code }: { code: string }) => code === 'RATIO_MISMATCH')).toEqual(
      [1, 2].map(() => ({
        code: 'RATIO_MISMATCH',
        subject: 'kpi/online-procedures',
        printed: ['81％', '※49手続中39手続'],
        read: '39/49 = 79.6％',
      })),
    );
  });

  it('refuses what cannot be a reading, with the field, and writes nothing', async () => {
    const refusals: [object, string, string][] = [
      [{ fiscalYear: 2030, value: '1' }, 'FISCAL_YEAR_OUTSIDE_PLAN', 'fiscalYear'],
      [{ fiscalYear: 2026, value: '1' }, 'EFFECTIVE_IN_FUTURE', 'effectiveOn'],
      [{ fiscalYear: R6 }, 'VALUE_REQUIRED', 'value'],
      [{ fiscalYear: R6, numerator: '1' }, 'RATIO_INCOMPLETE', 'denominator'],
      [{ fiscalYear: R6, value: '-1' }, 'VALUE_OUT_OF_RANGE', 'value'],
      [{ fiscalYear: R6, value: '17' }, 'READING_EXISTS', 'fiscalYear'],
      [{ kpiKey: 'nothing', fiscalYear: R6, value: '17' }, 'KPI_NOT_FOUND', 'kpiKey'],
    ];
    const before = (await daicho.ask('{ ledger { size } }')).data.ledger.size;
    for (const [change, code, field] of refusals) {
      expect(await daicho.refused('recordReading', { ...classes, ...change })).toEqual([
        { code, path: ['input', field] },
      ]);
    }
    const coded = async (input: object): Promise<string> =>
      (await daicho.mutate('recordReading', { ...classes, fiscalYear: R6, ...input })).errors[0].extensions.code;
    expect(await coded({ value: 'abc' })).toBe('INVALID_DECIMAL');
    expect(await coded({ value: '1', effectiveOn: '2025-02-30' })).toBe('INVALID_DATE');
    expect((await daicho.ask('{ ledger { size } }')).data.ledger.size).toBe(before);
  });

  it('keeps the former target and why it changed', async () => {
    const { kpi } = await daicho.record(
      'reviseTarget',
      {
        planKey: 'toride-5',
        kpiKey: 'training-attendees',
        fiscalYear: 2027,
        value: '2400',
        effectiveOn: '2027-04-01',
        reason: '研修の拡充',
      },
      'kpi { targets { value } }',
    );
    expect(kpi.targets).toEqual([{ value: '2000' }]);
    const same = { planKey: 'toride-5', kpiKey: 'training-courses', fiscalYear: 2027, value: '7.0', reason: '再確認' };
    expect(await daicho.refused('reviseTarget', same)).toEqual([
      { code: 'TARGET_UNCHANGED', path: ['input', 'value'] },
    ]);
    expect(await daicho.refused('reviseTarget', { ...same, value: '8', reason: '\u200b\u3164' })).toEqual([
      { code: 'REASON_REQUIRED', path: ['input', 'reason'] },
    ]);
    const { data } = await daicho.ask(
      `{ plan(key: "toride-5", asOf: { effectiveOn: "2027-04-01" }) { kpis { key targets { fiscalYear value reason former { value reason } } } } }`,
    );
    expect(data.plan.kpis.find(({ key }: { key: string }) => key === 'training-attendees').targets).toEqual([
      { fiscalYear: 2027, value: '2400', reason: '研修の拡充', former: { value: '2000', reason: '研修の拡充' } },
    ]);
  });
});
