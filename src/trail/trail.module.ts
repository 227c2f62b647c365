import { Module } from '@nestjs/common';
import { TrailReader } from './trail-reader.js';
import {
  AppendedResolver,
  AuditConnectionResolver,
  AuditEntryResolver,
  CitationResolver,
  LedgerResolver,
} from './trail.resolver.js';

@Module({
  providers: [
    TrailReader,
    AuditEntryResolver,
    CitationResolver,
    AuditConnectionResolver,
    AppendedResolver,
    LedgerResolver,
  ],
  exports: [TrailReader],
})
export class TrailModule {}
