import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { TrailModule } from '../trail/trail.module.js';
import {
  CarriedMeasureResolver,
  CarriedOverResolver,
  PlanSuccessionResolver,
  RelatedPlanResolver,
} from './carried-over.resolver.js';
import { AmendInitiativeHandler, EnterInitiativeHandler } from './initiative.handler.js';
import { InitiativeResolver } from './initiative.resolver.js';
import { LoadPlanHandler } from './load-plan.handler.js';
import { PlanReader } from './plan-reader.js';
import { PlanWriter } from './plan-writer.js';
import { MeasureResolver, PlanResolver } from './plan.resolver.js';
import { ReviseMeasureHandler, ReviseTitleHandler } from './revision.handler.js';
import { RevisionResolver } from './revision.resolver.js';
import { SucceedMeasuresHandler, WithdrawSuccessionHandler } from './succession.handler.js';
import { MeasureSuccessionResolver, SuccessionResolver } from './succession.resolver.js';

@Module({
  imports: [CqrsModule, TrailModule],
  providers: [
    PlanReader,
    PlanWriter,
    LoadPlanHandler,
    EnterInitiativeHandler,
    AmendInitiativeHandler,
    ReviseMeasureHandler,
    ReviseTitleHandler,
    SucceedMeasuresHandler,
    WithdrawSuccessionHandler,
    PlanResolver,
    MeasureResolver,
    InitiativeResolver,
    RevisionResolver,
    SuccessionResolver,
    MeasureSuccessionResolver,
    PlanSuccessionResolver,
    CarriedOverResolver,
    RelatedPlanResolver,
    CarriedMeasureResolver,
  ],
  exports: [PlanReader, PlanWriter],
})
export class PlanModule {}
