import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Controller, Get, Header, NotFoundException, Param, StreamableFile } from '@nestjs/common';

const PATH = 'graphiql';

/** GraphiQL's files by the name they are served under: our own copy, as city networks have no way out. */
const FILES: ReadonlyMap<string, { readonly file: string; readonly type: string }> = new Map([
  ['graphiql.css', { file: 'graphiql.css', type: 'text/css; charset=utf-8' }],
  ...['yoga-graphiql.umd.js', 'editor.worker.bundle.js', 'json.worker.bundle.js', 'graphql.worker..bundle.js'].map(
    (name) =>
      [
        name,
        {
          file: name.includes('worker') ? join('monacoeditorwork', name) : name,
          type: 'text/javascript; charset=utf-8',
        },
      ] as const,
  ),
]);

const folder = join(dirname(createRequire(import.meta.url).resolve('@graphql-yoga/graphiql/package.json')), 'dist');

@Controller(PATH)
export class GraphiqlController {
  @Get(':name')
  @Header('cache-control', 'public, max-age=86400')
  file(@Param('name') name: string): StreamableFile {
    const found = FILES.get(name);
    if (!found) throw new NotFoundException();
    return new StreamableFile(createReadStream(join(folder, found.file)), { type: found.type });
  }
}

const FIRST_QUERY = `# 第五次取手市情報化計画：いまの姿 / the plan as it is now
{
  plan(key: "toride-5") {
    title
    asOf { effectiveOn recordedAt position }
    summary { measures new byStatus { status { label } count } }
    measure(no: "1-2-1") {
      title
      status { label since reason }
      schedule { fiscalYear adopted forecast }
    }
    kpis { title unit baseline { fiscalYear value } targets { fiscalYear value } readings { fiscalYear value } }
  }
}
`;

export const graphiqlPage = (): string => `<!doctype html>
<html lang="ja">
  <head>
    <meta charset="utf-8" />
    <title>台帳 GraphiQL</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="/${PATH}/graphiql.css" />
  </head>
  <body>
    <div id="root"></div>
    <script>
      const worker = (name) => () => new Worker('/${PATH}/' + name);
      const workers = {
        json: worker('json.worker.bundle.js'),
        graphql: worker('graphql.worker..bundle.js'),
        editorWorkerService: worker('editor.worker.bundle.js'),
      };
      self.MonacoEnvironment = { globalAPI: false, getWorker: (_, label) => (workers[label] ?? workers.editorWorkerService)() };
    </script>
    <script src="/${PATH}/yoga-graphiql.umd.js"></script>
    <script>
      YogaGraphiQL.renderYogaGraphiQL(document.getElementById('root'), ${JSON.stringify({
        title: '台帳 GraphiQL',
        query: FIRST_QUERY,
      }).replaceAll('<', '\\u003c')});
    </script>
  </body>
</html>
`;
