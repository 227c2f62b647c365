import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import excel from 'exceljs';
import type { Browser, Locator, Page } from 'playwright-core';
import { planWorkbook } from '../../src/sheet/plan-sheet.js';
import { ApiProcess } from '../support/api-process.js';
import { CHROMIUM, openBrowser } from '../support/browser.js';
import { ADMIN_TOKEN, TORIDE_FILE, type Answer } from '../support/daicho.js';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const dayIn = (days: number): string => new Date(Date.now() + days * 24 * 3_600_000).toISOString().slice(0, 10);
const [in30Days, in60Days] = [dayIn(30), dayIn(60)];
type Filled = Readonly<Record<string, string | true | readonly string[]>>;

/** The years of a plan as people do them: every step in the page, nothing by the API. */
(CHROMIUM === undefined ? describe.skip : describe)('The desks of the staff', () => {
  const daicho = new ApiProcess();
  let browser: Browser;
  let page: Page;
  const faults: string[] = [];
  const ask = async (query: string): Promise<Answer> => (await daicho.ask(query)).data;

  const desk = async (path: string): Promise<void> => {
    await page.goto(`${daicho.url}${path}`, { waitUntil: 'networkidle' });
    await page.locator('.desks').waitFor();
  };
  /** Opens a form by its name, within a part of the page. */
  const open = async (name: string, within: Locator = page.locator('main')): Promise<Locator> => {
    const form = within
      .locator('details.act')
      .filter({ has: page.locator('summary', { hasText: new RegExp(`^${name}$`) }) })
      .first();
    if ((await form.getAttribute('open')) === null) await form.locator('summary').click();
    return form;
  };
  const fill = async (form: Locator, filled: Filled): Promise<void> => {
    for (const [label, value] of Object.entries(filled)) {
      if (value === true) {
        await form.getByLabel(label).check();
        continue;
      }
      if (typeof value !== 'string') {
        const group = form.locator('fieldset', { has: page.locator('legend', { hasText: label }) });
        for (const choice of value) await group.getByLabel(choice, { exact: true }).check();
        continue;
      }
      const field = form
        .locator('.field', { has: page.locator('label', { hasText: new RegExp(`^${label}( 必須)?$`) }) })
        .locator('input, textarea, select');
      if ((await field.evaluate(({ tagName }) => tagName)) === 'SELECT') await field.selectOption({ label: value });
      else await field.fill(value);
    }
  };
  /** @returns what is told of it */
  const send = async (form: Locator): Promise<string> => {
    await form.locator('button[type=submit]').click();
    const told = page.locator('.toast .finding').or(form.locator('.finding'));
    await told.first().waitFor();
    return told.first().innerText();
  };
  /** Fills a form, sends it, and is told that it is recorded. */
  const record = async (name: string, filled: Filled = {}, within?: Locator): Promise<void> => {
    const form = await open(name, within);
    await fill(form, filled);
    const told = await send(form);
    const wrong = told.startsWith('◎') ? [] : await form.locator('.wrong').allInnerTexts();
    expect([name, told, wrong]).toEqual([name, expect.stringContaining('記録しました'), []]);
  };
  const signInAs = async (token: string): Promise<void> => {
    await page.goto(`${daicho.url}/sign-in`);
    await page.getByLabel('トークン').fill(token);
    await page.getByRole('button', { name: 'サインイン' }).click();
    await page.waitForURL('**/work');
  };
  const part = (title: string): Locator =>
    page.locator('section', { has: page.locator('h2, h3', { hasText: title }) }).last();

  beforeAll(async () => {
    await daicho.start();
    browser = await openBrowser();
    page = await (await browser.newContext()).newPage();
    page.setDefaultTimeout(15_000);
    page.on('pageerror', (error) => faults.push(String(error)));
    await signInAs(ADMIN_TOKEN);
  });
  afterAll(async () => {
    await browser.close();
    await daicho.dispose();
  });

  describe('S1', () => {
    const differs = (): Promise<string> => page.locator('[role=status] .finding').innerText();

    it('tells what the plan holds, and each warning with what the source prints', async () => {
      await desk('/work/plan');
      expect(await page.locator('.sentence').innerText()).toBe(
        '台帳の計画は、基本目標 4、施策 11、個別施策 46（うち新規 22）、指標 4（数列 5）です。',
      );
      const { plan } = await ask('{ plan(key: "toride-5") { warnings { printed } } }');
      const warnings = await page.locator('main dl').innerText();
      expect(plan.warnings.length).toBeGreaterThan(5);
      for (const text of plan.warnings.flatMap(({ printed }: Answer) => printed)) expect(warnings).toContain(text);
    });

    it('finds nothing new in the same file, and shows what a changed one would change before it is loaded', async () => {
      await page.getByLabel('計画ファイル').setInputFiles(TORIDE_FILE);
      await page.locator('.finding', { hasText: '台帳と違いはありません。' }).waitFor();
      expect(await page.getByRole('button', { name: '記録する' }).count()).toBe(0);

      const changed = join(daicho.folder, 'changed.yaml');
      const source = readFileSync(TORIDE_FILE, 'utf8');
      writeFileSync(changed, source.replace('集団健診予約システムの利用拡大', '集団健診予約システムの利用の拡大'));
      await page.getByLabel('計画ファイル').setInputFiles(changed);
      await page.locator('.finding', { hasText: '集団健診予約システムの利用の拡大' }).waitFor();
      await page.getByRole('button', { name: '記録する' }).click();
      await page.locator('[role=status] .finding.unsound').waitFor();
      expect(await differs()).toContain('理由');
      await page.getByLabel('理由').fill('改めた版が届いた');
      await page.getByRole('button', { name: '記録する' }).click();
      await page.locator('.finding.sound', { hasText: '記録しました。' }).waitFor();
      await page.goto(`${daicho.url}/measures/1-1-5`);
      expect(await page.locator('main').innerText()).toContain('改めた版が届いた');
      await desk('/work/plan');
    });

    it('names what is wrong with a file that is none', async () => {
      await page.getByLabel('計画ファイル').setInputFiles({
        ...{ name: 'plan.yaml', mimeType: 'text/yaml' },
        buffer: Buffer.from('goals: [\n'),
      });
      await page.locator('[role=status] .finding.unsound').waitFor();
      expect(await differs()).toMatch(/まだ何も記録していません.*計画ファイルに誤りがあります.*2:1/s);
    });
  });

  describe('S3', () => {
    it('moves a phase by the keyboard, says what follows before it is recorded, and leaves the adopted row', async () => {
      await desk('/work/measure?no=1-2-1');
      const phase = page.getByRole('button', { name: '構築 令和6年度' });
      await phase.focus();
      await phase.press('ArrowRight');
      expect(await page.locator('main').innerText()).toContain('「構築」を令和6年度から令和7年度へ移します。');
      const after = page.locator('tr', { hasText: '移したあと' });
      expect(await after.locator('td').allInnerTexts()).toEqual(['検討', '⇒', '構築', '運用', '⇒', '—']);
      const form = await open('日程の変更を記録する');
      expect(await send(form)).toContain('直してください');
      expect(await form.locator('.field', { hasText: '理由' }).innerText()).toContain('✕ 必要です。');
      expect(await form.locator('.wrong').count()).toBe(1);
      await fill(form, { 理由: '仕様の調整', 決めた機関: '情報化推進委員会' });
      expect(await send(form)).toContain('記録しました');
      await page.locator('tr', { hasText: '見通し' }).locator('td', { hasText: '構築' }).waitFor();

      const rows = page.locator('table.schedule tbody tr');
      expect(await rows.nth(0).locator('td').allInnerTexts()).toEqual(['検討', '構築', '運用', '⇒', '⇒', '—']);
      expect(await rows.nth(1).locator('td').allInnerTexts()).toEqual(['検討', '⇒', '構築', '運用', '⇒', '—']);
      await page.goto(`${daicho.url}/measures/1-2-1`);
      expect(await page.locator('main').innerText()).toContain('日程の変更 1 回、合計 +1 年');
    });

    it('moves one by the mouse, and takes it back', async () => {
      await desk('/work/measure?no=2-1-1');
      const row = page.locator('tr', { hasText: '見通し' });
      const phase = row.locator('button.phase').first();
      const before = await row.locator('td').allInnerTexts();
      await phase.dragTo(row.locator('td').nth(2));
      await record('日程の変更を記録する', { 理由: '入力の試し' });
      await desk('/work/measure?no=2-1-1');
      const form = await open('日程の変更を取り消す');
      await form.locator('select').selectOption({ index: 1 });
      await fill(form, { 理由: '取り違え' });
      expect(await send(form)).toContain('記録しました');
      await desk('/work/measure?no=2-1-1');
      expect(await row.locator('td').allInnerTexts()).toEqual(before);
    });
  });

  it('S4: ends a measure with a decision that is cited, and the public page says why', async () => {
    await desk('/work/committee');
    const meeting = await open('会議を記録する');
    await fill(meeting, {
      ...{
        名称: '令和8年度第1回',
        開いた日: '2026-06-01',
        議長: '副市長（委員長）',
        議題: '窓口システムの導入の見送り\n',
      },
      出席した委員: ['副市長（委員長）', '総務部長（副委員長）'],
    });
    expect(await send(meeting)).toContain('記録しました');
    await page.locator('h3', { hasText: '令和8年度第1回' }).waitFor();
    await record(
      '決定を記録する',
      {
        ...{ 結果: '承認', 決定の内容: '導入しない。', 対応事項の担当: '情報管理課', 対応事項の期限: '2027-03-31' },
        対応事項: '理由を公表する',
      },
      part('令和8年度第1回'),
    );
    await page.locator('b', { hasText: 'R8-1 承認' }).waitFor();

    await desk('/work/measure?no=2-2-7');
    await record('終わりにする', {
      ...{ 終わり方: '検討の結果実施しない', 理由: '効果が費用に見合わない' },
      決定: 'R8-1 窓口システムの導入の見送り',
    });
    await page.goto(`${daicho.url}/measures/2-2-7`);
    expect(await page.locator('.sentence').innerText()).toContain('効果が費用に見合わない');
    await desk('/work/committee');
    expect(await page.locator('.sentence').innerText()).toContain('残っている対応事項 1 件');
    await record('済んだと記録する', { どうなったか: '公表した' });
    await page.locator('.sentence', { hasText: '残っている対応事項 0 件' }).waitFor();
  });

  it('S5: enters readings late, corrects one with a reason, and the point is marked', async () => {
    await desk('/work/readings');
    const kpi = part('スマートフォン教室の開催数');
    for (const [year, value] of [
      ['令和5年度', '9'],
      ['令和6年度', '14'],
      ['令和7年度', '20'],
    ] as const) {
      await record('実績値を記録する', { 年度: year, 実績値: value }, kpi);
      await kpi.locator('td', { hasText: value }).first().waitFor();
    }
    const form = await open('実績値を訂正する', kpi);
    await fill(form, { 年度: '令和7年度', 実績値: '二十二', 理由: '集計誤り' });
    expect(await send(form)).toContain('直してください');
    expect(await form.locator('.wrong').innerText()).toMatch(/数/);
    await fill(form, { 実績値: '22' });
    expect(await send(form)).toContain('記録しました');
    await kpi.locator('td', { hasText: '◇ 22' }).waitFor();
    await page.goto(`${daicho.url}/kpis`);
    expect(await page.locator('#smartphone-classes').innerText()).toContain('訂正あり：集計誤り');
  });

  it('S6: enters an unplanned initiative, which counts apart', async () => {
    await desk('/work/measure');
    await record('計画にない取組を加える', {
      ...{ 名称: '新しい法律への対応', きっかけ: '新法令等', 'どの法令・財源など': '標準化法', 理由: '法律の施行' },
      ...{ 基本目標: '1 ' + (await ask('{ plan(key: "toride-5") { goals { title } } }')).plan.goals[0].title },
      担当: ['情報管理課'],
    });
    await page.locator('li', { hasText: 'U1 新しい法律への対応' }).waitFor();
    const { plan } = await ask('{ plan(key: "toride-5") { summary { measures unplanned } } }');
    expect(plan.summary).toEqual({ measures: 46, unplanned: 1 });
  });

  it('S7: opens a round, sees who is missing, reminds, closes it and the review, and takes a late fix as a correction', async () => {
    await desk('/work/rounds');
    await record('報告の受付を始める', { 年度: '令和6年度', 期間: '年度', 締切: in30Days });
    await page.locator('h3', { hasText: '年度' }).waitFor();
    const row = page.locator('tr', { has: page.locator('th', { hasText: /^国保年金課$/ }) });
    expect(await row.innerText()).toMatch(/0／\d.*○ 1-1-5/s);
    expect(
      decodeURIComponent((await row.getByRole('link', { name: 'メールを作る' }).getAttribute('href')) ?? ''),
    ).toMatch(/^mailto:\?subject=.*令和6年度.*国保年金課 様.*1-1-5/s);
    await record('締切を変える', { 担当: '国保年金課', 締切: in60Days, 理由: '繁忙期のため' });
    await row
      .locator('td', { hasText: `${String(Number(in60Days.slice(5, 7)))}月${String(Number(in60Days.slice(8)))}日` })
      .waitFor();
    await record('受付を終える');
    await page.locator('h3', { hasText: '受付終了' }).waitFor();
    expect(await page.locator('main').innerText()).toMatch(
      /報告する (\d+) 件のうち、承認されていないものは \1 件です。/,
    );
    const close = await open('年度評価を確定する');
    expect(await send(close)).toContain('直してください');
    await close.getByRole('checkbox').check();
    expect(await send(close)).toContain('記録しました');
    await page.locator('h2', { hasText: '確定' }).waitFor();
    await desk('/work/readings');
    await record(
      '実績値を訂正する',
      { 年度: '令和6年度', 実績値: '15', 理由: '数え漏れ' },
      part('スマートフォン教室の開催数'),
    );
    await page.goto(`${daicho.url}/reviews`);
    expect(await page.locator('tr', { hasText: '令和6年度' }).innerText()).toMatch(/^令和6年度\s+確定\s+1\s/);
  });

  it('S8: opens a circulation, takes the answers on paper, and closes it with its outcome', async () => {
    await desk('/work/committee');
    await record('持ち回りを始める', {
      ...{ 名称: '講習の拡大', はかる内容: '講習の回数を増やす。', 会議を開かない理由: '年度内に決める必要があるため' },
      ...{ 締切: in30Days, 職名: '副市長（委員長）' },
    });
    const circulation = part('講習の拡大');
    await circulation.waitFor();
    await record('回答する', { 回答: '賛成', 意見: '賛成します。', 職名: '財政部長（委員）' }, circulation);
    await circulation.locator('li', { hasText: '財政部長：賛成' }).waitFor();
    const again = await open('回答する', circulation);
    await fill(again, { 回答: '反対', 職名: '財政部長（委員）' });
    expect(await send(again)).toContain('直してください');
    await record(
      '結果を記録して終える',
      { 結果: '承認', 決定の内容: '増やす。', 職名: '副市長（委員長）' },
      circulation,
    );
    await circulation.locator('b', { hasText: '承認' }).waitFor();
  });

  it('S9: revises a target, splits a measure, renames a division, and all stand in the comparison', async () => {
    await desk('/work/readings');
    await record(
      '目標値を改める',
      { 年度: '令和9年度', 目標値: '2400', 理由: '受講希望の増加' },
      part('研修の受講者総数'),
    );
    await desk('/work/measure?no=1-2-2');
    await record('二つに分ける', {
      ...{
        一つ目の番号: '1-2-8',
        一つ目の名称: '前半',
        二つ目の番号: '1-2-9',
        二つ目の名称: '後半',
        理由: '担当が分かれた',
      },
      ...{ 一つ目の担当: ['情報管理課'], 二つ目の担当: ['財政課'] },
    });
    await desk('/work/people');
    await record('課の名前を改める', {
      担当: '魅力とりで発信課',
      新しい名前: 'シティプロモーション課',
      理由: '機構改革',
    });
    await page.goto(`${daicho.url}/compare?since=2026-01-01`);
    const rows = await page.locator('main').innerText();
    for (const words of ['2400', '1-2-8', 'シティプロモーション課', '受講希望の増加', '担当が分かれた']) {
      expect(rows).toContain(words);
    }
  });

  it('registers a person, gives a role of a division and a link that signs in, and ends it', async () => {
    await desk('/work/people');
    const form = await open('人を登録する');
    await fill(form, { 氏名: '取手花子' });
    await send(form);
    await form.getByRole('link', { name: '役割を付けてください' }).click();
    const person = part('取手花子');
    await record('役割を付ける', { 役割: '報告', 担当: '国保年金課' }, person);
    await person.locator('li', { hasText: '国保年金課' }).waitFor();
    const link = await open('サインインのリンクを出す', person);
    await send(link);
    const url = await link.locator('code').innerText();
    const token = await page.evaluate(() => sessionStorage.getItem('daicho-token'));

    await page.goto(url);
    await page.getByRole('button', { name: 'サインイン' }).click();
    await page.waitForURL('**/work');
    await desk('/work/people');
    expect(await page.locator('main').innerText()).toContain('記録する権利がありません');
    expect(await page.locator('details.act').count()).toBe(0);

    await signInAs(token ?? '');
    await desk('/work/people');
    await record(
      '個人の情報を消去する',
      { 消去の根拠: '本人の求め', 元に戻せないことを確かめた: true },
      part('取手花子'),
    );
  });

  it('S1: takes a plan from a workbook, and names a wrong cell', async () => {
    const book = new excel.Workbook();
    await book.xlsx.load((await planWorkbook([], readFileSync(TORIDE_FILE, 'utf8'))) as never);
    const title = book.getWorksheet('計画');
    if (!title) throw new Error('no such sheet');
    title.getCell('B2').value = 'toride-6';
    title.getCell('B3').value = '第六次取手市情報化計画';
    await desk('/work/plan');
    const bring = async (name: string): Promise<string> => {
      const file = join(daicho.folder, name);
      writeFileSync(file, Buffer.from(await book.xlsx.writeBuffer()));
      await page.getByLabel('計画ファイル').setInputFiles(file);
      await page.locator('[role=status] .finding').waitFor();
      return page.locator('[role=status] .finding').innerText();
    };
    const cell = book.getWorksheet('個別施策')?.getCell('A3');
    if (!cell) throw new Error('no such sheet');
    cell.value = '9-9-1';
    expect(await bring('wrong.xlsx')).toMatch(/まだ何も記録していません.*個別施策 A3/s);
    cell.value = '1-1-2';
    await page.reload({ waitUntil: 'networkidle' });
    expect(await bring('right.xlsx')).toMatch(/誤りはありません。.*measure\/1-1-1 title：— → オンライン化に向けた/s);
    await page.getByRole('button', { name: '記録する' }).click();
    await page.locator('.finding.sound', { hasText: '記録しました。' }).waitFor();
    await page.goto(daicho.url);
    await page.getByRole('navigation', { name: '計画を選ぶ' }).getByText('第六次取手市情報化計画').click();
    await page.waitForURL('**/?plan=toride-6');
    expect(await page.locator('h1, .plan-title').first().innerText()).toBe('第六次取手市情報化計画');
  });

  it.each(['ja', 'en'])('has nothing that axe finds fault with, with its forms open: %s', async (language) => {
    for (const path of ['measure?', 'measure?no=1-2-1&', 'readings?', 'rounds?', 'committee?', 'people?', 'plan?']) {
      await page.goto(`${daicho.url}/work/${path}lang=${language}`, { waitUntil: 'networkidle' });
      await page.evaluate(() => {
        for (const form of document.querySelectorAll('details')) form.open = true;
      });
      await page.evaluate(readFileSync(AXE, 'utf8'));
      const violations = await page.evaluate(async () => {
        const { axe } = globalThis as unknown as {
          axe: { run: () => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
        };
        return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
      });
      expect([path, violations]).toEqual([path, []]);
    }
    expect(faults).toEqual([]);
  });
});
