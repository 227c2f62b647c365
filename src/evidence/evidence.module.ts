import { Module } from '@nestjs/common';
import { PlanModule } from '../plan/plan.module.js';
import { EntryProofResolver, LedgerEvidenceResolver, ReviewEvidenceResolver } from './evidence.resolver.js';
import { LogController } from './log.controller.js';

@Module({
  imports: [PlanModule],
  controllers: [LogController],
  providers: [LedgerEvidenceResolver, ReviewEvidenceResolver, EntryProofResolver],
})
export class EvidenceModule {}
