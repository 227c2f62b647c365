import { CommandBus } from '@nestjs/cqrs';
import {
  Args,
  Context,
  Field,
  ID,
  Int,
  Mutation,
  ObjectType,
  Parent,
  Query,
  ResolveField,
  Resolver,
} from '@nestjs/graphql';
import { SEES_WORK } from '../access/permissions.js';
import { PageArgs, pageIn, type CountedConnectionOf } from '../api/connection.js';
import type { RequestContext } from '../api/context.js';
import { attempt, type Checked } from '../api/mutation.js';
import { Node } from '../api/node.js';
import { Payload, problemOf, type PlanFileProblem } from '../api/problem.types.js';
import { townScope } from '../directory/directory.events.js';
import type { Envelope } from '../eventsourcing/handle.js';
import { PROBLEMS } from '../problems.js';
import { reportStream } from '../progress/report.events.js';
import { textOf } from '../trail/changes.view.js';
import { TrailReader, type TrailPageView } from '../trail/trail-reader.js';
import { AuditConnection, AuditFilter, Change, ComparisonRow, LanguageName } from '../trail/trail.types.js';
import { LoadPlan } from './load-plan.handler.js';
import { readId } from './node-id.js';
import { measureStream, measureSubject, planStream } from './plan.events.js';
import { PlanReader } from './plan-reader.js';
import { readPlanSource, type PlanFileIssue } from './plan-source.js';
import {
  AsOf,
  KeptRevision,
  LoadPlanInput,
  Measure,
  MeasureConnection,
  MeasureFilter,
  Plan,
  PlanDifference,
} from './plan.types.js';
import { measureIn, type MeasureView, type PlanView } from './plan.view.js';

@ObjectType()
export class LoadPlanPayload extends Payload {
  @Field(() => Plan, {
    nullable: true,
    description: 'As it is after this; null when refused, and on a dry run of a new plan',
  })
  plan!: PlanView | null;
  @Field(() => [PlanDifference])
  differences!: readonly PlanDifference[];
  @Field(() => [KeptRevision], { description: 'What was revised, and stays so, although the file says it as before' })
  kept!: readonly KeptRevision[];
}

@Resolver(() => Plan)
export class PlanResolver {
  constructor(
    private readonly plans: PlanReader,
    private readonly trail: TrailReader,
    private readonly commands: CommandBus,
  ) {}

  @Query(() => Node, { nullable: true })
  async node(@Args('id', { type: () => ID }) id: string): Promise<object | null> {
    const found = readId(id);
    const plan = found && (await this.plans.planAt(found.planKey, {}));
    if (!found || !plan) return null;
    const { measures, succeeded, unplanned, kpis, indicators } = plan;
    return [plan, ...measures, ...succeeded, ...unplanned, ...kpis, ...indicators].find((one) => one.id === id) ?? null;
  }

  @Query(() => [Plan], { name: 'plans' })
  async allPlans(): Promise<PlanView[]> {
    const found = await Promise.all((await this.plans.keys()).map((key) => this.plans.planAt(key, {})));
    return found.filter((plan) => plan !== null);
  }

  @Query(() => Plan, { nullable: true, description: 'null: unknown, not adopted by that day, or not known by then' })
  plan(
    @Args('key') key: string,
    @Args('asOf', { type: () => AsOf, nullable: true }) asOf: AsOf | null,
  ): Promise<PlanView | null> {
    return this.plans.planAt(key, asOf ?? {});
  }

  @ResolveField(() => MeasureConnection)
  measures(
    @Parent() { measures: planned, unplanned }: PlanView,
    @Args('filter', { type: () => MeasureFilter, nullable: true }) filter: MeasureFilter | null,
    @Args() asked: PageArgs,
  ): CountedConnectionOf<MeasureView> {
    const measures = filter?.isPlanned === false ? unplanned : planned;
    const found = measures.filter((measure) => matches(measure, filter ?? {}));
    return pageIn(measures, ({ no }) => no, asked, found);
  }

  @ResolveField(() => Measure, { nullable: true })
  measure(@Parent() plan: PlanView, @Args('no') no: string): MeasureView | null {
    return measureIn(plan, no);
  }

  @ResolveField(() => Int, { description: 'Give it back as expectedRevision' })
  revision(@Parent() { key, asOf }: PlanView, @Context() { loaders }: RequestContext): Promise<number> {
    return loaders.revision.load({ key: planStream(key), known: asOf.position });
  }

  @ResolveField(() => AuditConnection, {
    description: 'Everything recorded up to the point of the as-of, with the directory of the town',
  })
  async auditTrail(
    @Parent() { key: scope, municipalityCode, asOf }: PlanView,
    @Args('filter', { type: () => AuditFilter, nullable: true }) filter: AuditFilter | null,
    @Args() page: PageArgs,
    @Context() { actor, rights }: RequestContext,
  ): Promise<TrailPageView> {
    const { types, subject, recordedFrom, recordedTo } = filter ?? {};
    return this.trail.page(
      {
        scope,
        beside: [townScope(municipalityCode)],
        known: asOf.position,
        withStaffOnly: await rights.sees(actor, SEES_WORK, { planKey: scope }),
        types: types ?? undefined,
        subject: subject ?? undefined,
        recordedFromMs: recordedFrom?.getTime(),
        recordedToMs: recordedTo?.getTime(),
      },
      page,
    );
  }

