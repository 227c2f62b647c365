import type { Type } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Args, Context, Field, ID, Int, Mutation, ObjectType, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { MutationName } from '../access/permissions.js';
import { PageArgs, pageIn, type CountedConnectionOf } from '../api/connection.js';
import type { RequestContext } from '../api/context.js';
import { attempt, type Checked, type PlanInput } from '../api/mutation.js';
import { Payload } from '../api/problem.types.js';
import { PlanReader } from '../plan/plan-reader.js';
import { Plan } from '../plan/plan.types.js';
import type { PlanView } from '../plan/plan.view.js';
import { auditEntryAt } from '../trail/audit.js';
import { TrailReader, type TrailPageView } from '../trail/trail-reader.js';
import { AuditConnection, AuditEntry } from '../trail/trail.types.js';
import { committeeStream, committeeSubject } from './committee.events.js';
import { GovernPlan } from './committee.handler.js';
import type { CommitteeOrder } from './committee.js';
import {
  AddAgendaItemInput,
  AnswerCirculationInput,
  Circulation,
  CloseCirculationInput,
  Committee,
  CompleteFollowUpInput,
  CorrectDecisionInput,
  DecideAgendaItemInput,
  Decision,
  DecisionConnection,
  FollowUp,
  Meeting,
  OpenCirculationInput,
  RecordMeetingInput,
  ReopenFollowUpInput,
  SeatMemberInput,
  UnseatMemberInput,
  WithdrawCirculationAnswerInput,
  WithdrawCirculationInput,
  WithdrawDecisionInput,
  WithdrawMeetingInput,
} from './committee.types.js';
import type { CirculationView, CommitteeView, DecisionView, FollowUpView, MeetingView } from './committee.view.js';

@ObjectType({ isAbstract: true })
abstract class CommitteePayload extends Payload {
  @Field(() => Committee, { nullable: true, description: 'As of today; null when refused' })
  committee!: CommitteeView | null;
}

@ObjectType({ isAbstract: true })
abstract class MeetingPayload extends CommitteePayload {
  @Field(() => Meeting, { nullable: true, description: 'null when refused' })
  meeting!: MeetingView | null;
}

@ObjectType({ isAbstract: true })
abstract class CirculationPayload extends CommitteePayload {
  @Field(() => Circulation, { nullable: true, description: 'null when refused' })
  circulation!: CirculationView | null;
}

@ObjectType({ isAbstract: true })
abstract class DecisionPayload extends CommitteePayload {
  @Field(() => Decision, { nullable: true, description: 'null when refused' })
  decision!: DecisionView | null;
}

@ObjectType()
export class SeatMemberPayload extends CommitteePayload {}
@ObjectType()
export class UnseatMemberPayload extends CommitteePayload {}
@ObjectType()
export class RecordMeetingPayload extends MeetingPayload {}
@ObjectType()
export class AddAgendaItemPayload extends MeetingPayload {}
@ObjectType()
export class WithdrawMeetingPayload extends CommitteePayload {}
@ObjectType()
export class OpenCirculationPayload extends CirculationPayload {}
@ObjectType()
export class AnswerCirculationPayload extends CirculationPayload {}
@ObjectType()
export class WithdrawCirculationAnswerPayload extends CirculationPayload {}
@ObjectType()
export class WithdrawCirculationPayload extends CommitteePayload {}
@ObjectType()
export class CloseCirculationPayload extends CirculationPayload {}
@ObjectType()
export class DecideAgendaItemPayload extends DecisionPayload {
  @Field(() => Meeting, { nullable: true, description: 'null when refused' })
  meeting!: MeetingView | null;
}
@ObjectType()
export class CorrectDecisionPayload extends DecisionPayload {}
@ObjectType()
export class WithdrawDecisionPayload extends CommitteePayload {}
@ObjectType()
export class CompleteFollowUpPayload extends DecisionPayload {}
@ObjectType()
export class ReopenFollowUpPayload extends DecisionPayload {}

@Resolver()
export class CommitteeMutations {
  constructor(
    private readonly commands: CommandBus,
    private readonly plans: PlanReader,
  ) {}

  @Mutation(() => SeatMemberPayload, {
    description: 'A post becomes a member, or another kind of member, from a day on',
  })
  seatMember(@Args('input') input: SeatMemberInput, @Context() context: RequestContext): Promise<SeatMemberPayload> {
    return this.#govern('seatMember', SeatMemberInput, input, context, (order) => ({ kind: 'seat', ...order }));
  }

  @Mutation(() => UnseatMemberPayload)
  unseatMember(
    @Args('input') input: UnseatMemberInput,
    @Context() context: RequestContext,
  ): Promise<UnseatMemberPayload> {
    return this.#govern('unseatMember', UnseatMemberInput, input, context, (order) => ({ kind: 'unseat', ...order }));
  }

