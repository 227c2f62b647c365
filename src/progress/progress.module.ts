import { Module } from '@nestjs/common';
import { PlanModule } from '../plan/plan.module.js';
import { EndMeasureHandler } from './ending.handler.js';
import { EndingResolver, MeasureEndingResolver } from './ending.resolver.js';
import { ReportStatusHandler } from './progress.handler.js';
import { MeasureStatusResolver, ProgressResolver } from './progress.resolver.js';

@Module({
  imports: [PlanModule],
  providers: [
    ReportStatusHandler,
    EndMeasureHandler,
    ProgressResolver,
    MeasureStatusResolver,
    EndingResolver,
    MeasureEndingResolver,
  ],
})
export class ProgressModule {}
