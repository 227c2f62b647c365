#!/usr/bin/env node
import { ensureReady } from '../scripts/setup.mjs';

await ensureReady({ build: true });
await import('../dist/cli.js');
