import { Module } from '@nestjs/common';
import { TrailReader } from './trail-reader.js';
import { AppendedResolver, AuditEntryResolver, LedgerResolver } from './trail.resolver.js';

@Module({ providers: [TrailReader, AuditEntryResolver, AppendedResolver, LedgerResolver], exports: [TrailReader] })
export class TrailModule {}
