import { createHash } from 'node:crypto';
import { Controller, Get, Headers, HttpException, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Language } from '../eventsourcing/catalogue.js';
import { uuidOf } from '../eventsourcing/handle.js';
import type { PlanView } from '../plan/plan.view.js';
import { Refusal } from '../problems.js';
import { DueReader, type Revision } from '../reminder/due-reader.js';
import { DAYS_BEFORE, nameOf, taskOf, titleOf, type Due } from '../reminder/due.view.js';
import { calendarText, type CalendarEntry } from '../reminder/icalendar.js';
import { problemOf } from './problem.types.js';

const WORDS: Readonly<Record<Language, { readonly due: string; readonly deadlines: string }>> = {
  ja: { due: '締切：', deadlines: '締切' },
  en: { due: 'Due: ', deadlines: 'deadlines' },
};

/**
 * The deadlines of a plan as a calendar to subscribe to: `GET /calendar/toride-5.ics?division=財政課&lang=en`. For everybody:
 * a deadline is about a division, and says nothing of how far it is.
 */
@Controller('calendar')
export class CalendarController {
  constructor(private readonly dues: DueReader) {}

  @Get(':planKey.ics')
  async feed(
    @Param('planKey') planKey: string,
    @Query('division') division: unknown,
    @Query('lang') lang: unknown,
    @Headers('accept-language') acceptLanguage: string | undefined,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | undefined> {
    const language = languageOf(lang, acceptLanguage);
    const found = await this.dues.of(planKey);
    if (!found) throw refused(404, new Refusal('PLAN_NOT_FOUND', ['planKey'], planKey));
    const { plan } = found;
    const of = divisionIn(division, plan);
    const dues = found.dues.filter((due) => of === undefined || due.division.key === of);
    const revisions = await this.dues.revisions({ plan, dues });
    const text = calendarText({
      name: `${plan.title} ${WORDS[language].deadlines}${of === undefined ? '' : ` ${plan.directory.division(of).name}`}`,
      language,
      entries: dues.flatMap((due, i) => {
        const revision = revisions[i];
        return revision ? [entryOf(due, revision, plan, language)] : [];
      }),
    });
    const etag = `"${createHash('sha256').update(text).digest('base64url')}"`;
    void reply.headers({ etag, vary: 'accept-language', 'cache-control': 'no-cache' });
    if (matches(ifNoneMatch, etag)) {
      void reply.status(304);
      return undefined;
    }
    void reply.headers({
      'content-type': 'text/calendar; charset=utf-8',
      'content-language': language,
      'content-disposition': `inline; filename="${planKey}.ics"`,
    });
    return text;
  }
}

function entryOf(due: Due, { sequence, changedAt }: Revision, plan: PlanView, language: Language): CalendarEntry {
  return {
    uid: `${uuidOf('due', plan.municipalityCode, plan.key, ...nameOf(due))}@daicho`,
    day: due.on,
    sequence,
    changedAt,
    summary: WORDS[language].due + titleOf(due)[language],
    description: taskOf(due, plan)[language],
    isCancelled: !due.isOpen,
    alarms: DAYS_BEFORE,
  };
}

/** The key of a division that the plan's directory knows, also one that is no more. */
function divisionIn(given: unknown, { directory }: PlanView): string | undefined {
  if (given === undefined) return undefined;
  if (typeof given !== 'string') throw refused(422, new Refusal('INVALID_INPUT', ['division']));
  if (directory.divisions.some(({ key }) => key === given)) return given;
  throw refused(404, new Refusal('DIVISION_NOT_FOUND', ['division'], given));
}

/** Japanese, unless English is asked for. */
function languageOf(given: unknown, acceptLanguage = ''): Language {
  if (given === 'ja' || given === 'en') return given;
  if (given !== undefined) throw refused(422, new Refusal('INVALID_INPUT', ['lang'], 'ja, en'));
  const weight = (language: Language): number =>
    Math.max(
      0,
      ...acceptLanguage.split(',').map((one) => {
        const [range = '', ...parameters] = one.trim().toLowerCase().split(';');
        const q = parameters.map((parameter) => /^\s*q=([\d.]+)\s*$/.exec(parameter)?.[1]).find(Boolean);
        return range.split('-')[0] === language ? Number(q ?? 1) : 0;
      }),
    );
  return weight('en') > weight('ja') ? 'en' : 'ja';
}

const matches = (ifNoneMatch: string | undefined, etag: string): boolean =>
  (ifNoneMatch ?? '').split(',').some((one) => ['*', etag].includes(one.trim().replace(/^W\//, '')));

const refused = (status: number, refusal: Refusal): HttpException =>
  new HttpException({ problems: [problemOf(refusal)] }, status);
