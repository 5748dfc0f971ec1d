import { UpstreamError } from '../client/upstream-error.ts';
import type { Found, KeysToRead, Lookup } from './lookup.ts';

/** The most calls that telling keys apart may take. */
const MOST_CALLS = 60;

/** A route that answered so many milliseconds ago is not down. */
const RECENTLY_MS = 5_000;

/** After so many keys that were refused alone, and no part that was answered, the question itself is at fault. */
const MOST_REFUSED_ALONE = 2;

/** A connection that was cut while the API worked on a request. */
const CUT_CODES: readonly (string | undefined)[] = ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'];

/** What a bisection needs to know of other calls, and what it reports. */
export interface BisectionContext {
  /** When the route answered anybody last, in `performance.now()` milliseconds. */
  answeredAt(): number | undefined;
  onFailedAlone(key: string): void;
}

/**
 * Reads values by their keys. A list of keys that the API refuses, or that makes it fail, is read again in halves until
 * those keys are found that fail alone: one caller's key must not cost all others their rows. k such keys among n cost
 * at most 2·k·log2(n) + 2 further calls; after 60 calls the rest fails too. Where the API fails for both halves it is
 * down, unless the route answered somebody a moment ago.
 */
export async function bisectRefusedBatch<Value>(
  lookup: Lookup<Value>,
  batch: KeysToRead,
  context: BisectionContext,
): Promise<Found<Value>> {
  try {
    return await lookup.read(batch);
  } catch (error) {
    const { keys } = batch.seal();
    if (!isDivisible(error)) throw error;
    if (keys.length > 1) return new Bisection(lookup, batch, context).run(keys, error);
    for (const key of keys) context.onFailedAlone(key);
    throw error;
  }
}

type Outcome<Value> = Found<Value> | UpstreamError;

class Bisection<Value> {
  readonly #lookup: Lookup<Value>;
  readonly #batch: KeysToRead;
  readonly #context: BisectionContext;
  #calls = 0;
  #refusedAlone = 0;
  #hasAnswer = false;

  constructor(lookup: Lookup<Value>, batch: KeysToRead, context: BisectionContext) {
    this.#lookup = lookup;
    this.#batch = batch;
    this.#context = context;
  }

  /** What comes of keys that failed together. Where no part was answered, that is one failure. */
  async run(keys: readonly string[], failure: UpstreamError): Promise<Found<Value>> {
    const found = await this.#divide(keys, failure);
    return this.#hasAnswer ? found : failed(keys, failure);
  }

  async #divide(keys: readonly string[], failure: UpstreamError): Promise<Found<Value>> {
    const middle = Math.ceil(keys.length / 2);
    const halves = [keys.slice(0, middle), keys.slice(middle)];
    const outcomes = await Promise.all(halves.map((half) => this.#read(half)));
    const isDown = outcomes.every((outcome) => outcome instanceof UpstreamError) && this.#isOutage(failure);
    if (isDown) return failed(keys, failure);
    const parts: Found<Value>[] = [];
    // One after the other, so that a question that is refused for every key ends soon.
    for (const [index, half] of halves.entries()) {
      parts.push(await this.#taken(half, outcomes[index] ?? failure));
    }
    return new Map(parts.flatMap((part) => [...part]));
  }

  async #taken(keys: readonly string[], outcome: Outcome<Value>): Promise<Found<Value>> {
    if (!(outcome instanceof UpstreamError)) return outcome;
    const isAtFault = !this.#hasAnswer && this.#refusedAlone >= MOST_REFUSED_ALONE;
    const mayGoOn = isDivisible(outcome) && this.#calls + 2 <= MOST_CALLS && !isAtFault;
    if (keys.length > 1 && mayGoOn) return this.#divide(keys, outcome);
    const [key] = keys;
    if (keys.length === 1 && key !== undefined && isDivisible(outcome)) {
      this.#refusedAlone += 1;
      this.#context.onFailedAlone(key);
    }
    return failed(keys, outcome);
  }

  async #read(keys: readonly string[]): Promise<Outcome<Value>> {
    this.#calls += 1;
    const { seal, get } = this.#batch;
    const { projection } = seal();
    try {
      const answer = await this.#lookup.read({
        size: keys.length,
        mayGrow: false,
        seal: () => ({ keys, projection }),
        get: (call) => get({ ...call, repeats: 'part' }),
      });
      this.#hasAnswer = true;
      return answer;
    } catch (error) {
      if (error instanceof UpstreamError) return error;
      throw error;
    }
  }

  #isOutage(failure: UpstreamError): boolean {
    const answeredAt = this.#context.answeredAt() ?? Number.NEGATIVE_INFINITY;
    return failure.failure !== 'rejected' && performance.now() - answeredAt > RECENTLY_MS;
  }
}

/** Statuses that say nothing about a request's keys. */
const NOT_OF_KEYS: readonly number[] = [501, 505];

/** Whether it may be the fault of single keys: the API understood the call, and refused it or failed over it. */
function isDivisible(error: unknown): error is UpstreamError {
  if (!(error instanceof UpstreamError)) return false;
  const { failure, status = 0, code } = error;
  if (failure === 'rejected') return true;
  const isFailure = (status >= 500 && !NOT_OF_KEYS.includes(status)) || CUT_CODES.includes(code);
  return failure === 'unavailable' && isFailure;
}

function failed<Value>(keys: readonly string[], failure: UpstreamError): Found<Value> {
  return new Map(keys.map((key) => [key, failure]));
}
