import { createHash } from 'node:crypto';
import { Daicho, type Answer } from '../support/daicho.js';

const PDF = Buffer.from('%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n');
const SHA256 = createHash('sha256').update(PDF).digest('hex');
const REPORTS = `reports(fiscalYear: 2026) { division { key } stage results issues nextSteps direction
  rating { code label scaleVersion } ratingReason cause action budget expenditure response remarks reason isCorrection
  evidence { name sha256 url isPublic } comments { text } revision }`;
const TRAIL = `auditTrail(first: 50) { nodes { type summary en: summary(language: EN) reason
  actor { id label person } changes { attribute before after } } }`;

const of = { planKey: 'toride-5', measureNo: '1-1-5', fiscalYear: 2026 };
const content = {
  results: '集団健診の予約のうち電子申請は 612 件（全体の 58％）',
  issues: '高齢者の利用が少ない',
  nextSteps: '窓口での操作支援',
  direction: 'IMPROVE',
  rating: '継続',
  ratingReason: '目標の件数に届く見込み',
  budget: '1200',
  expenditure: '1187.5',
  response: '窓口に案内を置いた',
  remarks: '国の補助 600 千円を含む',
};

describe('S2 Report: a clerk of 国保年金課 reports on 1-1-5 for R8', () => {
  let daicho: Daicho;
  let clerk: string;
  let head: string;
  let coordinator: string;
  let auditor: string;
  const size = async (): Promise<number> => (await daicho.ask('{ ledger { size } }')).data.ledger.size;
  const as = (token: string | undefined, fields: string, no = '1-1-5'): Promise<Answer> =>
    daicho
      .askWith(token, `{ plan(key: "toride-5") { measure(no: "${no}") { ${fields} } } }`)
      .then(({ data }) => data.plan.measure);

  beforeAll(async () => {
    daicho = await Daicho.withToride('2026-11-26T09:00:00+09:00');
    clerk = (await daicho.person({ role: 'REPORTER', division: '国保年金課' })).token;
    head = (await daicho.person({ role: 'APPROVER', division: '国保年金課' })).token;
    coordinator = (await daicho.person({ role: 'COORDINATOR', division: '情報管理課' })).token;
    auditor = (await daicho.person({ role: 'AUDITOR' })).token;
  });
  afterAll(() => daicho.stop());

  it('hands in evidence, which is kept by its hash', async () => {
    const answer = await daicho.handIn(clerk, of, PDF, 'application/pdf');
    expect([answer.status, await answer.json()]).toEqual([
      201,
      { sha256: SHA256, mediaType: 'application/pdf', bytes: PDF.length },
    ]);
  });

  it('saves a draft, which only those at work may see', async () => {
    const { measure } = await daicho.recordWith(
      clerk,
      'draftReport',
      { ...of, results: '途中' },
      `measure { ${REPORTS} }`,
    );
    expect(measure.reports).toMatchObject([{ division: { key: '国保年金課' }, stage: 'DRAFT', results: '途中' }]);
    for (const stranger of [undefined, (await daicho.person({ role: 'REPORTER', division: '財政課' })).token]) {
      expect((await as(stranger, REPORTS)).reports).toEqual([]);
      expect((await as(stranger, TRAIL)).auditTrail.nodes.map(({ type }: Answer) => type)).toEqual(['MeasureAdopted']);
    }
  });

  it('never submits the draft in place of what was said with it', async () => {
    for (const said of [{ ratingReason: '順調' }, { cause: '人手不足' }, { budget: '1200' }])
      expect(await daicho.refusedWith(clerk, 'submitReport', { ...of, ...said })).toMatchObject([
        { code: 'REPORT_NOT_WRITTEN', path: ['input', 'results'] },
      ]);
  });

  it('submits it with its evidence and the reason of the rating', async () => {
    const evidence = [
      { sha256: SHA256, name: '予約件数.pdf', isPublic: true },
      { url: 'https://www.city.toride.ibaraki.jp/', title: '市の案内', isPublic: false },
    ];
    const { measure } = await daicho.recordWith(
      clerk,
      'submitReport',
      { ...of, ...content, evidence },
      `measure { ${REPORTS} }`,
    );
    expect(measure.reports).toMatchObject([
      {
        ...content,
        stage: 'SUBMITTED',
        rating: { code: '継続', label: '継続', scaleVersion: 1 },
        evidence: [{ name: '予約件数.pdf', sha256: SHA256 }, { name: '市の案内' }],
      },
    ]);
    expect((await as(undefined, REPORTS)).reports).toEqual([]);
    expect((await fetch(`${daicho.url}/evidence/toride-5/1-1-5/${SHA256}`)).status).toBe(404);
  });

  it('refuses a report on 1-1-4, which is of 財政課, and writes nothing', async () => {
    const before = await size();
    expect(await daicho.refusedWith(clerk, 'submitReport', { ...of, measureNo: '1-1-4', ...content })).toEqual([
      { code: 'OUTSIDE_YOUR_DIVISION', path: ['input', 'measureNo'] },
    ]);
    expect(
      await daicho.refusedWith(clerk, 'changeMeasureStatus', {
        planKey: 'toride-5',
        measureNo: '1-1-4',
        status: '完了',
      }),
    ).toEqual([{ code: 'OUTSIDE_YOUR_DIVISION', path: ['input', 'measureNo'] }]);
    expect((await daicho.handIn(clerk, { ...of, measureNo: '1-1-4' }, PDF, 'application/pdf')).status).toBe(422);
    expect(await size()).toBe(before);
  });

  it('is returned with a reason by 情報管理課, submitted again, and approved by the head of the division', async () => {
    const reason = '前年度との比較を加えてください';
    const back = await daicho.recordWith(coordinator, 'returnReport', { ...of, reason }, `measure { ${REPORTS} }`);
    expect(back.measure.reports).toMatchObject([{ stage: 'RETURNED', reason, results: content.results }]);
    await daicho.recordWith(coordinator, 'commentOnReport', { ...of, text: '前年度は 41％ でした' });
    const again = { ...content, results: `${content.results}、前年度 41％` };
    await daicho.recordWith(clerk, 'submitReport', {
      ...of,
      ...again,
      evidence: [{ sha256: SHA256, name: '予約件数.pdf', isPublic: true }],
    });
    expect((await as(undefined, REPORTS)).reports).toEqual([]);
    daicho.itIsNow('2026-11-27T10:00:00+09:00');
    await daicho.recordWith(head, 'approveReport', of);
    expect((await as(undefined, REPORTS)).reports).toMatchObject([
      { stage: 'APPROVED', results: again.results, isCorrection: false, rating: { code: '継続' } },
    ]);
  });

  it('lets everybody see who, when, old, new and why, but no person', async () => {
    const { auditTrail } = await as(undefined, TRAIL);
    expect(
      auditTrail.nodes.map(({ type, reason, actor }: Answer) => [type, actor.label, actor.person, reason]),
    ).toEqual([
      ['MeasureAdopted', '管理者', null, null],
      ['ReportSubmitted', '国保年金課', null, null],
      ['ReportReturned', '情報管理課', null, '前年度との比較を加えてください'],
      ['ReportCommented', '情報管理課', null, null],
      ['ReportSubmitted', '国保年金課', null, null],
      ['ReportApproved', '国保年金課', null, null],
    ]);
    expect(auditTrail.nodes.at(-1)).toMatchObject({
      summary: '個別施策 1-1-5 の令和8年度報告（国保年金課）を承認',
      en: 'Measure 1-1-5, report for FY2026 by 国保年金課: approved',
      changes: [
        { attribute: 'report/2026/ANNUAL/国保年金課', before: null, after: `継続：${content.results}、前年度 41％` },
        ...(['budget', 'expenditure', 'issues', 'nextSteps', 'ratingReason', 'remarks', 'response'] as const).map(
          (name) => ({ attribute: `report/2026/ANNUAL/国保年金課/${name}`, before: null, after: content[name] }),
        ),
      ],
    });
  });

  it('tells the auditor which person it was, and of the draft', async () => {
    const { auditTrail } = await as(auditor, TRAIL);
    const drafted = auditTrail.nodes.find(({ type }: Answer) => type === 'ReportDrafted');
    expect(drafted.actor).toEqual({ id: expect.stringMatching(/^p/), label: '国保年金課', person: drafted.actor.id });
  });

  it('knew nothing of it as known before it was approved', async () => {
    const { data } = await daicho.ask(
      `{ plan(key: "toride-5", asOf: { recordedAt: "2026-11-27T00:00:00+09:00" }) { measure(no: "1-1-5") { ${REPORTS} ${TRAIL} } } }`,
    );
    expect(data.plan.measure.reports).toEqual([]);
    expect(data.plan.measure.auditTrail.nodes).toHaveLength(1);
  });

  it('gives the public the file that is public, and no other', async () => {
    const file = await fetch(`${daicho.url}/evidence/toride-5/1-1-5/${SHA256}`);
    const [type, sniff, shown] = ['content-type', 'x-content-type-options', 'content-disposition'].map((name) =>
      file.headers.get(name),
    );
    expect([file.status, type, sniff]).toEqual([200, 'application/pdf', 'nosniff']);
    expect(shown).toBe(`attachment; filename*=UTF-8''${encodeURIComponent('予約件数.pdf')}`);
    expect(Buffer.from(await file.arrayBuffer())).toEqual(PDF);
    expect((await fetch(`${daicho.url}/evidence/toride-5/1-1-5/${'0'.repeat(64)}`)).status).toBe(404);
  });

  it('1-1-2 is answered by each division; 情報管理課 may comment on it and return it, not report in its place', async () => {
    const each = { ...of, measureNo: '1-1-2' };
    const before = await size();
    const answer = await daicho.mutateWith(coordinator, 'submitReport', {
      ...each,
      division: '国保年金課',
      ...content,
    });
    expect(answer.errors[0].extensions.code).toBe('FORBIDDEN');
    // Whoever reports for 情報管理課 answers for itself, and for no other.
    const reporter = (await daicho.person({ role: 'REPORTER', division: '情報管理課' })).token;
    const grown = await size();
    expect(grown).toBeGreaterThan(before);
    expect(await daicho.refusedWith(reporter, 'submitReport', { ...each, division: '国保年金課', ...content })).toEqual(
      [{ code: 'OUTSIDE_YOUR_DIVISION', path: ['input', 'measureNo'] }],
    );
    expect(await size()).toBe(grown);
    await daicho.recordWith(clerk, 'submitReport', { ...each, ...content });
    await daicho.recordWith(reporter, 'commentOnReport', { ...each, division: '国保年金課', text: '確認中' });
    await daicho.recordWith(reporter, 'returnReport', { ...each, division: '国保年金課', reason: '対象手続の数を' });
    expect((await as(coordinator, REPORTS, '1-1-2')).reports).toMatchObject([
      { division: { key: '国保年金課' }, stage: 'RETURNED', comments: [{ text: '確認中' }] },
    ]);
  });

  it('shows what one division writes for 1-1-2 to no other, but to those who coordinate or read the whole plan', async () => {
    const another = await daicho.person({ role: 'REPORTER', division: '市民課' });
    const coordinating = await daicho.person({ role: 'REPORTER', division: '情報管理課' });
    const { sha256 } = (await (
      await daicho.handIn(clerk, { ...of, measureNo: '1-1-2' }, Buffer.from('対象,3\n'), 'text/csv')
    ).json()) as { sha256: string };
    const evidence = [{ sha256, name: '対象手続.csv' }];
    const draft = { ...of, measureNo: '1-1-2', results: '対象手続は三つ', evidence };
    await daicho.recordWith(clerk, 'draftReport', draft);
    const seenBy = async (token: string | undefined): Promise<unknown> => {
      const { reports, auditTrail } = await as(token, `${REPORTS} ${TRAIL}`, '1-1-2');
      const file = await fetch(`${daicho.url}/evidence/toride-5/1-1-2/${sha256}`, {
        headers: { authorization: `Bearer ${token ?? ''}` },
      });
      return [reports.map(({ stage }: Answer) => stage), auditTrail.nodes.at(-1).type, file.status];
    };
    for (const token of [another.token, (await daicho.person({ role: 'APPROVER', division: '財政課' })).token])
      expect(await seenBy(token)).toEqual([[], 'MeasureAdopted', 404]);
    for (const token of [clerk, head, coordinating.token, coordinator, auditor])
      expect(await seenBy(token)).toEqual([['DRAFT'], 'ReportDrafted', 200]);
    await daicho.recordWith(another.token, 'draftReport', { ...of, measureNo: '1-1-2', results: '途中' });
    expect((await as(another.token, REPORTS, '1-1-2')).reports).toMatchObject([{ division: { key: '市民課' } }]);
    expect((await as(clerk, REPORTS, '1-1-2')).reports).toMatchObject([{ division: { key: '国保年金課' } }]);
  });

  it('refuses files that are too large, or not what they say they are, or of no known type', async () => {
    const tooLarge = Buffer.concat([PDF, Buffer.alloc(10 * 1024 * 1024)]);
    const attempts: [Buffer, string, number][] = [
      [Buffer.from('MZ this is a program'), 'application/pdf', 415],
      [Buffer.from('<script>alert(1)</script>'), 'text/html', 415],
      [tooLarge, 'application/pdf', 413],
      [Buffer.alloc(0), 'application/pdf', 422],
    ];
    for (const [file, type, status] of attempts) {
      const answer = await daicho.handIn(clerk, of, file, type);
      expect([type, file.length, answer.status]).toEqual([type, file.length, status]);
    }
    expect((await daicho.handIn(undefined, of, PDF, 'application/pdf')).status).toBe(401);
  });

  it('says over HTTP too what is wrong, by code and name', async () => {
    const tooLarge = Buffer.concat([PDF, Buffer.alloc(10 * 1024 * 1024)]);
    const { token: admin } = await daicho.person({ role: 'ADMIN' });
    const handIn = async (token: string | undefined, asked: object, file = PDF, type = 'application/pdf') => {
      const answer = await daicho.handIn(token, { planKey: 'toride-5', measureNo: '1-1-5', ...asked }, file, type);
      const { problems } = (await answer.json()) as { problems: { code: string; path: string[]; message: string }[] };
      return [answer.status, ...problems.map(({ code, path }) => [code, path])];
    };
    const found = [
      await handIn(clerk, {}, tooLarge),
      await handIn(clerk, {}, Buffer.from('<p>'), 'text/html'),
      await handIn(clerk, {}, Buffer.from('MZ')),
      await handIn(clerk, {}, Buffer.alloc(0)),
      await handIn(clerk, { measureNo: '' }),
      await handIn(clerk, { planKey: '' }),
      await handIn(clerk, { measureNo: '1-1-4' }),
      await handIn(clerk, { measureNo: '9-9-9' }),
      await handIn(clerk, { planKey: 'toride-55' }),
      await handIn(admin, { measureNo: '9-9-9' }),
      await handIn(auditor, {}),
      await handIn(undefined, { planKey: '' }),
    ];
    expect(found).toEqual([
      [413, ['EVIDENCE_TOO_LARGE', ['file']]],
      [415, ['EVIDENCE_TYPE', ['file']]],
      [415, ['EVIDENCE_TYPE', ['file']]],
      [422, ['EVIDENCE_EMPTY', ['file']]],
      [400, ['INVALID_INPUT', ['measureNo']]],
      [400, ['INVALID_INPUT', ['planKey']]],
      [422, ['OUTSIDE_YOUR_DIVISION', ['measureNo']]],
      [404, ['MEASURE_NOT_FOUND', ['measureNo']]],
      [403, ['FORBIDDEN', []]],
      [404, ['MEASURE_NOT_FOUND', ['measureNo']]],
      [403, ['FORBIDDEN', []]],
      [401, ['UNAUTHENTICATED', []]],
    ]);
    const absent = await fetch(`${daicho.url}/evidence/toride-5/1-1-5/${'0'.repeat(64)}`);
    expect([absent.status, await absent.json()]).toEqual([
      404,
      { problems: [{ code: 'EVIDENCE_NOT_FOUND', path: ['sha256'], message: expect.any(String) }] },
    ]);
  });

  it('takes a file for the measure it was handed in for, whoever knows its hash', async () => {
    const { token: stranger } = await daicho.person({ role: 'REPORTER', division: '財政課' });
    const theirs = { ...of, measureNo: '1-1-4', results: '予算', evidence: [{ sha256: SHA256, name: '予約件数.pdf' }] };
    expect(await daicho.refusedWith(stranger, 'draftReport', theirs)).toEqual([
      { code: 'EVIDENCE_NOT_FOUND', path: ['input', 'evidence', '0', 'sha256'] },
    ]);
    const url = `${daicho.url}/evidence/toride-5/1-1-4/${SHA256}`;
    expect((await fetch(url, { headers: { authorization: `Bearer ${stranger}` } })).status).toBe(404);
    await daicho.handIn(stranger, { ...of, measureNo: '1-1-4' }, PDF, 'application/pdf');
    await daicho.recordWith(stranger, 'draftReport', theirs);
    expect((await fetch(url, { headers: { authorization: `Bearer ${stranger}` } })).status).toBe(200);
  });

  it('refuses what is not right with the field, and writes nothing', async () => {
    const before = await size();
    const late = { ...of, fiscalYear: 2025 };
    const refusals: [string, object, string, string][] = [
      ['submitReport', { ...late, ...content, rating: '完成' }, 'UNKNOWN_STATUS', 'rating'],
      ['submitReport', { ...late, ...content, scaleVersion: 2 }, 'SCALE_VERSION_MISMATCH', 'scaleVersion'],
      ['submitReport', { ...late, ...content, rating: '停滞' }, 'CAUSE_REQUIRED', 'cause'],
      [
        'submitReport',
        { ...late, ...content, rating: '停滞', cause: '\u200b', action: '委託' },
        'CAUSE_REQUIRED',
        'cause',
      ],
      [
        'submitReport',
        { ...late, ...content, rating: '停滞', cause: '人手不足', action: '　' },
        'CAUSE_REQUIRED',
        'action',
      ],
      ['draftReport', { ...late, results: '　' }, 'REPORT_NOT_WRITTEN', 'results'],
      ['commentOnReport', { ...of, text: '　' }, 'INVALID_INPUT', 'text'],
      ['submitReport', { ...late }, 'REPORT_NOT_WRITTEN', 'results'],
      ['submitReport', { ...late, ...content, budget: '-1' }, 'INVALID_INPUT', 'budget'],
      ['submitReport', { ...late, ...content, division: '財政課' }, 'OUTSIDE_YOUR_DIVISION', 'measureNo'],
      ['submitReport', { ...of, ...content }, 'REASON_REQUIRED', 'reason'],
      ['submitReport', { ...of, ...content, fiscalYear: 2030 }, 'FISCAL_YEAR_OUTSIDE_PLAN', 'fiscalYear'],
      ['submitReport', { ...of, ...content, fiscalYear: 2027 }, 'EFFECTIVE_IN_FUTURE', 'fiscalYear'],
      [
        'draftReport',
        { ...late, results: 'x', evidence: [{ sha256: 'f'.repeat(64), name: 'x' }] },
        'EVIDENCE_NOT_FOUND',
        'evidence',
      ],
      ['draftReport', { ...late, results: 'x', evidence: [{ name: 'x' }] }, 'EVIDENCE_INCOMPLETE', 'evidence'],
      ...['../予約.pdf', 'a\\b.pdf', '..', '　', '予約\u202efdp.exe', '\u200b', '予約\u200d.pdf'].map(
        (name): [string, object, string, string] => [
          'draftReport',
          { ...late, results: 'x', evidence: [{ sha256: SHA256, name }] },
          'EVIDENCE_NAME',
          'evidence',
        ],
      ),
      [
        'draftReport',
        { ...late, results: 'x', evidence: [{ url: 'https://example.jp/', title: '　' }] },
        'INVALID_INPUT',
        'evidence',
      ],
      [
        'draftReport',
        { ...late, results: 'x', evidence: [{ url: 'https://user:pass@example.jp/', title: '資料' }] },
        'INVALID_INPUT',
        'evidence',
      ],
      ['draftReport', { ...of, results: 'x', expectedRevision: 0 }, 'CONFLICT', 'expectedRevision'],
    ];
    for (const [mutation, input, code, field] of refusals) {
      const [problem] = await daicho.refusedWith(clerk, mutation, input);
      expect([mutation, input, problem?.code, problem?.path[1]]).toEqual([mutation, input, code, field]);
    }
    expect(await size()).toBe(before);
  });

  it('corrects what was approved, which stays in the trail', async () => {
    daicho.itIsNow('2026-11-27T15:00:00+09:00');
    const corrected = { ...of, ...content, results: '電子申請は 613 件', reason: '1件の集計漏れ' };
    const { measure } = await daicho.recordWith(head, 'correctReport', corrected, `measure { ${REPORTS} ${TRAIL} }`);
    expect(measure.reports).toMatchObject([
      { stage: 'APPROVED', results: '電子申請は 613 件', isCorrection: true, reason: '1件の集計漏れ' },
    ]);
    expect((await as(undefined, TRAIL)).auditTrail.nodes.at(-1)).toMatchObject({
      type: 'ReportCorrected',
      reason: '1件の集計漏れ',
      changes: [{ before: `継続：${content.results}、前年度 41％`, after: '継続：電子申請は 613 件' }],
    });
  });

  it('gives a file of an earlier version to whoever may read that version', async () => {
    const statusFor = async (token: string | undefined, sha256: string): Promise<number> =>
      (
        await fetch(`${daicho.url}/evidence/toride-5/1-1-5/${sha256}`, {
          headers: { ...(token !== undefined && { authorization: `Bearer ${token}` }) },
        })
      ).status;
    // The correction no longer names it, and the report as of before still prints its address.
    expect((await as(undefined, REPORTS)).reports[0].evidence).toEqual([]);
    const { data } = await daicho.ask(
      `{ plan(key: "toride-5", asOf: { recordedAt: "2026-11-27T12:00:00+09:00" }) { measure(no: "1-1-5") { ${REPORTS} } } }`,
    );
    expect(data.plan.measure.reports[0].evidence).toMatchObject([{ sha256: SHA256 }]);
    expect(await statusFor(undefined, SHA256)).toBe(200);

    const draft = await daicho.handIn(clerk, of, Buffer.from('件数,613\n'), 'text/csv');
    const { sha256 } = (await draft.json()) as { sha256: string };
    const evidence = [{ sha256, name: '件数.csv', isPublic: true }];
    await daicho.recordWith(clerk, 'draftReport', { ...of, ...content, evidence });
    await daicho.recordWith(clerk, 'draftReport', { ...of, ...content });
    const stranger = (await daicho.person({ role: 'REPORTER', division: '財政課' })).token;
    expect([await statusFor(clerk, sha256), await statusFor(auditor, sha256)]).toEqual([200, 200]);
    expect([await statusFor(undefined, sha256), await statusFor(stranger, sha256)]).toEqual([404, 404]);
  });

  it('keeps what is said of a newer version until that is approved', async () => {
    const forAll = async (): Promise<unknown> => {
      const { reports, auditTrail } = await as(undefined, `${REPORTS} ${TRAIL}`);
      return [reports[0].comments.map(({ text }: Answer) => text), auditTrail.nodes.at(-1).type];
    };
    const said = ['前年度は 41％ でした'];
    await daicho.recordWith(coordinator, 'commentOnReport', { ...of, text: '承認後の確認' });
    expect(await forAll()).toEqual([said, 'ReportCorrected']);
    await daicho.recordWith(clerk, 'draftReport', { ...of, ...content, results: '電子申請は 615 件' });
    await daicho.recordWith(coordinator, 'commentOnReport', { ...of, text: '615 件の根拠は' });
    expect(await forAll()).toEqual([said, 'ReportCorrected']);
    expect((await as(coordinator, REPORTS)).reports[0].comments).toHaveLength(3);
    await daicho.recordWith(clerk, 'submitReport', { ...of, reason: '2件の集計漏れ' });
    await daicho.recordWith(head, 'approveReport', of);
    expect(await forAll()).toEqual([[...said, '承認後の確認', '615 件の根拠は'], 'ReportApproved']);
    const authors = async (token: string | undefined): Promise<Answer> =>
      (await as(token, 'reports(fiscalYear: 2026) { comments { actor { label division person } } }')).reports[0]
        .comments;
    const [forThePublic] = await authors(undefined);
    expect(forThePublic.actor).toEqual({ label: '情報管理課', division: '情報管理課', person: null });
    expect((await authors(auditor))[0].actor.person).toMatch(/^p/);
  });

  it('withdrawn, discloses nothing of a version that was never approved', async () => {
    await daicho.recordWith(clerk, 'submitReport', { ...of, ...content, reason: '再集計' });
    await daicho.recordWith(coordinator, 'commentOnReport', { ...of, text: '再集計の経緯は' });
    await daicho.recordWith(head, 'withdrawReport', { ...of, reason: '別の施策の報告' });
    const { reports, auditTrail } = await as(undefined, `${REPORTS} ${TRAIL}`);
    expect(reports).toEqual([]);
    expect(auditTrail.nodes.slice(-2).map(({ type }: Answer) => type)).toEqual(['ReportApproved', 'ReportWithdrawn']);
  });
});
