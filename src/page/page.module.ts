import { Module } from '@nestjs/common';
import { OwnApi } from '../api/own-api.js';
import { PageController } from './page.controller.js';

@Module({ controllers: [PageController], providers: [OwnApi] })
export class PageModule {}
