import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startHood } from '../../src/sandbox/hood/server.ts';
import { startBalancer, startBusyClient } from '../support/balancer.ts';
import { startProcess } from '../support/process.ts';

const CLIENTS = 50;
const QUERY = '{ gdprRequests(first: 1) { nodes { hoodId } } }';

test('fifty busy clients behind a balancer that looks once a second lose no request while every replica is replaced', async () => {
  await using hood = await startHood({ rows: 100, limits: 'none' });
  hood.dials.latencyMs = 20;
  await using stack = new AsyncDisposableStack();
  const start = async () =>
    stack.use(
      await startProcess({
        ...{ HOOD_URL: hood.origin, HOOD_TOKEN: hood.token, HOOD_RATE: 'none' },
        ...{ SECRET: 'a secret for tests only', CACHE: 'off', DRAIN_DELAY: '3s' },
      }),
    );
  const replicas = await Promise.all(Array.from({ length: 4 }, start));
  await using balancer = await startBalancer(
    replicas.map(({ origin }) => origin),
    1_000,
  );
  const clients = Array.from({ length: CLIENTS }, () => startBusyClient(balancer.origin, QUERY));
  await pause(3_000);
  for (const replica of replicas.slice(0, 3)) {
    replica.child.kill('SIGTERM');
    expect(await replica.ended).toBe(0);
  }
  await pause(3_000);
  await Promise.all(clients.map((client) => client.stop()));
  const answers = clients.reduce((sum, client) => sum + client.answers, 0);
  const failures = clients.flatMap((client) => client.failures);
  process.stdout.write(`three of four replicas stopped: ${answers} answers, ${failures.length} lost\n`);
  expect(failures).toEqual([]);
  expect(answers).toBeGreaterThan(CLIENTS * 10);
});
