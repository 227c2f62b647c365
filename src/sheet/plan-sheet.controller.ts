import { Body, Controller, Get, Headers, HttpCode, HttpException, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { unauthenticated } from '../access/token-authenticator.js';
import { asHttp, refused } from '../api/http-problem.js';
import { OwnApi } from '../api/own-api.js';
import { problemOf } from '../api/problem.types.js';
import { Refusal } from '../problems.js';
import type { SheetIssue } from './plan-sheet.js';
import { fileIn, XLSX, type Told } from './sheet.controller.js';

/** A workbook as the plan file that it comes to. */
export interface PlanSheetAnswer {
  /** For `loadPlan`, which tells what differs before it records; null: there are problems. */
  readonly source: string | null;
  readonly warnings: readonly Told[];
  readonly problems: readonly Told[];
}

const VIEWER = '{ viewer { isAuthenticated } }';
interface Viewer {
  readonly viewer: { readonly isAuthenticated: boolean };
}
const YEARS_MAX = 20;

/** A plan in a workbook: `GET /sheets/plan.xlsx?years=2028-2032` is an empty one, and filled in it comes back by `POST`. Nothing is recorded here. */
@Controller('sheets')
export class PlanSheetController {
  constructor(private readonly api: OwnApi) {}

  @Get('plan.xlsx')
  async empty(@Query('years') years: unknown, @Res() reply: FastifyReply): Promise<void> {
    const [, from, to] = /^(\d{4})-(\d{4})$/.exec(typeof years === 'string' ? years : '') ?? [];
    const length = Number(to) - Number(from) + 1;
    if (!(length > 0 && length <= YEARS_MAX)) throw refused('INVALID_INPUT', 'years', '2028-2032');
    const { planWorkbook } = await import('./plan-sheet.js');
    const book = await planWorkbook(Array.from({ length }, (_, i) => Number(from) + i));
    await reply
      .headers({
        'content-type': XLSX,
        'content-disposition': 'attachment; filename="plan.xlsx"',
        'x-content-type-options': 'nosniff',
      })
      .send(book);
  }

  @Post('plan.xlsx')
  @HttpCode(200)
  async read(
    @Headers('authorization') authorization: string | undefined,
    @Body() body: unknown,
  ): Promise<PlanSheetAnswer> {
    const { viewer } = (await this.api.ask(VIEWER, {}, authorization).catch((error: unknown) => {
      throw asHttp(error);
    })) as Viewer;
    if (!viewer.isAuthenticated)
      throw asHttp(unauthenticated('計画のシートはサインインして送ります / sign in to send a plan'));
    const file = fileIn(body);
    const { readPlanSheet } = await import('./plan-sheet.js');
    const { text, issues, warnings } = await readPlanSheet(file).catch((error: unknown) => {
      throw error instanceof Refusal ? asHttp(error) : error;
    });
    const answer = { warnings: warnings.map(told), problems: issues.map(told) };
    if (issues.length > 0) throw new HttpException({ source: null, ...answer }, 422);
    return { source: text, ...answer };
  }
}

const told = ({ code, sheet, cell, message }: SheetIssue): Told => ({
  code,
  message: code === 'PLAN_FILE_INVALID' ? (message ?? '') : problemOf(new Refusal(code, [], message)).message,
  path: [sheet, cell],
});
