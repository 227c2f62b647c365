import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ensureReady } from './setup.mjs';

await ensureReady({ build: true });

const typescript = new URL('./typescript.mjs', import.meta.url).href;
const main = fileURLToPath(new URL('../bench/main.ts', import.meta.url));
const { status } = spawnSync(process.execPath, [`--import=${typescript}`, main, ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
