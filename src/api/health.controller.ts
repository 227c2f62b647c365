import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Projector } from '../eventsourcing/projector.js';

/** Longer than any load explains. */
const BEHIND_MS_MAX = 5_000;

@Controller('health')
export class HealthController {
  constructor(private readonly projector: Projector) {}

  /** The process answers. */
  @Get('live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /**
   * The views hold all of the ledger, measured against its real head, or are behind for a moment only; 503 before they
   * have caught up for the first time, while they stand still, and when they stay behind.
   */
  @Get('ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const { role, position, head, behindMs, error } = await this.projector.health();
    const ready = error === undefined && behindMs < BEHIND_MS_MAX;
    if (!ready) void reply.status(503);
    return { status: ready ? 'ok' : 'behind', role, position, head, ...(error !== undefined && { error }) };
  }
}
