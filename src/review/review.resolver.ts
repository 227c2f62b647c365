import type { Type } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Args, Context, Field, Int, Mutation, ObjectType, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { SEES_ALL_WORK, type MutationName } from '../access/permissions.js';
import type { RequestContext } from '../api/context.js';
import { attempt, type Checked } from '../api/mutation.js';
import { Payload } from '../api/problem.types.js';
import { FiscalYearScalar } from '../api/scalars.js';
import { dayAt, type Day } from '../calendar/day.js';
import type { Position } from '../eventsourcing/position.js';
import { Division } from '../directory/directory.types.js';
import type { DivisionView } from '../directory/directory.view.js';
import { committeeSubject } from '../governance/committee.events.js';
import { MeasurePayload, PlanWriter } from '../plan/plan-writer.js';
import { PlanReader } from '../plan/plan-reader.js';
import { Measure, Plan } from '../plan/plan.types.js';
import { measureIn, type MeasureView, type PlanView } from '../plan/plan.view.js';
import { reportKey, type Period, type ReportRef } from '../progress/report.events.js';
import { ReportReader } from '../progress/report-reader.js';
import { ReportPeriod } from '../progress/report.types.js';
import { TrailReader } from '../trail/trail-reader.js';
import { Change } from '../trail/trail.types.js';
import { EvaluateMeasure, HandleReview, type GivenReviewOrder } from './review.handler.js';
import { REVIEW, reviewStream } from './review.events.js';
import {
  BoardRow,
  ChangeDeadlineInput,
  CloseReviewInput,
  CloseRoundInput,
  EvaluateMeasureInput,
  Evaluation,
  OpenRoundInput,
  Ratings,
  ReopenReviewInput,
  ReopenRoundInput,
  Review,
  RollUp,
  Round,
  WithdrawEvaluationInput,
} from './review.types.js';
import {
  boardOf,
  ratingsOf,
  rollUpOf,
  type BoardRow as BoardRowView,
  type RatingsView,
  type RollUpView,
} from './board.view.js';
import type { EvaluationView, ReviewView, RoundView } from './review.view.js';

/** A review with the plan it is of, at the point that was asked about. */
type ReviewOfPlan = ReviewView & { readonly plan: PlanView };
type RoundOfPlan = RoundView & { readonly plan: PlanView };

const inPlan = (plan: PlanView, review: ReviewView | undefined): ReviewOfPlan | null =>
  review ? { ...review, plan } : null;

@ObjectType({ isAbstract: true })
abstract class ReviewPayload extends Payload {
  @Field(() => Review, { nullable: true, description: 'As it is after this; null when refused' })
  review!: ReviewOfPlan | null;
}

@ObjectType()
export class OpenRoundPayload extends ReviewPayload {}
@ObjectType()
export class ChangeDeadlinePayload extends ReviewPayload {}
@ObjectType()
export class CloseRoundPayload extends ReviewPayload {}
@ObjectType()
export class ReopenRoundPayload extends ReviewPayload {}
@ObjectType()
export class CloseReviewPayload extends ReviewPayload {}
@ObjectType()
export class ReopenReviewPayload extends ReviewPayload {}
@ObjectType()
export class EvaluateMeasurePayload extends MeasurePayload {}
@ObjectType()
export class WithdrawEvaluationPayload extends MeasurePayload {}

@Resolver()
export class ReviewMutations {
  constructor(
    private readonly commands: CommandBus,
    private readonly plans: PlanReader,
    private readonly writer: PlanWriter,
  ) {}

