import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { ApiProcess } from '../support/api-process.js';
import { CHROMIUM, openBrowser } from '../support/browser.js';
import { run } from '../support/program.js';

const PLAN = { planKey: 'toride-5' };
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
/** What a first visit may load of script, compressed. */
const SCRIPT_BYTES_MAX = 200 * 1024;
const PATHS = [
  '/',
  '/measures',
  '/measures?goal=1&status=none',
  '/measures/1-2-1',
  '/kpis',
  '/kpis/smartphone-classes',
  '/data',
  '/compare',
  '/decisions',
  '/trail',
  '/reviews',
  '/proof',
  '/accessibility',
  '/measures/9-9-9',
];

if (CHROMIUM === undefined)
  console.warn(
    'Chromium がないので、画面の試験を飛ばします / no Chromium here: the page is not tried in a browser (CHROMIUM=…)',
  );

/** A citizen, a mayor and a councillor look at the plan. */
(CHROMIUM === undefined ? describe.skip : describe)('The public page', () => {
  const daicho = new ApiProcess();
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  /** What went wrong in the browser. */
  const faults: string[] = [];
  /** Every address that it asked. */
  const requested: string[] = [];

  const record = async (mutation: string, input: object): Promise<void> => {
    const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input!`;
    const query = `mutation ($input: ${type}) { ${mutation}(input: $input) { receipt { position } problems { code } } }`;
    const { data, errors } = await daicho.ask(query, { input: { ...PLAN, ...input } });
    expect([errors, data?.[mutation].problems]).toEqual([undefined, []]);
  };
  const open = async (path: string): Promise<string> => {
    await page.goto(daicho.url + path, { waitUntil: 'networkidle' });
    return page.locator('main').innerText();
  };

  beforeAll(async () => {
    await daicho.start();
    await record('changeMeasureStatus', { measureNo: '1-1-1', status: '完了', effectiveOn: '2026-03-31' });
    await record('changeMeasureStatus', {
      ...{ measureNo: '1-2-1', status: '調整', effectiveOn: '2026-03-31' },
      reason: '仕様の調整に時間を要したため',
    });
    await record('shiftSchedule', {
      ...{ measureNo: '1-2-1', phase: '構築', from: 2024, to: 2025, cascade: true, decidedBy: '情報化推進委員会' },
      reason: '仕様の調整に時間を要したため',
    });
    await record('recordReading', { kpiKey: 'smartphone-classes', fiscalYear: 2025, value: '20' });
    await record('correctReading', { kpiKey: 'smartphone-classes', fiscalYear: 2025, value: '22', reason: '集計誤り' });
    await record('reviseMeasure', {
      ...{ measureNo: '2-1-1', title: '業務プロセスの見直し', effectiveOn: '2026-04-01' },
      reason: '名称を実態に合わせる',
    });
    const meeting = await daicho.ask(
      'mutation ($input: RecordMeetingInput!) { recordMeeting(input: $input) { meeting { id } problems { code } } }',
      {
        input: {
          ...{ ...PLAN, title: '令和8年度第2回委員会', attending: ['副市長'], chairedBy: '副市長' },
          items: [{ title: 'オンライン相談の日程', subjects: ['measure/1-2-1'] }],
        },
      },
    );
    await record('decideAgendaItem', {
      ...{ meetingId: meeting.data.recordMeeting.meeting.id, itemNo: 1, outcome: 'APPROVED' },
      text: '構築を一年延ばすことを承認する。',
      followUps: [{ text: '仕様書を確定する', owner: '情報管理課', dueOn: '2099-12-25' }],
    });
    browser = await openBrowser();
    context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    page = await context.newPage();
    page.setDefaultTimeout(15_000);
    page.on('pageerror', (error) => faults.push(String(error)));
    page.on('console', (message) => {
      // What is not there, or no day, is answered with 404 or 400, which the browser notes.
      if (message.type() === 'error' && !/status of 40[04]/.test(message.text())) faults.push(message.text());
    });
    page.on('request', (request) => requested.push(request.url()));
  });
  afterAll(async () => {
    await browser.close();
    await daicho.dispose();
  });

  it('says first how far the plan is; its numbers lead to what they count', async () => {
    const text = await open('/');
    expect(text).toContain(
      '46 の個別施策のうち、完了／目標達成が 1、調整が 1、状況の報告なしが 44 です。日程が変わったものは 1 です。',
    );
    await page.locator('.sentence a', { hasText: '44' }).click();
    await page.waitForURL('**/measures?status=none');
    expect(await page.locator('.sentence').innerText()).toContain('44 の個別施策です');
    expect(await page.locator('.measures .leaf').count()).toBe(44);
  });

  it('shows a measure: what moved in its schedule, and what changed, when and why', async () => {
    await open('/measures?q=書かない');
    await page.locator('.measures tbody a').click();
    await page.waitForURL('**/measures/1-2-1');
    expect(await page.locator('h1').innerText()).toMatch(/1-2-1.*△ 調整/s);
    const moved = await page.locator('.schedule .moved').allInnerTexts();
    expect(moved.map((cell) => cell.replace(/[（\s].*/s, ''))).toEqual(['⇒', '構築', '運用']);
    const history = await page.locator('.history li').allInnerTexts();
    expect(history[0]).toMatch(/構築.*理由：仕様の調整に時間を要したため ／ 決定：情報化推進委員会/s);
    expect(history).toHaveLength(3);
  });

  it('shows one indicator in a sentence, a picture, a table and a file, with its history', async () => {
    await open('/kpis');
    await page.locator('#smartphone-classes h2 a').click();
    await page.waitForURL('**/kpis/smartphone-classes');
    expect(await page.locator('.sentence').innerText()).toMatch(/目標は令和9年度の \d+回です。/);
    expect(await page.locator('figure svg').getAttribute('aria-label')).toContain('スマートフォン教室の開催数');
    const file = (await page.locator('figcaption a').getAttribute('href')) ?? '';
    expect((await fetch(`${daicho.url}${file}`)).headers.get('content-type')).toContain('text/csv');
    expect(await page.locator('.history li').count()).toBeGreaterThan(0);
    expect((await fetch(`${daicho.url}/kpis/nothing`)).status).toBe(404);
  });

  it('says in a page, with a way back, what cannot be read or is not there', async () => {
    for (const [path, status] of [
      ['/trail?before=zzz', 400],
      ['/measures?after=zzz', 400],
      ['/nope', 404],
      ['/measures/1-2-1/more', 404],
      ['/measures/%ZZ', 400],
    ] as const) {
      const answer = await page.goto(`${daicho.url}${path}`);
      expect([path, answer?.status()]).toEqual([path, status]);
      expect(await page.locator('a').count()).toBeGreaterThan(0);
    }
    expect(await (await fetch(`${daicho.url}/nope`)).json()).toMatchObject({ statusCode: 404 });
  });

  it('is called by what stands on it', async () => {
    const titles: string[] = [];
    for (const path of ['/', '/measures/1-2-1', '/kpis', '/trail?lang=en']) {
      await page.goto(`${daicho.url}${path}`);
      titles.push(await page.title());
    }
    expect(titles).toEqual([
      '計画はいま、どこまで進んでいるか — 第五次取手市情報化計画',
      expect.stringMatching(/^1-2-1\s+「書かない窓口サービス」の実現 — 第五次取手市情報化計画$/),
      '指標 — 第五次取手市情報化計画',
      'History — 第五次取手市情報化計画',
    ]);
  });

  it('says what everybody may take, and every address of it answers', async () => {
    await open('/data?on=2025-01-01');
    const links = await page
      .locator('main a')
      .evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).href));
    expect(links.length).toBeGreaterThan(20);
    for (const link of links) expect([link, (await fetch(link)).status]).toEqual([link, 200]);
    expect(links.filter((link) => link.includes('measures.csv'))).toEqual([
      expect.stringContaining('on=2025-01-01'),
      expect.stringContaining('encoding=shift_jis'),
      expect.stringMatching(/on=2025-01-01&known=\d{4}-/),
    ]);
  });

  it('marks a corrected figure by a shape and a word, and no data by a dash, never by zero', async () => {
    await open('/kpis');
    const section = page.locator('#smartphone-classes');
    expect(await section.locator('.corrected-point').count()).toBe(1);
    expect(await section.innerText()).toContain('訂正あり：集計誤り');
    expect(await page.locator('#training-courses').innerText()).toMatch(/—.*実績の報告なし（0 ではありません）/s);
  });

  it('sets two moments side by side as 新旧対照, with the reason', async () => {
    expect(await open('/compare')).toContain('か所が違います');
    const cells = await page.locator('.comparison tr', { hasText: '2-1-1' }).locator('th, td').allInnerTexts();
    expect(cells.map((cell) => cell.trim())).toEqual([
      '個別施策 2-1-1 業務プロセスの見直し\n名称',
      '基幹業務システムの標準化・共通化',
      '業務プロセスの見直し',
      '名称を実態に合わせる',
    ]);
    await page.locator('main input[name=from]').fill('2026-04-01');
    await page.locator('main button').click();
    await page.waitForURL('**/compare?from=2026-04-01*');
    expect(await page.locator('main').innerText()).not.toContain('業務プロセスの見直し');
    const files = await page
      .locator('main .links a')
      .evaluateAll((links) => links.map((one) => one.getAttribute('href')));
    expect(files).toHaveLength(3);
    for (const file of files) expect((await fetch(daicho.url + (file ?? ''))).status).toBe(200);
  });

  it('tells what was decided, and what is still to be done', async () => {
    const text = await open('/decisions');
    expect(text).toContain('1 件の決定があります。残っている対応事項は 1 件です。');
    expect(text).toMatch(/オンライン相談の日程 承認.*構築を一年延ばす.*仕様書を確定する（情報管理課、.*）\s*対応中/s);
  });

  it('shows how far the review of each year is, and leads to its report', async () => {
    const deadline = new Date(Date.now() + 30 * 24 * 3_600_000).toISOString().slice(0, 10);
    await record('openRound', { fiscalYear: 2024, deadline });
    const text = await open('/reviews');
    expect(text).toContain('5 年度のうち 0 の評価が確定しています。');
    expect(text).toMatch(/令和6年度\s*とりまとめ中（締切 令和\d+年\d+月\d+日）/);
    await page.locator('tr', { hasText: '令和6年度' }).locator('a', { hasText: 'HTML' }).click();
    await page.waitForURL('**/reports/toride-5/2024.html?on=2025-03-31&position=*');
    expect(await page.locator('h1').innerText()).toContain('令和6年度 進捗状況報告書（未確定）');
  });

  it('goes back in time by dates, says so, and comes back by one way', async () => {
    await open('/measures/1-2-1');
    await page.locator('summary', { hasText: '日付で指定' }).click();
    await page.locator('input[name=on]').fill('2026-03-30');
    await page.locator('button', { hasText: '表示する' }).click();
    await page.waitForURL('**/measures/1-2-1?on=2026-03-30*');
    expect(await page.locator('.time-bar').innerText()).toContain('過去の姿を表示しています');
    expect(await page.locator('.time-bar').innerText()).toContain('令和8年3月30日');
    expect(await page.locator('h1').innerText()).toContain('報告なし');
    // Links keep the moment.
    await page.locator('.head nav a', { hasText: '全体' }).click();
    await page.waitForURL('**/?on=2026-03-30');
    await page.locator('a', { hasText: '今日・いまに戻る' }).click();
    await page.waitForURL(`${daicho.url}/`);
  });

  it('moves its handles by keyboard: which day, and as known until when', async () => {
    await open('/');
    const known = page.getByRole('slider', { name: 'いつまでの記録か' });
    await known.focus();
    const today = await known.getAttribute('aria-valuetext');
    await known.press('PageDown');
    expect(await known.getAttribute('aria-valuetext')).not.toBe(today);
    expect(await page.locator('.moment').innerText()).not.toContain('いままで');
    await page.locator('.time-bar button', { hasText: 'この日付で表示' }).waitFor();
    await known.press('Enter');
    await page.waitForURL('**/?known=*');
    await page.locator('.handle.known:focus').waitFor();
    expect(await page.locator('.time-bar').innerText()).toContain('過去の姿を表示しています');
    expect(await page.locator('h1').innerText()).toBe('この時点では、まだ記録がありません');
  });

  it('does not call a day to come past', async () => {
    await open('/?on=2099-03-31');
    expect(await page.locator('.time-bar').innerText()).toContain('これからの日付の姿を表示しています');
    expect(await page.locator('h1').innerText()).toContain('見込みか');
  });

  it('leads from a change to what proves it, and proves it before the reader’s eyes', async () => {
    await open('/measures/1-2-1');
    await page.locator('.history li', { hasText: '構築' }).first().locator('a', { hasText: '証明' }).click();
    await page.waitForURL('**/proof/*');
    expect(await page.locator('.sentence').innerText()).toMatch(/署名された \d+ 件のうちの \d+ 番です/);
    await page.locator('button', { hasText: '確かめる' }).click();
    await page.locator('.finding.sound').waitFor();
    const found = await page.locator('.finding').innerText();
    expect(found).toMatch(/改ざんされていません.*ScheduleShifted.*仕様の調整に時間を要したため/s);
    // The same file for other tools.
    const { headers } = await fetch(daicho.url + ((await page.locator('main a[download]').getAttribute('href')) ?? ''));
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename="[0-9a-f-]{36}\.tlog-proof"$/);
    expect((await fetch(`${daicho.url}/log/proof/toride-5/nothing.tlog-proof`)).status).toBe(404);
  });

  it('checks a bundle in the browser: whole, with one byte altered, and against a head of another history', async () => {
    const bundle = join(daicho.folder, 'evidence.ndjson');
    expect(await run(['cli', '--data', daicho.folder, 'evidence', 'export', '--out', bundle])).toMatchObject({
      code: 0,
    });
    const altered = join(daicho.folder, 'altered.ndjson');
    writeFileSync(altered, readFileSync(bundle, 'utf8').replace('"value":"22"', '"value":"23"'));
    const checked = async (file: string, head = ''): Promise<string> => {
      await open('/proof');
      await page.locator('input[type=file]').setInputFiles(file);
      await page.locator('.check input[type=text]').fill(head);
      await page.locator('button', { hasText: '確かめる' }).click();
      return page.locator('.finding').innerText();
    };
    expect(await checked(bundle)).toMatch(/改ざんされていません.*内容まで確かめたもの\s*2\d\d/s);
    expect(await checked(altered)).toMatch(/確かめられませんでした（DATA_ALTERED）.*見つかった所： 21\d（行 21\d）/s);
    expect(await checked(bundle, `9:${'A'.repeat(43)}=`)).toContain('FORKED');
    expect(await checked(bundle, '9')).toContain('件数:根');
    expect(await checked(AXE)).toContain('MALFORMED');
  });

  it('answers for what is not there, and for a day that does not exist, with what to do', async () => {
    expect((await page.goto(`${daicho.url}/measures/9-9-9`))?.status()).toBe(404);
    expect(await page.locator('main').innerText()).toContain('見つかりません');
    expect((await page.goto(`${daicho.url}/?on=2026-02-30`))?.status()).toBe(400);
    expect(await page.locator('main').innerText()).toContain('YYYY-MM-DD');
    expect((await page.goto(`${daicho.url}/?plan=nothing`))?.status()).toBe(404);
    expect(await open('/measures?q=そんなものはない')).toContain('当てはまる個別施策はありません');
  });

  it('says that there is something new, and moves nothing under the reader', async () => {
    await open('/measures/1-1-2');
    const before = await page.locator('main').innerText();
    await record('changeMeasureStatus', { measureNo: '1-1-2', status: '継続', effectiveOn: '2026-03-31' });
    await page.locator('#news').waitFor();
    expect(await page.locator('main').innerText()).toBe(before);
    await page.locator('#news').click();
    await page.locator('h1', { hasText: '継続' }).waitFor();
  });

  it.each(PATHS.flatMap((path) => ['ja', 'en'].map((language) => [path, language] as const)))(
    '%s in %s has nothing that axe finds fault with',
    async (path, language) => {
      await open(`${path}${path.includes('?') ? '&' : '?'}lang=${language}`);
      await page.evaluate(readFileSync(AXE, 'utf8'));
      for (const width of [390, 1280]) {
        await page.setViewportSize({ width, height: 900 });
        const violations = await page.evaluate(async () => {
          const { axe } = globalThis as unknown as {
            axe: { run: () => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
          };
          const { violations } = await axe.run();
          return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
        });
        expect([width, violations]).toEqual([width, []]);
      }
    },
  );

  it('says without a script how to check what it cannot check itself', async () => {
    const still = await browser.newContext({ javaScriptEnabled: false });
    const quiet = await still.newPage();
    await quiet.goto(`${daicho.url}/proof`);
    expect(await quiet.locator('main').innerText()).toMatch(/スクリプトが要ります.*npx daicho verify/s);
    await still.close();
  });

  it.each(PATHS.filter((path) => path !== '/proof'))('%s is read without a script, the same words', async (path) => {
    const withScript = await open(path);
    const still = await browser.newContext({ javaScriptEnabled: false });
    const quiet = await still.newPage();
    await quiet.goto(daicho.url + path);
    expect(await quiet.locator('main').innerText()).toBe(withScript);
    await still.close();
  });

  it.each([360, 640])('fits a width of %i, tables scroll inside their own frame', async (width) => {
    await page.setViewportSize({ width, height: 800 });
    for (const path of PATHS) {
      await open(path);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    }
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  it('asks nobody else, loads little script, and has run without a fault', async () => {
    expect(new Set(requested.map((address) => new URL(address).origin))).toEqual(new Set([daicho.url]));
    const html = await (await fetch(`${daicho.url}/`)).text();
    const scripts = [...html.matchAll(/<script[^>]* src="([^"]+)"/g)].map(([, src]) => src ?? '');
    expect(scripts).toHaveLength(1);
    let bytes = 0;
    for (const src of scripts) {
      const { headers } = await fetch(daicho.url + src, { headers: { 'accept-encoding': 'br' } });
      expect(headers.get('content-encoding')).toBe('br');
      bytes += Number(headers.get('content-length'));
    }
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(SCRIPT_BYTES_MAX);
    const policy = (await fetch(`${daicho.url}/`)).headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(faults).toEqual([]);
  });
});
