import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { Logger } from 'pino';
import type { Account } from './accounts.ts';
import type { Config } from './config/config.ts';
import type { Rate } from './config/setting-kinds.ts';
import type { Degradation } from './graph/upstream-state.ts';
import { RedisCallAllocator } from './http/budget/redis-call-allocator.ts';
import { RedisStore } from './http/cache/redis-store.ts';
import { openRedis } from './http/redis/redis-connection.ts';
import { keyFor } from './keys.ts';

/** What all replicas of the gateway have in common. */
export type Replicas = ReturnType<typeof openReplicas>;

/** Joins the other replicas in the Redis of the settings; never waits for them, nor fails without them. */
export function openReplicas(config: Config, log: Logger) {
  const stack = new AsyncDisposableStack();
  let isAway = true;
  const redis = stack.use(
    openRedis(config.REDIS_URL ?? [], (isThere, code) => {
      isAway = !isThere;
      if (isThere) log.info('Redis is there');
      else log.warn({ code }, 'Redis is away: this process goes on alone until it is back');
    }),
  );
  return {
    degradations: (): Degradation[] => (isAway ? [{ reason: 'redis_away' }] : []),
    /** The calls that all of them make for an account, within its limits. */
    callAllocator: ({ api, setting }: Account, limits: Rate) =>
      stack.use(
        new RedisCallAllocator({
          client: redis.client,
          saw: redis.saw,
          account: `hood-sor-gateway:${api.name}:${nameOf(setting && config[setting], config)}`,
          limits,
          replicas: config.REPLICAS ?? 1,
          onChange: (mode) => log.info({ api: api.name }, `budget ${mode}`),
        }),
      ),
    /** What all of them with the same credentials have read. */
    answerStore: () => stack.use(new RedisStore({ client: redis.client, key: answerKey(config) })),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** Of the last secret, so that replicas to which a new one was added share with those that do not have it yet. */
function sharedKey({ SECRET }: Config, purpose: 'accounts' | 'answers'): KeyObject {
  return keyFor(SECRET.at(-1) ?? '', purpose);
}

/** The same for all replicas with the same credential, and no way back to it. */
function nameOf(owner: string | undefined, config: Config): string {
  return createHmac('sha256', sharedKey(config, 'accounts'))
    .update(owner ?? '')
    .digest('base64url');
}

/** A different one for each set of hosts and credentials: where one of them differs, no answer is shared. */
function answerKey(config: Config): KeyObject {
  const credentials = [config.HOOD_TOKEN, config.SOR_TOKEN, config.SOR_EMAIL, config.SOR_PASSWORD];
  const whose = JSON.stringify([config.HOOD_URL, config.SOR_URL, ...credentials]);
  return createSecretKey(createHmac('sha256', sharedKey(config, 'answers')).update(whose).digest());
}
