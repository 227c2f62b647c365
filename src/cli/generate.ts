import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Command } from 'commander';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { z } from 'zod';
import { AppModule, openFoundation } from '../app.module.js';
import { ApiModule } from '../api/api.module.js';
import { catalogue } from '../catalogue.js';
import { planFileSchema } from '../plan/plan-file.js';
import { PROBLEMS } from '../problems.js';

/** Writes what is derived from the code and committed: a change of it shows in a review. */
export const generateCommand = (): Command =>
  new Command('generate').description('生成ファイルを書き出す / write the generated files').action(generate);

async function generate(): Promise<void> {
  await write('src/schema.graphql', await graphqlSchema());
  await write('schemas/plan-file.v1.json', jsonSchema(planFileSchema, 'Plan file'));
  for (const type of catalogue.types) {
    const { version, data } = catalogue.definition(type);
    await write(`schemas/events/${type}.v${String(version)}.json`, jsonSchema(data, type));
  }
  await write('docs/problems.md', problems());
}

async function graphqlSchema(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'daicho-'));
  Logger.overrideLogger(false);
  const foundation = await openFoundation({ dataFolder: folder });
  try {
    const app = await NestFactory.create(
      AppModule.over(foundation, ApiModule.with(Buffer.alloc(32))),
      new FastifyAdapter(),
      { logger: false },
    );
    await app.init();
    const { schema } = app.get(GraphQLSchemaHost);
    await app.close();
    return `${printSchema(lexicographicSortSchema(schema))}\n`;
  } finally {
    await foundation.close();
    await rm(folder, { recursive: true });
  }
}

const jsonSchema = (schema: z.ZodType, title: string): string =>
  JSON.stringify({ title, ...z.toJSONSchema(schema, { io: 'input' }) });

const problems = (): string =>
  [
    '# Problem codes',
    '',
    'A refused mutation answers with `problems { code message path }` and records nothing. The list is closed.',
    '',
    '| code | 日本語 | English |',
    '| --- | --- | --- |',
    ...Object.entries(PROBLEMS).map(([code, [ja, en]]) => `| \`${code}\` | ${ja} | ${en} |`),
    '',
  ].join('\n');

async function write(file: string, text: string): Promise<void> {
  const { format } = await import('prettier'); // a development dependency, needed here only
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, await format(text, { filepath: file, printWidth: 120 }));
}
