import { Module } from '@nestjs/common';
import { OwnApi } from '../api/own-api.js';
import { SheetController } from './sheet.controller.js';

@Module({ controllers: [SheetController], providers: [OwnApi] })
export class SheetModule {}
