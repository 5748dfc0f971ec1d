import { createSecretKey, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import type { Stored } from '../../../src/http/cache/answer-cache.ts';
import { RedisStore } from '../../../src/http/cache/redis-store.ts';
import type { PromptRedisTimes } from '../../../src/http/redis/prompt-redis.ts';
import { openRedis } from '../../../src/http/redis/redis-connection.ts';

/** A key that is the same for the same digit. */
export function keyOf(digit: number): KeyObject {
  return createSecretKey(Buffer.alloc(32, digit));
}

/** Times that a busy machine keeps to as well. */
const PATIENT: PromptRedisTimes = { answerMs: 10_000, restMs: 50 };

/** A replica's store on a connection of its own, once that is there. */
export async function openStore(url: string, { key = keyOf(1), times = PATIENT } = {}) {
  await using stack = new AsyncDisposableStack();
  const { client } = stack.use(openRedis(url));
  const store = stack.use(new RedisStore({ client, key, times }));
  await once(client, 'ready');
  const held = stack.move();
  return {
    store,
    client,
    find: async (name: string, tags: readonly string[] = []): Promise<Stored> => store.read(name, tags),
    /** Reads a name, stores a value under it as if it had been asked for now, and waits until Redis has it. */
    async keep(name: string, value: unknown, tags: readonly string[] = [], length = 1): Promise<void> {
      const { marks } = await store.read(name, tags);
      store.write(name, { value, projection: {}, readAt: Date.now(), marks }, 60_000, length);
      await client.ping();
    },
    /** The value, if it still counts. */
    async value(name: string, tags: readonly string[] = []): Promise<unknown> {
      const { answer, marks } = await store.read(name, tags);
      return answer && marks.every((mark, index) => mark === answer.marks[index]) ? answer.value : undefined;
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}
