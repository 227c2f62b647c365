import { Module } from '@nestjs/common';
import { OwnApi } from '../api/own-api.js';
import { PlanModule } from '../plan/plan.module.js';
import {
  EntryProofResolver,
  LedgerEvidenceResolver,
  PlanEvidenceResolver,
  ReviewEvidenceResolver,
} from './evidence.resolver.js';
import { LogController } from './log.controller.js';

@Module({
  imports: [PlanModule],
  controllers: [LogController],
  providers: [LedgerEvidenceResolver, ReviewEvidenceResolver, PlanEvidenceResolver, EntryProofResolver, OwnApi],
})
export class EvidenceModule {}
