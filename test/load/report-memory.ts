/** Loaded in front of the gateway: on every SIGUSR2 it collects garbage and logs what is left, in bytes. */
import { setImmediate as turn } from 'node:timers/promises';

/** More than one for what only finalizers let go. */
const ROUNDS = Number(process.env['GC_ROUNDS'] ?? 5);

let reports = 0;

process.on('SIGUSR2', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    globalThis.gc?.();
    // Finalizers run between collections.
    await turn();
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  reports += 1;
  process.stdout.write(`${JSON.stringify({ level: 30, msg: `memory ${reports}: ${heapUsed + external} ${rss}` })}\n`);
});
