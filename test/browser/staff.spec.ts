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

  it.each(['ja', 'en'])('has nothing that axe finds fault with: %s', async (language) => {
    for (const path of ['/work', '/sign-in']) {
      await page.goto(`${daicho.url}${path}?lang=${language}`, { waitUntil: 'networkidle' });
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
    await page.getByRole('button', { name: 'サインアウト' }).click();
    await page.waitForURL(`${daicho.url}/`);
    const link = await run(['cli', '--data', daicho.folder, '--json', 'sign-in-link', person, '--base', daicho.url]);
    const { url } = JSON.parse(link.out) as { url: string };
    await page.goto(url);
    await page.getByRole('button', { name: 'サインイン' }).click();
    await page.waitForURL('**/work');
    await page.locator('h2', { hasText: '国保年金課' }).waitFor();
    await page.goto(url);
    await page.getByRole('button', { name: 'サインイン' }).click();
    await page.locator('[role=alert] .finding').waitFor();
    expect(faults).toEqual([]);
  });
});
