import { readFileSync } from 'node:fs';
import { Daicho, TORIDE_FILE, type Answer } from '../support/daicho.js';

const plan = { planKey: 'toride-5' };
const CODES = 'codes { code label labelEn order sign meaning meaningEn shape needsCause neutral }';
const STATUS = 'status { code label labelEn sign order scaleVersion since }';
const BY_STATUS = 'byStatus { status { code label } scaleVersion count share }';

/** From R8 on the committee rates in three words: 達成 for 完了, 停滞 dropped. */
const SECOND = `statusScale:
  key: toride-status
  version: 2
  source: 情報化推進委員会の決定
  codes:
    - code: 達成
      label: { ja: 達成, en: Reached }
      order: 1
      sign: ★
      meaning: { ja: 目標に達した, en: The target is reached }
      shape: star
      neutral: DONE
    - { code: 継続, label: { ja: 継続中, en: Under way }, order: 2, sign: ○, shape: circle, neutral: ON_TRACK }
    - { code: 調整, label: { ja: 要調整, en: Needs adjustment }, order: 3, sign: △, shape: triangle, neutral: AT_RISK }

`;

describe('The status scale is data of the plan, in several versions over time', () => {
  let daicho: Daicho;
  let before: { position: string };
  const source = readFileSync(TORIDE_FILE, 'utf8');
  const changed = source.replace(/^statusScale:\n(?: .*\n)+\n/m, SECOND);
  const load = { source: changed, reason: '評価区分の見直し', effectiveOn: '2026-04-01' };

  beforeAll(async () => {
    daicho = await Daicho.withToride('2026-11-23T09:00:00+09:00');
    const report = (measureNo: string, status: string, effectiveOn: string) =>
      daicho.record('changeMeasureStatus', { ...plan, measureNo, status, effectiveOn });
    await report('1-1-1', '完了', '2025-03-31');
    await report('1-1-2', '継続', '2025-03-31');
    await report('1-1-3', '停滞', '2025-03-31');
    before = (await daicho.ask('{ ledger { position } }')).data.ledger;
  });
  afterAll(() => daicho.stop());

  const ask = async (fields: string, asOf = ''): Promise<Answer> =>
    (await daicho.ask(`{ plan(key: "toride-5"${asOf}) { ${fields} } }`)).data.plan;
  const size = async (): Promise<number> => (await daicho.ask('{ ledger { size } }')).data.ledger.size;

  it("has the plan's own words, with a shape and what they are compared by; no meaning where none is printed", async () => {
    const { statusScale } = await ask(`statusScale { version replacedOn ${CODES} }`);
    expect(statusScale).toMatchObject({ version: 1, replacedOn: null });
    expect(statusScale.codes[0]).toEqual({
      ...{ code: '完了', label: '完了／目標達成', labelEn: 'Completed / target reached', order: 1, sign: '◎' },
      ...{ meaning: null, meaningEn: null, shape: 'RING', needsCause: false, neutral: 'DONE' },
    });
    expect(
      statusScale.codes.slice(1).map(({ shape, needsCause, neutral }: Answer) => [shape, needsCause, neutral]),
    ).toEqual([
      ['CIRCLE', false, 'ON_TRACK'],
      ['TRIANGLE', true, 'AT_RISK'],
      ['TRIANGLE_DOWN', true, 'OFF_TRACK'],
    ]);
  });

  it('is not replaced by other codes in the same version, nor on a day that nobody says', async () => {
    const held = await size();
    expect(changed).not.toBe(source);
    const sameVersion = changed.replace('version: 2', 'version: 1');
    expect(await daicho.refused('loadPlan', { ...load, source: sameVersion })).toEqual([
      { code: 'PLAN_ENTRY_REMOVED', path: ['input', 'source'] },
    ]);
    expect(await daicho.refused('loadPlan', { ...load, effectiveOn: null })).toEqual([
      { code: 'EFFECTIVE_REQUIRED', path: ['input', 'effectiveOn'] },
    ]);
    expect(await daicho.refused('loadPlan', { ...load, reason: null })).toEqual([
      { code: 'REASON_REQUIRED', path: ['input', 'reason'] },
    ]);
    expect(await size()).toBe(held);
  });

  it('is in force in a new version from the day given', async () => {
    await daicho.record('loadPlan', load);
    const fields = `statusScale { version codes { code } } scales { version replacedOn codes { code } }`;
    const now = await ask(fields);
    expect(now.statusScale).toEqual({ version: 2, codes: [{ code: '達成' }, { code: '継続' }, { code: '調整' }] });
    expect(now.scales.map(({ version, replacedOn, codes }: Answer) => [version, replacedOn, codes.length])).toEqual([
      [1, '2026-04-01', 4],
      [2, null, 3],
    ]);
    for (const asOf of ['effectiveOn: "2026-03-31"', `position: "${before.position}"`]) {
      const then = await ask(fields, `, asOf: { ${asOf} }`);
      expect([then.statusScale.version, then.scales.length]).toEqual([1, 1]);
    }
    const { statusScale } = await ask(`statusScale { ${CODES} }`);
    expect(statusScale.codes[0]).toMatchObject({
      ...{ meaning: '目標に達した', meaningEn: 'The target is reached', shape: 'STAR', needsCause: false },
    });
  });

  it('leaves what was reported in the words in which it was', async () => {
    for (const day of ['2025-03-31', '2026-11-23']) {
      const { done, stalled } = await ask(
        `done: measure(no: "1-1-1") { ${STATUS} } stalled: measure(no: "1-1-3") { ${STATUS} }`,
        `, asOf: { effectiveOn: "${day}" }`,
      );
      expect(done.status).toEqual({
        ...{ code: '完了', label: '完了／目標達成', labelEn: 'Completed / target reached', sign: '◎', order: 1 },
        ...{ scaleVersion: 1, since: '2025-03-31' },
      });
      expect(stalled.status).toMatchObject({ code: '停滞', label: '停滞', order: 4, scaleVersion: 1 });
    }
  });

  it('takes a status in the version in force on its day, early or late', async () => {
    const report = { ...plan, measureNo: '1-1-4' };
    expect(await daicho.refused('changeMeasureStatus', { ...report, status: '完了' })).toEqual([
      { code: 'UNKNOWN_STATUS', path: ['input', 'status'] },
    ]);
    expect(
      await daicho.refused('changeMeasureStatus', { ...report, status: '達成', effectiveOn: '2026-03-31' }),
    ).toEqual([{ code: 'UNKNOWN_STATUS', path: ['input', 'status'] }]);
    const late = { ...report, status: '停滞', effectiveOn: '2026-03-31', scaleVersion: 1 };
    const { measure: first } = await daicho.record('changeMeasureStatus', late, `measure { ${STATUS} }`);
    expect(first.status).toMatchObject({ label: '停滞', scaleVersion: 1 });
    const { measure: second } = await daicho.record(
      'changeMeasureStatus',
      { ...report, status: '継続', scaleVersion: 2 },
      `measure { ${STATUS} }`,
    );
    expect(second.status).toMatchObject({ label: '継続中', labelEn: 'Under way', scaleVersion: 2 });
  });

  it('refuses a status in another version than the one in force, and writes nothing', async () => {
    const held = await size();
    const mismatch = [{ code: 'SCALE_VERSION_MISMATCH', path: ['input', 'scaleVersion'] }];
    const report = { ...plan, measureNo: '1-1-5', status: '継続' };
    expect(await daicho.refused('changeMeasureStatus', { ...report, scaleVersion: 1 })).toEqual(mismatch);
    const late = { ...report, scaleVersion: 2, effectiveOn: '2026-03-31' };
    expect(await daicho.refused('changeMeasureStatus', late)).toEqual(mismatch);
    const { measure } = await ask('measure(no: "1-1-3") { status { entryId } }');
    const correction = { ...plan, measureNo: '1-1-3', entryId: measure.status.entryId, reason: '誤記' };
    expect(await daicho.refused('correctMeasureStatus', { ...correction, status: '調整', scaleVersion: 2 })).toEqual(
      mismatch,
    );
    expect(await size()).toBe(held);
    const { measure: corrected } = await daicho.record(
      'correctMeasureStatus',
      { ...correction, status: '調整', scaleVersion: 1 },
      `measure { ${STATUS} }`,
    );
    expect(corrected.status).toMatchObject({ code: '調整', label: '調整', scaleVersion: 1, since: '2025-03-31' });
  });

  it('counts codes of a former version as groups of their own, and compares by the neutral set', async () => {
    const fields = `summary { measures ${BY_STATUS} byNeutral { neutral count } }`;
    const { summary } = await ask(fields);
    expect(
      summary.byStatus.map(({ status, scaleVersion, count }: Answer) => [status?.label ?? null, scaleVersion, count]),
    ).toEqual([
      ['達成', 2, 0],
      ['継続中', 2, 1],
      ['要調整', 2, 0],
      ['完了／目標達成', 1, 1],
      ['継続', 1, 1],
      ['調整', 1, 1],
      [null, null, 42],
    ]);
    expect(summary.byStatus.reduce((sum: number, { share }: Answer) => sum + share, 0)).toBe(100);
    expect(summary.byNeutral).toEqual([
      { neutral: 'DONE', count: 1 },
      { neutral: 'ON_TRACK', count: 2 },
      { neutral: 'AT_RISK', count: 1 },
      { neutral: 'OFF_TRACK', count: 0 },
      { neutral: 'ENDED', count: 0 },
      { neutral: 'NOT_ASSESSED', count: 0 },
      { neutral: null, count: 42 },
    ]);
  });

  it('is told in the trail and in 新旧対照, with the reason', async () => {
    const { auditTrail, changes } = await ask(`auditTrail(filter: { types: ["PlanRevised"] }) { nodes {
        summary en: summary(language: EN) effectiveOn reason } }
      changes(since: { position: "${before.position}" }) { subject attribute events { type } }`);
    expect(auditTrail.nodes).toEqual([
      {
        summary: '計画ファイルを読み直し（statusScale）、評価区分を第2版に変更',
        en: 'Plan file loaded again (statusScale), version 2 of the scale in force',
        effectiveOn: '2026-04-01',
        reason: '評価区分の見直し',
      },
    ]);
    expect(changes.filter(({ subject }: Answer) => subject === 'plan')).toEqual([
      { subject: 'plan', attribute: 'statusScale', events: [{ type: 'PlanAdopted' }, { type: 'PlanRevised' }] },
    ]);
  });

  it('is the same when the views are built again, and adds nothing when it is loaded again', async () => {
    const fields = `scales { version replacedOn ${CODES} } summary { ${BY_STATUS} } measures(first: 5) { nodes { ${STATUS} } }`;
    const shown = await ask(fields);
    const held = await size();
    const { receipt } = await daicho.record('loadPlan', load);
    expect([receipt.eventIds, await size()]).toEqual([[], held]);
    await daicho.restartWithoutViews();
    expect(await ask(fields)).toEqual(shown);
  });

  it('does not go back to a former version', async () => {
    expect(await daicho.refused('loadPlan', { ...load, source })).toEqual([
      { code: 'PLAN_FIXED', path: ['input', 'source'] },
    ]);
  });
});
