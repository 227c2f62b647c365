import type { Type } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Args, Context, Field, Int, Mutation, ObjectType, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { SEES_WORK, type MutationName } from '../access/permissions.js';
import type { RequestContext } from '../api/context.js';
import { attempt, type Checked } from '../api/mutation.js';
import { Payload } from '../api/problem.types.js';
import { FiscalYearScalar } from '../api/scalars.js';
import { lastDayOf } from '../calendar/fiscal-year.js';
import { Division } from '../directory/directory.types.js';
import type { DivisionView } from '../directory/directory.view.js';
import { PlanReader } from '../plan/plan-reader.js';
import { Measure } from '../plan/plan.types.js';
import { measureIn, type MeasureView } from '../plan/plan.view.js';
import { Refusal } from '../problems.js';
import { actorOf } from '../trail/audit.js';
import { Actor } from '../trail/trail.types.js';
import { HandleReport, type GivenEvidence, type GivenReport, type GivenReportOrder } from './report.handler.js';
import { reportStream, type Evidence, type Period, type ReportRef } from './report.events.js';
import {
  ApproveReportInput,
  CommentOnReportInput,
  CorrectReportInput,
  DraftReportInput,
  Report,
  ReportComment,
  ReportEvidence,
  ReportPeriod,
  ReturnReportInput,
  SubmitReportInput,
  WithdrawReportInput,
  type WrittenReportInput,
} from './report.types.js';
import { readBy, type CommentView, type ReportView } from './report.view.js';

@ObjectType({ isAbstract: true })
abstract class ReportPayload extends Payload {
  @Field(() => Measure, { nullable: true, description: 'As it is after this; null when refused' })
  measure!: MeasureView | null;
}

@ObjectType()
export class DraftReportPayload extends ReportPayload {}
@ObjectType()
export class SubmitReportPayload extends ReportPayload {}
@ObjectType()
export class ReturnReportPayload extends ReportPayload {}
@ObjectType()
export class ApproveReportPayload extends ReportPayload {}
@ObjectType()
export class CorrectReportPayload extends ReportPayload {}
@ObjectType()
export class WithdrawReportPayload extends ReportPayload {}
@ObjectType()
export class CommentOnReportPayload extends ReportPayload {}

type AnyReportInput = ApproveReportInput;

@Resolver()
export class ReportMutations {
  constructor(
    private readonly commands: CommandBus,
    private readonly plans: PlanReader,
  ) {}

  @Mutation(() => DraftReportPayload, { description: 'Saved as it is; for those at work only' })
  draftReport(@Args('input') input: DraftReportInput, @Context() context: RequestContext): Promise<DraftReportPayload> {
    return this.#handle('draftReport', DraftReportInput, input, context, (checked) => ({
      kind: 'draft',
      written: writtenIn(checked),
    }));
  }

  @Mutation(() => SubmitReportPayload)
  submitReport(
    @Args('input') input: SubmitReportInput,
    @Context() context: RequestContext,
  ): Promise<SubmitReportPayload> {
    return this.#handle('submitReport', SubmitReportInput, input, context, (checked) => ({
      kind: 'submit',
      written: isWritten(checked) ? writtenIn(checked) : undefined,
      reason: checked.reason,
    }));
  }

  @Mutation(() => ReturnReportPayload)
  returnReport(
    @Args('input') input: ReturnReportInput,
    @Context() context: RequestContext,
  ): Promise<ReturnReportPayload> {
    return this.#handle('returnReport', ReturnReportInput, input, context, ({ reason }) => ({
      kind: 'return',
      reason,
    }));
  }

  @Mutation(() => ApproveReportPayload, { description: 'From here on everybody reads it, and what led to it' })
  approveReport(
    @Args('input') input: ApproveReportInput,
    @Context() context: RequestContext,
  ): Promise<ApproveReportPayload> {
    return this.#handle('approveReport', ApproveReportInput, input, context, () => ({ kind: 'approve' }));
  }

  @Mutation(() => CorrectReportPayload, { description: 'What was approved stays as history' })
  correctReport(
    @Args('input') input: CorrectReportInput,
    @Context() context: RequestContext,
  ): Promise<CorrectReportPayload> {
    return this.#handle('correctReport', CorrectReportInput, input, context, (checked) => ({
      kind: 'correct',
      written: writtenIn(checked),
      reason: checked.reason,
    }));
  }

  @Mutation(() => WithdrawReportPayload, { description: 'Takes back what was approved' })
  withdrawReport(
    @Args('input') input: WithdrawReportInput,
    @Context() context: RequestContext,
  ): Promise<WithdrawReportPayload> {
    return this.#handle('withdrawReport', WithdrawReportInput, input, context, ({ reason }) => ({
      kind: 'withdraw',
      reason,
    }));
  }

  @Mutation(() => CommentOnReportPayload)
  commentOnReport(
    @Args('input') input: CommentOnReportInput,
    @Context() context: RequestContext,
  ): Promise<CommentOnReportPayload> {
    return this.#handle('commentOnReport', CommentOnReportInput, input, context, ({ text }) => ({
      kind: 'comment',
      text,
    }));
  }

  async #handle<Input extends AnyReportInput>(
    name: MutationName,
    type: Type<Input>,
    raw: Input,
    context: RequestContext,
    order: (input: Checked<Input>) => GivenReportOrder,
  ): Promise<ReportPayload> {
    const { result: receipt, problems } = await attempt(name, type, raw, context, (input, envelope) => {
      const { planKey, measureNo, fiscalYear, period = 'ANNUAL', division, effectiveOn } = input;
      const of = { planKey, measureNo, fiscalYear, period, division };
      const isDryRun = 'dryRun' in input && input.dryRun === true;
      return this.commands.execute(new HandleReport(of, { ...order(input), effectiveOn }, envelope, isDryRun));
    });
    const plan = receipt && (await this.plans.planAfter(raw.planKey, receipt.position));
    return { receipt: receipt ?? null, problems, measure: plan ? measureIn(plan, raw.measureNo) : null };
  }
}

