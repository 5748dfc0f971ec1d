import { once } from 'node:events';
import type { Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import { openRedis } from '../../../src/http/redis/redis-connection.ts';
import { type Gateway, startGateway } from '../../support/gateway.ts';
import { hasRedis, type RedisServer, startRedis } from '../../support/redis.ts';
import { requires } from '../../support/requirement.ts';

/** What an operator does to it. */
async function administer({ url }: RedisServer, act: (redis: Redis) => Promise<unknown>): Promise<void> {
  await using connection = openRedis(url);
  await once(connection.client, 'ready');
  await act(connection.client as Redis);
}

const ways: [code: string, refuse: (redis: Redis) => Promise<unknown>, repair: (redis: Redis) => Promise<unknown>][] = [
  ['OOM', (redis) => redis.config('SET', 'maxmemory', '1'), (redis) => redis.config('SET', 'maxmemory', '0')],
  ['READONLY', (redis) => redis.replicaof('127.0.0.1', 1), (redis) => redis.replicaof('NO', 'ONE')],
  ['MISCONF', (redis) => redis.bgsave(), (redis) => redis.config('SET', 'stop-writes-on-bgsave-error', 'no')],
];

/** A Redis that cannot save what it should. */
const startUnsaved = () => startRedis({ options: ['--save', '3600 100000', '--dir', '/proc/self/fdinfo'] });

const degraded = async (gateway: Gateway) => (await (await gateway.fetch('/ready')).json()).degraded;
const isUp = async (origin: string) =>
  /^gateway_redis_up (\d)$/m.exec(await (await fetch(`${origin}/metrics`)).text())?.[1];
const said = ({ logged }: Gateway) =>
  logged
    .map((line) => JSON.parse(line))
    .filter(({ msg }) => msg.startsWith('Redis is'))
    .map(({ msg, code }) => [msg.split(':')[0], code]);

const ask = (gateway: Gateway) => gateway.query('{ hoodExports(first: 3) { nodes { hoodId } } }');
const AWAY = [{ reason: 'redis_away' }];

describe.skipIf(!requires('redis-server', hasRedis))('a Redis that refuses writes is away', () => {
  test.each(ways)('with %s, which is said once, until it takes them again', async (code, refuse, repair) => {
    await using redis = await startUnsaved();
    const env = { REDIS_URL: redis.url, REPLICAS: '2', HOOD_RATE: '10/s,150/m', SOR_RATE: '10/s,150/m' };
    await using gateway = await startGateway({ env });
    const origin = await gateway.listen();
    await expect.poll(() => degraded(gateway), { timeout: 5_000 }).toEqual([]);
    expect(await isUp(origin)).toBe('1');

    await administer(redis, refuse);
    await expect.poll(() => degraded(gateway), { timeout: 5_000 }).toEqual(AWAY);
    expect(await isUp(origin)).toBe('0');
    for (let n = 0; n < 3; n++) expect((await ask(gateway)).errors).toBeUndefined();
    expect(said(gateway)).toEqual([
      ['Redis is there', undefined],
      ['Redis is away', code],
    ]);

    await administer(redis, repair);
    await expect.poll(() => degraded(gateway), { timeout: 12_000 }).toEqual([]);
    expect(await isUp(origin)).toBe('1');
    expect(said(gateway).slice(2)).toEqual([['Redis is there', undefined]]);
  });

  test.each([
    ['limits', { HOOD_RATE: '10/s,150/m' }],
    ['answers', { CACHE: 'on' }],
  ])('from the start on, whether it shares %s', async (_, env) => {
    await using redis = await startRedis({ options: ['--maxmemory', '1'] });
    await using gateway = await startGateway({ env: { REDIS_URL: redis.url, REPLICAS: '2', ...env } });
    await expect.poll(() => said(gateway), { timeout: 5_000 }).toEqual([['Redis is away', 'OOM']]);
    expect((await ask(gateway)).errors).toBeUndefined();
    expect(await degraded(gateway)).toEqual(AWAY);
  });

  test('where answers alone are shared as well', async () => {
    await using redis = await startRedis();
    await using gateway = await startGateway({ env: { REDIS_URL: redis.url, REPLICAS: '2', CACHE: 'on' } });
    await expect.poll(() => degraded(gateway), { timeout: 5_000 }).toEqual([]);
    await administer(redis, (client) => client.config('SET', 'maxmemory', '1'));
    expect((await ask(gateway)).errors).toBeUndefined();
    await expect.poll(() => degraded(gateway), { timeout: 5_000 }).toEqual(AWAY);
  });
});
