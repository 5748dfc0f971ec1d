import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config/config.ts';
import { openTelemetry } from '../../src/telemetry.ts';
import { openUpstreams } from '../../src/upstreams.ts';
import { startGateway } from '../support/gateway.ts';

test.each(['/health', '/ready'])('%s answers 200 and never calls an API', async (path) => {
  await using gateway = await startGateway();
  gateway.hood.dials.fault = () => ({ kind: 'status', status: 500 });
  const response = await gateway.fetch(path);
  expect(response.status).toBe(200);
  expect(gateway.hoodCalls()).toEqual([]);
});

test('while it stops it is alive, but not ready', async () => {
  const config = readConfig({});
  const log = pino({ level: 'silent' });
  await using stack = new AsyncDisposableStack();
  const telemetry = await openTelemetry(config, log, stack);
  const upstreams = stack.use(await openUpstreams(config, log));
  const stopping = new AbortController();
  const app = createApp({ config, log, telemetry, upstreams, stopping: stopping.signal });
  const statuses = async () =>
    Promise.all(['/health', '/ready'].map(async (path) => (await app.fetch(`http://gateway.test${path}`)).status));
  expect(await statuses()).toEqual([200, 200]);
  stopping.abort();
  expect(await statuses()).toEqual([200, 503]);
});

test('while memory is short for the requests under way, others should go elsewhere', async () => {
  const held = Buffer.alloc(250_000_000, 1);
  await using gateway = await startGateway({ env: { MAX_MEMORY: '200mb' } });
  const ready = async () => {
    const response = await gateway.fetch('/ready');
    return [response.status, (await response.json()).status];
  };
  expect(await ready()).toEqual([200, 'ready']);
  gateway.hood.dials.fault = () => ({ kind: 'silence' });
  const caller = new AbortController();
  const open = gateway.fetch('/graphql?query={hoodExports{totalCount}}', { signal: caller.signal }).catch(() => 'gone');
  await expect.poll(ready).toEqual([503, 'shedding']);
  caller.abort();
  await open;
  await expect.poll(ready).toEqual([200, 'ready']);
  expect(held).toHaveLength(250_000_000);
});

test('what an API refuses or Redis lacks is said, and takes no process away', async () => {
  await using gateway = await startGateway({ env: { REDIS_URL: 'redis://127.0.0.1:1', REPLICAS: '2' } });
  const ready = async () => {
    const response = await gateway.fetch('/ready');
    return { status: response.status, ...(await response.json()) };
  };
  const redis = { reason: 'redis_away' };
  await expect.poll(ready).toEqual({ status: 'ready', degraded: [redis] });
  gateway.hood.dials.fault = () => ({ kind: 'status', status: 401 });
  const ask = () => gateway.query('{ hoodExports { totalCount } }');
  expect((await ask()).errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
  expect((await ready()).degraded).toEqual([redis, { reason: 'credential_refused', api: 'HOOD' }]);
  expect(gateway.logged.filter((line) => line.includes('refuses the credential'))).toHaveLength(1);

  gateway.hood.dials.fault = undefined;
  await expect.poll(async () => (await ask()).errors).toBeUndefined();
  expect((await ready()).degraded).toEqual([redis]);
  expect(gateway.logged.join()).toContain('Hood takes the credential of the gateway again');
});

test('a log-in that is refused is a refused credential', async () => {
  const env = { SOR_TOKEN: '', SOR_EMAIL: 'robot@example.com', SOR_PASSWORD: 'wrong' };
  await using gateway = await startGateway({ env });
  await gateway.query('{ systemsOfRecord { totalCount } }');
  const { degraded } = await (await gateway.fetch('/ready')).json();
  expect(degraded).toEqual([{ reason: 'credential_refused', api: 'SOR' }]);
});