  @Mutation(() => RecordMeetingPayload, { description: '`effectiveOn` is the day on which it was held' })
  recordMeeting(
    @Args('input') input: RecordMeetingInput,
    @Context() context: RequestContext,
  ): Promise<RecordMeetingPayload> {
    return this.#govern('recordMeeting', RecordMeetingInput, input, context, (order) => ({
      kind: 'recordMeeting',
      ...order,
    }));
  }

  @Mutation(() => AddAgendaItemPayload)
  addAgendaItem(
    @Args('input') input: AddAgendaItemInput,
    @Context() context: RequestContext,
  ): Promise<AddAgendaItemPayload> {
    return this.#govern('addAgendaItem', AddAgendaItemInput, input, context, (order) => ({
      kind: 'addItem',
      ...order,
    }));
  }

  @Mutation(() => WithdrawMeetingPayload)
  withdrawMeeting(
    @Args('input') input: WithdrawMeetingInput,
    @Context() context: RequestContext,
  ): Promise<WithdrawMeetingPayload> {
    return this.#govern('withdrawMeeting', WithdrawMeetingInput, input, context, (order) => ({
      kind: 'withdrawMeeting',
      ...order,
    }));
  }

  @Mutation(() => OpenCirculationPayload, {
    description: '持ち回り, by the chair, the vice chair acting, or the secretariat for either. `effectiveOn`: the day',
  })
  openCirculation(
    @Args('input') input: OpenCirculationInput,
    @Context() context: RequestContext,
  ): Promise<OpenCirculationPayload> {
    return this.#govern('openCirculation', OpenCirculationInput, input, context, (order) => ({
      kind: 'openCirculation',
      ...order,
    }));
  }

  @Mutation(() => AnswerCirculationPayload, {
    description: 'By a member for himself, or by the secretariat for one who answered on paper. `effectiveOn`: the day',
  })
  answerCirculation(
    @Args('input') input: AnswerCirculationInput,
    @Context() context: RequestContext,
  ): Promise<AnswerCirculationPayload> {
    return this.#govern('answerCirculation', AnswerCirculationInput, input, context, (order) => ({
      kind: 'answer',
      ...order,
    }));
  }

  @Mutation(() => WithdrawCirculationAnswerPayload, {
    description: 'Until it is closed: by the member, or by the secretariat what it entered from paper',
  })
  withdrawCirculationAnswer(
    @Args('input') input: WithdrawCirculationAnswerInput,
    @Context() context: RequestContext,
  ): Promise<WithdrawCirculationAnswerPayload> {
    return this.#govern('withdrawCirculationAnswer', WithdrawCirculationAnswerInput, input, context, (order) => ({
      kind: 'withdrawAnswer',
      ...order,
    }));
  }

  @Mutation(() => WithdrawCirculationPayload, { description: 'Calls off a circulation that is open' })
  withdrawCirculation(
    @Args('input') input: WithdrawCirculationInput,
    @Context() context: RequestContext,
  ): Promise<WithdrawCirculationPayload> {
    return this.#govern('withdrawCirculation', WithdrawCirculationInput, input, context, (order) => ({
      kind: 'withdrawCirculation',
      ...order,
    }));
  }

  @Mutation(() => CloseCirculationPayload, {
    description: 'The outcome is what the chair states; the answers stand beside it. `effectiveOn`: the day',
  })
  closeCirculation(
    @Args('input') input: CloseCirculationInput,
    @Context() context: RequestContext,
  ): Promise<CloseCirculationPayload> {
    return this.#govern('closeCirculation', CloseCirculationInput, input, context, (order) => ({
      kind: 'closeCirculation',
      ...order,
    }));
  }

  @Mutation(() => DecideAgendaItemPayload, { description: 'On the day of the meeting' })
  decideAgendaItem(
    @Args('input') input: DecideAgendaItemInput,
    @Context() context: RequestContext,
  ): Promise<DecideAgendaItemPayload> {
    return this.#govern('decideAgendaItem', DecideAgendaItemInput, input, context, (order) => ({
      kind: 'decideItem',
      ...order,
    }));
  }

  @Mutation(() => CorrectDecisionPayload)
  correctDecision(
    @Args('input') input: CorrectDecisionInput,
    @Context() context: RequestContext,
  ): Promise<CorrectDecisionPayload> {
    return this.#govern('correctDecision', CorrectDecisionInput, input, context, (order) => ({
      kind: 'correctDecision',
      ...order,
    }));
  }

  @Mutation(() => WithdrawDecisionPayload, { description: 'What it was made on is undecided, or open, again' })
  withdrawDecision(
    @Args('input') input: WithdrawDecisionInput,
    @Context() context: RequestContext,
  ): Promise<WithdrawDecisionPayload> {
    return this.#govern('withdrawDecision', WithdrawDecisionInput, input, context, (order) => ({
      kind: 'withdrawDecision',
      ...order,
    }));
  }

  @Mutation(() => CompleteFollowUpPayload)
  completeFollowUp(
    @Args('input') input: CompleteFollowUpInput,
    @Context() context: RequestContext,
  ): Promise<CompleteFollowUpPayload> {
    return this.#govern('completeFollowUp', CompleteFollowUpInput, input, context, (order) => ({
      kind: 'completeFollowUp',
      ...order,
    }));
  }

  @Mutation(() => ReopenFollowUpPayload)
  reopenFollowUp(
    @Args('input') input: ReopenFollowUpInput,
    @Context() context: RequestContext,
  ): Promise<ReopenFollowUpPayload> {
    return this.#govern('reopenFollowUp', ReopenFollowUpInput, input, context, (order) => ({
      kind: 'reopenFollowUp',
      ...order,
    }));
  }

  async #govern<Input extends PlanInput>(
    name: MutationName,
    type: Type<Input>,
    raw: Input,
    context: RequestContext,
    order: (input: Checked<Input>) => CommitteeOrder,
  ): Promise<Changed> {
    const { planKey } = raw;
    const { actor, rights } = context;
    const { result: receipt, problems } = await attempt(name, type, raw, context, async (input, envelope) => {
      const isSecretariat = await rights.may(actor, 'recordMeeting', { planKey });
      const caller = { person: actor.id, isSecretariat };
      return this.commands.execute(new GovernPlan(planKey, order(input), caller, envelope));
    });
    const plan = receipt && (await this.plans.planAfter(planKey, receipt.position));
    const committee = plan?.committee.view ?? null;
    return { receipt, problems, committee, ...changedObjects(committee, raw, receipt?.eventIds[0]) };
  }
}

