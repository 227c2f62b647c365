import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { PlanModule } from '../plan/plan.module.js';
import { TrailModule } from '../trail/trail.module.js';
import { AccessReader } from './access-reader.js';
import { ChangeAccessHandler } from './access.handler.js';
import {
  AccessMutations,
  ActorNameResolver,
  PersonResolver,
  TokenResolver,
  ViewerResolver,
} from './access.resolver.js';
import { PersonalData } from './personal-data.js';
import { TokenUses } from './token-uses.js';

@Module({
  imports: [CqrsModule, PlanModule, TrailModule],
  providers: [
    AccessReader,
    PersonalData,
    TokenUses,
    ChangeAccessHandler,
    AccessMutations,
    ViewerResolver,
    PersonResolver,
    ActorNameResolver,
    TokenResolver,
  ],
  exports: [TokenUses],
})
export class AccessModule {}
