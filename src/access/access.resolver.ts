import { randomUUID } from 'node:crypto';
import type { Type } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Args, Context, Field, ID, Mutation, ObjectType, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { PageArgs, type ConnectionOf } from '../api/connection.js';
import { GraphQLError } from 'graphql';
import type { RequestContext } from '../api/context.js';
import { attempt, type Checked, type CommandInput } from '../api/mutation.js';
import { Payload } from '../api/problem.types.js';
import { FiscalYearScalar, InstantScalar } from '../api/scalars.js';
import { Clock } from '../eventsourcing/clock.js';
import type { Receipt } from '../eventsourcing/event-store.js';
import { Refusal } from '../problems.js';
import { TrailReader } from '../trail/trail-reader.js';
import { Actor, AuditConnection, type AuditEntry } from '../trail/trail.types.js';
import { grantsOn, LINK_MS, SESSION_MS, TOKEN_MS, type AccessOrder } from './access.js';
import { ACCESS_SCOPE, personSubject } from './access.events.js';
import { ChangeAccess } from './access.handler.js';
import {
  AccessToken,
  DescribePersonInput,
  ErasePersonInput,
  GrantRoleInput,
  IssueSignInLinkInput,
  IssueTokenInput,
  Person,
  RegisterPersonInput,
  RevokeRoleInput,
  RevokeTokenInput,
  RoleGrant,
  SignInInput,
  Viewer,
  type AccessTokenView,
} from './access.types.js';
import { AccessReader, type PersonView } from './access-reader.js';
import { isMutation, SEES_PEOPLE, type MutationName, type PERMISSIONS } from './permissions.js';
import { credentialIn, hashText, makeCredential } from './token-secrets.js';
import { TokenUses } from './token-uses.js';

@ObjectType({ isAbstract: true })
abstract class PersonPayload extends Payload {
  @Field(() => Person, { nullable: true, description: 'After this; null when refused' })
  person!: PersonView | null;
}

@ObjectType()
export class RegisterPersonPayload extends PersonPayload {}
@ObjectType()
export class DescribePersonPayload extends PersonPayload {}
@ObjectType()
export class ErasePersonPayload extends PersonPayload {}
@ObjectType()
export class GrantRolePayload extends PersonPayload {}
@ObjectType()
export class RevokeRolePayload extends PersonPayload {}
@ObjectType()
export class RevokeTokenPayload extends PersonPayload {}
@ObjectType()
export class IssueTokenPayload extends PersonPayload {
  @Field(() => String, { nullable: true, description: 'Shown this once; null when refused, and for a repetition' })
  token!: string | null;
}
@ObjectType()
export class IssueSignInLinkPayload extends PersonPayload {
  @Field(() => String, { nullable: true, description: 'Signs in once; null when refused, and for a repetition' })
  code!: string | null;
  @Field(() => InstantScalar, { nullable: true })
  expiresAt!: Date | null;
}
@ObjectType()
export class SignInPayload extends Payload {
  @Field(() => String, { nullable: true, description: 'A token for this session; null when refused' })
  token!: string | null;
  @Field(() => InstantScalar, { nullable: true })
  expiresAt!: Date | null;
}

/** What inputs say of who a person is. */
const PERSONAL = ['name', 'mail'] as const satisfies readonly (keyof DescribePersonInput)[];

@Resolver()
export class AccessMutations {
  constructor(
    private readonly commands: CommandBus,
    private readonly reader: AccessReader,
    private readonly clock: Clock,
  ) {}

