import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { asHttp, refused } from '../api/http-problem.js';
import { dayIn, knownIn, type Asked } from '../api/moment.js';
import { OwnApi } from '../api/own-api.js';
import { catalogOf, type Catalogued } from './catalog.js';
import { csvText } from './csv.js';
import { shiftJisOf } from './shift-jis.js';
import { ORIGIN, rowsOf } from './rows.js';
import { TABLES } from './tables.js';

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** What is sent, and as what. */
interface Sent {
  readonly type: string;
  readonly body: string | Buffer;
}

/**
 * What everybody may read, as tables for programs and spreadsheets: `GET /data/toride-5/measures.csv?on=2026-03-31&known=2026-10-01`,
 * or `.json`; all of them as `all.xlsx`, and told to portals by `catalog.jsonld`. An address with `on` and `position` always gives the same,
 * and so does one with `known` once that day is over. A position that the ledger has not reached is refused.
 */
@Controller('data')
export class OpenDataController {
  constructor(private readonly api: OwnApi) {}

  @Get(':plan/:file')
  async file(
    @Param('plan') plan: string,
    @Param('file') file: string,
    @Query() asked: Readonly<Record<string, unknown>>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const asOf = asOfIn(asked);
    const base = `${request.protocol}://${request.host}`;
    const { type, body } =
      file === 'catalog.jsonld'
        ? await this.#catalog(plan, asOf, base)
        : file === 'all.xlsx'
          ? await this.#workbook(plan, asOf)
          : await this.#table(plan, file, asOf, asked['encoding']);
    await reply
      .headers({
        'content-type': type,
        'content-disposition': `inline; filename="${plan}-${file}"`,
        'access-control-allow-origin': '*',
        'cache-control': 'no-cache',
        'x-content-type-options': 'nosniff',
      })
      .send(body);
  }

  async #table(plan: string, file: string, asOf: object, encoding: unknown): Promise<Sent> {
    const [, name = '', format] = /^([a-z]+)\.(csv|json)$/.exec(file) ?? [];
    const table = Object.hasOwn(TABLES, name) ? TABLES[name] : undefined;
    if (!table)
      throw refused('TABLE_NOT_FOUND', 'file', [...Object.keys(TABLES), 'all.xlsx', 'catalog.jsonld'].join(', '));
    const isShiftJis = encoding === 'shift_jis';
    if (encoding !== undefined && !(isShiftJis && format === 'csv'))
      throw refused('INVALID_INPUT', 'encoding', 'csv: shift_jis');
    const rows = await rowsOf(this.api, plan, asOf, table);
    const columns = { ...ORIGIN, ...table.columns };
    if (format === 'json')
      return {
        type: 'application/json; charset=utf-8',
        body: JSON.stringify({ title: table.title, columns, rows }),
      };
    if (!isShiftJis)
      return { type: 'text/csv; charset=utf-8; header=present', body: `\uFEFF${csvText(columns, rows)}` };
    try {
      return { type: 'text/csv; charset=shift_jis; header=present', body: shiftJisOf(csvText(columns, rows)) };
    } catch (error) {
      throw asHttp(error);
    }
  }

  async #workbook(plan: string, asOf: object): Promise<Sent> {
    const { workbookOf } = await import('./workbook.js');
    const sheets = [];
    // All of one record: that of the first.
    let moment = asOf;
    for (const table of Object.values(TABLES)) {
      const rows = await rowsOf(this.api, plan, moment, table);
      const { asOf: effectiveOn, ledgerPosition: position } = rows[0] ?? {};
      if (moment === asOf && rows[0]) moment = { effectiveOn, position };
      sheets.push({ title: table.title, columns: { ...ORIGIN, ...table.columns }, rows });
    }
    return { type: XLSX, body: await workbookOf(sheets) };
  }

  async #catalog(plan: string, asOf: object, base: string): Promise<Sent> {
    const query =
      'query ($plan: String!, $asOf: AsOf) { plan(key: $plan, asOf: $asOf) { key title municipality municipalityCode asOf { recordedAt } } }';
    const answer = (await this.api.ask(query, { plan, asOf })) as { readonly plan: Catalogued | null };
    if (!answer.plan) throw refused('PLAN_NOT_FOUND', 'plan', plan);
    return { type: 'application/ld+json; charset=utf-8', body: JSON.stringify(catalogOf(answer.plan, base)) };
  }
}

/** @throws HttpException INVALID_INPUT */
const asOfIn = (asked: Asked): object => ({
  ...(asked['on'] !== undefined && { effectiveOn: dayIn('on', asked['on']) }),
  ...knownIn({ position: 'position', known: 'known' }, asked),
});
