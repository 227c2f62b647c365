import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { PlanModule } from '../plan/plan.module.js';
import { EndMeasureHandler } from './ending.handler.js';
import { EndingResolver, MeasureEndingResolver } from './ending.resolver.js';
import { ReportStatusHandler } from './progress.handler.js';
import { MeasureStatusResolver, ProgressResolver } from './progress.resolver.js';
import { HandleReportHandler } from './report.handler.js';
import { ReportReader } from './report-reader.js';
import { MeasureReportsResolver, ReportCommentResolver, ReportMutations, ReportResolver } from './report.resolver.js';

@Module({
  imports: [CqrsModule, PlanModule],
  providers: [
    ReportStatusHandler,
    EndMeasureHandler,
    HandleReportHandler,
    ProgressResolver,
    MeasureStatusResolver,
    EndingResolver,
    MeasureEndingResolver,
    ReportReader,
    ReportMutations,
    MeasureReportsResolver,
    ReportResolver,
    ReportCommentResolver,
  ],
  exports: [ReportReader],
})
export class ProgressModule {}
