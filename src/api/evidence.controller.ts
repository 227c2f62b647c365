import { Body, Controller, Get, Header, Headers, Param, Post, Query, StreamableFile } from '@nestjs/common';
import { Rights } from '../access/caller-rights.js';
import { Authenticator } from '../access/token-authenticator.js';
import { PlanReader } from '../plan/plan-reader.js';
import { Refusal } from '../problems.js';
import { EvidenceFiles, type EvidenceFile, type EvidenceOf } from '../progress/evidence-files.js';
import { ReportReader } from '../progress/report-reader.js';
import { asHttp } from './http-problem.js';
import { TooLarge } from './upload.js';

/** Files that reports refer to: handed in with the right to report, read by everybody when they are public. */
@Controller('evidence')
export class EvidenceController {
  constructor(
    private readonly files: EvidenceFiles,
    private readonly reports: ReportReader,
    private readonly plans: PlanReader,
    private readonly authenticator: Authenticator,
    private readonly rights: Rights,
  ) {}

  @Post()
  async handIn(
    @Query('planKey') planKey: unknown,
    @Query('measureNo') measureNo: unknown,
    @Headers('authorization') authorization: string | undefined,
    @Headers('content-type') contentType: string | undefined,
    @Body() file: unknown,
  ): Promise<EvidenceFile> {
    try {
      const actor = await this.authenticator.actorOf(authorization);
      const of = actor.isAuthenticated ? named({ planKey, measureNo }) : { planKey: '', measureNo: '' };
      await this.rights.actingAs(actor, 'draftReport', of);
      await this.plans.rulesFor(of.planKey);
      if ((await this.plans.beginning(of.planKey, of.measureNo)) === undefined)
        throw new Refusal('MEASURE_NOT_FOUND', ['measureNo'], of.measureNo);
      const [mediaType = ''] = (contentType ?? '').split(';', 1);
      if (file instanceof TooLarge) throw new Refusal('EVIDENCE_TOO_LARGE', ['file'], String(file.bytes));
      return await this.files.keep(Buffer.isBuffer(file) ? file : Buffer.alloc(0), mediaType.trim().toLowerCase(), of);
    } catch (error) {
      throw asHttp(error);
    }
  }

  /** To whoever may read a version of a report that names it, whatever was said since. What a caller may not see is absent. */
  @Get(':planKey/:measureNo/:sha256')
  @Header('x-content-type-options', 'nosniff')
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
      if (!file || !('name' in evidence)) throw new Refusal('EVIDENCE_NOT_FOUND', ['sha256'], sha256);
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

/** @throws Refusal INVALID_INPUT: one is missing, or there are several */
function named(asked: { readonly planKey: unknown; readonly measureNo: unknown }): EvidenceOf {
  const text = (name: keyof typeof asked): string => {
    const value = asked[name];
    if (typeof value !== 'string' || value === '') throw new Refusal('INVALID_INPUT', [name], `?${name}=…`);
    return value;
  };
  return { planKey: text('planKey'), measureNo: text('measureNo') };
}
