import type { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { PromptRedis } from '../../../src/http/redis/prompt-redis.ts';
import { stopTime } from '../cache/stopped-time.ts';

const TIMES = { answerMs: 100, restMs: 1_000 };

/** Only its status is looked at here: questions are the test's own. */
function promptRedis(status: Redis['status'] = 'ready'): PromptRedis {
  return new PromptRedis({ status } as Redis, TIMES);
}

const answering = async () => 'answer';
const failing = async () => {
  throw new Error('failed');
};
const silent = () => new Promise<string>(() => {});

test('what Redis answers in time is passed on, whatever it is', async () => {
  const redis = promptRedis();
  expect(await redis.ask(answering)).toBe('answer');
  expect(await redis.ask(async () => null)).toBeNull();
  expect(redis.isThere).toBe(true);
});

test('without a connection nothing is asked', async () => {
  const redis = promptRedis('reconnecting');
  expect(redis.isThere).toBe(false);
  expect(await redis.ask(() => expect.unreachable())).toBeUndefined();
});

test.each([
  ['fails', failing],
  ['does not come in time', silent],
])('after an answer that %s nobody asks for a while', async (_what, question) => {
  using time = stopTime();
  const redis = promptRedis();
  const asked = redis.ask(question);
  time.pass(TIMES.answerMs);
  expect(await asked).toBeUndefined();
  time.pass(TIMES.restMs - 1);
  expect(redis.isThere).toBe(false);
  expect(await redis.ask(() => expect.unreachable())).toBeUndefined();
  time.pass(1);
  expect(redis.isThere).toBe(true);
});

test('then one finds out for all, and they ask again as soon as it has an answer', async () => {
  using time = stopTime();
  const redis = promptRedis();
  await redis.ask(failing);
  time.pass(TIMES.restMs);
  const answer = Promise.withResolvers<string>();
  const first = redis.ask(() => answer.promise);
  expect(await redis.ask(() => expect.unreachable())).toBeUndefined();
  answer.resolve('answer');
  expect(await first).toBe('answer');
  expect(redis.isThere).toBe(true);
});

test('an answer that came while this process was busy is not late', async () => {
  using time = stopTime();
  const redis = promptRedis();
  const asked = redis.ask(() => new Promise<string>((resolve) => setImmediate(resolve, 'answer')));
  time.pass(TIMES.answerMs);
  expect(await asked).toBe('answer');
});
