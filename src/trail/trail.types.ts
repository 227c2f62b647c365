import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionType } from '../api/connection.js';
import { DayScalar, InstantScalar, PositionScalar } from '../api/scalars.js';
import type { Position } from '../eventsourcing/position.js';
import type { TrailEntry } from '../eventsourcing/views.js';
import type { OutcomeCode } from '../governance/committee.events.js';
import type { CitedDecision } from '../governance/committee.view.js';
import { OutcomeName } from '../governance/outcome.types.js';

export enum LanguageName {
  JA = 'ja',
  EN = 'en',
}
registerEnumType(LanguageName, { name: 'Language' });

@ObjectType({ description: 'Who acted: a division for the public, a person for those allowed.' })
export class Actor {
  @Field({ description: 'Of the person for those allowed, else of the division; `staff`: of no division' })
  id!: string;
  @Field({ description: 'The name of the division on the day it acted; else 管理者, 職員. Japanese' })
  label!: string;
  @Field(() => String, { nullable: true, description: 'Key of the division for which it acted' })
  division!: string | null;
  @Field(() => ID, { nullable: true, description: 'A pseudonymous id; null for those who may not know' })
  person!: string | null;
}

@ObjectType({
  description:
    'What decided it: a recorded decision, or only a body in the words it was entered with, and nothing else.',
})
export class Citation implements Partial<CitedDecision> {
  @Field(() => ID, { nullable: true, description: 'Of the decision: ask `plan { decision(id) }` for all of it' })
  id?: string;
  @Field(() => String, { nullable: true, description: '`R8-3`' })
  no?: string;
  @Field({ description: 'The body' })
  decidedBy!: string;
  @Field(() => String, { nullable: true })
  title?: string;
  @Field(() => OutcomeName, { nullable: true })
  outcome?: OutcomeCode;
  @Field(() => DayScalar, { nullable: true })
  decidedOn?: string;
  @Field(() => Boolean, { nullable: true, description: 'The decision was taken back after it was cited' })
  isWithdrawn?: boolean;
}

@ObjectType()
export class AttributeChange {
  @Field({ description: '`measure/1-2-1`' })
  subject!: string;
  @Field({ description: '`status`, `reading/2025`, `forecast/2024`, …' })
  attribute!: string;
  @Field(() => String, { nullable: true, description: 'null: no data' })
  before!: string | null;
  @Field(() => String, { nullable: true, description: 'null: no data' })
  after!: string | null;
}

@ObjectType({ description: 'One event of the ledger, for people.' })
export class AuditEntry {
  @Field(() => ID, { description: 'Id of the event: name it as `entryId` to correct or withdraw it' })
  id!: string;
  @Field(() => PositionScalar)
  position!: Position;
  @Field({ description: 'Event type: `MeasureStatusChanged`' })
  type!: string;
  @Field({ description: '`measure/1-2-1`' })
  subject!: string;
  @Field(() => InstantScalar)
  recordedAt!: Date;
  @Field(() => DayScalar)
  effectiveOn!: string;
  @Field(() => String, { nullable: true })
  reason!: string | null;

  /** Not part of the schema: what the other fields are read from. */
  planKey!: string;
  known!: Position;
  entry!: TrailEntry;
}

@InputType({ description: 'All conditions together' })
export class AuditFilter {
  @Field(() => [String], { nullable: true, description: 'Event types' })
  types?: string[] | null;
  @Field(() => String, { nullable: true, description: '`measure/1-2-1`, `kpi/smartphone-classes`, `plan`' })
  subject?: string | null;
  @Field(() => InstantScalar, { nullable: true })
  recordedFrom?: Date | null;
  @Field(() => InstantScalar, { nullable: true })
  recordedTo?: Date | null;
}

export const AuditConnection = connectionType('Audit', () => AuditEntry);

@ObjectType({ description: 'One attribute that differs between two points in time, with the events that did it.' })
export class Change extends AttributeChange {
  @Field(() => [AuditEntry])
  events!: readonly AuditEntry[];
}

@ObjectType({ description: '新旧対照: what the plan says of one thing before and after, in words.' })
export class ComparisonRow {
  @Field({ description: '`measure/1-2-1`' })
  subject!: string;
  @Field({ description: 'With its number and its title; of a division its name' })
  subjectLabel!: string;
  @Field({ description: '`title`, `owners`, `schedule/2027`, `target/2027`, `succession`, …' })
  attribute!: string;
  @Field()
  attributeLabel!: string;
  @Field(() => String, {
    nullable: true,
    description: 'Divisions by their names at that point; null: it was not there',
  })
  before!: string | null;
  @Field(() => String, { nullable: true, description: 'null: it is not there' })
  after!: string | null;
  @Field(() => [String])
  reasons!: readonly string[];
  @Field(() => [AuditEntry], { description: 'The entries that did it' })
  events!: readonly AuditEntry[];
}

@ObjectType({ description: 'The ledger has grown: refetch what you show.' })
export class AppendNotice {
  @Field(() => PositionScalar)
  position!: Position;
  @Field()
  type!: string;
  @Field()
  subject!: string;
  @Field()
  planKey!: string;
}

@ObjectType('Ledger', { description: 'The ledger of all events.' })
export class LedgerHead {
  @Field(() => Int, { description: 'How many events' })
  size!: number;
  @Field(() => PositionScalar, { description: 'Of the last event' })
  position!: Position;
}
