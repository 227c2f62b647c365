import { Module } from '@nestjs/common';
import { PlanModule } from '../plan/plan.module.js';
import { ReportStatusHandler } from './progress.handler.js';
import { MeasureStatusResolver, ProgressResolver } from './progress.resolver.js';

@Module({ imports: [PlanModule], providers: [ReportStatusHandler, ProgressResolver, MeasureStatusResolver] })
export class ProgressModule {}
