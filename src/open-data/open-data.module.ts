import { Module } from '@nestjs/common';
import { OwnApi } from '../api/own-api.js';
import { OpenDataController } from './open-data.controller.js';

@Module({ controllers: [OpenDataController], providers: [OwnApi] })
export class OpenDataModule {}
