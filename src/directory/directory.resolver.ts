import { CommandBus } from '@nestjs/cqrs';
import type { Type } from '@nestjs/common';
import { Args, Context, Field, Mutation, ObjectType, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { SEES_PEOPLE, type MutationName } from '../access/permissions.js';
import type { RequestContext } from '../api/context.js';
import { attempt, type Checked, type PlanInput } from '../api/mutation.js';
import { Payload } from '../api/problem.types.js';
import { PlanReader } from '../plan/plan-reader.js';
import { Plan } from '../plan/plan.types.js';
import type { PlanView } from '../plan/plan.view.js';
import { Refusal } from '../problems.js';
import type { DirectoryOrder } from './directory.js';
import type { Members } from './directory.events.js';
import { ChangeDirectory } from './directory.handler.js';
import {
  AbolishDivisionInput,
  DefineCollectiveInput,
  Division,
  EstablishDivisionInput,
  FillPostInput,
  Post,
  RenameDivisionInput,
  SetUpDivisionInput,
} from './directory.types.js';
import type { DivisionView, PostView } from './directory.view.js';

@ObjectType({ isAbstract: true })
abstract class DivisionPayload extends Payload {
  @Field(() => Division, { nullable: true, description: 'As of today; null when refused' })
  division!: DivisionView | null;
}

@ObjectType()
export class EstablishDivisionPayload extends DivisionPayload {}
@ObjectType()
export class SetUpDivisionPayload extends DivisionPayload {}
@ObjectType()
export class RenameDivisionPayload extends DivisionPayload {}
@ObjectType()
export class AbolishDivisionPayload extends DivisionPayload {}
@ObjectType()
export class DefineCollectivePayload extends DivisionPayload {}
@ObjectType()
export class FillPostPayload extends Payload {}

@Resolver()
export class DirectoryMutations {
  constructor(
    private readonly commands: CommandBus,
    private readonly plans: PlanReader,
  ) {}

  @Mutation(() => EstablishDivisionPayload)
  establishDivision(
    @Args('input') input: EstablishDivisionInput,
    @Context() context: RequestContext,
  ): Promise<EstablishDivisionPayload> {
    return this.#change('establishDivision', EstablishDivisionInput, input, context, (checked) => {
      const { members, all, isOnlyInDisaster: onlyInDisaster, ...order } = checked;
      return { kind: 'establish', ...order, onlyInDisaster, members: membersIn(members, all) };
    });
  }

  @Mutation(() => SetUpDivisionPayload, {
    description: 'A division that is there in a disaster only; abolished after it',
  })
  setUpDivision(
    @Args('input') input: SetUpDivisionInput,
    @Context() context: RequestContext,
  ): Promise<SetUpDivisionPayload> {
    return this.#change('setUpDivision', SetUpDivisionInput, input, context, (order) => ({ kind: 'setUp', ...order }));
  }

  @Mutation(() => RenameDivisionPayload)
  renameDivision(
    @Args('input') input: RenameDivisionInput,
    @Context() context: RequestContext,
  ): Promise<RenameDivisionPayload> {
    return this.#change('renameDivision', RenameDivisionInput, input, context, (order) => ({
      kind: 'rename',
      ...order,
    }));
  }

  @Mutation(() => AbolishDivisionPayload, { description: 'Abolished, merged into another, or split' })
  abolishDivision(
    @Args('input') input: AbolishDivisionInput,
    @Context() context: RequestContext,
  ): Promise<AbolishDivisionPayload> {
    return this.#change('abolishDivision', AbolishDivisionInput, input, context, ({ successors = [], ...order }) => ({
      kind: 'abolish',
      successors,
      ...order,
    }));
  }

  @Mutation(() => DefineCollectivePayload, { description: 'Says which divisions a collective owner stands for' })
  defineCollective(
    @Args('input') input: DefineCollectiveInput,
    @Context() context: RequestContext,
  ): Promise<DefineCollectivePayload> {
    return this.#change('defineCollective', DefineCollectiveInput, input, context, ({ members, all, ...order }) => ({
      kind: 'define',
      ...order,
      members: membersIn(members, all) ?? nothing(),
    }));
  }

  @Mutation(() => FillPostPayload)
  async fillPost(@Args('input') input: FillPostInput, @Context() context: RequestContext): Promise<FillPostPayload> {
    const { result: receipt, problems } = await attempt(
      'fillPost',
      FillPostInput,
      input,
      context,
      ({ planKey, personId, ...order }, envelope) =>
        this.commands.execute(
          new ChangeDirectory(planKey, { kind: 'fill', ...order, person: personId ?? null }, envelope),
        ),
    );
    return { receipt, problems };
  }

  async #change<Input extends PlanInput & { division: string }>(
    name: MutationName,
    type: Type<Input>,
    raw: Input,
    context: RequestContext,
    order: (input: Checked<Input>) => DirectoryOrder & { readonly effectiveOn?: string | undefined },
  ): Promise<DivisionPayload> {
    const { result: receipt, problems } = await attempt(name, type, raw, context, (input, envelope) =>
      this.commands.execute(new ChangeDirectory(input.planKey, order(input), envelope)),
    );
    const plan = receipt && (await this.plans.planAfter(raw.planKey, receipt.position));
    return { receipt, problems, division: plan?.directory.division(raw.division) ?? null };
  }
}

function membersIn(members: readonly string[] | undefined, all: boolean | undefined): Members | undefined {
  if (all !== true) return members && [...members];
  if (members !== undefined) throw new Refusal('INVALID_INPUT', ['input', 'all'], 'members, all');
  return 'all';
}

function nothing(): never {
  throw new Refusal('INVALID_INPUT', ['input', 'members'], 'members | all');
}

@Resolver(() => Plan)
export class PlanDirectoryResolver {
  @ResolveField(() => [Division], { description: 'Of the town, as of the point of the plan' })
  divisions(@Parent() { directory }: PlanView): DivisionView[] {
    return directory.divisions;
  }

  @ResolveField(() => [Post], { description: 'For those who may know people; empty for all others' })
  async posts(
    @Parent() { key: planKey, directory }: PlanView,
    @Context() { actor, rights }: RequestContext,
  ): Promise<PostView[]> {
    return (await rights.sees(actor, SEES_PEOPLE, { planKey })) ? directory.posts : [];
  }
}
