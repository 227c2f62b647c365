import { Module } from '@nestjs/common';
import { PlanModule } from '../plan/plan.module.js';
import { MoveScheduleHandler } from './schedule.handler.js';
import { ScheduleResolver } from './schedule.resolver.js';

@Module({ imports: [PlanModule], providers: [MoveScheduleHandler, ScheduleResolver] })
export class ScheduleModule {}
