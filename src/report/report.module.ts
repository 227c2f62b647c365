import { Module } from '@nestjs/common';
import { OwnApi } from '../api/own-api.js';
import { ComparisonController } from './comparison.controller.js';
import { ReportController } from './report.controller.js';

@Module({ controllers: [ReportController, ComparisonController], providers: [OwnApi] })
export class ReportModule {}
