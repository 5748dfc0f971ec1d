import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Answer } from '../support/gateway.ts';
import { COMPILE_CACHE, type GatewayProcess, startProcess } from '../support/process.ts';
import { hasRedis, startRedis } from '../support/redis.ts';
import { requires } from '../support/requirement.ts';

interface Service {
  command: string[];
  environment: Record<string, string>;
}

const { services } = parse(readFileSync('deploy/compose.yaml', 'utf8'), { merge: true }) as {
  services: Record<string, Service>;
};
const serviceNamed = (name: string): Service => services[name] ?? expect.unreachable(name);

/** The sandbox as the file starts it, but on free ports; resolves with the addresses of Hood, SOR and its feed. */
async function startSandbox() {
  const [, ...args] = serviceNamed('sandbox').command;
  const ports = { SANDBOX_HOOD_PORT: '0', SANDBOX_SOR_PORT: '0', SANDBOX_SOR_FEED_PORT: '0' };
  const child = spawn(process.execPath, args, {
    env: { ...COMPILE_CACHE, ...ports, SANDBOX_ROWS: '50', SANDBOX_PROFILES: '50' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const origins: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    origins.push(/http:\S+/.exec(line)?.[0] ?? '');
    if (origins.length === 3) break;
  }
  return {
    origins,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

const QUERY = '{ gdprRequests(first: 5) { nodes { hoodId } } customerProfiles(first: 5) { nodes { customerId } } }';

async function ask({ origin }: GatewayProcess, secret: string) {
  const headers = { 'content-type': 'application/json', 'x-gateway-secret': secret, 'x-upstream-cost': '1' };
  const body = JSON.stringify({ query: QUERY });
  const response = await fetch(`${origin}/graphql`, { method: 'POST', headers, body });
  return { status: response.status, ...((await response.json()) as Answer & { extensions: never }) };
}

test.runIf(requires('redis-server', hasRedis))(
  'the gateways of the compose file start with its environment, and share limits and answers',
  { timeout: 60_000 },
  async () => {
    await using stack = new AsyncDisposableStack();
    const [sandbox, redis] = await Promise.all([startSandbox(), startRedis()]);
    stack.use(sandbox);
    stack.use(redis);
    const [HOOD_URL = '', SOR_URL = '', SOR_FEED_URL = ''] = sandbox.origins;
    const start = ({ environment }: Service) =>
      startProcess({
        ...environment,
        ...{ HOOD_URL, SOR_URL, SOR_FEED_URL, REDIS_URL: redis.url },
        ...{ NODE_ENV: 'production', PORT: '0', METRICS_PORT: '0' },
      });
    const gateways = await Promise.all(['gateway-1', 'gateway-2'].map((name) => start(serviceNamed(name))));
    for (const gateway of gateways) stack.use(gateway);
    await Promise.all(gateways.map((gateway) => gateway.logged(/^budget shared$/)));

    const secret = serviceNamed('gateway-1').environment['GATEWAY_SECRET'] ?? '';
    const [first, second] = gateways as [GatewayProcess, GatewayProcess];
    const answer = await ask(first, secret);
    expect(answer).toMatchObject({ status: 200, extensions: { upstream: { HOOD: { calls: 1 }, SOR: { calls: 1 } } } });
    expect(answer.data.gdprRequests.nodes).toHaveLength(5);
    // Redis is told after the answer has gone out.
    await expect
      .poll(() => ask(second, secret), { timeout: 10_000 })
      .toMatchObject({ data: answer.data, extensions: { upstream: { HOOD: { calls: 0 }, SOR: { calls: 0 } } } });
    expect((await ask(second, 'a-secret-of-somebody-else')).status).toBe(401);

    const at = (await second.logged(/^metrics at /)).replace('metrics at ', '').replace('0.0.0.0', '127.0.0.1');
    expect(await (await fetch(at)).text()).toMatch(/^gateway_redis_up 1$/m);
  },
);
