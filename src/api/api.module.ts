import { Logger, Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { GraphQLModule } from '@nestjs/graphql';
import { useGraphQlJit } from '@envelop/graphql-jit';
import { YogaDriver, type YogaDriverConfig, type YogaDriverServerContext } from '@graphql-yoga/nestjs';
import { isObjectType, Kind, type GraphQLSchema } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { AccessModule } from '../access/access.module.js';
import { TokenUses } from '../access/token-uses.js';
import { Authenticator, type IdentityProvider } from '../access/token-authenticator.js';
import { Rights } from '../access/caller-rights.js';
import { Clock } from '../eventsourcing/clock.js';
import { Ledger } from '../eventsourcing/handle.js';
import { Projector } from '../eventsourcing/projector.js';
import { PlanReader } from '../plan/plan-reader.js';
import { PlanModule } from '../plan/plan.module.js';
import { ProgressModule } from '../progress/progress.module.js';
import { ReminderModule } from '../reminder/reminder.module.js';
import { Loaders, type RequestContext } from './context.js';
import { CalendarController } from './calendar.controller.js';
import { EvidenceController } from './evidence.controller.js';
import { maskError } from './errors.js';
import { GraphiqlController, graphiqlPage } from './graphiql.js';
import { GraphqlErrorsFilter } from './graphql-errors.filter.js';
import { HealthController } from './health.controller.js';
import { limits } from './limits.js';
import { checkVariables } from './variables.js';

/**
 * Queries compiled once. A compiled query is kept for the whole document, so only documents of one operation are
 * compiled; subscriptions never are, as the compiled ones do not get their arguments.
 */
function compiled(): Plugin {
  const { onExecute } = useGraphQlJit(
    {},
    {
      enableIf: ({ document }) =>
        document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION).length === 1,
    },
  );
  return { onExecute } as Plugin;
}

/** What Nest puts on a field that only reads a property: left out, the compiled query reads it by itself. */
const READS_A_PROPERTY = 'rootFieldResolver';

function withoutPropertyResolvers(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      if (field.resolve?.name === READS_A_PROPERTY) delete field.resolve;
    }
  }
  return schema;
}

const graphql = GraphQLModule.forRootAsync<YogaDriverConfig<'fastify'>>({
  driver: YogaDriver,
  imports: [PlanModule],
  inject: [Projector, PlanReader, Authenticator, Rights],
  useFactory: (projector: Projector, plans: PlanReader, authenticator: Authenticator, rights: Rights) => {
    const logger = new Logger('GraphQL');
    return {
      path: '/graphql',
      autoSchemaFile: true,
      sortSchema: true,
      transformSchema: withoutPropertyResolvers,
      fieldResolverEnhancers: [],
      context: async ({ req }: YogaDriverServerContext<'fastify'>): Promise<RequestContext> => ({
        actor: await authenticator.actorOf(req.headers.authorization),
        rights,
        loaders: new Loaders(projector.views, plans),
      }),
      plugins: [...limits(), checkVariables(), compiled()],
      maskedErrors: {
        maskError: (error: unknown) =>
          maskError(error, (cause) => {
            logger.error(cause instanceof Error ? cause.stack : cause);
          }),
      },
      // Anybody's dashboard may ask; a token is sent on purpose, never by a browser of itself.
      cors: { origin: '*', credentials: false },
      graphiql: true,
      renderGraphiQL: graphiqlPage,
      landingPage: false,
    };
  },
});

/** The GraphQL endpoint and the health checks. */
@Module({})
export class ApiModule {
  static with(adminTokenHash: Buffer, provider?: IdentityProvider): DynamicModule {
    const authenticator = {
      provide: Authenticator,
      inject: [Ledger, Clock, TokenUses],
      useFactory: (ledger: Ledger, clock: Clock, uses: TokenUses) =>
        new Authenticator(ledger, clock, uses, adminTokenHash, provider),
    };
    return {
      module: ApiModule,
      global: true,
      controllers: [CalendarController, EvidenceController, HealthController, GraphiqlController],
      providers: [authenticator, Rights, { provide: APP_FILTER, useClass: GraphqlErrorsFilter }],
      exports: [authenticator, Rights],
      imports: [graphql, PlanModule, ProgressModule, AccessModule, ReminderModule],
    };
  }
}
