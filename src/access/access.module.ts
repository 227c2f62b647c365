import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { PlanModule } from '../plan/plan.module.js';
import { AccessReader } from './access-reader.js';
import { ChangeAccessHandler } from './access.handler.js';
import { AccessMutations, ViewerResolver } from './access.resolver.js';

@Module({
  imports: [CqrsModule, PlanModule],
  providers: [AccessReader, ChangeAccessHandler, AccessMutations, ViewerResolver],
})
export class AccessModule {}
