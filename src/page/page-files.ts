import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import type { Assets, Render } from './renderer.js';

/** As `npm run build` leaves it. */
const BUILT = fileURLToPath(new URL('../../dist/dashboard/', import.meta.url));
const ENTRY = 'src/client.tsx';
export const ASSETS = '/page/';

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
};

/** A file as it is sent. */
export interface PageFile {
  readonly type: string;
  readonly bytes: Buffer;
  /** Smaller, for whoever takes it: text only, as fonts are compressed already. */
  readonly brotli?: Buffer;
}

/** The built page: what renders it, and the files that the browser asks for, each under a name made from its contents. */
export class PageFiles {
  readonly #names: ReadonlySet<string>;
  readonly #files = new Map<string, PageFile>();

  private constructor(
    readonly render: Render,
    readonly assets: Assets,
  ) {
    this.#names = new Set(readdirSync(join(BUILT, 'client/assets')));
  }

  static async load(): Promise<PageFiles> {
    const { render } = (await import(pathToFileURL(join(BUILT, 'server/server.js')).href)) as { render: Render };
    const manifest = JSON.parse(readFileSync(join(BUILT, 'client/manifest.json'), 'utf8')) as Record<
      string,
      { readonly file: string; readonly css?: readonly string[] }
    >;
    const { file = '', css = [] } = manifest[ENTRY] ?? {};
    return new PageFiles(render, { script: ASSETS + file, styles: css.map((style) => ASSETS + style) });
  }

  file(name: string): PageFile | undefined {
    const type = TYPES[extname(name)];
    if (type === undefined || !this.#names.has(name)) return undefined;
    const known = this.#files.get(name);
    if (known) return known;
    const bytes = readFileSync(join(BUILT, 'client/assets', name));
    const file = { type, bytes, ...(type.startsWith('text/') && { brotli: compressed(bytes) }) };
    this.#files.set(name, file);
    return file;
  }
}

const compressed = (bytes: Buffer): Buffer =>
  brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } });
