import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Where GraphiQL's files are served: our own copy, as city networks have no way out. */
export const GRAPHIQL_PATH = '/graphiql/';

export const graphiqlFiles = (): string => {
  const manifest = createRequire(import.meta.url).resolve('@graphql-yoga/graphiql/package.json');
  return join(dirname(manifest), 'dist');
};

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
    <link rel="stylesheet" href="${GRAPHIQL_PATH}graphiql.css" />
  </head>
  <body>
    <div id="root"></div>
    <script>
      const worker = (name) => () => new Worker('${GRAPHIQL_PATH}monacoeditorwork/' + name);
      const workers = {
        json: worker('json.worker.bundle.js'),
        graphql: worker('graphql.worker..bundle.js'),
        editorWorkerService: worker('editor.worker.bundle.js'),
      };
      self.MonacoEnvironment = { globalAPI: false, getWorker: (_, label) => (workers[label] ?? workers.editorWorkerService)() };
    </script>
    <script src="${GRAPHIQL_PATH}yoga-graphiql.umd.js"></script>
    <script>
      YogaGraphiQL.renderYogaGraphiQL(document.getElementById('root'), ${JSON.stringify({
        title: '台帳 GraphiQL',
        defaultQuery: FIRST_QUERY,
      }).replaceAll('<', '\\u003c')});
    </script>
  </body>
</html>
`;
