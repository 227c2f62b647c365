import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { PlanModule } from '../plan/plan.module.js';
import { AccessReader } from './access-reader.js';
import { ChangeAccessHandler } from './access.handler.js';
import { AccessMutations, TokenResolver, ViewerResolver } from './access.resolver.js';
import { TokenUses } from './token-uses.js';

@Module({
  imports: [CqrsModule, PlanModule],
  providers: [AccessReader, TokenUses, ChangeAccessHandler, AccessMutations, ViewerResolver, TokenResolver],
  exports: [TokenUses],
})
export class AccessModule {}
