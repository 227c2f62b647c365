import { Controller, Get, Headers, HttpCode, NotFoundException, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { OwnApi } from '../api/own-api.js';
import { dayAt } from '../calendar/day.js';
import { Clock } from '../eventsourcing/clock.js';
import { PageFiles } from './page-files.js';

/** Nothing from elsewhere, no script but ours, no frame around us. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "style-src-attr 'unsafe-inline'",
  "font-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const TIME_ZONE = 'Asia/Tokyo';

/** The public page: rendered here from the answers of our own API, with the rights of anybody. */
@Controller()
export class PageController {
  #files: Promise<PageFiles> | undefined;

  constructor(
    private readonly api: OwnApi,
    private readonly clock: Clock,
  ) {}

  @Get([
    '/',
    'measures',
    'measures/:no',
    'kpis',
    'kpis/:key',
    'data',
    'accessibility',
    'compare',
    'reviews',
    'decisions',
    'trail',
    'proof',
    'proof/:id',
    'sign-in',
    'work',
    'work/report',
    'work/measure',
    'work/readings',
    'work/rounds',
    'work/committee',
    'work/people',
    'work/plan',
  ])
  async page(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { render, assets } = await this.#built();
    const url = new URL(request.url, 'http://localhost');
    const today = dayAt(this.clock.nowMs(), TIME_ZONE);
    const { status, html } = await render(url, (query, variables) => this.api.ask(query, variables), today, assets);
    await reply
      .status(status)
      .headers({
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': POLICY,
        'referrer-policy': 'same-origin',
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-cache',
      })
      .send(html);
  }

  /** Nothing is there: said in a page to who looks at it, and to programs as ever. */
  @Get('*')
  async nothing(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (request.headers.accept?.includes('text/html') !== true) throw new NotFoundException();
    await this.page(request, reply);
  }

  /** Every page brings its own; browsers ask for it beside files that are no pages. */
  @Get('favicon.ico')
  @HttpCode(204)
  icon(): void {
    return;
  }

  @Get('page/assets/:name')
  async asset(
    @Param('name') name: string,
    @Res() reply: FastifyReply,
    @Headers('accept-encoding') accepted = '',
  ): Promise<void> {
    const file = (await this.#built()).file(name);
    if (!file) throw new NotFoundException();
    const brotli = /\bbr\b/.test(accepted) ? file.brotli : undefined;
    await reply
      .headers({
        'content-type': file.type,
        'cache-control': 'public, max-age=31536000, immutable',
        'x-content-type-options': 'nosniff',
        vary: 'accept-encoding',
        ...(brotli && { 'content-encoding': 'br' }),
      })
      .send(brotli ?? file.bytes);
  }

  #built(): Promise<PageFiles> {
    return (this.#files ??= PageFiles.load());
  }
}
