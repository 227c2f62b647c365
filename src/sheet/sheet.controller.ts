import { createHash } from 'node:crypto';
import { Body, Controller, Get, Headers, HttpException, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { unauthenticated } from '../access/token-authenticator.js';
import { asHttp, refused } from '../api/http-problem.js';
import { OwnApi } from '../api/own-api.js';
import { problemOf } from '../api/problem.types.js';
import { TooLarge } from '../api/upload.js';
import type { Day } from '../calendar/day.js';
import { lastDayOf } from '../calendar/fiscal-year.js';
import { Refusal } from '../problems.js';
import { formOf, linksIn, SHEET, type Form } from './form.js';
import {
  FORM,
  FORM_MEASURES,
  type FormReport,
  type FormAnswer,
  type FormMeasure,
  type FormMeasuresAnswer,
} from './question.js';
import { readForm, type Difference, type Finding, type Order, type Purpose } from './reading.js';

export const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** At a cell: its sheet, its address, and the number of its row where it has one. */
export interface Told {
  readonly code: string;
  readonly message: string;
  /** `['報告', 'N9']` */
  readonly path: readonly string[];
}

/** What came of a sheet: the same when it is only looked at and when it is written. */
export interface SheetAnswer {
  readonly purpose: Purpose;
  readonly isWritten: boolean;
  readonly differences: readonly Difference[];
  readonly warnings: readonly Told[];
  readonly problems: readonly Told[];
  readonly receipts: readonly { readonly no: string; readonly position: string; readonly revision: number }[];
}

interface Payload {
  readonly receipt: { readonly position: string; readonly revision: number } | null;
  readonly problems: readonly { readonly code: string; readonly message: string; readonly path: readonly string[] }[];
}

/**
 * Progress sheets 様式: `GET /sheets/toride-5/2025/国保年金課.xlsx`, filled in, and back by `POST`. A sheet is only looked at, with all that it
 * would change and all that is wrong with it by cell, until `?commit=true`; then it is written as the commands that it comes to. `?as=draft`
 * saves drafts in place of handing in.
 */
@Controller('sheets')
export class SheetController {
  constructor(private readonly api: OwnApi) {}

  @Get(':plan/:year/:file')
  async form(
    @Param() asked: Readonly<Record<'plan' | 'year' | 'file', string>>,
    @Headers('authorization') authorization: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const form = await this.#form(asked, authorization);
    const name = encodeURIComponent(`${String(form.fiscalYear)}-${form.division.name}.xlsx`);
    const { workbookOf } = await import('./workbook.js');
    const file = await workbookOf(form);
    await reply
      .headers({
        'content-type': XLSX,
        'content-disposition': `attachment; filename*=UTF-8''${name}`,
        'cache-control': 'private, no-store',
        'x-content-type-options': 'nosniff',
      })
      .send(file);
  }

  @Post(':plan/:year/:file')
  @HttpCode(200)
  async take(
    @Param() asked: Readonly<Record<'plan' | 'year' | 'file', string>>,
    @Query() { commit, as: purpose = 'submit' }: Readonly<Record<string, unknown>>,
    @Headers('authorization') authorization: string | undefined,
    @Body() body: unknown,
  ): Promise<SheetAnswer> {
    if (purpose !== 'draft' && purpose !== 'submit') throw refused('INVALID_INPUT', 'as', 'draft / submit');
    if (commit !== undefined && commit !== 'true' && commit !== 'false')
      throw refused('INVALID_INPUT', 'commit', 'true / false');
    const form = await this.#form(asked, authorization);
    const file = fileIn(body);
    const { readWorkbook } = await import('./workbook.js');
    const read = await readWorkbook(file, form.columns.length).catch((error: unknown) => {
      throw error instanceof Refusal ? asHttp(error) : error;
    });
    const { differences, problems, warnings, orders } = readForm(form, read, purpose);
    const answer: Omit<SheetAnswer, 'problems'> = {
      purpose,
      isWritten: false,
      differences,
      warnings: warnings.map(told),
      receipts: [],
    };
    const found: Told[] = problems.map(told);
    // Also of rows beside those with faults: all that is wrong is told at once.
    found.push(...(await this.#send(orders, form, purpose, { dryRun: true }, authorization)).problems);
    if (found.length > 0) throw new HttpException({ ...answer, problems: found }, 422);
    if (commit !== 'true') return { ...answer, problems: [] };
    const id = createHash('sha256').update(file).digest('hex');
    const sent = await this.#send(orders, form, purpose, { id }, authorization);
    return { ...answer, ...sent, isWritten: sent.receipts.length > 0 };
  }

  /** @throws HttpException UNAUTHENTICATED, PLAN_NOT_FOUND, SHEET_NOT_FOUND */
  async #form(
    { plan: planKey, year, file }: Readonly<Record<'plan' | 'year' | 'file', string>>,
    authorization: string | undefined,
  ): Promise<Form> {
    // Without a right one sees no drafts: a form would say that there are none, and be refused when it comes back.
    if (authorization === undefined) throw asHttp(unauthenticated('様式はサインインして取ります / sign in for a form'));
    const division = /^(.{1,200})\.xlsx$/u.exec(file)?.[1];
    if (!/^\d{4}$/.test(year) || division === undefined) throw refused('INVALID_INPUT', 'file', 'YYYY/課.xlsx');
    const variables = { plan: planKey, year: Number(year) };
    const { plan } = (await this.#ask(FORM, variables, authorization)) as { readonly plan: FormAnswer | null };
    if (!plan) throw refused('PLAN_NOT_FOUND', 'plan', planKey);
    if (variables.year < plan.period.from || variables.year > plan.period.to)
      throw refused('FISCAL_YEAR_OUTSIDE_PLAN', 'year', year);
    const measures = await this.#measuresOf(variables, plan.asOf.effectiveOn, authorization);
    const form = formOf(
      { plan, measures: [...measures, ...plan.unplanned] },
      { planKey, fiscalYear: variables.year, division },
    );
    if (!form) throw refused('SHEET_NOT_FOUND', 'file', division);
    return form;
  }

  /** Of a year that is over, as the plan was at its end, with what has been reported of it since. */
  async #measuresOf(
    of: { readonly plan: string; readonly year: number },
    today: Day,
    authorization: string | undefined,
  ): Promise<readonly FormMeasure[]> {
    const now = await this.#measures(of, authorization);
    const yearEnd = lastDayOf(of.year);
    if (yearEnd >= today) return now;
    const since = new Map(now.map(({ no, reports, evaluations }) => [no, { reports, evaluations }]));
    const then = await this.#measures({ ...of, asOf: { effectiveOn: yearEnd } }, authorization);
    return then.map((measure) => ({ ...measure, ...since.get(measure.no) }));
  }

  async #measures(of: object, authorization: string | undefined): Promise<FormMeasure[]> {
    const measures: FormMeasure[] = [];
    for (let after: string | null = null, isMore = true; isMore;) {
      const answer = (await this.#ask(FORM_MEASURES, { ...of, after }, authorization)) as FormMeasuresAnswer;
      const { nodes, pageInfo } = answer.plan.measures;
      measures.push(...nodes);
      after = pageInfo.endCursor;
      isMore = pageInfo.hasNextPage;
    }
    return measures;
  }

  /** Each row as its command. */
  async #send(
    orders: readonly Order[],
    { plan, fiscalYear, division, rows }: Form,
    purpose: Purpose,
    { id, dryRun = false }: { readonly id?: string; readonly dryRun?: boolean },
    authorization: string | undefined,
  ): Promise<{ readonly receipts: SheetAnswer['receipts']; readonly problems: readonly Told[] }> {
    const mutation = purpose === 'draft' ? 'draftReport' : 'submitReport';
    const type = purpose === 'draft' ? 'DraftReportInput' : 'SubmitReportInput';
    const query = `mutation ($input: ${type}!) { ${mutation}(input: $input) { receipt { position revision } problems { code message path } } }`;
    const receipts: { no: string; position: string; revision: number }[] = [];
    const problems: Told[] = [];
    for (const { no, content, expectedRevision, cells } of orders) {
      const { evidence: links = '', ...said } = content;
      const input = {
        ...{ planKey: plan.key, measureNo: no, fiscalYear, division: division.key, ...said },
        evidence: evidenceOf(rows.find((row) => row.no === no)?.report?.evidence ?? [], links),
        ...(expectedRevision !== null && { expectedRevision }),
        ...(dryRun ? { dryRun } : { clientMutationId: `sheet ${id ?? ''} ${purpose} ${no}` }),
      };
      const answer = (await this.#ask(query, { input }, authorization)) as Readonly<Record<string, Payload>>;
      const payload = answer[mutation];
      if (payload?.receipt) receipts.push({ no, ...payload.receipt });
      for (const { code, message, path } of payload?.problems ?? [])
        problems.push({ code, message, path: [SHEET, cells[path[1] ?? ''] ?? cells['number'] ?? 'A'] });
    }
    return { receipts, problems };
  }

  async #ask(query: string, variables: object, authorization: string | undefined): Promise<unknown> {
    try {
      return await this.api.ask(query, variables, authorization);
    } catch (error) {
      throw asHttp(error);
    }
  }
}

/** @throws HttpException SHEET_TOO_LARGE */
export function fileIn(body: unknown): Buffer {
  if (body instanceof TooLarge) throw refused('SHEET_TOO_LARGE', 'file', String(body.bytes));
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

/** Files stay as they are; links are those of the cell. */
function evidenceOf(before: FormReport['evidence'], links: string): object[] {
  const files = before.filter(({ sha256 }) => sha256 !== null);
  return [...files.map(({ sha256, name, isPublic }) => ({ sha256, name, isPublic })), ...linksIn(links)];
}

const told = ({ code, sheet = SHEET, cell, detail }: Finding): Told => {
  const { message } = problemOf(new Refusal(code, [], detail));
  return { code, message, path: cell === '' ? [sheet] : [sheet, cell] };
};
