import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { refused } from '../api/http-problem.js';
import { dayIn, knownIn, type Asked } from '../api/moment.js';
import { OwnApi } from '../api/own-api.js';

import { dayAt } from '../calendar/day.js';
import { lastDayOf } from '../calendar/fiscal-year.js';
import type { Language } from '../calendar/wording.js';
import { Clock } from '../eventsourcing/clock.js';
import { annualReport } from './contents.js';
import { FORMATS, headersOf, languageIn } from './formats.js';
import {
  MEASURES,
  PLAN,
  REVIEW,
  type MeasuresAnswer,
  type ReportedMeasure,
  type ReportedPlan,
  type ReviewAnswer,
} from './question.js';

/** Reports kept for whoever asks for them again. */
const KEPT = 16;

const TIME_ZONE = 'Asia/Tokyo';

/** A moment by which a report never changes. */
interface Pinned {
  readonly on: string;
  readonly position: string;
}

/**
 * The annual report of a review: `GET /reports/toride-5/2025.pdf`, `.html`, `.docx`. Without a moment it leads to the address that has one,
 * `?on=2026-03-31&position=…`, under which the bytes are the same for ever. Of a closed review it shows what was closed, with the errata
 * known at the position; else what is recorded so far, on the last day of the year or today. `known=2026-10-01` in place of a position: as known on
 * that day.
 */
@Controller('reports')
export class ReportController {
  /** The one asked for last stands last. */
  readonly #made = new Map<string, Promise<unknown>>();

  constructor(
    private readonly api: OwnApi,
    private readonly clock: Clock,
  ) {}

  @Get(':plan/:file')
  async report(
    @Param('plan') plan: string,
    @Param('file') file: string,
    @Query() asked: Asked,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const [, year = '', extension = ''] = /^(\d{4})\.([a-z]{1,5})$/.exec(file) ?? [];
    const format = Object.hasOwn(FORMATS, extension) ? FORMATS[extension] : undefined;
    if (!format) throw refused('REPORT_NOT_FOUND', 'file', `YYYY.${Object.keys(FORMATS).join(' / ')}`);
    const language = languageIn(asked['lang']);
    const fiscalYear = Number(year);
    const { on, asOf: known } = this.#moment(asked, fiscalYear);
    const answer = (await this.api.ask(REVIEW, {
      ...{ plan, year: fiscalYear, language: language.toUpperCase() },
      asOf: known,
    })) as ReviewAnswer;
    if (!answer.plan) throw refused('PLAN_NOT_FOUND', 'plan', plan);
    const { period, asOf } = answer.plan;
    const review = answer.plan.review ?? NOT_BEGUN;
    if (fiscalYear < period.from || fiscalYear > period.to)
      throw refused('FISCAL_YEAR_OUTSIDE_PLAN', 'file', `${String(period.from)}–${String(period.to)}`);
    const shown = review.plan?.asOf ?? { effectiveOn: on, position: asOf.position };
    const pinned = { on: shown.effectiveOn, position: asOf.position };
    const address = addressOf(plan, file, pinned, language);
    if (asked['position'] === undefined || asked['on'] !== pinned.on) {
      await reply.redirect(address, 302);
      return;
    }
    const bytes = await this.#once(address, async () =>
      format.write(
        annualReport({
          ...{ language, fiscalYear, address, isClosed: review.isClosed },
          ...{ head: review.checkpoint, ratings: review.ratings },
          ...{ position: asOf.position, key: answer.ledger?.keys[0] },
          errata: [
            ...new Map(review.errata.flatMap(({ events }) => events).map((event) => [event.id, event])).values(),
          ],
          ...(await this.#planAt(plan, { effectiveOn: shown.effectiveOn, position: shown.position }, fiscalYear)),
        }),
      ),
    );
    if (request.raw.destroyed) return;
    await reply.headers(headersOf(format.type, `${plan}-${file}`)).send(bytes);
  }

  /** What is under one address never changes: it is made once while it is asked for, also by several at a time. */
  async #once(address: string, make: () => Promise<unknown>): Promise<unknown> {
    const made = this.#made.get(address) ?? make();
    this.#made.delete(address);
    this.#made.set(address, made);
    for (const oldest of this.#made.keys()) {
      if (this.#made.size <= KEPT) break;
      this.#made.delete(oldest);
    }
    try {
      return await made;
    } catch (error) {
      this.#made.delete(address);
      throw error;
    }
  }

  /** @throws HttpException INVALID_INPUT */
  #moment(asked: Asked, year: number): { readonly on: string; readonly asOf: object } {
    const today = dayAt(this.clock.nowMs(), TIME_ZONE);
    const last = lastDayOf(year);
    return {
      on: asked['on'] === undefined ? (last < today ? last : today) : dayIn('on', asked['on']),
      asOf: knownIn({ position: 'position', known: 'known' }, asked),
    };
  }

  async #planAt(
    key: string,
    asOf: object,
    year: number,
  ): Promise<{ readonly plan: ReportedPlan; readonly measures: readonly ReportedMeasure[] }> {
    const { plan } = (await this.api.ask(PLAN, { plan: key, asOf })) as { readonly plan: ReportedPlan | null };
    if (!plan) throw refused('PLAN_NOT_FOUND', 'plan', key);
    const measures: ReportedMeasure[] = [];
    for (let after: string | null = null; ;) {
      const answer: MeasuresAnswer = (await this.api.ask(MEASURES, { plan: key, asOf, year, after })) as MeasuresAnswer;
      const { nodes, pageInfo } = answer.plan.measures;
      measures.push(...nodes);
      after = pageInfo.endCursor;
      if (!pageInfo.hasNextPage || after === null) return { plan, measures };
    }
  }
}

const NOT_BEGUN = { isClosed: false, plan: null, checkpoint: null, ratings: [], errata: [] } as const;

const addressOf = (plan: string, file: string, { on, position }: Pinned, language: Language): string =>
  `/reports/${encodeURIComponent(plan)}/${file}?on=${on}&position=${position}${language === 'en' ? '&lang=en' : ''}`;
