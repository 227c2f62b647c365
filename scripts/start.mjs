import { ensureReady } from './setup.mjs';

await ensureReady({ build: true });
await import('../dist/main.js');
