import { Module } from '@nestjs/common';
import { PlanModule } from '../plan/plan.module.js';
import { TrailModule } from '../trail/trail.module.js';
import { EnterIndicatorReadingHandler } from './indicator.handler.js';
import {
  IndicatorMutations,
  IndicatorReadingResolver,
  IndicatorResolver,
  PlanIndicatorsResolver,
} from './indicator.resolver.js';

@Module({
  imports: [PlanModule, TrailModule],
  providers: [
    EnterIndicatorReadingHandler,
    IndicatorMutations,
    PlanIndicatorsResolver,
    IndicatorResolver,
    IndicatorReadingResolver,
  ],
})
export class IndicatorModule {}
