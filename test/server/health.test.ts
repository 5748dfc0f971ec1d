import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config/config.ts';
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
  await using upstreams = openUpstreams(config, log);
  let ready = true;
  const app = createApp({ config, log, upstreams, isReady: () => ready });
  const statuses = async () =>
    Promise.all(['/health', '/ready'].map(async (path) => (await app.fetch(`http://gateway.test${path}`)).status));
  expect(await statuses()).toEqual([200, 200]);
  ready = false;
  expect(await statuses()).toEqual([200, 503]);
});
