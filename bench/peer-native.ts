import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const { resolve } = createRequire(import.meta.url);

/** The peer's native part is compiled at its first use, from what is installed: no installation of Daicho waits for it. */
export function compileSqlite3(): void {
  const folder = dirname(resolve('sqlite3/package.json'));
  if (existsSync(join(folder, 'build/Release/node_sqlite3.node'))) return;
  process.stderr.write('  compiling sqlite3 for the peer (a minute or two) …\n');
  const prefix = dirname(dirname(process.execPath));
  const hasHeaders = existsSync(join(prefix, 'include/node/node.h'));
  const { status, stderr } = spawnSync(process.execPath, [resolve('node-gyp/bin/node-gyp.js'), 'rebuild'], {
    cwd: folder,
    env: { ...process.env, ...(hasHeaders && { npm_config_nodedir: prefix }) },
    encoding: 'utf8',
    maxBuffer: Infinity,
  });
  if (status !== 0) throw new Error(`sqlite3 does not compile:\n${stderr}`);
}
