import { Module } from '@nestjs/common';
import { OwnApi } from '../api/own-api.js';
import { ReportController } from './report.controller.js';

@Module({ controllers: [ReportController], providers: [OwnApi] })
export class ReportModule {}
