import { createHmac, createSecretKey } from 'node:crypto';
import type { Logger } from 'pino';
import type { Account } from './config/accounts.ts';
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
  // By the last secret: replicas to which a new one was added share with those that do not have it yet.
  const signed = (purpose: 'accounts' | 'answers', text: string) =>
    createHmac('sha256', keyFor(config.SECRET.at(-1) ?? '', purpose))
      .update(text)
      .digest();
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
    callAllocator: ({ api, setting }: Account, limits: Rate) => {
      // The same for all replicas with the same credential, and no way back to it.
      const owner = signed('accounts', (setting && config[setting]) ?? '').toString('base64url');
      return stack.use(
        new RedisCallAllocator({
          ...{ client: redis.client, saw: redis.saw, limits, replicas: config.REPLICAS ?? 1 },
          account: `hood-sor-gateway:${api.name}:${owner}`,
          onChange: (mode) => log.info({ api: api.name }, `budget ${mode}`),
        }),
      );
    },
    /** What all of them have read; where a host or a credential differs, no answer is shared. */
    answerStore: () => {
      const credentials = [config.HOOD_TOKEN, config.SOR_TOKEN, config.SOR_EMAIL, config.SOR_PASSWORD];
      const whose = JSON.stringify([config.HOOD_URL, config.SOR_URL, ...credentials]);
      return stack.use(new RedisStore({ client: redis.client, key: createSecretKey(signed('answers', whose)) }));
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
