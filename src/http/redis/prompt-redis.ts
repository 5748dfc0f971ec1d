import { type RedisClient, within } from './redis-connection.ts';

/** In milliseconds, as they are unless a test sets them. */
const TIMES = {
  /** How long Redis may take to answer. */
  answerMs: 100,
  /** How long it is left alone when it took longer. */
  restMs: 1000,
};

export type PromptRedisTimes = typeof TIMES;

/**
 * Redis, asked only for as long as it answers at once. When it is away, or answers late, nobody waits for it: from time
 * to time a single question finds out whether it is there again.
 */
export class PromptRedis {
  readonly client: RedisClient;
  readonly #times: PromptRedisTimes;
  #restsUntil = Number.NEGATIVE_INFINITY;
  #isDoubtful = false;

  constructor(client: RedisClient, times = TIMES) {
    this.client = client;
    this.#times = times;
  }

  /** Whether asking makes sense just now. */
  get isThere(): boolean {
    return this.client.status === 'ready' && performance.now() >= this.#restsUntil;
  }

  /** What Redis answers; undefined when it does not, which takes `answerMs` at most. Never rejects. */
  async ask<Answer>(question: (client: RedisClient) => Promise<Answer>): Promise<Answer | undefined> {
    if (!this.isThere) return undefined;
    // One finds out for all.
    if (this.#isDoubtful) this.#rest();
    try {
      const answer = await within(this.#times.answerMs, question(this.client));
      this.#isDoubtful = false;
      this.#restsUntil = Number.NEGATIVE_INFINITY;
      return answer;
    } catch {
      this.#isDoubtful = true;
      this.#rest();
      return undefined;
    }
  }

  #rest(): void {
    this.#restsUntil = performance.now() + this.#times.restMs;
  }
}
