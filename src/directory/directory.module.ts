import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { PlanModule } from '../plan/plan.module.js';
import { ChangeDirectoryHandler } from './directory.handler.js';
import { DirectoryMutations, PlanDirectoryResolver } from './directory.resolver.js';

@Module({
  imports: [CqrsModule, PlanModule],
  providers: [ChangeDirectoryHandler, DirectoryMutations, PlanDirectoryResolver],
})
export class DirectoryModule {}