interface ChangedObjects {
  readonly meeting: MeetingView | null;
  readonly circulation: CirculationView | null;
  readonly decision: DecisionView | null;
}

type Changed = Payload & ChangedObjects & { readonly committee: CommitteeView | null };

/** What an input names by its id, or what was made just now. */
function changedObjects(committee: CommitteeView | null, input: object, made: string | undefined): ChangedObjects {
  const { meetingId, circulationId, decisionId } = input as Record<string, string | undefined>;
  const find = <One extends { readonly id: string }>(all: readonly One[] | undefined, id: string | undefined) =>
    all?.find((one) => one.id === (id ?? made)) ?? null;
  return {
    meeting: find(committee?.meetings, meetingId),
    circulation: find(committee?.circulations, circulationId),
    decision: find(committee?.decisions, decisionId),
  };
}

@Resolver(() => Plan)
export class PlanCommitteeResolver {
  @ResolveField(() => Committee, { nullable: true, description: 'null: the plan file says nothing of one' })
  committee(@Parent() { committee }: PlanView): CommitteeView | null {
    return committee.view;
  }

  @ResolveField(() => DecisionConnection, { description: 'In the order they were recorded' })
  decisions(@Parent() { committee }: PlanView, @Args() page: PageArgs): CountedConnectionOf<DecisionView> {
    return pageIn(committee.view?.decisions ?? [], ({ id }) => id, page);
  }

  @ResolveField(() => Decision, { nullable: true })
  decision(@Parent() { committee }: PlanView, @Args('id', { type: () => ID }) id: string): DecisionView | null {
    return committee.view?.decisions.find((decision) => decision.id === id) ?? null;
  }
}

@Resolver(() => Committee)
export class CommitteeResolver {
  constructor(private readonly trail: TrailReader) {}

  @ResolveField(() => Int, { description: 'Give it back as expectedRevision' })
  revision(@Parent() { planKey, known }: CommitteeView, @Context() { loaders }: RequestContext): Promise<number> {
    return loaders.revision.load({ key: committeeStream(planKey), known });
  }

  @ResolveField(() => [FollowUp], { description: 'Of all decisions' })
  followUps(
    @Parent() { followUps }: CommitteeView,
    @Args('isOpen', { type: () => Boolean, nullable: true }) isOpen: boolean | null,
  ): readonly FollowUpView[] {
    return followUps.filter((followUp) => isOpen === null || followUp.isOpen === isOpen);
  }

  @ResolveField(() => AuditConnection)
  auditTrail(@Parent() { planKey: scope, known }: CommitteeView, @Args() page: PageArgs): Promise<TrailPageView> {
    return this.trail.page({ scope, known, subject: committeeSubject }, page);
  }
}

@Resolver(() => Decision)
export class DecisionResolver {
  @ResolveField(() => [AuditEntry], { description: 'What it caused: the entries that cite it' })
  async citedBy(
    @Parent() { citedAt, planKey, known }: DecisionView,
    @Context() context: RequestContext,
  ): Promise<AuditEntry[]> {
    const entries = await Promise.all(citedAt.map((position) => auditEntryAt(planKey, position, known, context)));
    return entries.filter((entry) => entry !== null);
  }
}
