import { setTimeout as sleep } from 'node:timers/promises';

const WAIT_MS_MAX = 30_000;

/** Looks again and again until it holds. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const beganMs = performance.now();
  while (!(await holds())) {
    if (performance.now() - beganMs > WAIT_MS_MAX) throw new Error('not in time');
    await sleep(50);
  }
}
