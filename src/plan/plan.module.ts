import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { TrailModule } from '../trail/trail.module.js';
import { LoadPlanHandler } from './load-plan.handler.js';
import { PlanReader } from './plan-reader.js';
import { PlanWriter } from './plan-writer.js';
import { MeasureResolver, PlanResolver } from './plan.resolver.js';

@Module({
  imports: [CqrsModule, TrailModule],
  providers: [PlanReader, PlanWriter, LoadPlanHandler, PlanResolver, MeasureResolver],
  exports: [PlanReader, PlanWriter],
})
export class PlanModule {}
