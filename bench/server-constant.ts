import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { useGraphQlJit } from '@envelop/graphql-jit';
import { createSchema, createYoga } from 'graphql-yoga';

/** Yoga with JIT over the same schema; the plan is a constant, read from the file given. */
const { plan } = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as { plan: object };
const yoga = createYoga({
  schema: createSchema({
    typeDefs: readFileSync(new URL('../src/schema.graphql', import.meta.url), 'utf8'),
    resolvers: { Query: { plan: () => plan } },
  }),
  plugins: [useGraphQlJit()],
  graphiql: false,
  landingPage: false,
  logging: false,
});
// eslint-disable-next-line @typescript-eslint/no-misused-promises -- Yoga answers by itself
const server = createServer(yoga);
server.listen(0, () => {
  const { port } = server.address() as { port: number };
  process.stdout.write(`http://localhost:${String(port)}\n`);
});
process.once('SIGTERM', () => process.exit(0));