  @ResolveField(() => [Change], {
    description: '新旧対照: what differs from another point, with the events that did it',
  })
  async changes(
    @Parent() plan: PlanView,
    @Args('since', { type: () => AsOf }) since: AsOf,
    @Context() { loaders }: RequestContext,
  ): Promise<readonly Change[]> {
    const point = await this.plans.pointAt(plan.key, since);
    return this.trail.compare({ key: plan.key, asOf: point }, plan, loaders, [townScope(plan.municipalityCode)]);
  }

  @ResolveField(() => [ComparisonRow], {
    description: '新旧対照: what the plan says otherwise than at another point, in its order and in words, with why',
  })
  async comparison(
    @Parent() plan: PlanView,
    @Args('since', { type: () => AsOf }) since: AsOf,
    @Args('language', { type: () => LanguageName, nullable: true }) language: LanguageName | null,
    @Args('withProgress', {
      nullable: true,
      description: 'Also what has become of it: status, schedule as expected, readings, approved reports, ratings',
    })
    withProgress: boolean = false,
    @Context() { loaders }: RequestContext,
  ): Promise<readonly ComparisonRow[]> {
    const { key, municipalityCode: town } = plan;
    const point = await this.plans.pointAt(key, since);
    const how = { language: language ?? LanguageName.JA, withProgress };
    return this.trail.comparison(town, { key, asOf: point }, plan, how, loaders);
  }

  @Mutation(() => LoadPlanPayload)
  async loadPlan(@Args('input') raw: LoadPlanInput, @Context() context: RequestContext): Promise<LoadPlanPayload> {
    // Whose right it is depends on the plan that the file is about; from strangers nothing is read.
    const source = context.actor.isAuthenticated ? readPlanSource(raw.source) : { issues: [] };
    const matter = 'issues' in source ? {} : { planKey: source.entries.key };
    const load = async (input: Checked<LoadPlanInput>, envelope: Envelope): Promise<LoadPlanPayload> => {
      if ('issues' in source)
        return { problems: source.issues.map(planFileProblem), differences: [], kept: [], receipt: null, plan: null };
      const { receipt, differences, kept, refusal } = await this.commands.execute(
        new LoadPlan(source.entries, input, envelope),
      );
      const { key } = source.entries;
      return {
        receipt: receipt ?? null,
        problems: refusal ? [problemOf(refusal)] : [],
        plan: receipt ? await this.plans.planAfter(key, receipt.position) : await this.plans.planAt(key, {}),
        differences: differences.map(({ before, after, ...of }) => ({
          ...of,
          before: before === null ? null : textOf(before),
          after: after === null ? null : textOf(after),
        })),
        kept: kept.map(({ revised, inFile, ...of }) => ({ ...of, revised: textOf(revised), inFile: textOf(inFile) })),
      };
    };
    const { result, problems } = await attempt('loadPlan', LoadPlanInput, raw, context, load, matter);
    return result ?? { receipt: null, problems, plan: null, differences: [], kept: [] };
  }
}

@Resolver(() => Measure)
export class MeasureResolver {
  constructor(private readonly trail: TrailReader) {}

  @ResolveField(() => Int, { description: 'Give it back as expectedRevision' })
  revision(@Parent() { planKey, no, known }: MeasureView, @Context() { loaders }: RequestContext): Promise<number> {
    return loaders.revision.load({ key: measureStream(planKey, no), known });
  }

  @ResolveField(() => AuditConnection)
  async auditTrail(
    @Parent() { planKey: scope, no, known, reports: { refs } }: MeasureView,
    @Args() page: PageArgs,
    @Context() { actor, rights }: RequestContext,
  ): Promise<TrailPageView> {
    const authors = refs.map(({ division }) => division);
    const seen = await rights.authorsSeen(actor, { planKey: scope, measureNo: no }, authors);
    const withStaffOnly = refs.filter(({ division }) => seen.has(division)).map(reportStream);
    return this.trail.page({ scope, known, withStaffOnly, subject: measureSubject(no) }, page);
  }
}

function matches(measure: MeasureView, filter: MeasureFilter): boolean {
  const { goal, policy, status, isReported, isNew, isEnded, isShifted, division } = filter;
  const given = <T>(value: T | null | undefined, holds: (value: T) => boolean): boolean =>
    value === null || value === undefined || holds(value);
  return (
    given(goal, (no) => measure.goal.no === no) &&
    given(policy, (no) => measure.policy?.no === no) &&
    given(status, (codes) => measure.status !== null && codes.includes(measure.status.code)) &&
    given(isReported, (reported) => (measure.status !== null) === reported) &&
    given(isNew, (marked) => measure.isNew === marked) &&
    given(isEnded, (ended) => (measure.ending !== null) === ended) &&
    given(isShifted, (shifted) => measure.shifts.length > 0 === shifted) &&
    given(division, (name) => [...measure.owners, ...measure.coordinators].some((one) => one.name === name))
  );
}

function planFileProblem({ line, column, path, message }: PlanFileIssue): PlanFileProblem {
  const [ja, en] = PROBLEMS.PLAN_FILE_INVALID;
  const place = `${String(line)}:${String(column)}${path === '' ? '' : ` ${path}`}`;
  return {
    code: 'PLAN_FILE_INVALID',
    message: `${ja} / ${en}: ${place}: ${message}`,
    path: ['input', 'source'],
    line,
    column,
  };
}
