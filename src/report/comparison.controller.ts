import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { refused } from '../api/http-problem.js';
import { dayIn, knownIn, type Asked } from '../api/moment.js';
import { OwnApi } from '../api/own-api.js';
import { dayAt } from '../calendar/day.js';
import { Clock } from '../eventsourcing/clock.js';
import { START } from '../eventsourcing/position.js';
import { workbookOf } from '../open-data/workbook.js';
import { comparisonTable, COMPARISON, type ComparisonAnswer, type Difference } from './comparison.js';
import { FORMATS, headersOf, languageIn } from './formats.js';

const TIME_ZONE = 'Asia/Tokyo';
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/**
 * 新旧対照 of two points in time: `GET /comparisons/toride-5.pdf?from=2026-03-31&fromKnown=2026-04-30&on=2027-03-31&known=2027-04-30`, or
 * `.html`, `.docx`, `.xlsx`. Leads to the address that has positions in place of days of knowing, which says the same for ever.
 */
@Controller('comparisons')
export class ComparisonController {
  constructor(
    private readonly api: OwnApi,
    private readonly clock: Clock,
  ) {}

  @Get(':file')
  async comparison(
    @Param('file') file: string,
    @Query() asked: Asked,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const [, key = '', extension = ''] = /^(.+)\.([a-z]{1,5})$/.exec(file) ?? [];
    const format = Object.hasOwn(FORMATS, extension) ? FORMATS[extension] : undefined;
    if (!format && extension !== 'xlsx')
      throw refused('REPORT_NOT_FOUND', 'file', [...Object.keys(FORMATS), 'xlsx'].map((one) => `.${one}`).join(' / '));
    const language = languageIn(asked['lang']);
    const on = asked['on'] === undefined ? dayAt(this.clock.nowMs(), TIME_ZONE) : dayIn('on', asked['on']);
    const asOf = { effectiveOn: on, ...knownIn({ position: 'position', known: 'known' }, asked) };
    const since = {
      effectiveOn: dayIn('from', asked['from']),
      ...knownIn({ position: 'fromPosition', known: 'fromKnown' }, asked),
    };
    const { plan, older } = (await this.api.ask(COMPARISON, {
      ...{ plan: key, asOf, since, language: language.toUpperCase() },
    })) as ComparisonAnswer;
    if (!plan) throw refused('PLAN_NOT_FOUND', 'plan', key);
    const before = older?.asOf ?? { effectiveOn: since.effectiveOn, position: START };
    const address = addressOf(file, before, plan.asOf, asked['lang']);
    if (asked['position'] === undefined || asked['fromPosition'] === undefined || asked['on'] === undefined) {
      await reply.redirect(address, 302);
      return;
    }
    const bytes = format
      ? await format.write(comparisonTable(plan, before, { language, address }))
      : await workbookOf([{ title: '新旧対照', columns: COLUMNS, rows: plan.comparison.map(rowOf) }]);
    if (request.raw.destroyed) return;
    await reply.headers(headersOf(format?.type ?? XLSX, `${key}-comparison.${extension}`)).send(bytes);
  }
}

const addressOf = (file: string, older: At, newer: At, lang: unknown): string =>
  `/comparisons/${encodeURIComponent(file)}?from=${older.effectiveOn}&fromPosition=${older.position}&on=${newer.effectiveOn}&position=${newer.position}${lang === 'en' ? '&lang=en' : ''}`;

interface At {
  readonly effectiveOn: string;
  readonly position: string;
}

const text = { isText: true } as const;
const COLUMNS = {
  subject: { ...text, title: '対象の番号' },
  subjectLabel: { ...text, title: '対象' },
  attribute: { ...text, title: '項目の名前' },
  attributeLabel: { ...text, title: '項目' },
  before: { ...text, title: '旧' },
  after: { ...text, title: '新' },
  reasons: { ...text, title: '理由' },
};

const rowOf = ({ reasons, ...row }: Difference) => ({ ...row, reasons: reasons.join('\n') });
