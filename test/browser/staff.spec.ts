import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import excel from 'exceljs';
import type { Browser, Page } from 'playwright-core';
import { ApiProcess } from '../support/api-process.js';
import { CHROMIUM, openBrowser } from '../support/browser.js';
import type { Answer } from '../support/daicho.js';
import { run } from '../support/program.js';

const PLAN = { planKey: 'toride-5' };
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** A clerk reports with the sheet of his division. */
(CHROMIUM === undefined ? describe.skip : describe)('The page for staff', () => {
  const daicho = new ApiProcess();
  let browser: Browser;
  let page: Page;
  let token: string;
  let person: string;
  let approver: string;
  const faults: string[] = [];

  const record = async (mutation: string, input: object, fields = ''): Promise<Answer> => {
    const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input!`;
    const query = `mutation ($input: ${type}) { ${mutation}(input: $input) { receipt { position } problems { code } ${fields} } }`;
    const { data, errors } = await daicho.ask(query, { input });
    expect([errors, data?.[mutation].problems]).toEqual([undefined, []]);
    return data[mutation];
  };

  beforeAll(async () => {
    await daicho.start();
    const deadline = new Date(Date.now() + 30 * 24 * 3_600_000).toISOString().slice(0, 10);
    await record('openRound', { ...PLAN, fiscalYear: 2024, deadline });
    person = (await record('registerPerson', { name: '担当者' }, 'person { id }')).person.id;
    await record('grantRole', { ...PLAN, personId: person, role: 'REPORTER', division: '国保年金課' });
    token = (await record('issueToken', { personId: person }, 'token')).token;
    const head = (await record('registerPerson', {}, 'person { id }')).person.id;
    await record('grantRole', { ...PLAN, personId: head, role: 'APPROVER', division: '国保年金課' });
    approver = (await record('issueToken', { personId: head }, 'token')).token;
    browser = await openBrowser();
    page = await (await browser.newContext({ acceptDownloads: true })).newPage();
    page.setDefaultTimeout(15_000);
    page.on('pageerror', (error) => faults.push(String(error)));
  });
  afterAll(async () => {
    await browser.close();
    await daicho.dispose();
  });

  it('lets nobody in without a token, and says when one is not right', async () => {
    await page.goto(`${daicho.url}/work`);
    await page.waitForURL('**/sign-in');
    await page.getByLabel('トークン').fill('not-a-token');
    await page.getByRole('button', { name: 'サインイン' }).click();
    await page.locator('[role=alert] .finding').waitFor();
    expect(await page.locator('[role=alert]').innerText()).toContain('トークンが正しくない');
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
  });

  it('shows what the division is to report, what is urgent first', async () => {
    await page.getByLabel('トークン').fill(token);
    await page.getByRole('button', { name: 'サインイン' }).click();
    await page.waitForURL('**/work');
    await page.locator('h2', { hasText: '国保年金課' }).waitFor();
    expect(await page.locator('.sentence').innerText()).toBe(
      '報告する 8 件のうち 0 件を提出しました。差戻し 0、期限超過 0 です。',
    );
    expect(await page.locator('h2').allInnerTexts()).toHaveLength(1);
    expect(await page.locator('tbody tr').count()).toBe(8);
  });

  it('gives the sheet, says what is wrong with it by cell, and records it when it is right', async () => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: '様式（Excel）を受け取る' }).click(),
    ]);
    const file = join(daicho.folder, 'form.xlsx');
    await download.saveAs(file);
    const fill = async (cells: Readonly<Record<string, string>>): Promise<string> => {
      const book = new excel.Workbook();
      await book.xlsx.load(readFileSync(file) as never);
      for (const [at, value] of Object.entries(cells)) {
        const cell = book.getWorksheet('報告')?.getCell(at);
        if (cell) cell.value = value;
      }
      const filled = join(daicho.folder, `filled-${Object.keys(cells).join('-')}.xlsx`);
      writeFileSync(filled, Buffer.from(await book.xlsx.writeBuffer()));
      return filled;
    };
    const input = page.locator('input[type=file]');
    await input.setInputFiles(await fill({ N11: '受付を始めた。', O11: '微妙' }));
    await page.locator('.finding.unsound').waitFor();
    expect(await page.locator('.finding').innerText()).toMatch(
      /直してください。まだ何も記録していません。.*報告 O11.*一覧にある言葉/s,
    );

    await input.setInputFiles(await fill({ N11: '受付を始めた。', O11: '継続', P11: '予定どおり。' }));
    await page.locator('.finding.sound').waitFor();
    expect(await page.locator('.finding').innerText()).toMatch(
      /誤りはありません。.*N11 1-1-5 令和6年度の実績：— → 受付を始めた。/s,
    );
    await page.getByRole('button', { name: '記録する' }).click();
    await page.locator('.finding', { hasText: '記録しました' }).waitFor();
    await page.locator('.sentence', { hasText: '8 件のうち 1 件を提出' }).waitFor();
    expect(await page.locator('tr', { hasText: '1-1-5' }).innerText()).toContain('提出済');
  });

  const signInAs = async (who: string): Promise<void> => {
    await page.goto(`${daicho.url}/sign-in`);
    await page.getByLabel('トークン').fill(who);
    await page.getByRole('button', { name: 'サインイン' }).click();
    await page.waitForURL('**/work');
  };
  const open = async (no: string): Promise<void> => {
    await page.locator('tbody a', { hasText: no }).first().click();
    await page.waitForURL('**/work/report?no=*');
    await page.getByLabel('実績').first().waitFor();
  };
  const told = (words: string): Promise<void> => page.locator('[role=status] .finding', { hasText: words }).waitFor();

  it('takes a report in a form that loses nothing, and says at each field what is missing', async () => {
    await page.goto(`${daicho.url}/work`);
    await open('1-1-6');
    await page.getByLabel('実績').fill('保健指導にタブレット端末を使い始めた。');
    await page.reload();
    await page.getByLabel('実績').waitFor();
    expect(await page.getByLabel('実績').inputValue()).toBe('保健指導にタブレット端末を使い始めた。');
    await page.getByRole('button', { name: '提出する' }).click();
    await told('直してください');
    expect(await page.locator('form .wrong').allInnerTexts()).toEqual(['✕ 記入してください', '✕ 記入してください']);
    expect(await page.locator('fieldset .wrong').count()).toBe(1);
    await page.getByRole('radio', { name: '調整' }).check();
    await page.getByLabel('評価の理由').fill('台数が足りない。');
    await page.getByRole('button', { name: '提出する' }).click();
    await page.locator('label', { hasText: '遅れの原因' }).locator('.wrong').waitFor();
    await page.getByLabel('遅れの原因').fill('調達の遅れ。');
    await page.getByLabel('遅れへの対応').fill('来年度に追加する。');
    await page.getByLabel('ファイルを添える').setInputFiles({
      ...{ name: '端末の台数.pdf', mimeType: 'application/pdf' },
      buffer: Buffer.from('%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n'),
    });
    await page.locator('li', { hasText: '端末の台数.pdf' }).waitFor();
    await page.getByRole('button', { name: '提出する' }).click();
    await told('提出しました。');
    expect(await page.evaluate(() => localStorage.length)).toBe(0);
    expect(await page.getByRole('button', { name: '承認する' }).count()).toBe(0);
  });

  it('shows the report of another division, and says that it is not for this reporter to write', async () => {
    const address = `${daicho.url}/work/report?no=1-1-6&year=2024&division=財政課`;
    await page.goto(address);
    await page.locator('.finding', { hasText: '担当課の報告者と承認者にあります' }).waitFor();
    expect(await page.getByRole('button', { name: '提出する' }).count()).toBe(0);
    expect(await page.getByLabel('実績').first().isDisabled()).toBe(true);
  });

  it('says when there is no such measure to report on', async () => {
    await page.goto(`${daicho.url}/work/report?no=9-9-9&year=2024`);
    await page.locator('h1', { hasText: '見つかりません' }).waitFor();
  });

  it('lets who approves return it with a reason, which stands above the form, and approve it', async () => {
    await signInAs(approver);
    await open('1-1-6');
    await page.locator('summary', { hasText: '意見を伝える' }).click();
    await page.locator('aside').getByLabel('意見').fill('表にまとめると見やすいです。');
    await page.locator('aside').getByRole('button', { name: '意見を伝える' }).click();
    await page.locator('aside li', { hasText: '表にまとめると' }).waitFor();
    await page.getByLabel('差し戻す理由').fill('台数を書いてください');
    await page.getByRole('button', { name: '差し戻す' }).click();
    await told('差し戻しました。');
    await signInAs(token);
    expect(await page.locator('tbody tr').first().innerText()).toContain('差戻し');
    await open('1-1-6');
    expect(await page.locator('.finding.unsound').innerText()).toContain('台数を書いてください');
    await page.getByLabel('実績').fill('保健指導にタブレット端末 12 台を使い始めた。');
    await page.getByRole('button', { name: '提出する' }).click();
    await told('提出しました。');
    await signInAs(approver);
    await open('1-1-6');
    await page.getByRole('button', { name: '承認する' }).click();
    await told('承認しました。');
    await page.goto(`${daicho.url}/measures/1-1-6`);
    expect(await page.locator('main').innerText()).toContain('タブレット端末 12 台');
    await page.goto(`${daicho.url}/work`);
    await open('1-1-6');
    await page.locator('summary', { hasText: '承認された報告を訂正する' }).click();
    await page.locator('aside').getByLabel('実績').fill('保健指導にタブレット端末 13 台を使い始めた。');
    await page.locator('details[open]').getByLabel('理由 必須', { exact: true }).fill('数え違い');
    await page.locator('aside').getByRole('button', { name: '承認された報告を訂正する' }).click();
    await told('記録しました。');
    await page.goto(`${daicho.url}/measures/1-1-6`);
    expect(await page.locator('main').innerText()).toContain('タブレット端末 13 台');
  });

  it('asks for half a year as for a year, in a form of its own', async () => {
    const deadline = new Date(Date.now() + 30 * 24 * 3_600_000).toISOString().slice(0, 10);
    await record('openRound', { ...PLAN, fiscalYear: 2025, period: 'HALF1', deadline });
    await signInAs(token);
    const half = page.locator('details.division', { hasText: '令和7年度 上半期' });
    await half.locator('tbody a', { hasText: '1-1-6' }).click();
    await page.waitForURL('**/work/report?*period=HALF1*');
    await page.locator('.sentence', { hasText: '令和7年度 上半期・未提出' }).waitFor();
    await page.getByLabel('実績').fill('上半期に 3 台を配った。');
    await page.getByRole('radio', { name: '継続' }).check();
    await page.getByLabel('評価の理由').fill('予定どおり。');
    await page.getByRole('button', { name: '提出する' }).click();
    await told('提出しました。');
    const { data } = await daicho.ask(
      '{ plan(key: "toride-5") { measure(no: "1-1-6") { reports(period: HALF1) { fiscalYear stage results } } } }',
    );
    expect(data.plan.measure.reports).toEqual([
      { fiscalYear: 2025, stage: 'SUBMITTED', results: '上半期に 3 台を配った。' },
    ]);
  });

  it.each(['ja', 'en'])('has nothing that axe finds fault with: %s', async (language) => {
    const report = `/work/report?no=1-1-1&year=2024&division=${encodeURIComponent('国保年金課')}&`;
    for (const path of ['/work?', '/sign-in?', report]) {
      await page.goto(`${daicho.url}${path}lang=${language}`, { waitUntil: 'networkidle' });
      await page.evaluate(readFileSync(AXE, 'utf8'));
      const violations = await page.evaluate(async () => {
        const { axe } = globalThis as unknown as {
          axe: { run: () => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
        };
        return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
      });
      expect([path, violations]).toEqual([path, []]);
    }
  });

  it('ends the session, and begins one by a link that works once', async () => {
    await page.goto(`${daicho.url}/work`);
    await open('1-1-1');
    await page.getByLabel('実績').fill('書きかけ');
    for (const [answer, left] of [
      ['dismiss', 1],
      ['accept', 0],
    ] as const) {
      await signInAs(token);
      const asked = page.waitForEvent('dialog').then((dialog) => dialog[answer]());
      await page.getByRole('button', { name: 'サインアウト' }).click();
      await asked;
      await page.waitForURL(`${daicho.url}/`);
      expect([answer, await page.evaluate(() => localStorage.length)]).toEqual([answer, left]);
    }
    const link = await run(['cli', '--data', daicho.folder, '--json', 'sign-in-link', person, '--base', daicho.url]);
    const { url } = JSON.parse(link.out) as { url: string };
    await page.goto(url);
    await page.getByRole('button', { name: 'サインイン' }).click();
    await page.waitForURL('**/work');
    await page.locator('h2', { hasText: '国保年金課 令和6年度' }).waitFor();
    await page.goto(url);
    await page.getByRole('button', { name: 'サインイン' }).click();
    await page.locator('[role=alert] .finding').waitFor();
    expect(faults).toEqual([]);
  });
});
