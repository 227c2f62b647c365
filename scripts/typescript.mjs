// `node --import ./scripts/typescript.mjs file.ts`: TypeScript runs as it is, compiled by swc with .swcrc, as in the tests.
// Worker threads inherit it, so `new Worker(new URL('./writer.js', import.meta.url))` finds writer.ts beside its caller.
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

/** An import says `./x.js`, as it will be once built; here it is still `./x.ts`. */
export function resolve(specifier, context, next) {
  if (/^(\.{1,2}\/|file:).*\.js$/.test(specifier)) {
    const source = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
    if (source.protocol === 'file:' && existsSync(source)) return next(source.href, context);
  }
  return next(specifier, context);
}

export function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context);
  const { transformFileSync } = module.createRequire(import.meta.url)('@swc/core');
  return { format: 'module', source: transformFileSync(fileURLToPath(url)).code, shortCircuit: true };
}

process.setSourceMapsEnabled(true);

// Node before 22.15 runs the two in a thread of their own, which loads this file again under another name.
if (module.registerHooks) module.registerHooks({ resolve, load });
else if (!import.meta.url.endsWith('?hooks')) module.register(`${import.meta.url}?hooks`);