  @Mutation(() => OpenRoundPayload, { description: 'From here on divisions are asked for their reports' })
  openRound(@Args('input') input: OpenRoundInput, @Context() context: RequestContext): Promise<OpenRoundPayload> {
    return this.#handle('openRound', OpenRoundInput, input, context, (checked) => {
      const { period = 'ANNUAL', deadline, deadlines = [] } = checked;
      return { kind: 'openRound', period, deadline, deadlines };
    });
  }

  @Mutation(() => ChangeDeadlinePayload)
  changeDeadline(
    @Args('input') input: ChangeDeadlineInput,
    @Context() context: RequestContext,
  ): Promise<ChangeDeadlinePayload> {
    return this.#handle('changeDeadline', ChangeDeadlineInput, input, context, (checked) => {
      const { period = 'ANNUAL', deadline, deadlines = [], reason } = checked;
      return { kind: 'changeDeadline', period, ...(deadline !== undefined && { deadline }), deadlines, reason };
    });
  }

  @Mutation(() => CloseRoundPayload, { description: 'From here on only corrections of reports are taken' })
  closeRound(@Args('input') input: CloseRoundInput, @Context() context: RequestContext): Promise<CloseRoundPayload> {
    return this.#handle('closeRound', CloseRoundInput, input, context, ({ period = 'ANNUAL' }) => ({
      kind: 'closeRound',
      period,
    }));
  }

  @Mutation(() => ReopenRoundPayload)
  reopenRound(@Args('input') input: ReopenRoundInput, @Context() context: RequestContext): Promise<ReopenRoundPayload> {
    return this.#handle('reopenRound', ReopenRoundInput, input, context, ({ period = 'ANNUAL', reason }) => ({
      kind: 'reopenRound',
      period,
      reason,
    }));
  }

  @Mutation(() => CloseReviewPayload, {
    description: 'Pins the figures that are reported. What is changed of them later appears as errata',
  })
  closeReview(@Args('input') input: CloseReviewInput, @Context() context: RequestContext): Promise<CloseReviewPayload> {
    return this.#handle('closeReview', CloseReviewInput, input, context, ({ effectiveOn }) => ({
      kind: 'close',
      effectiveOn,
    }));
  }

  @Mutation(() => ReopenReviewPayload)
  reopenReview(
    @Args('input') input: ReopenReviewInput,
    @Context() context: RequestContext,
  ): Promise<ReopenReviewPayload> {
    return this.#handle('reopenReview', ReopenReviewInput, input, context, ({ reason }) => ({
      kind: 'reopen',
      reason,
    }));
  }

  @Mutation(() => EvaluateMeasurePayload)
  evaluateMeasure(
    @Args('input') input: EvaluateMeasureInput,
    @Context() context: RequestContext,
  ): Promise<EvaluateMeasurePayload> {
    return this.writer.measure('evaluateMeasure', EvaluateMeasureInput, input, context, (checked, envelope) => {
      const { planKey, measureNo, fiscalYear, by, rating, scaleVersion, comment, reason, decisionId } = checked;
      const order = { kind: 'evaluate' as const, rating, scaleVersion, comment, reason, decisionId };
      return new EvaluateMeasure(planKey, measureNo, fiscalYear, by, order, envelope);
    });
  }

  @Mutation(() => WithdrawEvaluationPayload)
  withdrawEvaluation(
    @Args('input') input: WithdrawEvaluationInput,
    @Context() context: RequestContext,
  ): Promise<WithdrawEvaluationPayload> {
    return this.writer.measure('withdrawEvaluation', WithdrawEvaluationInput, input, context, (checked, envelope) => {
      const { planKey, measureNo, fiscalYear, by, reason } = checked;
      return new EvaluateMeasure(planKey, measureNo, fiscalYear, by, { kind: 'withdraw', reason }, envelope);
    });
  }

  async #handle<Input extends CloseReviewInput>(
    name: MutationName,
    type: Type<Input>,
    raw: Input,
    context: RequestContext,
    order: (input: Checked<Input>) => GivenReviewOrder,
  ): Promise<ReviewPayload> {
    const { result: receipt, problems } = await attempt(name, type, raw, context, (input, envelope) =>
      this.commands.execute(new HandleReview(input.planKey, input.fiscalYear, order(input), envelope)),
    );
    const plan = receipt && (await this.plans.planAfter(raw.planKey, receipt.position));
    return { receipt, problems, review: plan && inPlan(plan, plan.reviews.get(raw.fiscalYear)) };
  }
}

@Resolver(() => Plan)
export class PlanReviewResolver {
  @ResolveField(() => Review, { nullable: true, description: 'null: no review of that year' })
  review(
    @Parent() plan: PlanView,
    @Args('fiscalYear', { type: () => FiscalYearScalar }) fiscalYear: number,
  ): ReviewOfPlan | null {
    return inPlan(plan, plan.reviews.get(fiscalYear));
  }

  @ResolveField(() => [Review], { description: 'By year' })
  reviews(@Parent() plan: PlanView): ReviewOfPlan[] {
    return [...plan.reviews.values()].map((review) => ({ ...review, plan }));
  }
}

@Resolver(() => Review)
export class ReviewResolver {
  constructor(
    private readonly plans: PlanReader,
    private readonly trail: TrailReader,
  ) {}

  @ResolveField(() => Int, { description: 'Give it back as expectedRevision' })
  revision(@Parent() { plan, fiscalYear }: ReviewOfPlan, @Context() { loaders }: RequestContext): Promise<number> {
    return loaders.revision.load({ key: reviewStream(plan.key, fiscalYear), known: plan.asOf.position });
  }

  @ResolveField(() => [Round])
  rounds(@Parent() { rounds, plan }: ReviewOfPlan): RoundOfPlan[] {
    return rounds.map((round) => ({ ...round, plan }));
  }

