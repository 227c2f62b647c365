import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { GraphQLModule } from '@nestjs/graphql';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Authenticator } from '../src/api/actor.js';
import { Loaders, type RequestContext } from '../src/api/context.js';
import { AppModule, openFoundation } from '../src/app.module.js';

/** The same resolvers over the same ledger, behind Apollo. */
const foundation = await openFoundation({ dataFolder: process.argv[2] ?? '' });
const authenticator = new Authenticator(Buffer.alloc(32));

@Module({
  imports: [
    GraphQLModule.forRoot<ApolloDriverConfig>({
      driver: ApolloDriver,
      path: '/graphql',
      autoSchemaFile: true,
      sortSchema: true,
      fieldResolverEnhancers: [],
      playground: false,
      context: (request: { headers: { authorization?: string } }): RequestContext => ({
        actor: authenticator.actorOf(request.headers.authorization),
        loaders: new Loaders(foundation.projector.views.trail),
      }),
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
