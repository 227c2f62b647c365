import { Module } from '@nestjs/common';
import { OwnApi } from '../api/own-api.js';
import { PlanModule } from '../plan/plan.module.js';
import {
  EntryProofResolver,
  LedgerEvidenceResolver,
  PlanEvidenceResolver,
  ReviewEvidenceResolver,
} from './evidence.resolver.js';
import { EventsController } from './events.controller.js';
import { LogController } from './log.controller.js';

@Module({
  imports: [PlanModule],
  controllers: [LogController, EventsController],
  providers: [LedgerEvidenceResolver, ReviewEvidenceResolver, PlanEvidenceResolver, EntryProofResolver, OwnApi],
})
export class EvidenceModule {}
