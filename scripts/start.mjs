import { ensureReady } from './setup.mjs';

await ensureReady({ build: true });
if (process.env.npm_lifecycle_event === 'start') stopWithNpm();
await import('../dist/main.js');

/** npm passes SIGTERM to its shell, and the shell dies without passing it on: then the signal is ours. */
function stopWithNpm() {
  const shell = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 500);
  watch.unref();
}
