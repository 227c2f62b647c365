import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { PlanModule } from '../plan/plan.module.js';
import { ProgressModule } from '../progress/progress.module.js';
import { TrailModule } from '../trail/trail.module.js';
import { EvaluateMeasureHandler, HandleReviewHandler } from './review.handler.js';
import {
  MeasureReviewResolver,
  PlanReviewResolver,
  ReviewMutations,
  ReviewResolver,
  RoundResolver,
} from './review.resolver.js';

@Module({
  imports: [CqrsModule, PlanModule, ProgressModule, TrailModule],
  providers: [
    HandleReviewHandler,
    EvaluateMeasureHandler,
    ReviewMutations,
    PlanReviewResolver,
    ReviewResolver,
    RoundResolver,
    MeasureReviewResolver,
  ],
})
export class ReviewModule {}
