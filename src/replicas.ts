import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { Logger } from 'pino';
import type { Config, Rate } from './config.ts';
import type { CallAllocator } from './http/budget/call-allocator.ts';
import { RedisCallAllocator } from './http/budget/redis-call-allocator.ts';
import type { AnswerStore } from './http/cache/answer-store.ts';
import { RedisStore } from './http/cache/redis-store.ts';
import { processClock } from './http/client/clock.ts';
import type { UpstreamApi } from './http/client/upstream-error.ts';
import { openRedis, type RedisConnection } from './http/redis/redis-connection.ts';
import { keyFor } from './keys.ts';

/** What all replicas of the gateway have in common. */
export interface Replicas extends AsyncDisposable {
  /** The one connection of this process. */
  readonly redis: RedisConnection;
  /** The calls that all of them make to the account of an API. */
  callAllocator(api: UpstreamApi, limits: Rate): CallAllocator;
  /** What all of them with the same credentials have read. */
  answerStore(): AnswerStore;
}

/** Joins the other replicas at `url`; never waits for them, nor fails without them. */
export function openReplicas(url: string, config: Config, log: Logger): Replicas {
  const stack = new AsyncDisposableStack();
  const redis = stack.use(
    openRedis({
      url,
      onChange: (isThere, code) => {
        if (isThere) log.info('Redis is there');
        else log.warn({ code }, 'Redis is away: this process goes on alone until it is back');
      },
    }),
  );
  const callAllocator = (api: UpstreamApi, limits: Rate) =>
    stack.use(
      new RedisCallAllocator({
        client: redis.client,
        account: `hood-sor-gateway:${api}:${accountOf(api, config)}`,
        limits,
        clock: processClock,
        onChange: (mode, replicas) => log.info({ api, replicas }, `budget ${mode}`),
      }),
    );
  const answerStore = () => stack.use(new RedisStore({ client: redis.client, key: answerKey(config) }));
  return { redis, callAllocator, answerStore, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** The same for all replicas with the same credential, and no way back to it. */
function accountOf(api: UpstreamApi, config: Config): string {
  const credential = api === 'HOOD' ? config.HOOD_TOKEN : (config.SOR_TOKEN ?? config.SOR_EMAIL);
  return createHmac('sha256', keyFor(config.SECRET, 'accounts'))
    .update(credential ?? '')
    .digest('base64url');
}

/** Another one for each set of hosts and credentials: with one of them different, no answer is shared. */
function answerKey(config: Config): KeyObject {
  const { HOOD_URL, HOOD_TOKEN, SOR_URL, SOR_TOKEN, SOR_EMAIL, SOR_PASSWORD } = config;
  const whose = JSON.stringify([HOOD_URL, HOOD_TOKEN, SOR_URL, SOR_TOKEN, SOR_EMAIL, SOR_PASSWORD]);
  return createSecretKey(createHmac('sha256', keyFor(config.SECRET, 'answers')).update(whose).digest());
}
