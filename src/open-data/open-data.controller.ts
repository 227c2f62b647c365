import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { refused } from '../api/http-problem.js';
import { OwnApi } from '../api/own-api.js';

import { isDay } from '../calendar/day.js';
import { csvText } from './csv.js';
import { TABLES, type Table, type Value } from './tables.js';

interface Answer {
  readonly plan:
    | (object & {
        readonly title: string;
        readonly municipality: string;
        readonly municipalityCode: string;
        readonly asOf: { readonly effectiveOn: string; readonly position: string };
      })
    | null;
}

/** In every row, so that one that is copied elsewhere still says whose it is, and of when. */
const ORIGIN: Table['columns'] = {
  municipalityCode: { title: '地方公共団体コード' },
  municipality: { title: '団体名', isText: true },
  plan: { title: '計画', isText: true },
  asOf: { title: '基準日' },
  ledgerPosition: { title: '記録の位置' },
};

/**
 * What everybody may read, as tables for programs and spreadsheets: `GET /data/toride-5/measures.csv?on=2026-03-31&known=2026-10-01`,
 * or `.json`. An address with both days always gives the same.
 */
@Controller('data')
export class OpenDataController {
  constructor(private readonly api: OwnApi) {}

  @Get(':plan/:file')
  async table(
    @Param('plan') plan: string,
    @Param('file') file: string,
    @Query('on') on: unknown,
    @Query('known') known: unknown,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const [, name = '', format] = /^([a-z]+)\.(csv|json)$/.exec(file) ?? [];
    const table = Object.hasOwn(TABLES, name) ? TABLES[name] : undefined;
    if (!table) throw refused('TABLE_NOT_FOUND', 'file', Object.keys(TABLES).join(', '));
    const asOf = {
      ...(on !== undefined && { effectiveOn: dayIn('on', on) }),
      ...(known !== undefined && { recordedAt: `${dayIn('known', known)}T23:59:59.999+09:00` }),
    };
    const rows = await this.#rows(plan, asOf, table);
    const columns = { ...ORIGIN, ...table.columns };
    const isCsv = format === 'csv';
    await reply
      .headers({
        'content-type': isCsv ? 'text/csv; charset=utf-8; header=present' : 'application/json; charset=utf-8',
        'content-disposition': `inline; filename="${plan}-${file}"`,
        'access-control-allow-origin': '*',
        'cache-control': 'no-cache',
        'x-content-type-options': 'nosniff',
      })
      .send(isCsv ? csvText(columns, rows) : JSON.stringify({ title: table.title, columns, rows }));
  }

  /** @throws HttpException PLAN_NOT_FOUND */
  async #rows(key: string, asOf: object, { fields, read }: Table): Promise<Readonly<Record<string, Value>>[]> {
    const after = fields.includes('$after') ? ', $after: String' : '';
    const query = `query ($plan: String!, $asOf: AsOf${after}) { plan(key: $plan, asOf: $asOf) { title municipality municipalityCode asOf { effectiveOn position } ${fields} } }`;
    const rows: Readonly<Record<string, Value>>[] = [];
    // Later pages are asked of the same record as the first.
    let moment = asOf;
    for (let next: string | undefined = undefined, isFirst = true; isFirst || next !== undefined; isFirst = false) {
      const { plan } = (await this.api.ask(query, {
        plan: key,
        asOf: moment,
        ...(next !== undefined && { after: next }),
      })) as Answer;
      if (!plan) throw refused('PLAN_NOT_FOUND', 'plan', key);
      const { title, municipality, municipalityCode } = plan;
      const { effectiveOn, position } = plan.asOf;
      moment = { effectiveOn, position };
      const page = read(plan as never);
      const origin = { municipalityCode, municipality, plan: title, asOf: effectiveOn, ledgerPosition: position };
      rows.push(...page.rows.map((row) => ({ ...origin, ...row })));
      next = page.next;
    }
    return rows;
  }
}

function dayIn(name: string, given: unknown): string {
  if (typeof given === 'string' && isDay(given)) return given;
  throw refused('INVALID_INPUT', name, 'YYYY-MM-DD');
}
