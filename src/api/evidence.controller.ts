import {
  Body,
  Controller,
  Get,
  Headers,
  HttpException,
  NotFoundException,
  Param,
  Post,
  Query,
  StreamableFile,
} from '@nestjs/common';
import { GraphQLError } from 'graphql';
import { Rights } from '../access/caller-rights.js';
import { Authenticator } from '../access/token-authenticator.js';
import { Refusal } from '../problems.js';
import { EvidenceFiles, type EvidenceFile } from '../progress/evidence-files.js';
import { ReportReader } from '../progress/report-reader.js';
import { problemOf } from './problem.types.js';

const STATUS: Readonly<Record<string, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  IDENTITY_PROVIDER_UNREACHABLE: 503,
  EVIDENCE_TOO_LARGE: 413,
  EVIDENCE_TYPE: 415,
};

/** Files that reports refer to: handed in with the right to report, read by everybody when they are public. */
@Controller('evidence')
export class EvidenceController {
  constructor(
    private readonly files: EvidenceFiles,
    private readonly reports: ReportReader,
    private readonly authenticator: Authenticator,
    private readonly rights: Rights,
  ) {}

  @Post()
  async handIn(
    @Query('planKey') planKey: string | undefined,
    @Query('measureNo') measureNo: string | undefined,
    @Headers('authorization') authorization: string | undefined,
    @Headers('content-type') contentType: string | undefined,
    @Body() file: unknown,
  ): Promise<EvidenceFile> {
    try {
      const actor = await this.authenticator.actorOf(authorization);
      await this.rights.actingAs(actor, 'draftReport', { planKey: planKey ?? '', measureNo: measureNo ?? '' });
      const [mediaType = ''] = (contentType ?? '').split(';', 1);
      return await this.files.keep(Buffer.isBuffer(file) ? file : Buffer.alloc(0), mediaType.trim().toLowerCase());
    } catch (error) {
      throw asHttp(error);
    }
  }

  /** To whoever may read a version of a report that names it, whatever was said since. What a caller may not see is absent. */
  @Get(':planKey/:measureNo/:sha256')
  async read(
    @Param('planKey') planKey: string,
    @Param('measureNo') measureNo: string,
    @Param('sha256') sha256: string,
    @Headers('authorization') authorization: string | undefined,
  ): Promise<StreamableFile> {
    try {
      const actor = await this.authenticator.actorOf(authorization);
      const named = await this.reports.evidence(planKey, measureNo);
      const authors = named.map(({ division }) => division);
      const seen = await this.rights.authorsSeen(actor, { planKey, measureNo }, authors);
      const shown = named.filter(
        ({ division, isApproved, evidence }) => seen.has(division) || (isApproved && evidence.isPublic),
      );
      const evidence = shown.map((one) => one.evidence).find((one) => 'sha256' in one && one.sha256 === sha256);
      const file = evidence && (await this.files.find(sha256));
      if (!file || !('name' in evidence)) throw new NotFoundException();
      return new StreamableFile(this.files.read(file), {
        type: file.mediaType,
        length: file.bytes,
        // Never shown in the page's own name, whatever stands in it.
        disposition: `attachment; filename*=UTF-8''${encodeURIComponent(evidence.name)}`,
      });
    } catch (error) {
      throw asHttp(error);
    }
  }
}

function asHttp(error: unknown): unknown {
  if (error instanceof Refusal) return new HttpException({ problems: [problemOf(error)] }, STATUS[error.code] ?? 422);
  if (error instanceof GraphQLError) {
    const code = String(error.extensions['code']);
    const problem = { code, message: error.message, path: [] };
    return new HttpException({ problems: [problem] }, STATUS[code] ?? 400);
  }
  return error;
}
