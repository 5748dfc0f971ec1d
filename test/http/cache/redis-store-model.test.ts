import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hasRedis, startRedis } from '../../support/redis.ts';
import { requires } from '../../support/requirement.ts';
import { openStore } from './stores.ts';

/** Each question, and what it is about. */
const QUESTIONS = { both: ['a', 'b'], first: ['a'], second: ['b'] };

/** An answer under way, or kept. */
interface Asked {
  value: number;
  marks: readonly string[];
  /** How often what it is about had been forgotten when it was asked for. */
  age: string;
}

/** Replicas with one Redis, and what must be in there. */
class Model {
  readonly #replicas: readonly Awaited<ReturnType<typeof openStore>>[];
  readonly #forgotten: Record<string, number> = { a: 0, b: 0 };
  readonly #asked = new Map<string, Asked>();
  readonly #kept = new Map<string, Asked>();
  #asks = 0;
  #hasDropped = false;

  constructor(...replicas: Awaited<ReturnType<typeof openStore>>[]) {
    this.#replicas = replicas;
  }

  async ask(replica: 0 | 1, question: keyof typeof QUESTIONS): Promise<void> {
    const { marks } = (await this.#replicas[replica]?.find(question, QUESTIONS[question])) ?? { marks: [] };
    this.#asks += 1;
    this.#asked.set(`${replica} ${question}`, { value: this.#asks, marks, age: this.#ageOf(question) });
  }

  async answer(replica: 0 | 1, question: keyof typeof QUESTIONS): Promise<void> {
    const asked = this.#asked.get(`${replica} ${question}`);
    if (!asked) return;
    const { value, marks } = asked;
    this.#replicas[replica]?.store.write(question, { value, projection: {}, readAt: 0, marks }, 60_000, 1);
    await this.#replicas[replica]?.client.ping();
    this.#kept.set(question, asked);
  }

  async find(replica: 0 | 1, question: keyof typeof QUESTIONS): Promise<void> {
    const found = await this.#replicas[replica]?.value(question, QUESTIONS[question]);
    const kept = this.#kept.get(question);
    // What Redis drops takes answers along, and never brings one back.
    if (found === undefined && this.#hasDropped) return;
    expect(found).toBe(kept?.age === this.#ageOf(question) ? kept.value : undefined);
  }

  async forget(replica: 0 | 1, tag: 'a' | 'b'): Promise<void> {
    await this.#replicas[replica]?.store.forget([tag]);
    this.#forgotten[tag] = (this.#forgotten[tag] ?? 0) + 1;
  }

  async drop(nth: 0 | 1): Promise<void> {
    const key = (await this.#replicas[0]?.client.keys('*:mark:*'))?.sort()[nth];
    if (key === undefined) return;
    await this.#replicas[0]?.client.del(key);
    this.#hasDropped = true;
  }

  #ageOf(question: keyof typeof QUESTIONS): string {
    return String(QUESTIONS[question].map((tag) => this.#forgotten[tag]));
  }
}

const replica = fc.constantFrom<0 | 1>(0, 1);
const question = fc.constantFrom<keyof typeof QUESTIONS>('both', 'first', 'second');
const step = fc.oneof(
  fc.tuple(replica, question).map((args) => (model: Model) => model.ask(...args)),
  fc.tuple(replica, question).map((args) => (model: Model) => model.answer(...args)),
  fc.tuple(replica, question).map((args) => (model: Model) => model.find(...args)),
  fc.tuple(replica, fc.constantFrom<'a' | 'b'>('a', 'b')).map((args) => (model: Model) => model.forget(...args)),
  fc.constantFrom<0 | 1>(0, 1).map((nth) => (model: Model) => model.drop(nth)),
);

describe.runIf(requires('redis-server', hasRedis))('answers in Redis', () => {
  test('in whatever order replicas ask, answer and forget, what is found was asked for since', async () => {
    await using redis = await startRedis();
    await using one = await openStore(redis.url);
    await using other = await openStore(redis.url);
    const inAnyOrder = fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      await one.client.flushall();
      const model = new Model(one, other);
      for (const take of steps) await take(model);
    });
    await fc.assert(inAnyOrder, { numRuns: 150 });
  });
});
