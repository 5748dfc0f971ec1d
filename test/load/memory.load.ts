import { resolve } from 'node:path';
import { Pool } from 'undici';
import { expect, test } from 'vitest';
import { startHood } from '../../src/sandbox/hood/server.ts';
import { startSor } from '../../src/sandbox/sor/server.ts';
import { type GatewayProcess, startProcess } from '../support/process.ts';
import { mixedOperation } from './mixed-operations.ts';

const WARM_UP = 6_000;
/** What clients may ask within an hour at six operations a second. */
const HOUR = 20_000;
const CLIENTS = 40;
/** One of so many calls fails. */
const FAILING = 50;

test('after an hour of operations of every kind the gateway holds no more memory than before it', async () => {
  await using hood = await startHood({ rows: 500, limits: 'none' });
  await using sor = await startSor({ profiles: 9_000 });
  for (const api of [hood, sor.api]) {
    let calls = 0;
    api.dials.fault = () => {
      calls += 1;
      // As many as an hour has would fill the memory of the stand-in.
      if (calls % 1_000 === 0) api.calls.splice(0);
      return calls % FAILING === 0 ? { kind: 'status', status: 400 } : undefined;
    };
  }
  await using gateway = await startProcess({
    ...{ HOOD_URL: hood.origin, HOOD_TOKEN: hood.token, HOOD_RATE: 'none' },
    ...{ SOR_URL: sor.api.origin, SOR_FEED_URL: sor.feed.origin, SOR_TOKEN: sor.token },
    CACHE_MEMORY: '8',
    SECRET: 'a secret for tests only',
    NODE_OPTIONS: `--expose-gc --import=${resolve('test/load/report-memory.ts')}`,
  });

  const answeredFirst = await run(gateway, 0, WARM_UP);
  const before = await memory(gateway, 1);
  const startedAt = performance.now();
  const answered = await run(gateway, WARM_UP, HOUR);
  const tookMs = performance.now() - startedAt;
  const after = await memory(gateway, 2);

  const figures = {
    answeredFirst,
    answered,
    before,
    after,
    ratio: after.held / before.held,
    seconds: Math.round(tookMs / 1_000),
  };
  process.stdout.write(`an hour of operations: ${JSON.stringify(figures)}\n`);
  expect(after.held).toBeLessThanOrEqual(1.1 * before.held);
});

/** Sends so many operations from position `from` on, some clients at a time; tells how many were answered. */
async function run({ origin }: GatewayProcess, from: number, count: number): Promise<number> {
  const client = new Pool(origin, { connections: CLIENTS });
  let next = from;
  let answered = 0;
  const asking = Array.from({ length: CLIENTS }, async () => {
    for (let n = next++; n < from + count; n = next++) {
      const { leaves, ...operation } = mixedOperation(n);
      const leaving = new AbortController();
      const answer = client.request({
        method: 'POST',
        path: '/graphql',
        headers: { 'content-type': 'application/json', accept: 'multipart/mixed, application/json' },
        body: JSON.stringify(operation),
        signal: leaving.signal,
      });
      if (leaves) setTimeout(() => leaving.abort(), n % 5);
      await answer
        .then(({ body }) => body.dump())
        .then(
          () => {
            answered += 1;
          },
          () => undefined,
        );
    }
  });
  await Promise.all(asking);
  await client.close();
  return answered;
}

/** The `nth` report of the gateway on its memory, in bytes. */
async function memory(gateway: GatewayProcess, nth: number): Promise<{ held: number; rss: number }> {
  gateway.child.kill('SIGUSR2');
  const line = await gateway.logged(new RegExp(`^memory ${nth}: `));
  const [held = 0, rss = 0] = line.split(' ').slice(2).map(Number);
  return { held, rss };
}
