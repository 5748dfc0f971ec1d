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

test('a route that refuses a credential which others take is named alone, in few lines', async () => {
  await using gateway = await startGateway();
  const degraded = async () => (await (await gateway.fetch('/ready')).json()).degraded;
  const [forExports, forData] = ['{ hoodExports { totalCount } }', '{ customerData { totalCount } }'];
  gateway.hood.dials.fault = ({ line }) => (line.includes('/exports') ? { kind: 'status', status: 403 } : undefined);
  await gateway.query(forExports);
  // Nothing shows yet that anything else would do.
  expect(await degraded()).toEqual([{ reason: 'credential_refused', api: 'HOOD' }]);
  const named = { reason: 'route_refused', api: 'HOOD', route: 'GET /v1/hood/exports' };
  for (let times = 0; times < 10; times += 1) {
    await gateway.query(forData);
    expect(await degraded()).toEqual([named]);
    await gateway.query(forExports);
    expect(await degraded()).toEqual([named]);
  }
  const lines = () => gateway.logged.map((line) => JSON.parse(line)).filter(({ msg }) => /the credential/.test(msg));
  expect(lines()).toMatchObject([
    { api: 'HOOD', status: 403, msg: 'Hood refuses the credential of the gateway' },
    { routes: [named.route], msg: 'Hood takes the credential of the gateway, but not for some routes' },
  ]);

  // The token ends: the route that is known says nothing new, another one does.
  gateway.hood.dials.fault = () => ({ kind: 'status', status: 401 });
  await gateway.query(forData);
  await gateway.query('{ profileProperties { totalCount } }');
  expect(await degraded()).toEqual([{ reason: 'credential_refused', api: 'HOOD' }]);

  gateway.hood.dials.fault = undefined;
  for (const query of [forData, forExports, '{ profileProperties { totalCount } }'])
    await expect.poll(async () => (await gateway.query(query)).errors).toBeUndefined();
  expect(await degraded()).toEqual([]);
  expect(lines()).toHaveLength(3);
});

test('a log-in that is refused is a refused credential', async () => {
  const env = { SOR_TOKEN: '', SOR_EMAIL: 'robot@example.com', SOR_PASSWORD: 'wrong' };
  await using gateway = await startGateway({ env });
  await gateway.query('{ systemsOfRecord { totalCount } }');
  const { degraded } = await (await gateway.fetch('/ready')).json();
  expect(degraded).toEqual([{ reason: 'credential_refused', api: 'SOR' }]);
});
