import { Controller, Get, Header, Headers, NotFoundException, Param, Req, Res, StreamableFile } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from '../access/actor.js';
import { Rights } from '../access/caller-rights.js';
import { SEES_PEOPLE } from '../access/permissions.js';
import { Authenticator } from '../access/token-authenticator.js';
import { OwnApi } from '../api/own-api.js';
import { entryBytes } from '../ledger/entry.js';
import { HASH_BYTES } from '../ledger/merkle.js';
import { entryBundle, parseTilePath, TILE_WIDTH } from '../ledger/tiles.js';
import { PlanReader } from '../plan/plan-reader.js';
import type { EvidenceLog } from './evidence-log.js';
import { Evidence } from './evidence.js';

/**
 * The log as others read it: C2SP tlog-tiles v0.1.0. Heads and hashes are everybody's; entries, which say who recorded what
 * kind of thing when, are read by those who may know people.
 */
@Controller('log')
export class LogController {
  constructor(
    private readonly evidence: Evidence,
    private readonly authenticator: Authenticator,
    private readonly rights: Rights,
    private readonly plans: PlanReader,
    private readonly api: OwnApi,
  ) {}

  @Get('checkpoint')
  @Header('content-type', 'text/plain; charset=utf-8')
  @Header('cache-control', 'no-cache')
  async checkpoint(): Promise<string> {
    const log = this.#log();
    await log.catchUp();
    return (await log.checkpoint()).note;
  }

  @Get('tile/*')
  async tile(
    @Req() { url }: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('authorization') authorization?: string,
  ): Promise<StreamableFile> {
    const [path = ''] = url.split('?', 1);
    const tile = parseTilePath(path.slice('/log/'.length));
    if (!tile) throw new NotFoundException();
    const { level, n, width } = tile;
    const isForAll = level !== 'entries';
    const bytes = isForAll ? await this.#hashes(level, n, width) : await this.#entries(n, width, authorization);
    void reply.header('cache-control', `${isForAll ? 'public' : 'private'}, max-age=31536000, immutable`);
    return new StreamableFile(bytes, { type: 'application/octet-stream' });
  }

  /** What proves one entry, as everybody may have it. */
  @Get('proof/:plan/:file')
  @Header('content-type', 'text/plain; charset=utf-8')
  @Header('cache-control', 'no-cache')
  async proof(
    @Param('plan') plan: string,
    @Param('file') file: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const [, id] = /^([0-9a-f-]{36})\.tlog-proof$/.exec(file) ?? [];
    const answer = id === undefined ? undefined : ((await this.api.ask(PROOF, { plan, id })) as ProofAnswer);
    const proof = answer?.plan?.auditEntry?.proof;
    if (!proof) throw new NotFoundException();
    void reply.header('content-disposition', `attachment; filename="${file}"`);
    return proof.text;
  }

  async #hashes(level: number, n: number, width: number): Promise<Uint8Array> {
    const hashes = await this.#log().tile(level, n);
    if (hashes.length < width * HASH_BYTES) throw new NotFoundException();
    return hashes.subarray(0, width * HASH_BYTES);
  }

  async #entries(n: number, width: number, authorization: string | undefined): Promise<Uint8Array> {
    const log = this.#log();
    const actor = await this.authenticator.actorOf(authorization);
    const begin = n * TILE_WIDTH;
    const isThere = begin + width <= (await log.size());
    if (!isThere || !(await this.#seesAll(actor))) throw new NotFoundException();
    const entries: Uint8Array[] = [];
    for await (const { entry } of log.entries(begin, begin + width)) entries.push(entryBytes(entry));
    return entryBundle(entries);
  }

  /** The log is that of all plans: who reads its entries reads those of each. */
  async #seesAll(actor: Actor): Promise<boolean> {
    if (actor.isAdmin) return true;
    const scopes = await this.plans.keys();
    const plans = await Promise.all(scopes.map((key) => this.plans.planAt(key, {})));
    const sees = plans.flatMap((plan) => (plan ? this.rights.sees(actor, SEES_PEOPLE, { planKey: plan.key }) : []));
    return sees.length > 0 && (await Promise.all(sees)).every(Boolean);
  }

  #log(): EvidenceLog {
    if (!this.evidence.log) throw new NotFoundException();
    return this.evidence.log;
  }
}

const PROOF = 'query ($plan: String!, $id: ID!) { plan(key: $plan) { auditEntry(id: $id) { proof { text } } } }';

interface ProofAnswer {
  readonly plan: { readonly auditEntry: { readonly proof: { readonly text: string } | null } | null } | null;
}
