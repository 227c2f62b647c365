import { Module } from '@nestjs/common';
import { PlanModule } from '../plan/plan.module.js';
import { TrailModule } from '../trail/trail.module.js';
import { EnterFigureHandler } from './kpi.handler.js';
import { KpiMutations, KpiResolver, PlanKpisResolver, ReadingResolver, TargetResolver } from './kpi.resolver.js';

@Module({
  imports: [PlanModule, TrailModule],
  providers: [EnterFigureHandler, KpiMutations, PlanKpisResolver, KpiResolver, TargetResolver, ReadingResolver],
})
export class KpiModule {}
