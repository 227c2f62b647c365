import { Module } from '@nestjs/common';
import { PlanModule } from '../plan/plan.module.js';
import { EntryProofResolver, LedgerEvidenceResolver } from './evidence.resolver.js';
import { LogController } from './log.controller.js';

@Module({
  imports: [PlanModule],
  controllers: [LogController],
  providers: [LedgerEvidenceResolver, EntryProofResolver],
})
export class EvidenceModule {}
