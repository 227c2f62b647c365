import { setTimeout as sleep } from 'node:timers/promises';
import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Projector } from '../eventsourcing/projector.js';
import { Evidence } from '../evidence/evidence.js';
import { publicReason } from './errors.js';

/** Longer than any load explains. */
const BEHIND_MS_MAX = 5_000;
/** Who asks for health does not wait until the stores have lost their patience. */
const ANSWER_MS_MAX = 3_000;

@Controller('health')
export class HealthController {
  constructor(
    private readonly projector: Projector,
    private readonly evidence: Evidence,
  ) {}

  /** The process answers. */
  @Get('live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /**
   * The views hold all of the ledger, measured against its real head, or are behind for a moment only; 503 before they
   * have caught up for the first time, while they stand still, when they stay behind, and when a store does not answer.
   * That somebody does not hold the newest head of the evidence log is told, and keeps nobody from answering.
   */
  @Get('ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const health = await Promise.race([this.projector.health().catch(publicReason), sleep(ANSWER_MS_MAX, SILENT)]);
    if (typeof health === 'string') {
      void reply.status(503);
      return { status: 'unreachable', reason: health };
    }
    const { role, position, head, behindMs, error } = health;
    const ready = error === undefined && behindMs < BEHIND_MS_MAX;
    // Before they have caught up for the first time nobody knows for how long they have been behind.
    const lagMs = Number.isFinite(behindMs) ? Math.round(behindMs) : null;
    const problems = this.evidence.courier?.problems() ?? [];
    const evidence = problems.length > 0 ? { evidence: problems } : {};
    if (ready) return { status: 'ok', role, position, head, lagMs, ...evidence };
    void reply.status(503);
    return { status: 'behind', role, position, head, lagMs, reason: error ? publicReason(error) : BEHIND[role] };
  }
}

const SILENT = '台帳またはビューが応答しません / the ledger or the views do not answer';

const BEHIND = {
  leader: '台帳に追いつく途中です / catching up with the ledger',
  follower:
    '別のプロセスがビューを更新しています。そのプロセスの /health/ready とログを見てください / another process feeds the views: see its health and its log',
} as const;
