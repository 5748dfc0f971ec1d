import { execFileSync } from 'node:child_process';
import { Pool } from 'undici';
import { expect, test } from 'vitest';
import { startScene } from './crowd.ts';

const MOST = 500;
const CALLERS = 2_000;
const QUERY = '{ customerProfiles(first: 1) { nodes { customerId } } }';

/** What a process has of the machine's memory, in MB; it gives back little of what it once needed. */
function memoryOf(pid: number | undefined): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', `${pid}`], { encoding: 'utf8' })) / 1000;
}

test('of four times as many operations as may be, the rest is refused at once, and memory stays', async () => {
  const env = { MAX_OPERATIONS: `${MOST}`, REQUEST_DEADLINE: '8s', CACHE: 'off' };
  await using scene = await startScene(env, 1);
  const { child, origin } = scene.gateway;
  await using stack = new AsyncDisposableStack();
  const client = stack.adopt(new Pool(origin), (pool) => pool.destroy());
  const send = async () => {
    const startedAt = performance.now();
    const { statusCode, body } = await client.request({
      method: 'POST',
      path: '/graphql',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      // Of a size that would be felt, were it read.
      body: JSON.stringify({ query: QUERY + ' '.repeat(10_000) }),
    });
    await body.dump();
    return { statusCode, tookMs: performance.now() - startedAt };
  };
  await send();
  scene.sor.api.dials.fault = () => ({ kind: 'silence' });
  const before = memoryOf(child.pid);
  const outcomes = await Promise.all(Array.from({ length: CALLERS }, send));
  const refused = outcomes.filter(({ statusCode }) => statusCode === 503);
  const slowest = Math.max(...refused.map(({ tookMs }) => tookMs));
  const grown = memoryOf(child.pid) - before;
  process.stdout.write(
    `refused ${refused.length} of ${CALLERS} within ${Math.round(slowest)} ms, memory + ${Math.round(grown)} MB\n`,
  );
  expect(refused).toHaveLength(CALLERS - MOST);
  expect(slowest).toBeLessThan(8_000);
  expect(grown).toBeLessThan(400);

  scene.sor.api.dials.fault = undefined;
  expect((await send()).statusCode).toBe(200);
});
