import { Module } from '@nestjs/common';
import { PlanModule } from '../plan/plan.module.js';
import { DueReader } from './due-reader.js';

@Module({ imports: [PlanModule], providers: [DueReader], exports: [DueReader] })
export class ReminderModule {}
