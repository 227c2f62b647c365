import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Projector } from '../eventsourcing/projector.js';

@Controller('health')
export class HealthController {
  constructor(private readonly projector: Projector) {}

  /** The process answers. */
  @Get('live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** The views hold all of the ledger, measured against its real head; 503 while they do not. */
  @Get('ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const { position, head, caughtUp, error } = await this.projector.health();
    const ready = caughtUp && error === undefined;
    if (!ready) void reply.status(503);
    return { status: ready ? 'ok' : 'behind', position, head, ...(error !== undefined && { error }) };
  }
}
