import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { PlanModule } from '../plan/plan.module.js';
import { TrailModule } from '../trail/trail.module.js';
import { GovernPlanHandler } from './committee.handler.js';
import {
  CommitteeMutations,
  CommitteeResolver,
  DecisionResolver,
  PlanCommitteeResolver,
} from './committee.resolver.js';

@Module({
  imports: [CqrsModule, PlanModule, TrailModule],
  providers: [GovernPlanHandler, CommitteeMutations, PlanCommitteeResolver, CommitteeResolver, DecisionResolver],
})
export class GovernanceModule {}
