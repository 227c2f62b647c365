import { Field, ID, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';
import { IsEmail, IsNotEmpty, IsOptional, Matches, MaxLength, ValidateIf } from 'class-validator';
import { CommandInput, Name, Reason, REASON_MAX } from '../api/mutation.js';
import { DayScalar, InstantScalar } from '../api/scalars.js';
import { PERSON_ID, type ErasureGround, type Role, type TokenScope } from './access.events.js';

export enum RoleName {
  READER = 'reader',
  REPORTER = 'reporter',
  APPROVER = 'approver',
  COORDINATOR = 'coordinator',
  COMMITTEE = 'committee',
  AUDITOR = 'auditor',
  ADMIN = 'admin',
}
registerEnumType(RoleName, { name: 'Role', description: 'docs/permissions.md says what each may do' });

export enum ErasureGroundName {
  REQUESTED = 'REQUESTED',
  NO_LONGER_NEEDED = 'NO_LONGER_NEEDED',
  WRONGLY_KEPT = 'WRONGLY_KEPT',
}
registerEnumType(ErasureGroundName, {
  name: 'ErasureGround',
  description: 'Why personal data is erased.',
  valuesMap: {
    REQUESTED: { description: 'The person asked for it' },
    NO_LONGER_NEEDED: { description: 'What it was kept for has ended' },
    WRONGLY_KEPT: { description: 'It should not have been kept' },
  },
});

export enum TokenScopeName {
  READ = 'read',
  WRITE = 'write',
}
registerEnumType(TokenScopeName, { name: 'TokenScope' });

@ObjectType({ description: 'A role for a plan, and for a division of it, for a period.' })
export class RoleGrant {
  @Field(() => ID, { description: 'Name it to revoke it' })
  id!: string;
  @Field(() => RoleName)
  role!: Role;
  @Field()
  planKey!: string;
  @Field(() => String, { nullable: true, description: 'Key of a division; null: not bound to one' })
  division!: string | null;
  @Field(() => DayScalar)
  from!: string;
  @Field(() => DayScalar, { nullable: true, description: 'The last day; null: until it is revoked' })
  to!: string | null;
  @Field()
  isRevoked!: boolean;
}

@ObjectType({ description: 'A token, of which only the hash is kept.' })
export class AccessToken {
  @Field(() => ID)
  id!: string;
  @Field(() => String, { nullable: true })
  label!: string | null;
  @Field(() => TokenScopeName)
  scope!: TokenScope;
  @Field(() => InstantScalar)
  expiresAt!: Date;
  @Field(() => InstantScalar, { nullable: true, description: 'null: never. It may be a minute behind' })
  lastUsedAt!: Date | null;
  @Field()
  isRevoked!: boolean;
}

export interface AccessTokenView extends Omit<AccessToken, 'lastUsedAt'> {
  readonly person: string;
}

@ObjectType({ description: 'A person, by a pseudonymous id. Name and address are kept sealed, and can be erased.' })
export class Person {
  @Field(() => ID)
  id!: string;
  @Field(() => String, { nullable: true, description: 'null: not said, or erased' })
  name!: string | null;
  @Field(() => String, { nullable: true, description: 'Address of electronic mail; null: not said, or erased' })
  mail!: string | null;
  @Field({ description: 'The personal data was erased: roles and tokens have ended, and nothing more is recorded' })
  isErased!: boolean;
  @Field(() => [RoleGrant])
  grants!: readonly RoleGrant[];
  @Field(() => [AccessToken])
  tokens!: readonly AccessTokenView[];
}

@ObjectType({ description: 'Who am I, what may I do.' })
export class Viewer {
  @Field(() => ID, { description: 'A pseudonymous id' })
  id!: string;
  @Field(() => String, { nullable: true, description: 'null: not said' })
  name!: string | null;
  @Field()
  isAuthenticated!: boolean;
  @Field(() => [String], { description: '`read`, `write`' })
  permissions!: readonly string[];
  @Field(() => [RoleGrant], { description: 'In force today' })
  grants!: readonly RoleGrant[];
}

@InputType({ isAbstract: true })
abstract class PersonInput extends CommandInput {
  @Field(() => ID)
  @Matches(PERSON_ID)
  personId!: string;
}

const MAIL_MAX = 254;

const Mail = (): PropertyDecorator => (target, property) => {
  Field(() => String, { nullable: true, description: 'Address of electronic mail; kept sealed' })(target, property);
  IsOptional()(target, property);
  IsEmail()(target, property);
  MaxLength(MAIL_MAX)(target, property);
};

@InputType({ description: 'All of who the person is: what is not said here is not known any longer.' })
export class DescribePersonInput extends PersonInput {
  @Field({ description: 'Kept sealed: it stands nowhere in the clear' })
  @Name()
  name!: string;
  @Mail()
  mail?: string | null;
}

@InputType()
export class ErasePersonInput extends PersonInput {
  @Field(() => ErasureGroundName)
  ground!: ErasureGround;
}

@InputType()
export class RegisterPersonInput extends CommandInput {
  @Field(() => ID, {
    nullable: true,
    description: 'Of somebody who signs in by an identity provider: the id that `viewer` tells him. Default: a new one',
  })
  @IsOptional()
  @Matches(PERSON_ID)
  personId?: string | null;
  @Field(() => String, { nullable: true, description: 'Kept sealed: it stands nowhere in the clear' })
  @ValidateIf(({ name, mail }: RegisterPersonInput) => (name ?? mail ?? null) !== null)
  @Name()
  name?: string | null;
  @Mail()
  mail?: string | null;
}

@InputType()
export class GrantRoleInput extends PersonInput {
  @Field(() => RoleName)
  role!: RoleName;
  @Field({ description: '"toride-5"' })
  @IsNotEmpty()
  @MaxLength(50)
  planKey!: string;
  @Field(() => String, {
    nullable: true,
    description:
      'Key of a division: required for REPORTER and APPROVER, which count for what it has to do with. COORDINATOR and ADMIN hold for the whole plan and act in its name. Refused for all others',
  })
  @IsOptional()
  @IsNotEmpty()
  @MaxLength(200)
  division?: string | null;
  @Field(() => DayScalar, { nullable: true, description: 'Default: today' })
  from?: string | null;
  @Field(() => DayScalar, { nullable: true, description: 'The last day' })
  to?: string | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @MaxLength(REASON_MAX)
  reason?: string | null;
}

@InputType()
export class RevokeRoleInput extends PersonInput {
  @Field(() => ID)
  @IsNotEmpty()
  grantId!: string;
  @Field()
  @Reason()
  reason!: string;
}

@InputType()
export class IssueTokenInput extends PersonInput {
  @Field(() => TokenScopeName, { nullable: true, description: 'Default: WRITE' })
  scope?: TokenScope | null;
  @Field(() => InstantScalar, { nullable: true, description: 'Default: in a year; at most in two' })
  expiresAt?: Date | null;
  @Field(() => String, { nullable: true, description: 'What it is for; no names of people' })
  @IsOptional()
  @MaxLength(100)
  label?: string | null;
}

@InputType()
export class RevokeTokenInput extends PersonInput {
  @Field(() => ID)
  @IsNotEmpty()
  tokenId!: string;
  @Field()
  @Reason()
  reason!: string;
}

@InputType()
export class IssueSignInLinkInput extends PersonInput {}

@InputType()
export class SignInInput extends CommandInput {
  @Field({ description: 'The code of a sign-in link' })
  @IsNotEmpty()
  @MaxLength(200)
  code!: string;
}
