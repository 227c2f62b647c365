import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import mammoth from 'mammoth';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { Daicho } from '../support/daicho.js';
import { run } from '../support/program.js';

const PLAN = { planKey: 'toride-5' };
const REPORT = {
  ...{ ...PLAN, measureNo: '1-1-5', fiscalYear: 2025, division: '国保年金課' },
};

/** A coordinator prints the review of the year, and a councillor reads it. */
describe('The annual report', () => {
  let daicho: Daicho;
  const get = (path: string): Promise<Response> => fetch(`${daicho.url}/reports/${path}`);
  const bytesAt = async (path: string): Promise<Buffer> => Buffer.from(await (await get(path)).arrayBuffer());
  const htmlAt = async (path: string): Promise<string> => (await bytesAt(path)).toString();
  const problemsAt = async (path: string): Promise<[number, { code: string; path: string[] }[]]> => {
    const answer = await get(path);
    return [answer.status, (await answer.json()).problems];
  };

  beforeAll(async () => {
    daicho = await Daicho.withToride('2026-11-25T10:00:00+09:00', {});
    await daicho.record('changeMeasureStatus', {
      ...{ ...PLAN, measureNo: '1-2-1', status: '調整', effectiveOn: '2026-03-31' },
      reason: '仕様の調整に時間を要したため',
    });
    await daicho.record('shiftSchedule', {
      ...{ ...PLAN, measureNo: '1-2-1', phase: '構築', from: 2024, to: 2025, cascade: true, effectiveOn: '2026-02-01' },
      ...{ reason: '仕様の調整', decidedBy: '情報化推進委員会' },
    });
    await daicho.record('recordReading', { ...PLAN, kpiKey: 'smartphone-classes', fiscalYear: 2025, value: '20' });
    await daicho.record('openRound', { ...PLAN, fiscalYear: 2025, deadline: '2026-12-25' });
    await daicho.record('submitReport', {
      ...{ ...REPORT, rating: '調整', ratingReason: '件数は目標の半分。', action: '令和8年度に終える。' },
      results: '受付を 7 月に開始。<b>412</b> 件。\n待ち時間は 12 分短くなった。',
      cause: '髙橋・𠮷野の両担当で対応した。',
    });
  });
  afterAll(() => daicho.stop());

  it('says that it is a draft while the review is open, and shows what is public, with no data as a dash', async () => {
    const html = await htmlAt('toride-5/2025.html');
    expect(html).toContain('令和7年度 進捗状況報告書（未確定）');
    expect(html).toContain('46（うち新規 22）です。内訳は △ 調整 1、状況の報告なし 45 です。');
    expect(html).not.toContain('412');
    expect(html).toContain('実績の報告なし');
    await daicho.record('approveReport', REPORT);
    expect(await htmlAt('toride-5/2025.html')).toContain('受付を 7 月に開始。&lt;b&gt;412&lt;/b&gt; 件。<br>待ち時間');
  });

  it('stands as it was closed, and lists what was corrected since', async () => {
    await daicho.record('closeRound', { ...PLAN, fiscalYear: 2025 });
    await daicho.record('closeReview', { ...PLAN, fiscalYear: 2025 });
    await daicho.record('correctReading', {
      ...{ ...PLAN, kpiKey: 'smartphone-classes', fiscalYear: 2025, value: '22', reason: '集計誤り' },
    });
    const html = await htmlAt('toride-5/2025.html');
    expect(html).toMatch(/<small>令和7年度 進捗状況報告書<\/small>/);
    expect(html).toMatch(/スマートフォン教室の開催数.*令和7年度<\/th><td>20<\/td>/s);
    expect(html).toMatch(/確定後の訂正.*22 に訂正.*集計誤り/s);
    const { data } = await daicho.ask(
      '{ plan(key: "toride-5") { review(fiscalYear: 2025) { checkpoint { size root } } } ledger { keys } }',
    );
    const { size, root } = data.plan.review.checkpoint;
    expect(html).toContain(`--head ${String(size)}:${String(root)}`);
    expect(html).toContain(data.ledger.keys[0]);
  });

  it('leads to an address that never changes, whatever is recorded later', async () => {
    const answer = await get('toride-5/2025.html');
    const pinned = new URL(answer.url);
    expect(pinned.search).toMatch(/^\?on=2026-03-31&position=\d{20}$/);
    const before = await answer.text();
    await daicho.record('changeMeasureStatus', {
      ...PLAN,
      measureNo: '1-1-1',
      status: '継続',
      effectiveOn: '2026-03-31',
    });
    expect(await (await fetch(pinned)).text()).toBe(before);
    expect(await htmlAt('toride-5/2025.html')).not.toBe(before);
  });

  it('is a tagged PDF with all its words; a character without a glyph is named', async () => {
    const bytes = await bytesAt('toride-5/2025.pdf');
    expect(bytes.includes('<pdfuaid:part>1</pdfuaid:part>')).toBe(true);
    const pdf = await getDocument({ data: new Uint8Array(bytes), useSystemFonts: false, verbosity: 0 }).promise;
    let text = '';
    const roles = new Set<string>();
    const rolesIn = (node: { role?: string; children?: unknown[] }): void => {
      if (node.role !== undefined) roles.add(node.role);
      for (const child of node.children ?? []) rolesIn(child as typeof node);
    };
    for (let i = 1; i <= pdf.numPages; i++) {
      const page = await pdf.getPage(i);
      const { items } = await page.getTextContent();
      text += items.map((item) => ('str' in item ? item.str : '')).join('');
      const tree = await page.getStructTree();
      rolesIn(tree);
    }
    expect(pdf.numPages).toBeGreaterThan(10);
    expect(text).toContain('受付を 7 月に開始。<b>412</b> 件。');
    expect(text).toContain('髙橋・〓（U+20BB7）野の両担当');
    expect(text).toContain('△ 調整');
    expect([...roles]).toEqual(expect.arrayContaining(['H1', 'H2', 'Table', 'TH', 'TD', 'Figure']));
    const { info } = (await pdf.getMetadata()) as { info: { Title?: string; Language?: string } };
    expect(info).toMatchObject({ Title: '第五次取手市情報化計画 令和7年度 進捗状況報告書', Language: 'ja' });
  });

  it('is a Word copy with the same words under headings', async () => {
    const { value, messages } = await mammoth.convertToHtml({ buffer: await bytesAt('toride-5/2025.docx') });
    expect(messages.filter(({ type }) => type === 'error')).toEqual([]);
    expect(value).toContain('<h2>1-1-5 集団健診予約システムの利用拡大</h2>');
    expect(value).toContain('髙橋・𠮷野の両担当で対応した。');
    expect(value).toContain('&lt;b&gt;412&lt;/b&gt;');
  });

  it.each(['html', 'pdf', 'docx'])('is the same to the byte, again and in another process: %s', async (format) => {
    const first = await bytesAt(`toride-5/2025.${format}`);
    expect((await bytesAt(`toride-5/2025.${format}`)).equals(first)).toBe(true);
    const out = join(daicho.folder, `report.${format}`);
    const flags = ['--plan', 'toride-5', '--year', '2025', '--format', format, '--out', out];
    expect(await run(['cli', '--data', daicho.folder, 'report', ...flags])).toMatchObject({ code: 0 });
    expect(readFileSync(out).equals(first)).toBe(true);
    rmSync(out);
  });

  it('stands beside 新旧対照 of any two moments, as a page, a PDF, a Word file and a workbook', async () => {
    const at = (extension: string, query: string): Promise<Response> =>
      fetch(`${daicho.url}/comparisons/toride-5.${extension}?${query}`);
    const first = await at('html', 'from=2023-04-01&on=2026-11-25');
    const html = await first.text();
    expect(html).toMatch(/個別施策 1-2-1 [^<]*<\/th><td>状況<\/td><td>—<\/td><td>調整<\/td><td>仕様の調整に/);
    expect(html).toMatch(/日程の見込み<\/td><td>[^<]*R6 構築[^<]*<\/td><td>[^<]*R7 構築/);
    expect(html).toMatch(/実績値（令和7年度）<\/td><td>—<\/td><td>22回（訂正）<\/td><td>集計誤り/);
    expect(html).toMatch(/報告（令和7年度、国保年金課）<\/td><td>—<\/td><td>調整：受付を 7 月に開始/);
    const pinned = new URL(first.url);
    expect(pinned.search).toMatch(/^\?from=2023-04-01&fromPosition=\d{20}&on=2026-11-25&position=\d{20}$/);
    expect(await (await fetch(pinned)).text()).toBe(html);
    const all = await at('html', 'from=2026-11-25&fromKnown=2026-11-24&on=2026-11-25');
    expect(await all.text()).toMatch(/計画 第五次[^<]*<\/th><td>名称<\/td><td>—<\/td>/);
    expect(new URL(all.url).search).toContain(`fromPosition=${'0'.repeat(20)}`);
    for (const [extension, begin] of [
      ['pdf', '%PDF-'],
      ['docx', 'PK'],
      ['xlsx', 'PK'],
    ] as const) {
      const file = Buffer.from(await (await at(extension, 'from=2023-04-01&on=2026-11-25')).arrayBuffer());
      expect(file.subarray(0, begin.length).toString('latin1')).toBe(begin);
    }
    for (const [query, path] of [
      ['on=2026-11-25', ['from']],
      ['from=2026-02-30', ['from']],
      ['from=2026-03-31&fromPosition=9', ['fromPosition']],
      ['from=2026-03-31&known=yesterday', ['known']],
      ['from=2026-03-31&lang=fr', ['lang']],
    ] as const) {
      const answer = await at('pdf', query);
      expect([answer.status, (await answer.json()).problems[0]]).toMatchObject([400, { code: 'INVALID_INPUT', path }]);
    }
    expect((await at('odt', 'from=2026-03-31')).status).toBe(404);
    expect((await fetch(`${daicho.url}/comparisons/nothing.pdf?from=2026-03-31`)).status).toBe(404);
  });

  it('is in English, too', async () => {
    const html = await htmlAt('toride-5/2025.html?lang=en');
    expect(html).toContain('<html lang="en">');
    expect(html).toContain('FY2025 annual progress report');
    expect(html).toMatch(/Errata.*corrected/s);
  });

  it('says what is wrong with an address', async () => {
    expect(await problemsAt('toride-5/2025.xlsx')).toMatchObject([404, [{ code: 'REPORT_NOT_FOUND' }]]);
    expect(await problemsAt('toride-5/R7.pdf')).toMatchObject([404, [{ code: 'REPORT_NOT_FOUND' }]]);
    expect(await problemsAt('nothing/2025.pdf')).toMatchObject([404, [{ code: 'PLAN_NOT_FOUND' }]]);
    expect(await problemsAt('toride-5/2019.pdf')).toMatchObject([404, [{ code: 'FISCAL_YEAR_OUTSIDE_PLAN' }]]);
    expect(await problemsAt('toride-5/2024.pdf?on=2020-01-01')).toMatchObject([404, [{ code: 'PLAN_NOT_FOUND' }]]);
    const beyond = 'toride-5/2025.pdf?on=2026-03-31&position=00000000000099999999';
    expect(await problemsAt(beyond)).toMatchObject([404, [{ code: 'POSITION_BEYOND_HEAD' }]]);
    for (const [name, value] of [
      ['on', '2026-02-30'],
      ['known', 'today'],
      ['position', '12'],
      ['lang', 'fr'],
    ] as const)
      expect(await problemsAt(`toride-5/2025.pdf?${name}=${value}`)).toMatchObject([
        400,
        [{ code: 'INVALID_INPUT', path: [name] }],
      ]);
    const outcome = await run([
      'cli',
      '--data',
      daicho.folder,
      'report',
      '--plan',
      'x',
      '--year',
      '2025',
      '--out',
      'x.pdf',
    ]);
    expect(outcome).toMatchObject({ code: 1 });
    expect(outcome.err).toContain('PLAN_NOT_FOUND');
  });
});