/** What of an input is the report itself. */
const saidIn = ({
  results,
  issues,
  nextSteps,
  direction,
  rating,
  scaleVersion,
  ratingReason,
  cause,
  action,
  budget,
  expenditure,
  response,
  remarks,
  evidence,
}: Checked<WrittenReportInput>) => ({
  ...{ results, issues, nextSteps, direction, rating, scaleVersion, ratingReason, cause, action },
  ...{ budget, expenditure, response, remarks, evidence },
});

const isWritten = (input: Checked<WrittenReportInput>): boolean =>
  Object.values(saidIn(input)).some((field) => field !== undefined);

function writtenIn(input: Checked<WrittenReportInput>): GivenReport {
  const { results, evidence: given = [], ...said } = saidIn(input);
  if (results === undefined) throw new Refusal('REPORT_NOT_WRITTEN', ['input', 'results']);
  const evidence = given.map((one, i): GivenEvidence => {
    const { sha256, name, url, title, isPublic } = one;
    if (sha256 && name && !url) return { sha256, name, isPublic: isPublic ?? false };
    if (url && title && !sha256) return { url, title, isPublic: isPublic ?? false };
    throw new Refusal('EVIDENCE_INCOMPLETE', ['input', 'evidence', String(i)]);
  });
  return { results, ...said, evidence };
}

@Resolver(() => Measure)
export class MeasureReportsResolver {
  @ResolveField(() => [Report], {
    description: 'By year, period and division. Approved ones for everybody; for those at work as they stand',
  })
  async reports(
    @Parent() { planKey, no: measureNo, reports }: MeasureView,
    @Args('fiscalYear', { type: () => FiscalYearScalar, nullable: true }) fiscalYear: number | null,
    @Args('period', { type: () => ReportPeriod, nullable: true }) period: Period | null,
    @Context() { actor, rights }: RequestContext,
  ): Promise<readonly ReportView[]> {
    const authors = reports.refs.map(({ division }) => division);
    const seen = await rights.authorsSeen(actor, { planKey, measureNo }, authors);
    return readBy(reports, (division) => seen.has(division)).filter(
      (report) =>
        (fiscalYear ?? report.fiscalYear) === report.fiscalYear && (period ?? report.period) === report.period,
    );
  }
}

@Resolver(() => Report)
export class ReportResolver {
  @ResolveField(() => Int, { description: 'Give it back as expectedRevision' })
  revision(@Parent() { of, known }: ReportView, @Context() { loaders }: RequestContext): Promise<number> {
    return loaders.revision.load({ key: reportStream(of), known });
  }

  @ResolveField(() => Division, { description: 'By the name that it had at the end of the fiscal year' })
  async division(
    @Parent() { of: { planKey, fiscalYear }, day, known, division }: ReportView,
    @Context() { loaders }: RequestContext,
  ): Promise<DivisionView> {
    const yearEnd = lastDayOf(fiscalYear);
    const at = { day: yearEnd < day ? yearEnd : day, position: known };
    return { ...division, name: (await loaders.divisionName(planKey, division.key, at)) ?? division.name };
  }

  @ResolveField(() => [ReportEvidence])
  async evidence(
    @Parent() { of, evidence }: ReportView,
    @Context() { actor, rights }: RequestContext,
  ): Promise<ReportEvidence[]> {
    const { planKey, measureNo, division } = of;
    const seesWork = await rights.sees(actor, SEES_WORK, { planKey, measureNo, division });
    return evidence.filter(({ isPublic }) => isPublic || seesWork).map((one) => evidenceOf(of, one));
  }
}

@Resolver(() => ReportComment)
export class ReportCommentResolver {
  @ResolveField(() => Actor, { nullable: true, description: 'As in the audit trail' })
  async actor(
    @Parent() { planKey, position, known }: CommentView,
    @Context() context: RequestContext,
  ): Promise<Actor | null> {
    const entry = await context.loaders.entry.load({ key: position, known });
    return entry ? actorOf(planKey, entry.event, known, context) : null;
  }
}

function evidenceOf({ planKey, measureNo }: ReportRef, evidence: Evidence): ReportEvidence {
  if ('url' in evidence) {
    const { url, title: name, isPublic } = evidence;
    return { sha256: null, name, mediaType: null, bytes: null, url, isPublic };
  }
  return { ...evidence, url: `/evidence/${planKey}/${measureNo}/${evidence.sha256}` };
}