  @Mutation(() => RegisterPersonPayload)
  registerPerson(
    @Args('input') input: RegisterPersonInput,
    @Context() context: RequestContext,
  ): Promise<RegisterPersonPayload> {
    const personId = input.personId ?? this.reader.newPerson(context.actor.id, input.clientMutationId ?? randomUUID());
    return this.#change('registerPerson', RegisterPersonInput, input, context, personId, ({ name, mail }) => ({
      kind: 'register',
      description: name === undefined ? undefined : { name, mail },
    }));
  }

  @Mutation(() => DescribePersonPayload, { description: 'Says who a person is, in place of what was said before' })
  describePerson(
    @Args('input') input: DescribePersonInput,
    @Context() context: RequestContext,
  ): Promise<DescribePersonPayload> {
    return this.#change('describePerson', DescribePersonInput, input, context, input.personId, ({ name, mail }) => ({
      kind: 'describe',
      description: { name, mail },
    }));
  }

  @Mutation(() => ErasePersonPayload, {
    description:
      'Destroys for ever what is known of a person beside its id, and ends its roles and tokens. The history stays, and stays proven',
  })
  erasePerson(@Args('input') input: ErasePersonInput, @Context() context: RequestContext): Promise<ErasePersonPayload> {
    return this.#change('erasePerson', ErasePersonInput, input, context, input.personId, ({ ground }) => ({
      kind: 'erase',
      ground,
    }));
  }

  @Mutation(() => GrantRolePayload)
  grantRole(@Args('input') input: GrantRoleInput, @Context() context: RequestContext): Promise<GrantRolePayload> {
    return this.#change('grantRole', GrantRoleInput, input, context, input.personId, (order) => ({
      kind: 'grant',
      ...order,
    }));
  }

  @Mutation(() => RevokeRolePayload)
  revokeRole(@Args('input') input: RevokeRoleInput, @Context() context: RequestContext): Promise<RevokeRolePayload> {
    return this.#change(
      'revokeRole',
      RevokeRoleInput,
      input,
      context,
      input.personId,
      ({ grantId: grant, reason }) => ({
        kind: 'revokeGrant',
        grant,
        reason,
      }),
    );
  }

  @Mutation(() => IssueTokenPayload)
  async issueToken(
    @Args('input') input: IssueTokenInput,
    @Context() context: RequestContext,
  ): Promise<IssueTokenPayload> {
    const { text, name, hash } = makeCredential(input.personId);
    const { receipt, problems, person } = await this.#change(
      'issueToken',
      IssueTokenInput,
      input,
      context,
      input.personId,
      ({ scope = 'write', expiresAt, label }) => ({
        kind: 'issueToken',
        scope,
        label,
        secret: { name, hash, expiresAtMs: expiresAt?.getTime() ?? this.clock.nowMs() + TOKEN_MS },
      }),
    );
    // A repetition is answered with the first receipt: what was made now is not what was recorded then.
    const isRecorded = person?.tokens.some(({ id }) => id === name) ?? false;
    return { receipt, problems, person, token: isRecorded ? text : null };
  }

  @Mutation(() => RevokeTokenPayload)
  revokeToken(@Args('input') input: RevokeTokenInput, @Context() context: RequestContext): Promise<RevokeTokenPayload> {
    return this.#change(
      'revokeToken',
      RevokeTokenInput,
      input,
      context,
      input.personId,
      ({ tokenId: token, reason }) => ({ kind: 'revokeToken', token, reason }),
    );
  }

  @Mutation(() => IssueSignInLinkPayload, {
    description: 'A code that signs a person in, once, within a quarter of an hour',
  })
  async issueSignInLink(
    @Args('input') input: IssueSignInLinkInput,
    @Context() context: RequestContext,
  ): Promise<IssueSignInLinkPayload> {
    const { text, name, hash } = makeCredential(input.personId);
    const expiresAtMs = this.clock.nowMs() + LINK_MS;
    const { receipt, problems, person } = await this.#change(
      'issueSignInLink',
      IssueSignInLinkInput,
      input,
      context,
      input.personId,
      () => ({
        kind: 'issueLink',
        secret: { name, hash, expiresAtMs },
      }),
    );
    const isRecorded = receipt !== null && (await this.reader.hasLink(input.personId, name));
    return {
      receipt,
      problems,
      person,
      code: isRecorded ? text : null,
      expiresAt: isRecorded ? new Date(expiresAtMs) : null,
    };
  }

  @Mutation(() => SignInPayload, { description: 'Exchanges the code of a sign-in link for a token' })
  async signIn(@Args('input') input: SignInInput, @Context() context: RequestContext): Promise<SignInPayload> {
    const expiresAtMs = this.clock.nowMs() + SESSION_MS;
    const { result, problems } = await attempt('signIn', SignInInput, input, context, async ({ code }, envelope) => {
      const link = credentialIn(code);
      if (!link) throw new Refusal('SIGN_IN_INVALID', ['input', 'code']);
      const { person } = link;
      const { text: token, name, hash } = makeCredential(person);
      const session = { name, hash, expiresAtMs };
      const order: AccessOrder = { kind: 'useLink', link: link.name, hash: hashText(link.secret), session };
      // Anybody may try: what he calls his request must not meet what others call theirs.
      const ofPerson = { ...envelope, commandId: randomUUID(), isNew: true, actor: person };
      try {
        return { receipt: await this.commands.execute(new ChangeAccess(person, order, ofPerson)), token };
      } catch (error) {
        if (error instanceof Refusal && (error.code === 'PERSON_NOT_FOUND' || error.code === 'PERSON_ERASED'))
          throw new Refusal('SIGN_IN_INVALID', ['input', 'code']);
        throw error;
      }
    });
    if (!result) return { receipt: null, problems, token: null, expiresAt: null };
    return { ...result, problems, expiresAt: new Date(expiresAtMs) };
  }

  async #change<Input extends CommandInput>(
    name: MutationName & keyof typeof PERMISSIONS,
    type: Type<Input>,
    raw: Input,
    context: RequestContext,
    personId: string,
    order: (input: Checked<Input>) => AccessOrder,
  ): Promise<PersonPayload> {
    const { planKey } = raw as { planKey?: string };
    const { result: receipt, problems } = await attempt<Input, Receipt>(
      name,
      type,
      raw,
      context,
      (input, envelope) => {
        if (input.effectiveOn !== undefined) throw new Refusal('INVALID_INPUT', ['input', 'effectiveOn']);
        return this.commands.execute(new ChangeAccess(personId, order(input), envelope));
      },
      { personId, ...(planKey !== undefined && { planKey }) },
      PERSONAL,
    );
    if (!receipt) return { receipt, problems, person: null };
    return { receipt, problems, person: await this.reader.person(personId) };
  }
}

