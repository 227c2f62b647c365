import { Module } from '@nestjs/common';
import { OwnApi } from '../api/own-api.js';
import { PlanSheetController } from './plan-sheet.controller.js';
import { SheetController } from './sheet.controller.js';

@Module({ controllers: [SheetController, PlanSheetController], providers: [OwnApi] })
export class SheetModule {}
