import { Readable } from 'node:stream';
import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { refused } from '../api/http-problem.js';
import { Ledger } from '../eventsourcing/handle.js';
import { PlanReader } from '../plan/plan-reader.js';
import { cloudEventLines } from './cloud-events.js';
import { Evidence, NO_LOG } from './evidence.js';

/** As many entries of the log are looked through for one answer. */
const ENTRIES_MAX = 10_000;

/**
 * What everybody may read of a plan as it was recorded: `GET /data/toride-5/events.ndjson`, CloudEvents 1.0, a line each.
 * `?from=208` goes on from an index of the log; `Link: …; rel="next"` says where, until the record ends. What waits for an
 * approval appears at its own index once it is approved: who goes on from an index asks from 0 again now and then.
 */
@Controller('data')
export class EventsController {
  constructor(
    private readonly evidence: Evidence,
    private readonly ledger: Ledger,
    private readonly plans: PlanReader,
  ) {}

  @Get(':plan/events.ndjson')
  async events(
    @Param('plan') planKey: string,
    @Query('from') asked: unknown,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { log } = this.evidence;
    if (!log) throw refused('TABLE_NOT_FOUND', 'file', NO_LOG);
    if (asked !== undefined && !(typeof asked === 'string' && /^\d{1,15}$/.test(asked)))
      throw refused('INVALID_INPUT', 'from', '0, 1, 2, …');
    if (!(await this.plans.keys()).includes(planKey)) throw refused('PLAN_NOT_FOUND', 'plan', planKey);
    await log.catchUp();
    const size = await log.size();
    const from = Math.min(Number(asked ?? 0), size);
    const to = Math.min(from + ENTRIES_MAX, size);
    const next = `</data/${encodeURIComponent(planKey)}/events.ndjson?from=${String(to)}>; rel="next"`;
    await reply
      .headers({
        'content-type': 'application/x-ndjson; charset=utf-8',
        'access-control-allow-origin': '*',
        'access-control-expose-headers': 'link',
        'cache-control': 'no-cache',
        'x-content-type-options': 'nosniff',
        ...(to < size && { link: next }),
      })
      .send(Readable.from(cloudEventLines(log, size, this.ledger.catalogue, { isPublic: true, planKey, from, to })));
  }
}