@Resolver(() => Viewer)
export class ViewerResolver {
  constructor(private readonly reader: AccessReader) {}

  @Query(() => Viewer, { description: 'Who am I, what may I do' })
  async viewer(@Context() { actor }: RequestContext): Promise<Viewer> {
    const { id, isAuthenticated, mayWrite } = actor;
    const name = (await readable(() => this.reader.nameOf(id))) ?? null;
    const permissions = mayWrite ? ['read', 'write'] : ['read'];
    const grants = grantsOn(actor, await this.reader.today()).map(
      ({ division = null, to = null, ...grant }): RoleGrant => ({ ...grant, division, to, isRevoked: false }),
    );
    return { id, name, isAuthenticated, permissions, grants };
  }

  @ResolveField(() => Boolean, { description: 'Whether a mutation would be allowed' })
  may(
    @Args('mutation', { description: '`changeMeasureStatus`' }) mutation: string,
    @Args('planKey') planKey: string,
    @Args('measureNo', { type: () => String, nullable: true }) measureNo: string | null,
    @Args('fiscalYear', { type: () => FiscalYearScalar, nullable: true, description: 'Of which a report is' })
    fiscalYear: number | null,
    @Args('division', { type: () => String, nullable: true, description: 'For which a report is, by key' })
    division: string | null,
    @Context() { actor, rights }: RequestContext,
  ): Promise<boolean> {
    if (!isMutation(mutation))
      throw new GraphQLError(`${mutation}: この名前の操作はありません / there is no mutation of that name`, {
        extensions: { code: 'UNKNOWN_MUTATION' },
      });
    return rights.may(actor, mutation, {
      planKey,
      ...(measureNo !== null && { measureNo }),
      ...(fiscalYear !== null && { fiscalYear }),
      ...(division !== null && { division }),
    });
  }

  @Query(() => [Person], {
    description:
      'Those with a role in the plan, and their roles in it. For coordinators, auditors and administrators (who see also those without a role anywhere yet); empty for all others',
  })
  async people(@Args('planKey') planKey: string, @Context() { actor, rights }: RequestContext): Promise<PersonView[]> {
    if (!(await rights.sees(actor, SEES_PEOPLE, { planKey }))) return [];
    return this.reader.withRoleIn(planKey, await rights.sees(actor, ['admin'], { planKey }));
  }

  @Query(() => Person, { nullable: true, description: 'For those who administer all that the person may touch' })
  async person(
    @Args('id', { type: () => ID }) id: string,
    @Context() { actor, rights }: RequestContext,
  ): Promise<PersonView | null> {
    return (await rights.may(actor, 'grantRole', { personId: id })) ? this.reader.person(id) : null;
  }
}

@Resolver(() => Person)
export class PersonResolver {
  constructor(
    private readonly trail: TrailReader,
    private readonly reader: AccessReader,
  ) {}

  @ResolveField(() => String, { nullable: true })
  async name(@Parent() person: PersonView): Promise<string | null> {
    return (await readable(() => this.reader.describe(person)))?.name ?? null;
  }

  @ResolveField(() => String, { nullable: true })
  async mail(@Parent() person: PersonView): Promise<string | null> {
    return (await readable(() => this.reader.describe(person)))?.mail ?? null;
  }

  @ResolveField(() => AuditConnection, {
    description: 'What was recorded of the person: roles, tokens, links, with reasons. Of roles those that are shown',
  })
  auditTrail(@Parent() { id, grants, within }: PersonView, @Args() page: PageArgs): Promise<ConnectionOf<AuditEntry>> {
    const planKey = within ?? grants[0]?.planKey ?? '';
    const filter = { scope: ACCESS_SCOPE, subject: personSubject(id), withStaffOnly: true };
    return this.trail.pageOf(planKey, filter, page, ({ event }) => {
      const of = (event.data as { readonly planKey?: string }).planKey;
      return within === undefined || of === undefined || of === within;
    });
  }
}

@Resolver(() => Actor)
export class ActorNameResolver {
  constructor(private readonly reader: AccessReader) {}

  @ResolveField(() => String, {
    nullable: true,
    description: 'Of the person, for those who may know; null: not said, or erased',
  })
  async name(@Parent() { person }: Actor): Promise<string | null> {
    return person === null ? null : ((await readable(() => this.reader.nameOf(person))) ?? null);
  }
}

/** @throws GraphQLError PERSON_KEY_MISSING */
async function readable<Answer>(read: () => Answer | Promise<Answer>): Promise<Answer> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new GraphQLError(error.message, { extensions: { code: error.code } });
  }
}

@Resolver(() => AccessToken)
export class TokenResolver {
  constructor(private readonly uses: TokenUses) {}

  @ResolveField(() => InstantScalar, { nullable: true })
  async lastUsedAt(@Parent() { person, id: token }: AccessTokenView): Promise<Date | null> {
    const lastMs = await this.uses.lastUse({ person, token });
    return lastMs === null ? null : new Date(lastMs);
  }
}
