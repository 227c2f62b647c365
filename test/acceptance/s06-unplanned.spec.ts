import { readFileSync } from 'node:fs';
import { Daicho, TORIDE_FILE, type Answer } from '../support/daicho.js';

const plan = { planKey: 'toride-5' };
const law = {
  ...plan,
  title: '住民記録システムの改修',
  goal: '1',
  cause: 'LAW',
  causeNote: '改正住民基本台帳法（令和9年1月施行）',
  owners: ['市民課'],
  coordinators: ['情報管理課'],
  schedule: [
    { fiscalYear: 2026, phases: ['検討', '構築'] },
    { fiscalYear: 2027, phases: ['運用'] },
  ],
  reason: '施行日までに対応しなければならないため',
  decidedBy: '情報化推進委員会',
};
const MEASURE = `no title isPlanned isNew cause causeNote goal { no } policy { no } owners { name } coordinators { name }
  status { code since } slipYears schedule { fiscalYear adopted forecast }`;
const TOTALS =
  'summary { measures new unplanned byStatus { status { code } count share } byGoal { goal { no } measures } }';

describe('S6 Unplanned: a new law forces a system in R8', () => {
  let daicho: Daicho;
  let before: { position: string };

  beforeAll(async () => {
    daicho = await Daicho.withToride('2026-11-23T09:00:00+09:00');
    before = (await daicho.ask('{ ledger { position } }')).data.ledger;
  });
  afterAll(() => daicho.stop());

  const ask = async (fields: string, asOf = ''): Promise<Answer> =>
    (await daicho.ask(`{ plan(key: "toride-5"${asOf}) { ${fields} } }`)).data.plan;
  const size = async (): Promise<number> => (await daicho.ask('{ ledger { size } }')).data.ledger.size;
  const entryOf = async (no: string): Promise<string> =>
    (await ask(`measure(no: "${no}") { auditTrail(last: 1) { nodes { id } } }`)).measure.auditTrail.nodes[0].id;

  it('is entered as 本計画にない取組 with its cause, tied to a goal, under a number that the ledger gives', async () => {
    const entered = await daicho.record(
      'enterInitiative',
      { ...law, clientMutationId: 'law-2026', effectiveOn: '2026-10-01' },
      `measureNo measure { ${MEASURE} }`,
    );
    expect(entered.measureNo).toBe('U1');
    expect(entered.measure).toMatchObject({
      ...{ no: 'U1', title: law.title, isPlanned: false, isNew: false, cause: 'LAW', causeNote: law.causeNote },
      ...{ goal: { no: '1' }, policy: null, owners: [{ name: '市民課' }], coordinators: [{ name: '情報管理課' }] },
      ...{ status: null, slipYears: 0 },
    });
    expect(entered.measure.schedule.map(({ adopted }: { adopted: string[] }) => adopted)).toEqual([
      [],
      [],
      [],
      ['検討', '構築'],
      ['運用'],
    ]);
  });

  it('leaves the totals at 46, and +1 apart', async () => {
    const { summary, measures, unplanned, goals } = await ask(
      `${TOTALS} measures(first: 100) { totalCount } unplanned { no goal { no } } goals { policies { measures { no } } }`,
    );
    expect(summary).toMatchObject({ measures: 46, new: 22, unplanned: 1 });
    expect(summary.byStatus.at(-1)).toEqual({ status: null, count: 46, share: 100 });
    expect(summary.byGoal.reduce((sum: number, goal: Answer) => sum + goal.measures, 0)).toBe(46);
    expect(measures.totalCount).toBe(46);
    expect(unplanned).toEqual([{ no: 'U1', goal: { no: '1' } }]);
    expect(goals.flatMap((goal: Answer) => goal.policies.flatMap((policy: Answer) => policy.measures))).toHaveLength(
      46,
    );
  });

  it('is found by its number, by its id and by a filter', async () => {
    const found = await ask(`measure(no: "U1") { id no }
      planned: measures(filter: { isPlanned: true }) { totalCount }
      others: measures(filter: { isPlanned: false, goal: "1" }) { totalCount nodes { no } }
      none: measures(filter: { isPlanned: false, goal: "2" }) { totalCount }`);
    expect(found.planned.totalCount).toBe(46);
    expect(found.others).toEqual({ totalCount: 1, nodes: [{ no: 'U1' }] });
    expect(found.none.totalCount).toBe(0);
    const { data } = await daicho.ask(`{ node(id: "${found.measure.id}") { __typename ... on Measure { no } } }`);
    expect(data.node).toEqual({ __typename: 'Measure', no: 'U1' });
  });

  it('holds from its day on, for those who know of it', async () => {
    const fields = 'summary { measures unplanned } measure(no: "U1") { no }';
    const none = { summary: { measures: 46, unplanned: 0 }, measure: null };
    const one = { summary: { measures: 46, unplanned: 1 }, measure: { no: 'U1' } };
    expect(await ask(fields, ', asOf: { effectiveOn: "2026-09-30" }')).toEqual(none);
    expect(await ask(fields, ', asOf: { effectiveOn: "2026-10-01" }')).toEqual(one);
    expect(await ask(fields, `, asOf: { position: "${before.position}" }`)).toEqual(none);
  });

  it('is answered with the first receipt when it is sent again, and refused with another input', async () => {
    const held = await size();
    const input = { ...law, clientMutationId: 'law-2026', effectiveOn: '2026-10-01' };
    const again = await daicho.record('enterInitiative', input, 'measureNo');
    expect(again.measureNo).toBe('U1');
    expect(again.receipt.revision).toBe(0);
    expect(await daicho.refused('enterInitiative', { ...input, title: '別の取組' })).toEqual([
      { code: 'IDEMPOTENCY_MISMATCH', path: ['input', 'clientMutationId'] },
    ]);
    expect(await size()).toBe(held);
  });

  it('takes the next number for each further one, also for two at once', async () => {
    const [second, third] = await Promise.all(
      ['第二', '第三'].map((title) => daicho.record('enterInitiative', { ...law, title }, 'measureNo')),
    );
    expect([second.measureNo, third.measureNo].sort()).toEqual(['U2', 'U3']);
    for (const no of ['U2', 'U3']) {
      const entryId = await entryOf(no);
      await daicho.record('withdrawInitiative', { ...plan, measureNo: no, entryId, reason: '誤って登録' });
    }
    const next = await daicho.record('enterInitiative', { ...law, title: '第四' }, 'measureNo');
    expect(next.measureNo).toBe('U4');
    const { unplanned } = await ask('unplanned { no }');
    expect(unplanned).toEqual([{ no: 'U1' }, { no: 'U4' }]);
    const withdrawn = { ...plan, measureNo: 'U2', status: '継続' };
    expect(await daicho.refused('changeMeasureStatus', withdrawn)).toEqual([
      { code: 'MEASURE_NOT_FOUND', path: ['input', 'measureNo'] },
    ]);
  });

  it('may be entered ahead of its day: the number is told, the measure not yet shown', async () => {
    const ahead = await daicho.record(
      'enterInitiative',
      { ...law, effectiveOn: '2027-04-01' },
      'measureNo measure { no }',
    );
    expect(ahead).toMatchObject({ measureNo: 'U5', measure: null });
    const { unplanned } = await ask('unplanned { no }', ', asOf: { effectiveOn: "2027-04-01" }');
    expect(unplanned).toEqual([{ no: 'U1' }, { no: 'U4' }, { no: 'U5' }]);
  });

  it('is reported on, moves and is audited like any measure', async () => {
    const measure = { ...plan, measureNo: 'U1' };
    await daicho.record('changeMeasureStatus', { ...measure, status: '継続' });
    const { measure: moved } = await daicho.record(
      'shiftSchedule',
      { ...measure, phase: '構築', from: 2026, to: 2027, cascade: true, reason: '法施行の延期' },
      `measure { ${MEASURE} }`,
    );
    expect(moved).toMatchObject({ status: { code: '継続', since: '2026-11-23' }, slipYears: 1 });
    expect(moved.schedule.at(-1)).toEqual({ fiscalYear: 2028, adopted: [], forecast: ['運用'] });
    const trail = await ask(`measure(no: "U1") { auditTrail { nodes {
      type summary en: summary(language: EN) effectiveOn reason decision { decidedBy } } } }`);
    expect(trail.measure.auditTrail.nodes.map(({ type }: Answer) => type)).toEqual([
      'InitiativeEntered',
      'MeasureStatusChanged',
      'ScheduleShifted',
    ]);
    expect(trail.measure.auditTrail.nodes[0]).toEqual({
      type: 'InitiativeEntered',
      summary: `本計画にない取組 U1「${law.title}」を登録（基本目標 1、新法令等: ${law.causeNote}）`,
      en: `Unplanned initiative U1 “${law.title}” entered (goal 1, new law or regulation: ${law.causeNote})`,
      effectiveOn: '2026-10-01',
      reason: law.reason,
      decision: { decidedBy: law.decidedBy },
    });
    expect((await ask(TOTALS)).summary.byStatus.at(-1)).toEqual({ status: null, count: 46, share: 100 });
  });

  it('is reported on by its division, from the year in which it was entered, as the board asks', async () => {
    const { token } = await daicho.person({ role: 'REPORTER', division: '市民課' });
    const approver = await daicho.person({ role: 'APPROVER', division: '市民課' });
    const report = { ...plan, measureNo: 'U1', fiscalYear: 2026, results: '要件を定めた', rating: '継続' };
    const written = { ...report, ratingReason: '計画どおり' };
    const board = `review { rounds { period board { division { key } cells { measure { no } state } } } }`;
    const opened = async (period: string): Promise<string | undefined> => {
      const round = { ...plan, fiscalYear: 2026, period, deadline: '2027-05-31' };
      const { review } = await daicho.record('openRound', round, board);
      const rows = review.rounds.find((one: Answer) => one.period === period).board;
      const { cells } = rows.find(({ division }: Answer) => division.key === '市民課') ?? { cells: [] };
      return cells.find(({ measure }: Answer) => measure.no === 'U1')?.state;
    };
    expect([await opened('ANNUAL'), await opened('HALF1')]).toEqual(['DUE', undefined]);

    const file = await daicho.handIn(token, { ...plan, measureNo: 'U1' }, Buffer.from('件数,3\n'), 'text/csv');
    const { sha256 } = (await file.json()) as { sha256: string };
    const { measure } = await daicho.recordWith(
      token,
      'submitReport',
      { ...written, evidence: [{ sha256, name: '要件.csv', isPublic: true }] },
      'measure { no reports { stage division { key } } }',
    );
    expect(measure).toEqual({ no: 'U1', reports: [{ stage: 'SUBMITTED', division: { key: '市民課' } }] });
    await daicho.recordWith(approver.token, 'approveReport', { ...plan, measureNo: 'U1', fiscalYear: 2026 });
    const shown = await ask(
      'measure(no: "U1") { reports { results evidence { url } } rollUp(fiscalYear: 2026) { approved } }',
    );
    expect(shown.measure.reports).toEqual([
      { results: '要件を定めた', evidence: [{ url: `/evidence/toride-5/U1/${sha256}` }] },
    ]);
    expect(shown.measure.rollUp.approved).toBe(1);
    expect((await fetch(`${daicho.url}/evidence/toride-5/U1/${sha256}`)).status).toBe(200);

    expect(await daicho.refusedWith(token, 'submitReport', { ...written, fiscalYear: 2025 })).toEqual([
      { code: 'EFFECTIVE_BEFORE_MEASURE', path: ['input', 'fiscalYear'] },
    ]);
    expect(await daicho.refusedWith(token, 'submitReport', { ...written, measureNo: 'U9' })).toEqual([
      { code: 'MEASURE_NOT_FOUND', path: ['input', 'measureNo'] },
    ]);
  });

  it('is corrected by a counter-entry, and both stay in the trail', async () => {
    const { position } = (await daicho.ask('{ ledger { position } }')).data.ledger;
    const { measure } = await ask('measure(no: "U1") { auditTrail(first: 1) { nodes { id } } }');
    const entryId = measure.auditTrail.nodes[0].id;
    const input = { ...law, measureNo: 'U1', entryId, cause: 'FUNDING', goal: '4', reason: '財源の区分の誤り' };
    const { measure: corrected } = await daicho.record('correctInitiative', input, `measure { ${MEASURE} }`);
    expect(corrected).toMatchObject({ cause: 'FUNDING', goal: { no: '4' }, slipYears: 1, status: { code: '継続' } });
    expect(await ask('measure(no: "U1") { cause }', `, asOf: { position: "${position}" }`)).toEqual({
      measure: { cause: 'LAW' },
    });
    const { changes } = await ask(
      `changes(since: { position: "${position}" }) { subject attribute before after events { type reason } }`,
    );
    const events = [{ type: 'InitiativeCorrected', reason: '財源の区分の誤り' }];
    expect(changes).toEqual([
      { subject: 'measure/U1', attribute: 'cause', before: '新法令等', after: '期限付き財源', events },
      { subject: 'measure/U1', attribute: 'goal', before: '1', after: '4', events },
    ]);
  });

  it('refuses what makes no sense, with the field, and writes nothing', async () => {
    const refusals: [object, string, string][] = [
      [{ goal: '9' }, 'GOAL_NOT_FOUND', 'goal'],
      [{ cause: 'OTHER', causeNote: null }, 'CAUSE_NOTE_REQUIRED', 'causeNote'],
      [{ reason: ' ' }, 'REASON_REQUIRED', 'reason'],
      [{ title: ' ' }, 'INVALID_INPUT', 'title'],
      [{ title: '\u200b' }, 'INVALID_INPUT', 'title'],
      [{ title: '改修\n（至急）' }, 'INVALID_INPUT', 'title'],
      [{ owners: [] }, 'INVALID_INPUT', 'owners'],
      [{ owners: ['市民課', '市民課'] }, 'INVALID_INPUT', 'owners'],
      [{ owners: ['市民化'] }, 'DIVISION_NOT_FOUND', 'owners.0'],
      [{ coordinators: ['情報管理課', '市民化'] }, 'DIVISION_NOT_FOUND', 'coordinators.1'],
      [{ schedule: [{ fiscalYear: 2026, phases: ['⇒'] }] }, 'INVALID_INPUT', 'schedule'],
      [{ owners: ['市民\u0007課'] }, 'INVALID_INPUT', 'owners.0'],
      [{ schedule: [{ fiscalYear: 2026, phases: ['実装'] }] }, 'UNKNOWN_PHASE', 'schedule'],
      [{ effectiveOn: '2023-03-31' }, 'EFFECTIVE_BEFORE_PLAN', 'effectiveOn'],
      [{ expectedRevision: 0 }, 'INVALID_INPUT', 'expectedRevision'],
      [{ planKey: 'nowhere' }, 'PLAN_NOT_FOUND', 'planKey'],
    ];
    const held = await size();
    for (const [change, code, field] of refusals) {
      expect(await daicho.refused('enterInitiative', { ...law, ...change })).toEqual([
        { code, path: ['input', ...field.split('.')] },
      ]);
    }
    const early = { ...plan, measureNo: 'U1', status: '継続', effectiveOn: '2026-09-30' };
    expect(await daicho.refused('changeMeasureStatus', early)).toEqual([
      { code: 'EFFECTIVE_BEFORE_MEASURE', path: ['input', 'effectiveOn'] },
    ]);
    expect(await size()).toBe(held);
  });

  it('is no difference to the plan file, loaded again', async () => {
    const held = await size();
    const source = readFileSync(TORIDE_FILE, 'utf8');
    const { receipt, differences } = await daicho.record('loadPlan', { source }, 'differences { subject }');
    expect([receipt.eventIds, differences]).toEqual([[], []]);
    expect(await size()).toBe(held);
  });
});