  @ResolveField(() => Plan, {
    nullable: true,
    description: 'The plan as it is reported: as of the day, and as known when it was closed; null while it is open',
  })
  plan(@Parent() { plan, pinned }: ReviewOfPlan): Promise<PlanView | null> | null {
    return pinned && this.plans.planAt(plan.key, pinnedAsOf(pinned));
  }

  @ResolveField(() => [Change], {
    description: 'What was changed, after it was closed, of what it reported; empty while it is open',
  })
  async errata(
    @Parent() { plan, pinned }: ReviewOfPlan,
    @Context() { loaders }: RequestContext,
  ): Promise<readonly Change[]> {
    if (!pinned) return [];
    const { key, asOf } = plan;
    const { effectiveOn, position } = pinnedAsOf(pinned);
    const changes = await this.trail.compare(
      { key, asOf: { effectiveOn, position } },
      { key, asOf: { effectiveOn, position: asOf.position } },
      loaders,
    );
    // The closing itself and the meetings of the committee are no part of what it reported.
    return changes.filter(({ subject }) => !subject.startsWith(REVIEW) && subject !== committeeSubject);
  }

  @ResolveField(() => [Ratings], {
    description:
      'By the divisions, by the secretariat, by the committee; of the measures there were at the end of the year',
  })
  async ratings(@Parent() { plan, pinned, fiscalYear }: ReviewOfPlan): Promise<RatingsView[]> {
    const { effectiveOn: day, position } = plan.asOf;
    // What was printed at the closing stays: what was rated since is an erratum.
    const known = pinned ? pinnedAsOf(pinned).position : position;
    const then = await this.plans.asOfYear(plan.key, fiscalYear, { day, known });
    const now = pinned ? await this.plans.planAt(plan.key, { effectiveOn: day, position: known }) : plan;
    return then && now ? ratingsOf(then, now, fiscalYear) : [];
  }
}

const pinnedAsOf = ({ effectiveOn, position }: { effectiveOn: string; position: string }) => ({
  effectiveOn,
  position: position as Position,
});

@Resolver(() => Round)
export class RoundResolver {
  constructor(
    private readonly plans: PlanReader,
    private readonly reports: ReportReader,
  ) {}

  @ResolveField(() => [BoardRow], {
    description:
      'Divisions and what they are to report; all of it for those who see the work of the plan, else of their own',
  })
  async board(
    @Parent() round: RoundOfPlan,
    @Context() { actor, rights }: RequestContext,
  ): Promise<readonly BoardRowView[]> {
    const { key: planKey, asOf } = round.plan;
    const { effectiveOn: day, position: known } = asOf;
    const then = await this.plans.asOfYear(planKey, round.fiscalYear, { day, known });
    const { timeZone } = await this.plans.fixed(planKey);
    const handedIn = await this.reports.handedIn(planKey, round.fiscalYear, known);
    const handedInOn = (of: Omit<ReportRef, 'planKey'>): Day | undefined => {
      const atMs = handedIn.get(`${of.measureNo} ${reportKey(of)}`);
      return atMs === undefined ? undefined : dayAt(atMs, timeZone);
    };
    const rows = then ? boardOf(then, round.plan, round, day, handedInOn) : [];
    if (await rights.sees(actor, SEES_ALL_WORK, { planKey })) return rows;
    const own = await rights.divisionsOf(actor, planKey);
    return rows.filter(({ division }) => own.has(division.key));
  }
}

@Resolver(() => Measure)
export class MeasureReviewResolver {
  constructor(private readonly plans: PlanReader) {}

  @ResolveField(() => [Division], {
    description:
      'The single divisions behind the owners: these report. Of a fiscal year: as of its end, while it lasts as of the day',
  })
  async answering(
    @Parent() measure: MeasureView,
    @Args('fiscalYear', { type: () => FiscalYearScalar, nullable: true }) fiscalYear: number | null,
  ): Promise<readonly DivisionView[]> {
    if (fiscalYear === null) return measure.answering;
    const then = await this.plans.asOfYear(measure.planKey, fiscalYear, measure);
    return (then && measureIn(then, measure.no))?.answering ?? [];
  }

  @ResolveField(() => RollUp, {
    description: 'What those who answer for it in the fiscal year reported for a period, taken together',
  })
  async rollUp(
    @Parent() measure: MeasureView,
    @Args('fiscalYear', { type: () => FiscalYearScalar }) fiscalYear: number,
    @Args('period', { type: () => ReportPeriod, defaultValue: 'ANNUAL' }) period: Period,
  ): Promise<RollUpView> {
    const then = await this.plans.asOfYear(measure.planKey, fiscalYear, measure);
    return rollUpOf(then, measure, fiscalYear, period);
  }

  @ResolveField(() => [Evaluation], { description: 'By year and by whom' })
  evaluations(@Parent() { evaluations }: MeasureView): readonly EvaluationView[] {
    return evaluations;
  }
}
