import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { GraphQLModule } from '@nestjs/graphql';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { ANONYMOUS } from '../src/access/actor.js';
import { Authenticator } from '../src/access/token-authenticator.js';
import { TokenUses } from '../src/access/token-uses.js';
import { Rights } from '../src/access/caller-rights.js';
import { Loaders, type RequestContext } from '../src/api/context.js';
import { AppModule, openFoundation } from '../src/app.module.js';
import { PlanReader } from '../src/plan/plan-reader.js';

/** The same resolvers over the same ledger, behind Apollo. */
const foundation = await openFoundation({ dataFolder: process.argv[2] ?? '' });
const { ledger, clock, projector, lastUses } = foundation;
const plans = new PlanReader(ledger, projector, clock);
const rights = new Rights(plans, new Authenticator(ledger, clock, new TokenUses(lastUses, clock), Buffer.alloc(32)));

@Module({
  imports: [
    GraphQLModule.forRoot<ApolloDriverConfig>({
      driver: ApolloDriver,
      path: '/graphql',
      autoSchemaFile: true,
      sortSchema: true,
      fieldResolverEnhancers: [],
      playground: false,
      context: (): RequestContext => ({ actor: ANONYMOUS, rights, loaders: new Loaders(projector.views, plans) }),
    }),
  ],
})
class ApolloApiModule {}

const app = await NestFactory.create<NestFastifyApplication>(
  AppModule.over(foundation, { module: ApolloApiModule }),
  new FastifyAdapter({ forceCloseConnections: true }),
  { logger: ['error', 'warn'], abortOnError: false },
);
await app.listen(0, '0.0.0.0');
const { port } = app.getHttpServer().address() as { port: number };
process.stdout.write(`http://localhost:${String(port)}\n`);
process.once('SIGTERM', () => {
  void app
    .close()
    .then(() => foundation.close())
    .then(() => process.exit(0));
});
