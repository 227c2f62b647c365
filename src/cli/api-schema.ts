import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { GraphQLSchema } from 'graphql';
import { ApiModule } from '../api/api.module.js';
import { AppModule, openFoundation } from '../app.module.js';
import { EvidenceModule } from '../evidence/evidence.module.js';

/** The schema of the API, as the code says it; no ledger is opened. */
export async function apiSchema(): Promise<GraphQLSchema> {
  const folder = await mkdtemp(join(tmpdir(), 'daicho-'));
  Logger.overrideLogger(false);
  const foundation = await openFoundation({ dataFolder: folder });
  try {
    const app = await NestFactory.create(
      AppModule.over(foundation, ApiModule.with(Buffer.alloc(32)), { module: EvidenceModule }),
      new FastifyAdapter(),
      { logger: false },
    );
    await app.init();
    const { schema } = app.get(GraphQLSchemaHost);
    await app.close();
    return schema;
  } finally {
    await foundation.close();
    await rm(folder, { recursive: true });
  }
}
