import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test, vi } from 'vitest';
import { openRedis } from '../../../src/http/redis/redis-connection.ts';
import { startGateway } from '../../support/gateway.ts';
import { COMPILE_CACHE } from '../../support/process.ts';
import { freePort, hasRedis, startRedis } from '../../support/redis.ts';
import { requires } from '../../support/requirement.ts';

const PASSWORD = 'correct-horse-battery-staple';

const LOOKUP = '{ gdprRequest(hoodId: "1") { hoodId } }';

/** Resolves with what is reported next. */
function nextChange(url: string) {
  const change = Promise.withResolvers<[boolean, string | undefined]>();
  return {
    change: change.promise,
    connection: openRedis(url, (...told) => change.resolve(told)),
  };
}

test('a Redis that is not there is reported by a code, and commands fail at once', async () => {
  const { change, connection } = nextChange(`redis://:${PASSWORD}@127.0.0.1:${await freePort()}`);
  await using _ = connection;
  expect(await change).toEqual([false, 'ECONNREFUSED']);
  await expect(connection.client.ping()).rejects.toThrow();
});

test('what is no URL is refused without being quoted', () => {
  const open = () => openRedis(`redis://:${PASSWORD}@[127.0.0.1`);
  expect(open).toThrow(/^The URL of Redis cannot be read\.$/);
});

describe.skipIf(!requires('redis-server', hasRedis))('a Redis', () => {
  test('is connected to again after it died', async () => {
    await using redis = await startRedis();
    await using connection = openRedis(redis.url);
    await once(connection.client, 'ready');
    await redis.kill();
    await redis.restart();
    await once(connection.client, 'ready');
    expect(await connection.client.ping()).toBe('PONG');
  });

  test('that dies fails the commands it has not answered', async () => {
    await using redis = await startRedis();
    await using connection = openRedis(redis.url);
    await once(connection.client, 'ready');
    redis.pause();
    const unanswered = connection.client.ping();
    const failed = expect(unanswered).rejects.toThrow();
    await redis.kill();
    await failed;
  });

  test('that wants another password ends the start with a sentence that does not show it', async () => {
    await using redis = await startRedis({ password: PASSWORD });
    const start = (url: string) =>
      spawnSync(process.execPath, ['src/start.js'], {
        env: { ...COMPILE_CACHE, PORT: '0', REDIS_URL: url, REPLICAS: '2', SECRET: 'a secret for tests only' },
        encoding: 'utf8',
        timeout: 20_000,
      });
    for (const wrong of [`${PASSWORD}-of-yesterday`, '']) {
      const { status, stderr } = start(redis.url.replace(PASSWORD, wrong));
      expect(stderr).toBe('REDIS_URL must have the user and the password that Redis expects.\n');
      expect(status).toBe(2);
    }
  });

  test('that takes no writes for a while is connected to anew once a second at most', async () => {
    await using redis = await startRedis();
    await using connection = openRedis(redis.url);
    const { client } = connection;
    await once(client, 'ready');
    let connections = 0;
    client.on('ready', () => {
      connections += 1;
    });
    await client.replicaof('127.0.0.1', 1);
    const refused = () => expect(client.set('a', 'b')).rejects.toThrow('READONLY');
    await refused();
    await once(client, 'ready');
    for (let attempt = 0; attempt < 20; attempt++) await refused();
    expect(connections).toBe(1);
  });

  test('that is there shares the budget of gateways with the same account, without naming its credential', async () => {
    await using redis = await startRedis({ password: PASSWORD });
    const env = { REDIS_URL: redis.url, REPLICAS: '2', HOOD_RATE: '10/s,150/m' };
    await using gateway = await startGateway({ env, hood: { token: 'the-token-of-the-account' } });
    await using connection = openRedis(redis.url);
    await once(connection.client, 'ready');
    expect((await gateway.query(LOOKUP)).errors).toBeUndefined();
    const log = expect.stringMatching(/^\{hood-sor-gateway:HOOD:[\w-]{43}\}:log$/);
    // It does not wait for Redis before it answers.
    await vi.waitFor(async () => expect(await connection.client.keys('*')).toContainEqual(log));
    const keys = await connection.client.keys('*');
    expect(`${keys}`).not.toContain('the-token-of-the-account');
    expect(gateway.logged.join('')).not.toContain(PASSWORD);
  });
});
