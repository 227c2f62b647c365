import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** Twice: for the browser, with a manifest that names the hashed files, and for the server that renders the pages. */
export default defineConfig(({ isSsrBuild }) => ({
  root: import.meta.dirname,
  publicDir: false,
  // Not one host but our own: city networks have no way out.
  base: '/page/',
  logLevel: 'warn',
  define: { 'process.env.NODE_ENV': JSON.stringify('production') },
  oxc: { jsx: { runtime: 'automatic' } },
  // The verifier is Node's; in the browser it finds there what it needs of Node.
  resolve: isSsrBuild
    ? {}
    : { alias: { 'node:crypto': fileURLToPath(new URL('src/node-crypto.ts', import.meta.url)) } },
  build: {
    outDir: isSsrBuild ? '../dist/dashboard/server' : '../dist/dashboard/client',
    emptyOutDir: true,
    manifest: !isSsrBuild && 'manifest.json',
    modulePreload: false,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1_000,
    rolldownOptions: isSsrBuild
      ? { input: 'src/server.tsx' }
      : { input: 'src/client.tsx', transform: { inject: { Buffer: ['buffer/', 'Buffer'] } } },
  },
  // One file that needs nothing beside it: an image ships without development packages.
  ssr: { noExternal: true },
}));
